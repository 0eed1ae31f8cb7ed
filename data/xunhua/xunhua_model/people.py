"""Children by village and grade."""

from __future__ import annotations

import numpy as np
from county_model.facts import GRADES, Facts, FloatArray, IntArray

COMMITTEE = 1.8  # a residents' committee has that many times the children of a village
SPREAD = 0.4  # standard deviation of the logarithm of a village's children
SMALL_SCHOOL_YEARS = 7  # year groups of the schools that the percentiles were taken from


def village_weights(facts: Facts, rng: np.random.Generator) -> FloatArray:
    """Return the relative number of children of each village."""
    weights = np.exp(rng.normal(0, SPREAD, len(facts.villages)))
    return np.where(facts.committees, COMMITTEE, 1.0) * weights


def count_children(
    facts: Facts,
    weights: FloatArray,
    point_zones: tuple[tuple[int, ...], ...],
    rng: np.random.Generator,
) -> IntArray:
    """Return children by village and grade; each grade adds up to the census.

    The zone of a teaching point has as many children a year group as a small rural school: sizes
    are drawn evenly from the percentiles of ``facts.small_school``.  The other villages share the
    rest by weight.

    Returns:
        shape (villages, 6).
    """
    children = np.zeros((len(weights), len(GRADES)), dtype=np.int64)
    for zone, size in zip(point_zones, _small_sizes(facts, len(point_zones), rng), strict=True):
        total = max(len(GRADES) * len(zone), round(size * len(GRADES) / SMALL_SCHOOL_YEARS))
        share = np.linspace(1.5, 0.5, len(zone)) if len(zone) > 1 else np.ones(1)
        for village, part in zip(zone, rng.multinomial(total, share / share.sum()), strict=True):
            children[village] = rng.multinomial(part, np.full(len(GRADES), 1 / len(GRADES)))
    small = {village for zone in point_zones for village in zone}
    large = np.array([village for village in range(len(weights)) if village not in small])
    chance = weights[large] / weights[large].sum()
    for grade, total in enumerate(facts.pupils_by_grade):
        # half by weight exactly, half by chance: cohorts differ, villages keep their size
        rest = int(total - children[:, grade].sum())
        sure = np.floor(chance * rest / 2).astype(np.int64)
        children[large, grade] = sure + rng.multinomial(rest - int(sure.sum()), chance)
    return children


def _small_sizes(facts: Facts, count: int, rng: np.random.Generator) -> FloatArray:
    """Draw school sizes that follow the percentiles evenly, in random order."""
    percent = 100 * (np.arange(count) + rng.random(count)) / count
    table = facts.small_school
    sizes = np.interp(percent, table["percentile"], table["pupils"])
    return rng.permutation(sizes)
