r"""Travel limit: no journey longer than the standard allows.

A pair (cell :math:`i`, school :math:`s`) with a journey :math:`t_{is}` beyond the limit
:math:`T_i` of the cell's band is not permitted:

.. math:: x_{is} = 0 \quad \text{if } t_{is} > T_i

With a share :math:`\sigma < 1`, at least that share of the pupils lies within the limit instead:

.. math:: \sum_{(i,s):\, t_{is} > T_i} p_i x_{is} \le (1 - \sigma) \sum_i p_i

Source: State Council Office 2018 No. 27 (grades 1-3 usually within 30 minutes); the provincial
standards name the others.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, number
from zoning.formulation.builder import Builder
from zoning.problem.arrays import Bools, Problem
from zoning.standards import Standards


class TravelLimit(Block):
    """Journeys within the limit of the band, for all pupils or for a share of them."""

    name = "travel-limit"
    parameters: ClassVar[Settings] = {"minutes": None, "metres": None, "share": 1.0}
    can_be_soft = True

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Write out the limit of every band; a band without any is left out."""
        resolved: dict[str, object] = {}
        for measure in ("minutes", "metres"):
            stated = settings.get(measure)
            if isinstance(stated, dict):
                table = self._by_band(problem, measure, stated, standards)
            elif stated is not None:
                table = dict.fromkeys(problem.index.bands, number(self.name, measure, stated))
            elif measure == "minutes" and settings.get("metres") is None:
                table = self._from_standards(problem, standards)
            else:
                table = {}
            resolved[measure] = table
        share = settings.get("share", 1.0)
        resolved["share"] = number(self.name, "share", share, high=1.0)
        return resolved

    def _by_band(
        self, problem: Problem, measure: str, stated: dict[str, object], standards: Standards
    ) -> dict[str, float]:
        """Limits stated by band; one for the stage holds for every band without its own.

        Bands that only the standards know are other counties': a model file may serve several.
        """
        known = {*problem.index.bands, problem.stage}
        known |= {
            key.partition(".")[2]
            for key, _ in standards.items()
            if key.startswith("travel-minutes.")
        }
        strange = [name for name in stated if name not in known]
        if strange:
            raise InputError(
                Fault("error", "model", f"{self.name}.{measure}",
                      f"the stage or its bands ({', '.join(sorted(known))})",
                      ", ".join(f'"{name}"' for name in strange), "correct the names")
            )  # fmt: skip
        limits = {name: number(self.name, measure, value) for name, value in stated.items()}
        of_stage = limits.get(problem.stage)
        table = {band: limits.get(band, of_stage) for band in problem.index.bands}
        return {band: limit for band, limit in table.items() if limit is not None}

    def _from_standards(self, problem: Problem, standards: Standards) -> dict[str, float]:
        table = {}
        for band in problem.index.bands:
            found = standards.get(f"travel-minutes.{band}")
            found = found or standards.get(f"travel-minutes.{problem.stage}")
            if found is not None:
                table[band] = float(found.value)
        return table

    def permitted(self, problem: Problem, settings: Settings) -> Bools | None:
        """Pairs within the limit, where the limit holds for all."""
        if settings["share"] != 1.0:
            return None
        return ~beyond(problem, settings)

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """Limit the pupils beyond, where the limit holds for a share or is soft."""
        if not settings["minutes"] and not settings["metres"]:
            builder.note("travel-limit: the standards state none, so no journey is limited")
        if settings["share"] == 1.0 and not soft:
            return
        share = number(self.name, "share", settings["share"])
        weight = problem.pupils[problem.pairs.cell] * beyond(problem, settings)
        for t, year in enumerate(problem.years):
            what = "pupils beyond the travel limit"
            here = problem.cell_period == t
            builder.limit_total(
                self.name, what if problem.periods is None else f"{what} in {year}",
                weight * here[problem.pairs.cell],
                (1.0 - share) * float(problem.pupils[here].sum()), soft=soft,
            )  # fmt: skip


def beyond(problem: Problem, settings: Settings) -> Bools:
    """Pairs whose daily journey lies beyond the limit; an unknown journey does not."""
    over = np.zeros(len(problem.pairs), dtype=bool)
    band = problem.cell_band[problem.pairs.cell]
    for measure in ("minutes", "metres"):
        table = settings[measure]
        assert isinstance(table, dict)
        limits = np.array([table.get(b, np.inf) for b in problem.index.bands], dtype=np.float64)
        over |= problem.pairs.farthest(measure) > limits[band] * (1.0 + 1e-9)
    return over & ~problem.pairs.board
