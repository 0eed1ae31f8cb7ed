"""The best plan of a tiny county by trying every assignment: plain Python, from the tables alone.

Nothing here comes from the formulation, the search or the solvers. The rules are read from their
definitions; numbers of the standards that the models leave out are written out below.
"""

from __future__ import annotations

import functools
import itertools
import math
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeVar

from zoning.county import County

TOLERANCE = 1e-6
_Key = TypeVar("_Key")
STANDARDS = {
    "class-size": {"primary": 45.0, "junior": 50.0, "incomplete-primary": 30.0},
    "large-class": {"primary": 55.0, "junior": 55.0, "incomplete-primary": 55.0},
    "travel-minutes": {"primary-lower": 30.0, "primary-upper": 40.0, "primary": 40.0},
    "utilisation": {"min": 0.7, "max": 1.0},
}
SMALL = ("incomplete-primary", "teaching-point")
Choice = tuple[tuple[tuple[str, str], str], ...]
"""((unit, band), school) of every cell of one band, or of all."""


@dataclass
class School:
    """What the tables say of a school in the stage."""

    kind: str
    multigrade: bool
    rooms: float
    root: str
    township: str
    candidate: bool = False
    cost: float = 0.0
    seats: float = math.nan
    other_classes: float = 0.0
    classes: dict[str, float] = field(default_factory=dict)
    enrolled: dict[str, float] = field(default_factory=dict)
    outside: dict[str, float] = field(default_factory=dict)


@dataclass
class Part:
    """An assignment of one band, or of several joined, and what it adds up to."""

    choice: Choice
    load: dict[tuple[str, str], float]
    beyond: float
    moved: float
    travel: float
    worst: float


class BruteForce:
    """Every plan of a county under a model, given as the text of a model file."""

    def __init__(self, county: County, model: str, stage: str = "primary") -> None:
        self.county = county
        self.model = tomllib.loads(model)
        self.stage = stage
        self.rules: list[str] = self.model["rules"]
        self.soft: list[str] = self.model.get("soft", [])
        self.entrants = self.model.get("place", "all") == "entrants"
        self._read_stage()
        self._read_schools()
        self._read_cells()
        self.locks = county.locks.to_dict("records")
        self._connected: dict[tuple[str, str, frozenset[str]], bool] = {}

    def settings(self, block: str) -> dict[str, Any]:
        """Parameters of a rule or goal as the model states them."""
        found: dict[str, Any] = self.model.get("parameters", {}).get(block, {})
        return found

    def _read_stage(self) -> None:
        stage = next(s for s in self.county.stages if s.name == self.stage)
        self.grades = list(stage.grades)
        self.placed = self.grades[:1] if self.entrants else self.grades
        bands = {name: list(grades) for name, grades in stage.bands.items()}
        self.bands = {
            name: grades for name, grades in bands.items() if set(grades) & set(self.placed)
        }

    def _read_schools(self) -> None:
        every = {
            row["school_id"]: School(
                row["kind"], bool(row["multigrade"]), float(row["rooms"]), row["root_unit"],
                row["township"], row["status"] == "candidate", float(row["opening_cost"]),
            )
            for row in self.county.schools.drop(columns="geometry").to_dict("records")
        }  # fmt: skip
        for row in self.county.school_stages.to_dict("records"):
            if row["stage"] == self.stage:
                every[row["school_id"]].seats = float(row["seats"])
        for row in self.county.school_grades.to_dict("records"):
            school = every[row["school_id"]]
            if row["stage"] == self.stage:
                school.classes[row["grade"]] = float(row["classes"])
                school.enrolled[row["grade"]] = float(row["enrolled"])
                school.outside[row["grade"]] = float(row["outside"])
            elif not math.isnan(row["classes"]):
                school.other_classes += float(row["classes"])
        self.schools = {
            name: school for name, school in every.items()
            if school.classes and ("opening" in self.rules or not school.candidate)
        }  # fmt: skip
        may_close = self.settings("opening").get("existing") == "may-close"
        self.optional = {name for name, s in self.schools.items() if s.candidate or may_close}

    def _read_cells(self) -> None:
        units = self.county.units[["unit_id", "township"]].itertuples(index=False)
        self.township = dict(units)
        self.units = list(self.township)
        self.pupils: dict[tuple[str, str], float] = defaultdict(float)
        for row in self.county.pupils.to_dict("records"):
            if row["stage"] == self.stage and row["year"] == self.county.year:
                self.pupils[row["unit_id"], row["grade"]] += row["pupils"]
        self.neighbours: dict[str, set[str]] = defaultdict(set)
        for a, b in self.county.adjacency[["unit_a", "unit_b"]].itertuples(index=False):
            self.neighbours[a].add(b)
            self.neighbours[b].add(a)
        self.today = {
            (row["unit_id"], row["band"]): row["school_id"]
            for row in self.county.assignments.to_dict("records")
            if row["plan"] == "today" and row["stage"] == self.stage
        }
        measure = self._measure()
        ways = defaultdict(list)
        for row in self.county.travel.to_dict("records"):
            if not math.isnan(row[measure]) and row["mode"] != "board":
                ways[row["unit_id"], row["school_id"]].append(
                    (row[measure], row["mode"], row["minutes"], row["metres"])
                )
        self.journey = {
            pair: {"minutes": min(found)[2], "metres": min(found)[3]}
            for pair, found in ways.items()
        }

    def _measure(self) -> str:
        """The measure of the first goal that has one decides which mode a pair uses."""
        for goal in self.model["goal"]:
            for name in goal["minimise"]:
                if name in ("travel", "journey-of-worst-off"):
                    return str(self.settings(name).get("measure", "minutes"))
        return "minutes"

    def cell_pupils(self, unit: str, band: str) -> float:
        """Pupils placed of a cell."""
        return sum(self.pupils[unit, g] for g in self.bands[band] if g in self.placed)

    # grades -------------------------------------------------------------------------------

    def lists(self, name: str, band: str) -> bool:
        """The school lists every grade of the band."""
        return set(self.bands[band]) <= set(self.schools[name].classes)

    @functools.cached_property
    def offered(self) -> set[tuple[str, str]]:
        """Upper bands that a small school lists, with nobody enrolled in or zoned to them."""
        zoned = {(school, band) for (_, band), school in self.today.items()}
        return {
            (name, band) for name, school in self.schools.items()
            if school.kind in SMALL and not school.candidate
            for band in [b for b in self.bands if self.lists(name, b)][1:]
            if (name, band) not in zoned and all(school.enrolled[g] == 0 for g in self.bands[band])
        }  # fmt: skip

    @property
    def upper_moves(self) -> bool:
        """Schools may give upper grades away, or take some."""
        return self.settings("opening").get("upper_grades") == "may-move"

    def serves(self, name: str, band: str) -> bool:
        """The school may be given children of the band."""
        return self.lists(name, band) and (self.upper_moves or (name, band) not in self.offered)

    def may_lack(self, name: str, band: str) -> bool:
        """The school may be without any unit of the band, closed or not."""
        return name in self.optional

    # which schools a cell may go to -------------------------------------------------------

    def options(self, unit: str, band: str) -> list[str]:
        """Schools that the rules about single pairs permit."""
        found = [
            name for name in self.schools
            if self.serves(name, band) and self.way(unit, band, name)
        ]  # fmt: skip
        if "township" in self.rules:
            found = [name for name in found if self._same_township(unit, name)]
        limited = "travel-limit" in self.rules and "travel-limit" not in self.soft
        if limited and self.settings("travel-limit").get("share", 1.0) == 1.0:
            found = [name for name in found if not self._too_far(unit, band, name)]
        return [name for name in found if self._locks_permit(unit, band, name)]

    def way(self, unit: str, band: str, school: str) -> dict[str, float]:
        """How children of a cell get to a school, empty if they cannot."""
        return self.journey.get((unit, school), {})

    def _same_township(self, unit: str, school: str) -> bool:
        free = set(self.settings("township").get("except", []))
        named = {unit, school, self.township[unit], self.schools[school].township}
        return bool(free & named) or self.township[unit] == self.schools[school].township

    def _too_far(self, unit: str, band: str, school: str) -> bool:
        settings = self.settings("travel-limit")
        for measure in ("minutes", "metres"):
            limit = settings.get(measure)
            if isinstance(limit, dict):
                limit = limit.get(band)
            elif limit is None and measure == "minutes" and "metres" not in settings:
                table = STANDARDS["travel-minutes"]
                limit = table.get(band, table.get(self.stage))
            if limit is not None and self.journey[unit, school][measure] > limit + TOLERANCE:
                return True
        return False

    def _locks_permit(self, unit: str, band: str, school: str) -> bool:
        for lock in self.locks:
            if lock["stage"] not in ("", self.stage) or lock["band"] not in ("", band):
                continue
            if not self._lock_permits(lock, unit, band, school):
                return False
        return True

    def _lock_permits(self, lock: dict[str, Any], unit: str, band: str, school: str) -> bool:
        named = lock["school_id"]
        if lock["lock"] == "frozen" and not lock["unit_id"]:
            return (self.today.get((unit, band)) == named) == (school == named)
        if lock["unit_id"] != unit:
            return True
        if lock["lock"] == "must":
            # a lock for all bands does not reach those that its school does not serve
            taught = named in self.schools and set(self.bands[band]) <= set(
                self.schools[named].classes
            )
            return school == named or not taught
        if lock["lock"] == "must-not":
            return school != named
        if lock["lock"] == "frozen":
            return self.today.get((unit, band), school) == school
        return True

    # contiguity ---------------------------------------------------------------------------

    def _zones_connected(self, band: str, choice: tuple[str, ...]) -> bool:
        if "contiguity" not in self.rules:
            return True
        for name, school in self.schools.items():
            if not self.serves(name, band):
                continue
            zone = frozenset(u for u, s in zip(self.units, choice, strict=True) if s == name)
            if self.may_lack(name, band) and not zone:
                continue  # closed, if it has no unit in the other bands either
            key = (name, band, zone)
            if key not in self._connected:
                self._connected[key] = self._one_piece(zone, school.root, self.islands[band])
            if not self._connected[key]:
                return False
        return True

    @functools.cached_property
    def islands(self) -> dict[str, set[str]]:
        """Units that may lie detached, by band."""
        return {band: self._islands(band) for band in self.bands}

    def _islands(self, band: str) -> set[str]:
        islands = set(self.settings("contiguity").get("islands", []))
        roots = {
            self.schools[name].root for name in self.schools
            if self.may_lack(name, band) and self.serves(name, band)
        }  # fmt: skip
        return (islands | {
            lock["unit_id"] for lock in self.locks
            if lock["lock"] == "island" and lock["stage"] in ("", self.stage)
            and lock["band"] in ("", band)
        }) - roots  # fmt: skip

    def _one_piece(self, zone: frozenset[str], root: str, islands: set[str]) -> bool:
        if root not in zone:
            return False
        bound = (zone - islands) | {root}
        seen, queue = {root}, [root]
        while queue:
            for near in self.neighbours[queue.pop()] & bound - seen:
                seen.add(near)
                queue.append(near)
        return seen == bound

    # adding up ----------------------------------------------------------------------------

    def _part(self, band: str, choice: tuple[str, ...]) -> Part:
        load: dict[tuple[str, str], float] = defaultdict(float)
        beyond = moved = travel = worst = 0.0
        travel_measure = self.settings("travel").get("measure", "minutes")
        worst_measure = self.settings("journey-of-worst-off").get("measure", "minutes")
        for unit, school in zip(self.units, choice, strict=True):
            pupils = self.cell_pupils(unit, band)
            for grade in self.bands[band]:
                if grade in self.placed:
                    load[school, grade] += self.pupils[unit, grade]
            way = self.way(unit, band, school)
            travel += pupils * way.get("share", 1.0) * way[travel_measure]
            if pupils > 0 and "share" not in way:
                worst = max(worst, way[worst_measure])
            if "travel-limit" in self.rules and self._too_far(unit, band, school):
                beyond += pupils
            if self.today.get((unit, band), school) != school:
                moved += pupils
        named = tuple(((u, band), s) for u, s in zip(self.units, choice, strict=True))
        return Part(named, dict(load), beyond, moved, travel, worst)

    def _parts(self, band: str) -> list[Part]:
        options = [self.options(unit, band) for unit in self.units]
        return [
            self._part(band, choice) for choice in product(*options)
            if self._zones_connected(band, choice)
        ]  # fmt: skip

    def violations(self, plan: Part) -> float | None:
        """Pupils by which soft rules are broken; None if a hard rule is."""
        total = 0.0
        for rule in self.rules:
            for over, may_be_soft in self._excesses(rule, plan):
                if over <= TOLERANCE:
                    continue
                if rule not in self.soft or not may_be_soft:
                    return None
                total += over
        return total

    def _excesses(self, rule: str, plan: Part) -> list[tuple[float, bool]]:
        """Pupils over (or under) each limit of a rule, and whether that limit can be soft."""
        if rule == "travel-limit":
            everybody = sum(self.cell_pupils(u, b) for u in self.units for b in self.bands)
            share = self.settings("travel-limit").get("share", 1.0)
            return [(plan.beyond - (1.0 - share) * everybody, True)]
        if rule == "stability":
            return [(plan.moved - self._most_moved(), False)]
        working = self.working(plan)
        if rule == "opening":
            return [(float(self._wrong_number(len(working))), False)]
        if rule == "contiguity":
            return [(float(self._half_open(plan)), False)]
        found: list[tuple[float, bool]] = []
        for name, school in working.items():
            taught = {g: plan.load.get((name, g), 0.0) + school.outside[g] for g in school.classes}
            if self.entrants:
                first = self.grades[0]
                own = plan.load.get((name, first), 0.0) + school.outside.get(first, 0.0)
            else:
                own = sum(taught.values())
            if self.entrants and rule in ("seats", "class-size"):
                continue  # intake stands in for them
            if rule == "utilisation":
                own = self._use(name, plan)
            found += self._excess(rule, school, taught, own)
        return found

    def working(self, plan: Part) -> dict[str, School]:
        """The schools that are open: those that stay, and those with a unit."""
        used = {school for _, school in plan.choice}
        return {n: s for n, s in self.schools.items() if n in used or n not in self.optional}

    def _wrong_number(self, number: int) -> bool:
        settings = self.settings("opening")
        count = settings.get("count", number)
        least, most = settings.get("least", 0), settings.get("most", math.inf)
        return number != count or not least <= number <= most

    def _half_open(self, plan: Part) -> bool:
        """An open school has no unit, not even its own, in a band that it serves."""
        used = {(school, band) for (_, band), school in plan.choice}
        return any(
            (name, band) not in used
            for name in self.working(plan)
            for band in self.bands
            if self.serves(name, band) and not self._may_be_without(name, band)
        )

    def _may_be_without(self, name: str, band: str) -> bool:
        """An open school may be without any unit of the band."""
        return False

    def _use(self, name: str, plan: Part) -> float:
        """Pupils placed at a school and all of the stage from outside."""
        placed = sum(plan.load.get((name, g), 0.0) for g in self.placed)
        return placed + sum(self.schools[name].outside.values())

    def _excess(
        self, rule: str, school: School, taught: dict[str, float], own: float
    ) -> list[tuple[float, bool]]:
        known = not math.isnan(school.seats)
        if rule == "seats" and known:
            return [(own - school.seats * self.settings("seats").get("factor", 1.0), True)]
        if rule == "utilisation" and known:
            stated = {**STANDARDS["utilisation"], **self.settings("utilisation")}
            return [
                (own - stated["max"] * school.seats, True),
                (stated["min"] * school.seats - own, True),
            ]
        if rule == "class-size":
            return self._class_sizes(school, taught)
        if rule == "intake":
            places = self.intake(school)
            return [] if math.isnan(places) else [(own - places, True)]
        return []

    def _pupils_a_class(self, rule: str, school: School) -> float:
        settings = self.settings(rule)
        default = "standard" if rule == "intake" else "large-class"
        limit = settings.get("limit", default)
        small = "incomplete-primary" if school.kind in SMALL else self.stage
        stated = settings.get("pupils")
        if isinstance(stated, dict):
            return float(stated.get(small, stated.get(self.stage)))
        if stated is not None:
            return float(stated)
        return STANDARDS["class-size" if limit == "standard" else "large-class"][small]

    def _class_sizes(self, school: School, taught: dict[str, float]) -> list[tuple[float, bool]]:
        size = self._pupils_a_class("class-size", school)
        if school.multigrade and not math.isnan(school.rooms):
            return [(sum(taught.values()) - size * school.rooms, True)]
        if not any(math.isnan(number) for number in school.classes.values()):
            result = []
            for grade, pupils in taught.items():
                room = size * school.classes[grade]
                enrolled = school.enrolled[grade]
                if not math.isnan(enrolled) and enrolled > room:
                    room = enrolled
                result.append((pupils - room, True))
            return result
        if not math.isnan(school.rooms):
            return [(self._beyond_rooms(taught, size, school.rooms - school.other_classes), True)]
        return []

    @staticmethod
    def _beyond_rooms(taught: dict[str, float], size: float, rooms: float) -> float:
        """Fewest pupils without a place over all ways to give whole rooms to the grades."""
        wanted = [range(math.ceil(p / size - TOLERANCE) + 1) for p in taught.values()]
        return min(
            sum(max(0.0, p - size * k) for p, k in zip(taught.values(), given, strict=True))
            for given in itertools.product(*wanted)
            if sum(given) <= max(rooms, 0.0) + TOLERANCE
        )

    def intake(self, school: School) -> float:
        """Places for entrants; NaN if nothing is known."""
        size = self._pupils_a_class("intake", school)
        served = [g for g in self.grades if g in school.classes]
        staying, last = served[:-1], served[-1]
        taken, there = school.classes, school.enrolled
        if school.candidate:  # nobody is at a site yet
            taken = {g: 0.0 if math.isnan(n) else n for g, n in taken.items()}
            there = {g: 0.0 if math.isnan(n) else n for g, n in there.items()}
        enrolled = sum(there[g] for g in staying)
        classes = sum(taken[g] for g in staying)
        places = school.seats - enrolled
        if not math.isnan(taken[last]):
            places = size * taken[last]
        if not math.isnan(school.rooms + classes):
            places = size * (school.rooms - classes - school.other_classes)
        if school.multigrade and not math.isnan(school.rooms + enrolled):
            places = size * school.rooms - enrolled
        return places if math.isnan(places) else max(places, 0.0)

    def _most_moved(self) -> float:
        settings = self.settings("stability")
        at_school = sum(self.cell_pupils(u, b) for u, b in self.today if b in self.bands)
        return min(settings.get("share", math.inf) * at_school if "share" in settings else math.inf,
                   settings.get("pupils", math.inf))  # fmt: skip

    def _balance(self, plan: Part) -> float:
        known = {name: its.seats for name, its in self.working(plan).items() if its.seats > 0}
        shares = [self._use(name, plan) / seats for name, seats in known.items()]
        return max(shares) - min(shares) if shares else 0.0

    # goals --------------------------------------------------------------------------------

    def order(self) -> list[tuple[dict[str, float], float]]:
        """Weights and slack of the goals, "violations" put first if rules are soft."""
        order = [(goal["minimise"], goal.get("slack", 0.0)) for goal in self.model["goal"]]
        if self.soft and not any("violations" in weights for weights, _ in order):
            order.insert(0, ({"violations": 1.0}, 0.0))
        return order

    def further(self, plan: Part) -> dict[str, float]:
        """Values of goals that only some counties know."""
        return {}

    def plans(self) -> list[tuple[Choice, tuple[float, ...]]]:
        """Every plan that keeps the hard rules, with the value of each goal in order."""
        found = []
        order = self.order()
        for parts in product(*(self._parts(band) for band in self.bands)):
            plan = Part(
                tuple(item for part in parts for item in part.choice),
                {key: value for part in parts for key, value in part.load.items()},
                sum(part.beyond for part in parts),
                sum(part.moved for part in parts),
                sum(part.travel for part in parts),
                max(part.worst for part in parts),
            )
            broken = self.violations(plan)
            if broken is None:
                continue
            single = {"violations": broken, "travel": plan.travel, "moved": plan.moved,
                      "journey-of-worst-off": plan.worst}  # fmt: skip
            if any("balance" in weights for weights, _ in order):
                single["balance"] = self._balance(plan)
            working = self.working(plan)
            single |= self.further(plan)
            single["opening-cost"] = sum(working[n].cost for n in self.optional & set(working))
            values = [sum(w * single[g] for g, w in weights.items()) for weights, _ in order]
            found.append((plan.choice, tuple(values)))
        return found


def best_values(
    plans: list[tuple[_Key, tuple[float, ...]]], slacks: list[float]
) -> list[tuple[float, float]]:
    """(best value, level it is held at) of each goal in order, each under those before it."""
    result = []
    for k, slack in enumerate(slacks):
        best = min(values[k] for _, values in plans)
        level = best + slack * abs(best)
        plans = [p for p in plans if p[1][k] <= level + TOLERANCE * max(1.0, abs(level))]
        result.append((best, level))
    return result
