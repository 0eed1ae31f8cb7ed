"""Checks of drawn counties, from the tables they write and without the code that drew them."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pandas as pd

from zoning.county import County

DATA = Path(__file__).parents[2] / "data"
LIMITS = {"primary-lower": 30.0, "primary-upper": 40.0, "junior": 40.0}
STAYING = 0.998
CENSUS_AGES = {"1-4": 4, "5-9": 5, "10-14": 5}


def generate(county: str, seed: int, out: Path) -> Path:
    """Draw a county from a seed into a folder."""
    command = [sys.executable, "-B", str(DATA / county / "generate.py")]
    subprocess.run(
        [*command, "--seed", str(seed), "--out", str(out)], check=True, capture_output=True
    )
    return out


def facts(county: str) -> pd.Series:
    """Return what the census counted, by name."""
    return pd.read_csv(DATA / county / "facts" / "census.csv").set_index("fact")["value"]


def children(county: County, plan: str) -> pd.DataFrame:
    """Return this year's children by unit, band and grade with the school of a plan.

    Columns: unit_id, stage, grade, pupils, girls, band, school_id, minutes (quickest daily
    journey, NaN if there is none), away (too far to come every day).
    """
    pupils = county.pupils[county.pupils["year"] == county.year]
    bands = {(s.name, g): s.band_of(g) for s in county.stages for g in s.grades}
    pupils = pupils.assign(
        band=[bands[key] for key in zip(pupils["stage"], pupils["grade"], strict=True)]
    )
    zones = county.assignments[county.assignments["plan"] == plan]
    placed = pupils.merge(zones, on=["unit_id", "stage", "band"], validate="many_to_one")
    assert len(placed) == len(pupils)
    daily = county.travel.astype({"unit_id": str, "school_id": str, "mode": str})
    daily = daily[daily["mode"] != "board"]
    quickest = daily.groupby(["unit_id", "school_id"])["minutes"].min()
    placed = placed.join(quickest, on=["unit_id", "school_id"])
    away = ~(placed["minutes"] <= placed["band"].map(LIMITS))
    return placed.assign(away=away)


def check_that_a_plan_exists(county: County, plan: str) -> None:
    """Every child has a daily journey or a bed, every class a room; zones are in one piece."""
    placed = children(county, plan)
    schools = county.schools.set_index("school_id")
    assert (schools.loc[placed["school_id"], "status"] == "existing").all()
    _check_beds(county, placed, schools)
    _check_seats(county, placed)
    for school, rows in placed.groupby("school_id"):
        about = schools.loc[school]
        assert rows["pupils"].sum() <= (2500 if about["kind"] == "nine-year" else 2000)
        by_grade = rows.groupby(["stage", "grade"])["pupils"].sum()
        _check_classes(county, str(school), about, by_grade)
    ways = nx.from_pandas_edgelist(county.adjacency, "unit_a", "unit_b")
    assert nx.is_connected(ways)
    for (school, _), rows in placed.groupby(["school_id", "band"]):
        zone = set(rows["unit_id"])
        assert schools.at[school, "root_unit"] in zone
        assert nx.is_connected(ways.subgraph(zone))


def _check_beds(county: County, placed: pd.DataFrame, schools: pd.DataFrame) -> None:
    away = placed[placed["away"]]
    listed = set(county.exemptions["unit_id"])
    assert set(away.loc[away["band"] == "primary-lower", "unit_id"]) <= listed
    weekly = county.travel.astype({"unit_id": str, "school_id": str, "mode": str})
    weekly = weekly[weekly["mode"] == "board"][["unit_id", "school_id"]]
    pairs = set(weekly.itertuples(index=False, name=None))
    assert set(away[["unit_id", "school_id"]].itertuples(index=False, name=None)) <= pairs
    sleeping = away.groupby("school_id")[["pupils", "girls"]].sum()
    beds = schools.loc[sleeping.index]
    assert beds["boarding"].all()
    assert (sleeping["pupils"] <= beds["beds"]).all()
    assert (sleeping["girls"] <= beds["beds_girls"]).all()
    assert (sleeping["pupils"] - sleeping["girls"] <= beds["beds_boys"]).all()
    assert (sleeping["pupils"] <= beds["canteen"]).all()
    assert (sleeping["pupils"] <= 60 * beds["wardens"]).all()


def _check_seats(county: County, placed: pd.DataFrame) -> None:
    loads = placed.groupby(["school_id", "stage"])["pupils"].sum()
    seats = county.school_stages.set_index(["school_id", "stage"])["seats"]
    assert (loads <= seats.loc[loads.index]).all()


def _check_classes(county: County, school: str, about: pd.Series, pupils: pd.Series) -> None:
    if about["multigrade"]:
        assert pupils.sum() <= 30 * about["rooms"]
        return
    taught = county.school_grades
    taught = taught[taught["school_id"] == school].set_index(["stage", "grade"])["classes"]
    if taught.isna().any():
        assert sum(math.ceil(number / 55) for number in pupils) <= about["rooms"]
    else:
        assert (pupils <= 55 * taught.loc[pupils.index]).all()
        assert taught.sum() <= about["rooms"]


def check_years(county: County, census: pd.Series) -> None:
    """Every year's totals follow from the census, and no child appears from nowhere."""
    pupils = county.pupils
    assert sorted(set(pupils["year"])) == [2020, 2021, 2022, 2023, 2024, 2025]
    assert (pupils["pupils"] == pupils["pupils"].round()).all()
    assert (pupils["girls"] == pupils["girls"].round()).all()
    totals = pupils.groupby(["year", pupils["grade"].astype(int)])[["pupils", "girls"]].sum()
    for (year, grade), row in totals.iterrows():
        age = 5 + grade - (year - 2020)
        group = next(
            name for name in CENSUS_AGES
            if int(name.split("-")[0]) <= age <= int(name.split("-")[1])
        )  # fmt: skip
        cohort = round(census[f"age {group}"] / CENSUS_AGES[group])
        if grade == 1:
            cohort = round(census[f"age {group}"] / CENSUS_AGES[group] * STAYING ** (year - 2020))
        elif year > 2020:
            cohort = round(totals.at[(year - 1, grade - 1), "pupils"] * STAYING)
        assert row["pupils"] == cohort
        share = census[f"girls {group}"] / census[f"age {group}"]
        assert abs(row["girls"] - share * row["pupils"]) <= 0.5


def check_decisions(county: County) -> None:
    """Costs and areas follow the stated norms; beds are told apart; options are usable."""
    schools = county.schools
    candidates = schools[schools["status"] == "candidate"]
    assert (candidates["capital_cost"] > 1e6).all()
    assert (schools["opening_cost"] > 0).all()
    standing = schools[schools["status"] == "existing"]
    assert standing[["staff", "canteen", "building_area", "sports_area"]].notna().all(axis=None)
    boarding = standing[standing["boarding"]]
    assert (boarding["beds"] == boarding["beds_girls"] + boarding["beds_boys"]).all()
    built = county.expansions
    assert set(built["option"]) == {"wing", "dormitory", "temporary"}
    wings = built[built["option"] == "wing"]
    assert (wings["cost"] >= 5802 * wings["building_area"]).all()
    assert len(county.vetoes) > 0
    assert len(county.feeders) > 0
    assert len(county.school_years) > 0
