"""The benchmark command: runs on tiny instances with brute-forced optima, and refusals."""

import csv
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import zoning

from .conftest import FOLDER, halves

Import = Callable[[str], ModuleType]
KEYS = [
    "instance", "objective", "bound", "gap", "best_known", "seconds_to_first", "seconds",
    "peak_mb", "valid",
]  # fmt: skip


LIMIT = 20
"""Seconds that no run here needs: each ends when its plan is proved optimal."""


def run(*arguments: str | float | Path) -> subprocess.CompletedProcess[str]:
    """Call the command as a planner does."""
    return subprocess.run(
        [sys.executable, str(FOLDER / "run.py"), *map(str, arguments)],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(FOLDER.parents[1])},
    )  # fmt: skip


def test_a_run_writes_rows_and_plans(kong: Path, module: Import) -> None:
    out, plans = kong / "results.json", kong / "plans"
    done = run(
        "kong", "--instances", kong, "--only", "sap_grid", "--seconds", LIMIT,
        "--seeds", 1, 2, "--out", out, "--solutions", plans,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(out.read_text(encoding="utf-8"))
    assert [row["seed"] for row in rows] == [1, 2]
    for row in rows:
        assert set(KEYS) <= row.keys()
        assert row["valid"] is True and row["status"] == "optimal" and row["size"] == "12x2"
        assert row["objective"] == pytest.approx(halves())
        assert row["gap"] == pytest.approx(0.0, abs=1e-4)
        assert row["above_best_percent"] == pytest.approx(0.0, abs=1e-6)
        assert 0 < row["seconds_to_first"] <= row["seconds"]
        assert row["peak_mb"] > 50
        assert row["faults"] == []
    assert "2 seeds, median (worst)" in done.stdout
    assert sorted(path.name for path in plans.iterdir()) == [
        "sap_grid_seed1.csv", "sap_grid_seed2.csv",
    ]  # fmt: skip
    with (plans / "sap_grid_seed1.csv").open(encoding="utf-8", newline="") as file:
        plan = {row["unit_id"]: row["school_id"] for row in csv.DictReader(file)}
    published = module("published")
    instance = published.read("kong", "sap_grid", published.find("kong", kong)["sap_grid"])
    assert instance.faults(plan) == []
    assert not list(kong.glob("*.part"))
    assert f"| kong `sap_*` | {LIMIT} s | 2 | 2 |" in module("table").markdown(rows)


def solve(module: Import, family: str, folder: Path, name: str) -> tuple[dict[str, Any], Any]:
    """Run one instance in this process; return its row and the instance."""
    published = module("published")
    path = published.find(family, folder)[name]
    job = module("worker").Job(family, name, path, LIMIT, 1, (4, 1), 1.0)
    row, _ = module("worker").work(job)
    return row, published.read(family, name, path)


def brute_force(instance: Any) -> float | None:
    """Return the least objective of all valid plans; None if there is none."""
    best = None
    for plan in itertools.product(instance.schools, repeat=len(instance.units)):
        school_of = dict(zip(instance.units, plan, strict=True))
        value = instance.objective(school_of)
        if (best is None or value < best) and not instance.faults(school_of):
            best = value
    return best


@pytest.mark.parametrize("name", ["cap61", "capa@8000"])
def test_location_reaches_the_optimum(located: Path, module: Import, name: str) -> None:
    row, instance = solve(module, "cap", located, name)
    assert row["valid"], row["faults"]
    assert row["status"] == "optimal"
    assert row["objective"] == pytest.approx(brute_force(instance), rel=1e-6)


def test_location_by_site_reaches_the_optimum(located: Path, module: Import) -> None:
    row, instance = solve(module, "holmberg", located, "p7")
    assert row["objective"] == pytest.approx(brute_force(instance), rel=1e-6)
    assert row["objective"] < row["best_known"] == 31  # made up too high, and said to be proven
    assert row["faults"] == [f"objective {row['objective']} below the proven optimum 31.0"]
    assert not row["valid"]


def test_what_is_published_infeasible_is_valid_if_proved(located: Path, module: Import) -> None:
    row, instance = solve(module, "cap", located, "cap41")
    assert brute_force(instance) is None
    assert row["status"] == "infeasible" and row["valid"] is True and row["faults"] == []
    assert row["objective"] is None and row["bound"] is None and row["gap"] is None


def test_medians_reach_the_optimum(medians: Path, module: Import) -> None:
    for name in ("tiny", "cpmp90"):
        row, instance = solve(module, "cpmp", medians, name)
        assert row["valid"], row["faults"]
        assert row["objective"] == pytest.approx(brute_force(instance), rel=1e-6)
        assert row["status"] == "optimal"
    assert row["objective"] == 15  # 3 + 4 around node 1, 5 + 3 around node 5


def test_sites_with_zones_reach_the_optimum(kong: Path, module: Import) -> None:
    row, instance = solve(module, "kong", kong, "cflsap_grid")
    assert row["valid"], row["faults"]
    assert row["status"] == "optimal"
    assert row["objective"] == pytest.approx(brute_force(instance), rel=1e-6)


@pytest.mark.parametrize("most_pairs", [1000, 0])
def test_generated_counties_are_solved(
    module: Import, monkeypatch: pytest.MonkeyPatch, most_pairs: int
) -> None:
    monkeypatch.setattr(module("counties"), "MOST_PAIRS", most_pairs)  # with a table, and without
    job = module("worker").Job("synthetic", "small", None, LIMIT, 1, (60, 4), 1.1)
    row, plan = module("worker").work(job)
    assert row["valid"], row["faults"]
    assert row["best_known"] is None and row["gap"] is not None
    assert len(plan) == 60


def test_generated_sites_are_chosen_as_well_as_can_be(module: Import) -> None:
    job = module("worker").Job("siting", "small", None, LIMIT, 2, (7, 3), 1.3)
    row, plan = module("worker").work(job)
    assert row["valid"], row["faults"]
    assert row["status"] == "optimal" and len(plan) == 7
    instance = module("siting").generate(7, 3, 1.3, 2)
    assert row["objective"] == pytest.approx(brute_force(instance), rel=1e-6)


def test_generated_counties_have_a_plan_at_the_tightest(module: Import) -> None:
    generate = module("synthetic").generate
    for seed in range(3):
        instance = generate(8, 2, 1.0, seed)
        assert brute_force(instance) is not None
        assert brute_force(module("siting").generate(7, 3, 1.0, seed)) is not None


def test_the_shipped_counties_are_known(module: Import) -> None:
    names = module("run").NAMES
    shipped = module("shipped")
    assert set(names["fairfax"]) == set(shipped.MEASURES)
    assert set(names["xunhua"]) == set(shipped.XUNHUA_MODELS)
    for county in names:
        assert (shipped.DATA / county / "county.toml").is_file()
    assert set(shipped.XUNHUA_MODELS) <= set(zoning.model_names())
    assert (shipped.DATA / "xunhua" / "generate.py").is_file()


def test_fairfax_is_judged_by_its_own_tables(module: Import) -> None:
    shipped = module("shipped")
    instance = shipped.fairfax_instance("minutes")
    assert instance.size == "9404x138"
    assert instance.seats.min() > 0 and instance.root.min() >= 0
    nearest = dict.fromkeys(instance.units, instance.schools[0])
    faults = instance.faults(nearest)
    assert any(" of " in fault for fault in faults)
    assert sum("not in its own zone" in fault for fault in faults) >= 137


def test_fairfax_with_sites_is_judged_by_the_tables_it_wrote(
    module: Import, tmp_path: Path
) -> None:
    shipped = module("shipped")
    case = shipped.fairfax_sites(tmp_path / "county")
    assert case.size == "9404x168" and case.settings == {"opening.count": 143}
    instance = shipped.fairfax_instance("minutes", tmp_path / "county")
    assert instance.size == case.size and instance.count == 143
    assert instance.stays.sum() == 138 and not instance.stays[-30:].any()
    assert instance.root.min() >= 0
    objective, faults = case.judge([(u, "all", instance.schools[0]) for u in instance.units])
    assert objective != objective
    assert "1 open sites of 143" in faults
    assert sum("not in its own zone" in fault for fault in faults) == 137


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["kong"], "needs --instances DIR"),
        (["kong", "--instances", "nowhere"], "nowhere: no such folder"),
        (["nonsense"], "invalid choice"),
        (["fairfax", "--only", "flight"], "expected names out of drive, straight"),
        (["synthetic", "--size", "10"], "expected UNITSxSCHOOLS"),
        (["siting", "--only", "county"], "expected names out of 3000x150_t1.10, fairfax"),
        (["synthetic", "--tightness", "0.9"], "expected 1 or more"),
        (["fairfax", "--seconds", "0"], "expected seconds above 0"),
        (["fairfax", "--seed", "-1"], "expected 0 or more"),
        (["fairfax", "--out", "nowhere/results.json"], "no folder"),
    ],
)
def test_bad_input_is_refused(
    module: Import, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        module("run").main(arguments)
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err


def test_unknown_names_are_refused(
    kong: Path, module: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        module("run").main(["kong", "--instances", str(kong), "--only", "sap_other"])
    assert "sap_other: expected names out of cflsap_grid, sap_grid" in capsys.readouterr().err


def test_a_run_that_fails_is_a_row(kong: Path, module: Import) -> None:
    (kong / "sap_grid" / "adjacency.csv").write_text("i,j\n1,99\n", encoding="utf-8")
    path = kong / "sap_grid"
    job = module("worker").Job("kong", "sap_grid", path, 1.0, 1, (4, 1), 1.0)
    row, plan = module("run").in_own_process(job)
    assert plan == [] and row["status"] == "failed" and row["valid"] is False
    assert "99" in row["faults"][0]


def test_the_table_tells_means_and_worst(module: Import) -> None:
    def row(**changes: object) -> dict[str, object]:
        usual = {
            "family": "cap", "instance": "cap61", "limit": 60.0, "valid": True,
            "status": "optimal", "above_best_percent": 0.1, "gap": 0.002,
            "seconds_to_first": 0.5, "seconds": 3.0, "peak_mb": 300.0,
        }  # fmt: skip
        return usual | changes

    none = dict.fromkeys(("above_best_percent", "gap", "seconds_to_first"))
    text = module("table").markdown(
        [
            row(),
            row(above_best_percent=0.3, gap=0.0, status="feasible", seconds=5.0),
            row(instance="cap41", status="infeasible", **none),
            row(family="synthetic", instance="300x10_t1.10", above_best_percent=None),
        ]
    )
    assert text.splitlines()[2:] == [
        "| cap | 60 s | 3 | 3 | 0.200 % (0.300 %) | 0.100 % (0.200 %) | 2 | 0.5 s | 3.7 | 300 MB |",
        "| synthetic `300x10_t1.10` | 60 s | 1 | 1 | - | 0.200 % | 1 | 0.5 s | 3.0 | 300 MB |",
    ]
