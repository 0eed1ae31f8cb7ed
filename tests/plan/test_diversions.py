"""Diversions: who goes, in which order and where; what the verifier finds; what is refused."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import zoning
from tests.builders import grid_county, unit_id
from tests.plan.made import wrong
from zoning.county import County
from zoning.errors import InputError, NoPlanError
from zoning.formulation.model_file import parse_model
from zoning.output.csv import table_csv
from zoning.plan import GoalResult, Plan

NAN = math.nan
GROUPS = (("sibling", NAN, True, True), ("near", 1.0, False, True), ("far", 2.0, False, True),
          ("private", NAN, False, False))  # fmt: skip
RECEIVERS = (("s1", "s2", 1.0), ("s1", "s3", 2.0))


def county_of(
    children: dict[tuple[int, str], float],
    places: tuple[float, ...] = (10.0, 6.0, 20.0),
    groups: tuple[tuple[str, float, bool, bool], ...] = GROUPS,
    receivers: tuple[tuple[str, str, float], ...] = RECEIVERS,
) -> County:
    """Six units in a row; s1 in the first, with u0000 to u0200 today; s2 in u0300, s3 in u0500.

    ``children`` are entrants by (column of the unit, group), ``places`` those of the schools.
    """
    at = [(x, 0, seats) for x, seats in zip((0, 3, 5), places, strict=True)]
    county = grid_county(6, 1, at, grades=("1",))
    pupils = pd.DataFrame(
        [(unit_id(x, 0), group, number) for (x, group), number in children.items()],
        columns=["unit_id", "group", "pupils"],
    ).assign(stage="primary", grade="1", year=2024)
    zones = dict(zip(county.units["unit_id"], ["s1"] * 3 + ["s2"] * 2 + ["s3"], strict=True))
    named = pd.DataFrame(receivers, columns=["school_id", "receiver", "rank"])
    return county.replace(
        pupils=pupils,
        assignments=pd.DataFrame(
            {"unit_id": list(zones), "school_id": list(zones.values())}
        ).assign(plan="today", stage="primary", band="primary"),
        groups=pd.DataFrame(groups, columns=["group", "rank", "protected", "placed"]),
        receivers=named.assign(purpose="overflow"),
    )


KEPT = "[parameters.stability]\nshare = 0\n"


def ask(county: County, more: str = "", rules: str = '"stability"', soft: str = "") -> Plan:
    """Divert by today's zones; there is one grade, so that seats are places for entrants."""
    text = (
        f'place = "entrants"\nrules = ["overflow", "intake", {rules}]\nsoft = [{soft}]\n'
        f"{KEPT if 'stability' in rules else ''}{more}\n[[goal]]\nminimise = {{ diverted = 1.0 }}"
    )
    return zoning.solve(county, parse_model("kept", text), stage="primary", gap=0.0, work_limit=2)


def sent(plan: Plan) -> dict[tuple[str, str, str], float]:
    """(unit, group, receiver) -> pupils."""
    rows = plan.diversions
    keys = zip(rows["unit_id"], rows["group"], rows["to_school"], strict=True)
    return dict(zip(keys, rows["pupils"], strict=True))


def test_nobody_goes_where_all_fit() -> None:
    plan = ask(county_of({(0, "near"): 10.0}))
    assert plan.diversions.empty and plan.objective == 0 and "diverted   " not in str(plan)


def test_those_placed_last_go_first_to_the_receiver_asked_first() -> None:
    plan = ask(county_of({(0, "near"): 7.0, (1, "far"): 4.0, (2, "far"): 3.0, (0, "sibling"): 2.0,
                          (3, "near"): 2.0}))  # fmt: skip
    # 16 for 10 places: 6 of the 7 "far"; s2 has 4 places left and is asked first
    assert math.fsum(plan.diversions["pupils"]) == 6
    assert plan.objective == pytest.approx(6)
    assert set(plan.diversions["group"]) == {"far"}
    by = plan.diversions.groupby("to_school")["pupils"].sum().to_dict()
    assert by == {"s2": 4.0, "s3": 2.0}
    # u0200 is a kilometre nearer to both than u0100: its children go, and 3 of the other 4
    total = plan.diversions.groupby("unit_id")["pupils"].sum().to_dict()
    assert total == {"u0100": 3.0, "u0200": 3.0}
    assert "16 children for 10 places; group far is placed last" in plan.diversions["reason"][0]
    assert "diverted    6.0 pupils of 1 zones to 2 schools" in str(plan)


def test_the_next_group_goes_when_the_last_is_gone() -> None:
    plan = ask(county_of({(0, "near"): 9.0, (1, "far"): 4.0, (0, "sibling"): 2.0}))
    assert sent(plan) == {("u0100", "far", "s2"): 4.0, ("u0000", "near", "s2"): 1.0}
    assert plan.diversions["reason"].str.contains("next, since all").tolist() == [False, True]


@pytest.mark.parametrize(
    ("children", "gone"),
    [
        ({(0, "sibling"): 10.0, (1, "near"): 3.0}, {("u0100", "near", "s2"): 3.0}),
        # a group that the table does not name is placed after all others
        ({(0, "far"): 10.0, (1, "other"): 3.0}, {("u0100", "other", "s2"): 3.0}),
        # private enrolment takes no place
        ({(0, "far"): 10.0, (1, "private"): 3.0}, {}),
    ],
)
def test_groups(
    children: dict[tuple[int, str], float], gone: dict[tuple[str, str, str], float]
) -> None:
    plan = ask(county_of(children))
    assert sent(plan) == gone
    assert "private" not in set(plan.assignment["group"])


def test_any_school_receives_where_none_is_named_the_nearest_first() -> None:
    plan = ask(county_of({(0, "near"): 13.0}, receivers=()))
    assert sent(plan) == {("u0000", "near", "s2"): 3.0}
    full = ask(county_of({(0, "near"): 13.0, (3, "near"): 4.0}, receivers=()))
    assert sent(full) == {("u0000", "near", "s2"): 2.0, ("u0000", "near", "s3"): 1.0}


def test_receivers_keep_the_limit_of_journeys() -> None:
    county = county_of({(0, "near"): 10.0, (2, "far"): 3.0}, receivers=(("s1", "s3", 1.0),))
    limit = "[parameters.travel-limit]\nmetres = {}\n"
    rules = '"stability", "travel-limit"'
    assert sent(ask(county, limit.format(3000), rules)) == {("u0200", "far", "s3"): 3.0}
    with pytest.raises(
        NoPlanError, match=r"zone of school s1.*found 3 of 13 without one"
    ) as caught:
        ask(county, limit.format(2999), rules)
    assert not caught.value.proved


def test_how_many_cannot_be_placed_is_said() -> None:
    with pytest.raises(NoPlanError, match="1 cannot be placed anywhere") as caught:
        ask(county_of({(0, "near"): 37.0}))
    assert caught.value.proved
    assert ask(county_of({(0, "near"): 36.0})).objective == pytest.approx(26)
    siblings = county_of({(0, "sibling"): 11.0})
    with pytest.raises(NoPlanError) as caught:
        ask(siblings)  # never diverted
    assert caught.value.proved
    assert sent(ask(siblings, rules='"locks"')) == {}  # other zones


def test_zones_are_drawn_so_that_everybody_is_placed() -> None:
    county = county_of({(0, "near"): 8.0, (2, "near"): 8.0, (3, "near"): 6.0}, (10.0, 4.0, 10.0),
                       receivers=(("s2", "s3", 1.0),))  # fmt: skip
    plan = ask(county, rules='"contiguity"')
    # s1 may divert to any, s2 to s3 alone: 8, 8 and 6 children in a row for 10, 4 and 10 places
    assert plan.status == "optimal" and plan.objective == pytest.approx(8)


def test_soft_intake_is_refused() -> None:
    with pytest.raises(InputError, match="soft rule intake"):
        ask(county_of({(0, "near"): 10.0}), soft='"intake"')


def test_all_grades_are_refused() -> None:
    model = parse_model("x", 'rules = ["overflow"]\n[[goal]]\nminimise = { travel = 1.0 }')
    with pytest.raises(InputError, match="rule overflow"):
        zoning.solve(county_of({(0, "near"): 1.0}), model, stage="primary")
    bare = parse_model("x", 'place = "entrants"\nrules = []\n[[goal]]\nminimise = { diverted = 1 }')
    with pytest.raises(InputError, match="goal diverted"):
        zoning.solve(county_of({(0, "near"): 1.0}), bare, stage="primary")


# the verifier

COUNTY = county_of({(0, "near"): 7.0, (1, "far"): 4.0, (2, "far"): 3.0, (0, "sibling"): 2.0,
                    (3, "near"): 2.0})  # fmt: skip
PLAN = ask(COUNTY)


def table(**changes: Any) -> pd.DataFrame:
    rows = PLAN.diversions.copy()
    for column, value in changes.items():
        rows.loc[0, column] = value
    return rows


@pytest.mark.parametrize(
    ("column", "value"),
    [("from_school", "s2"), ("to_school", "s1"), ("unit_id", "u0300"), ("band", "upper"),
     ("group", "sibling"), ("group", "near"), ("pupils", 1.0), ("pupils", 5.0), ("mode", "bus"),
     ("metres", 1.0), ("minutes", 1.0), ("reason", "")],
)  # fmt: skip
def test_a_changed_diversion(column: str, value: Any) -> None:
    assert "overflow" in wrong(replace(PLAN, diversions=table(**{column: value})), COUNTY)


def test_somebody_less_and_somebody_twice() -> None:
    fewer = replace(PLAN, diversions=PLAN.diversions.iloc[1:])
    assert wrong(fewer, COUNTY) == {"overflow", "intake"}
    doubled = pd.concat([PLAN.diversions, PLAN.diversions.head(1)], ignore_index=True)
    assert "overflow" in wrong(replace(PLAN, diversions=doubled), COUNTY)
    none = replace(PLAN, diversions=PLAN.diversions.iloc[:0])
    assert wrong(none, COUNTY) == {"overflow", "intake"}


def test_a_group_that_is_placed_earlier() -> None:
    rows = PLAN.diversions.copy()
    rows.loc[0, ["unit_id", "group"]] = ["u0000", "near"]
    rows.loc[0, ["metres", "minutes"]] = [3000.0, 50.0]
    rows.loc[0, "to_school"] = "s2"
    found = replace(PLAN, diversions=rows).verify()
    assert any("diverted before groups that are placed earlier" in f.expected for f in found)


def test_a_receiver_that_is_asked_later() -> None:
    rows = PLAN.diversions.assign(to_school="s3")
    rows = rows.groupby(["unit_id", "group"], as_index=False).first()
    rows["pupils"] = [3.0, 3.0]
    rows["metres"] = [4000.0, 3000.0]
    rows["minutes"] = rows["metres"] / 60
    found = replace(PLAN, diversions=rows[PLAN.diversions.columns]).verify()
    assert found and all("s2, which is asked first" in fault.expected for fault in found)


def test_a_changed_goal() -> None:
    for value, found in ((6.0, set()), (5.0, {"goals"})):
        goals = (GoalResult("diverted", value, 0.0, "pupils"),)
        assert wrong(replace(PLAN, goals=goals), COUNTY) == found


def test_the_table_is_kept(tmp_path: Path) -> None:
    PLAN.save(tmp_path / "plan")
    again = Plan.load(tmp_path / "plan", COUNTY)
    assert again == PLAN and again.verify() == ()
    head = table_csv(PLAN, "diversions").splitlines()[0].lstrip("\ufeff")
    assert head.startswith("from_school,to_school,unit_id,name,band,group,pupils")


def test_an_exchange_that_makes_the_journeys_shorter() -> None:
    # two children of each of two units go; s2 and s3 have two places each
    children = {(1, "far"): 2.0, (2, "far"): 2.0, (0, "far"): 2.0}
    alike = (("s1", "s2", 1.0), ("s1", "s3", 1.0))
    county = county_of(children, (2.0, 2.0, 2.0), receivers=alike)
    plan = ask(county)
    assert not plan.verify() and sorted(sent(plan).values()) == [2.0, 2.0]
    # whoever is farther away goes in the stead of a nearer unit, with its own true journey
    far = [unit_id(x, 0) for x in range(3) if unit_id(x, 0) not in set(plan.diversions["unit_id"])]
    worse = plan.diversions.assign(unit_id=[far[0], plan.diversions["unit_id"].iloc[1]])
    ways = county.travel.astype({"unit_id": "str", "school_id": "str"})
    ways = ways.set_index(["unit_id", "school_id"])
    for k, row in worse.iterrows():
        for name in ("metres", "minutes"):
            worse.loc[k, name] = ways.loc[(row["unit_id"], row["to_school"]), name]
    found = [str(fault) for fault in replace(plan, diversions=worse).verify()]
    assert any("then the shortest journeys in all; found better: unit" in f for f in found)
