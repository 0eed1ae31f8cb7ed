"""One place in every system that bureaus use comes out as the same place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely

from tests.sources.bureau import LIST, PLACES, UNITS, Bureau, squares
from zoning.sources.gcj02 import wgs84_to_bd09, wgs84_to_gcj02
from zoning.sources.systems import UnknownSystem, parse_system, zone_of

DEGREES = np.array(PLACES)
HELMERT = [24.0, -123.0, -94.0, 0.02, -0.25, -0.13, 1.1]
LOCAL = {"central_meridian": 102.41, "false_easting": 50_000, "false_northing": -3_900_000}
XIAN = "+proj=tmerc +lon_0=102 +x_0=34500000 +a=6378140 +rf=298.257 +towgs84="
XIAN_34 = XIAN + ",".join(map(str, HELMERT)) + " +type=crs"


def projected(crs: Any) -> np.ndarray:
    """Return the villages' places in metres, east and north."""
    turn = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return np.column_stack(turn.transform(*DEGREES.T))


def four_parameters(places: np.ndarray) -> np.ndarray:
    """Return places in a grid moved by 1000 and -500 metres and turned by an hour of arc."""
    angle = np.radians(1.0)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (places - [1000.0, -500.0]) @ turn.T / 1.00001


PLANE = {"base": "EPSG:4543", "dx": 1000, "dy": -500, "rotation": 3600, "factor": 1.00001}
CASES: list[tuple[Any, np.ndarray, tuple[str, str], str]] = [
    ("EPSG:4490", DEGREES, ("经度", "纬度"), ""),
    ("CGCS2000", DEGREES, ("x", "y"), ""),
    ("GCJ-02", wgs84_to_gcj02(DEGREES), ("经度", "纬度"), "GCJ-02 turned into WGS 84"),
    ("百度坐标", wgs84_to_bd09(DEGREES), ("lng", "lat"), "BD-09 turned into WGS 84"),
    ("EPSG:4543", projected(4543), ("东坐标", "北坐标"), ""),
    ("EPSG:4543", projected(4543)[:, ::-1], ("x", "y"), "x is taken as north"),
    ("EPSG:4543", projected(4522)[:, ::-1], ("X", "Y"), "the easting's prefix is zone 34"),
    ("EPSG:4522", projected(4543), ("y东", "x北"), "the easting's prefix is zone 34"),
    ("CGCS2000 3-degree zone 34", projected(4522)[:, ::-1], ("x", "y"), "x is taken as north"),
    ("国家2000 3度带 34带", projected(4522), ("x", "y"), ""),
    ("CGCS2000 3-degree", projected(4522)[:, ::-1], ("x", "y"), "the easting's prefix is zone 34"),
    ("CGCS2000 6-degree zone 17", projected(4495), ("x", "y"), ""),
    ("CGCS2000 6-degree", projected(4495)[:, ::-1], ("x", "y"), "the easting's prefix is zone 17"),
    ("CGCS2000 / 3-degree Gauss-Kruger CM 102E", projected(4543), ("x", "y"), ""),
    ("EPSG:32647", projected(32647), ("easting", "northing"), ""),
    ({"base": "Xi'an 80 3-degree zone 34", "towgs84": HELMERT}, projected(XIAN_34), ("x", "y"), ""),
    (LOCAL, projected("+proj=tmerc +lon_0=102.41 +x_0=50000 +y_0=-3900000 +a=6378137 "
                      "+rf=298.257222101 +type=crs"), ("x", "y"), ""),
    (PLANE, four_parameters(projected(4543)), ("x", "y"), ""),
]  # fmt: skip


@pytest.mark.parametrize(("crs", "places", "heads", "told"), CASES, ids=range(len(CASES)))
def test_the_same_places(
    crs: Any, places: np.ndarray, heads: tuple[str, str], told: str, tmp_path: Path
) -> None:
    bureau = Bureau()
    for sheet, table, rows in ((UNITS, "units", 4), (LIST, "schools", 2)):
        bureau.rename(sheet, "经度", heads[0])
        bureau.rename(sheet, "纬度", heads[1])
        bureau.table(table, crs=crs)
        for row in range(rows):
            for head, value in zip(heads, places[row], strict=True):
                bureau.cell(sheet, row + 2, head, float(value))
    sourced = bureau.read(tmp_path / "b")
    found = shapely.get_coordinates(sourced.county.units.geometry.to_numpy())
    assert np.abs(found - DEGREES).max() < 1e-6  # about 0.1 m
    assert told in "\n".join(map(str, sourced.notes))
    assert not [fault for fault in sourced.warnings if "100 m" in fault.found]


def test_old_systems_without_parameters_are_warned_of(tmp_path: Path) -> None:
    bureau = Bureau()
    for table in ("units", "schools"):
        bureau.table(table, crs="Xi'an 80")
    (first, second) = bureau.read(tmp_path / "b").warnings
    assert "places may be off by 100 m" in first.found and "towgs84" in second.remedy


@pytest.mark.parametrize(
    ("words", "code"),
    [("WGS84", 4326), ("国家2000", 4490), ("西安80", 4610), ("EPSG:4543", 4543), (4543, 4543),
     ("CGCS2000 3-degree zone 45", 4533), ("CGCS2000 6-degree zone 13", 4491),
     ("CGCS2000 6-degree CM 105E", 4507), ("Xi'an 80 3-degree zone 34", 2358),
     ("西安80 6度带 第18带", 2332), ("Xian 1980 3-degree CM 102E", 2379)],
)  # fmt: skip
def test_words_for_systems(words: str, code: int) -> None:
    crs = parse_system(words).crs
    assert crs is not None and crs.to_epsg() == code
    assert pyproj.CRS.from_epsg(code).name == crs.name


@pytest.mark.parametrize(
    "words", ["", "EPSG:0", None, 3.5, "CGCS2000 3-degree zone 24", "CGCS2000 6-degree CM 100E",
              {}, {"base": "CGCS2000 3-degree", "dx": 1}, {"base": "EPSG:4490", "dx": 1},
              {"central_meridian": "102"}, {"central_meridian": 102, "ellipsoid": "egg"}],
)  # fmt: skip
def test_words_that_name_no_system(words: object) -> None:
    with pytest.raises(UnknownSystem):
        parse_system(words)


def test_a_unit_far_from_the_others_is_worth_a_look(tmp_path: Path) -> None:
    bureau = Bureau()
    bureau.cell(UNITS, 5, "纬度", 36.82)
    told = [str(fault) for fault in bureau.read(tmp_path / "b").warnings]
    assert any("row 5 (unit 999999100004)" in text and "km from their middle" in text
               for text in told)  # fmt: skip


def test_zones() -> None:
    assert zone_of(pyproj.CRS(4543)) == 34 == zone_of(pyproj.CRS(4522))
    assert zone_of(pyproj.CRS(4507)) == 18
    assert zone_of(pyproj.CRS(4490)) is None


def test_points_of_a_map_service_look_shifted(tmp_path: Path) -> None:
    bureau = Bureau()
    half = 0.001  # areas so small that the shift leads out of them

    bureau.file("units", "villages.gpkg", lambda path: squares(half).to_file(path), crs=None)
    places = wgs84_to_gcj02(DEGREES)
    bureau.table("schools", crs="EPSG:4326")
    for row in (2, 3):
        for head, value in zip(("经度", "纬度"), places[row - 2], strict=True):
            bureau.cell(LIST, row, head, float(value))
    told = [str(fault) for fault in bureau.read(tmp_path / "wrong").warnings]
    assert any('state crs = "GCJ-02"' in text for text in told)
    assert any("km from the nearest unit" in text for text in told)
    bureau.table("schools", crs="GCJ-02")
    told = [str(fault) for fault in bureau.read(tmp_path / "right").warnings]
    assert not [text for text in told if "data.xlsx" in text]
