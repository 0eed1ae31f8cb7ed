"""An instance, and the judgement of a plan for it: nothing here comes from the library.

Every family is one problem: each unit to one school, no school beyond its seats, and, where the
family asks for it, zones in one piece with the school's own unit, sites that may stay closed at a
fixed cost, or an exact number of open ones. An *open* site is one with at least one unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cost = Callable[[Ints, Ints], Floats]
"""Cost of giving units to schools, by their positions, in the unit of the objective."""

SEATS_TOLERANCE = 1e-6
RELATIVE = 1e-6
METRES_IN_A_KILOMETRE = 1000.0


@dataclass(frozen=True)
class Reference:
    """What is published of an instance.

    Attributes:
        best_known: the least objective known; None if there is none.
        proven: it is proved that nothing is better.
        infeasible: it is proved that no plan exists.
        rounding: by how much the published value may differ from the exact one.
    """

    best_known: float | None = None
    proven: bool = False
    infeasible: bool = False
    rounding: float = 0.01


@dataclass(frozen=True)
class Instance:
    """One instance; arrays run over `units` (n) and `schools` (m).

    Attributes:
        name: name of the instance.
        units: ids of the units.
        schools: ids of the schools or sites.
        demand: load of each unit (n).
        seats: capacity of each school (m).
        cost: cost of giving a unit to a school.
        points: coordinates of the units in metres (n, 2); made up where the instance has none.
        root: position of the unit in which each school stands (m).
        edges: neighbours (k, 2); None if zones need not be in one piece.
        straight: the cost is demand times kilometres in a straight line between `points`.
        optional: sites may stay closed; else every school stays.
        stays: schools that stay although sites are optional (m); None if none does.
        fixed: cost of having a site open (m).
        count: exact number of open sites; None if it is free.
        reference: what is published.
    """

    name: str
    units: list[str]
    schools: list[str]
    demand: Floats
    seats: Floats
    cost: Cost
    points: Floats
    root: Ints
    edges: Ints | None = None
    straight: bool = False
    optional: bool = False
    stays: NDArray[np.bool_] | None = None
    fixed: Floats | None = None
    count: int | None = None
    reference: Reference = field(default_factory=Reference)

    @property
    def size(self) -> str:
        """Units x schools."""
        return f"{len(self.units)}x{len(self.schools)}"

    def objective(self, school_of: Mapping[str, str]) -> float:
        """Cost of a plan that puts units of the instance at schools of the instance."""
        unit, school = self._positions(school_of)
        total = math.fsum(self.cost(unit, school).tolist())
        if self.fixed is not None:
            total += math.fsum(self.fixed[np.unique(school)].tolist())
        return total

    def faults(self, school_of: Mapping[str, str]) -> list[str]:
        """Everything that is wrong in a plan; nothing if it is valid."""
        known_units, known_schools = set(self.units), set(self.schools)
        missing = known_units - school_of.keys()
        strange = school_of.keys() - known_units
        nowhere = [unit for unit, school in school_of.items() if school not in known_schools]
        faults = []
        if missing:
            faults.append(f"{len(missing)} units without school")
        if strange:
            faults.append(f"{len(strange)} units that the instance does not have")
        if nowhere:
            faults.append(f"{len(nowhere)} units at a school that is none")
        sound = {u: s for u, s in school_of.items() if u in known_units and s in known_schools}
        unit, school = self._positions(sound)
        unlisted = int(np.isinf(self.cost(unit, school)).sum())
        if unlisted:
            faults.append(f"{unlisted} units at a school to which no journey is listed")
        return (
            faults + self._too_full(unit, school) + self._sites(school) + self._torn(unit, school)
        )

    def _positions(self, school_of: Mapping[str, str]) -> tuple[Ints, Ints]:
        unit_at = {unit: k for k, unit in enumerate(self.units)}
        school_at = {school: k for k, school in enumerate(self.schools)}
        unit = np.array([unit_at[unit] for unit in school_of], dtype=np.int64)
        school = np.array([school_at[school] for school in school_of.values()], dtype=np.int64)
        return unit, school

    def _too_full(self, unit: Ints, school: Ints) -> list[str]:
        load = np.bincount(school, weights=self.demand[unit], minlength=len(self.schools))
        return [
            f"school {self.schools[s]}: {load[s]:g} of {self.seats[s]:g}"
            for s in np.flatnonzero(load > self.seats * (1 + 1e-9) + SEATS_TOLERANCE)
        ]

    def _sites(self, school: Ints) -> list[str]:
        """The number of open sites, if it is prescribed."""
        number = len(np.unique(school))
        if self.count is None or number == self.count:
            return []
        return [f"{number} open sites of {self.count}"]

    def _torn(self, unit: Ints, school: Ints) -> list[str]:
        """Zones in pieces, and schools that are not in their own zone."""
        if self.edges is None:
            return []
        import networkx as nx

        at = np.full(len(self.units), -1, dtype=np.int64)
        at[unit] = school
        inside = (at[self.edges[:, 0]] == at[self.edges[:, 1]]) & (at[self.edges[:, 0]] >= 0)
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(unit.tolist())
        graph.add_edges_from(self.edges[inside].tolist())
        pieces = np.zeros(len(self.schools), dtype=np.int64)
        for piece in nx.connected_components(graph):
            pieces[at[next(iter(piece))]] += 1
        faults = []
        for s, name in enumerate(self.schools):
            stays = not self.optional or (self.stays is not None and self.stays[s])
            if not stays and pieces[s] == 0:
                continue
            if at[self.root[s]] != s:
                faults.append(f"school {name}: not in its own zone")
            if pieces[s] > 1:
                faults.append(f"school {name}: zone in {pieces[s]} pieces")
        return faults


def straight_cost(points: Floats, demand: Floats, root: Ints) -> Cost:
    """Demand times kilometres in a straight line from a unit to the unit of a school."""

    def cost(unit: Ints, school: Ints) -> Floats:
        a, b = points[unit], points[root[school]]
        metres = np.hypot(a[:, 0] - b[:, 0], a[:, 1] - b[:, 1])
        result: Floats = demand[unit] * metres / METRES_IN_A_KILOMETRE
        return result

    return cost


def table_cost(table: Floats) -> Cost:
    """Costs from a table of all units (rows) and schools (columns)."""

    def cost(unit: Ints, school: Ints) -> Floats:
        result: Floats = table[unit, school]
        return result

    return cost


def judge(reference: Reference, objective: float, bound: float | None) -> list[str]:
    """Contradictions between a valid plan's objective, its bound and what is published."""
    faults = []
    slack = RELATIVE * abs(objective) + 1e-6
    if bound is not None and bound > objective + slack:
        faults.append(f"bound {bound} above the objective {objective}")
    best = reference.best_known
    if reference.infeasible:
        faults.append("a plan, though none exists by what is published")
    if best is None:
        return faults
    slack = RELATIVE * abs(best) + reference.rounding
    if bound is not None and bound > best + slack:
        faults.append(f"bound {bound} above the best value known, {best}")
    if reference.proven and objective < best - slack:
        faults.append(f"objective {objective} below the proven optimum {best}")
    return faults


def plain(value: Any) -> float | None:
    """A number as JSON can hold it; None if it is none or endless."""
    return float(value) if value is not None and math.isfinite(value) else None
