"""A record for each school (一校一案): what is done with it, for whom, with what, and why.

One page of Markdown a school, with headings in English and Chinese. Everything comes from the plan
and its county; names from data are written so that they are nothing but text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.county.vocabulary import BOARD
from zoning.errors import Fault, InputError
from zoning.plan.boarders import rule_named
from zoning.plan.buses import whole_schools
from zoning.plan.facilities import in_year
from zoning.plan.text import number

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["record", "records", "safe"]

ACTION_WORDS: Mapping[str, str] = {
    "keep": "keep 保留", "new": "new 新建", "restore": "restore 恢复", "expand": "expand 扩建",
    "merge": "merge 撤并", "suspend": "suspend 停办", "repair": "repair 维修加固",
    "to-teaching-point": "to teaching point 改为教学点", "to-complete": "to complete 改为完全小学",
}  # fmt: skip
_ROWS = 60
_SPECIAL = re.compile(r"([\\`*_\[\]#!|<>~$&])")


def safe(text: object) -> str:
    """Return a text that Markdown and HTML take for nothing but text, on one line."""
    plain = "".join(c if c.isprintable() else " " for c in str(text))
    return _SPECIAL.sub(r"\\\1", plain).replace("\\<", "&lt;").replace("\\&", "&amp;")


def records(plan: Plan, county: County) -> str:
    """Return the records of all schools that the plan says something about, one after the other."""
    head = f"# Records of schools 一校一案: {safe(plan.county)}, {plan.stage} {plan.year}\n"
    pages = [_page(plan, county, row) for row in plan.actions.to_dict("records")]
    return "\n".join([head, *_notice(plan), *pages])


def record(plan: Plan, county: County, school: str) -> str:
    """Return the record of one school.

    Raises:
        InputError: the plan has no action for such a school.
    """
    for row in plan.actions.to_dict("records"):
        if row["school_id"] == school:
            return "\n".join([*_notice(plan), _page(plan, county, row)])
    expected = "a school that the plan's table of actions names"
    raise InputError(
        Fault("error", "arguments", "school_id", expected, repr(school),
              "name one of plan.actions, or use a model that decides about schools")
    )  # fmt: skip


def _notice(plan: Plan) -> list[str]:
    return [f"> {safe(plan.notice)}\n"] if plan.notice else []


def _page(plan: Plan, county: County, row: Mapping[Any, Any]) -> str:
    school = str(row["school_id"])
    lines = [
        f"## {safe(school)} {safe(row['name'])}\n",
        f"* Decision 措施: **{ACTION_WORDS.get(row['action'], safe(row['action']))}**, "
        f"{row['year']}{_receivers(row)}",
        f"* Money 经费: {number(row['cost'])} yuan once 一次性, "
        f"{number(row['yearly_cost'])} yuan a year 每年",
        f"* Reason 理由: {safe(row['reason'])}",
        *_modules(plan, county, school),
        "",
        *_places(plan, county, school),
        *_villages(plan, county, school),
    ]
    return "\n".join(lines)


def _receivers(row: Mapping[Any, Any]) -> str:
    if not row["receivers"]:
        return ""
    what = "upper grades to 高年级去" if row["action"] == "to-teaching-point" else "to 并入"
    return f", {what} {safe(row['receivers'])}"


def _modules(plan: Plan, county: County, school: str) -> Iterator[str]:
    """What is built there, and when it must be decided to be there in time."""
    built = plan.built[plan.built["school_id"] == school]
    for row in built.merge(county.expansions, on=["school_id", "option"]).to_dict("records"):
        kind = " (temporary 临时)" if row["temporary"] else ""
        lead = 0.0 if math.isnan(row["lead_years"]) else row["lead_years"]
        time = f", takes {lead:g} years to build 工期 {lead:g} 年" if lead else ""
        yield f"* Built 建设: {row['modules']} x {safe(row['option'])}{kind}{time}"


def _places(plan: Plan, county: County, school: str) -> Iterator[str]:
    """Table of what the school has, and needs."""
    rows = plan.schools[plan.schools["school_id"] == school].to_dict("records")
    if not rows or rows[0].get("state") == "closed":
        return
    row = rows[0]
    built = plan.built[plan.built["school_id"] == school].merge(
        county.expansions, on=["school_id", "option"]
    )
    pupils = row["pupils"] + row["outside"]
    own = plan.assignment[plan.assignment["school_id"] == school]
    boarders = math.fsum(own.loc[own["mode"] == BOARD, "pupils"])

    def places(name: str) -> float:
        there = in_year(county, name, plan.year)[school]
        return there + math.fsum(built["modules"] * built[name].fillna(0.0))

    yield "| | needed 需要 | there 现有及新建 |"
    yield "|---|---|---|"
    yield f"| seats 学位 | {number(pupils)} | {number(row['seats'])} |"
    largest = number(row["largest_class"], 1)
    yield f"| classes 班级 (largest 最大班额 {largest}) | | {number(row['classes'])} |"
    if boarders:
        yield f"| beds 床位 | {number(boarders)} | {number(places('beds'))} |"
        yield f"| places at table 用餐 | {number(boarders)} | {number(places('canteen'))} |"
    for ride in whole_schools(plan.buses).to_dict("records"):
        if ride["school_id"] == school:
            riders, trips = number(ride["pupils"]), number(ride["trips"])
            each = f"{riders} riders 乘车学生, {trips} trips each morning 早班趟次"
            yield f"| buses 校车 ({each}) | {number(ride['vehicles'])} | |"
    if "posts" in row:
        yield f"| posts 教职工 | {number(row['posts'], 1)} | {number(row['staff'])} |"
    rule = rule_named(plan.rules, "areas")
    for key, words in (("building", "floor m2 校舍"), ("sports", "sports ground m2 运动场地")):
        norm = None if rule is None else rule.parameters.get(key)
        area = places(f"{key}_area")
        if isinstance(norm, int | float) and pupils > 0:
            each = f"{number(area)} ({number(area / pupils, 1)} a pupil 生均, norm 标准 {norm:g})"
            yield f"| {words} | {number(norm * pupils)} | {each} |"
    yield ""


def _villages(plan: Plan, county: County, school: str) -> Iterator[str]:
    """Table of the units of today's zone and the plan's: pupils, where they go, how far."""
    zones = county.today
    today = zones[zones["stage"] == plan.stage].set_index(["unit_id", "band"])["school_id"]
    cells = plan.assignment.groupby(["unit_id", "band", "school_id"], sort=False).agg(
        pupils=("pupils", "sum"), mode=("mode", "first"), minutes=("minutes", "first"),
        metres=("metres", "first"),
    )  # fmt: skip
    table = cells.reset_index()
    keys = pd.MultiIndex.from_frame(table[["unit_id", "band"]])
    table["before"] = today.reindex(keys).fillna("").to_numpy()
    table = table[(table["school_id"] == school) | (table["before"] == school)]
    if table.empty:
        return
    names = dict(zip(county.units["unit_id"], county.units["name"], strict=True))
    others = _others(plan, county, school)
    yield (
        "| unit 居住单元 | grades 年级段 | pupils 学生 | today 现校 | plan 新校 | way 方式 "
        "| min 分钟 | km | nearest other school 最近的其他学校 |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for row in table.head(_ROWS).to_dict("records"):
        unit = f"{safe(row['unit_id'])} {safe(names.get(row['unit_id'], ''))}".strip()
        other = others.get((row["unit_id"], row["band"]), "none 无")
        yield (
            f"| {unit} | {safe(row['band'])} | {number(row['pupils'])} | {safe(row['before'])} "
            f"| {safe(row['school_id'])} | {safe(row['mode'])} | {number(row['minutes'])} "
            f"| {number(row['metres'] / 1000, 1)} | {other} |"
        )
    if len(table) > _ROWS:
        yield f"\nand {len(table) - _ROWS} more 另有 {len(table) - _ROWS} 个"
    yield ""


def _others(plan: Plan, county: County, school: str) -> dict[tuple[str, str], str]:
    """For each unit and band the nearest open school that teaches it and is not this one."""
    measure = plan.measure
    open_ = set(plan.assignment["school_id"]) - {school, ""}
    ways = county.travel
    ways = ways[ways["school_id"].isin(open_) & (ways["mode"] != BOARD) & ways[measure].notna()]
    ways = ways.astype({"unit_id": "str", "school_id": "str"})
    ways = ways.sort_values(["unit_id", measure, "school_id"], kind="stable")
    grades = county.school_grades
    taught = grades[grades["stage"] == plan.stage].groupby("school_id")["grade"].apply(set)
    unit = "min" if measure == "minutes" else "m"
    limits = rule_named(plan.rules, "travel-limit")
    table = None if limits is None else limits.parameters.get(measure)
    found = {}
    for band, needed in county.stage(plan.stage).bands.items():
        able = {name for name in open_ if set(needed) <= taught.get(name, set())}
        most = table.get(band, math.inf) if isinstance(table, Mapping) else math.inf
        nearest = ways[ways["school_id"].isin(able)].drop_duplicates("unit_id")
        for row in nearest.to_dict("records"):
            far = " (beyond the limit 超出限度)" if row[measure] > most * (1 + 1e-9) else ""
            text = f"{safe(row['school_id'])}, {number(row[measure])} {unit}{far}"
            found[row["unit_id"], band] = text
    return found
