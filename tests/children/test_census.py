"""A census by age becomes pupils by grade and unit."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zoning
from tests.builders import GRADES, grid_county
from zoning import children
from zoning.errors import InputError

COUNTY = grid_county(6, 2)  # townships T0 and T1
PARTS = children.parts_by_township(COUNTY)


def census(numbers: dict[str, float], regions=("T0", "T1"), group="resident") -> pd.DataFrame:
    rows = [(r, age, group, number) for r in regions for age, number in numbers.items()]
    return pd.DataFrame(rows, columns=["region", "age", "group", "people"])


def single_ages(number: float) -> dict[str, float]:
    return {str(age): number for age in range(5, 14)}


def test_on_the_cut_off_every_age_is_a_grade() -> None:
    ages = {str(age): 10.0 * age for age in range(5, 14)}
    made = children.from_census(COUNTY, census(ages), PARTS, date="2024-09-01")
    by_grade = made.pupils.groupby("grade")["pupils"].sum()
    assert by_grade.tolist() == [2 * 10 * age for age in range(6, 12)]
    assert set(made.pupils["year"]) == {2024}


def test_a_census_two_months_later_mixes_two_ages() -> None:
    """On 1 November a grade is 304 days of its own age and 61 of the next."""
    ages = single_ages(0) | {"6": 365.25}
    made = children.from_census(COUNTY, census(ages), PARTS, date="2024-11-01", whole=False)
    by_grade = made.pupils.groupby("grade")["pupils"].sum()
    assert by_grade["1"] == pytest.approx(2 * (365.25 - 61))
    assert by_grade["2":].sum() == 0


def test_classes_of_ages_are_taken_as_even() -> None:
    one = census({"5-9": 500.0, "10-14": 400.0})
    single = {str(age): 100.0 for age in range(5, 10)} | {str(age): 80.0 for age in range(10, 15)}
    made = [
        children.from_census(COUNTY, table, PARTS, date="2024-11-01", whole=False)
        for table in (one, census(single))
    ]
    assert np.allclose(made[0].pupils["pupils"], made[1].pupils["pupils"])


def test_a_later_year_takes_the_younger_children() -> None:
    ages = {str(age): 10.0 * age for age in range(0, 14)}
    made = children.from_census(COUNTY, census(ages), PARTS, date="2024-09-01", year=2027)
    assert made.pupils.groupby("grade")["pupils"].sum().tolist() == [60 + 20 * g for g in range(6)]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 300), min_size=18, max_size=18), st.floats(0.05, 1))
def test_regions_and_grades_keep_their_sums(numbers, attendance) -> None:
    table = census(single_ages(0))
    table["people"] = [float(number) for number in numbers]
    exact, whole = (
        children.from_census(
            COUNTY, table, PARTS, date="2024-11-01", attendance=attendance, whole=asked
        ).pupils
        for asked in (False, True)
    )
    town = dict(zip(COUNTY.units["unit_id"], COUNTY.units["township"], strict=True))
    for frame in (exact, whole):
        frame["town"] = frame["unit_id"].map(town)
    assert (whole["pupils"] == np.floor(whole["pupils"])).all() and (whole["pupils"] >= 0).all()
    for keys in (["unit_id", "grade"], ["unit_id"], ["town"], ["grade"], ["town", "grade"]):
        sums = [frame.groupby(keys)["pupils"].sum() for frame in (exact, whole)]
        assert (abs(sums[0] - sums[1]) < 1).all(), keys
    assert abs(exact["pupils"].sum() - whole["pupils"].sum()) < 1


def test_migrants_are_a_group_of_their_own() -> None:
    both = pd.concat([census(single_ages(50.0)), census(single_ages(7.0), group="migrant")])
    made = children.from_census(COUNTY, both, PARTS, date="2024-09-01")
    sums = made.pupils.groupby("group")["pupils"].sum()
    assert sums.to_dict() == {"migrant": 7 * 12, "resident": 50 * 12}


def test_every_child_has_the_same_weight_in_a_plan() -> None:
    """A plan over residents and migrants is the plan over as many residents."""
    county = grid_county(4, 2, [(0, 0, 300.0), (3, 1, 300.0)])
    parts = children.parts_by_township(county)
    ages = census(single_ages(40.0))
    all_one = children.from_census(county, ages, parts, date="2024-09-01")
    shares = pd.DataFrame({"unit_id": county.units["unit_id"], "share": 0.4})
    parted = children.part_group(county, all_one, shares)
    assert set(parted.pupils["group"]) == {"resident", "migrant"}
    counties = [made.on(county) for made in (all_one, parted)]
    plans = [zoning.solve(each, "rezoning", stage="primary", work_limit=50) for each in counties]
    assert plans[0].indicators["pupils"] == plans[1].indicators["pupils"] == 480
    assert plans[0].objective == pytest.approx(plans[1].objective)
    assert not plans[1].verify(counties[1])


def test_the_county_takes_it_with_its_origin() -> None:
    made = children.from_census(
        COUNTY, census(single_ages(50.0)), PARTS, date="2024-11-01", source="county yearbook"
    )
    county = made.on(COUNTY)
    assert county.pupils["pupils"].sum() == 600
    record = county.provenance["pupils"]
    assert record.status == "modelled"
    assert "census of 2024-11-01" in record.source and "county yearbook" in record.source
    assert COUNTY.replace(pupils=made.pupils).content_hash == county.content_hash
    assert made.methods[list(children.estimate.KEY)].equals(made.pupils.iloc[:, :5])
    assert made.methods["method"].str.contains("spread by area").all()


def test_other_stages_keep_their_numbers() -> None:
    stages = (zoning.county.Stage("primary", GRADES), zoning.county.Stage("junior", ("7", "8")))
    junior = COUNTY.pupils.iloc[:5].assign(stage="junior", grade="7")
    junior["unit_id"] = COUNTY.units["unit_id"].iloc[:5]
    pupils = pd.concat([COUNTY.pupils, junior])
    county = COUNTY.replace(stages=stages, pupils=pupils)
    made = children.from_census(
        county, census(single_ages(50.0)), PARTS, date="2024-11-01", stages=["primary"]
    )
    grown = made.on(county)
    assert grown.pupils.groupby("stage")["pupils"].sum()["junior"] == junior["pupils"].sum()
    assert "junior: modelled" in grown.provenance["pupils"].note


@pytest.mark.parametrize(
    ("date", "last"), [("2024-11-01", 2030), ("2024-09-01", 2030), ("2024-08-31", 2029)]
)
def test_children_not_born_at_the_census_are_not_guessed(date, last) -> None:
    ages = census({str(age): 10.0 for age in range(14)})
    made = children.from_census(COUNTY, ages, PARTS, date=date, year=last)
    assert len(made.pupils)
    with pytest.raises(InputError, match=f"born at the census, to {last}; found {last + 1}"):
        children.from_census(COUNTY, ages, PARTS, date=date, year=last + 1)
