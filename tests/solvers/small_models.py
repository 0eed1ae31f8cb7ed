"""Small mixed-integer models for tests of the solvers' adapters."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from zoning.solvers.model import MipModel

INF = float("inf")


def model(
    cost: list[float],
    rows: list[list[float]],
    low: list[float],
    high: list[float],
    *,
    integer: bool | list[bool] = True,
    upper: float | list[float] = 1.0,
    lower: float = 0.0,
) -> MipModel:
    """Return a model with dense rows."""
    n = len(cost)
    return MipModel(
        cost=np.array(cost, float),
        lower=np.full(n, lower),
        upper=np.broadcast_to(np.asarray(upper, float), (n,)).copy(),
        integer=np.broadcast_to(np.asarray(integer), (n,)).copy(),
        matrix=csr_matrix(np.array(rows, float).reshape(len(rows), n)),
        row_lower=np.array(low, float),
        row_upper=np.array(high, float),
    )


def overfull(pupils: list[float], seats: list[float], cost: np.ndarray | None = None) -> MipModel:
    """Units to schools; pupils over the seats cost 1 each (and ``cost`` by unit and school)."""
    n, s = len(pupils), len(seats)
    rows, low, high = [], [], []
    for i in range(n):
        row = np.zeros(n * s + s)
        row[i * s : (i + 1) * s] = 1.0
        rows.append(row)
        low.append(1.0)
        high.append(1.0)
    for j in range(s):
        row = np.zeros(n * s + s)
        row[j : n * s : s] = pupils
        row[n * s + j] = -1.0
        rows.append(row)
        low.append(-INF)
        high.append(seats[j])
    costs = np.concatenate([np.zeros(n * s) if cost is None else cost.ravel(), np.ones(s)])
    return MipModel(
        cost=costs,
        lower=np.zeros(n * s + s),
        upper=np.concatenate([np.ones(n * s), np.full(s, INF)]),
        integer=np.concatenate([np.ones(n * s, bool), np.zeros(s, bool)]),
        matrix=csr_matrix(np.array(rows)),
        row_lower=np.array(low),
        row_upper=np.array(high),
    )


def columns(pupils: list[float], seats: list[float], choice: list[int]) -> np.ndarray:
    """All columns of ``overfull`` for a choice of school by unit."""
    n, s = len(pupils), len(seats)
    result = np.zeros(n * s + s)
    load = np.zeros(s)
    for i, j in enumerate(choice):
        result[i * s + j] = 1.0
        load[j] += pupils[i]
    result[n * s :] = np.maximum(load - np.array(seats), 0.0)
    return result


def drawn(seed: int) -> tuple[MipModel, np.ndarray, float]:
    """A random ``overfull`` model, a solution to start with, and the optimum by trying all."""
    from itertools import product

    rng = np.random.default_rng(seed)
    n, s = int(rng.integers(2, 6)), int(rng.integers(2, 4))
    pupils = [float(p) for p in rng.integers(1, 12, n)]
    seats = [float(q) for q in rng.integers(0, int(sum(pupils)) + 1, s)]
    cost = rng.integers(0, 9, (n, s)).astype(float) if seed % 2 else np.zeros((n, s))
    built = overfull(pupils, seats, cost)
    best = min(
        float(built.cost @ columns(pupils, seats, list(choice)))
        for choice in product(range(s), repeat=n)
    )
    return built, columns(pupils, seats, rng.integers(0, s, n).tolist()), best


def kept(built: MipModel, x: np.ndarray) -> bool:
    """True if a solution keeps rows, bounds and whole numbers."""
    activity = built.matrix @ x
    return bool(
        (activity >= built.row_lower - 1e-6).all()
        and (activity <= built.row_upper + 1e-6).all()
        and (x >= built.lower - 1e-6).all()
        and (x <= built.upper + 1e-6).all()
        and np.allclose(x[built.integer], np.round(x[built.integer]), atol=1e-6)
    )


def hard_knapsacks(
    rows: int = 6, columns_: int = 40, seed: int = 3, constant: float = 0.0
) -> MipModel:
    """Market-split rows, which take a while; slack columns keep them solvable."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(0, 100, (rows, columns_)).astype(float)
    half = np.floor(weights.sum(axis=1) / 2)
    matrix = np.hstack([weights, np.eye(rows), -np.eye(rows)])
    matrix = np.hstack([matrix, np.zeros((rows, 1))])
    n = columns_ + 2 * rows + 1
    return MipModel(
        cost=np.concatenate([np.zeros(columns_), np.ones(2 * rows), [constant]]),
        lower=np.append(np.zeros(n - 1), 1.0),
        upper=np.concatenate([np.ones(columns_), np.full(2 * rows, INF), [1.0]]),
        integer=np.concatenate([np.ones(columns_, bool), np.zeros(2 * rows + 1, bool)]),
        matrix=csr_matrix(matrix),
        row_lower=half,
        row_upper=half,
    )
