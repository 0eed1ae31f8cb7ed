"""Model files: a problem type as data, naming rules, parameters and goals."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

KEYS = ("title", "source", "place", "years", "rules", "soft", "parameters", "goal")
PLACES = ("all", "entrants")
MOST_YEARS = 20


@dataclass(frozen=True)
class GoalChoice:
    """One goal of a model, or several weighted into one: weight by goal name.

    ``slack`` is the share that later goals may give back; ``parameters`` by goal name.
    """

    weights: Mapping[str, float]
    slack: float = 0.0
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """A problem type: which children are placed, under which rules, towards which goals.

    ``years`` is the number of years that a plan is about.
    """

    name: str
    title: str
    rules: tuple[str, ...]
    goals: tuple[GoalChoice, ...]
    source: str = ""
    place: str = "all"
    soft: tuple[str, ...] = ()
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    years: int = 1

    def with_settings(self, settings: Mapping[str, object]) -> Model:
        """The model with parameters set as "block.parameter" (or "goal.parameter").

        Raises InputError for a block that is not in the model.
        """
        parameters = {block: dict(values) for block, values in self.parameters.items()}
        used = {*self.rules, *(goal for choice in self.goals for goal in choice.weights)}
        faults = []
        for key, value in settings.items():
            block, dot, parameter = key.partition(".")
            if not dot or block not in used:
                faults.append(
                    Fault("error", "arguments", f"setting {key}",
                          f"BLOCK.PARAMETER with a block of the model ({', '.join(sorted(used))})",
                          f'"{key}"', "name a rule or goal that the model uses")
                )  # fmt: skip
                continue
            parameters.setdefault(block, {})[parameter] = value
        if faults:
            raise InputError(faults)
        return replace(self, parameters=parameters)


def model_names() -> list[str]:
    """Names of the models that ship."""
    return sorted(
        item.name.removesuffix(".toml") for item in _shipped().iterdir()
        if item.name.endswith(".toml")
    )  # fmt: skip


def load_model(name: str | Path) -> Model:
    """Load a shipped model by name, or a model file by path (ending in .toml).

    Raises InputError naming everything that is wrong in the file.
    """
    text_name = str(name)
    if text_name.endswith(".toml"):
        path = Path(name)
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise InputError(
                Fault("error", "model", path.name, "a readable model file", str(reason),
                      "check the path and save the file as UTF-8")
            ) from None  # fmt: skip
        return parse_model(path.stem, text)
    if text_name not in model_names():
        raise InputError(
            Fault("error", "arguments", "model",
                  f"one of {', '.join(model_names())}, or a .toml file", f'"{text_name}"',
                  "name a shipped model, or give the path of your own")
        )  # fmt: skip
    return parse_model(text_name, _shipped().joinpath(f"{text_name}.toml").read_text("utf-8"))


def parse_model(name: str, text: str) -> Model:
    """Read a model from TOML text. Raises InputError naming everything that is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            Fault("error", "model", f"{name}.toml", "valid TOML", str(error), "correct the line")
        ) from None
    faults: list[Fault] = []
    for key in raw:
        if key not in KEYS:
            faults.append(_fault(name, key, f"only the keys {', '.join(KEYS)}", f'"{key}"'))
    if raw.get("place", "all") not in PLACES:
        faults.append(_fault(name, "place", " or ".join(PLACES), repr(raw["place"])))
    years = raw.get("years", 1)
    if not isinstance(years, int) or isinstance(years, bool) or not 1 <= years <= MOST_YEARS:
        faults.append(_fault(name, "years", f"a whole number from 1 to {MOST_YEARS}", repr(years)))
    for key in ("title", "source"):
        if not isinstance(raw.get(key, ""), str):
            faults.append(_fault(name, key, "a text", repr(raw[key])))
    rules = _names(name, raw, "rules", faults)
    soft = _names(name, raw, "soft", faults)
    faults += [
        _fault(name, "soft", "only names that stand in rules", f'"{s}"')
        for s in soft if s not in rules
    ]  # fmt: skip
    goals = _goals(name, raw.get("goal"), faults)
    parameters = raw.get("parameters", {})
    if not isinstance(parameters, dict) or not all(
        isinstance(v, dict) for v in parameters.values()
    ):
        faults.append(_fault(name, "parameters", "tables [parameters.BLOCK]", repr(parameters)))
        parameters = {}
    if faults:
        raise InputError(faults)
    return Model(
        name=name,
        title=str(raw.get("title", name)),
        source=str(raw.get("source", "")),
        place=raw.get("place", "all"),
        rules=tuple(rules),
        soft=tuple(soft),
        parameters=parameters,
        goals=tuple(goals),
        years=years,
    )


def _names(name: str, raw: Mapping[str, object], key: str, faults: list[Fault]) -> list[str]:
    value = raw.get(key, [])
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        repeated = {v for v in value if value.count(v) > 1}
        faults += [_fault(name, key, "each name once", f'"{v}" twice') for v in sorted(repeated)]
        return value
    faults.append(_fault(name, key, "a list of names", repr(value)))
    return []


def _goals(name: str, raw: object, faults: list[Fault]) -> list[GoalChoice]:
    if isinstance(raw, dict):
        faults.append(_fault(name, "goal", "[[goal]] in double brackets", "[goal] in single ones"))
        return []
    if not isinstance(raw, list) or not raw or not all(isinstance(g, dict) for g in raw):
        faults.append(_fault(name, "goal", "at least one [[goal]]", "none"))
        return []
    goals = []
    for k, table in enumerate(raw, start=1):
        where = f"goal {k}"
        minimise = table.get("minimise")
        if not isinstance(minimise, dict) or not minimise:
            faults.append(_fault(name, where, "minimise = { GOAL = weight }", repr(minimise)))
            continue
        for goal, weight in minimise.items():
            if not _number(weight) or not 0 < weight < math.inf:
                faults.append(_fault(name, f"{where}, {goal}", "a weight above 0", repr(weight)))
        slack = table.get("slack", 0.0)
        if not _number(slack) or not 0 <= slack < 1:
            faults.append(_fault(name, f"{where}, slack", "a share from 0 to below 1", repr(slack)))
        unknown = [key for key in table if key not in ("minimise", "slack")]
        faults += [_fault(name, where, "only minimise and slack", f'"{u}"') for u in unknown]
        goals.append(GoalChoice(weights=dict(minimise), slack=slack))
    return goals


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fault(name: str, where: str, expected: str, found: str) -> Fault:
    return Fault(
        "error", "model", f"{name}.toml, {where}", expected, found, "correct the model file"
    )


def _shipped() -> Traversable:
    try:
        folder = resources.files("zoning._models")
        if any(item.name.endswith(".toml") for item in folder.iterdir()):
            return folder
    except ModuleNotFoundError:
        pass
    return Path(__file__).parents[2] / "models"
