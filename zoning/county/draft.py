"""A county in the making: the tables as they came, brought to their declared form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zoning.county.columns import Distinct, distinct, tidy_column
from zoning.county.findings import Findings, listed
from zoning.county.schema import SCHEMA, TableSchema

if TYPE_CHECKING:
    from zoning.county.vocabulary import Stage

__all__ = ["Draft"]


class Draft:
    """Tables that are being checked, and what has been found so far.

    Attributes:
        tables: the tables in their declared form; a table that was not given is empty.
        given: the tables that were given.
        findings: what was found.
        stages: the stages by name.
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame | None],
        stages: Mapping[str, Stage],
        crs: str,
        findings: Findings,
        *,
        waived: frozenset[str] = frozenset(),
    ) -> None:
        """Bring every table to its declared form; `waived` are required ones that may lack."""
        self._waived = waived
        self.findings = findings
        self.stages = stages
        self.crs = crs
        self.given = frozenset(name for name, table in tables.items() if table is not None)
        self.tables: dict[str, Any] = {}
        self._broken: set[tuple[str, str]] = set()
        self._distinct: dict[tuple[str, str], Distinct] = {}
        for schema in SCHEMA.values():
            self.tables[schema.name] = self._tidy(schema, tables.get(schema.name))

    def usable(self, table: str, *columns: str) -> bool:
        """True if the table was given and these columns hold what they should."""
        return table in self.given and not any((table, c) in self._broken for c in columns)

    def mark_broken(self, table: str, column: str) -> None:
        """Note that a column cannot be used for further checks."""
        self._broken.add((table, column))

    def distinct(self, table: str, column: str) -> Distinct:
        """Return a text column split into distinct texts and codes; kept for the next check."""
        place = (table, column)
        if place not in self._distinct:
            self._distinct[place] = distinct(self.tables[table][column])
        return self._distinct[place]

    def ids(self, table: str, column: str) -> set[str]:
        """Return the texts that occur in a column."""
        return set(self.tables[table][column].to_numpy(dtype="object"))

    def _tidy(self, schema: TableSchema, table: pd.DataFrame | None) -> Any:
        if table is None:
            if schema.required and schema.name not in self._waived:
                self.findings.error(
                    schema.name, "", "this table", "nothing", "add the table to the county"
                )
            return self._spatial(schema, empty_table(schema))
        frame = pd.DataFrame(table).reset_index(drop=True)
        self._check_headers(schema, frame)
        frame = frame.loc[:, ~frame.columns.duplicated()]
        columns: dict[str, pd.Series[Any]] = {}
        for column in schema:
            place = (schema.name, column.name)
            if column.name not in frame.columns:
                columns[column.name] = _absent(schema, column.name, len(frame))
                if column.required:
                    self._broken.add(place)
            elif column.kind == "geometry":
                columns[column.name] = frame[column.name]
            else:
                columns[column.name], usable = tidy_column(schema, column, frame, self.findings)
                if not usable:
                    self._broken.add(place)
        return self._spatial(schema, pd.DataFrame(columns, index=frame.index), table)

    def _check_headers(self, schema: TableSchema, frame: pd.DataFrame) -> None:
        names = [str(name) for name in frame.columns]
        for column in schema:
            if column.required and column.name not in names:
                self.findings.error(
                    schema.name,
                    "",
                    f"a column {column.name}",
                    f"the columns {listed(names)}",
                    f"add the column {column.name}",
                )
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            self.findings.error(
                schema.name,
                "",
                "every column once",
                f"twice: {listed(twice)}",
                "remove one of them",
            )
        extra = [name for name in names if name not in schema.names]
        if extra:
            self.findings.warning(
                schema.name,
                "",
                f"only the columns {', '.join(schema.names)}",
                f"also {listed(extra)}",
                "nothing, if they are yours: they are left out",
            )

    def _spatial(
        self, schema: TableSchema, frame: pd.DataFrame, source: pd.DataFrame | None = None
    ) -> Any:
        """Make a table with geometry a GeoDataFrame; a foreign coordinate system is a fault."""
        if not schema.spatial:
            return frame
        import geopandas
        import shapely

        try:
            geometry = shapely.force_2d(frame["geometry"].to_numpy(dtype="object"))
        except TypeError:
            geometry = None
        if geometry is None:
            self._broken.add((schema.name, "geometry"))
            self.findings.error(
                schema.name, "column geometry", "geometries", "something else", "correct the column"
            )
            geometry = np.full(len(frame), None)
        self._check_crs(schema, source)
        rest = frame.drop(columns="geometry")
        return geopandas.GeoDataFrame(rest, geometry=geometry, crs=self.crs or None)

    def _check_crs(self, schema: TableSchema, source: Any) -> None:
        foreign = getattr(source, "crs", None)
        if foreign is None or not self.crs or foreign.equals(self.crs, ignore_axis_order=True):
            return
        self._broken.add((schema.name, "geometry"))
        self.findings.error(
            schema.name,
            "column geometry",
            f"coordinates in {self.crs}",
            f"coordinates in {foreign.to_string()[:60]}",
            f"transform the geometries to {self.crs}, or state their system as the county's crs",
        )


def empty_table(schema: TableSchema) -> pd.DataFrame:
    """Return the table without rows, its columns in their declared types."""
    return pd.DataFrame({name: _absent(schema, name, 0) for name in schema.names})


def _absent(schema: TableSchema, name: str, rows: int) -> pd.Series[Any]:
    """Return a column that was not given: its default in every row."""
    column = schema[name]
    if column.kind == "geometry":
        return pd.Series([None] * rows, dtype="object")
    if column.whole:
        return pd.Series([0] * rows, dtype="int64")
    if column.kind in ("number", "whole"):
        return pd.Series([column.blank_number] * rows, dtype="float64")
    if column.kind == "flag":
        return pd.Series([bool(column.default)] * rows, dtype="bool")
    text = pd.Series([str(column.default)] * rows, dtype="str")
    return text.astype("category") if schema.categorical else text
