"""Tiny made-up instances in the formats of the published ones, and the modules that read them."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from math import hypot
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parent
WIDTH = 4
PLACES = [(x, y) for y in range(3) for x in range(WIDTH)]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Return what imports one of the modules of the benchmark command."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


def write(path: Path, *lines: str) -> Path:
    """Write a text file, and its folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def number(x: int, y: int) -> int:
    """Return the id of the unit in column x and row y."""
    return WIDTH * y + x + 1


@pytest.fixture
def kong(tmp_path: Path) -> Path:
    """Return a folder with two instances of units of demand 10, a kilometre apart.

    `sap_grid`, 4 x 3, has schools left and right with room for six units each: two columns for
    each is best. `cflsap_grid`, 4 x 2, may open three sites of different cost with room for five.
    """
    _grid(tmp_path / "sap_grid", {(0, 1): (60, 0), (3, 1): (60, 0)}, best=str(halves()))
    sites = {(0, 1): (50, 20.5), (3, 1): (50, 30), (1, 0): (50, 12)}
    _grid(tmp_path / "cflsap_grid", sites, best="", height=2)
    return tmp_path


def halves() -> float:
    """Return demand-kilometres if each of two schools takes the two columns on its side."""
    return 10.0 * sum(hypot(x if x < 2 else 3 - x, y - 1) for x, y in PLACES)


def _grid(
    folder: Path, sites: Mapping[tuple[int, int], Sequence[float]], best: str, height: int = 3
) -> None:
    places = [(x, y) for x, y in PLACES if y < height]
    units = [
        f"{number(*p)},{1000 * p[0]},{1000 * p[1]},10,{int(p in sites)},"
        + ",".join(str(v) for v in sites.get(p, (0, 0)))
        for p in places
    ]
    beside = [(number(x, y), number(x + 1, y)) for x, y in places if x < WIDTH - 1]
    beside += [(number(x, y), number(x, y + 1)) for x, y in places if y < height - 1]
    write(folder / "units.csv", "id,x,y,demand,candidate,capacity,fixed_cost", *units)
    write(folder / "adjacency.csv", "i,j", *(f"{i},{j}" for i, j in beside))
    about = f'{{"best_known": "{best}", "proved_optimal": {int(bool(best))}}}'
    write(folder / "instance.json", about)


NODES = [(0, 0, 1), (3, 1, 2), (0, 4, 1), (20, 0, 3), (24, 3, 1), (21, 5, 2)]
"""Nodes of the tiny median instance: x, y, demand."""


@pytest.fixture
def medians(tmp_path: Path) -> Path:
    """Return a folder with one p-median instance, once by exact and once by cut distances."""
    lines = [f" {len(NODES)}   2 ", *(f" {x} {y} 6 {d}" for x, y, d in NODES)]
    write(tmp_path / "near" / "tiny.dat", *lines)
    write(tmp_path / "far" / "cpmp90.txt", *lines)
    write(tmp_path / "near" / "sol_tiny.txt", "not an instance")
    write(
        tmp_path / "optima.csv",
        "instance,problem,value,status,source",
        'tiny,"CPMP, euclid",15,proven (value truncated to integer),made up',
    )
    return tmp_path


@pytest.fixture
def located(tmp_path: Path) -> Path:
    """Return a folder with facility location in both formats: three customers, two sites.

    In `cap41` no site has room for the second customer; `capa` leaves the capacity open.
    """
    optima = [
        "instance,problem,value,status,source",
        "cap41,CFLP multi-source,1.5,proven,made up",
        "cap41,SSCFLP single-source,infeasible,proven,made up",
        "holmberg/p7,SSCFLP,31,optimal as published,made up",
    ]
    write(tmp_path / "optima.csv", *optima)
    text = "2 3\n 9 5.\n 8 0.5\n 4 \n 10. 12. \n 8 \n 3. \n 7.25 \n 5 \n 9. 1.\n"
    write(tmp_path / "orlib_cap" / "cap61.txt", text)
    write(tmp_path / "orlib_cap" / "cap41.txt", text.replace("\n 8 \n", "\n 18 \n"))
    write(tmp_path / "orlib_cap" / "capa.txt", text.replace(" 9 5.", " capacity 5."))
    write(tmp_path / "orlib_cap" / "optima.csv", *optima[:3])
    write(tmp_path / "holmberg" / "p7", "2 3", "9 5", "8 0", "4. 8.", "0.", "10 3 9", "12 7 1")
    write(tmp_path / "holmberg" / "os", "31")
    return tmp_path
