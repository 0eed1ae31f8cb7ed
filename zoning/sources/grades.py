"""Grades: which stage a label belongs to, ranges in words, and the grade that an age enters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from zoning.county.vocabulary import Stage

__all__ = [
    "CUT_OFF",
    "grade_of_birth",
    "grades_of_kind",
    "grades_of_text",
    "school_year",
    "stages_with",
]

CUT_OFF: Final = (8, 31)
"""A child enters grade 1 in the autumn of a year if six years old by 31 August of that year."""
_AGE_OF_ENTRY: Final = 6
_AGE_OF_PRESCHOOL: Final = 3
_STAGES_OF_KIND: Final = {
    "kindergarten": ("preschool",),
    "complete-primary": ("primary",),
    "junior": ("junior",),
    "nine-year": ("primary", "junior"),
    "senior": ("senior",),
    "twelve-year": ("primary", "junior", "senior"),
}
_DIGITS: Final = str.maketrans("一二三四五六七八九", "123456789")


def stages_with(grade: str, stages: Sequence[Stage], stated: str = "") -> list[Stage]:
    """Return the stages that have a grade; only the stated one if one is stated."""
    return [
        stage for stage in stages
        if grade in stage.grades and (not stated or stage.name == stated)
    ]  # fmt: skip


def grades_of_kind(kind: str, stages: Sequence[Stage]) -> list[tuple[str, str]]:
    """Return the (stage, grade) pairs that a kind of school teaches; none where it leaves it open.

    A teaching point or incomplete primary school (教学点, 非完全小学) teaches some grades only.
    """
    named = _STAGES_OF_KIND.get(kind, ())
    return [(s.name, grade) for s in stages if s.name in named for grade in s.grades]


def grades_of_text(text: str, stages: Sequence[Stage]) -> list[tuple[str, str]] | None:
    """Return the (stage, grade) pairs of words such as ``1-3``, ``一至三年级`` or ``1,2,5``.

    Returns:
        None if a word is no grade of the county, or a grade of several stages.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DIGITS)
    plain = re.sub(r"年级|grades?|\s", "", plain, flags=re.IGNORECASE)
    order = [(stage.name, grade) for stage in stages for grade in stage.grades]
    labels = [grade for _, grade in order]
    found: list[tuple[str, str]] = []
    for part in re.split(r"[,;、，；]", plain):
        ends = re.split(r"[-~至到—–]", part)
        if len(ends) > 2 or any(labels.count(end) != 1 for end in ends):
            return None
        first, last = labels.index(ends[0]), labels.index(ends[-1])
        if last < first:
            return None
        found += order[first : last + 1]
    return list(dict.fromkeys(found))


def school_year(year: int, month: int) -> int:
    """Return the year in which the school year of a date began: 31 August ends it."""
    return year if month > CUT_OFF[0] else year - 1


def grade_of_birth(
    year: int, month: int, school_year: int, stages: Sequence[Stage]
) -> tuple[str, str] | None:
    """Return stage and grade in a school year of a child born in a month, None if in none.

    A child of six on 31 August enters grade 1; nobody skips or repeats. Children of three, four
    and five belong to the grades of preschool.

    Args:
        year: year of birth.
        month: month of birth.
        school_year: calendar year in which the school year begins.
        stages: the county's stages.
    """
    age = school_year - year - (1 if month > CUT_OFF[0] else 0)
    if age >= _AGE_OF_ENTRY:
        label = str(age - _AGE_OF_ENTRY + 1)
        with_it = stages_with(label, [s for s in stages if s.name != "preschool"])
        return (with_it[0].name, label) if len(with_it) == 1 else None
    preschool = next((stage for stage in stages if stage.name == "preschool"), None)
    step = age - _AGE_OF_PRESCHOOL
    if preschool is None or not 0 <= step < len(preschool.grades):
        return None
    return preschool.name, preschool.grades[step]
