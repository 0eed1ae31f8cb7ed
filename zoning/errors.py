"""What can go wrong, worded for planners.

A :class:`Fault` names one thing that is wrong (or doubtful), where it is and how to mend it.
The exceptions carry every fault found, so that a planner mends all of them in one go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Fault", "InputError", "NoPlanError", "ZoningError"]


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong, worded for a planner.

    Attributes:
        severity: ``"error"`` (refused) or ``"warning"`` (accepted, but worth a look).
        table: the table, file or subject: ``"pupils"``, ``"county.toml"``, ``"model"`` ...
        where: data row counted from 1 and the planner's own id, ``""`` for the whole table.
        expected: what should have been there.
        found: what was there.
        remedy: what the planner can do about it.
    """

    severity: Literal["error", "warning"]
    table: str
    where: str
    expected: str
    found: str
    remedy: str

    def __str__(self) -> str:
        """Return the fault as one sentence or two."""
        place = f"{self.table}, {self.where}" if self.where else self.table
        text = f"{place}: expected {self.expected}; found {self.found}."
        return f"{text} To mend: {self.remedy}." if self.remedy else text


class ZoningError(Exception):
    """Base of the library's exceptions; carries every fault found.

    Attributes:
        faults: errors first, otherwise in the order in which they were found.
    """

    faults: tuple[Fault, ...]

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        """Keep the faults, errors before warnings."""
        found = (faults,) if isinstance(faults, Fault) else tuple(faults)
        self.faults = tuple(sorted(found, key=lambda fault: fault.severity != "error"))
        super().__init__(self.faults)

    def __str__(self) -> str:
        """Return all faults, one a line, under a line that counts them."""
        errors = sum(fault.severity == "error" for fault in self.faults)
        warnings = len(self.faults) - errors
        head = _count(errors, "error")
        if warnings:
            head += f", {_count(warnings, 'warning')}"
        return "\n".join([f"{head}:", *(f"  {fault.severity}: {fault}" for fault in self.faults)])


class InputError(ZoningError):
    """The county, the model file or an argument is wrong: nothing was computed."""


class NoPlanError(ZoningError):
    """No plan exists, or none was found in the time allowed.

    Attributes:
        proved: True if it is proved that no plan exists.
    """

    proved: bool

    def __init__(self, faults: Fault | Iterable[Fault], *, proved: bool = True) -> None:
        """Keep the faults and whether it is proved that no plan exists."""
        super().__init__(faults)
        self.proved = proved


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
