"""Which solver a search calls for its mixed-integer models, and under which limits."""

from __future__ import annotations

from dataclasses import dataclass

from zoning.problem.arrays import Floats
from zoning.search.clock import Clock
from zoning.solvers import highs, pulp
from zoning.solvers.model import MipModel, MipResult

# nodes of one call for each unit of the work limit
NODES_A_UNIT = 200


@dataclass(frozen=True)
class Engine:
    """``solver`` is "highs" or the name of a solver that PuLP finds; ``nodes`` limits a call."""

    solver: str = "highs"
    seed: int = 0
    nodes: int | None = None

    def solve(
        self,
        model: MipModel,
        clock: Clock,
        *,
        gap: float = 0.0,
        start: Floats | None = None,
        presolve: bool = True,
        cutoff: float | None = None,
    ) -> MipResult:
        """Solve within the clock's time and, with a work limit, within its nodes.

        Solutions that cost more than ``cutoff`` are of no use: see
        :func:`zoning.solvers.highs.solve_mip`.
        """
        if self.solver != "highs":
            return pulp.solve_mip(model, self.solver, time_limit=clock.left)
        nodes = self.nodes
        if nodes is None and clock.work is not None:
            nodes = NODES_A_UNIT * clock.work
        return highs.solve_mip(
            model, time_limit=clock.left, node_limit=nodes, relative_gap=gap, start=start,
            seed=self.seed, stop=lambda: clock.over, presolve=presolve,
            cutoff=cutoff,
        )  # fmt: skip
