"""The best plan of a tiny county under further rules and goals about schools: every plan is tried.

Plain Python from the tables alone, like tests.brute_places, which it extends.
"""

from __future__ import annotations

import math
from collections import defaultdict

from tests.brute_force import TOLERANCE, Part, School
from tests.brute_places import BrutePlaces

PUPILS_A_POST = 19.0


class BruteDecisions(BrutePlaces):
    """Every plan of a county under a model with the rules and goals of this page."""

    def further(self, plan: Part) -> dict[str, float]:
        """Values of the further goals."""
        return super().further(plan) | {
            "transport-cost": self._transport(plan),
            "quality-seats": self._quality_short(plan),
        }

    def _quality_short(self, plan: Part) -> float:
        """Seats that quality schools lack of today's and the gain."""

        def seats(schools: dict[str, School], standing: bool) -> float:
            return sum(s.seats for n, s in schools.items() if self.rows[n]["quality"]
                       and s.seats == s.seats
                       and not (standing and self.rows[n]["status"] != "existing"))  # fmt: skip

        wanted = seats(self.plain, True) + self.settings("quality-seats").get("gain", 0.0)
        return max(0.0, wanted - seats(self.working(plan), False))

    def _transport(self, plan: Part) -> float:
        """Yuan a year for who goes by bus or lives too far to walk."""
        told = {"a_pupil": 2993.0, "a_pupil_km": 0.0, "days": 200.0, "walk_metres": 2000.0}
        told |= self.settings("transport-cost")
        total = 0.0
        for (unit, band), school in plan.choice:
            way = self.way(unit, band, school)
            far = way["metres"] > told["walk_metres"] + TOLERANCE
            far |= way["minutes"] > told.get("walk_minutes", math.inf) + TOLERANCE
            if far or "share" in way or self._mode(unit, school) == "bus":
                fare = told["a_pupil"] + told["a_pupil_km"] * 2 * told["days"] * way["metres"] / 1e3
                total += self.cell_pupils(unit, band) * way.get("share", 1.0) * fare
        return total

    def _mode(self, unit: str, school: str) -> str:
        """The mode that is nearest in the model's measure, ties by its name."""
        if not hasattr(self, "_modes"):
            measure, ways = self._measure(), defaultdict(list)
            for row in self.county.travel.to_dict("records"):
                if not math.isnan(row[measure]) and row["mode"] != "board":
                    ways[row["unit_id"], row["school_id"]].append((row[measure], row["mode"]))
            self._modes = {pair: min(found)[1] for pair, found in ways.items()}
        return str(self._modes[unit, school])

    def _excesses(self, rule: str, plan: Part) -> list[tuple[float, bool]]:
        if rule == "teachers":
            return [(self._posts_short(plan), False)]
        if rule == "receive-first":
            return [(over, False) for over in self._received(plan)]
        if rule == "one-per-township":
            return [(self._without_school(plan), False)]
        return super()._excesses(rule, plan)

    # townships and duplicates ---------------------------------------------------------------

    def _without_school(self, plan: Part) -> float:
        """Townships with pupils and without an open school of the whole stage."""
        asked = {self.township[u] for u in self.units for b in self.bands if self.cell_pupils(u, b)}
        grades = {grade for grades in self.bands.values() for grade in grades}
        there = {s.township for s in self.working(plan).values() if grades <= set(s.classes)}
        free = set(self.settings("one-per-township").get("except", []))
        return float(len(asked - there - free))

    def options(self, unit: str, band: str) -> list[str]:
        """Schools that the rules about single pairs permit."""
        found = super().options(unit, band)
        if "no-duplicate" not in self.rules:
            return found
        return [s for s in found if not self._duplicate(s)]

    def _duplicate(self, site: str) -> bool:
        told = self.settings("no-duplicate")
        if self.rows[site]["status"] == "existing":
            return False
        for name, school in self.schools.items():
            bands = [set(g) for g in self.bands.values()]
            both = any(b <= set(school.classes) and b <= set(self.plain[site].classes)
                       for b in bands)  # fmt: skip
            way = self.journey.get((self.plain[site].root, name))
            if self.rows[name]["status"] != "existing" or way is None or not both:
                continue
            zone = [c for c, s in self.today.items() if s == name and c[1] in self.bands]
            load = sum(self.cell_pupils(*c) for c in zone) + sum(school.outside.values())
            seats = self.plain[name].seats
            under = seats > 0 and load / seats < told.get("share", 0.7) - TOLERANCE
            if under and way["minutes"] <= told.get("minutes", 15.0) + TOLERANCE:
                return True
        return False

    # receive first ------------------------------------------------------------------------

    def _received(self, plan: Part) -> list[float]:
        """What is missing at each school that takes pupils of a closed one."""
        standing = {n for n in self.schools if self.rows[n]["status"] == "existing"}
        closed = standing - set(self.working(plan))
        takes = {s for c, s in plan.choice if self.today.get(c) in closed
                 and self.cell_pupils(*c) > 0}  # fmt: skip
        late = self._late()
        noon = self.settings("receive-first").get("noon_minutes", 30.0)
        found = [float(len(takes & late))]
        for name in takes:
            school = self.schools[name]
            load = sum(plan.load.get((name, g), 0.0) for g in school.classes)
            found.append(load + sum(school.outside.values()) - school.seats)
            ways = [(self.cell_pupils(*c), self.way(*c, name)) for c, s in plan.choice if s == name]
            eaters = sum(number for number, way in ways
                         if "share" in way or way["minutes"] > noon + TOLERANCE)  # fmt: skip
            more = self.added.get(name, {}).get("canteen", 0.0)
            found.append(eaters - self.rows[name]["canteen"] - more)
        return [0.0 if math.isnan(over) else over for over in found]

    def _late(self) -> set[str]:
        """Schools where something is built that takes years."""
        return {
            r["school_id"] for r in self.county.expansions.to_dict("records")
            if r["lead_years"] > 0 and self.built.get((r["school_id"], r["option"]))
        }  # fmt: skip

    # teachers -----------------------------------------------------------------------------

    def _posts_short(self, plan: Part) -> float:
        settings = self.settings("teachers")
        there = settings.get("posts")
        if there is None:
            standing = [n for n in self.schools if self.rows[n]["status"] == "existing"]
            there = sum(self._share(n) * self.rows[n]["staff"] for n in standing)
        if math.isnan(there):  # no school's are known
            return -math.inf
        needed = 0.0
        for name, school in self.working(plan).items():
            pupils = sum(plan.load.get((name, g), 0.0) + school.outside[g] for g in school.classes)
            counts = [
                pupils / settings.get("pupils_a_post", PUPILS_A_POST),
                settings.get("posts_a_school", 1.0),
            ]
            classes = self._classes(name, school)
            if classes == classes:
                counts.append(settings.get("posts_a_class", 1.0) * classes)
            needed += max(counts) + self.wardens(name, plan)
        return float(needed - there)

    def wardens(self, name: str, plan: Part) -> float:
        """Posts for those who board."""
        return 0.0

    def _share(self, name: str) -> float:
        own = sum(n for n in self.schools[name].enrolled.values() if n == n)
        rows = self.county.school_grades
        rows = rows[(rows["school_id"] == name) & (rows["stage"] != self.stage)]
        other = sum(n for n in rows["enrolled"] if n == n)
        return own / (own + other) if other > 0 else 1.0

    def _classes(self, name: str, school: School) -> float:
        """Classes with those that are built; ``rooms`` counts what is built already."""
        if school.multigrade and not math.isnan(school.rooms):
            return school.rooms
        known = sum(school.classes.values())
        if not math.isnan(known):
            return known + self.added.get(name, {}).get("classes", 0.0)
        return school.rooms - school.other_classes
