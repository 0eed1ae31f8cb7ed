"""Bringing one column to its declared type, and naming every cell that will not go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from zoning.county.findings import listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.county.findings import Findings
    from zoning.county.schema import Column, TableSchema

__all__ = ["Distinct", "distinct", "tidy_column"]

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_TRUE: Final = frozenset({"true", "yes", "1", "1.0"})
_FALSE: Final = frozenset({"false", "no", "0", "0.0"})
_LARGEST_WHOLE: Final = 2.0**53


@dataclass(frozen=True)
class Distinct:
    """A text column as its distinct texts and, for each row, the number of its text.

    Attributes:
        codes: for each row the index into `texts`; -1 if the cell holds nothing.
        texts: the distinct texts.
    """

    codes: NDArray[np.integer[Any]]
    texts: list[str]

    def rows_where(self, wrong: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Spread flags over the texts to the rows; rows without text are False."""
        spread: NDArray[np.bool_] = np.append(wrong, False)[self.codes]
        return spread

    def isin(self, allowed: set[str]) -> NDArray[np.bool_]:
        """For each row whether its text is among `allowed`; False without text."""
        return self.rows_where(np.array([text in allowed for text in self.texts], dtype=bool))


def distinct(series: pd.Series[Any]) -> Distinct:
    """Split a column into its distinct texts and a code for each row."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        codes = series.cat.codes.to_numpy()  # in small numbers: a travel table may be long
        return Distinct(
            codes, [str(text) for text in series.cat.categories.to_numpy(dtype="object")]
        )
    codes, uniques = pd.factorize(series)
    return Distinct(codes, [str(text) for text in np.asarray(uniques, dtype="object")])


def tidy_column(
    schema: TableSchema, column: Column, frame: pd.DataFrame, findings: Findings
) -> tuple[pd.Series[Any], bool]:
    """Return a column in its declared type, and whether it can be used for further checks.

    Cells that do not fit become faults; the returned series holds a blank there.
    """
    before = len(findings.faults)
    series = frame[column.name]
    if column.kind == "text":
        tidy = _text(schema, column, frame, series, findings)
    elif column.kind == "flag":
        tidy = _flag(schema, column, frame, series, findings)
    else:
        tidy = _number(schema, column, frame, series, findings)
    usable = not any(fault.severity == "error" for fault in findings.faults[before:])
    return tidy, usable


def _blank(series: pd.Series[Any]) -> NDArray[np.bool_]:
    """Return for each row whether the cell holds nothing (or only an empty text)."""
    missing: NDArray[np.bool_] = series.isna().to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_bool_dtype(series.dtype):
        return missing
    empty: NDArray[np.bool_] = (series == "").fillna(False).to_numpy(dtype=bool)
    return missing | empty


def _text(
    schema: TableSchema,
    column: Column,
    frame: pd.DataFrame,
    series: pd.Series[Any],
    findings: Findings,
) -> pd.Series[Any]:
    if _holds_other_than_text(series):
        findings.error(
            schema.name,
            f"column {column.name}",
            "text (numbers lose the zeros that a code begins with)",
            f"values such as {series.dropna().iloc[0]!r}",
            f"store {column.name} as text",
        )
        return pd.Series([""] * len(series), index=series.index, dtype="str")
    cells = distinct(series)
    texts = cells.texts
    blank = (cells.codes < 0) | cells.rows_where(np.array([text == "" for text in texts], bool))
    if column.required and not column.blank:
        findings.rows(
            schema, frame, blank, f"a text in column {column.name}", "a blank", "fill it in"
        )
    _check_characters(schema, column, frame, cells, findings)
    if column.values:
        allowed = set(column.values)
        known = cells.isin(allowed) | blank
        findings.rows(
            schema,
            frame,
            ~known,
            f"{column.name} to be one of {listed([v for v in column.values if v], most=99)}",
            lambda row: repr(texts[cells.codes[row]]),
            "use one of these words",
        )
    return _filled(series, cells, blank, str(column.default), categorical=schema.categorical)


def _filled(
    series: pd.Series[Any],
    cells: Distinct,
    blank: NDArray[np.bool_],
    default: str,
    *,
    categorical: bool,
) -> pd.Series[Any]:
    """Return the texts with blanks replaced by the default."""
    if categorical:
        texts = pd.Index([*cells.texts, default] if default not in cells.texts else cells.texts)
        codes = cells.codes.copy()
        codes[blank] = texts.to_list().index(default) if blank.any() else 0
        values = pd.Categorical.from_codes(codes, categories=texts.astype("str"))
        return pd.Series(values, index=series.index)
    text = series.astype("str")
    return text.mask(blank, default) if blank.any() else text


def _holds_other_than_text(series: pd.Series[Any]) -> bool:
    if series.isna().all():
        return False
    values = series.cat.categories if isinstance(series.dtype, pd.CategoricalDtype) else series
    return not pd.api.types.is_string_dtype(values.dropna())


def _check_characters(
    schema: TableSchema,
    column: Column,
    frame: pd.DataFrame,
    cells: Distinct,
    findings: Findings,
) -> None:
    """Refuse what a table file cannot keep, and blanks around ids, which nobody can see."""
    texts = cells.texts
    control = np.array([bool(_CONTROL.search(text)) for text in texts], dtype=bool)
    findings.rows(
        schema,
        frame,
        cells.rows_where(control),
        f"{column.name} without line breaks and control characters",
        lambda row: repr(texts[cells.codes[row]]),
        "take them out",
    )
    if column.name in schema.key or column.refers:
        padded = np.array([text != text.strip() for text in texts], dtype=bool) & ~control
        findings.rows(
            schema,
            frame,
            cells.rows_where(padded),
            f"{column.name} without blanks before or after it",
            lambda row: repr(texts[cells.codes[row]]),
            "take the blanks out",
        )


def _flag(
    schema: TableSchema,
    column: Column,
    frame: pd.DataFrame,
    series: pd.Series[Any],
    findings: Findings,
) -> pd.Series[Any]:
    words = series.astype("object").map(lambda cell: str(cell).strip().lower())
    blank = _blank(series)
    true = words.isin(_TRUE).to_numpy(dtype=bool)
    wrong = ~(true | words.isin(_FALSE).to_numpy(dtype=bool) | blank)
    findings.rows(
        schema,
        frame,
        wrong,
        f"{column.name} to be true or false",
        lambda row: repr(series.iloc[row]),
        "write true or false",
    )
    return pd.Series(np.where(blank, bool(column.default), true), index=series.index, dtype=bool)


def _number(
    schema: TableSchema,
    column: Column,
    frame: pd.DataFrame,
    series: pd.Series[Any],
    findings: Findings,
) -> pd.Series[Any]:
    blank = _blank(series)
    numbers = _parsed(series)
    wrong = np.isnan(numbers) & ~blank

    def show(row: int) -> str:
        return repr(series.iloc[row]) if isinstance(series.iloc[row], str) else str(numbers[row])

    named = column.unit in ("", column.name)
    subject = column.name if named else f"{column.name} ({column.unit})"
    expected = f"a number in column {subject}"
    findings.rows(schema, frame, wrong, expected, show, "write a plain number, such as 12 or 3.5")
    if column.required:
        findings.rows(schema, frame, blank, expected, "a blank", "fill it in")
    endless = np.isinf(numbers)
    if column.kind == "whole":
        endless |= np.abs(numbers) > _LARGEST_WHOLE
    findings.rows(
        schema, frame, endless, f"a finite number in column {subject}", show, "correct the number"
    )
    if column.low is not None:
        small = (numbers < column.low) & ~endless
        findings.rows(
            schema, frame, small, f"{subject} of at least {column.low:g}", show, "correct it"
        )
    if column.kind == "whole":
        with np.errstate(invalid="ignore"):
            broken = (numbers != np.floor(numbers)) & ~np.isnan(numbers) & ~endless
        findings.rows(schema, frame, broken, f"a whole number in {subject}", show, "correct it")
        usable = ~(wrong | blank | endless | broken)
        if not column.required:
            return pd.Series(np.where(usable, numbers, column.blank_number), index=series.index)
        return pd.Series(np.where(usable, numbers, 0).astype("int64"), index=series.index)
    missing = np.isnan(numbers)
    if missing.any() and not column.required:
        numbers = np.where(missing, column.blank_number, numbers)
    return pd.Series(numbers, index=series.index)


def _parsed(series: pd.Series[Any]) -> NDArray[np.float64]:
    """Return the cells as floats, NaN where they are not numbers."""
    if pd.api.types.is_bool_dtype(series.dtype) or isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype("object").map(str)
    numbers: NDArray[np.float64]
    if pd.api.types.is_numeric_dtype(series.dtype):
        numbers = series.to_numpy(dtype="float64", na_value=np.nan)
        return numbers
    parsed = pd.to_numeric(series.astype("object"), errors="coerce")
    numbers = parsed.to_numpy(dtype="float64", na_value=np.nan)
    return numbers
