"""The rule `contiguity`: every zone is one piece around its school."""

from __future__ import annotations

import math

from zoning.plan.goals import Rule
from zoning.plan.verify.breach import Breach
from zoning.plan.verify.facts import Facts
from zoning.plan.verify.parameters import names
from zoning.plan.verify.pieces import pieces_of

__all__ = ["check_contiguity"]


def check_contiguity(facts: Facts, rule: Rule) -> list[Breach]:
    """Each zone's units hang together and contain the school's own unit; tolerated islands aside.

    A school without any unit in a band that it serves breaks the rule too, unless it may be.
    """
    breaches = []
    for band in facts.band_grades:
        islands = names(rule, "islands") | _island_locks(facts, band)
        for school, about in facts.working():
            if facts.serves(school, band) and (school, band) not in facts.lacking:
                breaches += _zone(facts, (school, band), about.root, islands)
    return breaches


def _zone(facts: Facts, zone: tuple[str, str], root: str, islands: set[str]) -> list[Breach]:
    school, band = zone
    where = f"school {school}, band {band}"
    units = facts.zones.get((facts.zone_of.get(school, school), band), [])
    if root not in units:
        found = "no unit at all" if not units else f"{len(units)} units without it"
        expected = f"a zone that contains the school's own unit {root}"
        return [Breach(where, expected, found, pupils=math.nan)]
    pieces = pieces_of(set(units) - (islands - {root}), facts.beside)
    if len(pieces) < 2:
        return []
    apart = sorted(min(piece) for piece in pieces if root not in piece)
    found = f"{len(pieces)} pieces; apart from the school lie {', '.join(apart[:5])}"
    return [Breach(where, "a zone in one piece", found, pupils=math.nan)]


def _island_locks(facts: Facts, band: str) -> set[str]:
    """Units that the county's locks let lie apart in this band."""
    locks = facts.county.locks
    rows = locks[locks["lock"] == "island"]
    rows = rows[rows["stage"].isin(["", facts.plan.stage]) & rows["band"].isin(["", band])]
    return set(rows["unit_id"])
