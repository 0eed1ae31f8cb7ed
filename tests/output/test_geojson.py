"""GeoJSON: valid, standard, always the same."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from tests.builders import grid_county
from tests.plan.made import made, row_county
from zoning.output.geojson import schools_geojson, zones_geojson
from zoning.output.shapes import merged, zone_areas
from zoning.plan import GoalResult, Plan

GOLDEN = Path(__file__).parent / "golden" / "zones.geojson"
BANDS = {"primary-lower": ("1", "2", "3"), "primary-upper": ("4", "5", "6")}


def zones(plan: Plan) -> dict[str, Any]:
    """Return what `zones.geojson` holds."""
    content: dict[str, Any] = json.loads(zones_geojson(plan, plan.source()))
    return content


def shape(feature: dict[str, Any]) -> shapely.Geometry:
    """Return the geometry of a feature."""
    return shapely.from_geojson(json.dumps(feature["geometry"]))


def test_golden_file() -> None:
    county = row_county(lonlat=True, bands=BANDS, classes=1.0)
    goals = [GoalResult("travel", 1000, 900, "pupil-minutes")]
    plan = made(county, {("u0200", "primary-upper"): "s2"}, goals=goals)
    assert zones_geojson(plan, county) == GOLDEN.read_text(encoding="utf-8")


def test_one_feature_per_school_and_band() -> None:
    county = row_county(bands=BANDS)
    content = zones(made(county, {("u0200", "primary-upper"): "s2"}))
    assert [feature["id"] for feature in content["features"]] == [
        "s1/primary-lower",
        "s2/primary-lower",
        "s1/primary-upper",
        "s2/primary-upper",
    ]
    assert [feature["properties"]["units"] for feature in content["features"]] == [3, 2, 2, 3]
    properties = content["features"][3]["properties"]
    assert (properties["pupils"], properties["school_pupils"]) == (18, 30)
    assert properties["mean_metres"] == 1000
    assert (properties["grades"], properties["utilisation"]) == ("4, 5, 6", 0.75)
    assert properties["geometry"] == "modelled"
    assert properties["notice"] == content["notice"] == county.notice


def test_rfc_7946() -> None:
    content = zones(made(grid_county(4, 4, [(0, 0, 90), (3, 3, 90)])))
    assert "crs" not in content
    for feature in content["features"]:
        area = shape(feature)
        assert area.is_valid
        assert shapely.get_exterior_ring(area).is_ccw
        west, south, east, north = area.bounds
        assert 104.9 < west < east < 105.1
        assert 35 < south < north < 37
        for x, y in shapely.get_coordinates(area):
            assert (x, y) == (round(x, 6), round(y, 6))


def test_holes_run_the_other_way() -> None:
    ring = {(x, y) for x in range(3) for y in range(3)} - {(1, 1)}
    county = grid_county(3, 3, [(0, 0, 500), (1, 1, 500)])
    changes = {f"u{x:02d}{y:02d}": "s1" for x, y in ring}
    first, second = zones(made(county, changes))["features"]
    around = shape(first)
    (hole,) = around.interiors
    assert not hole.is_ccw
    assert shape(second).equals(shapely.Polygon(hole))


def test_a_zone_in_pieces_is_a_multipolygon() -> None:
    first, second = zones(made(row_county(), {"u0300": "s1", "u0200": "s2"}))["features"]
    assert first["geometry"]["type"] == second["geometry"]["type"] == "MultiPolygon"


def test_zones_share_their_borders() -> None:
    county = grid_county(4, 4, [(0, 0, 90), (3, 3, 90)])
    one, other = (shape(feature) for feature in zones(made(county))["features"])
    whole = shapely.union(one, other)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert shapely.intersection(one, other).area < 1e-12


def test_points_become_cells_that_are_modelled() -> None:
    county = grid_county(4, 4, [(0, 0, 90), (3, 3, 90)], points=True)
    for feature in zones(made(county))["features"]:
        assert shape(feature).is_valid
        assert feature["properties"]["geometry"] == "modelled"


def test_unknown_numbers_are_null() -> None:
    county = row_county(schools=[(0, 0, math.nan), (4, 0, 20.0)])
    county = county.replace(travel=county.travel.assign(minutes=math.nan))
    first, second = (feature["properties"] for feature in zones(made(county))["features"])
    assert (first["school_seats"], first["utilisation"], first["over_full"]) == (None, None, False)
    assert first["mean_minutes"] is first["gap"] is None
    assert second["over_full"] is True


def test_cells_without_a_school_are_in_no_zone() -> None:
    features = zones(made(row_county(), {"u0200": ""}))["features"]
    assert [feature["properties"]["units"] for feature in features] == [2, 2]


def test_names_are_escaped_not_changed() -> None:
    county = row_county()
    name = '=1+1 "中心" \\ <b>'
    county = county.replace(schools=county.schools.assign(name=name))
    assert zones(made(county))["features"][0]["properties"]["school"] == name


def test_the_same_plan_gives_the_same_text() -> None:
    texts = {zones_geojson(made(county), county) for county in (row_county(), row_county())}
    assert len(texts) == 1


@pytest.mark.parametrize("points", [False, True])
def test_gdal_opens_both_files(tmp_path: Path, points: bool) -> None:
    county = grid_county(5, 4, [(0, 0, 90), (4, 3, 90), (2, 2, 9)], points=points, lonlat=points)
    plan = made(county)
    (tmp_path / "zones.geojson").write_text(zones_geojson(plan, county), encoding="utf-8")
    (tmp_path / "schools.geojson").write_text(schools_geojson(plan, county), encoding="utf-8")
    areas = pyogrio.read_dataframe(tmp_path / "zones.geojson")
    assert len(areas) == 3
    assert areas.crs == "EPSG:4326"
    assert areas.geometry.is_valid.all()
    schools = pyogrio.read_dataframe(tmp_path / "schools.geojson")
    assert list(schools["school_id"]) == ["s1", "s2", "s3"]
    assert list(schools["over_full"]) == [False, False, True]
    assert set(schools.geom_type) == {"Point"}
    assert areas.geometry.covers(schools.geometry).all()


def test_polygons_that_do_not_fit_are_merged_all_the_same() -> None:
    overlapping = np.array([shapely.box(0, 0, 1, 1), shapely.box(0.9, 0, 2, 1)])
    joined = merged(overlapping)
    assert joined.is_valid
    assert joined.equals(shapely.box(0, 0, 2, 1))
    uneven = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0.25, 2, 0.75)])
    joined = merged(uneven)
    assert joined.is_valid
    assert joined.area == pytest.approx(1.5)
    assert joined.geom_type == "Polygon"


def test_zones_are_in_the_order_of_the_county() -> None:
    county = row_county(bands=BANDS)
    areas = zone_areas(made(county), county)
    assert list(zip(areas["school_id"], areas["band"], strict=True)) == [
        ("s1", "primary-lower"),
        ("s2", "primary-lower"),
        ("s1", "primary-upper"),
        ("s2", "primary-upper"),
    ]
