"""Parameters as plain data, so that a plan read from a file equals the plan that was written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set

__all__ = ["from_json", "number_from_json", "number_to_json", "plain", "plain_mapping", "to_json"]


def plain(value: object) -> object:
    """Return `value` as text, numbers, None, tuples and dicts with text keys.

    Sets are sorted, lists become tuples, numpy scalars become Python's, anything else its text.
    """
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return plain_mapping(value)
    if isinstance(value, Set):
        return tuple(sorted((plain(item) for item in value), key=str))
    if isinstance(value, (tuple, list)):
        return tuple(plain(item) for item in value)
    return str(value)


def plain_mapping(mapping: Mapping[str, object]) -> dict[str, object]:
    """Return a plain copy of a mapping."""
    return {str(key): plain(value) for key, value in mapping.items()}


def number_to_json(value: float) -> float | str | None:
    """Return a number that JSON can hold: NaN is null, infinities are texts."""
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def number_from_json(value: object) -> float:
    """Undo :func:`number_to_json`; ValueError or TypeError if it is no number."""
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError(f"{value!r} is not a number")
    return float(value)


def to_json(value: object) -> object:
    """Return plain data with every number that JSON cannot hold marked as ``{"number": text}``."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": str(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    return value


def from_json(value: object) -> object:
    """Undo :func:`to_json`."""
    if isinstance(value, dict):
        if set(value) == {"number"} and isinstance(value["number"], str):
            return float(value["number"])
        return {key: from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(from_json(item) for item in value)
    return value
