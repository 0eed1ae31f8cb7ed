"""Reading roads: OpenStreetMap files (XML, packed or not, and PBF), GraphML, or a place's name."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zoning.errors import Fault, InputError
from zoning.travel.extras import extra
from zoning.travel.packed import unpacked_size
from zoning.travel.roads import KEYS, MARGIN, RoadsBuilder

if TYPE_CHECKING:
    from zoning.travel.roads import Roads

__all__ = ["MOST_BYTES", "check_file", "file_digest", "read_roads"]

OSM: Final = (".osm", ".osm.gz", ".osm.bz2", ".xml", ".pbf")
GRAPHML: Final = (".graphml",)
MOST_BYTES: Final = 4 * 10**9
"""A packed file may not be larger than this when it is unpacked."""


def read_roads(
    path: str | Path,
    *,
    within: tuple[float, float, float, float] | None = None,
    most_bytes: int = MOST_BYTES,
) -> Roads:
    """Read the roads of a file.

    Args:
        path: a file of OpenStreetMap (``.osm``, ``.osm.gz``, ``.osm.bz2``, ``.pbf``), or GraphML
            as OSMnx writes it (``.graphml``).
        within: west, south, east and north in degrees; roads more than 0.05 degrees away are
            left out, so that a province's file serves a county.
        most_bytes: a packed file that is larger than this when unpacked is refused.

    Returns:
        All roads and paths of the file, whatever their mode of travel.

    Raises:
        InputError: the file is missing, of another kind, damaged, too large or without roads; or
            the library that reads it is not installed.
    """
    file, kind = check_file(path)
    if kind == "osm":
        unpacked_size(file, most_bytes)
        builder = _from_osm(file, within)
    else:
        from zoning.travel.graphml import from_graphml

        builder = from_graphml(file, within)
    roads = builder.build(file.name, file_digest(file))
    if not len(roads.metres):
        where = "" if within is None else " near the county"
        raise InputError(
            _fault(
                file, f"roads (ways with the key highway){where}", "none",
                "use the road file of the county's own region, with ways and their points",
            )
        )  # fmt: skip
    return roads


def check_file(path: str | Path) -> tuple[Path, str]:
    """Return the file as a Path and how it is read: ``"osm"`` or ``"graphml"``.

    Raises:
        InputError: there is no such file, or it is of another kind.
    """
    file = Path(path)
    name = file.name.lower()
    if not file.is_file():
        found = "a folder" if file.is_dir() else "no such file"
        raise InputError(_fault(file, "a road file", found, "correct the path"))
    if name.endswith(OSM):
        return file, "osm"
    if name.endswith(GRAPHML):
        return file, "graphml"
    raise InputError(
        _fault(
            file, f"a file ending in {', '.join((*OSM, *GRAPHML))}", repr(file.name),
            "export the roads from OpenStreetMap (.osm.pbf), or with OSMnx (save_graphml)",
        )
    )  # fmt: skip


def file_digest(path: Path) -> str:
    """Return the SHA-256 (hexadecimal) of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _from_osm(path: Path, within: tuple[float, float, float, float] | None) -> RoadsBuilder:
    """Read the ways with the key ``highway`` of an OpenStreetMap file."""
    osmium = extra("osmium")
    builder = RoadsBuilder()
    wanted = osmium.osm.NODE | osmium.osm.WAY
    try:
        ways = (
            osmium.FileProcessor(str(path), wanted)
            .with_locations()
            .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
            .with_filter(osmium.filter.KeyFilter("highway"))
        )
        for way in ways:
            _add_way(builder, way, within)
    except (RuntimeError, ValueError, OSError) as error:
        raise InputError(
            _fault(
                path, "a complete file of OpenStreetMap",
                " ".join(str(error).split())[:200].rstrip("."),
                "download or export the file again",
            )
        ) from error  # fmt: skip
    return builder


def _add_way(
    builder: RoadsBuilder, way: Any, within: tuple[float, float, float, float] | None
) -> None:
    """Add a way piece by piece: it is cut where points are missing from the file or far away."""
    if way.tags.get("area") == "yes" and way.tags["highway"] not in ("pedestrian", "footway"):
        return  # the border of a car park is no road; a square is crossed along its border
    tags = {key: way.tags[key] for key in KEYS if key in way.tags}
    piece: list[tuple[int, float, float]] = []
    for node in way.nodes:
        if node.location.valid() and (within is None or _near(node.lon, node.lat, within)):
            piece.append((node.ref, node.lon, node.lat))
        else:
            builder.add(piece, tags)
            piece = []
    builder.add(piece, tags)


def _near(lon: float, lat: float, within: tuple[float, float, float, float]) -> bool:
    west, south, east, north = within
    return west - MARGIN <= lon <= east + MARGIN and south - MARGIN <= lat <= north + MARGIN


def _fault(path: Path, expected: str, found: str, remedy: str) -> Fault:
    return Fault("error", "roads", path.name, expected, found, remedy)
