"""An attacker: what can be told of masked numbers from everything that is published.

Shares no code with the masking. Cells are variables; what is open is held, what is masked may be
any whole number of 0 or more; sums hold. Integer programming finds the least and the largest.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Sum = tuple[Hashable, Sequence[Hashable]]
"""A total and its parts."""


def possible(
    published: Mapping[Hashable, int | None], sums: Sequence[Sum], cell: Hashable
) -> tuple[float, float]:
    """Return the least and largest number that a cell may hold; infinity without a limit."""
    names = list(published)
    place = {name: at for at, name in enumerate(names)}
    matrix = np.zeros((len(sums), len(names)))
    for row, (total, parts) in enumerate(sums):
        matrix[row, place[total]] = -1
        for part in parts:
            matrix[row, place[part]] += 1
    low = np.array([0 if published[name] is None else published[name] for name in names])
    high = np.array([np.inf if published[name] is None else published[name] for name in names])
    ends = []
    for sign in (1, -1):
        cost = np.zeros(len(names))
        cost[place[cell]] = sign
        found = milp(
            cost,
            constraints=LinearConstraint(matrix, 0, 0),
            bounds=Bounds(low, high),
            integrality=np.ones(len(names)),
        )
        ends.append(sign * found.fun if found.fun is not None else math.inf)
    return ends[0], ends[1]


def read_public(folder: Path) -> tuple[dict[Hashable, int | None], list[Sum]]:
    """Return the cells and sums of ``pupils.en.csv`` and ``units.en.csv``, as a reader sees them.

    Cells: (school, grade), (school, grades of a band, unit), either part "total" for totals.
    """
    cells: dict[Hashable, int | None] = {}
    sums: dict[Hashable, list[list[Hashable]]] = defaultdict(list)
    with (folder / "pupils.en.csv").open(encoding="utf-8-sig", newline="") as file:
        schools = list(csv.DictReader(file))
    heads = [head for head in schools[0] if head not in ("No.", "School", "total", "notice")]
    for row in schools:
        for head in (*heads, "total"):
            if row[head]:
                cells[row["School"], head] = _number(row[head])
    names = [row["School"] for row in schools if row["School"] != "total"]
    for head in (*heads, "total"):
        sums["total", head].append([(name, head) for name in names if (name, head) in cells])
    if heads:
        sums["total", "total"].append([("total", head) for head in heads])
    zones: dict[tuple[str, str], list[Hashable]] = defaultdict(list)
    with (folder / "units.en.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["School"], row["Grades"])
            cells[*key, row[_UNIT]] = _number(row["Pupils"])
            if row[_UNIT] != "total":
                zones[key].append((*key, row[_UNIT]))
    for (school, grades), units in zones.items():
        total = (school, grades, "total")
        sums[total].append(units)
        if heads:
            own = [(school, g) for g in grades.split(", ") if (school, g) in cells]
            sums[total].append(own)
    for school in names:
        sums[school, "total"].append(
            [(its, grades, "total") for its, grades in zones if its == school]
        )  # fmt: skip
    return cells, [(total, parts) for total, sets in sums.items() for parts in sets]


_UNIT = "Village, committee or residential unit"


def _number(text: str) -> int | None:
    return None if text == "*" else int(text)
