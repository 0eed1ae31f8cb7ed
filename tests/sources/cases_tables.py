"""Faults within tables: each with what must be said, and its nearest legal neighbour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from openpyxl.cell.cell import Cell

from tests.sources.bureau import LIST, PUPILS, SCHOOLS, UNITS, VILLAGES, Bureau

Deed = Callable[[Bureau], object]
BOOK = "data.xlsx, sheet "


class Case(NamedTuple):
    """A fault: how it comes about, what the message must hold, and what would have been right."""

    name: str
    wrong: Deed
    says: tuple[str, ...]
    right: Deed


def cell(sheet: str, row: int, heading: str, bad: Any, good: Any) -> tuple[Deed, Deed]:
    """Return the deeds that put a bad and a good value into a cell."""
    return (
        lambda b: b.cell(sheet, row, heading, bad),
        lambda b: b.cell(sheet, row, heading, good),
    )


def case(name: str, deeds: tuple[Deed, Deed], *says: str) -> Case:
    """Return a case of two deeds."""
    return Case(name, deeds[0], says, deeds[1])


def stated(table: str, bad: dict[str, Any], good: dict[str, Any]) -> tuple[Deed, Deed]:
    """Return the deeds that change a table's section in sources.toml."""
    return lambda b: b.table(table, **bad), lambda b: b.table(table, **good)


def column(sheet: str, heading: str, bad: list[Any], good: list[Any]) -> tuple[Deed, Deed]:
    """Return the deeds that add a column."""
    return lambda b: b.column(sheet, heading, bad), lambda b: b.column(sheet, heading, good)


def raw_value(sheet: str, place: str, value: str, kind: str) -> Deed:
    """Put a value of a stated type (f formula, e error) into the workbook."""

    def change(book: Any) -> None:
        target: Cell = book[sheet][place]
        target.value, target.data_type = value, kind

    return lambda b: b.book.append(change)


def merged(sheet: str, area: str) -> Deed:
    """Merge cells of a sheet."""
    return lambda b: b.book.append(lambda book: book[sheet].merge_cells(area))


def long_pupils(*rows: tuple[Any, ...], head: tuple[str, ...], **changes: Any) -> Deed:
    """Replace the sheet of pupils by a long one."""

    def deed(b: Bureau) -> None:
        b.sheets[PUPILS] = [list(head), *map(list, rows)]
        b.table("pupils", **changes)

    return deed


def two_seats(b: Bureau) -> None:
    """Give the seats of a nine-year school by stage."""
    b.cell(LIST, 2, "办学类型", "九年一贯制学校")
    b.rename(LIST, "学位", "小学学位")


HEADINGS = [
    case("two headings for one field",
         (lambda b: b.column(LIST, "班级数", [6, 6]),
          lambda b: (b.column(LIST, "班级数", [6, 6]),
                     b.table("schools", columns={"classes": "班级数"}))),
         BOOK + LIST, "column classes", "'班数', '班级数'", "state which one counts"),
    case("one heading twice",
         (lambda b: b.column(LIST, "学位", [1, 2]), lambda b: b.column(LIST, "备注", [1, 2])),
         BOOK + LIST, "column seats", "one heading for it"),
    case("no headings",
         (lambda b: b.sheets[LIST].pop(0), lambda b: b.sheets[LIST].insert(0, ["一览表"])),
         BOOK + LIST, "row 1", "a line of headings for schools"),
    case("a stated heading that is not there",
         stated("schools", {"columns": {"seats": "座席"}}, {"columns": {"seats": "学位"}}),
         BOOK + LIST, "columns, seats", "'座席'", "correct the heading"),
    case("a stated field that is not known",
         stated("schools", {"columns": {"sets": "学位"}}, {"columns": {"seats": "学位"}}),
         "sources.toml", "tables.schools.columns", "sets = '学位'"),
    case("units by name alone",
         (lambda b: b.rename(UNITS, "村代码", "编号"),
          lambda b: b.rename(UNITS, "村代码", "统计用区划代码")),
         BOOK + UNITS, "column unit_id", "names only", "since names repeat"),
    case("pupils by name alone",
         (lambda b: b.rename(PUPILS, "村代码", "村名"),
          lambda b: b.column(PUPILS, "村名", ["东村", "西村", "南村", "北村"])),
         BOOK + PUPILS, "column unit_id", "12-digit village codes"),
    case("schools by name alone",
         (lambda b: b.rename(LIST, "学校标识码", "序号"),
          lambda b: b.rename(LIST, "学校标识码", "学校代码")),
         BOOK + LIST, "column school_id", "10-digit school codes"),
    case("no coordinates",
         (lambda b: b.rename(LIST, "经度", "地址"), lambda b: b.rename(LIST, "经度", "东经")),
         BOOK + LIST, "coordinates", "经度 and 纬度"),
    case("pupils without grades",
         (long_pupils((VILLAGES[0], 5), head=("村代码", "人数")),
          long_pupils((VILLAGES[0], "一年级", 5), head=("村代码", "年级", "人数"))),
         BOOK + PUPILS, "grades", "or the months of birth"),
    case("pupils without numbers",
         (long_pupils((VILLAGES[0], "一年级"), head=("村代码", "年级")),
          long_pupils((VILLAGES[0], "1", 7), head=("村代码", "年级", "在校生数"))),
         BOOK + PUPILS, "a column with numbers of children"),
]  # fmt: skip

CELLS = [
    case("text in a number column", cell(LIST, 3, "学位", "约120", 120),
         BOOK + LIST, "row 3", "a number in column 学位", "'约120'"),
    case("a thousands separator", cell(LIST, 3, "学位", "1,200", "1200"),
         BOOK + LIST, "row 3", "'1,200'", "plain number"),
    case("no number at all",
         (long_pupils((VILLAGES[0], "1", None), head=("村代码", "年级", "人数")),
          long_pupils((VILLAGES[0], "1", 0), head=("村代码", "年级", "人数"))),
         "sources.toml, tables.pupils", "none in any file"),
    case("no school of the county's stages",
         (lambda b: [b.cell(LIST, row, "办学类型", "幼儿园") for row in (2, 3)],
          lambda b: b.cell(LIST, 3, "办学类型", "幼儿园")),
         "sources.toml, tables.school_grades", "stages of the county agree"),
    case("a negative number", cell(PUPILS, 4, "三年级", -1, 0),
         BOOK + PUPILS, "row 4", "三年级", "-1", "correct the number"),
    case("an endless number", cell(PUPILS, 4, "三年级", "inf", "3"),
         BOOK + PUPILS, "row 4", "inf"),
    case("merged cells of numbers", (merged(PUPILS, "B2:B3"), merged(UNITS, "C2:C5")),
         BOOK + PUPILS, "row 3, cell B3", "merged", "取消合并"),
    case("merged cells of codes", (merged(PUPILS, "A2:A3"), merged(UNITS, "C2:C3")),
         BOOK + PUPILS, "row 3, cell A3", "column unit_id"),
    case("a formula never computed",
         (raw_value(LIST, "D2", "=60+60", "f"), raw_value(LIST, "D2", "120", "n")),
         BOOK + LIST, "row 2, cell D2", "never computed", "paste the values"),
    case("an error of the spreadsheet",
         (raw_value(LIST, "D3", "#REF!", "e"), raw_value(LIST, "D3", "90", "n")),
         BOOK + LIST, "row 3, cell D3", "an error of the spreadsheet"),
    case("a township's code", cell(UNITS, 3, "村代码", "999999100", VILLAGES[1]),
         BOOK + UNITS, "row 3", "12 digits", "9 digits (a township)"),
    case("a code that a spreadsheet spoilt",
         cell(UNITS, 3, "村代码", "9.99999E+11", int(VILLAGES[1])),
         BOOK + UNITS, "row 3", "'9.99999E+11'", "format the column as text"),
    case("a school code too short", cell(LIST, 2, "学校标识码", "299999900", f"{SCHOOLS[0]}-A"),
         BOOK + LIST, "row 2", "10 digits", "9 digits"),
    case("a blank code", cell(UNITS, 2, "村代码", None, VILLAGES[0]),
         BOOK + UNITS, "row 2", "a text in column unit_id", "a blank"),
    case("a village twice", cell(UNITS, 5, "村代码", VILLAGES[0], VILLAGES[3]),
         BOOK + UNITS, "row 5 (unit 999999100001)", "every unit_id once"),
    case("a school twice", cell(LIST, 3, "学校标识码", SCHOOLS[0], "2999999003"),
         BOOK + LIST, "row 3 (school 2999999001)", "every school_id once"),
    case("children counted twice", cell(PUPILS, 5, "村代码", VILLAGES[0], VILLAGES[3]),
         BOOK + PUPILS, "row 5", "unit 999999100001", "the same in data.xlsx", "row 2"),
    case("children of an unknown village", cell(PUPILS, 3, "村代码", "999999100099", VILLAGES[1]),
         BOOK + PUPILS, "row 3", "unit_id to be in the table units", "'999999100099'"),
    case("an unknown kind of school", cell(LIST, 2, "办学类型", "武术学校", "完小"),
         BOOK + LIST, "row 2", "'武术学校'", "teaching-point"),
    case("no kind, and a name that tells none",
         (lambda b: (b.rename(LIST, "办学类型", "备注"), b.cell(LIST, 2, "学校名称", "希望学校")),
          lambda b: (b.rename(LIST, "办学类型", "备注"), b.cell(LIST, 2, "学校名称", "希望小学"),
                     b.cell(LIST, 3, "学校名称", "二完小"))),
         BOOK + LIST, "row 2", "'希望学校'", "办学类型"),
    case("a teaching point without grades",
         (lambda b: b.cell(LIST, 2, "办学类型", "教学点"),
          lambda b: (b.cell(LIST, 2, "办学类型", "教学点"),
                     b.column(LIST, "年级范围", ["一至三年级", "1-6"]))),
         BOOK + LIST, "row 2", "the grades the school teaches", "年级范围"),
    case("grades that the county does not have",
         column(LIST, "年级范围", ["1-9", ""], ["1-6", ""]),
         BOOK + LIST, "row 2", "'1-9'"),
    case("one number of seats for two stages",
         (lambda b: b.cell(LIST, 2, "办学类型", "九年一贯制学校"), two_seats),
         BOOK + LIST, "row 2", "小学学位"),
    case("neither yes nor no", column(LIST, "寄宿制", ["大概", "否"], ["是", "否"]),
         BOOK + LIST, "row 2", "boarding to be true or false", "大概"),
    case("a grade of no stage",
         (lambda b: b.column(PUPILS, "七年级", [1, 2, 3, 4]),
          lambda b: (b.column(PUPILS, "七年级", [1, 2, 3, 4]),
                     b.toml["stages"].update(junior={"grades": ["7"]}))),
         BOOK + PUPILS, "column 七年级", "grade 7, which is in none"),
    case("a grade of no stage in a row",
         (long_pupils((VILLAGES[0], "九年级", 5), head=("村代码", "年级", "人数")),
          long_pupils((VILLAGES[0], "六年级", 5), head=("村代码", "年级", "人数"))),
         BOOK + PUPILS, "row 2", "'9'"),
    case("a year of birth alone",
         (long_pupils((VILLAGES[0], "2018", 5), head=("村代码", "出生年月", "人数")),
          long_pupils((VILLAGES[0], "2018年5月", 5), head=("村代码", "出生年月", "人数"))),
         BOOK + PUPILS, "row 2", "a month of birth", "'2018'", "31 August"),
    case("a year in words",
         (long_pupils((VILLAGES[0], "1", "去年", 5), head=("村代码", "年级", "学年", "人数")),
          long_pupils((VILLAGES[0], "1", "2024-2025学年", 5),
                      head=("村代码", "年级", "学年", "人数"))),
         BOOK + PUPILS, "row 2", "'去年'", "2024-2025"),
    case("a count of no kind", stated("pupils", {"counts": "born"}, {"counts": "registered"}),
         "sources.toml", "tables.pupils.counts", "'born'"),
    case("no date", stated("pupils", {"date": "June"}, {"date": "2024-10-01"}),
         "sources.toml", "tables.pupils.date", "'June'"),
]  # fmt: skip

IDENTITY = "11010519491231002X"
PRIVACY = [
    case("names of pupils",
         (lambda b: b.column(PUPILS, "学生姓名", ["甲", "乙", "丙", "丁"]),
          lambda b: b.column(PUPILS, "村名", ["东村", "西村", "南村", "北村"])),
         BOOK + PUPILS, "column 学生姓名", "counts by village and grade"),
    case("a column of identity numbers",
         (lambda b: b.column(PUPILS, "身份证号码", [None] * 4),
          lambda b: b.column(PUPILS, "备注", [None] * 4)),
         BOOK + PUPILS, "column 身份证号码", "particulars of persons"),
    case("an identity number among remarks",
         column(PUPILS, "备注", ["", f"见{IDENTITY}", "", ""],
                ["", "见110105194912310021", "", ""]),
         BOOK + PUPILS, "row 3", "no identity numbers in column 备注"),
    case("an identity number as a number",
         column(PUPILS, "备注", ["", "", 110105194912310000, ""], ["", "", 110105, ""]),
         BOOK + PUPILS, "row 4", "an identity number"),
    case("a student number",
         (lambda b: b.column(LIST, "学籍号", ["G1", "G2"]),
          lambda b: b.column(LIST, "备注", ["G1", "G2"])),
         BOOK + LIST, "column 学籍号"),
]  # fmt: skip
