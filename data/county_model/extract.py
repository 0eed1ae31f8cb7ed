"""Take the few real facts about a county of Qinghai from their public sources.

Usage: ``python extract.py SOURCE_DIR OUT_DIR --county 630225 --area 2100 [--small-schools]``

SOURCE_DIR holds the folders ``qinghai_admin``, ``qinghai_census2020_county`` and
``ni_small_schools`` (the README.md of a county's ``facts`` names the public repositories and
versions they were made from). The CSV files that it writes ship in ``facts``, so that the
generators run without the sources.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

AGES = {"0-0": "0岁", "1-4": "1到4岁", "5-9": "5到9岁", "10-14": "10到14岁"}
SMALL_SCHOOL = 105  # pupils below which a rural primary school of Northern Ireland is "small"


def townships(source: Path, county: str) -> pd.DataFrame:
    """Return code, name, lon, lat and GeoNames id of the township seats."""
    table = pd.read_csv(source / "qinghai_admin" / "qinghai_townships_2023.csv", dtype=str)
    own = table[table["areaCode"] == county].sort_values("township_code")
    own = own.assign(geonameid=own["geonameid"].str.removesuffix(".0"))
    return own.rename(columns={"township_code": "code", "township": "name"})[
        ["code", "name", "lon", "lat", "geonameid"]
    ]


def villages(source: Path, county: str) -> pd.DataFrame:
    """Return code, name, kind and township code of the villages and residents' committees."""
    table = pd.read_csv(source / "qinghai_admin" / "qinghai_villages_2023.csv", dtype=str)
    own = table[table["areaCode"] == county].sort_values("code")
    return own.rename(columns={"streetCode": "township_code"})[
        ["code", "name", "kind", "township_code"]
    ]


def census(source: Path, county: str, area_km2: float) -> pd.DataFrame:
    """Return the children of the 2020 census by age group, and the area of the county."""
    file = source / "qinghai_census2020_county" / "census2020_county_qinghai.csv"
    table = pd.read_csv(file, dtype={"adcode": str})
    own = table[table["adcode"] == county]
    rows = [
        (f"age {ages}", int(own[[f"男_{column}", f"女_{column}"]].to_numpy().sum()), "persons")
        for ages, column in AGES.items()
    ]
    rows += [
        (f"girls {ages}", int(own[f"女_{column}"].iloc[0]), "persons")
        for ages, column in AGES.items()
    ]
    return pd.DataFrame([*rows, ("area", area_km2, "km2")], columns=["fact", "value", "unit"])


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
    parser.add_argument("--county", required=True, help="division code of six digits")
    parser.add_argument("--area", type=int, required=True, help="km2, from public descriptions")
    parser.add_argument("--small-schools", action="store_true", help="also sizes of small schools")
    arguments = parser.parse_args()
    source, county = arguments.source, arguments.county
    tables = {
        "townships": townships(source, county),
        "villages": villages(source, county),
        "census": census(source, county, arguments.area),
    }
    if arguments.small_schools:
        tables["small_schools"] = small_schools(source)
    for name, table in tables.items():
        table.to_csv(arguments.out / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
