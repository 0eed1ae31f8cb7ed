"""How long a search may go on: seconds, machine-independent work, and the planner's Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Progress:
    """Where a search stands: seconds since the start, what it is doing, best value and bound."""

    elapsed: float
    phase: str
    best: float | None
    bound: float | None
    gap: float | None


class Clock:
    """Limits of a search.

    With a ``work_limit`` every part counts its own steps (sweeps, nodes, rounds) and none looks
    at the time unless a ``time_limit`` is stated as well, so that a run can be repeated exactly.
    ``stop`` is an array that compiled code and other threads can read.
    """

    def __init__(
        self,
        time_limit: float,
        work_limit: int | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self.began = time.monotonic()
        self.time_limit = time_limit
        self.work = work_limit
        self.stop = np.zeros(1, dtype=np.int64)
        self._progress = progress
        self.begin_goal()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        """Seconds left, never below 0; infinite without a time limit."""
        return max(0.0, self.time_limit - self.elapsed)

    @property
    def over(self) -> bool:
        """True once the time is up or somebody asked to stop."""
        return bool(self.stop[0]) or self.left <= 0.0

    @property
    def interrupted(self) -> bool:
        """True if somebody asked to stop."""
        return bool(self.stop[0])

    def interrupt(self) -> None:
        """Ask every part to stop."""
        self.stop[0] = 1

    def begin_goal(self) -> None:
        """Forget best value and bound: another goal is searched."""
        self._best: float | None = None
        self._bound: float | None = None

    def report(self, phase: str, best: float | None = None, bound: float | None = None) -> None:
        """Tell whoever listens; what is not stated is as it was reported last.

        A listener that raises KeyboardInterrupt asks to stop, as a planner's Ctrl-C does.
        """
        if best is not None:
            self._best = best if self._best is None else min(best, self._best)
        if bound is not None and np.isfinite(bound):
            self._bound = bound if self._bound is None else max(bound, self._bound)
        if self._progress is None:
            return
        gap = None
        if self._best is not None and self._bound is not None:
            short = max(0.0, self._best - self._bound)
            gap = short / max(abs(self._best), 1e-12) if short else 0.0
        try:
            self._progress(Progress(self.elapsed, phase, self._best, self._bound, gap))
        except KeyboardInterrupt:
            self.interrupt()

    def share(self, fraction: float) -> Clock:
        """A clock for a part: a fraction of the time left, the same work, stop and listener."""
        part = Clock(self.left * fraction, self.work)
        part.stop = self.stop
        part.report = self.report  # type: ignore[method-assign]
        part.begin_goal = self.begin_goal  # type: ignore[method-assign]
        return part

    def quiet(self, fraction: float = 1.0, seconds: float = float("inf")) -> Clock:
        """A share, or some seconds, that tells nobody: its values are none of the goal's."""
        part = Clock(min(self.left * fraction, seconds), self.work)
        part.stop = self.stop
        return part
