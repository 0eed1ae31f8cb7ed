"""Siting: knapsacks, the bound of sites, annealing, zones put together."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest

from tests.search.tiny_cases import Case, Stopping, cases
from zoning.problem.arrays import Floats, Ints
from zoning.search import site_anneal, site_pool, siting, zoned_sites
from zoning.search.clock import Clock
from zoning.search.engine import Engine
from zoning.search.goals import order_of_work
from zoning.search.judge import judge
from zoning.search.knapsack import knapsack
from zoning.search.portfolio import Search
from zoning.search.site_book import SiteBook
from zoning.search.site_bound import base_camp, bound_sites, market_of
from zoning.search.site_pool import SitePool
from zoning.search.siting import SiteSearch
from zoning.search.zoned_sites import ZonedSiteSearch, accepts


def packed(profit: Floats, weight: Floats, places: float) -> float:
    """The best profit, by trying every choice."""
    best = 0.0
    for choice in itertools.product((0, 1), repeat=len(profit)):
        if np.dot(choice, weight) <= places:
            best = max(best, float(np.dot(choice, profit)))
    return best


@functools.cache
def open_cases() -> tuple[Case, ...]:
    """First goals of tiny problems that choose sites and are structured."""
    first = (next(iter(cases(seed, later=False))) for seed in range(0, 300, 3))
    return tuple(
        case for case in first
        if case.target.formulation.opening is not None and case.target.structured
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_knapsack_is_exact_with_nodes_and_a_bound_without(seed: int) -> None:
    rng = np.random.default_rng(seed)
    items = int(rng.integers(0, 9))
    profit, weight = rng.random(items) * 10, rng.integers(0, 9, items).astype(float)
    places = float(rng.integers(0, 25))
    taken = np.zeros(items, dtype=np.int8)
    best = packed(profit, weight, places)
    assert knapsack(profit, weight, places, 10_000, taken) == pytest.approx(best, abs=1e-6)
    assert taken @ weight <= places
    assert taken @ profit == pytest.approx(best, abs=1e-6)
    assert knapsack(profit, weight, places, 1, taken) >= best - 1e-9


def test_bounds_and_reduced_costs_never_exceed_the_optimum() -> None:
    wrong = []
    for number, case in enumerate(open_cases()):
        if (np.diff(case.target.formulation.problem.pairs.pointer) == 0).any():
            continue
        optimum, rounds = case.optimum, (0, 1, 20, 2000)[number % 4]
        for goal in (np.inf, optimum, 1.3 * optimum):
            found = bound_sites(
                market_of(case.target), Clock(60.0), lambda goal=goal: goal, rounds=rounds
            )
            if min(found.bound, goal) > optimum + 1e-6 * max(1.0, abs(optimum)):
                wrong.append(f"{case.label}: bound {found.bound}, optimum {optimum}")
            if len(case.plans) == 0 or goal != np.inf:
                continue
            best = case.plans[case.values.argmin()]
            pairs = case.target.formulation.problem.pair_of(best)
            worst = found.bound + found.reduced(case.target)[pairs].max()
            split = found.split(case.target)
            zones = split.waste[np.arange(len(best)), best]
            above = np.bincount(best, weights=zones, minlength=len(split.base)) + split.base
            opened = case.target.open_in(best)
            if worst > optimum + 1e-6 * max(1.0, abs(optimum)):
                wrong.append(f"{case.label}: a pair of the optimum loses {worst}")
            if found.bound + above[opened].max() > optimum + 1e-6 * max(1.0, abs(optimum)):
                wrong.append(f"{case.label}: a zone of the optimum loses {above[opened]}")
    assert not wrong, "\n".join(wrong)


def test_annealing_finds_plans_and_the_pool_the_best_of_them() -> None:
    found, best, tried = 0, 0, 0
    for case in open_cases():
        target = case.target
        if not site_anneal.accepts(target) or len(case.plans) == 0:
            continue
        tried += 1
        market = market_of(target)
        mean = float(np.abs(base_camp(market)).mean()) or 1.0
        arrays = site_anneal.prepare(target, market.opening, 2, mean)
        bound = bound_sites(market, Clock(60.0), lambda: np.inf)
        pool = SitePool(target, bound)
        store = pool.store(np.inf)
        start = site_anneal.cheapest_open(arrays, bound.chosen)
        for seed in range(3):
            run = site_anneal.run_sites(arrays, start, 100, seed, Clock(60.0), store, end=6.0)
            found += run.best is not None and judge(target, run.best) is not None
        pool.add([store])
        plan = pool.best_plan(None, Engine(), Clock(60.0), 1000)
        if plan is not None:
            value = case.value(plan)
            best += value is not None and value <= case.optimum * (1 + 1e-6)
    assert tried >= 8, tried
    assert found >= tried, (found, tried)
    assert best >= 0.6 * tried, (best, tried)


def pooled(case: Case) -> tuple[SitePool, dict[tuple[int, bytes], float]]:
    """A pool that took every plan, and the cost of each zone (site and cells marked) of them."""
    target, market = case.target, market_of(case.target)
    pool = SitePool(target, bound_sites(market, Clock(60.0), lambda: np.inf))
    costs = {}
    for plan in case.plans:
        pool.add_plan(plan)
        pairs = target.pair_cost[target.formulation.problem.pair_of(plan)]
        for site in np.unique(plan).tolist():
            mine = plan == site
            costs[site, mine.tobytes()] = float(pairs[mine].sum() + market.opening[site])
    return pool, costs


def zones_of(pool: SitePool) -> list[tuple[int, bytes]]:
    marks = pool.zones.cells.toarray().astype(bool)
    return [(s, row.tobytes()) for s, row in zip(pool.zones.site.tolist(), marks, strict=True)]


def test_a_pool_holds_each_zone_once_and_knows_its_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_pool, "PIECE", 2)
    compared = 0
    for case in open_cases():
        if case.target.totals or not 2 <= len(case.plans) <= 200:
            continue
        pool, costs = pooled(case)
        zones = zones_of(pool)
        assert sorted(zones) == sorted(costs), case.label
        np.testing.assert_allclose(pool.zones.cost, [costs[zone] for zone in zones], rtol=1e-9)
        compared += len(zones)
    assert compared >= 50, compared


def test_a_full_pool_keeps_the_zones_that_waste_least(monkeypatch: pytest.MonkeyPatch) -> None:
    sifted = 0
    for case in open_cases():
        if case.target.totals or not 2 <= len(case.plans) <= 200:
            continue
        whole, _ = pooled(case)
        room = int(whole.zones.cells.nnz) - 1
        with monkeypatch.context() as small:
            small.setattr(site_pool, "MOST_KEPT", room)
            whole.add([])
        assert whole.zones.cells.nnz <= room // 2, case.label
        every, _ = pooled(case)
        wastes = dict(zip(zones_of(every), every.zones.reduced.tolist(), strict=True))
        kept = [wastes.pop(zone) for zone in zones_of(whole)]  # an error if a zone is held twice
        assert max(kept, default=-np.inf) <= min(wastes.values()) + 1e-9, case.label
        sifted += 1
    assert sifted >= 5, sifted


def test_no_plan_with_a_set_of_sites_costs_less_than_the_sets_bound() -> None:
    wrong, compared = [], 0
    for case in open_cases():
        if not accepts(case.target):
            continue
        market = market_of(case.target)
        book = SiteBook(case.target, market, 0)
        best: dict[bytes, float] = {}
        for plan, value in zip(case.plans, case.values, strict=True):
            key = case.target.open_in(plan).tobytes()
            best[key] = min(value, best.get(key, np.inf))
        for key, value in best.items():
            compared += 1
            lower = book.assess(np.frombuffer(key, dtype=bool).copy()).lower
            if lower > value + 1e-6 * max(1.0, abs(value)):
                wrong.append(f"{case.label}: bound {lower}, a plan of the set {value}")
    assert compared > 20
    assert not wrong, "\n".join(wrong)


def test_the_book_goes_down_to_the_best_set_around_and_never_leaves_the_limits() -> None:
    for case in itertools.islice((c for c in open_cases() if accepts(c.target)), 8):
        opening = case.target.formulation.opening
        assert opening is not None
        book = SiteBook(case.target, market_of(case.target), 1)
        start = np.ones(case.target.formulation.problem.school_count, dtype=bool)
        found = book.descend(start, Clock(60.0), 500)
        assert found.lower <= book.assess(start).lower
        for known in book.sets.values():
            count = int(known.open_.sum())
            assert opening.least <= count <= opening.most or np.isinf(known.lower)
            assert known.open_[~opening.optional].all()
        book.look_around(Clock(60.0), np.inf, 50)
        chosen = book.choose(np.inf, 5)
        assert [s.promise(0.0) for s in chosen] == sorted(s.promise(0.0) for s in chosen)


def test_without_any_set_to_begin_from_nothing_is_exchanged() -> None:
    tried = 0
    for case in open_cases():
        if not site_anneal.accepts(case.target):
            continue
        market = market_of(case.target)
        arrays = site_anneal.prepare(case.target, market.opening, 2, 1.0)
        search = SiteSearch(case.target, Engine(), Clock(60.0), seed=0, gap=0.0)
        search.sites = bound_sites(market, Clock(60.0), lambda: np.inf, rounds=0)
        assert search.sites.seen == ()
        search._interchange(arrays)
        assert search.best is None
        tried += 1
    assert tried >= 8


@pytest.mark.usefixtures("no_shortcut")
@pytest.mark.parametrize("large", [False, True])
def test_connected_zones_and_their_sites_are_searched_by_sets(
    monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:
        monkeypatch.setattr(zoned_sites, "PROOF_COLUMNS", 0)
        monkeypatch.setattr(zoned_sites, "MOVES", 2_000)
    tried, best = 0, 0
    for case in open_cases():
        if not accepts(case.target) or len(case.plans) == 0:
            continue
        search = ZonedSiteSearch(case.target, Engine(), Clock(np.inf, 1), seed=0, gap=1e-9)
        outcome = search.run([])
        tried += 1
        assert outcome.incumbent is not None, case.label
        assert not case.above(outcome.bound), case.label
        best += outcome.incumbent.value <= case.optimum + 1e-6 * max(1.0, abs(case.optimum))
    assert tried >= 5
    assert best >= 0.9 * tried, (best, tried)


def search_faults(case: Case, clock: Clock) -> list[str]:
    """What is wrong with the outcome of a search of sites."""
    order = order_of_work(case.target)
    outcome = order(case.target, Engine(), clock, seed=1, gap=1e-9).run([])
    faults = []
    if outcome.incumbent is not None:
        value = case.value(outcome.incumbent.assignment)
        if value is None or not np.isclose(value, outcome.incumbent.value, rtol=1e-6, atol=1e-6):
            faults.append(f"value {outcome.incumbent.value}, {value} by trying all")
    if not outcome.infeasible and case.above(outcome.bound):
        faults.append(f"bound {outcome.bound}, optimum {case.optimum}")
    if outcome.infeasible and len(case.plans):
        faults.append("called impossible")
    return faults


def test_between_a_brief_proof_and_a_long_one_the_plan_is_improved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []
    improve, prove = Search._improve, Search._prove

    def brief(self: Search, columns: Ints) -> bool:
        calls.append("prove")
        return prove(self, columns) if "improve" in calls else False

    def improved(self: Search, clock: Clock) -> None:
        calls.append("improve")
        improve(self, clock)

    monkeypatch.setattr(Search, "_prove", brief)
    monkeypatch.setattr(Search, "_improve", improved)
    tried = 0
    for case in open_cases():
        calls.clear()
        search = Search(case.target, Engine(), Clock(60.0), seed=0, gap=1e-9)
        outcome = search.run([])
        if "improve" in calls:
            assert calls == ["prove", "improve", "prove"]
            assert outcome.incumbent is not None
            assert outcome.incumbent.value <= case.optimum + 1e-6 * max(1.0, abs(case.optimum))
            tried += 1
    assert tried > 3


@pytest.fixture
def no_shortcut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small problems are searched as large ones are, with short runs."""
    monkeypatch.setattr(siting, "LEAST_PAIRS", 0)
    monkeypatch.setattr(siting, "MOST_SWEEPS", 50)
    monkeypatch.setattr(siting, "FIRST_MOVES", 500)


@pytest.mark.usefixtures("no_shortcut")
def test_searches_end_with_the_optimum() -> None:
    wrong = []
    for case in open_cases():
        wrong += [f"{case.label}: {text}" for text in search_faults(case, Clock(60.0))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("no_shortcut")
def test_searches_stopped_anywhere() -> None:
    wrong = []
    for number, case in enumerate(open_cases()):
        rng = np.random.default_rng(number)
        clock = Stopping(int(rng.integers(0, 60)), int(rng.integers(0, 20)))
        wrong += [f"{case.label}: {text}" for text in search_faults(case, clock)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("no_shortcut")
@pytest.mark.parametrize("large", [False, True])
def test_work_limits_repeat(monkeypatch: pytest.MonkeyPatch, large: bool) -> None:
    if large:
        monkeypatch.setattr(zoned_sites, "PROOF_COLUMNS", 0)
        monkeypatch.setattr(zoned_sites, "MOVES", 2_000)
    for case in itertools.islice(open_cases(), 0, None, 5):
        plans = []
        for _ in range(2):
            order = order_of_work(case.target)
            search = order(case.target, Engine(), Clock(np.inf, 1), seed=3, gap=0.0)
            found = search.run([]).incumbent
            plans.append(None if found is None else found.assignment.tolist())
        assert plans[0] == plans[1]
