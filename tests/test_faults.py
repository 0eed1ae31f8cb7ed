"""One fault at a time, through the command line: the exit code, the place named, nothing spoilt."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

import zoning
from tests import damage
from tests.damage import Deed
from zoning.cli import app

TRAVEL = "[[goal]]\nminimise = { travel = 1.0 }\n"


class Case(NamedTuple):
    """A fault in a county: how it comes about, how the run ends, what the message must hold."""

    name: str
    deed: Deed
    says: tuple[str, ...]
    code: int = 1
    county: str = "tiny-town"


BOW_TIE = [[[102.0, 36.0108], [102.0047, 36.007], [102.0, 36.0072], [102.0044, 36.0108],
            [102.0, 36.0108]]]  # fmt: skip
ABROAD = [[[202.0, 36.01], [202.0, 36.0], [202.01, 36.0], [202.0, 36.01]]]

TABLES = [
    Case("column missing", damage.without_column("pupils.csv", "pupils"), ("pupils", "column")),
    Case("file missing", damage.gone("travel.csv"), ("travel", "travel.csv")),
    Case("no row", damage.table("pupils.csv", lambda t: t[:0]), ("pupils", "at least one row")),
    Case("unit twice", damage.features("units.geojson", lambda f: [*f, f[0]]),
         ("units", "row 13", "N1")),
    Case("school twice", damage.features("schools.geojson", lambda f: [*f, f[2]]),
         ("schools", "row 4", "E")),
    Case("pupils twice", damage.line("pupils.csv", "N1,primary,1,2024,resident,3"),
         ("pupils", "row 73", "N1")),
    Case("journey twice", damage.line("travel.csv", "N1,C,walk,1,1"), ("travel", "row 37", "N1")),
    Case("today twice", damage.line("assignments.csv", "today,N1,primary,primary,C"),
         ("assignments", "row 13", "N1")),
    Case("seats in words", damage.cell("school_stages.csv", 2, "seats", "many"),
         ("school_stages", "row 2", "W", "many")),
    Case("seats below 0", damage.cell("school_stages.csv", 2, "seats", "-1"),
         ("school_stages", "row 2", "-1")),
    Case("pupils NaN", damage.cell("pupils.csv", 4, "pupils", "NaN"), ("pupils", "row 4", "N1")),
    Case("pupils blank", damage.cell("pupils.csv", 4, "pupils", ""), ("pupils", "row 4", "N1")),
    Case("pupils below 0", damage.cell("pupils.csv", 5, "pupils", "-2"),
         ("pupils", "row 5", "N1", "-2")),
    Case("pupils infinite", damage.cell("pupils.csv", 6, "pupils", "inf"),
         ("pupils", "row 6", "N1", "inf")),
    Case("decimal comma", damage.cell("pupils.csv", 6, "pupils", "9,5"),
         ("pupils", "row 6", "9,5")),
    Case("minutes too big", damage.cell("travel.csv", 3, "minutes", "1e999"),
         ("travel", "row 3", "E")),
    Case("minutes in some rows", damage.cell("travel.csv", 3, "minutes", ""),
         ("travel", "row 3", "minutes")),
    Case("row too short", damage.line("travel.csv", "N1"), ("travel", "row 37")),
    Case("row too long", damage.line("travel.csv", "N1,C,bus,1,2,3"),
         ("travel", "row 37", "6 cells")),
    Case("year in words", damage.cell("pupils.csv", 6, "year", "soon"),
         ("pupils", "row 6", "soon")),
    Case("school of today unknown", damage.cell("assignments.csv", 3, "school_id", "X9"),
         ("assignments", "row 3", "X9")),
    Case("unit of a journey unknown", damage.line("travel.csv", "U9,C,walk,1,1"),
         ("travel", "row 37", "U9")),
    Case("school of a grade unknown", damage.cell("school_grades.csv", 1, "school_id", "X9"),
         ("school_grades", "row 1", "X9")),
    Case("grade unknown", damage.cell("pupils.csv", 3, "grade", "9"), ("pupils", "row 3", "9")),
    Case("stage unknown", damage.cell("pupils.csv", 3, "stage", "college"),
         ("pupils", "row 3", "college")),
    Case("kind unknown", damage.text("schools.geojson", "complete-primary", "lyceum"),
         ("schools", "row 1", "C", "lyceum")),
    Case("band unknown", damage.cell("assignments.csv", 3, "band", "lower"),
         ("assignments", "row 3", "lower")),
    Case("neighbour unknown", damage.line("adjacency.csv", "V1,V99,"),
         ("adjacency", "row 9", "V99"), county="tiny-valley"),
    Case("neighbours twice", damage.line("adjacency.csv", "V2,V1,"),
         ("adjacency", "row 9", "V1", "V2"), county="tiny-valley"),
    Case("neighbour of itself", damage.line("adjacency.csv", "V2,V2,"),
         ("adjacency", "row 9", "V2"), county="tiny-valley"),
    Case("no units", damage.features("units.geojson", lambda f: []), ("units",)),
    Case("no schools", damage.features("schools.geojson", lambda f: []), ("schools",)),
    Case("csv in GBK", damage.recoded("pupils.csv", "gbk"), ("pupils", "UTF-8")),
    Case("csv in UTF-16", damage.recoded("pupils.csv", "utf-16"), ("pupils", "UTF-8")),
    Case("csv with null bytes", damage.line("pupils.csv", "\0\0\0"), ("pupils", "row 73")),
    Case("csv empty", damage.cut("pupils.csv", 0.0), ("pupils",)),
    Case("csv cut", damage.cut("travel.csv", 0.59), ("travel", "row")),
    Case("parquet cut", damage.as_parquet("travel", damage.cut("travel.parquet")),
         ("travel", "travel.parquet")),
    Case("not Parquet at all", damage.text("county.toml", "travel.csv", "README.md"),
         ("travel", "README.md")),
]  # fmt: skip

SHAPES = [
    Case("bow-tie", damage.shape("units.geojson", 1, BOW_TIE), ("units", "row 1", "N1")),
    Case("no shape", damage.feature("units.geojson", 2, lambda f: f.update(geometry=None)),
         ("units", "row 2", "N2")),
    Case("empty shape", damage.shape("units.geojson", 2, []), ("units", "row 2", "N2")),
    Case("shape abroad", damage.shape("units.geojson", 3, ABROAD), ("units", "row 3", "N3")),
    Case("school abroad", damage.shape("schools.geojson", 1, [36.0, 102.0]),
         ("schools", "row 1", "C")),
    Case("line for a unit",
         damage.feature("units.geojson", 2, lambda f: f.update(
             geometry={"type": "LineString", "coordinates": [[102.0, 36.0], [102.1, 36.0]]})),
         ("units", "row 2", "N2", "LineString")),
    Case("geojson cut", damage.cut("units.geojson"), ("units", "units.geojson")),
    Case("geojson of another thing", damage.text("units.geojson", '"features"', '"objects"'),
         ("units", "units.geojson")),
]  # fmt: skip

TOML = [
    Case("toml missing", damage.gone("county.toml"), ("county.toml",)),
    Case("toml cut", damage.cut("county.toml", 0.31), ("county.toml", "end of document")),
    Case("toml in GBK", damage.recoded("county.toml", "gbk"), ("county.toml", "UTF-8")),
    Case("crs missing", damage.text("county.toml", 'crs = "EPSG:4326"', ""),
         ("county.toml", "crs")),
    Case("crs unknown", damage.text("county.toml", "EPSG:4326", "EPSG:0"),
         ("county.toml", "EPSG:0")),
    Case("metric_crs in degrees", damage.text("county.toml", "EPSG:4543", "EPSG:4490"),
         ("county.toml", "metric_crs", "degrees")),
    Case("metric_crs in feet", damage.text("county.toml", "EPSG:4543", "EPSG:2283"),
         ("county.toml", "metric_crs", "foot")),
    Case("foreign format", damage.text("county.toml", "format = 1", "format = 2"),
         ("county.toml", "format", "2")),
    Case("year in words", damage.text("county.toml", "2024", '"2024"'), ("county.toml", "year")),
    Case("path out of the folder", damage.text("county.toml", "travel.csv", "../travel.csv"),
         ("travel", "../travel.csv")),
    Case("absolute path", damage.text("county.toml", '"travel.csv"', '"/etc/passwd"'),
         ("travel", "/etc/passwd")),
    Case("link out of the folder",
         lambda folder: (folder / "units.geojson").rename(folder.parent / "u.geojson").exists()
         and (folder / "units.geojson").symlink_to(folder.parent / "u.geojson"),
         ("units", "units.geojson")),
    Case("key unknown", damage.text("county.toml", "truncated", "truncatd"), ("truncatd",)),
    Case("table unknown", damage.text("county.toml", "tables.assignments", "tables.asignments"),
         ("asignments",)),
    Case("table not there", damage.text("county.toml", "[tables.pupils]", "[tables.locks]"),
         ("pupils",)),
    Case("standards unknown", damage.text("county.toml", '"china"', '"mars"'), ("mars",)),
    Case("no stages", damage.text("county.toml", "[stages.primary]\ngrades", "[stages]\n#"),
         ("county.toml", "stages")),
]  # fmt: skip

LOCKS = [
    Case("must and must-not", damage.locks("N1,,,must,W", "N1,,,must-not,W"),
         ("locks", "row 2", "N1", "W")),
    Case("two musts", damage.locks("N1,,,must,W", "N1,,,must,C"), ("locks", "row 2", "N1")),
    Case("lock unknown", damage.locks("N1,,,shall,W"), ("locks", "row 1", "N1", "shall")),
    Case("lock on no school", damage.locks("N1,,,must,"), ("locks", "row 1", "N1")),
    Case("lock on an unknown unit", damage.locks("X9,,,must,W"), ("locks", "row 1", "X9")),
]  # fmt: skip

NO_PLAN = [
    Case("unit that reaches no school", damage.only("travel.csv", unit_id="S2"),
         ("travel", "S2", "none"), 3),
    Case("school too far", damage.table("travel.csv", lambda t: t.assign(minutes=t["minutes"]
         .where(t["unit_id"] != "S2", "77.5"))), ("travel", "S2", "77.5", "40"), 3),
    Case("unit larger than all schools", damage.cell("pupils.csv", 1, "pupils", "451"),
         ("seats", "N1", "501.0", "450.0"), 3),
    Case("seats short in total", damage.table("school_stages.csv", lambda t: t.assign(seats="396")),
         ("seats", "1,190.0", "1,188.0"), 3),
    Case("zone cut off",
         damage.locks("N1,,,must,E", "N2,,,must-not,E", "M1,,,must-not,E"),
         ("adjacency", "N1", "cut off"), 3),
    Case("all schools locked out",
         damage.locks("N1,,,must-not,W", "N1,,,must-not,C", "N1,,,must-not,E"),
         ("N1", "locks"), 3),
    Case("must without a journey",
         damage.both(damage.only("travel.csv", unit_id="N1", school_id="E"),
                     damage.locks("N1,,,must,E")), ("locks", "N1", "E"), 3),
    Case("locks fill a school",
         damage.locks(*(f"{unit},,,must,W" for unit in ("N1", "N2", "M1", "M2", "S1", "S2"))),
         ("seats",), 3),
    Case("one root for two schools", damage.text("schools.geojson", '"M1"', '"M3"'),
         ("schools", "C", "W", "M3"), 3),
]  # fmt: skip

COUNTY_FAULTS = [*TABLES, *SHAPES, *TOML, *LOCKS, *NO_PLAN]


class Model(NamedTuple):
    """A fault in a model file."""

    name: str
    content: str
    says: tuple[str, ...]
    code: int = 1


MODELS = [
    Model("block unknown", f'rules = ["seats", "sheats"]\n{TRAVEL}', ("sheats",)),
    Model("parameter unknown", f'rules = ["seats"]\n[parameters.seats]\nfcator = 1\n{TRAVEL}',
          ("seats", "fcator")),
    Model("parameter of the wrong type",
          f'rules = ["seats"]\n[parameters.seats]\nfactor = "much"\n{TRAVEL}',
          ("seats", "factor", "much")),
    Model("parameter NaN", f'rules = ["seats"]\n[parameters.seats]\nfactor = nan\n{TRAVEL}',
          ("seats", "factor", "nan")),
    Model("parameters of an unknown block",
          f'rules = ["seats"]\n[parameters.seat]\nfactor = 1\n{TRAVEL}', ('"seat"', "parameters")),
    Model("goal unknown", 'rules = ["seats"]\n[[goal]]\nminimise = { trvael = 1 }', ("trvael",)),
    Model("no goals", 'rules = ["seats"]', ("mine.toml", "goal")),
    Model("weight 0", "[[goal]]\nminimise = { travel = 0 }", ("mine.toml", "goal 1", "travel")),
    Model("key unknown", f'ruels = ["seats"]\n{TRAVEL}', ("mine.toml", "ruels")),
    Model("place unknown", f'place = "some"\n{TRAVEL}', ("mine.toml", "place", "some")),
    Model("soft but no rule", f'rules = ["seats"]\nsoft = ["intake"]\n{TRAVEL}',
          ("mine.toml", "soft", "intake")),
    Model("cut", 'rules = ["seats', ("mine.toml", "end of document")),
    Model("empty", "", ("mine.toml", "goal")),
]  # fmt: skip

ARGUMENTS: Mapping[str, tuple[tuple[str, ...], int, tuple[str, ...]]] = {
    "stage unknown": (("--stage", "college"), 1, ("college", "primary")),
    "stage the county lacks": (("--stage", "junior"), 1, ("junior", "primary")),
    "model unknown": (("--model", "rezonning"), 1, ("rezonning", "rezoning")),
    "model file missing": (("--model", "no/such.toml"), 1, ("such.toml", "No such file")),
    "model a folder": (("--model", "."), 1, ("model", '"."')),
    "set without a value": (("--set", "seats.factor"), 2, ("seats.factor", "VALUE")),
    "set without a block": (("--set", "factor=1"), 2, ("factor=1", "BLOCK")),
    "set of a block not in the model": (("--set", "township.except=[]"), 1, ("township",)),
    "set of an unknown parameter": (("--set", "seats.size=1"), 1, ("seats", "size")),
    "set to the wrong type": (("--set", "seats.factor=lots"), 1, ("factor", "lots")),
    "set below 0": (("--set", "seats.factor=-1"), 1, ("factor", "-1")),
    "unit of islands unknown": (("--set", 'contiguity.islands=["X9"]'), 1, ("islands", "X9")),
    "solver unknown": (("--solver", "abacus"), 1, ("solver", "abacus", "highs")),
    "time below 0": (("--time-limit", "-1"), 2, ("--time-limit",)),
    "no time": (("--time-limit", "0"), 1, ("time_limit", "0")),
    "time in words": (("--time-limit", "long"), 2, ("--time-limit", "number")),
    "no work": (("--work-limit", "0"), 2, ("--work-limit",)),
    "gap of 1": (("--gap", "1"), 1, ("gap", "1.0")),
    "seed too large": (("--seed", "99999999999999999999"), 1, ("seed", "9999")),
    "start naming no plan": (("--start", "tomorrow"), 1, ("--start", "tomorrow", "today")),
    "start in an empty folder": (("--start", "EMPTY"), 1, ("empty", "plan.json")),
    "option unknown": (("--fast",), 2, ("--fast",)),
    "factor too small": (("--set", "seats.factor=0.5"), 3, ("seats", "1,190.0", "675.0")),
}


def run(*words: object) -> SimpleNamespace:
    """Run the command line; what escapes as another exception would be a traceback."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return SimpleNamespace(code=result.exit_code, out=result.stdout, err=result.stderr)


def files_in(folder: Path) -> dict[str, bytes | None]:
    """Every path below a folder and its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of the undamaged county: the nearest legal neighbour of every fault below."""
    out = tmp_path_factory.mktemp("plans") / "made"
    words = ("solve", "tiny-town", "--model", "rezoning", "--stage", "primary", "--out", out)
    assert run(*words, "--time-limit", 20).code == 0
    return out


@pytest.fixture
def earlier(made: Path, tmp_path: Path) -> Path:
    """A folder with an earlier plan and a note of the planner's own."""
    out = tmp_path / "out"
    shutil.copytree(made, out)
    (out / "note.txt").write_text("mine")
    return out


def county_in(folder: Path, name: str = "tiny-town") -> Path:
    """A copy of a shipped county."""
    return Path(shutil.copytree(zoning.data_path(name), folder / "county"))


def fails(code: int, says: tuple[str, ...], out: Path, *words: object) -> str:
    """Run, and see that it ends as it should and leaves the folder `out` as it was."""
    before = files_in(out)
    ended = run(*words)
    assert ended.code == code, ended.err + ended.out
    assert ended.out == ""
    for word in says:
        assert word in ended.err, f"{word!r} is not named in: {ended.err}"
    assert files_in(out) == before
    return str(ended.err)


def solve(county: object, out: Path, *more: object) -> tuple[object, ...]:
    """The words of a command that would replace what is in `out`."""
    words = ("solve", county, "--model", "rezoning", "--stage", "primary", "--out", out)
    return (*words, "--overwrite", "--work-limit", 1, "--time-limit", 10, *more)


def test_parquet_and_locks_are_no_fault(tmp_path: Path, earlier: Path) -> None:
    county = county_in(tmp_path)
    damage.both(damage.as_parquet("travel"), damage.locks("N1,,,must,W"))(county)
    assert run(*solve(county, earlier)).code == 0
    assert (earlier / "note.txt").read_text() == "mine"
    assert run("verify", earlier, "--county", county).code == 0


@pytest.mark.parametrize("case", COUNTY_FAULTS, ids=lambda case: case.name)
def test_fault_in_a_county(case: Case, tmp_path: Path, earlier: Path) -> None:
    county = county_in(tmp_path, case.county)
    case.deed(county)
    told = fails(case.code, case.says, earlier, *solve(county, earlier))
    assert told.endswith("no plan exists\n") == (case.code == 3)
    if case in TOML:
        fails(1, case.says, earlier, "check", county)


@pytest.mark.parametrize("case", MODELS, ids=lambda case: case.name)
def test_fault_in_a_model(case: Model, tmp_path: Path, earlier: Path) -> None:
    model = tmp_path / "mine.toml"
    model.write_text(case.content, encoding="utf-8")
    fails(case.code, case.says, earlier, *solve("tiny-town", earlier, "--model", model))


def test_model_that_is_no_fault(tmp_path: Path, earlier: Path) -> None:
    model = tmp_path / "mine.toml"
    model.write_text(f'rules = ["seats"]\n{TRAVEL}', encoding="utf-8")
    assert run(*solve("tiny-town", earlier, "--model", model)).code == 0


def test_model_in_another_encoding(tmp_path: Path, earlier: Path) -> None:
    model = tmp_path / "mine.toml"
    model.write_bytes(f'title = "循化"\n{TRAVEL}'.encode("gbk"))
    fails(1, ("mine.toml", "UTF-8"), earlier, *solve("tiny-town", earlier, "--model", model))


@pytest.mark.parametrize("name", ARGUMENTS)
def test_fault_in_the_arguments(name: str, tmp_path: Path, earlier: Path) -> None:
    words, code, says = ARGUMENTS[name]
    (tmp_path / "empty").mkdir()
    given = [str(tmp_path / "empty") if word == "EMPTY" else word for word in words]
    fails(code, says, earlier, *solve("tiny-town", earlier, *given))
