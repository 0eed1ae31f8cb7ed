"""CSV and GeoPackage."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas
import pyogrio
import pytest

from tests.plan.made import made, row_county
from zoning.errors import InputError
from zoning.output.csv import neutral, table_csv


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d"])
def test_names_that_look_like_formulas_get_an_apostrophe(start: str) -> None:
    assert neutral(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("name", ["", "School 1", "中心小学", "1-3", "a=b"])
def test_other_names_stay(name: str) -> None:
    assert neutral(name) == name


def test_names_are_neutralised_and_ids_are_not(tmp_path: Path) -> None:
    county = row_county()
    ids = {"u0000": "-1", "u0100": "=2", "u0200": "003", "u0300": "@4", "u0400": "+5"}
    county = county.replace(
        units=county.units.assign(unit_id=list(ids.values()), name="=SUM(A1)"),
        pupils=county.pupils.replace({"unit_id": ids}),
        travel=county.travel.astype({"unit_id": "str"}).replace({"unit_id": ids}),
        assignments=county.assignments.replace({"unit_id": ids}),
        schools=county.schools.assign(name="@school", root_unit=["-1", "+5"]),
        adjacency=None,
    )
    plan = made(county, {"003": "s2"})
    for table in ("assignment", "moved", "schools"):
        plan.to_csv(tmp_path / table, table)
    with (tmp_path / "assignment").open(encoding="utf-8", newline="") as file:
        assert [row["unit_id"] for row in csv.DictReader(file)] == list(ids.values())
    with (tmp_path / "moved").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["unit_id"], row["name"]) == ("003", "'=SUM(A1)")
    with (tmp_path / "schools").open(encoding="utf-8-sig", newline="") as file:
        assert {row["name"] for row in csv.DictReader(file)} == {"'@school"}


def test_assignment_is_byte_for_byte_the_same() -> None:
    texts = {table_csv(made(row_county(seed=3)), "assignment") for _ in range(2)}
    (text,) = texts
    assert text.startswith("unit_id,stage,band,year,group,school_id,pupils,mode,metres,minutes\n")
    assert "\r" not in text


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="assignment or schools or moved"):
        made(row_county()).to_csv(tmp_path / "x.csv", "goals")


@pytest.mark.parametrize("today", [True, False])
def test_geopackage(tmp_path: Path, today: bool) -> None:
    county = row_county(today=today)
    plan = made(county, {"u0200": "s2"}, cells=row_county().today)
    path = tmp_path / "plan.gpkg"
    plan.to_geopackage(path)
    plan.to_geopackage(path)
    assert [name for name, _ in pyogrio.list_layers(path)] == ["zones", "schools", "units"]
    zones = geopandas.read_file(path, layer="zones")
    assert zones.crs == "EPSG:4326"
    assert list(zones["pupils"]) == [24, 36]
    assert set(zones["geometry_status"]) == {"modelled"}
    assert set(zones["notice"]) == {county.notice}
    units = geopandas.read_file(path, layer="units")
    assert list(units["school_id"]) == ["s1", "s1", "s2", "s2", "s2"]
    before = ["s1", "s1", "s1", "s2", "s2"] if today else [""] * 5
    assert list(units["from_school"].fillna("")) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.gpkg"]
