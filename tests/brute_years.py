"""The best plan of a tiny county over several years: every assignment and module of every year.

Plain Python from the tables alone, like tests.brute_places, which it asks about each year.
``python -m tests.brute_years 0 240`` compares the solver with it on the seeds 0 to 239.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.brute_force import Choice, Part
from tests.brute_places import BrutePlaces, Modules
from tests.tiny_years import TinyYears, tiny_years
from zoning.county import County

Schedule = tuple[tuple[tuple[str, str, int], int], ...]
"""((school, option, year of first use), modules), in order."""
Key = tuple[tuple[Choice, ...], Schedule]
TOLERANCE = 1e-6


@dataclass(frozen=True)
class OneYear:
    """A plan of one year that keeps the rules of the year."""

    schools: dict[tuple[str, str], str]
    choice: Choice
    open: frozenset[str]
    bands: frozenset[tuple[str, str]]
    violations: float
    travel: float
    worst: float


class BruteYear(BrutePlaces):
    """Every plan of one of the years."""

    def __init__(self, county: County, model: str, year: int) -> None:
        self.year = year
        super().__init__(county, model)
        self.rules = [rule for rule in self.rules if rule != "budget"]
        table = county.pupils[county.pupils["year"] == year]
        self.pupils = defaultdict(float)
        for row in table[table["stage"] == self.stage].to_dict("records"):
            self.pupils[row["unit_id"], row["grade"]] += row["pupils"]
        for name, school in self.plain.items():
            self._of_year(name, school)
            if self.rows[name]["status"] == "suspended":
                school.candidate = True
                self.optional.add(name)
        self._cached: dict[tuple[tuple[Any, int], ...], list[OneYear]] = {}

    def _of_year(self, name: str, school: Any) -> None:
        """Seats and rooms as they are by then; classes formed anew."""
        table = self.county.school_years
        rows = table[(table["school_id"] == name) & (table["year"] <= self.year)]
        for row in rows.sort_values("year").to_dict("records"):
            if row["stage"] == self.stage and row["seats"] == row["seats"]:
                school.seats = row["seats"]
            if row["rooms"] == row["rooms"]:
                school.rooms = row["rooms"]
        if self.year == self.county.year:
            return
        if math.isnan(school.rooms):
            school.rooms = sum(school.classes.values()) + school.other_classes
        if not math.isnan(school.rooms):
            school.classes = dict.fromkeys(school.classes, math.nan)

    def vetoed(self, action: str) -> set[str]:
        """Schools for which an action is ruled out in the year."""
        return {
            row["school_id"] for row in self.vetoes
            if row["action"] == action
            and not row["from_year"] > self.year and not row["until_year"] < self.year
        }  # fmt: skip

    def _barred(self, school: str) -> bool:
        row = self.rows[school]
        site = row["status"] != "existing"
        if site and (
            school in self.vetoed("open") or not row["serviced"] or row["opens"] > self.year
        ):
            return True
        if row["status"] == "suspended" and school in self.vetoed("restore"):
            return True
        return bool(row["dangerous"]) and math.isnan(row["repair_cost"])

    def _excesses(self, rule: str, plan: Part) -> list[tuple[float, bool]]:
        if rule == "companions":
            return self._companions(plan)
        return super()._excesses(rule, plan)

    def _companions(self, plan: Part) -> list[tuple[float, bool]]:
        working, children = self.working(plan), defaultdict(float)
        rate = self.settings("companions").get("children_a_dwelling", 0.0)
        for row in self.county.housing.to_dict("records"):
            if row["companion"] and row["year"] <= self.year and row["stage"] == self.stage:
                own = row["children"]
                own = rate * row["dwellings"] if math.isnan(own) else own
                children[row["companion"]] += own
        return [
            (1.0 if s not in working else n - working[s].seats, False) for s, n in children.items()
        ]

    def may_build(self) -> set[tuple[str, str]]:
        """Options that may be put to use in this year."""
        return {name for modules in self.combinations() for name in modules}

    def choices(self) -> set[str]:
        """Schools that are open in some plans and closed in others."""
        return self.optional - self._always()

    def one_year_plans(self, built: Modules) -> list[OneYear]:
        """Every plan of the year with these modules standing."""
        key = tuple(sorted(built.items()))
        if key not in self._cached:
            self._enlarge(built)
            self._cached[key] = list(self._plans())
        return self._cached[key]

    def _plans(self) -> Iterator[OneYear]:
        for parts in itertools.product(*(self._parts(band) for band in self.bands)):
            plan = Part(
                tuple(item for part in parts for item in part.choice),
                {key: value for part in parts for key, value in part.load.items()},
                sum(part.beyond for part in parts), 0.0,
                sum(part.travel for part in parts), max(part.worst for part in parts),
            )  # fmt: skip
            broken = self.violations(plan)
            if broken is not None:
                yield OneYear(
                    dict(plan.choice), plan.choice, frozenset(self.working(plan)),
                    frozenset((s, b) for (_, b), s in plan.choice), broken,
                    plan.travel, plan.worst,
                )  # fmt: skip


class BruteYears:
    """Every plan of a county over several years."""

    def __init__(self, county: County, model: str, first: int, count: int) -> None:
        self.county, self.now = county, county.year
        self.years = list(range(first, first + count))
        self.of = [BruteYear(county, model, year) for year in self.years]
        one = self.of[0]
        self.order, self.settings, self.rows = one.order(), one.settings, one.rows
        self.budgeted = "budget" in one.model["rules"]
        self.options = {(r["school_id"], r["option"]): r for r in one.expansions}
        self.today = one.today
        self.people: dict[tuple[int, str, str], float] = defaultdict(float)
        for row in county.pupils.to_dict("records"):
            if row["stage"] == one.stage:
                self.people[row["year"], row["unit_id"], row["grade"]] += row["pupils"]
        self._stay: dict[tuple[tuple[str, str], int, int], float] = {}

    def there(self, cell: tuple[str, str], first: int, last: int) -> float:
        """Children who are in a cell in both years: in the second so many grades higher."""
        if (cell, first, last) not in self._stay:
            grades, by = self.of[0].bands[cell[1]], last - first
            self._stay[cell, first, last] = sum(
                min(self.people[first, cell[0], young], self.people[last, cell[0], old])
                for young, old in zip(grades, grades[by:], strict=False)
            )
        return self._stay[cell, first, last]

    # what is decided ----------------------------------------------------------------------

    def schedules(self) -> list[Schedule]:
        """Every number of modules of every option by the year of their first use."""
        uses, ranges = [], []
        for year, brute in zip(self.years, self.of, strict=True):
            for name in sorted(brute.may_build()):
                lead = self.options[name]["lead_years"]
                if year - int(0 if lead != lead else lead) >= self.now:
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

    def plans(self) -> Iterator[tuple[Key, tuple[float, ...]]]:
        """Every plan that keeps the hard rules, with the value of each goal in order."""
        for schedule in self.schedules():
            lists = []
            for year, brute in zip(self.years, self.of, strict=True):
                standing: Modules = defaultdict(int)
                for (school, option, use), n in schedule:
                    if use <= year:
                        standing[school, option] += n
                lists.append(brute.one_year_plans(dict(standing)))
            for plan in self._sequences(lists):
                if not self.budgeted or self._affordable(plan, schedule):
                    key = tuple(one.choice for one in plan), schedule
                    yield key, self._values(plan, schedule)

    def _sequences(self, lists: list[list[OneYear]]) -> Iterator[tuple[OneYear, ...]]:
        """Plans of all years where what closes stays closed and what opens stays open.

        So do upper grades that are given away, or taken.
        """
        one = self.of[0]
        given, taken = (one.given, one.offered) if one.upper_moves else (set(), set())
        standing = {s for s, row in self.rows.items() if row["status"] == "existing"}
        allowed: dict[Any, bool] = {}

        def follows(before: OneYear, after: OneYear) -> bool:
            key = before.open, after.open, before.bands, after.bands
            if key not in allowed:
                back = (after.open - before.open) & standing
                wrong = (after.bands - before.bands) & given | (before.bands - after.bands) & taken
                gone = (before.open - after.open) - standing
                allowed[key] = not back and not gone and not wrong
            return allowed[key]

        def grow(plan: tuple[OneYear, ...]) -> Iterator[tuple[OneYear, ...]]:
            if len(plan) == len(lists):
                yield plan
                return
            for one in lists[len(plan)]:
                if not plan or follows(plan[-1], one):
                    yield from grow((*plan, one))

        return grow(())

    # money --------------------------------------------------------------------------------

    def _capital(
        self, plan: tuple[OneYear, ...], schedule: Schedule, *, every: bool
    ) -> dict[int, float]:
        spent: dict[int, float] = defaultdict(float)
        for (school, option, use), n in schedule:
            row = self.options[school, option]
            lead = 0 if row["lead_years"] != row["lead_years"] else int(row["lead_years"])
            spent[use - lead] += n * row["cost"]
        before: frozenset[str] = frozenset()
        for k, (year, one) in enumerate(zip(self.years, plan, strict=True)):
            for school in one.open - before:
                row = self.rows[school]
                if not every and school not in self.of[k].choices():
                    continue
                if row["status"] != "existing":
                    spent[year] += row["capital_cost"]
                if row["dangerous"] and row["repair_cost"] == row["repair_cost"]:
                    spent[year] += row["repair_cost"]
            before = one.open
        return spent

    def _running(
        self, plan: tuple[OneYear, ...], schedule: Schedule, *, every: bool
    ) -> dict[int, float]:
        spent: dict[int, float] = defaultdict(float)
        for k, (year, one) in enumerate(zip(self.years, plan, strict=True)):
            counted = one.open if every else one.open & self.of[k].choices()
            spent[year] += sum(self.rows[school]["opening_cost"] for school in counted)
            for (school, option, use), n in schedule:
                if use <= year:
                    spent[year] += n * self.options[school, option]["yearly_cost"]
        return spent

    def _affordable(self, plan: tuple[OneYear, ...], schedule: Schedule) -> bool:
        settings = self.settings("budget")
        for kind, of in (("capital", self._capital), ("running", self._running)):
            spent = of(plan, schedule, every=True)
            for key, sign in ((kind, 1.0), (f"least_{kind}", -1.0)):
                stated = settings.get(key)
                if stated is None:
                    continue
                if isinstance(stated, dict):
                    limits = [(spent[int(year)], n) for year, n in stated.items()]
                elif kind == "capital":
                    limits = [(sum(spent.values()), stated)]
                else:
                    limits = [(spent[year], stated) for year in self.years]
                if any(sign * money > sign * limit + TOLERANCE for money, limit in limits):
                    return False
        return True

    # goals --------------------------------------------------------------------------------

    def _values(self, plan: tuple[OneYear, ...], schedule: Schedule) -> tuple[float, ...]:
        wanted = {name for weights, _ in self.order for name in weights}
        single = {
            "violations": sum(one.violations for one in plan),
            "travel": sum(one.travel for one in plan),
            "journey-of-worst-off": max(one.worst for one in plan),
        }
        if wanted & {"moved", "moved-again"}:
            single["moved"], single["moved-again"] = self._moved(plan)
        for kind, of in (("capital-cost", self._capital), ("running-cost", self._running)):
            if kind in wanted:
                rate = 1.0 + self.settings(kind).get("discount", 0.0)
                spent = of(plan, schedule, every=False)
                single[kind] = sum(yuan / rate ** (y - self.now) for y, yuan in spent.items())
        return tuple(sum(w * single[g] for g, w in weights.items()) for weights, _ in self.order)

    def _moved(self, plan: tuple[OneYear, ...]) -> tuple[float, float]:
        moved = again = 0.0
        for cell in plan[0].schools:
            before, last, earlier = self.today.get(cell), self.now, []
            for year, one in zip(self.years, plan, strict=True):
                school = one.schools[cell]
                if before is not None and school != before and self.there(cell, last, year) > 0:
                    moved += self.there(cell, last, year)
                    again += sum(self.there(cell, start, year) for start in earlier)
                    earlier.append(last)
                before, last = school, year
        return moved, again


def best_of(plans: dict[Key, tuple[float, ...]], slacks: list[float]) -> list[tuple[float, float]]:
    """(best value, level it is held at) of each goal in order, each under those before it."""
    result, values = [], list(plans.values())
    for k, slack in enumerate(slacks):
        best = min(value[k] for value in values)
        level = best + slack * abs(best)
        values = [v for v in values if v[k] <= level + TOLERANCE * max(1.0, abs(level))]
        result.append((best, level))
    return result


def possible(case: TinyYears) -> bool:
    """True if the county has a plan."""
    brute = BruteYears(case.county, case.model, case.first, case.years)
    return next(brute.plans(), None) is not None


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
