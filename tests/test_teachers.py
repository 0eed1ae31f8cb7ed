"""The rule teachers: no class opens without staff."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.test_what_if_places import BOARD, MAY_CLOSE, boarders, county_of, solve
from zoning.county import County
from zoning.errors import InputError, NoPlanError

RULES = '"opening", "expansion", "teachers"'


def staffed(seed: int, staff: float = 3.0) -> County:
    """Three schools and a site with six classes each."""
    county = county_of(seed)
    filled = [staff, staff, staff, float("nan")]
    return county.replace(schools=county.schools.assign(staff=filled))


def asked(posts: float) -> str:
    return f"{MAY_CLOSE}\n[parameters.teachers]\nposts = {posts}\npupils_a_post = 15\n"


@pytest.mark.parametrize("seed", range(3))
def test_more_posts_never_cost_access(seed: int) -> None:
    values = []
    for posts in (10, 17, 20, 24, 40):
        try:
            plan = solve(staffed(seed), RULES, "travel = 1.0", asked(posts))
        except NoPlanError as error:
            assert error.proved
            values.append(float("inf"))
            continue
        values.append(plan.objective)
        open_ = int((plan.schools["state"] == "open").sum())
        assert 6 * open_ <= plan.schools["posts"].sum() <= posts + 1e-6
    assert values == sorted(values, reverse=True)
    assert values[0] == float("inf") > values[-1]


def test_posts_are_those_that_are_filled_wherever_they_are() -> None:
    county = staffed(1, staff=6.0)
    plan = solve(county, RULES, "travel = 1.0", MAY_CLOSE)
    assert plan.schools["posts"].sum() <= 18
    assert plan.schools["staff"].tolist()[:3] == [6.0, 6.0, 6.0]
    said = plan.actions.set_index("school_id")["reason"]
    assert any("posts (6 filled today)" in reason for reason in said)
    with pytest.raises(NoPlanError, match="teachers"):
        solve(staffed(1, staff=1.0), RULES, "travel = 1.0", MAY_CLOSE)


def test_a_school_without_staff_on_record_is_named() -> None:
    county = staffed(1)
    some = [5.0, 5.0, float("nan"), float("nan")]
    county = county.replace(schools=county.schools.assign(staff=some))
    with pytest.raises(InputError, match=r"posts of every school that stands.*1, such as s3"):
        solve(county, RULES, "travel = 1.0", MAY_CLOSE)
    assert solve(county, RULES, "travel = 1.0", asked(40))
    none = solve(county_of(1), RULES, "travel = 1.0", MAY_CLOSE)
    assert "teachers: no school's posts are known, so none are counted" in none.notes


def test_too_few_posts_for_the_pupils_are_named_with_both_numbers() -> None:
    parameters = "[parameters.teachers]\nposts = 9\npupils_a_post = 18"
    county = county_of(1)
    pupils = county.pupils["pupils"].sum()
    with pytest.raises(NoPlanError, match=f"at least {pupils / 18:,.1f}, one for 18 pupils; found"):
        solve(county, '"teachers"', "travel = 1.0", parameters)


def test_the_verifier_counts_posts_itself() -> None:
    county = staffed(2, staff=6.0)
    plan = solve(county, RULES, "travel = 1.0", MAY_CLOSE)
    rules = [r for r in plan.rules if r.name != "teachers"]
    (rule,) = (r for r in plan.rules if r.name == "teachers")
    fewer = replace(rule, parameters={**rule.parameters, "posts": 17.0})
    text = str(replace(plan, rules=(*rules, fewer)).verify(county))
    assert "at most 17 posts" in text
    table = plan.schools.assign(posts=plan.schools["posts"] + 0.1)
    assert "posts" in str(replace(plan, schools=table).verify(county))
    built = pd.DataFrame([("s1", "wing", 2024, 2), ("s2", "wing", 2024, 2)],
                         columns=["school_id", "option", "year", "modules"])  # fmt: skip
    assert "at most 18 posts" in str(replace(plan, built=built).verify(county))


def test_boarders_need_wardens() -> None:
    county = boarders(1, 90.0)
    county = county.replace(schools=county.schools.assign(staff=20.0))
    parameters = f"{BOARD}\n[parameters.teachers]\nboarders_a_warden = 10\nposts_a_school = 0"
    plan = solve(county, '"boarding", "travel-limit", "teachers"', "travel = 1.0", parameters)
    away = plan.assignment[plan.assignment["mode"] == "board"]["pupils"].sum()
    assert away > 0
    assert plan.schools["posts"].sum() == pytest.approx(county.pupils["pupils"].sum() / 19
                                                        + away / 10)  # fmt: skip


def test_wardens_of_those_who_can_only_board_are_named_before_the_search() -> None:
    rules = '"boarding", "teachers", "travel-limit"'
    few = BOARD.replace("60", "0.1") + "\n[parameters.teachers]\nposts = 1\npupils_a_post = 1000"
    with pytest.raises(NoPlanError, match=r"one for 1000 pupils, and for 60 boarders"):
        solve(boarders(1, 90.0), rules, "travel = 1.0", few)
