"""Goals in order: each is minimised, then held at its level while the next is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zoning.formulation.formulate import Formulation, OrderedGoal
from zoning.formulation.matrix import build_matrix
from zoning.problem.arrays import Ints
from zoning.search.clock import Clock
from zoning.search.decisions import with_decisions
from zoning.search.engine import Engine
from zoning.search.judge import complete, judge
from zoning.search.portfolio import Outcome, Search
from zoning.search.siting import SiteSearch
from zoning.search.target import Incumbent, Target
from zoning.search.transport import Transport
from zoning.search.whole import contracted, parts_of
from zoning.search.zoned_sites import ZonedSiteSearch

# less than this is a solver's rounding of 0: no goal counts in such small parts
ZERO = 1e-7
# share of the time for a start over groups of cells, and the gap that is good enough for it
GROUPS_SHARE, GROUPS_GAP = 0.2, 0.01
# share of the time for the plan nearest to a start that is none, and the gap that is near enough
NEAREST_SHARE, NEAREST_GAP = 0.15, 0.5


@dataclass(frozen=True)
class Reached:
    """One goal's value in the final plan and bound, and the level it was held at, if it was.

    ``best`` is the value reached when it was this goal's turn: with a slack, later goals may
    give some of it back.
    """

    goal: OrderedGoal
    best: float
    value: float
    bound: float
    level: float | None


@dataclass(frozen=True)
class Solution:
    """What a search over all goals found; ``infeasible`` is True only if it is proved."""

    incumbent: Incumbent | None
    reached: tuple[Reached, ...]
    infeasible: bool
    transport: Transport | None


def solve_goals(
    formulation: Formulation,
    engine: Engine,
    clock: Clock,
    *,
    seed: int,
    gap: float,
    starts: list[Ints],
    trusted: bool = False,
) -> Solution:
    """Minimise the goals in their order.

    Starts that are ``trusted`` were plans once: if the first is none any more, and sites are
    chosen, the search begins with the plan nearest to it. Near today's zones or a draft lies no
    good plan, from which it hardly gets away.

    The time left is shared evenly among the goals still to come; what a goal does not use goes
    to the next, and if the first finds no plan it takes what is left. A later goal's bound is
    conditional on the levels before it.
    """
    matrix = build_matrix(formulation)
    goals = formulation.goals
    target = Target(
        formulation, matrix, matrix.cost(goals[0].objective), formulation.totals,
        formulation.structured and not goals[0].objective.extras,
    )  # fmt: skip
    if formulation.together is not None:
        whole = _whole_groups(formulation, engine, clock, seed)
        starts = starts if whole is None else [whole, *starts]
    if trusted and formulation.opening is not None and starts:
        starts = [*starts, *_nearest(target, engine, clock, seed, starts[0])]
    best: Incumbent | None = None
    reached: list[Reached] = []
    transport: Transport | None = None
    for k, goal in enumerate(goals):
        cost = matrix.cost(goal.objective)
        target = target.aiming_at(cost, goal.objective.journeys)
        part = clock.share(1.0 / (len(goals) - k))
        # a start may be as good as the best so far, and better in the goals still to come
        known = starts if best is None else [best.assignment, *starts]
        search = order_of_work(target)(target, engine, part, seed=seed, gap=gap)
        if best is not None:
            search.best = judge(target, best.assignment, best.extras)
        outcome: Outcome = search.run(known)
        none = best is None and outcome.incumbent is None and not outcome.infeasible
        if none and clock.work is None and not clock.over:
            # no plan in the first goal's share: one is worth the time of the later goals
            search = order_of_work(target)(target, engine, clock, seed=seed, gap=gap)
            outcome = search.run(known)
        transport = transport or outcome.transport
        if outcome.incumbent is None:
            if best is None:
                return Solution(None, (), outcome.infeasible, transport)
            value = target.matrix.value(cost, best.chosen, best.extras)
            reached.append(Reached(goal, value, value, min(outcome.bound, value), None))
            continue
        best = outcome.incumbent
        value = best.value
        bound = min(target.grid.up(outcome.bound), value)
        level = None
        if k < len(goals) - 1:
            level = value + goal.slack * abs(value)
            target = target.holding(cost, level, goal.name)
        reached.append(Reached(goal, value, value, bound, level))
    assert best is not None
    target, best = with_decisions(target, goals, best)
    free = target.without_held()
    final = tuple(_final(r, free.aiming_at(matrix.cost(r.goal.objective)), best) for r in reached)
    return Solution(best, final, False, transport)


def _whole_groups(formulation: Formulation, engine: Engine, clock: Clock, seed: int) -> Ints | None:
    """A start in which cells that go together do so, from a search over their groups."""
    part = parts_of(formulation)
    small = contracted(formulation, part)
    if small is None or not small.goals:
        return None
    share = clock.share(GROUPS_SHARE)
    found = solve_goals(small, engine, share, seed=seed, gap=GROUPS_GAP, starts=[])
    return None if found.incumbent is None else found.incumbent.assignment[part]


def _nearest(target: Target, engine: Engine, clock: Clock, seed: int, start: Ints) -> list[Ints]:
    """A plan that leaves few pupils elsewhere than the start does; none if the start is a plan.

    Where sites are chosen a broken start has no annealing that would mend it.
    """
    problem = target.formulation.problem
    pairs, known = problem.pairs, problem.pair_of(start) >= 0
    if not known.any() or judge(target, start) is not None:
        return []
    cost = np.zeros(target.matrix.columns)
    away = known[pairs.cell] & (pairs.school != start[pairs.cell])
    cost[: len(pairs)] = np.where(away, 1.0 + problem.pupils[pairs.cell], 0.0)
    near = target.aiming_at(cost)
    quiet = clock.quiet(NEAREST_SHARE)
    search = order_of_work(near)(near, engine, quiet, seed=seed, gap=NEAREST_GAP)
    found = search.run([start]).incumbent
    return [] if found is None else [found.assignment]


def order_of_work(target: Target) -> type[Search]:
    """Which order of work suits a target."""
    if target.formulation.opening is None:
        return Search
    return ZonedSiteSearch if target.graph.binding else SiteSearch


def _final(reached: Reached, target: Target, best: Incumbent) -> Reached:
    """The goal's value in the final plan: a later goal may have given some of it back.

    Levels at which goals are held say nothing about it, and rounding at them must not matter.
    """
    extras = complete(target, best.chosen)
    if extras is None:
        extras = complete(target, best.chosen, best.extras)
    value = target.matrix.value(target.cost, best.chosen, best.extras if extras is None else extras)
    value = 0.0 if abs(value) < ZERO else value
    bound = 0.0 if abs(reached.bound) < ZERO else reached.bound
    return Reached(reached.goal, reached.best, value, min(bound, value), reached.level)
