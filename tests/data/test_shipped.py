"""Every county that ships: readable, labelled, licensed, without traces of where it was made."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from zoning.county import read_county

DATA = Path(__file__).parents[2] / "data"
COUNTIES = sorted(folder.parent.name for folder in DATA.glob("*/county.toml"))


def test_the_counties_are_there() -> None:
    assert COUNTIES == ["dari", "fairfax", "tiny-town", "tiny-valley", "xunhua"]


@pytest.mark.parametrize("name", COUNTIES)
def test_it_is_read_without_warnings(name: str) -> None:
    county = read_county(DATA / name)
    assert county.warnings == ()
    assert county.notice
    assert len(county.today) > 0


@pytest.mark.parametrize("name", COUNTIES)
def test_every_table_says_where_it_comes_from(name: str) -> None:
    settings = tomllib.loads((DATA / name / "county.toml").read_text(encoding="utf-8"))
    for table, item in settings["tables"].items():
        assert item["status"] in {"real", "modelled", "assumed"}, table
        assert item["source"], table
        assert item["licence"], table
    assert (DATA / name / "README.md").is_file()


@pytest.mark.parametrize("name", ["dari", "tiny-town", "tiny-valley", "xunhua"])
def test_modelled_counties_say_so(name: str) -> None:
    assert (
        read_county(DATA / name).notice == "模拟数据,非真实学校 / modelled data, not real schools"
    )
