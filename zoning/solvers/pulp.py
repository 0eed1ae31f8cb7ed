"""Any solver that PuLP can call, and LP or MPS files, from the same arrays.

PuLP's names differ between its versions 3 and 4; only forms that both accept are used here.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from zoning.errors import Fault, InputError
from zoning.solvers.model import MipModel, MipResult, SolverStatus


def solver_names() -> list[str]:
    """Names of the solvers that PuLP finds here, such as "cbc"; HiGHS is called directly."""
    import pulp

    return sorted({_short(name) for name in pulp.listSolvers(onlyAvailable=True)} - {"highs"})


def solve_mip(model: MipModel, solver: str, *, time_limit: float = float("inf")) -> MipResult:
    """Solve with the PuLP solver called ``solver`` (for example "cbc").

    PuLP passes on no bound, so the bound is the objective if the solver proved it, else -inf;
    no gap is granted, since a solver that stops within one calls its solution optimal too.
    Raises InputError if PuLP has no such solver here.
    """
    import pulp

    available = {_short(name): name for name in pulp.listSolvers(onlyAvailable=True)}
    if solver not in available:
        names = ", ".join(["highs", *sorted(available)])
        raise InputError(
            Fault("error", "arguments", "solver", f"one of {names}", f'"{solver}"',
                  "install the solver, or name one that is there")
        )  # fmt: skip
    problem, variables = _problem(model)
    limit = None if not np.isfinite(time_limit) else max(1.0, time_limit)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PuLP 3 announces names that PuLP 4 will change
        engine = pulp.getSolver(available[solver], msg=False, timeLimit=limit, gapRel=0.0)
        status = problem.solve(engine)
    values = np.array([_number(v.value()) for v in variables])
    return _result(model, pulp, status, getattr(problem, "sol_status", None), values)


def _result(model: MipModel, pulp: Any, status: int, solution: Any, values: Any) -> MipResult:
    """PuLP says "Optimal" for timed-out runs too: the solution's own status decides."""
    proved = status == pulp.LpStatusOptimal and solution in (None, pulp.LpSolutionOptimal)
    if status == pulp.LpStatusInfeasible:
        return MipResult(SolverStatus.INFEASIBLE, None, float("inf"), float("inf"))
    if status == pulp.LpStatusUnbounded:
        return MipResult(SolverStatus.UNBOUNDED, None, float("inf"), -float("inf"))
    if np.isnan(values).any() or not _within(model, values):
        return MipResult(SolverStatus.NOTHING, None, float("inf"), -float("inf"))
    objective = float(model.cost @ values)
    if proved:
        return MipResult(SolverStatus.OPTIMAL, values, objective, objective)
    return MipResult(SolverStatus.FEASIBLE, values, objective, -float("inf"))


def _within(model: MipModel, values: Any) -> bool:
    activity = model.matrix @ values
    slack = 1e-5 * np.maximum(1.0, np.abs(activity))
    return bool(
        (activity >= model.row_lower - slack).all() and (activity <= model.row_upper + slack).all()
    )


def write_model(model: MipModel, path: str | Path) -> Path:
    """Write the model as ``.lp`` or ``.mps``, by the ending of ``path``."""
    path = Path(path)
    problem, _ = _problem(model)
    if path.suffix == ".lp":
        problem.writeLP(str(path))
    elif path.suffix == ".mps":
        problem.writeMPS(str(path))
    else:
        raise InputError(
            Fault("error", "arguments", "model file", "a name ending in .lp or .mps", path.name,
                  "choose one of the two endings")
        )  # fmt: skip
    return path


def _problem(model: MipModel) -> tuple[Any, list[Any]]:
    import pulp

    names = [f"x{k}{_plain(name)}" for k, name in enumerate(model.names)] or [
        f"x{k}" for k in range(len(model.cost))
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PuLP 3 announces names that PuLP 4 will change
        problem = pulp.LpProblem("zoning", pulp.LpMinimize)
        variables = [
            pulp.LpVariable(
                name,
                None if np.isneginf(low) else float(low),
                None if np.isposinf(high) else float(high),
                pulp.LpInteger if whole else pulp.LpContinuous,
            )
            for name, low, high, whole in zip(
                names, model.lower, model.upper, model.integer, strict=True
            )
        ]
        problem += pulp.lpSum(float(c) * v for c, v in zip(model.cost, variables, strict=True) if c)
        for k in range(model.matrix.shape[0]):
            _add_row(pulp, problem, model, variables, k)
    return problem, variables


def _add_row(pulp: Any, problem: Any, model: MipModel, variables: list[Any], k: int) -> None:
    row = slice(model.matrix.indptr[k], model.matrix.indptr[k + 1])
    terms = [
        float(a) * variables[j]
        for j, a in zip(model.matrix.indices[row], model.matrix.data[row], strict=True)
    ]
    total = pulp.lpSum(terms)
    low, high = float(model.row_lower[k]), float(model.row_upper[k])
    name = f"r{k}{_plain(model.row_names[k])}" if model.row_names else f"r{k}"
    if low == high:
        problem += (total == low), name
        return
    if np.isfinite(low):
        problem += (total >= low), f"{name}_low"
    if np.isfinite(high):
        problem += (total <= high), f"{name}_high"


def _plain(name: str) -> str:
    """What LP files allow of a name: letters, digits and underscores; a number makes it unique."""
    return "_" + "".join(ch if ch.isascii() and ch.isalnum() else "_" for ch in name)


def _short(name: str) -> str:
    return name.lower().removesuffix("_cmd").removeprefix("pulp_")


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)
