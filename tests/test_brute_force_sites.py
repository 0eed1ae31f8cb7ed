"""Choosing sites against trying every assignment: same value, valid bound, proven impossibility."""

from __future__ import annotations

import pytest

from tests.comparing import compare
from tests.test_brute_force import attacked
from tests.tiny_sites import tiny_siting

COUNTIES = 160
BATCH = 10


@pytest.mark.parametrize("first", range(0, COUNTIES, BATCH))
def test_solver_finds_the_best_sites_and_zones(first: int) -> None:
    wrong = [compare(tiny_siting(seed)) for seed in range(first, first + BATCH)]
    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.parametrize("first", range(1000, 1040, 10))
def test_bound_holds_when_time_runs_out(first: int) -> None:
    wrong = [attacked(tiny_siting(s, fractional=True)) for s in range(first, first + 10)]
    assert not any(wrong), "\n".join(filter(None, wrong))
