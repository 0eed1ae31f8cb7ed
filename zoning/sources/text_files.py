"""CSV files as spreadsheets write them: their encoding and their separator found and reported."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING, Final

from zoning.sources.grid import Grid
from zoning.sources.headings import field_of
from zoning.sources.raw import Note

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.county.findings import Findings

__all__ = ["decoded", "detected", "read_csv"]

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_CODECS: Final = {
    "utf8": "utf-8-sig", "utf8sig": "utf-8-sig", "utf16": "utf-16", "gb18030": "gb18030",
    "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "ansi": "gb18030",
}  # fmt: skip
_ODD: Final = re.compile(
    r"[^\x00-\x7f\u00a0-\u00ff\u0391-\u03c9\u0410-\u044f\u2000-\u27bf\u3000-\u312f\u3200-\u33ff"
    r"\u4e00-\u9fff\uff00-\uffef]"
)
_SPOILT: Final = re.compile("\ufffd|锟斤拷|烫烫|Ã[\x80-\xbf]")
_MOST_ODD: Final = 0.02
_LONGEST_CELL: Final = 2**27
_SEPARATORS: Final = ",\t;"
_SAVE: Final = "save the file as 'CSV UTF-8', or state its encoding"


def detected(data: bytes) -> tuple[str, str] | None:
    """Return codec and name of the encoding that fits a file's bytes, None if none does."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return codec, name
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8", "UTF-8"
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    odd, wide = len(_ODD.findall(text)), sum(ord(letter) > 127 for letter in text)
    return ("gb18030", "GB18030") if odd <= _MOST_ODD * wide else None


def decoded(
    data: bytes, place: str, encoding: str, findings: Findings, notes: list[Note]
) -> str | None:
    """Return a file's text, or None and a fault.

    Args:
        data: the file's bytes.
        place: the file's name.
        encoding: as stated, ``""`` to find it out.
        findings: where faults go.
        notes: where a guess goes.
    """
    word = re.sub(r"[^a-z0-9]", "", encoding.lower())
    if word in ("", "auto"):
        guess = detected(data)
        if guess is None:
            findings.error(place, "", "text in UTF-8 or GB18030", "bytes that are neither", _SAVE)
            return None
        codec, name = guess
        if not data.isascii():
            notes.append(Note(place, f"encoding taken as {name}"))
    elif word not in _CODECS:
        findings.error(place, "encoding", "UTF-8 or GB18030", repr(encoding), "state one of them")
        return None
    else:
        codec = _CODECS[word]
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        findings.error(
            place, f"row {row}", f"text in {encoding}", "bytes that are not", "state the encoding "
            "the file has, or leave encoding out to have it found",
        )  # fmt: skip
        return None
    spoilt = _SPOILT.search(text)
    if spoilt:
        row = text[: spoilt.start()].count("\n") + 1
        findings.error(
            place, f"row {row}", "names that can be read", f"{spoilt[0]!r}, left by a wrong "
            "encoding", "go back to the file before it was saved in the wrong encoding",
        )  # fmt: skip
        return None
    return text


def read_csv(
    path: Path, place: str, table: str, encoding: str, findings: Findings, notes: list[Note]
) -> Grid | None:
    """Read a CSV file's rows, or return None and a fault."""
    text = decoded(path.read_bytes(), place, encoding, findings, notes)
    if text is None:
        return None
    if "\x00" in text:
        findings.error(place, "", "a text file", "bytes of another kind", "save it as CSV UTF-8")
        return None
    separator = _separator(text, table)
    if separator != ",":
        told = "tabs" if separator == "\t" else "semicolons"
        notes.append(Note(place, f"cells are parted by {told}"))
    csv.field_size_limit(_LONGEST_CELL)  # the default is too short for a polygon's text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        lines = [(n, [_unmarked(cell) for cell in cells]) for n, cells in enumerate(reader, 1)]
    except csv.Error as error:
        findings.error(
            place, f"line {reader.line_num}", "rows of cells", str(error),
            "close the quotation marks, or save the table anew",
        )  # fmt: skip
        return None
    return Grid(place, lines, strict=True)


def _unmarked(cell: str) -> str:
    """Return a cell without the apostrophe by which spreadsheets mark text.

    `zoning.sources.writing` puts one before whatever looks like a formula.
    """
    return cell[1:] if cell.startswith("'") else cell


def _separator(text: str, table: str) -> str:
    """Return the separator with which the first lines hold the most headings."""
    head = text.splitlines()[:15]
    known = {
        mark: max(
            (sum(field_of(table, cell) is not None for cell in line.split(mark)) for line in head),
            default=0,
        )
        for mark in _SEPARATORS
    }
    return max(_SEPARATORS, key=lambda mark: (known[mark], -_SEPARATORS.index(mark)))
