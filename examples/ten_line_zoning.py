"""Ten lines: this year's entrants of a county get a school, and the zones go to a map file."""

import zoning

county = zoning.read_county(zoning.data_path("xunhua"))
plan = zoning.solve(county, "annual-zoning", stage="primary", time_limit=60)
print(plan)

faults = plan.verify(county)
print("the verifier agrees" if not faults else "\n".join(map(str, faults)))
plan.to_geojson("zones.geojson")
