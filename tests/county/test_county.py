"""The county itself: unchangeable, comparable, copyable."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.builders import grid_county
from zoning.county import County, Provenance, Stage
from zoning.county.schema import SCHEMA

BASE = grid_county(4, 3, [(0, 0, 100), (3, 2, 100)], seed=1)


def printed(program: str) -> str:
    """Return what a program prints in a Python process of its own."""
    checkout = Path(__file__).parents[2]
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_county_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match=r"replace\(year=...\)"):
        BASE.year = 2025
    with pytest.raises(AttributeError):
        del BASE.name
    with pytest.raises(TypeError):
        BASE.provenance["units"] = Provenance()  # type: ignore[index]


@pytest.mark.parametrize("table", list(SCHEMA))
def test_editing_a_table_leaves_the_county_as_it_is(table: str) -> None:
    county = grid_county(4, 3, [(0, 0, 100), (3, 2, 100)], seed=1)
    frame = county.table(table)
    frame[frame.columns[0]] = "edited"
    if len(frame):
        other = county.table(table)
        other.loc[0, other.columns[1]] = other.iloc[-1, 1]
        if "geometry" in other:
            other.loc[0, "geometry"] = other["geometry"].iloc[-1]
    assert county == BASE
    assert county.content_hash == BASE.content_hash


def test_editing_the_tables_it_was_made_from_leaves_the_county_as_it_is() -> None:
    pupils = BASE.pupils
    county = BASE.replace(pupils=pupils)
    pupils.loc[0, "pupils"] = 99.0
    assert county == BASE


def test_equal_whatever_the_order_of_rows_and_columns() -> None:
    shuffled = {
        name: BASE.table(name).sample(frac=1.0, random_state=3)[SCHEMA[name].names[::-1]]
        for name in SCHEMA
    }
    other = BASE.replace(**shuffled)
    assert list(other.units["unit_id"]) != list(BASE.units["unit_id"])
    assert other.content_hash == BASE.content_hash
    assert other == BASE
    assert hash(other) == hash(BASE)


@pytest.mark.parametrize("column", ["metres", "minutes"])
def test_any_cell_changes_the_hash(column: str) -> None:
    travel = BASE.travel
    travel.loc[5, column] = np.nextafter(travel.loc[5, column], np.inf)
    assert BASE.replace(travel=travel).content_hash != BASE.content_hash


def test_settings_that_matter_change_the_hash_and_words_do_not() -> None:
    assert BASE.replace(year=2025).content_hash != BASE.content_hash
    assert BASE.replace(travel_truncated=True).content_hash != BASE.content_hash
    renamed = BASE.replace(notice="other words")
    assert renamed.content_hash == BASE.content_hash
    assert renamed != BASE
    assert BASE != "a text"


def test_the_hash_is_the_same_in_another_process() -> None:
    program = (
        "from tests.builders import grid_county\n"
        "print(grid_county(4, 3, [(0, 0, 100), (3, 2, 100)], seed=1).content_hash)"
    )
    assert printed(program) == BASE.content_hash


def test_the_hash_is_of_the_content_and_not_of_this_version() -> None:
    # A hash written into a saved plan must be found again by later versions of the library.
    golden = "a0f1f3f90c42b476c7ba09d362c632a4ad8e3a6018ed22ba998508a47993b360"
    assert grid_county(2, 1, pupils=6.0).content_hash == golden


def test_copies_are_equal() -> None:
    assert copy.deepcopy(BASE) == BASE
    assert copy.copy(BASE) == BASE
    assert pickle.loads(pickle.dumps(BASE)) == BASE
    assert pickle.loads(pickle.dumps(BASE.stages)) == BASE.stages


def test_codes_of_travel_are_rows_of_units_and_schools() -> None:
    other = BASE.replace(units=BASE.units.iloc[::-1], schools=BASE.schools.iloc[::-1])
    travel = other.travel
    assert list(travel["unit_id"].cat.categories) == list(other.units["unit_id"])
    assert list(travel["school_id"].cat.categories) == list(other.schools["school_id"])
    assert list(travel["unit_id"]) == list(BASE.travel["unit_id"])


def test_defaults_of_columns_that_were_left_out() -> None:
    assert set(BASE.pupils["group"]) == {"resident"}
    assert set(BASE.school_grades["outside"]) == {0.0}
    assert BASE.school_grades["classes"].isna().all()
    assert set(BASE.units["code"]) == {""}
    assert not BASE.schools["boarding"].any()


def test_a_stage_without_seats_gets_a_row_with_seats_unknown() -> None:
    county = BASE.replace(school_stages=None)
    assert list(county.school_stages["school_id"]) == ["s1", "s2"]
    assert county.school_stages["seats"].isna().all()
    assert county.provenance["school_stages"].status == "assumed"


def test_neighbours_and_provenance_are_filled_in() -> None:
    assert len(BASE.adjacency) == 17
    assert BASE.provenance["adjacency"].status == "modelled"
    assert "locks" not in BASE.provenance
    given = BASE.replace(adjacency=BASE.adjacency)
    assert given.provenance["adjacency"].status == "modelled"


def test_a_unit_without_neighbours_is_a_warning() -> None:
    pairs = BASE.adjacency
    alone = pairs[(pairs["unit_a"] != "u0000") & (pairs["unit_b"] != "u0000")]
    (fault,) = BASE.replace(adjacency=alone).warnings
    assert "'u0000'" in fault.found
    assert not BASE.warnings


def test_today_and_plans() -> None:
    draft = BASE.assignments.assign(plan="option A")
    county = BASE.replace(assignments=pd.concat([draft, BASE.assignments]))
    assert county.plan_names == ("option A", "today")
    assert len(county.today) == len(BASE.units)
    assert set(county.today["plan"]) == {"today"}
    assert BASE.replace(assignments=None).plan_names == ()


def test_stage_and_bands() -> None:
    stage = Stage("primary", ("1", "2", "3"), {"low": ("1",), "high": ("2", "3")})
    assert stage.entry_grade == "1"
    assert stage.band_of("3") == "high"
    assert stage.has_own_bands
    with pytest.raises(KeyError):
        stage.band_of("4")
    plain = Stage("junior", ("7", "8"))
    assert dict(plain.bands) == {"junior": ("7", "8")}
    assert not plain.has_own_bands
    assert hash(plain) == hash(Stage("junior", ("7", "8")))
    assert BASE.stage("primary") is BASE.stages[0]
    with pytest.raises(KeyError):
        BASE.stage("junior")


def test_an_unknown_field_cannot_be_replaced() -> None:
    with pytest.raises(TypeError):
        BASE.replace(colour="red")


def test_what_a_county_looks_like() -> None:
    assert repr(BASE) == "<County 'Grid 4 x 3' 2024: 12 units, 2 schools>"
    assert isinstance(BASE, County)


def test_importing_does_not_load_the_map_libraries() -> None:
    program = (
        "import sys, zoning.county\n"
        "print([m for m in ('geopandas', 'pyogrio', 'matplotlib') if m in sys.modules])"
    )
    assert printed(program) == "[]"
