"""Checks of what is not in a table: stages, year, systems of coordinates, provenance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zoning.county.findings import listed
from zoning.county.schema import SCHEMA
from zoning.county.vocabulary import STAGES, STATUSES, Provenance, Stage

if TYPE_CHECKING:
    import pyproj

    from zoning.county.draft import Draft
    from zoning.county.findings import Findings

__all__ = ["Systems", "check_coverage", "check_settings"]

_TABLE: Final = "county.toml"
_WORD: Final = re.compile(r"[\w.+-]+")
_MEASURES: Final = ("metres", "minutes")


@dataclass(frozen=True)
class Systems:
    """The county's systems of coordinates; None where the text names none that can be used."""

    crs: pyproj.CRS | None
    metric: pyproj.CRS | None

    @property
    def geographic(self) -> bool:
        """True if coordinates are degrees."""
        return self.crs is not None and self.crs.is_geographic


def check_settings(
    findings: Findings,
    *,
    name: object,
    year: object,
    crs: object,
    metric_crs: object,
    standards: object,
    notice: object,
    stages: tuple[Stage, ...],
    provenance: Mapping[str, Provenance],
    travel_truncated: object,
    measures: Mapping[str, str],
) -> Systems:
    """Check the settings, add to the findings, and return the systems of coordinates."""
    if not isinstance(name, str) or not name.strip():
        findings.error(_TABLE, "name", "the county's name", repr(name), "write its name")
    if not isinstance(year, int | np.integer) or isinstance(year, bool) or not 1900 <= year <= 2200:
        findings.error(
            _TABLE,
            "year",
            "a year such as 2024",
            repr(year),
            "write the year the school year begins",
        )
    for key, text in (("standards", standards), ("notice", notice)):
        if not isinstance(text, str):
            findings.error(_TABLE, key, "a text", repr(text), "put it in quotation marks")
    if not isinstance(travel_truncated, bool):
        findings.error(
            _TABLE, "tables.travel.truncated", "true or false", repr(travel_truncated), "write one"
        )
    _check_measures(findings, measures)
    _check_stages(findings, stages)
    _check_provenance(findings, provenance)
    return Systems(_check_crs(findings, crs), _check_metric(findings, metric_crs))


def _check_measures(findings: Findings, measures: Mapping[str, str]) -> None:
    for key, text in measures.items():
        if key not in _MEASURES or not isinstance(text, str):
            findings.error(
                _TABLE,
                f"measures, {key}",
                "a text on how metres or minutes were got",
                f"{key} = {text!r}",
                "use the keys metres and minutes, each with a text",
            )


def _check_stages(findings: Findings, stages: tuple[Stage, ...]) -> None:
    if not stages:
        findings.error(_TABLE, "stages", "at least one stage", "none", "add [stages.primary]")
    names = [stage.name for stage in stages]
    if len(set(names)) < len(names):
        findings.error(_TABLE, "stages", "each stage once", listed(names), "remove one")
    for stage in stages:
        where = f"stages.{stage.name}"
        if stage.name not in STAGES:
            findings.error(
                _TABLE,
                where,
                f"one of {listed(STAGES)}",
                repr(stage.name),
                "use one of these names",
            )
        if not stage.grades or len(set(stage.grades)) < len(stage.grades):
            findings.error(
                _TABLE, where, "grades, each once", listed(stage.grades), "correct the grades"
            )
        words: list[object] = [*stage.grades, *stage.bands]
        odd = [w for w in words if not isinstance(w, str) or not _WORD.fullmatch(w)]
        if odd:
            findings.error(
                _TABLE,
                where,
                "grades and bands named by letters, digits and -",
                ", ".join(repr(word) for word in odd),
                'rename them, in quotation marks, such as "1"',
            )
        members = [grade for grades in stage.bands.values() for grade in grades]
        if not odd and sorted(members) != sorted(stage.grades):
            findings.error(
                _TABLE,
                where,
                f"bands that share out the grades {listed(stage.grades)}, each to one band",
                listed(members),
                "put every grade in exactly one band",
            )


def _check_provenance(findings: Findings, provenance: Mapping[str, Provenance]) -> None:
    for table, item in provenance.items():
        if table not in SCHEMA:
            findings.error(
                _TABLE,
                f"tables.{table}",
                f"one of {listed(list(SCHEMA))}",
                repr(table),
                "rename it",
            )
            continue
        for label, status in {"status": item.status, **item.columns}.items():
            # A column's label may go on to say more: "modelled (simplified borders)".
            word = status.split(" ")[0] if label != "status" else status
            if word not in STATUSES:
                findings.error(
                    _TABLE,
                    f"tables.{table}, {label}",
                    f"one of {listed(STATUSES)}",
                    repr(status),
                    "say which of these it is",
                )
        for column in item.columns:
            if column not in SCHEMA[table].names:
                findings.error(
                    _TABLE,
                    f"tables.{table}, columns",
                    f"one of {listed(SCHEMA[table].names, most=20)}",
                    repr(column),
                    "correct the column's name",
                )


def _parsed(text: object) -> pyproj.CRS | None:
    import pyproj

    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        return None


def _check_crs(findings: Findings, text: object) -> pyproj.CRS | None:
    crs = _parsed(text)
    if crs is None:
        findings.error(
            _TABLE,
            "crs",
            "the coordinate system of the geometries, such as 'EPSG:4326' (longitude, latitude)",
            repr(text) if text else "none",
            "ask whoever drew the map, and write its EPSG code",
        )
    return crs


def _check_metric(findings: Findings, text: object) -> pyproj.CRS | None:
    crs = _parsed(text)
    if crs is None:
        found = repr(text) if text else "none"
    elif not crs.is_projected:
        found = f"{text!r}, in which distances would be in degrees"
    elif {axis.unit_name for axis in crs.axis_info[:2]} != {"metre"}:
        found = f"{text!r}, whose unit is the {crs.axis_info[0].unit_name}"
    else:
        return crs
    findings.error(
        _TABLE,
        "metric_crs",
        "a projected coordinate system in metres",
        found,
        "write the code of your zone, such as 'EPSG:4544' (CGCS2000, central meridian 105 E)",
    )
    return None


def check_coverage(draft: Draft, systems: Systems) -> None:
    """Warn if the county lies where its metric system is not meant to be used."""
    if systems.metric is None or systems.metric.area_of_use is None or draft.tables["units"].empty:
        return
    west, south, east, north = systems.metric.area_of_use.bounds
    bounds = draft.tables["units"].geometry.to_crs("EPSG:4326").total_bounds
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    inside_x = west <= x <= east if west <= east else (x >= west or x <= east)
    if not (inside_x and south <= y <= north):
        area: Any = systems.metric.area_of_use
        draft.findings.warning(
            _TABLE,
            "metric_crs",
            f"a county within {area.name}",
            f"one about longitude {x:.2f}, latitude {y:.2f}",
            "choose the metric system of the county's own zone, else distances are distorted",
        )
