"""Cells of bureaus' tables made plain: texts, codes, numbers, dates, Chinese words."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from zoning.sources.headings import OFFICIAL, is_official
from zoning.sources.raw import in_rows

if TYPE_CHECKING:
    from zoning.county.findings import Findings
    from zoning.sources.raw import Raw

__all__ = ["as_number", "as_text", "codes", "month_of", "numbers", "texts", "words"]

_WORDS: Final[dict[str, dict[str, str]]] = {
    "kind": {
        "幼儿园": "kindergarten", "完全小学": "complete-primary", "完小": "complete-primary",
        "小学": "complete-primary", "中心小学": "complete-primary", "中心校": "complete-primary",
        "primary school": "complete-primary", "primary": "complete-primary",
        "非完全小学": "incomplete-primary", "不完全小学": "incomplete-primary",
        "初小": "incomplete-primary", "教学点": "teaching-point", "小学教学点": "teaching-point",
        "初级中学": "junior", "初中": "junior", "九年一贯制": "nine-year",
        "九年一贯制学校": "nine-year", "九年制学校": "nine-year", "高级中学": "senior",
        "高中": "senior", "十二年一贯制": "twelve-year", "十二年一贯制学校": "twelve-year",
    },
    "settlement": {
        "城区": "urban", "城市": "urban", "镇区": "town", "县城": "town", "县镇": "town",
        "镇": "town", "乡村": "village", "农村": "village", "村": "village",
    },
    "stage": {
        "学前": "preschool", "学前教育": "preschool", "幼儿园": "preschool", "小学": "primary",
        "初中": "junior", "高中": "senior",
    },
    "mode": {"步行": "walk", "走读": "walk", "校车": "bus", "公交": "bus", "寄宿": "board",
             "住校": "board"},
    "status": {"现有": "existing", "已建": "existing", "规划": "candidate", "拟建": "candidate",
               "候选": "candidate"},
    "lock": {"必须": "must", "不得": "must-not", "冻结": "frozen", "飞地": "island"},
    "plan": {"现行": "today", "今年": "today"},
    "group": {"常住": "resident", "随迁": "migrant", "随迁子女": "migrant"},
    "boarding": {"是": "true", "有": "true", "√": "true", "y": "true", "否": "false",
                 "无": "false", "没有": "false", "n": "false", "×": "false"},
}  # fmt: skip
_WORDS["multigrade"] = _WORDS["boarding"]
_GRADES: Final = {f"{name}年级": str(n) for n, name in enumerate("一二三四五六七八九", 1)} | {
    "初一": "7", "初二": "8", "初三": "9",
}  # fmt: skip
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_WITH_DIGITS: Final = {12: re.compile(r"\d{12}(-[\w-]+)?"), 10: re.compile(r"\d{10}(-[\w-]+)?")}
_MONTH: Final = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s*[-/.年]?\s*(?P<month>1[0-2]|0?[1-9])"
    r"(?:\s*[-/.月]\s*(?:\d{1,2}\s*日?)?|\d\d)?"
)
_LEAST_SERIAL, _MOST_SERIAL = 29_000, 60_000


def as_text(cell: object) -> str:
    """Return a cell as text: whole numbers without a point, no blanks around it."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2.0**53:
        return str(int(cell))
    if isinstance(cell, datetime.datetime | datetime.date):
        return cell.isoformat()[:10]
    return str(cell).strip()


def as_number(cell: object) -> float:
    """Return a cell as a number: NaN if it is blank.

    Raises:
        ValueError: it is no number.
    """
    if isinstance(cell, bool):
        raise ValueError(str(cell))
    if isinstance(cell, int | float):
        return float(cell)
    text = unicodedata.normalize("NFKC", as_text(cell))
    if not text:
        return math.nan
    if "_" in text:  # float() takes 1_000 for a number
        raise ValueError(text)
    return float(text)


def texts(raw: Raw, field: str) -> list[str]:
    """Return a field's cells as texts."""
    return [as_text(cell) for cell in raw.cells(field)]


def words(raw: Raw, field: str) -> list[str]:
    """Return a field's cells, Chinese words replaced by the county's own; others stay."""
    known = _WORDS.get(field, _GRADES if field == "grade" else {})
    return [known.get(text.lower(), text) for text in texts(raw, field)]


def numbers(raw: Raw, field: str, findings: Findings, *, low: float | None = 0.0) -> list[float]:
    """Return a field's cells as numbers, NaN where blank; others are faults."""
    found: list[float] = []
    wrong: list[int] = []
    small: list[int] = []
    cells = raw.cells(field)
    for position, cell in enumerate(cells):
        try:
            number = as_number(cell)
        except ValueError:
            wrong.append(position)
            number = math.nan
        if math.isinf(number) or (low is not None and number < low):
            small.append(position)
            number = math.nan
        found.append(number)
    heading = raw.fields.get(field, field)
    in_rows(
        findings, raw, wrong, f"a number in column {heading}", lambda i: repr(as_text(cells[i])),
        "write a plain number, such as 12 or 3.5, and remarks in a column of their own",
    )  # fmt: skip
    in_rows(
        findings, raw, small, f"a number in column {heading}" + (f" of at least {low:g}" if low is
        not None else ""), lambda i: as_text(cells[i]), "correct the number",
    )  # fmt: skip
    return found


def codes(raw: Raw, field: str, findings: Findings, *, key: str = "") -> list[str]:
    """Return a field's cells as ids; official codes must have all their digits.

    Args:
        raw: the table.
        field: the field.
        findings: where faults go.
        key: what kind of code it is, if not the field itself: ``"unit_id"`` or ``"school_id"``.
    """
    key = key or field
    cells = texts(raw, field)
    heading = raw.fields.get(field, field)
    lost = [i for i, text in enumerate(cells) if _SCIENTIFIC.fullmatch(text)]
    in_rows(
        findings, raw, lost, f"all digits of the code in column {heading}",
        lambda i: f"{cells[i]!r}, whose last digits a spreadsheet dropped",
        "format the column as text and enter the codes again from their source",
    )  # fmt: skip
    if not is_official(key, heading):
        return cells
    digits = OFFICIAL[key]
    pattern = _WITH_DIGITS[digits]
    odd = [i for i, text in enumerate(cells) if text and not pattern.fullmatch(text)
           and i not in set(lost)]  # fmt: skip
    what = "village code (统计用区划代码)" if digits == 12 else "school code (学校标识码)"
    in_rows(
        findings, raw, odd, f"the {digits} digits of a {what} in column {heading}",
        lambda i: f"{cells[i]!r}, {_shape(cells[i])}",
        f"write all {digits} digits; a part of a village or school adds '-' and a word; ids of "
        f"your own belong under the heading {key}",
    )  # fmt: skip
    return cells


def _shape(text: str) -> str:
    count = len(text)
    if text.isdigit():
        level = {6: " (a county)", 9: " (a township)"}.get(count, "")
        return f"{count} digit{'' if count == 1 else 's'}{level}"
    return "not a number"


def month_of(cell: Any) -> tuple[int, int] | None:
    """Return year and month of a date of birth, None if the cell tells none."""
    if isinstance(cell, datetime.date):
        return cell.year, cell.month
    if isinstance(cell, int | float) and _LEAST_SERIAL <= cell <= _MOST_SERIAL:
        day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(cell))
        return day.year, day.month  # a spreadsheet's number of a day
    match = _MONTH.fullmatch(as_text(cell))
    return (int(match["year"]), int(match["month"])) if match else None
