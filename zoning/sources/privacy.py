"""Refusing what names a child: identity numbers, student numbers, names of pupils and parents.

The library needs counts by place and grade. A message names the place of a refused cell and never
repeats what stands in it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from zoning.sources.headings import normal
from zoning.sources.raw import in_rows

if TYPE_CHECKING:
    from zoning.county.findings import Findings
    from zoning.sources.raw import Raw

__all__ = ["is_identity_number", "refuse_persons"]

_PARTS: Final = (
    "身份证",
    "证件号",
    "学籍号",
    "学籍编号",
    "监护人",
    "家长",
    "identitynumber",
    "idnumber",
)
_WORDS: Final = frozenset(
    normal(word)
    for word in (
        "姓名",
        "学生姓名",
        "儿童姓名",
        "幼儿姓名",
        "孩子姓名",
        "适龄儿童姓名",
        "学生名字",
        "pupil name",
        "student name",
        "child name",
        "full name",
        "first name",
        "last name",
        "surname",
        "parent name",
        "id card",
        "student id",
        "pupil id",
    )
)
_NUMBER: Final = re.compile(r"(?<!\d)(\d{17}[\dXx])(?!\d)")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_REMEDY: Final = (
    "take the column out and hand over counts by village and grade only; this library neither "
    "needs nor keeps who a child is"
)


def is_identity_number(text: str) -> bool:
    """True if a text holds a citizen's identity number (GB 11643: 18 digits with a check digit)."""
    for match in _NUMBER.finditer(text):
        digits = match[1].upper()
        total = sum(int(d) * w for d, w in zip(digits[:17], _WEIGHTS, strict=True))
        if _CHECKS[total % 11] == digits[17] and _is_date(digits[6:14]):
            return True
    return False


def _is_date(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2100
    except ValueError:
        return False


def refuse_persons(raw: Raw, findings: Findings) -> None:
    """Add a fault for every heading and row that tells who a child is."""
    for heading in map(str, raw.frame.columns):
        word = normal(heading)
        if word in _WORDS or any(part in word for part in _PARTS):
            findings.error(
                raw.place, f"column {heading}", "counts of children", "particulars of persons",
                _REMEDY,
            )  # fmt: skip
            continue
        hit = [i for i, cell in enumerate(raw.frame[heading].tolist()) if _personal(cell)]
        in_rows(
            findings, raw, hit, f"no identity numbers in column {heading}",
            "an identity number", _REMEDY,
        )  # fmt: skip


def _personal(cell: object) -> bool:
    if isinstance(cell, str):
        return len(cell) >= 18 and is_identity_number(cell)
    # a spreadsheet keeps 15 digits of a number, so the check digit is gone
    return isinstance(cell, int | float) and 1e17 <= cell < 1e18
