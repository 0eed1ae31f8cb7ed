"""HiGHS through arrays: mixed-integer models in one call, and linear programs that grow.

The calls release the interpreter lock, so a program can run one in a thread and stop it.
"""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zoning.solvers.model import MipModel, MipResult, SolverStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    import highspy
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

INFINITY = float("inf")
_BANNER = threading.Lock()
_BANNER_SHOWN: list[bool] = []


def solve_mip(
    model: MipModel,
    *,
    time_limit: float = INFINITY,
    node_limit: int | None = None,
    relative_gap: float = 0.0,
    absolute_gap: float = 1e-9,
    start: Floats | None = None,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    tolerance: float | None = None,
    presolve: bool = True,
    cutoff: float | None = None,
) -> MipResult:
    """Solve a mixed-integer model.

    ``start`` is a full solution to begin with; ``stop`` is asked now and then whether to end;
    ``tolerance`` is by how much a row may be broken (the solver's own if left out). Without
    ``presolve`` the model is taken as it is.

    With a ``cutoff`` only solutions below it are looked for: the bound is no higher than it, an
    infeasible model has none below it, and an "optimal" solution above it may not be the best.
    """
    highs = _quiet(seed)
    if cutoff is not None:
        highs.setOptionValue("objective_bound", cutoff)
    highs.setOptionValue("mip_rel_gap", max(0.0, relative_gap))
    highs.setOptionValue("mip_abs_gap", absolute_gap)
    if np.isfinite(time_limit):
        highs.setOptionValue("time_limit", max(0.01, time_limit))
    if node_limit is not None:
        highs.setOptionValue("mip_max_nodes", int(node_limit))
    highs.passModel(_lp_object(model))
    if start is not None:
        import highspy

        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        highs.setSolution(solution)
    if not presolve:
        highs.setOptionValue("presolve", "off")
    if tolerance is not None:
        highs.setOptionValue("primal_feasibility_tolerance", tolerance)
        highs.setOptionValue("mip_feasibility_tolerance", tolerance)
    if stop is not None:
        _watch(highs, stop)
    highs.run()
    if highs.getModelStatus().name == "kUnboundedOrInfeasible":
        highs.setOptionValue("presolve", "off")  # presolve did not tell which of the two
        highs.run()
    result = _mip_result(highs, model)
    if start is not None and not _consistent(model, result):
        # seen in HiGHS 1.16: a model that presolve empties gives the start back as its solution,
        # beside the optimum's objective; without a start it does not
        return solve_mip(
            model,
            time_limit=time_limit,
            node_limit=node_limit,
            relative_gap=relative_gap,
            absolute_gap=absolute_gap,
            seed=seed,
            stop=stop,
            presolve=presolve,
            cutoff=cutoff,
        )
    if cutoff is not None:
        return replace(result, bound=min(result.bound, cutoff))
    return result


def _consistent(model: MipModel, result: MipResult) -> bool:
    """True if the solution is worth what the solver says it is."""
    if result.x is None:
        return True
    value = float(model.cost @ result.x)
    return abs(value - result.objective) <= 1e-6 * max(1.0, abs(value))


def _watch(highs: highspy.Highs, stop: Callable[[], bool]) -> None:
    """Let the caller end the run."""
    from highspy import cb

    def listen(kind: Any, _message: str, _out: Any, inward: Any, _data: Any) -> None:
        if stop():
            inward.user_interrupt = True

    highs.setCallback(listen, None)
    highs.startCallback(cb.HighsCallbackType.kCallbackMipInterrupt)


def _new_highs() -> highspy.Highs:
    """A new instance; the banner that the first one prints is kept off the planner's output."""
    import highspy

    with _BANNER:
        if _BANNER_SHOWN:
            return highspy.Highs()  # type: ignore[no-untyped-call]
        sys.stdout.flush()
        kept = os.dup(1)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        try:
            return highspy.Highs()  # type: ignore[no-untyped-call]
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            os.close(silence)
            _BANNER_SHOWN.append(True)


def _quiet(seed: int) -> highspy.Highs:
    highs = _new_highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", int(seed) % 2147483647)
    return highs


def _lp_object(model: MipModel) -> highspy.HighsLp:
    import highspy

    lp = highspy.HighsLp()
    rows, columns = model.matrix.shape
    lp.num_col_ = columns
    lp.num_row_ = rows
    lp.col_cost_ = model.cost
    lp.col_lower_ = model.lower
    lp.col_upper_ = model.upper
    lp.row_lower_ = model.row_lower
    lp.row_upper_ = model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = model.matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = model.matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = model.matrix.data.astype(np.float64)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    if model.integer.any():
        lp.integrality_ = [kinds[int(flag)] for flag in model.integer]
    return lp


def _status(highs: highspy.Highs, solved: bool) -> SolverStatus:
    """Map every model status of HiGHS; ``solved`` says whether there is a solution."""
    from highspy import HighsModelStatus as Of

    limited = SolverStatus.FEASIBLE if solved else SolverStatus.NOTHING
    known = {
        Of.kOptimal: SolverStatus.OPTIMAL,
        Of.kInfeasible: SolverStatus.INFEASIBLE,
        Of.kUnboundedOrInfeasible: SolverStatus.ERROR,
        Of.kUnbounded: SolverStatus.UNBOUNDED,
        Of.kModelEmpty: SolverStatus.OPTIMAL,
        Of.kTimeLimit: limited,
        Of.kIterationLimit: limited,
        Of.kSolutionLimit: limited,
        Of.kInterrupt: limited,
        Of.kMemoryLimit: limited,
        Of.kObjectiveBound: limited,
        Of.kObjectiveTarget: limited,
        Of.kUnknown: limited,
        Of.kNotset: SolverStatus.ERROR,
        Of.kLoadError: SolverStatus.ERROR,
        Of.kModelError: SolverStatus.ERROR,
        Of.kPresolveError: SolverStatus.ERROR,
        Of.kSolveError: SolverStatus.ERROR,
        Of.kPostsolveError: SolverStatus.ERROR,
    }
    status = highs.getModelStatus()
    if status.name == "kHighsInterrupt":  # not in the type stubs of all versions
        return limited
    return known.get(status, SolverStatus.ERROR)


def _mip_result(highs: highspy.Highs, model: MipModel) -> MipResult:
    columns = len(model.cost)
    info = highs.getInfo()
    values = np.array(highs.getSolution().col_value, dtype=np.float64)
    solved = len(values) == columns and int(info.primal_solution_status) == 2
    status = _status(highs, solved)
    bound = float(info.mip_dual_bound)
    if not model.integer.any():  # a pure linear program has no tree, and no bound from one
        bound = float(info.objective_function_value)
        bound = bound if status is SolverStatus.OPTIMAL else -INFINITY
    return MipResult(
        status=status,
        x=values if solved else None,
        objective=float(info.objective_function_value) if solved else INFINITY,
        bound=INFINITY if status is SolverStatus.INFEASIBLE else bound,
        nodes=max(0, int(info.mip_node_count)),
    )


class GrowingLp:
    """A linear program that gains columns and rows and is solved again from its last basis."""

    def __init__(self, model: MipModel, *, presolve: bool = True) -> None:
        self._highs = _quiet(0)
        if not presolve:  # made for the first run alone: on a large program not worth its memory
            self._highs.setOptionValue("presolve", "off")
        self._highs.passModel(_lp_object(model))

    def add_rows(self, matrix: csr_matrix, lower: Floats, upper: Floats) -> None:
        """Add rows over the columns there are."""
        self._highs.addRows(
            matrix.shape[0], lower, upper, matrix.nnz,
            matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32),
            matrix.data.astype(np.float64),
        )  # fmt: skip

    def add_columns(self, cost: Floats, lower: Floats, upper: Floats, matrix: csr_matrix) -> None:
        """Add columns; row k of ``matrix`` holds the coefficients of new column k by row."""
        self._highs.addCols(
            len(cost), cost, lower, upper, matrix.nnz,
            matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32),
            matrix.data.astype(np.float64),
        )  # fmt: skip

    def solve(self, time_limit: float = INFINITY, iterations: int | None = None) -> SolverStatus:
        """Solve from the last basis; the duals of an interrupted run still give valid bounds."""
        spent = self._highs.getRunTime()
        if np.isfinite(time_limit):
            self._highs.setOptionValue("time_limit", spent + max(0.01, time_limit))
        if iterations is not None:
            self._highs.setOptionValue("simplex_iteration_limit", int(iterations))
        self._highs.run()
        return _status(self._highs, self.values is not None)

    @property
    def values(self) -> Floats | None:
        """Column values, None if there are none."""
        solution = self._highs.getSolution()
        return np.array(solution.col_value, dtype=np.float64) if solution.value_valid else None

    @property
    def duals(self) -> Floats | None:
        """Row duals, None if there are none."""
        solution = self._highs.getSolution()
        return np.array(solution.row_dual, dtype=np.float64) if solution.dual_valid else None
