"""The tables of a public notice as rows of text: zones, look-up of addresses, pupils."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from zoning.output.csv import neutral
from zoning.output.public.counts import TOTAL
from zoning.output.public.zones import placed_grades

if TYPE_CHECKING:
    from zoning.output.public.edition import Edition
    from zoning.output.public.words import Language

__all__ = ["csv_text", "lookup_rows", "pupil_rows", "unit_rows", "zone_rows"]

Rows = list[list[str]]
_MARK = "\ufeff"


def zone_rows(edition: Edition, language: Language) -> Rows:
    """Return headings, then number, school, grades, units, addresses and boundaries of a zone."""
    keys = ("number", "school", "grade", "units", "addresses", "boundary")
    rows = [[language[key] for key in keys]]
    of_unit: dict[str, list[str]] = {}
    for address in edition.addresses:
        of_unit.setdefault(address.unit_id, []).append(language.address(address))
    for zone, sides in zip(edition.zones, edition.sides, strict=True):
        addresses = [text for unit in zone.units for text in of_unit.get(unit, [])]
        rows.append([
            str(zone.number),
            zone.school,
            language.grades(zone.grades),
            language.listed([edition.labels[unit] for unit in zone.units]),
            language.listed(addresses),
            language.boundary(sides, edition.labels),
        ])  # fmt: skip
    if not edition.addresses:
        rows = [[*row[:4], *row[5:]] for row in rows]
    return rows


def lookup_rows(edition: Edition, language: Language) -> Rows:
    """Return headings, then a row for each address (or unit without one) and zone, in order."""
    keys = ("township", "unit", "estate", "street column", "houses", "grade", "school", "number")
    head = [language[key] for key in keys]
    places: dict[str, list[tuple[str, str, str]]] = {}
    for address in edition.addresses:
        texts = (address.estate, address.street, language.houses(address))
        places.setdefault(address.unit_id, []).append(texts)
    town = dict(zip(edition.county.units["unit_id"], edition.county.units["township"], strict=True))
    rows = [
        [town[unit], edition.labels[unit], *texts,
         language.grades(zone.grades), zone.school, str(zone.number)]
        for zone in edition.zones
        for unit in zone.units
        for texts in places.get(unit, [("", "", "")])
    ]  # fmt: skip
    rows.sort(key=lambda row: row[:6])
    if not edition.addresses:
        head, rows = [*head[:2], *head[5:]], [[*row[:2], *row[5:]] for row in rows]
    return [head, *rows]


def pupil_rows(edition: Edition, language: Language) -> Rows:
    """Return headings, then the pupils of each school by grade and in all, then the county's."""
    counts = edition.counts
    if counts is None:
        return []
    heads = [language.grades([grade]) for grade in counts.grades]
    rows = [[language["number"], language["school"], *heads, language["total"]]]
    schools = {zone.school_id: zone for zone in edition.zones}
    for school, name, number in [
        *((zone.school_id, zone.school, str(zone.number)) for zone in schools.values()),
        (TOTAL, language["total"], ""),
    ]:
        cells = [(school, TOTAL, grade) for grade in (*counts.grades, TOTAL)]
        rows.append([number, name, *(_shown(edition, language, cell) for cell in cells)])
    return rows


def unit_rows(edition: Edition, language: Language) -> Rows:
    """Return headings, then the pupils of each unit by zone, with the zone's sum."""
    counts = edition.counts
    if counts is None:
        return []
    keys = ("number", "school", "grade", "unit", "pupils")
    rows = [[language[key] for key in keys]]
    grades = placed_grades(edition.plan, edition.county)
    for zone in edition.zones:
        for band in zone.bands:
            head = [str(zone.number), zone.school, language.grades(grades[band])]
            units = [(edition.labels[unit], unit) for unit in zone.units]
            for label, unit in [*units, (language["total"], TOTAL)]:
                cell = (zone.school_id, unit, f"band:{band}")
                rows.append([*head, label, _shown(edition, language, cell)])
    return rows


def _shown(edition: Edition, language: Language, cell: tuple[str, str, str]) -> str:
    assert edition.counts is not None
    if cell not in edition.counts.values:  # nobody there, as in grades that a school does not teach
        return ""
    value = edition.counts.values[cell]
    return language["hidden"] if value is None else str(value)


def csv_text(rows: Sequence[Sequence[str]], notice: str) -> str:
    """Return rows as CSV for spreadsheets: UTF-8 mark, no formulas; a notice in a last column."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for at, row in enumerate(rows):
        cells = [neutral(cell) for cell in row]
        if notice:
            cells.append("notice" if at == 0 else neutral(notice))
        writer.writerow(cells)
    return _MARK + out.getvalue()
