"""Journeys by straight line: computed from the map where a county brings no travel table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zoning.county.geometry import in_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county.findings import Findings

__all__ = ["STRAIGHT_LINE", "StraightLine", "straight_line_points"]

STRAIGHT_LINE: Final = "straight-line"
"""The mode of journeys that are computed, and the name of the rule in `county.toml`."""


@dataclass(frozen=True)
class StraightLine:
    """Every unit reaches every school, by straight line times a detour.

    A journey runs from the unit's point (the centroid of an area) to the school, in the county's
    metric system of coordinates.

    Attributes:
        detour: metres of a journey for each metre of straight line, at least 1.
        metres_a_minute: speed, from which minutes follow; None: minutes are not known.
    """

    detour: float = 1.0
    metres_a_minute: float | None = None

    def __str__(self) -> str:
        """Return the words that stand in a plan's notes."""
        text = f"straight line x {self.detour:g}"
        if self.metres_a_minute is not None:
            text += f", {self.metres_a_minute:g} metres a minute"
        return text

    def scale(self, measure: str) -> float:
        """Return ``"metres"`` or ``"minutes"`` for each metre of straight line, NaN if unknown."""
        if measure == "metres":
            return float(self.detour)
        return float("nan") if self.metres_a_minute is None else self.detour / self.metres_a_minute


def straight_line_points(
    units: Any, schools: Any, metric_crs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where journeys begin and end: coordinates in metres, a row for each unit and school.

    Args:
        units: GeoDataFrame of the units.
        schools: GeoDataFrame of the schools.
        metric_crs: projected coordinate system in metres.
    """
    import shapely

    begin = shapely.get_coordinates(shapely.centroid(in_metres(units, metric_crs)))
    return begin, shapely.get_coordinates(in_metres(schools, metric_crs))


def check_straight_line(findings: Findings, rule: object, *, table: bool) -> None:
    """Check the rule's numbers, and that there is no travel table beside it."""
    where = "travel"
    if not isinstance(rule, StraightLine):
        findings.error(
            "county.toml", where, "a StraightLine, or none", repr(rule), "give a StraightLine"
        )
        return
    if table:
        findings.error(
            "travel",
            "",
            "either a travel table or journeys by straight line",
            "both",
            "remove the table, or the section [travel]",
        )
    for name, value, low in (
        ("detour", rule.detour, 1.0),
        ("metres_a_minute", rule.metres_a_minute, 0.0),
    ):
        if value is None and name == "metres_a_minute":
            continue
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        good = number and np.isfinite(float(value)) and float(value) >= low  # type: ignore[arg-type]
        if not good or float(value) == 0.0:  # type: ignore[arg-type]
            expected = "a number of at least 1" if low else "a number above 0"
            findings.error(
                "county.toml", f"travel.{name}", expected, repr(value), "correct the number"
            )
