"""Journeys by one mode: homes and schools put on the roads, ways found, homes averaged by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zoning.travel.paths import Graph, ways_to
from zoning.travel.snapping import snap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.travel.choice import Choice
    from zoning.travel.modes import Mode
    from zoning.travel.network import Network
    from zoning.travel.pairs import Pairs
    from zoning.travel.places import Places

__all__ = ["OneMode", "by_mode"]

WALKING_METRES_A_MINUTE: Final = 4000.0 / 60.0
"""Speed between a place and its road, whatever the mode."""
_MOST: Final = 0.5
"""A pair is listed if the homes that reach the school count for at least this share of the unit."""


@dataclass(frozen=True, eq=False)
class OneMode:
    """What was found for a mode.

    Attributes:
        pairs: the journeys.
        unit_away: metres from each unit's homes to their road, on average.
        school_away: metres from each school to its road.
        unit_far: units no home of which is within reach of a road.
        school_far: schools that are not within reach of a road.
        cut_off: rows (unit, school) of pairs between which there is no way.
        left_out: metres of roads that lead nowhere.
    """

    pairs: Pairs
    unit_away: NDArray[np.float64]
    school_away: NDArray[np.float64]
    unit_far: NDArray[np.bool_]
    school_far: NDArray[np.bool_]
    cut_off: NDArray[np.int64]
    left_out: float


def by_mode(
    places: Places, network: Network, mode: Mode, metric_crs: str, choice: Choice
) -> OneMode:
    """Find the journeys of one mode that `choice` asks for.

    Minutes are those on the road, plus those to and from it on foot, plus the mode's waiting.
    A unit with several homes has the weighted mean of the journeys of its homes.

    Args:
        places: homes and schools.
        network: the roads as the mode sees them, at least one stretch.
        mode: the mode.
        metric_crs: system of the places' coordinates.
        choice: which pairs are listed.
    """
    units, homes = len(places.unit_ids), len(places.homes)
    snapped = snap(network, np.concatenate([places.homes, places.schools]), metric_crs)
    away, away_school = snapped.away[:homes], snapped.away[homes:]
    part, part_school = snapped.part[:homes], snapped.part[homes:]
    near = np.flatnonzero(away <= mode.reach)
    unit, weight = places.unit[near], places.weight[near]
    total = np.bincount(unit, weights=weight, minlength=units)
    schools = np.flatnonzero(away_school <= mode.reach)
    single = homes == units
    found = ways_to(
        Graph.of(snapped), snapped.node[homes + schools], snapped.node[near],
        choice.limit(mode.name) if single else float("inf"),
    )  # fmt: skip
    collector = choice.collector(mode.name)
    cut_off = []
    for school, (minutes, metres) in zip(schools.tolist(), found, strict=True):
        access = away[near] + away_school[school]
        minutes = minutes + access / WALKING_METRES_A_MINUTE + mode.wait
        reached = np.where(np.isfinite(minutes), weight, 0.0)
        share = np.bincount(unit, weights=reached, minlength=units)
        listed = np.flatnonzero((share > 0) & (share >= _MOST * total))
        means = [
            np.bincount(unit, np.where(reached > 0, reached * v, 0.0), units)[listed]
            / share[listed]
            for v in (np.where(reached > 0, minutes, 0), np.where(reached > 0, metres + access, 0))
        ]
        collector.add(listed, school, minutes=means[0], metres=means[1])
        joined = np.where(part[near] == part_school[school], weight, 0.0)
        there = np.bincount(unit, weights=joined, minlength=units)
        lost = np.flatnonzero((total > 0) & (there < _MOST * total))
        cut_off.append(np.column_stack([lost, np.full(len(lost), school)]))
    return OneMode(
        pairs=collector.pairs(),
        unit_away=np.bincount(places.unit, places.weight * away, units).astype(np.float64),
        school_away=away_school,
        unit_far=total == 0,
        school_far=away_school > mode.reach,
        cut_off=np.concatenate([np.zeros((0, 2), dtype=np.int64), *cut_off]).astype(np.int64),
        left_out=network.left_out,
    )
