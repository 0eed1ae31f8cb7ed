"""Keeping plans in files."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.plan.made import made, row_county
from zoning.errors import InputError
from zoning.plan import GoalResult, Plan, Rule

COUNTY = row_county(pupils=1 / 3, classes=1.0)
PLAN = made(
    COUNTY,
    {"u0200": "s2", "u0100": ""},
    rules=[
        Rule("travel-limit", {"minutes": {"primary": 40}, "metres": None, "share": 0.95}),
        Rule("contiguity", {"islands": ["u0100"]}, soft=True),
        Rule("odd", {"limit": math.inf, "list": [1, [2.5]], "flag": True}),
    ],
    goals=[
        GoalResult("violations", 0, 0, "pupils", 0.0),
        GoalResult("travel", 0.1 + 0.2, -math.inf, "pupil-minutes", None, {"measure": "minutes"}),
    ],
    notes=["片区 note", "a, b"],
    standards="us",
)


def test_a_plan_reads_back_equal(tmp_path: Path) -> None:
    PLAN.save(tmp_path / "plan")
    read = Plan.load(tmp_path / "plan")
    assert read == PLAN
    for table in ("assignment", "schools", "moved"):
        pd.testing.assert_frame_equal(getattr(read, table), getattr(PLAN, table))
    assert [type(rule.parameters.get("list")) for rule in read.rules][-1] is tuple
    assert read.verify(COUNTY) == PLAN.verify()


def test_a_plan_read_with_its_county_keeps_it(tmp_path: Path) -> None:
    PLAN.save(tmp_path)
    assert Plan.load(tmp_path, COUNTY).source() is COUNTY
    with pytest.raises(InputError, match="the county that the plan was made for"):
        Plan.load(tmp_path, row_county())


def test_odd_ids_and_names_survive(tmp_path: Path) -> None:
    names = {"u0000": "=1+1", "u0100": "007", "u0200": 'a "b", c', "u0300": "NA", "u0400": "-1"}
    units = COUNTY.units.assign(unit_id=list(names.values()), name=list(names.values()))
    county = COUNTY.replace(
        units=units,
        pupils=COUNTY.pupils.replace({"unit_id": names}),
        travel=COUNTY.travel.astype({"unit_id": "str"}).replace({"unit_id": names}),
        assignments=COUNTY.assignments.replace({"unit_id": names}),
        schools=COUNTY.schools.assign(root_unit=["=1+1", "-1"]),
        adjacency=None,
    )
    plan = made(county, {"007": "s2"})
    plan.save(tmp_path)
    assert Plan.load(tmp_path) == plan
    assert list(Plan.load(tmp_path).assignment["unit_id"]) == list(names.values())


def test_the_file_is_plain_json(tmp_path: Path) -> None:
    PLAN.save(tmp_path)
    content = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert content["status"] == "feasible"
    assert (content["objective"], content["bound"]) == (0.1 + 0.2, "-inf")
    wanted = {"status", "objective", "bound", "gap", "goals", "seconds", "seed", "solver"}
    assert wanted | {"model", "county", "notice"} <= set(content)
    assert content["schools"]["seats"] == [40.0, 40.0]


def test_a_plan_is_not_overwritten_unasked(tmp_path: Path) -> None:
    PLAN.save(tmp_path)
    with pytest.raises(InputError, match=r"holds plan\.json"):
        PLAN.save(tmp_path)
    other = replace(PLAN, seed=7)
    other.save(tmp_path, overwrite=True)
    assert Plan.load(tmp_path) == other


def _spoil(folder: Path, how: str) -> None:
    file, table = folder / "plan.json", folder / "assignment.csv"
    content = json.loads(file.read_text(encoding="utf-8"))
    if how == "no plan.json":
        file.unlink()
    elif how == "no assignment":
        table.unlink()
    elif how == "cut off":
        file.write_bytes(file.read_bytes()[:-100])
    elif how == "not text":
        file.write_bytes(b"\xff\xfe\x00")
    elif how == "a list":
        file.write_text("[]", encoding="utf-8")
    elif how == "another format":
        file.write_text(json.dumps(content | {"format": 2}), encoding="utf-8")
    elif how == "an entry less":
        del content["goals"]
        file.write_text(json.dumps(content), encoding="utf-8")
    elif how == "a wrong status":
        file.write_text(json.dumps(content | {"status": "good"}), encoding="utf-8")
    elif how == "a wrong number":
        file.write_text(json.dumps(content | {"seconds": True}), encoding="utf-8")
    elif how == "a wrong text":
        file.write_text(json.dumps(content | {"county": 3}), encoding="utf-8")
    elif how == "a column less":
        table.write_text(table.read_text(encoding="utf-8").replace("mode", "way"), encoding="utf-8")
    elif how == "no number":
        table.write_text(table.read_text(encoding="utf-8").replace("2024", "x"), encoding="utf-8")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("no plan.json", "No such file"),
        ("no assignment", "No such file"),
        ("cut off", "a whole JSON file"),
        ("not text", "a whole JSON file"),
        ("a list", "expected a plan"),
        ("another format", "format 2"),
        ("an entry less", "an entry 'goals'"),
        ("a wrong status", "good"),
        ("a wrong number", "True is not a number"),
        ("a wrong text", "3 is not a text"),
        ("a column less", "way"),
        ("no number", "'x' is no number"),
    ],
)
def test_spoilt_files_are_refused(tmp_path: Path, how: str, words: str) -> None:
    PLAN.save(tmp_path)
    _spoil(tmp_path, how)
    with pytest.raises(InputError, match=words):
        Plan.load(tmp_path)
