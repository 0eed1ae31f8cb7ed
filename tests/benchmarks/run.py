"""The benchmark command: ``python run.py FAMILY ...``; README.md says what it measures."""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import multiyear
import published
import travel
from measure import Column, Figures, Table, write_results, write_whole
from synthetic import parse_size
from worker import SITED, Job, blank_row, work

FAMILIES = (
    *published.FAMILIES, "fairfax", "multiyear", "siting", "synthetic", "travel", "xunhua",
)  # fmt: skip
NAMES = {"fairfax": ("drive", "straight"), "xunhua": ("annual-zoning", "rezoning")}
SIZES = {"multiyear": "1000x60", "siting": "3000x150", "synthetic": "3000x60"}
"""Units and schools of counties that are generated, if the command does not say."""

COLUMNS = [
    Column("instance", "instance", width=20),
    Column("seed", "seed", width=4),
    Column("size", "size", width=11),
    Column("objective", "objective", ",.2f", 15),
    Column("bound", "bound", ",.2f", 15),
    Column("gap", "gap %", ".3f", 7, factor=100.0),
    Column("best_known", "best known", ",.2f", 15),
    Column("above_best_percent", "above %", ".3f", 8),
    Column("seconds_to_first", "first s", ".1f", 8),
    Column("seconds", "s", ".1f", 7),
    Column("peak_mb", "peak MB", ",.0f", 8),
    Column("valid", "valid", width=5),
    Column("status", "status", width=12),
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every job in a process of its own; 1 if a row is not valid."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        jobs = plan_jobs(chosen)
    except (published.UnreadableError, ValueError) as error:
        parser.error(str(error))
    if chosen.out is not None and not chosen.out.absolute().parent.is_dir():
        parser.error(f"--out: no folder {chosen.out.absolute().parent}")
    if chosen.solutions is not None:
        chosen.solutions.mkdir(parents=True, exist_ok=True)
    table, rows = Table(travel.COLUMNS if chosen.family == "travel" else COLUMNS), []
    for job in jobs:
        row, plan = in_own_process(job)
        rows.append(row)
        table.add(row)
        for fault in row["faults"]:  # type: ignore[attr-defined]
            print(f"  {job.name}: {fault}", flush=True)
        if chosen.out is not None:
            write_results(chosen.out, rows)
        if chosen.solutions is not None and plan:
            several = len(chosen.seeds or ()) > 1
            name = f"{job.name}_seed{job.seed}" if several else job.name
            write_solution(chosen.solutions / f"{name}.csv", plan)
    if len(chosen.seeds or ()) > 1:
        _summarise(rows)
    return 0 if all(row["valid"] is not False for row in rows) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Solve a family of instances and judge the plans.")
    add = parser.add_argument
    add("family", choices=FAMILIES, metavar="FAMILY", help=", ".join(FAMILIES))
    add("--instances", type=Path, metavar="DIR", help="folder of a published family")
    add("--seconds", type=float, default=60.0, metavar="N", help="limit of each search")
    add("--only", nargs="+", default=[], metavar="NAME", help="these instances")
    add("--seed", type=int, default=0, metavar="K", help="seed of search and generated counties")
    add("--seeds", type=int, nargs="+", metavar="K", help="several seeds, each instance for each")
    add("--out", type=Path, metavar="FILE", help="write the rows as JSON")
    add("--solutions", type=Path, metavar="DIR", help="write each plan as NAME.csv")
    add("--size", metavar="UNITSxSCHOOLS", help="of counties that are generated")
    add("--tightness", type=float, default=1.10, metavar="T", help="seats / pupils of those")
    return parser


def plan_jobs(chosen: argparse.Namespace) -> list[Job]:
    """The jobs that the command asks for, instance by instance.

    Raises:
        UnreadableError: the folder is missing or holds nothing of the family.
        ValueError: a name, number or size is not as it must be.
    """
    if not chosen.seconds > 0 or chosen.seconds == float("inf"):
        raise ValueError(f"--seconds {chosen.seconds}: expected seconds above 0")
    seeds = chosen.seeds or [chosen.seed]
    if min(seeds) < 0:
        raise ValueError(f"seed {min(seeds)}: expected 0 or more")
    size = parse_size(_size(chosen))
    if not chosen.tightness >= 1:
        raise ValueError(f"--tightness {chosen.tightness}: expected 1 or more")
    return [
        Job(chosen.family, name, path, chosen.seconds, seed, size, chosen.tightness)
        for name, path in _instances(chosen).items()
        for seed in seeds
    ]


def _size(chosen: argparse.Namespace) -> str:
    return str(chosen.size or SIZES.get(chosen.family, SIZES["synthetic"]))


def _instances(chosen: argparse.Namespace) -> dict[str, Path | None]:
    """Names of the family's instances, with where they are; only those that were asked for."""
    known: dict[str, Path | None]
    if chosen.family in SIZES:
        years = f"x{multiyear.YEARS}" if chosen.family == "multiyear" else ""
        known = {f"{_size(chosen)}{years}_t{chosen.tightness:.2f}": None}
        if chosen.family == "siting":
            known[SITED] = None
    elif chosen.family == "travel":
        known = dict.fromkeys(travel.SIDES)
    elif chosen.family in NAMES:
        known = dict.fromkeys(NAMES[chosen.family])
    elif chosen.instances is None:
        raise ValueError(f"family {chosen.family} needs --instances DIR")
    else:
        known = {**published.find(chosen.family, chosen.instances)}
    unknown = [name for name in chosen.only if name not in known]
    if unknown:
        raise ValueError(f"--only {' '.join(unknown)}: expected names out of {', '.join(known)}")
    return {name: known[name] for name in chosen.only} or known


def in_own_process(job: Job) -> tuple[dict[str, object], list[tuple[str, str, str]]]:
    """Do a job in a fresh process, so that its peak memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(work, job).result()
        except BrokenProcessPool:
            fault = "the process ended before it answered (out of memory?)"
        except Exception as error:  # whatever fails is a row, and the other instances go on
            fault = f"{type(error).__name__}: {error}"
    return {**blank_row(job), "status": "failed", "faults": [fault]}, []


def write_solution(path: Path, plan: list[tuple[str, str, str]]) -> None:
    """Write a plan; a column `band` only where there is more than one."""
    bands = len({band for _, band, _ in plan}) > 1
    lines = ["unit_id,school_id" + (",band" if bands else "")]
    lines += [f"{u},{s},{b}" if bands else f"{u},{s}" for u, b, s in plan]
    write_whole(path, "\n".join(lines) + "\n")


def _summarise(rows: list[dict[str, object]]) -> None:
    """Median and worst of the seeds of each instance."""
    print()
    for name in dict.fromkeys(str(row["instance"]) for row in rows):
        own = [row for row in rows if row["instance"] == name]
        parts = [
            _spread(own, "above_best_percent", "above best known", "%", 1.0),
            _spread(own, "gap", "gap", "%", 100.0),
            _spread(own, "seconds_to_first", "first plan", "s", 1.0),
            _spread(own, "peak_mb", "peak", "MB", 1.0),
        ]
        told = "; ".join(part for part in parts if part)
        print(f"{name}, {len(own)} seeds, median (worst): {told}")


def _spread(rows: Sequence[Figures], key: str, title: str, unit: str, factor: float) -> str:
    values = [factor * value for row in rows if isinstance(value := row[key], float)]
    if not values:
        return ""
    return f"{title} {statistics.median(values):.3f} ({max(values):.3f}) {unit}"


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit("stopped; the rows until now are written") from None
