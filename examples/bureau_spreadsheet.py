"""From a bureau's workbook with Chinese headings to a zoned plan.

The workbook is made here from Tiny Town, as a bureau would keep it: a title above the headings, a
line of totals, village codes of 12 digits, coordinates as a Chinese map service shows them
(GCJ-02), and the map of areas in a shapefile's own system, a 3-degree zone of CGCS2000.
"""

from pathlib import Path

import openpyxl
import shapely

import zoning
from zoning.sources.gcj02 import wgs84_to_gcj02

SOURCES = """
name = "小城 (Tiny Town, made up)"
year = 2024
notice = "模拟数据,非真实学校 / modelled data, not real schools"

[stages.primary]
grades = ["1", "2", "3", "4", "5", "6"]

[travel]
rule = "straight-line"
detour = 1.3
metres_a_minute = 60

[tables.units]
file = "villages.shp"
status = "assumed"
source = "made up by hand for this library"
licence = "the library's own"

[tables.schools]
file = "bureau.xlsx"
sheet = "学校"
crs = "GCJ-02"
status = "assumed"
source = "made up by hand for this library"
licence = "the library's own"

[tables.pupils]
file = "bureau.xlsx"
sheet = "学生数"
counts = "resident"
year = 2024
status = "assumed"
source = "made up by hand for this library"
licence = "the library's own"
"""


def village_codes(county: zoning.County) -> dict[str, str]:
    """Return a made-up 12-digit code for each unit; 999999 is no county of China."""
    return {
        unit: f"999999100{number:03d}" for number, unit in enumerate(county.units["unit_id"], 1)
    }


def write_map(county: zoning.County, folder: Path) -> None:
    """Write the areas as a shapefile in CGCS2000, zone 34, with Chinese headings."""
    areas = county.units[["unit_id", "name", "geometry"]]
    areas = areas.assign(unit_id=areas["unit_id"].map(village_codes(county)))
    areas = areas.rename(columns={"unit_id": "村代码", "name": "村名"})
    areas.to_crs("EPSG:4522").to_file(folder / "villages.shp", encoding="UTF-8")


def write_workbook(county: zoning.County, folder: Path) -> None:
    """Write the lists of schools and of children as a bureau keeps them."""
    book = openpyxl.Workbook()
    schools = book.worksheets[0]
    schools.title = "学校"
    schools.append(["小城学校一览表"])
    schools.merge_cells("A1:G1")
    schools.append(["学校标识码", "学校名称", "办学类型", "学位", "在校生数", "经度", "纬度"])
    places = wgs84_to_gcj02(shapely.get_coordinates(county.schools.geometry.to_numpy()))
    seats = county.school_stages.set_index("school_id")["seats"]
    enrolled = county.school_grades.groupby("school_id")["enrolled"].sum()
    for number, (school, place) in enumerate(
        zip(county.schools.itertuples(), places, strict=True), start=1
    ):
        key = school.school_id
        schools.append(
            [
                f"299999900{number}",
                school.name,
                "完全小学",
                float(seats[key]),
                float(enrolled[key]),
                *map(float, place),
            ]
        )
    children = book.create_sheet("学生数")
    children.append(["村代码", "村名", "一年级", "二年级", "三年级", "四年级", "五年级", "六年级"])
    table = county.pupils.pivot_table(index="unit_id", columns="grade", values="pupils")
    names = county.units.set_index("unit_id")["name"]
    for unit, code in village_codes(county).items():
        children.append([code, names[unit], *map(float, table.loc[unit])])
    children.append(["合计", "", *map(float, table.sum())])
    book.save(folder / "bureau.xlsx")


def main() -> None:
    """Make the bureau's files, read them, say what was guessed, and solve."""
    folder = Path("bureau")
    folder.mkdir(exist_ok=True)
    town = zoning.read_county(zoning.data_path("tiny-town"))
    write_map(town, folder)
    write_workbook(town, folder)
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")

    sourced = zoning.read_sources(folder)
    print(sourced)
    plan = zoning.solve(sourced.county, "rezoning", stage="primary", time_limit=20)
    print(plan)
    faults = plan.verify(sourced.county)
    print("the verifier agrees" if not faults else "\n".join(map(str, faults)))
    plan.to_geojson(folder / "zones.geojson")
    zoning.write_county(sourced.county, folder / "county.gpkg", overwrite=True)


if __name__ == "__main__":
    main()
