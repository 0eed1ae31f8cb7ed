"""Sums of a population raster over areas, by exactextract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoning.children.inputs import argument_fault
from zoning.errors import InputError

__all__ = ["raster_sums"]


def raster_sums(areas: Any, path: Path) -> NDArray[np.float64]:
    """Return the sum of a raster's first band over each area, cells cut by a border in part.

    Cells without data count as 0.

    Raises:
        InputError: see `Parts.by_raster`.
    """
    try:
        import rasterio
        from exactextract import exact_extract
    except ImportError:
        expected = "the packages exactextract and rasterio"
        remedy = "pip install 'school-zoning[children]'"
        raise InputError(argument_fault("by_raster", expected, "none", remedy)) from None
    try:
        with rasterio.open(path) as raster:
            crs, turned = raster.crs, raster.transform.b != 0 or raster.transform.d != 0
            if crs is not None and not turned:
                shapes = areas[["geometry"]].to_crs(crs.to_wkt())
                sums = exact_extract(raster, shapes, ["sum"], output="pandas")["sum"]
    except (rasterio.errors.RasterioError, RuntimeError) as error:
        found = str(error).splitlines()[0]
        expected, remedy = f"a raster in {path.name}", "name a GeoTIFF, or another that GDAL reads"
        raise InputError(argument_fault("by_raster", expected, found, remedy)) from None
    if crs is None or turned:
        expected = "a raster whose rows run west to east, with a system of coordinates"
        found = "no system of coordinates" if crs is None else "a turned raster"
        remedy = "assign or warp it with gdalwarp -t_srs"
        raise InputError(argument_fault("by_raster", expected, found, remedy))
    weights: NDArray[np.float64] = np.nan_to_num(sums.to_numpy(dtype=float))
    if (weights < 0).any():
        expected, found = "people, 0 or more in a cell", "a negative sum"
        remedy = "state the raster's no-data value, as with gdal_edit -a_nodata"
        raise InputError(argument_fault("by_raster", expected, found, remedy))
    return weights
