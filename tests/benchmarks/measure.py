"""What the benchmarks share: a timed run of `zoning.solve`, a table that grows, a JSON file."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import zoning
from zoning.solve import Progress

Figures = Mapping[str, object]


@dataclass(frozen=True)
class Run:
    """A plan and the seconds that it took, from the call of `zoning.solve`."""

    plan: zoning.Plan
    first_plan: float
    seconds: float


def timed_solve(
    county: zoning.County, model: str | Path, *, stage: str, time_limit: float, seed: int
) -> Run:
    """Solve, noting when the first plan was there.

    Seconds begin with the call, so reading the model and building the arrays count as well;
    reading or making the county does not.

    Raises:
        ZoningError: the county or model is refused, or no plan was found.
    """
    began = time.monotonic()
    first: list[float] = []

    def watch(progress: Progress) -> None:
        if progress.best is not None and not first:
            first.append(time.monotonic() - began)

    plan = zoning.solve(
        county, model, stage=stage, time_limit=time_limit, seed=seed, progress=watch
    )
    seconds = time.monotonic() - began
    return Run(plan, first[0] if first else seconds, seconds)


@dataclass(frozen=True)
class Column:
    """A column of a printed table: the figure's key, its title and how it is written."""

    key: str
    title: str
    form: str = ""
    width: int = 10

    def text(self, value: object) -> str:
        """The figure as printed; a dash where there is none."""
        if value is None:
            return "-"
        if isinstance(value, bool):
            return "yes" if value else "NO"
        return format(value, self.form)


class Table:
    """A table printed row by row, since a run over many counties takes long."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.rows: list[dict[str, object]] = []
        self._print([column.title for column in columns])

    def add(self, figures: Figures) -> None:
        """Keep a row and print it."""
        self.rows.append(dict(figures))
        self._print([column.text(figures.get(column.key)) for column in self.columns])

    def _print(self, texts: Sequence[str]) -> None:
        cells = [
            f"{text:<{column.width}}" if k == 0 else f"{text:>{column.width}}"
            for k, (text, column) in enumerate(zip(texts, self.columns, strict=True))
        ]
        print(" ".join(cells).rstrip(), flush=True)


def write_json(path: Path, settings: Figures, rows: Sequence[Figures]) -> None:
    """Write the figures with what is needed to compare them: version, machine, settings."""
    content = {
        "zoning": zoning.__version__,
        "highspy": metadata.version("highspy"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "settings": dict(settings),
        "rows": [dict(row) for row in rows],
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
