r"""Budget: what may be spent, once and a year, and what must be.

With the costs of the goals `capital-cost` and `running-cost`, those of every plan
(:math:`h_0, f_0`) among them:

.. math::

   h^- \le h_0 + \sum_s h_s y_s + \sum_k c_k m_k \le h^+, \qquad
   f^- \le f_0 + \sum_s f_s y_s + \sum_k r_k m_k \le f^+

Source: budget rows of multi-period school siting, Antunes and Peeters 2001; spending floors
(两个只增不减) of the Qinghai 2024 plan.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, number
from zoning.formulation.builder import Builder, Tag
from zoning.formulation.costs import capital, running
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class Budget(Block):
    """Money between a floor and a ceiling."""

    name = "budget"
    parameters: ClassVar[Settings] = {
        "capital": None, "least_capital": None, "running": None, "least_running": None,
    }  # fmt: skip

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the amounts."""
        found = {
            key: None if settings[key] is None else number(self.name, key, settings[key])
            for key in self.parameters
        }
        for kind in ("capital", "running"):
            low, high = found[f"least_{kind}"], found[kind]
            if low is not None and high is not None and low > high:
                raise InputError(
                    Fault("error", "model", f"{self.name}.least_{kind}", f"at most {high:,.0f}",
                          f"{low:,.0f}", "correct one of the two")
                )  # fmt: skip
        return dict(found)

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """A row for each kind of money that is limited."""
        from scipy.sparse import csr_matrix

        for kind, (costs, spent) in (("capital", capital(builder)), ("running", running(builder))):
            low, high = settings[f"least_{kind}"], settings[kind]
            if low is None and high is None:
                continue
            least = -np.inf if low is None else float(str(low)) - spent
            most = np.inf if high is None else float(str(high)) - spent
            builder.add_rows(
                csr_matrix((1, len(problem.pairs))), {(0, c): v for c, v in costs.items()},
                np.array([least]), np.array([most]), [Tag(self.name, f"{kind} in yuan")],
            )  # fmt: skip
