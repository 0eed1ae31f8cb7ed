"""Which school feeds which under a plan (对口直升): one row for each pair.

Computed from the assignment, the county's zones of the stage before and its table of feeders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from zoning.plan.goals import Rule

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["FEEDER_TEXTS", "feeders_table"]

FEEDER_TEXTS = ("school_id", "name", "band", "feeds", "change")
_TYPES = {**dict.fromkeys(FEEDER_TEXTS, "str"), "units": "int64", "pupils": "float64"}


def feeders_table(county: County, assignment: pd.DataFrame, rule: Rule, stage: str) -> pd.DataFrame:
    """Return who feeds whom: school_id, name, band, feeds, change, units, pupils.

    ``units`` and ``pupils`` are those of the plan who live in the zone of ``school_id`` in the
    stage before and go to ``feeds``. ``change`` says ``as-today``, ``new``, ``ends`` (the county
    names it, the plan does not; 0 pupils), or ``unstated`` where the county names no school for
    the graduates. A school that keeps its own graduates is as today.
    """
    origin = _origin(county, str(rule.parameters["plan"]), stage)
    cells = assignment[assignment["school_id"] != ""].merge(origin, on="unit_id")
    keys = ["from_school", "band", "school_id"]
    table = cells.groupby(keys, sort=False).agg(
        units=("unit_id", "nunique"), pupils=("pupils", "sum")
    )
    found = {key: (int(n), float(p)) for key, n, p in table.itertuples()}
    today = _today(county, stage)
    own = set(county.school_grades.loc[county.school_grades["stage"] == stage, "school_id"])
    pairs = {(f, band) for f, band, _ in found}
    for feeder, band in sorted(pairs):
        for school in today.get(feeder, ()):
            found.setdefault((feeder, band, school), (0, 0.0))
    place = {school: at for at, school in enumerate(county.schools["school_id"])}
    names = dict(zip(county.schools["school_id"], county.schools["name"], strict=True))
    rows = []
    for feeder, band, school in sorted(found, key=lambda k: (place[k[0]], k[1], place[k[2]])):
        units, pupils = found[feeder, band, school]
        named = today.get(feeder, set()) | ({feeder} & own)
        change = "unstated" if not named else "as-today" if school in named else "new"
        change = "ends" if units == 0 else change
        rows.append((feeder, names[feeder], band, school, change, units, pupils))
    columns = ["school_id", "name", "band", "feeds", "change", "units", "pupils"]
    return pd.DataFrame(rows, columns=columns).astype(_TYPES)


def _origin(county: County, plan: str, stage: str) -> pd.DataFrame:
    """Return unit_id, from_school: zones of the last grade of the stage before."""
    stages = [known.name for known in county.stages]
    before = county.stages[stages.index(stage) - 1]
    zones = county.assignments
    zones = zones[
        (zones["plan"] == plan)
        & (zones["stage"] == before.name)
        & (zones["band"] == before.band_of(before.grades[-1]))
    ]
    zones = zones[["unit_id", "school_id"]].astype("str")
    return zones.rename(columns={"school_id": "from_school"})


def _today(county: County, stage: str) -> dict[str, set[str]]:
    """Return school -> the schools that the county names for its graduates."""
    stages = [known.name for known in county.stages]
    rows = county.feeders
    rows = rows[rows["stage"] == stages[stages.index(stage) - 1]]
    named: dict[str, set[str]] = {}
    for school, feeds in zip(rows["school_id"], rows["feeds"], strict=True):
        named.setdefault(school, set()).add(feeds)
    return named
