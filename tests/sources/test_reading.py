"""What is recognised, what is told about it, and tables from arguments and from notebooks."""

from __future__ import annotations

from pathlib import Path

import geopandas
import openpyxl
import pandas as pd
import pytest

import zoning
from tests.sources.bureau import LIST, PUPILS, SCHOOLS, UNITS, VILLAGES, Bureau, squares
from zoning.county import Stage, StraightLine
from zoning.county.schema import SCHEMA
from zoning.errors import InputError
from zoning.sources import county_from_files, from_geodataframes, read_sources
from zoning.sources.headings import field_of


@pytest.mark.parametrize(
    ("table", "heading", "field"),
    [("schools", "学校名称", "name"), ("schools", "在校生数", "enrolled"),
     ("schools", "班 数", "classes"), ("schools", "学位(个)", None), ("schools", "学位", "seats"),
     ("schools", "经度", "lon"), ("schools", "Latitude", "lat"), ("schools", "办学类型", "kind"),
     ("schools", "一年级班数", "classes 1"), ("schools", "六年级人数", "enrolled 6"),
     ("schools", "初二学生数", "enrolled 8"), ("schools", "校长", None),
     ("schools", "school_id", "school_id"), ("schools", "School ID", "school_id"),
     ("schools", "学校(机构)标识码", "school_id"), ("schools", "学校类别", "kind"),
     ("units", "统计用区划代码", "unit_id"), ("units", "村名", "name"),
     ("units", "乡镇(街道)", "township"), ("units", "X坐标(北)", "northing"),
     ("units", "横坐标", "easting"), ("units", "WKT", "wkt"),
     ("pupils", "一年级", "pupils 1"), ("pupils", "Grade 3", "pupils 3"),
     ("pupils", "初一", "pupils 7"),
     ("pupils", "大班", "pupils 大班"), ("pupils", "常住儿童", "resident"),
     ("pupils", "户籍人数", "registered"), ("pupils", "学籍数", "enrolled"),
     ("pupils", "出生年月", "birth"), ("pupils", "一年级班数", None),
     ("travel", "距离(米)", "metres"), ("travel", "距离", None), ("travel", "距离(公里)", None),
     ("travel", "时间(分钟)", "minutes"), ("assignments", "方案", "plan")],
)  # fmt: skip
def test_headings(table: str, heading: str, field: str | None) -> None:
    assert field_of(table, heading) == field


@pytest.mark.parametrize("table", list(SCHEMA))
def test_every_column_is_its_own_heading(table: str) -> None:
    for column in SCHEMA[table]:
        if column.kind != "geometry":
            assert field_of(table, column.name) == column.name


def test_every_guess_is_told(tmp_path: Path) -> None:
    bureau = Bureau()
    bureau.column(LIST, "备注", ["好", "新"])
    bureau.sheets[LIST].insert(0, ["学校一览表"])
    bureau.sheets[PUPILS].append(["合计", 4, 8, 12, 16, 20, 24])
    bureau.csv("units", UNITS, saved_as="gb18030")
    told = "\n".join(map(str, bureau.read(tmp_path / "b").notes))
    for words in (
        "units.csv: encoding taken as GB18030",
        "学校名称 is name",
        "学位 is seats",
        "left out: '备注'",
        "row 2 holds the headings",
        "row 6 left out: it is a total",
        "班数 taken as classrooms",
        "metric_crs: distances are measured in EPSG:4543",
    ):
        assert words in told, told


def test_what_the_list_of_schools_tells(tmp_path: Path) -> None:
    bureau = Bureau()
    bureau.column(LIST, "寄宿制", ["是", "否"])
    bureau.column(LIST, "一年级班数", [2, 0])
    bureau.column(LIST, "二年级班数", [1, 1])
    bureau.column(LIST, "一年级人数", [70, None])
    county = bureau.read(tmp_path / "b").county
    assert county.schools["boarding"].to_list() == [True, False]
    assert county.schools["rooms"].to_list() == [6, 6]
    assert county.school_stages["seats"].to_list() == [120, 120]
    grades = county.school_grades.set_index(["school_id", "grade"])
    assert grades["classes"].to_dict() == {
        (SCHOOLS[0], "1"): 2, (SCHOOLS[0], "2"): 1, (SCHOOLS[1], "2"): 1
    }  # fmt: skip
    assert grades.loc[(SCHOOLS[0], "1"), "enrolled"] == 70


def test_codes_as_numbers_and_merged_townships(tmp_path: Path) -> None:
    bureau = Bureau()
    for row in range(2, 6):
        bureau.cell(UNITS, row, "村代码", int(VILLAGES[row - 2]))
    bureau.book.append(lambda book: book[UNITS].merge_cells("C2:C5"))
    sourced = bureau.read(tmp_path / "b")
    assert sourced.county.units["unit_id"].to_list() == VILLAGES
    assert sourced.county.units["township"].to_list() == ["镇"] * 4
    assert any("merged cells filled down in township: 3" in note.text for note in sourced.notes)


@pytest.mark.parametrize("name", ["v.shp", "v.gpkg", "v.geojson"])
@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
def test_layers(name: str, encoding: str, tmp_path: Path) -> None:
    bureau = Bureau()
    options = {"encoding": encoding} if name == "v.shp" else {}

    def write(path: Path) -> None:
        squares().to_file(path, **options)
        path.with_suffix(".cpg").unlink(missing_ok=True)

    bureau.file("units", name, write, crs=None)
    sourced = bureau.read(tmp_path / "b")
    assert sourced.county.units["name"].to_list() == ["东村", "西村", "南村", "北村"]
    assert len(sourced.county.adjacency) == 4
    assert not sourced.warnings
    if name == "v.shp":
        assert any(f"encoding taken as {encoding}" in note.text for note in sourced.notes)


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_other_separators_and_utf16(separator: str, tmp_path: Path) -> None:
    bureau = Bureau()
    rows = bureau.sheets[UNITS]
    text = "\r\n".join(separator.join(map(str, row)) for row in rows)
    bureau.file("units", "units.csv", lambda path: path.write_bytes(text.encode("utf-16")))
    sourced = bureau.read(tmp_path / "b")
    assert len(sourced.county.units) == 4
    assert any("cells are parted by" in note.text for note in sourced.notes)


def test_the_same_files_give_the_same_county(tmp_path: Path) -> None:
    folder = Bureau().write(tmp_path / "b")
    assert read_sources(folder).county.content_hash == read_sources(folder).county.content_hash


def test_headings_of_two_lines(tmp_path: Path) -> None:
    bureau = Bureau()
    bureau.sheets[LIST] = [
        ["学校一览表"],
        ["学校标识码", "学校名称", "办学类型", "一年级", None, "二年级", None, "位置", None],
        [None, None, None, "班数", "人数", "班数", "人数", "经度", "纬度"],
        [SCHOOLS[0], "一小", "完小", 2, 70, 1, 30, 102.401, 35.801],
    ]

    def merge(book: openpyxl.Workbook) -> None:
        for area in ("A1:I1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2", "H2:I2"):
            book[LIST].merge_cells(area)

    bureau.book.append(merge)
    sourced = bureau.read(tmp_path / "b")
    grades = sourced.county.school_grades.set_index("grade")
    assert grades["classes"].to_dict() == {"1": 2, "2": 1}
    assert grades["enrolled"].to_dict() == {"1": 70, "2": 30}
    assert any("rows 2 and 3 hold the headings" in note.text for note in sourced.notes)


def test_names_that_slipped_beside_their_codes(tmp_path: Path) -> None:
    bureau = Bureau()
    bureau.column(PUPILS, "村名", ["东村", "南村", "南村", ""])
    (warning,) = bureau.read(tmp_path / "b").warnings
    assert warning.where == "row 3" and "'西村' there" in warning.found


def test_a_bureaus_folder_is_no_countys_folder(tmp_path: Path) -> None:
    folder = Bureau().write(tmp_path / "b")
    with pytest.raises(InputError, match="read_sources"):
        zoning.read_county(folder)


def test_from_arguments(tmp_path: Path) -> None:
    folder = Bureau().write(tmp_path / "b")
    book = folder / "data.xlsx"
    sourced = county_from_files(
        name="试验县",
        year=2024,
        stages={"primary": list("123456")},
        units={"file": book, "sheet": UNITS, "crs": "EPSG:4490"},
        schools={"file": book, "sheet": LIST, "crs": 4490, "columns": {"seats": "学位"}},
        pupils=[{"file": book, "sheet": PUPILS, "counts": "resident"}],
        travel={"rule": "straight-line", "detour": 1.2, "metres_a_minute": 60},
    )
    assert sourced.county.content_hash == read_sources(folder).county.content_hash
    plain = {"name": "x", "year": 2024, "stages": {"primary": list("123456")}}
    rule = {"rule": "straight-line"}
    by_path = county_from_files(**plain, units=book, schools=book, pupils=book, travel=rule)
    assert any(f"sheet '{PUPILS}' taken for pupils" in note.text for note in by_path.notes)
    with pytest.raises(InputError, match="no such file"):
        county_from_files(**plain, units="none.shp", schools=book, pupils=book, travel=rule)


def frames() -> tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame, pd.DataFrame]:
    """Return units, schools and pupils as a notebook has them."""
    schools = geopandas.GeoDataFrame(
        {"学校标识码": SCHOOLS, "学校名称": ["一完小", "二完小"], "学位": [120, 120]},
        geometry=geopandas.points_from_xy([102.401, 102.421], [35.801, 35.821]),
        crs=4490,
    )
    pupils = pd.DataFrame({"村代码": VILLAGES, **{f"{g}年级": 3.0 for g in "一二三四五六"}})
    return squares(), schools.to_crs(4543), pupils


def test_from_a_notebook() -> None:
    units, schools, pupils = frames()
    sourced = from_geodataframes(units, schools, pupils, name="试验县", year=2024)
    county = sourced.county
    assert county.crs == "EPSG:4490" and county.straight_line == StraightLine()
    assert county.pupils["pupils"].sum() == 72
    assert abs(county.schools.geometry.x.iloc[0] - 102.401) < 1e-9
    assert any("journeys are straight lines" in note.text for note in sourced.notes)
    assert county == zoning.from_geodataframes(
        units.merge(pupils, on="村代码"), schools, name="试验县", year=2024
    ).county  # fmt: skip
    plan = zoning.solve(
        county,
        "nearest-school",
        stage="primary",
        settings={"travel-limit.metres": 5000, "travel.measure": "metres"},
        time_limit=5,
    )
    assert len(plan.assignment)


def test_a_notebooks_own_headings_and_stages() -> None:
    units, schools, _ = frames()
    units = units.rename(columns={"村代码": "DM"}).assign(a=1, b=2)
    sourced = from_geodataframes(
        units,
        schools,
        name="x",
        year=2024,
        stages=[Stage("primary", ("1", "2"))],
        columns={
            "units": {"unit_id": "DM"},
            "pupils": {"unit_id": "DM", "pupils 1": "a", "pupils 2": "b"},
        },
        counts="enrolled",
        straight_line=StraightLine(1.3, 70),
    )
    assert sourced.county.pupils["pupils"].sum() == 12
    assert sourced.counts["enrolled"].sum() == 12 and sourced.counts["resident"].isna().all()


def test_what_is_wrong_in_a_notebook() -> None:
    units, schools, pupils = frames()
    bare = units.set_geometry(units.geometry.values, crs=None).set_crs(None, allow_override=True)
    with pytest.raises(InputError, match="set_crs"):
        from_geodataframes(bare, schools, pupils, name="x", year=2024)
    with pytest.raises(InputError, match="units, column unit_id"):
        from_geodataframes(units.drop(columns="村代码"), schools, pupils, name="x", year=2024)
    with pytest.raises(InputError, match=r"schools, feature 2 \(school 2999999001\)"):
        twice = schools.assign(学校标识码=SCHOOLS[0])
        from_geodataframes(units, twice, pupils, name="x", year=2024)
