"""Children of later years: cohorts that age, some of whom move to town.

Everything follows from the census: who enters grade 1 in 2021 to 2025 was counted in 2020, aged
1 to 5. Whole children; the county's totals follow exactly from the census and the survival.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .drawn import BOTH
from .facts import FIRST_AGE, Facts, FloatArray, IntArray

YEARS = 6  # the census's year and five more: later entrants were not yet born
STAYING = 0.998  # assumed: share of a cohort still in the county a year later
TO_TOWN = 0.015  # assumed: share of a village's children who move to town in a year


def project(
    facts: Facts,
    first: IntArray,
    rng: np.random.Generator,
    housing: Mapping[int, int] | None = None,
) -> IntArray:
    """Return children by year, village and grade.

    Args:
        facts: the census.
        first: children of the census's year by village and grade 1 to 9.
        rng: chance.
        housing: number of years after the census -> village to which all movers go then.
    """
    years = [first]
    towns = np.where(facts.committees, first.sum(axis=1), 0).astype(float)
    for later in range(1, YEARS):
        before = years[-1]
        after = np.zeros_like(before)
        goals = towns
        if housing is not None and later in housing:
            goals = np.zeros(len(towns))
            goals[housing[later]] = 1.0
        born = facts.aged(FIRST_AGE - later)
        after[:, 0] = spread(round(born * STAYING**later), first.sum(axis=1), rng)
        for column in range(1, len(BOTH)):
            after[:, column] = _a_year_on(before[:, column - 1], facts, goals, rng)
        years.append(after)
    return np.array(years)


def spread(total: int, weights: IntArray | FloatArray, rng: np.random.Generator) -> IntArray:
    """Share children among villages: half by weight exactly, half by chance."""
    chance = weights / weights.sum()
    sure = np.floor(chance * total / 2).astype(np.int64)
    drawn: IntArray = sure + rng.multinomial(total - int(sure.sum()), chance)
    return drawn


def _a_year_on(
    cohort: IntArray, facts: Facts, goals: FloatArray, rng: np.random.Generator
) -> IntArray:
    total = int(cohort.sum())
    stay = rng.multivariate_hypergeometric(cohort, round(total * STAYING))
    movers = rng.binomial(stay, np.where(facts.committees, 0.0, TO_TOWN))
    arrived: IntArray = rng.multinomial(int(movers.sum()), goals / goals.sum())
    return stay - movers + arrived


def girls(facts: Facts, pupils: IntArray, rng: np.random.Generator) -> IntArray:
    """Return the girls among the children; every cohort has the census's share of them.

    Args:
        facts: the census.
        pupils: children by year, village and grade.
        rng: chance.
    """
    counted = np.zeros_like(pupils)
    for year in range(len(pupils)):
        for column in range(pupils.shape[2]):
            age = FIRST_AGE + column - year  # in the census's year
            cohort = pupils[year, :, column]
            share = facts.aged(age, "girls") / facts.aged(age)
            counted[year, :, column] = rng.multivariate_hypergeometric(
                cohort, round(share * int(cohort.sum()))
            )
    return counted
