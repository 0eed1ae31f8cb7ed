"""The page on the folder's format says what the library does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zoning.county import read_county
from zoning.county.county_toml import _STRAIGHT_LINE, _TABLE, _TOP, _TRAVEL
from zoning.county.schema import SCHEMA
from zoning.county.vocabulary import STAGES, STATUSES

README = (Path(__file__).parents[2] / "data" / "README.md").read_text("utf-8")


def section(table: str) -> str:
    """Return the part of the page on one table."""
    return README.split(f"### `{table}`")[1].split("\n##")[0]


@pytest.mark.parametrize("table", list(SCHEMA))
def test_every_column_is_explained(table: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|(.*)\|(.*)\|$", section(table), re.M)
    assert [row[0] for row in rows] == SCHEMA[table].names
    for name, meaning, values, required in rows:
        column = SCHEMA[table][name]
        assert ("key" in meaning.replace(";", " ").split()) == (name in SCHEMA[table].key)
        if name != "stage":
            assert all(f"`{value}`" in values for value in column.values if value)
        if required.strip() in ("yes", "no"):
            assert (required.strip() == "yes") == column.required
        if column.low == 0:
            assert "0 or more" in values


def test_every_key_of_county_toml_is_explained() -> None:
    page = README.split("## `county.toml`")[1].split("\n## ")[0]
    for word in (*_TOP, *_TABLE, *_TRAVEL, *_STRAIGHT_LINE, *STAGES, *STATUSES, "grades", "bands"):
        assert f"`{word}`" in page or f'`"{word}"`' in page


def test_which_tables_are_required() -> None:
    for table, schema in SCHEMA.items():
        assert ("(optional)" in section(table).splitlines()[0]) != schema.required


def test_the_example_is_a_county(tmp_path: Path) -> None:
    for name, text in re.findall(r"^`([\w.]+)`:\n\n```\w+\n(.*?)```", README, re.S | re.M):
        (tmp_path / name).write_text(text, "utf-8")
    county = read_county(tmp_path)
    assert county.warnings == ()
    assert list(county.units["unit_id"]) == ["630225100001", "630225100002"]
    assert list(county.schools["root_unit"]) == ["630225100001", "630225100002"]
    assert len(county.adjacency) == 1
    assert county.pupils["pupils"].sum() == 59
