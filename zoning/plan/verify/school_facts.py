"""What the verifier knows about schools: their rows, their grades, and what a plan adds to them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zoning.plan.verify.parameters import limit_by

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["SchoolFacts", "school_facts", "seats_of_module"]

_GAINS = (
    "classes",
    "beds",
    "beds_girls",
    "beds_boys",
    "canteen",
    "building_area",
    "sports_area",
    "site_area",
)


@dataclass
class SchoolFacts:
    """One school: its row in `schools`, and its grades in the plan's stage, youngest first.

    Attributes:
        name: its name.
        kind: its kind.
        multigrade: True if one class may hold several grades.
        rooms: classrooms of all stages; NaN if unknown.
        root: the unit that contains it.
        township: its township.
        seats: seats in the stage; NaN if unknown.
        classes: grade -> classes.
        enrolled: grade -> pupils today.
        outside: grade -> pupils from outside the zoning.
        other_classes: known classes of its other stages.
        candidate: True if it is a site where a school may be opened, or again opened.
        opening_cost: what having it open costs a year.
        status: existing, candidate or suspended.
        added: what the plan's modules add, by name of the amount; `rooms` and `seats` count it.
        row: its whole row in `schools`.
    """

    name: str
    kind: str
    multigrade: bool
    rooms: float
    root: str
    township: str
    seats: float = math.nan
    classes: dict[str, float] = field(default_factory=dict)
    enrolled: dict[str, float] = field(default_factory=dict)
    outside: dict[str, float] = field(default_factory=dict)
    other_classes: float = 0.0
    candidate: bool = False
    opening_cost: float = 0.0
    status: str = "existing"
    added: dict[str, float] = field(default_factory=dict)
    row: dict[str, Any] = field(default_factory=dict)

    @property
    def new_classes(self) -> float:
        """Classes that the plan builds."""
        return self.added.get("classes", 0.0)

    @property
    def grades(self) -> list[str]:
        """Grades served in the stage, youngest first."""
        return list(self.classes)

    @property
    def small(self) -> bool:
        """True for the kinds that have their own class size."""
        return self.kind in ("incomplete-primary", "teaching-point")


def school_facts(county: County, plan: Plan) -> dict[str, SchoolFacts]:
    """Return the schools that serve a grade of the stage, as they are in the plan's year.

    Candidate sites are among them under the rule opening alone.
    """
    stage, sites = plan.stage, any(rule.name == "opening" for rule in plan.rules)
    schools = {
        row["school_id"]: SchoolFacts(
            name=row["name"],
            kind=row["kind"],
            multigrade=bool(row["multigrade"]),
            rooms=row["rooms"],
            root=row["root_unit"],
            township=row["township"],
            candidate=row["status"] != "existing",
            opening_cost=row["opening_cost"],
            status=row["status"],
            row=row,
        )
        for row in county.schools.drop(columns="geometry").to_dict("records")
    }
    for row in county.school_stages.to_dict("records"):
        if row["stage"] == stage:
            schools[row["school_id"]].seats = row["seats"]
    _later(county, plan, schools)
    _build(county, plan, schools)
    rank = {grade: at for at, grade in enumerate(county.stage(stage).grades)}
    rows = county.school_grades.to_dict("records")
    for row in sorted(rows, key=lambda row: rank.get(row["grade"], -1)):
        about = schools[row["school_id"]]
        if row["stage"] == stage:
            about.classes[row["grade"]] = row["classes"]
            about.enrolled[row["grade"]] = row["enrolled"]
            about.outside[row["grade"]] = row["outside"]
        elif not math.isnan(row["classes"]):
            about.other_classes += row["classes"]
    if plan.place == "all" and plan.year != county.year:
        for about in schools.values():
            _form_anew(about)
    if plan.place == "entrants":
        for about in schools.values():
            if about.candidate:
                _nobody_at_site(about)
    return {
        school: about
        for school, about in schools.items()
        if about.classes and (sites or not about.candidate)
    }


def _nobody_at_site(about: SchoolFacts) -> None:
    """Where entrants are placed, nobody is enrolled at a site yet, and no class is taken."""
    for counts in (about.classes, about.enrolled):
        for grade, number in counts.items():
            counts[grade] = 0.0 if math.isnan(number) else number


def _form_anew(about: SchoolFacts) -> None:
    """In another year classes are formed anew: as many as rooms, or as today, in any grades."""
    if math.isnan(about.rooms):
        about.rooms = math.fsum(about.classes.values()) + about.other_classes + about.new_classes
    if not math.isnan(about.rooms):
        about.classes = dict.fromkeys(about.classes, math.nan)


def _later(county: County, plan: Plan, schools: dict[str, SchoolFacts]) -> None:
    """Seats and rooms as they are in the plan's year."""
    rows = sorted(county.school_years.to_dict("records"), key=lambda row: int(row["year"]))
    for row in rows:
        about = schools[row["school_id"]]
        if row["year"] > plan.year:
            continue
        if row["stage"] == plan.stage and not math.isnan(row["seats"]):
            about.seats = row["seats"]
        for name in ("rooms", "beds", "canteen", "staff") if row["stage"] == "" else ():
            if not math.isnan(row[name]):
                about.row[name] = row[name]
        about.rooms = about.row["rooms"]


def _build(county: County, plan: Plan, schools: dict[str, SchoolFacts]) -> None:
    """Add what the plan's modules add; unknown options are left to the rule `expansion`."""
    options = {
        (row["school_id"], row["option"]): row for row in county.expansions.to_dict("records")
    }
    columns = ("school_id", "option", "modules")
    for school, option, number in zip(*(plan.built[c].tolist() for c in columns), strict=True):
        row, about = options.get((school, option)), schools.get(school)
        if row is None or about is None:
            continue
        seats = seats_of_module(plan, about, row)
        gains = {name: row[name] for name in _GAINS} | {"seats": seats}
        for name, gain in gains.items():
            about.added[name] = about.added.get(name, 0.0) + number * gain
        about.rooms += number * row["classes"]
        about.seats += number * seats


def seats_of_module(plan: Plan, about: SchoolFacts, row: Mapping[Any, Any]) -> float:
    """Return what the county states, or the classes times the class size of the plan."""
    if not math.isnan(row["seats"]):
        return float(row["seats"])
    keys = ("incomplete-primary", plan.stage) if about.small else (plan.stage,)
    rules = [rule for rule in plan.rules if rule.name == "expansion"]
    size = limit_by(rules[0], "pupils", *keys) if rules else math.nan
    return 0.0 if math.isnan(size) else float(row["classes"] * size)
