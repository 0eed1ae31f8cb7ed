"""Children: pupils by unit, grade, year and group, from what a bureau has.

An `Estimate` holds numbers in the form of the county's table ``pupils`` and, beside each, how it
was got; ``estimate.on(county)`` puts both into the county::

    from zoning import children

    parts = children.parts_by_township(county).by_places(buildings)
    now = children.from_census(county, census, parts, date="2020-11-01", source="...")
    later = children.age_cohorts(county, now, until=2026, births=births)
    houses = children.new_housing(county, projects, since=2020, years=range(2020, 2027))
    county = (later + houses).on(county)
"""

from zoning.children.census import ENTRY_AGES, from_census
from zoning.children.cohorts import age_cohorts
from zoning.children.enrolment import from_school_enrolment, from_unit_totals
from zoning.children.estimate import Estimate
from zoning.children.groups import part_group
from zoning.children.housing import new_housing
from zoning.children.parts import Parts, parts_by_polygons, parts_by_township, parts_by_zone
from zoning.children.rounding import controlled_rounding, largest_remainder

__all__ = [
    "ENTRY_AGES",
    "Estimate",
    "Parts",
    "age_cohorts",
    "controlled_rounding",
    "from_census",
    "from_school_enrolment",
    "from_unit_totals",
    "largest_remainder",
    "new_housing",
    "part_group",
    "parts_by_polygons",
    "parts_by_township",
    "parts_by_zone",
]
