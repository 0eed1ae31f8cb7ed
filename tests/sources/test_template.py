"""A bureau starts from nothing: zoning new, zoning check, and what is missing next."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from typer.testing import CliRunner

from tests.sources.bureau import LIST, PLACES, PUPILS, SCHOOLS, UNITS, VILLAGES, Bureau
from zoning.cli import app
from zoning.errors import InputError
from zoning.sources import new_county, read_county, read_sources


def run(*words: object) -> SimpleNamespace:
    """Run the command line; a traceback of the library would be an exception here."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return SimpleNamespace(code=result.exit_code, out=result.stdout, err=result.stderr)


def fill(folder: Path, sheet: str, rows: list[list[object]]) -> None:
    """Write rows below the headings of a template's sheet, by heading."""
    path = folder / "county.xlsx"
    book = openpyxl.load_workbook(path)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            book[sheet].cell(number, column, value)
    book.save(path)


def test_what_is_missing_is_told_step_by_step(tmp_path: Path) -> None:
    folder = tmp_path / "xunhua"
    made = run("new", folder, "--name", "循化")
    assert made.code == 0
    assert {path.name for path in folder.iterdir()} == {
        "sources.toml", "county.xlsx", "CHECKLIST.md"
    }  # fmt: skip
    asked = run("check", folder)
    assert asked.code == 1 and "next: sources.toml, year" in asked.err
    toml = folder / "sources.toml"
    toml.write_text(toml.read_text("utf-8").replace("year = 0 ", "year = 2024 "), "utf-8")
    assert f"next: county.xlsx, sheet {UNITS}" in run("check", folder).err
    fill(folder, UNITS, [[code, "村", "镇", "乡村", *place] for code, place in
                         zip(VILLAGES, PLACES, strict=True)])  # fmt: skip
    assert f"next: county.xlsx, sheet {LIST}" in run("check", folder).err
    fill(folder, LIST, [[SCHOOLS[0], "一小", "完全小学", None, "镇", "否", 6, 90, 102.41, 35.81]])
    assert f"next: county.xlsx, sheet {PUPILS}" in run("check", folder).err
    fill(folder, PUPILS, [[code, 1, 2, 3, 4, 5, 6] for code in VILLAGES])
    done = run("check", folder)
    assert done.code == 0 and "the tables are in order" in done.out
    assert "status, source and licence" in done.err and "note: " in done.err
    solvable = run("check", folder, "--model", "rezoning", "--stage", "primary")
    assert solvable.code == 0
    county = read_sources(folder).county
    assert county.units["settlement"].to_list() == ["village"] * 4
    assert county.name == "循化"


def test_the_template_explains_itself(tmp_path: Path) -> None:
    new_county(tmp_path / "c", year=2025)
    book = openpyxl.load_workbook(tmp_path / "c" / "county.xlsx")
    for sheet in book.worksheets:
        assert all(cell.comment is not None for cell in sheet[1])
    assert book[UNITS].column_dimensions["A"].number_format == "@"
    toml = (tmp_path / "c" / "sources.toml").read_text("utf-8")
    assert "year = 2025" in toml and "GCJ-02" in toml
    assert "- [ ] sheet 学校" in (tmp_path / "c" / "CHECKLIST.md").read_text("utf-8")
    with pytest.raises(InputError, match="new or empty folder"):
        new_county(tmp_path / "c")


def test_commands_take_a_bureaus_files(tmp_path: Path) -> None:
    folder = Bureau().write(tmp_path / "b")
    done = run("convert", folder, "--out", tmp_path / "c.gpkg")
    assert done.code == 0, done.err
    county = read_sources(folder).county
    assert read_county(tmp_path / "c.gpkg") == county
    assert run("check", tmp_path / "c.gpkg").code == 0
    assert run("convert", tmp_path / "c.gpkg", "--out", tmp_path / "folder").code == 0
    assert read_county(tmp_path / "folder") == county
    assert run("convert", folder, "--out", tmp_path / "x", "--as", "xlsx").code == 0
    assert read_sources(tmp_path / "x").county == county
    assert run("convert", folder, "--out", tmp_path / "c.gpkg").code == 1
    assert run("convert", folder, "--out", tmp_path / "c.gpkg", "--overwrite").code == 0
    again = run("convert", folder, "--out", tmp_path / "y", "--as", "csv", "--overwrite")
    assert again.code == 1 and "a new folder for --as" in again.err
    wrong = run("convert", folder, "--out", tmp_path / "y", "--as", "dwg")
    assert wrong.code == 1 and "'dwg'" in wrong.err
