"""A fingerprint of a county's content.

It is the same for the same content in any process, with any version of pandas and in any order
of the rows, so that a plan can say which county it was made for.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zoning.county.columns import distinct
from zoning.county.schema import SCHEMA, Column, TableSchema

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["content_hash"]


# numbers that are turned into bytes at a time
PIECE = 1 << 16


def content_hash(settings: Mapping[str, object], tables: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hexadecimal) of the settings and of every table's content.

    Args:
        settings: whatever can be written as JSON; the order of keys does not matter.
        tables: the county's tables in their declared form.
    """
    digest = hashlib.sha256()
    text = json.dumps(settings, ensure_ascii=False, sort_keys=True)
    digest.update(text.encode("utf-8"))
    for schema in SCHEMA.values():
        if schema.added and tables[schema.name].empty:
            continue  # it says no more than before there was such a table
        digest.update(f"\n{schema.name} {len(tables[schema.name])}\n".encode())
        _add_table(digest, schema, tables[schema.name])
    return digest.hexdigest()


def _add_table(digest: hashlib._Hash, schema: TableSchema, frame: Any) -> None:
    columns = schema.kept(frame)
    texts = {c.name: _Ranked.of(frame[c.name]) for c in columns if c.kind == "text"}
    order = _order([texts[n] if n in texts else frame[n].to_numpy() for n in schema.key])
    for column in columns:
        digest.update(f"\n{column.name}\n".encode())
        if column.name in texts:
            ranked = texts[column.name]
            words = json.dumps(ranked.vocabulary, ensure_ascii=False)
            digest.update(words.encode("utf-8", "surrogatepass"))
            for begin in range(0, len(order), PIECE):
                piece = ranked[order[begin : begin + PIECE]]
                digest.update(piece.astype("<i8").tobytes())
        else:
            _add_values(digest, column, frame[column.name], order)


@dataclass(frozen=True)
class _Ranked:
    """A text column: the rank of each row's text among those that occur, found when asked for.

    A travel table may have millions of rows; the numbers of its texts are small ones.
    """

    codes: NDArray[np.integer[Any]]
    rank: NDArray[np.int64]
    vocabulary: list[str]

    @classmethod
    def of(cls, series: pd.Series[Any]) -> _Ranked:
        cells = distinct(series)
        used = np.unique(cells.codes)
        texts = [cells.texts[code] for code in used]
        order = sorted(range(len(texts)), key=texts.__getitem__)
        rank = np.zeros(len(cells.texts) + 1, dtype=np.int64)
        rank[used[order]] = np.arange(len(used))
        return cls(cells.codes, rank, [texts[i] for i in order])

    def __getitem__(self, rows: Any) -> NDArray[np.int64]:
        ranks: NDArray[np.int64] = self.rank[self.codes[rows]]
        return ranks


def _order(keys: list[Any]) -> NDArray[np.intp]:
    """Rows by the first key, then the next ones."""
    size = math.prod(len(k.vocabulary) if isinstance(k, _Ranked) else 1 << 62 for k in keys)
    if size >= 1 << 62:  # they do not fit into one number
        return np.lexsort([key[:] for key in reversed(keys)])
    rows = len(keys[0].codes)
    packed = np.zeros(rows, dtype=np.int64)
    for begin in range(0, rows, PIECE):
        piece = slice(begin, begin + PIECE)
        for key in keys:
            packed[piece] = packed[piece] * len(key.vocabulary) + key[piece]
    return packed.argsort(kind="stable")


def _add_values(
    digest: hashlib._Hash, column: Column, series: pd.Series[Any], order: NDArray[np.intp]
) -> None:
    if column.kind == "geometry":
        import shapely

        for wkb in shapely.to_wkb(series.to_numpy()[order], byte_order=1, output_dimension=2):
            digest.update(len(wkb).to_bytes(8, "little"))
            digest.update(wkb)
    elif column.kind == "number" or (column.kind == "whole" and not column.whole):
        _add_numbers(digest, series.to_numpy(dtype="float64"), order, "<f8")
    else:
        _add_numbers(digest, series.to_numpy(), order, "<i8")


def _add_numbers(
    digest: hashlib._Hash, values: NDArray[Any], order: NDArray[np.intp], kind: str
) -> None:
    """Add numbers in order, some at a time: a travel table may have millions of rows."""
    for begin in range(0, len(order), PIECE):
        piece = values[order[begin : begin + PIECE]].astype(kind)
        if piece.dtype.kind == "f":
            piece += 0.0  # makes -0.0 the same as 0.0
            piece[np.isnan(piece)] = np.nan  # there are many NaN patterns
        digest.update(piece.tobytes())
