"""Bounds, cuts and neighbourhoods where a school is open in one band and not in another."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from tests.brute_places import BrutePlaces
from tests.tiny_upper import tiny_upper, tiny_upper_years
from zoning.formulation.matrix import build_matrix
from zoning.formulation.model_file import parse_model
from zoning.question import ask
from zoning.search.clock import Clock
from zoning.search.cuts import Cuts
from zoning.search.engine import Engine
from zoning.search.judge import judge
from zoning.search.neighbourhood import improve
from zoning.search.relaxation import Relaxation
from zoning.search.rounding import given_bands, site_sets
from zoning.search.target import Incumbent, Target

SEEDS = (5, 11, 14, 22, 23, 26, 37, 39)
"""Counties with plans, some of which leave a school open in one band and not in another."""
NONE = np.zeros(0, dtype=np.int64)


@dataclass
class Case:
    """The first goal of a tiny county, and every plan of it by brute force, judged."""

    target: Target
    plans: list[Incumbent]
    best: float


def case_of(seed: int) -> Case | None:
    """A county in which some plan moves upper grades, or None."""
    tiny = tiny_upper(seed)
    question = ask(tiny.county, parse_model("tiny", tiny.model), "primary", None, None, None)
    formulation = question.formulation
    problem = formulation.problem
    if question.impossible or formulation.opening is None:
        return None
    matrix, goal = build_matrix(formulation), formulation.goals[0]
    target = Target(formulation, matrix, matrix.cost(goal.objective), formulation.totals, False)
    brute = BrutePlaces(tiny.county, tiny.model)
    place = {(u, b): k * len(problem.index.units) + i for k, b in enumerate(problem.index.bands)
             for i, u in enumerate(problem.index.units)}  # fmt: skip
    school = problem.index.place
    chosen = {
        tuple(sorted((place[cell], school[its]) for cell, its in choice if cell in place))
        for choice, _ in brute.plans()
    }
    made = [judge(target, np.array([s for _, s in plan], dtype=np.int64)) for plan in chosen]
    plans = [plan for plan in made if plan is not None]
    assert len(plans) == len(made), f"seed {seed}: a plan that the search does not accept"
    if not plans:
        return None
    return Case(target, plans, min(plan.value for plan in plans))


@functools.cache
def cases() -> list[tuple[int, Case]]:
    """The counties of all seeds that have plans."""
    return [(seed, case) for seed in SEEDS if (case := case_of(seed)) is not None]


def lacking(case: Case) -> np.ndarray:
    """Bands that some plan leaves a movable school without, and another does not."""
    opening = case.target.formulation.opening
    assert opening is not None
    columns = opening.serving[opening.movable]
    open_ = np.array([plan.extras[columns] for plan in case.plans])
    return (open_.min(axis=0) < 0.5) & (open_.max(axis=0) > 0.5)


def test_all_have_plans_with_a_school_open_in_one_band_alone() -> None:
    assert [seed for seed, case in cases() if lacking(case).any()] == list(SEEDS)


def test_cuts_take_no_plan_away() -> None:
    for seed, case in cases():
        target, rng = case.target, np.random.default_rng(seed)
        pairs = target.formulation.problem.pairs
        cuts = Cuts(target.formulation, target.graph)
        cuts.link(np.arange(len(pairs)))
        for _ in range(6 if target.graph.binding else 0):
            cuts.neighbour_rows(rng.random(len(pairs)) < 0.5)
            order = np.lexsort((rng.random(len(pairs)), pairs.cell))
            cuts.separate(pairs.school[order[pairs.pointer[:-1]]])
            share = rng.random(len(pairs))
            share /= np.add.reduceat(share, pairs.pointer[:-1])[pairs.cell]
            cuts.separate_fractional(np.arange(len(pairs)), share, least=0.0)
        rows = cuts.matrix(target.matrix.columns)
        for plan in case.plans:
            assert (rows @ plan.at(np.arange(target.matrix.columns)) <= 1e-9).all(), seed


def test_an_interrupted_relaxation_is_a_bound() -> None:
    for seed, case in cases():
        for rounds in (1, 2, 50):
            relaxation = Relaxation(case.target, NONE)
            relaxation.run(Clock(30.0, None), rounds=rounds)
            assert relaxation.bound <= case.best + 1e-6 * max(1.0, abs(case.best)), seed
            assert not relaxation.infeasible, seed


def test_a_neighbourhood_goes_from_plan_to_plan() -> None:
    for seed, case in cases():
        worst = max(case.plans, key=lambda plan: plan.value)
        found = improve(case.target, worst, None, Engine("highs", 0), Clock(20.0, 1), tries=4,
                        seed=seed)  # fmt: skip
        known = {plan.assignment.tobytes() for plan in case.plans}
        assert found.value <= worst.value, seed
        assert found.assignment.tobytes() in known, seed


def test_settled_grades_leave_the_plans_that_settle_them_so() -> None:
    for _, case in cases():
        target, opening = case.target, case.target.formulation.opening
        assert opening is not None
        for plan in case.plans[:10]:
            given = np.zeros_like(opening.movable)
            given[opening.movable] = plan.extras[opening.serving[opening.movable]] < 0.5
            again = judge(target.at_sites(target.open_in(plan.assignment), given), plan.assignment)
            assert again is not None
            assert again.value == pytest.approx(plan.value)
        columns = np.random.default_rng(0).random(target.matrix.columns)
        choices = given_bands(target, columns)
        assert len(choices) > len(given_bands(target, None)) == 1
        for open_, away in itertools.product(site_sets(target, columns), choices):
            assert not (away & ~opening.movable).any()
            assert target.at_sites(open_, away).formulation.opening is None


def test_choices_over_years_keep_what_is_for_good() -> None:
    case = tiny_upper_years(1, lambda _: True)
    question = ask(case.county, parse_model("tiny", case.model), "primary", case.first, None, None)
    formulation = question.formulation
    matrix, goal = build_matrix(formulation), formulation.goals[0]
    target = Target(formulation, matrix, matrix.cost(goal.objective), formulation.totals, False)
    site = formulation.problem.schools.candidate.reshape(2, -1)[0]
    rng = np.random.default_rng(0)
    for _ in range(20):
        for open_ in site_sets(target, rng.random(matrix.columns)):
            before, after = open_.reshape(2, -1)
            assert not (after & ~before & ~site).any()
            assert not (before & ~after & site).any()
