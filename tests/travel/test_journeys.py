"""From a county and roads to a travel table: figures, choice of pairs, reports and refusals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest

import zoning
from tests.builders import METRIC, SOUTH, WEST
from tests.travel.streets import (
    ROAD,
    county,
    grid,
    homes_at,
    lonlat,
    minutes,
    osm_text,
    roads,
    write,
)
from zoning.errors import InputError
from zoning.travel import BUS, DRIVE, WALK, Journeys, road_journeys

NODES, STREETS = grid(3, 2)
TOWN = roads(NODES, STREETS)
A_KM = 15.0  # minutes on foot


def found(**options: Any) -> Journeys:
    """Return the journeys of the county in the town."""
    return road_journeys(county(), TOWN, **options)


def test_a_grid_has_the_journeys_of_a_grid() -> None:
    journeys = found()
    table = journeys.table
    assert len(table) == 12 and (table["method"] == "road").all()
    assert minutes(table, "u0000", "s1") == 0
    assert minutes(table, "u0100", "s1") == pytest.approx(A_KM, rel=2e-3)
    assert minutes(table, "u0201", "s1") == pytest.approx(3 * A_KM, rel=2e-3)
    assert table["metres"].max() == pytest.approx(3000, rel=2e-3)
    assert journeys.snapped["metres"].max() < 0.5 and not len(journeys.unreachable)
    assert not journeys.truncated and not journeys.warnings


def test_the_county_gets_them_and_can_be_zoned(tmp_path: Path) -> None:
    made = found(modes=("walk", replace(BUS, wait=5.0))).county(county())
    assert made.provenance["travel"].status == "modelled"
    assert "walk 4 km/h" in made.measures["minutes"] and not made.travel_truncated
    assert sorted(made.travel["mode"].unique()) == ["bus", "walk"]
    plan = zoning.solve(made, "rezoning", stage="primary", time_limit=10)
    assert not [fault for fault in plan.verify(made) if fault.severity == "error"]
    zoning.write_county(made, tmp_path / "c")
    assert zoning.read_county(tmp_path / "c") == made


def test_modes_differ() -> None:
    table = found(modes=("walk", DRIVE, replace(BUS, wait=5.0))).table
    drive = minutes(table, "u0201", "s1", "drive")
    assert drive == pytest.approx(0.06 * 3000 / 25, rel=2e-3)
    assert minutes(table, "u0201", "s1", "bus") == pytest.approx(drive + 5.0, abs=1e-3)


def test_a_limit_and_the_nearest() -> None:
    within = found(limit=1.5 * A_KM)
    assert within.truncated and within.table["minutes"].max() < 1.5 * A_KM
    assert len(within.table) == 6 and not len(within.unreachable)
    one = road_journeys(county(today=False), TOWN, nearest=1)
    assert one.truncated and one.table["unit_id"].is_unique
    assert len(found(limit={"walk": 1e9}).table) == 12
    assert found(limit=1.5 * A_KM).county(county(today=False)).travel_truncated


def test_todays_school_is_listed_however_many_are_nearer() -> None:
    today = county().assignments.assign(school_id="s1")
    table = road_journeys(county(assignments=today), TOWN, nearest=1).table
    assert not np.isnan(minutes(table, "u0201", "s1"))
    assert not np.isnan(minutes(table, "u0201", "s2"))


def test_homes_are_averaged_by_their_weight() -> None:
    homes = homes_at(("u0100", 1500, 500, 3.0), ("u0100", 1900, 500, 1.0), ("u0000", 600, 500, 0.0))
    table = found(homes=homes).table
    assert minutes(table, "u0100", "s1") == pytest.approx(A_KM * 1.1, rel=2e-3)
    assert minutes(table, "u0000", "s1") == pytest.approx(0.0, abs=0.01), "the centroid"


def test_the_way_to_the_road_counts() -> None:
    homes = homes_at(("u0100", 1500, 620, 1.0))
    streets = [s for s in STREETS if s[0][0][0] != "1" or s[0][0] == "0,0"]
    table = road_journeys(county(), roads(NODES, streets), homes=homes).table
    assert minutes(table, "u0100", "s1") == pytest.approx(A_KM * 1.12, rel=2e-3)


def test_pairs_without_a_way_are_named() -> None:
    journeys = road_journeys(county(), roads(NODES, STREETS[:2]))  # from west to east only
    lost = set(map(tuple, journeys.unreachable[["unit_id", "school_id"]].to_numpy()))
    assert lost == {(f"u{x:02d}{y:02d}", f"s{2 - y}") for x in range(3) for y in (0, 1)}
    assert len(journeys.table) == 6
    (warning,) = journeys.warnings
    assert "6 pairs without" in warning.found and "6 pairs without a way" in str(journeys)


def test_a_one_way_street_is_a_detour_in_one_direction() -> None:
    streets = [(["0,0", "1,0"], {**ROAD, "oneway": "yes"}), (["1,0", "1,1", "0,1", "0,0"], ROAD),
               (["1,0", "2,0", "2,1", "1,1"], ROAD)]  # fmt: skip
    table = road_journeys(county(), roads(NODES, streets), modes=("drive",)).table
    assert minutes(table, "u0100", "s1", "drive") == pytest.approx(0.06 * 3000 / 25, rel=2e-3)
    assert minutes(table, "u0000", "s2", "drive") == pytest.approx(0.06 * 3000 / 25, rel=2e-3)


def shorter() -> Any:
    """Return roads that do not come near the two units in the east."""
    nodes, streets = grid(2, 2)
    return roads(nodes, streets)


def test_places_too_far_from_every_road_are_refused_by_name() -> None:
    far = replace(WALK, reach=999.0)
    with pytest.raises(InputError) as error:
        road_journeys(county(), shorter(), modes=(far,))
    text = str(error.value)
    for place in ("unit u0200", "unit u0201", "school s2"):
        assert f"{place}: expected a road open to walk within 999 m; found one 1,000 m" in text
    assert len(road_journeys(county(), shorter(), modes=(replace(WALK, reach=1001.0),)).table) == 12


@pytest.mark.parametrize(("detour", "factor"), [(1.5, 1.5), ("learnt", 1.0)])
def test_straight_lines_stand_in_and_say_so(detour: float | str, factor: float) -> None:
    journeys = road_journeys(county(), shorter(), detour=detour)
    line = journeys.table[journeys.table["method"] == "straight-line"]
    assert len(line) == 8 and len(journeys.table) == 12
    row = line[(line["unit_id"] == "u0200") & (line["school_id"] == "s1")].iloc[0]
    learnt = journeys.rules["walk"].detour
    assert row["metres"] == pytest.approx(2000 * (factor if detour == 1.5 else learnt), rel=2e-3)
    assert row["minutes"] == pytest.approx(row["metres"] / 4000 * 60, rel=5e-3)
    assert [f for f in journeys.warnings if "straight lines" in f.found]
    assert "8 by straight-line" in journeys.county(county()).provenance["travel"].note


def test_a_unit_that_the_bus_does_not_reach_may_walk() -> None:
    streets = [*STREETS[:2], (["2,0", "2,1"], {"highway": "path"}), (["0,0", "0,1"], ROAD),
               (["1,0", "1,1"], ROAD)]  # fmt: skip
    bus = replace(BUS, reach=300.0)
    homes = homes_at(("u0200", 2500, 900, 1.0))
    journeys = road_journeys(county(), roads(NODES, streets), modes=(WALK, bus), homes=homes)
    assert np.isnan(minutes(journeys.table, "u0200", "s1", "bus"))
    assert not np.isnan(minutes(journeys.table, "u0200", "s1"))
    assert any("have no such journeys: 'u0200'" in fault.found for fault in journeys.warnings)


def test_the_detour_is_learnt_from_the_roads() -> None:
    rule = found().rules["walk"]
    assert 1.0 <= rule.detour <= 1.45 and rule.metres_a_minute == pytest.approx(66.67, abs=0.01)
    made = county().replace(travel=None, straight_line=rule)
    assert made.straight_line == rule


OWN = pd.DataFrame({"unit_id": ["u0201"], "school_id": ["s1"], "mode": ["walk"], "minutes": [99.0]})


def test_the_bureaus_own_journeys_win() -> None:
    journeys = found(own=OWN)
    assert minutes(journeys.table, "u0201", "s1") == 99.0
    assert len(journeys.table) == 12 and "1 journeys of the bureau's own" in journeys.source
    row = journeys.table[journeys.table["method"] == "own"].iloc[0]
    assert row["metres"] == pytest.approx(3000, rel=2e-3)
    extra = found(own=OWN.assign(mode="boat", metres=10.0)).table
    assert len(extra) == 13 and minutes(extra, "u0201", "s1", "boat") == 99.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"unit_id": "nobody"},
            r"row 1 \(nobody, s1, walk\): expected an id of the county's units",
        ),
        ({"school_id": "none"}, "an id of the county's schools"),
        ({"minutes": -1.0}, "minutes, 0 or more; found -1.0"),
        ({"minutes": "soon"}, "minutes, 0 or more; found 'soon'"),
        ({"minutes": np.inf}, "minutes, 0 or more"),
        ({"minutes": np.nan}, "metres or minutes"),
        ({"mode": "boat"}, "since no road journey has them"),
    ],
)
def test_a_wrong_own_row_is_named(change: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        found(own=OWN.astype("object").assign(**change))


def test_a_wrong_own_table_is_named() -> None:
    with pytest.raises(InputError, match="each unit, school and mode once"):
        found(own=pd.concat([OWN, OWN]))
    with pytest.raises(InputError, match="unit_id, school_id, mode, and metres or minutes"):
        found(own=OWN.drop(columns="minutes"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"limit": -5}, "limit"),
        ({"limit": {"bus": 10}}, "limit"),
        ({"limit": float("nan")}, "limit"),
        ({"nearest": 0}, "nearest"),
        ({"nearest": 1.5}, "nearest"),
        ({"modes": ()}, "modes"),
        ({"modes": ("walk", "walk")}, "modes"),
        ({"modes": ("horse",)}, "horse"),
        ({"detour": 0.5}, "detour"),
        ({"detour": "guess"}, "detour"),
    ],
)
def test_a_wrong_argument_is_named(options: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        found(**options)


def test_roads_of_another_place_are_refused() -> None:
    moved = {name: (x + 200_000, y) for name, (x, y) in NODES.items()}
    with pytest.raises(InputError, match=r"expected roads around longitude .* found roads of"):
        road_journeys(county(), roads(moved, STREETS))
    near = {name: (x + 200, y + 5000) for name, (x, y) in NODES.items()}
    near["corner"] = (-9000.0, -9000.0)
    with pytest.raises(InputError, match=r"within 500 m of the units; found none for any unit"):
        road_journeys(county(), roads(near, [*STREETS, (["corner", "0,0"], {"highway": "x"})]))


def test_a_mode_without_roads_is_refused() -> None:
    paths = [(names, {"highway": "footway"}) for names, _ in STREETS]
    with pytest.raises(InputError, match="expected roads open to the mode bus; found none"):
        road_journeys(county(), roads(NODES, paths), modes=("walk", "bus"))


@pytest.mark.parametrize(
    ("homes", "words"),
    [
        (pd.DataFrame({"unit_id": ["u0000"]}), "a GeoDataFrame"),
        (homes_at(("nobody", 0, 0, 1.0)), "ids of the county's units; found 'nobody'"),
        (homes_at(("u0000", 0, 0, -1.0)), "a number of 0 or more"),
        (geopandas.GeoDataFrame({"unit_id": ["u0000"]}, geometry=[None], crs=METRIC), "a point"),
    ],
)
def test_wrong_homes_are_named(homes: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        found(homes=homes)


def test_the_same_input_is_read_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = found(modes=("walk", "bus"), cache=tmp_path)
    monkeypatch.setattr("zoning.travel.journeys._computed", None)
    again = found(modes=("walk", "bus"), cache=tmp_path)
    for name in ("table", "snapped", "unreachable"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))
    assert str(first) == str(again) and first.rules == again.rules
    assert minutes(found(modes=("walk", "bus"), cache=tmp_path, own=OWN).table, "u0201", "s1") == 99
    for other in (
        {"limit": 20}, {"nearest": 1}, {"detour": 1.2}, {"modes": (replace(BUS, wait=1.0), WALK)},
        {"homes": homes_at(("u0100", 1500, 500, 3.0))},
    ):  # fmt: skip
        with pytest.raises(TypeError):  # it would have to be computed
            found(**{"modes": ("walk", "bus"), "cache": tmp_path, **other})


def test_a_damaged_cache_is_computed_anew(tmp_path: Path) -> None:
    first = found(cache=tmp_path)
    (folder,) = tmp_path.iterdir()
    (folder / "table.parquet").write_bytes(b"not parquet")
    assert found(cache=tmp_path).table.equals(first.table)
    (folder / "notes.json").write_text("{", encoding="utf-8")
    assert found(cache=tmp_path).table.equals(first.table)
    write(tmp_path / "file", "")
    with pytest.raises(InputError, match="a folder that can be written to"):
        found(cache=tmp_path / "file")


def test_a_file_is_read_only_if_the_cache_has_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("osmium", reason="needs the extra: pip install 'school-zoning[roads]'")
    file = write(tmp_path / "town.osm", osm_text(NODES, STREETS))
    first = road_journeys(county(), file, cache=tmp_path)
    assert np.allclose(first.table["minutes"], found().table["minutes"], atol=0.01)
    with monkeypatch.context() as patch:
        patch.setattr("zoning.travel.journeys.read_roads", None)
        assert road_journeys(county(), file, cache=tmp_path).table.equals(first.table)
    write(file, osm_text(NODES, STREETS[:-1]))
    assert not road_journeys(county(), file, cache=tmp_path).table.equals(first.table)


def raster(path: Path, rise: float, *, west: float = -2000.0, crs: str | None = METRIC) -> Path:
    """Write heights that rise to the east by `rise` metres a metre, in cells of 50 m."""
    rasterio = pytest.importorskip(
        "rasterio", reason="needs the extra: pip install 'school-zoning[roads]'"
    )
    columns = np.arange(160)
    cells = np.tile(rise * (west + 50.0 * (columns + 0.5)), (140, 1)).astype("float32")
    place = rasterio.Affine(50.0, 0.0, WEST + west, 0.0, -50.0, SOUTH + 5000.0)
    with rasterio.open(
        path, "w", driver="GTiff", width=160, height=140, count=1, dtype="float32", crs=crs,
        transform=place, nodata=-9999.0,
    ) as file:  # fmt: skip
        file.write(cells, 1)
    return path


def test_walking_uphill_takes_longer(tmp_path: Path) -> None:
    table = found(modes=("walk", "bus"), heights=raster(tmp_path / "h.tif", 0.1)).table
    speed = 4 * np.exp(-3.5 * 0.15 + 3.5 * 0.05)
    assert minutes(table, "u0000", "s2") > minutes(table, "u0201", "s1")
    assert minutes(table, "u0100", "s1") == pytest.approx(A_KM, rel=2e-3), "10 % down as level"
    up = road_journeys(county(), TOWN, heights=raster(tmp_path / "w.tif", -0.1)).table
    assert minutes(up, "u0100", "s1") == pytest.approx(60 / speed, rel=5e-3)
    flat = found(modes=("bus",)).table
    assert minutes(table, "u0100", "s1", "bus") == minutes(flat, "u0100", "s1", "bus")


def test_wrong_heights_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"expected heights around longitude .* 0% of the roads"):
        found(heights=raster(tmp_path / "far.tif", 0.1, west=100_000.0))
    with pytest.raises(InputError, match="a raster with a coordinate system"):
        found(heights=raster(tmp_path / "none.tif", 0.1, crs=None))
    with pytest.raises(InputError, match="heights in metres"):
        found(heights=raster(tmp_path / "high.tif", 50.0))
    with pytest.raises(InputError, match=r"no\.tif: expected a raster of heights; found no such"):
        found(heights=tmp_path / "no.tif")
    with pytest.raises(InputError, match="a raster that can be read"):
        found(heights=write(tmp_path / "text.tif", "hello"))
    half = raster(tmp_path / "half.tif", 0.1, west=1000.0)
    with pytest.raises(InputError, match="that knows"):
        found(heights=half)


def test_lonlat_of_the_test_town_is_in_the_county() -> None:
    assert lonlat(0, 0)[0] < TOWN.bounds[0] < TOWN.bounds[2] < lonlat(3000, 0)[0]
