"""Heights above sea level from a raster, for walking on slopes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from zoning.errors import Fault, InputError
from zoning.travel.extras import extra

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["heights_at"]

_LEAST_COVERED: Final = 0.95
"""A raster must know this share of the points; the rest is taken as level."""
_HIGHEST: Final = 9000.0
"""Heights beyond this are no metres above sea level."""


def heights_at(path: str | Path, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the height of each place in metres, between the cells of a raster linearly.

    Args:
        path: a raster with one band of heights in metres (GeoTIFF or what else GDAL reads).
        places: longitude and latitude (WGS 84), a row each.

    Returns:
        Metres above sea level; NaN where the raster has none.

    Raises:
        InputError: the file cannot be read, has no coordinate system, is of another place or holds
            no heights in metres; or rasterio is not installed.
    """
    import pyproj

    file = Path(path)
    rasterio = extra("rasterio")
    if not file.is_file():
        raise InputError(_fault(file, "a raster of heights", "no such file", "correct the path"))
    try:
        with rasterio.open(file) as raster:
            if raster.crs is None:
                raise InputError(
                    _fault(
                        file, "a raster with a coordinate system", "none",
                        "assign the system in a GIS, or save it as GeoTIFF",
                    )
                )  # fmt: skip
            heights = _sampled(raster, places)
            system, corners = raster.crs.to_wkt(), raster.bounds
    except rasterio.errors.RasterioError as error:
        raise InputError(
            _fault(
                file, "a raster that can be read", str(error)[:200].rstrip("."),
                "export the heights as GeoTIFF",
            )
        ) from error  # fmt: skip
    back = pyproj.Transformer.from_crs(system, "EPSG:4326", always_xy=True)
    _check(file, heights, places, back.transform_bounds(*corners))
    return heights


def _sampled(raster: Any, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Interpolate between the centres of the cells, reading only the part that is needed."""
    import pyproj
    from scipy.ndimage import map_coordinates

    transformer = pyproj.Transformer.from_crs("EPSG:4326", raster.crs.to_wkt(), always_xy=True)
    x, y = transformer.transform(places[:, 0], places[:, 1])
    back = ~raster.transform
    column = back.a * np.asarray(x) + back.b * np.asarray(y) + back.c
    row = back.d * np.asarray(x) + back.e * np.asarray(y) + back.f
    inside = (column >= 0) & (column <= raster.width) & (row >= 0) & (row <= raster.height)
    heights = np.full(len(places), np.nan)
    if not inside.any():
        return heights
    left, top = int(column[inside].min()), int(row[inside].min())
    right = min(int(column[inside].max()) + 1, raster.width)
    bottom = min(int(row[inside].max()) + 1, raster.height)
    left, top = max(min(left, right - 1) - 1, 0), max(min(top, bottom - 1) - 1, 0)
    right, bottom = min(right + 1, raster.width), min(bottom + 1, raster.height)
    band = raster.read(1, window=((top, bottom), (left, right)), masked=True)
    cells = np.ma.filled(band.astype(np.float64), np.nan)
    at = np.stack([row[inside] - top - 0.5, column[inside] - left - 0.5])
    heights[inside] = map_coordinates(cells, at, order=1, mode="nearest")
    return heights


def _check(
    path: Path,
    heights: NDArray[np.float64],
    places: NDArray[np.float64],
    bounds: tuple[float, float, float, float],
) -> None:
    known = np.isfinite(heights)
    if known.mean() < _LEAST_COVERED:
        west, south = places.min(axis=0).tolist()
        east, north = places.max(axis=0).tolist()
        raise InputError(
            _fault(
                path,
                f"heights around longitude {west:.2f} to {east:.2f}, "
                f"latitude {south:.2f} to {north:.2f}",
                f"a raster of {bounds[0]:.2f} to {bounds[2]:.2f}, {bounds[1]:.2f} to "
                f"{bounds[3]:.2f} that knows {known.mean():.0%} of the roads' points",
                "use a raster that covers the county and its roads",
            )
        )
    if np.abs(heights[known]).max() > _HIGHEST:
        raise InputError(
            _fault(
                path, "heights in metres", f"{heights[known].max():g} at most",
                "use a raster of heights in metres whose empty cells are marked as such",
            )
        )  # fmt: skip


def _fault(path: Path, expected: str, found: str, remedy: str) -> Fault:
    return Fault("error", "heights", path.name, expected, found, remedy)
