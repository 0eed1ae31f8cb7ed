"""What must hold within and between the tables, whatever the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from zoning.county.findings import listed
from zoning.county.schema import SCHEMA, TableSchema
from zoning.county.vocabulary import TODAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county.draft import Draft

__all__ = ["check_tables"]

_LABELLED: Final = (
    ("pupils", "grade"),
    ("school_grades", "grade"),
    ("assignments", "band"),
    ("exemptions", "grade"),
    *((table, "stage") for table in ("school_years", "housing", "feeders", "shared_zones")),
)
"""Tables with a stage, and the column that must fit it (the stage itself if there is none)."""


def check_tables(draft: Draft) -> None:
    """Check rows, keys, references, grades, bands and journeys; adds to the draft's findings."""
    for schema in SCHEMA.values():
        if schema.name not in draft.given:
            continue
        _check_rows(draft, schema)
        _check_key(draft, schema)
        _check_references(draft, schema)
    for table, column in _LABELLED:
        _check_grades(draft, table, column)
    _check_travel(draft)
    _check_adjacency(draft)
    _check_served(draft)
    _check_assigned(draft)
    _check_standing(draft)


def _check_rows(draft: Draft, schema: TableSchema) -> None:
    if schema.required and draft.tables[schema.name].empty:
        draft.findings.error(schema.name, "", "at least one row", "none", "add the rows")


def duplicated(draft: Draft, table: str, key: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return for each row whether an earlier row has the same key."""
    frame = draft.tables[table]
    numbers = np.zeros(len(frame), dtype=np.int64)
    size = 1
    for name in key:
        if SCHEMA[table][name].kind == "text":
            split = draft.distinct(table, name)
            codes, count = split.codes, len(split.texts) + 1
        else:
            codes, uniques = pd.factorize(frame[name])
            count = len(uniques) + 1
        size *= count
        if size >= 2**62:  # the packed number would overflow
            again: NDArray[np.bool_] = frame.duplicated(list(key)).to_numpy(dtype=bool)
            return again
        numbers = numbers * count + (codes + 1)
    return pd.Series(numbers).duplicated().to_numpy(dtype=bool)


def _check_key(draft: Draft, schema: TableSchema) -> None:
    if not draft.usable(schema.name, *schema.key):
        return
    again = duplicated(draft, schema.name, schema.key)
    draft.findings.rows(
        schema,
        draft.tables[schema.name],
        again,
        f"every {' + '.join(schema.key)} once",
        "one that an earlier row has already",
        "remove one of the two rows, or add their numbers up",
    )


def _check_references(draft: Draft, schema: TableSchema) -> None:
    for column in schema:
        if not column.refers or not draft.usable(schema.name, column.name):
            continue
        table, name = column.refers.split(".")
        if not draft.usable(table, name):
            continue
        cells = draft.distinct(schema.name, column.name)
        blank = {""} if column.blank else set()
        known = cells.isin(draft.ids(table, name) | blank)
        draft.findings.rows(
            schema,
            draft.tables[schema.name],
            ~known,
            f"{column.name} to be in the table {table}",
            lambda row, cells=cells: repr(cells.texts[cells.codes[row]]),  # type: ignore[misc]
            f"correct the id, or add it to {table}",
        )


def _check_grades(draft: Draft, table: str, column: str) -> None:
    """Stage and grade (or band) must be declared together in the county's stages."""
    if not draft.usable(table, "stage", column):
        return
    schema, frame = SCHEMA[table], draft.tables[table]
    stages, labels = draft.distinct(table, "stage"), draft.distinct(table, column)
    allowed = np.zeros((len(stages.texts) + 1, len(labels.texts) + 1), dtype=bool)
    for row, name in enumerate(stages.texts):
        stage = draft.stages.get(name)
        if stage is not None:
            known = {"stage": {name}, "grade": {*stage.grades}, "band": {*stage.bands}}[column]
            known |= {""} if schema[column].blank else set()
            allowed[row, :-1] = [label in known for label in labels.texts]
    fits = allowed[stages.codes, labels.codes]
    declared = stages.isin(set(draft.stages) | ({""} if schema["stage"].blank else set()))
    draft.findings.rows(
        schema,
        frame,
        ~declared,
        f"a stage of this county: {listed(list(draft.stages))}",
        lambda row: repr(stages.texts[stages.codes[row]]),
        "declare the stage with its grades, or correct the row",
    )
    draft.findings.rows(
        schema,
        frame,
        declared & ~fits & (column != "stage"),
        f"a {column} of the row's stage",
        lambda row: f"{labels.texts[labels.codes[row]]!r} in {stages.texts[stages.codes[row]]}",
        f"correct the {column}, or declare it in the stage",
    )


def _check_travel(draft: Draft) -> None:
    if not draft.usable("travel", "metres", "minutes"):
        return
    schema, frame = SCHEMA["travel"], draft.tables["travel"]
    known = {name: frame[name].notna().to_numpy(dtype=bool) for name in ("metres", "minutes")}
    if len(frame) and not any(flags.any() for flags in known.values()):
        draft.findings.error(
            "travel", "", "metres or minutes", "neither in any row", "add one of the two columns"
        )
    for name, flags in known.items():
        if flags.any():
            draft.findings.rows(
                schema,
                frame,
                ~flags,
                f"{name} in every row, since other rows have it",
                "a blank",
                "fill it in, or leave the pair out if there is no such journey",
            )


def _check_adjacency(draft: Draft) -> None:
    if not draft.usable("adjacency", "unit_a", "unit_b"):
        return
    schema, frame = SCHEMA["adjacency"], draft.tables["adjacency"]
    draft.findings.rows(
        schema,
        frame,
        (frame["unit_a"] == frame["unit_b"]).to_numpy(dtype=bool),
        "two different units",
        "the same unit twice",
        "remove the row",
    )
    ordered = np.sort(frame[["unit_a", "unit_b"]].to_numpy(dtype="object"), axis=1)
    pairs = pd.DataFrame(ordered, columns=["unit_a", "unit_b"])
    twice = pairs.duplicated().to_numpy(dtype=bool)
    draft.findings.rows(
        schema,
        frame,
        twice & ~duplicated(draft, "adjacency", schema.key),
        "every pair of units once, in whatever order",
        "one that an earlier row has the other way round",
        "remove one of the two rows",
    )


def _check_served(draft: Draft) -> None:
    """Seats are for a stage the school has grades in."""
    if not (
        draft.usable("school_stages", "school_id", "stage")
        and draft.usable("school_grades", "school_id", "stage")
    ):
        return
    grades = draft.tables["school_grades"]
    frame = draft.tables["school_stages"]
    served = pd.MultiIndex.from_frame(grades[["school_id", "stage"]])
    rows = pd.MultiIndex.from_frame(frame[["school_id", "stage"]])
    draft.findings.rows(
        SCHEMA["school_stages"],
        frame,
        ~rows.isin(served),
        "seats only in stages for which the school has rows in school_grades",
        "no grade of this stage",
        "add the grades the school serves to school_grades, or remove the row",
    )


def bands_served(draft: Draft) -> pd.DataFrame:
    """Return school_id, stage, band for every band whose grades the school serves entirely."""
    grades = set(
        draft.tables["school_grades"][["school_id", "stage", "grade"]].itertuples(
            index=False, name=None
        )
    )
    rows = [
        (school, stage.name, band)
        for school in dict.fromkeys(draft.tables["schools"]["school_id"])
        for stage in draft.stages.values()
        for band, members in stage.bands.items()
        if all((school, stage.name, grade) in grades for grade in members)
    ]
    return pd.DataFrame(rows, columns=["school_id", "stage", "band"], dtype="str")


def _check_assigned(draft: Draft) -> None:
    """A zone of a school that lacks the band's grades is kept, but said."""
    columns = ("school_id", "stage", "band")
    if not (
        draft.usable("assignments", *columns)
        and draft.usable("school_grades", "school_id", "stage", "grade")
        and draft.usable("schools", "school_id")
    ):
        return
    frame = draft.tables["assignments"]
    served = pd.MultiIndex.from_frame(bands_served(draft)[list(columns)])
    rows = pd.MultiIndex.from_frame(frame[list(columns)])
    schools = draft.distinct("assignments", "school_id")
    known = schools.isin(draft.ids("schools", "school_id"))
    draft.findings.rows(
        SCHEMA["assignments"],
        frame,
        ~rows.isin(served) & known,
        "a school that serves every grade of the band",
        lambda row: f"school {frame['school_id'].iloc[row]}, which does not",
        f"correct the zone, or add the grades to school_grades; a plan {TODAY!r} may stay so",
        severity="warning",
    )


def _check_standing(draft: Draft) -> None:
    """Nobody goes to a school today that does not stand yet."""
    if not (
        draft.usable("assignments", "plan", "school_id")
        and draft.usable("schools", "school_id", "status")
    ):
        return
    schools, frame = draft.tables["schools"], draft.tables["assignments"]
    status = dict(zip(schools["school_id"], schools["status"], strict=True))
    sites = {school for school, what in status.items() if what != "existing"}
    today = draft.distinct("assignments", "plan").isin({TODAY})
    draft.findings.rows(
        SCHEMA["assignments"],
        frame,
        today & draft.distinct("assignments", "school_id").isin(sites),
        f"a school that stands, in the plan {TODAY!r}",
        lambda row: (
            f"{frame['school_id'].iloc[row]}, whose status is "
            f"{status[frame['school_id'].iloc[row]]!r}"
        ),
        "correct the zone, or the school's status",
    )
