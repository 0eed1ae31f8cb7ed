"""Pairs of a county whose journeys are straight lines: all of them, or each cell's nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.problem.arrays import Index, Ints, Pairs, Schools, StraightLines

if TYPE_CHECKING:
    from zoning.county import County

MEASURES = ("metres", "minutes")
# so many pairs are listed in full, whatever is asked for
FEW_PAIRS = 4_000_000


def straight_line_pairs(
    county: County, index: Index, schools: Schools, wanted: tuple[Ints, Ints], nearest: int | None
) -> Pairs:
    """Pairs of each cell with its ``nearest`` schools that serve its band (None: with all).

    ``wanted`` (cells, schools) are pairs to be listed however far they lie: a cell's school of
    today, or one that a lock names. Few pairs are listed in full. The journeys of what is not
    listed can still be computed, from the pairs' ``unlisted``.
    """
    lines = straight_lines(county, index, schools)
    units, served = len(index.units), schools.serves.sum(axis=0)
    everything = units * int(served.sum())
    if nearest is None or everything <= FEW_PAIRS or nearest >= int(served.max(initial=0)):
        cell, school = _all_pairs(schools, units)
        unlisted = None
    else:
        cell, school = _nearest_pairs(lines, schools, wanted, nearest)
        unlisted = lines
    between = np.linalg.norm(lines.cell[cell] - lines.school[school], axis=1)
    counts = np.bincount(cell, minlength=len(lines.cell))
    return Pairs(
        pointer=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        school=school,
        metres=lines.scale["metres"] * between,
        minutes=lines.scale["minutes"] * between,
        unlisted=unlisted,
    )


def straight_lines(county: County, index: Index, schools: Schools) -> StraightLines:
    """Points of cells and schools in metres, and what a metre of straight line counts for."""
    from zoning.county.straight_line import straight_line_points

    rule = county.straight_line
    assert rule is not None
    table = county.schools
    here = table[table["school_id"].isin(set(index.schools))]
    begin, end = straight_line_points(county.units, here, county.metric_crs)
    bands = len(index.bands)
    return StraightLines(
        cell=np.tile(begin, (bands, 1)),
        school=end,
        band=np.repeat(np.arange(bands), len(index.units)),
        serves=schools.serves,
        scale={measure: rule.scale(measure) for measure in MEASURES},
    )


def _all_pairs(schools: Schools, units: int) -> tuple[Ints, Ints]:
    cells, taken = [], []
    for band in range(schools.serves.shape[1]):
        serving = np.flatnonzero(schools.serves[:, band])
        cells.append(np.repeat(band * units + np.arange(units), len(serving)))
        taken.append(np.tile(serving, units))
    return np.concatenate(cells), np.concatenate(taken)


def _nearest_pairs(
    lines: StraightLines, schools: Schools, wanted: tuple[Ints, Ints], nearest: int
) -> tuple[Ints, Ints]:
    from scipy.spatial import cKDTree

    roots = np.argwhere(schools.root >= 0)
    cells, taken = [wanted[0], schools.root[roots[:, 0], roots[:, 1]]], [wanted[1], roots[:, 0]]
    for band in range(schools.serves.shape[1]):
        serving = np.flatnonzero(schools.serves[:, band])
        here = np.flatnonzero(lines.band == band)
        count = min(nearest, len(serving))
        _, found = cKDTree(lines.school[serving]).query(lines.cell[here], k=np.arange(1, count + 1))
        cells.append(np.repeat(here, count))
        taken.append(serving[found.ravel()])
    cell, school = np.concatenate(cells), np.concatenate(taken)
    good = schools.serves[school, lines.band[cell]]
    total = len(schools.serves)
    keys = np.unique(cell[good] * total + school[good])
    return keys // total, keys % total
