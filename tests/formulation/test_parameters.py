"""Parameters of rules and goals: what is refused, where, and the nearest that is accepted."""

from __future__ import annotations

import math

import pytest

from tests.formulation.rendering import formulated, golden_county
from tests.tiny_feeders import with_nurseries
from zoning.errors import InputError
from zoning.formulation.blocks import BLOCKS
from zoning.formulation.goals import GOALS

TRAVEL = "\n[[goal]]\nminimise = { travel = 1.0 }\n"


def ask(block: str, parameters: str, *, county=None, goal: str = "travel"):
    rules = f'["{block}"]' if block in BLOCKS else "[]"
    goal = block if block in GOALS else goal
    text = (
        f"rules = {rules}\n[parameters.{block}]\n{parameters}\n"
        f"[[goal]]\nminimise = {{ {goal} = 1.0 }}\n"
    )
    return formulated(golden_county() if county is None else county, text)


REFUSED = [
    ("seats", "factor = -0.001", "seats.factor"),
    ("seats", 'factor = "1"', "seats.factor"),
    ("seats", "factor = true", "seats.factor"),
    ("seats", "factor = nan", "seats.factor"),
    ("class-size", 'limit = "small"', "class-size.limit"),
    ("class-size", "limit = 45", "class-size.limit"),
    ("class-size", "pupils = 0.99", "class-size.pupils"),
    ("class-size", 'pupils = { primary = "45" }', "class-size.pupils"),
    ("intake", 'limit = "large"', "intake.limit"),
    ("intake", "pupils = 0", "intake.pupils"),
    ("travel-limit", "minutes = -1", "travel-limit.minutes"),
    ("travel-limit", 'metres = "far"', "travel-limit.metres"),
    ("travel-limit", 'minutes = { primary = "30" }', "travel-limit.minutes"),
    ("travel-limit", "share = 1.0001", "travel-limit.share"),
    ("travel-limit", "share = -0.1", "travel-limit.share"),
    ("travel-limit", 'share = "all"', "travel-limit.share"),
    ("utilisation", "min = -0.1", "utilisation.min"),
    ("utilisation", 'max = "full"', "utilisation.max"),
    ("utilisation", "min = 1.01\nmax = 1.0", "utilisation"),
    ("contiguity", 'islands = ["u9999"]', "contiguity.islands"),
    ("contiguity", "islands = [3]", "contiguity.islands"),
    ("township", 'except = ["T99"]', "township.except"),
    ("stability", "share = 1.0001", "stability.share"),
    ("stability", "pupils = -1", "stability.pupils"),
    ("stability", 'share = "few"', "stability.share"),
    ("opening", "count = 1.5", "opening.count"),
    ("opening", "count = -1", "opening.count"),
    ("opening", "count = 2\nmost = 2", "opening"),
    ("opening", 'least = "all"', "opening.least"),
    ("opening", "least = 2\nmost = 1", "opening"),
    ("opening", "most = true", "opening.most"),
    ("opening", 'existing = "close"', "opening.existing"),
    ("opening", 'sites = "all"', "opening.sites"),
    ("opening", 'upper_grades = "move"', "opening.upper_grades"),
    ("opening", "upper_grades = true", "opening.upper_grades"),
    ("areas", "building = -1", "areas.building"),
    ("areas", 'sports = "wide"', "areas.sports"),
    ("companions", "children_a_dwelling = -0.1", "companions.children_a_dwelling"),
    ("boarding", 'young = ["9"]', "boarding.young"),
    ("boarding", "week = 1.1", "boarding.week"),
    ("young-boarders", "young = 3", "boarding.young"),
    ("expansion", "temporary = 1", "expansion.temporary"),
    ("expansion", "pupils = 0", "expansion.pupils"),
    ("keep-isolated", "minutes = -1", "keep-isolated.minutes"),
    ("keep-isolated", 'metres = "far"', "keep-isolated.metres"),
    ("school-size", "least = -1", "school-size.least"),
    ("school-size", "least_upper = -1", "school-size.least_upper"),
    ("school-size", 'most = "many"', "school-size.most"),
    ("school-size", "most_nine_year = -5", "school-size.most_nine_year"),
    ("budget", "capital = -1", "budget.capital"),
    ("budget", 'least_capital = "some"', "budget.least_capital"),
    ("budget", "running = true", "budget.running"),
    ("budget", "least_running = 2\nrunning = 1", "budget.least_running"),
    ("feeders", 'plan = "tomorrow"', "feeders.plan"),
    ("feeders", "most_split = 0.5", "feeders.most_split"),
    ("feeders", "most_split = -1", "feeders.most_split"),
    ("feeders", "keep_today = 1", "feeders.keep_today"),
    ("feeders", 'nine_year_first = "yes"', "feeders.nine_year_first"),
    ("travel", 'measure = "hours"', "travel.measure"),
    ("travel", "measure = 3", "travel.measure"),
    ("journey-of-worst-off", 'measure = "km"', "journey-of-worst-off.measure"),
    ("receive-first", "noon_minutes = -1", "receive-first.noon_minutes"),
    ("transport-cost", "a_pupil = -1", "transport-cost.a_pupil"),
    ("transport-cost", 'a_pupil_km = "dear"', "transport-cost.a_pupil_km"),
    ("transport-cost", "days = 367", "transport-cost.days"),
    ("transport-cost", "walk_metres = -1", "transport-cost.walk_metres"),
    ("transport-cost", "walk_minutes = true", "transport-cost.walk_minutes"),
    ("one-per-township", 'except = ["T9"]', "one-per-township.except"),
    ("no-duplicate", "minutes = -1", "no-duplicate.minutes"),
    ("no-duplicate", 'metres = "near"', "no-duplicate.metres"),
    ("no-duplicate", "share = -0.1", "no-duplicate.share"),
    ("quality-seats", "gain = -1", "quality-seats.gain"),
    ("capital-cost", "discount = 1", "capital-cost.discount"),
    ("capital-cost", "discount = -0.01", "capital-cost.discount"),
    ("running-cost", 'discount = "5 %"', "running-cost.discount"),
    ("teachers", "posts = -1", "teachers.posts"),
    ("teachers", "posts = 9\npupils_a_post = 0.9", "teachers.pupils_a_post"),
    ("teachers", 'posts = 9\nposts_a_class = "two"', "teachers.posts_a_class"),
    ("teachers", "posts = 9\nposts_a_school = -1", "teachers.posts_a_school"),
    ("teachers", "posts = 9\nboarders_a_warden = 0", "teachers.boarders_a_warden"),
    ("buses", "seats = 0.9", "buses.seats"),
    ("buses", "trips = 0", "buses.trips"),
    ("buses", "trips = 1.5", "buses.trips"),
    ("buses", "fleet = 2.5", "buses.fleet"),
    ("buses", "fleet = -1", "buses.fleet"),
    ("buses", "a_bus = -1", "buses.a_bus"),
    ("buses", 'walk_metres = "far"', "buses.walk_metres"),
]

ACCEPTED = [
    ("seats", "factor = 0"),
    ("seats", "factor = 2"),
    ("class-size", 'limit = "standard"'),
    ("class-size", "pupils = 1"),
    ("class-size", "pupils = { primary = 40, incomplete-primary = 25 }"),
    ("intake", 'limit = "large-class"'),
    ("travel-limit", "minutes = 0"),
    ("travel-limit", "minutes = { primary = 30.5 }"),
    ("travel-limit", "share = 1"),
    ("travel-limit", "share = 0"),
    ("utilisation", "min = 1.0\nmax = 1.0"),
    ("utilisation", "max = 1.3"),
    ("contiguity", 'islands = ["u0100"]'),
    ("contiguity", 'islands = "u0100"'),
    ("contiguity", "islands = []"),
    ("township", 'except = ["T0"]'),
    ("township", 'except = ["u0100", "s1"]'),
    ("stability", "share = 1"),
    ("stability", "share = 0\npupils = 0"),
    ("opening", "count = 2"),
    ("opening", "count = 2.0"),
    ("opening", "least = 1\nmost = 1"),
    ("opening", 'existing = "may-close"'),
    ("opening", 'sites = "none"'),
    ("opening", 'upper_grades = "stay"'),
    ("opening", 'upper_grades = "may-move"'),
    ("areas", "building = 0\nsports = 3"),
    ("companions", "children_a_dwelling = 0.4"),
    ("boarding", 'young = ["1"]'),
    ("boarding", "week = 0"),
    ("young-boarders", "young = []"),
    ("expansion", "temporary = false"),
    ("expansion", "pupils = 1"),
    ("keep-isolated", "minutes = 0"),
    ("keep-isolated", "metres = 500"),
    ("school-size", "least = 0"),
    ("school-size", "least_upper = 0"),
    ("school-size", "most = 100\nmost_nine_year = 0"),
    ("budget", "capital = 0"),
    ("budget", "least_running = 1\nrunning = 1"),
    ("feeders", 'plan = "today"'),
    ("feeders", "most_split = 1.0"),
    ("feeders", "keep_today = true\nnine_year_first = false"),
    ("receive-first", "noon_minutes = 0"),
    ("teachers", "posts = 0\npupils_a_post = 1"),
    ("teachers", "posts = 9\nposts_a_class = 0\nposts_a_school = 0"),
    ("teachers", "posts = 9\nboarders_a_warden = 1"),
    ("buses", "seats = 1\nfleet = 0"),
    ("buses", "trips = 1.0\na_bus = 0"),
    ("one-per-township", 'except = ["T0"]'),
    ("no-duplicate", "minutes = 0"),
    ("no-duplicate", "metres = 0\nshare = 0"),
    ("quality-seats", "gain = 0"),
    ("capital-cost", "discount = 0.999"),
    ("running-cost", "discount = 0"),
    ("transport-cost", "a_pupil = 0"),
    ("transport-cost", "a_pupil_km = 0.4\ndays = 366"),
    ("transport-cost", "walk_metres = 0\nwalk_minutes = 0"),
    ("travel", 'measure = "metres"'),
    ("journey-of-worst-off", 'measure = "metres"'),
]


def with_townships():
    """Schools with a township, and a stage before the one that is asked for."""
    county = with_nurseries(golden_county(), {("today", "u0100"): "k1"})
    return county.replace(schools=county.schools.assign(township="T0", quality=True))


@pytest.mark.parametrize(("block", "parameters", "where"), REFUSED)
def test_refused_with_its_place(block: str, parameters: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        ask(block, parameters, county=with_townships())
    (fault,) = caught.value.faults
    assert (fault.severity, fault.table, fault.where) == ("error", "model", where)
    assert fault.expected and fault.found and fault.remedy


@pytest.mark.parametrize(("block", "parameters"), ACCEPTED)
def test_the_nearest_legal_neighbour_is_accepted(block: str, parameters: str) -> None:
    assert ask(block, parameters, county=with_townships()).goals


def test_every_parameter_of_every_rule_is_tried() -> None:
    tried = {(block, line.split(" = ")[0]) for block, text, _ in REFUSED for line in
             text.splitlines()}  # fmt: skip
    known = {
        (name, parameter) for name, owner in {**BLOCKS, **GOALS}.items()
        for parameter in owner.parameters
    }  # fmt: skip
    assert known <= tried


@pytest.mark.parametrize("block", [*BLOCKS, *GOALS])
def test_unknown_parameter(block: str) -> None:
    with pytest.raises(InputError) as caught:
        ask(block, "sise = 3")
    (fault,) = caught.value.faults
    assert fault.where == f"parameter of {block}"
    assert fault.found == '"sise"'


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        ('rules = ["seat"]', "rule", '"seat"'),
        ("rules = []\n[parameters.seat]\nfactor = 1", "block in [parameters]", '"seat"'),
        ('rules = ["contiguity"]\nsoft = ["contiguity"]', "soft rule contiguity", "contiguity"),
        ('rules = ["township"]\nsoft = ["township"]', "soft rule township", "township"),
        ('rules = ["stability"]\nsoft = ["stability"]', "soft rule stability", "stability"),
        ('rules = ["locks"]\nsoft = ["locks"]', "soft rule locks", "locks"),
    ],
)
def test_unknown_names_and_rules_that_cannot_be_soft(text: str, where: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        formulated(golden_county(), text + TRAVEL)
    (fault,) = caught.value.faults
    assert (fault.where, fault.found) == (where, found)


def test_unknown_goal() -> None:
    with pytest.raises(InputError, match="distance"):
        formulated(golden_county(), "rules = []\n[[goal]]\nminimise = { distance = 1.0 }")


def test_all_wrong_names_are_told_at_once() -> None:
    text = 'rules = ["seat", "class"]\n[parameters.seats]\nfaktor = 1\n'
    with pytest.raises(InputError) as caught:
        formulated(golden_county(), text + "[[goal]]\nminimise = { distance = 1.0 }")
    assert len(caught.value.faults) == 4


def test_all_wrong_parameters_are_told_at_once() -> None:
    text = (
        'rules = ["seats", "stability"]\n[parameters.seats]\nfactor = -1\n'
        "[parameters.stability]\nshare = 2" + TRAVEL
    )
    with pytest.raises(InputError) as caught:
        formulated(golden_county(), text)
    assert {fault.where for fault in caught.value.faults} == {"seats.factor", "stability.share"}


def test_wrong_parameters_of_rules_and_goals_are_told_at_once() -> None:
    text = (
        'rules = ["seats"]\n[parameters.seats]\nfactor = -1\n'
        '[parameters.travel]\nmeasure = "hours"' + TRAVEL
    )
    with pytest.raises(InputError) as caught:
        formulated(golden_county(), text)
    assert {fault.where for fault in caught.value.faults} == {"seats.factor", "travel.measure"}


def test_travel_limit_of_an_unknown_band_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        ask("travel-limit", "minutes = { primary-lover = 30 }")
    assert "primary-lover" in str(caught.value)


def test_stability_needs_a_ceiling() -> None:
    with pytest.raises(InputError, match="share or pupils"):
        formulated(golden_county(), 'rules = ["stability"]' + TRAVEL)


@pytest.mark.parametrize(
    "text",
    ['rules = ["stability"]\n[parameters.stability]\nshare = 0.1' + TRAVEL,
     "rules = []\n[[goal]]\nminimise = { moved = 1.0 }"],
)  # fmt: skip
def test_todays_zones_are_needed(text: str) -> None:
    with pytest.raises(InputError) as caught:
        formulated(golden_county(today=False), text)
    assert caught.value.faults[0].table == "assignments"
    assert formulated(golden_county(), text).goals


def test_balance_needs_seats() -> None:
    text = "rules = []\n[[goal]]\nminimise = { balance = 1.0 }"
    county = golden_county()
    bare = county.replace(school_stages=county.school_stages.assign(seats=math.nan))
    with pytest.raises(InputError) as caught:
        formulated(bare, text)
    assert caught.value.faults[0].table == "school_stages"
    one = county.replace(school_stages=county.school_stages.assign(seats=[5.0, math.nan]))
    assert formulated(one, text).goals


def test_township_needs_townships() -> None:
    county = golden_county()
    with pytest.raises(InputError) as caught:
        formulated(county.replace(units=county.units.assign(township=["T0", "", "T0"])),
                   'rules = ["township"]' + TRAVEL)  # fmt: skip
    assert caught.value.faults[0].where == "column township"
    assert formulated(with_townships(), 'rules = ["township"]' + TRAVEL).goals
