"""The counties that ship: ``python shipped.py``; see README.md.

Fairfax is rezoned as it is; Xunhua is drawn for each seed, zoned for its entrants and rezoned.
Every run has a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from measure import Column, Table, timed_solve, write_json

from zoning import read_county

DATA = Path(__file__).parents[2] / "data"
STAGE = "primary"
FAIRFAX, XUNHUA = "fairfax", "xunhua"

COLUMNS = [
    Column("county", "county", width=8),
    Column("model", "model", width=14),
    Column("draw", "draw", width=4),
    Column("size", "size", width=10),
    Column("value", "value", ",.1f", 14),
    Column("bound", "bound", ",.1f", 14),
    Column("gap_percent", "gap %", ".3f", 7),
    Column("first_plan", "first s", ".1f", 8),
    Column("seconds", "s", ".1f", 6),
    Column("peak_megabytes", "peak MB", ",.0f", 8),
    Column("status", "status", width=12),
]


@dataclass(frozen=True)
class Case:
    """One run; ``draw`` is the seed that the county was drawn from, None for one that ships."""

    county: str
    model: str
    draw: int | None = None


def cases(seeds: list[int], only: list[str]) -> list[Case]:
    """Fairfax once, then every drawn county with both models."""
    drawn = [Case(XUNHUA, model, seed) for seed in seeds for model in ("annual-zoning", "rezoning")]
    return [case for case in [Case(FAIRFAX, "rezoning"), *drawn] if case.county in only]


def measure(case: Case, time_limit: float, seed: int) -> dict[str, object]:
    """Draw or find the county, solve, and return the row; runs in a process of its own.

    Raises:
        ZoningError: no plan was found.
    """
    with tempfile.TemporaryDirectory() as box:
        folder = DATA / case.county
        if case.draw is not None:
            folder = draw(case.county, case.draw, Path(box) / case.county)
        county = read_county(folder)
    run = timed_solve(county, case.model, stage=STAGE, time_limit=time_limit, seed=seed)
    plan = run.plan
    return {
        "county": case.county,
        "model": case.model,
        "draw": case.draw,
        "size": f"{len(county.units)} x {len(plan.schools)}",
        "value": plan.goals[0].value,
        "bound": plan.goals[0].bound,
        "unit": plan.goals[0].unit,
        "gap_percent": 100.0 * plan.goals[0].gap,
        "first_plan": round(run.first_plan, 2),
        "seconds": round(run.seconds, 2),
        "peak_megabytes": peak_megabytes(),
        "status": str(plan.status),
    }


def draw(name: str, seed: int, out: Path) -> Path:
    """Have the county's generator write the folder of a seed."""
    script = DATA / name / "generate.py"
    command = [sys.executable, "-B", str(script), "--seed", str(seed), "--out", str(out)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return out


def peak_megabytes() -> float | None:
    """The most memory that this process has held, in 10^6 bytes; None where nobody counts it."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def main() -> int:
    """Run every case; the exit code says nothing of the gaps."""
    parser = argparse.ArgumentParser(description="Solve the counties that ship.")
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="S")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5], metavar="K",
                        help="seeds that Xunhua is drawn from")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, metavar="K", help="seed of the search")
    parser.add_argument("--only", nargs="+", choices=[FAIRFAX, XUNHUA], default=[FAIRFAX, XUNHUA])
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON")
    arguments = parser.parse_args()
    table = Table(COLUMNS)
    spawn = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as pool:
        for case in cases(arguments.seeds, arguments.only):
            run = pool.submit(measure, case, arguments.time_limit, arguments.seed)
            table.add(run.result())
    if arguments.out is not None:
        settings = {"time_limit": arguments.time_limit, "seed": arguments.seed}
        write_json(arguments.out, settings, table.rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
