"""Shared zones against trying every assignment, each school of a zone judged by itself."""

from __future__ import annotations

import pytest

import zoning
from tests.comparing import compare
from tests.tiny_shared import BruteShared, tiny_shared
from zoning.errors import InputError
from zoning.formulation.model_file import parse_model

COUNTIES = 20
BATCH = 10


@pytest.mark.parametrize("first", range(0, COUNTIES, BATCH))
def test_solver_shares_zones_best(first: int) -> None:
    wrong = []
    for case in map(tiny_shared, range(first, first + BATCH)):
        if BruteShared(case.county, case.model).refused:
            with pytest.raises(InputError, match=r"from outside|free place"):
                zoning.solve(case.county, parse_model("tiny", case.model), stage="primary")
        else:
            wrong.append(compare(case, BruteShared))
    assert not any(wrong), "\n".join(filter(None, wrong))
