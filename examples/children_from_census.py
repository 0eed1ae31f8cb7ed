"""From a census by age to pupils by village and grade, six years on, and the county they fit.

The census is the real one of Xunhua in 2020. It is spread over the model county's villages, whose
places are modelled, by assumed weights; births before 2020 are read off the census, so those who
have died or moved since are not among them. The new estate and the share of migrants are made up.
Put a bureau's own tables in the place of the five functions at the top.
"""

import geopandas
import pandas as pd

import zoning
from zoning import children

HOME = zoning.data_path("xunhua")
FACTS = {
    row["fact"]: float(row["value"])
    for row in pd.read_csv(HOME / "facts" / "census.csv").to_dict("records")
    if row["unit"] == "persons"
}


def census() -> pd.DataFrame:
    """Persons by region (here the county alone) and class of ages."""
    rows = [
        ("Xunhua", fact.removeprefix("age "), number)
        for fact, number in FACTS.items()
        if fact.startswith("age ")
    ]
    return pd.DataFrame(rows, columns=["region", "age", "people"])


def weights(county: zoning.County) -> pd.DataFrame:
    """A weight for each village, such as its people: here a residents' committee counts 1.8."""
    towns = county.units["name"].str.endswith("社区")
    return pd.DataFrame({"unit_id": county.units["unit_id"], "weight": 1.0 + 0.8 * towns})


def births(county: zoning.County) -> pd.DataFrame:
    """Births by village and calendar year."""
    born = dict.fromkeys((2014, 2015), FACTS["age 5-9"] / 5)
    born |= dict.fromkeys(range(2016, 2020), FACTS["age 1-4"] / 4) | {2020: FACTS["age 0-0"]}
    table = weights(county)
    share = table["weight"] / table["weight"].sum()
    rows = [
        (unit, year, float(number))
        for year, total in born.items()
        for unit, number in zip(
            table["unit_id"], children.largest_remainder(share * total), strict=True
        )
    ]
    return pd.DataFrame(rows, columns=["unit_id", "year", "births"])


def estates(county: zoning.County) -> pd.DataFrame:
    """New housing: one estate of 600 dwellings in the first committee of the county seat."""
    place = {"unit_id": [county.units["unit_id"].iloc[0]], "stage": ["primary"]}
    facts = {"project_id": ["E1"], "dwellings": [600], "yield": [0.25], "delivered": ["2023-06-30"]}
    return pd.DataFrame(place | facts)


def migrants(county: zoning.County) -> pd.DataFrame:
    """The share of migrants' children, where there are any."""
    towns = county.units[county.units["name"].str.endswith("社区")]
    return pd.DataFrame({"unit_id": towns["unit_id"], "share": 0.12})


def main() -> None:
    """Estimate, age, add the estate, tell migrants apart, and show what the county then holds."""
    county = zoning.read_county(HOME)
    outline = geopandas.read_file(HOME / "outline.geojson").assign(region="Xunhua")
    parts = children.parts_by_polygons(county, outline, "region").by_table(weights(county))
    now = children.from_census(
        county,
        census(),
        parts,
        date="2020-11-01",
        stages=["primary"],
        source="census of 2020, Xunhua (real)",
    )
    later = children.age_cohorts(county, now, until=2026, births=births(county))
    estate = children.new_housing(
        county, estates(county), since=2020, years=range(2020, 2027), ramp=(0.5, 1.0)
    )
    told = children.part_group(county, later + estate, migrants(county))
    told.to_csv("pupils-and-methods.csv")
    grown = told.on(county)
    primary = grown.pupils[grown.pupils["stage"] == "primary"]
    print("children by year and group:")
    print(primary.pivot_table("pupils", "year", "group", "sum").to_string())
    print("\nby grade:")
    print(primary.pivot_table("pupils", "year", "grade", "sum").to_string())
    record = grown.provenance["pupils"]
    print(f"\nthe county's record: {record.status}. {record.source}")


if __name__ == "__main__":
    main()
