"""Journeys that were found, how they were found, and what is doubtful about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from zoning.county.straight_line import StraightLine
from zoning.county.vocabulary import Provenance

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.errors import Fault

__all__ = ["Journeys"]


@dataclass(frozen=True, eq=False)
class Journeys:
    """Journeys from units to schools, with their method.

    Attributes:
        table: unit_id, school_id, mode, metres, minutes, method (``"road"``, ``"straight-line"``
            or ``"own"``), sorted; metres and minutes one way.
        snapped: place (``"unit"`` or ``"school"``), id, mode, metres to the road it was put on.
        unreachable: unit_id, school_id, mode of pairs between which no road leads there and back.
        rules: mode -> detour and speed learnt from the roads, for other straight lines.
        warnings: what is worth a look.
        source: where the roads come from and how journeys were computed, in words.
        truncated: True if pairs are left out that have a journey.
    """

    table: pd.DataFrame
    snapped: pd.DataFrame
    unreachable: pd.DataFrame
    rules: Mapping[str, StraightLine]
    warnings: tuple[Fault, ...]
    source: str
    truncated: bool

    def county(self, county: County) -> County:
        """Return the county with these journeys as its travel table, labelled as modelled.

        Raises:
            InputError: the journeys are of another county.
        """
        kept = {k: v for k, v in county.provenance.items() if k != "travel"}
        methods = self.table["method"].value_counts()
        told = ", ".join(f"{count:,} by {method}" for method, count in sorted(methods.items()))
        note = f"pairs by method: {told}"
        origin = Provenance("modelled", self.source, "that of the roads' source", {}, note)
        return county.replace(
            travel=self.table.drop(columns="method"),
            straight_line=None,
            travel_truncated=self.truncated,
            measures={"metres": self.source, "minutes": self.source},
            provenance={**kept, "travel": origin},
        )

    def __str__(self) -> str:
        """Return what was found, in a few lines."""
        lines = [f"{len(self.table):,} journeys: {self.source}"]
        for mode, rows in self.table.groupby("mode", observed=True):
            lines.append(
                f"  {mode}: {len(rows):,} pairs, median {rows['minutes'].median():.1f} minutes "
                f"and {rows['metres'].median():,.0f} metres"
            )
        for (name, place), rows in self.snapped.groupby(["mode", "place"], observed=True):
            lines.append(
                f"  {name}, {place}s to the nearest road: median {rows['metres'].median():.0f} m, "
                f"at most {rows['metres'].max():.0f} m"
            )
        for mode, rule in self.rules.items():
            lines.append(f"  {mode}, learnt from the roads: {rule}")
        lines.append(f"  {len(self.unreachable):,} pairs without a way")
        lines += [f"  warning: {fault}" for fault in self.warnings]
        return "\n".join(lines)
