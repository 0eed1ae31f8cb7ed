"""Counts of children: three kinds kept apart, the 31 August cut-off, several files."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.sources.bureau import LABELS, PUPILS, VILLAGES, Bureau
from zoning.county import Stage
from zoning.errors import InputError
from zoning.sources.cells import month_of
from zoning.sources.grades import grade_of_birth, grades_of_text, school_year

PRIMARY = Stage("primary", ("1", "2", "3", "4", "5", "6"))
NURSERY = Stage("preschool", ("小班", "中班", "大班"))
JUNIOR = Stage("junior", ("7", "8", "9"))


@pytest.mark.parametrize(
    ("year", "month", "found"),
    [(2018, 8, ("primary", "1")), (2018, 9, ("preschool", "大班")), (2017, 9, ("primary", "1")),
     (2017, 8, ("primary", "2")), (2012, 9, ("primary", "6")), (2012, 8, ("junior", "7")),
     (2009, 9, ("junior", "9")), (2009, 8, None), (2021, 8, ("preschool", "小班")),
     (2021, 9, None)],
)  # fmt: skip
def test_the_cut_off(year: int, month: int, found: tuple[str, str] | None) -> None:
    assert grade_of_birth(year, month, 2024, (NURSERY, PRIMARY, JUNIOR)) == found


def test_every_child_of_a_cohort_is_in_one_grade() -> None:
    born = [(y, m) for y in range(2009, 2022) for m in range(1, 13)]
    grades = [grade_of_birth(*month, 2024, (NURSERY, PRIMARY, JUNIOR)) for month in born]
    assert all(grades.count(("primary", grade)) == 12 for grade in PRIMARY.grades)
    next_year = [grade_of_birth(*month, 2025, (NURSERY, PRIMARY, JUNIOR)) for month in born]
    for now, then in zip(grades, next_year, strict=True):
        if now and then and now[0] == "primary" == then[0]:
            assert int(then[1]) == int(now[1]) + 1


@pytest.mark.parametrize(
    ("cell", "month"),
    [("2018-09", (2018, 9)), ("2018年9月", (2018, 9)), ("2018/9/30", (2018, 9)),
     ("201809", (2018, 9)), ("20180930", (2018, 9)), (201809, (2018, 9)),
     (datetime.datetime(2018, 9, 1), (2018, 9)), (43344, (2018, 9)), ("2018", None),
     ("2018-13", None), ("", None), (None, None), ("九月", None)],
)  # fmt: skip
def test_months_of_birth(cell: object, month: tuple[int, int] | None) -> None:
    assert month_of(cell) == month


@pytest.mark.parametrize(
    ("text", "count"),
    [("1-3", 3), ("一至三年级", 3), ("1,2,5", 3), ("1－9年级", 9), ("7-9", 3), ("4", 1),
     ("3-1", None), ("1-13", None), ("全部", None), ("1-2-3", None)],
)  # fmt: skip
def test_grades_in_words(text: str, count: int | None) -> None:
    found = grades_of_text(text, (PRIMARY, JUNIOR))
    assert (None if found is None else len(found)) == count


def test_school_years() -> None:
    assert school_year(2024, 8) == 2023
    assert school_year(2024, 9) == 2024


def long(bureau: Bureau, head: tuple[str, ...], *rows: tuple[object, ...]) -> None:
    """Replace the sheet of pupils."""
    bureau.sheets[PUPILS] = [list(head), *map(list, rows)]


def test_three_counts_are_kept_apart(tmp_path: Path) -> None:
    bureau = Bureau()
    long(bureau, ("村代码", "年级", "户籍数", "常住数", "学籍数"),
         (VILLAGES[0], "一年级", 30, 20, 18), (VILLAGES[1], "一年级", 10, None, 12))  # fmt: skip
    sourced = bureau.read(tmp_path / "b")
    counts = sourced.counts.set_index("unit_id")
    assert counts.loc[VILLAGES[0], ["registered", "resident", "enrolled"]].to_list() == [30, 20, 18]
    assert sourced.county.pupils["pupils"].to_list() == [20]
    assert any("none for 1 of them" in fault.found for fault in sourced.warnings)
    bureau.toml["pupils_from"] = ["resident", "enrolled"]
    sourced = bureau.read(tmp_path / "c")
    assert sourced.county.pupils["pupils"].to_list() == [20, 12]
    assert any("resident else the enrolled" in note.text for note in sourced.notes)
    bureau.toml["pupils_from"] = "registered"
    assert bureau.read(tmp_path / "d").county.pupils["pupils"].to_list() == [30, 10]


def test_the_only_count_there_is_counts(tmp_path: Path) -> None:
    bureau = Bureau()
    long(bureau, ("村代码", "年级", "学籍数"), (VILLAGES[0], "1", 5))
    sourced = bureau.read(tmp_path / "b")
    assert sourced.county.pupils["pupils"].to_list() == [5]
    assert any("the enrolled children" in note.text for note in sourced.notes)


def test_a_survey_by_birth_beside_the_rolls(tmp_path: Path) -> None:
    bureau = Bureau()
    bureau.sheets["摸底"] = [
        ["村代码", "出生年月", "人数"],
        [VILLAGES[0], "2018-08", 3],
        [VILLAGES[0], "2017-09", 4],
        [VILLAGES[0], "2018-09", 50],
    ]
    bureau.sheets[PUPILS] = [["村代码", "二年级", "三年级"], [VILLAGES[0], 8, 9]]
    roll = bureau.toml["tables"]["pupils"] | {"counts": "enrolled"}
    survey = {"file": "data.xlsx", "sheet": "摸底", "counts": "resident", "year": 2024, **LABELS}
    bureau.toml["tables"]["pupils"] = [roll, survey]
    bureau.toml["pupils_from"] = ["resident", "enrolled"]
    sourced = bureau.read(tmp_path / "b")
    pupils = sourced.county.pupils.set_index("grade")["pupils"]
    assert pupils.to_dict() == {"1": 7, "2": 8, "3": 9}
    assert any("1 rows are of no grade" in note.text for note in sourced.notes)


def test_a_date_tells_the_school_year(tmp_path: Path) -> None:
    bureau = Bureau()
    bureau.table("pupils", year=None, date=datetime.date(2024, 6, 30))
    assert set(bureau.read(tmp_path / "b").county.pupils["year"]) == {2023}
    bureau.table("pupils", date="2024-09-01")
    assert set(bureau.read(tmp_path / "c").county.pupils["year"]) == {2024}


def test_groups_are_other_children(tmp_path: Path) -> None:
    bureau = Bureau()
    rows = ((VILLAGES[0], "1", "常住", 5), (VILLAGES[0], "1", "随迁子女", 2))
    long(bureau, ("村代码", "年级", "群体", "人数"), *rows)
    pupils = bureau.read(tmp_path / "b").county.pupils
    assert pupils.set_index("group")["pupils"].to_dict() == {"resident": 5, "migrant": 2}


def test_what_is_not_stated_is_told(tmp_path: Path) -> None:
    bureau = Bureau()
    bureau.table("pupils", counts=None, year=None)
    notes = "\n".join(map(str, bureau.read(tmp_path / "b").notes))
    assert "plain numbers are taken as resident" in notes
    assert "school year that begins in 2024" in notes


def test_the_same_children_in_two_files(tmp_path: Path) -> None:
    bureau = Bureau()
    section = bureau.toml["tables"]["pupils"]
    bureau.sheets["again"] = bureau.sheets[PUPILS]
    bureau.toml["tables"]["pupils"] = [section, section | {"sheet": "again"}]
    with pytest.raises(InputError, match="sheet again, row 2") as raised:
        bureau.read(tmp_path / "b")
    assert f"the same in data.xlsx, sheet {PUPILS}, row 2" in str(raised.value)
