"""A folder for a bureau to fill in: sources.toml, a workbook with headings, and a check-list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zoning.county.files import staged_folder
from zoning.errors import Fault, InputError
from zoning.sources.description import SOURCES_TOML

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CHECKLIST", "WORKBOOK", "new_county", "next_step"]

WORKBOOK: Final = "county.xlsx"
CHECKLIST: Final = "CHECKLIST.md"

_SHEETS: Final[dict[str, dict[str, str]]] = {
    "居住单元": {
        "村代码": "unit_id: the 12-digit code (统计用区划代码), as text. An estate or part of a "
        "village: the code, '-' and a word, as 630225100001-A",
        "村名": "name, for people",
        "乡镇": "township or street",
        "城乡分类": "城区, 镇区 or 乡村; may stay blank",
        "经度": "longitude in degrees, of the village's middle",
        "纬度": "latitude in degrees",
    },
    "学校": {
        "学校标识码": "school_id: the 10-digit school code, as text",
        "学校名称": "name, for people",
        "办学类型": "完全小学, 非完全小学, 教学点, 初级中学, 九年一贯制, 幼儿园, 高级中学, "
        "十二年一贯制",
        "年级范围": "grades taught, such as 1-6; needed for 教学点 and 非完全小学",
        "乡镇": "township or street",
        "寄宿制": "是 or 否",
        "教室数": "classrooms for all grades; blank: unknown",
        "学位": "seats; for a school of two stages use 小学学位 and 初中学位 instead",
        "经度": "longitude in degrees",
        "纬度": "latitude in degrees",
    },
    "学生数": {
        "村代码": "unit_id: the 12-digit village code",
        **{f"{name}年级": "children of the grade who live in the village; no names, no identity "
           "numbers" for name in "一二三四五六"},
    },
}  # fmt: skip
_KINDS: Final = '"完全小学,非完全小学,教学点,初级中学,九年一贯制,幼儿园,高级中学,十二年一贯制"'
_TOML: Final = """\
# What the county is read from. `zoning check FOLDER` says what is missing, and every guess.
# Every key is explained in the library's data/README.md, section "Other files".
format = 1
name = {name}
year = {year}  # calendar year in which the school year begins
crs = "EPSG:4326"  # what maps are kept in: longitude and latitude
# metric_crs = "EPSG:4543"  # distances; if left out, the county's own 3-degree zone of CGCS2000
standards = "china"
notice = ""  # words that must stand on every map, for data that are not real

[stages.primary]
grades = ["1", "2", "3", "4", "5", "6"]
# bands = {{ lower = ["1", "2", "3"], upper = ["4", "5", "6"] }}  # grades that are zoned together

# Journeys. Straight lines are a first look: bring a table of minutes by road when you have one.
[travel]
rule = "straight-line"
detour = 1.3  # metres of road for each metre of straight line: an assumption, put in your own
metres_a_minute = 70  # walking: an assumption, put in your own

# Units: points from the sheet. With a map of areas, write instead file = "villages.shp".
# crs: "EPSG:4490" (CGCS2000 degrees), "CGCS2000 3-degree zone 34", "GCJ-02" (高德, 腾讯),
# "BD-09" (百度), "Xi'an 80 3-degree zone 34" ...
[tables.units]
file = "{workbook}"
sheet = "居住单元"
crs = "EPSG:4490"
# columns = {{ unit_id = "村代码" }}  # only for headings that are not recognised
status = "real"
source = ""  # who published or counted it, and when
licence = ""  # on what terms it may be passed on

[tables.schools]
file = "{workbook}"
sheet = "学校"
crs = "EPSG:4490"
status = "real"
source = ""
licence = ""

# Children by village and grade. counts: "registered" (户籍), "resident" (常住) or "enrolled"
# (学籍). For several sheets repeat [[tables.pupils]] in double brackets.
[[tables.pupils]]
file = "{workbook}"
sheet = "学生数"
counts = "resident"
status = "real"
source = ""
licence = ""
"""
_LIST: Final = """\
# {name}: what to do

`zoning check {folder}` says at any time what is missing next.

- [ ] `sources.toml`: name and year
- [ ] sheet 居住单元: a row for every village or estate, with its 12-digit code
- [ ] sheet 学校: a row for every school, with its 10-digit code, kind, seats and place
- [ ] sheet 学生数: children by village and grade: counts only, no names, no identity numbers
- [ ] coordinates: which system are they in? Those of 高德 and 腾讯 are GCJ-02, of 百度 BD-09
- [ ] `sources.toml`: status, source and licence of every table
- [ ] `zoning check {folder}` says "the tables are in order"; read its notes on what was guessed
- [ ] better data: areas instead of points, journeys by road, classes by grade, today's zones
- [ ] `zoning check {folder} --model rezoning --stage primary`, then `zoning solve`
"""


def new_county(folder: str | Path, *, name: str = "", year: int | None = None) -> tuple[Path, ...]:
    """Write a folder for a bureau to fill in.

    Args:
        folder: new or empty; made if it is not there.
        name: the county's name; the folder's name if not given.
        year: calendar year in which the school year begins; to be filled in if not given.

    Returns:
        The files written: `sources.toml`, a workbook and a check-list.

    Raises:
        InputError: the folder is in use.
    """
    home = Path(folder)
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise InputError(
            Fault(
                "error",
                "arguments",
                str(home),
                "a new or empty folder",
                "one in use",
                "choose another name",
            )
        )
    name = name or home.resolve().name
    text = _TOML.format(
        name=json.dumps(name, ensure_ascii=False), year=0 if year is None else year,
        workbook=WORKBOOK,
    )  # fmt: skip
    with staged_folder(home, last=SOURCES_TOML) as staging:
        (staging / SOURCES_TOML).write_bytes(text.encode("utf-8"))
        listed = _LIST.format(name=name, folder=home.name)
        (staging / CHECKLIST).write_bytes(listed.encode("utf-8"))
        workbook(_SHEETS).save(staging / WORKBOOK)
    return tuple(home / file for file in (SOURCES_TOML, WORKBOOK, CHECKLIST))


def workbook(sheets: Mapping[str, Mapping[str, str]]) -> Any:
    """Return a workbook with a sheet of headings for each table, each heading with its comment."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, columns in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for number, (heading, told) in enumerate(columns.items(), start=1):
            cell = sheet.cell(1, number, heading)
            cell.font = Font(bold=True)
            cell.comment = Comment(told, "school-zoning")
            letter = cell.column_letter
            sheet.column_dimensions[letter].width = 16
            if heading.endswith(("代码", "标识码")):  # as numbers they would lose digits
                sheet.column_dimensions[letter].number_format = "@"
            if heading == "办学类型":
                choice = DataValidation(type="list", formula1=_KINDS, allow_blank=True)
                choice.add(f"{letter}2:{letter}1001")
                sheet.add_data_validation(choice)
    return book


def next_step(faults: Sequence[Fault]) -> str:
    """Return what to do first about a folder that cannot be read yet."""
    order = (SOURCES_TOML, "居住单元", "units", "学校", "schools", "学生数", "pupils")
    errors = [fault for fault in faults if fault.severity == "error"]

    def rank(fault: Fault) -> int:
        return next((i for i, word in enumerate(order) if word in fault.table), len(order))

    first = min(errors, key=rank)
    more = len(errors) - 1
    rest = f"; then {more} more" if more else ""
    place = f"{first.table}, {first.where}" if first.where else first.table
    return f"next: {place}: {first.remedy} (expected {first.expected}){rest}"
