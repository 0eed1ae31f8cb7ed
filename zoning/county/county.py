"""The county: everything a planner brings, checked and unchangeable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from zoning.county.building import build
from zoning.county.content_hash import content_hash
from zoning.county.straight_line import StraightLine
from zoning.county.vocabulary import TODAY, Provenance, Stage

if TYPE_CHECKING:
    from zoning.errors import Fault

__all__ = ["County"]

_SETTINGS: Final = (
    "name",
    "year",
    "crs",
    "metric_crs",
    "standards",
    "notice",
    "stages",
    "provenance",
    "travel_truncated",
    "measures",
    "straight_line",
)


class County:
    """A county's tables, map and settings, validated when made and never changed afterwards.

    Tables are handed out as shallow copies: editing one leaves the county as it is. A changed
    county is made with `replace`. Two counties are equal if their content is, in whatever order
    their rows are.

    A county has a travel table, or journeys by straight line; then `travel` is empty. Ids in
    `travel` are categoricals whose codes are the row numbers of `units` and `schools`.

    Attributes:
        name: what the county is called.
        year: calendar year in which the school year begins.
        crs: coordinate system of all geometries, such as ``"EPSG:4326"``.
        metric_crs: projected coordinate system in metres, for distances and areas.
        standards: name or path of the standards that hold here.
        notice: words that must stand on everything made from this county.
        stages: the stages of schooling.
        provenance: table -> where it comes from.
        travel_truncated: True if a pair absent from `travel` is unknown rather than forbidden.
        measures: how ``metres`` and ``minutes`` of `travel` were got.
        straight_line: how journeys follow from the map, None if `travel` lists them.
        warnings: what is accepted but worth a look.
    """

    name: str
    year: int
    crs: str
    metric_crs: str
    standards: str
    notice: str
    stages: tuple[Stage, ...]
    provenance: Mapping[str, Provenance]
    travel_truncated: bool
    measures: Mapping[str, str]
    straight_line: StraightLine | None
    warnings: tuple[Fault, ...]
    _tables: dict[str, Any]

    def __init__(
        self,
        *,
        name: str,
        year: int,
        crs: str,
        metric_crs: str,
        stages: Iterable[Stage],
        units: Any,
        pupils: pd.DataFrame,
        schools: Any,
        school_grades: pd.DataFrame,
        travel: pd.DataFrame | None = None,
        school_stages: pd.DataFrame | None = None,
        adjacency: pd.DataFrame | None = None,
        assignments: pd.DataFrame | None = None,
        locks: pd.DataFrame | None = None,
        school_years: pd.DataFrame | None = None,
        expansions: pd.DataFrame | None = None,
        vetoes: pd.DataFrame | None = None,
        receivers: pd.DataFrame | None = None,
        exemptions: pd.DataFrame | None = None,
        housing: pd.DataFrame | None = None,
        feeders: pd.DataFrame | None = None,
        shared_zones: pd.DataFrame | None = None,
        groups: pd.DataFrame | None = None,
        provenance: Mapping[str, Provenance] | None = None,
        standards: str = "china",
        notice: str = "",
        travel_truncated: bool = False,
        measures: Mapping[str, str] | None = None,
        straight_line: StraightLine | None = None,
    ) -> None:
        """Check everything; the columns of each table are described in `data/README.md`.

        Without `adjacency`, units that share a border are neighbours; blank root units are
        filled in; a school stage without seats gets a row with seats unknown.

        Raises:
            InputError: with everything that is wrong.
        """
        settings: dict[str, Any] = {
            "name": name,
            "year": year,
            "crs": crs,
            "metric_crs": metric_crs,
            "standards": standards,
            "notice": notice,
            "stages": tuple(stages),
            "travel_truncated": travel_truncated,
            "measures": MappingProxyType(dict(measures or {})),
            "straight_line": straight_line,
        }
        if straight_line is not None and travel is not None and len(travel) == 0:
            travel = None
        if straight_line is not None:
            settings["measures"] = MappingProxyType({})  # the rule says how they were got
        tables = {
            "units": units,
            "pupils": pupils,
            "schools": schools,
            "school_stages": school_stages,
            "school_grades": school_grades,
            "travel": travel,
            "adjacency": adjacency,
            "assignments": assignments,
            "locks": locks,
            "school_years": school_years,
            "expansions": expansions,
            "vetoes": vetoes,
            "receivers": receivers,
            "exemptions": exemptions,
            "housing": housing,
            "feeders": feeders,
            "shared_zones": shared_zones,
            "groups": groups,
        }
        built = build(tables=tables, provenance=dict(provenance or {}), **settings)
        origins = MappingProxyType(built.provenance)
        self.__dict__.update(settings, year=int(year), provenance=origins)
        self.__dict__.update(warnings=built.warnings, _tables=built.tables)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: a county does not change."""
        raise AttributeError(f"a County cannot be changed; use replace({name}=...)")

    def __delattr__(self, name: str) -> None:
        """Refuse: a county does not change."""
        raise AttributeError("a County cannot be changed")

    @property
    def units(self) -> Any:
        """GeoDataFrame: unit_id, name, code, township, settlement, geometry."""
        return self.table("units")

    @property
    def pupils(self) -> pd.DataFrame:
        """DataFrame: unit_id, stage, grade, year, group, pupils (number of children)."""
        table: pd.DataFrame = self.table("pupils")
        return table

    @property
    def schools(self) -> Any:
        """GeoDataFrame: school_id, name, kind, boarding ... rooms, root_unit, geometry."""
        return self.table("schools")

    @property
    def school_stages(self) -> pd.DataFrame:
        """DataFrame: school_id, stage, seats (NaN unknown); a row for every stage served."""
        table: pd.DataFrame = self.table("school_stages")
        return table

    @property
    def school_grades(self) -> pd.DataFrame:
        """DataFrame: school_id, stage, grade, classes, enrolled (NaN unknown), outside."""
        table: pd.DataFrame = self.table("school_grades")
        return table

    @property
    def travel(self) -> pd.DataFrame:
        """DataFrame: unit_id, school_id, mode (categoricals), metres, minutes."""
        table: pd.DataFrame = self.table("travel")
        return table

    @property
    def adjacency(self) -> pd.DataFrame:
        """DataFrame: unit_a, unit_b (unit_a < unit_b), border_metres (NaN unknown)."""
        table: pd.DataFrame = self.table("adjacency")
        return table

    @property
    def assignments(self) -> pd.DataFrame:
        """DataFrame: plan, unit_id, stage, band, school_id."""
        table: pd.DataFrame = self.table("assignments")
        return table

    @property
    def locks(self) -> pd.DataFrame:
        """DataFrame: unit_id, stage, band, lock, school_id."""
        table: pd.DataFrame = self.table("locks")
        return table

    @property
    def school_years(self) -> pd.DataFrame:
        """DataFrame: school_id, stage, year, seats, rooms ... staff (NaN: as before)."""
        table: pd.DataFrame = self.table("school_years")
        return table

    @property
    def expansions(self) -> pd.DataFrame:
        """DataFrame: school_id, option, classes, seats ... lead_years, most, temporary."""
        table: pd.DataFrame = self.table("expansions")
        return table

    @property
    def vetoes(self) -> pd.DataFrame:
        """DataFrame: school_id, action, reason, source, from_year, until_year (NaN: always)."""
        table: pd.DataFrame = self.table("vetoes")
        return table

    @property
    def receivers(self) -> pd.DataFrame:
        """DataFrame: school_id, purpose, receiver, rank (NaN: no order)."""
        table: pd.DataFrame = self.table("receivers")
        return table

    @property
    def exemptions(self) -> pd.DataFrame:
        """DataFrame: unit_id, stage, grade ("" for all), reason: young children who may board."""
        table: pd.DataFrame = self.table("exemptions")
        return table

    @property
    def housing(self) -> pd.DataFrame:
        """DataFrame: complex_id, name, unit_id, stage, year, dwellings, children, companion."""
        table: pd.DataFrame = self.table("housing")
        return table

    @property
    def feeders(self) -> pd.DataFrame:
        """DataFrame: school_id, stage, feeds: who takes the graduates today."""
        table: pd.DataFrame = self.table("feeders")
        return table

    @property
    def shared_zones(self) -> pd.DataFrame:
        """DataFrame: zone, stage, school_id: schools that share an intake by lottery."""
        table: pd.DataFrame = self.table("shared_zones")
        return table

    @property
    def groups(self) -> pd.DataFrame:
        """DataFrame: group, rank (NaN: after all others), protected, placed."""
        table: pd.DataFrame = self.table("groups")
        return table

    @property
    def today(self) -> pd.DataFrame:
        """Today's zones: the rows of `assignments` whose plan is ``"today"``."""
        assignments = self.assignments
        return assignments[assignments["plan"] == TODAY].reset_index(drop=True)

    @property
    def placed_pupils(self) -> pd.DataFrame:
        """The rows of `pupils` without groups that take no place, such as private enrolment."""
        groups, rows = self.groups, self.pupils
        elsewhere = set(groups.loc[~groups["placed"].astype(bool), "group"])
        return rows[~rows["group"].isin(elsewhere)] if elsewhere else rows

    @property
    def plan_names(self) -> tuple[str, ...]:
        """The plans in `assignments`, in the order in which they occur."""
        return tuple(str(plan) for plan in self._tables["assignments"]["plan"].unique())

    def table(self, name: str) -> Any:
        """Return a table by name, as a shallow copy.

        Raises:
            KeyError: there is no such table.
        """
        return self._tables[name].copy(deep=False)

    def stage(self, name: str) -> Stage:
        """Return a stage by name.

        Raises:
            KeyError: the county has no such stage.
        """
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(name)

    def replace(self, **changes: Any) -> County:
        """Return a county that differs in the named fields, checked like any other.

        Raises:
            InputError: the changed county is wrong.
            TypeError: there is no such field.
        """
        fields = {name: getattr(self, name) for name in _SETTINGS} | self._tables
        return County(**(fields | changes))

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 (hexadecimal) of tables, stages, year, systems of coordinates and standards.

        Names, notice and provenance do not count: a plan stays right when they are reworded.
        """
        stages = [[s.name, s.grades, [[b, g] for b, g in s.bands.items()]] for s in self.stages]
        settings = {
            "year": self.year,
            "crs": self.crs,
            "metric_crs": self.metric_crs,
            "standards": self.standards,
            "stages": stages,
            "travel_truncated": self.travel_truncated,
        }
        if self.straight_line is not None:
            rule = self.straight_line
            settings["straight_line"] = [rule.scale("metres"), str(rule.scale("minutes"))]
        return content_hash(settings, self._tables)

    def __eq__(self, other: object) -> bool:
        """Compare by content; the order of rows does not matter."""
        if not isinstance(other, County):
            return NotImplemented
        words = ("name", "notice", "provenance", "measures")
        same = all(getattr(self, word) == getattr(other, word) for word in words)
        return same and self.content_hash == other.content_hash

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(self.content_hash)

    def __reduce__(self) -> tuple[Any, tuple[dict[str, Any]]]:
        """Let a county be copied and sent to other processes."""
        fields = {name: getattr(self, name) for name in _SETTINGS}
        plain = {key: dict(fields[key]) for key in ("provenance", "measures")}
        return _restore, (fields | plain | self._tables,)

    def __repr__(self) -> str:
        """Return name, year and size."""
        units, schools = len(self._tables["units"]), len(self._tables["schools"])
        return f"<County {self.name!r} {self.year}: {units} units, {schools} schools>"


def _restore(fields: dict[str, Any]) -> County:
    return County(**fields)
