"""Cells that go together as one cell: the same value, and a start where single moves find none."""

from __future__ import annotations

import numpy as np
import pytest

import zoning
from tests.builders import grid_county, unit_id
from tests.formulation.rendering import formulated
from tests.tiny_feeders import with_nurseries
from zoning.county import County
from zoning.formulation.matrix import build_matrix
from zoning.formulation.model_file import parse_model
from zoning.search.whole import contracted, parts_of

RULES = 'rules = ["feeders", "seats", "contiguity"]\n[parameters.feeders]\nmost_split = 1\n'
TRAVEL = "[[goal]]\nminimise = { travel = 1.0 }\n"
SPLITS = "[[goal]]\nminimise = { split-feeders = 1.0 }\n"


def county_of(width: int, height: int, nurseries: int) -> County:
    """Two schools at the ends of a grid; strips of columns belong to a nursery each."""
    half = 12.0 * width * height * 0.6
    county = grid_county(width, height, [(0, 0, half), (width - 1, height - 1, half)])
    return with_nurseries(county, {
        ("today", unit_id(x, y)): f"k{x * nurseries // width}"
        for x in range(width) for y in range(height)
    })  # fmt: skip


def test_a_part_is_worth_what_its_cells_are() -> None:
    full = formulated(county_of(6, 3, 3), RULES + TRAVEL)
    part = parts_of(full)
    assert len(set(part.tolist())) == 3
    small = contracted(full, part)
    assert small is not None and small.structured and not full.structured
    chosen = np.array([0, 1, 1])
    for formulation, assignment in ((full, chosen[part]), (small, chosen)):
        at = formulation.problem.pair_of(assignment)
        cost = build_matrix(formulation).cost(formulation.goals[0].objective)
        assert cost[at].sum() == pytest.approx(_value())
    assert small.problem.pupils.tolist() == [72.0, 72.0, 72.0]


def _value() -> float:
    """Travel of the first strip to the first school and of the others to the second, minutes."""
    total = 0.0
    for x in range(6):
        for y in range(3):
            home = (0, 0) if x < 2 else (5, 2)
            total += 12 * 1000 * float(np.hypot(x - home[0], y - home[1])) / 60
    return total


def test_a_group_with_two_schools_is_parted_between_them() -> None:
    full = formulated(county_of(6, 3, 1), RULES + TRAVEL)
    part = parts_of(full).reshape(3, 6)
    assert len(set(part.ravel().tolist())) == 2
    assert part[0, 0] != part[2, 5]
    small = contracted(full, part.ravel())
    assert small is not None and small.problem.pupils.sum() == full.problem.pupils.sum()


def test_splits_are_found_where_single_moves_find_no_plan() -> None:
    model = parse_model("nested", RULES + SPLITS + TRAVEL)
    plan = zoning.solve(county_of(10, 6, 4), model, stage="primary", work_limit=1)
    assert plan.goals[0].value == 0 and plan.status == "optimal"
