"""Choosing sites against trying every assignment: same value, valid bound, proven impossibility."""

from __future__ import annotations

from dataclasses import replace

import pytest

import zoning
from tests.builders import grid_county
from tests.comparing import compare
from tests.test_brute_force import attacked
from tests.tiny_sites import tiny_siting
from zoning.errors import NoPlanError
from zoning.formulation.model_file import parse_model

COUNTIES = 160
BATCH = 10


@pytest.mark.parametrize("first", range(0, COUNTIES, BATCH))
def test_solver_finds_the_best_sites_and_zones(first: int) -> None:
    wrong = [compare(tiny_siting(seed)) for seed in range(first, first + BATCH)]
    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.parametrize("first", range(1000, 1040, 10))
def test_bound_holds_when_time_runs_out(first: int) -> None:
    wrong = [attacked(tiny_siting(s, fractional=True)) for s in range(first, first + 10)]
    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.parametrize("round_", range(5))
def test_of_schools_in_one_unit_the_better_is_open(round_: int) -> None:
    wrong = []
    for seed in (16 * round_ + 10, 16 * round_ + 11):  # both about contiguity
        case = tiny_siting(seed)
        schools = case.county.schools
        roots = [schools["root_unit"].iloc[0]] * 2 + schools["root_unit"].tolist()[2:]
        county = case.county.replace(schools=schools.assign(root_unit=roots))
        wrong.append(compare(replace(case, county=county)))
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_a_school_is_replaced_in_its_own_unit_but_two_that_stay_are_refused() -> None:
    county = grid_county(3, 1, [(0, 0, 99.0), (2, 0, 99.0)])
    schools = county.schools.assign(root_unit=county.schools["root_unit"].iloc[0])
    county = county.replace(schools=schools)
    text = 'rules = ["opening", "contiguity"]\n[parameters.opening]\nexisting = "{}"\n'
    goal = "[[goal]]\nminimise = { travel = 1.0 }\n"
    plan = zoning.solve(
        county, parse_model("one", text.format("may-close") + goal), stage="primary"
    )
    assert plan.status == "optimal" and sorted(plan.schools["state"]) == ["closed", "open"]
    with pytest.raises(NoPlanError, match=r"s1 and s2, column root_unit.*each school that stays"):
        zoning.solve(county, parse_model("two", text.format("stay") + goal), stage="primary")
