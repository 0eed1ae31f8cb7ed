"""Model files: every fault is named in one go, and what is right is read as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

import zoning
from tests.formulation.rendering import golden_county
from zoning.errors import InputError
from zoning.formulation.formulate import check_names
from zoning.formulation.model_file import load_model, model_names, parse_model

GOAL = "[[goal]]\nminimise = { travel = 1.0 }\n"


def faults_of(text: str) -> list[tuple[str, str]]:
    """(where, found) of each fault in a model's text."""
    with pytest.raises(InputError) as caught:
        parse_model("mine", text)
    assert all(fault.table == "model" for fault in caught.value.faults)
    return [(fault.where.removeprefix("mine.toml, "), fault.found) for fault in
            caught.value.faults]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("ruels = []\n" + GOAL, "ruels"),
        ('place = "some"\n' + GOAL, "place"),
        ("place = 3\n" + GOAL, "place"),
        ('rules = "seats"\n' + GOAL, "rules"),
        ("rules = [1]\n" + GOAL, "rules"),
        ('rules = ["seats", "seats"]\n' + GOAL, "rules"),
        ('rules = ["seats"]\nsoft = "seats"\n' + GOAL, "soft"),
        ('rules = ["seats"]\nsoft = ["utilisation"]\n' + GOAL, "soft"),
        ('rules = ["seats"]\nsoft = ["seats", "seats"]\n' + GOAL, "soft"),
        ("rules = []\n", "goal"),
        ("rules = []\ngoal = 3\n", "goal"),
        ("rules = []\n[goal]\nminimise = { travel = 1 }\n", "goal"),
        ("rules = []\ngoal = []\n", "goal"),
        ("[[goal]]\nslack = 0.1\n", "goal 1"),
        ("[[goal]]\nminimise = {}\n", "goal 1"),
        ('[[goal]]\nminimise = "travel"\n', "goal 1"),
        ("[[goal]]\nminimise = { travel = 0 }\n", "goal 1, travel"),
        ("[[goal]]\nminimise = { travel = -1 }\n", "goal 1, travel"),
        ('[[goal]]\nminimise = { travel = "1" }\n', "goal 1, travel"),
        ("[[goal]]\nminimise = { travel = true }\n", "goal 1, travel"),
        ("[[goal]]\nminimise = { travel = nan }\n", "goal 1, travel"),
        ("[[goal]]\nminimise = { travel = inf }\n", "goal 1, travel"),
        (GOAL + "slack = 1.0\n", "goal 1, slack"),
        (GOAL + "slack = -0.1\n", "goal 1, slack"),
        (GOAL + 'slack = "0.1"\n', "goal 1, slack"),
        (GOAL + "slack = true\n", "goal 1, slack"),
        (GOAL + "slak = 0.1\n", "goal 1"),
        (GOAL + GOAL + "weight = 2\n", "goal 2"),
        ("parameters = 3\n" + GOAL, "parameters"),
        (GOAL + "[parameters]\nseats = 3\n", "parameters"),
        ("title = 3\n" + GOAL, "title"),
        ("source = []\n" + GOAL, "source"),
    ],
)
def test_one_fault_with_its_place(text: str, where: str) -> None:
    assert [place for place, _ in faults_of(text)] == [where]


def test_a_single_goal_written_as_a_table_is_told_from_none() -> None:
    (fault,) = faults_of("rules = []\n[goal]\nminimise = { travel = 1 }\n")
    assert fault[1] != "none"


def test_all_faults_at_once() -> None:
    text = 'place = "x"\nrules = 3\ncolour = "red"\n[[goal]]\nminimise = { travel = 0 }\n'
    assert len(faults_of(text)) == 4


def test_invalid_toml_names_the_file_and_the_line() -> None:
    with pytest.raises(InputError) as caught:
        parse_model("mine", "rules = [\n" + GOAL)
    (fault,) = caught.value.faults
    assert fault.where == "mine.toml"
    assert "line" in fault.found


@pytest.mark.parametrize("text", ["slack = 0\n", "slack = 0.999\n", ""])
def test_slack_that_is_accepted(text: str) -> None:
    assert 0 <= parse_model("mine", GOAL + text).goals[0].slack < 1


def test_everything_is_read() -> None:
    model = parse_model(
        "mine",
        'title = "Mine"\nsource = "me"\nplace = "entrants"\nrules = ["intake", "travel-limit"]\n'
        'soft = ["intake"]\n[parameters.travel-limit]\nminutes = 30\n'
        "[[goal]]\nminimise = { travel = 1, moved = 0.5 }\nslack = 0.1\n" + GOAL,
    )
    assert (model.name, model.title, model.source, model.place) == (
        "mine", "Mine", "me", "entrants",
    )  # fmt: skip
    assert (model.rules, model.soft) == (("intake", "travel-limit"), ("intake",))
    assert model.parameters == {"travel-limit": {"minutes": 30}}
    assert [(dict(g.weights), g.slack) for g in model.goals] == [
        ({"travel": 1, "moved": 0.5}, 0.1), ({"travel": 1.0}, 0.0),
    ]  # fmt: skip


@pytest.mark.parametrize("name", model_names())
def test_models_that_ship_are_right(name: str) -> None:
    model = load_model(name)
    check_names(model)
    assert model.title and model.source and model.goals


def test_model_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "my own.toml"
    path.write_text('title = "就近入学"\nrules = ["locks"]\n' + GOAL, "utf-8")
    assert load_model(path) == load_model(str(path))
    assert load_model(path).name == "my own"
    assert load_model(path).title == "就近入学"


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_model(tmp_path / "none.toml")
    assert caught.value.faults[0].where == "none.toml"


def test_folder_in_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(InputError):
        load_model(tmp_path / "folder.toml")


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes('title = "就近"\n'.encode("gbk") + GOAL.encode())
    with pytest.raises(InputError, match="UTF-8"):
        load_model(path)


def test_byte_order_mark_as_editors_on_windows_write_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOAL.encode())
    assert load_model(path).goals


def test_unknown_name_lists_the_models() -> None:
    with pytest.raises(InputError) as caught:
        load_model("anual-zoning")
    assert all(name in str(caught.value) for name in model_names())


@pytest.mark.parametrize(
    "setting", ["factor", "seat.factor", "seats", "travel-limit.minutes", ".factor", ""]
)
def test_setting_of_a_rule_that_the_model_lacks(setting: str) -> None:
    model = parse_model("mine", 'rules = ["seats"]\n' + GOAL)
    with pytest.raises(InputError) as caught:
        model.with_settings({setting: 1})
    assert caught.value.faults[0].table == "arguments"


def test_settings_replace_parameters_and_leave_the_model_alone() -> None:
    model = parse_model("mine", 'rules = ["seats"]\n[parameters.seats]\nfactor = 1.1\n' + GOAL)
    changed = model.with_settings({"seats.factor": 1.2, "travel.measure": "metres"})
    assert changed.parameters == {"seats": {"factor": 1.2}, "travel": {"measure": "metres"}}
    assert model.parameters == {"seats": {"factor": 1.1}}


def test_setting_with_an_unknown_parameter() -> None:
    model = parse_model("mine", 'rules = ["seats"]\n' + GOAL)
    with pytest.raises(InputError, match="faktor"):
        zoning.solve(
            golden_county(), model, stage="primary", settings={"seats.faktor": 1}, work_limit=1
        )
