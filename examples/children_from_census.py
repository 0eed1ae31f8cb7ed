"""From a township census to pupils by village and grade, six years on, and the county they fit.

The census here is made up from the children that the shipped model county has, so that the script
runs as it is; put a bureau's own tables in the place of the four functions at the top.
"""

import pandas as pd

import zoning
from zoning import children


def census(county: zoning.County) -> pd.DataFrame:
    """Persons by township and class of ages, those of migrant families apart."""
    town = county.units.set_index("unit_id")["township"]
    people = county.pupils.groupby(county.pupils["unit_id"].map(town))["pupils"].sum()
    classes = {"0-4": 0.80, "5-9": 0.84, "10-14": 0.81}  # times the pupils of six grades
    rows = [
        (region, age, group, round(share * factor * number))
        for region, number in people.items()
        for age, factor in classes.items()
        for group, share in (("resident", 0.93), ("migrant", 0.07))
    ]
    return pd.DataFrame(rows, columns=["region", "age", "group", "people"])


def households(county: zoning.County) -> pd.DataFrame:
    """A weight for each village: here alike, a residents' committee counts twice."""
    twice = county.units["settlement"].isin(["town", "urban"])
    return pd.DataFrame({"unit_id": county.units["unit_id"], "weight": 1.0 + twice})


def births(county: zoning.County) -> pd.DataFrame:
    """Births by village, calendar year and group; every group of the base needs its own."""
    rows = [
        (unit, year, group, number)
        for unit in county.units["unit_id"]
        for year in range(2014, 2021)
        for group, number in (("resident", 15.0), ("migrant", 1.2))
    ]
    return pd.DataFrame(rows, columns=["unit_id", "year", "group", "births"])


def estates(county: zoning.County) -> pd.DataFrame:
    """One new estate beside the county seat."""
    place = {"unit_id": [county.units["unit_id"].iloc[0]], "stage": ["primary"]}
    facts = {"project_id": ["E1"], "dwellings": [600], "yield": [0.25], "delivered": ["2023-06-30"]}
    return pd.DataFrame(place | facts)


def main() -> None:
    """Estimate, age, add the estate, and show what the county then holds."""
    county = zoning.read_county(zoning.data_path("xunhua"))
    parts = children.parts_by_township(county).by_table(households(county))
    table = census(county)
    now = children.from_census(county, table, parts, date="2020-11-01", source="made-up census")
    later = children.age_cohorts(
        county, now, until=2026, births=births(county), survival=0.9995, survival_to_entry=0.99
    )
    estate = children.new_housing(
        county, estates(county), since=2020, years=range(2020, 2027), ramp=(0.5, 1.0)
    )
    grown = (later + estate).on(county)
    print("children by year and group:")
    print(grown.pupils.pivot_table("pupils", "year", "group", "sum").to_string())
    print("\nhow the numbers were got:")
    print((later + estate).methods.groupby(["year", "method"]).size().to_string())
    print("\nthe county's record:", grown.provenance["pupils"].status)
    print(grown.provenance["pupils"].source)


if __name__ == "__main__":
    main()
