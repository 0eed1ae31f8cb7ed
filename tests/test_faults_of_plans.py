"""Faults of saved plans and of folders for plans, through the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from tests import damage
from tests.test_faults import county_in, earlier, fails, files_in, made, run, solve

__all__ = ["earlier", "made"]

PLAN_FAULTS = {
    "plan.json cut": (damage.cut("plan.json"), ("plan.json",)),
    "plan.json gone": (damage.gone("plan.json"), ("plan.json",)),
    "plan.json a list": (lambda f: (f / "plan.json").write_text("[]"), ("plan.json", "list")),
    "plan.json in GBK": (damage.recoded("plan.json", "gbk"), ("plan.json",)),
    "foreign format": (damage.text("plan.json", '"format": 1', '"format": 7'), ("format 7",)),
    "entry gone": (damage.text("plan.json", '"seed"', '"sead"'), ("'seed'",)),
    "status unknown": (damage.text("plan.json", '"optimal"', '"superb"'), ("superb",)),
    "assignment gone": (damage.gone("assignment.csv"), ("assignment.csv",)),
    "assignment without a column": (
        damage.without_column("assignment.csv", "school_id"),
        ("assignment.csv", "school_id"),
    ),
    "pupils in words": (
        damage.cell("assignment.csv", 5, "pupils", "few"),
        ("assignment.csv", "few", "row 5"),
    ),
}

# what the verifier must find: the deed, and the unit, school or figure it names
TAMPERED = {
    "school changed": (damage.cell("assignment.csv", 1, "school_id", "E"), ("N1",)),
    "school unknown": (damage.cell("assignment.csv", 1, "school_id", "X9"), ("N1", "X9")),
    "unit unknown": (damage.cell("assignment.csv", 1, "unit_id", "U9"), ("U9",)),
    "pupils changed": (damage.cell("assignment.csv", 1, "pupils", "61"), ("N1", "61")),
    "minutes changed": (damage.cell("assignment.csv", 1, "minutes", "0.5"), ("N1", "0.5")),
    "row gone": (damage.only("assignment.csv", unit_id="S2"), ("S2",)),
    "row twice": (
        damage.table("assignment.csv", lambda t: pd.concat([t, t[:1]])),
        ("N1",),
    ),
    "objective made better": (
        lambda f: _lower_goal(f / "plan.json"),
        ("goal", "travel"),
    ),
}


def _lower_goal(path: Path) -> None:
    plan = json.loads(path.read_text(encoding="utf-8"))
    plan["goals"][0]["value"] -= 100
    plan["goals"][0]["bound"] -= 100
    path.write_text(json.dumps(plan), encoding="utf-8")


@pytest.mark.parametrize(
    ("command", "name"),
    [
        *(("verify", name) for name in PLAN_FAULTS),
        *((command, "plan.json cut") for command in ("compare", "start")),
    ],
)
def test_saved_plan_that_cannot_be_read(
    command: str, name: str, earlier: Path, made: Path, tmp_path: Path
) -> None:
    deed, says = PLAN_FAULTS[name]
    deed(earlier)
    words: dict[str, tuple[object, ...]] = {
        "verify": ("verify", earlier, "--county", "tiny-town"),
        "compare": ("compare", made, earlier),
        "start": solve("tiny-town", tmp_path / "new", "--start", earlier),
    }
    fails(1, says, earlier, *words[command])
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", TAMPERED)
def test_tampered_plan_is_found(name: str, earlier: Path) -> None:
    deed, says = TAMPERED[name]
    deed(earlier)
    told = fails(1, says, earlier, "verify", earlier, "--county", "tiny-town")
    assert "the plan is wrong in" in told


def test_verify_against_a_changed_county(earlier: Path, tmp_path: Path) -> None:
    county = county_in(tmp_path)
    verify = ("verify", earlier, "--county", county)
    assert run(*verify).code == 0
    damage.cell("pupils.csv", 1, "pupils", "11")(county)
    fails(1, ("Tiny Town", "county"), earlier, *verify)


def test_verify_against_a_county_with_faults(earlier: Path, tmp_path: Path) -> None:
    county = county_in(tmp_path)
    damage.gone("travel.csv")(county)
    fails(1, ("travel.csv",), earlier, "verify", earlier, "--county", county)


def test_start_of_another_county(earlier: Path, tmp_path: Path) -> None:
    out = tmp_path / "new"
    words = solve("tiny-valley", out, "--start", earlier)
    fails(1, ("start", "Tiny Town", "Tiny Valley"), earlier, *words)
    assert not out.exists()


def test_start_of_the_same_county_a_year_before(earlier: Path, tmp_path: Path) -> None:
    county = county_in(tmp_path)
    damage.cell("pupils.csv", 1, "pupils", "11")(county)
    assert run(*solve(county, tmp_path / "new", "--start", earlier)).code == 0


# The folder for a plan


def test_folder_in_use_without_overwrite(earlier: Path) -> None:
    words = [word for word in solve("tiny-town", earlier) if word != "--overwrite"]
    fails(1, (str(earlier), "--overwrite"), earlier, *words)


def test_folder_that_cannot_be_written(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)  # root may write anywhere
    fails(1, ("--out", str(earlier)), earlier, *solve("tiny-town", earlier))


def test_folder_below_a_file(earlier: Path) -> None:
    out = earlier / "note.txt" / "plan"
    fails(1, ("--out", "note.txt"), earlier, *solve("tiny-town", out))


def test_folder_whose_name_is_too_long(earlier: Path) -> None:
    fails(1, ("name too long",), earlier, *solve("tiny-town", earlier / ("x" * 300)))


@pytest.mark.parametrize("name", ["map.png", "schools.geojson", "zones.geojson", "plan.json"])
def test_folder_where_a_file_should_be(name: str, earlier: Path) -> None:
    (earlier / name).unlink()
    (earlier / name).mkdir()
    (earlier / name / "inside.txt").write_text("mine")
    fails(1, (name,), earlier, *solve("tiny-town", earlier))


@pytest.mark.parametrize("name", ["zoning.output.map.plot", "zoning.plan.files.plan_json"])
def test_disk_that_fills_while_writing(
    name: str, earlier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "plan")

    monkeypatch.setattr(name, full)
    before = files_in(earlier)
    ended = run(*solve("tiny-town", earlier))
    assert ended.code == 1
    assert "No space left on device" in ended.err
    assert files_in(earlier) == before


@pytest.mark.parametrize("county", ["", "no-such-county", "README.md"])
def test_county_that_is_none(county: str, earlier: Path) -> None:
    fails(1, ("COUNTY", repr(county), "tiny-town"), earlier, *solve(county, earlier))
