"""The mathematics of every rule and goal, written out for three units and two schools.

After a change that is meant, write the files anew with ``python -m tests.formulation.test_golden``
and read what has changed.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.builders import grid_county
from tests.formulation.rendering import formulated, golden_county, rendered
from tests.tiny_feeders import with_nurseries
from zoning.county import County
from zoning.formulation.blocks import BLOCKS
from zoning.formulation.goals import GOALS

GOLDEN = Path(__file__).parent / "golden"
TRAVEL = "\n[[goal]]\nminimise = { travel = 1.0 }\n"
BANDS = {"primary-lower": ("1",), "primary-upper": ("2",)}


def _locks(*rows: tuple[str, str, str, str, str]) -> County:
    columns = ["unit_id", "stage", "band", "lock", "school_id"]
    return golden_county(locks=pd.DataFrame(rows, columns=columns), bands=BANDS)


def _with_schools(**columns: object) -> County:
    county = golden_county()
    return county.replace(schools=county.schools.assign(**columns))


def _with_site(seats: float | None = None, **columns: object) -> County:
    """The second school is a candidate site; with seats, the first one's zone is its unit alone."""
    county = golden_county(today=False)
    status = ["existing", "candidate"]
    if seats is not None:
        zone = pd.DataFrame([("today", "u0000", "primary", "primary", "s1")],
                            columns=["plan", "unit_id", "stage", "band", "school_id"])  # fmt: skip
        places = county.school_stages.assign(seats=seats)
        county = county.replace(assignments=zone, school_stages=places)
    return county.replace(schools=county.schools.assign(status=status, **columns))


def _two_years() -> County:
    """The second school is a site; the first can be enlarged, a year after the decision."""
    county = _with_site(capital_cost=[0.0, 80.0])
    later = county.pupils.assign(year=county.year + 1, pupils=county.pupils["pupils"] + 1.0)
    wing = pd.DataFrame(
        {"school_id": ["s1"], "option": "wing", "seats": 5.0, "cost": 50.0, "lead_years": 1.0}
    )
    zone = pd.DataFrame([("today", "u0000", "primary", "primary", "s1")],
                        columns=["plan", "unit_id", "stage", "band", "school_id"])  # fmt: skip
    return county.replace(
        pupils=pd.concat([county.pupils, later]), expansions=wing, assignments=zone
    )


def _with_grades(county: County, **columns: object) -> County:
    return county.replace(school_grades=county.school_grades.assign(**columns))


def _townships() -> County:
    county = golden_county()
    return county.replace(
        units=county.units.assign(township=["A", "A", "B"]),
        schools=county.schools.assign(township=["A", "B"]),
    )


MAY_CLOSE = 'rules = ["opening", "{}"]\n[parameters.opening]\nexisting = "may-close"'


BOARDING = (
    'rules = ["boarding", "expansion", "travel-limit"]\n[parameters.boarding]\nyoung = ["1"]\n'
    "[parameters.travel-limit]\nminutes = 20"
)


def _roomy() -> County:
    """The first school is short of floor, but can be enlarged; housing names it."""
    county = _with_schools(building_area=[20.0, 90.0], sports_area=[float("nan"), 150.0])
    return county.replace(
        school_grades=county.school_grades.assign(enrolled=[5.0, 3.0, 3.0, 3.0]),
        expansions=pd.DataFrame(
            [("s1", "wing", 10.0, 15.0, 100.0, 2.0)],
            columns=["school_id", "option", "seats", "building_area", "cost", "most"],
        ),
        housing=pd.DataFrame(
            [("h1", "u0100", "primary", 2024, 21.0, "s1")],
            columns=["complex_id", "unit_id", "stage", "year", "children", "companion"],
        ),
    )


def _boarders() -> County:
    """Both schools take boarders; the last unit is exempt, the others' grade 1 is not."""
    county = _with_schools(boarding=True, beds=[4.0, 9.0], canteen=[float("nan"), 8.0])
    walk = county.travel.astype({"unit_id": "str", "school_id": "str", "mode": "str"})
    board = walk.assign(mode="board", minutes=walk["minutes"] + 50.0)
    return county.replace(
        travel=pd.concat([walk, board], ignore_index=True),
        expansions=pd.DataFrame(
            [("s1", "dormitory", 3.0, 100.0)], columns=["school_id", "option", "beds", "cost"]
        ),
        exemptions=pd.DataFrame(
            [("u0200", "primary", "", "far")], columns=["unit_id", "stage", "grade", "reason"]
        ),
    )


def _carried() -> County:
    """The last unit boards at the first school; the second is reached from the middle by bus."""
    county = _boarders()
    travel = county.travel.assign(mode=county.travel["mode"].astype(str))
    middle = (travel["unit_id"] == "u0100") & (travel["school_id"] == "s2")
    travel.loc[middle & (travel["mode"] == "walk"), "mode"] = "bus"
    return county.replace(travel=travel)


def _received() -> County:
    """The second school can be enlarged at once by a canteen, in two years by seats."""
    county = _with_schools(canteen=[float("nan"), 3.0])
    return county.replace(
        expansions=pd.DataFrame(
            [("s2", "canteen", 0.0, 4.0, 0.0, 50.0), ("s2", "wing", 6.0, 0.0, 2.0, 100.0)],
            columns=["school_id", "option", "seats", "canteen", "lead_years", "cost"],
        )
    )


def _staffed() -> County:
    """Five posts; both schools have two classes, the first takes boarders and can be enlarged."""
    county = _boarders()
    return county.replace(
        schools=county.schools.assign(staff=[3.0, 2.0], rooms=2.0,
                                      boarding=[True, False], beds=[9.0, float("nan")]),
        school_grades=county.school_grades.assign(outside=[1.0, 0.0, 0.0, 0.0]),
        travel=county.travel[(county.travel["mode"] == "walk")
                             | (county.travel["school_id"] == "s1")
                             & (county.travel["minutes"] > 60)],
        expansions=pd.DataFrame(
            [("s1", "wing", 1.0, 100.0)], columns=["school_id", "option", "classes", "cost"]
        ),
        exemptions=None,
    )  # fmt: skip


def _lottery() -> County:
    """Two schools, with 14 seats and 21, share a zone; the third, at the end, does not."""
    county = grid_county(
        4, 1, ((0, 0, 14.0), (1, 0, 21.0), (3, 0, 9.0)), pupils={(0, 0): 4.0, (2, 0): 12.0},
        grades=("1", "2"),
    )  # fmt: skip
    return county.replace(
        shared_zones=pd.DataFrame({"zone": "both", "stage": "primary", "school_id": ["s1", "s2"]}),
    )


def _short() -> County:
    """The first school has few places and one receiver; half of the last unit is protected."""
    county = _with_schools(rooms=[3.0, float("nan")])
    pupils = county.pupils.astype({"group": "str"})
    last = pupils["unit_id"] == "u0200"
    half = pupils.assign(pupils=pupils["pupils"].where(~last, pupils["pupils"] / 2))
    return county.replace(
        pupils=pd.concat([half.assign(group="near"), half[last].assign(group="sibling")]),
        school_grades=county.school_grades.assign(classes=[1.0, 1, 1, 2], enrolled=10.0),
        groups=pd.DataFrame([("sibling", True)], columns=["group", "protected"]),
        receivers=pd.DataFrame(
            [("s1", "overflow", "s2")], columns=["school_id", "purpose", "receiver"]
        ),
    )


def _upper() -> County:
    """The first school may give its upper grades away, the second, a point, may take some."""
    county = golden_county(bands=BANDS, today=False)
    zone = [("today", f"u0{k}00", "primary", band, "s1" if band == "primary-upper" else f"s{k + 1}")
            for k in range(2) for band in BANDS]  # fmt: skip
    return county.replace(
        schools=county.schools.assign(kind=["complete-primary", "teaching-point"]),
        school_grades=county.school_grades.assign(enrolled=[4.0, 5.0, 6.0, 0.0]),
        assignments=pd.DataFrame(zone, columns=["plan", "unit_id", "stage", "band", "school_id"]),
        receivers=pd.DataFrame(
            [("s1", "merge", "s2")], columns=["school_id", "purpose", "receiver"]
        ),
    )


def _fed() -> County:
    """A kindergarten in the second unit feeds the first school; both have one of their own."""
    zones = {("today", "u0000"): "s1", ("today", "u0100"): "k1", ("today", "u0200"): "s2"}
    return with_nurseries(golden_county(today=False), zones, [("k1", "s1")])


def _decisions() -> County:
    """The first school can be enlarged and may not close; its receiver is the second."""
    county = _with_schools(
        opening_cost=[10.0, 20.0], dangerous=[False, True], repair_cost=[float("nan"), 300.0]
    )
    return county.replace(
        school_grades=county.school_grades.assign(classes=1.0, enrolled=[5.0, 3.0, 3.0, 3.0]),
        expansions=pd.DataFrame(
            [("s1", "wing", 2.0, 100.0, 7.0, 2.0)],
            columns=["school_id", "option", "classes", "cost", "yearly_cost", "most"],
        ),
        vetoes=pd.DataFrame(
            [("s1", "close", "hearing-against")], columns=["school_id", "action", "reason"]
        ),
        receivers=pd.DataFrame(
            [("s1", "merge", "s2")], columns=["school_id", "purpose", "receiver"]
        ),
    )


CASES = {
    "seats": lambda: (_with_grades(golden_county(), outside=[1.0, 0, 0, 0]),
                      'rules = ["seats"]' + TRAVEL),
    "seats-soft": lambda: (golden_county(), 'rules = ["seats"]\nsoft = ["seats"]\n'
                           "[parameters.seats]\nfactor = 0.5" + TRAVEL),
    "class-size": lambda: (
        _with_grades(golden_county(), classes=[1.0, 2.0, 1.0, 1.0], enrolled=[70.0, 9, 9, 9]),
        'rules = ["class-size"]' + TRAVEL),
    "class-size-rooms": lambda: (_with_schools(rooms=[3.0, float("nan")]),
                                 'rules = ["class-size"]\n[parameters.class-size]\n'
                                 'limit = "standard"' + TRAVEL),
    "class-size-multigrade": lambda: (
        _with_schools(rooms=1.0, multigrade=[True, True], kind=["teaching-point",
                                                               "complete-primary"]),
        'rules = ["class-size"]\nsoft = ["class-size"]\n[parameters.class-size]\n'
        'limit = "standard"' + TRAVEL),
    "intake": lambda: (
        _with_grades(_with_schools(rooms=[3.0, float("nan")]), classes=[1.0, 1, 1, 2],
                     enrolled=10.0, outside=[2.0, 0, 0, 0]),
        'place = "entrants"\nrules = ["intake"]' + TRAVEL),
    "travel-limit": lambda: (golden_county(bands=BANDS),
                             'rules = ["travel-limit"]\n[parameters.travel-limit]\n'
                             "minutes = { primary-lower = 20 }" + TRAVEL),
    "travel-limit-share": lambda: (golden_county(),
                                   'rules = ["travel-limit"]\n[parameters.travel-limit]\n'
                                   "metres = 500\nshare = 0.75" + TRAVEL),
    "travel-limit-soft": lambda: (golden_county(),
                                  'rules = ["travel-limit"]\nsoft = ["travel-limit"]\n'
                                  "[parameters.travel-limit]\nminutes = 10" + TRAVEL),
    "utilisation": lambda: (golden_county(), 'rules = ["utilisation"]' + TRAVEL),
    "utilisation-soft": lambda: (golden_county(),
                                 'rules = ["utilisation"]\nsoft = ["utilisation"]' + TRAVEL),
    "contiguity": lambda: (golden_county(),
                           'rules = ["contiguity"]\n[parameters.contiguity]\n'
                           'islands = ["u0100"]' + TRAVEL),
    "township": lambda: (_townships(), 'rules = ["township"]\n[parameters.township]\n'
                         'except = ["u0200"]' + TRAVEL),
    "locks": lambda: (
        _locks(("u0100", "", "", "must", "s2"), ("u0000", "primary", "primary-upper", "must-not",
                                                 "s2"),
               ("u0200", "primary", "primary-lower", "frozen", "")),
        'rules = ["locks"]' + TRAVEL),
    "locks-zone": lambda: (_locks(("", "primary", "", "frozen", "s1")),
                           'rules = ["locks"]' + TRAVEL),
    "stability": lambda: (golden_county(), 'rules = ["stability"]\n[parameters.stability]\n'
                          "share = 0.25" + TRAVEL),
    "opening": lambda: (
        _with_site(),
        'rules = ["seats", "contiguity", "utilisation", "opening"]\nsoft = ["utilisation"]\n'
        "[parameters.opening]\nmost = 2" + TRAVEL),
    "opening-upper-grades": lambda: (
        _upper(), 'rules = ["opening", "receivers", "school-size", "seats", "contiguity"]\n'
        '[parameters.opening]\nupper_grades = "may-move"\n'
        "[parameters.school-size]\nleast_upper = 3" + TRAVEL),
    "expansion": lambda: (
        _decisions(),
        'rules = ["seats", "class-size", "expansion"]\n[parameters.class-size]\n'
        "pupils = 4" + TRAVEL),
    "vetoes": lambda: (_decisions(), MAY_CLOSE.format("vetoes") + TRAVEL),
    "keep-isolated": lambda: (_decisions(), MAY_CLOSE.format("keep-isolated")
                              + "\n[parameters.keep-isolated]\nminutes = 20" + TRAVEL),
    "receivers": lambda: (_decisions(), MAY_CLOSE.format("receivers") + TRAVEL),
    "school-size": lambda: (_decisions(), MAY_CLOSE.format("school-size")
                            + "\n[parameters.school-size]\nleast = 5\nmost = 20" + TRAVEL),
    "budget": lambda: (_decisions(), MAY_CLOSE.format('expansion", "budget')
                       + "\n[parameters.budget]\ncapital = 250\nleast_running = 8" + TRAVEL),
    "areas": lambda: (
        _roomy(), 'rules = ["expansion", "areas"]\n[parameters.areas]\nbuilding = 5' + TRAVEL),
    "companions": lambda: (
        _roomy(), MAY_CLOSE.format('expansion", "companions') + TRAVEL),
    "boarding": lambda: (_boarders(), BOARDING + TRAVEL),
    "teachers": lambda: (
        _staffed(), 'rules = ["opening", "expansion", "boarding", "travel-limit", "teachers"]\n'
        '[parameters.opening]\nexisting = "may-close"\n[parameters.boarding]\nyoung = []\n'
        "[parameters.travel-limit]\nminutes = 20\n"
        "[parameters.teachers]\nposts_a_class = 1.5\nposts_a_school = 4" + TRAVEL),
    "buses": lambda: (
        _carried(), 'rules = ["boarding", "travel-limit", "buses"]\n[parameters.boarding]\n'
        "young = []\n[parameters.travel-limit]\nminutes = 30\n"
        "[parameters.buses]\nseats = 5\ntrips = 2\nfleet = 3\nwalk_metres = 500" + TRAVEL),
    "receive-first": lambda: (
        _received(), MAY_CLOSE.format('expansion", "receive-first')
        + "\n[parameters.receive-first]\nnoon_minutes = 20" + TRAVEL),
    "goal-quality-seats": lambda: (
        _roomy().replace(schools=_roomy().schools.assign(quality=[True, False])),
        MAY_CLOSE.format("expansion") + "\n[parameters.quality-seats]\ngain = 15"
        "\n[[goal]]\nminimise = { quality-seats = 1.0 }"),
    "one-per-township": lambda: (
        _townships(), MAY_CLOSE.format("one-per-township") + TRAVEL),
    "no-duplicate": lambda: (
        _with_site(seats=20.0), 'rules = ["opening", "no-duplicate"]\n[parameters.no-duplicate]\n'
        "minutes = 40" + TRAVEL),
    "goal-transport-cost": lambda: (
        _carried(), 'rules = ["boarding", "travel-limit"]\n[parameters.boarding]\nyoung = []\n'
        "[parameters.travel-limit]\nminutes = 30\n[parameters.transport-cost]\na_pupil = 100\n"
        "a_pupil_km = 0.5\nwalk_metres = 1500\n[[goal]]\nminimise = { transport-cost = 1.0 }"),
    "feeders": lambda: (
        _fed(), MAY_CLOSE.format("feeders") + "\n[parameters.feeders]\nmost_split = 1" + TRAVEL),
    "feeders-today": lambda: (
        _fed(), 'rules = ["feeders"]\n[parameters.feeders]\nkeep_today = true' + TRAVEL),
    "shared-zones": lambda: (
        _lottery(), 'rules = ["shared-zones", "seats", "contiguity"]\n[parameters.seats]\n'
        "factor = 1.1" + TRAVEL),
    "overflow": lambda: (
        _short(), 'place = "entrants"\nrules = ["intake", "overflow"]\n[parameters.intake]\n'
        "pupils = 5" + TRAVEL),
    "goal-diverted": lambda: (
        _short(), 'place = "entrants"\nrules = ["overflow"]\n[[goal]]\n'
        "minimise = { diverted = 1.0 }"),
    "goal-split-feeders": lambda: (
        _fed(), 'rules = ["feeders"]\n[parameters.feeders]\nnine_year_first = false\n[[goal]]\n'
        "minimise = { split-feeders = 1.0 }"),
    "goal-young-boarders": lambda: (
        _boarders(), BOARDING + "\n[parameters.young-boarders]\nyoung = ['1']"
        "\n[[goal]]\nminimise = { young-boarders = 1.0 }"),
    "goal-capital-cost": lambda: (
        _decisions(), 'rules = ["expansion"]\n[[goal]]\nminimise = { capital-cost = 1.0 }'),
    "goal-running-cost": lambda: (
        _decisions(), MAY_CLOSE.format("expansion")
        + "\n[[goal]]\nminimise = { running-cost = 1.0 }"),
    "goal-opening-cost": lambda: (
        _with_site(opening_cost=[10.0, 20.0], rooms=2.0),
        'rules = ["opening", "class-size"]\n[parameters.opening]\nexisting = "may-close"\n'
        "[[goal]]\nminimise = { travel = 1.0, opening-cost = 2.0 }"),
    "goal-travel": lambda: (golden_county(), "rules = []\n[parameters.travel]\n"
                            'measure = "metres"' + TRAVEL),
    "goal-journey-of-worst-off": lambda: (
        golden_county(), "rules = []\n[[goal]]\nminimise = { journey-of-worst-off = 1.0 }"),
    "goal-moved-again": lambda: (
        _two_years(), "years = 2\nrules = []\n[[goal]]\nminimise = { moved-again = 1.0 }"),
    "years": lambda: (
        _two_years(), 'years = 2\nrules = ["opening", "expansion", "seats", "budget"]\n'
        "[parameters.budget]\ncapital = { 2025 = 100 }\n[parameters.capital-cost]\n"
        "discount = 0.25\n[[goal]]\nminimise = { capital-cost = 1.0, moved = 1.0 }"),
    "goal-moved": lambda: (golden_county(), "rules = []\n[[goal]]\nminimise = { moved = 1.0 }"),
    "goal-balance": lambda: (_with_grades(golden_county(), outside=[3.0, 0, 0, 0]),
                             "rules = []\n[[goal]]\nminimise = { balance = 1.0 }"),
    "goal-violations": lambda: (
        golden_county(), 'rules = ["seats", "travel-limit"]\nsoft = ["seats", "travel-limit"]\n'
        "[[goal]]\nminimise = { violations = 2.0, moved = 0.5 }\nslack = 0.1" + TRAVEL),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_mathematics_written_out(name: str) -> None:
    county, model = CASES[name]()
    expected = (GOLDEN / f"{name}.txt").read_text("utf-8")
    assert rendered(formulated(county, model)) == expected


@pytest.mark.parametrize("name", [*BLOCKS, *(f"goal-{goal}" for goal in GOALS)])
def test_every_rule_and_goal_is_written_out(name: str) -> None:
    assert (GOLDEN / f"{name}.txt").is_file(), f"add {name}.txt and its case to CASES"
    assert name in CASES


def test_every_file_has_its_case() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES)


def write_anew() -> None:
    """Write all files from the code as it is."""
    for name, case in CASES.items():
        (GOLDEN / f"{name}.txt").write_text(rendered(formulated(*case())), "utf-8")


if __name__ == "__main__":
    write_anew()
