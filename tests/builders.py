"""Small made-up counties for tests: square units on a grid, journeys by straight line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from zoning.county import County, Provenance, Stage

NOTICE = "模拟数据,非真实学校 / modelled data, not real schools"
METRIC = "EPSG:4544"
WEST, SOUTH = 500_000.0, 3_970_000.0
GRADES = ("1", "2", "3", "4", "5", "6")
METRES_A_MINUTE = 60.0


def unit_id(x: int, y: int) -> str:
    """Return the id of the unit in column x (from the west) and row y (from the south)."""
    return f"u{x:02d}{y:02d}"


def grid_county(
    width: int,
    height: int,
    schools: Sequence[tuple[int, int, float]] = ((0, 0, 1000.0),),
    *,
    pupils: float | Mapping[tuple[int, int], float] | None = 12.0,
    seed: int | None = None,
    side: float = 1000.0,
    stage: str = "primary",
    grades: Sequence[str] = GRADES,
    bands: Mapping[str, Sequence[str]] | None = None,
    classes: float = float("nan"),
    rooms: float = float("nan"),
    kind: str = "complete-primary",
    today: bool = True,
    lonlat: bool = False,
    points: bool = False,
    **changes: Any,
) -> County:
    """Make a county of `width` x `height` square units.

    Units are `unit_id(x, y)`; schools are s1, s2 ... in the order given, each in the middle of
    its unit, all serving every grade of the one stage. The one mode is "walk".

    Args:
        width: number of columns.
        height: number of rows.
        schools: for each school column, row and seats (NaN: unknown).
        pupils: children of a unit over all grades, shared evenly among the grades: the same for
            all, or by (x, y) with 0 where nothing is said. None: no rows but one of 0 pupils.
        seed: if given, each unit has a whole number of pupils in each grade drawn from a
            Poisson distribution with the mean that `pupils` asks for.
        side: length of a unit's side in metres.
        stage: name of the stage.
        grades: its grades.
        bands: its bands, if it has more than one.
        classes: classes of every grade of every school (NaN: unknown).
        rooms: rooms of every school (NaN: unknown).
        kind: kind of every school.
        today: also write today's zones, every unit to its nearest school.
        lonlat: coordinates in longitude and latitude rather than metres.
        points: units as points in the middle of their squares.
        changes: fields of `County` to set otherwise.
    """
    places = [(x, y) for y in range(height) for x in range(width)]
    centres = {p: (WEST + side * (p[0] + 0.5), SOUTH + side * (p[1] + 0.5)) for p in places}
    declared = Stage(stage, tuple(grades), {b: tuple(g) for b, g in (bands or {}).items()})
    ids = [f"s{number}" for number in range(1, len(schools) + 1)]
    at_schools = [centres[x, y] for x, y, _ in schools]
    serving = [(school, grade) for school in ids for grade in declared.grades]
    travel = _travel(centres, ids, at_schools)
    fields: dict[str, Any] = {
        "name": f"Grid {width} x {height}",
        "year": 2024,
        "crs": "EPSG:4326" if lonlat else METRIC,
        "metric_crs": METRIC,
        "notice": NOTICE,
        "stages": (declared,),
        "units": _units(places, centres, side, points=points, lonlat=lonlat),
        "pupils": _pupils(places, pupils, declared, seed),
        "schools": _schools(ids, at_schools, rooms, kind, lonlat=lonlat),
        "school_stages": pd.DataFrame(
            {"school_id": ids, "stage": stage, "seats": [float(seats) for *_, seats in schools]}
        ),
        "school_grades": pd.DataFrame(serving, columns=["school_id", "grade"]).assign(
            stage=stage, classes=classes
        ),
        "travel": travel,
        "assignments": _nearest(travel, declared) if today else None,
        "provenance": {
            name: Provenance("modelled", "a grid made for tests", "the library's own")
            for name in ("units", "pupils", "schools", "school_stages", "school_grades", "travel")
        },
        "measures": {"metres": "straight line", "minutes": "walk 60 m a minute"},
    }
    return County(**(fields | changes))


def _units(
    places: Sequence[tuple[int, int]],
    centres: Mapping[tuple[int, int], tuple[float, float]],
    side: float,
    *,
    points: bool,
    lonlat: bool,
) -> Any:
    middle = np.array([centres[place] for place in places])
    half = side / 2
    shapes = (
        shapely.points(middle) if points else shapely.box(*(middle - half).T, *(middle + half).T)
    )
    frame = geopandas.GeoDataFrame(
        {
            "unit_id": [unit_id(*place) for place in places],
            "name": [f"Unit {x},{y}" for x, y in places],
            "township": [f"T{x // 3}" for x, _ in places],
            "settlement": "village",
        },
        geometry=shapes,
        crs=METRIC,
    )
    return frame.to_crs("EPSG:4326") if lonlat else frame


def _schools(
    ids: Sequence[str],
    places: Sequence[tuple[float, float]],
    rooms: float,
    kind: str,
    *,
    lonlat: bool,
) -> Any:
    frame = geopandas.GeoDataFrame(
        {
            "school_id": list(ids),
            "name": [f"School {school}" for school in ids],
            "kind": kind,
            "rooms": rooms,
        },
        geometry=shapely.points(np.array(places)),
        crs=METRIC,
    )
    return frame.to_crs("EPSG:4326") if lonlat else frame


def _pupils(
    places: Sequence[tuple[int, int]],
    pupils: float | Mapping[tuple[int, int], float] | None,
    stage: Stage,
    seed: int | None,
) -> pd.DataFrame:
    chance = None if seed is None else np.random.default_rng(seed)
    rows = []
    for place in places:
        whole = pupils.get(place, 0.0) if isinstance(pupils, Mapping) else (pupils or 0.0)
        for grade in stage.grades:
            mean = whole / len(stage.grades)
            number = mean if chance is None else float(chance.poisson(mean))
            rows.append((unit_id(*place), stage.name, grade, 2024, number))
    if pupils is None:
        rows = rows[:1]
    return pd.DataFrame(rows, columns=["unit_id", "stage", "grade", "year", "pupils"])


def _travel(
    centres: Mapping[tuple[int, int], tuple[float, float]],
    ids: Sequence[str],
    at_schools: Sequence[tuple[float, float]],
) -> pd.DataFrame:
    rows = []
    for place, centre in centres.items():
        for school, target in zip(ids, at_schools, strict=True):
            metres = float(np.hypot(centre[0] - target[0], centre[1] - target[1]))
            rows.append((unit_id(*place), school, "walk", metres, metres / METRES_A_MINUTE))
    return pd.DataFrame(rows, columns=["unit_id", "school_id", "mode", "metres", "minutes"])


def _nearest(travel: pd.DataFrame, stage: Stage) -> pd.DataFrame:
    best = travel.loc[travel.groupby("unit_id", sort=False)["metres"].idxmin()]
    bands = pd.DataFrame({"plan": "today", "stage": stage.name, "band": list(stage.bands)})
    return best[["unit_id", "school_id"]].merge(bands, how="cross")
