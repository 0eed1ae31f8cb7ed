"""From a county's tables to the arrays of one problem."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from zoning.errors import Fault, InputError
from zoning.problem.arrays import UPPER_TAKEN, Bools, Floats, Index, Ints, Problem, Schools
from zoning.problem.facilities import build_facilities, capacity_by_year
from zoning.problem.locks import named_pairs, read_locks
from zoning.problem.pairs import build_pairs
from zoning.problem.straight_line import straight_line_pairs
from zoning.problem.upper import by_band, upper_grades

if TYPE_CHECKING:
    from zoning.county import County, Stage

Place = Literal["all", "entrants"]


def build_problem(
    county: County,
    stage: str,
    *,
    year: int | None = None,
    place: Place = "all",
    measure: str = "minutes",
    candidates: bool = False,
    boards: bool = False,
    upgrades: bool = False,
    nearest: int | None = None,
) -> Problem:
    """Arrays for zoning one stage of a county in one year.

    ``place="entrants"`` places only the pupils of the stage's entry grade, in the band of that
    grade. ``measure`` ("minutes" or "metres") decides which mode a pair uses where the travel
    table lists several: the one with the shortest journey, ties by the mode's name. Candidate
    sites are left out unless ``candidates`` asks for them; they may stay closed. Boarders' weekly
    journeys are left out unless ``boards`` asks for them, and so are, unless ``upgrades`` asks
    for them, upper grades that a small school lists although nobody is in them.
    Where journeys are straight lines and pairs are many, only those with each cell's ``nearest``
    schools are listed (None: all of them).

    Raises InputError if the county has no such stage, no school that serves it, no pupils of it
    in that year, no journeys in the measure, or a lock that demands a candidate left out.
    """
    year = county.year if year is None else year
    described = _stage(county, stage)
    bands = _bands(described, place)
    grades = tuple(g for band in bands.values() for g in band)
    serving = county.school_grades
    serving = serving[serving["stage"] == stage]
    all_schools = county.schools
    tables = all_schools[all_schools["school_id"].isin(set(serving["school_id"]))]
    if not candidates:
        _check_demands(county, stage, tables)
        tables = tables[tables["status"] == "existing"]
    index = Index(
        units=tuple(county.units["unit_id"]),
        schools=tuple(tables["school_id"]),
        bands=tuple(bands),
        grades=described.grades,
    )
    _require(county, index, stage, year, grades, measure)
    schools = _schools(county, tables, described, bands, index, year)
    if place == "all" and year != county.year:
        schools = _formed_anew(schools)
    if place == "entrants":
        schools = _nobody_at_sites(schools)
    units, n_bands = len(index.units), len(index.bands)
    cell_unit = np.tile(np.arange(units), n_bands)
    cell_band = np.repeat(np.arange(n_bands), units)
    today = _today(county, index, stage)
    schools = _with_upper(county, tables, schools, bands, index, today, upgrades=upgrades)
    if county.straight_line is None:
        pairs = build_pairs(county, index, schools.serves, measure, boards=boards)
    else:
        wanted = named_pairs(county, index, stage, today, cell_unit, cell_band)
        pairs = straight_line_pairs(county, index, schools, wanted, nearest)
    pointer, neighbour = _neighbours(county, index)
    locks = read_locks(county, index, stage, pairs, schools.serves, today, cell_unit, cell_band)
    unit_table = county.units
    return Problem(
        index=index,
        stage=stage,
        year=year,
        place=place,
        measure=measure,
        cell_unit=cell_unit,
        cell_band=cell_band,
        pupils_by_grade=_pupils(county, index, stage, year, bands, place),
        pairs=pairs,
        schools=schools,
        neighbour_pointer=pointer,
        neighbour=neighbour,
        today=today,
        fixed=locks.fixed,
        island=locks.island,
        locked_out=locks.locked_out,
        township=tuple(unit_table["township"]),
        facilities=build_facilities(county, index, stage, year, tuple(bands)),
    )


def pupils_of_year(county: County, stage: str, year: int, place: Place) -> Floats:
    """Pupils by cell and grade, 0 where the county says nothing of the year."""
    described = _stage(county, stage)
    bands = _bands(described, place)
    index = Index(tuple(county.units["unit_id"]), (), tuple(bands), described.grades)
    return _pupils(county, index, stage, year, bands, place)


def _stage(county: County, stage: str) -> Stage:
    for known in county.stages:
        if known.name == stage:
            return known
    names = ", ".join(known.name for known in county.stages)
    raise InputError(
        Fault(
            "error", "arguments", "stage", f"one of the county's stages ({names})", f'"{stage}"',
            "name one of the stages that county.toml lists",
        )
    )  # fmt: skip


def _bands(stage: Stage, place: str) -> dict[str, tuple[str, ...]]:
    """Bands that are zoned, with the grades a school must serve to take them."""
    bands = dict(stage.bands) or {stage.name: stage.grades}
    if place == "entrants":
        band = stage.band_of(stage.entry_grade)
        return {band: bands[band]}
    return bands


def _require(
    county: County, index: Index, stage: str, year: int, grades: tuple[str, ...], measure: str
) -> None:
    faults = []
    if not index.schools:
        faults.append(
            Fault("error", "school_grades", "",
                  f"at least one school that serves {stage} (candidates need the rule opening)",
                  "none", "list the grades that each school serves")
        )  # fmt: skip
    pupils = county.pupils
    here = pupils[(pupils["stage"] == stage) & pupils["grade"].isin(grades)]
    if not (here["year"] == year).any():
        years = ", ".join(str(y) for y in sorted(set(here["year"]))) or "none"
        faults.append(
            Fault("error", "pupils", "", f"pupils of stage {stage} in year {year}",
                  f"years listed: {years}", "add the year's pupils or choose another year")
        )  # fmt: skip
    if measure not in ("minutes", "metres"):
        faults.append(
            Fault("error", "model", "measure", '"minutes" or "metres"', f'"{measure}"',
                  "correct the goal's measure")
        )  # fmt: skip
    elif county.straight_line is not None:
        if math.isnan(county.straight_line.scale(measure)):
            faults.append(
                Fault("error", "county.toml", "travel.metres_a_minute", "a speed, for minutes",
                      "none", "state the speed or choose the measure metres")
            )  # fmt: skip
    elif county.travel[measure].isna().all():
        faults.append(
            Fault("error", "travel", f"column {measure}", f"journeys in {measure}", "none",
                  "fill the column or choose the other measure")
        )  # fmt: skip
    if faults:
        raise InputError(faults)


def _check_demands(county: County, stage: str, schools: pd.DataFrame) -> None:
    """A lock may demand a candidate site only where the model may open it."""
    sites = set(schools.loc[schools["status"] != "existing", "school_id"])
    locks = county.locks
    wrong = locks[(locks["lock"] == "must") & locks["stage"].isin(["", stage])]
    faults = [
        Fault("error", "locks", f"unit {unit}", "a school that stands, or a model with the rule "
              "opening", f"candidate site {school}", "lift the lock, or use such a model")
        for unit, school in zip(wrong["unit_id"], wrong["school_id"], strict=True)
        if school in sites
    ]  # fmt: skip
    if faults:
        raise InputError(faults)


def _schools(
    county: County,
    table: pd.DataFrame,
    stage: Stage,
    bands: dict[str, tuple[str, ...]],
    index: Index,
    year: int,
) -> Schools:
    grades = county.school_grades
    own = grades[grades["stage"] == stage.name]
    other = grades[grades["stage"] != stage.name].groupby("school_id")["classes"].sum()

    def grid(column: str) -> Floats:
        wide = own.pivot(index="school_id", columns="grade", values=column)
        wide = wide.reindex(index=list(index.schools), columns=list(index.grades))
        return wide.to_numpy(dtype=np.float64)

    served = grid("outside")  # never blank where a school serves the grade
    serves_grade = ~np.isnan(served)
    position = {grade: k for k, grade in enumerate(index.grades)}
    serves = np.column_stack(
        [serves_grade[:, [position[g] for g in needed]].all(axis=1) for needed in bands.values()]
    )
    stages = county.school_stages
    seats = stages[stages["stage"] == stage.name].set_index("school_id")["seats"]
    seats, rooms = seats.reindex(list(index.schools)), table.set_index("school_id")["rooms"]
    later = capacity_by_year(county, stage.name, year)
    if "seats" in later:
        seats = later["seats"].reindex(seats.index).fillna(seats)
    if "rooms" in later:
        rooms = later["rooms"].reindex(rooms.index).fillna(rooms)
    return Schools(
        kind=tuple(table["kind"]),
        township=tuple(table["township"]),
        multigrade=table["multigrade"].to_numpy(dtype=bool),
        seats=seats.to_numpy(dtype=np.float64),
        rooms=rooms.to_numpy(dtype=np.float64),
        classes=grid("classes"),
        enrolled=grid("enrolled"),
        outside=np.nan_to_num(served),
        serves_grade=serves_grade,
        serves=serves,
        root=_roots(table, serves, index),
        other_classes=other.reindex(list(index.schools)).fillna(0.0).to_numpy(dtype=np.float64),
        candidate=(table["status"] != "existing").to_numpy(dtype=bool),
        opening_cost=table["opening_cost"].to_numpy(dtype=np.float64),
        optional=(table["status"] != "existing").to_numpy(dtype=bool),
        upper=np.zeros(serves.shape, dtype=np.int64),
        upper_classes=np.zeros(serves.shape),
        movable=np.zeros(serves.shape, dtype=bool),
    )


def _with_upper(
    county: County,
    table: pd.DataFrame,
    schools: Schools,
    bands: dict[str, tuple[str, ...]],
    index: Index,
    today: Ints,
    *,
    upgrades: bool,
) -> Schools:
    """What may become of upper grades; those that could be taken are left out unless asked for."""
    upper = upper_grades(county, table, schools, bands, index, today)
    classes = np.where(upper > 0, by_band(schools.classes, bands, index), 0.0)
    schools = replace(schools, upper_classes=classes)
    if upgrades:
        return replace(schools, upper=upper)
    taken = upper == UPPER_TAKEN
    return replace(
        schools, upper=np.where(taken, 0, upper), serves=schools.serves & ~taken,
        root=np.where(taken, -1, schools.root),
    )  # fmt: skip


def _formed_anew(schools: Schools) -> Schools:
    """Classes of another year than today's: as many as today, or as rooms, in whatever grades."""
    today = np.where(schools.serves_grade, schools.classes, 0.0).sum(axis=1)
    rooms = np.where(np.isnan(schools.rooms), today + schools.other_classes, schools.rooms)
    known = ~np.isnan(rooms)
    return replace(schools, rooms=rooms, classes=np.where(known[:, None], np.nan, schools.classes))


def _nobody_at_sites(schools: Schools) -> Schools:
    """Where entrants are placed: a site has all its rooms free, since nobody is enrolled there."""
    site = schools.candidate[:, None] & schools.serves_grade
    return replace(
        schools,
        classes=np.where(site, np.nan_to_num(schools.classes), schools.classes),
        enrolled=np.where(site, np.nan_to_num(schools.enrolled), schools.enrolled),
    )


def _roots(table: pd.DataFrame, serves: Bools, index: Index) -> Ints:
    """Cell that holds each school, by band; -1 where the band is not served."""
    unit = pd.Index(index.units).get_indexer(pd.Index(table["root_unit"]))
    cell = unit[:, None] + len(index.units) * np.arange(len(index.bands))[None, :]
    roots: Ints = np.where(serves & (unit >= 0)[:, None], cell, -1)
    return roots


def _pupils(
    county: County,
    index: Index,
    stage: str,
    year: int,
    bands: dict[str, tuple[str, ...]],
    place: str,
) -> Floats:
    """Pupils by cell and grade; a cell holds the grades of its own band only."""
    table = county.placed_pupils
    table = table[(table["stage"] == stage) & (table["year"] == year)]
    band_of = {grade: b for b, grades in enumerate(bands.values()) for grade in grades}
    if place == "entrants":
        band_of = {index.grades[0]: 0}
    table = table[table["grade"].isin(set(band_of))]
    unit = pd.Index(index.units).get_indexer(pd.Index(table["unit_id"]))
    grade = pd.Index(index.grades).get_indexer(pd.Index(table["grade"]))
    band = table["grade"].map(band_of).to_numpy(dtype=np.int64)
    counts = np.zeros((len(index.units) * len(bands), len(index.grades)))
    np.add.at(counts, (band * len(index.units) + unit, grade), table["pupils"].to_numpy())
    return counts


def _neighbours(county: County, index: Index) -> tuple[Ints, Ints]:
    """Adjacency of units as compressed rows, repeated for every band."""
    from scipy import sparse

    table = county.adjacency
    units = pd.Index(index.units)
    a = units.get_indexer(pd.Index(table["unit_a"]))
    b = units.get_indexer(pd.Index(table["unit_b"]))
    n = len(units)
    both = sparse.csr_matrix(
        (np.ones(2 * len(a)), (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(n, n)
    )
    both.sum_duplicates()
    both.sort_indices()
    layers = sparse.block_diag([both] * len(index.bands), format="csr")
    return layers.indptr.astype(np.int64), layers.indices.astype(np.int64)


def _today(county: County, index: Index, stage: str) -> Ints:
    return assignment_of(county.today, index, stage)


def assignment_of(table: pd.DataFrame, index: Index, stage: str) -> Ints:
    """School of each cell in an assignments table; -1 if none or unknown."""
    cells = np.full(len(index.units) * len(index.bands), -1, dtype=np.int64)
    table = table[(table["stage"] == stage) & table["band"].isin(index.bands)]
    if table.empty:
        return cells
    unit = pd.Index(index.units).get_indexer(pd.Index(table["unit_id"]))
    band = pd.Index(index.bands).get_indexer(pd.Index(table["band"]))
    school = table["school_id"].map(index.place).fillna(-1).to_numpy(dtype=np.int64)
    known = unit >= 0
    cells[(band * len(index.units) + unit)[known]] = school[known]
    return cells
