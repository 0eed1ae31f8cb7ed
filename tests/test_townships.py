"""The rules one-per-township and no-duplicate."""

from __future__ import annotations

import pytest

from tests.test_what_if_places import MAY_CLOSE, county_of, solve
from zoning.county import County, StraightLine
from zoning.errors import InputError

RULES, COST = '"opening", "one-per-township"', "opening-cost = 1.0"


def parted(seed: int = 1) -> County:
    """Two townships: s1 and s3 in the west, s2 and the site s4 in the east."""
    county = county_of(seed)
    west = county.units["unit_id"].str[1:3].astype(int) < 2
    return county.replace(
        units=county.units.assign(township=west.map({True: "West", False: "East"})),
        schools=county.schools.assign(township=["West", "East", "West", "East"]),
    )


def test_each_township_keeps_a_school() -> None:
    county = parted()
    free = solve(county, '"opening"', COST, MAY_CLOSE)
    assert (free.schools["state"] == "open").sum() == 1
    plan = solve(county, RULES, COST, MAY_CLOSE)
    open_ = plan.schools.loc[plan.schools["state"] == "open", "school_id"].tolist()
    assert len(open_) == 2
    one = plan.with_changes(dict.fromkeys(plan.cells["unit_id"], "s1"))
    assert "an open school that teaches all of primary" in str(one.verify(county))
    listed = f'{MAY_CLOSE}\n[parameters.one-per-township]\nexcept = ["East"]'
    plan = solve(county, RULES, COST, listed)
    assert (plan.schools["state"] == "open").sum() == 1


def test_a_township_without_school_or_site_is_named() -> None:
    county = parted()
    schools = county.schools.assign(township=["West", "West", "West", "West"])
    bare = county.replace(schools=schools)
    with pytest.raises(InputError, match="township East: expected a school or site"):
        solve(bare, RULES, COST, MAY_CLOSE)
    listed = f'{MAY_CLOSE}\n[parameters.one-per-township]\nexcept = ["East"]'
    assert solve(bare, RULES, COST, listed)


BESIDE = "[parameters.no-duplicate]\nminutes = 35\nshare = "


def test_nothing_is_built_beside_a_school_that_stands_half_empty() -> None:
    county = county_of(1)
    free = solve(county, '"opening", "no-duplicate"', "travel = 1.0", f"{BESIDE}0")
    assert "s4" in set(free.cells["school_id"])
    plan = solve(county, '"opening", "no-duplicate"', "travel = 1.0", f"{BESIDE}0.99")
    assert "s4" not in set(plan.cells["school_id"])
    (note,) = (note for note in plan.notes if note.startswith("no-duplicate"))
    assert "site s4 stays closed, since school s" in note
    unit = free.cells.loc[free.cells["school_id"] == "s4", "unit_id"].iloc[0]
    built = plan.with_changes({unit: "s4"})
    assert "school s4" in "\n".join(map(str, built.verify(county)))
    far = solve(county, '"opening", "no-duplicate"', "travel = 1.0",
                "[parameters.no-duplicate]\nminutes = 30\nshare = 0.99")  # fmt: skip
    assert "s4" in set(far.cells["school_id"])


def test_nearness_must_be_stated_in_some_measure() -> None:
    from zoning.formulation.blocks.no_duplicate import NoDuplicate
    from zoning.problem import build_problem
    from zoning.standards import load_standards

    problem = build_problem(county_of(0), "primary", candidates=True)
    with pytest.raises(InputError, match="minutes or metres"):
        NoDuplicate().resolve(problem, {"minutes": None, "metres": None, "share": None},
                              load_standards("china"))  # fmt: skip


def test_straight_lines_are_verified_too() -> None:
    county = county_of(1).replace(travel=None, straight_line=StraightLine(1.0, 60.0))
    free = solve(county, '"opening", "no-duplicate"', "travel = 1.0", f"{BESIDE}0")
    assert "s4" in set(free.cells["school_id"])
    unit = free.cells.loc[free.cells["school_id"] == "s4", "unit_id"].iloc[0]
    plan = solve(county, '"opening", "no-duplicate"', "travel = 1.0", f"{BESIDE}0.99")
    assert "s4" not in set(plan.cells["school_id"])
    built = plan.with_changes({unit: "s4"})
    faults = [str(fault) for fault in built.verify(county)]
    assert any("school s4: expected closed: school s" in fault for fault in faults)


def test_the_only_school_near_by_straight_line_stays() -> None:
    county = county_of(1).replace(travel=None, straight_line=StraightLine(1.0, 60.0))
    limit = f"{MAY_CLOSE}\n[parameters.keep-isolated]\nminutes = 25"
    kept = solve(county, '"opening", "keep-isolated"', COST, limit)
    open_ = set(kept.cells["school_id"])
    assert len(open_) > 1
    merged = kept.with_changes(dict.fromkeys(kept.cells["unit_id"], min(open_)))
    assert "it stays: unit" in str(merged.verify(county))
