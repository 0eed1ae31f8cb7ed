"""Complete schools that give their upper grades away, points that take some: end to end."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import zoning
from tests.builders import grid_county
from tests.test_decisions_tampered import remade, said
from tests.tiny_upper import staying, tiny_upper
from zoning.county import County
from zoning.errors import NoPlanError
from zoning.formulation.model_file import parse_model
from zoning.output.records import record
from zoning.plan import Plan

BANDS = {"lower": ("1", "2", "3"), "upper": ("4", "5", "6")}
RULES = '"opening", "vetoes", "school-size", "contiguity"'
MOVE = '[parameters.opening]\nupper_grades = "may-move"\n'
LARGE = MOVE + "[parameters.school-size]\nleast_upper = 19\n"


def row(schools=((0, 0, 99.0), (3, 0, 99.0)), **changes: object) -> County:
    """Six units of 12 pupils; so many to a band that only one school can have upper grades."""
    return grid_county(6, 1, schools, bands=BANDS, **changes)


def with_vetoes(county: County, *rows: tuple[str, str]) -> County:
    listed = [(school, action, "hearing-against") for school, action in rows]
    return county.replace(vetoes=pd.DataFrame(listed, columns=["school_id", "action", "reason"]))


def asked(rules: str, parameters: str, years: str = ""):
    text = f"{years}rules = [{rules}]\n{parameters}\n[[goal]]\nminimise = {{ travel = 1.0 }}"
    return parse_model("upper", text)


def solve(county: County, parameters: str = LARGE, rules: str = RULES) -> Plan:
    model = asked(rules, parameters)
    return zoning.solve(county, model, stage="primary", gap=0.0, work_limit=1)


def action(plan: Plan, school: str) -> str:
    return str(plan.actions.set_index("school_id").loc[school, "action"])


def upper_of(plan: Plan) -> set[str]:
    return set(plan.cells.loc[plan.cells["band"] == "upper", "school_id"])


def test_too_few_upper_grades_go_to_a_neighbour() -> None:
    plan = solve(row())
    assert action(plan, "s1") == "to-teaching-point"
    assert upper_of(plan) == {"s2"}
    line = plan.actions.set_index("school_id").loc["s1"]
    assert line["receivers"] == "s2"
    assert "keeps its lower grades with 12 pupils; 12 pupils of 2 units" in line["reason"]
    assert "u0000 upper to s2 (50 min), u0100 upper to s2 (33 min)" in line["reason"]
    assert "mean journey 42 min, 8 min if it kept them" in line["reason"]
    page = record(plan, row(), "s1")
    assert "改为教学点" in page
    assert "高年级去 s2" in page


def test_they_stay_unless_the_model_lets_them_move() -> None:
    plan = solve(row(), LARGE.replace("may-move", "stay"))
    assert set(plan.actions["action"]) == {"keep"}
    assert upper_of(plan) == {"s1", "s2"}


def test_a_vetoed_downgrade_never_happens() -> None:
    plan = solve(with_vetoes(row(), ("s1", "downgrade")))
    assert upper_of(plan) == {"s1", "s2"}  # what must stay may be small
    reason = plan.actions.set_index("school_id").loc["s1", "reason"]
    assert "another choice of its grades is ruled out: hearing-against" in reason
    none = LARGE.replace("19", "40")
    with pytest.raises(NoPlanError) as caught:
        solve(row(), none)
    assert caught.value.proved
    assert upper_of(solve(with_vetoes(row(), ("s2", "downgrade")), none)) == {"s2"}


@pytest.mark.parametrize("held", ["central", "outside", "isolated"])
def test_upper_grades_that_others_need_stay(held: str) -> None:
    county, rules, parameters = row(), RULES, LARGE
    if held == "central":
        county = county.replace(schools=county.schools.assign(central_school=["", "s1"]))
    elif held == "outside":
        grades = county.school_grades
        mine = (grades["school_id"] == "s1") & (grades["grade"] == "6")
        county = county.replace(school_grades=grades.assign(outside=mine * 2.0))
    else:
        rules += ', "keep-isolated"'
        parameters += "[parameters.keep-isolated]\nminutes = 40\n"
    plan = solve(county, parameters, rules)
    assert upper_of(plan) == {"s1", "s2"}
    given = solve(row())
    wrong = remade(replace(given, rules=plan.rules), county)
    assert "school s1: expected units of upper, which it may not give away; found none" in said(
        wrong, county
    )


def test_classes_that_go_with_the_upper_grades_need_no_posts() -> None:
    rules = '"opening", "contiguity", "teachers"'
    posts = "[parameters.teachers]\nposts = 9\n"
    plan = solve(row(classes=1.0), MOVE + posts, rules)
    assert sorted(plan.schools["classes"]) == [3.0, 6.0]
    assert sorted(plan.schools["posts"]) == [3.0, 6.0]
    with pytest.raises(NoPlanError) as caught:
        solve(row(classes=1.0), posts, rules)
    assert caught.value.proved
    with pytest.raises(NoPlanError):
        solve(row(classes=1.0), (MOVE + posts).replace("9", "8.9"), rules)


def test_named_receivers_take_the_upper_grades() -> None:
    three = row(((0, 0, 99.0), (3, 0, 99.0), (5, 0, 99.0)))
    named = pd.DataFrame([("s1", "merge", "s3")], columns=["school_id", "purpose", "receiver"])
    county = with_vetoes(three, ("s2", "downgrade"), ("s3", "downgrade")).replace(receivers=named)
    least = LARGE.replace("19", "40")
    rules = '"opening", "vetoes", "school-size"'
    free, bound = solve(county, least, rules), solve(county, least, f'{rules}, "receivers"')
    line = bound.actions.set_index("school_id").loc["s1"]
    assert (line["action"], line["receivers"]) == ("to-teaching-point", "s3")
    assert free.objective < bound.objective
    assert "given away by school s1: expected one of its receivers s3" in said(
        remade(replace(free, rules=bound.rules), county), county
    )


def points(*vetoes: tuple[str, str]) -> County:
    """The second school is a point that lists the upper grades, with nobody in them."""
    county = row()
    grades = county.school_grades
    empty = (grades["school_id"] == "s2") & grades["grade"].isin(BANDS["upper"])
    zones = county.assignments
    county = county.replace(
        schools=county.schools.assign(kind=["complete-primary", "teaching-point"]),
        school_grades=grades.assign(enrolled=[0.0 if e else 5.0 for e in empty]),
        assignments=zones[(zones["school_id"] != "s2") | (zones["band"] != "upper")],
    )
    return with_vetoes(county, *vetoes)


def test_a_point_takes_upper_grades_that_it_lists() -> None:
    plan = solve(points(), MOVE)
    line = plan.actions.set_index("school_id").loc["s2"]
    assert line["action"] == "to-complete"
    assert (
        "becomes complete: 24 pupils of 4 units in the upper grades that it takes"
        in (line["reason"])
    )
    assert "改为完全小学" in record(plan, points(), "s2")
    # unless the model does not ask, or a hearing was against it
    for county, parameters in ((points(), ""), (points(("s2", "upgrade")), MOVE)):
        kept = solve(county, parameters)
        assert upper_of(kept) == {"s1"}
        assert action(kept, "s2") == "keep"
    county = points(("s2", "upgrade"))
    assert "taking it is ruled out" in said(remade(plan, county), county)
    still = remade(replace(plan, rules=solve(points(), "").rules), points())
    assert "a school that serves the grades 4, 5, 6" in said(still, points())


def test_the_verifier_sees_what_is_wrong_with_moved_grades() -> None:
    plan, county = solve(row()), row()
    assert said(plan, county) == ""
    stay = tuple(
        replace(r, parameters={**r.parameters, "upper_grades": "stay"}) if r.name == "opening"
        else r for r in plan.rules
    )  # fmt: skip
    assert "school s1, band upper: expected a zone" in said(
        remade(replace(plan, rules=stay), county), county
    )
    few = solve(row(), MOVE)
    size = tuple(r for r in plan.rules if r.name == "school-size")
    rules = (*(r for r in few.rules if r.name != "school-size"), *size)
    assert "school s1, upper: expected at least 19 pupils" in said(
        remade(replace(few, rules=rules), county), county
    )
    alone = said(few.with_changes(dict.fromkeys(
        [(unit, "lower") for unit in few.cells["unit_id"]], "s2")), county)  # fmt: skip
    assert (
        "school s1: expected units of lower, below the upper that it teaches; found none" in alone
    )
    told = plan.actions.assign(action="keep")
    assert "school s1, action: expected to-teaching-point" in said(
        replace(plan, actions=told), county
    )


def of_years() -> County:
    """So few upper pupils from the second year on that only one school can have them."""
    county = row()
    first = county.pupils.assign(year=county.year + 1, pupils=county.pupils["pupils"] * 2)
    later = county.pupils.assign(year=county.year + 2)
    more = county.pupils.assign(year=county.year + 3, pupils=county.pupils["pupils"] * 2)
    return county.replace(pupils=pd.concat([county.pupils, first, later, more]))


def test_what_is_given_away_stays_away_and_the_year_is_told() -> None:
    county = of_years()
    model = asked(RULES, LARGE, "years = 3\n")
    plan = zoning.solve_years(county, model, stage="primary", gap=0.0, work_limit=1)
    decided = plan.decisions[plan.decisions["school_id"] == "s1"]
    assert decided[["year", "action", "receivers"]].to_numpy().tolist() == [
        [county.year + 2, "to-teaching-point", "s2"]
    ]
    assert [action(one, "s1") for one in plan.plans] == [
        "keep", "to-teaching-point", "to-teaching-point",
    ]  # fmt: skip
    third = plan.plans[2]
    free = zoning.solve(county, asked(RULES, LARGE), stage="primary", year=third.year, gap=0.0,
                        work_limit=1)  # fmt: skip
    assert action(free, "s1") == "keep"
    wrong = replace(plan, plans=(*plan.plans[:2], free))
    assert "no upper, as the year before" in "\n".join(map(str, wrong.verify(county)))


@pytest.mark.parametrize("seed", range(8))
def test_forbidding_the_move_never_gives_a_better_plan(seed: int) -> None:
    case = tiny_upper(seed, tight=False)
    values = []
    for one in (case, staying(case)):
        try:
            plan = zoning.solve(one.county, parse_model("tiny", one.model), stage="primary",
                                gap=0.0, work_limit=1)  # fmt: skip
            values.append(plan.goals[0].value)
        except NoPlanError:
            values.append(float("inf"))
    assert values[0] <= values[1] * (1 + 1e-9) + 1e-6
