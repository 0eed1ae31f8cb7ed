"""A table as it came from a file: its cells, and where each row stands in that file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

    from zoning.county.findings import Findings

__all__ = ["Note", "Raw", "Trace", "in_rows", "raw_of_frame"]

_ROWS_NAMED: Final = 20


class Note(NamedTuple):
    """Something that was taken as read rather than stated.

    Attributes:
        place: the file, and its sheet or layer.
        text: what was taken for what.
    """

    place: str
    text: str

    def __str__(self) -> str:
        """Return the note as one line."""
        return f"{self.place}: {self.text}"


class Trace(NamedTuple):
    """Where a row of a county's table came from."""

    place: str
    row: int
    word: str = "row"

    def __str__(self) -> str:
        """Return the row for a fault."""
        return f"{self.word} {self.row}"


@dataclass
class Raw:
    """A table as it came.

    Attributes:
        place: the file, and its sheet or layer, as faults name it.
        frame: cells as texts, numbers, dates or None; the columns are the headings.
        rows: for each row its number in the file, as a spreadsheet shows it (the line of
            headings is counted), or the feature's number in a layer.
        geometry: GeoSeries for layers, else None.
        crs: coordinate system that the file itself states, else None.
        word: what a row is called in faults.
        fields: field -> heading, once they are recognised.
    """

    place: str
    frame: pd.DataFrame
    rows: list[int]
    geometry: Any = None
    crs: Any = None
    word: str = "row"
    fields: dict[str, str] = field(default_factory=dict)

    def cells(self, name: str) -> list[Any]:
        """Return a field's cells; None in every row if the table does not have it."""
        if name not in self.fields:
            return [None] * len(self.rows)
        cells: list[Any] = self.frame[self.fields[name]].tolist()
        return cells

    def trace(self, position: int) -> Trace:
        """Return where a row came from."""
        return Trace(self.place, self.rows[position], self.word)

    def where(self, position: int, identity: object = None) -> str:
        """Return where a row is, for a fault."""
        text = f"{self.word} {self.rows[position]}"
        return f"{text} ({identity})" if identity not in (None, "") else text


def in_rows(
    findings: Findings,
    raw: Raw,
    positions: Sequence[int],
    expected: str,
    found: str | Callable[[int], str],
    remedy: str,
    *,
    warning: bool = False,
) -> None:
    """Add a fault for each of the rows; beyond twenty they are counted."""
    add = findings.warning if warning else findings.error
    for position in positions[:_ROWS_NAMED]:
        text = found if isinstance(found, str) else found(position)
        add(raw.place, raw.where(position), expected, text, remedy)
    if len(positions) > _ROWS_NAMED:
        add(raw.place, "", expected, f"the same in {len(positions) - _ROWS_NAMED} more", remedy)


def raw_of_frame(frame: Any, place: str) -> Raw:
    """Return a DataFrame or GeoDataFrame as a raw table; its rows are counted from 1."""
    import geopandas
    import pandas as pd

    geometry = crs = None
    if isinstance(frame, geopandas.GeoDataFrame):
        geometry, crs = frame.geometry.reset_index(drop=True), frame.crs
        frame = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    plain = frame.reset_index(drop=True).astype("object")
    cells = plain.where(plain.notna(), None)
    rows = list(range(1, len(cells) + 1))
    word = "row" if geometry is None else "feature"
    return Raw(place, cells, rows, geometry, crs, word)
