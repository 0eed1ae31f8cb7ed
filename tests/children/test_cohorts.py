"""Cohorts that age, new housing, and groups told apart."""

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import GRADES, grid_county
from zoning import children
from zoning.county import Stage

COUNTY = grid_county(4, 2, seed=3)
BASE = children.Estimate.of(COUNTY)


def births(number: float = 3.0, years=range(2017, 2026)) -> pd.DataFrame:
    rows = [(unit, year, number) for unit in COUNTY.units["unit_id"] for year in years]
    return pd.DataFrame(rows, columns=["unit_id", "year", "births"])


def grade_sums(estimate: children.Estimate) -> pd.DataFrame:
    return estimate.pupils.pivot_table("pupils", "year", "grade", "sum", fill_value=0)


def test_grade_g_is_grade_g_plus_1_a_year_later() -> None:
    made = children.age_cohorts(COUNTY, BASE, until=2027, births="as now").pupils
    cells = made.set_index(["unit_id", "grade", "year"])["pupils"]
    for unit in COUNTY.units["unit_id"]:
        for year in (2024, 2025, 2026):
            for grade, following in pairwise(GRADES):
                assert cells[unit, grade, year] == cells[unit, following, year + 1]


@settings(max_examples=20)
@given(st.integers(1, 6), st.booleans())
def test_without_deaths_and_migration_no_child_is_lost(years, whole) -> None:
    """Those of the base who have not left school by then are all there."""
    made = children.age_cohorts(COUNTY, BASE, until=2024 + years, births=births(0.0), whole=whole)
    sums = grade_sums(made)
    stay = sums.loc[2024, list(GRADES[: 6 - years])].sum() if years < 6 else 0
    assert sums.loc[2024 + years].sum() == stay


def test_the_formula_by_hand() -> None:
    table = births(0.0)
    table.loc[(table["unit_id"] == "u0000") & (table["year"] == 2018), "births"] = 30.0
    table.loc[(table["unit_id"] == "u0000") & (table["year"] == 2019), "births"] = 60.0
    made = children.age_cohorts(
        COUNTY,
        BASE,
        until=2025,
        births=table,
        survival={"primary/1": 0.9},
        migration={"": 0.1, "primary/2": -0.5},
        survival_to_entry=0.95,
        migration_to_entry=0.2,
        whole=False,
    )
    before = BASE.pupils.set_index(["unit_id", "grade"])["pupils"]["u0000"]
    after = made.pupils[(made.pupils["unit_id"] == "u0000") & (made.pupils["year"] == 2025)]
    after = after.set_index("grade")["pupils"]
    assert after["1"] == pytest.approx((4 / 12 * 30 + 8 / 12 * 60) * 0.95 * 1.2)
    assert after["2"] == pytest.approx(before["1"] * 0.9 * 1.1)
    assert after["3"] == pytest.approx(before["2"] * 0.5)
    assert after["4"] == pytest.approx(before["3"] * 1.1)


def test_rounded_years_keep_units_and_grades() -> None:
    options = {"until": 2029, "births": births(7.3), "survival": 0.97, "migration": 0.013}
    exact = children.age_cohorts(COUNTY, BASE, whole=False, **options).pupils
    whole = children.age_cohorts(COUNTY, BASE, **options).pupils
    assert (whole["pupils"] % 1 == 0).all()
    for keys in (["year"], ["year", "grade"], ["year", "unit_id"]):
        sums = [frame.groupby(keys)["pupils"].sum() for frame in (exact, whole)]
        assert (abs(sums[0] - sums[1]) < 1).all()


def test_the_last_primary_grade_goes_on_to_junior() -> None:
    stages = (Stage("junior", ("7", "8", "9")), Stage("primary", GRADES))
    rows = COUNTY.school_grades.iloc[[0]].assign(stage="junior", grade="7")
    grades = pd.concat([COUNTY.school_grades, rows])
    county = COUNTY.replace(stages=stages, school_grades=grades)
    made = children.age_cohorts(county, children.Estimate.of(county), until=2026, births="as now")
    sums = grade_sums(made)
    assert sums.loc[2025, "7"] == sums.loc[2024, "6"]
    assert sums.loc[2026, "8"] == sums.loc[2024, "6"]
    assert made.on(county).pupils["stage"].nunique() == 2


def test_methods_say_what_is_assumed(tmp_path) -> None:
    made = children.age_cohorts(COUNTY, BASE, until=2025, births="as now", source="registry")
    words = made.methods.groupby("year")["method"].first()
    assert words[2024] == "as in the county's table (modelled)"
    assert "entrants as in the base year (assumed)" in words[2025]
    assert len(made.methods) == len(made.pupils)
    assert "registry" in made.on(COUNTY).provenance["pupils"].source
    made.to_csv(tmp_path / "methods.csv")
    told = pd.read_csv(tmp_path / "methods.csv", dtype={"grade": str})
    assert told["method"].tolist() == made.methods["method"].tolist()
    assert told["pupils"].tolist() == made.pupils["pupils"].tolist()


def housing(**changes: object) -> pd.DataFrame:
    row = {"project_id": "E1", "unit_id": "u0000", "stage": "primary", "dwellings": 100}
    return pd.DataFrame([row | {"yield": 0.25, "delivered": "2025-06-30"} | changes])


@pytest.mark.parametrize(
    ("delivered", "first"), [("2025-08-31", 2025), ("2025-09-01", 2025), ("2025-09-02", 2026)]
)
def test_houses_count_from_the_school_year_after_delivery(delivered, first) -> None:
    table = housing(delivered=delivered)
    made = children.new_housing(COUNTY, table, since=2024, years=range(2024, 2029), ramp=(0.4, 1))
    sums = made.pupils.groupby("year")["pupils"].sum()
    assert sums.index.min() == first
    assert sums[first] == 10 and (sums.loc[first + 1 :] == 25).all()
    assert made.pupils.groupby("year")["pupils"].max().loc[first + 1] == 5


def test_houses_that_the_base_already_has_are_left_out() -> None:
    made = children.new_housing(COUNTY, housing(), since=2025, years=range(2025, 2029))
    assert len(made.pupils) == 0
    assert len((BASE + made).pupils) == len(BASE.pupils)


def test_adding_houses_names_both_methods() -> None:
    made = BASE + children.new_housing(COUNTY, housing(), since=2023, years=[2025])
    later = made.pupils["year"] == 2025
    assert made.pupils.loc[later, "pupils"].sum() == 25
    here = BASE + children.new_housing(
        COUNTY, housing(delivered="2024-01-01"), since=2023, years=[2024]
    )
    words = here.methods[here.methods["unit_id"] == "u0000"]["method"].unique().tolist()
    assert words == ["as in the county's table (modelled) + new housing, dwellings x yield"]
    assert here.pupils["pupils"].sum() == BASE.pupils["pupils"].sum() + 25


@settings(max_examples=25)
@given(st.lists(st.floats(0, 1), min_size=8, max_size=8))
def test_a_group_told_apart_keeps_every_sum(numbers) -> None:
    shares = pd.DataFrame({"unit_id": COUNTY.units["unit_id"], "share": numbers})
    made = children.part_group(COUNTY, BASE, shares).pupils
    assert (made["pupils"] >= 0).all() and (made["pupils"] % 1 == 0).all()
    sums = made.groupby(["unit_id", "grade"])["pupils"].sum()
    assert (sums == BASE.pupils.groupby(["unit_id", "grade"])["pupils"].sum()).all()
    told = made[made["group"] == "migrant"].groupby("unit_id")["pupils"].sum()
    wanted = BASE.pupils.groupby("unit_id")["pupils"].sum()
    exact = wanted * shares.set_index("unit_id")["share"]
    assert (abs(told - exact) < 1 + 1e-9).all()
