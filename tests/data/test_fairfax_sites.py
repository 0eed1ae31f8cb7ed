"""The script that adds assumed candidate sites to Fairfax, tried on a small county."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tests.builders import grid_county, unit_id
from zoning import read_county, write_county

SCRIPT = Path(__file__).parents[2] / "data" / "fairfax" / "sites.py"
COUNTY = grid_county(6, 3, [(0, 0, 150.0), (1, 2, 90.0)], pupils={(5, 1): 60.0, (3, 0): 6.0})


@pytest.fixture(scope="module")
def sites() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sites", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_sites_stand_where_journeys_shorten_most(sites: ModuleType) -> None:
    county = sites.with_sites(COUNTY, 2)
    added = county.schools[county.schools["status"] == "candidate"]
    assert added["school_id"].tolist() == ["C001", "C002"]
    assert added["root_unit"].tolist() == [unit_id(5, 1), unit_id(3, 0)]
    assert county == sites.with_sites(COUNTY, 2)
    standing = county.schools[county.schools["status"] == "existing"]
    assert standing["school_id"].tolist() == ["s1", "s2"]


def test_sites_have_seats_and_journeys(sites: ModuleType) -> None:
    county = sites.with_sites(COUNTY, 2)
    seats = county.school_stages.set_index("school_id")["seats"]
    assert seats["C001"] == 120.0
    assert (county.school_grades.groupby("school_id").size() == 6).all()
    travel = county.travel.astype({"unit_id": str, "school_id": str, "mode": str})
    one = travel[travel["school_id"] == "C001"].set_index("unit_id")
    assert len(one) == 18
    assert one.at[unit_id(5, 1), "metres"] == 0.0
    assert one.at[unit_id(2, 1), "metres"] == 3000.0
    assert one.at[unit_id(2, 1), "minutes"] == pytest.approx(50.0, abs=0.02)


def test_what_is_assumed_says_so(sites: ModuleType, tmp_path: Path) -> None:
    county = sites.with_sites(COUNTY, 1)
    assert county.provenance["schools"].status == "assumed"
    assert "assumed" in county.notice
    assert read_county(write_county(county, tmp_path / "county")) == county


def test_no_more_sites_than_blocks_they_fit_in(sites: ModuleType) -> None:
    assert len(sites.with_sites(COUNTY, 16).schools) == 18
    with pytest.raises(ValueError, match="16 blocks"):
        sites.with_sites(COUNTY, 17)


def test_small_blocks_get_no_site(sites: ModuleType) -> None:
    units = COUNTY.units.to_crs(COUNTY.metric_crs)
    points = np.column_stack([units.geometry.centroid.x, units.geometry.centroid.y])
    area = np.where(units["unit_id"] == unit_id(5, 1), 1000.0, 1e6)
    (row,) = sites.choose(COUNTY, points, area, 1)
    assert units["unit_id"].iloc[row] != unit_id(5, 1)
