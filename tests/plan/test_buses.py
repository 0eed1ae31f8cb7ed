"""The rule buses: who rides, with how many buses; what the verifier finds; what is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import zoning
from tests.builders import grid_county
from tests.plan.made import made, row_county, wrong
from tests.plan.rolling import rolling_made
from zoning.county import County
from zoning.errors import InputError, NoPlanError
from zoning.formulation.model_file import parse_model
from zoning.output import write_all
from zoning.output.csv import table_csv
from zoning.plan import Plan, RollingPlan, Rule

NAN = math.nan
TOLD = {"seats": 10.0, "trips": 1, "fleet": None, "a_bus": 1000.0, "walk_metres": 1999.0}
FAR = 1500.0
GOLDEN = Path(__file__).parent / "golden" / "buses.csv"


def by_bus(county: County) -> County:
    """The county with a bus wherever the way is longer than 1.5 km."""
    far = county.travel["metres"] > FAR
    walk = county.travel["mode"].astype("str")
    return county.replace(travel=county.travel.assign(mode=walk.mask(far, "bus")))


COUNTY = by_bus(row_county())
ZONES = {"u0200": "s1", "u0100": "s2", "u0300": "s2"}
"""u0200 rides to s1 (2 km), u0100 to s2 (3 km), 12 children each."""


def plan_of(told: Mapping[str, Any] = TOLD, zones: Mapping[str, str] = ZONES) -> Plan:
    return made(COUNTY, dict(zones), rules=[Rule("buses", {**TOLD, **told})])


PLAN = plan_of()


def test_by_hand() -> None:
    assert PLAN.verify() == ()
    rows = PLAN.buses.set_index(["school_id", "unit_id"])
    assert list(rows.index) == [("s1", ""), ("s1", "u0200"), ("s2", ""), ("s2", "u0100")]
    assert rows["name"].tolist() == ["School s1", "Unit 2,0", "School s2", "Unit 1,0"]
    assert rows["pupils"].tolist() == [12.0] * 4
    assert rows["metres"].tolist() == [2000.0, 2000.0, 3000.0, 3000.0]
    assert rows["minutes"].tolist() == pytest.approx([2000 / 60] * 2 + [50.0] * 2)
    whole = rows.xs("", level="unit_id")
    assert whole["trips"].tolist() == whole["vehicles"].tolist() == [2.0, 2.0]
    assert whole["yearly_cost"].tolist() == [2000.0, 2000.0]
    assert rows.xs("u0200", level="unit_id")["vehicles"].isna().all()
    assert "buses       4 for 24 pupils of 2 schools; 4,000 yuan a year" in str(PLAN)


@pytest.mark.parametrize(
    ("told", "trips", "vehicles", "cost"),
    [
        ({"seats": 12.0}, 1, 1, 1000),  # just full
        ({"seats": 11.9}, 2, 2, 2000),
        ({"seats": 5.0, "trips": 2}, 3, 2, 2000),
        ({"seats": 5.0, "trips": 3}, 3, 1, 1000),
        ({"seats": None}, NAN, NAN, NAN),
        ({"walk_metres": 1500.0}, 2, 2, 2000),
    ],
)
def test_seats_and_trips(told: dict[str, Any], trips: float, vehicles: float, cost: float) -> None:
    plan = plan_of(told)
    row = plan.buses.iloc[0]
    found = [row["trips"], row["vehicles"], row["yearly_cost"]]
    assert found == pytest.approx([trips, vehicles, cost], nan_ok=True)
    assert plan.verify() == ()


def test_bands_of_a_unit_share_a_bus_and_boarders_do_not_ride() -> None:
    bands = {"lower": ["1", "2", "3"], "upper": ["4", "5", "6"]}
    plan = made(by_bus(row_county(bands=bands)), ZONES, rules=[Rule("buses", TOLD)])
    assert plan.buses["pupils"].tolist() == [12.0] * 4 and plan.verify() == ()
    travel = COUNTY.travel.astype({"mode": "str", "school_id": "str"})
    board = travel[travel["school_id"] == "s2"].assign(mode="board")
    county = COUNTY.replace(
        travel=pd.concat([travel, board], ignore_index=True),
        schools=COUNTY.schools.assign(boarding=[False, True], beds=[NAN, 50.0]),
    )
    rules = [Rule("buses", TOLD), Rule("boarding", {"young": (), "week": 0.2}),
             Rule("travel-limit", {"minutes": {"primary": 40.0}, "metres": None})]  # fmt: skip
    plan = made(county, ZONES, rules=rules)
    assert plan.buses["school_id"].tolist() == ["s1", "s1"] and plan.verify() == ()


def test_children_walk_a_short_way_even_where_the_table_has_a_bus() -> None:
    plan = plan_of({"walk_metres": 2000.0})
    assert plan.buses["school_id"].tolist() == ["s2", "s2"] and plan.verify() == ()
    assert not len(plan_of({"walk_metres": 3000.0}).buses)
    assert wrong(replace(plan, buses=PLAN.buses), COUNTY) == {"buses"}
    unknown = COUNTY.replace(travel=COUNTY.travel.assign(metres=NAN))
    plan = made(unknown, ZONES, rules=[Rule("buses", {**TOLD, "walk_metres": 9000.0})])
    assert plan.buses["pupils"].tolist() == [12.0] * 4 and plan.verify() == ()


def test_a_plan_without_riders_or_without_the_rule_has_no_table(tmp_path: Path) -> None:
    near = plan_of(zones={"u0200": "s2"})
    assert len(plan_of(zones={"u0100": "s1", "u0200": "s2"}).buses) > 0
    at_home = made(row_county(), rules=[Rule("buses", TOLD)])
    for plan in (at_home, made(COUNTY, ZONES)):
        assert not len(plan.buses) and plan.verify() == ()
        assert "buses" not in str(plan)
    write_all(at_home, None, tmp_path / "plan")
    assert not (tmp_path / "plan" / "buses.csv").exists()
    assert wrong(replace(near, buses=pd.DataFrame()), COUNTY) == {"buses"}
    assert wrong(replace(made(COUNTY, ZONES), buses=PLAN.buses), COUNTY) == {"buses"}


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (0, "pupils", 13.0), (1, "pupils", 11.0), (0, "trips", 1.0), (0, "trips", NAN),
        (0, "vehicles", 1.0), (2, "vehicles", 3.0), (0, "yearly_cost", 1000.0), (1, "trips", 1.0),
        (0, "minutes", 20.0), (3, "metres", NAN), (0, "name", "x"), (1, "unit_id", "u0300"),
        (1, "school_id", "s2"), (2, "unit_id", "u0200"),
    ],
)  # fmt: skip
def test_a_wrong_figure_is_found(row: int, column: str, value: Any) -> None:
    table = PLAN.buses.copy()
    table.loc[row, column] = value
    assert wrong(replace(PLAN, buses=table), COUNTY) == {"buses"}


def test_a_row_too_few_or_twice_is_found() -> None:
    for table in (
        PLAN.buses.iloc[1:],
        pd.concat([PLAN.buses, PLAN.buses.iloc[:1]]),
        PLAN.buses.drop(columns="unit_id"),
        PLAN.buses.drop(columns="vehicles"),
    ):
        assert wrong(replace(PLAN, buses=table), COUNTY) == {"buses"}


def test_a_fleet_that_is_too_small_is_found() -> None:
    assert plan_of({"fleet": 4}).verify() == ()
    (fault,) = plan_of({"fleet": 3}).verify()
    assert str(fault).count("at most 3 buses") == 1 and "4" in fault.found


def test_kept_written_and_golden(tmp_path: Path) -> None:
    write_all(PLAN, COUNTY, tmp_path / "plan")
    assert (tmp_path / "plan" / "buses.csv").read_bytes() == GOLDEN.read_bytes()
    again = Plan.load(tmp_path / "plan", COUNTY)
    assert again == PLAN and again.verify() == ()
    assert table_csv(again, "buses") == GOLDEN.read_text("utf-8")
    edited = again.with_changes({"u0100": "s1"})
    assert edited.buses["school_id"].tolist() == ["s1", "s1"] and edited.verify() == ()


RULES = 'rules = ["opening", "seats", "contiguity", "buses"]\n'
TRAVEL = "\n[[goal]]\nminimise = { travel = 1.0 }"


def ask(buses: str) -> Plan:
    told = f"[parameters.buses]\nwalk_metres = 1500\n{buses}"
    model = parse_model("fleet", RULES + told + TRAVEL)
    return zoning.solve(COUNTY, model, stage="primary", work_limit=1, gap=0.0)


def test_solved_within_the_fleet() -> None:
    """Two buses of 10 or one of 12 for the middle unit, whose way is 2 km to either school."""
    plan = ask("fleet = 1\nseats = 12")
    assert plan.buses["vehicles"].tolist()[0] == 1.0 and plan.verify() == ()
    assert f"(12 riders 乘车学生, 1 trips each morning 早班趟次) | {1} | |" in plan.record(
        str(plan.buses["school_id"].iloc[0])
    )
    with pytest.raises(NoPlanError) as found:
        ask("fleet = 1\nseats = 11.9")
    assert found.value.proved
    assert ask("fleet = 1\nseats = 6\ntrips = 2").verify() == ()
    assert ask("").buses["vehicles"].iloc[0] == 1.0  # 56 seats by the standards of China


def test_refused() -> None:
    with pytest.raises(InputError, match=r"a model that places all grades"):
        model = parse_model("fleet", 'place = "entrants"\nrules = ["buses"]' + TRAVEL)
        zoning.solve(COUNTY, model, stage="primary")
    senior = by_bus(row_county(stage="senior", grades=("10", "11", "12"), kind="senior"))
    model = 'rules = ["buses"]\n[parameters.buses]\nfleet = 9'
    with pytest.raises(InputError, match=r"buses\.seats.*standards have none for stage senior"):
        zoning.solve(senior, parse_model("fleet", model + TRAVEL), stage="senior")
    told = parse_model("fleet", model + "\nseats = 50" + TRAVEL)
    assert zoning.solve(senior, told, stage="senior", work_limit=1).verify() == ()


def test_over_years(tmp_path: Path) -> None:
    """Riders and buses stand in the table of seats and pupils, and are verified there."""
    county = by_bus(rolling_made.three_years(vetoes=None))
    plan = rolling_made.rolling(county, rules=(*rolling_made.RULES, Rule("buses", TOLD)))
    assert plan.verify() == ()
    supply = plan.supply.set_index(["year", "school_id"])
    assert supply.loc[(2025, "s1"), ["riders", "buses"]].tolist() == [24.0, 3.0]
    assert supply.loc[(2026, "s1"), ["riders", "buses"]].tolist() == [0.0, 0.0]
    assert "riders" not in rolling_made.rolling().supply
    for column in ("riders", "buses"):
        table = plan.supply.copy()
        table.loc[0, column] += 1.0
        assert rolling_made.wrong(replace(plan, supply=table), county) == {"supply"}
    plan.save(tmp_path / "plan")
    assert RollingPlan.load(tmp_path / "plan", county) == plan


def test_a_school_that_is_no_school_of_the_plan_is_named() -> None:
    """Children ride to a site that the model does not open: placement is wrong, nothing fails."""
    site = COUNTY.schools.assign(status=["existing", "candidate"])
    county = COUNTY.replace(schools=site, assignments=COUNTY.assignments.assign(school_id="s1"))
    plan = made(county, {"u0100": "s2"}, rules=[Rule("buses", TOLD)])
    assert "assignment" in wrong(plan, county)


@pytest.mark.parametrize(("metres", "ride"), [(2000.001, True), (2000.0, False)])
def test_a_way_hardly_longer_than_a_walk_is_the_same_to_plan_and_verifier(
    metres: float, ride: bool
) -> None:
    county = grid_county(4, 1, ((0, 0, 1000.0), (3, 0, 1000.0)), pupils=12.0)
    travel = county.travel
    mode = travel["mode"].astype("str").mask(travel["metres"] > 500.0, "bus")
    length = travel["metres"].where(travel["metres"] != 1000.0, metres)
    model = parse_model(
        "riders",
        'title = "t"\nrules = ["seats", "buses"]\n[parameters.buses]\nseats = 40\n'
        "[[goal]]\nminimise = {travel = 1.0}\n",
    )
    plan = zoning.solve(
        county.replace(travel=travel.assign(mode=mode, metres=length)), model, stage="primary",
        work_limit=1,
    )  # fmt: skip
    assert (len(plan.buses) > 0) is ride
