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


@dataclass(frozen=True)
class Lock:
    """One row of the locks table: cells it speaks of, and a school (-1 if none)."""

    kind: str
    cells: Ints
    school: int
    whole_zone: bool
    band_named: bool


def read_locks(
    county: County,
    index: Index,
    stage: str,
    pairs: Pairs,
    serves: Bools,
    today: Ints,
    cell_unit: Ints,
    cell_band: Ints,
) -> Locks:
    """Apply the locks table. Clashing demands leave no permitted pair, which the checks name."""
    locks = Locks(
        fixed=np.full(len(cell_unit), -1, dtype=np.int64),
        island=np.zeros(len(cell_unit), dtype=bool),
        locked_out=np.zeros(len(pairs), dtype=bool),
    )
    for lock in _rows(county, index, stage, cell_unit, cell_band):
        if lock.whole_zone:
            _freeze_zone(locks, lock, pairs, today)
        elif lock.kind == "island":
            locks.island[lock.cells] = True
        elif lock.kind == "must-not":
            here = np.isin(pairs.cell, lock.cells) & (pairs.school == lock.school)
            locks.locked_out[here] = True
        elif lock.kind == "frozen":
            _demand(locks, pairs, lock.cells, today[lock.cells])
        elif lock.school >= 0:
            served = serves[lock.school, cell_band[lock.cells]]
            cells = lock.cells if lock.band_named else lock.cells[served]
            _demand(locks, pairs, cells, np.full(len(cells), lock.school))
    blocked = (locks.fixed[pairs.cell] >= 0) & (pairs.school != locks.fixed[pairs.cell])
    locks.locked_out[blocked] = True
    return locks


def named_pairs(
    county: County, index: Index, stage: str, today: Ints, cell_unit: Ints, cell_band: Ints
) -> tuple[Ints, Ints]:
    """Cells and schools of the pairs that locks demand, and of today's zones."""
    kept = np.flatnonzero(today >= 0)
    cells, schools = [kept], [today[kept]]
    for lock in _rows(county, index, stage, cell_unit, cell_band):
        if lock.kind == "must" and lock.school >= 0:
            cells.append(lock.cells)
            schools.append(np.full(len(lock.cells), lock.school))
    return np.concatenate(cells), np.concatenate(schools)


def _rows(county: County, index: Index, stage: str, cell_unit: Ints, cell_band: Ints) -> list[Lock]:
    units = {unit: k for k, unit in enumerate(index.units)}
    bands = {band: k for k, band in enumerate(index.bands)}
    schools = index.place
    rows = []
    for record in county.locks.astype(str).to_dict("records"):
        band = record["band"]
        if record["stage"] not in ("", stage) or (band and band not in bands):
            continue
        chosen = np.ones(len(cell_unit), dtype=bool)
        if band:
            chosen &= cell_band == bands[band]
        if record["unit_id"]:
            chosen &= cell_unit == units[record["unit_id"]]
        rows.append(
            Lock(
                kind=record["lock"],
                cells=np.flatnonzero(chosen),
                school=schools.get(record["school_id"], -1),
                whole_zone=not record["unit_id"],
                band_named=bool(band),
            )
        )
    return rows


def _freeze_zone(locks: Locks, lock: Lock, pairs: Pairs, today: Ints) -> None:
    """Whoever is in the zone stays in, nobody joins."""
    if lock.school < 0:
        return  # a school of another stage
    inside = np.zeros(len(today), dtype=bool)
    inside[lock.cells] = today[lock.cells] == lock.school
    members = np.flatnonzero(inside)
    _demand(locks, pairs, members, np.full(len(members), lock.school))
    joins = (pairs.school == lock.school) & np.isin(pairs.cell, lock.cells) & ~inside[pairs.cell]
    locks.locked_out[joins] = True


def _demand(locks: Locks, pairs: Pairs, cells: Ints, school: Ints) -> None:
    clash = (locks.fixed[cells] >= 0) & (school >= 0) & (locks.fixed[cells] != school)
    locks.fixed[cells] = np.where(school >= 0, school, locks.fixed[cells])
    for cell in cells[clash].tolist():
        locks.locked_out[pairs.pointer[cell] : pairs.pointer[cell + 1]] = True
