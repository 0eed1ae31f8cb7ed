"""The planner's words: stages of schooling, where data come from, and the fixed lists of values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

__all__ = [
    "ACTIONS",
    "BOARD",
    "BUS",
    "COMPLETE",
    "KINDS",
    "LOCKS",
    "POINTS",
    "PURPOSES",
    "REASONS",
    "SETTLEMENTS",
    "SITES",
    "STAGES",
    "STATUSES",
    "TODAY",
    "Provenance",
    "Stage",
]

STAGES: Final = ("preschool", "primary", "junior", "senior")
SETTLEMENTS: Final = ("", "urban", "town", "village")
KINDS: Final = (
    "kindergarten",
    "complete-primary",
    "incomplete-primary",
    "teaching-point",
    "junior",
    "nine-year",
    "senior",
    "twelve-year",
)
COMPLETE: Final = ("complete-primary",)
"""Kinds of school that may become a teaching point."""
POINTS: Final = ("incomplete-primary", "teaching-point")
"""Kinds of school that teach the lower grades only, and may become complete."""
SITES: Final = ("existing", "candidate", "suspended")
"""What a school may be: one that stands, a site where one may be opened, one closed for now."""
ACTIONS: Final = (
    "open",
    "expand",
    "close",
    "merge",
    "suspend",
    "restore",
    "downgrade",
    "upgrade",
)
"""What may be decided about a school; to keep it as it is needs no word."""
REASONS: Final = (
    "hearing-against",
    "unsafe-road",
    "large-class",
    "overload",
    "beds-short",
    "other",
)
"""Why a decision about a school is ruled out."""
PURPOSES: Final = ("merge", "overflow")
"""What a receiving school is named for."""
BOARD: Final = "board"
"""The mode of boarders' weekly journeys, which are no day journeys."""
BUS: Final = "bus"
"""The mode of children who go by bus, which someone pays."""
LOCKS: Final = ("must", "must-not", "frozen", "island")
STATUSES: Final = ("real", "modelled", "assumed")
TODAY: Final = "today"
"""The name of the plan in the assignments table that holds today's zones."""


@dataclass(frozen=True)
class Stage:
    """A stage of schooling, its grades in order, and the bands that are assigned together.

    Attributes:
        name: one of `STAGES`.
        grades: labels of the grades, youngest first.
        bands: band -> its grades; without any, one band with the stage's name holds all grades.
    """

    name: str
    grades: tuple[str, ...]
    bands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Freeze the grades and bands, and write the single band out if none was named."""
        grades = tuple(self.grades)
        bands = {band: tuple(members) for band, members in self.bands.items()}
        object.__setattr__(self, "grades", grades)
        object.__setattr__(self, "bands", MappingProxyType(bands or {self.name: grades}))

    def __hash__(self) -> int:
        """Hash by name and grades; equal stages have equal hashes."""
        return hash((self.name, self.grades))

    def __reduce__(self) -> tuple[type[Stage], tuple[str, tuple[str, ...], dict[str, object]]]:
        """Let a stage be copied and sent to other processes; a read-only mapping cannot be."""
        return Stage, (self.name, self.grades, dict(self.bands))

    @property
    def entry_grade(self) -> str:
        """The grade in which children enter the stage."""
        return self.grades[0]

    @property
    def has_own_bands(self) -> bool:
        """False if the stage has only the one band that bears its own name."""
        return dict(self.bands) != {self.name: self.grades}

    def band_of(self, grade: str) -> str:
        """Return the band a grade belongs to.

        Raises:
            KeyError: the stage has no such grade.
        """
        for band, grades in self.bands.items():
            if grade in grades:
                return band
        raise KeyError(grade)


@dataclass(frozen=True)
class Provenance:
    """Where a table comes from and how far it can be trusted.

    Attributes:
        status: ``"real"`` (observed or official), ``"modelled"`` (computed), ``"assumed"``.
        source: who published or computed it, and how.
        licence: under what terms it may be passed on.
        columns: column -> a finer label where a column differs from the table.
        note: anything a reader should know.
    """

    status: str = "assumed"
    source: str = "not stated"
    licence: str = "not stated"
    columns: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        """Keep an own copy of the column labels."""
        object.__setattr__(self, "columns", dict(self.columns))

    def __hash__(self) -> int:
        """Hash by the texts; equal provenances have equal hashes."""
        return hash((self.status, self.source, self.licence, self.note))
