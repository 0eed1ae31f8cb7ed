"""The goals of tiny problems one by one, as targets of the search, with all their plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from tests.search.tiny_problems import TinyProblem, tiny_problem
from zoning.formulation.formulate import Formulation, formulate
from zoning.formulation.matrix import build_matrix
from zoning.formulation.model_file import parse_model
from zoning.search.clock import Clock, Progress
from zoning.search.target import Target
from zoning.standards import load_standards

PROBLEMS = 200
BATCH = 20
STANDARDS = load_standards("china")


@dataclass(frozen=True)
class Case:
    """One goal of a tiny problem, the plans that keep the levels before it, and their values."""

    label: str
    tiny: TinyProblem
    target: Target
    plans: np.ndarray
    values: np.ndarray

    @property
    def optimum(self) -> float:
        """The best value; infinite if there is no plan."""
        return float(self.values.min(initial=np.inf))

    def above(self, bound: float) -> bool:
        """True if a bound is above the optimum."""
        if np.isinf(self.optimum):
            return False
        return bound > self.optimum + 1e-6 * max(1.0, abs(self.optimum))

    def value(self, assignment: np.ndarray) -> float | None:
        """Value of an assignment; None if it is no plan."""
        row = np.flatnonzero((self.plans == assignment).all(axis=1))
        return float(self.values[row[0]]) if len(row) else None


def formulated(tiny: TinyProblem) -> Formulation:
    """The problem under the model that is asked."""
    return formulate(tiny.problem, parse_model("tiny", tiny.asked.model), STANDARDS)


def cases(seed: int, *, later: bool = True) -> Iterator[Case]:
    """The goals of a seed's problem in order, each held at its optimum and slack for the next."""
    tiny = tiny_problem(seed)
    made = formulated(tiny)
    matrix = build_matrix(made)
    target = Target(
        made, matrix, matrix.cost(made.goals[0].objective), made.totals,
        made.structured and not made.goals[0].objective.extras,
    )  # fmt: skip
    keep = np.ones(len(tiny.plans), dtype=bool)
    for k, goal in enumerate(made.goals):
        target = target.aiming_at(matrix.cost(goal.objective))
        values = tiny.values[keep, k]
        yield Case(f"seed {seed}, {goal.name}", tiny, target, tiny.plans[keep], values)
        if not keep.any() or not later:
            return
        level = values.min() + goal.slack * abs(values.min())
        target = target.holding(target.cost, level, goal.name)
        keep &= tiny.values[:, k] <= level + 1e-6 * max(1.0, abs(level))


def batches(test: Callable[..., list[str]]) -> Callable[[int], None]:
    """Make a test of many seeds: ``test`` names what is wrong with one case."""

    @pytest.mark.parametrize("first", range(0, PROBLEMS, BATCH))
    def many(first: int) -> None:
        wrong = []
        for seed in range(first, first + BATCH):
            for number, case in enumerate(cases(seed)):
                rng = np.random.default_rng([seed, number])
                wrong += [f"{case.label}: {text}" for text in test(case, rng)]
        assert not wrong, "\n".join(wrong)

    many.__doc__ = test.__doc__
    return many


class Stopping(Clock):
    """A clock that stops at a look at it, or at a report, by their numbers."""

    def __init__(self, looks: int, reports: int, *, raising: bool = False) -> None:
        super().__init__(float("inf"), 1, self._told)
        self.looks, self.reports, self.raising = looks, reports, raising

    def _told(self, progress: Progress) -> None:
        self.reports -= 1
        if self.reports < 0:
            if self.raising:
                raise KeyboardInterrupt
            self.interrupt()

    @property
    def over(self) -> bool:
        self.looks -= 1
        if self.looks < 0:
            self.interrupt()
        return bool(self.stop[0])

    def share(self, fraction: float) -> Clock:
        return self
