"""Write a drawn county as a county folder: county.toml and its tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from .facts import CRS, GRADES, LOWER, METRIC_CRS, YEAR, FloatArray, to_degrees
from .model import Model, Zoning
from .provenance import NOTICE, provenance_toml

STAGE = "primary"
BANDS = {"primary-lower": GRADES[:3], "primary-upper": GRADES[3:]}
BESIDE = np.array([60.0, 60.0])  # metres from the middle of a village to its school


def write_county(model: Model, folder: Path) -> None:
    """Write every file of the county to ``folder``; the same model gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    ids, schools = model.facts.villages["code"].to_numpy(), school_ids(model)
    _write_text(folder / "county.toml", _county_toml(model.seed))
    _write_points(folder / "units.geojson", _unit_rows(model), to_degrees(model.xy))
    places = to_degrees(model.xy[model.roots] + BESIDE)
    _write_points(folder / "schools.geojson", _school_rows(model), places)
    _write_outline(folder / "outline.geojson", model)
    tables = {
        "pupils": _pupils(model),
        "school_stages": pd.DataFrame(
            {"school_id": schools, "stage": STAGE, "seats": model.capacity.seats}
        ),
        "school_grades": _school_grades(model),
        "travel": _travel(model),
        "adjacency": pd.DataFrame(
            {
                "unit_a": ids[model.borders["a"]],
                "unit_b": ids[model.borders["b"]],
                "border_metres": model.borders["border_metres"],
            }
        ),
        "assignments": pd.concat(
            [_assignment(model, "today", model.today), _assignment(model, "witness", model.witness)]
        ),
    }
    for name, table in tables.items():
        _write_text(folder / f"{name}.csv", table.to_csv(index=False, lineterminator="\n"))


def school_ids(model: Model) -> list[str]:
    """Return P01, P02, ... for complete schools and T01, T02, ... for teaching points."""
    complete = [f"P{number:02d}" for number in range(1, len(model.sites.complete) + 1)]
    return complete + [f"T{number:02d}" for number in range(1, len(model.sites.points) + 1)]


def _unit_rows(model: Model) -> list[dict[str, object]]:
    townships: list[str] = model.facts.townships["name"].tolist()
    of_village = model.facts.township_of_village
    return [
        {
            "unit_id": row.code,
            "name": row.name,
            "code": row.code,
            "township": townships[of_village[place]],
            "settlement": "town" if row.kind == "居委会" else "village",
        }
        for place, row in enumerate(model.facts.villages.itertuples(index=False))
    ]


def _school_rows(model: Model) -> list[dict[str, object]]:
    codes: list[str] = model.facts.villages["code"].tolist()
    villages: list[str] = model.facts.villages["name"].tolist()
    townships: list[str] = model.facts.townships["name"].tolist()
    complete, rows = len(model.sites.complete), list[dict[str, object]]()
    for school, (school_id, root) in enumerate(zip(school_ids(model), model.roots, strict=True)):
        township = townships[model.facts.township_of_village[root]]
        village = villages[root].removesuffix("委会").removesuffix("村")
        central = school < len(townships)
        name = f"{township}中心小学" if central else f"{village}小学"
        rows.append(
            {
                "school_id": school_id,
                "name": f"模拟·{name if school < complete else village + '教学点'}",
                "kind": "complete-primary" if school < complete else "teaching-point",
                # central schools of the townships outside the three towns take boarders
                "boarding": central and township.endswith("乡"),
                "multigrade": school >= complete,
                "township": township,
                "rooms": int(model.capacity.rooms[school]),
                "root_unit": codes[root],
            }
        )
    return rows


def _pupils(model: Model) -> pd.DataFrame:
    ids = model.facts.villages["code"].to_numpy()
    return pd.DataFrame(
        {
            "unit_id": np.repeat(ids, len(GRADES)),
            "stage": STAGE,
            "grade": np.tile(GRADES, len(ids)),
            "year": YEAR,
            "group": "resident",
            "pupils": model.children.ravel(),
        }
    )


def _school_grades(model: Model) -> pd.DataFrame:
    rows = []
    for school, school_id in enumerate(school_ids(model)):
        complete = school < len(model.sites.complete)
        for column, grade in enumerate(GRADES if complete else LOWER):
            classes = model.capacity.classes[school, column] if complete else np.nan
            rows.append(
                {
                    "school_id": school_id,
                    "stage": STAGE,
                    "grade": grade,
                    "classes": classes,
                    "enrolled": model.capacity.enrolled[school, column],
                    "outside": 0,
                }
            )
    return pd.DataFrame(rows).astype({"classes": "Int64"})


def _travel(model: Model) -> pd.DataFrame:
    journeys = model.journeys
    return pd.DataFrame(
        {
            "unit_id": model.facts.villages["code"].to_numpy()[journeys["village"]],
            "school_id": np.array(school_ids(model))[journeys["school"]],
            "mode": journeys["mode"],
            "metres": journeys["metres"],
            "minutes": journeys["minutes"],
        }
    )


def _assignment(model: Model, plan: str, zoning: Zoning) -> pd.DataFrame:
    schools, ids = np.array(school_ids(model)), model.facts.villages["code"].to_numpy()
    bands = zip(BANDS, (zoning.lower, zoning.upper), strict=True)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "plan": plan,
                    "unit_id": ids,
                    "stage": STAGE,
                    "band": band,
                    "school_id": schools[rows],
                }
            )
            for band, rows in bands
        ]
    )


def _write_points(path: Path, rows: Iterable[Mapping[str, object]], lonlat: FloatArray) -> None:
    features = [
        {
            "type": "Feature",
            "properties": dict(row),
            "geometry": {"type": "Point", "coordinates": place},
        }
        for row, place in zip(rows, lonlat.tolist(), strict=True)
    ]
    _write_features(path, features)


def _write_outline(path: Path, model: Model) -> None:
    border = shapely.get_coordinates(shapely.get_exterior_ring(model.outline))
    # GeoJSON wants outer rings anticlockwise
    ring = to_degrees(border if shapely.is_ccw(shapely.linearrings(border)) else border[::-1])
    properties = {"name": "modelled outline, not a border", "notice": NOTICE}
    geometry = {"type": "Polygon", "coordinates": [ring.tolist()]}
    _write_features(path, [{"type": "Feature", "properties": properties, "geometry": geometry}])


def _write_features(path: Path, features: Sequence[Mapping[str, object]]) -> None:
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    _write_text(path, f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n')


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _county_toml(seed: int) -> str:
    def quoted(grades: tuple[int, ...]) -> str:
        return "[" + ", ".join(f'"{grade}"' for grade in grades) + "]"

    bands = ", ".join(f"{band} = {quoted(grades)}" for band, grades in BANDS.items())
    head = f"""format = 1
name = "循化撒拉族自治县(模拟)/ Xunhua (modelled, seed {seed})"
year = {YEAR}
crs = "{CRS}"
metric_crs = "{METRIC_CRS}"
standards = "china"
notice = "{NOTICE}"

[stages.{STAGE}]
grades = {quoted(GRADES)}
bands = {{ {bands} }}
"""
    return head + provenance_toml(seed)
