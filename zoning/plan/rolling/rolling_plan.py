"""The rolling plan: a plan for each year, decisions with their years, seats and money by year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from zoning.errors import Fault, InputError
from zoning.plan.goals import GoalResult, Rule
from zoning.plan.plan import Plan
from zoning.plan.rolling.decisions import decisions_table
from zoning.plan.rolling.moves import moves_table
from zoning.plan.rolling.supply import supply_table, years_table
from zoning.plan.same import same_content
from zoning.plan.status import PlanStatus

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["FORMAT", "RollingPlan"]

FORMAT = 1
"""Version of the files that a rolling plan is kept in."""


@dataclass(frozen=True, eq=False)
class RollingPlan:
    """A plan for one stage over several years, with what is proven about it.

    Made by `zoning.solve_years`. Each year is a `Plan` of its own, with its map, tables and
    verification; rules and goals that join the years are kept, and verified, here.

    Attributes:
        plans: one plan a year, the first year first. What is built by then counts in each.
        now: the year of today's zones, in which the first decisions are taken.
        rules: rules of the model with all parameters written out, those of single years too.
        goals: what was reached for each goal over all years, in the order of the model.
        status: see `PlanStatus`.
        seconds: time taken, in seconds.
        notes: what a planner should know.
        decisions: what is done, one row a school and decision, see
            `zoning.plan.rolling.decisions.decisions_table`.
        supply: seats and pupils (学位供需), one row a year and school, see
            `zoning.plan.rolling.supply.supply_table`.
        by_year: totals and money of each year, see `zoning.plan.rolling.supply.years_table`.
        moves: children who change school, one row a year and cell, see
            `zoning.plan.rolling.moves.moves_table`.
        format: version of the files that the plan is kept in.
    """

    plans: tuple[Plan, ...]
    now: int
    rules: tuple[Rule, ...]
    goals: tuple[GoalResult, ...]
    status: PlanStatus
    seconds: float
    notes: tuple[str, ...]
    decisions: pd.DataFrame
    supply: pd.DataFrame
    by_year: pd.DataFrame
    moves: pd.DataFrame
    format: int = FORMAT
    _county: County | None = field(default=None, repr=False)

    @classmethod
    def from_plans(
        cls,
        county: County,
        plans: Sequence[Plan],
        *,
        rules: Sequence[Rule],
        goals: Sequence[GoalResult],
        status: PlanStatus,
        seconds: float,
        notes: Sequence[str] = (),
    ) -> RollingPlan:
        """Return a rolling plan with its tables computed from the plans of its years.

        Raises:
            InputError: the plans are not of one stage, model and county, in years that follow
                one another.
        """
        plans = tuple(plans)
        _check_plans(county, plans)
        moves = moves_table(county, plans)
        return cls(
            plans=plans,
            now=county.year,
            rules=tuple(rules),
            goals=tuple(goals),
            status=PlanStatus(status),
            seconds=float(seconds),
            notes=tuple(notes),
            decisions=decisions_table(county, plans),
            supply=supply_table(plans),
            by_year=years_table(county, plans, moves),
            moves=moves,
            _county=county,
        )

    def __eq__(self, other: object) -> bool:
        """Compare content, NaN equal to NaN; the county itself is compared by its hash."""
        if not isinstance(other, RollingPlan):
            return NotImplemented
        return same_content(self, other)

    __hash__ = None  # type: ignore[assignment]  # tables cannot be hashed

    def __str__(self) -> str:
        """Return one screen: status, goals, each year's seats, moves and money, decisions."""
        from zoning.plan.rolling.text import describe

        return describe(self)

    @property
    def years(self) -> tuple[int, ...]:
        """The years planned."""
        return tuple(plan.year for plan in self.plans)

    def plan_of(self, year: int) -> Plan:
        """Return the plan of one year.

        Raises:
            InputError: it is not one of the years planned.
        """
        for plan in self.plans:
            if plan.year == year:
                return plan
        raise InputError(
            Fault("error", "arguments", "year", ", ".join(map(str, self.years)), str(year),
                  "name a year of the plan")
        )  # fmt: skip

    @property
    def gap(self) -> float:
        """Relative gap of the last goal, with those before it held; infinite if nothing is proven.

        An earlier goal may have given back some of its slack, which is no lack of proof.
        """
        return self.goals[-1].gap if self.goals else math.inf

    def verify(self, county: County | None = None) -> tuple[Fault, ...]:
        """Recompute every year, and what joins them, from the county's tables; empty if right.

        Raises:
            InputError: the county is not the one that the plan was made for.
        """
        from zoning.plan.verify.rolling import verify_years

        return verify_years(self, self.source(county))

    def source(self, county: County | None = None) -> County:
        """Return the plan's county: `county`, or the one the plan was made with.

        Raises:
            InputError: there is neither, or it is not the county that the plan was made for.
        """
        return self.plans[0].source(county or self._county)

    def save(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write `rolling-plan.json` and a folder with each year's plan.

        Raises:
            InputError: the folder holds files and `overwrite` is False.
        """
        from zoning.plan.rolling.files import save_rolling

        save_rolling(self, Path(folder), overwrite=overwrite)

    @classmethod
    def load(cls, folder: str | Path, county: County | None = None) -> RollingPlan:
        """Read a plan that was saved, or written by `zoning.output.write_years`.

        Raises:
            InputError: missing, cut off, of another format, or the county is another one.
        """
        from zoning.plan.rolling.files import load_rolling

        return load_rolling(Path(folder), county)


def _check_plans(county: County, plans: tuple[Plan, ...]) -> None:
    """Refuse plans that do not follow one another."""
    faults = []

    def fault(expected: str, found: str) -> None:
        faults.append(Fault("error", "arguments", "plans", expected, found, "correct the plans"))

    if not plans:
        raise InputError(Fault("error", "arguments", "plans", "at least one", "none", "add one"))
    years = [plan.year for plan in plans]
    if years != list(range(years[0], years[0] + len(years))):
        fault("years that follow one another", ", ".join(map(str, years)))
    for name in ("stage", "place", "model", "standards", "measure"):
        found = sorted({str(getattr(plan, name)) for plan in plans})
        if len(found) > 1:
            fault(f"one {name}", ", ".join(found))
    if any(plan.county_hash != county.content_hash for plan in plans):
        fault(f"plans of the county {county.name}", "plans of another county, or state of it")
    if faults:
        raise InputError(faults)
