"""This library's answer to one instance: a county of points, and seats or sites to be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure import Stopwatch
from medians import Medians
from side import Answer, answer

if TYPE_CHECKING:
    from zoning import County, Plan
    from zoning.formulation.model_file import Model

STAGE, GRADE, YEAR, CRS = "primary", "all", 2024, "EPSG:4544"


def make_county(instance: Medians) -> County:
    """Clients are units, sites are schools in them, and every pair is listed."""
    import geopandas
    import numpy as np
    import pandas as pd

    from zoning.county import County, Stage

    n, m = len(instance.points), len(instance.sites)
    units = np.array([f"u{k:05d}" for k in range(n)])
    schools = np.array([f"s{k:05d}" for k in range(m)])
    shapes = geopandas.points_from_xy(*instance.points.T)
    chosen = instance.p < m
    metres = instance.metres().ravel()
    return County(
        name=instance.name,
        year=YEAR,
        crs=CRS,
        metric_crs=CRS,
        notice="Drawn by chance, no real schools",
        stages=(Stage(STAGE, (GRADE,)),),
        units=geopandas.GeoDataFrame({"unit_id": units}, geometry=shapes, crs=CRS),
        pupils=pd.DataFrame(
            {"unit_id": units, "stage": STAGE, "grade": GRADE, "year": YEAR,
             "pupils": instance.demand}
        ),
        schools=geopandas.GeoDataFrame(
            {"school_id": schools, "kind": "complete-primary", "root_unit": units[instance.sites],
             **({"status": "candidate"} if chosen else {})},
            geometry=shapes[instance.sites], crs=CRS,
        ),
        school_stages=pd.DataFrame(
            {"school_id": schools, "stage": STAGE,
             "seats": np.where(np.isfinite(instance.capacity), instance.capacity, np.nan)}
        ),
        school_grades=pd.DataFrame({"school_id": schools, "stage": STAGE, "grade": GRADE}),
        travel=pd.DataFrame(
            {"unit_id": np.repeat(units, m), "school_id": np.tile(schools, n),
             "mode": "straight", "metres": metres, "minutes": np.nan}
        ),
        measures={"metres": "straight line"},
    )  # fmt: skip


def make_model(instance: Medians) -> Model:
    """Seats where the sites have limits, and the number of sites where they are to be chosen."""
    from zoning.formulation.model_file import parse_model

    rules, parameters = [], '[parameters.travel]\nmeasure = "metres"\n'
    if instance.p < len(instance.sites):
        rules.append("opening")
        parameters += f"[parameters.opening]\ncount = {instance.p}\n"
    if instance.capacitated:
        rules.append("seats")
    return parse_model(
        "median", f"rules = {rules!r}\n{parameters}[[goal]]\nminimise = {{ travel = 1.0 }}\n"
    )


def solve(instance: Medians, seconds: float, engine: str, watch: Stopwatch) -> Answer:
    """`zoning.solve` with its default arguments and a limit of seconds."""
    import zoning
    from zoning.errors import NoPlanError
    from zoning.solve import Progress

    county, model = make_county(instance), make_model(instance)
    built = watch.seconds
    found: list[tuple[float, float]] = []

    def watched(progress: Progress) -> None:
        if progress.best is not None and (not found or progress.best < found[-1][1]):
            found.append((watch.seconds, progress.best))

    try:
        plan = zoning.solve(
            county, model, stage=STAGE, time_limit=seconds, solver=engine, progress=watched
        )
    except NoPlanError as error:
        return Answer("infeasible" if error.proved else "no plan", None, build_seconds=built)
    (goal,) = plan.goals
    return Answer(
        str(plan.status), sites_of(plan, instance), goal.bound, build_seconds=built, found=found
    )


def sites_of(plan: Plan, instance: Medians) -> list[int]:
    """Number of the site that serves each client."""
    school = dict(zip(plan.cells["unit_id"], plan.cells["school_id"], strict=True))
    return [int(school[f"u{k:05d}"][1:]) for k in range(len(instance.points))]


if __name__ == "__main__":
    answer(solve)
