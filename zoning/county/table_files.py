"""Reading one table from a file: CSV, GeoJSON or Parquet, every failure a fault."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from zoning.county.findings import listed
from zoning.county.schema import SCHEMA, TableSchema

if TYPE_CHECKING:
    from zoning.county.findings import Findings

__all__ = ["read_table"]

_LONGEST_MESSAGE: Final = 200


def read_table(path: Path, table: str, crs: str, findings: Findings) -> Any:
    """Read a table as it is in its file; None, and a fault, if that cannot be done.

    Args:
        path: the file; its suffix tells the format.
        table: the table's name.
        crs: the county's coordinate system, which CSV and plain GeoJSON are in.
        findings: where faults go.
    """
    schema = SCHEMA[table]
    suffix = path.suffix.lower()
    try:
        if suffix == ".csv":
            return _read_csv(path, schema, crs, findings)
        if suffix in (".geojson", ".json") and schema.spatial:
            return _read_geojson(path, schema, crs, findings)
        if suffix in (".parquet", ".geoparquet"):
            return _read_parquet(path, schema)
    except OSError as error:
        _unreadable(findings, table, path, "a file that can be read", str(error))
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = f"bytes in line {line} that are not UTF-8"
        findings.error(table, path.name, "text in UTF-8", found, "save the file as UTF-8")
        return None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        _unreadable(findings, table, path, f"a complete {suffix[1:]} file", str(error))
        return None
    formats = ".geojson, .parquet or .csv" if schema.spatial else ".csv or .parquet"
    _unreadable(findings, table, path, f"a file ending in {formats}", repr(path.name))
    return None


def _unreadable(findings: Findings, table: str, path: Path, expected: str, found: str) -> None:
    message = " ".join(found.split())[:_LONGEST_MESSAGE].rstrip(".") or "something else"
    findings.error(table, path.name, expected, message, "write the file anew")


def _read_csv(path: Path, schema: TableSchema, crs: str, findings: Findings) -> Any:
    import pyarrow
    from pyarrow import csv as arrow_csv

    data = path.read_bytes()
    data.decode("utf-8-sig")
    header = next(csv.reader(io.StringIO(_first_line(data))), [])
    if not _header_fits(path, schema, header, findings):
        return None
    types = _arrow_types(schema, header)
    parse = arrow_csv.ParseOptions(newlines_in_values=True)
    for column_types in (types, dict.fromkeys(header, pyarrow.string())):
        convert = arrow_csv.ConvertOptions(
            column_types=column_types, null_values=[""], strings_can_be_null=False
        )
        try:
            frame = arrow_csv.read_csv(
                pyarrow.BufferReader(data), parse_options=parse, convert_options=convert
            ).to_pandas()
        except pyarrow.ArrowInvalid:
            continue  # a cell that is no number: the second time, all cells are read as text
        return _placed(frame, schema, crs, findings)
    return _ragged(path, schema, data, len(header), findings)


def _first_line(data: bytes) -> str:
    """Return the first line that is not blank."""
    for line in data.splitlines():
        text = line.decode("utf-8-sig")
        if text.strip():
            return text
    return ""


def _header_fits(path: Path, schema: TableSchema, header: list[str], findings: Findings) -> bool:
    known = {*schema.names, "x", "y"}
    if len(set(header)) == len(header) and known & set(header):
        return True
    findings.error(
        schema.name,
        f"{path.name}, first line",
        f"the columns' names, each once, parted by commas: {', '.join(schema.names)}",
        listed(header),
        "write the names of the columns in the first line",
    )
    return False


def _arrow_types(schema: TableSchema, header: list[str]) -> dict[str, Any]:
    """Return the type each column is read as: numbers only where numbers are declared."""
    import pyarrow

    text = pyarrow.string()
    if schema.categorical:
        text = pyarrow.dictionary(pyarrow.int32(), text)
    types = dict.fromkeys(header, pyarrow.string())
    for column in schema:
        if column.name in types and column.kind == "text":
            types[column.name] = text
        elif column.name in types and column.kind in ("number", "whole"):
            types[column.name] = pyarrow.float64()
    return types


def _ragged(path: Path, schema: TableSchema, data: bytes, width: int, findings: Findings) -> None:
    """Name the first rows that have too few or too many cells."""
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    wrong = 0
    try:
        for number, cells in enumerate(row for row in rows if row):
            if len(cells) != width and wrong < 20:
                wrong += 1
                findings.error(
                    schema.name,
                    f"row {number}",
                    f"{width} cells, as in the first line",
                    f"{len(cells)} cell{'' if len(cells) == 1 else 's'}",
                    "complete the row; text with a comma needs quotation marks",
                )
    except csv.Error as error:
        wrong += 1
        _unreadable(findings, schema.name, path, f"CSV about line {rows.line_num}", str(error))
    if not wrong:
        _unreadable(findings, schema.name, path, "a CSV file", "something else")


def _placed(frame: pd.DataFrame, schema: TableSchema, crs: str, findings: Findings) -> Any:
    """Turn the columns x and y of a table with geometry into points."""
    if not schema.spatial or not {"x", "y"} <= set(frame.columns):
        return frame
    import geopandas
    import shapely

    places = frame[["x", "y"]].apply(pd.to_numeric, errors="coerce").to_numpy(dtype="float64")
    bad = np.isnan(places).any(axis=1)
    findings.rows(
        schema, frame, bad, "a number in x and y", "none", f"write the coordinates in {crs}"
    )
    points = shapely.points(np.where(bad[:, None], 0.0, places))
    return geopandas.GeoDataFrame(frame.drop(columns=["x", "y"]), geometry=points)


def _read_parquet(path: Path, schema: TableSchema) -> Any:
    if schema.spatial:
        import geopandas

        frame = geopandas.read_parquet(path)
        if frame.geometry.name != "geometry":
            frame = frame.rename_geometry("geometry")
        return frame
    import pyarrow.parquet

    return pyarrow.parquet.read_table(path, partitioning=None).to_pandas()


def _read_geojson(path: Path, schema: TableSchema, crs: str, findings: Findings) -> Any:
    import geopandas
    import shapely

    document = json.loads(path.read_bytes().decode("utf-8-sig"))
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(item, dict) for item in features):
        _unreadable(findings, schema.name, path, "a GeoJSON FeatureCollection", "something else")
        return None
    texts = [json.dumps(item.get("geometry")) for item in features]
    shapes = shapely.from_geojson(
        [None if text == "null" else text for text in texts], on_invalid="ignore"
    )
    rows = [item.get("properties") or {} for item in features]
    names = list(dict.fromkeys(name for row in rows for name in row))
    if "geometry" in names:
        names.remove("geometry")
    frame = pd.DataFrame({name: _property(rows, name) for name in names}, index=range(len(rows)))
    return geopandas.GeoDataFrame(frame, geometry=list(shapes), crs=_stated_crs(document, crs))


def _property(rows: list[dict[str, Any]], name: str) -> pd.Series[Any]:
    return pd.Series([row.get(name) for row in rows], dtype="object").infer_objects()


def _stated_crs(document: dict[str, Any], crs: str) -> Any:
    """Return the system a GeoJSON file names in the older way; the county's if it names none."""
    import pyproj

    member = document.get("crs")
    name = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    try:
        return pyproj.CRS.from_user_input(name if name else crs)
    except pyproj.exceptions.CRSError:
        return None
