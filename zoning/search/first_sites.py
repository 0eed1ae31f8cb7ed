"""First plans where sites are chosen: quick ones at settled sites, and what is refused mended."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from zoning.problem.arrays import Floats, Ints
from zoning.search.clock import Clock
from zoning.search.elastic import mend_rows
from zoning.search.engine import Engine
from zoning.search.rounding import given_bands, site_sets
from zoning.search.target import Incumbent, Target

# draws of other sets while there is no plan, their share of the time, and how much they differ
DRAWS, DRAWING, NOISE = 20, 0.7, 0.1

Quick = Callable[[Target, Clock, int], Ints | None]
"""Finds an assignment for settled sites, which the whole problem may refuse, within a clock."""
Take = Callable[[Ints], Incumbent | None]
"""Judges an assignment and keeps it if it is the best; None if it is no plan."""


def first_plans(
    target: Target,
    values: Floats | None,
    quick: Quick,
    take: Take,
    found: Callable[[], bool],
    engine: Engine,
    clock: Clock,
    seed: int,
) -> None:
    """Offer plans with the sites that a relaxation's ``values`` open most, and with more of them.

    While none is ``found``, sets that differ by chance are tried, each for a moment only; what is
    found so leads to better plans than what is mended. Then what rules refused is mended.
    """
    rng = np.random.default_rng(seed)
    refused: list[Ints] = []
    mending = clock.left * (1.0 - DRAWING)
    for k in range(1 if values is None else 1 + DRAWS):
        differ = None if values is None else values + NOISE * k * rng.random(len(values))
        refused += _at_sites(target, differ, quick, take, found, clock, seed + k)
        if found() or clock.over:
            return
        if clock.left < mending:
            break
    mended = mend_rows(target, refused, engine, clock, seed)
    if mended is not None:
        take(mended)


def _at_sites(
    target: Target, values: Floats | None, quick: Quick, take: Take, found: Callable[[], bool],
    clock: Clock, seed: int,
) -> list[Ints]:  # fmt: skip
    """A quick plan for each set of sites; other choices of grades are for want of a plan.

    Returns what was refused.
    """
    refused = []
    sets = site_sets(target, values)
    for k, (away, open_) in enumerate(itertools.product(given_bands(target, values), sets)):
        if clock.over or (k >= len(sets) and found()):
            break
        settled = target.at_sites(open_, away)
        if (np.diff(settled.formulation.problem.pairs.pointer) == 0).any():
            continue
        assignment = quick(settled, clock, seed)
        if assignment is not None and take(assignment) is None:
            refused.append(assignment)
    return refused
