"""What a county's schools have in one year."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["changed_by", "in_year"]


def in_year(county: County, name: str, year: int) -> dict[str, float]:
    """Return a number of every school, such as ``"beds"``, as it holds in a year; NaN unknown."""
    schools = county.schools
    found = dict(zip(schools["school_id"].tolist(), schools[name].tolist(), strict=True))
    return found | (changed_by(county, name, "", year) if name in county.school_years else {})


def changed_by(county: County, name: str, stage: str, year: int) -> dict[str, float]:
    """Return school_id -> what the latest row of `school_years` up to a year says.

    Args:
        county: the county.
        name: column of `school_years`, such as ``"seats"``; rows that leave it blank do not count.
        stage: the stage that the rows are about, ``""`` for those about whole schools.
        year: the year.
    """
    rows = county.school_years
    rows = rows[(rows["stage"] == stage) & (rows["year"] <= year) & rows[name].notna()]
    rows = rows.sort_values("year", kind="stable")
    return dict(zip(rows["school_id"].tolist(), rows[name].tolist(), strict=True))
