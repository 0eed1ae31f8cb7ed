"""First choices of sites, from how far the linear relaxation opens each."""

from __future__ import annotations

import numpy as np

from zoning.problem.arrays import UPPER_TAKEN, Bools, Floats
from zoning.search.target import Target

# sites over those that the relaxation opens in all, as shares of them
MORE = (0.0, 0.15, 0.4, 1.0)


# a relaxation takes grades as far as this that are kept, in turn
KEPT = (0.5, 0.9, 1e-6)


def given_bands(target: Target, opened: Floats | None) -> list[Bools]:
    """Choices of grades (S x B) to give away: none, then by a relaxation's columns, then all.

    A column is never larger than the one of the band below; over several years what is given away
    stays away, and what is taken stays.
    """
    opening, schools = target.formulation.opening, target.formulation.problem.schools
    assert opening is not None
    nothing = np.zeros_like(opening.movable)
    if opened is None or not opening.movable.any():
        return [nothing]
    share = opened[target.matrix.pairs + np.where(opening.movable, opening.serving, 0)]
    years = (len(target.formulation.problem.years), -1, nothing.shape[1])
    found = [nothing]
    for kept in KEPT:
        gone = (opening.movable & (share < kept)).reshape(years)
        away = np.logical_or.accumulate(gone, axis=0).reshape(nothing.shape)
        not_yet = np.logical_and.accumulate(gone, axis=0).reshape(nothing.shape)
        found.append(opening.movable & np.where(schools.upper == UPPER_TAKEN, not_yet, away))
    return [*found, opening.movable]


def site_sets(target: Target, opened: Floats | None) -> list[Bools]:
    """Choices of sites to try, the smallest first; ``opened`` are the columns of a relaxation.

    Those that the relaxation opens most come first; without it, all optional schools are alike.
    """
    opening = target.formulation.opening
    assert opening is not None
    sites = np.flatnonzero(opening.optional)
    share = np.ones(len(sites))
    if opened is not None:
        share = opened[target.matrix.pairs + opening.column[sites]]
    order = sites[np.argsort(-share, kind="stable")]
    stay = int((~opening.optional).sum())
    low, high = max(opening.least - stay, 0), min(opening.most - stay, len(sites))
    some = float(np.ceil(share.sum() - 1e-6))
    counts = {int(np.clip(np.ceil(some * (1.0 + more)), low, high)) for more in MORE}
    result = []
    for count in sorted({*counts, high}):
        chosen = ~opening.optional
        chosen[order[:count]] = True
        result.append(_lasting(target, chosen))
    return result


def _lasting(target: Target, chosen: Bools) -> Bools:
    """The choice, and what it entails over several years.

    A school that stands is open until it closes for good, a site from when it opens on.
    """
    problem = target.formulation.problem
    by_year = chosen.reshape(len(problem.years), -1)
    until = np.logical_or.accumulate(by_year[::-1], axis=0)[::-1].ravel()
    since = np.logical_or.accumulate(by_year, axis=0).ravel()
    lasting: Bools = np.where(problem.schools.candidate, since, until)
    return lasting
