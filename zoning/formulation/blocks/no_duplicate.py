r"""No duplicate: no new school beside one that will be under-used (严防重复建设).

With today's zone :math:`Z_e` of an existing school :math:`e`, its seats :math:`Q_e` and pupils from
outside :math:`o_e`, its use in the plan's year if nothing changed is

.. math:: u_e = \frac{\sum_{i \in Z_e} p_i + o_e}{Q_e}

A site :math:`s` stays closed if the journey from its unit :math:`r_s` to such a school with
:math:`u_e < a` that serves one of its bands is within :math:`\tau`:

.. math:: x_{is} = 0 \;\; \forall i \quad \text{if} \quad \exists e: u_e < a, \; t_{r_s e} \le \tau

Schools without known seats, and suspended ones, do not count.
Source: Qinghai 2024 plan, article 3 (new, rebuilt and enlarged schools are followed up, nothing is
built twice).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, number
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Bools, Floats, Problem
from zoning.standards import Standards

USUAL = 0.7
"""Least use of seats where neither model nor standards state one."""


class NoDuplicate(Block):
    """Sites near under-used schools stay closed."""

    name = "no-duplicate"
    parameters: ClassVar[Settings] = {"minutes": 15.0, "metres": None, "share": None}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Take the share from the standards where the model does not state it."""
        found: dict[str, object] = {
            key: None if settings[key] is None else number(self.name, key, settings[key])
            for key in ("minutes", "metres")
        }
        if set(found.values()) == {None}:
            raise InputError(
                Fault("error", "model", self.name, "minutes or metres", "neither",
                      "state how near another school must not be")
            )  # fmt: skip
        standard, value = standards.get("utilisation.min"), settings["share"]
        if value is None:
            value = USUAL if standard is None else standard.value
        return {**found, "share": number(self.name, "share", value)}

    def permitted(self, problem: Problem, settings: Settings) -> Bools | None:
        """Pairs with all schools but such sites."""
        duplicates = list(duplicates_of(problem, settings))
        return ~np.isin(problem.pairs.school, duplicates) if duplicates else None

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Say which sites stay closed, and why."""
        use, names = use_today(problem), problem.index.schools
        for s, e in duplicates_of(problem, settings).items():
            builder.note(
                f"no-duplicate: site {names[s]} stays closed, since school {names[e]} nearby uses "
                f"{100 * use[e]:.0f} % of its seats"
            )


def use_today(problem: Problem) -> Floats:
    """Use of each school's seats by the pupils of today's zones; NaN where seats are unknown."""
    zone = problem.today >= 0
    load = np.bincount(
        problem.today[zone], weights=problem.pupils[zone], minlength=problem.school_count
    )
    seats = np.where(problem.schools.seats > 0, problem.schools.seats, np.nan)
    use: Floats = (load + problem.schools.outside.sum(axis=1)) / seats
    return use


def duplicates_of(problem: Problem, settings: Settings) -> dict[int, int]:
    """For each site that stays closed the nearest under-used school beside it."""
    share = float(str(settings["share"]))
    standing = ~problem.schools.candidate
    under = standing & (use_today(problem) < share * (1 - 1e-9))
    pairs, found = problem.pairs, {}
    for s in np.flatnonzero(~standing).tolist():
        roots = problem.schools.root[s]
        own = np.concatenate(
            [np.arange(pairs.pointer[r], pairs.pointer[r + 1]) for r in roots[roots >= 0]]
            or [np.zeros(0, dtype=np.int64)]
        )
        near = under[pairs.school[own]]
        for measure in ("minutes", "metres"):
            if settings[measure] is not None:
                most = float(str(settings[measure])) * (1 + 1e-9)
                near &= pairs.journey(measure)[own] <= most
        if near.any():
            length = np.nan_to_num(pairs.journey(problem.measure)[own[near]], nan=np.inf)
            found[s] = int(pairs.school[own[near]][np.argmin(length)])
    return found
