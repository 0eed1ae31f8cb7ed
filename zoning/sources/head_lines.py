"""Finding the line of headings below titles, and putting headings of two lines together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

from zoning.sources.headings import field_of, normal

__all__ = ["Heads", "blank", "find_heads"]

_LINES_TRIED: Final = 15
"""Titles and remarks above the headings may take this many lines."""

Line = tuple[int, list[Any]]
Spoilt = dict[tuple[int, int], tuple[str, str]]


class Heads(NamedTuple):
    """The headings of a table.

    Attributes:
        cells: a heading for each column, None where there is none.
        first: position of the first line of headings.
        last: position of the last one; the data begin below it.
        known: how many fields they name.
    """

    cells: list[Any]
    first: int
    last: int
    known: int


def find_heads(
    lines: Sequence[Line], spoilt: Spoilt, table: str, wanted: Collection[str]
) -> Heads | None:
    """Return the headings that name the most fields of a table, None if no line names enough.

    Args:
        lines: (row, cells) without the blank lines.
        spoilt: the cells of a workbook that are merged with one before them.
        table: the county's table.
        wanted: stated headings, made plain.
    """
    best: Heads | None = None
    for i, (row, cells) in enumerate(lines[:_LINES_TRIED]):
        found = [Heads(cells, i, i, _known(table, cells, wanted))]
        if i and any(at[0] == lines[i - 1][0] or at[0] == row for at in spoilt):
            both = _together(lines[i - 1], lines[i], spoilt, table)
            found.append(Heads(both, i - 1, i, _known(table, both, wanted)))
        for heads in found:
            if best is None or heads.known > best.known:
                best = heads
    if best is None or not best.known:
        return None
    filled = sum(not blank(cell) for cell in best.cells)
    return best if best.known >= min(2, filled) else None


def _together(above: Line, below: Line, spoilt: Spoilt, table: str) -> list[Any]:
    """Return the headings of two lines in one: 一年级 over 班数 is 一年级班数.

    A cell above that is merged over several columns belongs to each of them; one that is merged
    with the cell below it is the heading of its column.
    """
    upper = list(above[1])
    for column in range(1, len(upper)):
        matter, _ = spoilt.get((above[0], column), ("", ""))
        if blank(upper[column]) and matter == "merged":
            upper[column] = upper[column - 1]
    heads: list[Any] = []
    for column in range(max(len(upper), len(below[1]))):
        top = upper[column] if column < len(upper) else None
        low = below[1][column] if column < len(below[1]) else None
        if blank(low) or blank(top):
            heads.append(top if blank(low) else low)
        else:
            joined = f"{str(top).strip()}{str(low).strip()}"
            heads.append(joined if field_of(table, joined) is not None else low)
    return heads


def _known(table: str, cells: Sequence[Any], wanted: Collection[str]) -> int:
    """Return how many different fields, or stated headings, the cells name."""
    words = [normal(cell) for cell in cells if not blank(cell)]
    fields = {field_of(table, word) for word in words if word not in wanted} - {None}
    return len(fields) + len({word for word in words if word in wanted})


def blank(cell: object) -> bool:
    """True if a cell holds nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip()) or cell != cell
