"""The plan: which unit goes to which school, and every figure that follows from it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.errors import Fault, InputError
from zoning.plan.built import no_modules, tidy_built
from zoning.plan.cells import chosen_measure
from zoning.plan.goals import GoalResult, Rule
from zoning.plan.making import make_tables
from zoning.plan.refusals import check_question, missing_county, other_county
from zoning.plan.same import same_content
from zoning.plan.sharing import by_zone
from zoning.plan.status import PlanStatus

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from zoning.county import County
    from zoning.plan.compare import Comparison

__all__ = ["FORMAT", "Plan"]

FORMAT = 1
"""Version of the files that a plan is kept in."""

Changes = Mapping[str | tuple[str, str], str]
"""unit_id, or (unit_id, band) -> school_id."""


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan for one stage and year, with what is proven about it.

    Made by `zoning.solve`, or by :meth:`from_assignment` from any list of cells and schools.

    Attributes:
        county: the county's name.
        county_hash: its content hash; a plan is verified against that county only.
        notice: what every map and file must say, e.g. that the data are modelled.
        stage: stage of schooling.
        year: year of the pupils.
        place: ``"all"`` (all grades of the stage) or ``"entrants"`` (the entry grade alone).
        model: name of the model.
        rules: rules of the model with all parameters written out.
        goals: what was reached for each goal, in the order of the model.
        status: see `PlanStatus`.
        solver: name of the solver.
        seed: seed of the search.
        seconds: time taken, in seconds.
        standards: name or path of the standards.
        measure: ``"minutes"`` or ``"metres"``: the mode of travel that is nearest in it counts.
        notes: what a planner should know, e.g. rules skipped for lack of data.
        assignment: one row per cell (unit and band) and group of pupils: unit_id, stage, band,
            year, group, school_id, pupils, mode, metres, minutes (one way, NaN unknown). A cell
            without pupils has one row with group ``""``; a cell without school has school ``""``.
            A cell of a shared zone has such rows for each school of the zone, with the pupils
            that are expected to be drawn to it.
        schools: one row per school: school_id, name, kind, stage, state (open or closed; only
            where the model has the rule opening), pupils, outside (pupils from
            outside the zoning), seats (places for entrants if only they are placed), utilisation
            ((pupils + outside) / seats), classes, largest_class, mean_metres, longest_metres,
            mean_minutes, longest_minutes, units, moved_in and moved_out (pupils); where the
            model has the rule teachers, posts (needed) and staff (posts filled today).
        indicators: the keys of `zoning.plan.tables.INDICATORS`, and those of
            `zoning.plan.further.FURTHER` that the plan's rules and goals ask for.
        moved: cells whose school differs from today's: unit_id, name, band, from_school,
            to_school, pupils.
        built: modules that are built, where the model has the rule expansion: school_id, option,
            year (of the decision), modules.
        actions: what is done with each school, where the model decides about schools; see
            `zoning.plan.actions.actions_table`.
        feeders: which school feeds which, where the model has the rule feeders; see
            `zoning.plan.feeding.feeders_table`.
        diversions: children beyond the places of their zone's school, and where they go, where the
            model has the rule overflow (the other tables count them in their zone); see
            `zoning.plan.diversions.diversions_table`.
        buses: who rides a bus and what buses that takes, by school and unit, where the model has
            the rule buses; see `zoning.plan.buses.buses_table`.
        format: version of the files that the plan is kept in.
    """

    county: str
    county_hash: str
    notice: str
    stage: str
    year: int
    place: str
    model: str
    rules: tuple[Rule, ...]
    goals: tuple[GoalResult, ...]
    status: PlanStatus
    solver: str
    seed: int
    seconds: float
    standards: str
    measure: str
    notes: tuple[str, ...]
    assignment: pd.DataFrame
    schools: pd.DataFrame
    indicators: Mapping[str, float]
    moved: pd.DataFrame
    built: pd.DataFrame = field(default_factory=no_modules)
    actions: pd.DataFrame = field(default_factory=pd.DataFrame)
    feeders: pd.DataFrame = field(default_factory=pd.DataFrame)
    diversions: pd.DataFrame = field(default_factory=pd.DataFrame)
    buses: pd.DataFrame = field(default_factory=pd.DataFrame)
    format: int = FORMAT
    _county: County | None = field(default=None, repr=False)

    @classmethod
    def from_assignment(
        cls,
        county: County,
        *,
        stage: str,
        year: int,
        place: str,
        cells: pd.DataFrame,
        model: str,
        rules: Sequence[Rule],
        goals: Sequence[GoalResult],
        status: PlanStatus,
        solver: str,
        seed: int,
        seconds: float,
        standards: str,
        notes: Sequence[str] = (),
        measure: str = "minutes",
        built: pd.DataFrame | None = None,
    ) -> Plan:
        """Return a plan with all its tables computed from the cells and the county.

        Args:
            county: the county.
            stage: stage of schooling.
            year: year of the pupils.
            place: ``"all"`` or ``"entrants"``.
            cells: unit_id, band, school_id, one row per cell; cells left out stay without school.
                With the rule shared-zones the name of a zone may stand for a school.
            model: name of the model.
            rules: its rules, all parameters written out.
            goals: what was reached for each goal.
            status: how the search ended.
            solver: name of the solver.
            seed: seed of the search.
            seconds: time taken.
            standards: name or path of the standards.
            notes: what a planner should know.
            measure: ``"minutes"`` or ``"metres"``; of several modes of travel between a unit and
                a school, the one with the least of it counts (ties by the mode's name). If the
                county knows nothing in it, the other is taken.
            built: school_id, option, year, modules: what is built; None if nothing is.

        Raises:
            InputError: unknown stage, unit, band, school, place or option, or a cell given twice.
        """
        check_question(county, stage, place)
        measure = chosen_measure(county, measure)
        modules = tidy_built(county, built)
        tables = make_tables(
            county,
            cells,
            stage=stage,
            year=year,
            place=place,
            rules=rules,
            goals=goals,
            standards=standards,
            measure=measure,
            built=modules,
        )
        return cls(
            county=county.name,
            county_hash=county.content_hash,
            notice=county.notice,
            stage=stage,
            year=int(year),
            place=place,
            model=model,
            rules=tuple(rules),
            goals=tuple(goals),
            status=PlanStatus(status),
            solver=solver,
            seed=int(seed),
            seconds=float(seconds),
            standards=standards,
            measure=measure,
            notes=tuple(notes),
            assignment=tables.assignment,
            schools=tables.schools,
            indicators=tables.indicators,
            moved=tables.moved,
            built=modules,
            actions=tables.actions,
            feeders=tables.feeders,
            diversions=tables.diversions,
            buses=tables.buses,
            _county=county,
        )

    def __eq__(self, other: object) -> bool:
        """Compare content, NaN equal to NaN; the county itself is compared by its hash."""
        if not isinstance(other, Plan):
            return NotImplemented
        return same_content(self, other)

    __hash__ = None  # type: ignore[assignment]  # tables cannot be hashed

    def __str__(self) -> str:
        """Return one screen: status, goals with bounds and gaps, journeys, loads, who moves."""
        from zoning.plan.text import describe

        return describe(self)

    @property
    def main_goal(self) -> GoalResult | None:
        """The first goal that is not ``"violations"``, or the only one; None without goals."""
        named = [goal for goal in self.goals if goal.name != "violations"]
        return next(iter(named or self.goals), None)

    @property
    def objective(self) -> float:
        """Value of the main goal; NaN without goals."""
        return math.nan if self.main_goal is None else self.main_goal.value

    @property
    def bound(self) -> float:
        """Proven bound of the main goal; minus infinity if nothing is proven."""
        return -math.inf if self.main_goal is None else self.main_goal.bound

    @property
    def gap(self) -> float:
        """Relative gap of the main goal; infinite if nothing is proven."""
        return math.inf if self.main_goal is None else self.main_goal.gap

    @property
    def cells(self) -> pd.DataFrame:
        """unit_id, band, school_id of every cell that has a school, or a shared zone's name."""
        cells = self.assignment.drop_duplicates(["unit_id", "band"])
        cells = by_zone(cells, self.rules)
        cells = cells.loc[cells["school_id"] != "", ["unit_id", "band", "school_id"]]
        return cells.reset_index(drop=True)

    def verify(self, county: County | None = None) -> tuple[Fault, ...]:
        """Recompute everything from the county's tables; empty if all is right.

        Shares no code with the search. A rule or goal that the verifier does not know is returned
        as a warning.

        Raises:
            InputError: the county is not the one that the plan was made for.
        """
        from zoning.plan.verify import verify

        return verify(self, self.source(county))

    def save(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write `plan.json` and `assignment.csv` into `folder`, made if it is not there.

        Raises:
            InputError: the folder already holds a plan and `overwrite` is False.
        """
        from zoning.plan.files import save_plan

        save_plan(self, Path(folder), overwrite=overwrite)

    @classmethod
    def load(cls, folder: str | Path, county: County | None = None) -> Plan:
        """Read a plan that was saved, or written by `zoning.output.write_all`.

        Args:
            folder: holds `plan.json` and `assignment.csv`.
            county: its county, if at hand, so that maps can be drawn without naming it again.

        Raises:
            InputError: missing, cut off, of another format, or the county is another one.
        """
        from zoning.plan.files import load_plan

        return load_plan(Path(folder), county)

    def with_changes(self, changes: Changes, county: County | None = None) -> Plan:
        """Return the plan changed by hand: status ``"edited"``, goals recomputed, no bounds.

        Args:
            changes: unit_id (all its bands) or (unit_id, band) -> school_id.
            county: the plan's county; may be left out unless the plan was read from a file.

        Raises:
            InputError: unknown unit, band or school, or another county.
        """
        from zoning.plan.editing import edited

        return edited(self, changes, self.source(county))

    def compare(self, other: Plan, county: County | None = None) -> Comparison:
        """Return who moves from this plan to `other`, and both plans' indicators.

        Raises:
            InputError: the plans are for different stages, places or counties.
        """
        from zoning.plan.compare import compare

        return compare(self, other, county or self._county or other._county)

    def source(self, county: County | None = None) -> County:
        """Return the plan's county: `county`, or the one the plan was made with.

        Raises:
            InputError: there is neither, or it is not the county that the plan was made for.
        """
        found = county or self._county
        if found is None:
            raise InputError(missing_county())
        if found is not self._county and found.content_hash != self.county_hash:
            raise InputError(other_county(self, found))
        return found

    def to_geojson(self, path: str | Path, county: County | None = None) -> None:
        """Write the zones as GeoJSON (RFC 7946); see `zoning.output.geojson`."""
        from zoning.output.geojson import write_zones

        write_zones(self, self.source(county), Path(path))

    def to_geopackage(self, path: str | Path, county: County | None = None) -> None:
        """Write zones, schools and units as a GeoPackage; see `zoning.output.geopackage`."""
        from zoning.output.geopackage import write_geopackage

        write_geopackage(self, self.source(county), Path(path))

    def to_csv(self, path: str | Path, table: str = "assignment") -> None:
        """Write a table as CSV; its name is one of `zoning.output.csv.TABLES`."""
        from zoning.output.csv import write_table

        write_table(self, Path(path), table)

    def record(self, school_id: str, county: County | None = None) -> str:
        """Return the page of one school (一校一案) in Markdown; see `zoning.output.records`.

        Raises:
            InputError: the plan's table of actions does not name the school.
        """
        from zoning.output.records import record

        return record(self, self.source(county), school_id)

    def publish(
        self, folder: str | Path, county: County | None = None, **options: Any
    ) -> tuple[Path, ...]:
        """Write the public notice (公示) or the internal edition; see `zoning.output.public`."""
        from zoning.output.public import publish

        return publish(self, folder, county, **options)

    def plot(self, path: str | Path | None = None, county: County | None = None) -> Figure:
        """Return the map of the plan; written to `path` too if one is given."""
        from zoning.output.map import plot

        return plot(self, self.source(county), None if path is None else Path(path))
