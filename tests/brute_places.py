"""The best plan of a tiny county that also builds and closes: every assignment, every module.

Plain Python from the tables alone, like tests.brute_force, which it extends.
"""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import replace
from typing import Any

from tests.brute_force import SMALL, TOLERANCE, BruteForce, Choice, Part, School
from zoning.county import County

CLASS = {"primary": 45.0, "incomplete-primary": 30.0}
Modules = dict[tuple[str, str], int]


class BrutePlaces(BruteForce):
    """Every plan of a county under a model that decides about schools."""

    def __init__(self, county: County, model: str, stage: str = "primary") -> None:
        super().__init__(county, model, stage)
        self.rows = {
            row["school_id"]: row
            for row in county.schools.drop(columns="geometry").to_dict("records")
        }
        self.plain = self.schools
        self.added: dict[str, dict[str, float]] = {}
        self.built: Modules = {}
        self._every: dict[str, list[Part]] = {}
        # asked again for every plan, whatever is built
        self.vetoes = county.vetoes.to_dict("records")
        self.expansions = county.expansions.to_dict("records")
        self.receivers = county.receivers.to_dict("records")
        self._kept = functools.cache(self._find_kept)
        if "opening" in self.rules and "vetoes" in self.rules:
            self.optional |= {name for name in self.schools if self._barred(name)}

    def vetoed(self, action: str) -> set[str]:
        """Schools for which an action is ruled out."""
        return {row["school_id"] for row in self.vetoes if row["action"] == action}

    # what may be built --------------------------------------------------------------------

    def combinations(self) -> list[Modules]:
        """Every number of modules of every option."""
        if "expansion" not in self.rules:
            return [{}]
        names, ranges = [], []
        for row in self.expansions:
            school = row["school_id"]
            most = int(row["most"])
            if school in self.vetoed("expand") or not self.rows[school]["serviced"]:
                most = 0
            if row["temporary"] and not self.settings("expansion").get("temporary", True):
                most = 0
            names.append((school, row["option"]))
            ranges.append(range(most + 1))
        return [
            {name: n for name, n in zip(names, numbers, strict=True) if n}
            for numbers in itertools.product(*ranges)
        ]

    def _enlarge(self, built: Modules) -> None:
        self.built, self.added = built, {}
        schools = dict(self.plain)
        for row in self.expansions:
            school, number = row["school_id"], built.get((row["school_id"], row["option"]), 0)
            if not number or school not in schools:
                continue
            small = schools[school].kind in ("incomplete-primary", "teaching-point")
            seats = row["seats"]
            if math.isnan(seats):
                seats = row["classes"] * CLASS["incomplete-primary" if small else "primary"]
            gains = self.added.setdefault(school, {})
            for name in ("classes", "beds", "building_area", "sports_area", "canteen"):
                gains[name] = gains.get(name, 0.0) + number * row[name]
            old = schools[school]
            schools[school] = replace(
                old, seats=old.seats + number * seats, rooms=old.rooms + number * row["classes"]
            )
        self.schools = schools

    def _parts(self, band: str) -> list[Part]:
        if band not in self._every:
            self._every[band] = super()._parts(band)
        return self._every[band]

    def plans(self) -> list[tuple[Choice, tuple[float, ...]]]:
        """Every plan with its modules, which stand at the end of the choice."""
        found = []
        for built in self.combinations():
            self._enlarge(built)
            mark = tuple((name, str(n)) for name, n in sorted(built.items()))
            found += [((*choice, *mark), values) for choice, values in super().plans()]
        return found

    # rules --------------------------------------------------------------------------------

    def options(self, unit: str, band: str) -> list[str]:
        """Schools that the rules about single pairs permit."""
        found = super().options(unit, band)
        if self.settings("opening").get("sites") == "none":
            found = [s for s in found if not self.schools[s].candidate]
        if "vetoes" not in self.rules:
            return found
        lower = self.vetoed("upgrade")
        return [s for s in found if not self._barred(s)
                and not (s in lower and (s, band) in self.offered)]  # fmt: skip

    # upper grades -------------------------------------------------------------------------

    @functools.cached_property
    def given(self) -> set[tuple[str, str]]:
        """Upper bands of complete schools that a rule may yet keep."""
        central = {row["central_school"] for row in self.rows.values()}
        return {
            (name, band) for name, school in self.schools.items()
            if school.kind == "complete-primary" and self.rows[name]["status"] == "existing"
            and name not in central
            for band in [b for b in self.bands if self.lists(name, b)][1:]
            if not any(school.outside[g] > 0 for g in self.bands[band])
        }  # fmt: skip

    @functools.cached_property
    def movable(self) -> set[tuple[str, str]]:
        """Upper bands that an open school may be without."""
        if not self.upper_moves:
            return set()
        found = set(self.given)
        if "vetoes" in self.rules:
            held = self.vetoed("downgrade")
            found = {(name, band) for name, band in found if name not in held}
        if "keep-isolated" in self.rules:
            found -= {(near[0], band) for near, band in self._near() if len(near) == 1}
        return found | self.offered

    def may_lack(self, name: str, band: str) -> bool:
        """The school may close, or be without the band."""
        return super().may_lack(name, band) or (name, band) in self.movable

    def _may_be_without(self, name: str, band: str) -> bool:
        return (name, band) in self.movable

    def _wrong_bands(self, plan: Part, working: dict[str, School]) -> bool:
        """A school teaches upper grades alone, or is without some that it may not be without."""
        used = {(school, band) for (_, band), school in plan.choice}
        kinds = ("complete-primary", *SMALL)
        for name, school in working.items():
            bands = [band for band in self.bands if self.lists(name, band)]
            if school.kind not in kinds or self.rows[name]["status"] != "existing":
                continue
            for k, band in enumerate(bands if len(bands) > 1 else ()):
                above = any((name, other) in used for other in bands[k:])
                if (name, band) not in used and (above or (name, band) not in self.movable):
                    return True
        return False

    def _too_few(self, plan: Part) -> float:
        """Pupils that upper grades lack, where they could have been given away."""
        least = self.settings("school-size").get("least_upper", 0.0)
        return sum(
            max(0.0, least - sum(self.cell_pupils(*c) for c, s in plan.choice
                                 if (s, c[1]) == (name, band)))
            for name, band in self.movable & {(s, b) for (_, b), s in plan.choice}
        )  # fmt: skip

    def _barred(self, school: str) -> bool:
        row = self.rows[school]
        late = row["opens"] > self.county.year
        if row["status"] != "existing" and (
            school in self.vetoed("open") or not row["serviced"] or late
        ):
            return True
        if row["status"] == "suspended" and school in self.vetoed("restore"):
            return True
        return bool(row["dangerous"]) and math.isnan(row["repair_cost"])

    def _find_kept(self, rule: str) -> set[str]:
        """Standing schools that a rule keeps."""
        standing = {n for n in self.schools if self.rows[n]["status"] == "existing"}
        if rule == "vetoes":
            kept = set()
            for school in standing:
                pupils = sum(n for n in self.schools[school].enrolled.values() if n == n)
                homes = [c for c, s in self.today.items() if s == school and c[1] in self.bands]
                used = pupils > 0 or any(self.cell_pupils(*c) > 0 for c in homes)
                if school in self.vetoed("close") | self.vetoed("merge" if used else "suspend"):
                    kept.add(school)
            return {school for school in kept if not self._barred(school)}
        return {near[0] for near, _ in self._near() if len(near) == 1}

    def _near(self) -> list[tuple[list[str], str]]:
        """For each unit and band with children: the standing schools within the limit, the band."""
        standing = [n for n in self.schools if self.rows[n]["status"] == "existing"]
        limits = {**self.settings("travel-limit"), **self.settings("keep-isolated")}
        return [
            ([
                s for s in standing
                if self.lists(s, band) and (s, band) not in self.offered
                and (unit, s) in self.journey
                and self.journey[unit, s]["minutes"] <= limits["minutes"] + TOLERANCE
            ], band)
            for unit in self.units for band in self.bands if self.cell_pupils(unit, band) > 0
        ]  # fmt: skip

    def _always(self) -> set[str]:
        rules = [rule for rule in ("vetoes", "keep-isolated") if rule in self.rules]
        return {school for rule in rules for school in self._kept(rule)}

    def _excesses(self, rule: str, plan: Part) -> list[tuple[float, bool]]:
        working = self.working(plan)
        if rule == "vetoes" and self._half_taught(plan, working):
            return [(1.0, False)]
        if rule in ("vetoes", "keep-isolated"):
            may_close = self.settings("opening").get("existing") == "may-close"
            lost = self._kept(rule) - set(working) if may_close else set()
            return [(float(len(lost)), False)]
        if rule == "expansion":
            return [(float(any(school not in working for school, _ in self.built)), False)]
        if rule == "receivers":
            return [(float(self._misplaced(plan, working)), False)]
        if rule == "budget":
            return self._over_budget(plan)
        if rule == "opening" and self.upper_moves and self._wrong_bands(plan, working):
            return [(1.0, False)]
        if rule == "school-size" and self.upper_moves:
            return [(self._too_few(plan), True), *super()._excesses(rule, plan)]
        return super()._excesses(rule, plan)

    def _half_taught(self, plan: Part, working: dict[str, School]) -> bool:
        """A school that must stay complete has no unit in a band that it serves."""
        used = {(school, band) for (_, band), school in plan.choice}
        held = {n for n in self.vetoed("downgrade") & set(working)
                if self.rows[n]["status"] == "existing"}  # fmt: skip
        bands = {n: [b for b, g in self.bands.items() if set(g) <= set(working[n].classes)]
                 for n in held}  # fmt: skip
        return any((n, b) not in used for n in held for b in bands[n] if len(bands[n]) > 1)

    def _misplaced(self, plan: Part, working: dict[str, School]) -> int:
        named: dict[str, set[str]] = {}
        for row in self.receivers:
            named.setdefault(row["school_id"], set()).add(row["receiver"])
        wrong, used = 0, {(school, band) for (_, band), school in plan.choice}
        for (unit, band), school in plan.choice:
            before = self.today.get((unit, band), "")
            able = {r for r in named.get(before, ()) if self.serves(r, band)}
            left = before not in working or (
                (before, band) in self.movable and (before, band) not in used
            )
            wrong += bool(able) and left and school not in able
        return wrong

    def _over_budget(self, plan: Part) -> list[tuple[float, bool]]:
        settings, found = self.settings("budget"), []
        for kind in ("capital", "running"):
            spent = self._money(plan, kind, every=True)
            found.append((spent - settings.get(kind, math.inf), False))
            found.append((settings.get(f"least_{kind}", -math.inf) - spent, False))
        return found

    def _money(self, plan: Part, kind: str, *, every: bool) -> float:
        once = kind == "capital"
        total = sum(
            n * row["cost" if once else "yearly_cost"]
            for row in self.expansions
            for n in [self.built.get((row["school_id"], row["option"]), 0)]
        )
        counted = set(self.working(plan))
        if not every:
            counted &= self.optional - self._always()
        for school in counted:
            row = self.rows[school]
            if not once:
                total += row["opening_cost"]
                continue
            total += row["capital_cost"] if row["status"] != "existing" else 0.0
            if row["dangerous"] and row["repair_cost"] == row["repair_cost"]:
                total += row["repair_cost"]
        return float(total)

    def _excess(
        self, rule: str, school: School, taught: dict[str, float], own: float
    ) -> list[tuple[float, bool]]:
        if rule == "school-size":
            name = next(n for n, s in self.schools.items() if s is school)
            settings = self.settings("school-size")
            most = settings.get("most", 2000.0)
            if school.kind == "nine-year":
                rows = self.county.school_grades
                rows = rows[(rows["school_id"] == name) & (rows["stage"] != self.stage)]
                most = settings.get("most_nine_year", 2500.0) - rows["enrolled"].sum()
            if not school.candidate:
                most = max(most, sum(n for n in school.enrolled.values() if n == n)
                           + sum(school.outside.values()))  # fmt: skip
            least = settings.get("least", 0.0) if name in self.optional - self._always() else 0.0
            return [(own - most, True), (least - own, True)]
        return super()._excess(rule, school, taught, own)

    def _class_sizes(self, school: School, taught: dict[str, float]) -> list[tuple[float, bool]]:
        name = next(n for n, s in self.schools.items() if s is school)
        new = int(self.added.get(name, {}).get("classes", 0.0))
        known = not any(math.isnan(number) for number in school.classes.values())
        together = school.multigrade and not math.isnan(school.rooms)
        if not new or together or not known:
            return super()._class_sizes(school, taught)
        size = self._pupils_a_class("class-size", school)
        ways = itertools.product(range(new + 1), repeat=len(taught))
        return [(min(self._left(school, taught, size, k) for k in ways if sum(k) <= new), True)]

    @staticmethod
    def _left(school: School, taught: dict[str, float], size: float, new: Any) -> float:
        total = 0.0
        for (grade, pupils), k in zip(taught.items(), new, strict=True):
            room = size * (school.classes[grade] + k)
            enrolled = school.enrolled[grade]
            if not k and enrolled == enrolled:
                room = max(room, enrolled)
            total += max(0.0, pupils - room)
        return total

    def further(self, plan: Part) -> dict[str, float]:
        """Costs of the plan."""
        return {
            "capital-cost": self._money(plan, "capital", every=False),
            "running-cost": self._money(plan, "running", every=False),
        }
