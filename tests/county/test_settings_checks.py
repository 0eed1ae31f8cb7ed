"""Faults of what is not in a table."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import grid_county
from zoning.county import Provenance, Stage
from zoning.errors import InputError

BASE = grid_county(2, 2)
GRADES = ("1", "2", "3", "4", "5", "6")


@pytest.mark.parametrize(
    ("field", "wrong", "legal", "words"),
    [
        ("name", " ", "X", "the county's name"),
        ("year", 24, 2024, "a year such as"),
        ("year", "2024", 1900, "a year such as"),
        ("year", True, 2200, "a year such as"),
        ("standards", 3, "us", "a text"),
        ("notice", None, "", "a text"),
        ("travel_truncated", "no", True, "true or false"),
        ("measures", {"hours": "by car"}, {"minutes": "by car"}, "metres or minutes were got"),
        ("crs", "", "EPSG:4544", "the coordinate system of the geometries"),
        ("crs", "EPSG:nothing", "epsg:4544", "the coordinate system of the geometries"),
        ("metric_crs", "EPSG:4326", "EPSG:4543", "a projected coordinate system in metres"),
        ("metric_crs", "EPSG:2283", "EPSG:4544", "a projected coordinate system in metres"),
        ("metric_crs", "", "EPSG:4545", "a projected coordinate system in metres"),
        ("provenance", {"unit": Provenance()}, {"units": Provenance()}, "one of 'units'"),
        ("provenance", {"units": Provenance("true")}, {}, "one of 'real'"),
        (
            "provenance",
            {"units": Provenance("real", columns={"geometry": "guessed"})},
            {"units": Provenance("real", columns={"geometry": "modelled (simplified)"})},
            "one of 'real'",
        ),
        (
            "provenance",
            {"units": Provenance("real", columns={"shape": "real"})},
            {"units": Provenance("real", columns={"name": "real"})},
            "'unit_id'",
        ),
        ("stages", (), (Stage("primary", GRADES),), "at least one stage"),
        (
            "stages",
            (Stage("primary", (*GRADES, "6")),),
            (Stage("primary", GRADES),),
            "grades, each once",
        ),
        (
            "stages",
            (Stage("primary", GRADES), Stage("primary", GRADES)),
            (Stage("primary", GRADES), Stage("junior", ("7",))),
            "each stage once",
        ),
        (
            "stages",
            (Stage("primary", GRADES, {"primary": GRADES[:5]}),),
            (Stage("primary", GRADES, {"primary": GRADES}),),
            "bands that share out the grades",
        ),
        (
            "stages",
            (Stage("primary", (*GRADES, "")),),
            (Stage("primary", (*GRADES, "K")),),
            "named by letters",
        ),
        (
            "stages",
            (Stage("primary", GRADES), Stage("middle", ("7",))),
            (Stage("primary", GRADES), Stage("senior", ("10",))),
            "one of 'preschool'",
        ),
    ],
)
def test_setting(field: str, wrong: Any, legal: Any, words: str) -> None:
    with pytest.raises(InputError) as caught:
        BASE.replace(**{field: wrong})
    assert any(words in f.expected for f in caught.value.faults), str(caught.value)
    assert getattr(BASE.replace(**{field: legal}), field) is not None


def test_a_geographic_metric_system_says_why() -> None:
    with pytest.raises(InputError, match="distances would be in degrees"):
        BASE.replace(metric_crs="EPSG:4490")


def test_a_metric_system_of_elsewhere_is_a_warning() -> None:
    (fault,) = BASE.replace(metric_crs="EPSG:26918").warnings
    assert fault.where == "metric_crs"
    assert not BASE.warnings


def test_all_settings_are_judged_at_once() -> None:
    with pytest.raises(InputError) as caught:
        BASE.replace(name="", year=0, metric_crs="x")
    assert [f.where for f in caught.value.faults] == ["name", "year", "metric_crs"]
