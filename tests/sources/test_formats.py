"""Every format written and read back is an equal county."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings

import zoning
from tests.builders import grid_county
from tests.county.test_writing import counties
from zoning.county import County, StraightLine
from zoning.county.schema import SCHEMA
from zoning.errors import InputError
from zoning.sources import FORMATS, read_county, read_sources, write_county, write_sources

AWKWARD = ["=1+1", "'quoted", "@x", '循化, "县"', "-5", "１２", "", "0012", "A\u3000B"]


def named(county: County) -> County:
    """Return a county whose names are awkward for spreadsheets."""
    units = county.units
    units["name"] = (AWKWARD * len(units))[: len(units)]
    return county.replace(units=units)


COUNTIES = {
    "town": lambda: zoning.read_county(zoning.data_path("tiny-town")),
    "valley": lambda: zoning.read_county(zoning.data_path("tiny-valley")),
    "points": lambda: named(grid_county(3, 3, points=True, lonlat=True, seed=1)),
    "metres": lambda: named(grid_county(3, 2, [(0, 0, 99.5), (2, 1, 80)], classes=2, rooms=7)),
    "straight": lambda: grid_county(
        2, 2, travel=None, straight_line=StraightLine(1.3, 60.0), measures=None
    ),
}


@pytest.mark.parametrize("name", list(COUNTIES))
@pytest.mark.parametrize("form", list(FORMATS))
def test_written_and_read_back(form: str, name: str, tmp_path: Path) -> None:
    county = COUNTIES[name]()
    again = read_sources(write_sources(county, tmp_path / form, form)).county
    for table in SCHEMA:
        pd.testing.assert_frame_equal(
            pd.DataFrame(again.table(table)), pd.DataFrame(county.table(table)), check_exact=True
        )
    assert again == county


@pytest.mark.parametrize("name", [*COUNTIES, "xunhua"])
def test_one_file(name: str, tmp_path: Path) -> None:
    county = zoning.read_county(zoning.data_path(name)) if name == "xunhua" else COUNTIES[name]()
    path = write_county(county, tmp_path / "county.gpkg")
    assert [file.name for file in tmp_path.iterdir()] == ["county.gpkg"]
    assert read_county(path) == county
    with pytest.raises(InputError, match="overwrite=True"):
        write_county(county, path)
    changed = county.replace(name="another name")
    assert read_county(write_county(changed, path, overwrite=True)) == changed


@settings(max_examples=8, deadline=None)
@given(county=counties())
def test_any_county_in_one_file(county: County) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert read_county(write_county(county, Path(folder) / "c.gpkg")) == county


def test_a_folder_is_read_and_written_as_before(tmp_path: Path) -> None:
    county = grid_county(2, 1)
    folder = write_county(county, tmp_path / "c")
    assert (folder / "county.toml").is_file()
    assert read_county(folder) == county


def test_geopackages_that_hold_no_county(tmp_path: Path) -> None:
    county = grid_county(2, 1)
    layers = write_sources(county, tmp_path / "layers", "geopackage") / "county-layers.gpkg"
    with pytest.raises(InputError, match="a table 'county' with the county's description"):
        read_county(layers)
    (tmp_path / "no.gpkg").write_bytes(b"PK")
    with pytest.raises(InputError, match="a file of another kind"):
        read_county(tmp_path / "no.gpkg")
    with pytest.raises(InputError, match="No such file"):
        read_county(tmp_path / "none.gpkg")
    whole = write_county(county, tmp_path / "whole.gpkg").read_bytes()
    (tmp_path / "half.gpkg").write_bytes(whole[: len(whole) // 3])
    with pytest.raises(InputError):
        read_county(tmp_path / "half.gpkg")


def test_no_name_is_a_formula(tmp_path: Path) -> None:
    county = named(grid_county(3, 3, points=True))
    write_sources(county, tmp_path / "x", "xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x" / "county.xlsx")["units"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    write_sources(county, tmp_path / "c", "csv")
    text = (tmp_path / "c" / "units.csv").read_text("utf-8-sig")
    assert ",'=1+1," in text and ",=1" not in text


def test_a_folder_in_use_and_a_form_nobody_knows(tmp_path: Path) -> None:
    county = grid_county(2, 1)
    with pytest.raises(InputError, match="name one of them"):
        write_sources(county, tmp_path / "x", "xls")
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(InputError, match="new or empty folder"):
        write_sources(county, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["note.txt"]


def test_what_a_format_cannot_hold(tmp_path: Path) -> None:
    county = grid_county(2, 1)
    units = county.units
    units["name"] = "村" * 100
    with pytest.raises(InputError, match="254 bytes"):
        write_sources(county.replace(units=units), tmp_path / "s", "shapefile")
    assert not (tmp_path / "s").exists()


def test_the_description_that_is_written(tmp_path: Path) -> None:
    county = zoning.read_county(zoning.data_path("tiny-town"))
    folder = write_sources(county, tmp_path / "x", "shapefile")
    stated = tomllib.loads((folder / "sources.toml").read_text("utf-8"))
    assert stated["tables"]["units"]["columns"]["unit_id"] == "c0"
    assert stated["tables"]["pupils"]["counts"] == "resident"
    sourced = read_sources(folder)
    assert sourced.warnings == () and sourced.notes == ()
