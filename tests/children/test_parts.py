"""Regions, the parts of units in them, and weights."""

from itertools import pairwise
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import METRIC, SOUTH, WEST, grid_county
from zoning import children
from zoning.children.spread import spread

COUNTY = grid_county(3, 3)


def regions(*boxes: tuple[float, float, float, float]) -> geopandas.GeoDataFrame:
    """Boxes in kilometres from the county's corner, named r0, r1 ..."""
    places = np.array(boxes) * 1000 + [WEST, SOUTH, WEST, SOUTH]
    names = [f"r{at}" for at in range(len(boxes))]
    return geopandas.GeoDataFrame({"id": names}, geometry=shapely.box(*places.T), crs=METRIC)


def totals(**numbers: float) -> pd.DataFrame:
    frame = pd.DataFrame({"region": list(numbers), "pupils": list(numbers.values())})
    return frame.assign(stage="primary", grade="1", year=2024, group="resident")


def spread_over(parts: children.Parts, whole: bool = False, **numbers: float) -> pd.Series:
    frame = spread(totals(**numbers), parts, "census", whole=whole)
    return frame.set_index("unit_id")["pupils"]


def test_polygons_give_by_the_common_area() -> None:
    parts = children.parts_by_polygons(COUNTY, regions((0, 0, 1.5, 1), (1.5, 0, 3, 1)), "id")
    got = spread_over(parts, r0=30.0, r1=90.0)
    assert got.to_dict() == pytest.approx({"u0000": 20, "u0100": 10 + 30, "u0200": 60})


@settings(max_examples=25)
@given(st.lists(st.floats(0.1, 2.9).map(lambda x: round(x, 2)), min_size=1, max_size=4), st.data())
def test_areal_interpolation_keeps_every_total(cuts, data) -> None:
    edges = sorted({0.0, 3.0, *cuts})
    boxes = [(west, 0, east, 3) for west, east in pairwise(edges)]
    numbers = {
        f"r{at}": float(data.draw(st.integers(0, 500))) for at in range(len(boxes))
    }  # fmt: skip
    parts = children.parts_by_polygons(COUNTY, regions(*boxes), "id")
    assert spread_over(parts, **numbers).sum() == pytest.approx(sum(numbers.values()))
    assert spread_over(parts, whole=True, **numbers).sum() == sum(numbers.values())


def test_as_tobler_does() -> None:
    tobler = pytest.importorskip("tobler.area_weighted")
    districts = regions((0, 0, 1.3, 3), (1.3, 0, 3, 1.7), (1.3, 1.7, 3, 3))
    parts = children.parts_by_polygons(COUNTY, districts, "id")
    got = spread_over(parts, r0=310.0, r1=77.0, r2=123.0)
    theirs = tobler.area_interpolate(
        districts.assign(pupils=[310.0, 77.0, 123.0]), COUNTY.units, ["pupils"]
    )
    assert np.allclose(got[COUNTY.units["unit_id"]], theirs["pupils"])


def test_places_weigh_where_they_stand() -> None:
    at = shapely.points(np.array([[0.5, 0.5], [0.6, 0.5], [1.0, 0.5]]) * 1000 + [WEST, SOUTH])
    houses = geopandas.GeoDataFrame({"floors": [1.0, 4.0, 5.0]}, geometry=at, crs=METRIC)
    parts = children.parts_by_polygons(COUNTY, regions((0, 0, 3, 3)), "id")
    got = spread_over(parts.by_places(houses.to_crs("EPSG:4326")), r0=30.0)
    assert got.sum() == pytest.approx(30)  # the house on a border counts once
    assert got["u0000"] >= 20 - 1e-9
    floors = spread_over(parts.by_places(houses, "floors"), r0=30.0)
    assert floors["u0000"] in (pytest.approx(15), pytest.approx(30))


def test_buildings_may_be_areas() -> None:
    low = np.array([[0.4, 0.4], [2.2, 2.2]]) * 1000 + [WEST, SOUTH]
    areas = geopandas.GeoDataFrame(
        geometry=shapely.box(*low.T, *(low + 50).T), crs=METRIC
    )  # fmt: skip
    parts = children.parts_by_polygons(COUNTY, regions((0, 0, 3, 3)), "id").by_places(areas)
    got = spread_over(parts, r0=30.0)
    assert got[got > 0].to_dict() == {"u0000": 15.0, "u0202": 15.0}


def test_a_table_of_weights() -> None:
    weights = pd.DataFrame({"unit_id": ["u0000", "u0100"], "weight": [1.0, 3.0]})
    parts = children.parts_by_polygons(COUNTY, regions((0, 0, 1, 3), (1, 0, 3, 3)), "id")
    got = spread_over(parts.by_table(weights), r0=40.0, r1=60.0)
    assert got[got > 0].to_dict() == {"u0000": 40.0, "u0100": 60.0}


def test_a_raster_weighs_cells_in_part(tmp_path: Path) -> None:
    rasterio = pytest.importorskip("rasterio")
    values = np.zeros((2, 2))
    values[1] = [300.0, 100.0]  # the lower row: 1.5 km cells
    transform = rasterio.Affine(1500, 0, WEST, 0, -1500, SOUTH + 3000)
    profile = {"driver": "GTiff", "dtype": "float64", "count": 1, "height": 2, "width": 2}
    with rasterio.open(
        tmp_path / "people.tif", "w", crs=METRIC, transform=transform, **profile
    ) as raster:
        raster.write(values, 1)
    parts = children.parts_by_polygons(COUNTY, regions((0, 0, 3, 3)), "id")
    got = spread_over(parts.by_raster(tmp_path / "people.tif"), r0=400.0)
    assert got["u0000"] == pytest.approx(300 * 4 / 9, rel=1e-6)
    assert got["u0100"] == pytest.approx((300 + 100) * 2 / 9, rel=1e-6)
    assert got.sum() == pytest.approx(400)


def test_points_get_the_area_nearest_to_them() -> None:
    parts = children.parts_by_township(grid_county(3, 3, points=True))
    assert parts.method == "area nearest to the unit"
    assert spread_over(parts, T0=90.0).sum() == pytest.approx(90)


def test_zones_of_two_bands_each_get_all_houses() -> None:
    bands = {"low": ("1", "2", "3"), "high": ("4", "5", "6")}
    county = grid_county(3, 3, [(0, 0, 900.0), (2, 2, 900.0)], bands=bands)
    parts = children.parts_by_zone(county, "primary")
    at = shapely.points(np.array([[0.5, 0.5], [2.5, 2.5]]) * 1000 + [WEST, SOUTH])
    weighed = parts.by_places(geopandas.GeoDataFrame(geometry=at, crs=METRIC))
    assert weighed.table.groupby("layer")["weight"].sum().to_dict() == {"low": 2.0, "high": 2.0}
