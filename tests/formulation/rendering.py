"""A formulation as text: permitted pairs, rows, columns and goals with the planner's names."""

from __future__ import annotations

import numpy as np

from tests.builders import grid_county
from zoning.county import County
from zoning.formulation.blocks import SHIPPED
from zoning.formulation.blocks.shared_zones import with_shared_zones
from zoning.formulation.formulate import Formulation, check_names, formulate
from zoning.formulation.matrix import build_matrix
from zoning.formulation.model_file import parse_model
from zoning.problem import build_problem
from zoning.problem.build import Place
from zoning.problem.stack import build_problem_of_years
from zoning.standards import load_standards


def formulated(county: County, model: str) -> Formulation:
    """Return the formulation of a county's primary stage under the text of a model file."""
    parsed = parse_model("golden", model)
    check_names(parsed)
    place: Place = "entrants" if parsed.place == "entrants" else "all"
    sites, boards = "opening" in parsed.rules, "boarding" in parsed.rules
    upgrades = parsed.parameters.get("opening", {}).get("upper_grades") == "may-move"
    if parsed.years > 1:
        years = range(county.year, county.year + parsed.years)
        problem = build_problem_of_years(
            county, "primary", years=years, place=place, candidates=sites, boards=boards,
            upgrades=upgrades,
        )  # fmt: skip
    else:
        problem = build_problem(county, "primary", place=place, candidates=sites, boards=boards,
                                upgrades=upgrades)  # fmt: skip
    standards = load_standards("china")
    if "shared-zones" in parsed.rules:
        problem = with_shared_zones(county, problem, parsed, standards, SHIPPED)
    return formulate(problem, parsed, standards)


def golden_county(**changes: object) -> County:
    """Three units in a row, 2, 4 and 6 pupils in two grades; s1 in the first, s2 in the last."""
    fields: dict[str, object] = {
        "pupils": {(0, 0): 4.0, (1, 0): 8.0, (2, 0): 12.0},
        "grades": ("1", "2"),
    }
    return grid_county(3, 1, ((0, 0, 14.0), (2, 0, 15.0)), **(fields | changes))


def rendered(formulation: Formulation) -> str:
    """Return the formulation as text, one item a line."""
    problem, matrix = formulation.problem, build_matrix(formulation)
    pairs = problem.pairs
    names = [
        f"x[{problem.cell_name(int(i)).removeprefix('unit ')} -> {problem.index.schools[s]}]"
        for i, s in zip(pairs.cell, pairs.school, strict=True)
    ] + list(formulation.extras.names)
    lines = ["permitted"]
    lines += [f"  {name}" for name in names[: matrix.pairs]]
    lines.append("rows")
    for k, row_name in enumerate(matrix.names):
        row = matrix.rows[k].tocoo()
        order = np.argsort(row.coords[1], kind="stable")
        terms = " ".join(f"{row.data[j]:+g} {names[row.coords[1][j]]}" for j in order)
        low, high = matrix.lower[k], matrix.upper[k]
        lines.append(f"  {row_name}: {low:g} <= {terms or '0'} <= {high:g}")
    lines.append("columns")
    for k in range(matrix.pairs, matrix.columns):
        extra = k - matrix.pairs
        kind = "whole" if matrix.extra_integer[extra] else "real"
        low, high = matrix.extra_lower[extra], matrix.extra_upper[extra]
        lines.append(f"  {low:g} <= {names[k]} <= {high:g} {kind}")
    lines.append("goals")
    for goal in formulation.goals:
        cost = matrix.cost(goal.objective)
        terms = " ".join(f"{cost[j]:+g} {names[j]}" for j in np.flatnonzero(cost))
        lines.append(f"  {goal.name} (slack {goal.slack:g}): {terms or '0'}")
    contiguity = formulation.contiguity
    if contiguity is not None:
        free = [problem.cell_name(int(i)) for i in np.flatnonzero(contiguity.exempt)]
        lines.append(f"contiguity, islands: {', '.join(free) or 'none'}")
    lines += ["notes", *(f"  {note}" for note in formulation.notes)]
    return "\n".join(lines) + "\n"
