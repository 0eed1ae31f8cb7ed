"""A case: what a process solves and how the plan is judged; made from a family and a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from instance import Reference

if TYPE_CHECKING:
    from instance import Instance

    from zoning import County

Rows = list[tuple[str, str, str]]
"""A plan: unit, band and school."""


@dataclass(frozen=True)
class Case:
    """One question to the library.

    Attributes:
        county: the county.
        model: name or path of the model.
        settings: parameters that differ from the model.
        scale: by what the library's objective is larger than the one reported.
        size: units x schools.
        judge: objective of a plan and everything that is wrong in it, by the instance's own files.
        reference: what is published.
    """

    county: County
    model: str | Path
    scale: float
    size: str
    judge: Callable[[Rows], tuple[float, list[str]]]
    settings: dict[str, object] = field(default_factory=dict)
    reference: Reference = field(default_factory=Reference)


def of_instance(instance: Instance) -> Case:
    """The case of an instance that knows how to judge its plans."""
    from counties import make_county, model_of, scale_of, settings_of

    return Case(
        county=make_county(instance),
        model=model_of(instance),
        settings=settings_of(instance),
        scale=scale_of(instance),
        size=instance.size,
        judge=lambda rows: judge_by(instance, rows),
        reference=instance.reference,
    )


def judge_by(instance: Instance, rows: Rows) -> tuple[float, list[str]]:
    """Objective and faults of a plan of one band."""
    school_of = {unit: school for unit, _, school in rows}
    faults = instance.faults(school_of)
    if len(rows) != len(school_of):
        faults.append(f"{len(rows) - len(school_of)} units placed more than once")
    return (instance.objective(school_of) if not faults else float("nan")), faults
