"""What a plan spends, once and a year, recomputed; and the rule `budget`."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach, above, show
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.keep_isolated import isolated
from zoning.plan.verify.parameters import amount
from zoning.plan.verify.vetoes import kept_by_veto

__all__ = [
    "capital_spent",
    "check_budget",
    "kept",
    "modules_money",
    "opening_cost",
    "running_spent",
]


def kept(facts: Facts) -> set[str]:
    """Return the standing schools that rules of the plan keep open."""
    found: set[str] = set()
    for rule in facts.plan.rules:
        if rule.name == "vetoes":
            found |= kept_by_veto(facts)
        if rule.name == "keep-isolated":
            found |= set(isolated(facts, rule))
    return found


def opening_cost(facts: Facts) -> float:
    """Return what the open schools that could have stayed closed cost a year."""
    choice = facts.optional - kept(facts)
    return math.fsum(about.opening_cost for school, about in facts.working() if school in choice)


def modules_money(facts: Facts, column: str, school: str = "") -> list[float]:
    """Return yuan by option built (``cost`` or ``yearly_cost``), of one school or of all."""
    options = {
        (row["school_id"], row["option"]): row for row in facts.county.expansions.to_dict("records")
    }
    return [
        row["modules"] * options[row["school_id"], row["option"]][column]
        for row in facts.plan.built.to_dict("records")
        if (row["school_id"], row["option"]) in options and school in ("", row["school_id"])
    ]


def capital_spent(facts: Facts, *, every: bool) -> float:
    """Return yuan spent once; unless ``every``, without what is spent in every plan."""
    spent = modules_money(facts, "cost")
    choice = facts.optional - kept(facts)
    for school, about in facts.working():
        if not every and school not in choice:
            continue
        if about.status != "existing":
            spent.append(about.row["capital_cost"])
        if about.row["dangerous"] and not math.isnan(about.row["repair_cost"]):
            spent.append(about.row["repair_cost"])
    return math.fsum(spent)


def running_spent(facts: Facts, *, every: bool) -> float:
    """Return yuan a year; unless ``every``, without schools that are open in every plan."""
    spent = modules_money(facts, "yearly_cost")
    choice = facts.optional - kept(facts)
    spent += [about.opening_cost for school, about in facts.working() if every or school in choice]
    return math.fsum(spent)


def check_budget(facts: Facts, rule: Rule) -> list[Breach]:
    """Spending between floor and ceiling, with what is spent in every plan."""
    breaches = []
    for kind, spent in (
        ("capital", capital_spent(facts, every=True)),
        ("running", running_spent(facts, every=True)),
    ):
        most, least = amount(rule, kind), amount(rule, f"least_{kind}")
        if above(spent, most):
            breaches.append(Breach(kind, f"at most {show(most)} yuan", show(spent)))
        if above(least, spent):
            breaches.append(Breach(kind, f"at least {show(least)} yuan", show(spent)))
    return breaches
