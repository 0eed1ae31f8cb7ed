"""Take the few real facts about Xunhua from their public sources.

Usage: ``python extract.py SOURCE_DIR OUT_DIR``

SOURCE_DIR holds the folders ``qinghai_admin``, ``qinghai_census2020_county`` and
``ni_small_schools`` (README.md names the public repositories and versions they were made from).
The CSV files that it writes ship beside this script, so that the generator runs without the
sources.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

COUNTY = "630225"
AREA_KM2 = 2100
AGES = {"0-0": "0岁", "1-4": "1到4岁", "5-9": "5到9岁", "10-14": "10到14岁"}
SMALL_SCHOOL = 105  # pupils below which a rural primary school of Northern Ireland is "small"


def townships(source: Path) -> pd.DataFrame:
    """Return code, name, lon, lat and GeoNames id of the nine township seats."""
    table = pd.read_csv(source / "qinghai_admin" / "qinghai_townships_2023.csv", dtype=str)
    own = table[table["areaCode"] == COUNTY].sort_values("township_code")
    own = own.assign(geonameid=own["geonameid"].str.removesuffix(".0"))
    return own.rename(columns={"township_code": "code", "township": "name"})[
        ["code", "name", "lon", "lat", "geonameid"]
    ]


def villages(source: Path) -> pd.DataFrame:
    """Return code, name, kind and township code of the 160 villages and residents' committees."""
    table = pd.read_csv(source / "qinghai_admin" / "qinghai_villages_2023.csv", dtype=str)
    own = table[table["areaCode"] == COUNTY].sort_values("code")
    return own.rename(columns={"streetCode": "township_code"})[
        ["code", "name", "kind", "township_code"]
    ]


def census(source: Path) -> pd.DataFrame:
    """Return the children of the 2020 census by age group, and the area of the county."""
    file = source / "qinghai_census2020_county" / "census2020_county_qinghai.csv"
    table = pd.read_csv(file, dtype={"adcode": str})
    county = table[table["adcode"] == COUNTY]
    rows = [
        (f"age {ages}", int(county[[f"男_{column}", f"女_{column}"]].to_numpy().sum()), "persons")
        for ages, column in AGES.items()
    ]
    return pd.DataFrame([*rows, ("area", AREA_KM2, "km2")], columns=["fact", "value", "unit"])


def small_schools(source: Path) -> pd.DataFrame:
    """Return every fifth percentile of the enrolment of small rural primary schools."""
    table = pd.read_csv(source / "ni_small_schools" / "ni_primary_schools_2023_24.csv")
    table.columns = table.columns.str.strip()
    enrolment = table["total enrolment"]
    rural = table["Urban/ Rural"].str.strip().str.upper() == "RURAL"
    sizes = enrolment[rural & (enrolment < SMALL_SCHOOL)]
    percent = np.arange(0, 101, 5)
    return pd.DataFrame({"percentile": percent, "pupils": np.percentile(sizes, percent).round(1)})


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Take the real facts from their public sources.")
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    for name, take in {
        "townships": townships,
        "villages": villages,
        "census": census,
        "small_schools": small_schools,
    }.items():
        take(arguments.source).to_csv(
            arguments.out / f"{name}.csv", index=False, lineterminator="\n"
        )


if __name__ == "__main__":
    main()
