"""The tables of a county: columns, types, units, keys and references, declared once.

Reading, checking, writing and hashing all follow this one declaration; `data/README.md` explains
it to planners, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from zoning.county.vocabulary import KINDS, LOCKS, SETTLEMENTS, SITES, STAGES

__all__ = ["SCHEMA", "Column", "Kind", "TableSchema"]

Kind = Literal["text", "number", "whole", "flag", "geometry"]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: the column's header.
        kind: text, number (float), whole (int), flag (bool) or geometry.
        required: False if the column may be left out, or a cell blank; `default` is used then.
        default: what a blank stands for; NaN for a number means unknown.
        values: the allowed texts; empty if any text will do.
        low: the least number allowed.
        refers: ``"table.column"`` that must hold the text.
        blank: True if a required text may be empty.
        unit: unit of measure, for readers.
        added: True if the column came to the format later: where it holds its default in every
            row it is neither hashed nor written, so that older counties stay what they are.
    """

    name: str
    kind: Kind = "text"
    required: bool = True
    default: str | float | bool = ""
    values: tuple[str, ...] = ()
    low: float | None = None
    refers: str = ""
    blank: bool = False
    unit: str = ""
    added: bool = False


@dataclass(frozen=True)
class TableSchema:
    """One table: its columns in order, and the key that may occur only once.

    Attributes:
        name: the table's name in `county.toml` and on `County`.
        columns: in the order in which they are kept and written.
        key: columns that together name a row.
        required: True if a county cannot be without the table.
        categorical: True if texts are kept as pandas categoricals, to save memory.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = True
    categorical: bool = False

    def __iter__(self) -> Iterator[Column]:
        """Go through the columns in order."""
        return iter(self.columns)

    def __getitem__(self, name: str) -> Column:
        """Return the column called `name`; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def kept(self, frame: Any) -> list[Column]:
        """Return the columns that are hashed and written: later ones only where they say much."""
        return [
            column for column in self.columns
            if not column.added or bool((frame[column.name] != column.default).any())
        ]  # fmt: skip

    @property
    def names(self) -> list[str]:
        """The columns' names in order."""
        return [column.name for column in self.columns]

    @property
    def spatial(self) -> bool:
        """True if the rows have a place on the map."""
        return any(column.kind == "geometry" for column in self.columns)


def _unit(name: str = "unit_id", *, blank: bool = False) -> Column:
    return Column(name, refers="units.unit_id", blank=blank, required=not blank)


def _school(*, blank: bool = False) -> Column:
    return Column("school_id", refers="schools.school_id", blank=blank, required=not blank)


def _stage(*, blank: bool = False) -> Column:
    values = ("", *STAGES) if blank else STAGES
    return Column("stage", values=values, blank=blank, required=not blank)


def _amount(name: str, unit: str, *, default: float = float("nan")) -> Column:
    return Column(name, "number", required=False, default=default, low=0, unit=unit)


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
            _unit(),
            _stage(),
            Column("grade"),
            Column("year", "whole", low=1900, unit="calendar year in which the school year begins"),
            Column("group", required=False, default="resident"),
            Column("pupils", "number", low=0, unit="pupils"),
        ),
        key=("unit_id", "stage", "grade", "year", "group"),
    ),
    TableSchema(
        "schools",
        (
            Column("school_id"),
            Column("name", required=False, blank=True),
            Column("kind", values=KINDS),
            Column("boarding", "flag", required=False, default=False),
            Column("multigrade", "flag", required=False, default=False),
            Column("township", required=False, blank=True),
            _amount("rooms", "rooms"),
            Column("root_unit", required=False, blank=True, refers="units.unit_id"),
            Column("status", required=False, default="existing", values=SITES, added=True),
            Column(
                "opening_cost",
                "number",
                required=False,
                default=0.0,
                low=0,
                unit="money a year",
                added=True,
            ),
            Column("geometry", "geometry"),
        ),
        key=("school_id",),
    ),
    TableSchema(
        "school_stages",
        (_school(), _stage(), _amount("seats", "pupils")),
        key=("school_id", "stage"),
        required=False,
    ),
    TableSchema(
        "school_grades",
        (
            _school(),
            _stage(),
            Column("grade"),
            _amount("classes", "classes"),
            _amount("enrolled", "pupils"),
            _amount("outside", "pupils", default=0.0),
        ),
        key=("school_id", "stage", "grade"),
    ),
    TableSchema(
        "travel",
        (
            _unit(),
            _school(),
            Column("mode"),
            _amount("metres", "metres"),
            _amount("minutes", "minutes"),
        ),
        key=("unit_id", "school_id", "mode"),
        categorical=True,
    ),
    TableSchema(
        "adjacency",
        (_unit("unit_a"), _unit("unit_b"), _amount("border_metres", "metres")),
        key=("unit_a", "unit_b"),
        required=False,
    ),
    TableSchema(
        "assignments",
        (Column("plan"), _unit(), _stage(), Column("band"), _school()),
        key=("plan", "unit_id", "stage", "band"),
        required=False,
    ),
    TableSchema(
        "locks",
        (
            _unit(blank=True),
            _stage(blank=True),
            Column("band", required=False, blank=True),
            Column("lock", values=LOCKS),
            _school(blank=True),
        ),
        key=("unit_id", "stage", "band", "lock", "school_id"),
        required=False,
    ),
)

SCHEMA: Final = {table.name: table for table in _TABLES}
"""Every table of a county by name, those that others refer to first."""
