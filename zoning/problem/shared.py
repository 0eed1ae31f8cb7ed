"""Schools that share an intake by lottery (多校划片), as one entry of a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.problem.arrays import Bools, Floats, Ints, Pairs, Problem, Schools
from zoning.problem.locks import read_locks

if TYPE_CHECKING:
    from zoning.county import County

Shares = Mapping[str, Mapping[str, float]]
"""Shared zone -> school -> share of the children who are drawn to it; the shares add up to 1."""


def shared_zones(county: County, stage: str) -> dict[str, list[str]]:
    """The county's shared zones of a stage: name -> ids of their schools."""
    rows = county.shared_zones
    rows = rows[rows["stage"] == stage]
    found: dict[str, list[str]] = {}
    for zone, school in zip(rows["zone"], rows["school_id"], strict=True):
        found.setdefault(zone, []).append(school)
    return found


def pool(county: County, problem: Problem, shares: Shares, places: Floats) -> Problem:
    """The problem with one school, named like the zone, in the stead of those that share it.

    It stands where the first of them stands in the order, has their ``places`` (S) as seats,
    and takes a cell only if all of them may. Its journeys are means with the shares as weights,
    and the longest counts where a limit is judged. Locks on one of the schools are locks on the
    zone. What decisions about schools need is left out.
    """
    place = {school: k for k, school in enumerate(problem.index.schools)}
    zone_at = {place[next(iter(of))]: zone for zone, of in shares.items()}
    inside = {place[school] for of in shares.values() for school in of}
    kept = [s for s in range(problem.school_count) if s not in inside or s in zone_at]
    new = np.full(problem.school_count, -1, dtype=np.int64)
    new[kept] = np.arange(len(kept))
    weight = np.ones(problem.school_count)
    for of in shares.values():
        first = new[place[next(iter(of))]]
        for school, share in of.items():
            new[place[school]] = first
            weight[place[school]] = share
    index = replace(
        problem.index,
        schools=tuple(zone_at.get(s, problem.index.schools[s]) for s in kept),
        shared=shares,
    )
    joined = np.array([s in inside for s in kept], dtype=bool)
    schools = _schools(problem.schools, kept, new, joined, places)
    pairs = _pairs(problem, new, weight, len(kept))
    today = np.where(problem.today >= 0, new[problem.today], -1)
    locks = read_locks(county, index, problem.stage, pairs, schools.serves, today,
                       problem.cell_unit, problem.cell_band)  # fmt: skip
    return replace(
        problem, index=index, schools=schools, pairs=pairs, today=today, facilities=None,
        fixed=locks.fixed, island=locks.island, locked_out=locks.locked_out,
    )  # fmt: skip


def _schools(
    schools: Schools, kept: list[int], new: Ints, joined: Bools, places: Floats
) -> Schools:
    """Sums over the schools of a zone; what is formed in each of them is not known of the zone."""

    def total(values: Floats) -> Floats:
        result = np.zeros((len(kept), *values.shape[1:]))
        np.add.at(result, new, values)
        return result

    def unless_joined(values: Floats, other: float) -> Floats:
        result: Floats = values[kept].copy()
        result[joined] = other
        return result

    more = [
        (int(root), int(new[s]))
        for s in range(len(new)) if s not in set(kept)
        for root in schools.root[s][schools.root[s] >= 0]
    ]  # fmt: skip
    return Schools(
        kind=tuple(schools.kind[s] for s in kept),
        township=tuple(schools.township[s] for s in kept),
        multigrade=schools.multigrade[kept] & ~joined,
        seats=np.where(joined, total(places), schools.seats[kept]),
        rooms=unless_joined(schools.rooms, np.nan),
        classes=unless_joined(schools.classes, np.nan),
        enrolled=unless_joined(schools.enrolled, 0.0),
        outside=total(schools.outside),
        serves_grade=schools.serves_grade[kept],
        serves=schools.serves[kept],
        root=schools.root[kept],
        other_classes=unless_joined(schools.other_classes, 0.0),
        candidate=schools.candidate[kept],
        opening_cost=total(schools.opening_cost),
        optional=schools.optional[kept],
        upper=schools.upper[kept],
        upper_classes=schools.upper_classes[kept],
        movable=schools.movable[kept],
        more_roots=tuple(more),
    )


def _pairs(problem: Problem, new: Ints, weight: Floats, count: int) -> Pairs:
    """A pair with a zone stands where there is one with each of its schools."""
    pairs = problem.pairs
    members = np.bincount(new, minlength=count)
    key = pairs.cell.astype(np.int64) * count + new[pairs.school]
    keys, at = np.unique(key, return_inverse=True)
    whole = np.bincount(at) == members[keys % count]
    share = weight[pairs.school]

    def mean(values: Floats) -> Floats:
        result = np.zeros(len(keys))
        np.add.at(result, at, share * values)
        kept: Floats = result[whole]
        return kept

    def longest(values: Floats) -> Floats:
        result = np.full(len(keys), -np.inf)
        np.maximum.at(result, at, values)  # NaN stays NaN
        kept: Floats = result[whole]
        return kept

    cell = keys[whole] // count
    counts = np.bincount(cell, minlength=problem.cells)
    return Pairs(
        pointer=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        school=keys[whole] % count,
        metres=mean(pairs.metres),
        minutes=mean(pairs.minutes),
        truncated=pairs.truncated,
        unlisted=pairs.unlisted,
        farthest_journey={
            "metres": longest(pairs.metres), "minutes": longest(pairs.minutes)
        },
    )  # fmt: skip
