"""Upper grades of standing primary schools: which stay, which may be given away or taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.county.vocabulary import COMPLETE, POINTS
from zoning.problem.arrays import (
    UPPER_GIVEN,
    UPPER_STAYS,
    UPPER_TAKEN,
    Bools,
    Floats,
    Index,
    Ints,
    Schools,
)

if TYPE_CHECKING:
    from zoning.county import County


def upper_grades(
    county: County,
    table: pd.DataFrame,
    schools: Schools,
    bands: dict[str, tuple[str, ...]],
    index: Index,
    today: Ints,
) -> Ints:
    """What a school could do with each band (S x B) above its first; ``table`` are its rows.

    A complete primary school may give its upper grades away (完全小学改为教学点), unless it is the
    central school of others or teaches pupils from outside the zoning in them. A small school may
    take upper grades that it lists, if none of its pupils is in them and today's zones send nobody
    to them; where the number of its pupils is not known they are taken to be taught.
    """
    serves = schools.serves
    above = serves & (np.cumsum(serves, axis=1) > 1)
    above &= (table["status"] == "existing").to_numpy(dtype=bool)[:, None]
    complete = table["kind"].isin(COMPLETE).to_numpy(dtype=bool)[:, None]
    small = table["kind"].isin(POINTS).to_numpy(dtype=bool)[:, None]
    central = table["school_id"].isin(set(county.schools["central_school"]))
    held = by_band(schools.outside, bands, index) > 0
    held |= central.to_numpy(dtype=bool)[:, None]
    nobody = by_band(schools.enrolled, bands, index) == 0  # unknown is NaN: not nobody
    nobody &= ~_zoned(schools, index, today)
    result: Ints = np.where(above & complete, np.where(held, UPPER_STAYS, UPPER_GIVEN), 0)
    result = np.where(above & small, np.where(nobody, UPPER_TAKEN, UPPER_STAYS), result)
    return result.astype(np.int64)


def by_band(of_grade: Floats, bands: dict[str, tuple[str, ...]], index: Index) -> Floats:
    """Sums over the grades of each band; NaN where one is not known."""
    place = {grade: k for k, grade in enumerate(index.grades)}
    sums = [of_grade[:, [place[g] for g in grades]].sum(axis=1) for grades in bands.values()]
    return np.column_stack(sums)


def _zoned(schools: Schools, index: Index, today: Ints) -> Bools:
    """Bands of which some unit belongs to the school today."""
    zoned = np.zeros(schools.serves.shape, dtype=bool)
    cells = np.flatnonzero(today >= 0)
    zoned[today[cells], cells // len(index.units)] = True
    return zoned
