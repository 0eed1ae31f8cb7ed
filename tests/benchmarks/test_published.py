"""Readers of published instances, and the judgement of plans, on tiny made-up files."""

import math
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from .conftest import NODES, PLACES, halves, number, write

Import = Callable[[str], ModuleType]


def read(module: Import, family: str, folder: Path, name: str) -> Any:
    published = module("published")
    return published.read(family, name, published.find(family, folder)[name])


def test_fixed_schools_are_read(kong: Path, module: Import) -> None:
    instance = read(module, "kong", kong, "sap_grid")
    assert instance.size == "12x2"
    assert instance.schools == ["5", "8"]
    assert instance.seats.tolist() == [60, 60]
    assert not instance.optional and instance.straight and instance.fixed is None
    assert len(instance.edges) == 17
    assert instance.reference.proven
    assert instance.reference.best_known == pytest.approx(halves())
    # unit 4 lies three columns and one row from school 5
    cost = instance.cost(np.array([3]), np.array([0]))
    assert cost == pytest.approx(10 * math.hypot(3, 1))


def test_plans_with_fixed_schools_are_judged(kong: Path, module: Import) -> None:
    instance = read(module, "kong", kong, "sap_grid")
    left, right = "5", "8"
    plan = {str(number(x, y)): left if x < 2 else right for x, y in PLACES}
    assert instance.faults(plan) == []
    assert instance.objective(plan) == pytest.approx(halves())
    torn = instance.faults(plan | {"2": right, "4": left})
    assert torn == ["school 5: zone in 2 pieces"]
    assert instance.faults(plan | {"2": right}) == ["school 8: 70 of 60"]
    assert instance.faults(plan | {"5": right, "8": left}) == [
        "school 5: not in its own zone",
        "school 5: zone in 2 pieces",
        "school 8: not in its own zone",
        "school 8: zone in 2 pieces",
    ]
    assert "1 units at a school that is none" in instance.faults(plan | {"2": "7"})
    assert "1 units that the instance does not have" in instance.faults(plan | {"99": "5"})
    closed = instance.faults(dict.fromkeys(plan, left))
    assert closed == ["school 5: 120 of 60", "school 8: not in its own zone"]
    del plan["2"]
    assert "1 units without school" in instance.faults(plan)


def test_a_unit_placed_twice_is_named(kong: Path, module: Import) -> None:
    instance = read(module, "kong", kong, "sap_grid")
    rows = [(str(number(x, y)), "primary", "5" if x < 2 else "8") for x, y in PLACES]
    value, faults = module("case").judge_by(instance, [*rows, rows[0]])
    assert faults == ["1 units placed more than once"]
    assert math.isnan(value)


def test_sites_with_zones_are_read_and_judged(kong: Path, module: Import) -> None:
    instance = read(module, "kong", kong, "cflsap_grid")
    assert instance.optional
    assert instance.schools == ["2", "5", "8"]
    assert instance.fixed.tolist() == [12, 20.5, 30]
    assert instance.reference.best_known is None
    plan = {str(number(x, y)): "5" if x < 2 else "8" for x, y in PLACES if y < 2}
    assert instance.faults(plan) == []
    journeys = 2 * (1 + 1 + math.sqrt(2))
    assert instance.objective(plan) == pytest.approx(10 * journeys + 20.5 + 30)
    # site 2 stays closed; opened, it must be in its own zone
    assert instance.faults(plan | {"1": "2"}) == ["school 2: not in its own zone"]


def test_medians_are_read_and_judged(medians: Path, module: Import) -> None:
    assert list(module("published").find("cpmp", medians)) == ["cpmp90", "tiny"]
    exact = read(module, "cpmp", medians, "tiny")
    cut = read(module, "cpmp", medians, "cpmp90")
    assert exact.demand.tolist() == [d for *_, d in NODES]
    assert set(exact.seats) == {6.0}
    assert exact.count == 2 and exact.edges is None
    assert exact.reference.rounding == 1.0 and exact.reference.proven
    plan = {"1": "2", "2": "2", "3": "2", "4": "5", "5": "5", "6": "5"}
    lines = [math.hypot(3, 1), 0, math.hypot(3, 3), 5, 0, math.hypot(3, 2)]
    assert exact.faults(plan) == []
    assert exact.objective(plan) == pytest.approx(sum(lines))  # whatever the demand
    assert cut.objective(plan) == sum(math.floor(line) for line in lines)
    assert exact.faults(plan | {"1": "1"}) == ["3 open sites of 2"]
    assert exact.faults(plan | {"3": "5"}) == ["school 5: 7 of 6"]


def test_location_is_read_and_judged(located: Path, module: Import) -> None:
    cap = read(module, "cap", located, "cap61")
    plain = read(module, "holmberg", located, "p7")
    plan = {"1": "1", "2": "2", "3": "1"}
    for instance in (cap, plain):
        assert instance.size == "3x2"
        assert instance.seats.tolist() == [9, 8]
        costs = instance.cost(np.repeat(np.arange(3), 2), np.tile(np.arange(2), 3))
        assert costs.reshape(3, 2) == pytest.approx(np.array([[10, 12], [3, costs[3]], [9, 1]]))
        assert instance.faults(plan) == []
        assert instance.faults(plan | {"3": "2"}) == (
            ["school 2: 13 of 8"] if instance is cap else []
        )
    assert cap.objective(plan) == pytest.approx(10 + 7.25 + 9 + 5.5)
    assert plain.objective(plan) == pytest.approx(10 + 7 + 9 + 5)
    assert plain.objective(dict.fromkeys("123", "1")) == pytest.approx(10 + 3 + 9 + 5)
    assert plain.reference.best_known == 31 and plain.reference.proven
    assert read(module, "cap", located, "cap41").reference.infeasible
    assert read(module, "cap", located, "capa@8000").seats.tolist() == [8000, 8000]


def test_what_contradicts_the_published_is_named(module: Import) -> None:
    instance = module("instance")
    known = instance.Reference(best_known=100.0, proven=True)
    assert instance.judge(known, 100.0, 100.0) == []
    assert instance.judge(known, 100.0, 100.5) == [
        "bound 100.5 above the objective 100.0",
        "bound 100.5 above the best value known, 100.0",
    ]
    assert instance.judge(known, 99.0, 98.0) == ["objective 99.0 below the proven optimum 100.0"]
    open_gap = instance.Reference(best_known=100.0)
    assert instance.judge(open_gap, 99.0, None) == []
    nothing = instance.Reference(infeasible=True)
    assert instance.judge(nothing, 1.0, 1.0) == ["a plan, though none exists by what is published"]


def test_units_without_demand_keep_their_cost(module: Import) -> None:
    instance, counties = module("instance"), module("counties")
    costs = np.array([[5.0, 1.0], [2.0, 9.0], [4.0, 4.5]])
    example = instance.Instance(
        name="empty",
        units=["a", "b", "c"],
        schools=["x", "y"],
        demand=np.array([0.0, 3.0, 0.0]),
        seats=np.array([3.0, 0.0]),
        cost=instance.table_cost(costs),
        points=np.array([[0.0, 0.0], [1000.0, 0.0], [0.0, 1000.0]]),
        root=np.array([0, 1]),
        optional=True,
    )
    pupils, seats = counties.pupils_and_seats(example)
    assert pupils.tolist() == [1, 9, 1]
    assert seats.tolist() == [11, 2]  # three of demand and both without, or those two alone


@pytest.mark.parametrize(
    ("family", "files", "told"),
    [
        ("kong", {}, "no instance of family kong"),
        ("cap", {"cap1.txt": "2 3 9"}, "expected 6 numbers or more, found 3"),
        ("cap", {"cap1.txt": "two 3"}, "two"),
        ("holmberg", {"p1": ""}, "p1"),
        ("kong", {"sap_x/units.csv": "id,x\n1,2"}, "instance.json"),
    ],
)
def test_unreadable_files_are_told(
    tmp_path: Path, module: Import, family: str, files: dict[str, str], told: str
) -> None:
    published = module("published")
    for name, text in files.items():
        write(tmp_path / name, text)

    def attempt() -> None:
        for name, path in published.find(family, tmp_path).items():
            published.read(family, name, path)

    with pytest.raises(published.UnreadableError, match=told):
        attempt()


def test_a_missing_folder_is_told(tmp_path: Path, module: Import) -> None:
    published = module("published")
    with pytest.raises(published.UnreadableError, match="no such folder"):
        published.find("cap", tmp_path / "nowhere")
