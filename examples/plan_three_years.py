"""What is built, merged and kept in the next three years, and what has to be decided today?

``three-year-plan`` plans 2021 to 2023 at once for the children who are expected then: modules are
decided as many years ahead as they take to build, a school closes only once its receivers have the
places, and children move once at the most where that can be had. Takes a good minute; a
longer time_limit gives a better plan, and a smaller gap to what is proven.
"""

from pathlib import Path

import zoning
from zoning.output import write_years

FOLDER = Path("xunhua-three-years")


def main() -> None:
    """Plan, verify, print decisions and supply by year, and write the folder."""
    county = zoning.read_county(zoning.data_path("xunhua"))
    plan = zoning.solve_years(county, "three-year-plan", stage="primary", time_limit=60)
    print(plan)
    assert plan.verify(county) == ()

    print(f"\nto be decided now, in {plan.now}:")
    today = plan.decisions[plan.decisions["decided"] == plan.now]
    for row in today.to_dict("records"):
        print(f"  {row['school_id']} {row['action']} {row['built']} for {row['year']}: "
              f"{row['cost']:,.0f} yuan; {row['reason']}")  # fmt: skip

    print("\nseats and pupils by year (学位供需):")
    open_ = plan.supply[plan.supply["state"] == "open"]
    by_year = open_.groupby("year")[["pupils", "seats", "boarders"]].sum()
    by_year["fullest"] = open_.groupby("year")["utilisation"].max()
    print(by_year.round(2).to_string())

    write_years(plan, county, FOLDER, overwrite=True)
    print(f"\ntables, and maps of each year: {FOLDER}")


if __name__ == "__main__":
    main()
