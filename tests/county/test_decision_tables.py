"""Tables of decisions: kept, written, hashed, and every fault with its nearest legal neighbour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.builders import grid_county
from tests.county.decided import NAN, changed, decided_county, decisions, faults
from zoning.county import County, read_county, write_county
from zoning.county.schema import SCHEMA
from zoning.errors import InputError

BASE = decided_county()
ADDED = [name for name, schema in SCHEMA.items() if schema.added]

CELLS = [
    # table, row, wrong cells, legal cells, words of what was expected
    ("pupils", 0, {"girls": 2.5}, {"girls": 2.0}, "no more girls than pupils"),
    ("schools", 0, {"beds_girls": 31.0}, {"beds_girls": 29.0}, "no more than beds"),
    ("schools", 1, {"beds": 5.0}, {"beds": 0.0}, "only where boarding is true"),
    ("schools", 1, {"wardens": 1.0}, {"wardens": NAN}, "only where boarding is true"),
    ("schools", 0, {"wardens": 13.0}, {"wardens": 12.0}, "all posts together"),
    ("schools", 0, {"capital_cost": 1.0}, {"capital_cost": 0.0}, "capital_cost only of"),
    ("schools", 0, {"repair_cost": 1.0}, {"repair_cost": NAN}, "repair_cost only where"),
    ("schools", 2, {"dangerous": True}, {"dangerous": False}, "dangerous only of"),
    ("schools", 0, {"opens": 2025}, {"opens": ""}, "opens only of a candidate"),
    ("schools", 2, {"opens": 2023}, {"opens": 2024}, "opens to be 2024"),
    ("schools", 2, {"opens": 2025.5}, {"opens": 2025.0}, "a whole number"),
    ("schools", 1, {"central_school": "s9"}, {"central_school": "s1"}, "in the table schools"),
    ("schools", 1, {"central_school": "s2"}, {"central_school": "s4"}, "central_school to be"),
    ("schools", 1, {"central_school": "s3"}, {"central_school": ""}, "central_school to be"),
    ("schools", 3, {"central_school": "s2"}, {"central_school": "s1"}, "central_school to be"),
    ("schools", 0, {"status": "closed"}, {"status": "existing"}, "status to be one of"),
    ("school_grades", 6, {"enrolled": 1.0}, {"enrolled": 0.0}, "enrolled pupils only"),
    ("assignments", 0, {"school_id": "s5"}, {"school_id": "s2"}, "a school that stands"),
    ("travel", -1, {"school_id": "s5"}, {"school_id": "s3"}, "weekly journey of boarders"),
    ("school_years", 0, {"stage": "primary"}, {"stage": ""}, "seats in a row with a stage"),
    ("school_years", 0, {"seats": 9.0}, {"beds": 9.0}, "seats in a row with a stage"),
    ("school_years", 0, {"rooms": NAN}, {"rooms": 0.0}, "seats in a row with a stage"),
    ("school_years", 0, {"year": 2024}, {"year": 2026}, "a year after 2024"),
    ("school_years", 1, {"stage": "primary"}, {"stage": "junior"}, "the school has rows"),
    ("school_years", 1, {"stage": "senior"}, {"stage": "junior"}, "a stage of this county"),
    ("expansions", 0, {"classes": NAN}, {"classes": 1}, "a module that adds something"),
    ("expansions", 0, {"classes": 1.5}, {"classes": 2.0}, "a whole number"),
    ("expansions", 0, {"school_id": "s9"}, {"school_id": "s3"}, "in the table schools"),
    ("expansions", 1, {"beds_boys": 11.0}, {"beds_boys": 9.0}, "no more than beds"),
    ("expansions", 0, {"most": 0}, {"most": 1}, "of at least 1"),
    ("expansions", 0, {"school_id": "s3", "seats": 45.0}, {"seats": 45.0}, "of one stage"),
    ("vetoes", 0, {"reason": "no"}, {"reason": "unsafe-road"}, "reason to be one of"),
    ("vetoes", 0, {"action": "keep"}, {"action": "merge"}, "action to be one of"),
    ("vetoes", 0, {"from_year": 2027}, {"from_year": 2026}, "no later than until_year"),
    ("vetoes", 1, {"action": "close"}, {"action": "expand"}, "could be decided"),
    ("vetoes", 0, {"action": "open"}, {"action": "suspend"}, "could be decided"),
    ("vetoes", 0, {"action": "restore"}, {"action": "expand"}, "could be decided"),
    ("vetoes", 0, {"action": "downgrade"}, {"action": "upgrade"}, "could be decided"),
    ("vetoes", 2, {"action": "suspend"}, {"action": "restore"}, "could be decided"),
    ("receivers", 0, {"receiver": "s2"}, {"receiver": "s3"}, "another school"),
    ("receivers", 0, {"receiver": "s4"}, {"receiver": "s1"}, "another school"),
    ("receivers", 1, {"school_id": "s5", "purpose": "merge"}, {"rank": 1}, "another school"),
    ("receivers", 0, {"rank": 0}, {"rank": 2}, "of at least 1"),
    ("exemptions", 0, {"grade": "7"}, {"grade": "1"}, "a grade of the row's stage"),
    ("exemptions", 0, {"unit_id": "u9"}, {"unit_id": "u0000"}, "in the table units"),
    ("housing", 0, {"year": 2023}, {"year": 2027}, "or a later one"),
    ("housing", 0, {"year": 2025}, {"companion": ""}, "open on delivery"),
    ("housing", 1, {"companion": "s1"}, {"companion": "s4"}, "open on delivery"),
    ("housing", 0, {"children": NAN}, {"children": 0.0}, "dwellings or children"),
    ("feeders", 0, {"feeds": "s2"}, {"feeds": "s4"}, "takes its graduates"),
    ("feeders", 0, {"school_id": "s4"}, {"school_id": "s2"}, "takes its graduates"),
    ("feeders", 1, {"school_id": "s3"}, {"school_id": "s1"}, "takes its graduates"),
    ("feeders", 0, {"stage": "junior"}, {"stage": "primary"}, "takes its graduates"),
    ("shared_zones", 0, {"zone": "north"}, {"zone": "south"}, "two schools or more"),
    ("shared_zones", 1, {"school_id": "s4"}, {"school_id": "s2"}, "grades of the stage"),
    ("groups", 0, {"placed": False}, {"placed": True}, "is protected"),
]


@pytest.mark.parametrize(("table", "row", "wrong", "legal", "words"), CELLS)
def test_cell(
    table: str, row: int, wrong: dict[str, Any], legal: dict[str, Any], words: str
) -> None:
    at = row % len(BASE.table(table))
    found = faults(BASE, **{table: changed(BASE, table, at, **wrong)})
    mine = [f for f in found if words in f.expected and f.severity == "error"]
    assert mine, [str(fault) for fault in found]
    assert all(fault.table == table and fault.remedy for fault in mine)
    assert f"row {at + 1}" in {fault.where.split(" (")[0] for fault in mine}
    assert isinstance(BASE.replace(**{table: changed(BASE, table, at, **legal)}), County)


def test_a_school_is_in_one_shared_zone() -> None:
    frame = BASE.shared_zones
    again = frame.assign(zone="north")
    found = faults(BASE, shared_zones=pd.concat([frame, again]))
    assert {fault.expected for fault in found} == {
        "every school in one shared zone of a stage at most"
    }
    assert len(found) == 4


def test_a_central_school_is_managed_by_none() -> None:
    found = faults(BASE, schools=changed(BASE, "schools", 0, central_school="s4"))
    assert {fault.found for fault in found} == {"s1, which s4 manages"}


def test_a_group_without_children_is_a_warning() -> None:
    groups = pd.DataFrame({"group": ["resident", "permit"], "rank": [1, 2]})
    (warning,) = BASE.replace(groups=groups).warnings
    assert "permit" in warning.where
    assert BASE.warnings == ()


@pytest.mark.parametrize("table", ADDED)
def test_duplicate_key(table: str) -> None:
    frame = BASE.table(table)
    found = faults(BASE, **{table: pd.concat([frame, frame.iloc[[0]]])})
    assert any(f.table == table and "once" in f.expected for f in found)


def test_faults_of_several_tables_are_found_in_one_go() -> None:
    found = faults(
        BASE,
        vetoes=changed(BASE, "vetoes", 0, from_year=2030),
        expansions=changed(BASE, "expansions", 0, classes=NAN),
        feeders=changed(BASE, "feeders", 0, feeds="s2"),
        schools=changed(BASE, "schools", 0, opens=2025),
    )
    assert {f.table for f in found} == {"vetoes", "expansions", "feeders", "schools"}


def test_broken_tables_do_not_hide_what_is_wrong() -> None:
    """A column that cannot be read stops the checks that need it, not the others."""
    for table, column in (("schools", "beds"), ("school_grades", "stage"), ("vetoes", "school_id")):
        frame = BASE.table(table).drop(columns=column)
        if SCHEMA[table][column].required:
            assert any(column in f.expected for f in faults(BASE, **{table: frame}))
    found = faults(BASE, schools=changed(BASE, "schools", 0, kind="college", status="gone"))
    assert len([f for f in found if f.table == "schools"]) == 2


def test_blanks_have_their_meaning() -> None:
    built = BASE.expansions
    assert built["most"].tolist() == [2.0, 1.0, 3.0]
    assert built["lead_years"].tolist() == [2.0, 1.0, 0.0]
    assert built["classes"].tolist() == [6.0, 0.0, 1.0]
    assert np.isnan(built["seats"]).all()
    assert BASE.groups["placed"].tolist() == [True]
    assert BASE.schools["serviced"].all()
    assert np.isnan(BASE.schools["opens"].iloc[0])


def test_written_and_read_back(tmp_path: Path) -> None:
    folder = write_county(BASE, tmp_path / "county")
    assert read_county(folder) == BASE
    assert (folder / "vetoes.csv").read_text("utf-8").splitlines()[1].endswith(",,2026")
    assert '"opens": 2026,' in (folder / "schools.geojson").read_text("utf-8")
    assert '"opens": null,' in (folder / "schools.geojson").read_text("utf-8")


def test_what_came_later_counts_only_where_it_says_something() -> None:
    plain = grid_county(2, 1)
    empty = {name: pd.DataFrame(columns=SCHEMA[name].names) for name in ADDED}
    assert plain.replace(**empty).content_hash == plain.content_hash
    blank = plain.replace(schools=plain.schools.assign(beds=NAN, serviced=True, quality=False))
    assert blank.content_hash == plain.content_hash
    said = plain.replace(schools=plain.schools.assign(canteen=9.0))
    assert said.content_hash != plain.content_hash


@pytest.mark.parametrize("table", ADDED)
def test_every_table_counts(table: str) -> None:
    daily = BASE.replace(travel=BASE.travel[BASE.travel["mode"] != "board"])
    less = daily.replace(**{table: BASE.table(table).iloc[:0]})
    assert less.content_hash != daily.content_hash
    assert not BASE.table(table).empty


def test_counties_from_before_are_what_they_were() -> None:
    county = read_county(Path(__file__).parents[2] / "data" / "tiny-town")
    assert county.content_hash.startswith("edb590411eb419a4c60e1891a330d694")


def test_a_county_may_have_none_of_it() -> None:
    names = dict.fromkeys(decisions())
    county = BASE.replace(**names, travel=BASE.travel[BASE.travel["mode"] != "board"])
    assert all(county.table(name).empty for name in names)
    with pytest.raises(InputError, match="weekly journey"):
        BASE.replace(expansions=None)
