r"""Which units a region's children are spread over, and by what weights (dasymetric mapping).

A region :math:`r` (a township, a census district, today's zone) gives each part :math:`(r, u)` of
its units the share :math:`w_{ru} / \sum_v w_{rv}` of its children. Without other knowledge the
weight is the part's area; buildings, a population raster or a table of the villages' people are
better. The shares of a region add up to 1, so no child is lost.

Source: M. F. Goodchild and N. S.-N. Lam, Areal interpolation: a variant of the traditional
spatial problem, Geo-Processing 1 (1980) 297-312; dasymetric weights: C. L. Eicher and C. A. Brewer,
Cartography and Geographic Information Science 28 (2001) 125-138.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from zoning.children.inputs import WEIGHTS, argument_fault, check_known, tidy
from zoning.county.findings import Findings, listed
from zoning.county.geometry import cells_from_points, is_points
from zoning.errors import InputError

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["Parts", "parts_by_polygons", "parts_by_township", "parts_by_zone"]

_SLIVER: Final = 1.0
"""Parts smaller than this many square metres come from borders drawn twice."""


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of units that lie in each region, with their weights.

    Attributes:
        table: GeoDataFrame in the county's metric system: region, unit_id, layer, weight,
            geometry. Parts of one layer do not overlap; zones have a layer for each band.
        method: how the weights were got, in words.
    """

    table: Any
    method: str

    def by_table(self, weights: pd.DataFrame) -> Parts:
        """Weigh by a number known for each unit, such as the people of a village.

        A unit in several regions divides its weight by the parts' present weights.

        Args:
            weights: unit_id and weight; units left out weigh nothing.

        Raises:
            InputError: the table is wrong, or names an unknown unit.
        """
        findings = Findings()
        table = tidy(WEIGHTS, weights, findings)
        if table is not None:
            known = set(self.table["unit_id"])
            check_known(WEIGHTS, table, "unit_id", known, findings, what="a unit of the parts")
        findings.raise_errors()
        assert table is not None
        of_unit = self.table["unit_id"].map(table.set_index("unit_id")["weight"]).fillna(0.0)
        whole = self.table.groupby(["unit_id", "layer"])["weight"].transform("sum")
        share = self.table["weight"] / whole.where(whole > 0, 1.0)
        return self._weighed(of_unit.to_numpy(float) * share.to_numpy(float), "weights by unit")

    def by_places(self, places: Any, weight: str | None = None) -> Parts:
        """Weigh by what stands in each part: buildings, addresses, points of a population grid.

        Args:
            places: GeoDataFrame of points or areas; an area counts where its inner point lies.
            weight: column of weights, such as floor space or people; None counts the places.

        Raises:
            InputError: no system of coordinates, no such column, or a weight is no number.
        """
        found = _place_points(places, weight).to_crs(self.table.crs)
        joined = found.sjoin(self.table[["layer", "geometry"]], predicate="intersects")
        border = joined.reset_index().duplicated(["index", "layer"]).to_numpy()
        joined = joined[~border]  # a place on a border counts once
        weights = joined.groupby("index_right")["weight"].sum().reindex(self.table.index)
        word = "places" if weight is None else f"{weight} of places"
        return self._weighed(weights.fillna(0.0).to_numpy(dtype=float), word)

    def by_raster(self, path: str | Path) -> Parts:
        """Weigh by the sum of a population raster over each part; cells on a border count partly.

        Needs the optional packages of ``school-zoning[children]``.

        Args:
            path: any raster that GDAL reads, such as a GeoTIFF; its first band.

        Raises:
            InputError: the packages are not installed, or the file is no raster with a system of
                coordinates.
        """
        from zoning.children.raster import raster_sums

        return self._weighed(raster_sums(self.table, Path(path)), f"raster {Path(path).name}")

    def _weighed(self, weights: Any, method: str) -> Parts:
        return replace(self, table=self.table.assign(weight=weights), method=method)


def parts_by_township(county: County) -> Parts:
    """Return each unit as one part of the township that the county's table gives it.

    Raises:
        InputError: a unit has no township.
    """
    areas, method = _areas(county)
    blank = areas.loc[areas["township"] == "", "unit_id"].tolist()
    if blank:
        expected, found = "a township for every unit", f"none for {listed(blank)}"
        findings = Findings()
        findings.error("units", "column township", expected, found, "fill it in")
        findings.raise_errors()
    return _made(areas.rename(columns={"township": "region"}), method)


def parts_by_polygons(county: County, regions: Any, column: str) -> Parts:
    """Return the parts of units within each of some polygons, such as census districts.

    Args:
        county: the county.
        regions: GeoDataFrame of polygons with a system of coordinates.
        column: their column with the region's id (text).

    Raises:
        InputError: no system of coordinates, no such column, an id twice or a polygon that
            touches no unit.
    """
    import geopandas

    polygons = _region_polygons(county, regions, column)
    areas, method = _areas(county)
    cut = geopandas.overlay(
        areas[["unit_id", "geometry"]], polygons, how="intersection", keep_geom_type=True
    )
    cut = cut[cut.geometry.area > _SLIVER]
    lost = [region for region in polygons["region"] if region not in set(cut["region"])]
    if lost:
        expected, found = "regions that touch the county's units", f"none at {listed(lost)}"
        raise InputError(argument_fault("regions", expected, found, "check their coordinates"))
    return _made(cut, method)


def parts_by_zone(county: County, stage: str) -> Parts:
    """Return the units of today's zones; a region is ``"school_id/band"``.

    Raises:
        InputError: the county knows no zones of today for the stage.
    """
    today = county.today
    today = today[today["stage"] == stage]
    if not len(today):
        expected = f"today's zones of stage {stage!r} in the county's assignments"
        remedy = "add them under the plan 'today', or spread by township"
        raise InputError(argument_fault("stage", expected, "none", remedy))
    areas, method = _areas(county)
    zones = today.assign(region=today["school_id"] + "/" + today["band"], layer=today["band"])
    return _made(areas.merge(zones[["unit_id", "region", "layer"]], on="unit_id"), method)


def _areas(county: County) -> tuple[Any, str]:
    """Return the units as areas in metres, and what their areas are."""
    units = county.units[["unit_id", "township", "geometry"]]
    method = "area"
    if is_points(units):
        units, method = cells_from_points(units, county.metric_crs), "area nearest to the unit"
    return units.to_crs(county.metric_crs), method


def _made(areas: Any, method: str) -> Parts:
    areas = areas if "layer" in areas.columns else areas.assign(layer="")
    table = areas[["region", "unit_id", "layer", "geometry"]].reset_index(drop=True)
    return Parts(table.assign(weight=table.geometry.area.to_numpy(dtype=float)), method)


def _region_polygons(county: County, regions: Any, column: str) -> Any:
    import geopandas

    _check_frame("regions", regions, column)
    polygons = geopandas.GeoDataFrame(
        {"region": regions[column].to_numpy()}, geometry=regions.geometry.to_numpy()
    ).set_crs(regions.crs)
    names = polygons["region"].tolist()
    wrong = [name for name in names if not isinstance(name, str) or not name]
    twice = sorted({name for name in names if names.count(name) > 1 and isinstance(name, str)})
    kinds = sorted(set(polygons.geometry.geom_type.astype(str)) - {"Polygon", "MultiPolygon"})
    for expected, found, remedy in (
        (f"text in column {column}", wrong, "store the ids as text"),
        ("each region once", twice, "dissolve the rows of a region"),
        ("polygons", kinds, "give areas"),
    ):
        if found:
            shown = listed([str(item) for item in found])
            raise InputError(argument_fault("regions", expected, shown, remedy))
    return polygons.to_crs(county.metric_crs)


def _place_points(places: Any, weight: str | None) -> Any:
    _check_frame("places", places, weight)
    points = places.geometry.representative_point()
    if weight is None:
        values = np.ones(len(places))
    else:
        values = pd.to_numeric(places[weight], errors="coerce").to_numpy(dtype=float)
        wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
        if len(wrong):
            shown = repr(places[weight].iloc[wrong[0]])
            found = f"{shown} in row {wrong[0] + 1} and {len(wrong) - 1} more"
            expected = f"numbers of 0 or more in column {weight}"
            raise InputError(argument_fault("places", expected, found, "correct or remove them"))
    frame = points.to_frame("geometry").set_geometry("geometry").reset_index(drop=True)
    return frame.assign(weight=values)


def _check_frame(name: str, frame: Any, column: str | None) -> None:
    """Refuse what is no map, or has no system of coordinates, or lacks a column."""
    import geopandas

    if not isinstance(frame, geopandas.GeoDataFrame):
        found, remedy = f"a {type(frame).__name__}", "read it with geopandas.read_file"
        raise InputError(argument_fault(name, "a GeoDataFrame", found, remedy))
    if frame.crs is None:
        remedy = f"state it, as in {name}.set_crs('EPSG:4326')"
        raise InputError(argument_fault(name, "a system of coordinates", "none", remedy))
    if column is not None and column not in frame.columns:
        found = listed([str(each) for each in frame.columns])
        raise InputError(argument_fault(name, f"a column {column}", found, "name one of these"))
