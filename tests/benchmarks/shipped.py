"""The counties that ship: Fairfax as it is and with sites, Xunhua as drawn for a seed.

They are solved as counties, but judged by tables that are read here, without the library.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from case import Case, Rows, judge_by
from instance import METRES_IN_A_KILOMETRE, Floats, Instance, table_cost

DATA = Path(__file__).parents[2] / "data"
CENSUS = 2020  # the year of Xunhua that is zoned
SITES, OPENED = 30, 5  # candidate sites in Fairfax, and how many are to be opened
MEASURES = {"drive": "minutes", "straight": "metres"}
XUNHUA_MODELS = ("annual-zoning", "rezoning")
SEATS_TOLERANCE = 1e-6


def fairfax(name: str) -> Case:
    """Fairfax rezoned by drive minutes (pupil-minutes) or straight line (pupil-kilometres)."""
    from zoning import read_county

    measure = MEASURES[name]
    county = read_county(DATA / "fairfax")

    def judge(rows: Rows) -> tuple[float, list[str]]:
        # read only now: these tables must not count in the peak memory of the search
        return judge_by(fairfax_instance(measure), rows)

    return Case(
        county=county,
        model="rezoning",
        settings={"travel.measure": measure},
        scale=METRES_IN_A_KILOMETRE if measure == "metres" else 1.0,
        size=f"{len(county.units)}x{len(county.schools)}",
        judge=judge,
    )


def fairfax_sites(folder: Path) -> Case:
    """Fairfax with assumed candidate sites, of which some are opened (pupil-minutes).

    Its tables are written to the folder.
    """
    from zoning import read_county

    script = DATA / "fairfax" / "sites.py"
    command = [sys.executable, "-B", str(script), str(folder), "--sites", str(SITES)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    county = read_county(folder)
    return Case(
        county=county,
        model="siting",
        settings={"opening.count": len(county.schools) - SITES + OPENED},
        scale=1.0,
        size=f"{len(county.units)}x{len(county.schools)}",
        judge=lambda rows: judge_by(fairfax_instance("minutes", folder), rows),
    )


def fairfax_instance(measure: str, folder: Path = DATA / "fairfax") -> Instance:
    """Fairfax from its files; journeys in minutes or kilometres, all pairs are listed.

    Where the folder has candidate sites besides the schools, some of them are opened.
    """
    units = _unit_ids(folder)
    schools = _features(folder / "schools.geojson")
    stays = schools.get("status", pd.Series("existing", schools.index)).eq("existing").to_numpy()
    unit_at = pd.Index(units)
    school_at = pd.Index(schools["school_id"])
    pupils = pd.read_csv(folder / "pupils.csv", dtype={"unit_id": str})
    demand = np.zeros(len(units))
    np.add.at(demand, unit_at.get_indexer(pd.Index(pupils["unit_id"])), pupils["pupils"])
    seats = pd.read_csv(folder / "school_stages.csv", dtype={"school_id": str})
    travel = pd.read_parquet(folder / "travel.parquet")
    row = unit_at.get_indexer(pd.Index(travel["unit_id"].astype(str)))
    column = school_at.get_indexer(pd.Index(travel["school_id"].astype(str)))
    journeys = np.full((len(units), len(schools)), math.inf)
    journeys[row, column] = travel[measure] / (
        METRES_IN_A_KILOMETRE if measure == "metres" else 1.0
    )
    if (folder / "adjacency.parquet").is_file():
        beside = pd.read_parquet(folder / "adjacency.parquet")
    else:
        beside = _table(folder, "adjacency")
    return Instance(
        name=folder.name,
        units=units.tolist(),
        schools=schools["school_id"].tolist(),
        demand=demand,
        seats=seats.set_index("school_id")["seats"].reindex(school_at).to_numpy(dtype=float),
        cost=table_cost(_costs(demand, journeys)),
        points=np.zeros((len(units), 2)),
        root=unit_at.get_indexer(pd.Index(schools["root_unit"])),
        edges=np.column_stack(
            [unit_at.get_indexer(pd.Index(beside[key].astype(str))) for key in ("unit_a", "unit_b")]
        ),
        optional=not stays.all(),
        stays=None if stays.all() else stays,
        count=None if stays.all() else int(stays.sum()) + OPENED,
    )


def _unit_ids(folder: Path) -> pd.Series[str]:
    parquet = folder / "units.parquet"
    if parquet.is_file():
        return pd.read_parquet(parquet, columns=["unit_id"])["unit_id"].astype(str)
    return _features(folder / "units.geojson")["unit_id"]


def xunhua(name: str, seed: int, folder: Path) -> Case:
    """Xunhua drawn from a seed: zoned for its entrants, or for all grades (pupil-minutes).

    Its tables are written to the folder.
    """
    from zoning import read_county

    script = DATA / "xunhua" / "generate.py"
    command = [sys.executable, "-B", str(script), "--seed", str(seed), "--out", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    county = read_county(folder)
    return Case(
        county=county,
        model=name,
        scale=1.0,
        size=f"{len(county.units)}x{len(county.schools)}",
        judge=lambda rows: _judge_xunhua(folder, rows, entrants=name == "annual-zoning"),
    )


def _judge_xunhua(folder: Path, rows: Rows, *, entrants: bool) -> tuple[float, list[str]]:
    """Places, seats (if all grades are zoned), pieces and journeys, for each band by itself.

    The rules of classes, intake and longest journeys are left to the plan's own verifier, without
    whose consent `zoning.solve` returns no plan.
    """
    bands: dict[str, tuple[str, ...]]
    bands = {"primary-lower": ("1", "2", "3"), "primary-upper": ("4", "5", "6")}
    if entrants:
        bands = {"primary-lower": ("1",)}
    faults = [f"{band}: no such band" for band in sorted({b for _, b, _ in rows} - bands.keys())]
    total, load = 0.0, Counter[str]()
    for band, grades in bands.items():
        instance = _xunhua_band(folder, grades)
        own = [row for row in rows if row[1] == band]
        value, wrong = judge_by(instance, own)
        total += value
        faults += [f"{band}: {fault}" for fault in wrong]
        for unit, _, school in own:
            load[school] += instance.demand[instance.units.index(unit)]
    if not entrants:
        seats = _table(folder, "school_stages").query("stage == 'primary'")
        seats = seats.set_index("school_id")["seats"]
        faults += [
            f"school {school}: {number:g} of {seats[school]:g}"
            for school, number in sorted(load.items())
            if number > seats[school] + SEATS_TOLERANCE
        ]
    return total, faults


def _xunhua_band(folder: Path, grades: tuple[str, ...]) -> Instance:
    """One band as an instance without seats; only schools that stand and teach all its grades."""
    taught = _table(folder, "school_grades").groupby("school_id")["grade"].agg(set)
    schools = _features(folder / "schools.geojson")
    # an entrant goes to a school that teaches the whole band
    whole = {"1", "2", "3"} if "1" in grades else set(grades)
    fit = schools["school_id"].isin(taught[taught.map(whole.issubset)].index)
    schools = schools[fit & (schools["status"] == "existing")]
    unit_at = pd.Index(_features(folder / "units.geojson")["unit_id"])
    school_at = pd.Index(schools["school_id"])
    pupils = _table(folder, "pupils")
    pupils = pupils[pupils["grade"].isin(grades) & (pupils["year"] == CENSUS)]
    demand = np.zeros(len(unit_at))
    np.add.at(demand, unit_at.get_indexer(pd.Index(pupils["unit_id"])), pupils["pupils"])
    travel = _table(folder, "travel")
    quickest = travel[travel["school_id"].isin(school_at) & (travel["mode"] != "board")]
    quickest = quickest.groupby(["unit_id", "school_id"])["minutes"].min().reset_index()
    journeys = np.full((len(unit_at), len(school_at)), math.inf)
    row = unit_at.get_indexer(pd.Index(quickest["unit_id"]))
    journeys[row, school_at.get_indexer(pd.Index(quickest["school_id"]))] = quickest["minutes"]
    beside = _table(folder, "adjacency")
    return Instance(
        name=folder.name,
        units=unit_at.tolist(),
        schools=school_at.tolist(),
        demand=demand,
        seats=np.full(len(school_at), math.inf),
        cost=table_cost(_costs(demand, journeys)),
        points=np.zeros((len(unit_at), 2)),
        root=unit_at.get_indexer(pd.Index(schools["root_unit"])),
        edges=np.column_stack(
            [unit_at.get_indexer(pd.Index(beside[key])) for key in ("unit_a", "unit_b")]
        ),
    )


def _costs(demand: Floats, journeys: Floats) -> Floats:
    """Demand times journey; endless where no journey is listed, with or without demand."""
    listed = np.isfinite(journeys)
    return np.where(listed, demand[:, None] * np.where(listed, journeys, 0.0), math.inf)


def _table(folder: Path, name: str) -> pd.DataFrame:
    texts = dict.fromkeys(("unit_id", "school_id", "unit_a", "unit_b", "grade"), str)
    return pd.read_csv(folder / f"{name}.csv", dtype=texts)


def _features(path: Path) -> pd.DataFrame:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return pd.DataFrame([feature["properties"] for feature in features])
