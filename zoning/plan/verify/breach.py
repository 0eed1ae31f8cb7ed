"""What a check of the verifier finds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from zoning.errors import Fault

__all__ = ["Breach", "above", "differs", "faults_of", "longer", "show"]

_TOLERANCE = 1e-6
_LAST_DIGITS = 1e-9
_MOST = 20


@dataclass(frozen=True)
class Breach:
    """One place where the plan is wrong or breaks a rule.

    Attributes:
        where: the planner's ids.
        expected: what the rule or the county's tables ask for.
        found: what the plan has.
        remedy: what can be done.
        pupils: by how many pupils a rule is broken: what a soft rule costs.
        doubtful: True if it cannot be said whether the plan is wrong here: a warning.
    """

    where: str
    expected: str
    found: str
    remedy: str = "solve again; if the plan was changed by hand, take the change back"
    pupils: float = 0.0
    doubtful: bool = False

    def fault(self, table: str) -> Fault:
        """Return the breach as a fault."""
        severity: Literal["error", "warning"] = "warning" if self.doubtful else "error"
        return Fault(severity, table, self.where, self.expected, self.found, self.remedy)


def longer(length: float, walk: float) -> bool:
    """Return whether a way is longer than a child walks: what a way is, not whether a rule is
    broken, so that only the last digits of a number are forgiven."""
    return length > walk * (1.0 + _LAST_DIGITS)


def above(number: float, limit: float) -> bool:
    """True if `number` is more than `limit`, beyond the tolerance. False if either is NaN."""
    return number > limit + _TOLERANCE * max(1.0, abs(limit))


def differs(a: float, b: float) -> bool:
    """True if two numbers differ beyond the tolerance; NaN equals NaN only."""
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) != math.isnan(b)
    if math.isinf(a) or math.isinf(b):
        return a != b
    return abs(a - b) > _TOLERANCE * max(1.0, abs(a), abs(b))


def show(number: float) -> str:
    """Return a number for a sentence."""
    return "unknown" if math.isnan(number) else f"{number:,.10g}"


def faults_of(table: str, breaches: Sequence[Breach]) -> tuple[Fault, ...]:
    """Return the breaches as faults; many of one kind are cut short and counted."""
    shown = [breach.fault(table) for breach in breaches[:_MOST]]
    rest = breaches[_MOST:]
    if rest:
        found = f"{len(rest):,} more like these"
        doubtful = all(breach.doubtful for breach in rest)
        more = Breach("", "none of these", found, rest[0].remedy, doubtful=doubtful)
        shown.append(more.fault(table))
    return tuple(shown)
