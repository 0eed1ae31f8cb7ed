"""Roads as arrays: every stretch between two points of a road, with what is known about it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

__all__ = ["KEYS", "MARGIN", "Roads", "RoadsBuilder"]

KEYS: Final = (
    "highway", "surface", "maxspeed", "oneway", "oneway:bus", "oneway:psv", "junction", "bridge",
    "tunnel", "access", "foot", "vehicle", "motor_vehicle", "motorcar", "bus", "psv",
)  # fmt: skip
"""What is kept of a road: these keys of OpenStreetMap."""

MARGIN: Final = 0.05
"""Degrees around a county for which roads are kept, some 5 km: a way to school may leave it and
come back."""


@dataclass(frozen=True, eq=False)
class Roads:
    """A road network as it was drawn, before any mode of travel looks at it.

    Attributes:
        places: longitude and latitude (WGS 84) of each point, a row each.
        begin: point at which each stretch begins, a row number of `places`.
        end: point at which it ends.
        metres: length of each stretch, on the ellipsoid unless the file states it.
        way: the road each stretch belongs to, a row number of `ways`.
        ways: DataFrame with the columns `KEYS`; blank where a road does not say.
        source: file or place, in words.
        digest: SHA-256 (hexadecimal) of what was read.
    """

    places: NDArray[np.float64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    metres: NDArray[np.float64]
    way: NDArray[np.int64]
    ways: pd.DataFrame
    source: str
    digest: str

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north in degrees."""
        west, south = self.places.min(axis=0).tolist()
        east, north = self.places.max(axis=0).tolist()
        return west, south, east, north

    def lines(self, metric_crs: str) -> Any:
        """Return a GeoDataFrame of the stretches with a way's `KEYS`, in `metric_crs`."""
        import geopandas
        import shapely

        ends = np.stack([self.places[self.begin], self.places[self.end]], axis=1)
        frame = self.ways.iloc[self.way].reset_index(drop=True)
        return geopandas.GeoDataFrame(
            frame, geometry=shapely.linestrings(ends), crs="EPSG:4326"
        ).to_crs(metric_crs)

    def __repr__(self) -> str:
        """Return source and size."""
        km = self.metres.sum() / 1000
        return f"<Roads {self.source}: {len(self.places)} points, {km:.0f} km>"


class RoadsBuilder:
    """Collects ways one by one and makes `Roads` of them."""

    def __init__(self) -> None:
        """Start without any way."""
        self._row_of: dict[Any, int] = {}
        self._places: list[tuple[float, float]] = []
        self._chains: list[list[int]] = []
        self._tags: list[tuple[str, ...]] = []
        self._metres: list[float] = []

    def add(
        self,
        nodes: Iterable[tuple[Any, float, float]],
        tags: Mapping[str, str],
        metres: float = float("nan"),
    ) -> None:
        """Add a way: its points (id, longitude, latitude) in order, its tags, its length if known.

        Points of one id are one point; a way with fewer than two points is passed over.
        """
        chain: list[int] = []
        for key, lon, lat in nodes:
            row = self._row_of.get(key)
            if row is None:
                row = self._row_of[key] = len(self._places)
                self._places.append((lon, lat))
            if not chain or chain[-1] != row:
                chain.append(row)
        if len(chain) > 1:
            self._chains.append(chain)
            self._tags.append(tuple(str(tags.get(key, "")) for key in KEYS))
            self._metres.append(metres)

    def build(self, source: str, digest: str = "") -> Roads:
        """Return the network; without a digest it is that of the content."""
        count = np.array([len(chain) - 1 for chain in self._chains], dtype=np.int64)
        flat = np.array([row for chain in self._chains for row in chain[:-1]], dtype=np.int64)
        next_ = np.array([row for chain in self._chains for row in chain[1:]], dtype=np.int64)
        places = np.array(self._places, dtype=np.float64).reshape(-1, 2)
        way = np.repeat(np.arange(len(count)), count)
        metres = _geodesic(places[flat], places[next_])
        stated = np.array(self._metres, dtype=np.float64)
        drawn = np.bincount(way, weights=metres, minlength=len(count))
        with np.errstate(invalid="ignore", divide="ignore"):
            scale = np.where((drawn > 0) & np.isfinite(stated), stated / drawn, 1.0)
        metres *= scale[way]
        ways = pd.DataFrame(self._tags, columns=list(KEYS), dtype="str")
        if not digest:
            digest = _digest(places, flat, next_, metres, ways)
        return Roads(places, flat, next_, metres, way, ways, source, digest)


def _geodesic(begin: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return metres on the WGS 84 ellipsoid."""
    import pyproj

    _, _, metres = pyproj.Geod(ellps="WGS84").inv(begin[:, 0], begin[:, 1], end[:, 0], end[:, 1])
    return np.asarray(metres, dtype=np.float64)


def _digest(*parts: NDArray[Any] | pd.DataFrame) -> str:
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, pd.DataFrame):
            digest.update(part.to_csv(index=False).encode("utf-8", "surrogatepass"))
        else:
            digest.update(np.ascontiguousarray(part).astype("<f8").tobytes())
    return digest.hexdigest()
