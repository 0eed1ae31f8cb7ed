"""The travel benchmark on a small network: every side is right, or says that it is not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

Import = Callable[[str], ModuleType]


def test_the_network_hangs_together_and_is_that_of_the_seed(module: Import) -> None:
    travel = module("travel")
    first, again = (travel.generate(400, 30, 3, 1) for _ in range(2))
    assert np.array_equal(first.homes, again.homes) and 300 < len(first.xy) <= 400
    assert set(first.schools) <= set(first.homes) and len(set(first.homes)) == 30
    assert not np.array_equal(first.homes, travel.generate(400, 30, 3, 2).homes)


@pytest.mark.parametrize("side", ["zoning", "networkx"])
def test_a_side_is_checked(module: Import, monkeypatch: pytest.MonkeyPatch, side: str) -> None:
    travel, worker = module("travel"), module("worker")
    monkeypatch.setattr(travel, "NODES", 400)
    job = worker.Job("travel", side, None, 60.0, 1, (30, 3), 1.1)
    row, plan = worker.work(job)
    assert row["valid"] is True and not row["faults"] and plan == []
    assert row["seconds"] > 0 and row["size"] == "30x3"
    streets, _ = travel.with_roads(travel.generate(400, 30, 3, 1))
    wrong = np.full((30, 3), 1e6)
    assert len(travel.check(streets, wrong)) == 3
    assert travel.check(streets, wrong * np.nan) == ["no journeys"]


def test_a_side_that_is_not_installed_is_no_fault(
    module: Import, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run, travel, worker = module("run"), module("travel"), module("worker")

    def gone(streets: object, roads: object) -> None:
        raise ImportError("No module named 'pandana'")

    monkeypatch.setattr(travel, "NODES", 100)
    monkeypatch.setattr(travel, "by_pandana", gone)
    monkeypatch.setattr(run, "in_own_process", worker.work)
    arguments = ["travel", "--only", "pandana", "--size", "10x2", "--out", str(tmp_path / "r.json")]
    assert run.main(arguments) == 0
    (row,) = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert row["status"] == "not installed" and row["valid"] is None
