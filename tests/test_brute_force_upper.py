"""Upper grades that are given away or taken, against trying every plan."""

from __future__ import annotations

import pytest

from tests.brute_places import BrutePlaces
from tests.brute_years import possible as possible_years
from tests.comparing import compare
from tests.test_brute_force_years import compare as compare_years
from tests.tiny_upper import tiny_upper, tiny_upper_years

COUNTIES, YEARS, BATCH = 20, 5, 10


@pytest.mark.parametrize("first", range(0, COUNTIES, BATCH))
def test_solver_moves_upper_grades_best(first: int) -> None:
    wrong = [compare(tiny_upper(seed), BrutePlaces) for seed in range(first, first + BATCH)]
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_and_so_over_years() -> None:
    wrong = [compare_years(tiny_upper_years(seed, possible_years)) for seed in range(YEARS)]
    assert not any(wrong), "\n".join(filter(None, wrong))
