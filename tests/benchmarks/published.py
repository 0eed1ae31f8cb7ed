"""Readers of published instances, by family; see README.md for the files and their fields.

Nothing here comes from the library: the instance that is read is also what plans are judged by.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from instance import Cost, Floats, Instance, Ints, Reference, straight_cost, table_cost

FIXED, OPEN = "sap_", "cflsap_"
CAPACITIES = {
    "capa": (8000, 10000, 12000, 14000),
    "capb": (5000, 6000, 7000, 8000),
    "capc": (5000, 5750, 6500, 7250),
}
"""Capacities that OR-Library prescribes for three files, which have the word or 1000 instead."""


class UnreadableError(Exception):
    """A folder or file that is missing or not as described."""


@dataclass(frozen=True)
class Family:
    """How a family is found and read.

    Attributes:
        folder: its own folder, if the one that is named holds several families.
        find: the files or folders of a folder, by the name of the instance.
        read: the instance of a name, from its file or folder.
    """

    folder: str
    find: Callable[[Path], dict[str, Path]]
    read: Callable[[str, Path], Instance]


def find(family: str, folder: Path) -> dict[str, Path]:
    """Where the instances of a family are, by name, in natural order.

    Raises:
        UnreadableError: there is no such folder, or it holds no instance of the family.
    """
    described = FAMILIES[family]
    if not folder.is_dir():
        raise UnreadableError(f"{folder}: no such folder")
    inner = folder / described.folder
    found = described.find(inner if inner.is_dir() else folder)
    if not found:
        raise UnreadableError(f"{folder}: no instance of family {family}")
    return {name: found[name] for name in sorted(found, key=_natural)}


def read(family: str, name: str, path: Path) -> Instance:
    """Read one instance that `find` found.

    Raises:
        UnreadableError: a file is missing or not as described.
    """
    try:
        return FAMILIES[family].read(name, path)
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise UnreadableError(f"{path}: {error}") from error


def _natural(name: str) -> list[object]:
    """Key that puts p2 before p10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


# ------------------------------------------------------------------------------------- zoning


def _find_kong(folder: Path) -> dict[str, Path]:
    inside = [path.parent for path in folder.glob("*/units.csv")]
    return {path.name: path for path in inside if path.name.startswith((FIXED, OPEN))}


def _read_kong(name: str, folder: Path) -> Instance:
    rows = _rows(folder / "units.csv")
    about = json.loads((folder / "instance.json").read_text(encoding="utf-8"))
    ids = [row["id"] for row in rows]
    at = {unit: k for k, unit in enumerate(ids)}
    points = np.array([(float(row["x"]), float(row["y"])) for row in rows])
    demand = np.array([float(row["demand"]) for row in rows])
    root = np.array([k for k, row in enumerate(rows) if row["candidate"] == "1"], dtype=np.int64)
    beside = [(at[row["i"]], at[row["j"]]) for row in _rows(folder / "adjacency.csv")]
    best = about.get("best_known")
    opens = name.startswith(OPEN)
    return Instance(
        name=name,
        units=ids,
        schools=[ids[k] for k in root],
        demand=demand,
        seats=np.array([float(rows[k]["capacity"]) for k in root]),
        cost=straight_cost(points, demand, root),
        points=points,
        root=root,
        edges=np.array(beside, dtype=np.int64).reshape(-1, 2),
        straight=True,
        optional=opens,
        fixed=np.array([float(rows[k]["fixed_cost"]) for k in root]) if opens else None,
        reference=Reference(
            best_known=float(best) if best not in (None, "") else None,
            proven=str(about.get("proved_optimal")) in ("1", "True"),
        ),
    )


# ------------------------------------------------------------------------------------ medians


def _find_medians(folder: Path) -> dict[str, Path]:
    files = [*folder.glob("*.txt"), *folder.glob("*/*.txt")]
    files += [*folder.glob("*.dat"), *folder.glob("*/*.dat")]
    return {path.stem: path for path in files if not path.stem.startswith("sol_")}


def _read_medians(name: str, path: Path) -> Instance:
    """`n p`, then for each node `x y capacity demand`; every node is a site too."""
    numbers = _numbers(path)
    n, count = int(numbers[0]), int(numbers[1])
    nodes = _table(numbers, 2, n, 4)
    ids = [str(k + 1) for k in range(n)]
    # Osman and Christofides cut the distances of their instances (cpmp01 ...) to whole numbers
    cut = name.startswith("cpmp")
    return Instance(
        name=name,
        units=ids,
        schools=ids,
        demand=nodes[:, 3],
        seats=nodes[:, 2],
        cost=_distance(nodes[:, :2], cut=cut),
        points=_grid(n),
        root=np.arange(n),
        optional=True,
        count=count,
        reference=_reference(path, name),
    )


def _distance(points: Floats, *, cut: bool) -> Cost:
    """Distance of a node from a median, whatever its demand; cut to a whole number if asked."""

    def cost(unit: Ints, school: Ints) -> Floats:
        a, b = points[unit], points[school]
        line: Floats = np.hypot(a[:, 0] - b[:, 0], a[:, 1] - b[:, 1])
        return np.floor(line) if cut else line

    return cost


# --------------------------------------------------------------------------- facility location


def _find_cap(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in folder.glob("cap*.txt"):
        capacities = CAPACITIES.get(path.stem)
        names = [f"{path.stem}@{c}" for c in capacities] if capacities else [path.stem]
        found |= dict.fromkeys(names, path)
    return found


def _read_cap(name: str, path: Path) -> Instance:
    """`m n`, m times `capacity fixed`, n times `demand` and the m costs of all of it."""
    numbers = _numbers(path)
    m, n = int(numbers[0]), int(numbers[1])
    sites = _table(numbers, 2, m, 2).copy()
    if "@" in name:
        sites[:, 0] = float(name.partition("@")[2])
    customers = _table(numbers, 2 + 2 * m, n, m + 1)
    return _location(name, path, sites, customers[:, 0], customers[:, 1:])


def _find_plain(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in folder.glob("p*") if re.fullmatch(r"p\d+", path.name)}


def _read_plain(name: str, path: Path) -> Instance:
    """`m n`, m times `capacity fixed`, n demands, then for each site the n total costs."""
    numbers = _numbers(path)
    m, n = int(numbers[0]), int(numbers[1])
    sites = _table(numbers, 2, m, 2)
    demand = _table(numbers, 2 + 2 * m, 1, n)[0]
    costs = _table(numbers, 2 + 2 * m + n, m, n)
    return _location(name, path, sites, demand, np.ascontiguousarray(costs.T))


def _location(name: str, path: Path, sites: Floats, demand: Floats, costs: Floats) -> Instance:
    n, m = costs.shape
    return Instance(
        name=name,
        units=[str(k + 1) for k in range(n)],
        schools=[str(k + 1) for k in range(m)],
        demand=demand,
        seats=sites[:, 0],
        cost=table_cost(costs),
        points=_grid(n),
        root=np.arange(m) % n,
        optional=True,
        fixed=sites[:, 1],
        reference=_reference(path, name),
    )


# -------------------------------------------------------------------------------------- shared


def _reference(path: Path, name: str) -> Reference:
    """What `optima.csv`, beside the file or one folder above, says of an instance."""
    for index in (path.parent / "optima.csv", path.parent.parent / "optima.csv"):
        if not index.is_file():
            continue
        for row in _rows(index):
            if row["instance"] in (name, f"{path.parent.name}/{name}"):
                if row["problem"].endswith("multi-source"):  # a customer may be shared: not ours
                    continue
                return _stated(row["value"], row["status"])
    return Reference()


def _stated(value: str, status: str) -> Reference:
    if value == "infeasible":
        return Reference(infeasible=True)
    return Reference(
        best_known=float(value),
        proven=status.startswith(("proven", "optimal")),
        rounding=1.0 if "truncated" in status else 0.01,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _numbers(path: Path) -> Floats:
    text = path.read_text(encoding="ascii", errors="strict")
    return np.array(text.replace("capacity", "1000").split(), dtype=np.float64)


def _table(numbers: Floats, start: int, rows: int, columns: int) -> Floats:
    end = start + rows * columns
    if len(numbers) < end:
        raise ValueError(f"expected {end} numbers or more, found {len(numbers)}")
    return numbers[start:end].reshape(rows, columns)


def _grid(n: int) -> Floats:
    """Places a kilometre apart, for instances whose costs are no map's."""
    wide = int(np.ceil(np.sqrt(n)))
    k = np.arange(n)
    return np.column_stack([500_000.0 + 1000.0 * (k % wide), 3_970_000.0 + 1000.0 * (k // wide)])


FAMILIES = {
    "kong": Family("kong", _find_kong, _read_kong),
    "cpmp": Family("cpmp", _find_medians, _read_medians),
    "cap": Family("orlib_cap", _find_cap, _read_cap),
    "holmberg": Family("holmberg", _find_plain, _read_plain),
    "yang": Family("yang", _find_plain, _read_plain),
}
