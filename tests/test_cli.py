"""The commands: what they hand on, what they print, and how they end."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import zoning
from zoning.cli import app
from zoning.cli.arguments import settings_of
from zoning.cli.screen import ProgressLine
from zoning.errors import Fault, InputError, NoPlanError

FILES = {"zones.geojson", "schools.geojson", "assignment.csv", "plan.json", "map.png"}
SOLVE = ("solve", "tiny-town", "--model", "rezoning", "--stage", "primary")


def run(*words: object) -> SimpleNamespace:
    """Run the command line; a traceback of the library would be an exception here."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return SimpleNamespace(code=result.exit_code, out=result.stdout, err=result.stderr)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """Stand in for the solver: note what it is asked and find that no plan exists."""
    calls: list[dict] = []

    def refuse(county: object, model: str, **options: object) -> None:
        calls.append({"county": county, "model": model, **options})
        fault = Fault("error", "seats", "", "412 seats", "430 pupils", "add 18 seats")
        raise NoPlanError([fault])

    monkeypatch.setattr(zoning, "solve", refuse)
    return calls


@pytest.fixture(scope="module")
def plan_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a plan of tiny-town."""
    out = tmp_path_factory.mktemp("plans") / "rezoning"
    done = run(*SOLVE, "--out", out, "--time-limit", 20)
    assert done.code == 0, done.err
    return out


def test_help_names_the_commands_and_exit_codes() -> None:
    told = run("--help")
    assert told.code == 0
    for command in ("demo", "check", "solve", "verify", "compare", "models", "standards"):
        assert f" {command} " in told.out
    assert "3 no plan exists" in told.out


def test_the_package_runs_as_a_module() -> None:
    words = [sys.executable, "-m", "zoning", "standards", "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "standards" in done.stdout


# Wrong usage: 2


@pytest.mark.parametrize(
    "words",
    [
        ("sovle",),
        ("check",),
        ("check", "tiny-town", "--model", "rezoning"),
        ("solve", "tiny-town", "--model", "rezoning", "--out", "x"),
        (*SOLVE,),
        (*SOLVE, "--out", "x", "--time-limit", "-1"),
        (*SOLVE, "--out", "x", "--time-limit", "nan"),
        (*SOLVE, "--out", "x", "--gap", "inf"),
        (*SOLVE, "--out", "x", "--work-limit", "0"),
        (*SOLVE, "--out", "x", "--set", "seats"),
        (*SOLVE, "--out", "x", "--set", "factor=1.1"),
        (*SOLVE, "--out", "x", "--set", "seats.factor=1,1"),
        (*SOLVE, "--out", "x", "--set", "seats.factor=1", "--set", "seats.factor=2"),
    ],
)
def test_wrong_usage_ends_with_2(words: tuple[str, ...], asked: list[dict]) -> None:
    ended = run(*words)
    assert ended.code == 2
    assert "Usage" in ended.err
    assert asked == []


# The input has problems: 1


def test_unknown_county_names_the_shipped_ones() -> None:
    ended = run("check", "tiny-twon")
    assert ended.code == 1
    assert "'tiny-twon'" in ended.err and "tiny-town" in ended.err


def test_folder_without_a_county_is_refused(tmp_path: Path) -> None:
    ended = run("check", tmp_path)
    assert ended.code == 1
    assert "county.toml" in ended.err


def test_folder_in_use_is_refused_before_solving(tmp_path: Path, asked: list[dict]) -> None:
    note = tmp_path / "note.txt"
    note.write_text("mine")
    ended = run(*SOLVE, "--out", tmp_path)
    assert ended.code == 1
    assert "--overwrite" in ended.err
    assert asked == []
    assert run(*SOLVE, "--out", tmp_path, "--overwrite").code == 3
    assert len(asked) == 1
    assert note.read_text() == "mine"


@pytest.mark.parametrize("below", ["", "plan"])
def test_folder_that_is_a_file_is_refused(tmp_path: Path, asked: list[dict], below: str) -> None:
    file = tmp_path / "file"
    file.write_text("")
    ended = run(*SOLVE, "--out", file / below, "--overwrite")
    assert ended.code == 1
    assert str(file) in ended.err
    assert asked == []


def test_unknown_start_names_the_countys_plans(tmp_path: Path, asked: list[dict]) -> None:
    ended = run(*SOLVE, "--out", tmp_path / "x", "--start", "tomorrow")
    assert ended.code == 1
    assert "'tomorrow'" in ended.err and "today" in ended.err
    assert asked == []


def test_unknown_model_and_parameter_are_input_problems(tmp_path: Path) -> None:
    wrong = ("solve", "tiny-town", "--stage", "primary", "--out", tmp_path / "x", "--model")
    assert run(*wrong, "no-such-model").code == 1
    ended = run(*wrong, "rezoning", "--set", "seats.fcator=1.1")
    assert ended.code == 1
    assert "fcator" in ended.err
    assert not (tmp_path / "x").exists()


def test_failing_disk_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "plan.json")

    monkeypatch.setattr(zoning, "solve", full)
    ended = run(*SOLVE, "--out", tmp_path / "x")
    assert ended.code == 1
    assert ended.err == "error: No space left on device: plan.json\n"


# No plan exists: 3


def test_no_plan_prints_both_numbers(tmp_path: Path, asked: list[dict]) -> None:
    ended = run(*SOLVE, "--out", tmp_path / "x")
    assert ended.code == 3
    assert "412 seats" in ended.err and "430 pupils" in ended.err
    assert ended.err.endswith("no plan exists\n")
    assert ended.out == ""


def test_solve_that_is_impossible(tmp_path: Path) -> None:
    ended = run(*SOLVE, "--out", tmp_path / "x", "--set", "seats.factor=0.1")
    assert ended.code == 3
    assert ended.err.endswith("no plan exists\n")
    assert not (tmp_path / "x").exists()


def test_check_counts_the_pupils_of_the_countys_year() -> None:
    assert "  primary: 17,748 pupils\n" in run("check", "xunhua").out


def test_check_tells_that_no_plan_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("check", "tiny-town", "--model", "rezoning", "--stage", "primary").code == 0
    clash = Fault("error", "seats", "", "412 seats", "430 pupils", "add 18 seats")
    monkeypatch.setattr(zoning, "check", lambda *_, **__: (clash,))
    ended = run("check", "tiny-town", "--model", "rezoning", "--stage", "primary")
    assert ended.code == 3
    assert "412 seats" in ended.err and ended.err.endswith("no plan exists\n")


# What is handed on


def test_options_reach_the_solver(tmp_path: Path, asked: list[dict]) -> None:
    options = "--time-limit 7 --work-limit 9 --gap 0.01 --seed 3 --solver cpsat --start today"
    sets = ("--set", "seats.factor=1.1", "--set", 'contiguity.islands=["a"]')
    run(*SOLVE, "--out", tmp_path / "x", *options.split(), *sets)
    (call,) = asked
    assert call.pop("county") == zoning.read_county(zoning.data_path("tiny-town"))
    assert call == {
        "model": "rezoning",
        "stage": "primary",
        "settings": {"seats.factor": 1.1, "contiguity.islands": ["a"]},
        "time_limit": 7.0,
        "work_limit": 9,
        "gap": 0.01,
        "seed": 3,
        "solver": "cpsat",
        "start": "today",
        "year": None,
        "progress": None,
    }


def test_work_limit_alone_leaves_the_time_open(tmp_path: Path, asked: list[dict]) -> None:
    run(*SOLVE, "--out", tmp_path / "x", "--work-limit", 50)
    run(*SOLVE, "--out", tmp_path / "x")
    assert [(call["work_limit"], call["time_limit"]) for call in asked] == [
        (50, None),
        (None, None),
    ]


def test_demo_zones_fairfax(tmp_path: Path, asked: list[dict]) -> None:
    assert run("demo", "--out", tmp_path / "x", "--time-limit", 5, "--seed", 2).code == 3
    (call,) = asked
    assert call.pop("county").name.startswith("Fairfax")
    assert call == {
        "model": "rezoning",
        "stage": "primary",
        "time_limit": 5.0,
        "seed": 2,
        "progress": None,
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("0.5", 0.5),
        ("true", True),
        ("standard", "standard"),
        ("large-class", "large-class"),
        ("'two words'", "two words"),
        ('["a", "b"]', ["a", "b"]),
        ("{lower = 30}", {"lower": 30}),
        ("循化", "循化"),
    ],
)
def test_settings_are_toml_values(text: str, value: object) -> None:
    assert settings_of([f"block.parameter={text}"]) == {"block.parameter": value}


@given(st.text())
def test_any_setting_is_read_or_refused(text: str) -> None:
    try:
        settings = settings_of([f"block.parameter={text}"])
    except typer.BadParameter:
        return
    assert list(settings) == ["block.parameter"]


def test_progress_is_one_line() -> None:
    line = ProgressLine()
    assert str(line.__rich__()).endswith("reading the county and preparing")
    line.show(SimpleNamespace(elapsed=3.0, phase="improve", best=1234.5, bound=None, gap=None))
    assert str(line.__rich__()).endswith("improve   best 1,234.5")
    line.show(SimpleNamespace(elapsed=4.0, phase="prove", best=1200.0, bound=1194.0, gap=0.005))
    assert str(line.__rich__()).endswith("prove   best 1,200.0   bound 1,194.0   gap 0.50%")


# From beginning to end


def test_solve_writes_the_files_and_is_quiet(tmp_path: Path) -> None:
    done = run(*SOLVE, "--out", tmp_path / "x", "--time-limit", 20)
    assert (done.code, done.err) == (0, "")
    assert {file.name for file in (tmp_path / "x").iterdir()} == FILES
    assert all(name in done.out for name in FILES)
    record = json.loads((tmp_path / "x" / "plan.json").read_text(encoding="utf-8"))
    assert {"status", "objective", "bound", "gap", "goals", "seed", "model"} <= set(record)


def test_solve_goes_on_from_a_saved_plan(plan_dir: Path, tmp_path: Path) -> None:
    done = run(*SOLVE, "--out", tmp_path / "x", "--start", plan_dir, "--time-limit", 20)
    assert done.code == 0, done.err


def test_solve_reads_a_model_file(tmp_path: Path) -> None:
    model = Path(__file__).parent.parent / "models" / "rezoning.toml"
    tomllib.loads(model.read_text(encoding="utf-8"))
    words = ("solve", "tiny-town", "--stage", "primary", "--model", model)
    assert run(*words, "--out", tmp_path / "x", "--time-limit", 20).code == 0


def test_verify_accepts_the_plan(plan_dir: Path) -> None:
    done = run("verify", plan_dir, "--county", "tiny-town")
    assert done.code == 0, done.err
    assert "keeps its rules" in done.out


def test_verify_names_what_is_wrong(plan_dir: Path, tmp_path: Path) -> None:
    for file in plan_dir.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    table = pd.read_csv(tmp_path / "assignment.csv", dtype=str, keep_default_na=False)
    table["school_id"] = table["school_id"].iloc[0]
    table.to_csv(tmp_path / "assignment.csv", index=False)
    ended = run("verify", tmp_path, "--county", "tiny-town")
    assert ended.code == 1
    assert "error: " in ended.err


def test_verify_refuses_another_county(plan_dir: Path) -> None:
    assert run("verify", plan_dir, "--county", "tiny-valley").code == 1


def test_verify_refuses_a_folder_without_a_plan(tmp_path: Path) -> None:
    assert run("verify", tmp_path, "--county", "tiny-town").code == 1


def test_compare_shows_both_plans(plan_dir: Path) -> None:
    done = run("compare", plan_dir, plan_dir)
    assert done.code == 0, done.err
    assert "pupils" in done.out


def test_compare_refuses_a_folder_without_a_plan(plan_dir: Path, tmp_path: Path) -> None:
    assert run("compare", plan_dir, tmp_path / "nowhere").code == 1


def test_models_and_standards_are_listed() -> None:
    models = run("models")
    assert models.code == 0
    for name in zoning.model_names():
        assert name in models.out
    standards = run("standards")
    assert standards.code == 0
    for word in ("china", "us", "large-class.primary", "55"):
        assert word in standards.out


def test_input_error_of_any_command_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise InputError([Fault("error", "units", "row 3", "a polygon", "a line", "")])

    monkeypatch.setattr("zoning.county.read_county", broken)
    ended = run("check", "tiny-town")
    assert ended.code == 1
    assert "units, row 3: expected a polygon; found a line." in ended.err
