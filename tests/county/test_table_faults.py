"""Every fault of a table: the failing input, and its nearest legal neighbour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from tests.builders import grid_county
from zoning.county import County
from zoning.errors import Fault, InputError

BASE = grid_county(3, 2, [(0, 0, 100), (2, 1, 100)])


def changed(table: str, row: int, column: str, value: Any) -> Any:
    """Return a table of the base county with one cell set otherwise."""
    frame = BASE.table(table)
    text_in_numbers = isinstance(value, str) and frame[column].dtype.kind in "ifb"
    if text_in_numbers or isinstance(frame[column].dtype, pd.CategoricalDtype):
        frame[column] = frame[column].astype("object")
    frame.loc[row, column] = value
    return frame


def faults(**tables: Any) -> tuple[Fault, ...]:
    """Return what is wrong with the base county with these changes."""
    with pytest.raises(InputError) as caught:
        BASE.replace(**tables)
    return caught.value.faults


CELLS = [
    # table, column, wrong value, legal value, words of the fault
    ("units", "unit_id", "", "new", "a text in column unit_id"),
    ("units", "name", "a\nb", "a b", "without line breaks"),
    ("units", "settlement", "city", "town", "settlement to be one of"),
    ("pupils", "unit_id", " u0000", "u0000", "without blanks before or after"),
    ("pupils", "unit_id", "u9999", "u0000", "to be in the table units"),
    ("pupils", "stage", "primry", "primary", "stage to be one of"),
    ("pupils", "stage", "junior", "primary", "a stage of this county"),
    ("pupils", "grade", "7", "1", "a grade of the row's stage"),
    ("pupils", "pupils", -1.0, 0.0, "of at least 0"),
    ("pupils", "pupils", np.nan, 0.5, "a number in column pupils"),
    ("pupils", "pupils", np.inf, 1e6, "a finite number"),
    ("pupils", "pupils", "abc", "7", "a number in column pupils"),
    ("pupils", "pupils", "", " 7 ", "a number in column pupils"),
    ("pupils", "year", "2024.5", "2024", "a whole number"),
    ("pupils", "year", "20", "2024", "of at least 1900"),
    ("schools", "kind", "college", "junior", "kind to be one of"),
    ("schools", "boarding", "perhaps", "yes", "true or false"),
    ("schools", "rooms", -2.0, np.nan, "of at least 0"),
    ("schools", "rooms", "ten", "10", "a number in column rooms"),
    ("schools", "root_unit", "nowhere", "u0100", "to be in the table units"),
    ("school_stages", "school_id", "s9", "s1", "to be in the table schools"),
    ("school_stages", "seats", -1.0, np.nan, "of at least 0"),
    ("school_grades", "grade", "K", "1", "a grade of the row's stage"),
    ("school_grades", "classes", "two", "2", "a number in column classes"),
    ("school_grades", "enrolled", -1.0, np.nan, "of at least 0"),
    ("school_grades", "outside", -1.0, np.nan, "of at least 0"),
    ("travel", "unit_id", "u9999", "u0000", "to be in the table units"),
    ("travel", "school_id", "s9", "s1", "to be in the table schools"),
    ("travel", "mode", "", "bus", "a text in column mode"),
    ("travel", "minutes", -1.0, 0.0, "of at least 0"),
    ("travel", "metres", np.nan, 0.0, "metres in every row"),
    ("adjacency", "unit_a", "u9999", "u0000", "to be in the table units"),
    ("adjacency", "border_metres", -1.0, np.nan, "of at least 0"),
    ("assignments", "plan", "", "today", "a text in column plan"),
    ("assignments", "band", "lower", "primary", "a band of the row's stage"),
    ("assignments", "school_id", "s9", "s2", "to be in the table schools"),
]


@pytest.mark.parametrize(("table", "column", "wrong", "legal", "words"), CELLS)
def test_cell(table: str, column: str, wrong: Any, legal: Any, words: str) -> None:
    found = faults(**{table: changed(table, 0, column, wrong)})
    mine = [f for f in found if f.table == table and words in f.expected]
    assert mine, [str(fault) for fault in found]
    assert all(fault.where.startswith("row 1") for fault in mine)
    assert all(fault.severity == "error" and fault.remedy for fault in mine)
    if table == "units" and column == "unit_id":
        return  # a renamed unit is unknown to the other tables
    assert isinstance(BASE.replace(**{table: changed(table, 0, column, legal)}), County)


@pytest.mark.parametrize(
    "table",
    ["units", "pupils", "schools", "school_stages", "school_grades", "travel", "assignments"],
)
def test_duplicate_key(table: str) -> None:
    frame = BASE.table(table)
    twice = pd.concat([frame, frame.iloc[[0]]], ignore_index=True)
    (fault,) = faults(**{table: twice})
    assert fault.table == table
    assert fault.where.startswith(f"row {len(twice)} (")
    assert "once" in fault.expected
    assert BASE.replace(**{table: frame}) == BASE


def test_duplicate_pair_of_neighbours_the_other_way_round() -> None:
    pair = BASE.adjacency.iloc[[0]]
    turned = pair.rename(columns={"unit_a": "unit_b", "unit_b": "unit_a"})
    (fault,) = faults(adjacency=pd.concat([BASE.adjacency, turned], ignore_index=True))
    assert "the other way round" in fault.found
    legal = pd.concat([BASE.adjacency.iloc[1:], turned], ignore_index=True)
    assert BASE.replace(adjacency=legal) == BASE


def test_a_unit_is_not_its_own_neighbour() -> None:
    (fault,) = faults(adjacency=changed("adjacency", 0, "unit_b", "u0000"))
    assert fault.found == "the same unit twice"


@pytest.mark.parametrize("table", ["units", "pupils", "schools", "school_grades", "travel"])
def test_required_table_without_rows(table: str) -> None:
    found = faults(**{table: BASE.table(table).iloc[:0]})
    assert any(f.table == table and f.expected == "at least one row" for f in found)


def test_missing_table() -> None:
    found = faults(pupils=None)
    assert [(f.table, f.found) for f in found] == [("pupils", "nothing")]


@pytest.mark.parametrize(
    ("table", "column"), [("pupils", "pupils"), ("units", "unit_id"), ("schools", "geometry")]
)
def test_missing_column_is_one_fault(table: str, column: str) -> None:
    frame = pd.DataFrame(BASE.table(table)).drop(columns=column)
    (fault,) = faults(**{table: frame})
    assert fault.expected == f"a column {column}"
    assert "unit_id" in fault.found or "school_id" in fault.found or "name" in fault.found


def test_unknown_column_is_a_warning() -> None:
    county = BASE.replace(pupils=BASE.pupils.assign(remark="x"))
    (fault,) = county.warnings
    assert (fault.severity, fault.table) == ("warning", "pupils")
    assert "remark" in fault.found
    assert county == BASE


def test_numbers_as_ids_are_refused_because_they_lose_zeros() -> None:
    frame = BASE.pupils.assign(unit_id=12)
    (fault,) = faults(pupils=frame)
    assert "text" in fault.expected


def test_journeys_need_metres_or_minutes() -> None:
    travel = BASE.travel
    (fault,) = faults(travel=travel.drop(columns=["metres", "minutes"]))
    assert fault.expected == "metres or minutes"
    assert BASE.replace(travel=travel.drop(columns="metres")).travel["metres"].isna().all()
    assert BASE.replace(travel=travel.assign(minutes=np.nan)).travel["minutes"].isna().all()


def test_seats_for_a_stage_without_grades() -> None:
    grades = BASE.school_grades
    fewer = grades[grades["school_id"] != "s1"]
    found = faults(school_grades=fewer)
    errors = [fault for fault in found if fault.severity == "error"]
    assert [fault.table for fault in errors] == ["school_stages"]
    seats = BASE.school_stages[BASE.school_stages["school_id"] != "s1"]
    assert BASE.replace(school_grades=fewer, school_stages=seats).warnings


def test_a_zone_of_a_school_without_the_grades_is_a_warning() -> None:
    grades = BASE.school_grades.iloc[1:]
    county = BASE.replace(school_grades=grades)
    assert {fault.table for fault in county.warnings} == {"assignments"}


def test_everything_is_found_in_one_go() -> None:
    found = faults(
        pupils=changed("pupils", 6, "pupils", -4.0),
        schools=changed("schools", 1, "kind", "college"),
        travel=changed("travel", 2, "school_id", "s9"),
        name="",
    )
    assert {f.table for f in found} == {"pupils", "schools", "travel", "county.toml"}
    text = str(InputError(found))
    assert text.startswith("4 errors:")
    assert "pupils, row 7 (unit u0100, primary, grade 1, 2024, resident)" in text
    assert "found -4" in text


def test_the_same_fault_in_many_rows_is_counted() -> None:
    found = faults(pupils=BASE.pupils.assign(pupils=-1.0))
    assert len(found) == 21
    assert found[-1].found == "the same in 16 more rows"


AREA = shapely.box(0, 0, 1, 1)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (None, "a geometry"),
        (shapely.Polygon(), "a geometry"),
        (shapely.LineString([(0, 0), (1, 1)]), "a point or a polygon"),
        (shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)]), "does not cross itself"),
        (shapely.Point(0, 0), "either points or areas"),
    ],
)
def test_geometry_of_units(shape: Any, words: str) -> None:
    units = BASE.units
    shapes = units.geometry.to_numpy().copy()
    shapes[2] = shape
    found = faults(units=units.set_geometry(list(shapes), crs=units.crs))
    assert len(found) == 1
    assert words in found[0].expected


def test_a_school_is_a_point() -> None:
    schools = BASE.schools
    found = faults(schools=schools.set_geometry(schools.buffer(5)))
    assert {f.expected for f in found} == {"a point"}


def test_degrees_out_of_range_and_in_range() -> None:
    county = grid_county(2, 1, lonlat=True)
    with pytest.raises(InputError, match="longitude within 180"):
        county.replace(units=BASE.units.set_crs(None, allow_override=True), adjacency=None)
    assert county.replace(units=county.units.set_crs(None, allow_override=True)) == county


def test_endless_coordinates() -> None:
    county = grid_county(2, 1, points=True)
    shapes = [shapely.Point(np.inf, 0.0), shapely.Point(500_000, 3_970_000)]
    with pytest.raises(InputError, match="finite coordinates"):
        county.replace(units=county.units.set_geometry(shapes, crs=county.crs))


def test_a_foreign_coordinate_system_is_named() -> None:
    (fault,) = faults(units=BASE.units.to_crs("EPSG:4326"))
    assert "EPSG:4544" in fault.expected
    assert "EPSG:4326" in fault.found


def test_a_table_that_is_no_map() -> None:
    frame: Callable[..., Any] = pd.DataFrame(BASE.units).assign
    (fault,) = faults(units=frame(geometry="POINT (1 1)"))
    assert fault.expected == "geometries"
