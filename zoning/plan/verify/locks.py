"""The county's locks, which are always in force."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from zoning.plan.verify.breach import Breach
from zoning.plan.verify.children import Cell
from zoning.plan.verify.facts import Facts

__all__ = ["check_locks"]


def check_locks(facts: Facts) -> list[Breach]:
    """must, must-not and frozen, row by row; a blank stage or band stands for every one.

    A blank stage or band does not reach bands that the lock's school does not serve.
    """
    breaches: list[Breach] = []
    rows = facts.county.locks.astype(object).to_dict("records")
    for number, lock in enumerate(rows, start=1):
        if lock["stage"] not in ("", facts.plan.stage):
            continue
        for band in facts.band_grades:
            if lock["band"] in ("", band) and not _pointless(facts, lock, band):
                breaches += _broken(facts, lock, band, f"row {number}")
    return breaches


def _pointless(facts: Facts, lock: Mapping[Hashable, str], band: str) -> bool:
    """True if the lock names no band itself, and its school does not teach this one."""
    named = bool(lock["stage"]) and bool(lock["band"])
    return bool(lock["school_id"]) and not named and not facts.serves(lock["school_id"], band)


def _broken(facts: Facts, lock: Mapping[Hashable, str], band: str, row: str) -> list[Breach]:
    kind, school = lock["lock"], facts.zone_of.get(lock["school_id"], lock["school_id"])
    if kind == "frozen" and not lock["unit_id"]:
        return _zone_changed(facts, school, band, row)
    cell = Cell(lock["unit_id"], band)
    found = facts.school_of.get(cell, "")
    where = f"{row} (unit {cell.unit}, band {band})"
    if kind == "must" and found != school:
        return [Breach(where, f"school {school}", found or "no school")]
    if kind == "must-not" and found == school:
        return [Breach(where, f"any school but {school}", found)]
    if kind == "frozen" and found != facts.zone_today(cell, found):
        return [Breach(where, f"today's school {facts.today[cell]}", found or "no school")]
    return []


def _zone_changed(facts: Facts, school: str, band: str, row: str) -> list[Breach]:
    today = {
        cell.unit
        for cell, its in facts.today.items()
        if (facts.zone_of.get(its, its), cell.band) == (school, band)
    }
    now = set(facts.zones.get((school, band), []))
    if today == now:
        return []
    changes = [f"{unit} added" for unit in sorted(now - today)]
    changes += [f"{unit} taken away" for unit in sorted(today - now)]
    found = ", ".join(changes[:5]) + (", ..." if len(changes) > 5 else "")
    return [Breach(f"{row} (school {school}, band {band})", "the zone of today", found)]
