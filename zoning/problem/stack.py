"""Several one-year problems of a county as one: cells and schools of each year in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from zoning.errors import Fault, InputError
from zoning.problem.arrays import Floats, Index, Pairs, Periods, Problem, Schools
from zoning.problem.build import Place, build_problem, pupils_of_year
from zoning.problem.facilities import Facilities, Modules

if TYPE_CHECKING:
    from zoning.county import County

Part = TypeVar("Part", Schools, Facilities, Modules)


def build_problem_of_years(
    county: County,
    stage: str,
    *,
    years: Sequence[int],
    place: Place = "all",
    measure: str = "minutes",
    candidates: bool = False,
    boards: bool = False,
    upgrades: bool = False,
) -> Problem:
    """Arrays for zoning one stage over several years; see :func:`build_problem`.

    Each year's children, seats, rooms, beds and vetoes are those of that year, and today's zones
    are the same in all. Raises InputError if some years have no pupils, or as for one year.
    """
    problems: list[Problem] = []
    faults: list[Fault] = []
    for year in years:
        try:
            problems.append(
                build_problem(
                    county, stage, year=year, place=place, measure=measure, candidates=candidates,
                    boards=boards, upgrades=upgrades,
                )
            )  # fmt: skip
        except InputError as error:
            faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise InputError(faults)
    return stack(problems, county.year, pupils_of_year(county, stage, county.year, place))


def stack(problems: Sequence[Problem], now: int, today: Floats) -> Problem:
    """One problem over the years of ``problems``, which speak of the same units and schools.

    ``today`` are the pupils by cell and grade in the year ``now``.
    """
    first, count = problems[0], len(problems)
    years = tuple(problem.year for problem in problems)
    cells, schools = first.cells, first.school_count
    names = tuple(f"{name} in {year}" for year in years for name in first.index.schools)

    def moved(values: Callable[[Problem], np.ndarray], by: int) -> np.ndarray:
        """Indices of each year in turn, -1 left as it is."""
        parts = [values(p) for p in problems]
        return np.concatenate([np.where(v < 0, v, v + t * by) for t, v in enumerate(parts)])

    pointers = [problem.neighbour_pointer for problem in problems]
    return replace(
        first,
        index=Index(first.index.units, names, first.index.bands, first.index.grades),
        cell_unit=np.tile(first.cell_unit, count),
        cell_band=np.tile(first.cell_band, count),
        pupils_by_grade=np.concatenate([p.pupils_by_grade for p in problems]),
        pairs=_pairs([p.pairs for p in problems], schools),
        schools=_schools([p.schools for p in problems], cells),
        neighbour_pointer=_pointer(pointers),
        neighbour=moved(lambda p: p.neighbour, cells),
        today=moved(lambda p: p.today, schools),
        fixed=moved(lambda p: p.fixed, schools),
        island=np.tile(first.island, count),
        locked_out=np.concatenate([p.locked_out for p in problems]),
        facilities=_facilities([p.facilities for p in problems], schools),
        periods=Periods(
            years,
            first.index.schools,
            now,
            tuple(_stayed(problems, k) for k in range(1, count)),
            np.concatenate([_grown(today, p.pupils_by_grade, p.year - now) for p in problems]),
        ),
    )


def _pointer(pointers: Sequence[np.ndarray]) -> np.ndarray:
    """Compressed rows one after the other."""
    counts = np.concatenate([np.diff(pointer) for pointer in pointers])
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _pairs(parts: Sequence[Pairs], schools: int) -> Pairs:
    def joined(values: Callable[[Pairs], np.ndarray | None]) -> np.ndarray | None:
        found = [v for v in map(values, parts) if v is not None]
        return np.concatenate(found) if found else None

    weekly = parts[0].weekly_journey
    return replace(
        parts[0],
        pointer=_pointer([part.pointer for part in parts]),
        school=np.concatenate([part.school + t * schools for t, part in enumerate(parts)]),
        metres=np.concatenate([part.metres for part in parts]),
        minutes=np.concatenate([part.minutes for part in parts]),
        has_day=joined(lambda part: part.has_day),
        boards=joined(lambda part: part.boards),
        weekly_share=joined(lambda part: part.weekly_share),
        bus=joined(lambda part: part.bus),
        weekly_journey=None
        if weekly is None
        else {name: np.concatenate([part.weekly(name) for part in parts]) for name in weekly},
    )


def _schools(parts: Sequence[Schools], cells: int) -> Schools:
    root = [np.where(p.root < 0, p.root, p.root + t * cells) for t, p in enumerate(parts)]
    return replace(_joined(parts), root=np.concatenate(root))


def _facilities(parts: Sequence[Facilities | None], schools: int) -> Facilities | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    one = known[0]
    modules = [
        replace(part.modules, school=part.modules.school + t * schools)
        for t, part in enumerate(known)
    ]
    receivers = tuple(
        tuple(r + t * schools for r in named)
        for t, part in enumerate(known) for named in part.receivers
    )  # fmt: skip
    # alike in all years, or below; rules about feeding and diversion are for one year
    alike = {"exempt", "housing", "receivers", "modules", "vetoed", "feeding", "overflow"}
    return replace(
        _joined(known, without=alike),
        vetoed={action: np.concatenate([p.vetoed[action] for p in known]) for action in one.vetoed},
        receivers=receivers,
        modules=_modules(modules),
    )


def _modules(parts: Sequence[Modules]) -> Modules:
    amount = {n: np.concatenate([p.amount[n] for p in parts]) for n in parts[0].amount}
    return replace(_joined(parts, without={"amount"}), amount=amount)


def _joined(parts: Sequence[Part], without: Set[str] = frozenset()) -> Part:
    """The first part with each array, or tuple, of all parts one after the other."""
    changes: dict[str, object] = {}
    for item in fields(parts[0]):
        if item.name in without:
            continue
        values = [getattr(part, item.name) for part in parts]
        changes[item.name] = (
            np.concatenate(values)
            if isinstance(values[0], np.ndarray)
            else tuple(one for value in values for one in value)
        )
    return replace(parts[0], **changes)  # type: ignore[arg-type]


def _stayed(problems: Sequence[Problem], years: int) -> Floats:
    """Pupils of each cell who were in the same cell so many years before.

    Grade by grade no more than there were then: who left or moved in has no school to keep.
    """
    found = [np.zeros(problem.cells) for problem in problems]
    for t in range(years, len(problems)):
        before, now = problems[t - years].pupils_by_grade, problems[t].pupils_by_grade
        found[t] = _grown(before, now, years)
    return np.concatenate(found)


def _grown(before: Floats, now: Floats, years: int) -> Floats:
    """Pupils by cell who were there so many years before, in a lower grade of the same band."""
    if years < 0 or years >= before.shape[1]:
        return np.zeros(len(now))
    stayed: Floats = np.minimum(before[:, : before.shape[1] - years], now[:, years:]).sum(axis=1)
    return stayed
