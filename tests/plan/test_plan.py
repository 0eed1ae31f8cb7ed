"""The plan as an object: goals, printing, comparing, editing, importing."""

from __future__ import annotations

import ast
import math
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

import zoning.plan
from tests.plan.made import made, row_county
from zoning.errors import InputError
from zoning.plan import GoalResult, PlanStatus, Rule

COUNTY = row_county(classes=1.0)
TRAVEL = GoalResult("travel", 800, 700, "pupil-minutes", None, {"measure": "minutes"})


@pytest.mark.parametrize(
    ("value", "bound", "gap", "absolute"),
    [
        (100, 90, 0.1, 10),
        (100, 100, 0, 0),
        (0, 0, 0, 0),
        (0, -2, math.inf, 2),
        (5, -math.inf, math.inf, math.inf),
    ],
)
def test_gap(value: float, bound: float, gap: float, absolute: float) -> None:
    goal = GoalResult("travel", value, bound)
    assert goal.gap == pytest.approx(gap)
    assert goal.absolute_gap == absolute


def test_the_main_goal_is_the_first_that_is_not_violations() -> None:
    soft = GoalResult("violations", 3, 2, "pupils", 3.0)
    plan = made(COUNTY, goals=[soft, TRAVEL])
    assert (plan.objective, plan.bound, plan.gap) == (800, 700, 0.125)
    assert made(COUNTY, goals=[soft]).objective == 3
    bare = made(COUNTY)
    assert math.isnan(bare.objective)
    assert (bare.bound, bare.gap) == (-math.inf, math.inf)


def test_a_plan_cannot_be_changed() -> None:
    plan = made(COUNTY)
    with pytest.raises(FrozenInstanceError):
        plan.seed = 3  # type: ignore[misc]


def test_plans_are_compared_by_content() -> None:
    plan = made(COUNTY, goals=[TRAVEL])
    assert plan == made(COUNTY, goals=[TRAVEL])
    assert plan == replace(plan, _county=None)
    assert plan != made(COUNTY, {"u0200": "s2"}, goals=[TRAVEL])
    assert plan != replace(plan, notes=("x",))
    assert plan != 3


def test_a_rule_keeps_its_own_parameters() -> None:
    parameters = {"except": ["a"]}
    rule = Rule("township", parameters)
    parameters["except"].append("b")
    assert rule.parameters == {"except": ("a",)}


def test_printed_on_one_screen() -> None:
    goals = [GoalResult("violations", 0, 0, "pupils"), TRAVEL]
    text = str(made(COUNTY, {"u0200": "s2"}, goals=goals, notes=["seats unknown for 1 school"]))
    lines = text.splitlines()
    assert len(lines) < 25
    for words in (
        "Grid 5 x 1: primary 2024, all grades, model by-hand",
        "feasible",
        "800.00 pupil-minutes, bound 700.00, gap 12.50 %",
        "mean 13.3 min, longest 33.3 min; mean 0.8 km, longest 2.0 km",
        "seats used 60 % to 90 %",
        "12 pupils, 20.0 %",
        "seats unknown for 1 school",
        "模拟数据,非真实学校 / modelled data, not real schools",
    ):
        assert words in text


def test_printed_without_anything_known() -> None:
    county = row_county(schools=[(0, 0, math.nan), (4, 0, math.nan)], pupils=None, notice="")
    text = str(made(county, goals=[GoalResult("moved", 0, -1, "pupils")]))
    assert "gap 1.00 pupils" in text
    assert "unknown" in text
    assert "notice" not in text
    assert "nan" not in text


def test_comparison() -> None:
    before, after = made(COUNTY), made(COUNTY, {"u0200": "s2", "u0300": ""})
    found = before.compare(after)
    assert found.moves.to_dict("records") == [
        {"unit_id": "u0200", "name": "Unit 2,0", "band": "primary", "from_school": "s1",
         "to_school": "s2", "pupils": 12.0},
        {"unit_id": "u0300", "name": "Unit 3,0", "band": "primary", "from_school": "s2",
         "to_school": "", "pupils": 12.0},
    ]  # fmt: skip
    assert found.pupils == 24
    assert found.indicators.loc["moved"].to_list() == [0, 12, 12]
    assert "u0200 Unit 2,0, primary: s1 -> s2, 12.0 pupils" in str(found)
    assert before.compare(before).moves.empty


def test_comparison_without_a_county_has_no_names() -> None:
    before = replace(made(COUNTY), _county=None)
    after = replace(made(COUNTY, {"u0200": "s2"}), _county=None)
    assert list(before.compare(after).moves["name"]) == [""]
    assert list(before.compare(after, COUNTY).moves["name"]) == ["Unit 2,0"]


def test_plans_of_different_questions_are_not_compared() -> None:
    with pytest.raises(InputError, match="the same place"):
        made(COUNTY).compare(made(COUNTY, place="entrants"))


def test_a_plan_changed_by_hand() -> None:
    goals = [
        TRAVEL,
        GoalResult("moved", 0, 0, "pupils", 0.0),
        GoalResult("unheard-of", 1, 1),
    ]
    plan = made(COUNTY, goals=goals, rules=[Rule("contiguity")], status=PlanStatus.OPTIMAL)
    edited = plan.with_changes({"u0200": "s2"})
    assert edited.status is PlanStatus.EDITED
    assert [goal.value for goal in edited.goals][:2] == [pytest.approx(800), 12]
    assert math.isnan(edited.goals[2].value)
    assert all(goal.bound == -math.inf and goal.level is None for goal in edited.goals)
    assert [fault.severity for fault in edited.verify()] == ["warning"]
    back = edited.with_changes({("u0200", "primary"): "s1"})
    assert back.assignment.equals(plan.assignment)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nowhere": "s1"}, "unit nowhere"),
        ({("u0000", "upper"): "s1"}, "band upper"),
        ({"u0000": "s9"}, "school_id s9"),
    ],
)
def test_wrong_changes_are_refused(changes: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        made(COUNTY).with_changes(changes)  # type: ignore[arg-type]


def test_importing_is_quick() -> None:
    """Nothing heavy is loaded before it is needed."""
    heavy = ("geopandas", "matplotlib", "networkx", "pyogrio", "shapely", "highspy")
    code = f"import sys, zoning.plan; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert done.stdout.strip() == "[]"


def test_a_solve_loads_what_it_needs() -> None:
    """Libraries for maps, other solvers, workbooks, roads and screens stay where they are."""
    others = ("matplotlib", "networkx", "openpyxl", "osmnx", "pulp", "pyogrio", "rich", "typer")
    code = (
        "import sys, zoning; county = zoning.read_county(zoning.data_path('tiny-town'));"
        "zoning.solve(county, 'annual-zoning', stage='primary', work_limit=1);"
        f"print([m for m in {others} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert done.stdout.strip() == "[]"


def test_the_verifier_shares_no_code() -> None:
    """It looks at the plan and the county alone: not at what makes plans or fills their tables."""
    allowed = {
        "zoning.errors",
        "zoning.county",
        "zoning.plan.plan",
        "zoning.plan.rolling",
        "zoning.plan.goals",
        "zoning.plan.status",
    }
    folder = Path(zoning.plan.__file__).parent / "verify"
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            for name in names:
                if name.startswith("zoning") and not name.startswith("zoning.plan.verify"):
                    assert name in allowed, f"{file.name} imports {name}"
