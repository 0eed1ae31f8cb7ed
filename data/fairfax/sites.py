"""Add candidate sites for new schools to Fairfax: assumed sites, for trying a siting model.

Usage: ``python sites.py OUT_DIR [--sites 30] [--source COUNTY_DIR]``

OUT_DIR receives a county folder with everything of COUNTY_DIR (this folder) and the sites C001,
C002, ... Each stands in a block of at least 4 hectares without a school, and each next one where
it shortens the straight lines from pupils to their nearest school or site most; so the same
county gives the same sites. No such site is planned by anyone.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning import County, read_county, write_county

LEAST_AREA = 40_000.0  # m2 of a block that a site fits in
REACH = 5_000.0  # metres: journeys from which drive minutes are learnt
METRES_STEP = 10  # straight lines are rounded to this, as in the travel table
NOTICE = "Candidate sites C... and everything about them are assumed"

Floats = NDArray[np.float64]


def with_sites(county: County, count: int) -> County:
    """Return the county with so many candidate sites.

    Seats are the median of the schools that stand. Metres are straight lines; minutes are a line
    through drive minutes over metres of the journeys to existing schools, by least squares.

    Raises:
        ValueError: there are not that many blocks that a site fits in.
    """
    units = county.units.to_crs(county.metric_crs)
    inside = units.geometry.representative_point()
    points = np.column_stack([inside.x, inside.y])
    rows = choose(county, points, units.geometry.area.to_numpy(), count)
    metres = np.hypot(*(points[:, None] - points[rows][None]).transpose(2, 0, 1))
    metres = np.round(metres / METRES_STEP) * METRES_STEP
    ids = [f"C{number:03d}" for number in range(1, count + 1)]
    return county.replace(
        name=f"{county.name}, with {count} assumed sites",
        notice="; ".join(text for text in (county.notice, NOTICE) if text),
        schools=_schools(county, units, inside, rows, ids),
        school_stages=_with_rows(county.school_stages, ids, seats=_median_seats(county)),
        school_grades=_with_rows(county.school_grades, ids),
        travel=_travel(county, ids, metres),
        provenance={
            name: replace(
                origin,
                status="assumed" if name in ("schools", "travel") else origin.status,
                note=f"{origin.note} {NOTICE}; the others are {origin.status}".strip(),
            )
            if name in ("schools", "school_stages", "school_grades", "travel")
            else origin
            for name, origin in county.provenance.items()
        },
    )


def choose(county: County, points: Floats, area: Floats, count: int) -> NDArray[np.int64]:
    """Return the rows of the units that get a site, in the order in which they were chosen.

    Args:
        county: the county.
        points: a point inside each unit, in metres.
        area: of each unit, in m2.
        count: how many.
    """
    pupils = county.pupils.groupby("unit_id")["pupils"].sum()
    weight = pupils.reindex(county.units["unit_id"], fill_value=0.0).to_numpy(dtype="float32")
    travel = county.travel
    nearest = np.full(len(points), np.inf, dtype="float32")
    codes = travel["unit_id"].cat.codes.to_numpy()
    np.minimum.at(nearest, codes, travel["metres"].to_numpy(dtype="float32"))
    taken = set(county.schools["root_unit"])
    fit = (area >= LEAST_AREA) & ~county.units["unit_id"].isin(taken).to_numpy()
    pool = np.flatnonzero(fit)
    if len(pool) < count:
        raise ValueError(f"{len(pool)} blocks of {LEAST_AREA:g} m2 without a school, not {count}")
    lived = np.flatnonzero(weight > 0)
    steps = points[lived][:, None].astype("float32") - points[pool][None].astype("float32")
    far = np.hypot(steps[..., 0], steps[..., 1])
    left, chosen = nearest[lived], list[int]()
    for _ in range(count):
        gain = weight[lived] @ np.maximum(0, left[:, None] - far)
        gain[chosen] = -1.0
        chosen.append(int(gain.argmax()))
        left = np.minimum(left, far[:, chosen[-1]])
    return pool[chosen]


def _schools(
    county: County,
    units: gpd.GeoDataFrame,
    inside: gpd.GeoSeries,
    rows: NDArray[np.int64],
    ids: list[str],
) -> gpd.GeoDataFrame:
    sites = gpd.GeoDataFrame(
        {
            "school_id": ids,
            "name": [f"Assumed site {number}" for number in range(1, len(ids) + 1)],
            "kind": county.schools["kind"].mode().iloc[0],
            "township": units["township"].to_numpy()[rows],
            "root_unit": units["unit_id"].to_numpy()[rows],
            "status": "candidate",
        },
        geometry=inside.iloc[rows].to_numpy(),
        crs=county.metric_crs,
    ).to_crs(county.crs)
    return pd.concat([county.schools, sites], ignore_index=True)


def _median_seats(county: County) -> float:
    return float(county.school_stages["seats"].median())


def _with_rows(table: pd.DataFrame, ids: list[str], **cells: object) -> pd.DataFrame:
    """Return a table with a row for each site and each stage or grade in it."""
    keys = [name for name in ("stage", "grade") if name in table]
    rows = table[keys].drop_duplicates().merge(pd.DataFrame({"school_id": ids}), how="cross")
    return pd.concat([table, rows.assign(**cells)], ignore_index=True)


def _travel(county: County, ids: list[str], metres: Floats) -> pd.DataFrame:
    listed = county.travel
    near = listed[listed["metres"] <= REACH]
    slope, start = np.polyfit(near["metres"], near["minutes"], 1)
    units = county.units["unit_id"].to_numpy()
    added = pd.DataFrame(
        {
            "unit_id": np.repeat(units, len(ids)),
            "school_id": np.tile(ids, len(units)),
            "mode": str(listed["mode"].iloc[0]),
            "metres": metres.ravel(),
            "minutes": np.round(start + slope * metres.ravel(), 2),
        }
    )
    texts = dict.fromkeys(("unit_id", "school_id", "mode"), "str")
    return pd.concat([listed.astype(texts), added], ignore_index=True)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Add assumed candidate sites to Fairfax.")
    parser.add_argument("out", type=Path, help="county folder to write")
    parser.add_argument("--sites", type=int, default=30, help="how many")
    parser.add_argument("--source", type=Path, default=Path(__file__).parent, help="the county")
    arguments = parser.parse_args()
    county = with_sites(read_county(arguments.source), arguments.sites)
    write_county(county, arguments.out)
    print(f"{len(county.schools)} schools and sites, {len(county.travel):,} journeys")


if __name__ == "__main__":
    main()
