"""Zones with diversions against trying every assignment."""

from __future__ import annotations

import pytest

from tests.comparing import compare
from tests.tiny_overflow import BruteOverflow, tiny_overflow

COUNTIES = 20
BATCH = 10


@pytest.mark.parametrize("first", range(0, COUNTIES, BATCH))
def test_solver_diverts_best(first: int) -> None:
    seeds = range(first, first + BATCH)
    wrong = [compare(tiny_overflow(seed), BruteOverflow) for seed in seeds]
    assert not any(wrong), "\n".join(filter(None, wrong))
