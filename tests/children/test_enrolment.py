"""Children from enrolment by school, and from totals of villages and grades."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import GRADES, grid_county
from zoning import children

COUNTY = grid_county(4, 2, [(0, 0, 500.0), (3, 1, 500.0)])


def enrolled(numbers: float = 37.0, outside: float = 5.0):
    grades = COUNTY.school_grades.assign(enrolled=numbers, outside=outside)
    return COUNTY.replace(school_grades=grades)


def test_each_schools_grade_keeps_its_children() -> None:
    county = enrolled()
    parts = children.parts_by_zone(county, "primary")
    made = children.from_school_enrolment(county, parts, stage="primary")
    zone = county.today.set_index("unit_id")["school_id"]
    sums = made.pupils.groupby([made.pupils["unit_id"].map(zone), "grade"])["pupils"].sum()
    assert (sums == 32).all() and len(sums) == 12
    assert (made.pupils["pupils"] % 1 == 0).all()
    assert made.on(county).provenance["pupils"].source.endswith("a grid made for tests")


@settings(max_examples=30)
@given(
    st.lists(st.integers(0, 90), min_size=8, max_size=8),
    st.lists(st.integers(1, 9), min_size=6, max_size=6),
)
def test_totals_of_villages_and_grades_both_hold(villages, weights) -> None:
    total = sum(villages)
    per_grade = children.largest_remainder(np.array(weights) / sum(weights) * total)
    units = pd.DataFrame({"unit_id": COUNTY.units["unit_id"], "pupils": villages})
    grades = pd.DataFrame({"grade": GRADES, "pupils": per_grade})
    made = children.from_unit_totals(COUNTY, units, grades, stage="primary").pupils
    by_unit = made.groupby("unit_id")["pupils"].sum()
    assert by_unit[COUNTY.units["unit_id"]].tolist() == villages
    assert made.groupby("grade")["pupils"].sum().tolist() == per_grade.tolist()
    shares = np.outer(villages, per_grade) / max(total, 1)
    table = made.pivot_table("pupils", "unit_id", "grade", "sum").loc[COUNTY.units["unit_id"]]
    assert (np.abs(table.to_numpy() - shares) < 1).all()
