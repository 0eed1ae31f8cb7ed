"""The unit that a school's zone grows from."""

from __future__ import annotations

from typing import Any

from tests.builders import SOUTH, WEST, grid_county
from zoning.county import County


def moved(county: County, x: float, y: float, **columns: Any) -> Any:
    """Return the schools with the first one moved, in metres from the grid's corner."""
    schools = county.schools.assign(root_unit="", **columns)
    import shapely

    schools.loc[0, "geometry"] = shapely.Point(WEST + x, SOUTH + y)
    return schools


BASE = grid_county(4, 2, [(0, 0, 100), (3, 1, 100)])


def test_the_unit_that_contains_the_school() -> None:
    assert list(BASE.schools["root_unit"]) == ["u0000", "u0301"]
    assert not BASE.warnings


def test_a_root_that_is_named_stays() -> None:
    schools = BASE.schools.assign(root_unit=["u0200", ""])
    assert list(BASE.replace(schools=schools).schools["root_unit"]) == ["u0200", "u0301"]


def test_a_school_outside_all_units_gets_the_nearest() -> None:
    county = BASE.replace(schools=moved(BASE, 2500, -70))
    assert county.schools["root_unit"].iloc[0] == "u0200"
    (fault,) = county.warnings
    assert "70 m outside" in fault.found


def test_two_schools_of_a_stage_in_one_unit_get_different_roots() -> None:
    county = BASE.replace(schools=moved(BASE, 3500, 1100))
    # s1 comes first; the second school takes the nearest unit that is free
    assert list(county.schools["root_unit"]) == ["u0301", "u0300"]
    (fault,) = county.warnings
    assert "u0300" in fault.found


def test_a_shared_root_that_was_named_is_a_warning() -> None:
    county = BASE.replace(schools=BASE.schools.assign(root_unit="u0100"))
    (fault,) = county.warnings
    assert "the root of another school too" in fault.found


def test_points_have_the_nearest_unit_as_root() -> None:
    county = grid_county(4, 2, [(1, 1, 100)], points=True)
    assert list(county.replace(schools=moved(county, 1450, 1300)).schools["root_unit"]) == ["u0101"]


def test_a_school_on_a_border_takes_the_first_unit() -> None:
    county = BASE.replace(schools=moved(BASE, 2000, 500))
    assert county.schools["root_unit"].iloc[0] == "u0100"
    assert not county.warnings
