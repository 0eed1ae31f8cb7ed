"""One run, in a process of its own: make the case, solve it, judge the plan, return the row."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from case import Case, Rows, of_instance
from instance import RELATIVE, judge, plain
from measure import Run, Stopwatch, peak_megabytes, timed_solve

if TYPE_CHECKING:
    from zoning import NoPlanError

STAGE = "primary"
GAPS = {"cap": 1e-6, "holmberg": 1e-6}
"""Families of which the optimum itself is asked, not a plan within the usual tolerance of it."""
SITED = "fairfax"
"""The instance of the family `siting` that is not made up."""


@dataclass(frozen=True)
class Job:
    """What a process is asked to do.

    Attributes:
        family: name of the family.
        name: name of the instance.
        path: its file or folder, for published families.
        seconds: limit of the search.
        seed: seed of the search, and of what is generated.
        size: units and schools, for generated counties.
        tightness: seats divided by pupils, for generated counties.
    """

    family: str
    name: str
    path: Path | None
    seconds: float
    seed: int
    size: tuple[int, int]
    tightness: float


def work(job: Job) -> tuple[dict[str, object], Rows]:
    """The row of a job and its plan; the plan is empty if there is none."""
    if job.family == "travel":
        from travel import row_of

        return row_of(job), []
    if job.family == "multiyear":
        from multiyear import row_of as row_of_years

        return row_of_years(job), []
    with tempfile.TemporaryDirectory() as box:
        return _row(job, make_case(job, Path(box) / "county"))


def make_case(job: Job, folder: Path) -> Case:
    """The case of a job; what is drawn in tables is written to the folder."""
    if job.family == "fairfax":
        from shipped import fairfax

        return fairfax(job.name)
    if job.family == "xunhua":
        from shipped import xunhua

        return xunhua(job.name, job.seed, folder)
    if job.family == "synthetic":
        from synthetic import generate

        return of_instance(generate(*job.size, job.tightness, job.seed))
    if job.family == "siting" and job.name == SITED:
        from shipped import fairfax_sites

        return fairfax_sites(folder)
    if job.family == "siting":
        from siting import generate as generate_sites

        return of_instance(generate_sites(*job.size, job.tightness, job.seed))
    from published import read

    assert job.path is not None
    return of_instance(read(job.family, job.name, job.path))


def _row(job: Job, case: Case) -> tuple[dict[str, object], Rows]:
    from zoning import NoPlanError

    best = case.reference.best_known
    row: dict[str, object] = {
        **blank_row(job),
        "best_known": best,
        "size": case.size,
    }
    began = Stopwatch()
    try:
        run = timed_solve(
            case.county, case.model, stage=STAGE, settings=case.settings,
            time_limit=job.seconds, seed=job.seed, gap=GAPS.get(job.family, 1e-4),
        )  # fmt: skip
    except NoPlanError as error:
        row |= {"seconds": round(began.seconds, 3), "peak_mb": _rounded(peak_megabytes())}
        return row | _no_plan(case, error), []
    row |= {
        "seconds_to_first": round(run.first, 3),
        "seconds": round(run.seconds, 3),
        "peak_mb": _rounded(peak_megabytes()),
        "status": str(run.plan.status),
    }
    cells = run.plan.cells
    plan = list(zip(cells["unit_id"], cells["band"], cells["school_id"], strict=True))
    return row | _judged(case, run, plan), plan


def blank_row(job: Job) -> dict[str, object]:
    """The row of a job of which nothing is known yet."""
    return {
        "instance": job.name,
        "family": job.family,
        "objective": None,
        "bound": None,
        "gap": None,
        "best_known": None,
        "above_best_percent": None,
        "seconds_to_first": None,
        "seconds": None,
        "peak_mb": None,
        "valid": False,
        "status": "none",
        "size": None,
        "seed": job.seed,
        "limit": job.seconds,
        "faults": [],
    }


def _no_plan(case: Case, error: NoPlanError) -> dict[str, object]:
    """Right if nothing can exist by what is published, and that was proved."""
    right = error.proved and case.reference.infeasible
    return {
        "status": "infeasible" if error.proved else "none",
        "valid": right,
        "faults": [] if right else [str(error)],
    }


def _judged(case: Case, run: Run, plan: Rows) -> dict[str, object]:
    """Objective by the instance's own files, bound by the library, and what contradicts them."""
    (goal,) = run.plan.goals
    objective, faults = case.judge(plan)
    reported, bound = goal.value / case.scale, plain(goal.bound / case.scale)
    if not faults:
        if not math.isclose(objective, reported, rel_tol=RELATIVE, abs_tol=1e-6):
            faults.append(f"objective {objective} recomputed, {reported} reported")
        faults += judge(case.reference, objective, bound)
    best = case.reference.best_known
    return {
        "objective": plain(objective),
        "bound": bound,
        "gap": _gap(objective, bound),
        "above_best_percent": plain(100.0 * (objective / best - 1.0)) if best else None,
        "valid": not faults,
        "faults": faults,
    }


def _gap(objective: float, bound: float | None) -> float | None:
    if bound is None or not math.isfinite(objective):
        return None
    short = max(0.0, objective - bound)
    return short / abs(objective) if objective else (0.0 if short == 0.0 else None)


def _rounded(megabytes: float | None) -> float | None:
    return None if megabytes is None else round(megabytes, 1)
