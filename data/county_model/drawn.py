"""A drawn county, all stages and years, before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
import pandas as pd
from shapely import Geometry

from . import neighbours
from .facts import GRADES, JUNIOR, LOWER, YEAR, BoolArray, Facts, FloatArray, IntArray
from .journeys import Roads, quickest

STAGES = {"primary": GRADES, "junior": JUNIOR}
BANDS = {"primary-lower": LOWER, "primary-upper": GRADES[3:], "junior": JUNIOR}
STAGE_OF = {"primary-lower": "primary", "primary-upper": "primary", "junior": "junior"}
LIMITS = {"primary-lower": 30.0, "primary-upper": 40.0, "junior": 40.0}  # minutes a day
BOTH = (*GRADES, *JUNIOR)


@dataclass(frozen=True)
class School:
    """A school or site.

    Attributes:
        school_id: its id.
        name: what it is called.
        kind: as in ``data/README.md``.
        village: row of the village it stands in.
        grades: those it teaches.
        rooms: classrooms.
        seats: stage -> places.
        classes: grade -> classes; grades that are not in it are unknown.
        enrolled: grade -> pupils.
        status: existing, candidate or suspended.
        boarding: takes boarders.
        multigrade: several grades in one class.
        more: further columns of the table of schools.
    """

    school_id: str
    name: str
    kind: str
    village: int
    grades: tuple[int, ...]
    rooms: int
    seats: Mapping[str, int]
    classes: Mapping[int, int] = field(default_factory=dict)
    enrolled: Mapping[int, int] = field(default_factory=dict)
    status: str = "existing"
    boarding: bool = False
    multigrade: bool = False
    more: Mapping[str, object] = field(default_factory=dict)

    def teaches(self, band: str) -> bool:
        """Return whether it teaches every grade of a band."""
        return set(BANDS[band]) <= set(self.grades)


Plan = Mapping[str, IntArray]
"""Band -> row of the school of each village."""


@dataclass(frozen=True)
class Drawn:
    """A county; villages and schools are rows.

    Attributes:
        facts: what is real.
        seed: the seed it was drawn from.
        xy: villages in metres.
        outline: the county in metres.
        borders: neighbours, as from ``neighbours.adjacency``.
        schools: every school and site.
        pupils: children by year, village and grade 1 to 9, from the census's year on.
        girls: the girls among them.
        journeys: as from ``journeys.journeys``.
        roads: the buses they were made for.
        plans: name -> zones.
        tables: further tables of the county.
    """

    facts: Facts
    seed: int
    xy: FloatArray
    outline: Geometry
    borders: pd.DataFrame
    schools: tuple[School, ...]
    pupils: IntArray
    girls: IntArray
    journeys: pd.DataFrame
    roads: Roads
    plans: Mapping[str, Plan]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def minutes(self) -> FloatArray:
        """Minutes by the quickest daily mode, shape (villages, schools)."""
        return quickest(self.journeys, len(self.xy), len(self.schools))

    @property
    def ways(self) -> nx.Graph[int]:
        """Neighbours as a graph."""
        return neighbours.graph(self.borders)

    def exempt(self) -> set[tuple[int, str]]:
        """Return villages and bands of young children who are listed as boarders."""
        if "exemptions" not in self.tables:
            return set()
        row = {code: at for at, code in enumerate(self.facts.villages["code"])}
        return {(row[code], "primary-lower") for code in self.tables["exemptions"]["unit_id"]}

    @property
    def years(self) -> range:
        """The years of ``pupils``."""
        return range(YEAR, YEAR + len(self.pupils))


def columns(band: str) -> list[int]:
    """Return the columns of a band's grades in arrays by grade."""
    return [BOTH.index(grade) for grade in BANDS[band]]


def loads(plan: Plan, pupils: IntArray, schools: int) -> IntArray:
    """Return pupils by school and grade, shape (schools, 9)."""
    total = np.zeros((schools, pupils.shape[1]), dtype=np.int64)
    for band, rows in plan.items():
        for column in columns(band):
            np.add.at(total[:, column], rows, pupils[:, column])
    return total


def too_far(plan: Plan, minutes: FloatArray) -> dict[str, BoolArray]:
    """Return for each band the villages whose daily journey is longer than permitted."""
    return {band: minutes[np.arange(len(rows)), rows] > LIMITS[band] for band, rows in plan.items()}


def boarders(plan: Plan, minutes: FloatArray, pupils: IntArray, schools: int) -> IntArray:
    """Return by school and grade the children who live too far away to come every day."""
    total = np.zeros((schools, pupils.shape[1]), dtype=np.int64)
    for band, far in too_far(plan, minutes).items():
        for column in columns(band):
            np.add.at(total[:, column], plan[band][far], pupils[far, column])
    return total
