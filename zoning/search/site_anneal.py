"""Annealing over sites and assignments at once, for targets without contiguity.

The arrays of the compiled loop in :mod:`zoning.search.siting_kernel`, the temperatures, and a run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from zoning.problem.arrays import Bools, Floats, Ints
from zoning.search.anneal import RISE, STEEPEST, Run, school_limits
from zoning.search.clock import Clock
from zoning.search.collector import Store
from zoning.search.kernel import seed_chance
from zoning.search.site_state import Lists, Sites, Zones, link, stand_on
from zoning.search.siting_kernel import anneal_sites
from zoning.search.target import Target

# a table of cells by schools larger than this would not fit beside the rest
MOST_PLACES = 40_000_000
# temperatures as shares of the mean cost of a cell; found by measuring
HOT, COLD = 1.0, 0.05
# a pair that is not permitted costs as much as this many cells
FORBIDDEN = 1e6
# stretches of a run
STRETCHES = 20


@dataclass(frozen=True)
class Arrays:
    """The target for the compiled loop; ``price`` (D + 1) are least prices, ``mean`` a scale."""

    sites: Sites
    price: Floats
    mean: float


def accepts(target: Target) -> bool:
    """True if the limits are by school alone and the tables fit."""
    problem, graph = target.formulation.problem, target.graph
    small = problem.cells * problem.school_count <= MOST_PLACES
    return target.structured and small and not graph.binding and not target.totals


def prepare(target: Target, opening: Floats, expected: int, mean: float) -> Arrays:
    """Lay the target out as tables; about ``expected`` sites are open, ``mean`` a cell costs."""
    formulation = target.formulation
    problem, choice = formulation.problem, formulation.opening
    assert choice is not None
    pairs, schools = problem.pairs, problem.school_count
    cost = np.full((problem.cells, schools), FORBIDDEN * mean)
    cost[pairs.cell, pairs.school] = target.guide
    limits = school_limits(target)
    near_sites = min(schools, max(8, schools // max(expected, 1)))
    near_cells = min(problem.cells, max(8, 3 * problem.cells // (2 * max(expected, 1))))
    loads = np.array([load[load > 0].mean() if (load > 0).any() else 1.0 for load in limits.load.T])
    price = 0.25 * mean / np.append(loads, loads.mean() if len(loads) else 1.0)
    return Arrays(
        Sites(
            cost=cost,
            opening=opening,
            load=limits.load,
            base=limits.base,
            low=limits.low,
            high=limits.high,
            size=limits.size,
            rooms=limits.rooms,
            formed=limits.formed,
            near_site=_nearest(cost, near_sites),
            near_cell=_nearest(cost.T, near_cells),
            stays=~choice.optional,
            number=np.array([choice.least, choice.most], dtype=np.int64),
        ),
        price,
        mean,
    )


def _nearest(cost: Floats, most: int) -> Ints:
    """The cheapest columns of each row, the cheapest first."""
    if most < cost.shape[1]:
        some = np.argpartition(cost, most - 1, axis=1)[:, :most]
    else:
        some = np.tile(np.arange(most), (len(cost), 1))
    order = np.argsort(np.take_along_axis(cost, some, axis=1), axis=1, kind="stable")
    result: Ints = np.ascontiguousarray(np.take_along_axis(some, order, axis=1))
    return result


def cheapest_open(arrays: Arrays, open_: Bools) -> Ints:
    """Each cell at its cheapest open site."""
    chosen = np.flatnonzero(open_)
    result: Ints = chosen[arrays.sites.cost[:, chosen].argmin(axis=1)]
    return result


def run_sites(
    arrays: Arrays,
    start: Ints,
    sweeps: int,
    seed: int,
    clock: Clock,
    store: Store,
    *,
    heat: float = 1.0,
    end: float = 1.0,
) -> Run:
    """Anneal from ``start``, whose schools are the open sites; zones seen go to ``store``.

    ``heat`` and ``end`` multiply the first and the last temperature.
    """
    zones = _zones(arrays, start)
    best = (np.full(1, np.inf), start.copy())
    stretch = max(1, sweeps // STRETCHES)
    rise = min(STEEPEST, math.expm1(RISE / sweeps))
    hot, cold = HOT * heat * arrays.mean, COLD * end * arrays.mean
    seed_chance(seed)
    done = 0
    while done < sweeps and not clock.over:
        upto = min(sweeps, done + stretch)
        done += anneal_sites(
            arrays.sites, zones, arrays.price, max(hot, cold), cold, done / sweeps, upto / sweeps,
            rise, upto - done, clock.stop, best, store,
        )  # fmt: skip
        if clock.interrupted:
            break
    cost = float(best[0][0])
    last = zones.site[zones.lists.zone_of]
    return Run(best[1] if np.isfinite(cost) else None, cost, last, done)


def _zones(arrays: Arrays, start: Ints) -> Zones:
    sites = arrays.sites
    cells, schools = sites.cost.shape
    dims = sites.load.shape[1]
    used = np.zeros(schools, dtype=bool)
    used[start] = True
    open_ = np.flatnonzero(used | sites.stays)
    most = max(len(open_), min(int(sites.number[1]) + 1, schools))
    site = np.full(most + 1, -1, dtype=np.int64)
    site[: len(open_)] = open_
    zone_at = np.full(schools, -1, dtype=np.int64)
    zone_at[open_] = np.arange(len(open_))
    lists = Lists(
        zone_of=zone_at[start],
        head=np.full(most, -1, dtype=np.int64),
        after=np.full(cells, -1, dtype=np.int64),
        before=np.full(cells, -1, dtype=np.int64),
        members=np.zeros(most, dtype=np.int64),
    )
    zones = Zones(
        lists=lists,
        site=site,
        zone_at=zone_at,
        loads=np.zeros((most + 1, dims)),
        low=np.zeros((most + 1, dims)),
        high=np.zeros((most + 1, dims)),
        size=np.ones(most + 1),
        rooms=np.full(most + 1, np.inf),
        price=np.tile(arrays.price, (most + 1, 1)),
        penalty=np.zeros(most + 1),
        log_cell=np.zeros(2 * cells, dtype=np.int64),
        log_zone=np.zeros(2 * cells, dtype=np.int64),
        used=np.array([len(open_)], dtype=np.int64),
        school_of=start.copy(),
        broken=np.zeros(schools),
    )
    for k, s in enumerate(open_.tolist()):
        stand_on(sites, zones, k, s)
    for i in range(cells):
        link(lists, i, lists.zone_of[i])
    return zones
