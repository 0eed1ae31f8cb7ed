"""Changing a plan by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from zoning.errors import Fault, InputError
from zoning.plan.plan import Plan
from zoning.plan.sharing import by_zone
from zoning.plan.status import PlanStatus

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["edited"]


def edited(plan: Plan, changes: Mapping[str | tuple[str, str], str], county: County) -> Plan:
    """Return the plan with some cells given to other schools; see `Plan.with_changes`."""
    school_of = _changed(plan, changes)
    cells = plan.assignment.drop_duplicates(["unit_id", "band"])[["unit_id", "band", "school_id"]]
    pairs = zip(cells["unit_id"], cells["band"], strict=True)
    cells = cells.assign(school_id=[school_of[pair] for pair in pairs])
    bare = Plan.from_assignment(
        county,
        stage=plan.stage,
        year=plan.year,
        place=plan.place,
        cells=cells,
        model=plan.model,
        rules=plan.rules,
        goals=(),
        status=PlanStatus.EDITED,
        solver=plan.solver,
        seed=plan.seed,
        seconds=plan.seconds,
        standards=plan.standards,
        notes=plan.notes,
        measure=plan.measure,
        built=plan.built,
    )
    return _with_goals(bare, plan, county)


def _changed(
    plan: Plan, changes: Mapping[str | tuple[str, str], str]
) -> dict[tuple[str, str], str]:
    """Return (unit, band) -> school after the changes."""
    rows = by_zone(plan.assignment, plan.rules)
    school_of = dict(
        zip(zip(rows["unit_id"], rows["band"], strict=True), rows["school_id"], strict=True)
    )
    bands = tuple(dict.fromkeys(rows["band"]))
    faults = []
    for where, school in changes.items():
        cells = [(where, band) for band in bands] if isinstance(where, str) else [where]
        for cell in cells:
            if cell not in school_of:
                text = f"unit {cell[0]}, band {cell[1]}"
                expected = "a unit and band of the plan"
                faults.append(Fault("error", "changes", text, expected, "none", "correct the id"))
            school_of[cell] = school
    if faults:
        raise InputError(faults)
    return school_of


def _with_goals(bare: Plan, plan: Plan, county: County) -> Plan:
    from zoning.plan.verify import recomputed_goals

    values = recomputed_goals(replace(bare, goals=plan.goals), county)
    goals = tuple(
        replace(goal, value=value, bound=-math.inf, level=None)
        for goal, value in zip(plan.goals, values, strict=True)
    )
    return replace(bare, goals=goals)
