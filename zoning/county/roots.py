"""The unit a school's zone grows from: the one it stands in, or another near by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from zoning.county.geometry import in_metres
from zoning.county.schema import SCHEMA

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county.draft import Draft

__all__ = ["fill_roots"]


def fill_roots(draft: Draft, metric_crs: str) -> None:
    """Fill in blank root units, as warnings where the choice is not plain.

    A school's root is the unit that contains its point, else the nearest. Two schools of one
    stage cannot grow their zones from one unit: the second gets the nearest unit still free.
    """
    schools, units = draft.tables["schools"], draft.tables["units"]
    blank = np.flatnonzero((schools["root_unit"] == "").to_numpy(dtype=bool))
    if len(blank):
        shapes = in_metres(units, metric_crs)
        points = in_metres(schools, metric_crs)
        stages = _stages_served(draft)
        taken = _taken(schools, stages)
        roots = schools["root_unit"].to_list()
        unit_ids = units["unit_id"].to_list()
        later = (schools["status"] != "existing").to_list()  # schools that stand come first
        order = sorted(
            blank.tolist(), key=lambda row: (later[row], str(schools["school_id"].iloc[row]))
        )
        home, far = _nearest(shapes, points[blank])
        home_of, far_of = dict(zip(blank, home, strict=True)), dict(zip(blank, far, strict=True))
        moved = np.zeros(len(schools), dtype=bool)
        for row in order:
            own = stages.get(str(schools["school_id"].iloc[row]), set())
            choice = int(home_of[row])
            if taken.get(unit_ids[choice], set()) & own:
                choice = _nearest_free(shapes, points[row], unit_ids, taken, own, choice)
                moved[row] = choice != int(home_of[row])
            roots[row] = unit_ids[choice]
            taken.setdefault(roots[row], set()).update(own)
        draft.tables["schools"] = schools.assign(root_unit=roots).astype({"root_unit": "str"})
        _warn(draft, moved, far_of)
    _warn_shared(draft)


def _stages_served(draft: Draft) -> dict[str, set[str]]:
    """Return for each school the stages it has grades in."""
    served: dict[str, set[str]] = {}
    grades = draft.tables["school_grades"][["school_id", "stage"]].drop_duplicates()
    for school, stage in grades.itertuples(index=False, name=None):
        served.setdefault(school, set()).add(stage)
    return served


def _taken(schools: Any, stages: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return for each unit named as a root the stages that grow from it."""
    taken: dict[str, set[str]] = {}
    for school, root in zip(schools["school_id"], schools["root_unit"], strict=True):
        if root:
            taken.setdefault(root, set()).update(stages.get(school, set()))
    return taken


def _nearest(
    shapes: NDArray[np.object_], points: NDArray[np.object_]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the first unit nearest to each point, and how far it is in metres."""
    import shapely

    (point, unit), metres = shapely.STRtree(shapes).query_nearest(points, return_distance=True)
    order = np.lexsort((unit, point))
    _, first = np.unique(point[order], return_index=True)
    return unit[order][first], metres[order][first]


def _nearest_free(
    shapes: NDArray[np.object_],
    point: Any,
    unit_ids: list[str],
    taken: dict[str, set[str]],
    stages: set[str],
    otherwise: int,
) -> int:
    """Return the nearest unit that is nobody's root in these stages; `otherwise` if none is."""
    import shapely

    for unit in np.argsort(shapely.distance(shapes, point), kind="stable").tolist():
        if not taken.get(unit_ids[unit], set()) & stages:
            return int(unit)
    return otherwise


def _warn(draft: Draft, moved: NDArray[np.bool_], far_of: dict[int, float]) -> None:
    schools = draft.tables["schools"]
    draft.findings.rows(
        SCHEMA["schools"],
        schools,
        moved,
        "one school of a stage in a unit",
        lambda row: f"another there, so that its zone grows from {schools['root_unit'].iloc[row]}",
        "nothing, or name another root_unit",
        severity="warning",
    )
    if (draft.tables["units"].geometry.geom_type == "Point").any():
        return  # a school is hardly ever at a unit's very point
    outside = np.zeros(len(schools), dtype=bool)
    for row, metres in far_of.items():
        outside[row] = metres > 0 and not moved[row]
    draft.findings.rows(
        SCHEMA["schools"],
        schools,
        outside,
        "a point inside one of the units",
        lambda row: f"one {far_of[row]:.0f} m outside; taken: {schools['root_unit'].iloc[row]}",
        "correct the point, or name the root_unit",
        severity="warning",
    )


def _warn_shared(draft: Draft) -> None:
    """Say it if schools of one stage share a root unit."""
    schools = draft.tables["schools"]
    stages = _stages_served(draft)
    first: dict[tuple[str, str], str] = {}
    shared = np.zeros(len(schools), dtype=bool)
    for row, (school, root) in enumerate(
        zip(schools["school_id"], schools["root_unit"], strict=True)
    ):
        for stage in sorted(stages.get(school, set())):
            shared[row] |= first.setdefault((root, stage), school) != school
    draft.findings.rows(
        SCHEMA["schools"],
        schools,
        shared,
        "one school of a stage for each root unit",
        lambda row: f"unit {schools['root_unit'].iloc[row]}, the root of another school too",
        "name another root_unit, or do not ask for zones in one piece: where they are asked for, "
        "one of these schools is open at the most",
        severity="warning",
    )
