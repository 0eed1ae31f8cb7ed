"""The planner's list of addresses, and the table in which a family looks up its school."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from zoning.county.columns import tidy_column
from zoning.county.findings import Findings, listed
from zoning.county.schema import Column, TableSchema
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["ADDRESSES", "Address", "read_addresses", "tidy_addresses"]

ADDRESSES: Final = TableSchema(
    "addresses",
    (
        Column("unit_id"),
        Column("estate", required=False, blank=True),
        Column("street", required=False, blank=True),
        Column("from", "number", required=False, default=float("nan"), low=1, unit="house number"),
        Column("to", "number", required=False, default=float("nan"), low=1, unit="house number"),
        Column("side", required=False, default="all", values=("all", "odd", "even")),
    ),
    key=("unit_id", "estate", "street", "from"),
)
"""Estates (小区) and runs of house numbers, each in one unit; no numbers: the whole street."""

_SIDES: Final = {"all": {0, 1}, "odd": {1}, "even": {0}}
_LAST: Final = 10**6


@dataclass(frozen=True)
class Address:
    """An estate or a run of house numbers in a unit.

    Attributes:
        unit_id: the unit.
        estate: name of the estate, or blank.
        street: name of the street, or blank.
        first: the first house number; None: the whole street.
        last: the last one.
        side: ``"all"``, ``"odd"`` or ``"even"`` house numbers.
    """

    unit_id: str
    estate: str
    street: str
    first: int | None
    last: int | None
    side: str


def read_addresses(path: str | Path) -> pd.DataFrame:
    """Read a CSV file in UTF-8 with the columns of `ADDRESSES`.

    Raises:
        InputError: there is no such file, or it is no CSV in UTF-8.
    """
    file = Path(path)
    try:
        return pd.read_csv(
            file, dtype=str, keep_default_na=False, encoding="utf-8-sig", on_bad_lines="error"
        )
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            Fault("error", "addresses", file.name, "a CSV file in UTF-8 with a line of headings",
                  reason, "save it as 'CSV UTF-8' and name that file")
        ) from None  # fmt: skip


def tidy_addresses(frame: pd.DataFrame | None, county: County) -> list[Address]:
    """Return the addresses, checked; none if there is no table.

    Raises:
        InputError: unknown units, numbers that are no numbers, a row that names nothing, or two
            units for one house.
    """
    if frame is None or not len(frame):
        return []
    findings = Findings()
    frame = frame.reset_index(drop=True)
    if "unit_id" not in frame.columns:
        found = f"the columns {listed([str(name) for name in frame.columns])}"
        findings.error("addresses", "", "a column unit_id", found, "add the unit of each address")
        findings.raise_errors()
    columns: dict[str, Any] = {}
    for column in ADDRESSES:
        if column.name in frame.columns:
            columns[column.name], _ = tidy_column(ADDRESSES, column, frame, findings)
        else:
            columns[column.name] = pd.Series([column.default] * len(frame))
    table = pd.DataFrame(columns)
    _check_rows(table, county, findings)
    findings.raise_errors()
    addresses = [
        Address(
            row["unit_id"],
            row["estate"],
            row["street"],
            None if pd.isna(row["from"]) else int(row["from"]),
            None if pd.isna(row["to"]) else int(row["to"]),
            row["side"],
        )
        for row in table.to_dict("records")
    ]
    _check_houses(addresses, findings)
    findings.raise_errors()
    return addresses


def _check_rows(table: pd.DataFrame, county: County, findings: Findings) -> None:
    known = table["unit_id"].isin(set(county.units["unit_id"])).to_numpy(dtype=bool)
    findings.rows(
        ADDRESSES, table, ~known, "a unit of the county",
        lambda row: repr(table["unit_id"].iloc[row]), "correct unit_id",
    )  # fmt: skip
    nothing = (table["estate"].eq("") & table["street"].eq("")).to_numpy(dtype=bool)
    findings.rows(
        ADDRESSES, table, nothing, "an estate or a street", "neither", "fill in one of them"
    )
    first, last = table["from"], table["to"]
    numbered = first.notna() | last.notna()
    loose = (numbered & table["street"].eq("")).to_numpy(dtype=bool)
    findings.rows(
        ADDRESSES, table, loose, "a street for house numbers", "none", "fill in the street"
    )
    turned = (numbered & ~(first <= last)).to_numpy(dtype=bool)
    findings.rows(
        ADDRESSES, table, turned, "house numbers from the lower to the higher, or neither",
        lambda row: f"from {first.iloc[row]:g} to {last.iloc[row]:g}",
        "correct them; for a single house write it twice",
    )  # fmt: skip
    broken = ((first % 1 != 0) & first.notna() | (last % 1 != 0) & last.notna()).to_numpy(bool)
    findings.rows(
        ADDRESSES, table, broken, "whole house numbers",
        lambda row: f"from {first.iloc[row]:g} to {last.iloc[row]:g}",
        "leave suffixes out; they go with their number",
    )  # fmt: skip


def _check_houses(addresses: list[Address], findings: Findings) -> None:
    """Refuse a house or an estate that two units claim."""
    places: dict[tuple[str, str], list[tuple[int, Address]]] = {}
    for at, address in enumerate(addresses):
        key = ("street", address.street) if address.street else ("estate", address.estate)
        places.setdefault(key, []).append((at, address))
    for (kind, name), claims in places.items():
        for place, (at, one) in enumerate(claims):
            for _, other in claims[:place]:
                if one.unit_id != other.unit_id and _meet(one, other):
                    findings.error(
                        "addresses",
                        f"row {at + 1} ({kind} {name})",
                        "every house in one unit",
                        f"units {one.unit_id} and {other.unit_id} for the same houses",
                        "part the house numbers, or odd and even ones",
                    )


def _meet(one: Address, other: Address) -> bool:
    first = max(one.first or 1, other.first or 1)
    last = min(one.last or _LAST, other.last or _LAST)
    odd_or_even = _SIDES[one.side] & _SIDES[other.side]
    if first > last or not odd_or_even:
        return False
    return len(odd_or_even) == 2 or first < last or first % 2 in odd_or_even
