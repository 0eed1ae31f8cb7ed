"""Ways to damage one thing in the folder of a county or of a plan; each returns the deed to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

Deed = Callable[[Path], None]


def _edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before, "the damage must change something"
    path.write_text(after, encoding="utf-8")


def text(file: str, old: str, new: str) -> Deed:
    """Replace the first `old` in a file by `new`."""
    return lambda folder: _edit(folder / file, lambda before: before.replace(old, new, 1))


def line(file: str, new: str) -> Deed:
    """Add a line to the end of a file."""
    return lambda folder: _edit(folder / file, lambda before: f"{before}{new}\n")


def cell(file: str, row: int, column: str, value: str) -> Deed:
    """Put `value` into a column of a data row, counted from 1."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[row - 1, column] = value
        return table

    return table(file, change)


def table(file: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Deed:
    """Change a CSV table, whose cells are all texts."""

    def deed(folder: Path) -> None:
        path = folder / file
        before = pd.read_csv(path, dtype=str, keep_default_na=False)
        after = change(before.copy())
        assert not after.equals(before), "the damage must change something"
        after.to_csv(path, index=False)

    return deed


def without_column(file: str, column: str) -> Deed:
    """Drop a column of a CSV table."""
    return table(file, lambda old: old.drop(columns=column))


def only(file: str, **where: str) -> Deed:
    """Drop the rows of a CSV table in which every column named has the value given."""

    def change(old: pd.DataFrame) -> pd.DataFrame:
        hit = pd.Series(True, index=old.index)
        for column, value in where.items():
            hit &= old[column] == value
        return old[~hit]

    return table(file, change)


def feature(file: str, row: int, change: Callable[[dict[str, Any]], object]) -> Deed:
    """Change a feature of a GeoJSON file, counted from 1."""

    def deed(folder: Path) -> None:
        def edit(before: str) -> str:
            content = json.loads(before)
            change(content["features"][row - 1])
            return json.dumps(content)

        _edit(folder / file, edit)

    return deed


def shape(file: str, row: int, coordinates: object) -> Deed:
    """Give a feature other coordinates."""
    return feature(file, row, lambda one: one["geometry"].update(coordinates=coordinates))


def features(file: str, change: Callable[[list[Any]], list[Any]]) -> Deed:
    """Change the list of features of a GeoJSON file."""

    def deed(folder: Path) -> None:
        def edit(before: str) -> str:
            content = json.loads(before)
            content["features"] = change(content["features"])
            return json.dumps(content)

        _edit(folder / file, edit)

    return deed


def cut(file: str, share: float = 0.6) -> Deed:
    """Keep the first part of a file's bytes."""

    def deed(folder: Path) -> None:
        path = folder / file
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])

    return deed


def recoded(file: str, encoding: str) -> Deed:
    """Save a file in another encoding, with a name in Chinese in it."""

    def deed(folder: Path) -> None:
        path = folder / file
        path.write_bytes((path.read_text(encoding="utf-8") + "循化县\n").encode(encoding))

    return deed


def gone(file: str) -> Deed:
    """Delete a file."""
    return lambda folder: (folder / file).unlink()


def as_parquet(name: str, then: Deed | None = None) -> Deed:
    """Store a CSV table as Parquet, and damage that."""

    def deed(folder: Path) -> None:
        csv = folder / f"{name}.csv"
        pd.read_csv(csv, dtype={"unit_id": str, "school_id": str}).to_parquet(
            folder / f"{name}.parquet"
        )
        csv.unlink()
        text("county.toml", f"{name}.csv", f"{name}.parquet")(folder)
        if then is not None:
            then(folder)

    return deed


def locks(*rows: str) -> Deed:
    """Give a county without locks some: `unit_id,stage,band,lock,school_id`."""

    def deed(folder: Path) -> None:
        words = "\n".join(["unit_id,stage,band,lock,school_id", *rows])
        (folder / "locks.csv").write_text(words + "\n", encoding="utf-8")
        entry = 'file = "locks.csv"\nstatus = "assumed"\nsource = "test"\nlicence = "test"'
        line("county.toml", f"[tables.locks]\n{entry}")(folder)

    return deed


def both(*deeds: Deed) -> Deed:
    """Do one after the other."""

    def deed(folder: Path) -> None:
        for one in deeds:
            one(folder)

    return deed
