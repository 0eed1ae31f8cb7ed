"""OR-Tools' min-cost flow for transport problems: units send pupils to schools with seats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zoning.solvers.model import SolverStatus

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# flows are whole numbers in OR-Tools: a pupil is split into this many parts, a cost range into that
PARTS = 1000
COST_STEPS = 10**7


def solve_transport(
    supply: Floats, capacity: Floats, tail: Ints, head: Ints, cost: Floats
) -> tuple[SolverStatus, Floats]:
    """Send each supply (pupils) along arcs tail -> head at least cost within the capacities.

    ``tail`` indexes ``supply``, ``head`` indexes ``capacity``, ``cost`` is per pupil. Returns the
    pupils on each arc. Quantities are rounded (supplies down, capacities up), so that the flow is
    a guide whose bound is recomputed in floating point from its prices.
    """
    from ortools.graph.python import min_cost_flow

    flow = min_cost_flow.SimpleMinCostFlow()
    cells = len(supply)
    sent = np.floor(supply * PARTS).astype(np.int64)
    room = np.minimum(np.ceil(capacity * PARTS), sent.sum()).astype(np.int64)
    top = float(cost.max()) if len(cost) else 1.0
    scale = COST_STEPS / max(top, 1e-12)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        tail, cells + head, sent[tail], np.round(cost * scale).astype(np.int64)
    )
    schools = np.arange(len(capacity))
    sink = cells + len(capacity)
    flow.add_arcs_with_capacity_and_unit_cost(
        cells + schools, np.full(len(schools), sink), np.maximum(room, 0), np.zeros_like(schools)
    )
    flow.set_nodes_supplies(np.arange(cells), sent)
    flow.set_node_supply(sink, -int(sent.sum()))
    status = {
        flow.OPTIMAL: SolverStatus.OPTIMAL,
        flow.FEASIBLE: SolverStatus.FEASIBLE,
        flow.INFEASIBLE: SolverStatus.INFEASIBLE,
        flow.UNBALANCED: SolverStatus.INFEASIBLE,
        flow.NOT_SOLVED: SolverStatus.NOTHING,
        flow.BAD_RESULT: SolverStatus.ERROR,
        flow.BAD_COST_RANGE: SolverStatus.ERROR,
        flow.BAD_CAPACITY_RANGE: SolverStatus.ERROR,
    }.get(flow.solve(), SolverStatus.ERROR)
    if status is not SolverStatus.OPTIMAL:
        return status, np.zeros(len(tail))
    return status, flow.flows(arcs).astype(np.float64) / PARTS
