"""Journeys kept from run to run, under the hash of everything that decides them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from zoning.county.files import staged_folder
from zoning.county.straight_line import StraightLine
from zoning.errors import Fault, InputError
from zoning.travel.result import Journeys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.travel.choice import Choice
    from zoning.travel.places import Places

__all__ = ["keep", "kept", "key_of"]

_VERSION: Final = 1
"""Raised when the same input gives other journeys than before."""
_NOTES: Final = "notes.json"
_TABLES: Final = ("table", "snapped", "unreachable")
_ID_COLUMNS: Final = ["unit_id", "school_id", "mode", "method", "place", "id"]


def key_of(places: Places, choice: Choice, settings: Mapping[str, object]) -> str:
    """Return the SHA-256 (hexadecimal) of what decides the journeys.

    Args:
        places: homes and schools.
        choice: which pairs are listed.
        settings: digests of road and height files and the modes' settings, as JSON would have it.
    """
    plain = {
        "version": _VERSION,
        "units": places.unit_ids,
        "schools": places.school_ids,
        "limits": dict(choice.limits),
        "nearest": choice.nearest,
        **settings,
    }
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True).encode("utf-8", "surrogatepass"))
    for array in (places.homes, places.weight, places.schools):
        digest.update(array.astype("<f8").tobytes())
    for whole in (places.unit, choice.serves, choice.always):
        digest.update(whole.astype("<i8").tobytes())
    return digest.hexdigest()


def kept(folder: Path, key: str) -> Journeys | None:
    """Return the journeys kept under a key; None if there are none or their files are damaged."""
    here = _place(folder, key)
    try:
        notes = json.loads((here / _NOTES).read_text(encoding="utf-8"))
        if notes["key"] != key:
            return None
        tables = {name: pd.read_parquet(here / f"{name}.parquet") for name in _TABLES}
        return Journeys(
            **{name: _as_texts(table) for name, table in tables.items()},
            rules={mode: StraightLine(**rule) for mode, rule in notes["rules"].items()},
            warnings=tuple(Fault(**fault) for fault in notes["warnings"]),
            source=notes["source"],
            truncated=notes["truncated"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(folder: Path, key: str, journeys: Journeys) -> None:
    """Keep journeys under a key.

    Raises:
        InputError: the folder cannot be written to.
    """
    notes = {
        "key": key,
        "source": journeys.source,
        "truncated": journeys.truncated,
        "rules": {mode: asdict(rule) for mode, rule in journeys.rules.items()},
        "warnings": [asdict(fault) for fault in journeys.warnings],
    }
    try:
        with staged_folder(_place(folder, key), last=_NOTES) as staging:
            for name in _TABLES:
                getattr(journeys, name).to_parquet(staging / f"{name}.parquet", index=False)
            text = json.dumps(notes, ensure_ascii=False, indent=1)
            (staging / _NOTES).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(
            Fault(
                "error", "arguments", f"cache {folder}", "a folder that can be written to",
                str(error), "name another folder, or none",
            )
        ) from error  # fmt: skip


def _place(folder: Path, key: str) -> Path:
    return folder / f"travel-{key[:16]}"


def _as_texts(table: pd.DataFrame) -> Any:
    """Return ids as texts, whatever Parquet made of them."""
    return table.astype({name: "str" for name in _ID_COLUMNS if name in table.columns})
