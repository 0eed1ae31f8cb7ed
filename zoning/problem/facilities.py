"""What decisions about schools start from: costs, beds, areas, staff, vetoes, what can be built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.problem.arrays import Bools, Floats, Index, Ints
from zoning.problem.feeding import Feeding, build_feeding

if TYPE_CHECKING:
    from zoning.county import County

AMOUNTS = (
    "classes", "seats", "beds", "beds_girls", "beds_boys", "canteen", "building_area",
    "sports_area",
)  # fmt: skip
"""What a module adds; ``seats`` may be unknown: its classes times the standard class size."""

VETOED = ("open", "restore", "expand", "close", "merge", "suspend", "downgrade", "upgrade")
"""Actions that a county may rule out."""


@dataclass(frozen=True)
class Modules:
    """What can be built, one entry an option of a school (K entries).

    ``school`` is the school of each in the order of the index, ``lead`` whole years from the
    decision to use, ``most`` modules at the most, ``cost`` yuan once and ``yearly_cost`` yuan a
    year for each module, ``amount`` by name in :data:`AMOUNTS` what each adds.
    """

    school: Ints
    option: tuple[str, ...]
    lead: Ints
    most: Floats
    cost: Floats
    yearly_cost: Floats
    temporary: Bools
    amount: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.school)


@dataclass(frozen=True)
class Housing:
    """A new residential complex: its companion school ("" if none is named), delivery, children.

    ``children`` of the stage and ``dwellings`` are NaN where unknown.
    """

    name: str
    school: str
    year: int
    children: float
    dwellings: float


@dataclass(frozen=True)
class Facilities:
    """By school (S): what decisions need beyond :class:`zoning.problem.arrays.Schools`.

    ``capital_cost`` is yuan once to open a candidate or restore a suspended school,
    ``repair_cost`` yuan once to mend a ``dangerous`` building (NaN: it cannot be), ``opens`` the
    first year a site can be open (NaN: any), ``vetoed`` by action the schools where it is ruled
    out in the year, ``receivers`` the schools that are named to take a school's pupils if it
    closes (empty: any school). ``girls`` (by cell) are those among the pupils, and ``exempt``
    (units x grades) marks young children who may board. ``housing`` is what is
    being built there, ``feeding`` who feeds whom (None in the county's first stage).
    ``overflow`` are the schools named to take whom a zone's school has no place for (empty: any
    school), ``protected`` (by cell) entrants who are never sent there. Other numbers are NaN
    where unknown.
    """

    suspended: Bools
    capital_cost: Floats
    repair_cost: Floats
    opens: Floats
    dangerous: Bools
    serviced: Bools
    quality: Bools
    boarding: Bools
    beds: Floats
    beds_girls: Floats
    beds_boys: Floats
    canteen: Floats
    staff: Floats
    wardens: Floats
    building_area: Floats
    sports_area: Floats
    site_area: Floats
    other_pupils: Floats
    vetoed: Mapping[str, Bools]
    receivers: tuple[tuple[int, ...], ...]
    modules: Modules
    girls: Floats
    exempt: Bools
    housing: tuple[Housing, ...]
    feeding: Feeding | None = None
    overflow: tuple[tuple[int, ...], ...] = ()
    protected: Floats = field(default_factory=lambda: np.zeros(0))


def build_facilities(
    county: County, index: Index, stage: str, year: int, bands: tuple[str, ...]
) -> Facilities:
    """Facilities of the schools of ``index`` in one year."""
    table = county.schools.set_index("school_id").loc[list(index.schools)]
    later = _later_years(county, year)
    other = county.school_grades
    other = other[other["stage"] != stage]
    pupils = other.groupby("school_id")["enrolled"].sum().reindex(list(index.schools))

    def numbers(name: str) -> Floats:
        values = table[name].astype(float)
        if name in later:
            values = later[name].reindex(values.index).fillna(values)
        result: Floats = values.to_numpy(dtype=np.float64)
        return result

    def flags(name: str) -> Bools:
        result: Bools = table[name].to_numpy(dtype=bool)
        return result

    return Facilities(
        suspended=(table["status"] == "suspended").to_numpy(dtype=bool),
        capital_cost=numbers("capital_cost"),
        repair_cost=numbers("repair_cost"),
        opens=numbers("opens"),
        dangerous=flags("dangerous"),
        serviced=flags("serviced"),
        quality=flags("quality"),
        boarding=flags("boarding"),
        beds=numbers("beds"),
        beds_girls=numbers("beds_girls"),
        beds_boys=numbers("beds_boys"),
        canteen=numbers("canteen"),
        staff=numbers("staff"),
        wardens=numbers("wardens"),
        building_area=numbers("building_area"),
        sports_area=numbers("sports_area"),
        site_area=numbers("site_area"),
        other_pupils=pupils.fillna(0.0).to_numpy(dtype=np.float64),
        vetoed=_vetoed(county, index, year),
        receivers=_receivers(county, index, "merge"),
        overflow=_receivers(county, index, "overflow"),
        protected=_protected(county, index, stage, year, bands),
        modules=_modules(county, index),
        girls=_girls(county, index, stage, year, bands),
        exempt=_exempt(county, index, stage),
        housing=tuple(
            Housing(
                str(row["complex_id"]),
                str(row["companion"]),
                int(row["year"]),
                float(row["children"]),
                float(row["dwellings"]),
            )
            for row in county.housing.to_dict("records")
            if row["stage"] == stage
        ),
        feeding=build_feeding(county, index, stage),
    )


def capacity_by_year(county: County, stage: str, year: int) -> dict[str, pd.Series]:
    """Seats of the stage and rooms by school where they changed since the county's year."""
    found = _later_years(county, year, stage)
    return {name: found[name] for name in ("seats", "rooms") if name in found}


def _later_years(county: County, year: int, stage: str = "") -> dict[str, pd.Series]:
    """By quantity the latest value up to ``year`` of each school that has one."""
    rows = county.school_years
    rows = rows[(rows["year"] <= year)].sort_values("year", kind="stable")
    result = {}
    for name in ("seats", "rooms", "beds", "canteen", "staff"):
        own = rows[rows["stage"] == (stage if name == "seats" else "")]
        values = own[own[name].notna()].groupby("school_id")[name].last()
        if len(values):
            result[name] = values
    return result


def _vetoed(county: County, index: Index, year: int) -> dict[str, Bools]:
    """By action, the schools where it is ruled out in the year."""
    rows = county.vetoes
    rows = rows[~(rows["from_year"] > year) & ~(rows["until_year"] < year)]
    result = {}
    for action in VETOED:
        here = set(rows.loc[rows["action"] == action, "school_id"])
        result[action] = np.array([school in here for school in index.schools], dtype=bool)
    return result


def _girls(county: County, index: Index, stage: str, year: int, bands: tuple[str, ...]) -> Floats:
    """Girls by cell; NaN where a part of them is not known."""
    rows = county.placed_pupils
    rows = rows[(rows["stage"] == stage) & (rows["year"] == year)]
    described = county.stage(stage)
    bands_of = {g: b for b, grades in described.bands.items() for g in grades}
    unit = pd.Index(index.units).get_indexer(pd.Index(rows["unit_id"]))
    band = pd.Index(bands).get_indexer(pd.Index(rows["grade"].map(bands_of)))
    girls: Floats = np.zeros(len(index.units) * len(bands))
    here = (unit >= 0) & (band >= 0)
    cell = band * len(index.units) + unit
    np.add.at(girls, cell[here], rows["girls"].to_numpy(dtype=np.float64)[here])
    return girls


def _exempt(county: County, index: Index, stage: str) -> Bools:
    """Units and grades whose children may board however young."""
    exempt = np.zeros((len(index.units), len(index.grades)), dtype=bool)
    units = {unit: k for k, unit in enumerate(index.units)}
    rows = county.exemptions
    rows = rows[rows["stage"] == stage]
    for unit, grade in zip(rows["unit_id"], rows["grade"], strict=True):
        which = [grade in ("", its) for its in index.grades]
        exempt[units[unit], which] = True
    return exempt


def _protected(
    county: County, index: Index, stage: str, year: int, bands: tuple[str, ...]
) -> Floats:
    """Entrants by cell who are never diverted."""
    groups = county.groups
    kept = set(groups.loc[groups["protected"], "group"])
    described = county.stage(stage)
    rows = county.pupils
    rows = rows[
        (rows["stage"] == stage) & (rows["year"] == year)
        & (rows["grade"] == described.entry_grade) & rows["group"].isin(kept)
    ]  # fmt: skip
    unit = pd.Index(index.units).get_indexer(pd.Index(rows["unit_id"]))
    band = bands.index(described.band_of(described.entry_grade))
    held: Floats = np.zeros(len(index.units) * len(bands))
    np.add.at(held, band * len(index.units) + unit, rows["pupils"].to_numpy(dtype=np.float64))
    return held


def _receivers(county: County, index: Index, purpose: str) -> tuple[tuple[int, ...], ...]:
    place = {school: k for k, school in enumerate(index.schools)}
    found: list[list[int]] = [[] for _ in index.schools]
    rows = county.receivers
    rows = rows[rows["purpose"] == purpose]
    for school, receiver in zip(rows["school_id"], rows["receiver"], strict=True):
        if school in place and receiver in place:
            found[place[school]].append(place[receiver])
    return tuple(tuple(sorted(which)) for which in found)


def _modules(county: County, index: Index) -> Modules:
    table = county.expansions
    table = table[table["school_id"].isin(set(index.schools))]
    place = {school: k for k, school in enumerate(index.schools)}

    def numbers(name: str) -> Floats:
        return table[name].to_numpy(dtype=np.float64)

    return Modules(
        school=np.array([place[s] for s in table["school_id"]], dtype=np.int64),
        option=tuple(table["option"]),
        lead=np.nan_to_num(numbers("lead_years")).astype(np.int64),
        most=np.where(np.isnan(numbers("most")), 1.0, numbers("most")),
        cost=numbers("cost"),
        yearly_cost=numbers("yearly_cost"),
        temporary=table["temporary"].to_numpy(dtype=bool),
        amount={name: numbers(name) for name in AMOUNTS},
    )
