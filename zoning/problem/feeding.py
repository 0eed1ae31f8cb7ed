"""Which schools of the stage before feed which schools of this one (对口直升), as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.problem.arrays import Bools, Index, Ints

if TYPE_CHECKING:
    from zoning.county import County


@dataclass(frozen=True)
class Feeding:
    """The schools whose children graduate into the stage (F of them), U units, S schools.

    ``names`` are their ids; ``origin`` gives, by plan of the county's assignments, the school
    in whose zone each unit lies in the last grade of the stage before, -1 if in none. ``today``
    (F x S) marks the schools that the county says take a school's graduates today; ``own`` (F)
    is the same school in this stage, -1 where it teaches the stage before alone.
    """

    names: tuple[str, ...]
    origin: Mapping[str, Ints]
    today: Bools
    own: Ints


def build_feeding(county: County, index: Index, stage: str) -> Feeding | None:
    """Feeding of a stage's schools; None if the stage is the county's first."""
    stages = [known.name for known in county.stages]
    at = stages.index(stage)
    if at == 0:
        return None
    before = county.stages[at - 1]
    last = before.grades[-1]
    zones = county.assignments
    zones = zones[(zones["stage"] == before.name) & (zones["band"] == before.band_of(last))]
    grades = county.school_grades
    teach = set(grades.loc[(grades["stage"] == before.name) & (grades["grade"] == last),
                           "school_id"])  # fmt: skip
    names = tuple(school for school in county.schools["school_id"] if school in teach)
    schools = pd.Index(index.schools)
    today = np.zeros((len(names), len(index.schools)), dtype=bool)
    rows = county.feeders
    rows = rows[rows["stage"] == before.name]
    one = pd.Index(names).get_indexer(pd.Index(rows["school_id"]))
    other = schools.get_indexer(pd.Index(rows["feeds"]))
    known = (one >= 0) & (other >= 0)
    today[one[known], other[known]] = True
    origin = {}
    for plan in county.plan_names:
        chosen = zones[zones["plan"] == plan]
        of_unit = np.full(len(index.units), -1, dtype=np.int64)
        unit = pd.Index(index.units).get_indexer(pd.Index(chosen["unit_id"]))
        of_unit[unit] = pd.Index(names).get_indexer(pd.Index(chosen["school_id"]))
        origin[plan] = of_unit
    own: Ints = schools.get_indexer(pd.Index(names)).astype(np.int64)
    return Feeding(names, origin, today, own)
