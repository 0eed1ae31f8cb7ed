"""Neighbours equal brute force: by borders, points and roads."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.boundaries.patchwork import SIDE, Patchwork, areas, patchworks
from tests.builders import METRIC, SOUTH, WEST
from tests.travel.streets import roads
from zoning.boundaries import by_border, by_gabriel, by_roads, by_voronoi
from zoning.errors import InputError

PATH = {"highway": "path"}


def pairs(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the pairs of an adjacency table."""
    return list(zip(table["unit_a"], table["unit_b"], strict=True))


def points(*places: tuple[float, float]) -> geopandas.GeoDataFrame:
    """Return units p0, p1 ... in metres from the corner."""
    shapes = [shapely.Point(WEST + x, SOUTH + y) for x, y in places]
    ids = [f"p{k}" for k in range(len(places))]
    return geopandas.GeoDataFrame({"unit_id": ids}, geometry=shapes, crs=METRIC)


@settings(deadline=None, max_examples=120)
@given(patchworks((0.0, 0.0, -0.2, 0.2, -3.0)), st.sampled_from([1.0, 150.0, 250.0]))
def test_common_borders_equal_brute_force(cloth: Patchwork, least: float) -> None:
    """Gaps of half a metre and overlaps do not part, gaps of 3 m do; corners do not join."""
    table = by_border(cloth.units(), METRIC, least_metres=least)
    right = {
        pair: SIDE * count
        for pair, count in cloth.sides().items()
        if SIDE * count > least and min(cloth.moved[int(u[1:])] for u in pair) > -3.0
    }
    assert pairs(table) == sorted(right)
    lengths = np.array([right[pair] for pair in pairs(table)])
    # a corner in common adds up to a metre, where the border beside it was drawn twice
    assert np.allclose(table["border_metres"], lengths, rtol=0.05, atol=15.0)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=12))
def test_voronoi_cells_equal_brute_force(places: list[tuple[int, int]]) -> None:
    """Two cells meet if a place on their bisector is nearer to both than to any other point."""
    from zoning.county.geometry import cells_from_points

    spots = list(dict.fromkeys(places))
    units = points(*[(100.0 * x, 100.0 * y) for x, y in spots])
    cells = cells_from_points(units, METRIC).geometry.to_numpy()
    found = set(pairs(by_voronoi(units, METRIC, least_metres=5.0)))
    for i in range(len(spots)):
        for j in range(i):
            common = shapely.length(
                shapely.intersection(shapely.boundary(cells[i]), shapely.boundary(cells[j]))
            )
            if abs(common - 5.0) > 1.0 and not 1.0 < common < 10.0:
                assert (tuple(sorted((f"p{i}", f"p{j}"))) in found) == (common > 5.0)


def test_cells_are_cut_at_the_outline() -> None:
    units = points((0, 0), (100, 0))
    assert pairs(by_voronoi(units, METRIC)) == [("p0", "p1")]
    left, right = shapely.box(-50, -50, 40, 50), shapely.box(60, -50, 150, 50)
    island = areas({"a": shapely.union(left, right)}).geometry.iloc[0]
    assert pairs(by_voronoi(units, METRIC, outline=island)) == []


@settings(deadline=None, max_examples=120)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_gabriel_equals_brute_force(places: list[tuple[int, int]]) -> None:
    spots = 100.0 * np.array(places, dtype=float)
    right = []
    for i in range(len(spots)):
        for j in range(i + 1, len(spots)):
            apart = ((spots[i] - spots[j]) ** 2).sum()
            others = [r for r in spots if (r != spots[i]).any() and (r != spots[j]).any()]
            between = [((spots[i] - r) ** 2).sum() + ((spots[j] - r) ** 2).sum() for r in others]
            if apart == 0 or min(between, default=np.inf) > apart:
                right.append(tuple(sorted((f"p{i}", f"p{j}"))))
    table = by_gabriel(points(*map(tuple, spots)), METRIC)
    assert pairs(table) == sorted(right) and table["border_metres"].isna().all()


ROW = {"a": shapely.box(0, 0, 100, 100), "b": shapely.box(100, 0, 200, 100),
       "c": shapely.box(200, 0, 300, 100), "d": shapely.box(0, 100, 300, 200)}  # fmt: skip


def test_roads_join_what_they_lead_to() -> None:
    nodes = {"w": (50.0, 50.0), "m": (150.0, 50.0), "e": (250.0, 50.0), "n": (250.0, 150.0)}
    through = roads(nodes, [(["w", "e"], PATH)])  # one stretch through three units
    assert pairs(by_roads(areas(ROW), through, "walk", METRIC)) == [("a", "b"), ("b", "c")]
    bend = roads(nodes, [(["m", "e", "n"], PATH)])
    assert pairs(by_roads(areas(ROW), bend, "walk", METRIC)) == [("b", "c"), ("c", "d")]
    assert pairs(by_roads(areas(ROW), bend, "bus", METRIC)) == []


def test_roads_of_points_meet_half_way() -> None:
    nodes = {"w": (0.0, 0.0), "m": (500.0, 0.0), "e": (1000.0, 0.0), "n": (500.0, 900.0)}
    star = roads(nodes, [(["w", "m", "e"], PATH), (["m", "n"], PATH)])
    units = points((0, 0), (1000, 0), (500, 900), (480, 0))
    assert pairs(by_roads(units, star, "walk", METRIC)) == [
        ("p0", "p3"),
        ("p1", "p3"),
        ("p2", "p3"),
    ]
    found = pairs(by_roads(units.iloc[:3], star, "walk", METRIC))
    assert found[0] == ("p0", "p1") and found[1] in (("p0", "p2"), ("p1", "p2"))


@pytest.mark.parametrize(
    ("units", "rule", "words"),
    [
        (points((0, 0), (1, 1)), by_border, "units, geometry: expected areas; found 'Point'"),
        (areas(ROW), by_gabriel, "units, geometry: expected points; found 'Polygon'"),
        (areas(ROW), by_voronoi, "expected points"),
        (areas(ROW).rename(columns={"unit_id": "id"}), by_border, "expected unit_id; found 'id'"),
        (areas(ROW).iloc[:0], by_border, "at least one row"),
        (pd.concat([areas(ROW)] * 2), by_border, "each unit once; found 'a', 'b'"),
        (areas({**ROW, "e": shapely.Polygon()}), by_border, "row 5.*expected a geometry"),
        (areas(ROW).set_crs(None, allow_override=True), by_border, "a coordinate system"),
    ],
)
def test_units_that_do_not_fit_are_named(units, rule, words: str) -> None:
    with pytest.raises(InputError, match=words):
        rule(units, METRIC)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2263", "somewhere"])
def test_a_system_without_metres_is_named(crs: str) -> None:
    with pytest.raises(InputError, match="metric_crs: expected a projected coordinate system in m"):
        by_border(areas(ROW), crs)


def test_a_wrong_length_is_named() -> None:
    with pytest.raises(InputError, match="least_metres: expected metres, 0 or more; found -1"):
        by_border(areas(ROW), METRIC, least_metres=-1.0)
    assert len(by_border(areas(ROW), METRIC, least_metres=0.0)) == 5
