"""Every rule of the verifier: a plan that breaks it, and the nearest one that keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from tests.builders import grid_county
from tests.plan.made import made, pupils_table, row_county, wrong
from zoning.county import County, Stage
from zoning.plan import GoalResult, Rule

NAN = float("nan")
BANDS = {"primary-lower": ("1", "2", "3"), "primary-upper": ("4", "5", "6")}


def broken(
    county: County, rule: Rule, changes: Mapping[Any, str] | None = None, **more: Any
) -> bool:
    """True if the rule is broken; nothing else may be wrong with the plan."""
    found = wrong(made(county, changes, rules=[rule], **more), county)
    assert found <= {rule.name}
    return bool(found)


def overrun(
    county: County, rule: Rule, changes: Mapping[Any, str] | None = None, **more: Any
) -> float:
    """Return by how many pupils a rule is broken, as the goal of a soft rule has to say."""
    soft = Rule(rule.name, rule.parameters, soft=True)
    goal = GoalResult("violations", -1.0, -1.0, "pupils")
    (fault,) = made(county, changes, rules=[soft], goals=[goal], **more).verify()
    assert fault.table == "goals"
    return float(fault.expected.removesuffix(" pupils"))


def edited(county: County, table: str, **columns: Any) -> County:
    """Return the county with some columns of a table replaced."""
    return county.replace(**{table: county.table(table).assign(**columns)})


# seats: s1 has three units of 12 pupils


@pytest.mark.parametrize(("seats", "factor", "over"), [(36, 1, 0), (35, 1, 1), (30, 1.2, 0)])
def test_seats(seats: float, factor: float, over: float) -> None:
    county = row_county(schools=[(0, 0, seats), (4, 0, 40)])
    rule = Rule("seats", {"factor": factor})
    assert broken(county, rule) == (over > 0)
    assert overrun(county, rule) == over


def test_seats_count_pupils_from_outside_of_every_grade() -> None:
    county = row_county(schools=[(0, 0, 42), (4, 0, 40)])
    assert not broken(edited(county, "school_grades", outside=1.0), Rule("seats"))
    assert broken(edited(county, "school_grades", outside=1.5), Rule("seats"))


def test_unknown_seats_limit_nothing() -> None:
    assert not broken(row_county(schools=[(0, 0, NAN), (4, 0, 40)]), Rule("seats"))


# class-size: s1 has 6 pupils in each grade


def size(pupils: float, **parameters: Any) -> Rule:
    """Return the rule with so many pupils per class in both sizes of school."""
    both = {"primary": pupils, "incomplete-primary": pupils}
    return Rule("class-size", {"limit": "large-class", "pupils": both, **parameters})


@pytest.mark.parametrize(("limit", "over"), [(6, 0), (5, 6)])
def test_class_size_by_grade(limit: float, over: float) -> None:
    county = row_county(classes=1.0)
    assert broken(county, size(limit)) == (over > 0)
    assert overrun(county, size(limit)) == over


def test_an_existing_large_class_may_shrink_but_not_grow() -> None:
    county = row_county(classes=1.0)
    assert not broken(edited(county, "school_grades", enrolled=6.0), size(5))
    assert broken(edited(county, "school_grades", enrolled=5.5), size(5))
    assert broken(edited(county, "school_grades", enrolled=3.0), size(5))


@pytest.mark.parametrize(
    ("rooms", "limit", "over"), [(6, 6, 0), (5, 6, 6 + 4), (12, 5, 0), (11, 5, 1)]
)
def test_class_size_by_rooms(rooms: float, limit: float, over: float) -> None:
    county = row_county(rooms=rooms)
    assert broken(county, size(limit)) == (over > 0)
    assert overrun(county, size(limit)) == over


@pytest.mark.parametrize(("rooms", "limit", "over"), [(1, 36, 0), (1, 35, 1), (2, 18, 0)])
def test_class_size_of_a_multigrade_school(rooms: float, limit: float, over: float) -> None:
    county = edited(row_county(rooms=rooms, classes=0.0), "schools", multigrade=True)
    assert broken(county, size(limit)) == (over > 0)
    assert overrun(county, size(limit)) == over


def test_small_schools_have_their_own_class_size() -> None:
    rule = Rule("class-size", {"pupils": {"primary": 6, "incomplete-primary": 5}})
    assert not broken(row_county(classes=1.0), rule)
    assert broken(row_county(classes=1.0, kind="teaching-point"), rule)


def test_rooms_that_other_stages_use_are_taken() -> None:
    county = row_county(rooms=7.0)
    grades = county.school_grades
    junior = pd.DataFrame(
        {"school_id": ["s1"], "stage": "junior", "grade": "7", "classes": 1.0, "outside": 0.0}
    )

    def with_junior(classes: float) -> County:
        rows = pd.concat([grades, junior.assign(classes=classes, enrolled=NAN)])
        stages = (*county.stages, Stage("junior", ("7",)))
        return county.replace(stages=stages, school_grades=rows)

    assert not broken(with_junior(1), size(6))
    assert broken(with_junior(2), size(6))


def test_nothing_known_limits_nothing() -> None:
    assert not broken(row_county(), size(1))
    assert not broken(row_county(classes=1.0), Rule("class-size", {"pupils": {}}))


# intake: s1 gets 6 entrants


def intake(pupils: float) -> Rule:
    """Return the rule with so many pupils per class."""
    return Rule("intake", {"limit": "standard", "pupils": {"primary": pupils}})


@pytest.mark.parametrize(
    ("fields", "enrolled", "limit", "over"),
    [
        ({"classes": 1.0}, NAN, 6, 0),
        ({"classes": 1.0}, NAN, 5, 1),
        ({"classes": 1.0, "rooms": 7.0}, NAN, 3, 0),
        ({"classes": 1.0, "rooms": 6.0}, NAN, 3, 3 + 1),  # s2 gets 4
        ({"classes": 2.0, "rooms": 6.0}, NAN, 6, 6 + 4),
        ({"schools": [(0, 0, 36.0), (4, 0, 40.0)]}, 6.0, 9, 0),
        ({"schools": [(0, 0, 35.0), (4, 0, 40.0)]}, 6.0, 9, 1),
        ({}, NAN, 1, 0),
    ],
)
def test_intake(fields: dict[str, Any], enrolled: float, limit: float, over: float) -> None:
    county = edited(row_county(**fields), "school_grades", enrolled=enrolled)
    assert broken(county, intake(limit), place="entrants") == (over > 0)
    assert overrun(county, intake(limit), place="entrants") == over


@pytest.mark.parametrize(("enrolled", "over"), [(6, 0), (6.2, 1)])
def test_intake_of_a_multigrade_school(enrolled: float, over: float) -> None:
    county = edited(row_county(rooms=1.0), "school_grades", enrolled=enrolled)
    county = edited(county, "schools", multigrade=True)
    assert overrun(county, intake(36), place="entrants") == pytest.approx(over)


def test_intake_counts_the_entry_grade_from_outside() -> None:
    county = row_county(classes=1.0)
    grades = county.school_grades
    first = grades["grade"] == "1"
    for outside, is_broken in ((first * 1.0, True), (~first * 9.0, False)):
        assert (
            broken(edited(county, "school_grades", outside=outside), intake(6), place="entrants")
            == is_broken
        )


# travel-limit: the longest journey is 2,000 metres, 33 1/3 minutes


@pytest.mark.parametrize(
    ("parameters", "over"),
    [
        ({"minutes": {"primary": 33.4}}, 0),
        ({"minutes": {"primary": 33.3}}, 12),
        ({"minutes": 33.3}, 12),
        ({"minutes": {"junior": 1}}, 0),
        ({"metres": {"primary": 2000}}, 0),
        ({"metres": {"primary": 1999}}, 12),
        ({"minutes": {"primary": 20}, "metres": {"primary": 900}}, 36),
        ({"metres": {"primary": 1999}, "share": 0.8}, 0),
        ({"metres": {"primary": 1999}, "share": 0.85}, 3),
    ],
)
def test_travel_limit(parameters: dict[str, Any], over: float) -> None:
    assert broken(row_county(), Rule("travel-limit", parameters)) == (over > 0)
    assert overrun(row_county(), Rule("travel-limit", parameters)) == pytest.approx(over)


def test_travel_limit_by_band() -> None:
    county = row_county(bands=BANDS)
    rule = Rule("travel-limit", {"metres": {"primary-lower": 1000, "primary-upper": 2000}})
    assert broken(county, rule)
    near = {("u0100", "primary-lower"): "s1", ("u0200", "primary-lower"): "s2"}
    assert broken(county, rule, near)  # both schools are 2,000 metres away
    lower = Rule("travel-limit", {"metres": {"primary-lower": 1999, "primary": 2000}})
    assert overrun(county, lower) == 6


def test_unknown_journeys_are_a_warning() -> None:
    county = row_county()
    county = edited(county, "travel", minutes=NAN)
    rule = Rule("travel-limit", {"minutes": {"primary": 5}})
    (fault,) = made(county, rules=[rule]).verify()
    assert fault.severity == "warning"
    assert "5 units (by band) with 60 pupils" in fault.found


# utilisation: s1 36 pupils of 40 seats, s2 24 of 40


@pytest.mark.parametrize(
    ("parameters", "over"),
    [
        ({"min": 0.6, "max": 0.9}, 0),
        ({"min": 0.6, "max": 0.85}, 2),
        ({"min": 0.7, "max": 0.9}, 4),
        ({"min": 0.7, "max": 0.85}, 6),
        ({"min": None, "max": 0.9}, 0),
    ],
)
def test_utilisation(parameters: dict[str, Any], over: float) -> None:
    assert broken(row_county(), Rule("utilisation", parameters)) == (over > 0)
    assert overrun(row_county(), Rule("utilisation", parameters)) == pytest.approx(over)


# contiguity


def test_contiguity() -> None:
    county = row_county()
    rule = Rule("contiguity")
    assert not broken(county, rule)
    assert not broken(county, rule, {"u0200": "s2"})
    assert broken(county, rule, {"u0100": "s2"})
    assert not broken(county, rule, {"u0200": "s2", "u0100": "s2"})


def test_a_zone_contains_its_school() -> None:
    county = row_county()
    assert broken(county, Rule("contiguity"), {"u0000": "s2", "u0100": "s2", "u0200": "s2"})
    assert broken(county, Rule("contiguity"), dict.fromkeys(["u0000", "u0100", "u0200"], "s2"))


def test_islands_by_name_and_by_lock() -> None:
    county = row_county()
    changes = {"u0300": "s1", "u0200": "s2", "u0400": "s2"}
    assert broken(county, Rule("contiguity"), changes)
    assert broken(county, Rule("contiguity", {"islands": ["u0300"]}), changes)
    assert not broken(county, Rule("contiguity", {"islands": ["u0300", "u0200"]}), changes)
    locks = [{"unit_id": unit, "lock": "island"} for unit in ("u0200", "u0300")]
    assert not broken(county.replace(locks=lock_table(*locks)), Rule("contiguity"), changes)


def test_each_band_is_a_zone_of_its_own() -> None:
    county = row_county(bands=BANDS)
    assert not broken(county, Rule("contiguity"), {("u0200", "primary-upper"): "s2"})
    assert broken(county, Rule("contiguity"), {("u0100", "primary-upper"): "s2"})
    grades = county.school_grades
    point = grades[(grades["school_id"] == "s1") | grades["grade"].isin(["1", "2", "3"])]
    lower = county.replace(school_grades=point, assignments=None)
    cells = county.today
    far = (cells["unit_id"] == "u0400") & (cells["band"] == "primary-lower")
    cells = cells.assign(school_id=far.map({True: "s2", False: "s1"}))
    assert not broken(lower.replace(assignments=cells), Rule("contiguity"))


def test_corners_do_not_join() -> None:
    county = grid_county(2, 2, [(0, 0, 100), (1, 0, 100)])
    assert broken(county, Rule("contiguity"), {"u0101": "s1", "u0001": "s2"})
    assert not broken(county, Rule("contiguity"), {"u0101": "s1", "u0001": "s1"})


# township: units 0 to 2 lie in T0, 3 and 4 in T1


def test_township() -> None:
    county = edited(row_county(), "schools", township=["T0", "T1"])
    assert not broken(county, Rule("township"))
    changes = {"u0200": "s2"}
    assert broken(county, Rule("township"), changes)
    assert overrun(county, Rule("township"), changes) == 12
    for spared in ("u0200", "s2", "T0", "T1"):
        assert not broken(county, Rule("township", {"except": [spared]}), changes)
    assert broken(county, Rule("township", {"except": ["u0300", "s1"]}), changes)


# stability: 12 of 60 pupils move


@pytest.mark.parametrize(
    ("parameters", "over"),
    [
        ({"share": 0.2}, 0),
        ({"share": 0.15}, 3),
        ({"pupils": 12}, 0),
        ({"pupils": 11}, 1),
        ({"share": 0.5, "pupils": 10}, 2),
        ({"share": None, "pupils": None}, 0),
    ],
)
def test_stability(parameters: dict[str, Any], over: float) -> None:
    changes = {"u0200": "s2"}
    assert broken(row_county(), Rule("stability", parameters), changes) == (over > 0)
    assert overrun(row_county(), Rule("stability", parameters), changes) == pytest.approx(over)


# locks


def lock_table(*rows: dict[str, str]) -> pd.DataFrame:
    """Return a table of locks; what is not named is blank."""
    columns = ["unit_id", "stage", "band", "lock", "school_id"]
    return pd.DataFrame([{column: row.get(column, "") for column in columns} for row in rows])


@pytest.mark.parametrize(
    ("lock", "breaks", "keeps"),
    [
        ({"unit_id": "u0200", "lock": "must", "school_id": "s2"}, {}, {"u0200": "s2"}),
        ({"unit_id": "u0200", "lock": "must-not", "school_id": "s1"}, {}, {"u0200": "s2"}),
        ({"unit_id": "u0200", "lock": "frozen"}, {"u0200": "s2"}, {"u0100": "s2"}),
        ({"lock": "frozen", "school_id": "s1"}, {"u0300": "s1"}, {}),
        ({"lock": "frozen", "school_id": "s1"}, {"u0200": "s2"}, {}),
        (
            {"unit_id": "u0200", "stage": "primary", "lock": "frozen"},
            {"u0200": "s2"},
            {"u0100": "s2"},
        ),
    ],
)
def test_locks(lock: dict[str, str], breaks: dict[str, str], keeps: dict[str, str]) -> None:
    county = row_county().replace(locks=lock_table(lock))
    assert wrong(made(county, breaks), county) == {"locks"}
    assert wrong(made(county, keeps), county) == set()


def test_a_lock_on_one_band_leaves_the_other_alone() -> None:
    lock = {"unit_id": "u0200", "stage": "primary", "band": "primary-lower", "lock": "frozen"}
    county = row_county(bands=BANDS).replace(locks=lock_table(lock))
    assert wrong(made(county, {("u0200", "primary-lower"): "s2"}), county) == {"locks"}
    assert wrong(made(county, {("u0200", "primary-upper"): "s2"}), county) == set()


# rules in general


def test_an_unknown_rule_is_a_warning() -> None:
    (fault,) = made(row_county(), rules=[Rule("quota", {"share": 0.3})]).verify()
    assert (fault.severity, fault.where) == ("warning", "quota")
    assert "not checked by the verifier" in fault.found


def test_a_soft_rule_may_be_broken() -> None:
    county = row_county(schools=[(0, 0, 30.0), (4, 0, 20.0)])
    rules = [Rule("seats", soft=True), Rule("contiguity")]
    goals = [GoalResult("violations", 6 + 4, 10, "pupils")]
    assert made(county, rules=rules, goals=goals).verify() == ()


def test_the_violations_of_a_rule_that_counts_no_pupils_are_not_known() -> None:
    goals = [GoalResult("violations", 0, 0, "pupils")]
    plan = made(row_county(), {"u0100": "s2"}, rules=[Rule("contiguity", soft=True)], goals=goals)
    (fault,) = plan.verify()
    assert (fault.severity, fault.table) == ("warning", "goals")


def test_many_breaches_of_one_kind_are_cut_short() -> None:
    county = grid_county(10, 5, [(0, 0, 1000)])
    plan = made(county, rules=[Rule("travel-limit", {"metres": 1})])
    faults = plan.verify()
    assert len(faults) == 21
    assert "29 more like these" in faults[-1].found


def test_pupils_of_grades_count_where_they_are() -> None:
    table = pupils_table({(0, "1"): 30, (1, "1"): 30, (4, "2"): 5})
    county = row_county(pupils=None, classes=1.0).replace(pupils=table)
    assert broken(county, size(59))
    assert not broken(county, size(60))
