"""Writing and reading again gives an equal county."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import grid_county
from zoning.county import County, Provenance, read_county, write_county
from zoning.county.schema import SCHEMA
from zoning.errors import InputError

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12
)
IDS = WORDS.map(str.strip).filter(bool)
NUMBERS = st.floats(0, 1e12, allow_nan=False)
UNKNOWN = st.one_of(st.just(float("nan")), NUMBERS)


@st.composite
def counties(draw: st.DrawFn) -> County:
    """Small counties with any names, ids and numbers a planner could think of."""
    width, height = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    columns = st.integers(0, width - 1)
    county = grid_county(
        width,
        height,
        draw(
            st.lists(
                st.tuples(columns, st.integers(0, height - 1), NUMBERS), min_size=1, max_size=2
            )
        ),
        bands=draw(st.sampled_from([None, {"low": ("1", "2", "3"), "high": ("4", "5", "6")}])),
        lonlat=draw(st.booleans()),
        points=draw(st.booleans()),
    )
    ids = draw(st.lists(IDS, min_size=width * height, max_size=width * height, unique=True))
    names = dict(zip(county.units["unit_id"], ids, strict=True))
    tables: dict[str, Any] = {}
    for name in SCHEMA:
        table = county.table(name)
        for column in SCHEMA[name]:
            if column.refers == "units.unit_id" or column.name == "unit_id":
                table[column.name] = table[column.name].astype("object").map(names)
        tables[name] = table
    rows = len(tables["travel"])
    tables["travel"]["metres"] = draw(st.lists(NUMBERS, min_size=rows, max_size=rows))
    rows = len(tables["school_grades"])
    tables["school_grades"]["classes"] = draw(st.lists(UNKNOWN, min_size=rows, max_size=rows))
    tables["units"]["name"] = draw(st.lists(WORDS, min_size=len(ids), max_size=len(ids)))
    tables["locks"] = pd.DataFrame({"unit_id": [ids[0]], "lock": ["island"]})
    return county.replace(
        **tables,
        notice=draw(WORDS),
        travel_truncated=draw(st.booleans()),
        provenance={"units": Provenance("real", draw(IDS), draw(IDS), {"name": "assumed"}, "")},
        measures=draw(st.dictionaries(st.sampled_from(["metres", "minutes"]), IDS)),
    )


@settings(max_examples=15, deadline=None)
@given(county=counties())
def test_round_trip(county: County) -> None:
    with tempfile.TemporaryDirectory() as folder:
        again = read_county(write_county(county, Path(folder) / "county"))
    assert again == county
    for name in SCHEMA:
        pd.testing.assert_frame_equal(again.table(name), county.table(name))
    assert list(again.units["unit_id"]) == list(county.units["unit_id"])


def test_big_tables_are_written_as_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoning.county.writing._MOST_CSV_ROWS", 20)
    county = grid_county(5, 5, [(0, 0, 100), (4, 4, 100)])
    write_county(county, tmp_path / "c")
    names = {path.name for path in (tmp_path / "c").iterdir()}
    assert {"travel.parquet", "pupils.parquet", "schools.geojson", "school_grades.csv"} <= names
    assert read_county(tmp_path / "c") == county


def test_the_same_county_gives_the_same_files(tmp_path: Path) -> None:
    county = grid_county(3, 3, lonlat=True)
    first, second = (write_county(county, tmp_path / name) for name in ("a", "b"))
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    county = grid_county(2, 1)
    other = county.replace(year=2025)
    folder = write_county(county, tmp_path / "c")
    with pytest.raises(InputError, match="overwrite"):
        write_county(other, folder)
    assert read_county(folder) == county
    (folder / "plan.json").write_text("{}")
    write_county(other, folder, overwrite=True)
    assert read_county(folder) == other
    assert (folder / "plan.json").read_text() == "{}"


def test_only_a_countys_folder_is_written_over(tmp_path: Path) -> None:
    county = grid_county(2, 1)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="other files"):
        write_county(county, tmp_path, overwrite=True)
    with pytest.raises(InputError, match="found a file"):
        write_county(county, tmp_path / "notes.txt", overwrite=True)
    (tmp_path / "empty").mkdir()
    assert read_county(write_county(county, tmp_path / "empty")) == county


def test_a_failure_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = grid_county(2, 1)
    folder = write_county(county, tmp_path / "c")

    def fail(*_: object) -> str:
        raise OSError("the disk is full")

    monkeypatch.setattr("zoning.county.writing.county_toml", fail)
    with pytest.raises(OSError, match="disk"):
        write_county(
            county.replace(pupils=county.pupils.assign(pupils=1.0)), folder, overwrite=True
        )
    with pytest.raises(OSError, match="disk"):
        write_county(county, tmp_path / "new")
    assert read_county(folder) == county
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    county = grid_county(2, 1, lonlat=True, pupils={(0, 0): 0.1 + 0.2, (1, 0): np.pi})
    again = read_county(write_county(county, tmp_path / "c"))
    assert list(again.pupils["pupils"]) == list(county.pupils["pupils"])
    assert again.units.geometry.geom_equals_identical(county.units.geometry).all()
