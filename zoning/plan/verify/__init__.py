"""Verification: is the plan what it says it is?

Everything is recomputed from the county's own tables and from the plan's assignment and rules,
with plain Python and pandas (networkx for exchanges of diverted children). Nothing is shared with
the code that makes plans: not the formulation, the search or the solvers, and not the code that
fills the plan's tables either, so that a mistake there cannot hide itself here.

A number may differ from another by `1e-6 * max(1, |number|)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.errors import Fault, InputError
from zoning.plan.verify.actions import check_actions
from zoning.plan.verify.breach import faults_of
from zoning.plan.verify.buses import check_buses_table
from zoning.plan.verify.facts import Facts, collect
from zoning.plan.verify.feeders import check_feeders_table
from zoning.plan.verify.figures import check_indicators, check_moved, check_schools
from zoning.plan.verify.goals import check_goals, goal_values
from zoning.plan.verify.journeys import check_journeys
from zoning.plan.verify.locks import check_locks
from zoning.plan.verify.placement import check_placement, check_pupils, check_shape
from zoning.plan.verify.rules import CHECKS

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["recomputed_goals", "verify"]


def verify(plan: Plan, county: County) -> tuple[Fault, ...]:
    """Return everything that is wrong with a plan, errors first; see `Plan.verify`.

    Raises:
        InputError: the county is not the one that the plan was made for.
    """
    _check_county(plan, county)
    shape = check_shape(plan, county)
    if shape:
        return faults_of("assignment", shape)
    facts = collect(plan, county)
    faults = [
        *faults_of("assignment", check_placement(facts)),
        *faults_of("assignment", check_pupils(facts)),
        *faults_of("assignment", check_journeys(facts)),
        *faults_of("locks", check_locks(facts)),
        *_rule_faults(facts),
        *check_goals(facts),
        *faults_of("schools", check_schools(facts)),
        *faults_of("moved", check_moved(facts)),
        *faults_of("indicators", check_indicators(facts)),
        *faults_of("actions", check_actions(facts)),
        *faults_of("feeders", check_feeders_table(facts)),
        *faults_of("buses", check_buses_table(facts)),
    ]
    return tuple(sorted(faults, key=lambda fault: fault.severity != "error"))


def recomputed_goals(plan: Plan, county: County) -> tuple[float, ...]:
    """Return the value of each of the plan's goals in their order; NaN for an unknown goal."""
    return goal_values(collect(plan, county))


def _check_county(plan: Plan, county: County) -> None:
    if county.content_hash != plan.county_hash:
        fault = Fault(
            "error",
            "county",
            county.name,
            f"the county that the plan was made for ({plan.county}, {plan.county_hash[:12]})",
            f"another content ({county.content_hash[:12]})",
            "read the county the plan was made for, or solve again for the changed one",
        )
        raise InputError(fault)


def _rule_faults(facts: Facts) -> list[Fault]:
    faults: list[Fault] = []
    for rule in facts.plan.rules:
        check = CHECKS.get(rule.name)
        if check is None and rule.name != "locks":
            faults.append(_unknown_rule(rule.name))
        elif check is not None and not rule.soft:
            faults.extend(faults_of(rule.name, check(facts, rule)))
    return faults


def _unknown_rule(name: str) -> Fault:
    return Fault(
        "warning",
        "rules",
        name,
        "a rule that the verifier knows",
        "another one: not checked by the verifier",
        "check this rule by other means",
    )
