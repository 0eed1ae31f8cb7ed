"""The mathematics of a question as an LP or MPS file, for any solver and for whoever checks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import Fault, InputError
from zoning.question import ask

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.formulation.formulate import Formulation
    from zoning.formulation.model_file import Model
    from zoning.standards import Standards


def write_model(
    county: County,
    model: str | Path | Model,
    path: str | Path,
    *,
    stage: str,
    year: int | None = None,
    settings: Mapping[str, object] | None = None,
    standards: Standards | str | Path | None = None,
) -> Path:
    """Write the first goal and all rules as a mixed-integer program, by the ending of ``path``.

    Columns are named by unit, band and school, rows by rule and subject. Contiguity stands as
    rows over the immediate neighbours only: separators between farther cells are found while
    solving, so a solution of the file may still hold zones in pieces.

    Raises:
        InputError: something is wrong in the county, the model or an argument.
    """
    from zoning.formulation.matrix import build_matrix
    from zoning.search.cuts import Cuts
    from zoning.search.restrict import Part, restrict
    from zoning.search.target import Target
    from zoning.solvers.pulp import write_model as write

    formulation = ask(county, model, stage, year, settings, standards).formulation
    matrix = build_matrix(formulation)
    if matrix.pairs == 0:
        raise InputError(
            Fault("error", "model", "", "permitted pairs of units and schools", "none",
                  "check the county against the model first")
        )  # fmt: skip
    goal = formulation.goals[0].objective
    target = Target(formulation, matrix, matrix.cost(goal), formulation.totals, False)
    cuts = Cuts(formulation, target.graph)
    if target.graph.binding:
        cuts.neighbour_rows(np.ones(matrix.pairs, dtype=bool))
    built = restrict(Part(target, np.arange(matrix.columns)), cuts)
    return write(replace(built, names=_names(formulation)), path)


def _names(formulation: Formulation) -> tuple[str, ...]:
    problem = formulation.problem
    pairs, index = problem.pairs, problem.index
    chosen = [
        f"{index.units[problem.cell_unit[cell]]}_{index.bands[problem.cell_band[cell]]}"
        f"_{index.schools[school]}"
        for cell, school in zip(pairs.cell.tolist(), pairs.school.tolist(), strict=True)
    ]
    return (*chosen, *formulation.extras.names)
