"""The tables from which decisions about schools are made: what can be built, closed and joined.

All of them are optional; a county without rows in them is what it was before they existed.
"""

from __future__ import annotations

from typing import Final

from zoning.county.declaration import (
    Column,
    TableSchema,
    amount,
    count,
    flag,
    school,
    stage,
    unit,
)
from zoning.county.vocabulary import ACTIONS, PURPOSES, REASONS

__all__ = ["DECISION_TABLES"]

_YEAR: Final = Column("year", "whole", low=1900, unit="calendar year")


def _text(name: str) -> Column:
    return Column(name, required=False, blank=True)


def _table(name: str, *columns: Column, key: tuple[str, ...]) -> TableSchema:
    return TableSchema(name, columns, key=key, required=False, added=True)


DECISION_TABLES: Final = (
    _table(
        "school_years",
        school(),
        stage(blank=True),
        _YEAR,
        amount("seats", "pupils"),
        amount("rooms", "rooms"),
        amount("beds", "beds"),
        amount("canteen", "pupils"),
        amount("staff", "posts"),
        key=("school_id", "stage", "year"),
    ),
    _table(
        "expansions",
        school(),
        Column("option"),
        count("classes", "classes", default=0.0),
        amount("seats", "pupils"),
        amount("beds", "beds", default=0.0),
        amount("beds_girls", "beds", default=0.0),
        amount("beds_boys", "beds", default=0.0),
        amount("canteen", "pupils", default=0.0),
        amount("building_area", "m2", default=0.0),
        amount("sports_area", "m2", default=0.0),
        amount("site_area", "m2", default=0.0),
        amount("cost", "money", default=0.0),
        amount("yearly_cost", "money a year", default=0.0),
        count("lead_years", "years", default=0.0),
        count("most", "modules", default=1.0, low=1),
        flag("temporary"),
        key=("school_id", "option"),
    ),
    _table(
        "vetoes",
        school(),
        Column("action", values=ACTIONS),
        Column("reason", values=REASONS),
        _text("source"),
        count("from_year", "calendar year", low=1900),
        count("until_year", "calendar year", low=1900),
        key=("school_id", "action", "reason"),
    ),
    _table(
        "receivers",
        school(),
        Column("purpose", values=PURPOSES),
        school("receiver"),
        count("rank", "rank", low=1),
        key=("school_id", "purpose", "receiver"),
    ),
    _table(
        "exemptions",
        unit(),
        stage(),
        _text("grade"),
        _text("reason"),
        key=("unit_id", "stage", "grade"),
    ),
    _table(
        "housing",
        Column("complex_id"),
        _text("name"),
        unit(),
        stage(),
        _YEAR,
        amount("dwellings", "dwellings"),
        amount("children", "pupils"),
        school("companion", blank=True),
        key=("complex_id", "stage"),
    ),
    _table(
        "feeders",
        school(),
        stage(),
        school("feeds"),
        key=("school_id", "stage", "feeds"),
    ),
    _table(
        "shared_zones",
        Column("zone"),
        stage(),
        school(),
        key=("zone", "stage", "school_id"),
    ),
    _table(
        "groups",
        Column("group"),
        count("rank", "rank", low=1),
        flag("protected"),
        flag("placed", default=True),
        key=("group",),
    ),
)
"""In the order in which they are kept and written."""
