"""From rows of cells to a table: finding the line of headings and what each heading stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from zoning.county.findings import listed
from zoning.sources.head_lines import blank, find_heads
from zoning.sources.headings import field_of, fields_of, normal
from zoning.sources.privacy import refuse_persons
from zoning.sources.raw import Note, Raw

if TYPE_CHECKING:
    from zoning.county.findings import Findings

__all__ = ["Grid", "recognise", "table_of"]

_TOTALS: Final = frozenset({"合计", "总计", "小计", "共计", "total", "sum", "subtotal"})
_PLACE_GROUPS: Final = (("lon", "lat"), ("easting", "northing"), ("x", "y"), ("wkt",))


@dataclass
class Grid:
    """Rows of cells as they stand in a file.

    Attributes:
        place: the file, and its sheet.
        lines: (row as a spreadsheet counts it, cells).
        spoilt: (row, column counted from 0) -> (what is the matter, the cell's name), for cells
            of workbooks: ``"merged"``, ``"formula"`` (with its last value), ``"uncomputed"`` or
            ``"error"``.
        strict: True if a cell below no heading is a fault (CSV), False if it is a remark.
    """

    place: str
    lines: list[tuple[int, list[Any]]]
    spoilt: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    strict: bool = False


def table_of(
    grid: Grid, table: str, stated: Mapping[str, str], findings: Findings, notes: list[Note]
) -> Raw | None:
    """Return the grid's table, or None and a fault.

    Args:
        grid: the cells.
        table: the county's table it is for.
        stated: field -> heading, where the planner states it.
        findings: where faults go.
        notes: where guesses go.
    """
    lines = [line for line in grid.lines if any(not blank(cell) for cell in line[1])]
    if not lines:
        findings.error(grid.place, "", "a table", "nothing", "fill it in, or name another one")
        return None
    wanted = {normal(heading) for heading in stated.values()}
    heads = find_heads(lines, grid.spoilt, table, wanted)
    if heads is None:
        findings.error(
            grid.place, f"row {lines[0][0]}", f"a line of headings for {table}, such as "
            f"{', '.join(fields_of(table)[:4])} or their Chinese names",
            listed([str(cell) for cell in lines[0][1] if not blank(cell)], most=6),
            "write the headings in one line above the data, or state them as columns",
        )  # fmt: skip
        return None
    if heads.last:
        rows = [row for row, _ in lines]
        told = f"row {rows[heads.last]} holds the headings"
        if heads.first < heads.last:
            told = f"rows {rows[heads.first]} and {rows[heads.last]} hold the headings"
        if heads.first:
            told += f"; what is above row {rows[heads.first]} is left out"
        notes.append(Note(grid.place, told))
    return _below(grid, table, stated, heads.cells, lines[heads.last + 1 :], findings, notes)


def _below(
    grid: Grid, table: str, stated: Mapping[str, str], heads: list[Any],
    lines: list[tuple[int, list[Any]]], findings: Findings, notes: list[Note],
) -> Raw | None:  # fmt: skip
    """Return the table below a line of headings."""
    columns = [i for i, head in enumerate(heads) if not blank(head)]
    names = _told_apart([str(heads[i]).strip() for i in columns])
    kept: list[list[Any]] = []
    rows: list[int] = []
    for row, cells in lines:
        values = [cells[i] if i < len(cells) else None for i in columns]
        if any(normal(cell) in _TOTALS for cell in values[:3] if isinstance(cell, str)):
            notes.append(Note(grid.place, f"row {row} left out: it is a total"))
        elif any(not blank(value) for value in values):
            kept.append(values)
            rows.append(row)
        extra = [i for i, c in enumerate(cells) if not blank(c) and i not in columns]
        if extra and grid.strict:
            findings.error(
                grid.place, f"row {row}", f"{len(columns)} cells, as there are headings",
                f"a cell in column {extra[0] + 1}, which has no heading",
                "complete the line of headings; in CSV, text with a comma needs quotation marks",
            )  # fmt: skip
    frame = pd.DataFrame(kept, columns=pd.Index(names), dtype="object")
    raw = Raw(grid.place, frame, rows)
    if not recognise(raw, table, stated, findings, notes):
        return None
    _judge_spoilt(grid, raw, dict(zip(columns, names, strict=True)), findings, notes)
    return raw


def _told_apart(names: list[str]) -> list[str]:
    """Return headings that are all different, so that two of a name are seen as two."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told


def recognise(
    raw: Raw, table: str, stated: Mapping[str, str], findings: Findings, notes: list[Note]
) -> bool:
    """Find out which heading stands for which field; refuse personal columns.

    Returns:
        False, and faults, if a field has two headings, or a stated heading is not there.
    """
    before = len(findings.faults)
    refuse_persons(raw, findings)
    headings = [str(name) for name in raw.frame.columns]
    plain = {name: name.rsplit(" (", 1)[0] if name.endswith(")") else name for name in headings}
    found: dict[str, list[str]] = {}
    by_word = {normal(name): name for name in reversed(headings)}
    for name, heading in stated.items():
        if normal(heading) in by_word:
            found[name] = [by_word[normal(heading)]]
        else:
            findings.error(
                raw.place, f"columns, {name}", f"the heading {heading!r}",
                listed(headings, most=12), "correct the heading in columns",
            )  # fmt: skip
    taken = {heading for texts in found.values() for heading in texts}
    guessed: list[str] = []
    for heading in headings:
        known = field_of(table, heading) or field_of(table, plain[heading])
        if heading in taken or known is None or known in stated:
            continue
        found.setdefault(known, []).append(heading)
        if normal(heading) != normal(known):
            guessed.append(f"{heading} is {known}")
    for name, texts in found.items():
        if len(texts) > 1:
            findings.error(
                raw.place, f"column {name}", "one heading for it", f"{listed(texts)}",
                f'state which one counts: columns = {{ "{name}" = "{texts[0]}" }}, '
                "or take the other out",
            )  # fmt: skip
    raw.fields = {name: texts[0] for name, texts in found.items()}
    _one_place(raw, notes)
    used = set(raw.fields.values())
    left = [h for h in headings if h not in used]
    if guessed:
        notes.append(Note(raw.place, "; ".join(guessed)))
    if left:
        notes.append(Note(raw.place, f"left out: {listed(left, most=12)}"))
    return not any(fault.severity == "error" for fault in findings.faults[before:])


def _one_place(raw: Raw, notes: list[Note]) -> None:
    """Keep one pair of coordinates where a table has several."""
    there = [group for group in _PLACE_GROUPS if set(group) <= set(raw.fields)]
    spare = there if raw.geometry is not None else there[1:]
    for name in (name for group in spare for name in group):
        heading = raw.fields.pop(name)
        kept = "the layer's shapes" if raw.geometry is not None else " and ".join(there[0])
        notes.append(Note(raw.place, f"{heading} is not used: {kept} tell the place"))


def _judge_spoilt(
    grid: Grid, raw: Raw, names: Mapping[int, str], findings: Findings, notes: list[Note]
) -> None:
    """Refuse merged and broken cells where their meaning is open; fill in where it is plain."""
    fields = {heading: name for name, heading in raw.fields.items()}
    position = {row: i for i, row in enumerate(raw.rows)}
    filled: dict[str, int] = {}
    for (row, column), (matter, cell) in sorted(grid.spoilt.items()):
        name = fields.get(names.get(column, ""), "")
        if row not in position or not name:
            continue
        where = f"row {row}, cell {cell}"
        if matter == "merged" and name in ("township", "settlement", "stage", "year"):
            above = raw.frame[names[column]].tolist()[: position[row]]
            value = next((v for v in reversed(above) if not blank(v)), None)
            raw.frame.loc[position[row], names[column]] = value
            filled[name] = filled.get(name, 0) + 1
        elif matter == "merged":
            findings.error(
                raw.place, where, f"one cell for each row in column {name}",
                "a cell merged with the one before it",
                "take the merging back (取消合并) and write each row's own value",
            )  # fmt: skip
        elif matter == "uncomputed":
            findings.error(
                raw.place, where, f"a value in column {name}", "a formula that was never computed",
                "open the file in a spreadsheet, save it, or paste the values (选择性粘贴, 数值)",
            )  # fmt: skip
        elif matter == "error":
            findings.error(
                raw.place, where, f"a value in column {name}", "an error of the spreadsheet",
                "mend the formula, or write the value",
            )  # fmt: skip
        else:
            filled[f"{name} from formulas"] = filled.get(f"{name} from formulas", 0) + 1
    for name, count in filled.items():
        told = "last computed values of" if "formula" in name else "merged cells filled down in"
        notes.append(Note(raw.place, f"{told} {name}: {count} cells"))
