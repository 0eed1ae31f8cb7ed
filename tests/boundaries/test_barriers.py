"""Barriers cut neighbours, bridges join them; islands and enclaves are named."""

from __future__ import annotations

from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from tests.boundaries.patchwork import areas
from tests.builders import METRIC, SOUTH, WEST
from zoning.boundaries import Cut, by_border, cut_by_barriers, separate_units
from zoning.errors import InputError

UNITS = areas({"a": shapely.box(0, 0, 100, 100), "b": shapely.box(100, 0, 200, 100)})
NEIGHBOURS = by_border(UNITS, METRIC)


def drawn(*shapes: Any, name: str = "Yellow River 黄河") -> geopandas.GeoDataFrame:
    """Return barriers or bridges in metres from the corner."""
    placed = [shapely.transform(s, lambda xy: xy + np.array([WEST, SOUTH])) for s in shapes]
    return geopandas.GeoDataFrame({"name": [name] * len(shapes)}, geometry=placed, crs=METRIC)


def cut(barrier: Any, bridge: Any = None, **options: float) -> Cut:
    """Return the neighbours after one barrier, perhaps with a bridge."""
    bridges = None if bridge is None else drawn(bridge)
    return cut_by_barriers(NEIGHBOURS, UNITS, drawn(barrier), METRIC, bridges=bridges, **options)


def line(*places: tuple[float, float]) -> shapely.LineString:
    """Return a line through places."""
    return shapely.LineString(places)


@pytest.mark.parametrize(
    ("barrier", "parted"),
    [
        (line((100, -10), (100, 110)), True),
        (line((100, 0), (100, 100)), True),
        (line((95, -10), (103, 110)), True),
        (line((130, -10), (130, 110)), True),
        (shapely.box(90, -10, 110, 110), True),
        (line((100, -10), (100, 60)), False),
        (line((180, -10), (180, 110)), False),
        (line((-10, 20), (210, 20)), False),
        (line((300, 0), (300, 100)), False),
    ],
)
def test_a_barrier_parts_only_what_lies_on_both_sides(barrier: Any, parted: bool) -> None:
    done = cut(barrier)
    assert (len(done.adjacency) == 0) == parted
    if parted:
        assert done.parted.to_numpy().tolist() == [["a", "b", "Yellow River 黄河"]]
    else:
        pd.testing.assert_frame_equal(done.adjacency, NEIGHBOURS)


RIVER = line((100, -10), (100, 110))


@pytest.mark.parametrize(
    ("bridge", "kept"),
    [
        (shapely.Point(100, 50), True),
        (line((80, 40), (120, 40)), True),
        (shapely.Point(100, 150), False),
        (line((0, 40), (60, 40)), False),
    ],
)
def test_a_bridge_joins_where_it_crosses(bridge: Any, kept: bool) -> None:
    done = cut(RIVER, bridge)
    assert len(done.adjacency) == len(done.bridged) == kept
    assert len(done.parted) == (not kept)
    assert ("1 kept by bridges" in str(done)) == kept


def test_a_bridge_reaches_as_far_as_is_said() -> None:
    wide = shapely.box(90, -10, 110, 110)
    assert len(cut(wide, shapely.Point(100, 50), reach=5.0).adjacency) == 0
    assert len(cut(wide, shapely.Point(100, 50), reach=15.0).adjacency) == 1


def test_two_rivers_need_two_bridges() -> None:
    rivers = drawn(line((90, -10), (90, 110)), line((140, -10), (140, 110)))
    first, second = line((85, 50), (95, 50)), line((135, 50), (145, 50))
    for bridges, kept in ((drawn(first), 0), (drawn(first, second), 1)):
        done = cut_by_barriers(NEIGHBOURS, UNITS, rivers, METRIC, bridges=bridges, reach=2.0)
        assert len(done.adjacency) == kept


def test_a_pair_of_unknown_units_and_wrong_lengths_are_named() -> None:
    wrong = NEIGHBOURS.assign(unit_b="z")
    with pytest.raises(InputError, match="adjacency: expected ids of the units; found 'z'"):
        cut_by_barriers(wrong, UNITS, drawn(RIVER), METRIC)
    with pytest.raises(InputError, match="adjacency, columns: expected unit_a and unit_b"):
        cut_by_barriers(NEIGHBOURS[["unit_a"]], UNITS, drawn(RIVER), METRIC)
    with pytest.raises(InputError, match="reach"):
        cut(RIVER, reach=float("inf"))
    with pytest.raises(InputError, match="barriers: expected at least one row"):
        cut_by_barriers(NEIGHBOURS, UNITS, drawn(RIVER).iloc[:0], METRIC)


def test_islands_enclaves_and_parts_are_named() -> None:
    ring = shapely.difference(shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60))
    shapes = {
        "ring": ring, "inner": shapely.box(40, 40, 60, 60), "east": shapely.box(100, 0, 200, 100),
        "far": shapely.box(500, 0, 600, 100), "farther": shapely.box(600, 0, 700, 100),
        "two": shapely.MultiPolygon([shapely.box(200, 0, 300, 9), shapely.box(200, 50, 300, 99)]),
    }  # fmt: skip
    units = areas(shapes)
    found = separate_units(units, by_border(units, METRIC), METRIC)
    assert found.to_numpy().tolist() == [
        ["far", "island", "far, farther"],
        ["farther", "island", "far, farther"],
        ["inner", "enclave", "ring"],
        ["two", "several parts", "2"],
    ]
    assert not len(separate_units(UNITS, NEIGHBOURS, METRIC))
