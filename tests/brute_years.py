"""The best plan of a tiny county over several years: every assignment and module of every year.

Plain Python from the tables alone: tests.brute_year says what is possible in each year.
``python -m tests.brute_years 0 240`` compares the solver with it on the seeds 0 to 239.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tests.brute_places import Modules
from tests.brute_year import ADDED_UP, BruteYear, YearPlans, rounded_up
from tests.tiny_years import TinyYears, tiny_years
from zoning.county import County

Schedule = tuple[tuple[tuple[str, str, int], int], ...]
"""((school, option, year of first use), modules), in order."""
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Block:
    """Plans of all years with one schedule of modules (K plans).

    ``at`` (K x years) names the plan of each year, ``values`` (K x goals) what each goal is worth.
    """

    schedule: Schedule
    years: tuple[YearPlans, ...]
    at: np.ndarray
    values: np.ndarray


class BruteYears:
    """Every plan of a county over several years."""

    def __init__(self, county: County, model: str, first: int, count: int) -> None:
        self.county, self.now = county, county.year
        self.years = list(range(first, first + count))
        self.of = [BruteYear(county, model, year) for year in self.years]
        one = self.of[0]
        self.order, self.settings, self.rows = one.order(), one.settings, one.rows
        self.schools = list(one.numbers)
        self.budgeted, self.taken_in = (r in one.model["rules"] for r in ("budget", "intake"))
        self.options = {(r["school_id"], r["option"]): r for r in one.expansions}
        self.people: dict[tuple[int, str, str], float] = defaultdict(float)
        for row in county.pupils.to_dict("records"):
            if row["stage"] == one.stage:
                self.people[row["year"], row["unit_id"], row["grade"]] += row["pupils"]
        self.cells = [(unit, band) for band in one.bands for unit in one.units]
        self.today = np.array([one.numbers.get(one.today.get(c, ""), -1) for c in self.cells])
        standing = [self.rows[s]["status"] == "existing" for s in self.schools]
        self.standing = np.array(standing, dtype=bool)

    def there(self, first: int, last: int) -> np.ndarray:
        """Children who are in each cell in both years: in the second so many grades higher."""
        by, found = last - first, []
        for unit, band in self.cells:
            grades = [g for g in self.of[0].bands[band] if g in self.of[0].placed]
            found.append(
                sum(
                    min(self.people[first, unit, young], self.people[last, unit, old])
                    for young, old in zip(grades, grades[by:], strict=False)
                )
                if by >= 0 else 0.0
            )  # fmt: skip
        return np.array(found)

    # what is decided ----------------------------------------------------------------------

    def schedules(self) -> list[Schedule]:
        """Every number of modules of every option by the year of their first use."""
        uses, ranges = [], []
        for year, brute in zip(self.years, self.of, strict=True):
            for name in sorted(brute.may_build()):
                if year - self.lead(name) >= self.now:
                    uses.append((*name, year))
                    ranges.append(range(int(self.options[name]["most"]) + 1))
        found = []
        for numbers in itertools.product(*ranges):
            total: dict[tuple[str, str], int] = defaultdict(int)
            for (school, option, _), n in zip(uses, numbers, strict=True):
                total[school, option] += n
            if all(n <= self.options[name]["most"] for name, n in total.items()):
                found.append(tuple((u, n) for u, n in zip(uses, numbers, strict=True) if n))
        return found

    def lead(self, name: tuple[str, str]) -> int:
        """Whole years from the decision about an option to its use."""
        lead = self.options[name]["lead_years"]
        return 0 if lead != lead else int(lead)

    def blocks(self) -> Iterator[Block]:
        """Every plan that keeps the hard rules, with the value of each goal in order."""
        for schedule in self.schedules():
            built = [self._standing(schedule, year) for year in self.years]
            lists = tuple(
                brute.plans_with(modules) for brute, modules in zip(self.of, built, strict=True)
            )
            at = self._sequences(lists)
            single = {name: np.zeros(len(at)) for name in ADDED_UP}
            for name in ADDED_UP:
                for t, year in enumerate(lists):
                    single[name] += year.figures[name][at[:, t]]
            if self.taken_in:
                over = self._too_many(lists, at, built)
                if "intake" in self.of[0].soft:
                    single["violations"] += over
                else:
                    at, single = _kept(over <= TOLERANCE, at, single)
            open_ = [year.open[at[:, t]] for t, year in enumerate(lists)]
            if self.budgeted:
                affordable = self._affordable(open_, schedule)
                at, single = _kept(affordable, at, single)
                open_ = [one[affordable] for one in open_]
            if len(at):
                yield Block(schedule, lists, at, self._values(lists, at, open_, schedule, single))

    def _standing(self, schedule: Schedule, year: int) -> Modules:
        built: Modules = defaultdict(int)
        for (school, option, use), n in schedule:
            if use <= year:
                built[school, option] += n
        return dict(built)

    def _sequences(self, lists: tuple[YearPlans, ...]) -> np.ndarray:
        """Plans of all years where what closes stays closed and what opens stays open.

        So do upper grades that are given away, or taken.
        """
        one = self.of[0]
        given, offered = one.marked(one.given), one.marked(one.offered)
        at = np.arange(len(lists[0].choice))[:, None]
        for before, after in itertools.pairwise(lists):
            was, is_ = before.open[at[:, -1]][:, None, :], after.open[None, :, :]
            back = np.where(self.standing, is_ & ~was, was & ~is_).any(axis=2)
            had, has = before.bands[at[:, -1]][:, None], after.bands[None]
            back |= (has & ~had & given | had & ~has & offered).any(axis=(2, 3))
            rows, columns = np.nonzero(~back)
            at = np.column_stack([at[rows], columns])
        return at

    def _too_many(
        self, lists: tuple[YearPlans, ...], at: np.ndarray, built: list[Modules]
    ) -> np.ndarray:
        """Entrants beyond what becomes free, over all schools, as few as the classes permit."""
        over = np.zeros(len(at))
        for s, name in enumerate(self.schools):
            ways = [year.free_for_entrants(name, modules)
                    for year, modules in zip(self.of, built, strict=True)]  # fmt: skip
            known = (k for k in range(4) if not any(math.isnan(way[k][0]) for way in ways))
            way = next(known, None)
            if way is None:
                continue
            taken = [year.taken[at[:, t], s] for t, year in enumerate(lists)]
            most = np.minimum.accumulate([max(w[way][0], 0.0) for w in ways][::-1])[::-1]
            size = ways[0][way][1]
            over += _left_over(taken, most, size)
        return over

    # money --------------------------------------------------------------------------------

    def _capital(
        self, open_: list[np.ndarray], schedule: Schedule, *, every: bool
    ) -> dict[int, np.ndarray]:
        spent: dict[int, np.ndarray] = defaultdict(lambda: np.zeros(len(open_[0])))
        for (school, option, use), n in schedule:
            row = self.options[school, option]
            year = use - self.lead((school, option))
            spent[year] = spent[year] + n * row["cost"]
        once = np.zeros(len(self.schools))
        for k, school in enumerate(self.schools):
            row = self.rows[school]
            once[k] = row["capital_cost"] if row["status"] != "existing" else 0.0
            if row["dangerous"] and row["repair_cost"] == row["repair_cost"]:
                once[k] += row["repair_cost"]
        before = np.zeros_like(open_[0])
        for t, year in enumerate(self.years):
            teaches = self._teaches(open_, t)
            spent[year] = spent[year] + (teaches & ~before) @ (once * self._counted(t, every))
            before = teaches
        return spent

    def _counted(self, t: int, every: bool) -> np.ndarray:
        """1 by school that costs something in a goal: where it is a choice."""

        def chosen(school: str) -> bool:
            choices = self.of[self._since(school, t)].choices()
            return school in choices and not self._enrolled(school, t)

        return np.array([float(every or chosen(school)) for school in self.schools])

    def _teaches(self, open_: list[np.ndarray], t: int) -> np.ndarray:
        """By plan and school: does it teach in a year? Closed to entrants, it keeps whom it has."""
        return np.column_stack([
            open_[self._since(school, t)][:, k] | self._enrolled(school, t)
            for k, school in enumerate(self.schools)
        ])  # fmt: skip

    def _since(self, school: str, t: int) -> int:
        """The first of the years whose entrants are at a school in year ``t``."""
        if not self.of[t].entrants or self.rows[school]["status"] != "existing":
            return t
        return max(0, t - len(self._grades(school)) + 1)

    def _enrolled(self, school: str, t: int) -> bool:
        """Is anybody who is enrolled today at a school in year ``t``? Unknown numbers are some."""
        if not self.of[t].entrants or self.rows[school]["status"] != "existing":
            return False
        stay = self._grades(school)[: -(self.years[t] - self.now + 1)]
        return any(row["enrolled"] != 0 for row in stay)

    def _grades(self, school: str) -> list[dict]:
        """A school's rows of grades, youngest first."""
        table, order = self.county.school_grades, self.county.stages[0].grades
        rows = table[(table["school_id"] == school) & (table["stage"] == "primary")]
        return sorted(rows.to_dict("records"), key=lambda row: order.index(row["grade"]))

    def _running(
        self, open_: list[np.ndarray], schedule: Schedule, *, every: bool
    ) -> dict[int, np.ndarray]:
        cost = np.array([self.rows[school]["opening_cost"] for school in self.schools])
        spent = {}
        for t, year in enumerate(self.years):
            teaches = self._teaches(open_, t)
            spent[year] = teaches @ (cost * self._counted(t, every)) + sum(
                n * self.options[school, option]["yearly_cost"]
                for (school, option, use), n in schedule if use <= year
            )  # fmt: skip
        return spent

    def _affordable(self, open_: list[np.ndarray], schedule: Schedule) -> np.ndarray:
        settings, kept = self.settings("budget"), np.ones(len(open_[0]), dtype=bool)
        for kind, of in (("capital", self._capital), ("running", self._running)):
            spent = of(open_, schedule, every=True)
            for key, sign in ((kind, 1.0), (f"least_{kind}", -1.0)):
                stated = settings.get(key)
                if stated is None:
                    continue
                if isinstance(stated, dict):
                    zero = np.zeros(len(kept))
                    limits = [(spent.get(int(year), zero), n) for year, n in stated.items()]
                elif kind == "capital":
                    limits = [(sum(spent.values()), stated)]
                else:
                    limits = [(spent[year], stated) for year in self.years]
                for money, limit in limits:
                    kept &= sign * money <= sign * limit + TOLERANCE
        return kept

    # goals --------------------------------------------------------------------------------

    def _values(
        self, lists: tuple[YearPlans, ...], at: np.ndarray, open_: list[np.ndarray],
        schedule: Schedule, single: dict[str, np.ndarray],
    ) -> np.ndarray:  # fmt: skip
        wanted = {name for weights, _ in self.order for name in weights}
        worst = [year.figures["journey-of-worst-off"][at[:, t]] for t, year in enumerate(lists)]
        single = single | {"journey-of-worst-off": np.max(worst, axis=0)}
        if wanted & {"moved", "moved-again"}:
            single["moved"], single["moved-again"] = self._moved(lists, at)
        for kind, of in (("capital-cost", self._capital), ("running-cost", self._running)):
            if kind in wanted:
                rate = 1.0 + self.settings(kind).get("discount", 0.0)
                spent = of(open_, schedule, every=False)
                worth = [yuan / rate ** (y - self.now) for y, yuan in spent.items()]
                single[kind] = np.sum(worth, axis=0)
        each = [sum(w * single[goal] for goal, w in weights.items()) for weights, _ in self.order]
        return np.column_stack(each)

    def _moved(self, lists: tuple[YearPlans, ...], at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        dates = [self.now, *self.years]
        schools = [np.broadcast_to(self.today, (len(at), len(self.today)))]
        schools += [year.choice[at[:, t]] for t, year in enumerate(lists)]
        moved, again = np.zeros(len(at)), np.zeros(len(at))
        earlier: list[tuple[int, np.ndarray]] = []
        for t in range(1, len(dates)):
            pupils = self.there(dates[t - 1], dates[t])
            gone = (schools[t - 1] >= 0) & (schools[t] != schools[t - 1]) & (pupils > 0)
            moved += gone @ pupils
            for start, before in earlier:
                again += (gone & before) @ self.there(start, dates[t])
            earlier.append((dates[t - 1], gone))
        return moved, again


def _kept(
    which: np.ndarray, at: np.ndarray, single: dict[str, np.ndarray]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    return at[which], {name: values[which] for name, values in single.items()}


def _left_over(taken: list[np.ndarray], most: np.ndarray, size: float) -> np.ndarray:
    """Fewest pupils without a place in all years; ``most`` is there for all up to each year."""
    if math.isnan(size):
        held = np.zeros(len(taken[0]))
        for load, limit in zip(taken, most, strict=True):
            held = np.minimum(held + load, limit)
        return sum(taken) - held
    wanted = [range(int(rounded_up(load / size).max(initial=0.0)) + 1) for load in taken]
    best = np.full(len(taken[0]), np.inf)
    for classes in itertools.product(*wanted):
        if (np.cumsum(classes) <= most + TOLERANCE).all():
            left = [
                np.maximum(load - size * k, 0.0) for load, k in zip(taken, classes, strict=True)
            ]
            best = np.minimum(best, sum(left))
    return best


def best_of(blocks: list[Block], slacks: list[float]) -> list[tuple[float, float]]:
    """(best value, level it is held at) of each goal in order, each under those before it."""
    result, values = [], np.concatenate([block.values for block in blocks])
    for k, slack in enumerate(slacks):
        best = float(values[:, k].min())
        level = best + slack * abs(best)
        values = values[values[:, k] <= level + TOLERANCE * max(1.0, abs(level))]
        result.append((best, level))
    return result


def possible(case: TinyYears) -> bool:
    """True if the county has a plan."""
    brute = BruteYears(case.county, case.model, case.first, case.years)
    return next(brute.blocks(), None) is not None


def main(first: int, last: int) -> None:
    """Compare the seeds one by one and tell how many agree."""
    from tests.test_brute_force_years import compare

    agree = 0
    for seed in range(first, last):
        wrong = compare(tiny_years(seed, possible))
        agree += not wrong
        if wrong:
            print(wrong, flush=True)
    print(f"{agree} of {last - first} agree")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
