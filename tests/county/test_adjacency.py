"""Neighbours found from the map."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from tests.builders import METRIC, SOUTH, WEST, grid_county
from zoning.county.adjacency import from_polygons, isolated_units, ordered_pairs
from zoning.county.geometry import cells_from_points


def units(*shapes: shapely.Geometry) -> geopandas.GeoDataFrame:
    """Return units a, b, c ... with shapes in metres from the corner of the grid."""
    corner = np.array([WEST, SOUTH])
    placed = [shapely.transform(shape, lambda xy: xy + corner) for shape in shapes]
    return geopandas.GeoDataFrame(
        {"unit_id": list("abcdefgh"[: len(shapes)])}, geometry=placed, crs=METRIC
    )


def pairs(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the pairs of an adjacency table."""
    return list(zip(table["unit_a"], table["unit_b"], strict=True))


def test_a_grid_has_sides_and_no_corners() -> None:
    county = grid_county(5, 4)
    assert len(county.adjacency) == 5 * 3 + 4 * 4
    assert np.allclose(county.adjacency["border_metres"], 1000.0)
    assert (county.adjacency["unit_a"] < county.adjacency["unit_b"]).all()


def test_a_grid_of_points_has_the_same_neighbours() -> None:
    areas = grid_county(4, 3).adjacency
    points = grid_county(4, 3, points=True).adjacency
    assert pairs(points) == pairs(areas)


def test_longitude_and_latitude_make_no_difference() -> None:
    degrees = grid_county(4, 3, lonlat=True).adjacency
    metres = grid_county(4, 3).adjacency
    assert pairs(degrees) == pairs(metres)
    assert np.allclose(degrees["border_metres"], metres["border_metres"], atol=0.5)


@pytest.mark.parametrize(
    ("gap", "found"), [(0.0, True), (0.3, True), (-0.3, True), (0.6, False), (50.0, False)]
)
def test_borders_drawn_twice(gap: float, found: bool) -> None:
    table = from_polygons(
        units(shapely.box(0, 0, 100, 100), shapely.box(100 + gap, 0, 200, 100)), METRIC
    )
    assert (pairs(table) == [("a", "b")]) is found
    if found:
        assert table["border_metres"].iloc[0] == pytest.approx(100.0, abs=3.0)


def test_a_border_must_be_longer_than_the_tolerance() -> None:
    two = units(shapely.box(0, 0, 100, 100), shapely.box(100, 95, 200, 200))
    assert pairs(from_polygons(two, METRIC)) == [("a", "b")]
    assert pairs(from_polygons(two, METRIC, tolerance=6.0)) == []


def test_one_unit_has_no_neighbours() -> None:
    assert from_polygons(units(shapely.box(0, 0, 1, 1)), METRIC).empty


def test_isolated_units_keep_their_order() -> None:
    table = ordered_pairs(["b"], ["a"])
    assert pairs(table) == [("a", "b")]
    assert isolated_units(pd.Series(["c", "b", "a", "d"]), table) == ["c", "d"]


def test_cells_share_out_the_land() -> None:
    county = grid_county(3, 3, points=True)
    cells = cells_from_points(county.units, county.metric_crs)
    assert cells.geometry.is_valid.all()
    assert cells.contains(county.units.geometry).all()
    assert cells.area.sum() == pytest.approx(cells.union_all().area)
    assert cells.crs == county.units.crs


def test_cells_are_cut_at_the_outline() -> None:
    county = grid_county(3, 2, points=True)
    outline = shapely.box(WEST, SOUTH, WEST + 3000, SOUTH + 2000)
    cells = cells_from_points(county.units, county.metric_crs, outline)
    assert cells.area.to_numpy() == pytest.approx(np.full(6, 1e6))
    squares = grid_county(3, 2).units
    assert (cells.symmetric_difference(squares).area < 1).all()


@pytest.mark.parametrize("places", [[(0, 0)], [(0, 0), (0, 0)], [(0, 0), (500, 0)]])
def test_few_points_and_points_at_one_place(places: list[tuple[float, float]]) -> None:
    cells = cells_from_points(units(*[shapely.Point(p) for p in places]), METRIC)
    assert (cells.area > 0).all()
    assert (cells.geom_type == "Polygon").all()


def test_units_on_one_line() -> None:
    table = from_polygons(units(*[shapely.Point(500.0 * i, 0) for i in range(4)]), METRIC)
    assert pairs(table) == [("a", "b"), ("b", "c"), ("c", "d")]
