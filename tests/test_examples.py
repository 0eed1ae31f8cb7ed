"""Every example runs as a script, from any folder."""

import json
import re
import runpy
from pathlib import Path

import pytest

import zoning

EXAMPLES = Path(__file__).parent.parent / "examples"
SECONDS = 8.0
SEVERAL = 30.0
"""What the tests grant a plan of one year and of several; the examples grant a planner's more."""


@pytest.fixture
def printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> object:
    """Return a function that runs an example in an empty folder and returns what it prints."""
    monkeypatch.chdir(tmp_path)

    def solve(*arguments: object, time_limit: float, **others: object) -> zoning.Plan:
        return whole(*arguments, time_limit=min(time_limit, SECONDS), **others)

    def solve_years(*arguments: object, time_limit: float, **others: object) -> zoning.RollingPlan:
        return several(*arguments, time_limit=min(time_limit, SEVERAL), **others)

    whole, several = zoning.solve, zoning.solve_years
    monkeypatch.setattr(zoning, "solve", solve)
    monkeypatch.setattr(zoning, "solve_years", solve_years)

    def run(name: str) -> str:
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        return capsys.readouterr().out

    return run


def test_every_example_is_tested() -> None:
    told = Path(__file__).read_text(encoding="utf-8")
    for script in EXAMPLES.glob("*.py"):
        assert f'printed("{script.name}")' in told


def test_ten_line_zoning(printed, tmp_path: Path) -> None:
    out = printed("ten_line_zoning.py")
    assert "the verifier agrees" in out
    county = zoning.read_county(zoning.data_path("xunhua"))
    assert county.notice in out
    zones = json.loads((tmp_path / "zones.geojson").read_text(encoding="utf-8"))
    assert len(zones["features"]) > 1


def test_relieve_overcrowding(printed) -> None:
    out = printed("relieve_overcrowding.py")
    nearest, free, stable = (int(number) for number in re.findall(r"(\d+) pupils move", out))
    assert stable <= free < nearest
    assert "fullest school 129%" in out and "fullest school 100%" in out
    assert "from_school" in out


def test_own_model(printed) -> None:
    out = printed("own_model.py")
    with_60, with_15 = out.split("no journey above 15 minutes")
    assert "optimal" in with_60
    assert "no plan exists, " in with_15 and "found the nearest at 17.9 minutes" in with_15


def test_liechtenstein(printed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("osmium", reason="needs the extra: pip install 'school-zoning[roads]'")
    monkeypatch.setattr("sys.argv", ["liechtenstein.py"])
    out = printed("liechtenstein.py")
    assert out.count("the verifier agrees") == 2
    assert "608 units" in out and "0 pairs without a way" in out
    for stage in ("preschool", "primary"):
        assert (tmp_path / "liechtenstein" / stage / "map.png").stat().st_size > 50_000
    county = zoning.read_county(tmp_path / "liechtenstein" / "county")
    assert county.notice in out and len(county.schools) == 33
    assert county.provenance["travel"].status == "modelled"
    again = printed("liechtenstein.py")
    assert again == out  # journeys and plans of the first run


def test_edit_and_solve_on(printed) -> None:
    out = printed("edit_and_solve_on.py")
    assert "the solver goes on from the draft" in out


def test_children_from_census(printed) -> None:
    out = printed("children_from_census.py")
    years = re.findall(r"^(20\d\d) +([\d.]+) +([\d.]+)$", out, flags=re.MULTILINE)
    assert [int(year) for year, *_ in years] == list(range(2020, 2027))
    first = re.search(r"^2020 +2994.0 +2994.0 +2994.0 +2975.0 +2886.0 +2886.0$", out, re.MULTILINE)
    assert first, "14,970 children of 5 to 9 and 14,429 of 10 to 14, a fifth of each a year of age"
    assert all(float(number) == int(float(number)) for _, *row in years for number in row)
    assert "entrants from births" in out and "; new housing, dwellings x yield" in out
    assert "the county's record: modelled. " in out and "census of 2020-11-01 by age" in out


def test_bureau_spreadsheet(printed, tmp_path: Path) -> None:
    out = printed("bureau_spreadsheet.py")
    assert "学校名称 is name" in out and "GCJ-02 turned into WGS 84" in out
    assert "the verifier agrees" in out
    assert "模拟数据" in out
    assert (tmp_path / "bureau" / "zones.geojson").is_file()
    assert len(zoning.read_county(tmp_path / "bureau" / "county.gpkg").units) == 12


def test_merge_or_keep(printed) -> None:
    out = printed("merge_or_keep.py")
    told = r"^T\d+ merge: \d+ pupils of \d units?; each unit has at least [1-9]"
    assert re.search(told, out, re.MULTILINE)
    assert "closing is ruled out" in out


def test_enlarge_schools(printed) -> None:
    out = printed("enlarge_schools.py")
    assert re.search(r"2023: [\d,]+ yuan, \d+ schools enlarged", out)


def test_open_schools(printed) -> None:
    assert "status" in printed("open_schools.py")


def test_who_boards(printed) -> None:
    out = printed("who_boards.py")
    assert re.search(r"^boarders +[\d,]+ pupils$", out, re.M)
    assert re.search(r"^P01: \d+ boarders, \d+ beds today$", out, re.M)


def test_feeder_zones(printed, tmp_path: Path) -> None:
    out = printed("feeder_zones.py")
    assert re.search(r"^feeders +12 schools feed 3, 1 of them several; 2 pairs are new$", out, re.M)
    assert "today's feeding kept: 1 error" in out and "there is one without feeders" in out
    assert re.search(r"^by redrawn primary zones: \d+ splits$", out, re.M)
    assert (tmp_path / "feeders.csv").is_file()


def test_shared_intake(printed, tmp_path: Path) -> None:
    out = printed("shared_intake.py")
    assert re.search(r"^each school its own zone: +[\d,]+ pupil-minutes$", out, re.M)
    assert re.search(r"^J01 +110 places +[\d.]+ expected$", out, re.M)
    assert len(re.findall(r"积石镇初中", out)) >= 1
    assert (tmp_path / "zones.geojson").is_file()


def test_divert_overflow(printed, tmp_path: Path) -> None:
    out = printed("divert_overflow.py")
    assert re.search(r"^diverted +59.0 pupils of 2 zones to \d schools$", out, re.M)
    assert "group from-elsewhere is placed last" in out and " sibling " not in out
    assert (tmp_path / "diversions.csv").is_file()


def test_plan_three_years(printed, tmp_path: Path) -> None:
    out = printed("plan_three_years.py")
    assert "primary 2021 to 2023" in out and "to be decided now, in 2020:" in out
    assert [int(year) for year in re.findall(r"^(20\d\d) +[\d.]+ +[\d.]+", out, re.M)] == [
        2021, 2022, 2023,
    ]  # fmt: skip
    folder = tmp_path / "xunhua-three-years"
    assert (folder / "rolling-plan.json").is_file() and (folder / "2023" / "map.png").is_file()
