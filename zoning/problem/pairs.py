"""Permitted (cell, school) pairs from the travel table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.county.vocabulary import BOARD
from zoning.problem.arrays import Bools, Floats, Index, Ints, Pairs

if TYPE_CHECKING:
    from zoning.county import County


def build_pairs(
    county: County, index: Index, serves: Bools, measure: str, *, boards: bool
) -> Pairs:
    """Pairs of the travel table whose school serves the cell's band, one mode a pair.

    With ``boards`` a pair that only boarders travel is listed too, without a daily journey, and
    the boarders' journeys of all pairs are given.
    """
    table = county.travel
    weekly = (table["mode"] == BOARD).to_numpy(dtype=bool)
    unit = _codes(table["unit_id"], index.units)
    school = _codes(table["school_id"], index.schools)
    journey = table[measure].to_numpy(dtype=np.float64)
    mode = table["mode"].astype("category").cat.as_ordered()
    order_of_name = np.argsort(np.argsort(np.asarray(mode.cat.categories, dtype=str)))
    mode_rank = order_of_name[mode.cat.codes.to_numpy()]
    listed = (unit >= 0) & (school >= 0) & ~np.isnan(journey) & (boards | ~weekly)
    keep = np.flatnonzero(listed)
    order = keep
    # sorting by all keys takes long on a million rows: a table that lists each pair once needs one
    # key, and none if it is in order
    pair = unit[keep] * len(index.schools) + school[keep]
    if not (np.diff(pair) > 0).all():
        by_pair = np.argsort(pair, kind="stable")
        if not (np.diff(pair[by_pair]) > 0).all():
            by_pair = np.lexsort((mode_rank[keep], journey[keep], weekly[keep], pair))
        order = keep[by_pair]
    del pair
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(unit[order]) != 0) | (np.diff(school[order]) != 0)
    rows = order[first]
    blocks = []
    for band in range(len(index.bands)):
        served = rows[serves[school[rows], band]]
        blocks.append((unit[served] + band * len(index.units), served))
    cell = np.concatenate([c for c, _ in blocks])
    rows = np.concatenate([r for _, r in blocks])
    cells = len(index.units) * len(index.bands)
    pointer = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=cells))])
    lengths = {name: table[name].to_numpy(dtype=np.float64) for name in ("metres", "minutes")}
    day = ~weekly[rows]
    pairs = Pairs(
        pointer=pointer.astype(np.int64),
        school=school[rows],
        metres=_journeys(lengths["metres"], rows, day),
        minutes=_journeys(lengths["minutes"], rows, day),
        truncated=county.travel_truncated,
    )
    if not boards:
        return pairs
    at = np.flatnonzero(listed & weekly)
    row_of = dict(zip(zip(unit[at], school[at], strict=True), at, strict=True))
    own = zip(cell % len(index.units), school[rows], strict=True)
    found = np.array([row_of.get(key, -1) for key in own], dtype=np.int64)
    return replace(
        pairs,
        has_day=day,
        weekly_journey={
            name: np.where(found >= 0, values[found], np.nan) for name, values in lengths.items()
        },
    )


def _journeys(length: Floats, rows: Ints, day: Bools) -> Floats:
    """Daily journeys of the pairs in these rows of the table."""
    found = length[rows]
    found[~day] = np.nan
    return found if not np.isnan(found).all() else np.broadcast_to(np.nan, len(rows))


def _codes(column: pd.Series, ids: tuple[str, ...]) -> Ints:
    """Position of each id in ``ids``, -1 if it is not there; quick for categorical columns."""
    as_category = column.astype("category")
    place = pd.Index(ids).get_indexer(pd.Index(as_category.cat.categories))
    codes: Ints = np.asarray(place, dtype=np.int64)[as_category.cat.codes.to_numpy()]
    return codes
