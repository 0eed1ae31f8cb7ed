"""Counts of children by village and grade: registered, resident and enrolled kept apart.

The three count the same children in three ways: by household register (户籍), by where they live
(常住), and by who is on a school's roll (学籍). As groups of the table `pupils` they would be added
together, so they are three columns of a table of their own, and the planner says which of them the
county's pupils are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pandas as pd

from zoning.county.vocabulary import Stage
from zoning.sources.cells import as_text, codes, month_of, numbers, texts, words
from zoning.sources.grades import grade_of_birth, school_year, stages_with
from zoning.sources.raw import Note, Raw, Trace, in_rows

if TYPE_CHECKING:
    from zoning.sources.gathered import Gathered

__all__ = ["COUNTS", "Children", "Reading", "year_of_date"]

COUNTS: Final = ("registered", "resident", "enrolled")
_YEAR: Final = re.compile(r"((?:19|20)\d\d)(?:\s*[-/~至—–]\s*(?:19|20)?\d\d)?\s*(?:学年度?|年度?)?")
_Key = tuple[str, str, str, int, str]


@dataclass(frozen=True)
class Reading:
    """How a table of counts is to be read.

    Attributes:
        counts: which of `COUNTS` plain numbers are; ``""`` if not stated.
        year: year in which the school year of the counts begins; None if not stated.
        stage: the stage of all rows; ``""`` if not stated.
    """

    counts: str = ""
    year: int | None = None
    stage: str = ""


@dataclass
class Children:
    """Counts from any number of tables.

    Attributes:
        stages: the county's stages.
        year: the county's year.
        gathered: what was read so far; faults and notes go there.
    """

    stages: Sequence[Stage]
    year: int
    gathered: Gathered
    _counts: dict[_Key, dict[str, float]] = field(default_factory=dict)
    _traces: dict[tuple[_Key, str], Trace] = field(default_factory=dict)

    def read(self, raw: Raw, how: Reading) -> None:
        """Add a table's counts."""
        findings = self.gathered.findings
        before = len(findings.faults)
        units = codes(raw, "unit_id", findings)
        blank = [i for i, unit in enumerate(units) if not unit]
        in_rows(
            findings, raw, blank, "a village code", "a blank", "fill it in, or take out the row"
        )
        years = self._years(raw, how)
        groups = words(raw, "group")
        wide = [name for name in raw.fields if name.startswith("pupils ")]
        kinds = [kind for kind in ("pupils", *COUNTS) if kind in raw.fields]
        if "birth" in raw.fields:
            places = self._by_birth(raw, years)
            summed = True
        elif "grade" in raw.fields:
            places = self._by_grade(raw, how)
            summed = False
        elif wide:
            self._read_wide(raw, how, wide, units, years, groups)
            return
        else:
            findings.error(
                raw.place, "", "grades: 一年级, 二年级 ... as columns, or 年级, or 出生年月",
                "none of them", "add the grades, or the months of birth",
            )  # fmt: skip
            return
        if not kinds:
            findings.error(
                raw.place, "", "a column with numbers of children (人数, 户籍数, 常住数, 学籍数)",
                "none", "count the children of each village and grade; rows of single children "
                "are not needed",
            )  # fmt: skip
        if len(findings.faults) > before:
            return
        for kind in kinds:
            cells = numbers(raw, kind, findings)
            as_kind = self._kind(raw, how) if kind == "pupils" else kind
            for i, place in enumerate(places):
                if place is not None:
                    key = (units[i], *place, years[i], groups[i] or "resident")
                    self._put(raw, i, key, as_kind, cells[i], summed=summed)

    def _read_wide(
        self, raw: Raw, how: Reading, wide: list[str], units: list[str], years: list[int],
        groups: list[str],
    ) -> None:  # fmt: skip
        """Add a table with a column for each grade."""
        kind = self._kind(raw, how)
        stated = words(raw, "stage")
        for name in wide:
            grade = name.split(" ", 1)[1]
            cells = numbers(raw, name, self.gathered.findings)
            for i, cell in enumerate(cells):
                homes = stages_with(grade, self.stages, how.stage or stated[i])
                if len(homes) != 1:
                    self._no_stage(raw, f"column {raw.fields[name]}", grade, len(homes))
                    break
                key = (units[i], homes[0].name, grade, years[i], groups[i] or "resident")
                self._put(raw, i, key, kind, cell, summed=False)

    def _no_stage(self, raw: Raw, where: str, grade: str, homes: int) -> None:
        grades = "; ".join(f"{s.name}: {', '.join(s.grades)}" for s in self.stages)
        self.gathered.findings.error(
            raw.place, where, f"a grade of one stage of the county ({grades})",
            f"grade {grade}, which is {'in several' if homes else 'in none'}",
            "state the stage, or declare the grade in [stages]; take columns of others out",
        )  # fmt: skip

    def _kind(self, raw: Raw, how: Reading) -> str:
        if how.counts:
            return how.counts
        note = Note(raw.place, "plain numbers are taken as resident (常住): counts is not stated")
        if note not in self.gathered.notes:
            self.gathered.notes.append(note)
        return "resident"

    def _years(self, raw: Raw, how: Reading) -> list[int]:
        cells = texts(raw, "year")
        if "year" not in raw.fields:
            year = how.year if how.year is not None else self.year
            if how.year is None:
                note = f"counts taken as of the school year that begins in {year}"
                self.gathered.notes.append(Note(raw.place, note))
            return [year] * len(raw.rows)
        matches = [_YEAR.fullmatch(cell) for cell in cells]
        odd = [i for i, match in enumerate(matches) if match is None]
        in_rows(
            self.gathered.findings, raw, odd, "a year, or a school year such as 2024-2025",
            lambda i: repr(cells[i]), "write the year in which the school year begins",
        )  # fmt: skip
        return [int(match[1]) if match else self.year for match in matches]

    def _by_grade(self, raw: Raw, how: Reading) -> list[tuple[str, str] | None]:
        """Return stage and grade of each row of a long table."""
        grades, stated = words(raw, "grade"), words(raw, "stage")
        places: list[tuple[str, str] | None] = []
        odd: list[int] = []
        for i, grade in enumerate(grades):
            homes = stages_with(grade, self.stages, stated[i] or how.stage)
            odd += [i] if len(homes) != 1 else []
            places.append((homes[0].name, grade) if len(homes) == 1 else None)
        known = "; ".join(f"{s.name}: {', '.join(s.grades)}" for s in self.stages)
        in_rows(
            self.gathered.findings, raw, odd, f"a grade of one stage of the county ({known})",
            lambda i: repr(grades[i]) + (f" in {stated[i]!r}" if stated[i] else ""),
            "correct the grade or the stage, or declare it in [stages]",
        )  # fmt: skip
        return places

    def _by_birth(self, raw: Raw, years: list[int]) -> list[tuple[str, str] | None]:
        """Return stage and grade of each row by month of birth and the 31 August cut-off."""
        cells = raw.cells("birth")
        months = [month_of(cell) for cell in cells]
        odd = [i for i, month in enumerate(months) if month is None]
        in_rows(
            self.gathered.findings, raw, odd, "a month of birth, such as 2018-09 (2018年9月)",
            lambda i: repr(as_text(cells[i])), "write year and month: the year alone does not tell "
            "the grade, since 31 August parts it",
        )  # fmt: skip
        places = [
            None if month is None else grade_of_birth(*month, years[i], self.stages)
            for i, month in enumerate(months)
        ]
        left = sum(place is None for place in places) - len(odd)
        told = f"grades follow from {raw.fields['birth']}: six years old by 31 August is grade 1"
        if left:
            told += f"; {left} rows are of no grade of the county and left out"
        self.gathered.notes.append(Note(raw.place, told))
        return places

    def _put(self, raw: Raw, i: int, key: _Key, kind: str, number: float, *, summed: bool) -> None:
        if math.isnan(number):
            return
        counts = self._counts.setdefault(key, {})
        trace = raw.trace(i)
        earlier = self._traces.setdefault((key, kind), trace)
        if kind in counts and not (summed and earlier.place == trace.place):
            self.gathered.findings.error(
                raw.place, raw.where(i, f"unit {key[0]}, {key[1]} grade {key[2]}, {key[3]}"),
                f"each village and grade once among {kind} children",
                f"the same in {earlier.place}, {earlier}",
                "take one out; if they are other children, tell them apart by 群体 (group)",
            )  # fmt: skip
            return
        counts[kind] = counts.get(kind, 0.0) + number

    @property
    def table(self) -> pd.DataFrame:
        """DataFrame: unit_id, stage, grade, year, group, and `COUNTS` (NaN where not known)."""
        rows = [(*key, *(counts.get(k, math.nan) for k in COUNTS))
                for key, counts in self._counts.items()]  # fmt: skip
        head = ["unit_id", "stage", "grade", "year", "group", *COUNTS]
        return pd.DataFrame(rows, columns=head)

    def choose(self, stated: Sequence[str]) -> None:
        """Add the county's table of pupils: for each row the first of the stated counts there is.

        Args:
            stated: some of `COUNTS`, the best first; empty: resident, or the only one there is.
        """
        there = [kind for kind in COUNTS if any(kind in c for c in self._counts.values())]
        order = list(stated) or (there if len(there) == 1 else ["resident"])
        rows: list[tuple[str, str, str, int, str, float]] = []
        traces: list[Trace] = []
        left = 0
        for key, counts in self._counts.items():
            kind = next((kind for kind in order if kind in counts), None)
            left += kind is None
            if kind is not None:
                rows.append((*key, counts[kind]))
                traces.append(self._traces[key, kind])
        if len(there) > 1 or not stated:
            self.gathered.notes.append(
                Note("pupils", f"the county's pupils are the {' else the '.join(order)} children")
            )
        if left:
            self.gathered.findings.warning(
                "pupils", "", f"a {' or '.join(order)} count for every village and grade",
                f"none for {left} of them, which have other counts only",
                f"state pupils_from, such as {[*order, *(k for k in there if k not in order)]}",
            )  # fmt: skip
        head = ["unit_id", "stage", "grade", "year", "group", "pupils"]
        if self._counts:
            self.gathered.add("pupils", pd.DataFrame(rows, columns=head), traces)


def year_of_date(text: str) -> int:
    """Return the year in which the school year of a date (2024-06-30) began.

    Raises:
        ValueError: it is no date.
    """
    from datetime import date

    day = date.fromisoformat(text)
    return school_year(day.year, day.month)
