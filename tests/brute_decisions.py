"""The best plan of a tiny county under further rules and goals about schools: every plan is tried.

Plain Python from the tables alone, like tests.brute_places, which it extends.
"""

from __future__ import annotations

import math

from tests.brute_force import TOLERANCE, Part, School
from tests.brute_places import BrutePlaces

PUPILS_A_POST = 19.0


class BruteDecisions(BrutePlaces):
    """Every plan of a county under a model with the rules and goals of this page."""

    def _excesses(self, rule: str, plan: Part) -> list[tuple[float, bool]]:
        if rule == "teachers":
            return [(self._posts_short(plan), False)]
        if rule == "receive-first":
            return [(over, False) for over in self._received(plan)]
        return super()._excesses(rule, plan)

    # receive first ------------------------------------------------------------------------

    def _received(self, plan: Part) -> list[float]:
        """What is missing at each school that takes pupils of a closed one."""
        standing = {n for n in self.schools if self.rows[n]["status"] == "existing"}
        closed = standing - set(self.working(plan))
        takes = {s for c, s in plan.choice if self.today.get(c) in closed
                 and self.cell_pupils(*c) > 0}  # fmt: skip
        late = {
            r["school_id"] for r in self.county.expansions.to_dict("records")
            if r["lead_years"] > 0 and self.built.get((r["school_id"], r["option"]))
        }  # fmt: skip
        noon = self.settings("receive-first").get("noon_minutes", 30.0)
        found = [float(len(takes & late))]
        for name in takes:
            school = self.schools[name]
            load = sum(plan.load.get((name, g), 0.0) for g in school.classes)
            found.append(load + sum(school.outside.values()) - school.seats)
            eaters = sum(self.cell_pupils(*c) for c, s in plan.choice if s == name
                         and self.journey[c[0], name]["minutes"] > noon + TOLERANCE)  # fmt: skip
            more = self.added.get(name, {}).get("canteen", 0.0)
            found.append(eaters - self.rows[name]["canteen"] - more)
        return [0.0 if math.isnan(over) else over for over in found]

    # teachers -----------------------------------------------------------------------------

    def _posts_short(self, plan: Part) -> float:
        settings = self.settings("teachers")
        there = settings.get("posts")
        if there is None:
            standing = [n for n in self.schools if self.rows[n]["status"] == "existing"]
            there = sum(self._share(n) * self.rows[n]["staff"] for n in standing)
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
            needed += max(counts)
        return float(needed - there)

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
