"""Hundreds of tiny problems as arrays, and every plan of each by trying all assignments.

They skip the county's tables, so that many can be attacked in a test. What a plan is and what it
is worth is worked out here from the arrays alone; the search and the formulation have no part.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np

from zoning.problem.arrays import Index, Pairs, Problem, Schools

TOLERANCE = 1e-6
GOALS = (
    ("travel",), ("travel",), ("moved", "travel"), ("travel", "moved"), ("worst", "travel"),
    ("balance",), ("balance", "travel"),
)  # fmt: skip
SITING_GOALS = (("both",), ("both",), ("travel",), ("cost", "travel"), ("moved", "both"))
WORDS = {
    "worst": "journey-of-worst-off = 1.0",
    "cost": "opening-cost = 1.0",
    "both": "travel = 1.0, opening-cost = 1.0",
}


@dataclass(frozen=True)
class Asked:
    """What is asked of a problem: rules with their numbers, and goals in order.

    ``opening`` is the least and the largest number of open schools, and whether existing ones
    may close.
    """

    seats: float | None
    use: tuple[float, float] | None
    soft: tuple[str, ...]
    longest: float | None
    most_moved: float | None
    contiguity: bool
    islands: tuple[str, ...]
    goals: tuple[str, ...]
    slack: float
    opening: tuple[int, int, bool] | None = None

    @property
    def model(self) -> str:
        """The same as the text of a model file."""
        rules, blocks = [], []
        if self.opening is not None:
            least, most, closing = self.opening
            numbers = f"count = {least}" if least == most else f"least = {least}\nmost = {most}"
            rules.append("opening")
            existing = "may-close" if closing else "stay"
            blocks.append(f'[parameters.opening]\n{numbers}\nexisting = "{existing}"\n')
        for name, stated in (
            ("seats", "" if self.seats is None else f"factor = {self.seats}"),
            ("utilisation", "" if not self.use else f"min = {self.use[0]}\nmax = {self.use[1]}"),
            ("travel-limit", "" if self.longest is None else f"minutes = {self.longest}"),
            ("stability", "" if self.most_moved is None else f"pupils = {self.most_moved}"),
            ("contiguity", f"islands = {list(self.islands)!r}" if self.contiguity else ""),
        ):  # fmt: skip
            if stated:
                rules.append(name)
                blocks.append(f"[parameters.{name}]\n{stated}\n")
        goals = "".join(
            f"[[goal]]\nminimise = {{ {WORDS.get(goal, goal + ' = 1.0')} }}\nslack = {self.slack}\n"
            for goal in self.goals
        )
        return f"rules = {rules!r}\nsoft = {list(self.soft)!r}\n{''.join(blocks)}{goals}"


@dataclass(frozen=True)
class TinyProblem:
    """A problem, what is asked of it, and its plans."""

    seed: int
    problem: Problem
    asked: Asked

    @cached_property
    def plans(self) -> np.ndarray:
        """Every assignment (one a row) that keeps the hard rules."""
        problem, asked = self.problem, self.asked
        options = [self._options(cell) for cell in range(problem.cells)]
        every = np.array(list(itertools.product(*options)), dtype=np.int64)
        every = every.reshape(-1, problem.cells)
        keep = np.ones(len(every), dtype=bool)
        for rule, excess in self._excess(every):
            if rule not in asked.soft:
                keep &= excess <= TOLERANCE
        if asked.opening is not None:
            number = self._open(every).sum(axis=1)
            keep &= (number >= asked.opening[0]) & (number <= asked.opening[1])
        if asked.most_moved is not None:
            keep &= self._moved(every) <= asked.most_moved + TOLERANCE
        every = every[keep]
        if asked.contiguity and len(every):
            every = every[[self._connected(row) for row in every]]
        return every

    @cached_property
    def values(self) -> np.ndarray:
        """Value of each goal in order (a column each) of every plan."""
        plans = self.plans
        names = (("violations",) if self.asked.soft else ()) + self.asked.goals
        found = {
            "violations": lambda: sum(
                (np.maximum(e, 0.0) for r, e in self._excess(plans) if r in self.asked.soft),
                np.zeros(len(plans)),
            ),
            "travel": lambda: self._minutes(plans) @ self.problem.pupils,
            "cost": lambda: self._opening_cost(plans),
            "both": lambda: self._minutes(plans) @ self.problem.pupils + self._opening_cost(plans),
            "moved": lambda: self._moved(plans),
            "worst": lambda: np.where(self.problem.pupils > 0, self._minutes(plans), 0.0).max(
                axis=1, initial=0.0
            ),
            "balance": lambda: np.ptp(self._loads(plans) / self.problem.schools.seats, axis=1),
        }
        return np.column_stack([found[name]() for name in names])

    def value(self, assignment: np.ndarray, goal: int) -> float | None:
        """Value of an assignment in one goal, None if it is no plan."""
        row = np.flatnonzero((self.plans == assignment).all(axis=1))
        return float(self.values[row[0], goal]) if len(row) else None

    # rules -------------------------------------------------------------------------------------

    @cached_property
    def _journey(self) -> np.ndarray:
        """Minutes by cell and school, NaN where the pair is not permitted."""
        problem, pairs = self.problem, self.problem.pairs
        table = np.full((problem.cells, problem.school_count), np.nan)
        table[pairs.cell, pairs.school] = pairs.minutes
        table[pairs.cell[problem.locked_out], pairs.school[problem.locked_out]] = np.nan
        if self.asked.longest is not None:
            table[table > self.asked.longest + TOLERANCE] = np.nan
        return table

    def _options(self, cell: int) -> list[int]:
        return np.flatnonzero(~np.isnan(self._journey[cell])).tolist()

    def _minutes(self, plans: np.ndarray) -> np.ndarray:
        return self._journey[np.arange(self.problem.cells)[None, :], plans]

    def _loads(self, plans: np.ndarray) -> np.ndarray:
        pupils, schools = self.problem.pupils, self.problem.school_count
        return np.stack([(plans == s) @ pupils for s in range(schools)], axis=1)

    def _moved(self, plans: np.ndarray) -> np.ndarray:
        today = self.problem.today
        return ((plans != today[None, :]) & (today >= 0)[None, :]) @ self.problem.pupils

    @cached_property
    def _optional(self) -> np.ndarray:
        """Schools that may stay without any unit: closed."""
        schools, opening = self.problem.schools, self.asked.opening
        if opening is None:
            return np.zeros(len(schools.seats), dtype=bool)
        return schools.candidate | opening[2]

    def _open(self, plans: np.ndarray) -> np.ndarray:
        """Schools open in each plan: those that stay, and those with a unit."""
        used = [(plans == s).any(axis=1) for s in range(self.problem.school_count)]
        return np.stack(used, axis=1) | ~self._optional

    def _opening_cost(self, plans: np.ndarray) -> np.ndarray:
        return (self._open(plans) & self._optional) @ self.problem.schools.opening_cost

    def _excess(self, plans: np.ndarray) -> list[tuple[str, np.ndarray]]:
        """Pupils beyond each limit of each school: the rule, and one number a plan."""
        loads, seats = self._loads(plans), self.problem.schools.seats
        found = []
        for s in range(self.problem.school_count):
            if self.asked.seats is not None:
                found.append(("seats", loads[:, s] - self.asked.seats * seats[s]))
            if self.asked.use is not None:
                low, high = self.asked.use
                found.append(("utilisation", loads[:, s] - high * seats[s]))
                under = np.where(self._open(plans)[:, s], low * seats[s] - loads[:, s], 0.0)
                found.append(("utilisation", under))
        return found

    def _connected(self, plan: np.ndarray) -> bool:
        problem = self.problem
        units = len(problem.index.units)
        free = {problem.index.units.index(u) for u in self.asked.islands}
        for s in np.flatnonzero(self._open(plan[None, :])[0]).tolist():
            for root in problem.schools.root[s].tolist():
                band = range(root // units * units, (root // units + 1) * units)
                zone = {i for i in band if plan[i] == s}
                bound = {i for i in zone if i % units not in free and not problem.island[i]}
                if root not in zone or not self._one_piece(bound | {root}, root):
                    return False
        return True

    def _one_piece(self, zone: set[int], root: int) -> bool:
        pointer, neighbour = self.problem.neighbour_pointer, self.problem.neighbour
        seen, queue = {root}, [root]
        while queue:
            cell = queue.pop()
            around = set(neighbour[pointer[cell] : pointer[cell + 1]].tolist()) & zone - seen
            seen |= around
            queue += around
        return seen == zone


@cache
def tiny_problem(seed: int) -> TinyProblem:
    """Draw a problem and a question: few cells, so that every assignment can be tried.

    Every third has candidate sites.
    """
    rng = np.random.default_rng(seed)
    siting = seed % 3 == 0
    schools = int(rng.choice((3, 4) if siting else (2, 3)))
    bands = 2 if schools < 4 and rng.random() < 0.25 else 1
    units = int(
        rng.integers(3, 5) if bands == 2 else rng.integers(5, (11 if siting else 12) - schools)
    )
    cells = units * bands
    points = rng.random((units, 2)) * 20.0
    roots = rng.choice(units, schools, replace=False)
    pupils = rng.integers(1, 30, cells) * (rng.random(cells) < 0.8).astype(float)
    if rng.random() < 0.6:
        pupils = np.where(pupils > 0, pupils + np.round(rng.random(cells), 3), 0.0)
    nearest = np.argsort(np.hypot(*(points[:, None] - points[roots]).transpose(2, 0, 1)), axis=1)
    likely = np.tile(nearest[:, 0], bands)
    seats = np.bincount(likely, weights=pupils, minlength=schools) * rng.choice((1.0, 1.05, 1.2))
    if rng.random() < 0.4:
        seats = seats.sum() * rng.dirichlet(np.full(schools, 20.0))
    if rng.random() < 0.7:
        seats = np.ceil(seats)
    seats = np.maximum(seats, 1.0) * (rng.choice((1.0, 1.5, 2.0)) if siting else 1.0)
    candidate = (np.arange(schools) > 0) & (rng.random(schools) < 0.7) & siting
    pairs = _pairs(rng, points, roots, bands)
    pointer, neighbour = _neighbours(rng, points, bands)
    today = np.where(rng.random(cells) < 0.6, likely, rng.integers(0, schools, cells))
    today = np.where(rng.random(cells) < 0.85, today, -1)
    today[0] = 0
    problem = Problem(
        index=Index(
            tuple(f"u{k}" for k in range(units)), tuple(f"s{k}" for k in range(schools)),
            tuple(f"b{k}" for k in range(bands)), tuple(f"g{k}" for k in range(bands)),
        ),
        stage="primary", year=2024, place="all", measure="minutes",
        cell_unit=np.tile(np.arange(units), bands),
        cell_band=np.repeat(np.arange(bands), units),
        pupils_by_grade=pupils[:, None]
        * (np.repeat(np.arange(bands), units)[:, None] == np.arange(bands)),
        pairs=pairs,
        schools=_schools(seats, roots, units, bands, candidate, rng.integers(0, 300, schools)),
        neighbour_pointer=pointer, neighbour=neighbour, today=today,
        fixed=np.full(cells, -1), island=_few(rng, cells, 0.04) & ~np.isin(
            np.tile(np.arange(units), bands), roots
        ),
        locked_out=_few(rng, len(pairs), 0.05), township=("",) * units,
    )  # fmt: skip
    asked = _asked(rng, problem, roots)
    if siting:
        least = int(rng.integers(0, schools))
        most = least if rng.random() < 0.3 else int(rng.integers(max(least, 1), schools + 1))
        asked = replace(
            asked, opening=(least, most, bool(rng.random() < 0.4)),
            goals=SITING_GOALS[rng.integers(len(SITING_GOALS))],
        )  # fmt: skip
    return TinyProblem(seed, problem, asked)


def _few(rng: np.random.Generator, size: int, chance: float) -> np.ndarray:
    return (rng.random(size) < chance) & (rng.random() < 0.3)


def _asked(rng: np.random.Generator, problem: Problem, roots: np.ndarray) -> Asked:
    seats = float(rng.choice((1.0, 1.0, 1.05))) if rng.random() < 0.8 else None
    use = (0.3, 1.1) if rng.random() < 0.15 else None
    others = [f"u{k}" for k in range(len(problem.index.units)) if k not in roots]
    islands = tuple(rng.choice(others, 1).tolist()) if others and rng.random() < 0.2 else ()
    hard = [name for name, used in (("seats", seats), ("utilisation", use)) if used]
    return Asked(
        seats=seats,
        use=use,
        soft=tuple(name for name in hard if rng.random() < 0.2),
        longest=float(rng.integers(16, 26)) if rng.random() < 0.2 else None,
        most_moved=float(problem.pupils.sum() * rng.uniform(0.3, 0.7))
        if rng.random() < 0.2
        else None,
        contiguity=bool(rng.random() < 0.7),
        islands=islands,
        goals=GOALS[rng.integers(len(GOALS))],
        slack=float(rng.choice((0.0, 0.0, 0.1))),
    )


def _pairs(rng: np.random.Generator, points: np.ndarray, roots: np.ndarray, bands: int) -> Pairs:
    """All pairs of units and schools but some that are left out, by straight line and chance."""
    units, schools = len(points), len(roots)
    minutes = np.hypot(*(points[:, None, :] - points[roots][None, :, :]).transpose(2, 0, 1))
    minutes = np.round(minutes + rng.random(minutes.shape) * 4.0, 2)
    listed = rng.random((units, schools)) > (0.15 if rng.random() < 0.5 else 0.0)
    listed[roots, np.arange(schools)] = True
    minutes, listed = np.tile(minutes, (bands, 1)), np.tile(listed, (bands, 1))
    cell, school = np.nonzero(listed)
    pointer = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=units * bands))])
    return Pairs(
        pointer.astype(np.int64), school.astype(np.int64), 100.0 * minutes[listed],
        minutes[listed], bool(rng.random() < 0.2),
    )  # fmt: skip


def _neighbours(
    rng: np.random.Generator, points: np.ndarray, bands: int
) -> tuple[np.ndarray, np.ndarray]:
    """Compressed rows of a planar graph (Delaunay's, some edges gone) repeated for every band."""
    from scipy.spatial import Delaunay

    units = len(points)
    matrix = np.zeros((units, units), dtype=bool)
    for corners in Delaunay(points).simplices:
        for a, b in itertools.combinations(corners, 2):
            matrix[a, b] = rng.random() < 0.85
    matrix |= matrix.T
    whole = np.kron(np.eye(bands, dtype=bool), matrix)
    pointer = np.concatenate([[0], np.cumsum(whole.sum(axis=1))]).astype(np.int64)
    return pointer, np.nonzero(whole)[1].astype(np.int64)


def _schools(
    seats: np.ndarray,
    roots: np.ndarray,
    units: int,
    bands: int,
    candidate: np.ndarray,
    cost: np.ndarray,
) -> Schools:
    """Schools of all bands with seats; nothing is known of their classes."""
    count = len(seats)
    unknown = np.full((count, bands), np.nan)
    return Schools(
        kind=("complete-primary",) * count, township=("",) * count,
        multigrade=np.zeros(count, dtype=bool), seats=seats, rooms=np.full(count, np.nan),
        classes=unknown, enrolled=unknown, outside=np.zeros((count, bands)),
        serves_grade=np.ones((count, bands), dtype=bool), serves=np.ones((count, bands), bool),
        root=roots[:, None] + units * np.arange(bands)[None, :], other_classes=np.zeros(count),
        candidate=candidate, optional=candidate, opening_cost=cost.astype(float),
        upper=np.zeros((count, bands), dtype=np.int64), movable=np.zeros((count, bands), bool),
        upper_classes=unknown,
    )  # fmt: skip
