"""Nested zones against trying every assignment."""

from __future__ import annotations

import pytest

from tests.comparing import compare
from tests.tiny_feeders import BruteFeeders, tiny_feeders

COUNTIES = 20
BATCH = 10


@pytest.mark.parametrize("first", range(0, COUNTIES, BATCH))
def test_solver_nests_the_zones_best(first: int) -> None:
    seeds = range(first, first + BATCH)
    wrong = [compare(tiny_feeders(seed), BruteFeeders) for seed in seeds]
    assert not any(wrong), "\n".join(filter(None, wrong))
