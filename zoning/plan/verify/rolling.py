"""Verification of a plan over several years: every year, and what joins them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from zoning.errors import Fault
from zoning.plan.goals import Rule
from zoning.plan.verify import verify
from zoning.plan.verify.breach import Breach, faults_of
from zoning.plan.verify.facts import Facts, collect
from zoning.plan.verify.rolling_goals import check_rolling_goals
from zoning.plan.verify.rolling_intake import check_years_intake
from zoning.plan.verify.rolling_money import check_budgets, options_of
from zoning.plan.verify.rolling_tables import (
    check_by_year,
    check_decisions,
    check_moves,
    check_supply,
)
from zoning.plan.verify.upper import bands_of

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.rolling import RollingPlan

__all__ = ["verify_years"]

SINGLE = frozenset({"budget", "intake"})
"""Rules that are kept over all years together, not in each year's plan."""


def verify_years(plan: RollingPlan, county: County) -> tuple[Fault, ...]:
    """Return everything that is wrong with a rolling plan, errors first."""
    faults = [
        replace(fault, where=f"{one.year}: {fault.where}")
        for one in plan.plans
        for fault in verify(one, county)
    ]
    if any(fault.severity == "error" for fault in faults):
        return tuple(sorted(faults, key=lambda fault: fault.severity != "error"))
    years = [collect(one, county) for one in plan.plans]
    faults += [
        *faults_of("years", _joined(plan, county)),
        *faults_of("rules", _same_rules(plan)),
        *faults_of("opening", _for_good(years)),
        *faults_of("built", _built(years)),
        *faults_of("budget", check_budgets(plan, years)),
        *faults_of("intake", _intake(plan, years)),
        *check_rolling_goals(plan, years),
        *faults_of("moves", check_moves(plan.moves, years)),
        *faults_of("by_year", check_by_year(plan.by_year, years)),
        *faults_of("supply", check_supply(plan.supply, years)),
        *faults_of("decisions", check_decisions(plan.decisions, years)),
    ]
    return tuple(sorted(faults, key=lambda fault: fault.severity != "error"))


def _joined(plan: RollingPlan, county: County) -> list[Breach]:
    """The years follow one another, from the county's own on; they are planned alike."""
    breaches = []
    first = plan.years[0]
    if list(plan.years) != list(range(first, first + len(plan.years))):
        found = ", ".join(map(str, plan.years))
        breaches.append(Breach("years", "years that follow one another", found))
    if plan.now != county.year:
        breaches.append(Breach("now", f"{county.year}, the county's own year", str(plan.now)))
    for name in ("stage", "place", "model", "measure"):
        its = sorted({str(getattr(one, name)) for one in plan.plans})
        if len(its) > 1:
            breaches.append(Breach(name, "the same in all years", ", ".join(its)))
    return breaches


def _same_rules(plan: RollingPlan) -> list[Breach]:
    """Each year keeps all rules but those that join the years, with the same parameters."""
    wanted = {rule.name: rule for rule in plan.rules if rule.name not in SINGLE}
    breaches = []
    for one in plan.plans:
        rules = {rule.name: rule for rule in one.rules}
        for name in [*wanted, *(name for name in rules if name not in wanted)]:
            if rules.get(name) != wanted.get(name):
                stated, found = (_stated(of.get(name)) for of in (wanted, rules))
                breaches.append(Breach(f"{one.year}, {name}", stated, found))
    return breaches


def _stated(rule: Rule | None) -> str:
    """A rule with its parameters in words."""
    if rule is None:
        return "not a rule"
    parameters = ", ".join(f"{key} {value}" for key, value in sorted(rule.parameters.items()))
    return f"a {'soft' if rule.soft else 'hard'} rule{': ' * bool(parameters)}{parameters}"


def _intake(plan: RollingPlan, years: Sequence[Facts]) -> list[Breach]:
    rules = [rule for rule in plan.rules if rule.name == "intake" and not rule.soft]
    return [breach for rule in rules for breach in check_years_intake(years, rule)]


def _for_good(years: Sequence[Facts]) -> list[Breach]:
    """A school that closes stays closed, a site that opens stays open.

    Upper grades that are given away stay away, and those that are taken stay.
    """
    breaches = []
    for before, after in pairwise(years):
        for school, about in after.items():
            was, is_ = school not in before.closed, school not in after.closed
            where = f"{after.plan.year}: school {school}"
            if about.status == "existing" and is_ and not was:
                breaches.append(Breach(where, "closed, as the year before", "open"))
            if about.status != "existing" and was and not is_:
                breaches.append(Breach(where, "open, as the year before", "closed"))
            for band in bands_of(after, school) if after.upper_moves and was else ():
                had, has = ((school, band) in facts.zones for facts in (before, after))
                if has and (school, band) in before.lacking - before.offered:
                    breaches.append(Breach(where, f"no {band}, as the year before", "units of it"))
                if had and not has and (school, band) in before.offered:
                    breaches.append(Breach(where, f"{band}, as the year before", "no unit of it"))
    return breaches


def _built(years: Sequence[Facts]) -> list[Breach]:
    """What stands in a year was decided early enough, not before today, and stands from then on."""
    now, breaches = years[0].county.year, []
    leads = {key: row["lead_years"] for key, row in options_of(years[0]).items()}
    every = {row for facts in years for row in _rows(facts)}
    for facts in years:
        due = set()
        for school, option, decided, modules in every:
            lead = leads.get((school, option), 0.0)
            ready = decided + (0 if lead != lead else int(lead))
            if decided < now:
                where = f"school {school}, option {option}"
                breaches.append(Breach(where, f"decided in {now} or later", str(decided)))
            if ready <= facts.plan.year:
                due.add((school, option, decided, modules))
        if due != set(_rows(facts)):
            found = ", ".join(f"{s} {o} ({d})" for s, o, d, _ in sorted(due ^ set(_rows(facts))))
            breaches.append(
                Breach(str(facts.plan.year), "what is decided early enough, and all of it", found)
            )
    return breaches


def _rows(facts: Facts) -> list[tuple[str, str, int, int]]:
    table = facts.plan.built
    columns = ("school_id", "option", "year", "modules")
    return list(zip(*(table[column].tolist() for column in columns), strict=True))
