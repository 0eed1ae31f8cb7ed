"""Into how many connected pieces each zone falls."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

__all__ = ["pieces_by_zone"]

Zone = tuple[str, str]
"""A school and a band."""


def pieces_by_zone(assignment: pd.DataFrame, adjacency: pd.DataFrame) -> dict[Zone, int]:
    """Return (school_id, band) -> number of connected pieces of its units.

    Args:
        assignment: a plan's assignment table.
        adjacency: unordered pairs of neighbouring units, unit_a and unit_b.
    """
    pairs = list(zip(adjacency["unit_a"].tolist(), adjacency["unit_b"].tolist(), strict=True))
    cells = assignment.drop_duplicates(["unit_id", "band"])
    counts: dict[Zone, int] = {}
    for band, rows in cells[cells["school_id"] != ""].groupby("band", sort=False):
        school_of = dict(zip(rows["unit_id"].tolist(), rows["school_id"].tolist(), strict=True))
        for school, count in _pieces(school_of, pairs).items():
            counts[(school, str(band))] = count
    return counts


def _pieces(school_of: dict[str, str], pairs: list[tuple[str, str]]) -> dict[str, int]:
    """Count pieces by joining neighbours of the same school (union-find)."""
    parent = {unit: unit for unit in school_of}

    def head(unit: str) -> str:
        while parent[unit] != unit:
            parent[unit] = parent[parent[unit]]
            unit = parent[unit]
        return unit

    for a, b in pairs:
        if a in school_of and b in school_of and school_of[a] == school_of[b]:
            parent[head(a)] = head(b)
    counts: defaultdict[str, int] = defaultdict(int)
    for unit, school in school_of.items():
        counts[school] += head(unit) == unit
    return dict(counts)
