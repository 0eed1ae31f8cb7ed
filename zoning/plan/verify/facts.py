"""What the verifier knows: the county's tables and the plan's assignment as plain dictionaries."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from zoning.plan.verify.breach import above
from zoning.plan.verify.parameters import limit_by, names

if TYPE_CHECKING:
    import networkx as nx

    from zoning.county import County, StraightLine
    from zoning.plan.goals import Rule
    from zoning.plan.plan import Plan

__all__ = ["Cell", "Facts", "Journey", "SchoolFacts", "collect", "nearest", "seats_of_module"]


_GAINS = (
    "classes",
    "beds",
    "beds_girls",
    "beds_boys",
    "canteen",
    "building_area",
    "sports_area",
    "site_area",
)


class Cell(NamedTuple):
    """A unit in one band of the stage."""

    unit: str
    band: str


class Journey(NamedTuple):
    """One way of getting from a unit to a school; NaN where the travel table does not say."""

    mode: str
    metres: float
    minutes: float


@dataclass
class SchoolFacts:
    """One school: its row in `schools`, and its grades in the plan's stage, youngest first.

    Attributes:
        name: its name.
        kind: its kind.
        multigrade: True if one class may hold several grades.
        rooms: classrooms of all stages; NaN if unknown.
        root: the unit that contains it.
        township: its township.
        seats: seats in the stage; NaN if unknown.
        classes: grade -> classes.
        enrolled: grade -> pupils today.
        outside: grade -> pupils from outside the zoning.
        other_classes: known classes of its other stages.
        candidate: True if it is a site where a school may be opened, or again opened.
        opening_cost: what having it open costs a year.
        status: existing, candidate or suspended.
        added: what the plan's modules add, by name of the amount; `rooms` and `seats` count it.
        row: its whole row in `schools`.
    """

    name: str
    kind: str
    multigrade: bool
    rooms: float
    root: str
    township: str
    seats: float = math.nan
    classes: dict[str, float] = field(default_factory=dict)
    enrolled: dict[str, float] = field(default_factory=dict)
    outside: dict[str, float] = field(default_factory=dict)
    other_classes: float = 0.0
    candidate: bool = False
    opening_cost: float = 0.0
    status: str = "existing"
    added: dict[str, float] = field(default_factory=dict)
    row: dict[str, Any] = field(default_factory=dict)

    @property
    def new_classes(self) -> float:
        """Classes that the plan builds."""
        return self.added.get("classes", 0.0)

    @property
    def grades(self) -> list[str]:
        """Grades served in the stage, youngest first."""
        return list(self.classes)

    @property
    def small(self) -> bool:
        """True for the kinds that have their own class size."""
        return self.kind in ("incomplete-primary", "teaching-point")


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
    def graph(self) -> nx.Graph[str]:
        """The units, joined where they share a border."""
        import networkx as nx

        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self.units)
        pairs = self.county.adjacency
        graph.add_edges_from(zip(pairs["unit_a"].tolist(), pairs["unit_b"].tolist(), strict=True))
        return graph

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
        rows = self.county.exemptions.to_dict("records")
        return {(r["unit_id"], r["grade"]) for r in rows if r["stage"] == self.plan.stage}

    @cached_property
    def girls(self) -> dict[Cell, float]:
        """Girls of each cell; NaN where a part of them is not known."""
        band_of = {grade: band for band, grades in self.band_grades.items() for grade in grades}
        found: defaultdict[Cell, float] = defaultdict(float)
        table, away = self.county.pupils, _elsewhere(self.county)
        columns = ("unit_id", "stage", "grade", "year", "group", "girls")
        for unit, stage, grade, year, group, girls in zip(
            *(table[column].tolist() for column in columns), strict=True
        ):
            if group in away:
                continue
            if stage == self.plan.stage and year == self.plan.year and grade in band_of:
                found[Cell(unit, band_of[grade])] += girls
        return dict(found)


def nearest(ways: list[Journey], measure: str) -> Journey | None:
    """Return the journey with the least `measure`, unknown ones last, ties by mode."""

    def rank(way: Journey) -> tuple[bool, float, str]:
        amount: float = getattr(way, measure)
        return math.isnan(amount), 0.0 if math.isnan(amount) else amount, way.mode

    return min(ways, key=rank, default=None)


def collect(plan: Plan, county: County) -> Facts:
    """Gather the facts about a plan from its county and its assignment."""
    stage = county.stage(plan.stage)
    placed = stage.grades if plan.place == "all" else stage.grades[:1]
    bands = {band: [g for g in grades if g in placed] for band, grades in stage.bands.items()}
    bands = {band: grades for band, grades in bands.items() if grades}
    school_of: dict[Cell, str] = {}
    shared = _shared(county, plan)
    zone_of = {school: zone for zone, of in shared.items() for school in of}
    rows = plan.assignment
    for unit, band, school in zip(rows["unit_id"], rows["band"], rows["school_id"], strict=True):
        school_of.setdefault(Cell(unit, band), zone_of.get(school, school))
    return Facts(
        plan=plan,
        county=county,
        band_grades=bands,
        units=[str(unit) for unit in county.units["unit_id"]],
        schools=_schools(county, plan),
        grade_pupils=_grade_pupils(plan, county, set(placed)),
        school_of=school_of,
        today=_today(county, plan.stage),
        ways=_ways(county, plan),
        shared=shared,
    )


def _shared(county: County, plan: Plan) -> dict[str, list[str]]:
    """Return shared zone -> its schools, if the plan has the rule."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    if any(rule.name == "shared-zones" for rule in plan.rules):
        for row in county.shared_zones.to_dict("records"):
            if row["stage"] == plan.stage:
                found[row["zone"]].append(row["school_id"])
    return dict(found)


def _schools(county: County, plan: Plan) -> dict[str, SchoolFacts]:
    stage, sites = plan.stage, any(rule.name == "opening" for rule in plan.rules)
    schools = {
        row["school_id"]: SchoolFacts(
            name=row["name"],
            kind=row["kind"],
            multigrade=bool(row["multigrade"]),
            rooms=row["rooms"],
            root=row["root_unit"],
            township=row["township"],
            candidate=row["status"] != "existing",
            opening_cost=row["opening_cost"],
            status=row["status"],
            row=row,
        )
        for row in county.schools.drop(columns="geometry").to_dict("records")
    }
    for row in county.school_stages.to_dict("records"):
        if row["stage"] == stage:
            schools[row["school_id"]].seats = row["seats"]
    _later(county, plan, schools)
    _build(county, plan, schools)
    rank = {grade: at for at, grade in enumerate(county.stage(stage).grades)}
    rows = county.school_grades.to_dict("records")
    for row in sorted(rows, key=lambda row: rank.get(row["grade"], -1)):
        about = schools[row["school_id"]]
        if row["stage"] == stage:
            about.classes[row["grade"]] = row["classes"]
            about.enrolled[row["grade"]] = row["enrolled"]
            about.outside[row["grade"]] = row["outside"]
        elif not math.isnan(row["classes"]):
            about.other_classes += row["classes"]
    if plan.place == "all" and plan.year != county.year:
        for about in schools.values():
            _form_anew(about)
    if plan.place == "entrants":
        for about in schools.values():
            if about.candidate:
                _nobody_at_site(about)
    return {
        school: about
        for school, about in schools.items()
        if about.classes and (sites or not about.candidate)
    }


def _nobody_at_site(about: SchoolFacts) -> None:
    """Where entrants are placed, nobody is enrolled at a site yet, and no class is taken."""
    for counts in (about.classes, about.enrolled):
        for grade, number in counts.items():
            counts[grade] = 0.0 if math.isnan(number) else number


def _form_anew(about: SchoolFacts) -> None:
    """In another year classes are formed anew: as many as rooms, or as today, in any grades."""
    if math.isnan(about.rooms):
        about.rooms = math.fsum(about.classes.values()) + about.other_classes + about.new_classes
    if not math.isnan(about.rooms):
        about.classes = dict.fromkeys(about.classes, math.nan)


def _later(county: County, plan: Plan, schools: dict[str, SchoolFacts]) -> None:
    """Seats and rooms as they are in the plan's year."""
    rows = sorted(county.school_years.to_dict("records"), key=lambda row: int(row["year"]))
    for row in rows:
        about = schools[row["school_id"]]
        if row["year"] > plan.year:
            continue
        if row["stage"] == plan.stage and not math.isnan(row["seats"]):
            about.seats = row["seats"]
        for name in ("rooms", "beds", "canteen", "staff") if row["stage"] == "" else ():
            if not math.isnan(row[name]):
                about.row[name] = row[name]
        about.rooms = about.row["rooms"]


def _build(county: County, plan: Plan, schools: dict[str, SchoolFacts]) -> None:
    """Add what the plan's modules add; unknown options are left to the rule `expansion`."""
    options = {
        (row["school_id"], row["option"]): row for row in county.expansions.to_dict("records")
    }
    columns = ("school_id", "option", "modules")
    for school, option, number in zip(*(plan.built[c].tolist() for c in columns), strict=True):
        row, about = options.get((school, option)), schools.get(school)
        if row is None or about is None:
            continue
        seats = seats_of_module(plan, about, row)
        gains = {name: row[name] for name in _GAINS} | {"seats": seats}
        for name, gain in gains.items():
            about.added[name] = about.added.get(name, 0.0) + number * gain
        about.rooms += number * row["classes"]
        about.seats += number * seats


def seats_of_module(plan: Plan, about: SchoolFacts, row: Mapping[Any, Any]) -> float:
    """Return what the county states, or the classes times the class size of the plan."""
    if not math.isnan(row["seats"]):
        return float(row["seats"])
    keys = ("incomplete-primary", plan.stage) if about.small else (plan.stage,)
    rules = [rule for rule in plan.rules if rule.name == "expansion"]
    size = limit_by(rules[0], "pupils", *keys) if rules else math.nan
    return 0.0 if math.isnan(size) else float(row["classes"] * size)


def _grade_pupils(plan: Plan, county: County, placed: set[str]) -> dict[tuple[str, str], float]:
    totals: defaultdict[tuple[str, str], float] = defaultdict(float)
    table, away = county.pupils, _elsewhere(county)
    columns = ("unit_id", "stage", "grade", "year", "group", "pupils")
    rows = zip(*(table[column].tolist() for column in columns), strict=True)
    for unit, stage, grade, year, group, pupils in rows:
        if group in away:
            continue
        if stage == plan.stage and year == plan.year and grade in placed and pupils:
            totals[unit, grade] += pupils
    return dict(totals)


def _elsewhere(county: County) -> set[str]:
    """Return the groups whose children take no place."""
    return {str(row["group"]) for row in county.groups.to_dict("records") if not row["placed"]}


def _today(county: County, stage: str) -> dict[Cell, str]:
    table = county.today
    columns = ("unit_id", "stage", "band", "school_id")
    rows = zip(*(table[column].tolist() for column in columns), strict=True)
    return {Cell(unit, band): school for unit, its, band, school in rows if its == stage}


def _ways(county: County, plan: Plan) -> dict[tuple[str, str], list[Journey]]:
    """Return the journeys of the plan's pairs of unit and school, from table or map."""
    if county.straight_line is not None:
        return _straight_ways(county, county.straight_line, plan)
    travel = county.travel
    units = pd.CategoricalDtype(pd.Index(travel["unit_id"].unique()))
    schools = pd.CategoricalDtype(pd.Index(travel["school_id"].unique()))
    pairs = _pairs(county, plan).drop_duplicates()
    known = pairs["unit_id"].isin(units.categories) & pairs["school_id"].isin(schools.categories)
    types = {"unit_id": units, "school_id": schools}
    rows = pairs[known].astype(types).merge(travel.astype(types), on=["unit_id", "school_id"])
    ways: defaultdict[tuple[str, str], list[Journey]] = defaultdict(list)
    columns = ("unit_id", "school_id", "mode", "metres", "minutes")
    listed = zip(*(rows[column].tolist() for column in columns), strict=True)
    for unit, school, mode, metres, minutes in listed:
        ways[unit, school].append(Journey(mode, metres, minutes))
    return dict(ways)


def _pairs(county: County, plan: Plan) -> pd.DataFrame:
    """Return unit_id and school_id of the assignment, and of all who could be diverted."""
    pairs = plan.assignment[["unit_id", "school_id"]]
    if not len(plan.diversions):
        return pairs
    units = plan.diversions[["unit_id"]].drop_duplicates()
    return pd.concat([pairs, units.merge(county.schools[["school_id"]], how="cross")])


def _straight_ways(
    county: County, rule: StraightLine, plan: Plan
) -> dict[tuple[str, str], list[Journey]]:
    """Return one journey for each of the plan's pairs: the straight line times the detour."""
    starts = county.units.geometry.to_crs(county.metric_crs).centroid
    start_of = dict(zip(county.units["unit_id"], zip(starts.x, starts.y, strict=True), strict=True))
    ends = county.schools.geometry.to_crs(county.metric_crs)
    end_of = dict(zip(county.schools["school_id"], zip(ends.x, ends.y, strict=True), strict=True))
    rows = _pairs(county, plan)
    ways: dict[tuple[str, str], list[Journey]] = {}
    for unit, school in zip(rows["unit_id"], rows["school_id"], strict=True):
        if unit in start_of and school in end_of:
            metres = rule.detour * math.dist(start_of[unit], end_of[school])
            speed = rule.metres_a_minute
            minutes = math.nan if speed is None else metres / speed
            ways[unit, school] = [Journey("straight-line", metres, minutes)]
    return ways
