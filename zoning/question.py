"""A question: county, model and standards brought together as arrays and mathematics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zoning.formulation.blocks import SHIPPED
from zoning.formulation.blocks.shared_zones import with_shared_zones
from zoning.formulation.formulate import Formulation, check_names, formulate, measure_of
from zoning.formulation.model_file import Model, load_model
from zoning.problem import build_problem

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.problem.arrays import Problem
    from zoning.standards import Standards

# schools that each unit is listed with at first where there are too many pairs for all
NEAREST = 24


@dataclass(frozen=True)
class Question:
    """What is asked: the model, the arrays before any rule, and the formulation."""

    model: Model
    standards: Standards
    problem: Problem
    formulation: Formulation


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
    if not isinstance(standards, Standards):
        standards = load_standards(county.standards if standards is None else standards)
    problem = build_problem(
        county, stage, year=year, place="entrants" if chosen.place == "entrants" else "all",
        measure=measure_of(chosen), candidates="opening" in chosen.rules,
        boards="boarding" in chosen.rules,
        nearest=nearest if _by_travel_alone(chosen) else None,
    )  # fmt: skip
    if "shared-zones" in chosen.rules:
        problem = with_shared_zones(county, problem, chosen, standards, SHIPPED)
    return Question(chosen, standards, problem, formulate(problem, chosen, standards))


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
        yield question
        if question.problem.pairs.unlisted is None:
            return
        nearest *= 4


def _by_travel_alone(model: Model) -> bool:
    """True if a pair's cost follows from its journey, so that a bound can cover unlisted pairs."""
    plain = not model.soft and not {"opening", "shared-zones"} & set(model.rules)
    return plain and all(choice.weights == {"travel": 1.0} for choice in model.goals)
