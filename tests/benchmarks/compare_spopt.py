"""Against spopt's p-median, with and without capacities: ``python compare_spopt.py``; see README.

The same drawn instances, each side in a process of its own on this machine, one after the other:
time, memory, the objective recomputed, what a side says of its plan, and whether that is so.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from measure import Column, Table, write_results
from medians import KINDS, Medians, draw
from side import Answer

HERE = Path(__file__).parent
SIDES = {"zoning": ("zoning_side.py", "highs"), "spopt cbc": ("spopt_side.py", "cbc"),
         "spopt highs": ("spopt_side.py", "highs")}  # fmt: skip
MISSING = """spopt is not installed for {python}.
It is no dependency of this library. Install it into an environment of its own:
    python -m venv spopt-venv && spopt-venv/bin/pip install spopt highspy
    python {script} --spopt-python spopt-venv/bin/python"""
TOLERANCE = 1e-4
"""Relative gap at which a plan may be called optimal: the default of `zoning.solve`."""
MEGABYTE = 1e6

COLUMNS = [
    Column("instance", "instance", width=24),
    Column("size", "clients x sites", width=17),
    Column("side", "side", width=11),
    Column("objective", "objective", ".0f", 11),
    Column("above_percent", "above %", ".3f", 8),
    Column("says", "says", width=12),
    Column("honest", "is that so", width=21),
    Column("seconds", "s", ".1f", 7),
    Column("as_good_after", "as good after s", ".1f", 15),
    Column("peak_mb", "peak MB", ".0f", 8),
]


@dataclass(frozen=True)
class Measured:
    """One side's answer, the most memory that its processes held together, and its faults."""

    side: str
    answer: Answer
    peak_mb: float
    faults: list[str]
    objective: float | None


def measure(side: str, instance: Medians, python: str, seconds: float) -> Measured:
    """Let one side answer in a fresh process."""
    script, engine = SIDES[side]
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "instance.npz"), Path(folder, "answer.json")
        instance.save(source)
        command = [python, str(HERE / script), str(source), str(out), str(seconds), engine]
        command.append(str(time.monotonic()))
        with Path(folder, "log").open("w+") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
            peak = _peak_bytes(process)
            if process.returncode != 0:
                log.seek(0)
                raise SystemExit(f"{side} failed on {instance.name}:\n{log.read()[-2000:]}")
        answer = Answer(**json.loads(out.read_text(encoding="utf-8")))
    choice = None if answer.choice is None else np.array(answer.choice)
    faults = instance.faults(choice)
    objective = None if faults or choice is None else instance.objective(choice)
    return Measured(side, answer, peak / MEGABYTE, faults, objective)


def _peak_bytes(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end of a process; the most that it and its solver's process held together."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, _held(process.pid))
        time.sleep(0.02)
    return peak


def _held(pid: int) -> int:
    """Resident bytes of a process and its children, 0 where the system does not tell (no /proc)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return sum(int(kilobytes) * 1024 for kilobytes in own) + sum(_held(int(k)) for k in children)


def honest(measured: Measured, best: float, bound: float) -> str:
    """Whether what a side says of its plan is so, by the best plan and bound of all sides."""
    claims = measured.answer.says.lower() == "optimal"
    if measured.objective is None:
        return f"NO: {measured.faults[0]}" if claims else "yes, but no plan"
    if not claims:
        return "yes"
    above = measured.objective / best - 1.0
    if above > TOLERANCE:
        return f"NO: {100 * above:.2f} % above"
    return "yes" if measured.objective <= bound * (1 + TOLERANCE) + 1e-6 else "not refuted"


def as_good_after(measured: Measured, others: Sequence[Measured]) -> float | None:
    """Seconds until a side had a plan as good as the best of spopt's, None if never."""
    theirs = [m.objective for m in others if m.side != "zoning" and m.objective is not None]
    if not theirs or measured.side != "zoning":
        return None
    enough = min(theirs) * (1 + 1e-9)
    return next((s for s, value in measured.answer.found if value <= enough), None)


def rows(instance: Medians, found: Sequence[Measured]) -> list[dict[str, object]]:
    """The rows of an instance: each side beside the best plan and bound of all."""
    values = [m.objective for m in found if m.objective is not None]
    best = min(values, default=math.inf)
    bound = max((m.answer.bound for m in found if m.answer.bound is not None), default=-math.inf)
    result = []
    for m in found:
        above = None if m.objective is None else 100.0 * (m.objective / best - 1.0)
        result.append(
            {
                "instance": instance.name,
                "size": instance.size,
                "side": m.side,
                "objective": m.objective,
                "bound": m.answer.bound,
                "above_percent": above,
                "says": m.answer.says,
                "honest": honest(m, best, bound),
                "seconds": m.answer.seconds,
                "build_seconds": m.answer.build_seconds,
                "as_good_after": as_good_after(m, found),
                "peak_mb": m.peak_mb,
                "faults": m.faults,
            }
        )
    return result


def has_spopt(python: str) -> bool:
    """True if an interpreter can import spopt."""
    done = subprocess.run([python, "-c", "import spopt"], capture_output=True, check=False)
    return done.returncode == 0


def parse() -> argparse.Namespace:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(description="Compare with spopt's p-median.")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=KINDS)
    parser.add_argument("--size", default="2000x100", metavar="CLIENTSxSITES")
    parser.add_argument("--open", type=int, default=20, metavar="P", help="sites to be opened")
    parser.add_argument("--seconds", type=float, default=100.0, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="K", help="seed of the instances")
    parser.add_argument("--sides", nargs="+", default=list(SIDES), choices=list(SIDES))
    parser.add_argument("--spopt-python", default=sys.executable, metavar="PYTHON",
                        help="the interpreter of an environment with spopt")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON")
    arguments = parser.parse_args()
    try:
        arguments.clients, arguments.sites = map(int, arguments.size.split("x"))
    except ValueError:
        parser.error(f"--size: expected CLIENTSxSITES such as 2000x100, found {arguments.size}")
    if not 0 < arguments.open <= arguments.sites <= arguments.clients:
        parser.error("expected 0 < P <= SITES <= CLIENTS")
    return arguments


def main() -> int:
    """Compare instance by instance; 1 if this library's own plan or claim is wrong."""
    arguments = parse()
    if any(side != "zoning" for side in arguments.sides) and not has_spopt(arguments.spopt_python):
        print(MISSING.format(python=arguments.spopt_python, script=sys.argv[0]), file=sys.stderr)
        return 2
    table, made = Table(COLUMNS), []
    for kind in arguments.kinds:
        instance = draw(kind, arguments.clients, arguments.sites, arguments.open, arguments.seed)
        found = [
            measure(side, instance, sys.executable if side == "zoning" else arguments.spopt_python,
                    arguments.seconds)
            for side in arguments.sides
        ]  # fmt: skip
        for row in rows(instance, found):
            table.add(row)
            made.append(row)
        if arguments.out is not None:
            write_results(arguments.out, made)
    own = [row for row in made if row["side"] == "zoning"]
    return int(any(row["faults"] or not str(row["honest"]).startswith("yes") for row in own))


if __name__ == "__main__":
    raise SystemExit(main())
