"""Norms: sources, overrides, and faults of a planner's own file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from zoning.errors import InputError
from zoning.standards import Standard, load_standards, standards_names

OWN = """
[class-size.primary]
value = 40
unit = "pupils per class"
source = "county notice 12"
status = "law"
title = "Class of a primary school"
"""


def test_the_sets_that_come_with_the_library() -> None:
    assert standards_names() == ("china", "us")


@pytest.mark.parametrize("name", standards_names())
def test_every_norm_is_complete_and_sourced(name: str) -> None:
    norms = load_standards(name)
    assert len(norms) > 0
    for key, norm in norms.items():
        assert norm.key == key
        assert norm.value > 0
        assert len(norm.source) > 20
        assert norm.unit
        assert norm.title


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("class-size.primary", 45),
        ("class-size.incomplete-primary", 30),
        ("class-size.junior", 50),
        ("class-size.senior", 50),
        ("class-size.preschool", 30),
        ("large-class.primary", 55),
        ("large-class.junior", 55),
        ("large-class.senior", 55),
        ("oversize-class", 66),
        ("school-size.primary", 2000),
        ("school-size.nine-year", 2500),
        ("travel-minutes.primary-lower", 30),
        ("travel-minutes.primary-upper", 40),
        ("travel-minutes.primary", 40),
        ("travel-minutes.junior", 40),
        ("bus-seats.primary", 56),
        ("bus-seats.junior", 56),
        ("advisory-metres.primary", 500),
        ("advisory-metres.junior", 1000),
    ],
)
def test_chinas_norms(key: str, value: float) -> None:
    assert load_standards("china").value(key) == value


def test_radii_are_advice_only() -> None:
    radius = load_standards().get("advisory-metres.primary")
    assert radius is not None
    assert radius.status == "advisory"


def test_there_is_no_journey_limit_in_the_united_states() -> None:
    norms = load_standards("us")
    assert norms.get("travel-minutes.primary") is None
    with pytest.raises(InputError, match=r"travel-minutes\.primary"):
        norms.value("travel-minutes.primary")
    assert norms.value("utilisation.max") == 1.1


def test_an_override_is_marked() -> None:
    norms = load_standards("china", {"class-size.primary": 40})
    assert norms.get("class-size.primary") == Standard(
        "class-size.primary",
        40.0,
        "pupils per class",
        "set by the planner",
        "override",
        "Class of a complete primary school",
    )
    assert load_standards("china").value("class-size.primary") == 45
    assert norms != load_standards("china")
    assert norms == load_standards("china").replace({"class-size.primary": 40})


@pytest.mark.parametrize(
    ("key", "wrong", "legal"),
    [
        ("class-size.primry", 40, None),
        ("class-size", 40, None),
        ("travel-minutes", 40, None),
        ("travel-minutes.", 40, None),
        ("class-size.primary", -1, 0),
        ("class-size.primary", "40", 40),
        ("class-size.primary", True, 1),
        ("class-size.primary", float("nan"), 1.5),
        ("class-size.primary", float("inf"), 1e6),
    ],
)
def test_wrong_overrides(key: str, wrong: Any, legal: float | None) -> None:
    with pytest.raises(InputError) as caught:
        load_standards("china", {key: wrong})
    assert caught.value.faults[0].where == key
    if legal is not None:
        assert load_standards("china", {key: legal}).value(key) == legal


@pytest.mark.parametrize("key", ["travel-minutes.low-grades", "large-class.primary"])
def test_norms_that_a_set_lacks_may_be_added(key: str) -> None:
    assert load_standards("us").get(key) is None
    assert load_standards("us", {key: 33}).value(key) == 33


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(OWN, "utf-8")
    norms = load_standards(path)
    assert norms == load_standards(str(path))
    assert repr(norms) == "<Standards 'ours': 1 norms>"
    assert norms.value("class-size.primary") == 40


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value = 40", 'value = "40"'),
        ("value = 40", "value = -1"),
        ("value = 40\n", ""),
        ('"law"', '"rule"'),
        ('"county notice 12"', '""'),
        ("value = 40", "value = 40\ncolour = 1"),
        ("[class-size.primary]", "class-size = 40\n[x]"),
        ("value = 40", "value ="),
    ],
)
def test_faults_of_a_file(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(OWN.replace(old, new), "utf-8")
    with pytest.raises(InputError):
        load_standards(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for name in ("france", "", tmp_path / "no.toml", tmp_path):
        with pytest.raises(InputError):
            load_standards(name)
    path = tmp_path / "gbk.toml"
    path.write_bytes(OWN.replace("county", "县").encode("gb18030"))
    with pytest.raises(InputError, match="UTF-8"):
        load_standards(path)
