"""A county from tables in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from zoning.county import Provenance, Stage, StraightLine
from zoning.errors import Fault, InputError
from zoning.sources.children import Children, Reading
from zoning.sources.description import Source
from zoning.sources.gathered import Gathered
from zoning.sources.grid import recognise
from zoning.sources.plain import has_keys
from zoning.sources.raw import Note, raw_of_frame
from zoning.sources.reading import Sourced, finished, take

__all__ = ["from_geodataframes"]

_PRIMARY: Final = (Stage("primary", ("1", "2", "3", "4", "5", "6")),)


def from_geodataframes(
    units: Any,
    schools: Any,
    pupils: pd.DataFrame | None = None,
    *,
    name: str,
    year: int,
    stages: Iterable[Stage] = _PRIMARY,
    crs: str | None = None,
    columns: Mapping[str, Mapping[str, str]] | None = None,
    counts: str = "",
    straight_line: StraightLine | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
    provenance: Mapping[str, Provenance] | None = None,
    **settings: Any,
) -> Sourced:
    """Make a county from GeoDataFrames, with headings as they are.

    Headings are recognised as in files, and every guess is in the result's notes. Units and
    schools may be in any system of coordinates that their ``crs`` tells.

    Args:
        units: GeoDataFrame with a column of village codes or ids of one's own.
        schools: GeoDataFrame of points; kinds, seats, classes and grades as far as known.
        pupils: counts by unit and grade; None if `units` has them, a column for each grade.
        name: the county's name.
        year: calendar year in which the school year begins.
        stages: the stages; primary school, grades 1 to 6, if not stated.
        crs: the county's system of coordinates; that of `units` if not stated.
        columns: table -> field -> heading, for headings that are not recognised.
        counts: what the numbers of children are: ``"registered"``, ``"resident"``, ``"enrolled"``.
        straight_line: how journeys follow from the map; plain straight lines if neither it nor a
            table ``travel`` is given (said in the notes).
        tables: further tables of the county by name, such as ``travel`` and ``school_grades``.
        provenance: table -> where it comes from.
        settings: ``metric_crs``, ``standards``, ``notice``, ``measures``, ``travel_truncated``.

    Returns:
        The county (``.county``), the three counts of children, notes and warnings.

    Raises:
        InputError: with everything that is wrong.
    """
    gathered = Gathered(settings="arguments")
    given = {"units": units, "schools": schools, **(tables or {})}
    given["pupils"] = units if pupils is None else pupils
    whole = {"name": name, "year": year, "stages": tuple(stages), **settings}
    whole["crs"] = crs or _text_of_crs(units)
    whole["provenance"] = dict(provenance or {})
    whole["straight_line"] = straight_line
    if straight_line is None and "travel" not in given:
        whole["straight_line"] = StraightLine()
        gathered.notes.append(Note("travel", "journeys are straight lines: no table is given"))
    children = Children(whole["stages"], year, gathered)
    for table, frame in given.items():
        raw = raw_of_frame(frame, table)
        stated = (columns or {}).get(table, {})
        if recognise(raw, table, stated, gathered.findings, gathered.notes) and has_keys(
            raw, table, gathered.findings
        ):
            source = Source(table, Path(), table, reading=Reading(counts))
            take(raw, source, whole, children, gathered, grades="school_grades" not in given)
    gathered.findings.raise_errors()
    children.choose(())
    return finished(whole, children, gathered)


def _text_of_crs(units: Any) -> str:
    """Return the units' system as a text.

    Raises:
        InputError: they have none.
    """
    system = getattr(units, "crs", None)
    if system is None:
        raise InputError(
            Fault(
                "error",
                "units",
                "crs",
                "a GeoDataFrame with a coordinate system",
                "none",
                'state it: units.set_crs("EPSG:4490")',
            )
        )
    authority = system.to_authority()
    return ":".join(authority) if authority else str(system.to_wkt())
