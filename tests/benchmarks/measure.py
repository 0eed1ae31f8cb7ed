"""What a run measures: seconds, the first plan, memory; and how rows are printed and kept."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import zoning
    from zoning.solve import Progress

Figures = Mapping[str, object]


class Stopwatch:
    """Seconds since it was made, or since ``began``, and until the first plan was there."""

    def __init__(self, began: float | None = None) -> None:
        self.began = time.monotonic() if began is None else began
        self.first: float | None = None

    @property
    def seconds(self) -> float:
        """Seconds so far."""
        return time.monotonic() - self.began

    def watch(self, progress: Progress) -> None:
        """Note when the first plan was reported."""
        if progress.best is not None and self.first is None:
            self.first = self.seconds


@dataclass(frozen=True)
class Run:
    """A plan and the seconds it took, from the call of `zoning.solve`; reading or making the
    county does not count, reading the model and building the arrays do.
    """

    plan: zoning.Plan
    first: float
    seconds: float


def timed_solve(
    county: zoning.County,
    model: str | Path,
    *,
    stage: str,
    settings: dict[str, object],
    time_limit: float,
    seed: int,
    gap: float = 1e-4,
) -> Run:
    """Solve, noting when the first plan was there.

    Raises:
        ZoningError: the county or model is refused, or no plan was found.
    """
    import zoning

    watch = Stopwatch()
    plan = zoning.solve(
        county, model, stage=stage, settings=settings, time_limit=time_limit, seed=seed,
        gap=gap, progress=watch.watch,
    )  # fmt: skip
    seconds = watch.seconds
    return Run(plan, seconds if watch.first is None else watch.first, seconds)


@dataclass(frozen=True)
class RunOfYears:
    """As `Run`, of a plan over several years."""

    plan: zoning.RollingPlan
    first: float
    seconds: float


def timed_solve_years(
    county: zoning.County, model: str | Path, *, stage: str, time_limit: float, seed: int
) -> RunOfYears:
    """Plan several years, noting when the first plan was there.

    Raises:
        ZoningError: the county or model is refused, or no plan was found.
    """
    import zoning

    watch = Stopwatch()
    plan = zoning.solve_years(
        county, model, stage=stage, time_limit=time_limit, seed=seed, progress=watch.watch
    )
    seconds = watch.seconds
    return RunOfYears(plan, seconds if watch.first is None else watch.first, seconds)


def peak_megabytes() -> float | None:
    """The most memory that this process has held, in 10^6 bytes; None where nobody counts it."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


@dataclass(frozen=True)
class Column:
    """A column of a printed table: the figure's key, its title and how it is written."""

    key: str
    title: str
    form: str = ""
    width: int = 10
    factor: float = 1.0

    def text(self, value: object) -> str:
        """The figure as printed; a dash where there is none."""
        if value is None:
            return "-"
        if isinstance(value, bool):
            return "yes" if value else "NO"
        if isinstance(value, (int, float)):
            return format(value * self.factor if self.form else value, self.form)
        return str(value)


class Table:
    """A table printed row by row, since a run over many counties takes long."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self._print([column.title for column in columns])

    def add(self, figures: Figures) -> None:
        """Print a row."""
        self._print([column.text(figures.get(column.key)) for column in self.columns])

    def _print(self, texts: Sequence[str]) -> None:
        cells = [
            f"{text:<{column.width}}" if k == 0 else f"{text:>{column.width}}"
            for k, (text, column) in enumerate(zip(texts, self.columns, strict=True))
        ]
        print(" ".join(cells).rstrip(), flush=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file under another name and then rename it: it is never there half."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def write_results(path: Path, rows: Sequence[Figures]) -> None:
    """Write the rows as a JSON list."""
    content = json.dumps([dict(row) for row in rows], indent=1, ensure_ascii=False)
    write_whole(path, content + "\n")
