"""Making a county's tables: every check in order, and what is filled in where a blank has a
plain meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zoning.county.adjacency import from_polygons, isolated_units, ordered_pairs
from zoning.county.checks import check_tables
from zoning.county.decision_checks import check_decisions
from zoning.county.draft import Draft
from zoning.county.findings import Findings, listed
from zoning.county.geometry import check_geometry
from zoning.county.lock_checks import check_locks
from zoning.county.roots import fill_roots
from zoning.county.schema import SCHEMA
from zoning.county.school_checks import check_schools
from zoning.county.settings_checks import check_coverage, check_settings
from zoning.county.straight_line import StraightLine, check_straight_line
from zoning.county.vocabulary import Provenance, Stage

if TYPE_CHECKING:
    from zoning.errors import Fault

__all__ = ["Built", "build"]


@dataclass(frozen=True)
class Built:
    """The checked parts of a county.

    Attributes:
        tables: every table in its declared form.
        provenance: for every table that has rows.
        warnings: what is accepted but worth a look.
    """

    tables: dict[str, Any]
    provenance: dict[str, Provenance]
    warnings: tuple[Fault, ...]


def build(
    *,
    tables: Mapping[str, pd.DataFrame | None],
    stages: tuple[Stage, ...],
    crs: str,
    metric_crs: str,
    provenance: dict[str, Provenance],
    straight_line: StraightLine | None,
    **settings: Any,
) -> Built:
    """Check all settings and tables and fill in what has a plain meaning.

    Raises:
        InputError: with everything that is wrong.
    """
    findings = Findings()
    systems = check_settings(
        findings,
        stages=stages,
        crs=crs,
        metric_crs=metric_crs,
        provenance=provenance,
        **settings,
    )
    waived: frozenset[str] = frozenset()
    if straight_line is not None:
        check_straight_line(findings, straight_line, table=tables["travel"] is not None)
        waived = frozenset({"travel"})
    draft = Draft(
        tables,
        {stage.name: stage for stage in stages},
        crs if systems.crs else "",
        findings,
        waived=waived,
    )
    check_tables(draft)
    check_geometry(draft, geographic=systems.geographic)
    check_locks(draft)
    check_schools(draft, settings["year"])
    check_decisions(draft, settings["year"])
    if draft.usable("units", "geometry") and systems.crs and systems.metric:
        check_coverage(draft, systems)
    findings.raise_errors()
    _complete(draft, metric_crs)
    findings.raise_errors()
    _freeze_ids(draft)
    return Built(draft.tables, _with_computed(draft, provenance), findings.warnings)


def _complete(draft: Draft, metric_crs: str) -> None:
    """Fill in root units, neighbours and stages served."""
    fill_roots(draft, metric_crs)
    tables = draft.tables
    units = tables["units"]
    if "adjacency" in draft.given:
        given = tables["adjacency"]
        if (given["unit_a"] > given["unit_b"]).any():
            tables["adjacency"] = ordered_pairs(
                given["unit_a"].to_numpy(dtype="object"),
                given["unit_b"].to_numpy(dtype="object"),
                given["border_metres"].to_numpy(),
            )
    else:
        tables["adjacency"] = from_polygons(units, metric_crs)
    alone = isolated_units(units["unit_id"], tables["adjacency"])
    if alone and len(units) > 1:
        draft.findings.warning(
            "adjacency",
            "",
            "every unit to have a neighbour",
            f"{len(alone)} without: {listed(alone)}",
            "add a pair for each (a ferry or bridge counts), or lock them as islands",
        )
    tables["school_stages"] = _every_stage(tables["school_stages"], tables["school_grades"])


def _every_stage(seats: pd.DataFrame, grades: pd.DataFrame) -> pd.DataFrame:
    """Add a row with unknown seats for every stage a school serves and has no row for."""
    served = grades[["school_id", "stage"]].drop_duplicates()
    known = pd.MultiIndex.from_frame(seats[["school_id", "stage"]])
    absent = served[~pd.MultiIndex.from_frame(served).isin(known)].assign(seats=np.nan)
    return pd.concat([seats, absent], ignore_index=True) if len(absent) else seats


def _freeze_ids(draft: Draft) -> None:
    """Give travel's categoricals the units' and schools' own order, so that codes are rows."""
    travel = draft.tables["travel"]
    orders = {
        "unit_id": draft.tables["units"]["unit_id"].to_list(),
        "school_id": draft.tables["schools"]["school_id"].to_list(),
        "mode": sorted(travel["mode"].cat.remove_unused_categories().cat.categories),
    }
    draft.tables["travel"] = travel.assign(
        **{
            name: travel[name].cat.set_categories(pd.Index(order, dtype="str"))
            for name, order in orders.items()
        }
    )


def _with_computed(draft: Draft, provenance: dict[str, Provenance]) -> dict[str, Provenance]:
    """Return the provenance of every table with rows, computed ones labelled as such."""
    complete = {name: item for name, item in provenance.items() if name in draft.given}
    for name in SCHEMA:
        if name in complete or draft.tables[name].empty:
            continue
        if name in draft.given:
            complete[name] = Provenance()
        elif name == "adjacency":
            complete[name] = Provenance(
                "modelled", "computed from the borders of the units", "as units"
            )
        else:
            complete[name] = Provenance("assumed", "seats unknown", "as school_grades")
    return complete
