"""Convert the public Fairfax County redistricting data into a county folder.

Usage: ``python convert.py SOURCE_DIR OUT_DIR``

SOURCE_DIR holds the repackaged files of the public repository mzwu/redist-fcps:
``units.geojson`` (census blocks), ``schools.geojson``, ``adjacency.csv`` and
``drive_seconds_es.npz``.  OUT_DIR receives the tables that its ``county.toml`` names (README.md,
LICENCE and county.toml are written by hand and left alone).
Only elementary schools are taken.  README.md says what is real and what is modelled.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

STAGE = "primary"
GRADE = "all"  # pupils are known only in total
YEAR = 2024  # school year 2024-25
METRIC_CRS = "EPSG:26918"
PLANS = {
    "today": "es_current",
    "option-2": "es_scenario2",
    "option-3": "es_scenario3",
    "option-4": "es_scenario4",
    "option-5": "es_scenario5",
}
METRES_STEP = 10  # straight lines are rounded to this, which halves their size on disk


def school_ids(numbers: pd.Series) -> pd.Series:
    """Return "ES001" for school number 1, and so on."""
    return "ES" + numbers.astype(int).astype(str).str.zfill(3)


def read_units(source: Path) -> gpd.GeoDataFrame:
    """Return the census blocks in the order of the source.

    Raises:
        ValueError: if a polygon is invalid (none is, in the version this folder was made from).
    """
    units = gpd.read_file(source / "units.geojson")
    broken = units.loc[~units.is_valid, "geoid20"].tolist()
    if broken:
        raise ValueError(f"invalid polygons, mend them in the source: {broken}")
    return units


def read_schools(source: Path) -> gpd.GeoDataFrame:
    """Return the elementary schools in the order of their number; each has its own block.

    Raises:
        ValueError: if two schools lie in one block (their zones could not both start there).
    """
    schools = gpd.read_file(source / "schools.geojson")
    schools = schools[schools["type"] == "ES"].sort_values("idx").reset_index(drop=True)
    shared = schools.loc[schools["unit"].duplicated(keep=False), "name"].tolist()
    if shared:
        raise ValueError(f"schools in one block need distinct root units: {shared}")
    return schools


def units_table(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the units table; a block has no name, so its name is its code."""
    return gpd.GeoDataFrame(
        {
            "unit_id": units["geoid20"],
            "name": "block " + units["geoid20"],
            "code": units["geoid20"],
            "township": "Region " + units["region"].astype(str),
            "settlement": "",
        },
        geometry=units.geometry,
        crs="EPSG:4326",
    )


def pupils_table(units: gpd.GeoDataFrame, schools: gpd.GeoDataFrame) -> pd.DataFrame:
    """Share each school's membership among the blocks of its zone by population."""
    membership = schools.set_index("idx")["membership"]
    residents = units.groupby("es_current")["pop"].sum()
    zone = units["es_current"]
    pupils = units["pop"] * zone.map(membership) / zone.map(residents)
    if abs(pupils - units["students_es_est"]).max() > 0.001:
        raise ValueError("the estimate differs from the source's own by more than its rounding")
    return pd.DataFrame(
        {
            "unit_id": units["geoid20"],
            "stage": STAGE,
            "grade": GRADE,
            "year": YEAR,
            "group": "resident",
            "pupils": pupils.round(6),
        }
    )


def write_schools(schools: gpd.GeoDataFrame, units: gpd.GeoDataFrame, out: Path) -> None:
    """Write schools.geojson, school_stages.csv and school_grades.csv."""
    ids = school_ids(schools["idx"])
    features = [
        {
            "type": "Feature",
            "properties": {
                "school_id": school,
                "name": f"{row.name_} Elementary School".replace("Primary Elementary", "Primary"),
                "kind": "complete-primary",
                "boarding": False,
                "multigrade": False,
                "township": f"Region {row.REGION}",
                "rooms": None,
                "root_unit": str(units["geoid20"].iat[row.unit]),
            },
            "geometry": {
                "type": "Point",
                "coordinates": [round(row.geometry.x, 6), round(row.geometry.y, 6)],
            },
        }
        for school, row in zip(
            ids, schools.rename(columns={"name": "name_"}).itertuples(), strict=True
        )
    ]
    lines = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    text = f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
    (out / "schools.geojson").write_text(text, encoding="utf-8")
    key = pd.DataFrame({"school_id": ids, "stage": STAGE})
    key.assign(seats=schools["capacity"]).to_csv(
        out / "school_stages.csv", index=False, lineterminator="\n"
    )
    key.assign(grade=GRADE, classes="", enrolled=schools["membership"], outside=0).to_csv(
        out / "school_grades.csv", index=False, lineterminator="\n"
    )


def travel_table(
    units: gpd.GeoDataFrame, schools: gpd.GeoDataFrame, seconds: np.ndarray
) -> pd.DataFrame:
    """Return drive minutes and straight-line metres of every pair of block and school.

    Rows go school by school, blocks along a space-filling curve, so that neighbours in the file
    are neighbours on the ground: the file compresses to half.
    """
    blocks = units.to_crs(METRIC_CRS).representative_point()
    sites = schools.to_crs(METRIC_CRS).geometry
    order = np.argsort(blocks.hilbert_distance(level=12).to_numpy(), kind="stable")
    east = blocks.x.to_numpy()[order, None] - sites.x.to_numpy()[None, :]
    north = blocks.y.to_numpy()[order, None] - sites.y.to_numpy()[None, :]
    metres = METRES_STEP * np.round(np.hypot(east, north) / METRES_STEP)
    minutes = np.round(seconds[order].astype(float), 1) / 60.0
    count = len(units)
    unit_ids = pd.Categorical.from_codes(
        np.tile(np.arange(count), len(schools)),
        categories=pd.Index(units["geoid20"].to_numpy()[order]),
    )
    school = np.repeat(np.arange(len(schools)), count)
    return pd.DataFrame(
        {
            "unit_id": unit_ids,
            "school_id": pd.Categorical.from_codes(
                school, categories=pd.Index(school_ids(schools["idx"]))
            ),
            "mode": pd.Categorical(["drive"]).repeat(len(school)),
            "metres": metres.T.ravel().astype(np.int32),
            "minutes": minutes.T.ravel(),
        }
    )


def adjacency_table(units: gpd.GeoDataFrame, source: Path) -> pd.DataFrame:
    """Return the source's neighbour pairs with the length of border they share, in metres.

    A pair whose simplified polygons share no line keeps an unknown length.
    """
    pairs = pd.read_csv(source / "adjacency.csv")
    shapes = units.to_crs(METRIC_CRS).boundary
    ids = units["geoid20"].to_numpy(dtype=str)
    first, second = ids[pairs["u"]], ids[pairs["v"]]
    one = gpd.GeoSeries(shapes.iloc[pairs["u"]].to_numpy())
    other = gpd.GeoSeries(shapes.iloc[pairs["v"]].to_numpy())
    border = one.intersection(other).length.round(0)
    table = pd.DataFrame(
        {
            "unit_a": np.where(first < second, first, second),
            "unit_b": np.where(first < second, second, first),
            "border_metres": border.where(border > 0),
        }
    )
    return table.sort_values(["unit_a", "unit_b"], ignore_index=True)


def assignments_table(units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return today's zones and the board's four options, a row for each plan and block."""
    plans = [
        pd.DataFrame(
            {
                "plan": plan,
                "unit_id": units["geoid20"],
                "stage": STAGE,
                "band": STAGE,
                "school_id": school_ids(units[column]),
            }
        )
        for plan, column in PLANS.items()
    ]
    return pd.concat(plans, ignore_index=True)


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a small parquet file: values as dictionaries, zstd, one row group."""
    pq.write_table(
        pa.Table.from_pandas(table, preserve_index=False),
        path,
        compression="zstd",
        compression_level=19,
        row_group_size=1 << 22,
        dictionary_pagesize_limit=1 << 22,
    )


def convert(source: Path, out: Path) -> None:
    """Read the source folder and write every table of the county to ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    units = read_units(source)
    schools = read_schools(source)
    with np.load(source / "drive_seconds_es.npz") as drive:
        if drive["geoid20"].tolist() != units["geoid20"].tolist():
            raise ValueError("drive_seconds_es.npz lists other blocks than units.geojson")
        seconds = drive["seconds"]
    units_table(units).to_parquet(
        out / "units.parquet", index=False, compression="zstd", compression_level=19
    )
    pupils_table(units, schools).to_csv(out / "pupils.csv", index=False, lineterminator="\n")
    write_schools(schools, units, out)
    write_parquet(travel_table(units, schools, seconds), out / "travel.parquet")
    write_parquet(adjacency_table(units, source), out / "adjacency.parquet")
    write_parquet(assignments_table(units), out / "assignments.parquet")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("source", type=Path, help="folder with the source files")
    parser.add_argument("out", type=Path, help="county folder to write the tables to")
    arguments = parser.parse_args()
    convert(arguments.source, arguments.out)


if __name__ == "__main__":
    main()
