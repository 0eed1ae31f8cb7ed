"""Starts of every kind, stops at every moment, threads in every order: nothing gets worse."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import zoning
from tests.builders import GRADES, grid_county
from tests.search.tiny_cases import Stopping, formulated
from tests.search.tiny_problems import TinyProblem, tiny_problem
from zoning.county import County
from zoning.formulation.model_file import parse_model
from zoning.plan import Plan
from zoning.search import anneal, portfolio
from zoning.search.clock import Progress
from zoning.search.engine import Engine
from zoning.search.goals import solve_goals
from zoning.solvers.highs import GrowingLp

TRAVEL = 'rules = ["seats", "contiguity"]\n[[goal]]\nminimise = { travel = 1.0 }\n'
ORDER = (
    'rules = ["seats", "contiguity"]\nsoft = ["seats"]\n'
    "[[goal]]\nminimise = { moved = 1.0 }\nslack = 0.2\n[[goal]]\nminimise = { travel = 1.0 }\n"
)


def grid(seed: int = 3, **changes: object) -> County:
    """Eight by eight units of random pupils, five schools, seats hardly enough."""
    places = [(1, 1, 180.0), (6, 1, 170.0), (3, 4, 190.0), (1, 6, 175.0), (6, 6, 180.0)]
    return grid_county(8, 8, places, seed=seed, **changes)


def solved(county: County, text: str = TRAVEL, **arguments: object) -> Plan:
    given = {"stage": "primary", "work_limit": 1} | arguments
    return zoning.solve(county, parse_model("mine", text), **given)


def zones(plan: Plan) -> list[str]:
    return plan.cells.sort_values("unit_id")["school_id"].to_list()


# starts ----------------------------------------------------------------------------------------


def with_draft(county: County, school_of: dict[str, str]) -> County:
    """The county with a plan "draft" beside today's."""
    draft = pd.DataFrame(
        [("draft", unit, "primary", "primary", school) for unit, school in school_of.items()],
        columns=["plan", "unit_id", "stage", "band", "school_id"],
    )
    return county.replace(assignments=pd.concat([county.assignments, draft], ignore_index=True))


def drafts(county: County, best: dict[str, str]) -> dict[str, dict[str, str]]:
    """Drafts that are no plans: in pieces, overfull, incomplete, with schools in foreign zones."""
    rng = random.Random(5)
    schools = county.schools["school_id"].to_list()
    turned = dict(zip(schools, schools[1:] + schools[:1], strict=True))
    return {
        "drawn by lot": {unit: rng.choice(schools) for unit in best},
        "all at one school": dict.fromkeys(best, schools[2]),
        "half missing": {unit: s for unit, s in best.items() if rng.random() < 0.5},
        "one unit alone": dict(list(best.items())[:1]),
        "schools in foreign zones": {unit: turned[s] for unit, s in best.items()},
        "a few units strayed": {
            unit: rng.choice(schools) if rng.random() < 0.1 else s for unit, s in best.items()
        },
    }


def test_any_draft_leads_to_a_plan() -> None:
    county = grid()
    first = solved(county)
    best = dict(zip(first.cells["unit_id"], first.cells["school_id"], strict=True))
    for name, draft in drafts(county, best).items():
        plan = solved(with_draft(county, draft), start="draft")
        assert plan.verify(with_draft(county, draft)) == (), name
        assert plan.goals[0].bound <= first.objective * (1 + 1e-6), name


def test_a_good_start_is_kept_whatever_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    county = grid()
    good = solved(county, work_limit=2)
    stopped = solved(county, start=good, progress=raising_after(0))
    assert stopped.objective <= good.objective
    monkeypatch.setattr(portfolio, "SWEEPS_A_UNIT", 1)
    assert solved(county, start=good).objective <= good.objective


def test_a_start_counts_in_every_goal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many plans are best in the first goal: the start that is best in the second must win."""
    text = (
        'rules = ["seats", "contiguity"]\n[[goal]]\nminimise = { journey-of-worst-off = 1.0 }\n'
        "[[goal]]\nminimise = { travel = 1.0 }\n"
    )
    county = grid()
    good = solved(county, text, work_limit=2)
    monkeypatch.setattr(portfolio, "SWEEPS_A_UNIT", 1)
    for reports in (2, 6):
        plan = solved(county, text, start=good, progress=raising_after(reports))
        for new, old in zip(plan.goals, good.goals, strict=True):
            assert new.value <= old.value * (1 + 1e-9)


def test_a_plan_of_another_state_is_a_start() -> None:
    """Of another year with other pupils, of a time with another school, of one with fewer."""
    county = grid()
    later = grid(seed=4)
    gone = set(county.schools["school_id"][:-1])
    fewer = grid_county(8, 8, [(1, 1, 280.0), (6, 1, 270.0), (3, 4, 290.0), (1, 6, 275.0)], seed=3)
    assert set(fewer.schools["school_id"]) == gone
    for old, new in ((later, county), (county, fewer), (fewer, county)):
        start = solved(old)
        plan = solved(new, start=start)
        assert plan.verify(new) == ()
        assert plan.county_hash == new.content_hash


def start_faults(tiny: TinyProblem, start: np.ndarray, looks: int) -> list[str]:
    """What is wrong with the end of a search from one start, stopped at a look at the clock."""
    clock = Stopping(looks, 10**9)
    solution = solve_goals(
        formulated(tiny), Engine(), clock, seed=1, gap=0.0, starts=[start.copy()]
    )
    row = np.flatnonzero((tiny.plans == start).all(axis=1))
    label = f"seed {tiny.seed}, start {start.tolist()}"
    if solution.incumbent is None:
        return [f"{label}: no plan, though the start is one"] if len(row) else []
    found = np.flatnonzero((tiny.plans == solution.incumbent.assignment).all(axis=1))
    if not len(found):
        return [f"{label}: not a plan"]
    if len(row) and tiny.asked.slack == 0.0:
        for new, old in zip(tiny.values[found[0]], tiny.values[row[0]], strict=True):
            if abs(new - old) > 1e-6 * max(1.0, abs(old)):
                return [f"{label}: {new} after {old}"] if new > old else []
    return []


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_tiny_problems_from_any_start(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped at once or at work: a valid start is never followed by a worse plan."""
    monkeypatch.setattr(portfolio, "SWEEPS_A_UNIT", 20)
    wrong = []
    for seed in range(first, first + 20):
        tiny = tiny_problem(seed)
        rng = np.random.default_rng([seed, 5])
        problem = tiny.problem
        starts = [rng.integers(-1, problem.school_count, problem.cells), problem.today]
        starts += [tiny.plans[rng.integers(len(tiny.plans))] for _ in range(2) if len(tiny.plans)]
        for start in starts:
            wrong += start_faults(tiny, start, int(rng.choice((0, rng.integers(60), 10**9))))
    assert not wrong, "\n".join(wrong)


# stops -----------------------------------------------------------------------------------------


def raising_after(count: int, told: list[Progress] | None = None) -> Callable[[Progress], None]:
    """A listener that stops the search at its report number ``count``."""
    heard = [0]

    def listen(progress: Progress) -> None:
        heard[0] += 1
        if told is not None:
            told.append(progress)
        if heard[0] > count:
            raise KeyboardInterrupt

    return listen


@pytest.mark.parametrize("text", [TRAVEL, ORDER])
def test_a_stop_at_any_report_keeps_the_best_plan(text: str) -> None:
    county = grid(grades=GRADES[:2])
    everything: list[Progress] = []
    whole = solved(county, text, progress=everything.append)
    chosen = random.Random(1).sample(range(1, len(everything)), min(5, len(everything) - 1))
    for count in sorted(chosen):
        told: list[Progress] = []
        try:
            plan = solved(county, text, progress=raising_after(count, told))
        except zoning.NoPlanError as error:
            assert all(p.best is None for p in told), "a plan was reported and lost"
            assert not error.proved
            continue
        assert plan.status in ("interrupted", "optimal")
        # begun anew with each goal: the last goal that was told of
        if len(whole.goals) == 1:
            best = min(p.best for p in told if p.best is not None)
            assert plan.objective <= best * (1 + 1e-9)
            assert plan.goals[0].bound <= whole.objective * (1 + 1e-6)
        assert plan.verify(county) == ()


# threads ---------------------------------------------------------------------------------------


def slowed(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Both threads wait for random times before and after what they do."""
    chance = random.Random(seed)

    def wrap(owner: object, name: str) -> None:
        original = getattr(owner, name)

        def late(*arguments: object, **named: object) -> object:
            time.sleep(chance.random() * 0.02)
            found = original(*arguments, **named)
            time.sleep(chance.random() * 0.02)
            return found

        monkeypatch.setattr(owner, name, late)

    wrap(GrowingLp, "solve")
    wrap(anneal, "run_once")
    wrap(portfolio.Search, "_take")


@pytest.mark.parametrize("text", [TRAVEL, ORDER])
def test_the_order_of_threads_changes_nothing(text: str) -> None:
    county = grid(grades=GRADES[:2])
    made = []
    for seed in range(4):
        with pytest.MonkeyPatch.context() as patch:
            if seed:
                slowed(patch, seed)
            plan = solved(county, text, seed=9)
        made.append((zones(plan), [(g.value, g.bound, g.level) for g in plan.goals]))
    assert all(one == made[0] for one in made[1:])
