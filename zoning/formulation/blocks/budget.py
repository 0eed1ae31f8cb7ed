r"""Budget: what may be spent, once and a year, and what must be.

With the costs of the goals `capital-cost` and `running-cost`, those of every plan
(:math:`h_0, f_0`) among them:

.. math::

   h^- \le h_0 + \sum_s h_s y_s + \sum_k c_k m_k \le h^+, \qquad
   f^- \le f_0 + \sum_s f_s y_s + \sum_k r_k m_k \le f^+

Over several years a number limits the capital of all of them and the running cost of each; a table
by year limits the years that it names, of the capital also the year of the first decisions. What is
limited is the money of the year itself, without
discount.
Source: budget rows of multi-period school siting, Antunes and Peeters 2001; spending floors
(两个只增不减) of the Qinghai 2024 plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, number
from zoning.formulation.builder import Builder
from zoning.formulation.costs import Spending, capital, discounted, running
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Problem
from zoning.standards import Standards


class Line(NamedTuple):
    """One limit: kind of money, year (None: all together), its words, floor and ceiling."""

    kind: str
    year: int | None
    words: str
    least: float
    most: float


class Budget(Block):
    """Money between a floor and a ceiling."""

    name = "budget"
    joins_years = True
    parameters: ClassVar[Settings] = {
        "capital": None, "least_capital": None, "running": None, "least_running": None,
    }  # fmt: skip

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check the amounts."""
        found = {key: self._amounts(problem, key, settings[key]) for key in self.parameters}
        faults = [
            Fault("error", "model", f"{self.name}.least_{line.words}", f"at most {line.most:,.0f}",
                  f"{line.least:,.0f}", "correct one of the two")
            for line in lines(problem, found) if line.least > line.most
        ]  # fmt: skip
        if faults:
            raise InputError(faults)
        return found

    def _amounts(self, problem: Problem, key: str, value: object) -> object:
        """Nothing, a number, or numbers by year."""
        if value is None:
            return None
        if not isinstance(value, dict):
            return number(self.name, key, value)
        years = [str(year) for year in range(problem.now, problem.years[-1] + 1)]
        strange = [str(year) for year in value if str(year) not in years]
        if strange:
            raise InputError(
                Fault("error", "model", f"{self.name}.{key}", f"years of the plan: "
                      f"{', '.join(years)}", ", ".join(strange), "correct the years")
            )  # fmt: skip
        return {str(year): number(self.name, key, amount) for year, amount in value.items()}

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """A row for each kind of money, and year, that is limited."""
        from scipy.sparse import csr_matrix

        money = {"capital": capital(builder), "running": running(builder)}
        for line in lines(problem, settings):
            costs, spent = discounted(_of_year(money[line.kind], line.year), 0.0, problem.now)
            builder.add_rows(
                csr_matrix((1, len(problem.pairs))), {(0, c): v for c, v in costs.items()},
                np.array([line.least - spent]), np.array([line.most - spent]),
                [Tag(self.name, f"{line.words} in yuan")],
            )  # fmt: skip


def lines(problem: Problem, settings: Settings) -> list[Line]:
    """The limits of a budget, in the order of their rows."""
    return [line for kind in ("capital", "running") for line in _lines(problem, settings, kind)]


def _lines(problem: Problem, settings: Settings, kind: str) -> Iterator[Line]:
    low, high = settings[f"least_{kind}"], settings[kind]
    for year in range(problem.now, problem.years[-1] + 1):
        if kind == "running" and year not in problem.years:
            continue
        yearly = kind == "running"  # a number is that of each year, or of all years together
        least, most = _amount(low, year, yearly, -np.inf), _amount(high, year, yearly, np.inf)
        if np.isfinite(least) or np.isfinite(most):
            words = kind if problem.periods is None else f"{kind} of {year}"
            yield Line(kind, year, words, least, most)
    if kind == "capital":
        least = -np.inf if low is None or isinstance(low, dict) else float(str(low))
        most = np.inf if high is None or isinstance(high, dict) else float(str(high))
        if np.isfinite(least) or np.isfinite(most):
            yield Line(kind, None, kind, least, most)


def _amount(value: object, year: int, yearly: bool, other: float) -> float:
    """What a parameter says of one year."""
    if isinstance(value, dict):
        return float(value.get(str(year), other))
    return float(str(value)) if yearly and value is not None else other


def _of_year(spending: list[Spending], year: int | None) -> list[Spending]:
    return [one for one in spending if year in (None, one.year)]
