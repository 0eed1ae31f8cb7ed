"""A whole county in one GeoPackage, and reading and writing a county wherever it is.

The tables with a place are layers, the others are attribute tables of the same names. The table
`county` holds `county.toml` line by line in the column `text`, so that the file explains itself.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pandas as pd

from zoning.county import County
from zoning.county import read_county as read_folder
from zoning.county import write_county as write_folder
from zoning.county.county_toml import COUNTY_TOML, county_toml
from zoning.county.files import atomic_path
from zoning.county.schema import SCHEMA
from zoning.errors import Fault, InputError
from zoning.sources.description import SOURCES_TOML

__all__ = ["read_county", "write_county"]

_SUFFIX: Final = ".gpkg"
_START: Final = b"SQLite format 3\x00"
_HEAD: Final = "county"
_REMEDY: Final = "give a file that write_county wrote; for a bureau's own layers see sources.toml"


def read_county(path: str | Path) -> County:
    """Read a county from a folder with `county.toml`, or from a GeoPackage with a whole county.

    Args:
        path: the folder (`data/README.md` describes what is in it) or a file ending in .gpkg.

    Raises:
        InputError: with everything that is wrong in any of the tables.
    """
    place = Path(path)
    if place.suffix.lower() != _SUFFIX or place.is_dir():
        if (place / SOURCES_TOML).is_file() and not (place / COUNTY_TOML).exists():
            raise InputError(
                Fault(
                    "error", "arguments", str(place), f"a folder with {COUNTY_TOML}",
                    f"a bureau's own files ({SOURCES_TOML})", "read them with read_sources, which "
                    "also tells what was guessed",
                )
            )  # fmt: skip
        return read_folder(place)
    with tempfile.TemporaryDirectory() as folder:
        try:
            _unpack(place, Path(folder))
        except (OSError, ValueError, RuntimeError) as error:  # GDAL's errors are RuntimeErrors
            found = " ".join(str(error).split())[:200]
            raise InputError(_fault(place, "a GeoPackage that can be read", found)) from None
        return read_folder(Path(folder))


def write_county(county: County, path: str | Path, overwrite: bool = False) -> Path:
    """Write a county to a folder, or to one GeoPackage if the path ends in .gpkg.

    Either all is written or nothing. Read again, the county is equal.

    Args:
        county: what to write.
        path: the folder or file.
        overwrite: replace a county that is there already.

    Returns:
        The path.

    Raises:
        InputError: there is something already and `overwrite` is False, or it is no county.
    """
    place = Path(path)
    if place.suffix.lower() != _SUFFIX or place.is_dir():
        return write_folder(county, place, overwrite)
    if place.exists() and not overwrite:
        fault = Fault(
            "error", "arguments", str(place), "a new file", "one that is there",
            "choose another name, or say overwrite=True",
        )  # fmt: skip
        raise InputError(fault)
    place.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(place) as temporary:
        _pack(county, temporary)
    return place


def _fault(path: Path, expected: str, found: str) -> Fault:
    return Fault("error", path.name, "", expected, found.replace(str(path), path.name), _REMEDY)


def _pack(county: County, path: Path) -> None:
    import pyogrio

    tables: dict[str, Any] = {}
    for schema in SCHEMA.values():
        table = county.table(schema.name)
        waived = schema.name == "travel" and county.straight_line is not None
        if len(table) or (schema.required and not waived):
            tables[schema.name] = table[[column.name for column in schema.kept(table)]]
    text = county_toml(county, {name: f"{name}.parquet" for name in tables})
    with warnings.catch_warnings(), _unhurried():
        warnings.simplefilter("ignore")  # about systems of coordinates without a code
        for name, table in tables.items():
            plain = {c.name: table[c.name].astype("object") for c in SCHEMA[name]
                     if c.kind == "text" and c.name in table}  # fmt: skip
            pyogrio.write_dataframe(table.assign(**plain), path, layer=name, driver="GPKG",
                                    append=path.exists())  # fmt: skip
        lines = pd.DataFrame({"text": pd.Series(text.split("\n"), dtype="object")})
        pyogrio.write_dataframe(lines, path, layer=_HEAD, driver="GPKG", append=True)


@contextmanager
def _unhurried() -> Iterator[None]:
    """Let SQLite leave it to the operating system when to write: the file is renamed at the end."""
    import pyogrio

    name = "OGR_SQLITE_SYNCHRONOUS"
    before = pyogrio.get_gdal_config_option(name)
    pyogrio.set_gdal_config_options({name: "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({name: before})


def _unpack(path: Path, folder: Path) -> None:
    """Write the file's tables to a folder in the library's own format."""
    import pyogrio

    with path.open("rb") as file:
        if file.read(len(_START)) != _START:
            raise InputError(_fault(path, "a GeoPackage", "a file of another kind"))
    layers = {str(name) for name in pyogrio.list_layers(path)[:, 0]}
    if _HEAD not in layers:
        found = "layers " + ", ".join(sorted(layers)[:8])
        raise InputError(_fault(path, f"a table {_HEAD!r} with the county's description", found))
    head = pyogrio.read_dataframe(path, layer=_HEAD)
    if "text" not in head.columns:
        raise InputError(_fault(path, f"a column text in the table {_HEAD!r}", "none"))
    lines = ["" if line is None or line != line else str(line) for line in head["text"]]
    (folder / COUNTY_TOML).write_bytes("\n".join(lines).encode("utf-8"))
    for name in layers & set(SCHEMA):
        frame = pyogrio.read_dataframe(path, layer=name)
        texts = [c.name for c in SCHEMA[name] if c.kind == "text" and c.name in frame]
        frame = frame.assign(**{name: frame[name].map(_as_text).astype("object") for name in texts})
        frame.to_parquet(folder / f"{name}.parquet", index=False)


def _as_text(cell: object) -> object:
    return "" if cell is None or cell != cell else cell
