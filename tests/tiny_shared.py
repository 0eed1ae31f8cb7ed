"""Random tiny counties where two schools share an intake, and every plan of them."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pandas as pd

from tests.brute_force import TOLERANCE, BruteForce, Part
from tests.tiny_counties import Tiny, tiny
from zoning.county import County

FOCUS = (0, 5, 6, 7, 8, 10, 11, 13, 14)
"""Numbers of the focuses of `tests.tiny_counties` that take part."""
BESIDE = ("seats", "intake", "travel-limit", "contiguity", "locks", "stability")


def tiny_shared(seed: int) -> Tiny:
    """Return the county and model of a seed."""
    rng = random.Random(5_000_011 * seed)
    for attempt in range(100):
        plain = tiny(16 * (101 * seed + attempt) + FOCUS[seed % len(FOCUS)])
        alike = _alike(plain.county)
        if len(plain.county.schools) == 3 and len(alike) >= 2 and "balance" not in plain.model:
            break
    members = rng.sample(alike, 2)
    county = plain.county
    stages = county.school_stages
    grades = county.school_grades.assign(enrolled=county.school_grades["enrolled"].fillna(9.0))
    county = county.replace(
        school_stages=stages.assign(seats=stages["seats"].fillna(60.0)), school_grades=grades,
        shared_zones=pd.DataFrame(
            {"zone": "together", "stage": "primary", "school_id": members}
        ),
    )  # fmt: skip
    return Tiny(seed, plain.focus, county, _model(plain.model))


def _alike(county: County) -> list[str]:
    grades = county.school_grades
    taught = grades[grades["stage"] == "primary"].groupby("school_id")["grade"].apply(tuple)
    return [school for school, its in taught.items() if its == taught.iloc[0]]


def _model(before: str) -> str:
    first, *rest = before.split("\n")
    rules = [rule for rule in BESIDE if f"'{rule}'" in first]
    soft = [rule for rule in BESIDE if f"'{rule}'" in rest[0]]
    place = rest[1]
    parts = "\n".join(rest[2:]).split("[parameters.")
    kept = [part for part in parts[1:] if part.split("]")[0] in
            (*BESIDE, "travel", "journey-of-worst-off")]  # fmt: skip
    goals = "[[goal]]" + before.split("[[goal]]", 1)[1]
    texts = [part.split("[[goal]]")[0] for part in kept]
    lines = [f"rules = {['shared-zones', *rules]!r}", f"soft = {soft!r}", place]
    return "\n".join([*lines, *(f"[parameters.{text}" for text in texts), goals])


class BruteShared(BruteForce):
    """Every plan of a county in which two schools share a zone."""

    def __init__(self, county: County, model: str, stage: str = "primary") -> None:
        super().__init__(county, model, stage)
        rows = county.shared_zones.to_dict("records")
        self.members = {row["school_id"]: self.schools[row["school_id"]] for row in rows}
        zone = self.zone = rows[0]["zone"]
        free = {name: self._free(name) for name in self.members}
        total = sum(free.values())
        self.shares = {name: places / total for name, places in free.items()} if total > 0 else {}
        self.schools = {
            zone: replace(next(iter(self.members.values()))),
            **{name: its for name, its in self.schools.items() if name not in self.members},
        }
        self.today = {c: zone if s in self.members else s for c, s in self.today.items()}
        self.locks = [
            {**lock, "school_id": zone if lock["school_id"] in self.members else lock["school_id"]}
            for lock in self.locks
        ]
        for unit in self.units:
            ways = {m: self.journey.get((unit, m)) for m in self.members}
            if self.shares and all(ways.values()):
                self.journey[unit, zone] = {
                    measure: sum(self.shares[m] * way[measure] for m, way in ways.items())
                    for measure in ("minutes", "metres")
                }

    def _free(self, name: str) -> float:
        school = self.members[name]
        if "intake" in self.rules:
            return self.intake(school) - school.outside[self.grades[0]]
        factor = self.settings("seats").get("factor", 1.0) if "seats" in self.rules else 1.0
        return school.seats * factor - sum(school.outside.values())

    @property
    def refused(self) -> bool:
        """True if some school has no room for its pupils from outside, or none has any."""
        free = [self._free(name) for name in self.members]
        return min(free) < 0 or sum(free) <= 0 or any(math.isnan(f) for f in free)

    def _too_far(self, unit: str, band: str, school: str) -> bool:
        every = self.members if school == self.zone else [school]
        return any(super(BruteShared, self)._too_far(unit, band, name) for name in every)

    def _one_piece(self, zone: frozenset[str], root: str, islands: set[str]) -> bool:
        roots = {its.root for its in self.members.values()}
        needed = roots if root in roots else {root}
        return needed <= zone and all(
            super(BruteShared, self)._one_piece(zone, r, islands - needed) for r in needed
        )

    def _excesses(self, rule: str, plan: Part) -> list[tuple[float, bool]]:
        if rule not in ("seats", "intake"):
            return [] if rule == "shared-zones" else super()._excesses(rule, plan)
        if rule == "seats" and self.entrants:
            return []
        found = []
        for name, share in self.shares.items():
            grades = self.placed if rule == "intake" else self.grades
            drawn = share * sum(plan.load.get((self.zone, g), 0.0) for g in grades)
            found.append((drawn - self._free(name), True))
        alone = {name: its for name, its in self.schools.items() if name != self.zone}
        both, self.schools = self.schools, alone
        found += super()._excesses(rule, plan)
        self.schools = both
        return found

    def further(self, plan: Part) -> dict[str, float]:
        """The longest journey that any child may have to make."""
        measure = self.settings("journey-of-worst-off").get("measure", "minutes")
        lengths = [0.0]
        for (unit, band), school in plan.choice:
            if self.cell_pupils(unit, band) > TOLERANCE:
                every = self.members if school == self.zone else [school]
                lengths += [self.journey[unit, name][measure] for name in every]
        return {"journey-of-worst-off": max(lengths)}
