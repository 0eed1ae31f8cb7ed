"""A plan's tables from the county and a list of cells with their schools."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from zoning.errors import InputError
from zoning.plan.actions import actions_table
from zoning.plan.boarders import rule_named
from zoning.plan.built import added_by_school
from zoning.plan.buses import buses_table
from zoning.plan.cells import build_assignment
from zoning.plan.classes import teaching_by_school, without_idle
from zoning.plan.diversions import diversions_table
from zoning.plan.feeding import feeders_table
from zoning.plan.further import decision_figures, transport_figures
from zoning.plan.goals import GoalResult, Rule
from zoning.plan.pieces import pieces_by_zone
from zoning.plan.posts import with_posts
from zoning.plan.sharing import by_zone, drawn, zone_of_school
from zoning.plan.tables import indicators, moved_table, school_classes, school_table
from zoning.plan.upper import UpperGrades

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["Tables", "make_tables"]


@dataclass(frozen=True)
class Tables:
    """What a plan derives from its cells: see the attributes of the same names on `Plan`."""

    assignment: pd.DataFrame
    schools: pd.DataFrame
    indicators: dict[str, float]
    moved: pd.DataFrame
    actions: pd.DataFrame
    feeders: pd.DataFrame
    diversions: pd.DataFrame
    buses: pd.DataFrame


def make_tables(
    county: County,
    cells: pd.DataFrame,
    *,
    stage: str,
    year: int,
    place: str,
    rules: Sequence[Rule],
    goals: Sequence[GoalResult],
    standards: str,
    measure: str,
    built: pd.DataFrame,
) -> Tables:
    """Return the tables of a plan; see `Plan.from_assignment` for the arguments and errors."""
    assignment = build_assignment(
        county, stage=stage, year=year, place=place, cells=cells, measure=measure, rules=rules
    )
    zoned = by_zone(assignment, rules)
    moved = moved_table(county, zoned, stage, zone_of_school(rules))
    opening = rule_named(rules, "opening")
    added = added_by_school(county, built, rules, stage)
    teaching = teaching_by_school(
        county, stage, sites=opening is not None, year=year, place=place, added=added
    )
    if opening is not None and opening.parameters.get("upper_grades") == "may-move":
        upper = UpperGrades(county, assignment, stage)
        teaching = {s: without_idle(its, upper.idle_grades(s)) for s, its in teaching.items()}
    closed = None if opening is None else closed_schools(county, rules, assignment)
    _, classes = school_classes(
        county, teaching, assignment, stage=stage, year=year, place=place,
        closed=closed or frozenset(), rules=rules,
    )  # fmt: skip
    schools = school_table(
        county,
        assignment,
        _drawn_moves(moved, rules),
        teaching,
        classes,
        stage=stage,
        place=place,
        class_limits=_class_limits(rules, "intake"),
        closed=closed,
    )
    schools = with_posts(county, schools, assignment, rules, year)
    figures = indicators(
        county,
        assignment,
        schools,
        {school: sizes for school, sizes in classes.items() if school not in (closed or ())},
        stage=stage,
        moved=moved,
        pieces=pieces_by_zone(zoned, county.adjacency),
        large_class=_large_class(rules, stage, standards),
    )
    figures |= transport_figures(assignment, rules, goals)
    actions = pd.DataFrame()
    if opening is not None or any(rule.name == "expansion" for rule in rules):
        seats = {school: its.seats for school, its in teaching.items()}
        figures |= decision_figures(county, schools, built, added, seats)
        actions = actions_table(
            county, assignment, schools, built, added, rules,
            stage=stage, year=year, measure=measure,
        )  # fmt: skip
    nested = rule_named(rules, "feeders")
    feeders = pd.DataFrame()
    if nested is not None:
        feeders = feeders_table(county, assignment, nested, stage)
    diversions = pd.DataFrame()
    if any(rule.name == "overflow" for rule in rules):
        diversions = diversions_table(county, assignment, schools, rules, measure=measure)
    fleet = rule_named(rules, "buses")
    buses = pd.DataFrame() if fleet is None else buses_table(county, assignment, fleet)
    return Tables(assignment, schools, figures, moved, actions, feeders, diversions, buses)


def _drawn_moves(moved: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """Return the moves with a row for each school that children may be drawn to."""
    rows = moved.rename(columns={"to_school": "school_id"})
    return drawn(rows, rules).rename(columns={"school_id": "to_school"})


def closed_schools(
    county: County, rules: Sequence[Rule], assignment: pd.DataFrame
) -> frozenset[str]:
    """Return the schools that the rule lets stay closed and that have no unit."""
    schools = county.schools
    opening, vetoes = (rule_named(rules, name) for name in ("opening", "vetoes"))
    if opening is not None and opening.parameters.get("existing") != "may-close":
        gone = schools["dangerous"] & schools["repair_cost"].isna() & (vetoes is not None)
        schools = schools[(schools["status"] != "existing") | gone]
    return frozenset(schools["school_id"].tolist()) - set(assignment["school_id"])


def _class_limits(rules: Sequence[Rule], name: str) -> dict[str, float] | None:
    """Return the pupils per class that a rule was resolved to, or None without that rule."""
    for rule in rules:
        pupils = rule.parameters.get("pupils")
        if rule.name == name and isinstance(pupils, Mapping):
            return {str(key): float(value) for key, value in pupils.items()}
    return None


def _large_class(rules: Sequence[Rule], stage: str, standards: str) -> float:
    """Return how many pupils a class may have before it is a large one; NaN if no law says so."""
    from zoning.standards import load_standards

    for rule in rules:
        if rule.name == "class-size" and rule.parameters.get("limit") == "large-class":
            return (_class_limits([rule], rule.name) or {}).get(stage, math.nan)
    try:
        standard = load_standards(standards).get(f"large-class.{stage}")
    except InputError:
        return math.nan
    return math.nan if standard is None else float(standard.value)
