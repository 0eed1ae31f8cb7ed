"""The tables that children are estimated from, and the checks that all of them go through."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from zoning.county.columns import tidy_column
from zoning.county.findings import Findings, listed
from zoning.county.schema import Column, TableSchema
from zoning.county.vocabulary import STAGES
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from zoning.county import County

__all__ = [
    "BIRTHS",
    "CENSUS",
    "GRADE_TOTALS",
    "HOUSING",
    "SHARES",
    "UNIT_TOTALS",
    "WEIGHTS",
    "argument_fault",
    "as_day",
    "as_rates",
    "check_known",
    "known_stages",
    "tidy",
]

_GROUP: Final = Column("group", required=False, default="resident")
_UNIT: Final = Column("unit_id")


def _count(name: str, unit: str) -> Column:
    return Column(name, "number", low=0, unit=unit)


CENSUS: Final = TableSchema(
    "census",
    (Column("region"), Column("age"), _GROUP, _count("people", "persons")),
    key=("region", "age", "group"),
)
"""Persons by region (a township), completed age (``"6"`` or ``"5-9"``) and group."""
UNIT_TOTALS: Final = TableSchema(
    "unit totals", (_UNIT, _count("pupils", "pupils of all grades")), key=("unit_id",)
)
GRADE_TOTALS: Final = TableSchema(
    "grade totals", (Column("grade"), _count("pupils", "pupils of all units")), key=("grade",)
)
WEIGHTS: Final = TableSchema("weights", (_UNIT, _count("weight", "any")), key=("unit_id",))
BIRTHS: Final = TableSchema(
    "births",
    (
        _UNIT,
        Column("year", "whole", low=1900, unit="calendar year of birth"),
        _GROUP,
        _count("births", "children"),
    ),
    key=("unit_id", "year", "group"),
)
HOUSING: Final = TableSchema(
    "housing",
    (
        Column("project_id"),
        _UNIT,
        Column("stage", values=STAGES),
        _GROUP,
        _count("dwellings", "dwellings"),
        _count("yield", "pupils of the stage in a dwelling"),
        Column("delivered"),
    ),
    key=("project_id", "stage", "group"),
)
"""New dwellings; `delivered` is a date such as ``"2026-08-15"``."""
SHARES: Final = TableSchema(
    "shares",
    (_UNIT, Column("share", "number", low=0, unit="share of the children, 0 to 1")),
    key=("unit_id",),
)


def tidy(schema: TableSchema, frame: Any, findings: Findings) -> pd.DataFrame | None:
    """Return a planner's table in its declared form; None, with faults, where that fails.

    Columns that are not declared are left out. Rows keep their order.
    """
    if not isinstance(frame, pd.DataFrame):
        found = f"a {type(frame).__name__}"
        findings.error(schema.name, "", "a pandas DataFrame", found, "read the table with pandas")
        return None
    frame = pd.DataFrame(frame).reset_index(drop=True)
    names = [str(name) for name in frame.columns]
    twice = [column.name for column in schema if names.count(column.name) > 1]
    lacking = [column.name for column in schema if column.required and column.name not in names]
    for name in lacking:
        expected, found = f"a column {name}", f"the columns {listed(names)}"
        findings.error(schema.name, "", expected, found, f"add or rename the column {name}")
    if twice:
        found = f"twice: {listed(twice)}"
        findings.error(schema.name, "", "every column once", found, "remove one of them")
    if lacking or twice:
        return None
    columns, usable = {}, True
    for column in schema:
        if column.name not in names:
            columns[column.name] = pd.Series([column.default] * len(frame), dtype="str")
            continue
        columns[column.name], right = tidy_column(schema, column, frame, findings)
        usable = usable and right
    table = pd.DataFrame(columns)
    if not usable:
        return None
    return table if _keys_once(schema, table, findings) else None


def _keys_once(schema: TableSchema, table: pd.DataFrame, findings: Findings) -> bool:
    again = table.duplicated(list(schema.key)).to_numpy(dtype=bool)
    expected = f"one row for each {', '.join(schema.key)}"
    remedy = "remove one of the rows, or add them up"
    findings.rows(schema, table, again, expected, "a further row for the same", remedy)
    return not again.any()


def check_known(
    schema: TableSchema,
    table: pd.DataFrame,
    column: str,
    known: set[str],
    findings: Findings,
    *,
    what: str,
) -> None:
    """Add a fault for each row whose text in a column is not among the known ones."""
    foreign = ~table[column].isin(known).to_numpy(dtype=bool)
    findings.rows(
        schema,
        table,
        foreign,
        f"{what}, such as {listed(sorted(known), most=3)}",
        lambda row: repr(table[column].iloc[row]),
        f"correct {column}, or remove the row",
    )


def known_stages(county: County, names: Sequence[str] | None) -> list[str]:
    """Return the stages asked for, all of the county's if None.

    Raises:
        InputError: the county has no such stage.
    """
    own = [stage.name for stage in county.stages]
    asked = own if names is None else list(names)
    foreign = [name for name in asked if name not in own]
    if foreign:
        expected = f"stages of the county: {', '.join(own)}"
        raise InputError(argument_fault("stages", expected, listed(foreign), "name one of them"))
    return asked


def argument_fault(argument: str, expected: str, found: str, remedy: str) -> Fault:
    """Return the fault that an argument is wrong."""
    return Fault("error", "arguments", argument, expected, found, remedy)


def as_day(value: datetime.date | str, argument: str) -> datetime.date:
    """Return a day given as a date or as text like ``"2020-11-01"``.

    Raises:
        InputError: it is neither.
    """
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        expected, remedy = "a day such as '2020-11-01'", "write year-month-day"
        raise InputError(argument_fault(argument, expected, repr(value), remedy)) from None


def as_rates(
    value: float | Mapping[str, float], name: str, low: float, high: float, usual: float
) -> Callable[[str], float]:
    """Return a function grade -> rate, from one number for all grades or one for each.

    Grades that a mapping leaves out have its rate for ``""``, or else `usual`.

    Raises:
        InputError: a rate is outside its range.
    """
    rates = dict(value) if isinstance(value, Mapping) else {"": value}
    wrong = {grade: rate for grade, rate in rates.items() if not low <= _number(rate) <= high}
    if wrong:
        expected = f"rates of {low:g} to {high:g}"
        found = ", ".join(f"{r!r} for {g}" if g else repr(r) for g, r in wrong.items())
        raise InputError(argument_fault(name, expected, found, "correct the rate"))
    return lambda grade: float(rates.get(grade, rates.get("", usual)))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
