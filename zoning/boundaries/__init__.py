"""Boundaries of units: repaired, and which units lie side by side."""

from zoning.boundaries.barriers import Cut, cut_by_barriers
from zoning.boundaries.neighbours import by_border, by_gabriel, by_roads, by_voronoi
from zoning.boundaries.repair import Repaired, repair
from zoning.boundaries.separate import separate_units

__all__ = [
    "Cut",
    "Repaired",
    "by_border",
    "by_gabriel",
    "by_roads",
    "by_voronoi",
    "cut_by_barriers",
    "repair",
    "separate_units",
]
