"""The folder of a plan over several years: complete, the same in every process, read again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.plan.rolling.rolling_made import COUNTY, GOALS, rolling, three_years
from zoning.errors import InputError
from zoning.output import write_years
from zoning.output.write import FILES
from zoning.plan import RollingPlan

ROOT = Path(__file__).parents[2]
TABLES = {"decisions.csv", "supply.csv", "by_year.csv", "moves.csv", "rolling-plan.json"}
PLAN = rolling(goals=GOALS, budget={"capital": 1500.0, "running": {"2026": 310.0}})
MODEL = """
years = 3
rules = ["opening", "expansion", "vetoes", "seats", "contiguity", "budget"]
[parameters.opening]
existing = "may-close"
[parameters.budget]
capital = { 2024 = 500, 2025 = 500 }
[[goal]]
minimise = { running-cost = 1.0, capital-cost = 0.1, travel = 0.5, moved = 2.0, moved-again = 9.0 }
"""
SCRIPT = """
import sys
from pathlib import Path
import zoning
from tests.output.test_write_years import COUNTY, MODEL, write_years
from zoning.formulation.model_file import parse_model
plan = zoning.solve_years(
    COUNTY, parse_model("mine", MODEL), stage="primary", work_limit=1, seed=3, gap=0.0
)
assert plan.verify() == ()
write_years(plan, COUNTY, Path(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plan."""
    out = tmp_path_factory.mktemp("written") / "plan"
    paths = write_years(PLAN, COUNTY, out)
    assert {path for path in out.rglob("*") if path.is_file()} == set(paths)
    return out


def test_the_files(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == TABLES | {"2025", "2026", "2027"}
    for year in PLAN.years:
        assert {path.name for path in (folder / str(year)).iterdir()} == {
            *FILES,
            "actions.csv",
            "records.md",
        }
    decisions = pd.read_csv(folder / "decisions.csv", encoding="utf-8-sig")
    assert decisions["action"].tolist() == PLAN.decisions["action"].tolist()
    assert pd.read_csv(folder / "by_year.csv")["capital"].tolist() == [0, 500, 1000, 0]


def test_read_again(folder: Path, tmp_path: Path) -> None:
    again = RollingPlan.load(folder, COUNTY)
    assert again == PLAN and again.verify() == ()
    again.save(tmp_path / "saved")
    assert RollingPlan.load(tmp_path / "saved", COUNTY) == PLAN
    with pytest.raises(InputError, match="holds files"):
        again.save(tmp_path / "saved")
    again.save(tmp_path / "saved", overwrite=True)
    with pytest.raises(InputError, match="county that the plan was made for"):
        RollingPlan.load(folder, three_years(vetoes=None)).verify()


def test_a_folder_in_use_is_left_alone(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "used" / "notes.txt"
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="holds files"):
        write_years(PLAN, COUNTY, mine.parent)
    assert list(mine.parent.iterdir()) == [mine]
    write_years(PLAN, COUNTY, mine.parent, overwrite=True)
    assert mine.read_text(encoding="utf-8") == "mine"
    assert RollingPlan.load(mine.parent) == PLAN


@pytest.mark.parametrize("broken", ["cut", "key", "format", "year", "value", "list", "missing"])
def test_a_damaged_folder_is_refused(folder: Path, tmp_path: Path, broken: str) -> None:
    out = tmp_path / "plan"
    shutil.copytree(folder, out)
    path = out / "rolling-plan.json"
    text = path.read_text(encoding="utf-8")
    content = json.loads(text)
    if broken == "year":
        shutil.rmtree(out / "2026")
    elif broken == "missing":
        path.unlink()
    else:
        content.pop("supply") if broken == "key" else None
        content["format"] += broken == "format"
        content["years"] = "soon" if broken == "value" else content["years"]
        content["goals"] = {} if broken == "key" else content["goals"]
        whole = json.dumps([] if broken == "list" else content)
        path.write_text(whole[:-9] if broken == "cut" else whole, encoding="utf-8")
    with pytest.raises(InputError):
        RollingPlan.load(out)


def test_same_bytes_in_every_process(tmp_path: Path) -> None:
    made = []
    for number in (1, 2):
        out = tmp_path / str(number)
        environment = {**os.environ, "PYTHONHASHSEED": str(number), "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", SCRIPT, str(out)], check=True, env=environment)
        files = [path for path in out.rglob("*.*") if path.suffix != ".png"]  # tell the seconds
        made.append({path.relative_to(out): _bytes(path) for path in files})
    assert len(made[0]) > 15
    assert made[0] == made[1]


def _bytes(path: Path) -> object:
    """What a file holds, but for the seconds that it took."""
    if path.suffix != ".json":
        return path.read_bytes()
    return {**json.loads(path.read_text(encoding="utf-8")), "seconds": 0}
