"""Keeps ``models/README.md`` true: the models that ship, every rule and goal with its mathematics.

Usage: ``python -m zoning.formulation.document`` writes the page, ``--check`` only compares it.

The page's prose is written by hand. What stands between its comments is made here from the model
files and from the docstring of each rule's and goal's file, so that mathematics is written once.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from zoning.county.files import atomic_write
from zoning.formulation.block import Block, Goal
from zoning.formulation.blocks import BLOCKS
from zoning.formulation.goals import GOALS
from zoning.formulation.model_file import GoalChoice, Model, load_model, model_names
from zoning.shipped import shipped_folder

MEANING: Mapping[str, str] = {
    "seats.factor": "share of the seats that may be taken",
    "class-size.limit": '`"large-class"` (no class that counts as large) or `"standard"` (the '
    "size classes are planned for); pupils a class come from the county's standards",
    "class-size.pupils": "pupils a class instead of the standards': a number, or a table by stage, "
    "with `incomplete-primary` for small schools; if left out, the standards'",
    "intake.limit": '`"standard"` or `"large-class"`, as in `class-size`',
    "intake.pupils": "pupils a class, as in `class-size`",
    "travel-limit.minutes": "longest journey in minutes: a number, or a table by band; if neither "
    "this nor `metres` is stated, the standards' for the band, or else for the stage",
    "travel-limit.metres": "longest journey in metres: a number, or a table by band; if left out, "
    "metres are not limited",
    "travel-limit.share": "share of the pupils, at least, whose journey keeps the limit",
    "utilisation.min": "least utilisation, as a share of the seats; if left out, the standards', "
    "or else 0",
    "utilisation.max": "largest utilisation, as a share of the seats; if left out, the standards', "
    "or else 1",
    "contiguity.islands": "ids of units that may lie apart from their school's zone",
    "township.except": "units and schools (by id) and townships (by name) that are left free",
    "stability.share": "largest share of the pupils with a school today who may move; state this "
    "or `pupils`, or both",
    "stability.pupils": "largest number of pupils who may move",
    "opening.count": "number of open schools, exactly; those that stay open count too",
    "opening.least": "least number of open schools",
    "opening.most": "largest number of open schools",
    "opening.existing": '`"stay"` (only candidate sites are chosen) or `"may-close"`',
    "areas.building": "square metres of teaching and auxiliary floor a pupil; if left out, the "
    "standards', or 4.5 (primary) and 5.8 (junior)",
    "areas.sports": "square metres of sports ground a pupil; if left out, the standards', or 7.5 "
    "and 10.2",
    "companions.children_a_dwelling": "children a dwelling, where a complex states none",
    "boarding.young": "grades whose children board only where they are exempt by name; if left "
    "out, the first three of primary school",
    "boarding.week": "what a boarder's journey counts beside a daily one: one return a week is 0.2",
    "young-boarders.young": "the grades, as in `boarding`",
    "opening.upper_grades": '`"stay"`, or `"may-move"`: complete primary schools may give their '
    "upper grades away, small schools take those that the county lists for them",
    "opening.sites": '`"may-open"`, or `"none"`: candidate and suspended sites stay closed',
    "expansion.temporary": "whether temporary classrooms may be used",
    "expansion.pupils": "pupils a class, for modules that state no seats; if left out, the "
    "standards' class size",
    "keep-isolated.minutes": "limit within which another school counts, as in `travel-limit`",
    "keep-isolated.metres": "the same in metres",
    "school-size.least": "least number of pupils of a school that may close or is opened",
    "school-size.least_upper": "least number of pupils in a band of upper grades that may be given "
    "away or taken; binds under `opening.upper_grades`",
    "school-size.most": "largest number of pupils; if left out, the standards'",
    "school-size.most_nine_year": "the same for schools that teach several stages",
    "budget.capital": "largest sum spent once, in yuan; over several years that of all, or a table "
    "by year",
    "budget.least_capital": "least sum spent once, in yuan, likewise",
    "budget.running": "largest sum spent a year on open schools and modules, in yuan; over several "
    "years that of each, or a table by year",
    "budget.least_running": "least sum spent a year, in yuan, likewise",
    "capital-cost.discount": "discount a year, a share: 0.05 makes what is spent in a year's time "
    "worth 1 / 1.05 of what is spent today",
    "running-cost.discount": "as in `capital-cost`",
    "teachers.posts": "posts of the county for the stage; if left out, those that are filled today",
    "teachers.pupils_a_post": "pupils for whom there is one post; if left out, the standards' (if "
    "they have none, posts are not counted by pupils)",
    "teachers.posts_a_class": "posts a class, where that is more; if left out, the standards', or "
    "else 1",
    "teachers.posts_a_school": "least number of posts of an open school",
    "teachers.boarders_a_warden": "boarders for whom there is one post more; if left out, the "
    "standards', or else 60",
    "buses.seats": "seats of a bus; if left out, the standards' (if they have none, buses are not "
    "counted)",
    "buses.trips": "trips that a bus makes to its school each morning",
    "buses.fleet": "largest number of buses of all schools together, in each year; if left out, "
    "they are only counted",
    "buses.a_bus": "yuan a year for a bus",
    "buses.walk_metres": "children walk so far, even where their way is by bus",
    "receive-first.noon_minutes": "a child whose journey is longer eats at school",
    "one-per-township.except": "names of townships that need no school of their own",
    "no-duplicate.minutes": "a school so near, from the site's unit, is beside it",
    "no-duplicate.metres": "the same in metres; of both, the journey must keep both",
    "no-duplicate.share": "a school that fills a smaller share of its seats with today's zone is "
    "under-used; if left out, the standards' least use, or else 0.7",
    "quality-seats.gain": "seats that quality schools are to gain over today's",
    "transport-cost.a_pupil": "yuan a year for a carried pupil",
    "transport-cost.a_pupil_km": "yuan for a pupil and kilometre",
    "transport-cost.days": "school days a year, with two journeys each",
    "transport-cost.walk_metres": "children walk so far, unless their way is by bus",
    "transport-cost.walk_minutes": "children walk so long; if left out, minutes are not asked",
    "feeders.plan": "plan in the county's assignments that zones the stage before",
    "feeders.most_split": "most schools that a school feeds beyond the first",
    "feeders.keep_today": "whether graduates go to none but the schools that the county's table "
    "`feeders` names",
    "feeders.nine_year_first": "whether a school that teaches both stages keeps its own graduates",
    "travel.measure": '`"minutes"` or `"metres"`',
    "journey-of-worst-off.measure": '`"minutes"` or `"metres"`',
}
"""What each parameter of each rule and goal means, in Markdown."""

PLACES = {"all": "all grades of the stage", "entrants": "entrants"}

PART = re.compile(r"(<!-- (\w+): made .*? -->\n).*?(<!-- end of \2 -->\n)", re.DOTALL)
"""A part of the page between its two comments: opening, name, closing."""


def document(page: str) -> str:
    """The page with its parts made anew; what stands outside their comments stays.

    Raises:
        ValueError: a part is not there, or one is there that nobody makes.
    """
    parts = {
        "models": _models(),
        "rules": "\n".join(_part(name, rule) for name, rule in BLOCKS.items()),
        "goals": "\n".join(_part(name, goal) for name, goal in GOALS.items()),
    }
    there = [found[2] for found in PART.finditer(page)]
    if sorted(there) != sorted(parts):
        raise ValueError(f"the page has the parts {there}, not {list(parts)}")
    return PART.sub(lambda found: f"{found[1]}\n{parts[found[2]]}\n{found[3]}", page)


def to_markdown(docstring: str) -> str:
    """Turn a docstring with ``:math:`` and ``.. math::`` into Markdown, a line a paragraph."""
    done: list[str] = []
    lines = docstring.strip().splitlines()
    while lines:
        line = lines.pop(0)
        if line.startswith(".. math::"):
            formula = [line.removeprefix(".. math::").strip()]
            while lines and (not lines[0] or lines[0].startswith(" ")):
                formula.append(lines.pop(0))
            done.append(_display(formula))
        elif line:
            paragraph = [line]
            while lines and lines[0]:
                paragraph.append(lines.pop(0))
            done.append(_inline(" ".join(paragraph)))
    return "\n\n".join(done) + "\n"


def _display(formula: Sequence[str]) -> str:
    rest = textwrap.dedent("\n".join(formula[1:]))
    body = f"{formula[0]}\n{rest}".strip()
    return f"```math\n{body}\n```"


def _inline(text: str) -> str:
    text = re.sub(r":math:`([^`]*)`", lambda found: _dollars(found[1]), text)
    return text.replace("``", "`")


def _dollars(formula: str) -> str:
    """Inline mathematics; backticks protect what Markdown would take for its own marks."""
    risky = re.search(r"\\[^A-Za-z]|[*<>|~]|(?<![A-Za-z0-9])_", formula)
    return f"$`{formula}`$" if risky else f"${formula}$"


def _part(name: str, part: Block | Goal) -> str:
    """Heading, parameters and mathematics of one rule or goal."""
    docstring = sys.modules[type(part).__module__].__doc__ or ""
    title, _, rest = docstring.strip().partition("\n\n")
    statement = " ".join(title.split()).partition(": ")[2].rstrip(".")
    return "\n".join(
        [f"### `{name}`: {statement}\n", _facts(part), *_parameters(name, part), to_markdown(rest)]
    )


def _facts(part: Block | Goal) -> str:
    if isinstance(part, Goal):
        return f"Unit: {_goal_unit(part)}.\n"
    return f"Can be soft: {'yes' if part.can_be_soft else 'no'}.\n"


def _goal_unit(goal: Goal) -> str:
    """Unit under the default parameters, and how others follow."""
    unit = goal.unit_of(goal.parameters)
    return f"{unit}, or the same in metres" if "measure" in goal.parameters else unit


def _parameters(name: str, part: Block | Goal) -> list[str]:
    if not part.parameters:
        return []
    rows = [
        f"| `{key}` | {_value(default)} | {MEANING[f'{name}.{key}']} |"
        for key, default in part.parameters.items()
    ]
    return ["| parameter | default | meaning |\n|---|---|---|", *rows, ""]


def _value(value: object) -> str:
    """A default as a model file would write it."""
    if value is None:
        return "not stated"
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _models() -> str:
    """The table of the models that ship."""
    rows = [_row(load_model(name)) for name in model_names()]
    return "\n".join(
        [
            "| model | question | who is placed | rules | goals, in order | source |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(model: Model) -> str:
    rules = ", ".join(_named(model, rule) for rule in model.rules)
    goals = ", then ".join(_goal(model, choice) for choice in model.goals)
    source = model.source.replace("|", "\\|")
    title = model.title.replace("|", "\\|")
    link = f"[`{model.name}`]({model.name}.toml)"
    placed = PLACES[model.place] + (f", over {model.years} years" if model.years > 1 else "")
    return f"| {link} | {title} | {placed} | {rules} | {goals} | {source} |"


def _named(model: Model, name: str) -> str:
    """A rule's or goal's name with what the model says of it."""
    said = [f"{key} = {json.dumps(v)}" for key, v in model.parameters.get(name, {}).items()]
    said += ["soft"] if name in model.soft else []
    return f"`{name}`" + (f" ({', '.join(said)})" if said else "")


def _goal(model: Model, choice: GoalChoice) -> str:
    terms = [
        _named(model, name) if weight == 1 else f"{weight:g} x {_named(model, name)}"
        for name, weight in choice.weights.items()
    ]
    slack = f" (slack {choice.slack:.0%})" if choice.slack else ""
    return " + ".join(terms) + slack


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or compare the page; 1 if ``--check`` finds it out of date."""
    parser = argparse.ArgumentParser(prog="python -m zoning.formulation.document")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    parser.add_argument("--page", type=Path, default=shipped_folder("models") / "README.md")
    chosen = parser.parse_args(arguments)
    page = chosen.page.read_text(encoding="utf-8")
    text = document(page)
    if text == page:
        print(f"{chosen.page} is current")
        return 0
    if chosen.check:
        print(f"{chosen.page} is out of date: run python -m zoning.formulation.document")
        return 1
    atomic_write(chosen.page, text)
    print(f"wrote {chosen.page}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
