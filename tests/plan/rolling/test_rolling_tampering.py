"""What a plan over several years must not do, and figures that do not follow, are found."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tests.plan.rolling.rolling_made import (
    COUNTY,
    GOALS,
    ROOMS,
    RULES,
    WING,
    rolling,
    three_years,
    wrong,
)
from zoning.errors import InputError
from zoning.plan import PlanStatus, RollingPlan, Rule
from zoning.plan.verify.facts import collect
from zoning.plan.verify.rolling_money import check_budgets
from zoning.plan.verify.rolling_tables import (
    check_by_year,
    check_decisions,
    check_moves,
    check_supply,
)

PLAN = rolling(goals=GOALS, budget={"capital": 1500.0, "running": {"2026": 310.0}})
FREE = three_years(vetoes=None)


FACTS = [collect(plan, COUNTY) for plan in PLAN.plans]


def test_the_plan_itself_is_right() -> None:
    assert PLAN.verify() == ()


def test_figures_by_hand() -> None:
    by_year = PLAN.by_year.set_index("year")
    assert by_year["capital"].tolist() == [0, 500, 1000, 0]
    assert by_year["running"].tolist() == [0, 200, 310, 215]
    assert by_year["moved"].tolist() == [0, 10, 20, 10]
    assert by_year["moved_again"].tolist() == [0, 0, 8, 0]
    assert by_year["seats"].tolist()[1:] == [72, 108, 48 + 36 + 45]
    decisions = PLAN.decisions[["school_id", "decided", "year", "action", "built", "seats"]]
    assert [tuple(row) for row in decisions.itertuples(index=False)] == [
        ("s1", 2025, 2027, "expand", "1 x rooms", 45),
        ("s2", 2027, 2027, "merge", "", 0),
        ("s3", 2026, 2026, "new", "", 0),
        ("s3", 2025, 2026, "expand", "1 x wing", 24),
    ]


# what must not be done, each with the nearest that may ------------------------------------

AT_ONCE = ("s1", "rooms", 2024, 1)
EARLY = ("s1", "rooms", 2023, 1)
"""Decided before the county's year."""


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"built": {2026: [WING, AT_ONCE], 2027: [WING, AT_ONCE]}}, set()),
        ({"built": {2027: [WING, AT_ONCE]}}, {"built"}),  # decided for 2026, used later
        ({"built": {2026: [WING, AT_ONCE], 2027: [WING]}}, {"built"}),  # gone again
        ({"built": {2026: [WING, ROOMS]}}, {"built"}),  # a year before it can be ready
        ({"built": {2025: [EARLY], 2026: [WING, EARLY], 2027: [WING, EARLY]}}, {"built"}),
        ({"built": {2027: [WING, ("s1", "rooms", 2025, 2)]}}, {"expansion"}),  # one at the most
        ({"built": {2025: [("s3", "wing", 2024, 1)], 2026: [("s3", "wing", 2024, 1)],
                    2027: [("s3", "wing", 2024, 1)]}}, {"expansion"}),  # at a site not yet open
        ({"zones": {2025: "s1 s1 s1 s3 s2"}}, set()),
        ({"zones": {2027: "s1 s1 s1 s1 s1"}, "built": {2026: [], 2027: [ROOMS]}, "seats": 60.0},
         {"opening"}),  # the site closes again
        ({"zones": {2026: "s1 s1 s3 s3 s3"}}, {"vetoes"}),  # s2 closes in the last year of the veto
        ({"zones": {2026: "s1 s1 s3 s3 s3"}, "county": FREE}, set()),
        ({"zones": {2026: "s1 s1 s3 s3 s3", 2027: "s1 s1 s3 s3 s2"}, "county": FREE},
         {"opening"}),  # s2 is opened again
        ({"zones": {2026: "s1 s1 s3 s3 s3"}, "built": {2026: []}, "county": FREE}, {"seats"}),
    ],
)  # fmt: skip
def test_what_joins_the_years(change: dict[str, Any], found: set[str]) -> None:
    given = {"county": COUNTY, **change}
    if "seats" in given:
        table = COUNTY.school_stages
        seats = given.pop("seats")
        given["county"] = COUNTY.replace(school_stages=table.assign(seats=[seats, 24.0, 24.0]))
    plan = rolling(**given)
    assert wrong(plan, given["county"]) == found


@pytest.mark.parametrize(
    ("kept", "broken"),
    [
        ({"capital": 1500.0}, {"capital": 1499.0}),
        ({"capital": {"2024": 0.0, "2025": 500.0, "2026": 1000.0}}, {"capital": {"2025": 499.0}}),
        ({"least_capital": 1500.0}, {"least_capital": 1501.0}),
        ({"running": 310.0}, {"running": 309.0}),
        ({"running": {"2025": 200.0, "2027": 215.0}}, {"running": {"2027": 214.0}}),
        ({"least_running": 200.0}, {"least_running": {"2025": 201.0}}),
    ],
)
def test_budgets(kept: dict[str, object], broken: dict[str, object]) -> None:
    for budget, breaches in ((kept, 0), (broken, 1)):
        plan = replace(PLAN, rules=(*RULES, Rule("budget", budget)))
        assert len(check_budgets(plan, FACTS)) == breaches
    assert wrong(replace(PLAN, rules=(*RULES, Rule("budget", broken)))) == {"budget"}


# figures that do not follow ---------------------------------------------------------------


CHECKS = {"moves": check_moves, "by_year": check_by_year, "supply": check_supply,
          "decisions": check_decisions}  # fmt: skip
FIGURES = {
    "moves": [("year", 2027), ("unit_id", "u0400"), ("band", "upper"), ("from_school", "s3"),
              ("to_school", "s2"), ("pupils", 11.0), ("again", 1.0)],
    "by_year": [("year", 2029), ("open_schools", 3), ("pupils", 61.0), ("seats", 71.0),
                ("mean_minutes", 1.0), ("longest_minutes", 1.0), ("moved", 9.0),
                ("moved_again", 1.0), ("capital", 499.0), ("running", math.nan)],
    "supply": [("year", 2030), ("school_id", "s2"), ("name", "Other"), ("kind", "junior"),
               ("state", "closed"), ("pupils", 47.0), ("outside", 1.0), ("seats", 49.0),
               ("utilisation", 0.9), ("classes", 7.0), ("largest_class", 3.0), ("boarders", 1.0)],
    "decisions": [("school_id", "s2"), ("name", "Other"), ("decided", 2024), ("year", 2026),
                  ("action", "keep"), ("built", "2 x rooms"), ("pupils", 1.0), ("classes", 2.0),
                  ("seats", 46.0), ("beds", 1.0), ("cost", 199.0), ("yearly_cost", 4.0),
                  ("reason", "")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [(table, *change) for table, changes in FIGURES.items() for change in changes],
)
def test_a_changed_figure(table: str, column: str, value: Any) -> None:
    frame: pd.DataFrame = getattr(PLAN, table).copy()
    assert CHECKS[table](frame, FACTS) == []
    frame.loc[1 if table == "by_year" else 0, column] = value
    assert CHECKS[table](frame, FACTS)


@pytest.mark.parametrize("table", list(FIGURES))
def test_rows_left_out_or_held_twice_and_columns_left_out(table: str) -> None:
    frame = getattr(PLAN, table)
    assert wrong(replace(PLAN, **{table: frame.iloc[1:]})) == {table}
    for other in (pd.concat([frame, frame.iloc[:1]]), frame.iloc[:, 1:]):
        assert CHECKS[table](other, FACTS)
    assert CHECKS[table](frame.iloc[::-1].reset_index(drop=True), FACTS) == []


@pytest.mark.parametrize("number", range(len(GOALS)))
def test_a_changed_goal(number: int) -> None:
    def with_goal(**changes: float) -> RollingPlan:
        goals = list(PLAN.goals)
        goals[number] = replace(goals[number], **changes)  # type: ignore[arg-type]
        return replace(PLAN, goals=tuple(goals))

    value = PLAN.goals[number].value
    assert wrong(with_goal(value=value + 0.01)) == {"goals"}
    assert wrong(with_goal(bound=value + 0.01)) == {"goals"}
    assert wrong(with_goal(bound=value)) == set()


def test_optimal_needs_a_bound() -> None:
    goals = tuple(replace(goal, bound=-math.inf) for goal in PLAN.goals)
    assert wrong(replace(PLAN, goals=goals)) == set()
    assert wrong(replace(PLAN, goals=goals, status=PlanStatus.OPTIMAL)) == {"goals"}


def test_a_rule_is_not_weaker_in_one_year() -> None:
    def with_rule(*rules: Rule) -> RollingPlan:
        first = PLAN.plans[0]
        kept = [rule for rule in first.rules if rule.name != "seats"]
        return replace(PLAN, plans=(replace(first, rules=(*kept, *rules)), *PLAN.plans[1:]))

    assert wrong(with_rule(Rule("seats", {"factor": 1.0}))) == set()
    assert wrong(with_rule(Rule("seats", {"factor": 2.0}))) == {"rules"}
    assert wrong(with_rule(Rule("seats", {"factor": 1.0}, True))) == {"rules"}
    assert wrong(with_rule()) == {"rules"}
    (fault,) = with_rule(Rule("seats", {"factor": 2.0})).verify()
    assert (fault.where, fault.expected) == ("2025, seats", "a hard rule: factor 1.0")
    assert fault.found == "a hard rule: factor 2.0"


def test_the_years_themselves() -> None:
    assert wrong(replace(PLAN, now=2023)) == {"years"}
    assert "years" in wrong(replace(PLAN, plans=PLAN.plans[::2]))
    with pytest.raises(InputError, match="years that follow one another; found 2025, 2027"):
        RollingPlan.from_plans(
            COUNTY, PLAN.plans[::2], rules=(), goals=(), status=PlanStatus.FEASIBLE, seconds=0.0
        )
    with pytest.raises(InputError, match="county that the plan was made for"):
        PLAN.verify(FREE)
