"""What a block is: one rule or one goal of a model, with its mathematics in its docstring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.problem.arrays import Bools, Floats, Problem

if TYPE_CHECKING:
    from zoning.formulation.builder import Builder
    from zoning.standards import Standards

Settings = Mapping[str, object]

PLAN_ONE = "leave it out, or plan one year at a time (zoning.solve, with year=)"
"""What to do with a rule or goal that speaks of one year, beyond its own words."""


class Block:
    """A rule. Subclasses set ``name`` and ``parameters`` and override what they need.

    ``parameters`` maps each parameter to its default; None stands for "from the standards" or
    "not asked for". ``can_be_soft`` says whether a model may turn violations into a goal,
    ``over_years`` whether it may be about several years (if not, ``because`` and ``instead`` say
    why and what to do), and ``joins_years`` whether it then speaks of all of them together, so that
    no year keeps it alone.
    """

    name: ClassVar[str]
    parameters: ClassVar[Mapping[str, object]] = {}
    can_be_soft: ClassVar[bool] = False
    over_years: ClassVar[bool] = True
    because: ClassVar[str] = ""
    instead: ClassVar[str] = PLAN_ONE
    joins_years: ClassVar[bool] = False

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Write out every parameter as the number that will be used; the plan keeps them."""
        return {**self.parameters, **settings}

    def permitted(self, problem: Problem, settings: Settings) -> Bools | None:
        """Pairs that this rule permits, None if it leaves them all."""
        return None

    def kept(self, problem: Problem, settings: Settings) -> Bools | None:
        """Schools that this rule keeps open, None if it has no say in that."""
        return None

    def kept_bands(self, problem: Problem, settings: Settings) -> Bools | None:
        """Bands (S x B) that this rule keeps at their schools, None if it has no say in that."""
        return None

    def closed(self, problem: Problem, settings: Settings) -> Bools | None:
        """Standing schools that this rule closes, whatever the model says; None if it closes none.

        They close under models with the rule `opening` alone.
        """
        return None

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Write the rule's limits, rows and columns."""


@dataclass(frozen=True)
class Objective:
    """A goal in linear form: cost by pair, cost by extra column.

    ``journeys`` (weight by measure) is set if the cost of any pair, listed or not, is the cell's
    pupils times the weighted journey.
    """

    pairs: Floats
    extras: Mapping[int, float]
    journeys: Mapping[str, float] | None = None


class Goal:
    """A goal that is minimised. Subclasses set ``name``, ``unit`` and ``parameters``.

    ``over_years`` says whether it may be about several years, ``one_year`` whether about one;
    where it may not, ``because`` and ``instead`` say why and what to do.
    """

    name: ClassVar[str]
    unit: ClassVar[str]
    parameters: ClassVar[Mapping[str, object]] = {}
    over_years: ClassVar[bool] = True
    one_year: ClassVar[bool] = True
    because: ClassVar[str] = ""
    instead: ClassVar[str] = PLAN_ONE

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Write out every parameter as it will be used."""
        return {**self.parameters, **settings}

    def emit(self, problem: Problem, settings: Settings, builder: Builder) -> Objective:
        """Return the goal in linear form, adding the columns and rows it needs."""
        raise TypeError(f"goal {self.name} emits nothing")

    def unit_of(self, settings: Settings) -> str:
        """Unit of the goal's value under these settings."""
        return self.unit


def all_grades(block: str, problem: Problem) -> list[Fault]:
    """A fault where a rule that looks at whole schools is asked for while entrants are placed."""
    if problem.place != "entrants":
        return []
    return [
        Fault("error", "model", block, "a model that places all grades",
              "one that places entrants", "leave the rule out, or place all grades")
    ]  # fmt: skip


def number(
    block: str, parameter: str, value: object, *, low: float = 0.0, high: float = np.inf
) -> float:
    """A parameter as a number within its range.

    Raises InputError naming the block and parameter.
    """
    good = isinstance(value, int | float) and not isinstance(value, bool)
    if good and low <= float(value) <= high:  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    span = (
        f"a number of at least {low:g}" if high == np.inf else f"a number from {low:g} to {high:g}"
    )
    raise InputError(
        Fault("error", "model", f"{block}.{parameter}", span, repr(value), "correct the parameter")
    )


def whole(block: str, parameter: str, value: object) -> int:
    """A parameter as a whole number of at least 0. Raises InputError if it is not one."""
    found = number(block, parameter, value)
    if found.is_integer():
        return int(found)
    raise InputError(
        Fault("error", "model", f"{block}.{parameter}", "a whole number", repr(value),
              "correct the parameter")
    )  # fmt: skip


def flag(block: str, parameter: str, value: object) -> bool:
    """A parameter that is true or false. Raises InputError if it is not."""
    if isinstance(value, bool):
        return value
    raise InputError(
        Fault("error", "model", f"{block}.{parameter}", "true or false", repr(value),
              "correct the parameter")
    )  # fmt: skip


def choice(block: str, parameter: str, value: object, among: tuple[str, ...]) -> str:
    """A parameter that must be one of a few words. Raises InputError if it is not."""
    if isinstance(value, str) and value in among:
        return value
    raise InputError(
        Fault("error", "model", f"{block}.{parameter}", " or ".join(f'"{a}"' for a in among),
              repr(value), "correct the parameter")
    )  # fmt: skip


def id_list(block: str, parameter: str, value: object, known: set[str]) -> list[str]:
    """A parameter that lists ids of the county. Raises InputError for anything else."""
    items = list(value) if isinstance(value, list | tuple) else [value]
    strange = [item for item in items if not isinstance(item, str) or item not in known]
    if not strange:
        return [str(item) for item in items]
    raise InputError(
        Fault("error", "model", f"{block}.{parameter}", "a list of ids of the county",
              ", ".join(repr(s) for s in strange[:5]), "correct the ids")
    )  # fmt: skip


def fill(values: Floats, where: Bools, other: float = np.inf) -> Floats:
    """``values`` where ``where``, else ``other``."""
    result: Floats = np.where(where, values, other)
    return result


def grade_loads(problem: Problem) -> list[tuple[int, Floats]]:
    """(grade index, pupils by cell) for each grade that some cell places."""
    used = np.flatnonzero(problem.pupils_by_grade.sum(axis=0) > 0)
    return [(int(g), np.ascontiguousarray(problem.pupils_by_grade[:, g])) for g in used]
