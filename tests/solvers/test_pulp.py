"""Other solvers by way of PuLP, and models written as LP and MPS files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import highspy
import pytest

from tests.solvers.small_models import INF, drawn, hard_knapsacks, kept, model
from zoning.errors import InputError
from zoning.solvers import highs, pulp
from zoning.solvers.model import SolverStatus


def test_cbc_comes_with_pulp() -> None:
    assert "cbc" in pulp.solver_names()


@pytest.mark.parametrize("seed", range(6))
def test_same_optimum_as_highs(seed: int) -> None:
    built, _, best = drawn(seed)
    result = pulp.solve_mip(built, "cbc")
    assert result.status is SolverStatus.OPTIMAL
    assert result.x is not None and kept(built, result.x)
    assert result.objective == pytest.approx(best)
    assert result.bound == pytest.approx(highs.solve_mip(built).objective)


def test_infeasible() -> None:
    result = pulp.solve_mip(model([1, 1], [[1, 1]], [3], [INF]), "cbc")
    assert (result.status, result.x, result.bound) == (SolverStatus.INFEASIBLE, None, INF)


def test_unbounded() -> None:
    built = model([-1, 0], [[1, -1]], [-INF], [0], integer=False, upper=INF)
    result = pulp.solve_mip(built, "cbc")
    assert (result.status, result.bound) == (SolverStatus.UNBOUNDED, -INF)


def test_out_of_time_nothing_is_proved() -> None:
    result = pulp.solve_mip(hard_knapsacks(), "cbc", time_limit=1.0)
    assert result.status in (SolverStatus.FEASIBLE, SolverStatus.NOTHING)
    assert result.bound == -INF


def test_a_gap_is_no_proof_of_the_objective() -> None:
    """A solver that may stop within a gap calls its solution optimal: it is granted no gap."""
    built = hard_knapsacks(rows=5, columns_=16, seed=0, constant=200.0)
    exact = highs.solve_mip(built).objective
    result = pulp.solve_mip(built, "cbc", time_limit=60.0)
    assert result.bound <= exact + 1e-6
    assert result.objective == pytest.approx(exact)


def test_ranged_and_one_sided_rows() -> None:
    built = model([-1, -1, 3], [[1, 1, 0], [1, 1, 1]], [0, 4], [3, INF], integer=False, upper=9.0)
    assert pulp.solve_mip(built, "cbc").objective == pytest.approx(highs.solve_mip(built).objective)


def test_columns_below_zero_and_free() -> None:
    built = model([1, 2], [[1, 1]], [-3], [INF], integer=False, upper=INF, lower=-2.0)
    assert pulp.solve_mip(built, "cbc").objective == pytest.approx(-5.0)
    free = model([1, 2], [[1, 1], [1, 0]], [-3, -7], [INF, INF], integer=False, upper=INF,
                 lower=-INF)  # fmt: skip
    expected = highs.solve_mip(free)
    assert pulp.solve_mip(free, "cbc").status is expected.status


def test_unknown_solver_lists_those_there_are() -> None:
    with pytest.raises(InputError) as caught:
        pulp.solve_mip(drawn(0)[0], "cplecks")
    assert "cbc" in str(caught.value) and "highs" in str(caught.value)


@pytest.mark.parametrize("ending", ["lp", "mps"])
@pytest.mark.parametrize("seed", range(2))
def test_files_are_read_by_highs(tmp_path: Path, ending: str, seed: int) -> None:
    built, _, best = drawn(seed)
    path = pulp.write_model(built, tmp_path / f"model.{ending}")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    solver.run()
    assert solver.getInfo().objective_function_value == pytest.approx(best)


def test_names_in_files(tmp_path: Path) -> None:
    built = replace(
        model([1, 2], [[1, 1]], [1], [1]), names=("x u1 s1", "x u1 s2"), row_names=("unit u1",)
    )
    text = pulp.write_model(built, tmp_path / "named.lp").read_text()
    assert "x_u1_s1" in text and "unit_u1" in text


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_names_that_become_alike_stay_apart(tmp_path: Path, ending: str) -> None:
    """Two ids that differ in a sign or in Chinese only must not become one column."""
    built = replace(
        model([1, 2, 4], [[1, 1, 0], [0, 1, 1]], [1, 1], [1, 1]),
        names=("x-1", "x_1", "一"), row_names=("甲", "乙"),
    )  # fmt: skip
    path = pulp.write_model(built, tmp_path / f"alike.{ending}")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    assert (solver.getNumCol(), solver.getNumRow()) == (3, 2)
    solver.run()
    assert solver.getInfo().objective_function_value == pytest.approx(2.0)


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.lp or \.mps"):
        pulp.write_model(drawn(0)[0], tmp_path / "model.txt")
    assert list(tmp_path.iterdir()) == []
