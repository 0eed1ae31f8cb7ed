"""Fairfax: the figures of the source, kept by the conversion."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest

FOLDER = Path(__file__).parents[2] / "data" / "fairfax"
MOST_BYTES = 8_000_000


@pytest.fixture(scope="module")
def pupils() -> pd.Series[float]:
    table = pd.read_csv(FOLDER / "pupils.csv", dtype={"unit_id": str})
    return table.set_index("unit_id")["pupils"]


@pytest.fixture(scope="module")
def seats() -> pd.Series[float]:
    return pd.read_csv(FOLDER / "school_stages.csv").set_index("school_id")["seats"]


@pytest.fixture(scope="module")
def travel() -> pd.DataFrame:
    table = pd.read_parquet(FOLDER / "travel.parquet")
    return table.astype({"unit_id": str, "school_id": str}).set_index(["unit_id", "school_id"])


@pytest.fixture(scope="module")
def plans() -> pd.DataFrame:
    return pd.read_parquet(FOLDER / "assignments.parquet")


def test_counts(
    pupils: pd.Series[float],
    seats: pd.Series[float],
    travel: pd.DataFrame,
    plans: pd.DataFrame,
) -> None:
    assert len(pupils) == 9404
    assert len(seats) == 138
    assert len(travel) == 9404 * 138
    assert set(plans["plan"]) == {"today", "option-2", "option-3", "option-4", "option-5"}
    assert (plans.groupby("plan")["unit_id"].nunique() == 9404).all()


def test_totals_of_the_source(pupils: pd.Series[float], seats: pd.Series[float]) -> None:
    assert pupils.sum() == pytest.approx(89_045, abs=0.01)
    assert (pupils == 0).sum() == 2576
    assert seats.sum() == 101_127


def test_zone_totals_are_the_real_membership(
    pupils: pd.Series[float], seats: pd.Series[float], plans: pd.DataFrame
) -> None:
    today = plans[plans["plan"] == "today"]
    total = pupils.loc[today["unit_id"]].groupby(today["school_id"].to_numpy()).sum()
    grades = pd.read_csv(FOLDER / "school_grades.csv").set_index("school_id")
    assert (total - grades["enrolled"]).abs().max() < 0.001
    assert (total > seats + 0.001).sum() == 13


def test_journeys_of_today(
    pupils: pd.Series[float], travel: pd.DataFrame, plans: pd.DataFrame
) -> None:
    today = plans[plans["plan"] == "today"]
    rows = travel.loc[pd.MultiIndex.from_frame(today[["unit_id", "school_id"]])]
    weights = pupils.loc[today["unit_id"]].to_numpy()
    seconds = 60 * (rows["minutes"].to_numpy() * weights).sum() / weights.sum()
    kilometres = (rows["metres"].to_numpy() * weights).sum() / 1000
    assert seconds == pytest.approx(271.5, abs=0.05)
    # the source measures from another point of the block and finds 113,602
    assert kilometres == pytest.approx(113_602, rel=0.001)


def test_blocks_are_valid_and_connected() -> None:
    units = gpd.read_parquet(FOLDER / "units.parquet")
    borders = pd.read_parquet(FOLDER / "adjacency.parquet")
    assert units.is_valid.all()
    assert len(borders) == 23_196
    assert (borders["unit_a"] < borders["unit_b"]).all()
    ways = nx.from_pandas_edgelist(borders, "unit_a", "unit_b")
    assert set(ways) == set(units["unit_id"])
    assert nx.is_connected(ways)


def test_each_school_stands_in_its_own_root_unit() -> None:
    units = gpd.read_parquet(FOLDER / "units.parquet").set_index("unit_id")
    schools = gpd.read_file(FOLDER / "schools.geojson")
    assert schools["root_unit"].is_unique
    blocks = units.loc[schools["root_unit"]].reset_index()
    assert blocks.geometry.contains(schools.geometry).all()


def test_the_folder_is_small_and_licensed() -> None:
    size = sum(file.stat().st_size for file in FOLDER.iterdir() if file.is_file())
    assert size <= MOST_BYTES
    licence = (FOLDER / "LICENCE").read_text(encoding="utf-8")
    assert "Copyright (c) 2025 Melissa Wu" in licence
    assert "849cdb45bbbf675e3328b6bf93272d8c271485db" in licence
