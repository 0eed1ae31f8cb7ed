r"""Vetoes: decisions that a hearing or a rule takes out of the plan's hands.

With the schools :math:`V` whose closing is vetoed (a school without pupils would be suspended, any
other merged), the sites :math:`W` where opening or restoring is vetoed or services lack, and the
schools :math:`D` that must not hand over their upper grades, with the cells :math:`N_b` of each
band :math:`b` that they serve, and the schools :math:`U` that must not take upper grades (see the
rule `opening`), with the bands :math:`B_s` that they could take:

.. math::

   y_s = 1 \;\; \forall s \in V, \qquad x_{is} = 0 \;\; \forall s \in W, \qquad
   \sum_{i \in N_b} x_{is} \ge y_s \;\; \forall s \in D, \qquad
   x_{is} = 0 \;\; \forall s \in U, i \in N_b, b \in B_s

Over several years these hold in the years of each veto. A school that closes stays closed, and a
site that opens stays open: a school whose closing is ruled out from a later year on teaches until
then too, and a site that is ruled out from a later year on is not opened before.
A dangerous building is mended at its repair cost if it stays open; one that cannot be mended is
in :math:`W`: under the rule `opening` it closes even where existing schools stay.
Source: closure vetoes of the provincial versions of State Council Office 2012 No. 48 (Zhejiang);
Qinghai 2024 plan, articles 1, 5 and 7.
"""

from __future__ import annotations

import numpy as np

from zoning.formulation.block import Block, Settings
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import UPPER_TAKEN, Bools, Problem


class Vetoes(Block):
    """Schools that stay, sites that are not opened."""

    name = "vetoes"

    def kept(self, problem: Problem, settings: Settings) -> Bools | None:
        """Schools whose closing is vetoed."""
        if problem.facilities is None:
            return None
        vetoed, used = problem.facilities.vetoed, used_today(problem)
        kept: Bools = vetoed["close"] | np.where(used, vetoed["merge"], vetoed["suspend"])
        return kept & ~barred(problem)

    def kept_bands(self, problem: Problem, settings: Settings) -> Bools | None:
        """All bands of schools that must not hand their upper grades over."""
        if problem.facilities is None:
            return None
        return problem.facilities.vetoed["downgrade"][:, None] & problem.schools.serves

    def closed(self, problem: Problem, settings: Settings) -> Bools | None:
        """Schools in buildings that cannot be mended."""
        return None if problem.facilities is None else barred(problem) & ~problem.schools.candidate

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Keep a unit in the zone of each."""
        kept = self.kept(problem, settings)
        if kept is not None:
            builder.keep_open(self.name, kept & ~problem.schools.candidate)
        if problem.facilities is not None:
            self._keep_bands(problem, builder, problem.facilities.vetoed["downgrade"])

    def _keep_bands(self, problem: Problem, builder: Builder, vetoed: Bools) -> None:
        """Schools that stay complete have a unit in every band that they serve."""
        from scipy.sparse import vstack

        serves = problem.schools.serves
        held = vetoed & ~problem.schools.candidate & (serves.sum(axis=1) > 1)
        schools, bands = np.nonzero(serves & held[:, None])
        if len(schools) == 0:
            return
        names = problem.index.schools
        rows = [
            builder.school_rows((problem.cell_band == b).astype(np.float64), np.array([s]))
            for s, b in zip(schools, bands, strict=True)
        ]
        columns = [builder.open_column(int(s)) for s in schools]
        builder.add_rows(
            vstack(rows, format="csr"),
            {(k, column): -1.0 for k, column in enumerate(columns) if column >= 0},
            np.array([0.0 if column >= 0 else 1.0 for column in columns]),
            np.full(len(schools), np.inf),
            [Tag(self.name, f"school {names[s]} keeps {problem.index.bands[b]}")
             for s, b in zip(schools, bands, strict=True)],
        )  # fmt: skip

    def permitted(self, problem: Problem, settings: Settings) -> Bools | None:
        """Pairs with schools that may be open, and in grades that they may teach."""
        if problem.facilities is None:
            return None
        pairs, upper = problem.pairs, problem.schools.upper
        lower = problem.facilities.vetoed["upgrade"][:, None] & (upper == UPPER_TAKEN)
        keep = ~barred(problem)[pairs.school]
        if lower.any():
            keep &= ~lower[pairs.school, problem.cell_band[pairs.cell]]
        return keep


def barred(problem: Problem) -> Bools:
    """Schools and sites that may not be open at all."""
    facilities, candidate = problem.facilities, problem.schools.candidate
    assert facilities is not None
    site = candidate & (facilities.vetoed["open"] | ~facilities.serviced)
    restored = facilities.suspended & facilities.vetoed["restore"]
    year = np.array(problem.years)[problem.school_period]
    late = (candidate | facilities.suspended) & (facilities.opens > year)
    broken = facilities.dangerous & np.isnan(facilities.repair_cost)
    result: Bools = site | restored | late | broken
    return result


def used_today(problem: Problem) -> Bools:
    """Schools that have pupils today, by enrolment or by today's zones."""
    used: Bools = np.nan_to_num(problem.schools.enrolled).sum(axis=1) > 0
    homes = problem.today[(problem.today >= 0) & (problem.pupils > 0)]
    used[homes] = True
    return used
