"""What a school can hold and the classes that its pupils form.

Figures for the school table of a plan. A multigrade school with known rooms fills them with all
grades together; a school with classes known for every grade it serves keeps them; one with only
rooms known, and every school in a later year, gives each grade with pupils a class, and every
further room to the grade with the largest classes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoning.county.vocabulary import POINTS
from zoning.plan.facilities import changed_by

if TYPE_CHECKING:
    import pandas as pd

    from zoning.county import County
    from zoning.plan.built import Added

__all__ = ["ClassSizes", "Teaching", "form_classes", "places_for_entrants", "teaching_by_school",
           "without_idle"]  # fmt: skip

_NAN = math.nan


@dataclass(frozen=True)
class Teaching:
    """What the county's tables say about one school in one stage.

    Attributes:
        kind: kind of school.
        multigrade: True if one class may hold several grades.
        rooms: classrooms of the whole school; NaN if unknown.
        seats: seats in the stage; NaN if unknown.
        classes: served grade -> classes (NaN unknown), youngest grade first.
        enrolled: served grade -> pupils enrolled today (NaN unknown).
        outside: served grade -> pupils from outside the zoning.
        other_classes: known classes of the school's other stages.
        new_classes: classes that are built; `rooms` and `seats` count them already.
    """

    kind: str
    multigrade: bool
    rooms: float
    seats: float
    classes: Mapping[str, float]
    enrolled: Mapping[str, float]
    outside: Mapping[str, float]
    other_classes: float
    new_classes: float = 0.0

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades served, youngest first."""
        return tuple(self.classes)

    @property
    def staying(self) -> float:
        """Pupils enrolled in the grades that stay (all but the last); NaN if one is unknown."""
        return math.fsum(self.enrolled[grade] for grade in self.grades[:-1])


@dataclass(frozen=True)
class ClassSizes:
    """Classes of one school: how many there are, and how many have how many pupils.

    Attributes:
        classes: classes of the stage; NaN if unknown.
        sizes: (number of classes, pupils in each), one pair per grade.
    """

    classes: float
    sizes: tuple[tuple[int, float], ...]

    @property
    def largest(self) -> float:
        """Pupils in the largest class; NaN if no class is known."""
        return max((size for _, size in self.sizes), default=_NAN)

    def above(self, limit: float) -> int:
        """Return the number of classes with more than `limit` pupils."""
        return sum(number for number, size in self.sizes if size > limit + 1e-6)


def teaching_by_school(
    county: County, stage: str, *, sites: bool, year: int, place: str, added: Added
) -> dict[str, Teaching]:
    """Return school_id -> its figures for every school of the stage, in the county's order.

    With ``sites`` the candidates are among them. ``added`` is what is built at each school. In
    another year than the county's the classes of all grades are formed anew.
    """
    anew = place == "all" and year != county.year
    order = {grade: at for at, grade in enumerate(county.stage(stage).grades)}
    table = county.school_grades
    here = table[table["stage"] == stage]
    here = here.assign(at=here["grade"].astype(object).map(order)).sort_values("at", kind="stable")
    others = table[table["stage"] != stage].groupby("school_id")["classes"].sum()
    places = county.school_stages
    places = places[places["stage"] == stage]
    seats = dict(zip(places["school_id"].tolist(), places["seats"].tolist(), strict=True))
    seats |= changed_by(county, "seats", stage, year)
    later = changed_by(county, "rooms", "", year)
    grades = {str(school): rows for school, rows in here.groupby("school_id", sort=False)}
    found = {
        school: Teaching(
            kind=kind,
            multigrade=bool(multigrade),
            rooms=float(later.get(school, rooms)) + added.get(school, {}).get("classes", 0.0),
            seats=float(seats.get(school, _NAN)) + added.get(school, {}).get("seats", 0.0),
            classes=_by_grade(grades[school], "classes"),
            enrolled=_by_grade(grades[school], "enrolled"),
            outside=_by_grade(grades[school], "outside"),
            other_classes=float(others.get(school, 0.0)),
            new_classes=added.get(school, {}).get("classes", 0.0),
        )
        for school, kind, multigrade, rooms, status in _schools(county)
        if school in grades and (sites or status == "existing")
    }
    site = {school for school, *_, status in _schools(county) if status != "existing"}
    if place == "entrants":
        found |= {school: _empty(found[school]) for school in site & found.keys()}
    return {school: _formed_anew(its) if anew else its for school, its in found.items()}


def _empty(school: Teaching) -> Teaching:
    """A site, for entrants: all its rooms are free, since nobody is enrolled there."""
    return replace(
        school,
        classes={g: 0.0 if math.isnan(n) else n for g, n in school.classes.items()},
        enrolled={g: 0.0 if math.isnan(n) else n for g, n in school.enrolled.items()},
    )


def _formed_anew(school: Teaching) -> Teaching:
    """The school with as many classes as today, or as it has rooms, in whatever grades."""
    today = math.fsum(school.classes.values()) + school.new_classes
    rooms = today + school.other_classes if math.isnan(school.rooms) else school.rooms
    if math.isnan(rooms):
        return school
    return replace(school, rooms=rooms, classes=dict.fromkeys(school.classes, _NAN))


def without_idle(school: Teaching, idle: Set[str]) -> Teaching:
    """The school without its classes of grades that nobody is taught in, where all are known."""
    if not idle or any(math.isnan(number) for number in school.classes.values()):
        return school
    return replace(
        school, classes={g: 0.0 if g in idle else number for g, number in school.classes.items()}
    )


def _by_grade(rows: pd.DataFrame, column: str) -> dict[str, float]:
    return dict(zip(rows["grade"].tolist(), rows[column].tolist(), strict=True))


def _schools(county: County) -> list[tuple[str, str, bool, float, str]]:
    table = county.schools
    columns = ("school_id", "kind", "multigrade", "rooms", "status")
    return list(zip(*(table[column].tolist() for column in columns), strict=True))


def form_classes(school: Teaching, loads: Mapping[str, float], place: str) -> ClassSizes:
    """Return the classes of a school.

    Args:
        school: what is known about it.
        loads: grade -> pupils, those from outside included, for the grades that are placed.
        place: ``"all"``, or ``"entrants"`` if `loads` holds the entry grade alone.
    """
    if place == "entrants":
        return _entrants_classes(school, loads)
    if school.multigrade and not math.isnan(school.rooms):
        return ClassSizes(school.rooms, (_split(math.fsum(loads.values()), school.rooms),))
    if not any(math.isnan(number) for number in school.classes.values()):
        total = math.fsum(school.classes.values()) + school.new_classes
        classes = _with_new(school, loads)
        sizes = [_split(loads[g], classes[g]) for g in school.grades if loads.get(g, 0) > 0]
        return ClassSizes(total, tuple(sizes))
    if math.isnan(school.rooms):
        return ClassSizes(_NAN, ())
    rooms = school.rooms - school.other_classes
    return ClassSizes(rooms, _shared(loads, rooms))


def _with_new(school: Teaching, loads: Mapping[str, float]) -> dict[str, float]:
    """Classes by grade, each new one given to the grade with the largest classes."""
    classes = dict(school.classes)
    taught = [grade for grade in school.grades if loads.get(grade, 0) > 0]
    for _ in range(int(school.new_classes) if taught else 0):
        fullest = max(taught, key=lambda grade: loads[grade] / max(classes[grade], 1e-9))
        classes[fullest] += 1
    return classes


def _entrants_classes(school: Teaching, loads: Mapping[str, float]) -> ClassSizes:
    load = math.fsum(loads.values())
    if school.multigrade and not math.isnan(school.rooms):
        together = load + school.staying
        sizes = () if math.isnan(together) else (_split(together, school.rooms),)
        return ClassSizes(school.rooms, sizes)
    free = _free_classes(school)
    return ClassSizes(free, () if math.isnan(free) or load <= 0 else (_split(load, free),))


def _free_classes(school: Teaching) -> float:
    """Classes free for entrants: rooms the staying classes leave, or the class that goes."""
    staying = math.fsum(school.classes[grade] for grade in school.grades[:-1])
    by_rooms = school.rooms - staying - school.other_classes
    return school.classes[school.grades[-1]] if math.isnan(by_rooms) else max(by_rooms, 0.0)


def _split(load: float, classes: float) -> tuple[int, float]:
    """Split pupils over classes; pupils without any class count as one class."""
    number = max(int(classes), 1)
    return number, load / max(classes, 1.0)


def _shared(loads: Mapping[str, float], rooms: float) -> tuple[tuple[int, float], ...]:
    """Share rooms among grades so that the largest class is as small as can be."""
    present = {grade: load for grade, load in loads.items() if load > 0}
    shares = dict.fromkeys(present, 1)
    for _ in range(int(rooms) - len(present)):
        if not present:
            break
        fullest = max(present, key=lambda grade: present[grade] / shares[grade])
        shares[fullest] += 1
    return tuple((shares[grade], load / shares[grade]) for grade, load in present.items())


def places_for_entrants(school: Teaching, limits: Mapping[str, float], stage: str) -> float:
    """Return how many entrants (those from outside included) a school can take; NaN if unknown.

    Args:
        school: what is known about it.
        limits: pupils per class by stage, and under ``"incomplete-primary"`` for small schools.
        stage: name of the stage.
    """
    key = "incomplete-primary" if school.kind in POINTS else stage
    limit = float(limits.get(key, limits.get(stage, _NAN)))
    if school.multigrade and not math.isnan(school.rooms + school.staying):
        places = limit * school.rooms - school.staying
    else:
        places = limit * _free_classes(school)
    if math.isnan(places):
        places = school.seats - school.staying
    return max(places, 0.0)
