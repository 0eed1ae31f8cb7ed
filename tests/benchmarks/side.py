"""What each side of the comparison with spopt hands back, and how a side is called.

``python SIDE.py INSTANCE.npz OUT.json SECONDS ENGINE BEGAN``, the last by the monotonic clock.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from measure import Stopwatch
from medians import Medians, load


@dataclass
class Answer:
    """What one side says: its status in its own words and the site of every client.

    ``seconds`` count from the start of its process, imports included, to the answer;
    ``build_seconds`` are those until the solver starts. ``found`` lists (seconds, objective) of
    the plans on the way; it and ``bound`` (a proven one) are empty where a side tells neither.
    """

    says: str
    choice: list[int] | None
    bound: float | None = None
    seconds: float = 0.0
    build_seconds: float = 0.0
    found: list[tuple[float, float]] = field(default_factory=list)


def answer(solve: Callable[[Medians, float, str, Stopwatch], Answer]) -> None:
    """Read the instance that the command line names, solve it, write the answer."""
    source, out, seconds, engine, began = sys.argv[1:]
    watch = Stopwatch(float(began))
    found = solve(load(Path(source)), float(seconds), engine, watch)
    found.seconds = watch.seconds
    Path(out).write_text(json.dumps(asdict(found)), encoding="utf-8")
