"""Nested zones: what the verifier finds wrong, the table of who feeds whom, and what clashes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import zoning
from tests.builders import grid_county, unit_id
from tests.plan.made import made, row_county, wrong
from tests.tiny_feeders import with_nurseries
from zoning.county import County
from zoning.errors import InputError, NoPlanError
from zoning.formulation.model_file import parse_model
from zoning.output.csv import table_csv
from zoning.plan import GoalResult, Plan, Rule

UNITS = [unit_id(x, 0) for x in range(5)]
RULE = {"plan": "today", "most_split": 0, "keep_today": False, "nine_year_first": True}


def fed(zones: str = "kkkll", feeds: tuple[tuple[str, str], ...] = ()) -> County:
    """Five units in a row; the nursery of each by a letter, 1 and 2 for those of s1 and s2."""
    names = {"1": "s1", "2": "s2"}
    of_unit = {("today", u): names.get(z, z) for u, z in zip(UNITS, zones, strict=True) if z != "-"}
    return with_nurseries(row_county(), of_unit, feeds)


def plan_of(county: County, changes: dict[Any, str] | None = None, **parameters: Any) -> Plan:
    cells = county.assignments
    cells = cells[cells["stage"] == "primary"]
    return made(
        county, changes, cells=cells, stage="primary", rules=[Rule("feeders", RULE | parameters)]
    )


# s1 has u0000, u0100 and u0200 today, s2 the others


@pytest.mark.parametrize(
    ("zones", "feeds", "parameters", "broken"),
    [
        ("kkkll", (), {}, False),
        ("kkklk", (), {}, True),
        ("kkklk", (), {"most_split": 1}, False),
        ("kkkl-", (), {}, False),
        ("kkkll", (("k", "s2"),), {}, False),
        ("kkkll", (("k", "s2"),), {"keep_today": True}, True),
        ("kkkll", (("k", "s2"), ("k", "s1")), {"keep_today": True}, False),
        ("111ll", (), {}, False),
        ("222ll", (), {}, True),
        ("222ll", (), {"nine_year_first": False}, False),
        ("222ll", (("2", "s1"),), {"keep_today": True, "nine_year_first": False}, False),
    ],
)
def test_the_rule(
    zones: str, feeds: tuple[tuple[str, str], ...], parameters: dict[str, Any], broken: bool
) -> None:
    feeds = tuple(({"2": "s2"}.get(f, f), to) for f, to in feeds)
    county = fed(zones, feeds)
    assert wrong(plan_of(county, **parameters), county) == ({"feeders"} if broken else set())


def test_splits_are_counted() -> None:
    county = fed("kkklk")
    plan = plan_of(county, most_split=1)
    for value, found in ((1.0, set()), (0.0, {"goals"})):
        goals = (GoalResult("split-feeders", value, 0.0, "splits"),)
        assert wrong(replace(plan, goals=goals), county) == found


FED = fed("kkklk", (("k", "s1"), ("l", "s1")))
PLAN = plan_of(FED, most_split=1)


def test_the_table_says_what_changes() -> None:
    assert PLAN.feeders.drop(columns=["name", "band"]).to_dict("list") == {
        "school_id": ["k", "k", "l", "l"], "feeds": ["s1", "s2", "s1", "s2"],
        "change": ["as-today", "new", "ends", "new"], "units": [3, 1, 0, 1],
        "pupils": [36.0, 12.0, 0.0, 12.0],
    }  # fmt: skip
    assert plan_of(fed()).feeders["change"].tolist() == ["unstated", "unstated"]
    assert plan_of(fed("111ll")).feeders["change"].tolist() == ["as-today", "unstated"]
    assert "2 schools feed 2, 1 of them several; 2 pairs are new" in str(PLAN)


@pytest.mark.parametrize(
    ("column", "value"),
    [("school_id", "l"), ("band", "upper"), ("feeds", "s2"), ("change", "new"), ("units", 2),
     ("pupils", 35.0)],
)  # fmt: skip
def test_a_changed_table(column: str, value: Any) -> None:
    table = PLAN.feeders.copy()
    table.loc[0, column] = value
    assert wrong(replace(PLAN, feeders=table), FED) == {"feeders"}
    assert wrong(replace(PLAN, feeders=PLAN.feeders.iloc[1:]), FED) == {"feeders"}


def test_the_table_is_kept(tmp_path: Path) -> None:
    PLAN.save(tmp_path / "plan")
    again = Plan.load(tmp_path / "plan", FED)
    assert again == PLAN and again.verify() == ()
    assert table_csv(PLAN, "feeders").splitlines()[1] == "k,k,primary,s1,as-today,3,36.0"


# asking for nested zones


def ask(county: County, parameters: str, rules: str = '"feeders"', goal: str = "travel") -> Plan:
    model = parse_model(
        "nested", f"rules = [{rules}]\n[parameters.feeders]\n{parameters}\n[[goal]]\n"
        f"minimise = {{ {goal} = 1.0 }}",
    )  # fmt: skip
    return zoning.solve(county, model, stage="primary", gap=0.0, work_limit=2)


def test_schools_in_one_zone_need_a_split() -> None:
    county = with_nurseries(
        grid_county(4, 1, [(0, 0, 90.0), (2, 0, 90.0)]),
        {("today", unit_id(x, 0)): "k" for x in range(4)},
    )
    both = '"feeders", "contiguity"'
    with pytest.raises(NoPlanError) as caught:
        ask(county, "most_split = 0", both)
    (fault,) = caught.value.faults
    assert (fault.table, fault.where) == ("feeders", "school k")
    assert "at most 1 schools" in fault.expected and "2 whose zones" in fault.found
    assert "s1, s2" in fault.found
    plan = ask(county, "most_split = 1", both)
    assert plan.feeders["units"].tolist() == [2, 2]
    assert ask(county, "most_split = 0").feeders["units"].tolist() == [4]


def test_a_clash_names_the_rule_although_a_goal_counts_its_splits() -> None:
    county = with_nurseries(
        grid_county(4, 1, [(0, 0, 30.0), (3, 0, 30.0)]),
        {("today", unit_id(x, 0)): "k" for x in range(4)},
    )
    with pytest.raises(NoPlanError, match="without feeders, or without seats"):
        ask(county, "most_split = 0", '"feeders", "seats"', "split-feeders")
    assert ask(county, "most_split = 1", '"feeders", "seats"', "split-feeders").objective == 1


def test_zones_of_another_plan_of_the_county() -> None:
    zones = {("today", u): "k" for u in UNITS} | {
        ("redrawn", u): z for u, z in zip(UNITS, "kkllk", strict=True)
    }
    county = with_nurseries(row_county(), zones)
    assert ask(county, 'plan = "today"').feeders["units"].tolist() == [5]
    redrawn = ask(county, 'plan = "redrawn"')
    assert set(zip(redrawn.feeders["school_id"], redrawn.feeders["units"], strict=True)) == {
        ("k", 3), ("l", 2)
    }  # fmt: skip


def test_the_stage_before_is_needed() -> None:
    with pytest.raises(InputError, match="a stage that follows another one"):
        ask(row_county(), "most_split = 0")
    empty = with_nurseries(row_county(), {}, [("k", "s1")])
    with pytest.raises(InputError, match="there is none"):
        ask(empty, "most_split = 0")
    model = parse_model("x", "rules = []\n[[goal]]\nminimise = { split-feeders = 1.0 }")
    with pytest.raises(InputError, match="the rule feeders"):
        zoning.solve(fed(), model, stage="primary")
