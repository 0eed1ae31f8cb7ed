"""What a county's schools have in one year."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["in_year"]


def in_year(county: County, name: str, year: int) -> dict[str, float]:
    """Return a number of every school, such as ``"beds"``, as it holds in a year; NaN unknown."""
    schools, rows = county.schools, county.school_years
    found = dict(zip(schools["school_id"].tolist(), schools[name].tolist(), strict=True))
    if name in rows:
        rows = rows[(rows["stage"] == "") & (rows["year"] <= year) & rows[name].notna()]
        rows = rows.sort_values("year", kind="stable")
        found |= dict(zip(rows["school_id"].tolist(), rows[name].tolist(), strict=True))
    return found
