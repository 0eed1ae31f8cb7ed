"""Repairing areas: invalid shapes, narrow overlaps, slivers and gaps between neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from zoning.boundaries.checking import check_frame, check_metres
from zoning.county.geometry import in_metres
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Repaired", "repair"]

_NOTHING: Final = 1e-4
"""Square metres below which an area is an error of rounding."""
_STEPS: Final = 4
_GRID: Final = 0.001
"""Metres between the places of corners, where corners have to be matched."""


@dataclass(frozen=True, eq=False)
class Repaired:
    """Areas after repair, and what was done.

    Attributes:
        units: the units, those that were changed with their new geometry.
        changes: unit_id, what (``"made valid"``, ``"sliver removed"``, ``"overlap removed"``,
            ``"gap closed"``, ``"corners matched"``) and square_metres (lost or won).
        tolerance: metres; nothing wider was changed.
    """

    units: Any
    changes: pd.DataFrame
    tolerance: float

    def __str__(self) -> str:
        """Return how much was changed, one line for each kind of repair."""
        if not len(self.changes):
            return f"nothing to repair within {self.tolerance:g} m"
        lines = [f"repaired within {self.tolerance:g} m:"]
        for what, rows in self.changes.groupby("what", sort=True):
            units, area = rows["unit_id"].nunique(), rows["square_metres"].sum()
            lines.append(f"  {what}: {units} units, {area:,.1f} m2")
        return "\n".join(lines)


class _Work:
    """The shapes in metres while they are repaired."""

    def __init__(self, units: Any, metric_crs: str, tolerance: float) -> None:
        self.ids = units["unit_id"].astype(str).to_list()
        self.shapes = in_metres(units, metric_crs).copy()
        self.tolerance = tolerance
        self.changes: list[tuple[str, str, float]] = []
        self.touched = np.zeros(len(self.ids), dtype=bool)

    def change(self, row: int, what: str, shape: Any, area: float) -> None:
        """Give a unit a new shape and note it."""
        self.shapes[row] = shape
        self.touched[row] = True
        self.changes.append((self.ids[row], what, round(area, 4)))

    def is_narrow(self, shapes: Any) -> NDArray[np.bool_]:
        """True for areas that are nowhere wider than the tolerance."""
        import shapely

        inner = shapely.buffer(shapes, -self.tolerance / 2 * (1 + 1e-9))
        return np.asarray(shapely.area(inner) <= _NOTHING)


def repair(units: Any, metric_crs: str, *, tolerance: float = 1.0) -> Repaired:
    """Repair areas that were drawn one by one: what is narrower than `tolerance` is mended.

    In this order: shapes whose border crosses itself are made valid; parts of a unit that are
    slivers are removed; narrow overlaps stay with the unit that comes first; narrow gaps between
    units, and narrow holes in one, are shared out, nearest first. A corner may so become a border
    of up to twice the tolerance: ask `by_border` for longer ones. If borders still do not
    coincide, because a corner of one unit lies on a straight border of another, all corners are
    put on a grid of a millimetre and every corner becomes one of both units.

    Args:
        units: GeoDataFrame with unit_id and areas.
        metric_crs: projected coordinate system in metres.
        tolerance: metres. What is wider somewhere is no error of drawing and stays.

    Returns:
        All units; those without any fault keep their geometry to the last digit.

    Raises:
        InputError: overlaps are wider than the tolerance, or the units are no areas.
    """
    import geopandas

    check_frame(units, "units", metric_crs, points=False)
    check_metres("tolerance", tolerance)
    work = _Work(units, metric_crs, tolerance)
    _make_valid(work)
    _remove_slivers(work)
    _remove_overlaps(work)
    _close_gaps(work)
    _match_corners(work)
    mended = geopandas.GeoSeries(work.shapes, crs=metric_crs, index=units.index).to_crs(units.crs)
    geometry = units.geometry.where(~work.touched, mended)
    changes = pd.DataFrame(work.changes, columns=["unit_id", "what", "square_metres"])
    return Repaired(units.set_geometry(geometry), changes, tolerance)


def _make_valid(work: _Work) -> None:
    import shapely

    for row in np.flatnonzero(~shapely.is_valid(work.shapes)).tolist():
        before = work.shapes[row]
        after = _areas_of(shapely.make_valid(before, method="structure", keep_collapsed=False))
        work.change(row, "made valid", after, abs(shapely.area(after) - shapely.area(before)))
    empty = [work.ids[row] for row in np.flatnonzero(shapely.area(work.shapes) <= _NOTHING)]
    if empty:
        raise InputError([
            Fault("error", "units", f"unit {unit}", "an area", "a line or a point", "draw its area")
            for unit in empty
        ])  # fmt: skip


def _areas_of(shape: Any) -> Any:
    """Return only what has an area; lines and points go."""
    import shapely

    parts = shapely.get_parts(shapely.get_parts(shape))  # a collection may hold multipolygons
    return shapely.union_all(parts[shapely.get_type_id(parts) == 3])


def _remove_slivers(work: _Work) -> None:
    import shapely

    for row in np.flatnonzero(shapely.get_num_geometries(work.shapes) > 1).tolist():
        parts = shapely.get_parts(work.shapes[row])
        narrow = work.is_narrow(parts)
        if narrow.any() and not narrow.all():
            lost = float(shapely.area(parts[narrow]).sum())
            kept = parts[~narrow]
            shape = kept[0] if len(kept) == 1 else shapely.multipolygons(kept)
            work.change(row, "sliver removed", shape, lost)


def _remove_overlaps(work: _Work) -> None:
    import shapely

    left, right = shapely.STRtree(work.shapes).query(work.shapes, predicate="intersects")
    once = left < right
    faults = []
    for a, b in sorted(zip(left[once].tolist(), right[once].tolist(), strict=True)):
        common = _areas_of(shapely.intersection(work.shapes[a], work.shapes[b]))
        area = float(shapely.area(common))
        if area <= _NOTHING:
            continue
        rest = _areas_of(shapely.difference(work.shapes[b], common))
        if work.is_narrow(np.array([common]))[0] and shapely.area(rest) > _NOTHING:
            work.change(b, "overlap removed", rest, area)
        else:
            faults.append(
                Fault(
                    "error", "units", f"units {work.ids[a]} and {work.ids[b]}",
                    f"areas that overlap by no more than {work.tolerance:g} m",
                    f"{area:,.0f} m2 in common", "draw the border between them anew",
                )
            )  # fmt: skip
    if faults:
        raise InputError(faults)


def _close_gaps(work: _Work) -> None:
    """Share out what lies narrowly between units, or is narrowly enclosed by one."""
    import shapely

    if work.tolerance == 0:
        return
    reach = work.tolerance / 2 * (1 + 1e-9)
    covered = shapely.union_all(work.shapes)
    wide = shapely.buffer(covered, reach, join_style="mitre")
    gaps = shapely.get_parts(
        shapely.difference(shapely.buffer(wide, -reach, join_style="mitre"), covered)
    )
    gaps = gaps[shapely.area(gaps) > _NOTHING]
    tree = shapely.STRtree(work.shapes)
    for gap in gaps:
        beside = sorted(tree.query(gap, predicate="dwithin", distance=1e-6).tolist())
        if len(beside) == 1 and not _is_hole(work.shapes[beside[0]], gap):
            continue  # a notch in the outer border
        _share_out(work, gap, beside)


def _share_out(work: _Work, gap: Any, beside: list[int]) -> None:
    """Let the units beside a gap grow into it step by step, in turn."""
    import shapely

    won = {row: [work.shapes[row]] for row in beside}
    for step in range(1, _STEPS + 1):
        for row in beside:
            around = shapely.buffer(work.shapes[row], work.tolerance * step / _STEPS)
            taken = _areas_of(shapely.intersection(gap, around))
            if shapely.area(taken) > _NOTHING:
                won[row].append(taken)
                gap = shapely.difference(gap, taken)
    for row, parts in won.items():
        if len(parts) > 1:
            union = _areas_of(shapely.union_all(parts))
            area = shapely.area(np.array(parts[1:], dtype=object)).sum()
            work.change(row, "gap closed", union, float(area))


def _match_corners(work: _Work) -> None:
    """Make borders in common coincide corner by corner, if anywhere they do not."""
    import shapely

    loose = shapely.length(shapely.coverage_invalid_edges(work.shapes)) > 0
    if not loose.any() or work.tolerance == 0:
        return
    lines = shapely.union_all(shapely.boundary(work.shapes), grid_size=_GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    face, unit = shapely.STRtree(work.shapes).query(
        shapely.point_on_surface(faces), predicate="intersects"
    )
    _, first = np.unique(face, return_index=True)
    order = np.argsort(unit[first], kind="stable")
    owned, starts = np.unique(unit[first][order], return_index=True)
    for row, at in zip(owned.tolist(), np.split(face[first][order], starts[1:]), strict=True):
        shape = shapely.coverage_union_all(faces[at])
        if loose[row]:
            change = abs(shapely.area(shape) - shapely.area(work.shapes[row]))
            work.change(row, "corners matched", shape, float(change))
        else:
            work.shapes[row], work.touched[row] = shape, True


def _is_hole(shape: Any, gap: Any) -> bool:
    """True if the gap is enclosed by the area."""
    import shapely

    rings = shapely.get_exterior_ring(shapely.get_parts(shape))
    return bool(shapely.covers(shapely.union_all(shapely.polygons(rings)), gap))
