"""How a table and its columns are declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from zoning.county.vocabulary import STAGES

__all__ = ["Column", "Kind", "TableSchema", "amount", "count", "flag", "school", "stage", "unit"]

Kind = Literal["text", "number", "whole", "flag", "geometry"]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: the column's header.
        kind: text, number (float), whole (int; float where it may be blank), flag (bool) or
            geometry.
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

    @property
    def blank_number(self) -> float:
        """What a blank stands for in a column of numbers."""
        return float("nan") if self.default == "" else float(self.default)

    @property
    def whole(self) -> bool:
        """True if the column is kept as integers; a blank among whole numbers needs a float."""
        return self.kind == "whole" and self.required

    def said(self, series: Any) -> bool:
        """True if a row holds another value than the default."""
        if self.kind in ("number", "whole") and self.blank_number != self.blank_number:
            return bool(series.notna().any())
        return bool((series != self.default).any())


@dataclass(frozen=True)
class TableSchema:
    """One table: its columns in order, and the key that may occur only once.

    Attributes:
        name: the table's name in `county.toml` and on `County`.
        columns: in the order in which they are kept and written.
        key: columns that together name a row.
        required: True if a county cannot be without the table.
        categorical: True if texts are kept as pandas categoricals, to save memory.
        added: True if the table came to the format later: without rows it is not hashed.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = True
    categorical: bool = False
    added: bool = False

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
            column for column in self.columns if not column.added or column.said(frame[column.name])
        ]

    @property
    def names(self) -> list[str]:
        """The columns' names in order."""
        return [column.name for column in self.columns]

    @property
    def spatial(self) -> bool:
        """True if the rows have a place on the map."""
        return any(column.kind == "geometry" for column in self.columns)


def unit(name: str = "unit_id", *, blank: bool = False) -> Column:
    """Return a column of ids of units."""
    return Column(name, refers="units.unit_id", blank=blank, required=not blank)


def school(name: str = "school_id", *, blank: bool = False, added: bool = False) -> Column:
    """Return a column of ids of schools."""
    refers = "schools.school_id"
    return Column(name, refers=refers, blank=blank, required=not blank, added=added)


def stage(*, blank: bool = False) -> Column:
    """Return the column of stages."""
    values = ("", *STAGES) if blank else STAGES
    return Column("stage", values=values, blank=blank, required=not blank)


def amount(name: str, unit: str, *, default: float = float("nan"), added: bool = False) -> Column:
    """Return a column of numbers from 0 on; a blank is unknown unless a default is stated."""
    return Column(name, "number", required=False, default=default, low=0, unit=unit, added=added)


def count(
    name: str,
    unit: str,
    *,
    default: float = float("nan"),
    low: float = 0,
    added: bool = False,
) -> Column:
    """Return a column of whole numbers that may be blank."""
    return Column(name, "whole", required=False, default=default, low=low, unit=unit, added=added)


def flag(name: str, *, default: bool = False, added: bool = False) -> Column:
    """Return a column of true or false."""
    return Column(name, "flag", required=False, default=default, added=added)
