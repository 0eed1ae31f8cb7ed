r"""Split feeders: schools that a school feeds beyond the first, over all schools.

With the columns :math:`z_{fbs}` of the rule `feeders`:

.. math::

   \min \sum_{f, b} e_{fb} \quad \text{with} \quad \sum_s z_{fbs} - 1 \le e_{fb},
   \qquad e_{fb} \in \{0, 1, \dots\}

Needs the rule `feeders`, with as many splits permitted as may be needed.
Source: split feeders, as school boards count them.
"""

from __future__ import annotations

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Goal, Objective, Settings
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Problem


class SplitFeeders(Goal):
    """Schools whose graduates are parted, counted by the parts beyond the first."""

    name = "split-feeders"
    unit = "splits"
    over_years = False
    because = "it counts schools of the rule feeders, which is for one year"

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """A column for each feeding school, at least its schools but one.

        Raises InputError if the model lacks the rule feeders.
        """
        from scipy.sparse import csr_matrix

        if builder.feeds is None:
            raise InputError(
                Fault("error", "model", "goal split-feeders", "the rule feeders", "none",
                      "add feeders to the rules, or leave the goal out")
            )  # fmt: skip
        names = list(builder.feeds)
        extra = builder.add_columns(
            [f"splits_{name}".replace(" ", "_") for name in names], 0.0, np.inf, integer=True
        )
        entries = {(k, int(c)): 1.0 for k, name in enumerate(names) for c in builder.feeds[name]}
        builder.add_rows(
            csr_matrix((len(names), len(problem.pairs))),
            entries | {(k, int(c)): -1.0 for k, c in enumerate(extra)},
            np.full(len(names), -np.inf), np.ones(len(names)),
            [Tag(self.name, f"school {name}") for name in names],
        )  # fmt: skip
        return Objective(np.zeros(len(problem.pairs)), {int(c): 1.0 for c in extra})
