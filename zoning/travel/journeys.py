"""From a county and its roads to a travel table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from zoning.county.findings import listed
from zoning.county.straight_line import STRAIGHT_LINE, StraightLine
from zoning.errors import Fault, InputError
from zoning.travel.cache import keep, kept, key_of
from zoning.travel.choice import choice_of
from zoning.travel.heights import heights_at
from zoning.travel.modes import WALK, Mode, as_mode
from zoning.travel.network import network_of
from zoning.travel.one_mode import by_mode
from zoning.travel.own import put_over
from zoning.travel.places import places_of
from zoning.travel.reading import check_file, file_digest, read_roads
from zoning.travel.result import Journeys
from zoning.travel.roads import MARGIN, Roads
from zoning.travel.straight import beside_roads, learnt_rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county import County
    from zoning.travel.choice import Choice
    from zoning.travel.one_mode import OneMode
    from zoning.travel.pairs import Pairs
    from zoning.travel.places import Places

__all__ = ["road_journeys"]


class _Lost(NamedTuple):
    """Which units and schools are within reach of no road of any mode."""

    units: NDArray[np.bool_]
    schools: NDArray[np.bool_]


def road_journeys(
    county: County,
    roads: Roads | str | Path,
    *,
    modes: Iterable[str | Mode] = (WALK,),
    homes: Any = None,
    limit: float | Mapping[str, float] | None = None,
    nearest: int | None = None,
    heights: str | Path | None = None,
    detour: float | str | None = None,
    own: pd.DataFrame | None = None,
    cache: str | Path | None = None,
) -> Journeys:
    r"""Compute the journeys of a county's children by road.

    For each mode the quickest way :math:`\min \sum_e t_e` from every home to the school is found
    (Dijkstra, from the schools over the roads turned round); its metres are listed with its
    minutes. Home and school are put on the nearest road of the mode.

    Args:
        county: units and schools. Its own travel table or straight-line rule plays no part.
        roads: a road file (see `read_roads`), or roads that were read.
        modes: names or modes of travel, such as ``("walk", BUS)``.
        homes: GeoDataFrame of homes with unit_id, geometry and perhaps weight; a unit's journey is
            the weighted mean over its homes. Without it journeys begin at the unit's centroid.
        limit: minutes, for all modes or by mode, beyond which journeys are left out.
        nearest: so many schools of each stage are listed for a unit, by minutes. Today's school
            and one that a lock names are listed anyway. None: all within the limit.
        heights: raster of heights in metres; walking then follows Tobler's function.
        detour: where no road is within the mode's reach, straight line times this, or times what
            the roads show (``"learnt"``). Without it such places are refused.
        own: the bureau's own journeys (unit_id, school_id, mode, metres, minutes), which win.
        cache: folder in which the computed journeys are kept, under the hash of all that decides
            them; the next call with the same input reads them.

    Raises:
        InputError: the roads are of another place or cannot be read, a mode has no road, places
            are too far from every road, or an argument is wrong.
    """
    asked = tuple(as_mode(mode) for mode in modes)
    choice = choice_of(county, asked, limit, nearest)
    _check_detour(detour)
    places = places_of(county, homes)
    digest = roads.digest if isinstance(roads, Roads) else file_digest(check_file(roads)[0])
    key = key_of(
        places,
        choice,
        {
            "roads": digest,
            "read_within": None if isinstance(roads, Roads) else MARGIN,
            "heights": _digest(heights),
            "detour": detour,
            "metric_crs": county.metric_crs,
            "modes": [mode.settings() for mode in asked],
        },
    )
    folder = None if cache is None else Path(cache)
    journeys = None if folder is None else kept(folder, key)
    if journeys is None:
        network = roads if isinstance(roads, Roads) else read_roads(roads, within=places.bounds)
        journeys = _computed(county, network, asked, places, choice, heights, detour)
        if folder is not None:
            keep(folder, key, journeys)
    return journeys if own is None else _with_own(journeys, own, places)


def _check_detour(detour: object) -> None:
    number = isinstance(detour, int | float) and not isinstance(detour, bool) and detour >= 1
    if not (detour is None or detour == "learnt" or number):
        raise InputError(
            Fault(
                "error", "arguments", "detour", "a number of at least 1, 'learnt' or None",
                repr(detour), "correct the argument",
            )
        )  # fmt: skip


def _digest(heights: str | Path | None) -> str | None:
    """Return the hash of a raster's file; none for a file that is not there, refused later."""
    return file_digest(Path(heights)) if heights is not None and Path(heights).is_file() else None


def _computed(
    county: County,
    roads: Roads,
    modes: tuple[Mode, ...],
    places: Places,
    choice: Choice,
    heights: str | Path | None,
    detour: float | str | None,
) -> Journeys:
    """Compute the journeys of all modes and put them into tables."""
    _check_place(roads, places)
    climbed = any(mode.slopes for mode in modes)
    metres = None if heights is None or not climbed else heights_at(heights, roads.places)
    founds = []
    for mode in modes:
        network = network_of(roads, mode, metres)
        if not len(network.begin):
            raise InputError(
                _fault(f"{roads.source}, {mode.name}", f"roads open to the mode {mode.name}",
                       "none", "use a file with such roads, or leave the mode out")
            )  # fmt: skip
        founds.append(by_mode(places, network, mode, county.metric_crs, choice))
        _check_reach(founds[-1], mode)
    lost = _Lost(
        np.all([found.unit_far for found in founds], axis=0),
        np.all([found.school_far for found in founds], axis=0),
    )
    if detour is None:
        _refuse(lost, founds, modes, places)
    tables, snapped, cut_off, rules, warnings = [], [], [], {}, []
    for mode, found in zip(modes, founds, strict=True):
        rule = learnt_rule(found.pairs, places, mode.name) if len(found.pairs) else None
        tables.append(_table(found, lost, places, mode, choice, detour, rule))
        snapped.append(_snapped(found, places, mode))
        cut_off.append(_named(found.cut_off, places, mode))
        warnings += _warnings(found, lost, places, mode, metres)
        if rule is not None:
            rules[mode.name] = rule
    words = [f"roads of {roads.source}", *map(str, modes), places.described]
    if metres is not None:
        words.append(f"slopes by Tobler's function, heights of {Path(str(heights)).name}")
    return Journeys(
        pd.concat(tables, ignore_index=True),
        pd.concat(snapped, ignore_index=True),
        pd.concat(cut_off, ignore_index=True),
        rules,
        tuple(warnings),
        "; ".join(words),
        choice.truncated,
    )


def _check_place(roads: Roads, places: Places) -> None:
    """Refuse roads that are nowhere near the county."""
    west, south, east, north = places.bounds
    left, bottom, right, top = roads.bounds
    if right < west or left > east or top < south or bottom > north:
        raise InputError(
            _fault(
                roads.source,
                f"roads around longitude {west:.2f} to {east:.2f}, "
                f"latitude {south:.2f} to {north:.2f}",
                f"roads of longitude {left:.2f} to {right:.2f}, latitude {bottom:.2f} to {top:.2f}",
                "use the road file of the county, and check the county's crs",
            )
        )


def _check_reach(found: OneMode, mode: Mode) -> None:
    """Refuse roads that are near no unit or near no school at all."""
    if found.unit_far.all() or found.school_far.all():
        what = "unit" if found.unit_far.all() else "school"
        away = found.unit_away if found.unit_far.all() else found.school_away
        raise InputError(
            _fault(
                mode.name, f"roads within {mode.reach:g} m of the {what}s",
                f"none for any {what}; the nearest is {away.min():,.0f} m away",
                "use the road file of this county, and check the county's crs",
            )
        )  # fmt: skip


def _refuse(lost: _Lost, founds: list[OneMode], modes: tuple[Mode, ...], places: Places) -> None:
    """Refuse places that no road of any mode is near."""
    within = " or ".join(f"{mode.name} within {mode.reach:g} m" for mode in modes)
    unit_away = np.min([found.unit_away for found in founds], axis=0)
    school_away = np.min([found.school_away for found in founds], axis=0)
    faults = [
        Fault(
            "error", f"{what}s", f"{what} {ids[row]}", f"a road open to {within}",
            f"one {away[row]:,.0f} m away",
            "correct the point, raise the mode's reach, or give a detour for straight lines",
        )
        for what, ids, far, away in (
            ("unit", places.unit_ids, lost.units, unit_away),
            ("school", places.school_ids, lost.schools, school_away),
        )
        for row in np.flatnonzero(far).tolist()
    ]  # fmt: skip
    if faults:
        raise InputError(faults)


def _table(
    found: OneMode,
    lost: _Lost,
    places: Places,
    mode: Mode,
    choice: Choice,
    detour: float | str | None,
    rule: StraightLine | None,
) -> pd.DataFrame:
    """Return the mode's journeys as a table, straight lines where no road of any mode is near."""
    pairs = found.pairs
    if (lost.units.any() or lost.schools.any()) and rule is not None:
        factor = rule.detour if isinstance(detour, str) or detour is None else float(detour)
        rule = StraightLine(factor, rule.metres_a_minute)
        lines = beside_roads(lost.units, lost.schools, places, rule)
        collector = choice.collector(mode.name)
        for school, part in enumerate(lines):
            own = pairs.only(pairs.school == school)
            both = type(pairs).joined([own, part])
            collector.add(both.unit, school, minutes=both.minutes, metres=both.metres)
        pairs = collector.pairs()
    straight = lost.units[pairs.unit] | lost.schools[pairs.school]
    return _as_table(pairs, places, mode, np.where(straight, STRAIGHT_LINE, "road"))


def _as_table(pairs: Pairs, places: Places, mode: Mode, method: NDArray[np.str_]) -> pd.DataFrame:
    units, schools = np.array(places.unit_ids), np.array(places.school_ids)
    return pd.DataFrame(
        {
            "unit_id": pd.Series(units[pairs.unit], dtype="str"),
            "school_id": pd.Series(schools[pairs.school], dtype="str"),
            "mode": pd.Series([mode.name] * len(pairs), dtype="str"),
            "metres": np.round(pairs.metres, 1),
            "minutes": np.round(pairs.minutes, 3),
            "method": pd.Series(method, dtype="str"),
        }
    )


def _snapped(found: OneMode, places: Places, mode: Mode) -> pd.DataFrame:
    ids = [*places.unit_ids, *places.school_ids]
    kinds = ["unit"] * len(places.unit_ids) + ["school"] * len(places.school_ids)
    away = np.concatenate([found.unit_away, found.school_away])
    columns = {"place": kinds, "id": ids, "mode": [mode.name] * len(ids)}
    return pd.DataFrame(columns, dtype="str").assign(metres=np.round(away, 1))


def _named(rows: NDArray[np.int64], places: Places, mode: Mode) -> pd.DataFrame:
    units, schools = np.array(places.unit_ids), np.array(places.school_ids)
    return pd.DataFrame(
        {
            "unit_id": pd.Series(units[rows[:, 0]], dtype="str"),
            "school_id": pd.Series(schools[rows[:, 1]], dtype="str"),
            "mode": pd.Series([mode.name] * len(rows), dtype="str"),
        }
    )


def _warnings(
    found: OneMode,
    lost: _Lost,
    places: Places,
    mode: Mode,
    heights: NDArray[np.float64] | None,
) -> list[Fault]:
    """Return what a planner should look at: places without roads or ways, and gaps in the data."""
    warnings = []

    def warn(expected: str, seen: str, remedy: str) -> None:
        warnings.append(Fault("warning", "travel", mode.name, expected, seen, remedy))

    for what, ids, far, none in (
        ("unit", places.unit_ids, found.unit_far, lost.units),
        ("school", places.school_ids, found.school_far, lost.schools),
    ):
        for rows, so in ((far & ~none, "have no such journeys"), (none, "have straight lines")):
            names = [ids[row] for row in np.flatnonzero(rows)]
            if names:
                warn(
                    f"a road within {mode.reach:g} m of every {what}",
                    f"{len(names)} without, which {so}: {listed(names)}",
                    "correct the points, or bring their journeys in a table of your own",
                )
    if len(found.cut_off):
        schools = [places.school_ids[k] for k in np.unique(found.cut_off[:, 1])]
        units = [places.unit_ids[k] for k in np.unique(found.cut_off[:, 0])]
        warn(
            "a way from every unit to every school and back",
            f"{len(found.cut_off):,} pairs without, of units {listed(units)} "
            f"and schools {listed(schools)}",
            "see `unreachable`; add the missing roads, or bring journeys of your own",
        )
    if found.left_out > 0:
        warn(
            "roads that hang together",
            f"{found.left_out / 1000:.1f} km that lead nowhere, left out",
            "nothing, unless a unit was put on a road far away",
        )
    unknown = 0 if heights is None else int(np.isnan(heights).sum())
    if unknown and mode.slopes:
        warn(
            "heights for all points of the roads",
            f"none for {unknown:,}, taken as level",
            "use a raster that covers the roads",
        )
    return warnings


def _with_own(journeys: Journeys, own: pd.DataFrame, places: Places) -> Journeys:
    table = put_over(journeys.table, own, places)
    order = {
        "unit_id": {unit: row for row, unit in enumerate(places.unit_ids)},
        "school_id": {school: row for row, school in enumerate(places.school_ids)},
    }
    table = table.sort_values(
        ["mode", "unit_id", "school_id"],
        key=lambda column: column.map(order[column.name]) if column.name in order else column,
        kind="stable",
        ignore_index=True,
    )
    source = f"{journeys.source}; {len(own):,} journeys of the bureau's own"
    return Journeys(
        table, journeys.snapped, journeys.unreachable, journeys.rules, journeys.warnings,
        source, journeys.truncated,
    )  # fmt: skip


def _fault(where: str, expected: str, found: str, remedy: str) -> Fault:
    return Fault("error", "roads", where, expected, found, remedy)
