"""Rules that a planner writes: honoured, bounded, and named by the verifier as unchecked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

import zoning
from tests.builders import grid_county, unit_id
from zoning.errors import NoPlanError
from zoning.formulation.block import Block, Goal, Objective, id_list, number
from zoning.formulation.blocks import BLOCKS, register
from zoning.formulation.emitted import Tag
from zoning.formulation.goals import GOALS, register_goal
from zoning.formulation.model_file import parse_model

LISTED = ["u0000", "u0100", "u0200", "u0001"]


class FewTogether(Block):
    """At most ``most`` of the listed units go to one school, by its own columns and rows."""

    name = "few-together"
    parameters = {"units": (), "school": "", "most": 1}  # noqa: RUF012

    def resolve(self, problem, settings, standards):
        """Check ids and number."""
        return {
            "units": id_list(self.name, "units", settings["units"], set(problem.index.units)),
            "school": id_list(self.name, "school", settings["school"], set(problem.index.schools))[
                0
            ],
            "most": number(self.name, "most", settings["most"]),
        }

    def emit(self, problem, settings, builder, *, soft):
        """A whole column counts the listed units at the school and is at most ``most``."""
        from scipy.sparse import csr_matrix

        column = builder.add_columns(["together"], 0.0, settings["most"], integer=True)[0]
        place = {unit: k for k, unit in enumerate(problem.index.units)}
        wanted = np.isin(problem.cell_unit, [place[u] for u in settings["units"]])
        school = problem.index.schools.index(settings["school"])
        chosen = wanted[problem.pairs.cell] & (problem.pairs.school == school)
        builder.add_rows(
            csr_matrix(chosen.astype(float)[None, :]), {(0, int(column)): -1.0},
            np.zeros(1), np.zeros(1), [Tag(self.name, "count")],
        )  # fmt: skip


class NoNeighboursOf(Block):
    """Units of the first row may not go to one school: a filter of pairs alone."""

    name = "first-row-elsewhere"
    parameters = {"school": ""}  # noqa: RUF012

    def permitted(self, problem, settings):
        """All pairs but those."""
        school = problem.index.schools.index(settings["school"])
        first = np.array([unit.endswith("00") for unit in problem.index.units])
        inside = first[problem.cell_unit[problem.pairs.cell]]
        return ~(inside & (problem.pairs.school == school))


class Squares(Goal):
    """Units at the first school, each counted once more than the one before."""

    name = "first-school"
    unit = "points"

    def emit(self, problem, settings, builder):
        """Points by pair."""
        points = (1.0 + problem.pairs.cell) * (problem.pairs.school == 0)
        return Objective(points, {})


@pytest.fixture(autouse=True)
def _known() -> Iterator[None]:
    register(FewTogether())
    register(NoNeighboursOf())
    register_goal(Squares())
    yield
    for name in (FewTogether.name, NoNeighboursOf.name):
        del BLOCKS[name]
    del GOALS[Squares.name]


def county():
    """Three by two units, s1 in the south-west, s2 in the north-east."""
    return grid_county(3, 2, ((0, 0, 100.0), (2, 1, 100.0)), grades=("1", "2"), pupils=12.0)


def model(rules: str, parameters: str = "", goal: str = "travel = 1.0"):
    return parse_model(
        "own", f"rules = [{rules}]\n{parameters}\n[[goal]]\nminimise = {{ {goal} }}\n"
    )


FEW = f'[parameters.few-together]\nunits = {LISTED!r}\nschool = "s1"\nmost = 1'


def least(most: int) -> float:
    """Least travel over all assignments with at most ``most`` listed units at s1."""
    travel = county().travel
    journey = {(r.unit_id, r.school_id): r.minutes for r in travel.itertuples()}
    units = [unit_id(x, y) for y in range(2) for x in range(3)]
    return min(
        sum(12.0 * journey[pair] for pair in zip(units, choice, strict=True))
        for choice in product(("s1", "s2"), repeat=len(units))
        if sum(u in LISTED and s == "s1" for u, s in zip(units, choice, strict=True)) <= most
    )


def checked(plan) -> None:
    """The verifier has nothing but a warning that it does not know the rule."""
    faults = plan.verify(county())
    assert [fault.severity for fault in faults] == ["warning"] * len(faults)
    assert any("not checked" in str(fault) for fault in faults)


@pytest.mark.parametrize("most", [0, 1, 2])
def test_rule_with_a_column_and_a_row_of_its_own(most: int) -> None:
    own = model('"few-together"', FEW.replace("most = 1", f"most = {most}"))
    plan = zoning.solve(county(), own, stage="primary", work_limit=2, gap=0.0)
    at_s1 = set(plan.cells.loc[plan.cells["school_id"] == "s1", "unit_id"])
    assert len(at_s1 & set(LISTED)) <= most
    assert plan.objective == pytest.approx(least(most))
    assert plan.bound == pytest.approx(least(most))
    assert plan.status == "optimal"
    checked(plan)
    assert [rule.name for rule in plan.rules] == ["few-together", "locks"]


def test_rule_beside_contiguity_and_seats() -> None:
    """The root u0000 is one of the listed: no other may join it."""
    own = model('"seats", "contiguity", "few-together"', FEW)
    plan = zoning.solve(county(), own, stage="primary", work_limit=2, gap=0.0)
    at_s1 = set(plan.cells.loc[plan.cells["school_id"] == "s1", "unit_id"])
    assert at_s1 & set(LISTED) == {"u0000"}
    assert plan.bound == pytest.approx(plan.objective)
    checked(plan)


def test_rule_that_leaves_no_plan() -> None:
    own = model('"contiguity", "few-together"', FEW.replace("most = 1", "most = 0"))
    with pytest.raises(NoPlanError) as caught:
        zoning.solve(county(), own, stage="primary", work_limit=1)
    assert caught.value.proved


def test_rule_with_several_goals_in_order() -> None:
    own = parse_model(
        "own", f'rules = ["few-together"]\n{FEW}\n[[goal]]\nminimise = {{ moved = 1.0 }}\n'
        "[[goal]]\nminimise = { travel = 1.0 }\n",
    )  # fmt: skip
    plan = zoning.solve(county(), own, stage="primary", work_limit=2, gap=0.0)
    at_s1 = set(plan.cells.loc[plan.cells["school_id"] == "s1", "unit_id"])
    assert len(at_s1 & set(LISTED)) <= 1
    assert all(goal.gap <= 1e-9 for goal in plan.goals)


def test_rule_that_filters_pairs() -> None:
    own = model('"first-row-elsewhere"', '[parameters.first-row-elsewhere]\nschool = "s1"')
    plan = zoning.solve(county(), own, stage="primary", work_limit=1, gap=0.0)
    school = dict(zip(plan.cells["unit_id"], plan.cells["school_id"], strict=True))
    assert [school[unit_id(x, 0)] for x in range(3)] == ["s2"] * 3
    assert school["u0001"] == "s1"
    assert plan.status == "optimal"
    checked(plan)


def test_filter_that_leaves_a_root_without_its_school_is_named() -> None:
    own = model(
        '"contiguity", "first-row-elsewhere"', '[parameters.first-row-elsewhere]\nschool = "s1"'
    )
    with pytest.raises(NoPlanError, match="u0000"):
        zoning.solve(county(), own, stage="primary", work_limit=1)


def test_goal_of_a_planner() -> None:
    own = model('"contiguity"', goal="first-school = 1.0")
    plan = zoning.solve(county(), own, stage="primary", work_limit=1, gap=0.0)
    assert (plan.objective, plan.bound, plan.goals[0].unit) == (1.0, 1.0, "points")
    checked(plan)


def test_wrong_ids_are_refused_like_any_others() -> None:
    own = model('"few-together"', FEW.replace("u0100", "u9900"))
    with pytest.raises(zoning.InputError, match=r"few-together\.units"):
        zoning.solve(county(), own, stage="primary", work_limit=1)
