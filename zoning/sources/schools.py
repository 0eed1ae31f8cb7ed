"""A bureau's list of schools: one row a school, from which seats and grades served follow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from zoning.county.vocabulary import KINDS, Stage
from zoning.sources.cells import numbers, texts
from zoning.sources.grades import grades_of_kind, grades_of_text, stages_with
from zoning.sources.plain import plain_frame
from zoning.sources.raw import Note, Raw, Trace, in_rows

if TYPE_CHECKING:
    from zoning.sources.gathered import Gathered

__all__ = ["read_schools"]

_SOME_GRADES: Final = ("incomplete-primary", "teaching-point")
"""Kinds that teach some grades of a stage, so that the list must tell which."""

Counts = dict[str, list[float]]
"""Field -> for each school a number, NaN where unknown."""

_KIND_OF_NAME: Final = (
    ("教学点", "teaching-point"), ("幼儿园", "kindergarten"), ("九年", "nine-year"),
    ("十二年", "twelve-year"), ("初级中学", "junior"), ("初中", "junior"), ("高级中学", "senior"),
    ("高中", "senior"), ("小学", "complete-primary"), ("完小", "complete-primary"),
)  # fmt: skip


def read_schools(
    raw: Raw, geometry: Any, stages: Sequence[Stage], gathered: Gathered, *, grades: bool
) -> None:
    """Add schools, and their seats and grades where the list tells them.

    Args:
        raw: the list.
        geometry: a point a row, in the county's system; None where it is not known.
        stages: the county's stages.
        gathered: what was read so far; faults and notes go there as well.
        grades: True if the grades served have to come from this list.
    """
    import geopandas

    frame = plain_frame(raw, "schools", gathered.findings)
    counts = {
        name: numbers(raw, name, gathered.findings) for name in raw.fields
        if name.split(" ")[0] in ("classes", "enrolled", "seats")
    }  # fmt: skip
    if "kind" not in frame.columns:
        frame["kind"] = _kinds_by_name(raw, gathered)
    _check_kinds(raw, frame, gathered)
    if "rooms" not in frame.columns and "classes" in raw.fields:
        frame["rooms"] = counts["classes"]
        gathered.notes.append(
            Note(raw.place, f"{raw.fields['classes']} taken as classrooms (rooms): none are given")
        )
    gathered.add_raw("schools", geopandas.GeoDataFrame(frame, geometry=geometry), raw)
    served = _served(raw, frame, counts, stages, gathered) if grades else []
    if served:
        _add_grades(raw, frame, served, counts, gathered)
    _add_seats(raw, frame, served, counts, stages, gathered)
    if "enrolled" in counts and not any(name.startswith("enrolled ") for name in counts):
        gathered.notes.append(
            Note(
                raw.place,
                f"{raw.fields['enrolled']} is not used: a school's total says nothing "
                "about its grades; give 一年级人数, 二年级人数 ... or a table school_grades",
            )
        )


def _kinds_by_name(raw: Raw, gathered: Gathered) -> list[str]:
    names = texts(raw, "name")
    kinds = [next((kind for word, kind in _KIND_OF_NAME if word in name), "") for name in names]
    if any(kinds):
        gathered.notes.append(Note(raw.place, "kinds of schools are taken from their names"))
    unknown = [i for i, kind in enumerate(kinds) if not kind]
    in_rows(
        gathered.findings, raw, unknown, "a kind of school (办学类型)",
        lambda i: f"none, and the name {names[i]!r} tells none",
        f"add a column kind (办学类型): {', '.join(KINDS)}, or the Chinese words",
    )  # fmt: skip
    return [kind or "complete-primary" for kind in kinds]


def _check_kinds(raw: Raw, frame: pd.DataFrame, gathered: Gathered) -> None:
    kinds = [str(kind) for kind in frame["kind"]]
    in_rows(
        gathered.findings, raw, [i for i, kind in enumerate(kinds) if kind not in KINDS],
        f"a kind of school: {', '.join(KINDS)}, or the Chinese words (完全小学, 教学点 ...)",
        lambda i: repr(kinds[i]), "use one of these words",
    )  # fmt: skip


def _served(
    raw: Raw, frame: pd.DataFrame, counts: Counts, stages: Sequence[Stage], gathered: Gathered
) -> list[list[tuple[str, str]]]:
    """Return for each school the (stage, grade) pairs it teaches."""
    stated = texts(raw, "grades")
    by_grade = {
        name.split(" ", 1)[1]: cells for name, cells in counts.items()
        if name.startswith("classes ")
    }  # fmt: skip
    served: list[list[tuple[str, str]]] = []
    odd: list[int] = []
    open_: list[int] = []
    for i, kind in enumerate(frame["kind"]):
        pairs = grades_of_kind(str(kind), stages)
        counted = [
            (stage.name, grade) for grade, cells in by_grade.items() if cells[i] > 0
            for stage in stages_with(grade, stages)
        ]  # fmt: skip
        if stated[i]:
            found = grades_of_text(stated[i], stages)
            odd += [i] if found is None else []
            pairs = found or []
        elif counted:
            pairs = counted
        elif kind in _SOME_GRADES:
            open_.append(i)
        served.append(pairs)
    in_rows(
        gathered.findings, raw, odd, "grades of this county, such as 1-3 or 一至三年级",
        lambda i: repr(stated[i]), "write the grades the school teaches",
    )  # fmt: skip
    in_rows(
        gathered.findings, raw, open_, "the grades the school teaches",
        lambda i: f"none stated, and a {frame['kind'].iloc[i]} teaches only some of a stage",
        "add a column grades (年级范围) such as 1-3, or a table school_grades",
    )  # fmt: skip
    return served


def _add_grades(
    raw: Raw, frame: pd.DataFrame, served: list[list[tuple[str, str]]], counts: Counts,
    gathered: Gathered,
) -> None:  # fmt: skip
    rows: list[dict[str, Any]] = []
    traces: list[Trace] = []
    for i, pairs in enumerate(served):
        for stage, grade in pairs:
            row: dict[str, Any] = {"school_id": frame["school_id"].iloc[i], "stage": stage}
            row["grade"] = grade
            for measure in ("classes", "enrolled"):
                cells = counts.get(f"{measure} {grade}")
                row[measure] = math.nan if cells is None else cells[i]
            rows.append(row)
            traces.append(raw.trace(i))
    if rows:
        gathered.add("school_grades", pd.DataFrame(rows), traces)


def _add_seats(
    raw: Raw, frame: pd.DataFrame, served: list[list[tuple[str, str]]], counts: Counts,
    stages: Sequence[Stage], gathered: Gathered,
) -> None:  # fmt: skip
    names = [stage.name for stage in stages]
    rows: list[tuple[str, str, float]] = []
    traces: list[Trace] = []
    split = {name: counts[f"seats {name}"] for name in names if f"seats {name}" in counts}
    whole = counts.get("seats", [])
    mixed: list[int] = []
    for i, school in enumerate(frame["school_id"]):
        kind = str(frame["kind"].iloc[i])
        own = [s for s, _ in served[i]] if served else [
            s for s, _ in grades_of_kind(kind, stages)
        ] or ["primary"]  # fmt: skip
        for stage in dict.fromkeys(own):
            seats = split[stage][i] if stage in split else math.nan
            if math.isnan(seats) and whole and not math.isnan(whole[i]):
                if kind in ("nine-year", "twelve-year"):
                    mixed.append(i)
                    break
                seats = whole[i]
            if not math.isnan(seats):
                rows.append((str(school), stage, seats))
                traces.append(raw.trace(i))
    in_rows(
        gathered.findings, raw, mixed, "the seats of each stage (小学学位, 初中学位)",
        "one number for a school of several stages", "add a column for each stage",
    )  # fmt: skip
    if rows:
        frame = pd.DataFrame(rows, columns=["school_id", "stage", "seats"])
        gathered.add("school_stages", frame, traces)
