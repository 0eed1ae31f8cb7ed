"""The comparison with spopt: instances, judgement, and runs on tiny ones (spopt only if there)."""

import importlib.util
import itertools
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from .conftest import FOLDER

Import = Callable[[str], ModuleType]


def compare(*arguments: str | float | Path) -> subprocess.CompletedProcess[str]:
    """Call the script as a reader does."""
    return subprocess.run(
        [sys.executable, str(FOLDER / "compare_spopt.py"), *map(str, arguments)],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(FOLDER.parents[1])},
    )  # fmt: skip


def best_value(instance, sites: int) -> float:
    """The best of all choices, by trying every one."""
    clients = len(instance.points)
    every = itertools.product(range(sites), repeat=clients)
    choices = (np.array(choice) for choice in every)
    return min(instance.objective(c) for c in choices if not instance.faults(c))


def test_instances_are_drawn_by_seed_and_kept(module: Import, tmp_path: Path) -> None:
    medians = module("medians")
    for kind in medians.KINDS:
        one, again = (medians.draw(kind, 12, 4, 2, 7) for _ in range(2))
        assert np.array_equal(one.points, again.points)
        assert not np.array_equal(one.points, medians.draw(kind, 12, 4, 2, 8).points)
        assert one.p == (4 if kind == "fixed" else 2)
        assert one.capacitated == (kind != "free")
        if one.capacitated:
            seats = np.sort(one.capacity)[-one.p :].sum()
            assert seats >= one.demand.sum() * medians.TIGHTNESS
        one.save(tmp_path / "kept.npz")
        kept = medians.load(tmp_path / "kept.npz")
        assert kept.name == one.name and kept.size == one.size
        assert np.array_equal(kept.capacity, one.capacity)


def test_choices_are_judged(module: Import) -> None:
    instance = module("medians").Medians(
        "line", np.array([[0.0, 0.0], [3.0, 4.0], [10.0, 0.0]]), np.array([1.0, 2.0, 3.0]),
        np.array([0, 2]), 1, np.array([6.0, 5.0]),
    )  # fmt: skip
    assert instance.objective(np.array([0, 0, 0])) == pytest.approx(2 * 5 + 3 * 10)
    assert instance.faults(np.array([0, 0, 0])) == []
    assert instance.faults(np.array([0, 0, 1])) == ["2 sites open, not 1"]
    assert instance.faults(np.array([1, 1, 1])) == ["site 1: 6 of 5"]
    assert instance.faults(np.array([0, -1, 0])) == ["1 clients without a site"]
    assert instance.faults(None) == ["no plan"]


def test_claims_are_held_against_all_plans_and_bounds(module: Import) -> None:
    script, side = module("compare_spopt"), module("side")

    def measured(says: str, objective: float | None, faults: list[str]) -> object:
        answer = side.Answer(says, None, found=[(1.0, 130.0), (4.0, 110.0)])
        return script.Measured("spopt cbc", answer, 1.0, faults, objective)

    said = measured("Optimal", 110.0, [])
    assert script.honest(said, 100.0, 99.0) == "NO: 10.00 % above"
    assert script.honest(said, 110.0, 110.0) == "yes"
    assert script.honest(said, 110.0, 90.0) == "not refuted"
    assert script.honest(measured("feasible", 110.0, []), 100.0, 99.0) == "yes"
    assert script.honest(measured("Optimal", None, ["no plan"]), 1.0, 1.0) == "NO: no plan"
    assert script.honest(measured("Not Solved", None, ["no plan"]), 1.0, 1.0) == "yes, but no plan"
    ours = script.Measured("zoning", said.answer, 1.0, [], 110.0)
    assert script.as_good_after(ours, [ours, measured("Optimal", 120.0, [])]) == 4.0
    assert script.as_good_after(ours, [ours, measured("Optimal", 100.0, [])]) is None


LIMIT = 100.0
"""Seconds that no run here needs: each ends when its plan is proved optimal."""


@pytest.mark.parametrize("kind", ["fixed", "free", "capacitated"])
def test_our_side_finds_the_best_of_a_tiny_instance(module: Import, kind: str) -> None:
    instance = module("medians").draw(kind, 7, 3, 2, 5)
    best = best_value(instance, 3)
    assert math.isfinite(best)
    watch = module("measure").Stopwatch()
    answer = module("zoning_side").solve(instance, LIMIT, "highs", watch)
    assert instance.faults(np.array(answer.choice)) == []
    assert instance.objective(np.array(answer.choice)) == pytest.approx(best)
    assert answer.says == "optimal"
    assert answer.bound == pytest.approx(best, rel=1e-4)
    assert min(value for _, value in answer.found) == pytest.approx(best)


def test_a_side_is_measured_in_its_own_process(module: Import) -> None:
    script = module("compare_spopt")
    instance = module("medians").draw("fixed", 7, 3, 2, 5)
    found = script.measure("zoning", instance, sys.executable, LIMIT)
    (row,) = script.rows(instance, [found])
    assert row["honest"] == "yes" and row["above_percent"] == 0.0
    assert row["objective"] == pytest.approx(best_value(instance, 3))
    assert row["seconds"] > row["build_seconds"] > 0
    assert row["peak_mb"] > 50


def test_without_spopt_it_says_how_to_install_it(tmp_path: Path) -> None:
    bare = tmp_path / "python"
    bare.write_text("#!/bin/sh\nexit 1\n")
    bare.chmod(0o755)
    done = compare("--size", "9x3", "--open", 2, "--spopt-python", bare)
    assert done.returncode == 2
    assert "pip install spopt" in done.stderr and "Traceback" not in done.stderr


def test_bad_sizes_are_refused() -> None:
    for wrong in (["--size", "9by3"], ["--size", "9x3", "--open", 4]):
        done = compare(*wrong)
        assert done.returncode == 2
        assert "expected" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(importlib.util.find_spec("spopt") is None, reason="spopt is not installed")
def test_both_sides_agree_on_a_tiny_instance(tmp_path: Path) -> None:
    out = tmp_path / "compared.json"
    done = compare("--size", "9x3", "--open", 2, "--seconds", LIMIT, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(out.read_text(encoding="utf-8"))
    assert len(rows) == 9
    for row in rows:
        assert row["honest"] == "yes"
        assert row["above_percent"] == pytest.approx(0.0, abs=0.01)
        assert row["peak_mb"] > 20 and row["seconds"] > 0
