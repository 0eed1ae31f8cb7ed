"""Which pairs of unit and school get a journey: within a limit, the nearest few, or all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import Fault, InputError
from zoning.travel.pairs import Collector

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county import County
    from zoning.travel.modes import Mode

__all__ = ["Choice", "choice_of"]


@dataclass(frozen=True, eq=False)
class Choice:
    """What a planner asked for.

    Attributes:
        limits: mode -> minutes beyond which no journey is listed.
        nearest: so many schools of each stage are listed for a unit; None for all.
        serves: a row for each school, a column for each stage.
        always: pairs, as unit * schools + school, that are listed however many are nearer:
            today's school, and one that a lock names.
    """

    limits: Mapping[str, float]
    nearest: int | None
    serves: NDArray[np.bool_]
    always: NDArray[np.int64]

    @property
    def truncated(self) -> bool:
        """True if pairs are left out that have a journey."""
        return bool(self.limits) or self.nearest is not None

    def limit(self, mode: str) -> float:
        """Return the limit of a mode in minutes, infinite if it has none."""
        return self.limits.get(mode, float("inf"))

    def collector(self, mode: str) -> Collector:
        """Return what collects the pairs of a mode."""
        return Collector(self.limit(mode), self.nearest, self.serves, self.always)


def choice_of(
    county: County,
    modes: tuple[Mode, ...],
    limit: float | Mapping[str, float] | None,
    nearest: int | None,
) -> Choice:
    """Check what is asked for.

    Raises:
        InputError: a limit is no number above 0 or of an unknown mode, or `nearest` is below 1.
    """
    names = [mode.name for mode in modes]
    limits = dict.fromkeys(names, limit) if isinstance(limit, int | float) else dict(limit or {})
    faults = [
        _fault("limit", "minutes above 0 for a mode that is asked for", f"{name}: {value!r}")
        for name, value in limits.items()
        if name not in names or not _is_number(value) or isnan(value) or not value > 0
    ]
    if nearest is not None and (not _is_number(nearest) or nearest != int(nearest) or nearest < 1):
        faults.append(_fault("nearest", "a whole number of at least 1, or None", repr(nearest)))
    if not names or len(set(names)) < len(names):
        faults.append(_fault("modes", "modes, each once", ", ".join(names) or "none"))
    if faults:
        raise InputError(faults)
    stages = [stage.name for stage in county.stages]
    schools = county.schools["school_id"].astype(str).to_list()
    school_row = {school: row for row, school in enumerate(schools)}
    serves = np.zeros((len(schools), len(stages)), dtype=bool)
    served = county.school_grades[["school_id", "stage"]].drop_duplicates()
    for school, stage in served.itertuples(index=False, name=None):
        serves[school_row[str(school)], stages.index(str(stage))] = True
    always = _always(county, school_row)
    return Choice({k: float(v) for k, v in limits.items()}, nearest, serves, always)


def _always(county: County, school_row: dict[str, int]) -> NDArray[np.int64]:
    unit_row = {str(unit): row for row, unit in enumerate(county.units["unit_id"])}
    pairs = [
        unit_row[str(unit)] * len(school_row) + school_row[str(school)]
        for table in (county.assignments, county.locks)
        for unit, school in zip(table["unit_id"], table["school_id"], strict=True)
        if str(unit) in unit_row and str(school) in school_row
    ]
    return np.unique(np.array(pairs, dtype=np.int64))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fault(where: str, expected: str, found: str) -> Fault:
    return Fault("error", "arguments", where, expected, found, "correct the argument")
