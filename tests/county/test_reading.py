"""Faults of files: nothing a planner hands in may end in a traceback."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import grid_county
from zoning.county import County, read_county, write_county
from zoning.errors import Fault, InputError

BASE = grid_county(3, 2, [(0, 0, 100), (2, 1, 100)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the base county."""
    return write_county(BASE, tmp_path / "county")


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text, which must be there, the first time it occurs."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def faults(folder: Path) -> tuple[Fault, ...]:
    """Return what is wrong with the county in the folder."""
    with pytest.raises(InputError) as caught:
        read_county(folder)
    return caught.value.faults


def test_the_folder_is_right(folder: Path) -> None:
    assert read_county(folder) == BASE
    assert read_county(str(folder)) == BASE


TOML = [
    ("format = 1", "format = 2", "format = 1"),
    ("format = 1\n", "", "format = 1"),
    ('name = "Grid 3 x 2"\n', "", "the county's name"),
    ("year = 2024\n", "", "a year such as 2024"),
    ('\ncrs = "EPSG:4544"\n', "\n", "the coordinate system of the geometries"),
    ('metric_crs = "EPSG:4544"\n', "", "a projected coordinate system in metres"),
    ('metric_crs = "EPSG:4544"', 'metric_crs = "EPSG:4326"', "a projected coordinate system"),
    ("year = 2024", "year = 2024\ncolour = 'red'", "only the keys"),
    ("truncated = false", "trunctaed = false", "only the keys"),
    ("truncated = false", "truncated = 'no'", "true or false"),
    ("[tables.units]", "[tables.unit]", "one of the tables"),
    ("[stages.primary]", "[stages.elementary]", "one of 'preschool'"),
    ('grades = [\n    "1",', "grades = [\n    1,", "lists of texts"),
    ("[stages.primary]", "[stages.primary]\nbands = 3", "lists of texts"),
    ("[stages.primary]", "[stages.primary]\ngrade = 'x'", "only the keys"),
    ('status = "modelled"', 'status = "true"', "one of 'real'"),
    ('status = "modelled"\n', "", "a text"),
    ('file = "pupils.csv"', 'file = "nothing.csv"', "the file 'nothing.csv'"),
    ('file = "pupils.csv"', 'file = "../county/../x.csv"', "a file inside the county's folder"),
    ('file = "pupils.csv"', 'file = "/etc/passwd"', "a file inside the county's folder"),
    ('file = "pupils.csv"', 'file = "..\\\\x.csv"', "a file inside the county's folder"),
    ('file = "pupils.csv"', "file = 7", "the name of a file"),
    ('file = "pupils.csv"', 'file = "."', "the file '.'"),
    ('file = "pupils.csv"', 'file = "county.toml"', "a file ending in .csv or .parquet"),
    ('file = "pupils.csv"', 'file = "units.geojson"', "a file ending in .csv or .parquet"),
    ("year = 2024", "year =", "a TOML file"),
]


@pytest.mark.parametrize(("old", "new", "words"), TOML)
def test_county_toml(folder: Path, old: str, new: str, words: str) -> None:
    edit(folder / "county.toml", old, new)
    found = faults(folder)
    assert any(words in fault.expected for fault in found), [str(fault) for fault in found]
    assert all(fault.remedy for fault in found)


def test_a_file_that_cannot_be_read_is_not_missed_a_second_time(folder: Path) -> None:
    edit(folder / "county.toml", 'file = "pupils.csv"', 'file = "nothing.csv"')
    assert [fault.where for fault in faults(folder)] == ["tables.pupils, file"]


def test_no_folder_and_no_county(tmp_path: Path) -> None:
    assert "county.toml" in str(InputError(faults(tmp_path / "nowhere")))
    assert faults(tmp_path)[0].expected.startswith("this file in")
    (tmp_path / "file").touch()
    assert faults(tmp_path / "file")[0].found == "none"


def test_county_toml_in_another_encoding(folder: Path) -> None:
    path = folder / "county.toml"
    path.write_bytes(path.read_text("utf-8").replace("Grid", "县").encode("gb18030"))
    assert faults(folder)[0].expected == "text in UTF-8"


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    (folder / "pupils.csv").rename(outside)
    (folder / "pupils.csv").symlink_to(outside)
    (fault,) = faults(folder)
    assert fault.expected == "a file inside the county's folder"
    (folder / "pupils.csv").unlink()
    outside.rename(folder / "in.csv")
    (folder / "pupils.csv").symlink_to(folder / "in.csv")
    assert read_county(folder) == BASE


def cut(path: Path) -> None:
    """Leave the first half of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def empty(path: Path) -> None:
    """Leave nothing of a file."""
    path.write_bytes(b"")


def noise(path: Path) -> None:
    """Put bytes that are no text into a file."""
    path.write_bytes(bytes(range(256)) * 4)


@pytest.mark.parametrize("damage", [cut, empty, noise])
@pytest.mark.parametrize("file", ["units.geojson", "schools.geojson", "travel.csv", "pupils.csv"])
def test_damaged_files(folder: Path, file: str, damage: Callable[[Path], None]) -> None:
    damage(folder / file)
    found = faults(folder)
    assert found[0].table == file.split(".")[0]
    assert all("Traceback" not in str(fault) for fault in found)


@pytest.mark.parametrize("damage", [cut, empty, noise])
@pytest.mark.parametrize("table", ["units", "travel"])
def test_damaged_parquet(folder: Path, table: str, damage: Callable[[Path], None]) -> None:
    as_parquet(folder, table)
    assert read_county(folder) == BASE
    damage(folder / f"{table}.parquet")
    (fault,) = [fault for fault in faults(folder) if fault.table == table]
    assert fault.expected == "a complete parquet file"


def as_parquet(folder: Path, table: str) -> None:
    """Store a table of the folder as Parquet."""
    BASE.table(table).to_parquet(folder / f"{table}.parquet")
    old = next(folder.glob(f"{table}.[cg]*"))
    edit(folder / "county.toml", f'"{old.name}"', f'"{table}.parquet"')


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", '{"features": [1]}', '{"features": {}}', "null", '{"features": []}', "[" * 99999],
)
def test_json_that_is_no_map(folder: Path, text: str) -> None:
    (folder / "units.geojson").write_text(text)
    assert faults(folder)[0].table == "units"


@pytest.mark.parametrize(
    "geometry",
    [
        "null",
        '{"type": "Polygon"}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[[0, "a"]]]}',
        '{"type": "Circle", "coordinates": [0, 0]}',
        "7",
    ],
)
def test_a_feature_without_a_usable_geometry(folder: Path, geometry: str) -> None:
    path = folder / "units.geojson"
    lines = path.read_text("utf-8").split("\n")
    row = next(i for i, line in enumerate(lines) if "u0100" in line)
    lines[row] = lines[row].split('"geometry": ')[0] + f'"geometry": {geometry}}},'
    path.write_text("\n".join(lines), "utf-8")
    (fault,) = faults(folder)
    assert fault.where == "row 2 (unit u0100)"
    assert fault.expected == "a geometry"


def test_a_map_in_another_coordinate_system(folder: Path) -> None:
    edit(folder / "units.geojson", "EPSG::4544", "EPSG::4326")
    (fault,) = faults(folder)
    assert "EPSG:4544" in fault.expected
    edit(folder / "units.geojson", "EPSG::4326", "nonsense")
    assert read_county(folder) == BASE


def test_bad_numbers_name_their_rows(folder: Path) -> None:
    path = folder / "pupils.csv"
    lines = path.read_text("utf-8").split("\n")
    lines[7] = lines[7].rsplit(",", 1)[0] + ",abc"
    lines[9] = lines[9].rsplit(",", 1)[0] + ","
    path.write_text("\n".join(lines), "utf-8")
    first, second = faults(folder)
    assert first.where == "row 7 (unit u0100, primary, grade 1, 2024, resident)"
    assert first.found == "'abc'"
    assert second.where.startswith("row 9 ")
    assert second.found == "a blank"


@pytest.mark.parametrize(("columns", "more"), [(7, ",9"), (5, "")])
def test_rows_of_another_width_are_named(folder: Path, columns: int, more: str) -> None:
    path = folder / "pupils.csv"
    lines = path.read_text("utf-8").split("\n")
    lines[3] = lines[3] + more if more else lines[3].rsplit(",", 1)[0]
    path.write_text("\n".join(lines), "utf-8")
    (fault,) = faults(folder)
    assert fault.where == "row 3"
    assert fault.found == f"{columns} cells"


def test_a_quotation_mark_that_never_closes(folder: Path) -> None:
    edit(folder / "pupils.csv", "\nu0000", '\n"u0000')
    (fault,) = faults(folder)
    assert fault.table == "pupils"


def test_another_encoding_names_the_line(folder: Path) -> None:
    path = folder / "pupils.csv"
    text = path.read_text("utf-8").replace("resident", "常住")
    path.write_text(text, "utf-8")
    assert set(read_county(folder).pupils["group"]) == {"常住"}
    path.write_bytes(text.encode("gb18030"))
    (fault,) = faults(folder)
    assert fault.expected == "text in UTF-8"
    assert "line 2" in fault.found


@pytest.mark.parametrize(
    ("old", "new"),
    [("unit_id,stage", "unit_id;stage"), ("unit_id,", "stage,"), ("unit_id", "")],
)
def test_headers(folder: Path, old: str, new: str) -> None:
    edit(folder / "pupils.csv", old, new)
    found = faults(folder)
    assert {fault.table for fault in found} == {"pupils"}


def test_a_byte_order_mark_and_windows_line_ends_are_read(folder: Path) -> None:
    for path in [folder / "pupils.csv", folder / "county.toml", folder / "units.geojson"]:
        text = path.read_text("utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
    assert read_county(folder) == BASE


def test_ids_keep_their_zeros_and_look_like_nothing_else(tmp_path: Path) -> None:
    names = {"u0000": "0012", "u0100": "NA", "u0200": "1e5", "u0001": "=1", "u0101": "true"}
    fields = {
        table: BASE.table(table).replace(names)
        if table != "travel"
        else BASE.travel.astype({"unit_id": "object"}).replace(names)
        for table in ("units", "pupils", "travel", "assignments")
    }
    schools = BASE.schools.assign(root_unit="")
    county = BASE.replace(**fields, schools=schools, adjacency=None)
    write_county(county, tmp_path / "c")
    again = read_county(tmp_path / "c")
    assert again == county
    assert list(again.units["unit_id"])[:3] == ["0012", "NA", "1e5"]


def test_places_of_schools_and_units_in_csv(folder: Path) -> None:
    for table in ("schools", "units"):
        frame = BASE.table(table)
        places = frame.geometry.centroid
        plain = pd.DataFrame(frame.drop(columns="geometry")).assign(x=places.x, y=places.y)
        plain.to_csv(folder / f"{table}.csv", index=False)
        edit(folder / "county.toml", f"{table}.geojson", f"{table}.csv")
    county = read_county(folder)
    assert county.schools.geometry.equals(BASE.schools.geometry)
    assert (county.units.geom_type == "Point").all()
    edit(folder / "schools.csv", "500500.0", "five")
    (fault,) = faults(folder)
    assert fault.expected == "a number in x and y"


def test_files_and_tables_are_judged_together(folder: Path) -> None:
    cut(folder / "schools.geojson")
    edit(folder / "pupils.csv", ",2.0\n", ",-2\n")
    edit(folder / "county.toml", "year = 2024", "year = 24")
    found = faults(folder)
    assert {fault.table for fault in found} == {"schools", "pupils", "county.toml"}


TOKENS = [
    b"",
    b",",
    b'"',
    b"\n",
    b"\r",
    b"null",
    b"{",
    b"]",
    b"-1",
    b"nan",
    b"1e999",
    b"\xff",
    b"\0",
]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_slip_anywhere_in_a_file_is_a_fault_or_harmless(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = write_county(BASE, Path(temporary) / "county")
        path = data.draw(st.sampled_from(sorted(folder.iterdir())))
        text = path.read_bytes()
        start = data.draw(st.integers(0, len(text) - 1))
        end = start + data.draw(st.integers(0, 10))
        path.write_bytes(text[:start] + data.draw(st.sampled_from(TOKENS)) + text[end:])
        with contextlib.suppress(InputError):
            assert isinstance(read_county(folder), County)


def test_what_is_read_is_a_county(folder: Path) -> None:
    county = read_county(folder)
    assert isinstance(county, County)
    assert county.warnings == ()
    assert county.measures["minutes"] == "walk 60 m a minute"
