"""Made-up counties over three years, for the `multiyear` family: seeded, and a plan exists.

Units, pupils and neighbours are those of :mod:`synthetic`. Three schools in four stand; zones grow
from them at random speeds, and their seats are today's pupils of these zones times the tightness.
The others are candidate sites. Every unit grows or shrinks by its own rate, towns mostly grow: in
the last year there are some 15 % more pupils. Every school can add wings of 45 seats, decided a
year before they are used, enough of them to hold its hidden zone in the last year. Costs are
metres travelled by pupils in a year: having a school open costs as much as half of the journeys to
a mean school, building a site five times that, a wing a third of a site in proportion to seats.

The judge recomputes everything from the arrays here and shares nothing with the library.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from counties import GRADE, STAGE, YEAR, metric_crs
from instance import Floats, Instance, Ints, straight_cost
from synthetic import draw_units, hidden_loads, on_the_map, place_schools, whole_seats

if TYPE_CHECKING:
    from zoning import County, RollingPlan

MODEL = Path(__file__).with_name("models") / "years.toml"
YEARS = 3
STANDING, WING = 0.75, 45.0
LEAST_GROWTH, MOST_GROWTH = -0.04, 0.14
BUILDING, WING_SHARE = 5.0, 1.0 / 3.0


@dataclass(frozen=True)
class Years:
    """A county over several years; arrays by year (T), unit (n) and school (m).

    ``now`` is the instance of today: seats, places, neighbours. ``pupils`` is T x n, ``most`` the
    wings a school can add; costs in pupil-metres.
    """

    now: Instance
    standing: np.ndarray
    pupils: Floats
    most: Ints
    running: Floats
    building: Floats
    wing: Floats


def generate(units: int, schools: int, tightness: float, seed: int) -> Years:
    """The county of a seed; ``tightness`` is today's seats divided by today's pupils."""
    chance = np.random.default_rng([seed, units, schools, 2])
    points, edges, pupils = draw_units(chance, units)
    root = place_schools(chance, points, pupils, schools)
    standing = np.zeros(schools, dtype=bool)
    standing[chance.choice(schools, max(1, round(STANDING * schools)), replace=False)] = True
    growth = chance.uniform(LEAST_GROWTH, MOST_GROWTH, units)
    later = np.stack([np.round(pupils * (1 + growth) ** t) for t in range(1, YEARS + 1)])
    seats = np.zeros(schools)
    own, state = root[standing], chance.bit_generator.state
    seats[standing] = whole_seats(tightness * hidden_loads(chance, points, edges, pupils, own))
    most = np.full(schools, 2, dtype=np.int64)
    for year in later:  # the same zones in every year: enough wings to hold them
        chance.bit_generator.state = state
        load = hidden_loads(chance, points, edges, year, own)
        need = np.ceil((load - seats[standing]) / WING).astype(np.int64)
        most[standing] = np.maximum(most[standing], need + 1)
    seats[~standing] = chance.choice(seats[standing], int((~standing).sum()))
    placed = on_the_map(points)
    distance = straight_cost(placed, pupils, root)
    each = [distance(np.arange(units), np.full(units, s)) for s in range(schools)]
    nearest = np.min(each, axis=0)
    mean = 1000.0 * float(nearest.sum()) / schools
    luck = chance.uniform(0.8, 1.2, schools)
    now = Instance(
        name=f"{units}x{schools}x{YEARS}_t{tightness:.2f}",
        units=[f"u{k}" for k in range(units)], schools=[f"s{k}" for k in range(schools)],
        demand=pupils, seats=seats, cost=distance, points=placed, root=root, edges=edges,
        straight=True, optional=True,
    )  # fmt: skip
    running = np.round(0.5 * mean * luck)
    building = np.round(BUILDING * running * (0.5 + 0.5 * seats / seats.mean()))
    wing = np.round(WING_SHARE * BUILDING * running * WING / seats.mean())
    return Years(now, standing, later, most, running, building, wing)


def make_county(years: Years) -> County:
    """The same as a county of the library."""
    import geopandas
    import pandas as pd
    from counties import make_county as county_of

    now = years.now
    one = county_of(now)
    crs = metric_crs(now.points)
    schools = geopandas.GeoDataFrame(
        {
            "school_id": now.schools, "kind": "complete-primary",
            "root_unit": [now.units[k] for k in now.root],
            "status": np.where(years.standing, "existing", "candidate"),
            "opening_cost": years.running,
            "capital_cost": np.where(years.standing, 0.0, years.building),
        },
        geometry=geopandas.points_from_xy(*now.points[now.root].T), crs=crs,
    )  # fmt: skip
    pupils = [
        pd.DataFrame(
            {"unit_id": now.units, "stage": STAGE, "grade": GRADE, "year": YEAR + t, "pupils": row}
        )
        for t, row in enumerate([now.demand, *years.pupils])
    ]
    expansions = pd.DataFrame(
        {
            "school_id": now.schools, "option": "wing", "classes": 1.0, "seats": WING,
            "cost": years.wing, "lead_years": 1.0, "most": years.most.astype(float),
        }
    )  # fmt: skip
    return one.replace(schools=schools, pupils=pd.concat(pupils), expansions=expansions)


def judge(
    years: Years, zones: list[Mapping[str, str]], wings: Mapping[tuple[int, str], int]
) -> tuple[float, list[str]]:
    """Objective and faults of a plan: school by unit for each year, wings by first year and school.

    Years are counted from today, 0; a wing used from year t is paid for in t - 1.
    """
    now, faults, total = years.now, [], 0.0
    at = {school: k for k, school in enumerate(now.schools)}
    open_before = years.standing.copy()
    built = np.zeros(len(now.schools))
    for (t, school), number in wings.items():
        if t < 1 or number != int(number):
            faults.append(f"{number} wings at {school} in year {t}")
        total += number * years.wing[at[school]]
        built[at[school]] += number
    faults += [f"{now.schools[s]}: {built[s]:g} wings" for s in np.flatnonzero(built > years.most)]
    for t, zone in enumerate(zones, start=1):
        added = np.zeros(len(now.schools))
        for (first, school), number in wings.items():
            added[at[school]] += number if first <= t else 0
        of_year = _of_year(now, years.pupils[t - 1], now.seats + WING * added)
        faults += [f"year {t}: {fault}" for fault in of_year.faults(zone)]
        used = np.zeros(len(now.schools), dtype=bool)
        used[[at[school] for school in zone.values()]] = True
        if (used & years.standing & ~open_before).any():
            faults.append(f"year {t}: a school that was closed is open again")
        if (~used & ~years.standing & open_before).any():
            faults.append(f"year {t}: a site that was open is closed again")
        if (added[~used] > 0).any():
            faults.append(f"year {t}: a wing at a closed school")
        total += float(years.building[used & ~open_before & ~years.standing].sum())
        total += float(years.running[used].sum())
        total += 1000.0 * of_year.objective(zone)
        open_before = used
    return total, faults


def _of_year(now: Instance, pupils: Floats, seats: Floats) -> Instance:
    """The instance of one year, which judges that year's zones."""
    return Instance(
        name=now.name, units=now.units, schools=now.schools, demand=pupils, seats=seats,
        cost=straight_cost(now.points, pupils, now.root), points=now.points, root=now.root,
        edges=now.edges, straight=True, optional=True,
    )  # fmt: skip


def row_of(job: Any) -> dict[str, object]:
    """Solve a job and judge the plan."""
    from measure import Stopwatch, peak_megabytes, timed_solve_years
    from worker import blank_row

    from zoning import NoPlanError

    years = generate(*job.size, job.tightness, job.seed)
    row = {**blank_row(job), "size": f"{years.now.size}x{YEARS}"}
    county, began = make_county(years), Stopwatch()
    try:
        run = timed_solve_years(county, MODEL, stage=STAGE, time_limit=job.seconds, seed=job.seed)
    except NoPlanError as error:
        return row | {"seconds": round(began.seconds, 3), "faults": [str(error)]}
    objective, faults = judge(years, *tables_of(run.plan))
    (goal,) = run.plan.goals
    if not math.isclose(objective, goal.value, rel_tol=1e-6):
        faults.append(f"objective {objective} recomputed, {goal.value} reported")
    return row | {
        "objective": objective,
        "bound": goal.bound,
        "gap": max(0.0, objective - goal.bound) / objective,
        "seconds_to_first": round(run.first, 3),
        "seconds": round(run.seconds, 3),
        "peak_mb": peak_megabytes(),
        "status": str(run.plan.status),
        "valid": not faults,
        "faults": faults,
    }


def tables_of(
    plan: RollingPlan,
) -> tuple[list[Mapping[str, str]], dict[tuple[int, str], int]]:
    """School by unit of each year, and wings by the first year of their use and school."""
    zones = [dict(zip(p.cells["unit_id"], p.cells["school_id"], strict=True)) for p in plan.plans]
    built = plan.plans[-1].built
    rows = zip(built["school_id"], built["year"], built["modules"], strict=True)
    return zones, {(int(year) + 1 - YEAR, school): int(number) for school, year, number in rows}
