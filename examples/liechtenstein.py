"""From a raw file of OpenStreetMap to zones: Liechtenstein's schools and kindergartens.

    python liechtenstein.py [FILE.osm.pbf]

Roads, schools, buildings and municipalities are real (OpenStreetMap, ODbL). OpenStreetMap knows no
pupils and no seats: children are spread over the buildings by the population of each municipality,
and seats follow from them, so the plans are a drill and no advice.
Needs ``python -m pip install 'school-zoning[roads]'``.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import osmium
import pandas as pd
import shapely

import zoning
from zoning.boundaries import by_roads, repair, separate_units
from zoning.county import Provenance, Stage
from zoning.county.geometry import cells_from_points
from zoning.county.straight_line import StraightLine
from zoning.output.write import write_all
from zoning.shipped import shipped_folder
from zoning.travel import BUS, WALK, Roads, read_roads, road_journeys

OUT = Path("liechtenstein")
NOTICE = "模拟数据:学生与学位为估算 / modelled data: pupils and seats are estimates"
METRIC = "EPSG:2056"  # CH1903+ / LV95, metres
BLOCK = 300.0  # metres: the buildings in a square of this side are a unit
STAGES = {"preschool": ("kindergarten", 2), "primary": ("school", 5)}  # amenity, grades
SHARE = 0.0105  # of the population in each grade, assumed
SPARE, CLASS = 1.2, 20  # seats for each pupil of the municipality, in whole classes: assumed
MUNICIPALITY = ("administrative", "8")  # boundary, admin_level
HIGHER = "Weiterführende|Schulzentrum|Musik|Privat"  # names of schools that are no primary schools
NO_HOMES = ["industrial", "garage", "garages", "commercial", "shed", "barn", "church", "school"]
OFF_ROAD = 200.0  # metres: buildings farther from a road for cars are huts, not homes
SCHOOL_BUS = replace(BUS, wait=10.0)  # minutes until the bus comes, assumed


def read_map(path: Path) -> tuple[Any, Any]:
    """Return what has a place (homes, schools, settlements) and the municipalities."""
    rows, areas, wkb = [], [], osmium.geom.WKBFactory()
    item: Any
    for item in osmium.FileProcessor(str(path)).with_areas():
        tags = dict(item.tags)
        kind = (tags.get("boundary"), tags.get("admin_level"))
        if item.is_area() and kind == MUNICIPALITY and not item.from_way():
            areas.append((tags["name"], shapely.from_wkb(wkb.create_multipolygon(item))))
        elif (item.is_node() or item.is_way()) and tags.keys() & {"amenity", "building", "place"}:
            spots = [item.location] if item.is_node() else [node.location for node in item.nodes]
            lon, lat = np.mean([(spot.lon, spot.lat) for spot in spots if spot.valid()], axis=0)
            rows.append((f"{'n' if item.is_node() else 'w'}{item.id}", tags, lon, lat))
    keys = ("name", "amenity", "building", "place", "population")
    points = geopandas.GeoDataFrame(
        {"id": [row[0] for row in rows]} | {k: [row[1].get(k) for row in rows] for k in keys},
        geometry=geopandas.points_from_xy([r[2] for r in rows], [r[3] for r in rows]),
        crs="EPSG:4326",
    ).to_crs(METRIC)  # fmt: skip
    towns = geopandas.GeoDataFrame(
        {"township": [name for name, _ in areas]}, geometry=[a for _, a in areas], crs="EPSG:4326"
    ).to_crs(METRIC)
    return points.sjoin(towns, predicate="within").drop(columns="index_right"), towns


def make_units(points: Any, towns: Any, roads: Roads) -> tuple[Any, Any]:
    """Return the units, blocks of homes within a municipality, and the homes of each."""
    homes = points[points["building"].notna() & ~points["building"].isin(NO_HOMES)]
    streets = roads.lines(METRIC)
    streets = streets[streets["highway"].isin(list(BUS.kmh))]
    near = homes.sjoin_nearest(streets[["geometry"]], max_distance=OFF_ROAD).index.unique()
    homes = homes.loc[near]
    squares = np.floor(homes.get_coordinates().to_numpy() / BLOCK).astype(int)
    where = pd.Series([f" {x}-{y}" for x, y in squares], index=homes.index)
    homes = homes[["geometry", "township"]].assign(unit_id=homes["township"] + where)
    middle = homes.assign(**homes.get_coordinates()).groupby(["township", "unit_id"])[["x", "y"]]
    blocks = middle.mean().reset_index()
    points_of = geopandas.points_from_xy(blocks["x"], blocks["y"])
    blocks = geopandas.GeoDataFrame(blocks[["unit_id", "township"]], geometry=points_of, crs=METRIC)
    cells = [
        cells_from_points(blocks[blocks["township"] == town], METRIC, outline)
        for town, outline in zip(towns["township"], towns.geometry, strict=True)
    ]
    mended = repair(pd.concat(cells, ignore_index=True), METRIC, tolerance=3.0)
    print(mended)
    return mended.units, homes


def people(points: Any, units: Any, homes: Any) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return pupils by unit, stage and grade, and the children a grade of each municipality."""
    settled = points[points["place"].isin(["town", "village"]) & points["population"].notna()]
    number = settled.set_index("name")["population"].astype(float) * SHARE
    children = {str(town): float(number[town]) for town in units["township"].unique()}
    living = homes.groupby(["township", "unit_id"]).size()
    each = living / living.groupby("township").transform("sum")
    rows = [
        (unit, stage, str(grade + 1), 2021, round(share * children[town], 3))
        for (town, unit), share in each.items()
        for stage, (_, grades) in STAGES.items()
        for grade in range(grades)
    ]
    names = ["unit_id", "stage", "grade", "year", "pupils"]
    return pd.DataFrame(rows, columns=names), children


def pupils_near(schools: Any, towns: Any, children: dict[str, float]) -> Any:
    """Return children a grade by municipality with schools; one without counts to another's."""
    own = schools[["township", "geometry"]].rename(columns={"township": "taken"})
    near = towns.set_geometry(towns.centroid).sjoin_nearest(own).drop_duplicates("township")
    taken = near["township"].where(near["township"].isin(own["taken"]), near["taken"])
    return near["township"].map(children).groupby(taken.to_numpy()).sum()


def make_schools(
    points: Any, towns: Any, children: dict[str, float]
) -> tuple[Any, pd.DataFrame, pd.DataFrame]:
    """Return the schools, their seats by stage and the grades that they teach."""
    schools = points[points["amenity"].isin(["school", "kindergarten"])]
    schools = schools[~schools["name"].fillna("").str.contains(HIGHER)]
    in_town = schools.groupby(["township", "amenity"])["id"].transform("size")
    seats, grades = [], []
    for stage, (amenity, count) in STAGES.items():
        own = schools[schools["amenity"] == amenity]
        pupils = pupils_near(own, towns, children) * count
        for row in own.index:
            wanted = pupils[own["township"][row]] * SPARE / in_town[row]
            seats.append((schools["id"][row], stage, float(CLASS * np.ceil(wanted / CLASS))))
            grades += [(schools["id"][row], stage, str(grade + 1)) for grade in range(count)]
    kinds = schools["amenity"].map({"school": "complete-primary", "kindergarten": "kindergarten"})
    told = schools["name"].fillna(schools["township"] + " (no name)")
    columns = {"school_id": schools["id"], "name": told, "kind": kinds}
    return (
        geopandas.GeoDataFrame(
            {**columns, "township": schools["township"]}, geometry=schools.geometry
        ),
        pd.DataFrame(seats, columns=["school_id", "stage", "seats"]),
        pd.DataFrame(grades, columns=["school_id", "stage", "grade"]),
    )


def make_county(path: Path) -> zoning.County:
    """Return the county with journeys on foot and by bus, computed from the roads."""
    points, towns = read_map(path)
    roads = read_roads(path)
    units, homes = make_units(points, towns, roads)
    pupils, children = people(points, units, homes)
    schools, seats, grades = make_schools(points, towns, children)
    real = Provenance("real", "OpenStreetMap, 2021-05-04", "ODbL 1.0")
    modelled = Provenance("modelled", "population of 2021 spread over buildings", "ODbL 1.0")
    county = zoning.County(
        name="Liechtenstein",
        year=2021,
        crs=METRIC,
        metric_crs=METRIC,
        notice=NOTICE,
        stages=[Stage(s, tuple(str(g + 1) for g in range(n))) for s, (_, n) in STAGES.items()],
        units=units,
        pupils=pupils,
        schools=schools,
        school_stages=seats,
        school_grades=grades,
        adjacency=by_roads(units, roads, "walk", METRIC),
        straight_line=StraightLine(),
        provenance={"units": modelled, "pupils": modelled, "schools": real,
                    "school_stages": Provenance("assumed", "seats by population", "ODbL 1.0"),
                    "school_grades": Provenance("assumed", "all grades", "ODbL 1.0"),
                    "adjacency": Provenance("modelled", "roads between units", "ODbL 1.0")},
    )  # fmt: skip
    apart = separate_units(units, county.adjacency, METRIC)
    print(f"{len(units)} units; apart: {apart['what'].value_counts().to_dict() or 'none'}")
    journeys = road_journeys(
        county, roads, modes=(WALK, SCHOOL_BUS), homes=homes, nearest=8, cache=OUT
    )
    print(journeys)
    return journeys.county(county)


def last_plan(county: zoning.County, folder: Path) -> zoning.Plan | None:
    """Return the plan of the last run, None if there is none or the county has changed since."""
    if not (folder / "plan.json").exists():
        return None
    try:
        return zoning.Plan.load(folder, county)
    except zoning.InputError:
        return None


def main(path: str | None = None) -> None:
    """Make the county, or read it again; solve each stage and write map and files."""
    shipped = shipped_folder("data") / "liechtenstein" / "liechtenstein.osm.pbf"
    county = make_county(Path(path or shipped))
    zoning.write_county(county, OUT / "county", overwrite=True)
    for stage in STAGES:
        plan = last_plan(county, OUT / stage)
        if plan is None:
            settings = {"travel-limit.minutes": 60}
            plan = zoning.solve(
                county, "rezoning", stage=stage, settings=settings, time_limit=30, gap=0.005
            )
            write_all(plan, county, OUT / stage, overwrite=True)
        print(f"\n{stage}, map in {OUT / stage / 'map.png'}\n{plan}")
        faults = plan.verify(county)
        print("the verifier agrees" if not faults else "\n".join(map(str, faults)))


if __name__ == "__main__":
    main(*sys.argv[1:2])
