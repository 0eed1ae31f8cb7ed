"""Locks: what each kind needs, and which contradict each other."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.builders import grid_county
from zoning.county import County
from zoning.errors import Fault, InputError

COLUMNS = ["unit_id", "stage", "band", "lock", "school_id"]
BANDS = {"lower": ("1", "2", "3"), "upper": ("4", "5", "6")}
BASE = grid_county(3, 1, [(0, 0, 100), (2, 0, 100)], bands=BANDS)
# today: u0000 and u0100 go to s1, u0200 to s2


def locked(*rows: tuple[str, str, str, str, str]) -> County:
    """Return the base county with these locks."""
    return BASE.replace(locks=pd.DataFrame(rows, columns=COLUMNS, dtype="str"))


def faults(*rows: tuple[str, str, str, str, str]) -> tuple[Fault, ...]:
    """Return what is wrong with these locks."""
    with pytest.raises(InputError) as caught:
        locked(*rows)
    assert {fault.table for fault in caught.value.faults} == {"locks"}
    return caught.value.faults


@pytest.mark.parametrize(
    ("wrong", "legal", "words"),
    [
        (("u0000", "", "", "must", ""), ("u0000", "", "", "must", "s2"), "and a school_id"),
        (("", "", "", "must-not", "s1"), ("u0100", "", "", "must-not", "s1"), "a unit_id and"),
        (("u0000", "", "", "frozen", "s1"), ("", "", "", "frozen", "s1"), "either a unit_id"),
        (("", "", "", "frozen", ""), ("u0000", "", "", "frozen", ""), "either a unit_id"),
        (("u0000", "", "", "island", "s1"), ("u0000", "", "", "island", ""), "no school_id"),
        (("u0000", "", "", "keep", ""), ("u0000", "", "", "island", ""), "lock to be one of"),
        (("u9999", "", "", "island", ""), ("u0200", "", "", "island", ""), "table units"),
        (("u0000", "", "", "must", "s9"), ("u0000", "", "", "must", "s1"), "table schools"),
        (
            ("u0000", "primary", "middle", "must", "s1"),
            ("u0000", "primary", "upper", "must", "s1"),
            "a stage and band",
        ),
        (("u0000", "junior", "", "must", "s1"), ("u0000", "", "upper", "must", "s1"), "a stage"),
    ],
)
def test_one_lock(
    wrong: tuple[str, str, str, str, str], legal: tuple[str, str, str, str, str], words: str
) -> None:
    (fault,) = faults(wrong)
    assert words in fault.expected
    assert fault.where.startswith("row 1")
    assert len(locked(legal).locks) == 1


@pytest.mark.parametrize(
    ("first", "second", "legal"),
    [
        (
            ("u0000", "", "", "must", "s1"),
            ("u0000", "primary", "upper", "must", "s2"),
            ("u0000", "primary", "upper", "must", "s1"),
        ),
        (
            ("u0000", "primary", "lower", "must", "s1"),
            ("u0000", "primary", "", "must", "s2"),
            ("u0000", "primary", "upper", "must", "s2"),
        ),
        (
            ("u0000", "", "", "must", "s1"),
            ("u0000", "", "", "must-not", "s1"),
            ("u0000", "", "", "must-not", "s2"),
        ),
        (
            ("u0000", "", "", "frozen", ""),
            ("u0000", "", "", "must", "s2"),
            ("u0000", "", "", "must", "s1"),
        ),
        (
            ("u0000", "", "", "frozen", ""),
            ("u0000", "", "", "must-not", "s1"),
            ("u0000", "", "", "must-not", "s2"),
        ),
        (
            ("", "", "", "frozen", "s1"),
            ("u0100", "", "", "must", "s2"),
            ("u0100", "", "", "must", "s1"),
        ),
        (
            ("", "", "", "frozen", "s1"),
            ("u0200", "", "", "must", "s1"),
            ("u0200", "", "", "must", "s2"),
        ),
    ],
)
def test_two_locks_that_clash(
    first: tuple[str, str, str, str, str],
    second: tuple[str, str, str, str, str],
    legal: tuple[str, str, str, str, str],
) -> None:
    (fault,) = faults(first, second)
    assert "both for unit" in fault.found
    assert "row 1" in fault.found + fault.where
    assert "row 2" in fault.found + fault.where
    assert len(locked(first, legal).locks) == 2


def test_freezing_needs_a_zone_of_today() -> None:
    with pytest.raises(InputError, match="a zone of today"):
        locked(("u0000", "", "", "frozen", "")).replace(assignments=None)
    without = BASE.assignments[BASE.assignments["school_id"] != "s2"]
    with pytest.raises(InputError, match="a zone of today"):
        locked(("", "", "", "frozen", "s2")).replace(assignments=without)
    assert locked(("", "", "", "frozen", "s1")).replace(assignments=without)


def test_a_must_needs_a_school_that_serves_the_band() -> None:
    grades = BASE.school_grades
    lower = grades[(grades["school_id"] != "s2") | grades["grade"].isin(BANDS["lower"])]
    county = BASE.replace(school_grades=lower, assignments=None)
    upper = pd.DataFrame([("u0000", "primary", "upper", "must", "s2")], columns=COLUMNS)
    with pytest.raises(InputError, match="a school that serves the lock's stage and band"):
        county.replace(locks=upper)
    # Without a band, the lock holds for the bands that the school serves.
    every = upper.assign(band="")
    other = upper.assign(school_id="s1")
    assert county.replace(locks=pd.concat([every, other], ignore_index=True))
