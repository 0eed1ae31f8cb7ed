"""Dari: what the generator promises, checked from the files it writes, for several seeds."""

from __future__ import annotations

import filecmp
from pathlib import Path

import pytest

from tests.data.drawn import (
    DATA,
    check_decisions,
    check_that_a_plan_exists,
    check_years,
    children,
    facts,
    generate,
)
from zoning.county import County, read_county

SEEDS = (2, 3)
MOST_BYTES = 400_000


@pytest.fixture(scope="module", params=("shipped", *SEEDS))
def county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> County:
    if request.param == "shipped":
        return read_county(DATA / "dari")
    return read_county(generate("dari", request.param, tmp_path_factory.mktemp("dari")))


def test_the_shipped_county_is_that_of_seed_1(tmp_path: Path) -> None:
    one = generate("dari", 1, tmp_path / "one")
    names = sorted(file.name for file in one.iterdir())
    assert "county.toml" in names
    assert filecmp.cmpfiles(one, DATA / "dari", names, shallow=False) == (names, [], [])


def test_counts_and_totals_are_the_real_ones(county: County) -> None:
    assert county.warnings == ()
    assert len(county.units) == 36
    assert county.units["unit_id"].str.fullmatch("632624[0-9]{6}").all()
    assert county.units["township"].nunique() == 10
    assert (county.units["settlement"] == "town").sum() == 3
    this_year = county.pupils[county.pupils["year"] == 2020]
    totals = this_year.groupby("grade")["pupils"].sum()
    assert totals.tolist() == [1081, 1081, 1081, 1081, 831, 831, 831, 831, 831]


def test_every_seat_has_a_boarding_school(county: County) -> None:
    schools = county.schools
    standing = schools[schools["status"] == "existing"]
    primary = standing[standing["kind"].isin(["complete-primary", "nine-year"])]
    assert primary["boarding"].all()
    assert set(primary["township"]) == set(county.units["township"])
    points = schools[schools["kind"] == "teaching-point"]
    assert (points["status"] == "existing").sum() == 5
    assert (points["status"] == "suspended").sum() == 1
    assert not points["boarding"].any()
    assert schools["name"].str.startswith("模拟·").all()


def test_a_plan_exists(county: County) -> None:
    check_that_a_plan_exists(county, "witness")
    placed = children(county, "witness")
    boarders = placed.loc[placed["away"], "pupils"].sum()
    assert boarders > 0.2 * placed["pupils"].sum()


def test_todays_zones_are_no_such_plan(county: County) -> None:
    with pytest.raises(AssertionError):
        check_that_a_plan_exists(county, "today")


def test_far_units_are_exempt(county: County) -> None:
    assert 10 <= len(county.exemptions) <= 25
    standing = county.schools.loc[county.schools["status"] == "existing", "school_id"]
    lower = county.school_grades[county.school_grades["grade"] == "1"]["school_id"]
    near = county.travel[county.travel["minutes"] <= 30]
    near = near[near["school_id"].isin(set(standing) & set(lower)) & (near["mode"] != "board")]
    assert set(county.exemptions["unit_id"]) == set(county.units["unit_id"]) - set(near["unit_id"])


def test_later_years_follow_from_the_census(county: County) -> None:
    check_years(county, facts("dari"))


def test_decisions(county: County) -> None:
    check_decisions(county)


def test_the_outline_has_the_area_and_is_no_border() -> None:
    import geopandas as gpd

    outline = gpd.read_file(DATA / "dari" / "outline.geojson").to_crs("EPSG:4542")
    assert outline.area.sum() / 1e6 == pytest.approx(14_500, rel=0.01)
    assert "not a border" in outline["name"].iloc[0]


def test_the_folder_is_small_and_licensed() -> None:
    folder = DATA / "dari"
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.suffix != ".pyc")
    assert size <= MOST_BYTES
    licence = (folder / "LICENCE").read_text(encoding="utf-8")
    for word in ("WTFPL", "Creative Commons Attribution 4.0", "MIT License", "GeoNames"):
        assert word in licence
