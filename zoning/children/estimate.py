"""An estimate of children: numbers in the form of the county's table, each with its method."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from zoning.county.files import atomic_write
from zoning.county.vocabulary import Provenance

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["AND", "KEY", "Estimate", "added"]

KEY: Final = ("unit_id", "stage", "grade", "year", "group")
AND: Final = " + "
"""Stands between the methods of a number that is a sum."""
_LICENCE: Final = "as its sources"


@dataclass(frozen=True, eq=False)
class Estimate:
    """Children per unit, grade, year and group, and how each number was got.

    Attributes:
        pupils: unit_id, stage, grade, year, group, pupils: the form of the county's table, so
            that ``county.replace(pupils=estimate.pupils)`` takes it. `on` also says in the
            county's records where the numbers come from.
        methods: the same rows in the same order, with ``method`` in words in place of the number.
        sources: where the data came from that the numbers were computed from.
        status: ``"modelled"``, or what the county's table had if nothing was computed.
    """

    pupils: pd.DataFrame
    methods: pd.DataFrame
    sources: tuple[str, ...] = ()
    status: str = "modelled"

    @classmethod
    def make(cls, pupils: pd.DataFrame, method: str, source: str) -> Estimate:
        """Return an estimate whose numbers were all got by one method; rows are sorted."""
        table = pupils[[*KEY, "pupils"]].sort_values(list(KEY), ignore_index=True)
        table = table.astype({"year": "int64", "pupils": "float64"})
        methods = table[list(KEY)].assign(method=method)
        return cls(table, methods, (source,) if source else ())

    @classmethod
    def of(cls, county: County) -> Estimate:
        """Return the county's own numbers, for ageing them or adding to them."""
        record = county.provenance.get("pupils", Provenance())
        made = cls.make(county.pupils, f"as in the county's table ({record.status})", record.source)
        return replace(made, status=record.status)

    @property
    def provenance(self) -> Provenance:
        """The record of the county's table: the methods that occur, and their sources."""
        each = [word for text in self.methods["method"].unique() for word in text.split(AND)]
        methods = "; ".join(dict.fromkeys(each))
        source = f"{methods}. From: {'; '.join(self.sources) or 'not stated'}"
        return Provenance(self.status, source, _LICENCE, {"pupils": self.status})

    def __add__(self, other: Estimate) -> Estimate:
        """Add children of another origin, such as a census of migrants or new housing.

        A number that both have becomes their sum, and its method names both.
        """
        if not isinstance(other, Estimate):
            return NotImplemented
        numbers = pd.concat([self.pupils, other.pupils], ignore_index=True)
        words = pd.concat([self.methods, other.methods], ignore_index=True)
        rows = added(numbers)
        both = words.duplicated(list(KEY), keep=False)
        joined = words[both].groupby(list(KEY), as_index=False)[["method"]].agg(_joined)
        joined = pd.concat([words[~both], joined]).sort_values(list(KEY), ignore_index=True)
        sources = tuple(dict.fromkeys(self.sources + other.sources))
        return Estimate(rows, joined, sources)

    def to_csv(self, path: str | Path) -> None:
        """Write every number beside its method, in one step.

        The county's table itself has no room for methods; this file goes with it.
        """
        table = self.pupils.assign(method=self.methods["method"])
        atomic_write(Path(path), table.to_csv(index=False, lineterminator="\n"))

    def on(self, county: County) -> County:
        """Return the county with these children, checked, and with its record of their origin.

        Stages of the county that the estimate says nothing of keep their numbers.

        Raises:
            InputError: the estimate does not fit the county.
        """
        kept = county.pupils[~county.pupils["stage"].isin(set(self.pupils["stage"]))]
        pupils = pd.concat([kept, self.pupils], ignore_index=True)
        record = self.provenance
        if len(kept):
            old = county.provenance.get("pupils", Provenance())
            others = ", ".join(sorted(set(kept["stage"])))
            record = replace(record, note=f"{others}: {old.status}, {old.source}")
        return county.replace(pupils=pupils, provenance={**county.provenance, "pupils": record})


def added(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of pupils by `KEY`, sorted by it."""
    return rows.groupby(list(KEY), as_index=False)[["pupils"]].sum()


def _joined(texts: pd.Series[str]) -> str:
    return AND.join(dict.fromkeys(texts))
