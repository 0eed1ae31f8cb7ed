"""The benchmark scripts work: their own judgement of plans, and a run on a tiny instance."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import zoning

FOLDER = Path(__file__).parent
WIDTH = 4
PLACES = [(x, y) for y in range(3) for x in range(WIDTH)]


@pytest.fixture
def instances(tmp_path: Path) -> Path:
    """Return a folder with one instance: 4 x 3 units of demand 10, schools left and right.

    The schools have room for six units each, so two columns for each is best.
    """
    schools = {(0, 1): 60, (3, 1): 60}
    units = [
        f"{number(*place)},{1000 * place[0]},{1000 * place[1]},10,"
        f"{int(place in schools)},{schools.get(place, 0)}"
        for place in PLACES
    ]
    beside = [(number(x, y), number(x + 1, y)) for x, y in PLACES if x < WIDTH - 1]
    beside += [(number(x, y), number(x, y + 1)) for x, y in PLACES if y < 2]
    folder = tmp_path / "sap_grid"
    folder.mkdir()
    write(folder / "units.csv", ["id,x,y,demand,candidate,capacity", *units])
    write(folder / "adjacency.csv", ["i,j", *(f"{i},{j}" for i, j in beside)])
    best = 0.01 * sum(halves_metres(*place) for place in PLACES)
    write(
        tmp_path / "index.csv",
        ["instance,best_known,proved_optimal", f"sap_grid,{best},1", "city_other,,0"],
    )
    return tmp_path


def number(x: int, y: int) -> int:
    """Return the id of the unit in column x and row y."""
    return WIDTH * y + x + 1


def write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def halves_metres(x: int, y: int) -> float:
    """Return the journey of a unit if each school takes the two columns on its side."""
    school = (0, 1) if x < 2 else (3, 1)
    return 1000.0 * ((x - school[0]) ** 2 + (y - school[1]) ** 2) ** 0.5


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module that measures the counties that ship."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("shipped")


@pytest.fixture
def sap(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module that reads and judges instances."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("sap")


def test_plans_are_judged(instances: Path, sap: ModuleType) -> None:
    (instance,) = sap.read_instances(instances, [])
    left, right = "5", "8"
    halves = {str(number(x, y)): left if x < 2 else right for x, y in PLACES}
    assert instance.faults(halves) == []
    assert instance.objective(halves) == pytest.approx(instance.best_known)
    assert instance.faults(halves | {"2": right, "4": left}) == ["school 5: zone in pieces"]
    assert instance.faults(halves | {"2": right}) == ["school 8: 70 of 60"]
    assert instance.faults(halves | {"5": right, "8": left}) == [
        "school 5: not in its own zone",
        "school 8: not in its own zone",
    ]
    assert "1 units at a school that is none" in instance.faults(halves | {"2": "7"})
    del halves["2"]
    assert "1 units without school" in instance.faults(halves)


def test_unknown_names_are_told(instances: Path, sap: ModuleType) -> None:
    with pytest.raises(SystemExit, match="sap_other: not one of sap_grid"):
        sap.read_instances(instances, ["sap_other"])
    with pytest.raises(SystemExit, match=r"no index\.csv"):
        sap.read_instances(instances / "sap_grid", [])


def test_kong_solves_a_tiny_instance(instances: Path) -> None:
    out = instances / "figures.json"
    command = [sys.executable, str(FOLDER / "kong.py"), str(instances)]
    done = subprocess.run(
        [*command, "--time-limit", "5", "--seed", "1", "--out", str(out)],
        capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(FOLDER.parents[1])},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (row,) = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert row["valid"]
    assert row["above_percent"] == pytest.approx(0.0, abs=1e-6)
    assert row["gap_percent"] == pytest.approx(0.0, abs=0.01)
    assert "sap_grid" in done.stdout


def test_the_counties_that_ship_are_measured(shipped: ModuleType) -> None:
    cases = [(c.county, c.model, c.draw) for c in shipped.cases([3], ["fairfax", "xunhua"])]
    assert cases == [
        ("fairfax", "rezoning", None),
        ("xunhua", "annual-zoning", 3),
        ("xunhua", "rezoning", 3),
    ]
    for name, model, _ in cases:
        assert (shipped.DATA / name / "county.toml").is_file()
        assert model in zoning.model_names()
    assert (shipped.DATA / "xunhua" / "generate.py").is_file()
