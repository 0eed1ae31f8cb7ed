"""What blocks write into: limits of schools, classes, connectedness, free rows and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from zoning.formulation.emitted import (
    ClassFormation,
    Contiguity,
    Extras,
    Growth,
    Opening,
    Rows,
    SchoolLimit,
    Tag,
    TotalLimit,
)  # fmt: skip
from zoning.problem.arrays import Bools, Floats, Ints, Problem

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class Builder:
    """Collects what the blocks emit for one problem."""

    def __init__(self, problem: Problem, *, may_close: bool = False, rooted: bool = False) -> None:
        """Begin; schools ``may_close`` if the model says so, ``rooted`` zones hold their school."""
        self.problem = problem
        self.may_close = may_close
        self.rooted = rooted
        self.limits: list[SchoolLimit] = []
        self.classes: list[ClassFormation] = []
        self.totals: list[TotalLimit] = []
        self.contiguity: Contiguity | None = None
        self.opening: Opening | None = None
        self.growth: dict[int, list[Growth]] = {}
        self.built: dict[int, int] = {}  # column by option of what can be built
        self.feeds: dict[str, Ints] | None = None  # by feeding school: which schools it feeds
        self.together: Ints | None = None  # group by cell of those that go together, -1: alone
        self.diverted: Ints | None = None  # columns of children who go to a receiver
        self.extras = Extras()
        self.rows: list[Rows] = []
        self.violation: dict[int, float] = {}
        self.moves: Ints | None = None  # see zoning.formulation.moves
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        """Add a remark that the plan will show."""
        if text not in self.notes:
            self.notes.append(text)

    def add_columns(
        self, names: list[str], lower: float, upper: float | Floats, *, integer: bool
    ) -> Ints:
        """Add extra columns and return their indices."""
        first = len(self.extras)
        count = len(names)
        self.extras.lower += [float(lower)] * count
        self.extras.upper += np.broadcast_to(np.asarray(upper, float), (count,)).tolist()
        self.extras.integer += [integer] * count
        self.extras.names += names
        return np.arange(first, first + count)

    def add_rows(
        self,
        pairs: csr_matrix,
        extras: dict[tuple[int, int], float],
        lower: Floats,
        upper: Floats,
        tags: list[Tag],
        *,
        structured: bool = False,
    ) -> None:
        """Add rows; ``extras`` holds coefficients by (row, extra column)."""
        from scipy.sparse import csr_matrix

        if not tags:
            return
        entries = list(extras.items())
        matrix = csr_matrix(
            (
                np.array([v for _, v in entries], dtype=np.float64),
                (
                    np.array([k[0] for k, _ in entries], dtype=np.int64),
                    np.array([k[1] for k, _ in entries], dtype=np.int64),
                ),
            ),
            shape=(pairs.shape[0], len(self.extras)),
        )
        self.rows.append(Rows(pairs, matrix, lower, upper, tuple(tags), structured))

    def limit_schools(
        self, block: str, what: str, load: Floats, low: Floats, high: Floats, *, soft: bool = False,
        grows: Mapping[str, Floats] | None = None, floor: Mapping[str, Floats] | None = None,
    ) -> None:  # fmt: skip
        """Hold ``load`` (by cell) between ``low`` and ``high`` (by school) in every school.

        A soft limit lets pupils over or under it count as violations. ``grows`` says what raises
        ``high`` where more is built: by name of an amount, how much of the limit one of it is
        worth (by school); ``floor`` the same for ``low``.
        """
        up, down = self.grown(grows), self.grown(floor)
        if not soft and (np.isfinite(low) | np.isfinite(high)).any():
            # the fast parts of the search see the largest limits that can be built
            largest = high.copy()
            for s, built in up.items():
                largest[s] += self.at_most(s, built)
            self.limits.append(SchoolLimit(block, load, low, largest))
        optional, endless = self.problem.schools.optional, np.full(len(low), np.inf)
        may_grow = np.zeros(len(low), dtype=bool)
        may_grow[[*up, *down]] = True
        named = (block, what)
        self._limit_rows(named, load, low, high, ~optional & ~may_grow, soft, {})
        # one side at a time: each is 0 where the school is closed, and grows by its own measure
        for where, more, less in ((optional & ~may_grow, {}, {}), (may_grow, up, down)):
            self._limit_rows(named, load, -endless, high, where, soft, more)
            self._limit_rows(named, load, low, endless, where, soft, less)

    def grown(
        self, grows: Mapping[str, Floats] | None
    ) -> dict[int, list[tuple[int, float, float]]]:
        """By school (column, what a module adds to a limit, most modules); see limit_schools."""
        result: dict[int, list[tuple[int, float, float]]] = {}
        for s, options in self.growth.items() if grows else ():
            assert grows is not None
            added = [
                (g.column, sum(g.amount.get(name, 0.0) * worth[s] for name, worth in grows.items()),
                 g.most)
                for g in options
            ]  # fmt: skip
            added = [entry for entry in added if entry[1] != 0.0 and entry[2] > 0.0]
            if added:
                result[s] = added
        return result

    def at_most(self, s: int, built: Sequence[tuple[int, float, float]]) -> float:
        """The most that can be added to a limit of a school."""
        option_of = {growth.column: growth.option for growth in self.growth[s]}
        found: dict[int, float] = {}
        for column, amount, most in built:
            option = option_of[column]
            key = option if option >= 0 else -2 - column
            found[key] = max(found.get(key, 0.0), amount * most)
        return sum(found.values())

    def _limit_rows(
        self, named: tuple[str, str], load: Floats, low: Floats, high: Floats, where: Bools,
        soft: bool, grown: Mapping[int, list[tuple[int, float, float]]],
    ) -> None:  # fmt: skip
        """Rows of a limit for the schools marked in ``where``."""
        block, what = named
        schools = np.flatnonzero(where & (np.isfinite(low) | np.isfinite(high)))
        if len(schools) == 0:
            return
        names = self.problem.index.schools
        tags = [Tag(block, f"{what} at school {names[s]}") for s in schools]
        extras: dict[tuple[int, int], float] = {}
        for sign, side, word in ((-1.0, high, "over"), (1.0, low, "under")) if soft else ():
            rows = np.flatnonzero(np.isfinite(side[schools]))
            labels = [f"{block}_{word}_{names[schools[k]]}" for k in rows]
            columns = self.add_columns(labels, 0.0, np.inf, integer=False)
            extras |= {(int(k), int(c)): sign for k, c in zip(rows, columns, strict=True)}
            self.violation |= {int(c): 1.0 for c in columns}
        least, most = low[schools], high[schools]
        for k, s in enumerate(schools.tolist()):
            extras |= {(k, c): -amount for c, amount, _ in grown.get(s, ())}
            open_ = self.open_column(s)
            if open_ >= 0:  # the side counts where the school is open
                extras[k, open_] = -(least[k] if np.isfinite(least[k]) else most[k])
                least[k], most[k] = (0.0, np.inf) if np.isfinite(least[k]) else (-np.inf, 0.0)
        self.add_rows(self.school_rows(load, schools), extras, least, most, tags,
                      structured=not soft and not grown)  # fmt: skip

    def keep_open(self, block: str, kept: Bools) -> None:
        """Schools that could otherwise close have at least one unit in their zone."""
        schools = np.flatnonzero(kept & ~self.problem.schools.optional)
        if not self.may_close or self.rooted or len(schools) == 0:
            return
        names = self.problem.index.schools
        self.add_rows(
            self.school_rows(np.ones(self.problem.cells), schools), {},
            np.ones(len(schools)), np.full(len(schools), np.inf),
            [Tag(block, f"school {names[s]} stays") for s in schools],
        )  # fmt: skip

    def must_open(self, school: int) -> None:
        """An optional school is open in every plan."""
        column = self.open_column(school)
        if column >= 0:
            self.extras.lower[column] = 1.0

    def open_column(self, school: int) -> int:
        """The extra column that says whether a school is open, -1 if it always is."""
        return -1 if self.opening is None else int(self.opening.column[school])

    def serving_column(self, school: int, band: int) -> int:
        """The extra column that says whether a school takes a band that it serves, -1: always."""
        return -1 if self.opening is None else int(self.opening.serving[school, band])

    def limit_total(
        self, block: str, what: str, weight: Floats, high: float, *, soft: bool = False
    ) -> None:
        """Hold the sum of ``weight`` (by pair) over the chosen pairs to ``high``."""
        from scipy.sparse import csr_matrix

        row = csr_matrix(weight[None, :])
        extras: dict[tuple[int, int], float] = {}
        if soft:
            column = self.add_columns([f"{block}_over"], 0.0, np.inf, integer=False)
            extras[(0, int(column[0]))] = -1.0
            self.violation[int(column[0])] = 1.0
        else:
            self.totals.append(TotalLimit(block, weight, high))
        self.add_rows(
            row, extras, np.array([-np.inf]), np.array([high]), [Tag(block, what)],
            structured=not soft,
        )  # fmt: skip

    def school_rows(self, load: Floats, schools: Ints) -> csr_matrix:
        """Rows (one a school) with the load of each pair's cell as coefficients."""
        from scipy.sparse import csr_matrix

        pairs = self.problem.pairs
        row_of = np.full(self.problem.school_count, -1, dtype=np.int64)
        row_of[schools] = np.arange(len(schools))
        weight = load[pairs.cell]
        used = np.flatnonzero((row_of[pairs.school] >= 0) & (weight != 0.0))
        return csr_matrix(
            (weight[used], (row_of[pairs.school[used]], used)), shape=(len(schools), len(pairs))
        )
