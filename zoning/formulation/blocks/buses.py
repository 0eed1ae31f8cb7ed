r"""Buses: a seat for every child who rides, within the county's fleet.

A child rides whose daily way to school is by bus and longer than a child walks, pairs :math:`V`;
boarders do not ride. A bus collects the children of one school, of all bands together, and nobody
stands in it. With :math:`k` seats a
bus and the :math:`r` trips that it makes to its school each morning, school :math:`s` needs
:math:`n_s` buses, and the county has :math:`N`:

.. math::

   \sum_{i: (i,s) \in V} p_i x_{is} \le k\,r\,n_s, \qquad n_s \text{ whole}, \qquad
   \sum_s n_s \le N

Without a fleet :math:`N` nothing is asked, and the plan only counts its buses, with :math:`c` yuan
a bus and year. Routes are not drawn: whether a bus has the time for a second trip is for the
planner to say.
Source: nobody beyond a school bus's seats, School Bus Safety Regulation (State Council Order No.
617, 2012), article 34; at most 56 aboard, GB 24407-2012; 41 buses for 3,000 pupils on 45 routes at
8.98 million yuan a year, Taishan 2014; walks of usually at most 2 km, the Hebei version of State
Council Office 2012 No. 48.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, all_grades, number, whole
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class Buses(Block):
    """Buses that all schools need together within the fleet."""

    name = "buses"
    parameters: ClassVar[Settings] = {
        "seats": None, "trips": 1, "fleet": None, "a_bus": 219000.0, "walk_metres": 2000.0,
    }  # fmt: skip

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Take the seats from the standards; they must be known where there is a fleet."""
        faults = all_grades(self.name, problem)
        seats, fleet = settings["seats"], settings["fleet"]
        if seats is None:
            standard = standards.get(f"bus-seats.{problem.stage}")
            seats = None if standard is None else standard.value
        if seats is None and fleet is not None:
            faults.append(
                Fault("error", "model", f"{self.name}.seats",
                      f"a number, since the standards have none for stage {problem.stage}",
                      "none", "state the seats of a bus, or leave out buses.fleet")
            )  # fmt: skip
        if faults:
            raise InputError(faults)
        trips = whole(self.name, "trips", settings["trips"])
        number(self.name, "trips", trips, low=1.0)
        return {
            "seats": None if seats is None else number(self.name, "seats", seats, low=1.0),
            "trips": trips,
            "fleet": None if fleet is None else whole(self.name, "fleet", fleet),
            "a_bus": number(self.name, "a_bus", settings["a_bus"]),
            "walk_metres": number(self.name, "walk_metres", settings["walk_metres"]),
        }

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """A column of buses for each school that some children may ride to, and their sum."""
        from scipy.sparse import csr_matrix

        if settings["fleet"] is None:
            return
        fleet, places = (
            float(str(settings["fleet"])),
            float(str(settings["seats"])) * float(str(settings["trips"])),
        )
        pairs, names, count = problem.pairs, problem.index.schools, problem.school_count
        walk = pairs.metres <= float(str(settings["walk_metres"])) * (1.0 + 1e-9)
        rides = pairs.by_bus & ~pairs.board & ~walk
        riders = np.where(rides, problem.pupils[pairs.cell], 0.0)
        used = np.flatnonzero(riders)
        schools = np.unique(pairs.school[used])
        row_of = np.full(count, -1, dtype=np.int64)
        row_of[schools] = np.arange(len(schools))
        buses = builder.add_columns(
            [f"buses_{names[s]}" for s in schools], 0.0, fleet, integer=True
        )
        builder.add_rows(
            csr_matrix(
                (riders[used], (row_of[pairs.school[used]], used)),
                shape=(len(schools), len(pairs)),
            ),
            {(k, int(column)): -places for k, column in enumerate(buses)},
            np.full(len(schools), -np.inf), np.zeros(len(schools)),
            [Tag(self.name, f"seats in the buses of school {names[s]}") for s in schools],
        )  # fmt: skip
        years = len(problem.years)
        builder.add_rows(
            csr_matrix((years, len(pairs))),
            {
                (int(problem.school_period[s]), int(column)): 1.0
                for s, column in zip(schools, buses, strict=True)
            },
            np.full(years, -np.inf), np.full(years, fleet),
            [Tag(self.name, f"buses of the county in {year}") for year in problem.years],
        )  # fmt: skip
