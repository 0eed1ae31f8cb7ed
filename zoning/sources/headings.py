"""The headings of bureaus' tables, Chinese and English, and the fields they stand for.

A field is a column of `zoning.county.schema`, or one of those that become such a column: ``lon``
and ``lat``, ``x`` and ``y`` (east and north), ``wkt``; a school's ``seats``, ``classes``,
``enrolled`` and ``grades``; a child count's ``registered``, ``resident``, ``enrolled`` and
``birth``; and, once for each grade, ``pupils G``, ``classes G`` and ``enrolled G``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from zoning.county.schema import SCHEMA

__all__ = ["OFFICIAL", "SHEETS", "field_of", "fields_of", "is_official", "normal"]

_PLACE: Final = {
    "lon": "经度 东经 lon lng long longitude",
    "lat": "纬度 北纬 lat latitude",
    "x": "x",
    "y": "y",
    "easting": "东坐标 横坐标 y东 y坐标东 easting east",
    "northing": "北坐标 纵坐标 x北 x坐标北 northing north",
    "wkt": "wkt geometrywkt 几何",
}
_UNIT: Final = {
    "unit_id": "村代码 村编码 村级代码 行政村代码 村委会代码 居委会代码 社区代码 统计用区划代码 "
    "区划代码 行政区划代码 12位代码 12位编码 villagecode 单元编号 单元代码 居住单元编号 "
    "居住单元代码 unitid unit",
}
_SCHOOL: Final = {
    "school_id": "学校标识码 学校机构标识码 标识码 学校代码 学校编码 10位代码 schoolcode "
    "学校编号 schoolid",
}
_STAGE: Final = {"stage": "学段 stage"}
_NAMES: Final = {
    "units": {
        **_UNIT, **_PLACE,
        "name": "村名 村名称 行政村 行政村名称 社区名称 小区名称 单元名称 居住单元 居住单元名称 "
        "名称 name village villagename unitname",
        "township": "乡镇 乡镇名称 街道 乡镇街道 乡镇街道名称 所属乡镇 所在乡镇 township town",
        "settlement": "城乡分类 城乡属性 城乡类型 settlement",
    },
    "pupils": {
        **_UNIT, **_STAGE,
        "name": "村名 村名称 行政村 行政村名称 单元名称 居住单元 居住单元名称 name village",
        "township": "乡镇 乡镇名称 所属乡镇 township town",
        "grade": "年级 grade",
        "year": "年份 学年 学年度 年度 year schoolyear",
        "group": "群体 学生类别 group",
        "pupils": "人数 学生数 学生人数 儿童数 儿童人数 适龄儿童数 pupils children",
        "registered": "户籍数 户籍人数 户籍儿童 户籍儿童数 户籍学生数 registered",
        "resident": "常住数 常住人数 常住儿童 常住儿童数 resident",
        "enrolled": "学籍数 学籍人数 在校数 在校生 在校生数 在校学生数 在校人数 在读 enrolled "
        "enrolment enrollment",
        "birth": "出生年月 出生日期 出生月份 birth birthmonth dateofbirth",
    },
    "schools": {
        **_SCHOOL, **_PLACE,
        "name": "学校名称 学校 校名 学校机构名称 名称 name school schoolname",
        "kind": "办学类型 学校类型 学校类别 学校办学类型 类型 kind type schooltype",
        "boarding": "寄宿制 是否寄宿 寄宿 寄宿制学校 是否寄宿制 boarding",
        "multigrade": "复式 复式教学 复式班 multigrade",
        "township": "乡镇 乡镇名称 街道 所属乡镇 所在乡镇 乡镇街道 township town",
        "rooms": "教室 教室数 普通教室 普通教室数 教室间数 rooms classrooms",
        "seats": "学位 学位数 核定学位 学位总数 座位数 容量 seats capacity places",
        "seats primary": "小学学位 小学学位数 primaryseats",
        "seats junior": "初中学位 初中学位数 juniorseats",
        "classes": "班数 班级数 教学班 教学班数 总班数 classes",
        "enrolled": "在校生数 在校生 在校学生数 在校学生 在校人数 学生数 学生总数 enrolled "
        "enrolment enrollment pupils",
        "grades": "年级 年级范围 开设年级 招生年级 grades",
        "root_unit": "所在村代码 所在单元 rootunit",
        "status": "状态 建设状态 status",
        "opening_cost": "开办费 年开办费 openingcost",
    },
    "school_stages": {**_SCHOOL, **_STAGE, "seats": "学位 学位数 核定学位 seats capacity"},
    "school_grades": {
        **_SCHOOL, **_STAGE, "grade": "年级 grade", "classes": "班数 班级数 教学班数 classes",
        "enrolled": "在校生数 在校生 在校学生数 人数 学生数 enrolled enrolment enrollment",
        "outside": "片区外学生 片外学生数 择校生 outside",
    },
    "travel": {
        **_UNIT, **_SCHOOL, "mode": "方式 出行方式 交通方式 mode",
        "metres": "距离米 路程米 距离m metres meters distancem",
        "minutes": "时间分 时间分钟 用时分钟 分钟 分钟数 minutes",
    },
    "adjacency": {
        "unit_a": "单元甲 村代码1 unita", "unit_b": "单元乙 村代码2 unitb",
        "border_metres": "边界长度米 bordermetres",
    },
    "assignments": {
        **_UNIT, **_SCHOOL, **_STAGE, "plan": "方案 plan", "band": "年级段 band",
        "name": "村名 村名称 行政村 name village",
    },
    "locks": {
        **_UNIT, **_SCHOOL, **_STAGE, "band": "年级段 band", "lock": "锁定 约定 lock",
    },
}  # fmt: skip
SHEETS: Final = {
    "units": ("units", "居住单元", "行政村", "村"),
    "pupils": ("pupils", "学生", "学生数", "儿童", "适龄儿童"),
    "schools": ("schools", "学校", "学校一览表"),
    "school_stages": ("school_stages", "学位"),
    "school_grades": ("school_grades", "学校年级", "班级"),
    "travel": ("travel", "出行", "路程"),
    "adjacency": ("adjacency", "相邻"),
    "assignments": ("assignments", "现行片区", "片区"),
    "locks": ("locks", "锁定"),
}
"""Names of sheets and layers that are taken for a table if none is stated, the best first."""

OFFICIAL: Final = {"unit_id": 12, "school_id": 10}
"""Digits of the official codes: villages (统计用区划代码) and schools (学校标识码)."""
_OFFICIAL_HEADINGS: Final = {
    "unit_id": set(_UNIT["unit_id"].split()[:13]),
    "school_id": set(_SCHOOL["school_id"].split()[:7]),
}
_CHINESE: Final = dict(zip("一二三四五六七八九", range(1, 10), strict=True))
_GRADE: Final = re.compile(
    r"(?:(?P<band>小|初|高)(?P<of>[一二三四五六123456])(?:年级)?"
    r"|(?P<number>[一二三四五六七八九]|1[0-2]|[1-9])年级"
    r"|(?:grade|g)(?P<latin>k|1[0-2]|[1-9])"
    r"|(?P<pre>小班|中班|大班))"
    r"(?P<what>在校生数?|学籍数?|人数|学生数|学生人数|儿童数|班数|班级数|教学班数?"
    r"|pupils|enrolled|classes)?"
)
_PRESCHOOL: Final = {"小班": "小班", "中班": "中班", "大班": "大班"}
_ABOVE: Final = {"小": 0, "初": 6, "高": 9}


def normal(heading: object) -> str:
    """Return a heading without blanks, brackets, marks and case, full-width letters made plain."""
    text = unicodedata.normalize("NFKC", str(heading)).lower()
    return re.sub(r"[\s_\-()\[\]{}<>《》【】、,，.。:：/\\*·'\"]+", "", text)


def _vocabulary(table: str) -> dict[str, str]:
    words = {normal(name): name for name in SCHEMA[table].names if name != "geometry"}
    for field, texts in _NAMES.get(table, {}).items():
        words.update({normal(text): field for text in texts.split()})
    return words


_WORDS: Final = {table: _vocabulary(table) for table in SCHEMA}


def field_of(table: str, heading: object) -> str | None:
    """Return the field that a heading stands for in a table, None if it is not known."""
    word = normal(heading)
    known = _WORDS[table].get(word)
    if known is not None or table not in ("pupils", "schools"):
        return known
    grade = _GRADE.fullmatch(word)
    if grade is None:
        return None
    what = grade["what"] or ""
    if table == "pupils":
        return None if "班" in what or what == "classes" else f"pupils {_label(grade)}"
    measure = "classes" if "班" in what or what == "classes" else "enrolled"
    return f"{measure} {_label(grade)}"


def _label(grade: re.Match[str]) -> str:
    if grade["pre"]:
        return _PRESCHOOL[grade["pre"]]
    if grade["latin"]:
        return grade["latin"].upper()
    text = grade["number"] or grade["of"]
    number = _CHINESE.get(text) or int(text)
    return str(number + (_ABOVE[grade["band"]] if grade["band"] else 0))


def fields_of(table: str) -> tuple[str, ...]:
    """Return the fields of a table that a heading can be stated for, those by grade left out."""
    return tuple(dict.fromkeys([*_NAMES.get(table, {}), *SCHEMA[table].names]))


def is_official(field: str, heading: str) -> bool:
    """True if the heading promises the official code of a village or school."""
    return normal(heading) in _OFFICIAL_HEADINGS.get(field, set())
