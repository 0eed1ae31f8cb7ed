"""A question: county, model and standards brought together as arrays and mathematics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zoning.errors import Fault
from zoning.formulation.blocks import SHIPPED
from zoning.formulation.blocks.opening import MAY_MOVE
from zoning.formulation.blocks.shared_zones import with_shared_zones
from zoning.formulation.formulate import (
    Formulation,
    check_names,
    check_years,
    formulate,
    measure_of,
)
from zoning.formulation.impossible import find_impossible
from zoning.formulation.model_file import Model, load_model
from zoning.problem import build_problem
from zoning.problem.build import Place
from zoning.problem.stack import build_problem_of_years

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.problem.arrays import Problem
    from zoning.standards import Standards

# schools that each unit is listed with at first where there are too many pairs for all
NEAREST = 24


@dataclass(frozen=True)
class Question:
    """What is asked: the model, the formulation, and what makes a plan impossible from the start.

    The arrays before any rule are let go: on a large county they take as much memory as those of
    the formulation.
    """

    model: Model
    standards: Standards
    formulation: Formulation
    impossible: tuple[Fault, ...]

    @property
    def problem(self) -> Problem:
        """The arrays with the permitted pairs alone."""
        return self.formulation.problem


def ask(
    county: County,
    model: str | Path | Model,
    stage: str,
    year: int | None,
    settings: Mapping[str, object] | None,
    standards: Standards | str | Path | None,
    nearest: int | None = None,
) -> Question:
    """Read the model, take the arrays from the county, and formulate.

    Where journeys are straight lines and the goal is travel alone, only the pairs of each unit
    with its ``nearest`` schools are listed if there are very many (None: all are).
    Raises InputError if something is wrong in the county, the model or an argument.
    """
    from zoning.standards import Standards, load_standards

    chosen = model if isinstance(model, Model) else load_model(model)
    if settings:
        chosen = chosen.with_settings(settings)
    check_names(chosen)
    check_years(chosen, chosen.years)
    if not isinstance(standards, Standards):
        standards = load_standards(county.standards if standards is None else standards)
    place: Place = "entrants" if chosen.place == "entrants" else "all"
    measure, sites, boards = (
        measure_of(chosen),
        "opening" in chosen.rules,
        "boarding" in chosen.rules,
    )
    upgrades = sites and chosen.parameters.get("opening", {}).get("upper_grades") == MAY_MOVE
    if chosen.years > 1:
        # zones of entrants begin with this year's, which are not placed yet
        first = county.year + (place == "all") if year is None else year
        problem = build_problem_of_years(
            county, stage, years=range(first, first + chosen.years), place=place, measure=measure,
            candidates=sites, boards=boards, upgrades=upgrades,
        )  # fmt: skip
    else:
        problem = build_problem(
            county, stage, year=year, place=place, measure=measure, candidates=sites,
            boards=boards, upgrades=upgrades, nearest=nearest if _by_travel_alone(chosen) else None,
        )  # fmt: skip
    if "shared-zones" in chosen.rules:
        problem = with_shared_zones(county, problem, chosen, standards, SHIPPED)
    formulation = formulate(problem, chosen, standards)
    return Question(chosen, standards, formulation, find_impossible(formulation, problem))


def questions(
    county: County,
    model: str | Path | Model,
    stage: str,
    year: int | None,
    settings: Mapping[str, object] | None,
    standards: Standards | str | Path | None,
) -> Iterator[Question]:
    """The question with more and more pairs listed, until none is left out."""
    nearest = NEAREST
    while True:
        question = ask(county, model, stage, year, settings, standards, nearest)
        listed = question.problem.pairs.unlisted is None
        yield question
        if listed:
            return
        nearest *= 4


def _by_travel_alone(model: Model) -> bool:
    """True if a pair's cost follows from its journey, so that a bound can cover unlisted pairs."""
    plain = not model.soft and not {"opening", "shared-zones"} & set(model.rules)
    return plain and all(choice.weights == {"travel": 1.0} for choice in model.goals)
