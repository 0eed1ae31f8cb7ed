"""A bureau's own journeys: they win over whatever was computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zoning.county.findings import listed
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from zoning.travel.places import Places

__all__ = ["put_over"]

_KEY = ["unit_id", "school_id", "mode"]


def put_over(computed: pd.DataFrame, own: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return the computed journeys with the bureau's own put over them.

    An own row replaces the computed one of the same unit, school and mode; where it does not know
    metres or minutes, the computed figure stays. Other own rows are added.

    Args:
        computed: unit_id, school_id, mode, metres, minutes, method.
        own: unit_id, school_id, mode, and metres or minutes or both.
        places: the county's units and schools.

    Raises:
        InputError: ids are unknown, a pair occurs twice, a number is missing or below 0, or a new
            pair lacks metres or minutes.
    """
    table = _tidy(own, places)
    merged = table.merge(computed, on=_KEY, how="left", suffixes=("", "_computed"))
    for measure in ("metres", "minutes"):
        merged[measure] = merged[measure].fillna(merged[f"{measure}_computed"])
    blank = merged[["metres", "minutes"]].isna().any(axis=1).to_numpy(dtype=bool)
    if blank.any():
        raise InputError([
            _fault(
                int(row), merged, "metres and minutes, since no road journey has them",
                "one of them only", "fill in both",
            )
            for row in np.flatnonzero(blank)[:20]
        ])  # fmt: skip
    merged["method"] = "own"
    rest = computed.merge(table[_KEY], on=_KEY, how="left", indicator=True)
    rest = rest[rest["_merge"] == "left_only"].drop(columns="_merge")
    return pd.concat([merged[list(computed.columns)], rest], ignore_index=True)


def _tidy(own: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return the own table with texts and numbers as they must be."""
    absent = [name for name in _KEY if name not in own.columns]
    measures = [name for name in ("metres", "minutes") if name in own.columns]
    if absent or not measures:
        raise InputError(
            Fault(
                "error", "own journeys", "columns",
                "unit_id, school_id, mode, and metres or minutes",
                listed([str(name) for name in own.columns]), "name the columns so",
            )
        )  # fmt: skip
    table = own[[*_KEY, *measures]].reset_index(drop=True)
    table = table.assign(**{name: table[name].astype(str) for name in _KEY})
    wrong: list[Fault] = []
    for name, known in (("unit_id", places.unit_ids), ("school_id", places.school_ids)):
        bad = ~table[name].isin(known).to_numpy(dtype=bool)
        wrong += _rows(table, bad, f"an id of the county's {name[:-3]}s", name, "correct the id")
    twice = table.duplicated(_KEY).to_numpy(dtype=bool)
    wrong += _rows(table, twice, "each unit, school and mode once", "unit_id", "remove one row")
    for measure in ("metres", "minutes"):
        given: Any = table.get(measure, np.nan)
        numbers = pd.to_numeric(pd.Series(given, index=table.index), errors="coerce")
        bad = (numbers < 0).to_numpy(dtype=bool) | np.isinf(numbers.to_numpy(dtype=np.float64))
        if measure in table:
            bad |= (numbers.isna() & table[measure].notna()).to_numpy(dtype=bool)
            wrong += _rows(table, bad, f"{measure}, 0 or more", measure, "correct the number")
        table[measure] = numbers
    nothing = table[["metres", "minutes"]].isna().all(axis=1).to_numpy(dtype=bool)
    wrong += _rows(table, nothing, "metres or minutes", "mode", "fill in one, or remove the row")
    if wrong:
        raise InputError(wrong)
    return table


def _rows(table: pd.DataFrame, wrong: Any, expected: str, column: str, remedy: str) -> list[Fault]:
    rows = np.flatnonzero(wrong)[:20].tolist()
    return [
        _fault(row, table, expected, repr(table[[column]].astype("object").iloc[row, 0]), remedy)
        for row in rows
    ]


def _fault(row: int, table: pd.DataFrame, expected: str, found: str, remedy: str) -> Fault:
    names = ", ".join(str(table[name].iloc[row]) for name in _KEY)
    return Fault("error", "own journeys", f"row {row + 1} ({names})", expected, found, remedy)
