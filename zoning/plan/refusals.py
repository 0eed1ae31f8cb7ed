"""What a plan refuses: a question it cannot answer, and a county that is not its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["check_question", "missing_county", "other_county"]

_PLACES = ("all", "entrants")


def check_question(county: County, stage: str, place: str) -> None:
    """Refuse a stage that the county has not, and a question that is none.

    Raises:
        InputError: what is wrong with either, all at once.
    """
    faults = []
    if place not in _PLACES:
        expected = '"all" (every grade) or "entrants" (the entry grade)'
        faults.append(Fault("error", "arguments", "place", expected, repr(place), "use one"))
    stages = [its.name for its in county.stages]
    if stage not in stages:
        expected = f"a stage of the county: {', '.join(stages)}"
        faults.append(Fault("error", "arguments", "stage", expected, repr(stage), "use one"))
    if faults:
        raise InputError(faults)


def missing_county() -> Fault:
    """A county is asked for and there is none."""
    return Fault(
        "error",
        "arguments",
        "county",
        "the county that the plan was made for",
        "none: a plan read from a file does not hold its county",
        "pass county=, as in plan.verify(county)",
    )


def other_county(plan: Plan, county: County) -> Fault:
    """The county is not the one that the plan was made for, or not as it was then."""
    return Fault(
        "error",
        "county",
        county.name,
        f"the county that the plan was made for ({plan.county}, content {plan.county_hash[:12]})",
        f"content {county.content_hash[:12]}",
        "read the county the plan was made for, or solve again for the changed one",
    )
