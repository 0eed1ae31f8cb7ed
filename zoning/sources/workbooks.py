"""XLSX workbooks, through openpyxl."""

from __future__ import annotations

import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any, Final

from zoning.county.findings import listed
from zoning.sources.archives import harmless
from zoning.sources.grid import Grid
from zoning.sources.headings import SHEETS, normal
from zoning.sources.raw import Note

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.county.findings import Findings

__all__ = ["chosen", "read_workbook"]

_OLE: Final = b"\xd0\xcf\x11\xe0"
_MOST_CELLS: Final = 20_000_000
_DECLARATION: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def read_workbook(
    path: Path, place: str, table: str, sheet: str, findings: Findings, notes: list[Note]
) -> Grid | None:
    """Read a sheet's rows, or return None and a fault.

    Args:
        path: the file.
        place: its name.
        table: the county's table it is for.
        sheet: the sheet's name; ``""`` to find it.
        findings: where faults go.
        notes: where guesses go.
    """
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            findings.error(
                place, "", "an XLSX workbook", "an old .xls file, or one with a password",
                "open it, take the password off and save it as .xlsx",
            )  # fmt: skip
            return None
    if not harmless(path, place, findings):
        return None
    import openpyxl

    try:
        if not _plain_xml(path, place, findings):
            return None
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")  # about styles and validation, which nobody reads here
            book = openpyxl.load_workbook(file)
            titles = [one.title for one in book.worksheets]
            name = chosen(sheet, titles, table, place, "sheet", findings, notes)
            if name is None:
                return None
            values = openpyxl.load_workbook(file, data_only=True) if _computed(book[name]) else book
    except Exception as error:  # zlib, zipfile and openpyxl raise whatever the damage leads to
        found = " ".join(str(error).split())[:200] or type(error).__name__
        findings.error(place, "", "a complete XLSX workbook", found, "save it anew as .xlsx")
        return None
    return _grid(book[name], values[name], f"{place}, sheet {name}", findings)


def _plain_xml(path: Path, place: str, findings: Findings) -> bool:
    """Refuse XML with entities of its own, which no spreadsheet writes."""
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as file:
                    if _DECLARATION.search(file.read(4096)):
                        findings.error(
                            place, part.filename, "plain XML", "entities of its own (an XML bomb)",
                            "get the file anew from whoever made it",
                        )  # fmt: skip
                        return False
    return True


def chosen(
    stated: str, names: list[str], table: str, place: str, word: str,
    findings: Findings, notes: list[Note],
) -> str | None:  # fmt: skip
    """Return the sheet or layer to read: the stated one, one named like the table, the only one."""
    if stated:
        if stated in names:
            return stated
        findings.error(
            place, word, f"a {word} {stated!r}", listed(names), f"correct the name of the {word}"
        )
        return None
    words = {normal(name): name for name in reversed(names)}
    like = [words[normal(one)] for one in SHEETS.get(table, (table,)) if normal(one) in words]
    if len(names) == 1 or like:
        name = like[0] if like else names[0]
        if len(names) > 1:
            notes.append(Note(place, f"{word} {name!r} taken for {table}"))
        return name
    findings.error(
        place, word, f"the {word} that holds {table}", listed(names),
        f'state it: {word} = "{names[0] if names else "..."}"',
    )  # fmt: skip
    return None


def _computed(sheet: Any) -> bool:
    return any(cell.data_type == "f" for cell in sheet._cells.values())


def _grid(sheet: Any, values: Any, place: str, findings: Findings) -> Grid | None:
    # _cells holds what is in the file; going over rows and columns would make every cell up to a
    # stray one in the last row of a million
    filled = {at: cell for at, cell in sheet._cells.items() if cell.value is not None}
    if not filled:
        return Grid(place, [])
    last, width = max(row for row, _ in filled), max(column for _, column in filled)
    if len({row for row, _ in filled}) * width > _MOST_CELLS:
        findings.error(
            place, "", f"at most {_MOST_CELLS:,} cells", f"{last:,} rows x {width:,} columns",
            "delete stray cells far from the table",
        )  # fmt: skip
        return None
    spoilt: dict[tuple[int, int], tuple[str, str]] = {}
    rows: dict[int, list[Any]] = {}
    for (row, column), cell in filled.items():
        value = cell.value
        if cell.data_type == "f":
            value = values._cells[row, column].value
            matter = "uncomputed" if value is None else "formula"
            if values._cells[row, column].data_type == "e":
                matter, value = "error", None
            spoilt[row, column - 1] = (matter, cell.coordinate)
        elif cell.data_type == "e":
            spoilt[row, column - 1], value = ("error", cell.coordinate), None
        rows.setdefault(row, [None] * width)[column - 1] = value
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, min(area.max_row, last) + 1):
            for column in range(area.min_col, min(area.max_col, width) + 1):
                if (row, column) != (area.min_row, area.min_col):
                    name = sheet.cell(row, column).coordinate
                    spoilt[row, column - 1] = ("merged", name)
    return Grid(place, sorted(rows.items()), spoilt)
