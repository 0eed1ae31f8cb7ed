"""The tables of a plan, against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from tests.plan.made import made, pupils_table, row_county
from zoning.errors import InputError
from zoning.plan import Plan, PlanStatus, Rule
from zoning.plan.classes import Teaching, form_classes, places_for_entrants
from zoning.plan.tables import INDICATORS

NAN = math.nan
MINUTES = 1000 / 60


def test_assignment_has_one_row_per_cell_with_its_journey() -> None:
    plan = made(row_county())
    rows = plan.assignment
    assert list(rows["unit_id"]) == ["u0000", "u0100", "u0200", "u0300", "u0400"]
    assert list(rows["school_id"]) == ["s1", "s1", "s1", "s2", "s2"]
    assert list(rows["metres"]) == [0, 1000, 2000, 1000, 0]
    assert list(rows["minutes"]) == pytest.approx([0, MINUTES, 2 * MINUTES, MINUTES, 0])
    assert set(rows["pupils"]) == {12.0}
    assert set(rows["mode"]) == {"walk"}
    assert set(rows["group"]) == {"resident"}


def test_schools_table() -> None:
    county = row_county()
    one, two = made(county, {"u0200": "s2"}).schools.to_dict("records")
    assert (one["pupils"], one["units"], one["moved_in"], one["moved_out"]) == (24, 2, 0, 12)
    assert (two["pupils"], two["units"], two["moved_in"], two["moved_out"]) == (36, 3, 12, 0)
    assert (two["seats"], two["utilisation"]) == (40, 0.9)
    assert two["mean_metres"] == pytest.approx(1000)
    assert two["longest_metres"] == 2000
    assert two["mean_minutes"] == pytest.approx(MINUTES)
    assert math.isnan(two["classes"])
    assert math.isnan(two["largest_class"])


def test_indicators() -> None:
    figures = made(row_county(), {"u0200": "s2"}).indicators
    assert list(figures) == list(INDICATORS)
    assert figures["pupils"] == 60
    assert figures["pupil_metres"] == pytest.approx(12 * 4000)
    assert figures["mean_metres"] == pytest.approx(800)
    assert figures["longest_metres"] == 2000
    assert figures["moved"] == 12
    assert figures["moved_share"] == pytest.approx(0.2)
    assert (figures["utilisation_min"], figures["utilisation_max"]) == (0.6, 0.9)
    assert (figures["schools_over_seats"], figures["pupils_over_seats"]) == (0, 0)
    assert figures["zones_in_pieces"] == 0
    assert figures["large_class_limit"] == 55
    assert math.isnan(figures["large_classes"])
    assert figures["pupils_without_journey"] == 0


def test_overfull_school_and_zone_in_pieces() -> None:
    figures = made(row_county(), {"u0300": "s1", "u0200": "s2"}).indicators
    assert figures["zones_in_pieces"] == 2
    figures = made(row_county(), {"u0300": "s1"}).indicators
    assert (figures["schools_over_seats"], figures["pupils_over_seats"]) == (1, 8)


def test_moved_table_names_both_schools() -> None:
    (move,) = made(row_county(), {"u0200": "s2"}).moved.to_dict("records")
    assert move == {
        "unit_id": "u0200",
        "name": "Unit 2,0",
        "band": "primary",
        "from_school": "s1",
        "to_school": "s2",
        "pupils": 12.0,
    }


def test_nobody_moves_where_there_is_no_school_today() -> None:
    county = row_county()
    today = county.assignments
    county = county.replace(assignments=today[today["unit_id"] != "u0200"])
    cells = row_county().today.assign(school_id=["s1", "s1", "s2", "s2", "s2"])
    plan = Plan.from_assignment(
        county, stage="primary", year=2024, place="all", cells=cells, model="m", rules=[],
        goals=[], status=PlanStatus.FEASIBLE, solver="hand", seed=0, seconds=0, standards="china",
    )  # fmt: skip
    assert plan.moved.empty
    assert plan.indicators["moved_share"] == 0


def test_empty_unit_has_a_row_and_groups_have_their_own() -> None:
    groups = [pupils_table({(0, "1"): 3, (1, "1"): 2, (0, "2"): 1})]
    groups.append(pupils_table({(0, "1"): 4, (2, "1"): 0}, group="boarder"))
    county = row_county(pupils=None).replace(
        pupils=pd.concat([groups[0].assign(group="resident"), groups[1]])
    )
    rows = made(county).assignment
    first = rows[rows["unit_id"] == "u0000"]
    assert list(zip(first["group"], first["pupils"], strict=True)) == [
        ("boarder", 4.0),
        ("resident", 4.0),
    ]
    (third,) = rows[rows["unit_id"] == "u0200"].to_dict("records")
    assert (third["group"], third["pupils"], third["school_id"]) == ("", 0.0, "s1")


def test_cell_left_out_has_no_school() -> None:
    county = row_county()
    plan = made(county, {"u0200": ""})
    assert list(plan.assignment["school_id"]) == ["s1", "s1", "", "s2", "s2"]
    assert len(plan.cells) == 4
    assert math.isnan(plan.assignment["minutes"][2])
    assert plan.indicators["pupils_without_journey"] == 12


@pytest.mark.parametrize("measure", ["minutes", "metres"])
def test_of_several_modes_the_nearest_in_the_measure_counts(measure: str) -> None:
    travel = row_county().travel.astype({"mode": "str"})
    bus = travel.assign(mode="bus", minutes=travel["minutes"] / 4, metres=travel["metres"] * 2)
    county = row_county().replace(travel=pd.concat([travel, bus], ignore_index=True))
    plan = made(county, measure=measure)
    modes = list(plan.assignment["mode"])
    # at no distance both are alike, and the name decides
    if measure == "minutes":
        assert modes == ["bus"] * 5
        assert plan.indicators["longest_metres"] == 4000
    else:
        assert modes == ["bus", "walk", "walk", "walk", "bus"]
    assert plan.verify() == ()


def test_measure_falls_back_where_the_county_knows_nothing_in_it() -> None:
    county = row_county()
    plan = made(county.replace(travel=county.travel.assign(minutes=NAN)))
    assert plan.measure == "metres"
    assert plan.indicators["pupil_metres"] == pytest.approx(12 * 4000)
    assert math.isnan(plan.indicators["pupil_minutes"])
    assert math.isnan(plan.schools["mean_minutes"][0])
    assert plan.verify() == ()


def test_entrants_are_the_entry_grade_alone() -> None:
    bands = {"primary-lower": ("1", "2", "3"), "primary-upper": ("4", "5", "6")}
    county = row_county(bands=bands, rooms=6.0, classes=1.0)
    plan = made(
        county, place="entrants", rules=[Rule("intake", {"limit": "x", "pupils": {"primary": 45}})]
    )
    assert set(plan.assignment["band"]) == {"primary-lower"}
    assert plan.indicators["pupils"] == 10
    # of 6 rooms 5 classes stay: one room for 45 entrants
    assert list(plan.schools["seats"]) == [45, 45]
    assert list(plan.schools["classes"]) == [1, 1]
    assert list(plan.schools["largest_class"]) == [6, 4]
    assert plan.verify() == ()


def test_entrants_without_a_rule_on_the_intake_have_no_known_places() -> None:
    plan = made(row_county(), place="entrants")
    assert plan.schools["seats"].isna().all()
    assert math.isnan(plan.indicators["utilisation_max"])
    assert plan.verify() == ()


def test_a_school_in_two_bands_is_one_row() -> None:
    bands = {"primary-lower": ("1", "2", "3"), "primary-upper": ("4", "5", "6")}
    county = row_county(bands=bands, classes=1.0)
    plan = made(county, {("u0200", "primary-upper"): "s2"})
    assert list(plan.schools["pupils"]) == [30, 30]
    assert list(plan.schools["units"]) == [3, 3]
    assert list(plan.schools["largest_class"]) == [6, 6]
    assert plan.verify() == ()


def teaching(**fields: object) -> Teaching:
    """Return a school with grades 1 to 3 of which nothing is known unless said."""
    unknown = dict.fromkeys("123", NAN)
    given = {
        "kind": "complete-primary",
        "multigrade": False,
        "rooms": NAN,
        "seats": NAN,
        "classes": unknown,
        "enrolled": unknown,
        "outside": dict.fromkeys("123", 0.0),
        "other_classes": 0.0,
    }
    return Teaching(**(given | fields))  # type: ignore[arg-type]


LOADS = {"1": 60.0, "2": 30.0, "3": 20.0}


@pytest.mark.parametrize(
    ("fields", "classes", "largest", "large"),
    [
        ({}, NAN, NAN, 0),
        ({"classes": {"1": 1.0, "2": 1.0, "3": 1.0}}, 3, 60, 1),
        ({"classes": {"1": 2.0, "2": 1.0, "3": 1.0}}, 4, 30, 0),
        ({"classes": {"1": 0.0, "2": 1.0, "3": 1.0}}, 2, 60, 1),
        ({"rooms": 4.0}, 4, 30, 0),
        ({"rooms": 3.0}, 3, 60, 1),
        ({"rooms": 2.0}, 2, 60, 1),
        ({"rooms": 5.0, "other_classes": 2.0}, 3, 60, 1),
        ({"rooms": 2.0, "multigrade": True}, 2, 55, 0),
        ({"rooms": 1.0, "multigrade": True}, 1, 110, 1),
    ],
)
def test_classes(fields: dict[str, object], classes: float, largest: float, large: int) -> None:
    formed = form_classes(teaching(**fields), LOADS, "all")
    assert formed.classes == classes or (math.isnan(formed.classes) and math.isnan(classes))
    assert formed.largest == largest or (math.isnan(formed.largest) and math.isnan(largest))
    assert formed.above(55) == large


@pytest.mark.parametrize(
    ("fields", "places"),
    [
        ({}, NAN),
        ({"seats": 100.0}, NAN),
        ({"seats": 100.0, "enrolled": {"1": 30.0, "2": 40.0, "3": 50.0}}, 30),
        ({"seats": 60.0, "enrolled": {"1": 30.0, "2": 40.0, "3": 50.0}}, 0),
        ({"classes": {"1": 1.0, "2": 1.0, "3": 2.0}}, 90),
        ({"classes": {"1": 1.0, "2": 1.0, "3": 2.0}, "rooms": 5.0}, 135),
        ({"classes": {"1": 1.0, "2": 1.0, "3": 2.0}, "rooms": 5.0, "other_classes": 1.0}, 90),
        (
            {"multigrade": True, "rooms": 2.0, "enrolled": {"1": 9.0, "2": 8.0, "3": 7.0}},
            2 * 45 - 17,
        ),
        ({"kind": "teaching-point", "classes": {"1": 1.0, "2": 1.0, "3": 2.0}}, 60),
    ],
)
def test_places_for_entrants(fields: dict[str, object], places: float) -> None:
    limits = {"primary": 45.0, "incomplete-primary": 30.0}
    found = places_for_entrants(teaching(**fields), limits, "primary")
    np.testing.assert_equal(found, places)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stage": "senior"}, "a stage of the county: primary"),
        ({"place": "some"}, '"all"'),
        ({"measure": "hours"}, '"minutes" or "metres"'),
    ],
)
def test_wrong_questions_are_refused(fields: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        made(row_county(), **fields)  # type: ignore[arg-type]


def test_wrong_cells_are_refused_all_at_once() -> None:
    county = row_county()
    cells = pd.DataFrame(
        {
            "unit_id": ["u0000", "u0000", "nowhere"],
            "band": ["primary", "primary", "upper"],
            "school_id": ["s1", "s2", "s9"],
        }
    )
    with pytest.raises(InputError) as caught:
        Plan.from_assignment(
            county, stage="primary", year=2024, place="all", cells=cells, model="m", rules=[],
            goals=[], status=PlanStatus.FEASIBLE, solver="", seed=0, seconds=0, standards="china",
        )  # fmt: skip
    wheres = {fault.where for fault in caught.value.faults}
    assert wheres == {
        "unit_id nowhere",
        "band upper",
        "school_id s9",
        "unit u0000, band primary",
    }
