"""A fingerprint of a county's content.

It is the same for the same content in any process, with any version of pandas and in any order
of the rows, so that a plan can say which county it was made for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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
    ranks: dict[str, NDArray[np.int32]] = {}
    vocabularies: dict[str, list[str]] = {}
    columns = schema.kept(frame)
    for column in columns:
        if column.kind == "text":
            ranks[column.name], vocabularies[column.name] = _ranked(frame[column.name])
    keys = [ranks[n] if n in ranks else frame[n].to_numpy() for n in schema.key]
    order = np.lexsort(keys[::-1]) if len(frame) else np.zeros(0, dtype=np.intp)
    for column in columns:
        digest.update(f"\n{column.name}\n".encode())
        if column.kind == "text":
            words = json.dumps(vocabularies[column.name], ensure_ascii=False)
            digest.update(words.encode("utf-8", "surrogatepass"))
            _add_numbers(digest, ranks[column.name], order, "<i8")
        else:
            _add_values(digest, column, frame[column.name], order)


def _ranked(series: pd.Series[Any]) -> tuple[NDArray[np.int32], list[str]]:
    """Return for each row the rank of its text, and the texts that occur, sorted."""
    cells = distinct(series)
    used = np.unique(cells.codes)
    texts = [cells.texts[code] for code in used]
    order = sorted(range(len(texts)), key=texts.__getitem__)
    rank = np.zeros(len(cells.texts) + 1, dtype=np.int32)
    rank[used[order]] = np.arange(len(used))
    return rank[cells.codes], [texts[i] for i in order]


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
