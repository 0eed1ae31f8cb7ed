"""models/README.md says what the models, rules and goals are now."""

import re
from pathlib import Path

import pytest

import zoning
from zoning.formulation.blocks import BLOCKS
from zoning.formulation.document import MEANING, document, main, to_markdown
from zoning.formulation.goals import GOALS
from zoning.formulation.model_file import KEYS, model_names, parse_model

FILE = Path(__file__).parents[2] / "models" / "README.md"
PAGE = FILE.read_text(encoding="utf-8")
PARTS = "".join(
    f"<!-- {name}: made by hand -->\n<!-- end of {name} -->\n"
    for name in ("models", "rules", "goals")
)


def section(name: str) -> str:
    """Return what the page says under the heading of a rule or goal."""
    (found,) = re.findall(rf"^### `{name}`: (.*?)(?=^#|^<!--)", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_page_is_current() -> None:
    assert document(PAGE) == PAGE, "run python -m zoning.formulation.document"


@pytest.mark.parametrize("name", [*BLOCKS, *GOALS])
def test_every_rule_and_goal_is_there_with_its_mathematics(name: str) -> None:
    text = section(name)
    assert re.search(r"^```math\n.+?\n```$", text, re.MULTILINE | re.DOTALL)
    assert "Source: " in text
    for parameter in {**BLOCKS, **GOALS}[name].parameters:
        assert f"| `{parameter}` |" in text


@pytest.mark.parametrize("name", list(BLOCKS))
def test_it_says_which_rules_can_be_soft(name: str) -> None:
    soft = "yes" if BLOCKS[name].can_be_soft else "no"
    assert f"Can be soft: {soft}." in section(name)


@pytest.mark.parametrize("name", model_names())
def test_every_model_that_ships_is_there(name: str) -> None:
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| [`{name}`]"))
    row = row.partition(" | ")[2]  # a model may be called like a rule
    model = zoning.load_model(name)
    assert model.title in row
    assert model.source in row
    goals = [goal for choice in model.goals for goal in choice.weights]
    assert [word for word in re.findall(r"`([\w-]+)`", row) if word in GOALS] == goals
    assert [word for word in re.findall(r"`([\w-]+)`", row) if word in BLOCKS] == [*model.rules]


def test_every_parameter_has_a_meaning_and_no_other_has() -> None:
    parts = {**BLOCKS, **GOALS}.items()
    assert {f"{name}.{key}" for name, part in parts for key in part.parameters} == MEANING.keys()


def test_every_key_of_a_model_file_is_explained() -> None:
    told = re.findall(r"^\| `\[*(\w+)[\].\w]*` \|", PAGE, re.MULTILINE)
    assert {*KEYS, "minimise", "slack"} <= set(told)


def test_the_model_of_ones_own_can_be_solved() -> None:
    (text,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    model = parse_model("own", text)
    assert (model.soft, len(model.goals), model.goals[0].slack) == (("seats",), 2, 0.05)
    county = zoning.read_county(zoning.data_path("tiny-valley"))
    limits = {"travel-limit.minutes": 60, "stability.share": 1.0}
    assert zoning.check(county, model, stage="primary", settings=limits) == ()


def test_nothing_of_the_docstrings_own_marks_is_left() -> None:
    assert ":math:" not in PAGE
    assert ".. math" not in PAGE
    prose = re.sub(r"^```\w+\n.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert "``" not in prose
    assert all(line.count("$") % 2 == 0 for line in prose.splitlines())


def test_mathematics_becomes_markdown() -> None:
    docstring = r"""
With :math:`p_i` pupils and ``except``,
twice:

.. math:: \sum_i
   p_i

.. math::

   \begin{cases}
     a \\
   \end{cases}

where :math:`c'_s < 1`.
"""
    assert to_markdown(docstring) == (
        "With $p_i$ pupils and `except`, twice:\n\n"
        "```math\n\\sum_i\np_i\n```\n\n"
        "```math\n\\begin{cases}\n  a \\\\\n\\end{cases}\n```\n\n"
        "where $`c'_s < 1`$.\n"
    )


def test_prose_stays_and_a_missing_part_is_told() -> None:
    page = document("Before\n" + PARTS + "after\n")
    assert page.startswith("Before\n<!-- models: ")
    assert page.endswith("<!-- end of goals -->\nafter\n")
    with pytest.raises(ValueError, match="parts"):
        document(PARTS.replace("goals", "aims"))


def test_the_command_writes_and_compares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "README.md"
    page.write_text(PARTS, encoding="utf-8")
    assert main(["--check", "--page", str(page)]) == 1
    assert page.read_text(encoding="utf-8") == PARTS
    assert "out of date" in capsys.readouterr().out
    assert main(["--page", str(page)]) == 0
    assert main(["--check", "--page", str(page)]) == 0
    assert "is current" in capsys.readouterr().out
