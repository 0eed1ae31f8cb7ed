"""Repair within a tolerance: what is narrower is mended and reported, what is wider stays."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from tests.boundaries.patchwork import SIDE, Patchwork, areas, patchworks
from tests.builders import METRIC
from zoning.boundaries import by_border, repair
from zoning.errors import InputError

SQUARE = shapely.box(0, 0, 100, 100)


@settings(deadline=None, max_examples=80)
@given(patchworks((0.0, -0.1, -0.3, 0.1, 0.3)))
def test_after_repair_areas_fit_together(cloth: Patchwork) -> None:
    units = cloth.units()
    repaired = repair(units, METRIC, tolerance=1.0).units
    shapes = repaired.geometry.to_numpy()
    assert shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes)
    total = shapely.area(shapes).sum()
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(total, abs=0.01)
    table = by_border(repaired, METRIC, least_metres=5.0)
    found = set(zip(table["unit_a"], table["unit_b"], strict=True))
    assert found == set(cloth.sides())
    moved = shapely.area(shapes) - shapely.area(units.geometry.to_numpy())
    around = shapely.length(units.geometry.to_numpy())
    assert (np.abs(moved) <= around + 1e-6).all(), "no border moved by more than a metre"
    again = repair(repaired, METRIC, tolerance=1.0)  # at corners a few square metres may move
    assert np.allclose(
        shapely.area(again.units.geometry.to_numpy()), shapely.area(shapes), atol=25.0
    )


def test_what_is_right_stays_to_the_last_digit() -> None:
    units = areas({"a": SQUARE, "b": shapely.box(100, 0, 200, 100)}, crs="EPSG:4326")
    units = units.set_geometry(units.geometry.map(lambda g: g.segmentize(1.0)))
    shared = areas({"a": SQUARE, "b": shapely.box(300, 0, 400, 100)}, crs="EPSG:4326")
    repaired = repair(shared, METRIC)
    assert repaired.units.geometry.to_wkb().tolist() == shared.geometry.to_wkb().tolist()
    assert str(repaired) == "nothing to repair within 1 m" and not len(repaired.changes)


def what(shapes: dict[str, object], tolerance: float = 1.0) -> list[tuple[str, str]]:
    """Return unit and kind of each repair."""
    changes = repair(areas(shapes), METRIC, tolerance=tolerance).changes
    return list(zip(changes["unit_id"], changes["what"], strict=True))


def test_each_repair_is_reported_with_its_area() -> None:
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    assert what({"a": bow}) == [("a", "made valid")]
    sliver = shapely.MultiPolygon([SQUARE, shapely.box(0, 200, 100, 200.5)])
    assert what({"a": sliver}) == [("a", "sliver removed")]
    assert what({"a": sliver}, 0.4) == []
    other = shapely.box(100, 0, 200, 100)
    gap = {"a": shapely.box(0, 0, 99.5, 100), "b": other}
    repaired = repair(areas(gap), METRIC)
    assert repaired.changes.to_dict("records") == [
        {"unit_id": unit, "what": "gap closed", "square_metres": 25.0} for unit in ("a", "b")
    ]
    assert "gap closed: 2 units, 50.0 m2" in str(repaired)
    assert what(gap, 0.4) == []
    assert what({"a": shapely.box(0, 0, 100.5, 100), "b": other}) == [("b", "overlap removed")]


def test_wide_gaps_holes_and_notches_stay() -> None:
    hole = shapely.difference(SQUARE, shapely.box(40, 40, 60, 60))
    assert what({"a": hole}) == []
    slit = shapely.difference(SQUARE, shapely.box(40, 40, 40.5, 60))
    assert what({"a": slit}) == [("a", "gap closed")]
    notch = shapely.difference(SQUARE, shapely.box(40, 90, 40.5, 100))
    assert what({"a": notch}) == []
    assert what({"a": SQUARE, "b": shapely.box(102, 0, 200, 100)}) == []


def test_a_corner_on_a_straight_border_becomes_one_of_both() -> None:
    third = SIDE / 3
    slanted = shapely.Polygon([(0, 0), (100, third), (100, 100), (0, 100)])
    left = shapely.Polygon([(0, 0), (third * 1.1, third * third * 1.1 / 100), (50, -50), (0, -50)])
    shapes = repair(areas({"a": slanted, "b": left}), METRIC).units.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)


def test_wide_overlaps_are_refused_with_both_names() -> None:
    shapes = {"a": SQUARE, "b": shapely.box(90, 0, 200, 100), "c": shapely.box(10, 10, 20, 20)}
    with pytest.raises(InputError) as error:
        repair(areas(shapes), METRIC)
    assert "units a and b: expected areas that overlap by no more than 1 m; found 1,000 m2" in str(
        error.value
    )
    assert "units a and c" in str(error.value)
    assert len(repair(areas(shapes).iloc[:1], METRIC).units) == 1


def test_what_has_no_area_and_a_wrong_tolerance_are_refused() -> None:
    line = shapely.Polygon([(0, 0), (100, 0), (0, 0)])
    with pytest.raises(InputError, match="unit b: expected an area; found a line or a point"):
        repair(areas({"a": SQUARE, "b": line}), METRIC)
    with pytest.raises(InputError, match="tolerance"):
        repair(areas({"a": SQUARE}), METRIC, tolerance=float("nan"))
