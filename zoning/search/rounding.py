"""First choices of sites, from how far the linear relaxation opens each."""

from __future__ import annotations

import numpy as np

from zoning.problem.arrays import Bools, Floats
from zoning.search.target import Target

# sites over those that the relaxation opens in all, as shares of them
MORE = (0.0, 0.15, 0.4, 1.0)


def given_bands(target: Target, opened: Floats | None) -> list[Bools]:
    """Grades (S x B) to give away, by a relaxation's columns; and none, where that is not the same.

    What is given away entails the bands above: a column is never larger than the one below.
    """
    opening = target.formulation.opening
    assert opening is not None
    nothing = np.zeros_like(opening.movable)
    if opened is None or not opening.movable.any():
        return [nothing]
    share = opened[target.matrix.pairs + np.where(opening.movable, opening.serving, 0)]
    rounded = opening.movable & (share < 0.5)
    return [rounded, nothing] if rounded.any() else [nothing]


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
        result.append(chosen)
    return result
