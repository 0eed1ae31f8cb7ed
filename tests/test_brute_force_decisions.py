"""Further rules and goals about schools against trying every plan and every module."""

from __future__ import annotations

import pytest

from tests.brute_decisions import BruteDecisions
from tests.comparing import compare
from tests.tiny_decisions import tiny_decisions

COUNTIES = 24
BATCH = 8


@pytest.mark.parametrize("first", range(0, COUNTIES, BATCH))
def test_solver_keeps_the_further_rules_best(first: int) -> None:
    wrong = [compare(tiny_decisions(seed), BruteDecisions) for seed in range(first, first + BATCH)]
    assert not any(wrong), "\n".join(filter(None, wrong))
