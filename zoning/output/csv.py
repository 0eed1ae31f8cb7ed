"""CSV files that are safe to open in a spreadsheet.

A name such as ``=1+1`` would be run as a formula, so names that begin like one get a leading
apostrophe. Ids are never touched: other files refer to them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from zoning.county.files import atomic_write
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from zoning.plan.plan import Plan

__all__ = ["TABLES", "frame_csv", "neutral", "table_csv", "write_table"]

TABLES = ("assignment", "schools", "moved", "built", "actions", "feeders", "diversions", "buses")
_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""Full-width signs count too: some spreadsheets read them as the plain ones."""
_MARK = "\ufeff"
"""Tells spreadsheets that the file is UTF-8; without it they garble Chinese names."""


def neutral(text: str) -> str:
    """Return a name that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def table_csv(plan: Plan, table: str) -> str:
    """Return one of the plan's tables as CSV text.

    Args:
        plan: the plan.
        table: one of `TABLES`; ``"assignment"`` has ids only.

    Raises:
        InputError: there is no such table.
    """
    if table not in TABLES:
        found = repr(table)
        fault = Fault("error", "arguments", "table", " or ".join(TABLES), found, "name one of them")
        raise InputError(fault)
    return frame_csv(getattr(plan, table))


def frame_csv(rows: pd.DataFrame) -> str:
    """Return a table as CSV text, its names safe to open in a spreadsheet."""
    mark = ""
    if "name" in rows.columns:
        rows, mark = rows.assign(name=[neutral(name) for name in rows["name"]]), _MARK
    text: str = rows.to_csv(index=False, lineterminator="\n")
    return mark + text


def write_table(plan: Plan, path: Path, table: str) -> None:
    """Write one of the plan's tables in one step; see `table_csv`."""
    atomic_write(path, table_csv(plan, table))
