"""Published instances with known values: ``python kong.py INSTANCES_DIR``; see README.md."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import geopandas
import pandas as pd
from measure import Column, Run, Table, timed_solve, write_json
from sap import Instance, read_instances

from zoning import County, ZoningError
from zoning.county import Stage

MODEL = Path(__file__).with_name("sap.toml")
STAGE, GRADE, YEAR = "primary", "all", 2024

COLUMNS = [
    Column("instance", "instance", width=12),
    Column("size", "size", width=9),
    Column("objective", "objective", ".2f", 12),
    Column("bound", "bound", ".2f", 12),
    Column("gap_percent", "gap %", ".3f", 7),
    Column("best_known", "best known", ".2f", 12),
    Column("proved", "proved", width=6),
    Column("above_percent", "above %", ".3f", 8),
    Column("first_plan", "first s", ".1f", 8),
    Column("seconds", "s", ".1f", 6),
    Column("valid", "valid", width=5),
]


def metric_crs(instance: Instance) -> str:
    """The projection of an instance's coordinates.

    Eastings above 13 million carry the number of a six-degree zone of CGCS2000 / Gauss-Kruger;
    others are a town's own grid, for which any projection in metres serves: only straight lines
    on the plane are asked for.
    """
    zone = int(max(unit.x for unit in instance.units.values()) // 1e6)
    return f"EPSG:{4491 + zone - 13}" if 13 <= zone <= 23 else "EPSG:4497"


def make_county(instance: Instance) -> County:
    """The instance as a county: units are points, every pair is listed, one stage of one grade."""
    crs = metric_crs(instance)
    ids, schools = list(instance.units), list(instance.schools)
    pairs = [(u, s, "straight", instance.metres(u, s)) for u in ids for s in schools]
    return County(
        name=instance.name,
        year=YEAR,
        crs=crs,
        metric_crs=crs,
        notice="Published test instance, no real schools",
        stages=(Stage(STAGE, (GRADE,)),),
        units=geopandas.GeoDataFrame({"unit_id": ids}, geometry=_points(instance, ids), crs=crs),
        pupils=pd.DataFrame(
            {
                "unit_id": ids,
                "stage": STAGE,
                "grade": GRADE,
                "year": YEAR,
                "pupils": [float(unit.demand) for unit in instance.units.values()],
            }
        ),
        schools=geopandas.GeoDataFrame(
            {"school_id": schools, "kind": "complete-primary", "root_unit": schools},
            geometry=_points(instance, schools),
            crs=crs,
        ),
        school_stages=pd.DataFrame(
            {
                "school_id": schools,
                "stage": STAGE,
                "seats": [float(unit.capacity or 0) for unit in instance.schools.values()],
            }
        ),
        school_grades=pd.DataFrame({"school_id": schools, "stage": STAGE, "grade": GRADE}),
        travel=pd.DataFrame(pairs, columns=["unit_id", "school_id", "mode", "metres"]).assign(
            minutes=math.nan
        ),
        adjacency=pd.DataFrame(list(instance.graph.edges), columns=["unit_a", "unit_b"]),
        measures={"metres": "straight line"},
    )


def _points(instance: Instance, ids: list[str]) -> object:
    units = [instance.units[name] for name in ids]
    return geopandas.points_from_xy([unit.x for unit in units], [unit.y for unit in units])


def figures(instance: Instance, run: Run) -> dict[str, object]:
    """The row of an instance: the plan's own figures beside those recomputed from the files."""
    school_of = dict(
        zip(run.plan.assignment["unit_id"], run.plan.assignment["school_id"], strict=True)
    )
    faults = instance.faults(school_of)
    objective = instance.objective(school_of)
    (goal,) = run.plan.goals
    if not math.isclose(objective, goal.value / 1000.0, rel_tol=1e-9):
        faults.append(f"objective {objective} recomputed, {goal.value / 1000.0} reported")
    if goal.bound / 1000.0 > instance.best_known * (1 + 1e-6):
        faults.append(f"bound {goal.bound / 1000.0} above the best value known")
    return {
        **about(instance),
        "objective": objective,
        "bound": goal.bound / 1000.0,
        "gap_percent": 100.0 * goal.gap,
        "above_percent": 100.0 * (objective / instance.best_known - 1.0),
        "first_plan": round(run.first_plan, 2),
        "seconds": round(run.seconds, 2),
        "status": str(run.plan.status),
        "valid": not faults,
        "faults": faults,
    }


def about(instance: Instance) -> dict[str, object]:
    """What is known of an instance before it is solved."""
    return {
        "instance": instance.name,
        "size": f"{len(instance.units)} x {len(instance.schools)}",
        "best_known": instance.best_known,
        "proved": instance.proved,
    }


def main() -> int:
    """Solve the instances one by one; 1 if a plan is missing or not valid."""
    parser = argparse.ArgumentParser(description="Solve published instances with fixed schools.")
    parser.add_argument("folder", type=Path, metavar="INSTANCES_DIR")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="S")
    parser.add_argument("--seed", type=int, default=0, metavar="K")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON")
    arguments = parser.parse_args()
    instances = read_instances(arguments.folder, arguments.only)
    table = Table(COLUMNS)
    for instance in instances:
        try:
            run = timed_solve(
                make_county(instance), MODEL,
                stage=STAGE, time_limit=arguments.time_limit, seed=arguments.seed,
            )  # fmt: skip
        except ZoningError as error:
            table.add({**about(instance), "valid": False, "faults": [str(error)]})
        else:
            table.add(figures(instance, run))
    for row in table.rows:
        for fault in row["faults"]:  # type: ignore[attr-defined]
            print(f"{row['instance']}: {fault}")
    if arguments.out is not None:
        settings = {"time_limit": arguments.time_limit, "seed": arguments.seed}
        write_json(arguments.out, settings, table.rows)
    return 0 if all(row["valid"] for row in table.rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
