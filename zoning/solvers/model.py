"""A mixed-integer model as arrays, and what a solver says of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]


class SolverStatus(StrEnum):
    """What a solver run ended with; every adapter maps all its solver's codes to these."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"  # a limit was reached; there is a solution
    NOTHING = "nothing"  # a limit was reached; no solution yet
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    ERROR = "error"


@dataclass(frozen=True)
class MipModel:
    """Minimise ``cost @ x`` subject to ``row_lower <= matrix @ x <= row_upper`` and bounds on x.

    ``integer`` marks the columns that take whole numbers. ``names`` are for LP and MPS files.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    integer: NDArray[np.bool_]
    matrix: csr_matrix
    row_lower: Floats
    row_upper: Floats
    names: tuple[str, ...] = ()
    row_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class MipResult:
    """Best solution found (None if none), its objective, and a bound valid for this model."""

    status: SolverStatus
    x: Floats | None
    objective: float
    bound: float
    nodes: int = 0
