"""Roads by OSMnx: its GraphML files, and a place's roads from the internet."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoning.errors import Fault, InputError
from zoning.travel.extras import extra
from zoning.travel.roads import KEYS, MARGIN, RoadsBuilder

if TYPE_CHECKING:
    from zoning.travel.roads import Roads

__all__ = ["from_graphml", "roads_of_place"]


def from_graphml(
    path: Path, within: tuple[float, float, float, float] | None = None
) -> RoadsBuilder:
    """Read a GraphML file that OSMnx wrote (``save_graphml``), simplified or not.

    Raises:
        InputError: the file is no such GraphML, or OSMnx is not installed.
    """
    import networkx

    osmnx = extra("osmnx")
    damaged = (ValueError, KeyError, TypeError, OSError, ElementTree.ParseError)
    try:
        graph = osmnx.load_graphml(path)
        return _from_graph(graph, within)
    except (*damaged, networkx.NetworkXException) as error:
        raise InputError(
            Fault(
                "error", "roads", path.name, "GraphML with x, y and crs, as OSMnx saves it",
                f"{type(error).__name__}: {str(error)[:200]}",
                "save the graph again with osmnx.save_graphml",
            )
        ) from error  # fmt: skip


def roads_of_place(name: str, *, cache: str | Path | None = None) -> Roads:
    """Get all roads and paths of a place from OpenStreetMap, over the internet.

    Args:
        name: the place, such as ``"循化撒拉族自治县, 青海"``.
        cache: folder in which OSMnx keeps the answers; without one they are not kept.

    Raises:
        InputError: there is no internet, no such place, or OSMnx is not installed.
    """
    osmnx = extra("osmnx")
    requests = extra("requests")
    if not name.strip():
        raise InputError(_place(repr(name), "the name of a place", "none", "write its name"))
    try:
        with _settings(osmnx, cache):
            graph = osmnx.graph_from_place(
                name, network_type="all", simplify=False, retain_all=True
            )
    except requests.exceptions.RequestException as error:
        raise InputError(
            _place(
                name, "an answer of OpenStreetMap's servers", type(error).__name__,
                "check the internet, or use a road file (.osm.pbf)",
            )
        ) from error  # fmt: skip
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(
            _place(
                name, "a place with an area and roads on OpenStreetMap",
                " ".join(str(error).split())[:200].rstrip("."),
                "write the name as it is found on openstreetmap.org",
            )
        ) from error  # fmt: skip
    return _from_graph(graph, None).build(f"OpenStreetMap, {name}")


@contextmanager
def _settings(osmnx: Any, cache: str | Path | None) -> Iterator[None]:
    """Let OSMnx keep the tags that decide on speed and access, for the time being."""
    settings = osmnx.settings
    names = ("useful_tags_way", "use_cache", "cache_folder")
    before = {name: getattr(settings, name) for name in names}
    settings.useful_tags_way = sorted({*settings.useful_tags_way, *KEYS})
    settings.use_cache = cache is not None
    settings.cache_folder = before["cache_folder"] if cache is None else cache
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


def _from_graph(graph: Any, within: tuple[float, float, float, float] | None) -> RoadsBuilder:
    """Return the ways of a graph of OSMnx; two-way roads, which it holds twice, come once."""
    import pyproj

    to_degrees = pyproj.Transformer.from_crs(graph.graph["crs"], "EPSG:4326", always_xy=True)
    builder = RoadsBuilder()
    directed = graph.is_directed()
    for u, v, key, data in graph.edges(keys=True, data=True):
        one_way = data.get("oneway", directed)
        if data.get("reversed") is True and one_way is False:
            continue
        ends = (graph.nodes[u], graph.nodes[v])
        line = data.get("geometry")
        inner = [] if line is None else list(line.coords)[1:-1]
        xs = [float(ends[0]["x"]), *(c[0] for c in inner), float(ends[1]["x"])]
        ys = [float(ends[0]["y"]), *(c[1] for c in inner), float(ends[1]["y"])]
        lon, lat = to_degrees.transform(xs, ys)
        if within is not None and not _touches(lon, lat, within):
            continue
        ids: list[Any] = [u, *((u, v, key, i) for i in range(len(inner))), v]
        tags = {name: _first(data[name]) for name in KEYS if name in data}
        tags["oneway"] = "yes" if one_way in (True, "yes", "True") else ""
        builder.add(zip(ids, lon, lat, strict=True), tags, float(data.get("length", "nan")))
    return builder


def _touches(lon: list[float], lat: list[float], within: tuple[float, float, float, float]) -> bool:
    west, south, east, north = within
    apart = max(lon) < west - MARGIN or min(lon) > east + MARGIN
    return not (apart or max(lat) < south - MARGIN or min(lat) > north + MARGIN)


def _first(value: object) -> str:
    """Return a tag of a merged edge: the first of its values."""
    return str(value[0] if isinstance(value, list) and value else value)


def _place(name: str, expected: str, found: str, remedy: str) -> Fault:
    return Fault("error", "roads", f"place {name}", expected, found, remedy)
