"""Libraries that only roads need: loaded when used, with a clear word where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from zoning.errors import Fault, InputError

__all__ = ["extra"]

_PURPOSE = {
    "osmium": "to read files of OpenStreetMap",
    "osmnx": "to read GraphML, and to get the roads of a place by its name",
    "rasterio": "to read a raster of heights",
    "requests": "with which OSMnx asks OpenStreetMap's servers",
}


def extra(name: str) -> Any:
    """Return an optional library.

    Raises:
        InputError: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise InputError(
            Fault(
                "error", "installation", name, f"the library {name}, {_PURPOSE[name]}",
                "that it is not installed", "python -m pip install 'school-zoning[roads]'",
            )
        ) from error  # fmt: skip
