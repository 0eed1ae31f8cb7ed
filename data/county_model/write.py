"""Write a drawn county as a county folder: county.toml and its tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from .drawn import BANDS, BOTH, STAGE_OF, STAGES, Drawn
from .facts import CRS, YEAR, FloatArray
from .provenance import NOTICE, provenance_toml

BESIDE = np.array([60.0, 60.0])  # metres from the middle of a village to its school
APART = np.array([0.0, 70.0])  # metres between schools of one village


def write_county(drawn: Drawn, folder: Path, name: str) -> None:
    """Write every file of the county to ``folder``; the same county gives the same bytes.

    Args:
        drawn: the county.
        folder: where to write it.
        name: what it is called.
    """
    folder.mkdir(parents=True, exist_ok=True)
    facts = drawn.facts
    tables = _tables(drawn)
    _write_text(folder / "county.toml", _county_toml(drawn, name, tables))
    _write_points(folder / "units.geojson", _unit_rows(drawn), facts.degrees(drawn.xy))
    _write_points(folder / "schools.geojson", _school_rows(drawn), facts.degrees(_places(drawn)))
    _write_outline(folder / "outline.geojson", drawn)
    for table, frame in tables.items():
        _write_text(folder / f"{table}.csv", frame.to_csv(index=False, lineterminator="\n"))


def _tables(drawn: Drawn) -> dict[str, pd.DataFrame]:
    ids = drawn.facts.villages["code"].to_numpy()
    return {
        "pupils": _pupils(drawn),
        "school_stages": pd.DataFrame(
            [
                (school.school_id, stage, seats)
                for school in drawn.schools
                for stage, seats in school.seats.items()
            ],
            columns=["school_id", "stage", "seats"],
        ),
        "school_grades": _school_grades(drawn),
        "travel": _travel(drawn),
        "adjacency": pd.DataFrame(
            {
                "unit_a": ids[drawn.borders["a"]],
                "unit_b": ids[drawn.borders["b"]],
                "border_metres": drawn.borders["border_metres"],
            }
        ),
        "assignments": _assignments(drawn),
        **drawn.tables,
    }


def _places(drawn: Drawn) -> FloatArray:
    """Return where schools stand: beside their village, one after the other."""
    seen: dict[int, int] = {}
    places = []
    for school in drawn.schools:
        before = seen.get(school.village, 0)
        seen[school.village] = before + 1
        places.append(drawn.xy[school.village] + BESIDE + before * APART)
    return np.array(places)


def _unit_rows(drawn: Drawn) -> list[dict[str, object]]:
    townships: list[str] = drawn.facts.townships["name"].tolist()
    of_village = drawn.facts.township_of_village
    return [
        {
            "unit_id": row.code,
            "name": row.name,
            "code": row.code,
            "township": townships[of_village[place]],
            "settlement": "town" if row.kind == "居委会" else "village",
        }
        for place, row in enumerate(drawn.facts.villages.itertuples(index=False))
    ]


def _school_rows(drawn: Drawn) -> list[dict[str, object]]:
    codes: list[str] = drawn.facts.villages["code"].tolist()
    townships: list[str] = drawn.facts.townships["name"].tolist()
    further = list(dict.fromkeys(name for school in drawn.schools for name in school.more))
    return [
        {
            "school_id": school.school_id,
            "name": f"模拟·{school.name}",
            "kind": school.kind,
            "boarding": school.boarding,
            "multigrade": school.multigrade,
            "township": townships[drawn.facts.township_of_village[school.village]],
            "rooms": school.rooms,
            "root_unit": codes[school.village],
            "status": school.status,
            **{name: school.more.get(name) for name in further},
        }
        for school in drawn.schools
    ]


def _pupils(drawn: Drawn) -> pd.DataFrame:
    """Return the children, those of the census's year and of the primary stage first."""
    ids = drawn.facts.villages["code"].to_numpy()
    parts = []
    for at, year in enumerate(drawn.years):
        for stage, grades in STAGES.items():
            columns = [BOTH.index(grade) for grade in grades]
            parts.append(
                pd.DataFrame(
                    {
                        "unit_id": np.repeat(ids, len(grades)),
                        "stage": stage,
                        "grade": np.tile(grades, len(ids)),
                        "year": year,
                        "group": "resident",
                        "pupils": drawn.pupils[at][:, columns].ravel(),
                        "girls": drawn.girls[at][:, columns].ravel(),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


def _school_grades(drawn: Drawn) -> pd.DataFrame:
    rows = [
        (
            school.school_id,
            stage,
            grade,
            school.classes.get(grade, np.nan),
            school.enrolled.get(grade, np.nan),
            0,
        )
        for school in drawn.schools
        for stage, grades in STAGES.items()
        for grade in grades
        if grade in school.grades
    ]
    names = ["school_id", "stage", "grade", "classes", "enrolled", "outside"]
    return pd.DataFrame(rows, columns=names).astype({"classes": "Int64", "enrolled": "Int64"})


def _travel(drawn: Drawn) -> pd.DataFrame:
    journeys = drawn.journeys
    schools = np.array([school.school_id for school in drawn.schools])
    return pd.DataFrame(
        {
            "unit_id": drawn.facts.villages["code"].to_numpy()[journeys["village"]],
            "school_id": schools[journeys["school"]],
            "mode": journeys["mode"],
            "metres": journeys["metres"],
            "minutes": journeys["minutes"],
        }
    )


def _assignments(drawn: Drawn) -> pd.DataFrame:
    schools = np.array([school.school_id for school in drawn.schools])
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "plan": plan,
                    "unit_id": drawn.facts.villages["code"].to_numpy(),
                    "stage": STAGE_OF[band],
                    "band": band,
                    "school_id": schools[rows],
                }
            )
            for plan, zones in drawn.plans.items()
            for band, rows in zones.items()
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


def _write_outline(path: Path, drawn: Drawn) -> None:
    border = shapely.get_coordinates(shapely.get_exterior_ring(drawn.outline))
    # GeoJSON wants outer rings anticlockwise
    ring = border if shapely.is_ccw(shapely.linearrings(border)) else border[::-1]
    properties = {"name": "modelled outline, not a border", "notice": NOTICE}
    geometry = {"type": "Polygon", "coordinates": [drawn.facts.degrees(ring).tolist()]}
    _write_features(path, [{"type": "Feature", "properties": properties, "geometry": geometry}])


def _write_features(path: Path, features: Sequence[Mapping[str, object]]) -> None:
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    _write_text(path, f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n')


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _county_toml(drawn: Drawn, name: str, tables: Iterable[str]) -> str:
    def quoted(grades: tuple[int, ...]) -> str:
        return "[" + ", ".join(f'"{grade}"' for grade in grades) + "]"

    parts = [
        f"""format = 1
name = "{name}"
year = {YEAR}
crs = "{CRS}"
metric_crs = "{drawn.facts.metric_crs}"
standards = "china"
notice = "{NOTICE}"
"""
    ]
    for stage, grades in STAGES.items():
        bands = {band: own for band, own in BANDS.items() if STAGE_OF[band] == stage}
        parts.append(f"\n[stages.{stage}]\ngrades = {quoted(grades)}\n")
        if len(bands) > 1:
            words = ", ".join(f"{band} = {quoted(own)}" for band, own in bands.items())
            parts.append(f"bands = {{ {words} }}\n")
    return "".join(parts) + provenance_toml(drawn, tables)
