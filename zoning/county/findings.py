"""Collecting everything that is wrong with a county, worded row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from zoning.county.schema import TableSchema

__all__ = ["ROWS_NAMED", "Findings", "listed", "row_label"]

ROWS_NAMED: Final = 20
"""So many rows are named for one kind of fault in one column; the rest are counted."""

_NOUNS: Final = {"unit_id": "unit ", "school_id": "school ", "grade": "grade ", "plan": "plan "}

Found = str | Callable[[int], str]


def row_label(schema: TableSchema, frame: pd.DataFrame, position: int) -> str:
    """Return where a row is: its number counted from 1, and the ids in its key."""
    words = []
    for name in schema.key:
        value = frame[name].iloc[position] if name in frame.columns else ""
        # a column with a whole number in every row may still have been read as floats
        text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
        if text not in ("", "nan", "None", "<NA>"):
            words.append(_NOUNS.get(name, "") + text)
    return f"row {position + 1} ({', '.join(words)})" if words else f"row {position + 1}"


def listed(texts: Sequence[str], *, most: int = 8) -> str:
    """Return texts as a list for a sentence, shortened if it is long."""
    shown = ", ".join(repr(text) for text in texts[:most])
    more = len(texts) - most
    return f"{shown} and {more} more" if more > 0 else shown or "nothing"


class Findings:
    """The faults found so far."""

    def __init__(self) -> None:
        """Start with nothing found."""
        self.faults: list[Fault] = []

    def error(self, table: str, where: str, expected: str, found: str, remedy: str) -> None:
        """Add an error."""
        self.faults.append(Fault("error", table, where, expected, found, remedy))

    def warning(self, table: str, where: str, expected: str, found: str, remedy: str) -> None:
        """Add a warning."""
        self.faults.append(Fault("warning", table, where, expected, found, remedy))

    def rows(
        self,
        schema: TableSchema,
        frame: pd.DataFrame,
        wrong: NDArray[np.bool_],
        expected: str,
        found: Found,
        remedy: str,
        *,
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        """Add one fault for each row that is wrong; beyond `ROWS_NAMED` they are counted.

        Args:
            schema: the table.
            frame: its rows.
            wrong: one flag a row.
            expected: what should be there.
            found: what is there; a function gets the row's position, counted from 0.
            remedy: how to mend it.
            severity: error or warning.
        """
        positions = np.flatnonzero(wrong)
        for position in positions[:ROWS_NAMED].tolist():
            text = found if isinstance(found, str) else found(position)
            where = row_label(schema, frame, position)
            self.faults.append(Fault(severity, schema.name, where, expected, text, remedy))
        if len(positions) > ROWS_NAMED:
            more = f"the same in {len(positions) - ROWS_NAMED} more rows"
            self.faults.append(Fault(severity, schema.name, "", expected, more, remedy))

    @property
    def errors(self) -> bool:
        """True if anything found is an error."""
        return any(fault.severity == "error" for fault in self.faults)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The warnings found."""
        return tuple(fault for fault in self.faults if fault.severity == "warning")

    def raise_errors(self) -> None:
        """Raise InputError with everything found if any of it is an error."""
        if self.errors:
            raise InputError(self.faults)
