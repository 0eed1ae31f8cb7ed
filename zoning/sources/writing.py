"""Writing a county as a bureau's files, so that reading them gives an equal county."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pandas as pd

from zoning.county import County, Provenance
from zoning.county.files import staged_folder
from zoning.county.geometry import is_points
from zoning.county.schema import SCHEMA, TableSchema
from zoning.county.straight_line import STRAIGHT_LINE
from zoning.errors import Fault, InputError
from zoning.sources.description import SOURCES_TOML

__all__ = ["FORMATS", "fill_sheet", "neutral", "write_sources"]

_FORMULA_STARTS: Final = tuple("=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20")
_LONGEST_CELL: Final = 32_767

Tables = dict[str, Any]
Sections = dict[str, dict[str, Any]]
One = Callable[[Path, TableSchema, Any, County], dict[str, Any]]
All = Callable[[Path, Tables, County], Sections]


def neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; reading takes the mark off again."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def write_sources(county: County, folder: str | Path, form: str = "xlsx") -> Path:
    """Write a county as files that a bureau's programs open, with `sources.toml` to read it again.

    Args:
        county: what to write.
        folder: a folder that is new or empty.
        form: ``"xlsx"`` (one workbook; places as x and y, areas as WKT), ``"csv"``,
            ``"geojson"``, ``"geoparquet"``, ``"geopackage"`` or ``"shapefile"`` (the maps; other
            tables are CSV, in a GeoPackage they are tables of it). Shapefiles keep at most 254
            bytes of a text, and 15 digits of a number.

    Returns:
        The folder.

    Raises:
        InputError: the folder is in use, there is no such form, or it cannot hold the county.
    """
    if form not in FORMATS:
        raise InputError(_fault("form", " or ".join(FORMATS), repr(form), "name one of them"))
    home = Path(folder)
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise InputError(
            _fault(str(home), "a new or empty folder", "one in use", "choose another folder")
        )
    with staged_folder(home, last=SOURCES_TOML) as staging:
        sections = FORMATS[form](staging, _tables(county), county)
        (staging / SOURCES_TOML).write_bytes(_toml(county, sections).encode("utf-8"))
    return home


def _tables(county: County) -> dict[str, Any]:
    """Return the tables that a reader needs."""
    tables = {}
    for schema in SCHEMA.values():
        table = county.table(schema.name)
        waived = schema.name == "travel" and county.straight_line is not None
        if len(table) or (schema.required and not waived):
            tables[schema.name] = table
    return tables


def _fault(where: str, expected: str, found: str, remedy: str) -> Fault:
    return Fault("error", "arguments", where, expected, found, remedy)


def _toml(county: County, sections: Sections) -> str:
    import tomli_w

    document: dict[str, Any] = {
        "format": 1, "name": county.name, "year": county.year, "crs": county.crs,
        "metric_crs": county.metric_crs, "standards": county.standards, "notice": county.notice,
        "stages": {
            stage.name: {"grades": list(stage.grades)}
            | ({"bands": {b: list(g) for b, g in stage.bands.items()}}
               if stage.has_own_bands else {})
            for stage in county.stages
        },
    }  # fmt: skip
    rule = county.straight_line
    if rule is not None:
        numbers = {"detour": rule.detour, "metres_a_minute": rule.metres_a_minute}
        known = {key: value for key, value in numbers.items() if value is not None}
        document["travel"] = {"rule": STRAIGHT_LINE, **known}
    tables: dict[str, Any] = {}
    for name, section in sections.items():
        origin = county.provenance.get(name, Provenance())
        labels = {"status": origin.status, "source": origin.source, "licence": origin.licence}
        tables[name] = {**section, **labels, **({"note": origin.note} if origin.note else {})}
        if origin.columns:
            tables[name]["labels"] = dict(origin.columns)
    if "travel" in tables:
        tables["travel"] |= {"truncated": county.travel_truncated, **county.measures}
    if "pupils" in tables:
        tables["pupils"]["counts"] = "resident"
        document["pupils_from"] = ["resident"]
    return tomli_w.dumps(document | {"tables": tables})


def _plain(schema: TableSchema, table: Any) -> pd.DataFrame:
    """Return a table's kept columns without geometry, texts as objects."""
    columns = {
        c.name: table[c.name].astype("object") if c.kind == "text" else table[c.name]
        for c in schema.kept(table) if c.kind != "geometry"
    }  # fmt: skip
    return pd.DataFrame(columns)


def _placed(schema: TableSchema, table: Any) -> pd.DataFrame:
    """Return a table with its place in columns: x and y of points, WKT of areas."""
    plain = _plain(schema, table)
    if schema.spatial and len(table):
        if is_points(table):
            plain["x"], plain["y"] = table.geometry.x, table.geometry.y
        else:
            import shapely

            plain["wkt"] = shapely.to_wkt(table.geometry.to_numpy(), rounding_precision=-1)
    return plain


def _each(write: One) -> All:
    """Return a writer of all tables that writes one after the other."""

    def write_all(folder: Path, tables: Tables, county: County) -> Sections:
        return {n: write(folder, SCHEMA[n], table, county) for n, table in tables.items()}

    return write_all


def _csv(folder: Path, schema: TableSchema, table: Any, county: County) -> dict[str, Any]:
    plain = _placed(schema, table)
    for column in schema:
        if column.kind == "text" and column.name in plain.columns:
            plain[column.name] = plain[column.name].map(neutral)
    name = f"{schema.name}.csv"
    text = plain.to_csv(index=False, lineterminator="\n")
    (folder / name).write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
    return {"file": name, "encoding": "UTF-8", **({"crs": county.crs} if schema.spatial else {})}


def _xlsx(folder: Path, tables: Tables, county: County) -> Sections:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sections: Sections = {}
    for name, table in tables.items():
        schema = SCHEMA[name]
        fill_sheet(book.create_sheet(name), _placed(schema, table))
        sections[name] = {"file": "county.xlsx", "sheet": name}
        sections[name] |= {"crs": county.crs} if schema.spatial else {}
    book.save(folder / "county.xlsx")
    return sections


def fill_sheet(sheet: Any, plain: pd.DataFrame) -> None:
    """Write a table to a sheet: texts stay texts, also where they look like formulas.

    Raises:
        InputError: a text is too long for a cell.
    """
    sheet.append(plain.columns.to_list())
    for row, cells in enumerate(plain.astype("object").itertuples(index=False), start=2):
        for column, value in enumerate(cells, start=1):
            if isinstance(value, str) and len(value) > _LONGEST_CELL:
                raise InputError(
                    _fault("form", "areas that fit a cell (32,767 letters)",
                           f"one of {len(value):,} in {sheet.title}, row {row}",
                           "choose geopackage, shapefile or geojson")
                )  # fmt: skip
            if value == "" or value != value:
                continue
            cell = sheet.cell(row, column)
            number = isinstance(value, float) and float(f"{value:.16g}") != value
            cell.value = repr(float(value)) if number else value
            if number:  # openpyxl writes 16 digits of a number, and this one has 17
                cell.data_type = "n"
            elif isinstance(value, str):
                cell.data_type, cell.quotePrefix = "s", True


def _layer(folder: Path, schema: TableSchema, table: Any, name: str, **how: Any) -> None:
    import pyogrio

    frame: Any = _plain(schema, table)
    if schema.spatial:
        import geopandas

        frame = geopandas.GeoDataFrame(frame, geometry=table.geometry)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about systems of coordinates without a code
        pyogrio.write_dataframe(frame, folder / name, **how)


def _geopackage(folder: Path, schema: TableSchema, table: Any, county: County) -> dict[str, Any]:
    name = "county-layers.gpkg"
    _layer(folder, schema, table, name, layer=schema.name, driver="GPKG",
           append=(folder / name).exists())  # fmt: skip
    return {"file": name, "layer": schema.name, **({"crs": county.crs} if schema.spatial else {})}


def _shapefile(folder: Path, schema: TableSchema, table: Any, county: County) -> dict[str, Any]:
    if not schema.spatial:
        return _csv(folder, schema, table, county)
    import geopandas

    # a shapefile cuts headings at ten letters
    named = {c.name: f"c{i}" for i, c in enumerate(schema) if c.kind != "geometry"}
    plain = _plain(schema, table)
    for column in schema:
        if column.name in plain.columns and column.kind == "text":
            _fits_shapefile(schema.name, column.name, plain[column.name])
    # a dbf has no empty text beside a missing one, and stores true and false as letters
    flags = {c.name: plain[c.name].map({True: "true", False: "false"}) for c in schema
             if c.kind == "flag" and c.name in plain.columns}  # fmt: skip
    frame = plain.assign(**flags).rename(columns=named)
    layer = geopandas.GeoDataFrame(frame, geometry=table.geometry)
    import pyogrio

    name = f"{schema.name}.shp"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(layer, folder / name, driver="ESRI Shapefile", encoding="UTF-8")
    columns = {field: head for field, head in named.items() if head in frame.columns}
    return {"file": name, "encoding": "UTF-8", "crs": county.crs, "columns": columns}


def _fits_shapefile(table: str, column: str, cells: pd.Series[Any]) -> None:
    longest = max((len(str(text).encode("utf-8")) for text in cells), default=0)
    if longest > 254:
        raise InputError(
            _fault("form", f"at most 254 bytes in {column} of {table}", str(longest),
                   "choose geopackage or geojson")
        )  # fmt: skip


def _geojson(folder: Path, schema: TableSchema, table: Any, county: County) -> dict[str, Any]:
    if not schema.spatial:
        return _csv(folder, schema, table, county)
    name = f"{schema.name}.geojson"
    _layer(folder, schema, table, name, driver="GeoJSON", COORDINATE_PRECISION=17,
           SIGNIFICANT_FIGURES=17)  # fmt: skip
    return {"file": name, "crs": county.crs}


def _geoparquet(folder: Path, schema: TableSchema, table: Any, county: County) -> dict[str, Any]:
    name = f"{schema.name}.parquet"
    frame: Any = _plain(schema, table)
    if schema.spatial:
        import geopandas

        frame = geopandas.GeoDataFrame(frame, geometry=table.geometry)
    frame.to_parquet(folder / name, index=False)
    return {"file": name, **({"crs": county.crs} if schema.spatial else {})}


FORMATS: Final[dict[str, All]] = {
    "xlsx": _xlsx,
    "csv": _each(_csv),
    "geojson": _each(_geojson),
    "geoparquet": _each(_geoparquet),
    "geopackage": _each(_geopackage),
    "shapefile": _each(_shapefile),
}
"""Name of a form -> what writes the tables in it and returns their sections of `sources.toml`."""
