"""What a plan over several years spends in which year; and the rule `budget` over them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.money import kept
from zoning.plan.verify.school_facts import SchoolFacts

if TYPE_CHECKING:
    from zoning.plan.rolling import RollingPlan

__all__ = ["Money", "check_budgets", "options_of", "spending", "teaching"]


class Money(NamedTuple):
    """Yuan spent in a year; ``choice`` is False for what every plan spends."""

    year: int
    yuan: float
    choice: bool = True


def options_of(facts: Facts) -> dict[tuple[str, str], Mapping[Any, Any]]:
    """(School, option) -> its row in `expansions`."""
    rows = facts.county.expansions.to_dict("records")
    return {(row["school_id"], row["option"]): row for row in rows}


def spending(years: Sequence[Facts], kind: str) -> list[Money]:
    """Return all that is spent, ``"capital"`` or ``"running"``."""
    return _capital(years) if kind == "capital" else _running(years)


def _capital(years: Sequence[Facts]) -> list[Money]:
    options, built = options_of(years[0]), years[-1].plan.built
    found = [
        Money(row["year"], row["modules"] * options[row["school_id"], row["option"]]["cost"])
        for row in built.to_dict("records")
    ]
    opened: set[str] = set()
    for k, facts in enumerate(years):
        choice = facts.optional - kept(facts) - with_enrolled(facts)
        for school, about in teaching(years, k):
            site = about.status != "existing"
            if school in opened or (k and not site):
                continue
            opened.add(school)
            repair = about.row["repair_cost"] if about.row["dangerous"] else math.nan
            yuan = (about.row["capital_cost"] if site else 0.0) + (
                0.0 if math.isnan(repair) else repair
            )
            if yuan:
                found.append(Money(facts.plan.year, yuan, school in choice))
    return found


def _running(years: Sequence[Facts]) -> list[Money]:
    options, found = options_of(years[0]), []
    choices = [facts.optional - kept(facts) for facts in years]
    for k, facts in enumerate(years):
        always, year = with_enrolled(facts), facts.plan.year
        for school, about in teaching(years, k):
            choice = school in choices[_earliest(years, k, about)] - always
            found.append(Money(year, about.opening_cost, choice))
        found += [
            Money(year, row["modules"] * options[row["school_id"], row["option"]]["yearly_cost"])
            for row in facts.plan.built.to_dict("records")
        ]
    return found


def with_enrolled(facts: Facts) -> set[str]:
    """Standing schools that still teach children who are enrolled today.

    Only where entrants are placed: then whoever is enrolled stays. Unknown numbers are some.
    """
    if facts.plan.place != "entrants":
        return set()
    gone = facts.plan.year - facts.county.year + 1
    return {
        school for school, about in facts.items()
        if about.status == "existing"
        and any(about.enrolled[grade] != 0 for grade in about.grades[:-gone])
    }  # fmt: skip


def teaching(years: Sequence[Facts], k: int) -> list[tuple[str, SchoolFacts]]:
    """The schools that teach in a year: those that are open, or closed to entrants but not empty.

    A school is empty once whoever was enrolled, or entered while it was open, has left it.
    """
    facts, enrolled = years[k], with_enrolled(years[k])
    return [
        (school, about) for school, about in facts.items()
        if school in enrolled or school not in years[_earliest(years, k, about)].closed
    ]  # fmt: skip


def _earliest(years: Sequence[Facts], k: int, about: SchoolFacts) -> int:
    """The first of the years planned whose entrants are at a school in year ``k``."""
    if years[k].plan.place != "entrants" or about.status != "existing":
        return k
    return max(0, k - (len(about.grades) - 1))


def check_budgets(plan: RollingPlan, years: Sequence[Facts]) -> list[Breach]:
    """Capital of all years, running cost of each, and what a table says of single years."""
    breaches: list[Breach] = []
    for rule in plan.rules:
        if rule.name == "budget":
            for kind in ("capital", "running"):
                breaches += _between(rule, kind, spending(years, kind), years)
    return breaches


def _between(rule: Rule, kind: str, money: Sequence[Money], years: Sequence[Facts]) -> list[Breach]:
    found = []
    planned = [facts.plan.year for facts in years]
    for key, sign in ((kind, 1.0), (f"least_{kind}", -1.0)):
        stated = rule.parameters.get(key)
        if stated is None:
            continue
        limits: dict[tuple[int, ...], float]
        if isinstance(stated, Mapping):
            limits = {(int(year),): float(amount) for year, amount in stated.items()}
        elif kind == "running":
            limits = {(year,): float(str(stated)) for year in planned}
        else:
            limits = {tuple(sorted({one.year for one in money})): float(str(stated))}
        for of, limit in limits.items():
            spent = math.fsum(one.yuan for one in money if one.year in of)
            if above(sign * spent, sign * limit):
                where = f"{kind} of {', '.join(map(str, of))}"
                most = "at most" if sign > 0 else "at least"
                found.append(Breach(where, f"{most} {show(limit)} yuan", show(spent)))
    return found
