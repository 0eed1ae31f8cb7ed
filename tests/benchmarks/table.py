"""The markdown table of the README from results: ``python table.py RESULTS.json ...``."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]

HEAD = [
    "family",
    "limit",
    "runs",
    "valid",
    "above best known, mean (worst)",
    "gap, mean (worst)",
    "proven",
    "first plan, worst",
    "seconds, mean",
    "peak memory, worst",
]
SINGLE = ("fairfax", "multiyear", "siting", "synthetic", "xunhua")
"""Families whose instances are told apart; those of the others are taken together."""
PROVEN = ("optimal", "infeasible")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of all files together; 2 if one cannot be read."""
    parser = argparse.ArgumentParser(description="Print results of run.py as a markdown table.")
    parser.add_argument("results", type=Path, nargs="+", metavar="RESULTS.json")
    rows: list[Row] = []
    for path in parser.parse_args(arguments).results:
        try:
            rows += json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            parser.error(f"{path}: {error}")
    print(markdown(rows))
    return 0


def markdown(rows: Sequence[Row]) -> str:
    """One line for each family and limit, in the order in which they first occur."""
    groups: dict[tuple[str, float], list[Row]] = {}
    for row in rows:
        groups.setdefault((_group(row), row["limit"]), []).append(row)
    lines = ["| " + " | ".join(HEAD) + " |", "|---" * len(HEAD) + "|"]
    for (group, limit), own in groups.items():
        lines.append("| " + " | ".join([group, f"{limit:g} s", *_figures(own)]) + " |")
    return "\n".join(lines)


def _group(row: Row) -> str:
    """Family, with the kind of instance where a family has several."""
    family, name = row["family"], row["instance"]
    if family in SINGLE:
        return f"{family} `{name}`"
    if family == "kong":
        return f"{family} `{name.split('_')[0]}_*`"
    return str(family)


def _figures(rows: list[Row]) -> list[str]:
    proven = sum(row["status"] in PROVEN and row["valid"] for row in rows)
    return [
        str(len(rows)),
        str(sum(row["valid"] for row in rows)),
        _mean_worst(_numbers(rows, "above_best_percent"), "{:.3f} %"),
        _mean_worst([100.0 * gap for gap in _numbers(rows, "gap")], "{:.3f} %"),
        str(proven),
        _one(max, _numbers(rows, "seconds_to_first"), "{:.1f} s"),
        _one(statistics.mean, _numbers(rows, "seconds"), "{:.1f}"),
        _one(max, _numbers(rows, "peak_mb"), "{:,.0f} MB"),
    ]


def _numbers(rows: Iterable[Row], key: str) -> list[float]:
    return [row[key] for row in rows if row[key] is not None]


def _mean_worst(values: list[float], form: str) -> str:
    if not values:
        return "-"
    if len(values) == 1:
        return form.format(values[0])
    return f"{form.format(statistics.mean(values))} ({form.format(max(values))})"


def _one(pick: Any, values: list[float], form: str) -> str:
    return form.format(pick(values)) if values else "-"


if __name__ == "__main__":
    raise SystemExit(main())
