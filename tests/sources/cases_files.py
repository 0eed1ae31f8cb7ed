"""Faults of files, coordinates and sources.toml: each with its nearest legal neighbour."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shapely

from tests.sources.bureau import LIST, PLACES, PUPILS, UNITS, Bureau, squares
from tests.sources.cases_tables import BOOK, Deed, case, cell, stated

ZONE_34 = "EPSG:4522"
METRES = [(500_000 + 2_000 * i, 3_960_000 + 2_000 * i) for i in range(4)]


def layer(name: str, frame: Any, crs: str | None = None, **changes: Any) -> Deed:
    """Let the units come from a layer."""

    def write(path: Path) -> None:
        frame.to_file(path)

    return lambda b: b.file("units", name, write, crs=crs, **changes)


def bytes_of(table: str, name: str, data: bytes | Callable[[], bytes], **changes: Any) -> Deed:
    """Let a table come from a file with these bytes."""
    content = data if isinstance(data, bytes) else data()
    return lambda b: b.file(table, name, lambda path: path.write_bytes(content), **changes)


def workbook_after(change: Callable[[Path], object]) -> Deed:
    """Change the workbook's file after it is written."""
    return lambda b: b.files.append(lambda folder: change(folder / "data.xlsx"))


def add_part(name: str, data: bytes) -> Deed:
    """Add a part to the workbook's archive."""

    def change(path: Path) -> None:
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)

    return workbook_after(change)


def zipped(frame: Any, rename: Callable[[str], str] = str) -> Deed:
    """Let the units come from a zipped shapefile, its parts renamed."""

    def write(path: Path) -> None:
        parts = path.parent / "parts"
        parts.mkdir()
        frame.to_file(parts / "villages.shp")
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted(parts.iterdir()):
                archive.write(part, rename(part.name))

    return lambda b: b.file("units", "villages.zip", write, crs=None)


def shapefile(*gone: str, crs: str | None = None) -> Deed:
    """Let the units come from a shapefile without some of its parts."""

    def write(path: Path) -> None:
        squares().to_file(path)
        for suffix in gone:
            path.with_suffix(suffix).unlink()

    return lambda b: b.file("units", "villages.shp", write, crs=crs)


def grid(pairs: list[tuple[Any, Any]], heads: tuple[str, str], crs: Any) -> Deed:
    """Give the units' places in metres; the schools lie at the first two of them."""

    def deed(b: Bureau) -> None:
        for sheet, table, rows in ((UNITS, "units", 4), (LIST, "schools", 2)):
            b.rename(sheet, "经度", heads[0])
            b.rename(sheet, "纬度", heads[1])
            for row, (first, second) in enumerate(pairs[:rows], start=2):
                b.cell(sheet, row, heads[0], first)
                b.cell(sheet, row, heads[1], second)
            b.table(table, crs=crs)

    return deed


def link_out(name: str) -> Deed:
    """Put a link in the folder that leads out of it."""

    def deed(folder: Path) -> None:
        target = folder.parent / f"outside-{name}"
        target.write_text("村代码,经度,纬度\n", encoding="utf-8")
        (folder / name).symlink_to(target)

    return lambda b: (b.table("units", file=name, sheet=None), b.files.append(deed))


def csv_units(saved_as: str = "utf-8", **changes: Any) -> Deed:
    """Let the units come from CSV in an encoding."""
    return lambda b: b.csv("units", UNITS, saved_as=saved_as, **changes)


def csv_text(change: Callable[[str], str]) -> Deed:
    """Let the units come from CSV whose text is changed."""

    def deed(b: Bureau) -> None:
        b.csv("units", UNITS)
        b.files.append(
            lambda folder: (folder / "units.csv").write_text(
                change((folder / "units.csv").read_text("utf-8")), "utf-8"
            )
        )

    return deed


def toml(**changes: Any) -> Deed:
    """Change the top of sources.toml."""
    return lambda b: b.toml.update(changes)


def toml_text(old: str, new: str) -> Deed:
    """Change the text of sources.toml."""

    def deed(folder: Path) -> None:
        path = folder / "sources.toml"
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")

    return lambda b: b.files.append(deed)


def mislabelled() -> Any:
    """Return polygons in degrees that say they are metres."""
    return squares().set_crs(ZONE_34, allow_override=True)


def bow_tie() -> Any:
    """Return the squares, one of which crosses itself."""
    frame = squares()
    x, y = PLACES[2]
    ring = [(x, y), (x + 0.01, y + 0.01), (x + 0.01, y), (x, y + 0.01)]
    frame.loc[2, "geometry"] = shapely.Polygon(ring)
    return frame


GEOJSON = squares().to_crs(4326).to_json(ensure_ascii=False).encode("utf-8")
NOTHING = json.dumps({"type": "FeatureCollection", "features": []}).encode()
VRT = b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc</SrcDataSource>'
BOMB = b"\0" * (60 * 2**20)
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">]><lolz>&lol;</lolz>'
plain = csv_units()


def nothing(_: Bureau) -> None:
    """Leave the bureau's files as they are."""


TEXTS = [
    case("a wrong encoding stated",
         (csv_units("gb18030", encoding="UTF-8"), csv_units("gb18030", encoding="GB18030")),
         "units.csv, row 1", "text in UTF-8", "state the encoding"),
    case("no encoding at all",
         (bytes_of("units", "units.csv", "村代码,经度,纬度\n".encode() + b"\xff\xfe\xe9,1,2"),
          csv_units("gb18030")),
         "units.csv", "UTF-8 or GB18030", "CSV UTF-8"),
    case("names spoilt by an earlier encoding",
         (csv_text(lambda t: t.replace("西村", "锟斤拷")), csv_text(lambda t: t)),
         "units.csv, row 3", "'锟斤拷'", "go back to the file"),
    case("an encoding nobody knows", (csv_units(encoding="latin9"), csv_units(encoding="utf-8")),
         "units.csv, encoding", "'latin9'"),
    case("quotation marks left open",
         (csv_text(lambda t: t.replace("西村", '"西村')),
          csv_text(lambda t: t.replace("西村", '"西村"'))),
         "units.csv, line", "close the quotation marks"),
    case("a comma in a name",
         (csv_text(lambda t: t.replace("西村", "西,村,")),
          csv_text(lambda t: t.replace("西村", '"西,村"'))),
         "units.csv, row 3", "5 cells", "quotation marks"),
]  # fmt: skip

COORDINATES = [
    case("longitude and latitude exchanged",
         (lambda b: (b.rename(LIST, "经度", "_"), b.rename(LIST, "纬度", "经度"),
                     b.rename(LIST, "_", "纬度")), nothing),
         BOOK + LIST, "row 2", "经度 and 纬度", "35.801, 102.401", "exchange the two"),
    case("a latitude beyond the pole", cell(LIST, 3, "纬度", 95.8, 35.815),
         BOOK + LIST, "row 3", "95.8"),
    case("degrees called metres", stated("units", {"crs": "EPSG:4543"}, {"crs": "EPSG:4490"}),
         BOOK + UNITS, "crs", "degrees, about 102.4", 'crs = "EPSG:4490"'),
    case("polygons in degrees called metres",
         (layer("villages.gpkg", mislabelled()), layer("villages.gpkg", squares())),
         "villages.gpkg", "metres (EPSG:4522)", "degrees, about 102.39"),
    case("metres called degrees",
         (grid(METRES, ("x", "y"), "EPSG:4490"), grid(METRES, ("x", "y"), "EPSG:4543")),
         BOOK + UNITS, "row 2", "degrees (EPSG:4490)", "state the system these metres are in"),
    case("another zone's prefix",
         (grid([(n, 35_000_000 + e) for e, n in METRES], ("x", "y"), "EPSG:4522"),
          grid([(n, 34_000_000 + e) for e, n in METRES], ("x", "y"), "EPSG:4522")),
         BOOK + UNITS, "crs", "the zone 35 in y, not 34"),
    case("no zone at all",
         (grid(METRES, ("x", "y"), "CGCS2000 3-degree"),
          grid([(34_000_000 + e, n) for e, n in METRES], ("x", "y"), "CGCS2000 3-degree")),
         BOOK + UNITS, "no y with the zone's two digits before it"),
    case("metres of another part of the world",
         (grid([(e, 1_000) for e, _ in METRES], ("x", "y"), "EPSG:4543"),
          grid([(n, e) for e, n in METRES], ("x", "y"), "EPSG:4543")),
         BOOK + UNITS, "a place far from where that system is used"),
    case("a system nobody knows", stated("units", {"crs": "Mars 84"}, {"crs": "WGS84"}),
         "sources.toml", "tables.units.crs", "'Mars 84'", "GCJ-02"),
    case("a zone that China does not have",
         (grid(METRES, ("x", "y"), "CGCS2000 3-degree zone 99"),
          grid(METRES, ("x", "y"), "CGCS2000 3-degree zone 34")),
         "sources.toml", "tables.units.crs", "zone 99", "25 to 45"),
    case("an unknown parameter of a local grid",
         (grid(METRES, ("x", "y"), {"central_meridian": 102, "false_east": 0}),
          grid(METRES, ("x", "y"), {"central_meridian": 102, "false_easting": 500_000})),
         "sources.toml", "tables.units.crs", "'false_east'", "false_easting"),
    case("too few parameters of a shift",
         stated("units", {"crs": {"base": "Xi'an 80", "towgs84": [1, 2]}},
                {"crs": {"base": "Xi'an 80", "towgs84": [1, 2, 3]}}),
         "sources.toml", "tables.units.crs", "towgs84", "3 or 7 numbers"),
    case("a blank coordinate", cell(LIST, 2, "纬度", None, 35.801),
         BOOK + LIST, "row 2", "numbers in 经度 and 纬度", "a blank"),
    case("a shape that is none",
         (lambda b: (b.column(UNITS, "wkt", ["POINT (1"] * 4), b.rename(UNITS, "经度", "_")),
          lambda b: (b.column(UNITS, "wkt", [f"POINT ({x} {y})" for x, y in PLACES]),
                     b.rename(UNITS, "经度", "_"))),
         BOOK + UNITS, "row 2", "a shape as WKT"),
    case("a shapefile without its system",
         (shapefile(".prj"), shapefile(".prj", crs="EPSG:4490")),
         "villages.shp, crs", "none stated", ".prj"),
    case("a polygon that crosses itself",
         (layer("villages.gpkg", bow_tie()), layer("villages.gpkg", squares())),
         "villages.gpkg, feature 3 (unit 999999100003)", "does not cross itself"),
    case("a school outside the county", cell(LIST, 3, "经度", 103.421, 102.421),
         BOOK + LIST, "row 3 (school 2999999002)", "km from the nearest unit"),
]  # fmt: skip

FILES = [
    case("no such file", (lambda b: b.table("units", file="none.xlsx"), nothing),
         "sources.toml", "tables.units.file", "'none.xlsx'", "copy it into the folder"),
    case("a path that leads out",
         (lambda b: b.table("units", file="../data.xlsx"),
          lambda b: b.table("units", file="./data.xlsx")),
         "sources.toml", "tables.units.file", "inside the folder", "'../data.xlsx'"),
    case("an absolute path",
         (lambda b: b.table("units", file="/etc/passwd"), nothing),
         "sources.toml", "inside the folder", "/etc/passwd"),
    case("a link that leads out", (link_out("units.csv"), plain),
         "sources.toml", "tables.units.file", "links out of it do not count"),
    case("a file of another kind of program",
         (bytes_of("units", "units.pdf", b"%PDF"), plain), "units.pdf", ".xlsx", "'.pdf'"),
    case("an empty layer",
         (bytes_of("units", "units.geojson", NOTHING, crs=None),
          bytes_of("units", "units.geojson", GEOJSON, crs=None)),
         "units.geojson"),
    case("a list of other files called GeoJSON",
         (bytes_of("units", "units.geojson", VRT, crs=None),
          bytes_of("units", "units.geojson", GEOJSON, crs=None)),
         "units.geojson", "a file of another kind"),
    case("half a GeoJSON file",
         (bytes_of("units", "units.geojson", GEOJSON[: len(GEOJSON) // 2], crs=None),
          bytes_of("units", "units.geojson", GEOJSON, crs=None)),
         "units.geojson", "a complete geojson file"),
    case("no GeoPackage", (bytes_of("units", "villages.gpkg", b"PK", crs=None),
                           layer("villages.gpkg", squares())),
         "villages.gpkg", "a file of another kind"),
    case("no Parquet", (bytes_of("units", "units.parquet", b"PAR1 and no more", crs=None), plain),
         "units.parquet", "a complete parquet file"),
    case("a shapefile without its table", (shapefile(".dbf"), shapefile()),
         "villages.shp", "no .dbf", "copy all files of that name"),
    case("a layer that is not there",
         (layer("villages.gpkg", squares(), layer="towns"),
          layer("villages.gpkg", squares(), layer="villages")),
         "villages.gpkg, layer", "'towns'", "'villages'"),
    case("a zip without a shapefile",
         (zipped(squares(), lambda name: name.replace(".shp", ".bin")), zipped(squares())),
         "villages.zip", "one shapefile"),
    case("a zip that writes elsewhere",
         (zipped(squares(), lambda name: "../" + name), zipped(squares(), lambda n: "a/" + n)),
         "villages.zip", "a path that leads out of it"),
    case("a zip bomb", (add_part("xl/media/image1.png", BOMB), add_part("xl/media/a.png", b"0")),
         "data.xlsx", "a zip bomb", "do not open this one"),
    case("an XML bomb", (add_part("xl/extra.xml", ENTITIES), add_part("xl/extra.xml", b"<a/>")),
         "data.xlsx", "entities of its own"),
    case("half a workbook",
         (workbook_after(lambda p: p.write_bytes(p.read_bytes()[:900])), nothing),
         "data.xlsx", "a complete file", "save or send it anew"),
    case("a zip called workbook",
         (workbook_after(lambda p: zipfile.ZipFile(p, "w").close()), nothing),
         "data.xlsx", "a complete XLSX workbook"),
    case("an old workbook",
         (workbook_after(lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))), nothing),
         "data.xlsx", "old .xls", "save it as .xlsx"),
    case("a sheet that is not there",
         stated("units", {"sheet": "村庄"}, {"sheet": UNITS}),
         "data.xlsx, sheet", "'村庄'", f"'{PUPILS}'"),
    case("several sheets, none stated",
         (lambda b: (b.sheets.update({"甲": b.sheets.pop(UNITS)}), b.table("units", sheet=None)),
          stated("units", {}, {"sheet": None})[1]),
         "data.xlsx, sheet", "the sheet that holds units", "'甲'"),
    case("an empty sheet",
         (lambda b: b.sheets.update({UNITS: []}), nothing), BOOK + UNITS, "nothing"),
    case("headings and no rows",
         (lambda b: b.sheets[PUPILS].__delitem__(slice(1, None)),
          lambda b: b.sheets[PUPILS].__delitem__(slice(2, None))),
         BOOK + PUPILS, "rows for pupils"),
]  # fmt: skip

DESCRIPTIONS = [
    case("an unknown key", (toml(county="x"), nothing), "sources.toml", "'county'"),
    case("an unknown key of a table", stated("units", {"sheets": "x"}, {"note": "x"}),
         "sources.toml", "tables.units", "'sheets'"),
    case("a year in quotation marks", (toml(year="2024"), toml(year=2025)),
         "sources.toml, year", "a whole number", "'2024'"),
    case("grades as numbers",
         (toml(stages={"primary": {"grades": [1, 2]}}), nothing),
         "sources.toml, stages.primary", "quotation marks"),
    case("no TOML", (toml_text("year", "year year"), toml_text("试验县", "试验")), "sources.toml"),
    case("an unknown table",
         (lambda b: b.toml["tables"].update(roads={"file": "data.xlsx"}), nothing),
         "sources.toml, tables.roads", "travel"),
    case("no schools",
         (lambda b: b.toml["tables"].pop("schools"), nothing),
         "sources.toml, tables.schools", "this table"),
    case("neither journeys nor a rule for them", (lambda b: b.toml.pop("travel"), nothing),
         "sources.toml, tables.travel", "straight-line"),
    case("an unknown rule for journeys",
         (toml(travel={"rule": "bee-line"}), toml(travel={"rule": "straight-line"})),
         "sources.toml, travel", "'bee-line'"),
    case("pupils from an unknown count", (toml(pupils_from="born"), toml(pupils_from="resident")),
         "sources.toml, pupils_from", "'born'"),
    case("a system of the county that nobody knows", (toml(crs="EPSG:0"), toml(crs="EPSG:4490")),
         "sources.toml, crs", "'EPSG:0'"),
    case("distances in degrees", (toml(metric_crs="EPSG:4490"), toml(metric_crs="EPSG:4543")),
         "sources.toml, metric_crs", "a projected coordinate system in metres"),
    case("a stage that is none",
         (toml(stages={"elementary": {"grades": ["1", "2", "3", "4", "5", "6"]}}), nothing),
         "stages.elementary", "'primary'"),
]  # fmt: skip
