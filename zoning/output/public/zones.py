"""The zones of a plan as a notice lists them: a number, a school, its grades, its units."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.plan.cells import band_of_grades
from zoning.plan.sharing import shares_of

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.plan.plan import Plan

__all__ = ["Zone", "listed_zones", "placed_grades", "unit_labels"]


@dataclass(frozen=True)
class Zone:
    """The units that go to one school in some grades.

    Attributes:
        number: number of the school in the notice and on its map, from 1.
        school_id: the school.
        school: what it is called.
        bands: the bands for which the zone is the same.
        grades: their grades, in order.
        units: the units' ids, in the county's order.
    """

    number: int
    school_id: str
    school: str
    bands: tuple[str, ...]
    grades: tuple[str, ...]
    units: tuple[str, ...]


def listed_zones(plan: Plan, county: County) -> list[Zone]:
    """Return the zones by number; bands of a school with the same units are one zone.

    Shared zones come first; the zone's name stands for a school, and the names of its schools
    are in brackets.
    """
    order = {unit: at for at, unit in enumerate(county.units["unit_id"])}
    units: dict[tuple[str, str], list[str]] = {}
    for cell in plan.cells.to_dict("records"):
        units.setdefault((cell["school_id"], cell["band"]), []).append(cell["unit_id"])
    bands = placed_grades(plan, county)
    zones: list[Zone] = []
    names = _labels(plan.schools["school_id"].tolist(), plan.schools["name"].tolist())
    number = 0
    shared = shares_of(plan.rules)
    names |= {zone: f"{zone} ({', '.join(names[s] for s in of)})" for zone, of in shared.items()}
    listed = list(shared) + county.schools["school_id"].tolist()
    for school in listed:
        alike: dict[tuple[str, ...], list[str]] = {}
        for band in bands:
            if (school, band) in units:
                members = sorted(units[school, band], key=order.__getitem__)
                alike.setdefault(tuple(members), []).append(band)
        number += bool(alike)
        for same, its in alike.items():
            grades = tuple(grade for band in its for grade in bands[band])
            zones.append(Zone(number, school, names[school], tuple(its), grades, same))
    return zones


def placed_grades(plan: Plan, county: County) -> dict[str, tuple[str, ...]]:
    """Return band -> the grades of it that the plan places."""
    found: dict[str, tuple[str, ...]] = {}
    for grade, band in band_of_grades(county, plan.stage, plan.place).items():
        found[band] = (*found.get(band, ()), grade)
    return found


def unit_labels(county: County) -> dict[str, str]:
    """Return unit_id -> a name that no other unit has: with township or id where names repeat."""
    units = county.units
    names = _labels(units["unit_id"].tolist(), units["name"].tolist(), units["township"].tolist())
    return names


def _labels(ids: list[str], names: list[str], places: list[str] | None = None) -> dict[str, str]:
    texts = [name or its for its, name in zip(ids, names, strict=True)]
    for more in (places, ids):
        often = Counter(texts)
        if more is not None:
            texts = [
                f"{text} ({extra})" if often[text] > 1 and extra not in ("", text) else text
                for text, extra in zip(texts, more, strict=True)
            ]
    return dict(zip(ids, texts, strict=True))
