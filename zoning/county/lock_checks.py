"""Locks: each must say what its kind needs, and no two may contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.county.checks import bands_served
from zoning.county.findings import row_label
from zoning.county.schema import SCHEMA
from zoning.county.vocabulary import TODAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county.draft import Draft

__all__ = ["check_locks"]

_CELL = ["unit_id", "stage", "band"]


def check_locks(draft: Draft) -> None:
    """Check the locks table; adds to the draft's findings."""
    if not draft.usable("locks", "unit_id", "stage", "band", "lock", "school_id"):
        return
    frame = draft.tables["locks"]
    if frame.empty:
        return
    shaped = _check_shape(draft, frame) & _check_bands(draft, frame)
    references = (("units", "unit_id"), ("schools", "school_id"))
    if not all(draft.usable(table, column) for table, column in references):
        return
    if not draft.usable("school_grades", "school_id", "stage", "grade"):
        return
    locks = frame.assign(row=np.arange(len(frame)))[shaped]
    cells = _cells(draft, locks)
    _check_targets(draft, frame, locks, cells)
    _check_clashes(draft, frame, _demands(draft, frame, cells))


def _check_shape(draft: Draft, frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Each kind of lock names a unit, a school, or both; returns the rows that do."""
    unit = (frame["unit_id"] != "").to_numpy(dtype=bool)
    school = (frame["school_id"] != "").to_numpy(dtype=bool)
    lock = frame["lock"]
    wanted = {
        "must": (unit & school, "a unit_id and a school_id"),
        "must-not": (unit & school, "a unit_id and a school_id"),
        "frozen": (unit ^ school, "either a unit_id or a school_id (its whole zone)"),
        "island": (unit & ~school, "a unit_id and no school_id"),
    }
    right = np.zeros(len(frame), dtype=bool)
    for name, (fits, expected) in wanted.items():
        rows = (lock == name).to_numpy(dtype=bool)
        right |= rows & fits
        draft.findings.rows(
            SCHEMA["locks"],
            frame,
            rows & ~fits,
            f"{expected} with the lock {name!r}",
            lambda row: (
                f"unit_id {frame['unit_id'].iloc[row]!r}, "
                f"school_id {frame['school_id'].iloc[row]!r}"
            ),
            "fill in what is missing, or clear what is too much",
        )
    return right


def _check_bands(draft: Draft, frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Stage and band must be the county's, or blank for all; returns the rows where they are."""
    bands = {(stage.name, band) for stage in draft.stages.values() for band in stage.bands}
    bands |= {(stage, "") for stage in draft.stages} | {("", "")}
    bands |= {("", band) for _, band in bands}
    right = np.array(
        [pair in bands for pair in zip(frame["stage"], frame["band"], strict=True)], dtype=bool
    )
    draft.findings.rows(
        SCHEMA["locks"],
        frame,
        ~right,
        "a stage and band of this county, or blanks for all",
        lambda row: f"stage {frame['stage'].iloc[row]!r}, band {frame['band'].iloc[row]!r}",
        "correct the stage and the band",
    )
    return right


def _cells(draft: Draft, locks: pd.DataFrame) -> pd.DataFrame:
    """Spread the locks over the stages and bands they hold for.

    A `must` without stage or band holds where its school serves the band.
    """
    every = pd.DataFrame(
        [(stage.name, band) for stage in draft.stages.values() for band in stage.bands],
        columns=["stage", "band"],
        dtype="str",
    )
    spread = locks.merge(every, how="cross", suffixes=("_named", ""))
    for name in ("stage", "band"):
        named = spread[f"{name}_named"]
        spread = spread[(named == "") | (named == spread[name])]
    served = bands_served(draft).assign(served=True)
    spread = spread.merge(served, on=["school_id", "stage", "band"], how="left")
    serves = spread["served"].notna()
    return spread[(spread["lock"] != "must") | serves]


def _check_targets(
    draft: Draft, frame: pd.DataFrame, locks: pd.DataFrame, cells: pd.DataFrame
) -> None:
    known = locks["school_id"].isin(draft.ids("schools", "school_id"))
    musts = locks[(locks["lock"] == "must") & known]
    idle = np.zeros(len(frame), dtype=bool)
    idle[musts["row"]] = ~musts["row"].isin(cells["row"]).to_numpy(dtype=bool)
    draft.findings.rows(
        SCHEMA["locks"],
        frame,
        idle,
        "a school that serves the lock's stage and band",
        lambda row: f"school {frame['school_id'].iloc[row]}, which does not",
        "name another school, stage or band",
    )


def _demands(draft: Draft, frame: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return what the locks ask of single cells: row, cell, school, whether it must or must not.

    Frozen units and frozen zones are turned into what today's zones make of them.
    """
    today = draft.tables["assignments"]
    if not draft.usable("assignments", "plan", *_CELL, "school_id"):
        today = today.iloc[:0]
    today = today.loc[today["plan"] == TODAY, [*_CELL, "school_id"]]
    today = today.drop_duplicates(_CELL)
    plain = cells[cells["lock"].isin(["must", "must-not"])]
    wanted = [plain.assign(must=plain["lock"] == "must")]

    frozen = cells[cells["lock"] == "frozen"]
    units = frozen[frozen["unit_id"] != ""].drop(columns="school_id")
    kept = units.merge(today, on=_CELL)
    _check_today(draft, frame, units, kept)
    wanted.append(kept.assign(must=True))

    zones = frozen[frozen["unit_id"] == ""].drop(columns="unit_id")
    inside = zones.merge(today, on=["stage", "band", "school_id"])
    _check_today(draft, frame, zones, inside)
    wanted.append(inside.assign(must=True))
    others = pd.concat([item[item["must"]] for item in wanted])
    outside = zones.merge(others, on=["stage", "band", "school_id"], suffixes=("", "_other"))
    outside = outside.merge(
        inside[["row", *_CELL]].assign(own=True), on=["row", *_CELL], how="left"
    )
    wanted.append(outside[outside["own"].isna()].assign(must=False))
    return pd.concat(wanted)[["row", *_CELL, "school_id", "must"]]


def _check_today(
    draft: Draft, frame: pd.DataFrame, asked: pd.DataFrame, found: pd.DataFrame
) -> None:
    wrong = np.zeros(len(frame), dtype=bool)
    rows = asked["row"].unique()
    wrong[rows] = ~pd.Series(rows).isin(found["row"]).to_numpy(dtype=bool)
    draft.findings.rows(
        SCHEMA["locks"],
        frame,
        wrong,
        f"a zone of today (plan {TODAY!r} in assignments) to freeze",
        "none",
        "add today's zones, or use the lock 'must'",
    )


def _check_clashes(draft: Draft, frame: pd.DataFrame, demands: pd.DataFrame) -> None:
    schema = SCHEMA["locks"]
    musts = demands[demands["must"]]
    pairs = [
        musts.merge(musts, on=_CELL, suffixes=("", "_2"))
        .query("row < row_2")
        .query("school_id != school_id_2"),
        musts.merge(demands[~demands["must"]], on=[*_CELL, "school_id"], suffixes=("", "_2")).query(
            "row != row_2"
        ),
    ]
    told = set()
    for first, second, unit, stage, band in pd.concat(pairs)[["row", "row_2", *_CELL]].itertuples(
        index=False, name=None
    ):
        if (first, second) in told:
            continue
        told.add((first, second))
        draft.findings.error(
            "locks",
            row_label(schema, frame, second),
            "locks that can be kept together",
            f"{frame['lock'].iloc[second]!r} here and {frame['lock'].iloc[first]!r} in "
            f"{row_label(schema, frame, first)}, both for unit {unit}, {stage}, {band}",
            "remove one of the two locks",
        )
