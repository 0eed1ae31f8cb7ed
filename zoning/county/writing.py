"""Writing a county to a folder, so that reading it gives an equal county."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from zoning.county.county_toml import COUNTY_TOML, county_toml
from zoning.county.files import staged_folder
from zoning.county.schema import SCHEMA, TableSchema
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from zoning.county.county import County

__all__ = ["write_county"]

_MOST_CSV_ROWS: Final = 50_000
"""Tables with more rows are written as Parquet, which is smaller and quicker."""


def write_county(county: County, path: str | Path, overwrite: bool = False) -> Path:
    """Write a county to a folder: county.toml, GeoJSON for maps, CSV (or Parquet) for tables.

    Either all files are written or none. Numbers keep every digit.

    Args:
        county: what to write.
        path: the folder; made if it is not there.
        overwrite: replace a county that is there already. Other files there are left alone.

    Returns:
        The folder.

    Raises:
        InputError: the folder is in use and `overwrite` is False, or it is no county's folder.
    """
    folder = Path(path)
    _check_target(folder, overwrite=overwrite)
    files: dict[str, str] = {}
    with staged_folder(folder, last=COUNTY_TOML) as staging:
        for schema in SCHEMA.values():
            table = county.table(schema.name)
            waived = schema.name == "travel" and county.straight_line is not None
            if len(table) or (schema.required and not waived):
                names = [column.name for column in schema.kept(table)]
                files[schema.name] = _write_table(staging, schema, table[names], county)
        text = county_toml(county, files)
        (staging / COUNTY_TOML).write_bytes(text.encode("utf-8"))
    return folder


def _check_target(folder: Path, *, overwrite: bool) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        found, remedy = "a file", "choose another name"
    elif not any(folder.iterdir()):
        return
    elif not (folder / COUNTY_TOML).exists():
        found, remedy = "a folder with other files", "choose another folder"
    elif not overwrite:
        found, remedy = "a county", "choose another folder, or say overwrite=True"
    else:
        return
    raise InputError(
        Fault("error", "arguments", str(folder), "a new or empty folder", found, remedy)
    )


def _write_table(folder: Path, schema: TableSchema, table: Any, county: County) -> str:
    """Write one table and return its file's name."""
    if schema.spatial:
        name = f"{schema.name}.geojson"
        (folder / name).write_bytes(_geojson(schema, table, county.crs).encode("utf-8"))
    elif len(table) > _MOST_CSV_ROWS:
        name = f"{schema.name}.parquet"
        table.to_parquet(folder / name, index=False)
    else:
        name = f"{schema.name}.csv"
        plain = table.assign(
            **{
                column.name: table[column.name].astype(
                    "object" if column.kind == "text" else "Int64"
                )
                for column in schema
                if column.kind in ("text", "whole") and column.name in table
            }
        )
        text = plain.to_csv(index=False, lineterminator="\n")
        (folder / name).write_bytes(text.encode("utf-8"))
    return name


def _geojson(schema: TableSchema, table: Any, crs: str) -> str:
    """Return a FeatureCollection, one feature a line, coordinates with every digit."""
    import pyproj
    import shapely

    system = pyproj.CRS.from_user_input(crs)
    head = '{"type": "FeatureCollection",\n'
    if not system.equals("EPSG:4326", ignore_axis_order=True):
        authority = system.to_authority()
        name = f"urn:ogc:def:crs:{authority[0]}::{authority[1]}" if authority else crs
        member = {"type": "name", "properties": {"name": name}}
        head += f'"crs": {json.dumps(member)},\n'
    plain = pd.DataFrame(table.drop(columns="geometry")).astype("object")
    for column in schema:
        if column.kind == "whole" and column.name in plain:
            cells = [None if cell != cell else int(cell) for cell in plain[column.name]]
            plain[column.name] = pd.Series(cells, index=plain.index, dtype="object")
    names = plain.columns.to_list()
    lines = [
        f'{{"type": "Feature", "properties": {_properties(names, row)}, "geometry": {shape}}}'
        for row, shape in zip(
            plain.itertuples(index=False, name=None),
            shapely.to_geojson(table.geometry.to_numpy()),
            strict=True,
        )
    ]
    return head + '"features": [\n' + ",\n".join(lines) + "\n]}\n"


def _properties(names: list[str], row: tuple[Any, ...]) -> str:
    """Return a feature's properties; an unknown number is null."""
    values = {
        name: None if isinstance(value, float) and value != value else value
        for name, value in zip(names, row, strict=True)
    }
    return json.dumps(values, ensure_ascii=False)
