"""Building, merging and keeping schools against trying every plan and every module."""

from __future__ import annotations

import pytest

from tests.brute_places import BrutePlaces
from tests.comparing import compare
from tests.tiny_places import tiny_places

COUNTIES = 40
BATCH = 10


@pytest.mark.parametrize("first", range(0, COUNTIES, BATCH))
def test_solver_builds_and_merges_best(first: int) -> None:
    wrong = [compare(tiny_places(seed), BrutePlaces) for seed in range(first, first + BATCH)]
    assert not any(wrong), "\n".join(filter(None, wrong))
