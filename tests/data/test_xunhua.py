"""Xunhua: what the generator promises, checked from the files it writes, for several seeds."""

from __future__ import annotations

import filecmp
import math
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from tests.data.drawn import (
    check_decisions,
    check_that_a_plan_exists,
    check_years,
    children,
    facts,
    generate,
)
from zoning.county import County, read_county
from zoning.county.schema import SCHEMA

FOLDER = Path(__file__).parents[2] / "data" / "xunhua"
SEEDS = (1, 2, 3)
LOWER = ("1", "2", "3")
LIMITS = {"primary-lower": 30.0, "primary-upper": 40.0}
MOST_BYTES = 1_000_000


def primary_part(county: County) -> County:
    """Return the primary schools that stand, and their pupils of the county's year."""
    schools = county.schools
    standing = schools[(schools["status"] == "existing") & (schools["kind"] != "junior")]
    own = set(standing["school_id"])
    pupils, travel, zones = county.pupils, county.travel, county.assignments
    travel = travel[travel["school_id"].isin(own) & (travel["mode"] != "board")]
    decisions = {name: None for name, schema in SCHEMA.items() if schema.added}
    return county.replace(
        stages=(county.stage("primary"),),
        schools=standing.reset_index(drop=True),
        pupils=pupils[(pupils["year"] == county.year) & (pupils["stage"] == "primary")],
        school_stages=county.school_stages[county.school_stages["school_id"].isin(own)],
        school_grades=county.school_grades[county.school_grades["school_id"].isin(own)],
        travel=travel.astype({"unit_id": str, "school_id": str, "mode": str}),
        assignments=zones[zones["stage"] == "primary"],
        **decisions,
    )


@dataclass(frozen=True)
class Case:
    """A generated county, its primary part, and the witness plan of that."""

    whole: County
    county: County
    cells: pd.DataFrame  # witness: unit_id, band, school_id, and pupils by grade "1" to "6"

    @property
    def grades(self) -> pd.DataFrame:
        """Witness pupils by school (index) and grade (columns)."""
        totals = self.cells.groupby("school_id")[list("123456")].sum()
        return totals.reindex(self.county.schools["school_id"]).fillna(0)

    @property
    def minutes(self) -> pd.Series[float]:
        """Quickest minutes by unit and school."""
        keys = self.county.travel[["unit_id", "school_id"]].astype(str)
        return self.county.travel["minutes"].groupby([keys["unit_id"], keys["school_id"]]).min()

    @property
    def seats(self) -> pd.Series[float]:
        return self.county.school_stages.set_index("school_id")["seats"]


def cells_with_pupils(county: County, plan: str) -> pd.DataFrame:
    zones = county.assignments[county.assignments["plan"] == plan]
    pupils = county.pupils.pivot(index="unit_id", columns="grade", values="pupils").astype(float)
    cells = zones[["unit_id", "band", "school_id"]].join(pupils, on="unit_id")
    for grade in "123456":
        band = "primary-lower" if grade in LOWER else "primary-upper"
        cells.loc[cells["band"] != band, grade] = 0.0
    return cells


@pytest.fixture(scope="module", params=("shipped", *SEEDS))
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = FOLDER
    if request.param != "shipped":
        folder = generate("xunhua", request.param, tmp_path_factory.mktemp("xunhua"))
    whole = read_county(folder)
    county = primary_part(whole)
    return Case(whole, county, cells_with_pupils(county, "witness"))


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one = generate("xunhua", 1, tmp_path / "one")
    names = sorted(file.name for file in one.iterdir())
    assert "county.toml" in names
    assert filecmp.cmpfiles(one, FOLDER, names, shallow=False) == (names, [], [])


def test_counts_and_totals_are_the_real_ones(case: Case) -> None:
    county = case.county
    assert len(county.units) == 160
    assert county.units["unit_id"].str.fullmatch("630225[0-9]{6}").all()
    assert county.units["township"].nunique() == 9
    totals = county.pupils.groupby("grade")["pupils"].sum()
    assert totals.tolist() == [2994, 2994, 2994, 2994, 2886, 2886]


def test_schools_are_of_the_kinds_promised(case: Case) -> None:
    schools = case.county.schools
    complete = schools[schools["kind"] == "complete-primary"]
    points = schools[schools["kind"] == "teaching-point"]
    assert 14 <= len(complete) <= 20
    assert 20 <= len(points) <= 30
    assert points["multigrade"].all()
    assert schools["name"].str.startswith("模拟·").all()
    central = complete[complete["name"].str.endswith("中心小学")]
    assert set(central["township"]) == set(case.county.units["township"])
    classes = case.county.school_grades.set_index("school_id")["classes"].loc[complete["school_id"]]
    assert 0 < classes.isna().groupby(level=0).any().sum() < len(complete)


def test_points_have_the_size_of_small_rural_schools(case: Case) -> None:
    sizes = pd.read_csv(FOLDER / "facts" / "small_schools.csv").set_index("percentile")["pupils"]
    schools = case.county.schools
    points = schools.loc[schools["kind"] == "teaching-point", "school_id"]
    # grades 1-3 are three of the seven year groups of those schools
    small = case.grades.loc[points].sum(axis=1) * 7 / 3
    assert small.median() == pytest.approx(sizes[50], rel=0.2)
    assert small.max() <= 1.5 * sizes[100]


def test_seats_are_tight(case: Case) -> None:
    pupils = case.county.pupils["pupils"].sum()
    assert pupils <= case.seats.sum() <= 1.10 * pupils
    assert case.seats.max() <= 2000


def test_nearest_schools_overfill_a_quarter(case: Case) -> None:
    cells = case.cells.assign(pupils=case.cells[list("123456")].sum(axis=1))
    loads: dict[str, float] = {}
    for band, group in cells.groupby("band"):
        serving = case.minutes.unstack()
        if band == "primary-upper":
            serving = serving.loc[:, serving.columns.str.startswith("P")]
        nearest = serving.idxmin(axis=1).loc[group["unit_id"]].to_numpy()
        for school, pupils in group["pupils"].groupby(nearest).sum().items():
            loads[str(school)] = loads.get(str(school), 0.0) + pupils
    overfull = sum(loads.get(school, 0.0) > seats for school, seats in case.seats.items())
    assert overfull >= 0.25 * len(case.seats)


@pytest.mark.parametrize("plan", ["today", "witness"])
def test_zones_are_contiguous(case: Case, plan: str) -> None:
    ways = nx.from_pandas_edgelist(case.county.adjacency, "unit_a", "unit_b")
    assert nx.is_connected(ways)
    roots = case.county.schools.set_index("school_id")["root_unit"]
    cells = cells_with_pupils(case.county, plan)
    zones = cells.groupby(["school_id", "band"])["unit_id"].agg(set)
    points = roots.index.str.startswith("T").sum()
    assert len(zones) == 2 * len(roots) - points
    for (school, _), zone in zones.items():
        assert roots[school] in zone
        assert nx.is_connected(ways.subgraph(zone))


def test_today_overfills_some_schools(case: Case) -> None:
    cells = cells_with_pupils(case.county, "today")
    loads = cells[list("123456")].sum(axis=1).groupby(cells["school_id"]).sum()
    assert (loads > case.seats).sum() >= 3


def test_the_witness_keeps_seats_and_journeys(case: Case) -> None:
    assert (case.grades.sum(axis=1) <= case.seats).all()
    rows = pd.MultiIndex.from_frame(case.cells[["unit_id", "school_id"]])
    journeys = case.minutes.loc[rows].to_numpy()
    assert (journeys <= case.cells["band"].map(LIMITS).to_numpy()).all()


def test_the_witness_forms_no_large_class(case: Case) -> None:
    schools = case.county.schools.set_index("school_id")
    classes = case.county.school_grades.pivot(index="school_id", columns="grade", values="classes")
    for school, pupils in case.grades.iterrows():
        rooms = schools.at[school, "rooms"]
        if schools.at[school, "multigrade"]:
            assert pupils.sum() <= 30 * rooms
            assert pupils[list("456")].sum() == 0
        elif classes.loc[school].isna().any():
            assert sum(math.ceil(number / 55) for number in pupils) <= rooms
        else:
            assert (pupils <= 55 * classes.loc[school]).all()


def test_the_witness_takes_the_entrants(case: Case) -> None:
    schools = case.county.schools.set_index("school_id")
    for school, rows in case.county.school_grades.groupby("school_id"):
        staying = rows[rows["grade"] < rows["grade"].max()]
        rooms = schools.at[school, "rooms"]
        if schools.at[school, "multigrade"]:
            free = 30 * rooms - staying["enrolled"].sum()
        elif np.isnan(rows["classes"]).any():
            free = case.seats[school] - staying["enrolled"].sum()
        else:
            free = 45 * (rooms - staying["classes"].sum())
        assert case.grades.at[school, "1"] <= free


def test_a_plan_exists_for_all_stages(case: Case) -> None:
    assert case.whole.warnings == ()
    check_that_a_plan_exists(case.whole, "witness")
    away = children(case.whole, "witness").query("away")
    assert set(away["stage"]) == {"junior"}


def test_later_years_follow_from_the_census(case: Case) -> None:
    check_years(case.whole, facts("xunhua"))


def test_decisions(case: Case) -> None:
    check_decisions(case.whole)
    county, schools = case.whole, case.whole.schools
    assert (schools["status"] == "suspended").sum() == 2
    assert sorted(schools.loc[schools["status"] == "candidate", "kind"].unique()) == [
        "complete-primary",
        "junior",
    ]
    sites = schools[schools["status"] == "candidate"]
    assert not sites["serviced"].all()
    assert schools["dangerous"].sum() == 2
    companion = schools.set_index("school_id").loc[county.housing["companion"].iloc[0]]
    assert companion["status"] == "candidate"
    assert companion["opens"] <= county.housing["year"].iloc[0]
    assert len(county.shared_zones) == 2
    receiving = county.receivers.groupby("purpose").size()
    assert receiving["merge"] == 12
    assert receiving["overflow"] >= 3


def test_the_folder_is_small_and_licensed() -> None:
    size = sum(file.stat().st_size for file in FOLDER.rglob("*") if file.suffix != ".pyc")
    assert size <= MOST_BYTES
    licence = (FOLDER / "LICENCE").read_text(encoding="utf-8")
    for word in ("WTFPL", "Creative Commons Attribution 4.0", "MIT License", "GeoNames"):
        assert word in licence
