"""The real facts the model is built on, read from the CSV files in ``facts/``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer

CRS = "EPSG:4326"
METRIC_CRS = "EPSG:4543"  # CGCS2000, 3-degree zone around 102 E
GRADES = (1, 2, 3, 4, 5, 6)
LOWER = (1, 2, 3)
YEAR = 2020  # the census counted on 1 November 2020
AGE_GROUP_YEARS = 5

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Facts:
    """What is real.

    Attributes:
        townships: code, name, lon, lat of the nine seats.
        villages: code, name, kind, township_code of the 160 villages and residents' committees.
        seats_xy: the seats in metres (METRIC_CRS), shape (9, 2).
        pupils_by_grade: children of primary age in the county, grade 1 to 6.
        area_km2: area of the county.
        small_school: percentiles and pupils of small rural primary schools (seven year groups).
    """

    townships: pd.DataFrame
    villages: pd.DataFrame
    seats_xy: FloatArray
    pupils_by_grade: IntArray
    area_km2: float
    small_school: pd.DataFrame

    @property
    def township_of_village(self) -> IntArray:
        """Row of ``townships`` for each village."""
        rows = pd.Series(range(len(self.townships)), index=self.townships["code"])
        return np.asarray(rows.loc[self.villages["township_code"]], dtype=np.int64)


def read_facts(folder: Path) -> Facts:
    """Read the facts from a folder of CSV files."""
    townships = pd.read_csv(folder / "townships.csv", dtype={"code": str})
    villages = pd.read_csv(folder / "villages.csv", dtype=str)
    census = pd.read_csv(folder / "census.csv").set_index("fact")["value"]
    to_metres = Transformer.from_crs(CRS, METRIC_CRS, always_xy=True)
    east, north = to_metres.transform(townships["lon"].to_numpy(), townships["lat"].to_numpy())
    return Facts(
        townships=townships,
        villages=villages,
        seats_xy=np.column_stack([east, north]),
        pupils_by_grade=_pupils_by_grade(float(census["age 5-9"]), float(census["age 10-14"])),
        area_km2=float(census["area"]),
        small_school=pd.read_csv(folder / "small_schools.csv"),
    )


def _pupils_by_grade(aged_5_to_9: float, aged_10_to_14: float) -> IntArray:
    """Grades 1-4 are ages 6-9, grades 5-6 are ages 10-11; a year is a fifth of its age group."""
    groups = [aged_5_to_9] * 4 + [aged_10_to_14] * 2
    return np.array([round(group / AGE_GROUP_YEARS) for group in groups], dtype=np.int64)


def to_degrees(xy: FloatArray) -> FloatArray:
    """Return longitude and latitude, rounded to 6 decimals, of points in metres."""
    to_lonlat = Transformer.from_crs(METRIC_CRS, CRS, always_xy=True)
    lon, lat = to_lonlat.transform(xy[:, 0], xy[:, 1])
    return np.round(np.column_stack([lon, lat]), 6)
