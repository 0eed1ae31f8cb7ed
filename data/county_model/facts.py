"""The real facts a model is built on, read from the CSV files in a county's folder ``facts``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer

CRS = "EPSG:4326"
GRADES = (1, 2, 3, 4, 5, 6)
LOWER = (1, 2, 3)
JUNIOR = (7, 8, 9)
YEAR = 2020  # the census counted on 1 November 2020
FIRST_AGE = 6  # of grade 1
# group of the census -> its ages
AGES = {"0-0": range(1), "1-4": range(1, 5), "5-9": range(5, 10), "10-14": range(10, 15)}

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Facts:
    """What is real.

    Attributes:
        townships: code, name, lon, lat of the seats.
        villages: code, name, kind, township_code of the villages and residents' committees.
        metric_crs: projected system in metres.
        seats_xy: the seats in metres, shape (townships, 2).
        census: children by group of ages, the girls among them, and the area; by name.
        small_school: percentiles and pupils of small rural primary schools (seven year groups).
    """

    townships: pd.DataFrame
    villages: pd.DataFrame
    metric_crs: str
    seats_xy: FloatArray
    census: pd.Series[float]
    small_school: pd.DataFrame

    @property
    def township_of_village(self) -> IntArray:
        """Row of ``townships`` for each village."""
        rows = pd.Series(range(len(self.townships)), index=self.townships["code"])
        return np.asarray(rows.loc[self.villages["township_code"]], dtype=np.int64)

    @property
    def committees(self) -> BoolArray:
        """Which of the villages are residents' committees, in town."""
        return np.asarray(self.villages["kind"] == "居委会", dtype=bool)

    def first_village(self, township: int) -> int:
        """Return the village at a township's seat: the first of its township."""
        return int(np.searchsorted(self.township_of_village, township))

    def short_name(self, village: int) -> str:
        """Return a village's name without the words for its committee."""
        name = str(self.villages["name"].iloc[village])
        for word in ("牧委会", "居委会", "委会", "社区", "村"):
            name = name.removesuffix(word)
        return name

    @property
    def area_km2(self) -> float:
        """Area of the county."""
        return float(self.census["area"])

    @property
    def pupils_by_grade(self) -> IntArray:
        """Children of primary age in the year of the census, grade 1 to 6."""
        ages = [FIRST_AGE + grade - 1 for grade in GRADES]
        return np.array([round(self.aged(age)) for age in ages], dtype=np.int64)

    def aged(self, age: int, who: str = "age") -> float:
        """Children of one year of age in the census: an even share of their group.

        Args:
            age: years, 0 to 14.
            who: ``"age"`` for all children, ``"girls"`` for the girls.
        """
        for group, ages in AGES.items():
            if age in ages:
                return float(self.census[f"{who} {group}"]) / len(ages)
        raise ValueError(f"no children aged {age} in the census")

    def degrees(self, xy: FloatArray) -> FloatArray:
        """Return longitude and latitude, rounded to 6 decimals, of points in metres."""
        to_lonlat = Transformer.from_crs(self.metric_crs, CRS, always_xy=True)
        lon, lat = to_lonlat.transform(xy[:, 0], xy[:, 1])
        return np.round(np.column_stack([lon, lat]), 6)


def read_facts(folder: Path, metric_crs: str) -> Facts:
    """Read the facts from a folder of CSV files."""
    townships = pd.read_csv(folder / "townships.csv", dtype={"code": str})
    to_metres = Transformer.from_crs(CRS, metric_crs, always_xy=True)
    east, north = to_metres.transform(townships["lon"].to_numpy(), townships["lat"].to_numpy())
    sizes = folder / "small_schools.csv"
    return Facts(
        townships=townships,
        villages=pd.read_csv(folder / "villages.csv", dtype=str),
        metric_crs=metric_crs,
        seats_xy=np.column_stack([east, north]),
        census=pd.read_csv(folder / "census.csv").set_index("fact")["value"].astype(float),
        small_school=pd.read_csv(sizes) if sizes.exists() else pd.DataFrame(),
    )
