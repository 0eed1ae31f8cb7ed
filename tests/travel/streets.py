"""A small town of streets for tests: OpenStreetMap text, files and roads, and a county on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import geopandas
import numpy as np
import pyproj

from tests.builders import METRIC, SOUTH, WEST, grid_county
from zoning.county import County
from zoning.travel.roads import Roads, RoadsBuilder

Street = tuple[Sequence[str], Mapping[str, str]]
DEGREES = pyproj.Transformer.from_crs(METRIC, "EPSG:4326", always_xy=True)
ROAD = {"highway": "residential"}


def lonlat(x: float, y: float) -> tuple[float, float]:
    """Return degrees of a place in metres from the corner of the test counties."""
    lon, lat = DEGREES.transform(WEST + x, SOUTH + y)
    return float(lon), float(lat)


def roads(nodes: Mapping[str, tuple[float, float]], streets: Sequence[Street]) -> Roads:
    """Return roads through named nodes, given in metres from the corner."""
    builder = RoadsBuilder()
    for names, tags in streets:
        builder.add([(name, *lonlat(*nodes[name])) for name in names], tags)
    return builder.build("test streets")


def osm_text(nodes: Mapping[str, tuple[float, float]], streets: Sequence[Street]) -> str:
    """Return the same as OpenStreetMap XML."""
    number = {name: k + 1 for k, name in enumerate(nodes)}
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", '<osm version="0.6">']
    for name, place in nodes.items():
        lon, lat = lonlat(*place)
        lines.append(f'<node id="{number[name]}" version="1" lon="{lon:.7f}" lat="{lat:.7f}"/>')
    for k, (names, tags) in enumerate(streets):
        lines.append(f'<way id="{k + 1}" version="1">')
        lines += [f'<nd ref="{number[name]}"/>' for name in names]
        lines += [f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items()]
        lines.append("</way>")
    return "\n".join([*lines, "</osm>"]) + "\n"


def grid(width: int, height: int, tags: Mapping[str, str] = ROAD) -> tuple[dict, list[Street]]:
    """Return nodes and streets through the middles of a county's square units, 1 km apart."""
    nodes = {f"{x},{y}": (500.0 + 1000 * x, 500.0 + 1000 * y) for x in range(width)
             for y in range(height)}  # fmt: skip
    across = [([f"{x},{y}" for x in range(width)], tags) for y in range(height)]
    along = [([f"{x},{y}" for y in range(height)], tags) for x in range(width)]
    return nodes, across + along


def county(**changes: Any) -> County:
    """Return a county of 3 x 2 units of a kilometre with schools in two corners."""
    return grid_county(3, 2, [(0, 0, 200.0), (2, 1, 200.0)], **changes)


def write(path: Path, text: str) -> Path:
    """Write a text file."""
    path.write_text(text, encoding="utf-8")
    return path


def homes_at(*places: tuple[str, float, float, float]) -> geopandas.GeoDataFrame:
    """Return homes: unit, metres from the corner, weight."""
    return geopandas.GeoDataFrame(
        {"unit_id": [p[0] for p in places], "weight": [p[3] for p in places]},
        geometry=geopandas.points_from_xy(
            [WEST + p[1] for p in places], [SOUTH + p[2] for p in places]
        ),
        crs=METRIC,
    )


def minutes(table: Any, unit: str, school: str, mode: str = "walk") -> float:
    """Return the minutes of a row; NaN if it is not there."""
    row = table[
        (table["unit_id"] == unit) & (table["school_id"] == school) & (table["mode"] == mode)
    ]
    return float(row["minutes"].iloc[0]) if len(row) else float(np.nan)
