"""The tables of a county: columns, types, units, keys and references, declared once.

Reading, checking, writing and hashing all follow this one declaration; `data/README.md` explains
it to planners, and a test holds the two together.
"""

from __future__ import annotations

from typing import Final

from zoning.county.decision_tables import DECISION_TABLES
from zoning.county.declaration import (
    Column,
    Kind,
    TableSchema,
    amount,
    count,
    flag,
    school,
    stage,
    unit,
)
from zoning.county.vocabulary import KINDS, LOCKS, SETTLEMENTS, SITES

__all__ = ["SCHEMA", "Column", "Kind", "TableSchema"]

_TABLES: Final = (
    TableSchema(
        "units",
        (
            Column("unit_id"),
            Column("name", required=False, blank=True),
            Column("code", required=False, blank=True),
            Column("township", required=False, blank=True),
            Column("settlement", required=False, blank=True, values=SETTLEMENTS),
            Column("geometry", "geometry"),
        ),
        key=("unit_id",),
    ),
    TableSchema(
        "pupils",
        (
            unit(),
            stage(),
            Column("grade"),
            Column("year", "whole", low=1900, unit="calendar year in which the school year begins"),
            Column("group", required=False, default="resident"),
            Column("pupils", "number", low=0, unit="pupils"),
            amount("girls", "pupils", added=True),
        ),
        key=("unit_id", "stage", "grade", "year", "group"),
    ),
    TableSchema(
        "schools",
        (
            Column("school_id"),
            Column("name", required=False, blank=True),
            Column("kind", values=KINDS),
            flag("boarding"),
            flag("multigrade"),
            Column("township", required=False, blank=True),
            amount("rooms", "rooms"),
            Column("root_unit", required=False, blank=True, refers="units.unit_id"),
            Column("status", required=False, default="existing", values=SITES, added=True),
            amount("opening_cost", "money a year", default=0.0, added=True),
            amount("capital_cost", "money", default=0.0, added=True),
            amount("repair_cost", "money", added=True),
            count("opens", "calendar year", low=1900, added=True),
            school("central_school", blank=True, added=True),
            amount("beds", "beds", added=True),
            amount("beds_girls", "beds", added=True),
            amount("beds_boys", "beds", added=True),
            amount("canteen", "pupils", added=True),
            amount("staff", "posts", added=True),
            amount("wardens", "posts", added=True),
            amount("building_area", "m2", added=True),
            amount("sports_area", "m2", added=True),
            amount("site_area", "m2", added=True),
            flag("serviced", default=True, added=True),
            flag("dangerous", added=True),
            flag("quality", added=True),
            Column("geometry", "geometry"),
        ),
        key=("school_id",),
    ),
    TableSchema(
        "school_stages",
        (school(), stage(), amount("seats", "pupils")),
        key=("school_id", "stage"),
        required=False,
    ),
    TableSchema(
        "school_grades",
        (
            school(),
            stage(),
            Column("grade"),
            amount("classes", "classes"),
            amount("enrolled", "pupils"),
            amount("outside", "pupils", default=0.0),
        ),
        key=("school_id", "stage", "grade"),
    ),
    TableSchema(
        "travel",
        (
            unit(),
            school(),
            Column("mode"),
            amount("metres", "metres"),
            amount("minutes", "minutes"),
        ),
        key=("unit_id", "school_id", "mode"),
        categorical=True,
    ),
    TableSchema(
        "adjacency",
        (unit("unit_a"), unit("unit_b"), amount("border_metres", "metres")),
        key=("unit_a", "unit_b"),
        required=False,
    ),
    TableSchema(
        "assignments",
        (Column("plan"), unit(), stage(), Column("band"), school()),
        key=("plan", "unit_id", "stage", "band"),
        required=False,
    ),
    TableSchema(
        "locks",
        (
            unit(blank=True),
            stage(blank=True),
            Column("band", required=False, blank=True),
            Column("lock", values=LOCKS),
            school(blank=True),
        ),
        key=("unit_id", "stage", "band", "lock", "school_id"),
        required=False,
    ),
)

SCHEMA: Final = {table.name: table for table in (*_TABLES, *DECISION_TABLES)}
"""Every table of a county by name, those that others refer to first."""
