"""Faulty inputs: each is named with its place and what to do, and its legal neighbour passes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest
import shapely

from tests.builders import GRADES, METRIC, SOUTH, WEST, grid_county
from zoning import children
from zoning.errors import InputError

COUNTY = grid_county(6, 2, [(0, 0, 900.0), (5, 1, 900.0)])
UNITS = COUNTY.units["unit_id"]
PARTS = children.parts_by_township(COUNTY)
BASE = children.Estimate.of(COUNTY)


def census(changes: Callable[[pd.DataFrame], pd.DataFrame] = lambda t: t, **options: Any) -> Any:
    rows = [(region, str(age), 20.0) for region in ("T0", "T1") for age in range(5, 14)]
    table = changes(pd.DataFrame(rows, columns=["region", "age", "people"]))
    return children.from_census(COUNTY, table, PARTS, **({"date": "2024-11-01"} | options))


def cell(row: int, column: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table = table.astype({column: "object"})
        table.loc[row, column] = value
        return table

    return change


def box(west: float, south: float, east: float, north: float) -> Any:
    return shapely.box(WEST + west, SOUTH + south, WEST + east, SOUTH + north)


def polygons(ids=("a", "b"), crs: str | None = METRIC, shift: float = 0.0) -> Any:
    shapes = [box(0, 0, 3000, 2000), box(3000 + shift, 0, 6000 + shift, 2000)]
    return geopandas.GeoDataFrame({"id": list(ids)}, geometry=shapes, crs=crs)


def houses(crs: str | None = METRIC, floors: object = 2.0) -> Any:
    shapes = [box(100, 100, 120, 120), box(4100, 100, 4120, 120)]
    return geopandas.GeoDataFrame({"floors": [1.0, floors]}, geometry=shapes, crs=crs)


def villages(pupils: object = 10.0, grades: object = 20.0, rows: int = 6) -> Any:
    units = pd.DataFrame({"unit_id": UNITS, "pupils": pupils})
    table = pd.DataFrame({"grade": list(GRADES[:rows]), "pupils": grades})
    return children.from_unit_totals(COUNTY, units, table, stage="primary")


def aged(**options: Any) -> Any:
    rows = [(unit, year, 3.0) for unit in UNITS for year in (2018, 2019)]
    births = pd.DataFrame(rows, columns=["unit_id", "year", "births"])
    given: dict[str, Any] = {"until": 2025, "births": births}
    return children.age_cohorts(COUNTY, BASE, **(given | options))


def housing(**changes: Any) -> Any:
    row = {"project_id": "E1", "unit_id": UNITS[0], "stage": "primary", "dwellings": 90}
    table = pd.DataFrame([row | {"yield": 0.2, "delivered": "2024-06-30"} | changes])
    return children.new_housing(COUNTY, table, since=2023, years=[2024])


def parted(share: object = 0.5, unit: str = UNITS[0], **names: str) -> Any:
    table = pd.DataFrame({"unit_id": [unit], "share": [share]})
    return children.part_group(COUNTY, BASE, table, **names)


def enrolled(number: float, outside: float = 0.0, stage: str = "primary") -> Any:
    rows = COUNTY.school_grades.assign(enrolled=number, outside=outside)
    county = COUNTY.replace(school_grades=rows)
    parts = children.parts_by_zone(county, "primary")
    return children.from_school_enrolment(county, parts, stage=stage)


def raster(folder: Path, content: bytes) -> Any:
    pytest.importorskip("rasterio")
    (folder / "people.tif").write_bytes(content)
    return PARTS.by_raster(folder / "people.tif")


FAULTS: dict[str, tuple[Callable[[], Any], str]] = {
    "no table": (lambda: census(lambda t: t.to_dict()), "census: expected a pandas DataFrame"),
    "no column": (lambda: census(lambda t: t.drop(columns="age")), "a column age; found the col"),
    "column twice": (lambda: census(lambda t: pd.concat([t, t["age"]], axis=1)), "twice: 'age'"),
    "codes as numbers": (lambda: census(lambda t: t.assign(region=630225)), "store region as text"),
    "no number": (lambda: census(cell(3, "people", "many")), "row 4 (T0, 8"),
    "fewer than none": (lambda: census(cell(3, "people", -4.0)),
        "persons) of at least 0; found -4"),
    "row twice": (lambda: census(lambda t: pd.concat([t, t.iloc[[2]]])), "row 19 (T0, 7"),
    "total among ages": (lambda: census(cell(8, "age", "total")),
        "such as 6 or 5-9; found 'total'"),
    "class turned round": (lambda: census(cell(8, "age", "14-10")), "found '14-10'"),
    "ages overlap": (lambda: census(cell(8, "age", "10-14")), "ages or the classes"),
    "ages missing": (lambda: census(lambda t: t[t["age"] != "9"]),
        "every age from 6 to 12; found ages missing that grades primary 3, primary 4 need"),
    "region unknown": (lambda: census(cell(3, "region", "T9")),
        "units belong to, such as 'T0', 'T1'; found 'T9'"),
    "region left out": (lambda: census(lambda t: t[t["region"] == "T0"]), "none for 'T1'"),
    "no such day": (lambda: census(date="2024-13-01"), "such as '2020-11-01'; found '2024-13-01'"),
    "share above 1": (lambda: census(attendance=98), "attendance: expected a share of 0 to 1"),
    "stage unknown": (lambda: census(stages=["junior"]),
        "stages of the county: primary; found 'jun"),
    "polygons without crs": (lambda: children.parts_by_polygons(COUNTY, polygons(crs=None), "id"),
        "regions.set_crs('EPSG:4326')"),
    "polygons elsewhere": (lambda: children.parts_by_polygons(COUNTY, polygons(shift=9e5), "id"),
        "none at 'b'. To mend: check their coordinates"),
    "polygons twice": (lambda: children.parts_by_polygons(COUNTY, polygons(("a", "a")), "id"),
        "each region once; found 'a'"),
    "polygon ids as numbers": (lambda: children.parts_by_polygons(COUNTY, polygons((1, 2)), "id"),
        "store the ids as text"),
    "polygon column": (lambda: children.parts_by_polygons(COUNTY, polygons(), "code"),
        "a column code; found 'id'"),
    "regions that are points": (
        lambda: children.parts_by_polygons(
            COUNTY, polygons().set_geometry(polygons().geometry.centroid), "id"),
        "polygons; found 'Point'"),
    "houses no map": (lambda: PARTS.by_places(pd.DataFrame()), "read it with geopandas.read_file"),
    "houses without crs": (lambda: PARTS.by_places(houses(None)), "places.set_crs("),
    "houses with words": (lambda: PARTS.by_places(houses(floors="two"), "floors"),
        "'two' in row 2"),
    "weight of nobody's unit": (
        lambda: PARTS.by_table(pd.DataFrame({"unit_id": ["x"], "weight": [1.0]})),
        "a unit of the parts, such as 'u0000', 'u0001', 'u0100'"),
    "children but no houses": (
        lambda: children.from_census(
            COUNTY,
            pd.DataFrame({"region": ["T0", "T1"], "age": ["5-14"] * 2, "people": [90.0] * 2}),
            PARTS.by_places(houses().iloc[:1]), date="2024-11-01"),
        "region T1: expected weights above 0"),
    "totals differ": (lambda: villages(grades=21.0),
        "add up to the 120 pupils of the units; found 126"),
    "grade left out": (lambda: villages(rows=5, grades=24.0), "none for '6'"),
    "nothing known of enrolment": (lambda: enrolled(float("nan")),
        "in column enrolled; found a blank"),
    "more outside than enrolled": (lambda: enrolled(3.0, 5.0),
        "found 3 enrolled and 5 from outside"),
    "no births of a year": (lambda: aged(until=2026), "entrants of 2026; found none of 2020"),
    "until before the base": (lambda: aged(until=2023), "a year from 2024, the base year"),
    "survival in per cent": (lambda: aged(survival=99.9), "survival: expected rates of 0 to 1"),
    "survival as text": (lambda: aged(survival="0.99"), "rates of 0 to 1; found '0.99'"),
    "grade of a rate": (lambda: aged(migration={"grade 1": 0.1}), "write them as stage/grade"),
    "births of nowhere": (
        lambda: aged(births=pd.DataFrame({"unit_id": ["x"], "year": [2018], "births": [3.0]})),
        "births, row 1 (unit x, 2018"),
    "births of one group only": (
        lambda: aged(births=pd.DataFrame(
            {"unit_id": UNITS, "year": 2018, "births": 3.0, "group": "migrant"})),
        "none for 'resident'"),
    "delivery in words": (lambda: housing(delivered="summer"),
        "such as 2026-08-15; found 'summer'"),
    "houses in no unit": (lambda: housing(unit_id="x"), "housing, row 1 (E1, primary"),
    "houses of another stage": (lambda: housing(stage="junior"), "a stage of the county"),
    "share in per cent": (lambda: parted(12.0), "a share of at most 1; found 12"),
    "group there already": (lambda: parted(group="resident"), "without 'resident'"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_remedy(name: str) -> None:
    make, says = FAULTS[name]
    with pytest.raises(InputError) as caught:
        make()
    text = str(caught.value)
    assert says in text, text
    assert all(fault.remedy and fault.found for fault in caught.value.faults)


def test_their_neighbours_pass() -> None:
    for make in (census, villages, aged, housing, parted, lambda: enrolled(30.0)):
        assert len(make().pupils)
    assert len(children.parts_by_polygons(COUNTY, polygons(), "id").table) == 12
    assert PARTS.by_places(houses(), "floors").table["weight"].sum() == 3


def test_all_faults_of_a_table_at_once() -> None:
    def spoil(table: pd.DataFrame) -> pd.DataFrame:
        return cell(0, "people", "x")(cell(4, "people", -1.0)(table)).assign(region=7)

    with pytest.raises(InputError) as caught:
        census(spoil)
    assert len(caught.value.faults) == 3


def test_a_file_that_is_no_raster(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a raster in people"):
        raster(tmp_path, b"no raster")


def test_a_unit_without_township() -> None:
    units = COUNTY.units.assign(township=[""] + ["T0"] * (len(UNITS) - 1))
    with pytest.raises(InputError, match="none for 'u0000'"):
        children.parts_by_township(COUNTY.replace(units=units))


def test_no_zones_of_today() -> None:
    with pytest.raises(InputError, match="under the plan 'today'"):
        children.parts_by_zone(grid_county(2, 2, today=False), "primary")
