"""The county's locks as arrays: demanded schools, forbidden pairs, tolerated islands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.problem.arrays import Bools, Index, Ints, Pairs

if TYPE_CHECKING:
    from zoning.county import County


@dataclass(frozen=True)
class Locks:
    """``fixed``: school demanded for each cell, -1 if none; ``locked_out``: pairs forbidden."""

    fixed: Ints
    island: Bools
    locked_out: Bools


def read_locks(
    county: County,
    index: Index,
    stage: str,
    pairs: Pairs,
    today: Ints,
    cell_unit: Ints,
    cell_band: Ints,
) -> Locks:
    """Apply the locks table. Clashing demands leave no permitted pair, which the checks name."""
    n = len(cell_unit)
    fixed = np.full(n, -1, dtype=np.int64)
    island = np.zeros(n, dtype=bool)
    locked_out = np.zeros(len(pairs), dtype=bool)
    units = {unit: k for k, unit in enumerate(index.units)}
    bands = {band: k for k, band in enumerate(index.bands)}
    schools = {school: k for k, school in enumerate(index.schools)}

    def demand(cells: Ints, school: Ints) -> None:
        clash = (fixed[cells] >= 0) & (fixed[cells] != school)
        fixed[cells] = np.where(school >= 0, school, fixed[cells])
        for cell in cells[clash]:
            locked_out[pairs.pointer[cell] : pairs.pointer[cell + 1]] = True

    for row in county.locks.itertuples(index=False):
        if row.stage not in ("", stage) or (row.band and row.band not in bands):
            continue
        in_band = np.ones(n, dtype=bool) if not row.band else cell_band == bands[row.band]
        school = schools.get(row.school_id, -1)
        if not row.unit_id:  # a frozen zone: whoever is in stays in, nobody joins
            inside = in_band & (today == school)
            demand(np.flatnonzero(inside), np.full(int(inside.sum()), school))
            joins = (pairs.school == school) & in_band[pairs.cell] & ~inside[pairs.cell]
            locked_out |= joins
            continue
        cells = np.flatnonzero(in_band & (cell_unit == units[row.unit_id]))
        if row.lock == "island":
            island[cells] = True
        elif row.lock == "must":
            # a school of another stage, or one that does not serve the band, binds no cell here
            served = np.array([_listed(pairs, cell, school) for cell in cells], dtype=bool)
            if school >= 0 and (row.band or served.any()):
                demand(cells[served] if not row.band else cells, np.full(_count(cells, served, row.band), school))
        elif row.lock == "must-not":
            chosen = np.isin(pairs.cell, cells) & (pairs.school == school)
            locked_out |= chosen
        elif row.lock == "frozen":
            demand(cells, today[cells])
    blocked = (fixed[pairs.cell] >= 0) & (pairs.school != fixed[pairs.cell])
    return Locks(fixed=fixed, island=island, locked_out=locked_out | blocked)


def _listed(pairs: Pairs, cell: int, school: int) -> bool:
    return school in pairs.school[pairs.pointer[cell] : pairs.pointer[cell + 1]]


def _count(cells: Ints, served: Bools, band: str) -> int:
    return len(cells) if band else int(served.sum())
