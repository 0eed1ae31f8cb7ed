"""Counties by straight line: the same plans as with the table, and bounds over all pairs."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import zoning
from tests.brute_force import BruteForce
from tests.builders import grid_county
from zoning import question
from zoning.county import County, StraightLine
from zoning.errors import InputError, NoPlanError
from zoning.formulation.matrix import build_matrix
from zoning.formulation.model_file import parse_model
from zoning.problem import straight_line
from zoning.question import ask
from zoning.search.clock import Clock
from zoning.search.price_bound import PriceBound
from zoning.search.target import Target
from zoning.search.transport import seat_prices

TEXT = 'rules = ["seats", "contiguity"]\n[[goal]]\nminimise = { travel = 1.0 }\n'
MODEL = parse_model("lines", TEXT)


def drawn(seed: int, *, tight: float = 1.25, **changes: Any) -> tuple[County, County]:
    """Return a county by straight line, and the same with its travel table."""
    rng = np.random.default_rng(seed)
    places = rng.choice(9, 3, replace=False)
    seats = float(round(9 * 12.0 * tight / 3))
    schools = [(int(p % 3), int(p // 3), seats) for p in places]
    table = grid_county(3, 3, schools, seed=seed, grades=("1", "2"), today=False, **changes)
    return table.replace(travel=None, straight_line=StraightLine(1.0, 60.0)), table


@cache
def optimum(county: County) -> float:
    """The best value by trying every assignment; infinite if there is none."""
    return min((values[0] for _, values in BruteForce(county, TEXT).plans()), default=np.inf)


@pytest.fixture
def few_listed(monkeypatch: pytest.MonkeyPatch):
    """List only the pairs with the nearest schools, however small the county is."""

    def list_(nearest: int) -> None:
        monkeypatch.setattr(straight_line, "FEW_PAIRS", 0)
        monkeypatch.setattr(question, "NEAREST", nearest)

    return list_


@pytest.mark.parametrize("seed", range(4))
def test_the_rule_gives_the_plan_of_the_table(seed: int) -> None:
    by_line, by_table = drawn(seed)
    best = optimum(by_table)
    if best == np.inf:
        return
    plan = zoning.solve(by_line, MODEL, stage="primary", work_limit=1)
    assert plan.goals[0].value == pytest.approx(best)
    assert plan.verify(by_line) == ()
    assert "journeys: straight line x 1, 60 metres a minute (no travel table)" in plan.notes
    assert set(plan.assignment["mode"]) == {"straight-line"}


@pytest.mark.parametrize("nearest", [1, 2])
@pytest.mark.parametrize("seed", range(6))
def test_no_bound_above_the_optimum_though_pairs_are_left_out(
    seed: int, nearest: int, few_listed: Any
) -> None:
    by_line, by_table = drawn(seed, tight=[1.1, 1.25, 2.0][seed % 3])
    best = optimum(by_table)
    few_listed(nearest)
    try:
        plan = zoning.solve(by_line, MODEL, stage="primary", work_limit=1)
    except NoPlanError as error:
        assert best == np.inf or not error.proved
        return
    assert plan.goals[0].bound <= best + 1e-6 * best
    assert plan.goals[0].value >= best - 1e-6 * best
    assert plan.verify(by_line) == ()


@pytest.mark.parametrize("nearest", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_any_prices_give_a_valid_bound(seed: int, nearest: int, few_listed: Any) -> None:
    by_line, by_table = drawn(seed, tight=1.4)
    best = optimum(by_table)
    few_listed(nearest)
    made = ask(by_line, MODEL, "primary", None, None, None, nearest).formulation
    assert made.problem.pairs.unlisted is not None
    matrix, objective = build_matrix(made), made.goals[0].objective
    target = Target(made, matrix, matrix.cost(objective), made.totals, True, objective.journeys)
    rng = np.random.default_rng(seed)
    for share in (0.0, 0.5, 2.0):
        bound = PriceBound(target, share * 30.0 * rng.random(3) - 5.0)
        bound.run(Clock(60.0), best if np.isfinite(best) else None)
        assert bound.bound <= best + 1e-6 * max(1.0, abs(best))
        assert bound.reduced is not None
        listed = bound.reduced[: len(made.problem.pairs)]
        assert (listed >= -1e-6).all()


@pytest.mark.parametrize("seed", range(4))
def test_steps_reach_the_bound_of_all_pairs(seed: int, few_listed: Any) -> None:
    """Begun from nothing, the prices come near those of the transport over all pairs."""
    by_line, _ = drawn(seed, tight=1.2)
    full = target_of(by_line, None)
    best = seat_prices(full)
    assert best is not None
    few_listed(2)
    some = target_of(by_line, 2)
    wanted = PriceBound(some, best.price)
    wanted.run(Clock(60.0), None)
    found = PriceBound(some, np.zeros(3))
    found.run(Clock(60.0), wanted.bound * 1.02)
    begun = PriceBound(some, np.zeros(3))._priced(np.zeros(3)).bound
    assert found.bound <= wanted.bound * (1 + 1e-6)
    assert found.bound >= begun


def target_of(county: County, nearest: int | None) -> Target:
    made = ask(county, MODEL, "primary", None, None, None, nearest).formulation
    matrix, objective = build_matrix(made), made.goals[0].objective
    return Target(made, matrix, matrix.cost(objective), made.totals, True, objective.journeys)


def test_more_pairs_are_listed_where_the_nearest_give_no_plan(few_listed: Any) -> None:
    """Everybody lives by one small school; the large one is beyond the nearest."""
    county = grid_county(
        6, 1, [(0, 0, 12.0), (5, 0, 500.0)], pupils={(x, 0): 12.0 for x in range(3)}, today=False,
        travel=None, straight_line=StraightLine(1.0, 60.0),
    )  # fmt: skip
    few_listed(1)
    plan = zoning.solve(county, MODEL, stage="primary", work_limit=1)
    assert plan.verify(county) == ()
    assert zoning.check(county, MODEL, stage="primary") == county.warnings


def test_goals_that_do_not_follow_from_journeys_list_all_pairs(few_listed: Any) -> None:
    few_listed(1)
    by_line, _ = drawn(0)
    balance = parse_model("b", TEXT.replace("travel = 1.0", "balance = 1.0"))
    asked = ask(by_line, balance, "primary", None, None, None, 1)
    assert asked.problem.pairs.unlisted is None


def test_minutes_without_a_speed_are_refused() -> None:
    by_line, _ = drawn(0)
    county = by_line.replace(straight_line=StraightLine())
    with pytest.raises(InputError, match="a speed, for minutes"):
        zoning.solve(county, MODEL, stage="primary", work_limit=1)


def test_locked_and_present_schools_are_listed_however_far(few_listed: Any) -> None:
    import pandas as pd

    few_listed(1)
    locks = pd.DataFrame({"unit_id": ["u0100"], "lock": ["must"], "school_id": ["s2"]})
    county = grid_county(
        6, 1, [(0, 0, 200.0), (5, 0, 200.0)], travel=None, locks=locks, today=False,
        straight_line=StraightLine(1.0, 60.0),
    )  # fmt: skip
    loose = parse_model("loose", TEXT.replace(', "contiguity"', ""))
    plan = zoning.solve(county, loose, stage="primary", work_limit=1)
    given = plan.assignment.set_index("unit_id")["school_id"]
    assert given["u0100"] == "s2"
    assert plan.verify(county) == ()
