"""Road files: every kind that is read, and every one that is refused with its name and remedy."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.travel.streets import grid, lonlat, osm_text, write
from zoning.errors import InputError
from zoning.travel import extras, read_roads, roads_of_place
from zoning.travel.reading import check_file

SKIP = "needs the extra: pip install 'school-zoning[roads]'"
NODES, STREETS = grid(3, 2)
TEXT = osm_text(NODES, STREETS)


@pytest.fixture
def osmium():
    """Return the reader of OpenStreetMap files, or skip."""
    return pytest.importorskip("osmium", reason=SKIP)


@pytest.fixture
def osmnx():
    """Return OSMnx, or skip."""
    return pytest.importorskip("osmnx", reason=SKIP)


def length(path: Path) -> float:
    """Return all metres of a road file."""
    return float(read_roads(path).metres.sum())


def test_every_kind_of_file_gives_the_same_roads(osmium, tmp_path: Path) -> None:
    plain = write(tmp_path / "town.osm", TEXT)
    (tmp_path / "town.osm.gz").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "town.osm.bz2").write_bytes(bz2.compress(TEXT.encode()))
    with osmium.SimpleWriter(str(tmp_path / "town.osm.pbf")) as writer:
        for item in osmium.FileProcessor(str(plain)):
            writer.add(item)
    first = read_roads(plain)
    assert len(first.places) == 6 and first.metres.sum() == pytest.approx(7000, rel=1e-3)
    for name in ("town.osm.gz", "town.osm.bz2", "town.osm.pbf"):
        roads = read_roads(tmp_path / name)
        assert np.array_equal(roads.places, first.places)
        assert np.array_equal(roads.metres, first.metres)
        assert roads.ways.equals(first.ways)
        assert roads.digest != first.digest and roads.source == name


def test_only_roads_near_the_county_are_kept(osmium, tmp_path: Path) -> None:
    far = {**NODES, "far": (90_000.0, 0.0), "farther": (91_000.0, 0.0)}
    town = write(tmp_path / "a.osm", osm_text(far, [*STREETS, (["far", "farther"], STREETS[0][1])]))
    within = (*lonlat(0, 0), *lonlat(3000, 2000))
    assert len(read_roads(town).metres) == len(read_roads(town, within=within).metres) + 1
    other = (*lonlat(300_000, 0), *lonlat(310_000, 1000))
    with pytest.raises(InputError, match=r"a\.osm: expected roads .* near the county; found none"):
        read_roads(town, within=other)


def test_roads_end_where_points_are_missing_and_squares_can_be_crossed(osmium, tmp_path) -> None:
    text = TEXT.replace('<node id="3"', '<node id="99"')
    assert length(write(tmp_path / "a.osm", text)) < length(write(tmp_path / "b.osm", TEXT))
    ring = (["0,0", "1,0", "1,1", "0,0"], {"highway": "service", "area": "yes"})
    square = (ring[0], {"highway": "pedestrian", "area": "yes"})
    with pytest.raises(InputError, match="found none"):
        read_roads(write(tmp_path / "c.osm", osm_text(NODES, [ring])))
    assert length(write(tmp_path / "d.osm", osm_text(NODES, [square]))) > 3000


def broken_gzip() -> bytes:
    """Return half of a packed file."""
    whole = gzip.compress(TEXT.encode())
    return whole[: len(whole) // 2]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.osm.gz", broken_gzip(), "a complete .gz file"),
        ("a.osm.gz", TEXT.encode(), "Not a gzipped file"),
        ("a.osm.bz2", TEXT.encode(), "a complete .bz2 file"),
        ("a.osm", b"hello", "a complete file of OpenStreetMap"),
        ("a.osm", b"", "a complete file of OpenStreetMap"),
        ("a.osm", TEXT[: len(TEXT) // 2].encode(), "a complete file of OpenStreetMap"),
        ("a.osm.pbf", b"hello", "a complete file of OpenStreetMap"),
        ("a.osm", b"<?xml version='1.0'?><osm version='0.6'></osm>", "found none"),
        (
            "a.osm",
            osm_text(NODES, [(["0,0", "1,0"], {"waterway": "river"})]).encode(),
            "found none",
        ),
        (
            "a.osm",
            b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><osm>&a;</osm>",
            "OpenStreet",
        ),
    ],
)
def test_a_damaged_file_is_named(
    osmium, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        read_roads(tmp_path / name)
    assert words in str(error.value) and name in str(error.value)
    assert "To mend: " in str(error.value)


def test_a_bomb_is_refused_before_it_goes_off(osmium, tmp_path: Path) -> None:
    bomb = tmp_path / "a.osm.gz"
    bomb.write_bytes(gzip.compress(TEXT.encode() + b" " * 5_000_000))
    assert bomb.stat().st_size < 10_000
    with pytest.raises(InputError, match="at most 1,000,000 bytes when unpacked"):
        read_roads(bomb, most_bytes=1_000_000)
    assert len(read_roads(bomb, most_bytes=10_000_000).metres) == 7


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda box: box / "none.osm", "no such file"),
        (lambda box: box, "a folder"),
        (lambda box: write(box / "roads.shp", "x"), r"a file ending in \.osm"),
        (lambda box: write(box / "roads.gz", "x"), r"a file ending in \.osm"),
    ],
)
def test_another_kind_of_file_is_named(
    tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        read_roads(make(tmp_path))
    assert check_file(write(tmp_path / "roads.OSM", TEXT))[1] == "osm"


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def gone(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(extras, "import_module", gone)
    with pytest.raises(InputError, match=r"osmium.*pip install 'school-zoning\[roads\]'"):
        read_roads(write(tmp_path / "a.osm", TEXT))
    with pytest.raises(InputError, match="osmnx"):
        read_roads(write(tmp_path / "a.graphml", "<graphml/>"))


def graph(osmnx, *, projected: bool = False):
    """Return the streets as OSMnx holds them, with a bend and a one-way street."""
    import networkx
    import shapely

    made = networkx.MultiDiGraph(crs="EPSG:4326")
    for number, place in enumerate([(0, 0), (1000, 0), (1000, 1000)]):
        lon, lat = lonlat(*place)
        made.add_node(number, x=lon, y=lat)
    bend = shapely.LineString([lonlat(0, 0), lonlat(500, 300), lonlat(1000, 0)])
    two_way = {"highway": "residential", "oneway": False, "length": 1200.0}
    made.add_edge(0, 1, osmid=1, reversed=False, geometry=bend, **two_way)
    made.add_edge(1, 0, osmid=1, reversed=True, geometry=bend.reverse(), **two_way)
    made.add_edge(
        1, 2, osmid=2, reversed=False, oneway=True, length=1000.0, highway=["primary", "secondary"]
    )
    return osmnx.project_graph(made) if projected else made


@pytest.mark.parametrize("projected", [False, True])
def test_graphml(osmnx, tmp_path: Path, projected: bool) -> None:
    osmnx.save_graphml(graph(osmnx, projected=projected), tmp_path / "a.graphml")
    roads = read_roads(tmp_path / "a.graphml", within=(*lonlat(0, 0), *lonlat(1000, 1000)))
    assert len(roads.metres) == 3 and roads.metres.sum() == pytest.approx(2200.0)
    assert roads.ways["oneway"].tolist() == ["", "yes"]
    assert roads.ways["highway"].tolist() == ["residential", "primary"]
    assert roads.bounds[0] == pytest.approx(lonlat(0, 0)[0], abs=1e-6)


@pytest.mark.parametrize("content", ["", "hello", "<graphml/>", "<graphml><graph/></graphml>"])
def test_a_graphml_of_another_program_is_named(osmnx, tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match=r"a\.graphml: expected (GraphML|roads)"):
        read_roads(write(tmp_path / "a.graphml", content))


def test_a_place_by_its_name(osmnx, monkeypatch: pytest.MonkeyPatch) -> None:
    tags = list(osmnx.settings.useful_tags_way)

    def answer(name: str, **options: object):
        assert "surface" in osmnx.settings.useful_tags_way
        return graph(osmnx)

    monkeypatch.setattr(osmnx, "graph_from_place", answer)
    assert len(roads_of_place("Somewhere").metres) == 3
    assert osmnx.settings.useful_tags_way == tags


def test_no_internet_and_no_such_place(osmnx, monkeypatch: pytest.MonkeyPatch) -> None:
    import requests

    def refuse(error: Exception) -> None:
        def answer(name: str, **options: object) -> None:
            raise error

        monkeypatch.setattr(osmnx, "graph_from_place", answer)

    refuse(requests.exceptions.ConnectionError("no route"))
    with pytest.raises(InputError, match=r"place Nowhere.*ConnectionError.*check the internet"):
        roads_of_place("Nowhere")
    refuse(TypeError("Nominatim did not geocode query"))
    with pytest.raises(InputError, match=r"place Nowhere.*a place with an area"):
        roads_of_place("Nowhere")
    with pytest.raises(InputError, match="the name of a place"):
        roads_of_place(" ")
