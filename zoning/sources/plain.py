"""Tables whose columns are the county's own: units, journeys, neighbours, zones of today, locks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.county.schema import SCHEMA
from zoning.sources.cells import as_text, codes, words
from zoning.sources.raw import Raw

if TYPE_CHECKING:
    from zoning.county.findings import Findings

__all__ = ["has_keys", "plain_frame"]

_OF_UNITS = ("unit_id", "unit_a", "unit_b", "root_unit")
_CODED = (*_OF_UNITS, "school_id")


def has_keys(raw: Raw, table: str, findings: Findings) -> bool:
    """True if a table has its ids; else False and a fault: names are no keys."""
    keys = [
        name for name in SCHEMA[table].names
        if name in _CODED and SCHEMA[table][name].required and name not in raw.fields
    ]  # fmt: skip
    for name in keys:
        kind = (
            "10-digit school codes (学校标识码)"
            if name == "school_id"
            else ("12-digit village codes (统计用区划代码)")
        )
        named = " beside the names, since names repeat" if "name" in raw.fields else ""
        findings.error(
            raw.place, f"column {name}", f"{kind}, or ids of your own",
            "names only" if named else "no such column", f"add a column {name}{named}",
        )  # fmt: skip
    return not keys


def plain_frame(raw: Raw, table: str, findings: Findings, *, without: tuple[str, ...] = ()) -> Any:
    """Return the columns of a table that its file has, ids and words made plain.

    Numbers stay as they came: the county checks them.
    """
    columns: dict[str, Any] = {}
    for column in SCHEMA[table]:
        if column.name not in raw.fields or column.kind == "geometry" or column.name in without:
            continue
        if column.name in _CODED:
            key = "unit_id" if column.name in _OF_UNITS else column.name
            columns[column.name] = codes(raw, column.name, findings, key=key)
        elif column.kind in ("text", "flag"):
            columns[column.name] = words(raw, column.name)
        else:
            columns[column.name] = [
                float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool)
                else as_text(cell) for cell in raw.cells(column.name)
            ]  # fmt: skip
    return pd.DataFrame(columns, index=range(len(raw.rows)), dtype="object")
