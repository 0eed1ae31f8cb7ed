"""Published instances of zoning with fixed schools (SAP), read and judged without the library.

A folder holds ``units.csv`` (id, x, y in metres, demand, candidate, capacity) and
``adjacency.csv`` (i, j); ``index.csv`` beside the folders lists them with the best value known.
Units marked as candidates are the schools. A plan gives every unit to one school; no school takes
more than its capacity; a school's units hang together and hold the school's own. The objective is
the sum of demand times straight line, in kilometres.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import networkx as nx

PREFIX = "sap_"


@dataclass(frozen=True)
class Unit:
    """A unit; ``capacity`` is None where no school stands."""

    x: float
    y: float
    demand: int
    capacity: int | None


@dataclass(frozen=True)
class Instance:
    """One instance; ``best_known`` in demand-kilometres, with whether it is proved optimal."""

    name: str
    units: Mapping[str, Unit]
    graph: nx.Graph[str]
    best_known: float
    proved: bool

    @property
    def schools(self) -> dict[str, Unit]:
        """The units that have a school."""
        return {name: unit for name, unit in self.units.items() if unit.capacity is not None}

    def metres(self, unit: str, school: str) -> float:
        """Straight line between a unit and a school."""
        a, b = self.units[unit], self.units[school]
        return math.hypot(a.x - b.x, a.y - b.y)

    def objective(self, school_of: Mapping[str, str]) -> float:
        """Demand-kilometres of a plan."""
        return math.fsum(
            self.units[unit].demand * self.metres(unit, school) / 1000.0
            for unit, school in school_of.items()
        )

    def faults(self, school_of: Mapping[str, str]) -> list[str]:
        """Everything that is wrong in a plan; nothing if it is valid."""
        faults = []
        missing = self.units.keys() - school_of.keys()
        if missing:
            faults.append(f"{len(missing)} units without school")
        schools = self.schools
        strange = [unit for unit, school in school_of.items() if school not in schools]
        if strange:
            faults.append(f"{len(strange)} units at a school that is none")
        load: Counter[str] = Counter()
        for unit, school in school_of.items():
            load[school] += self.units[unit].demand
        for name, school_unit in schools.items():
            assert school_unit.capacity is not None
            if load[name] > school_unit.capacity:
                faults.append(f"school {name}: {load[name]} of {school_unit.capacity}")
            zone = [unit for unit, school in school_of.items() if school == name]
            if name not in zone:
                faults.append(f"school {name}: not in its own zone")
            elif not nx.is_connected(self.graph.subgraph(zone)):
                faults.append(f"school {name}: zone in pieces")
        return faults


def read_instances(folder: Path, only: list[str]) -> list[Instance]:
    """Read the instances that ``index.csv`` lists: those with fixed schools, or those named.

    Raises:
        SystemExit: the folder has no index, or not an instance that was named.
    """
    index = folder / "index.csv"
    if not index.is_file():
        raise SystemExit(f"{folder}: no index.csv")
    listed = {row["instance"]: row for row in _rows(index) if row["instance"].startswith(PREFIX)}
    unknown = [name for name in only if name not in listed]
    if unknown:
        raise SystemExit(f"{', '.join(unknown)}: not one of {', '.join(listed)}")
    return [_read(folder / name, listed[name]) for name in only or listed]


def _read(folder: Path, about: Mapping[str, str]) -> Instance:
    units = {
        row["id"]: Unit(
            float(row["x"]),
            float(row["y"]),
            int(row["demand"]),
            int(row["capacity"]) if row["candidate"] == "1" else None,
        )
        for row in _rows(folder / "units.csv")
    }
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(units)
    graph.add_edges_from((row["i"], row["j"]) for row in _rows(folder / "adjacency.csv"))
    proved = about["proved_optimal"] == "1"
    return Instance(folder.name, units, graph, float(about["best_known"]), proved)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
