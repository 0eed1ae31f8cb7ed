"""What the verifier knows: the county's tables and the plan's assignment as plain dictionaries."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from zoning.plan.verify.breach import above
from zoning.plan.verify.children import (
    Cell,
    exempt_children,
    girls_of_cells,
    grade_pupils,
    schools_today,
)
from zoning.plan.verify.parameters import limit_by, names
from zoning.plan.verify.school_facts import SchoolFacts, school_facts
from zoning.plan.verify.ways import Journey, nearest, ways_of

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.goals import Rule
    from zoning.plan.plan import Plan

__all__ = ["Facts", "collect"]


@dataclass
class Facts:
    """All that the checks look at.

    Attributes:
        plan: the plan.
        county: its county.
        band_grades: band -> its grades that are placed.
        units: the county's units in order.
        schools: schools that serve a grade of the stage; candidate sites under the rule opening
            alone.
        grade_pupils: (unit, grade) -> pupils of the county, zeros left out.
        school_of: cell -> school in the plan (its first row), ``""`` if it has none.
        today: cell -> today's school.
        ways: (unit, school) -> journeys from the table or the map, for pairs of the plan.
        shared: shared zone -> its schools, under the rule shared-zones alone; ``school_of`` and
            ``zones`` then have the zone's name.
    """

    plan: Plan
    county: County
    band_grades: dict[str, list[str]]
    units: list[str]
    schools: dict[str, SchoolFacts]
    grade_pupils: dict[tuple[str, str], float]
    school_of: dict[Cell, str]
    today: dict[Cell, str]
    ways: dict[tuple[str, str], list[Journey]]
    shared: dict[str, list[str]] = field(default_factory=dict)

    @property
    def entrants(self) -> bool:
        """True if only the entry grade is placed."""
        return self.plan.place == "entrants"

    @cached_property
    def zone_of(self) -> dict[str, str]:
        """School -> the shared zone that it belongs to."""
        return {school: zone for zone, of in self.shared.items() for school in of}

    def zone_today(self, cell: Cell, otherwise: str) -> str:
        """Today's school of a cell, or the shared zone that it belongs to."""
        today = self.today.get(cell, otherwise)
        return self.zone_of.get(today, today)

    @cached_property
    def shares(self) -> dict[str, dict[str, float]]:
        """Shared zone -> school -> share of its children, by free places."""
        from zoning.plan.verify.shared_zones import shares

        return {zone: shares(self, of) for zone, of in self.shared.items()}

    def parts(self, cell: Cell) -> list[tuple[str, float]]:
        """The schools that a cell's children go to, each with the share of them."""
        school = self.school_of.get(cell, "")
        return list(self.shares[school].items()) if school in self.shared else [(school, 1.0)]

    @cached_property
    def pupils(self) -> dict[Cell, float]:
        """Pupils of every cell of the county, zeros included."""
        return {
            Cell(unit, band): math.fsum(self.grade_pupils.get((unit, g), 0.0) for g in grades)
            for band, grades in self.band_grades.items()
            for unit in self.units
        }

    @cached_property
    def loads(self) -> dict[str, dict[str, float]]:
        """School -> grade -> pupils, those from outside included, of the grades placed."""
        placed: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        for cell in self.school_of:
            for school, share in self.parts(cell):
                for grade in self.band_grades.get(cell.band, ()):
                    pupils = share * self.grade_pupils.get((cell.unit, grade), 0.0)
                    placed[school, grade].append(pupils)
        grades = [grade for members in self.band_grades.values() for grade in members]
        return {
            school: {
                grade: math.fsum(placed[school, grade]) + about.outside.get(grade, 0.0)
                for grade in grades
                if grade in about.classes or math.fsum(placed[school, grade]) > 0
            }
            if school not in self.closed
            else {}
            for school, about in self.schools.items()
        }

    @cached_property
    def beside(self) -> dict[str, set[str]]:
        """Unit -> the units that share a border with it."""
        beside: dict[str, set[str]] = {unit: set() for unit in self.units}
        pairs = self.county.adjacency
        for a, b in zip(pairs["unit_a"].tolist(), pairs["unit_b"].tolist(), strict=True):
            beside[a].add(b)
            beside[b].add(a)
        return beside

    @cached_property
    def zones(self) -> dict[tuple[str, str], list[str]]:
        """(School, band) -> its units."""
        zones: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for (unit, band), school in self.school_of.items():
            if school:
                zones[school, band].append(unit)
        return dict(zones)

    @cached_property
    def places(self) -> dict[str, float]:
        """School -> seats, or places for entrants if only they are placed; NaN if unknown."""
        from zoning.plan.verify.intake import intake_places

        if not self.entrants:
            return {school: about.seats for school, about in self.schools.items()}
        rules = [rule for rule in self.plan.rules if rule.name == "intake"]
        if not rules:
            return dict.fromkeys(self.schools, math.nan)
        return {school: intake_places(self, about, rules[0]) for school, about in self.items()}

    def items(self) -> list[tuple[str, SchoolFacts]]:
        """Schools with their facts, in the county's order."""
        return list(self.schools.items())

    @cached_property
    def optional(self) -> frozenset[str]:
        """Schools that the rule opening lets stay closed."""
        rules = [rule for rule in self.plan.rules if rule.name == "opening"]
        every = bool(rules) and rules[0].parameters.get("existing") == "may-close"
        mended = not rules or all(rule.name != "vetoes" for rule in self.plan.rules)
        return frozenset(
            name
            for name, about in self.items()
            if every
            or about.candidate
            or (not mended and about.row["dangerous"] and math.isnan(about.row["repair_cost"]))
        )

    @cached_property
    def closed(self) -> frozenset[str]:
        """Schools that could be open and have no unit."""
        return self.optional - set(self.school_of.values())

    def working(self) -> list[tuple[str, SchoolFacts]]:
        """The schools that are open, in the county's order."""
        return [(school, about) for school, about in self.items() if school not in self.closed]

    def load(self, school: str) -> float:
        """Pupils of a school, those from outside included, of the grades placed."""
        return math.fsum(self.loads[school].values())

    def use(self, school: str) -> tuple[float, float]:
        """Return pupils placed and all of the stage from outside, and the seats of the stage.

        This is what the rule `utilisation` and the goal `balance` are about.
        """
        placed = math.fsum(self.pupils.get(cell, 0.0) for cell in self.cells_of[school])
        about = self.schools[school]
        return placed + math.fsum(about.outside.values()), about.seats

    @cached_property
    def cells_of(self) -> dict[str, list[Cell]]:
        """School -> its cells."""
        cells: dict[str, list[Cell]] = {school: [] for school in self.schools}
        for cell in self.school_of:
            for school, _ in self.parts(cell):
                cells.setdefault(school, []).append(cell)
        return cells

    @cached_property
    def upper_moves(self) -> bool:
        """True if the rule opening lets schools give upper grades away, or take some."""
        rules = [rule for rule in self.plan.rules if rule.name == "opening"]
        return bool(rules) and rules[0].parameters.get("upper_grades") == "may-move"

    @cached_property
    def offered(self) -> frozenset[tuple[str, str]]:
        """(Small school, upper band) that it lists although nobody is in it: it could be taken."""
        from zoning.plan.verify.upper import offered

        return offered(self)

    @cached_property
    def movable(self) -> frozenset[tuple[str, str]]:
        """(School, band) that an open school may be without."""
        from zoning.plan.verify.upper import movable_bands

        return movable_bands(self)

    @cached_property
    def lacking(self) -> frozenset[tuple[str, str]]:
        """(School, band) that an open school is without: given away, or not taken."""
        return frozenset(
            (school, band)
            for school, band in self.movable
            if school not in self.closed and (school, band) not in self.zones
        )

    @cached_property
    def idle(self) -> dict[str, set[str]]:
        """School -> grades of the bands that it is without."""
        of = self.county.stage(self.plan.stage).bands
        idle: dict[str, set[str]] = {school: set() for school in self.schools}
        for school, band in self.lacking:
            idle[school] |= set(of[band])
        return idle

    def serves(self, school: str, band: str) -> bool:
        """True if the school serves every grade of the band (every one, not only those placed).

        Upper grades that a small school could take count where the rule opening lets it.
        """
        if (school, band) in self.offered and not self.upper_moves:
            return False
        grades = self.county.stage(self.plan.stage).bands[band]
        its = [self.schools.get(member) for member in self.shared.get(school, [school])]
        return all(about is not None and set(grades) <= set(about.classes) for about in its)

    def journey(self, cell: Cell, measure: str, school: str = "") -> Journey | None:
        """The journey of a cell to its school by the mode nearest in `measure`; None if unknown.

        Under the rule `boarding` the weekly one, where the daily one is beyond the limit and the
        children may board. In a shared zone ``school`` says which of its schools is meant.
        """
        school = school or self.school_of.get(cell, "")
        ways = self.ways.get((cell.unit, school), [])
        day = nearest([way for way in ways if way.mode != "board"], measure)
        board = nearest([way for way in ways if way.mode == "board"], measure)
        rules = {rule.name: rule for rule in self.plan.rules}
        if "boarding" not in rules or board is None or math.isnan(getattr(board, measure)):
            return day
        if day is not None and not self._too_far(day, cell, rules.get("travel-limit"), measure):
            return day
        may = bool(self.schools[school].row["boarding"]) and not self._too_young(
            cell, names(rules["boarding"], "young")
        )
        return board if may else day

    def _too_far(self, way: Journey, cell: Cell, limits: Rule | None, measure: str) -> bool:
        if math.isnan(getattr(way, measure)):
            return True
        return limits is not None and any(
            above(getattr(way, name), limit_by(limits, name, cell.band, self.plan.stage))
            for name in ("minutes", "metres")
        )

    def _too_young(self, cell: Cell, young: set[str]) -> bool:
        return any(
            grade in young
            and self.grade_pupils.get((cell.unit, grade), 0.0) > 0
            and not {(cell.unit, grade), (cell.unit, "")} & self.exempt
            for grade in self.band_grades.get(cell.band, ())
        )

    @cached_property
    def exempt(self) -> set[tuple[str, str]]:
        """(Unit, grade) of young children who may board; grade ``""``: all grades."""
        return exempt_children(self.county, self.plan.stage)

    @cached_property
    def girls(self) -> dict[Cell, float]:
        """Girls of each cell; NaN where a part of them is not known."""
        return girls_of_cells(self.county, self.plan, self.band_grades)


def collect(plan: Plan, county: County) -> Facts:
    """Gather the facts about a plan from its county and its assignment."""
    stage = county.stage(plan.stage)
    placed = stage.grades if plan.place == "all" else stage.grades[:1]
    bands = {band: [g for g in grades if g in placed] for band, grades in stage.bands.items()}
    bands = {band: grades for band, grades in bands.items() if grades}
    school_of: dict[Cell, str] = {}
    shared = _shared_zones(county, plan)
    zone_of = {school: zone for zone, of in shared.items() for school in of}
    rows = plan.assignment
    for unit, band, school in zip(rows["unit_id"], rows["band"], rows["school_id"], strict=True):
        school_of.setdefault(Cell(unit, band), zone_of.get(school, school))
    return Facts(
        plan=plan,
        county=county,
        band_grades=bands,
        units=[str(unit) for unit in county.units["unit_id"]],
        schools=school_facts(county, plan),
        grade_pupils=grade_pupils(county, plan, set(placed)),
        school_of=school_of,
        today=schools_today(county, plan.stage),
        ways=ways_of(county, plan),
        shared=shared,
    )


def _shared_zones(county: County, plan: Plan) -> dict[str, list[str]]:
    """Return shared zone -> its schools, if the plan has the rule."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    if any(rule.name == "shared-zones" for rule in plan.rules):
        for row in county.shared_zones.to_dict("records"):
            if row["stage"] == plan.stage:
                found[row["zone"]].append(row["school_id"])
    return dict(found)
