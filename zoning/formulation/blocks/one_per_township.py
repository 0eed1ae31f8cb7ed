r"""One a township: every township keeps a school that teaches the whole stage.

With the schools :math:`S_T` in township :math:`T` that teach every band of the stage, for each
township with pupils that is not listed in ``except``, year by year:

.. math:: \sum_{s \in S_T} y_s \ge 1

A school that stays open in every plan counts with :math:`y_s = 1`; where upper grades may move
(see the rule `opening`), :math:`y_s` is that of the school's last band. Sparse counties leave the
rule out, or list the townships whose children go elsewhere.
Source: at least one junior school a township, except where people are few: the Zhejiang and Sichuan
versions of State Council Office 2012 No. 48.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.formulation.block import Block, Settings, id_list
from zoning.formulation.builder import Builder
from zoning.formulation.emitted import Tag
from zoning.problem.arrays import Ints, Problem
from zoning.standards import Standards


class OnePerTownship(Block):
    """At least one open school of the whole stage in each township."""

    name = "one-per-township"
    parameters: ClassVar[Settings] = {"except": ()}

    def resolve(
        self, problem: Problem, settings: Settings, standards: Standards
    ) -> dict[str, object]:
        """Check that the exceptions are townships, and that every other one has a school."""
        known = {*problem.township, *problem.schools.township} - {""}
        free = id_list(self.name, "except", settings["except"], known)
        there = set(np.array(problem.schools.township, dtype=object)[_whole(problem)])
        faults = [
            Fault("error", "schools", f"township {township}",
                  f"a school or site that teaches all of {problem.stage} (rule {self.name})",
                  "none", "add a candidate site, or list the township in one-per-township.except")
            for township in _asked(problem, set(free)) if township not in there
        ]  # fmt: skip
        if faults:
            raise InputError(faults)
        return {"except": free}

    def emit(self, problem: Problem, settings: Settings, builder: Builder, *, soft: bool) -> None:
        """A row for each township, and year, none of whose schools stays open anyway."""
        from scipy.sparse import csr_matrix

        listed = settings["except"]
        assert isinstance(listed, list)
        whole, period = _whole(problem), problem.school_period
        last = len(problem.index.bands) - 1  # who teaches it teaches those below
        township = np.array(problem.schools.township, dtype=object)
        extras: dict[tuple[int, int], float] = {}
        tags: list[Tag] = []
        for name in _asked(problem, set(listed)):
            for t, year in enumerate(problem.years):
                own = whole[(township[whole] == name) & (period[whole] == t)]
                columns = [builder.serving_column(s, last) for s in own.tolist()]
                if -1 not in columns:
                    extras |= {(len(tags), column): 1.0 for column in columns}
                    tags.append(Tag(self.name, f"a school in township {name} in {year}"))
        rows = len(tags)
        if rows:
            builder.add_rows(
                csr_matrix((rows, len(problem.pairs))), extras, np.ones(rows),
                np.full(rows, np.inf), tags,
            )  # fmt: skip


def _whole(problem: Problem) -> Ints:
    """Schools that teach every band of the stage."""
    return np.flatnonzero(problem.schools.serves.all(axis=1))


def _asked(problem: Problem, free: set[str]) -> list[str]:
    """Townships with pupils that are not exceptions, in the order of the units."""
    unit = problem.cell_unit[problem.pupils > 0]
    names = dict.fromkeys(problem.township[u] for u in np.unique(unit).tolist())
    return [name for name in names if name and name not in free]
