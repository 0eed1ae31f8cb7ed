"""Layers with geometry: GeoPackage, shapefile (also zipped), GeoJSON and (Geo)Parquet."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zoning.county.findings import listed
from zoning.sources.archives import unpacked
from zoning.sources.raw import Note, Raw, raw_of_frame
from zoning.sources.text_files import detected
from zoning.sources.workbooks import chosen

if TYPE_CHECKING:
    from zoning.county.findings import Findings

__all__ = ["LAYER_SUFFIXES", "read_layer"]

LAYER_SUFFIXES: Final = (".gpkg", ".shp", ".zip", ".geojson", ".json", ".parquet", ".geoparquet")
_STARTS: Final = {
    ".gpkg": b"SQLite format 3\x00",
    ".shp": b"\x00\x00\x27\x0a",
    ".parquet": b"PAR1",
    ".geoparquet": b"PAR1",
}
"""GDAL opens whatever a file turns out to be, also lists of other files: so the kind is checked."""


def read_layer(
    path: Path, place: str, table: str, layer: str, encoding: str,
    findings: Findings, notes: list[Note],
) -> Raw | None:  # fmt: skip
    """Read a layer, or return None and a fault.

    Args:
        path: the file.
        place: its name.
        table: the county's table it is for.
        layer: the layer's name; ``""`` to find it.
        encoding: of a shapefile's texts; ``""`` to find it.
        findings: where faults go.
        notes: where guesses go.
    """
    if path.suffix.lower() == ".zip":
        with tempfile.TemporaryDirectory() as folder:
            return _zipped(path, Path(folder), place, table, encoding, findings, notes)
    try:
        if not _is_what_it_says(path, place, findings):
            return None
        if path.suffix.lower() in (".parquet", ".geoparquet"):
            return raw_of_frame(_parquet(path), place)
        return _vector(path, place, table, layer, encoding, findings, notes)
    except Exception as error:  # GDAL and Arrow raise whatever the damaged file leads to
        found = " ".join(str(error).split())[:200] or type(error).__name__
        findings.error(
            place, "", f"a complete {path.suffix[1:]} file", found.replace(str(path), place),
            "write the file anew from the GIS",
        )  # fmt: skip
        return None


def _zipped(
    path: Path, folder: Path, place: str, table: str, encoding: str,
    findings: Findings, notes: list[Note],
) -> Raw | None:  # fmt: skip
    if not unpacked(path, folder, place, findings):
        return None
    shapes = sorted(folder.glob("*.shp")) + sorted(folder.glob("*.SHP"))
    if len(shapes) != 1:
        findings.error(
            place, "", "one shapefile (.shp with .dbf, .shx, .prj)",
            listed([shape.name for shape in shapes]), "zip the shapefile's parts, nothing else",
        )  # fmt: skip
        return None
    return read_layer(shapes[0], f"{place}, {shapes[0].name}", table, "", encoding, findings, notes)


def _is_what_it_says(path: Path, place: str, findings: Findings) -> bool:
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(200)
    wanted = _STARTS.get(suffix)
    right = start.startswith(wanted) if wanted else start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    if not right:
        findings.error(
            place, "", f"a {suffix[1:]} file", "a file of another kind",
            "export the layer anew, and keep the ending that belongs to its kind",
        )  # fmt: skip
        return False
    if suffix == ".shp":
        absent = [part for part in (".dbf", ".shx") if _part(path, part) is None]
        if absent:
            findings.error(
                place, "", "a shapefile with its parts .shp, .dbf and .shx",
                f"no {' and no '.join(absent)}", "copy all files of that name into the folder",
            )  # fmt: skip
            return False
    return True


def _part(path: Path, suffix: str) -> Path | None:
    """Return a shapefile's part that lies beside it, not somewhere a link leads to."""
    for candidate in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if candidate.is_file() and candidate.resolve().parent == path.resolve().parent:
            return candidate
    return None


def _parquet(path: Path) -> Any:
    import pyarrow.parquet

    metadata = pyarrow.parquet.read_schema(path).metadata or {}
    if b"geo" in metadata:
        import geopandas

        return geopandas.read_parquet(path)
    return pyarrow.parquet.read_table(path, partitioning=None).to_pandas()


def _vector(
    path: Path, place: str, table: str, layer: str, encoding: str,
    findings: Findings, notes: list[Note],
) -> Raw | None:  # fmt: skip
    import pyogrio

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        name = chosen(layer, names, table, place, "layer", findings, notes)
        if name is None:
            return None
        if path.suffix.lower() == ".shp" and not encoding:
            encoding = _dbf_encoding(path, place, notes)
        frame = pyogrio.read_dataframe(path, layer=name, encoding=encoding or None)
    if path.suffix.lower() == ".shp":
        frame = _right_hand(frame)
    return raw_of_frame(frame, f"{place}, layer {name}" if len(names) > 1 else place)


def _dbf_encoding(path: Path, place: str, notes: list[Note]) -> str:
    """Return the encoding of a shapefile's texts; ``""`` where the file states it itself."""
    part = _part(path, ".dbf")
    assert part is not None
    data = part.read_bytes()
    if _part(path, ".cpg") is not None or len(data) < 32:
        return ""
    body = data[int.from_bytes(data[8:10], "little") :]
    if body.isascii():
        return ""
    # texts are cut at the column's width, perhaps inside a letter: look at whole ones only
    try:
        body.decode("utf-8")
        found = "UTF-8"
    except UnicodeDecodeError:
        guess = detected(body)
        found = guess[1] if guess else "GB18030"
    notes.append(Note(place, f"encoding taken as {found}: there is no .cpg file"))
    return found


def _right_hand(frame: Any) -> Any:
    """Turn rings as GeoJSON and GeoPackage have them; shapefiles wind them the other way."""
    import shapely

    if not hasattr(frame, "geometry"):
        return frame
    shapes = shapely.orient_polygons(frame.geometry.to_numpy(), exterior_cw=False)
    return frame.set_geometry(shapes, crs=frame.crs)
