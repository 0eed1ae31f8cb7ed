"""Keeping a plan in a folder: `plan.json` (figures and tables) and `assignment.csv`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from zoning.county.files import atomic_write
from zoning.errors import Fault, InputError
from zoning.plan.actions import ACTION_TEXTS
from zoning.plan.built import no_modules
from zoning.plan.buses import BUS_TEXTS
from zoning.plan.cells import ASSIGNMENT_NUMBERS, ASSIGNMENT_TEXTS
from zoning.plan.diversions import DIVERSION_TEXTS
from zoning.plan.feeding import FEEDER_TEXTS
from zoning.plan.goals import GoalResult, Rule
from zoning.plan.plain import from_json, number_from_json, number_to_json, to_json
from zoning.plan.plan import FORMAT, Plan
from zoning.plan.status import PlanStatus

if TYPE_CHECKING:
    from zoning.county import County

__all__ = ["ASSIGNMENT_FILE", "PLAN_FILE", "assignment_csv", "load_plan", "plan_json", "save_plan"]

PLAN_FILE = "plan.json"
ASSIGNMENT_FILE = "assignment.csv"

_TEXTS = ("county", "county_hash", "notice", "stage", "place", "model", "solver", "standards")
_MOVED_TEXTS = ("unit_id", "name", "band", "from_school", "to_school")
_SCHOOL_TEXTS = ("school_id", "name", "kind", "stage", "state")
_Value = TypeVar("_Value")


def plan_json(plan: Plan) -> str:
    """Return the text of `plan.json`: all of the plan but its assignment.

    NaN (unknown) is null; infinite bounds are the texts ``"inf"`` and ``"-inf"``.
    """
    content: dict[str, object] = {
        "format": plan.format,
        **{name: getattr(plan, name) for name in _TEXTS},
        "year": plan.year,
        "measure": plan.measure,
        "status": str(plan.status),
        "objective": number_to_json(plan.objective),
        "bound": number_to_json(plan.bound),
        "gap": number_to_json(plan.gap),
        "seconds": plan.seconds,
        "seed": plan.seed,
        "goals": [goal_to_json(goal) for goal in plan.goals],
        "rules": [rule_to_json(rule) for rule in plan.rules],
        "notes": list(plan.notes),
        "indicators": {key: number_to_json(value) for key, value in plan.indicators.items()},
        "schools": table_to_json(plan.schools),
        "moved": table_to_json(plan.moved),
    }
    for name in ("built", "actions", "feeders", "diversions", "buses"):
        if len(getattr(plan, name)):
            content[name] = table_to_json(getattr(plan, name))
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def assignment_csv(plan: Plan) -> str:
    """Return the text of `assignment.csv`; numbers are written so that they read back equal."""
    text: str = plan.assignment.to_csv(index=False, lineterminator="\n")
    return text


def save_plan(plan: Plan, folder: Path, *, overwrite: bool) -> None:
    """Write both files; `plan.json` last, so that a folder with it holds a whole plan.

    Raises:
        InputError: the folder already holds a plan and `overwrite` is False.
    """
    if (folder / PLAN_FILE).exists() and not overwrite:
        raise InputError(
            Fault(
                "error",
                "arguments",
                str(folder),
                "a folder without a plan",
                f"one that holds {PLAN_FILE}",
                "choose another folder, or pass overwrite=True",
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    content = plan_json(plan)
    atomic_write(folder / ASSIGNMENT_FILE, assignment_csv(plan))
    atomic_write(folder / PLAN_FILE, content)


def load_plan(folder: Path, county: County | None = None) -> Plan:
    """Read a plan; see `Plan.load`."""
    content = read_json(folder / PLAN_FILE)
    if content.get("format") != FORMAT:
        found = f"format {content.get('format')!r}"
        raise refused("", f"format {FORMAT}", found, "use the version that wrote it")
    assignment = _read_assignment(folder / ASSIGNMENT_FILE)
    plan = read_part("the plan", lambda: _plan(content, assignment, county))
    plan.source(county) if county is not None else None
    return plan


def _plan(content: Mapping[str, Any], assignment: pd.DataFrame, county: County | None) -> Plan:
    return Plan(
        county=_text(content["county"]),
        county_hash=_text(content["county_hash"]),
        notice=_text(content["notice"]),
        stage=_text(content["stage"]),
        place=_text(content["place"]),
        model=_text(content["model"]),
        solver=_text(content["solver"]),
        standards=_text(content["standards"]),
        year=int(content["year"]),
        measure=_text(content["measure"]),
        status=PlanStatus(content["status"]),
        seconds=number_from_json(content["seconds"]),
        seed=int(content["seed"]),
        goals=tuple(goal_from_json(goal) for goal in content["goals"]),
        rules=tuple(rule_from_json(rule) for rule in content["rules"]),
        notes=tuple(_text(note) for note in content["notes"]),
        indicators={key: number_from_json(n) for key, n in content["indicators"].items()},
        assignment=assignment,
        schools=table_from_json(content["schools"], _SCHOOL_TEXTS, ("units",)),
        moved=table_from_json(content["moved"], _MOVED_TEXTS, ()),
        built=table_from_json(content["built"], ("school_id", "option"), ("year", "modules"))
        if "built" in content
        else no_modules(),
        actions=table_from_json(content["actions"], ACTION_TEXTS, ("year",))
        if "actions" in content
        else pd.DataFrame(),
        feeders=table_from_json(content["feeders"], FEEDER_TEXTS, ("units",))
        if "feeders" in content
        else pd.DataFrame(),
        diversions=table_from_json(content["diversions"], DIVERSION_TEXTS, ())
        if "diversions" in content
        else pd.DataFrame(),
        buses=table_from_json(content["buses"], BUS_TEXTS, ())
        if "buses" in content
        else pd.DataFrame(),
        _county=None if county is None or county.content_hash != content["county_hash"] else county,
    )


def rule_to_json(rule: Rule) -> dict[str, object]:
    """Return a rule as plain data."""
    return {"name": rule.name, "soft": rule.soft, "parameters": to_json(rule.parameters)}


def rule_from_json(rule: Mapping[str, Any]) -> Rule:
    """Return the rule that was kept."""
    return Rule(_text(rule["name"]), _parameters(rule), bool(rule["soft"]))


def goal_to_json(goal: GoalResult) -> dict[str, object]:
    """Return a goal as plain data."""
    return {
        "name": goal.name,
        "value": number_to_json(goal.value),
        "bound": number_to_json(goal.bound),
        "gap": number_to_json(goal.gap),
        "absolute_gap": number_to_json(goal.absolute_gap),
        "unit": goal.unit,
        "level": None if goal.level is None else number_to_json(goal.level),
        "parameters": to_json(goal.parameters),
    }


def goal_from_json(goal: Mapping[str, Any]) -> GoalResult:
    """Return the goal that was kept."""
    return GoalResult(
        name=_text(goal["name"]),
        value=number_from_json(goal["value"]),
        bound=number_from_json(goal["bound"]),
        unit=_text(goal["unit"]),
        level=None if goal["level"] is None else number_from_json(goal["level"]),
        parameters=_parameters(goal),
    )


def _parameters(part: Mapping[str, Any]) -> dict[str, object]:
    parameters = from_json(part["parameters"])
    if not isinstance(parameters, dict):
        raise TypeError("parameters are not a table")
    return parameters


def table_to_json(table: pd.DataFrame) -> dict[str, list[object]]:
    """Return column -> values."""
    return {
        str(column): [
            number_to_json(value) if isinstance(value, float) else value
            for value in table[column].tolist()
        ]
        for column in table.columns
    }


def table_from_json(
    columns: Mapping[str, list[Any]], texts: tuple[str, ...], whole: tuple[str, ...]
) -> pd.DataFrame:
    """Return the table, with its columns of text and of whole numbers as such."""
    table: dict[str, pd.Series[Any]] = {}
    for name, values in columns.items():
        if name in texts:
            table[name] = pd.Series([_text(value) for value in values], dtype="str")
        elif name in whole:
            table[name] = pd.Series([int(value) for value in values], dtype="int64")
        else:
            table[name] = pd.Series([number_from_json(value) for value in values], dtype="float64")
    return pd.DataFrame(table)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def read_json(path: Path) -> dict[str, Any]:
    """Return what a JSON file of a plan holds. Raises InputError if it is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        found = error.strerror or type(error).__name__
        raise refused(str(path), "a plan that was saved", found, "check the folder") from error
    except ValueError as error:
        found = f"a file that cannot be read ({error})"
        raise refused(str(path), "a whole JSON file", found, "save the plan again") from error
    if not isinstance(content, dict):
        raise refused(str(path), "a plan", type(content).__name__, "save the plan again")
    return content


def _read_assignment(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except OSError as error:
        found = error.strerror or type(error).__name__
        raise refused(str(path), "the plan's assignment", found, "save it again") from error
    except ValueError as error:
        found = f"a file that cannot be read ({error})"
        raise refused(str(path), "a CSV file", found, "save the plan again") from error
    wanted = {*ASSIGNMENT_TEXTS, *ASSIGNMENT_NUMBERS, "year"}
    if set(table.columns) != wanted:
        found = ", ".join(map(str, table.columns))
        raise refused(str(path), ", ".join(sorted(wanted)), found, "save the plan again")
    return read_part(str(path), lambda: _typed_assignment(table))


def _typed_assignment(table: pd.DataFrame) -> pd.DataFrame:
    numbers = {
        # float() reads back exactly what was written; pandas' own parser may differ in the last bit
        column: _numbers(table, column, lambda text: float(text) if text else float("nan"))
        for column in ASSIGNMENT_NUMBERS
    }
    table = table.assign(**numbers, year=_numbers(table, "year", int))
    texts = dict.fromkeys(ASSIGNMENT_TEXTS, "str")
    return table.astype({**texts, **dict.fromkeys(ASSIGNMENT_NUMBERS, "float64"), "year": "int64"})


def _numbers(table: pd.DataFrame, column: str, read: Callable[[str], float]) -> pd.Series[Any]:
    """Read a column of texts; raises ValueError naming the first row that holds no number."""
    numbers = []
    for row, text in enumerate(table[column], start=1):
        try:
            numbers.append(read(text))
        except ValueError:
            raise ValueError(f"row {row}, column {column}: {text!r} is no number") from None
    return pd.Series(numbers)


def read_part(what: str, read: Callable[[], _Value]) -> _Value:
    """Turn a wrong or missing part of a file into a fault."""
    try:
        return read()
    except KeyError as error:
        raise refused(what, f"an entry {error}", "none", "save the plan again") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise refused(what, "a plan as it was saved", str(error), "save it again") from error


def refused(where: str, expected: str, found: str, remedy: str) -> InputError:
    """Return the error for a file that is no plan."""
    return InputError(Fault("error", "plan", where, expected, found, remedy))
