"""Every plan of one year of a tiny county: assignments by hand, figures of each as arrays.

Plain Python from the tables alone, like tests.brute_decisions, which it extends by what changes
from year to year, by boarders and by areas.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.brute_decisions import BruteDecisions
from tests.brute_force import TOLERANCE, Choice, Part, School
from tests.brute_places import Modules
from zoning.county import County

AREAS = {"building": 4.5, "sports": 7.5}
BOARDERS_A_WARDEN = 60.0
ADDED_UP = ("violations", "travel", "transport-cost", "quality-seats", "young-boarders")
"""Goals whose values of the years are added up."""


@dataclass(frozen=True)
class YearPlans:
    """All plans of a year with the same modules that keep its rules, one after the other (N).

    ``choice`` (N x cells) are schools by number, ``open`` (N x schools), ``bands`` (N x schools x
    bands) who has units of a band, ``taken`` (N x schools) pupils with those from outside,
    ``figures`` a value of each goal.
    """

    choice: np.ndarray
    open: np.ndarray
    bands: np.ndarray
    taken: np.ndarray
    figures: dict[str, np.ndarray]
    choices: tuple[Choice, ...]


class BruteYear(BruteDecisions):
    """Every plan of one of the years."""

    def __init__(self, county: County, model: str, year: int) -> None:
        self.year = year
        super().__init__(county, model)
        # what joins the years is asked of all of them together
        self.rules = [rule for rule in self.rules if rule not in ("budget", "intake")]
        table = county.pupils[(county.pupils["year"] == year)]
        table = table[table["stage"] == self.stage]
        self.pupils, self.girls = defaultdict(float), defaultdict(float)
        for row in table.to_dict("records"):
            self.pupils[row["unit_id"], row["grade"]] += row["pupils"]
            self.girls[row["unit_id"], row["grade"]] += row["girls"]
        self.later = county.school_years[county.school_years["year"] <= year]
        self.later = self.later.sort_values("year").to_dict("records")
        for name, school in self.plain.items():
            self._of_year(name, school)
            if self.rows[name]["status"] == "suspended":
                school.candidate = True
                self.optional.add(name)
        self.exempt = {
            (row["unit_id"], row["grade"])
            for row in county.exemptions.to_dict("records") if row["stage"] == self.stage
        }  # fmt: skip
        self.weekly = {
            (row["unit_id"], row["school_id"]): row
            for row in county.travel.to_dict("records") if row["mode"] == "board"
        }  # fmt: skip
        self.islands = {band: self._islands(band) for band in self.bands}
        self.numbers = {name: k for k, name in enumerate(self.schools)}
        self._ways: dict[tuple[str, str, str], dict[str, float]] = {}
        self._cached: dict[tuple[tuple[Any, int], ...], YearPlans] = {}

    def _of_year(self, name: str, school: School) -> None:
        """Seats, rooms, beds and posts as they are by then; classes formed anew."""
        for row in self.later:
            if row["school_id"] != name:
                continue
            if row["stage"] == self.stage and row["seats"] == row["seats"]:
                school.seats = row["seats"]
            if row["stage"] == "":
                known = {k for k in ("rooms", "beds", "canteen", "staff") if row[k] == row[k]}
                self.rows[name] |= {k: row[k] for k in known}
        school.rooms = self.rows[name]["rooms"]
        if self.year == self.county.year or self.entrants:
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

    @property
    def band_places(self) -> dict[str, int]:
        """The bands in order."""
        return {band: k for k, band in enumerate(self.bands)}

    def marked(self, pairs: set[tuple[str, str]]) -> np.ndarray:
        """Marks by school and band."""
        marks, place = np.zeros((len(self.numbers), len(self.bands)), dtype=bool), self.band_places
        for name, band in pairs if self.upper_moves else ():
            marks[self.numbers[name], place[band]] = True
        return marks

    def may_build(self) -> set[tuple[str, str]]:
        """Options that may be put to use in this year."""
        return {name for modules in self.combinations() for name in modules}

    def choices(self) -> set[str]:
        """Schools that are open in some plans and closed in others."""
        return self.optional - self._always()

    # boarding -----------------------------------------------------------------------------

    def way(self, unit: str, band: str, school: str) -> dict[str, float]:
        """How children of a cell get to a school; boarders have a share of days."""
        key = unit, band, school
        if key not in self._ways:
            self._ways[key] = self._find_way(*key)
        return self._ways[key]

    def _find_way(self, unit: str, band: str, school: str) -> dict[str, float]:
        day, week = self.journey.get((unit, school), {}), self.weekly.get((unit, school))
        if "boarding" not in self.rules or week is None or not self.rows[school]["boarding"]:
            return day
        near = day and not ("travel-limit" in self.rules and super()._too_far(unit, band, school))
        if near or self._too_young(unit, band):
            return day
        share = self.settings("boarding").get("week", 0.2)
        return {"minutes": week["minutes"], "metres": week["metres"], "share": share}

    def _young(self, rule: str) -> list[str]:
        return list(self.settings(rule).get("young", self.grades[:3]))

    def _too_young(self, unit: str, band: str) -> bool:
        return any(
            self.pupils[unit, grade] > 0 and not {(unit, grade), (unit, "")} & self.exempt
            for grade in self.bands[band] if grade in self._young("boarding")
        )  # fmt: skip

    def _too_far(self, unit: str, band: str, school: str) -> bool:
        boards = "share" in self.way(unit, band, school)
        return not boards and super()._too_far(unit, band, school)

    def boarders(self, school: str, plan: Part) -> list[tuple[str, str]]:
        """Cells whose children board at a school."""
        return [cell for cell, its in plan.choice
                if its == school and "share" in self.way(*cell, school)]  # fmt: skip

    def wardens(self, name: str, plan: Part) -> float:
        """Posts for those who board."""
        number = sum(self.cell_pupils(*cell) for cell in self.boarders(name, plan))
        return float(number / self.settings("teachers").get("boarders_a_warden", BOARDERS_A_WARDEN))

    def _beds(self, plan: Part) -> Iterator[tuple[float, bool]]:
        """Boarders beyond the beds and the places at table of each school."""
        for name in self.working(plan):
            cells, row, more = self.boarders(name, plan), self.rows[name], self.added.get(name, {})
            number = sum(self.cell_pupils(*cell) for cell in cells)
            girls = 0.0
            for unit, band in cells:
                own = sum(self.girls[unit, grade] for grade in self.bands[band])
                girls += own if own == own else self.cell_pupils(unit, band) / 2
            limits = {"beds": number, "canteen": number}
            if row["beds_girls"] == row["beds_girls"] and row["beds_boys"] == row["beds_boys"]:
                limits |= {"beds_girls": girls, "beds_boys": number - girls}
            for key, load in limits.items():
                if cells and row[key] == row[key]:
                    yield load - row[key] - more.get(key, 0.0), False

    # further rules ------------------------------------------------------------------------

    def _excesses(self, rule: str, plan: Part) -> list[tuple[float, bool]]:
        if rule == "companions":
            return self._companions(plan)
        if rule == "boarding":
            return list(self._beds(plan))
        if rule == "areas":
            return [(over, True) for over in self._crowded(plan)]
        return super()._excesses(rule, plan)

    def _crowded(self, plan: Part) -> Iterator[float]:
        """Pupils beyond the area of each school; one that is short and builds none may not grow."""
        for name, school in self.working(plan).items():
            load = sum(plan.load.get((name, g), 0.0) for g in school.classes)
            load += sum(school.outside.values())
            today = sum(n for n in school.enrolled.values() if n == n)
            today += sum(school.outside.values())
            for key, usual in AREAS.items():
                norm = self.settings("areas").get(key, usual)
                area = self.rows[name][f"{key}_area"]
                if math.isnan(area) or norm <= 0:
                    continue
                more = self.added.get(name, {}).get(f"{key}_area", 0.0)
                most = (area + more) / norm
                if self.rows[name]["status"] == "existing" and not more:
                    most = max(most, today)
                yield load - most

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

    def _late(self) -> set[str]:
        """What takes years is no part of the year's modules."""
        return set()

    # all plans ----------------------------------------------------------------------------

    def plans_with(self, built: Modules) -> YearPlans:
        """Every plan of the year with these modules standing."""
        key = tuple(sorted(built.items()))
        if key not in self._cached:
            self._enlarge(built)
            self._cached[key] = self._arrays(list(self._found()))
        return self._cached[key]

    def _found(self) -> Iterator[tuple[Part, float]]:
        """Plans that keep the rules of the year, with what they lack of the soft ones."""
        for parts in itertools.product(*(self._parts(band) for band in self.bands)):
            plan = Part(
                tuple(item for part in parts for item in part.choice),
                {key: value for part in parts for key, value in part.load.items()},
                sum(part.beyond for part in parts), 0.0,
                sum(part.travel for part in parts), max(part.worst for part in parts),
            )  # fmt: skip
            broken = self.violations(plan)
            if broken is not None:
                yield plan, broken

    def _arrays(self, found: list[tuple[Part, float]]) -> YearPlans:
        plans, count = [plan for plan, _ in found], len(self.numbers)
        cells = len(self.units) * len(self.bands)
        choice = np.array(
            [[self.numbers[s] for _, s in plan.choice] for plan in plans], dtype=np.int64
        ).reshape(len(plans), cells)
        open_ = np.zeros((len(plans), count), dtype=bool)
        taken = np.zeros((len(plans), count))
        bands, place = np.zeros((len(plans), count, len(self.bands)), dtype=bool), self.band_places
        for k, plan in enumerate(plans):
            for name in self.working(plan):
                school = self.schools[name]
                open_[k, self.numbers[name]] = True
                taken[k, self.numbers[name]] = sum(
                    plan.load.get((name, g), 0.0) + school.outside[g]
                    for g in school.classes if g in self.placed
                )  # fmt: skip
            for (_, band), name in plan.choice:
                bands[k, self.numbers[name], place[band]] = True
        figures = [self._figures(plan, broken) for plan, broken in found]
        return YearPlans(
            choice, open_, bands, taken,
            {name: np.array([one[name] for one in figures])
             for name in (*ADDED_UP, "journey-of-worst-off")},
            tuple(plan.choice for plan in plans),
        )  # fmt: skip

    def _figures(self, plan: Part, broken: float) -> dict[str, float]:
        wanted = {name for weights, _ in self.order() for name in weights}
        young = self._young("young-boarders")
        return {
            "violations": broken,
            "travel": plan.travel,
            "journey-of-worst-off": plan.worst,
            "transport-cost": self._transport(plan) if "transport-cost" in wanted else 0.0,
            "quality-seats": self._quality_short(plan) if "quality-seats" in wanted else 0.0,
            "young-boarders": sum(
                self.pupils[unit, grade]
                for (unit, band), school in plan.choice
                if "share" in self.way(unit, band, school)
                for grade in self.bands[band] if grade in young and grade in self.placed
            ),
        }  # fmt: skip

    # intake -------------------------------------------------------------------------------

    def free_for_entrants(self, name: str, built: Modules) -> list[tuple[float, float]]:
        """(What is free for all entrants up to the year, pupils in one of it) in each way.

        In the order in which they are taken, NaN where not enough is known: pupils in the rooms of
        a school that teaches grades together, classes in rooms, classes that leave, pupils in
        seats. Whole classes have a size, pupils have none (NaN).
        """
        self._enlarge(built)
        school, size = self.schools[name], self._pupils_a_class("intake", self.schools[name])
        served = [grade for grade in self.grades if grade in school.classes]
        stay = served[: max(len(served) - (self.year - self.county.year + 1), 0)]
        classes, enrolled = dict(school.classes), dict(school.enrolled)
        if self.rows[name]["status"] != "existing":  # nobody is there yet
            classes = {g: 0.0 if n != n else n for g, n in classes.items()}
            enrolled = {g: 0.0 if n != n else n for g, n in enrolled.items()}
        there = sum(enrolled[g] for g in stay)
        held = sum(classes[g] for g in stay)
        left = sum(classes[g] for g in served if g not in stay)
        together = size * school.rooms - there if school.multigrade else math.nan
        return [
            (together, math.nan),
            (school.rooms - held - school.other_classes, size),
            (left + self.added.get(name, {}).get("classes", 0.0), size),
            (school.seats - there, math.nan),
        ]


def rounded_up(classes: np.ndarray) -> np.ndarray:
    """Whole classes, a hair's breadth more taken for nothing."""
    return np.ceil(classes - TOLERANCE)
