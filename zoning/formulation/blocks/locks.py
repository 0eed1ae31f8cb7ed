r"""Locks: units that must go, or must not go, to a school, and frozen units and zones.

.. math:: x_{is} = 1 \;\text{(must, frozen)}, \qquad x_{is} = 0 \;\text{(must not)}

Always in force. Source: walk-zone locks and frozen areas of school boards.
"""

from __future__ import annotations

from zoning.formulation.block import Block, Settings
from zoning.problem.arrays import Bools, Problem


class LocksBlock(Block):
    """The county's locks."""

    name = "locks"

    def permitted(self, problem: Problem, settings: Settings) -> Bools | None:
        """Pairs that no lock forbids."""
        return ~problem.locked_out
