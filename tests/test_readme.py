"""The README's commands and script are the ones that are checked."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _fenced() -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_both_commands_stand_in_the_readme() -> None:
    lines = [line for block in _fenced() for line in block.splitlines()]
    assert "python -m pip install . && zoning demo" in lines
    assert "python -m pip install '.[test]' && python -m pytest" in lines


def test_ci_runs_the_readmes_test_command() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python -m pip install '.[test]'" in ci
    assert "python -m pytest" in ci


def test_the_ten_line_script_is_the_example() -> None:
    example = (ROOT / "examples" / "ten_line_zoning.py").read_text(encoding="utf-8")
    code = example.split('"""', 2)[2].strip()
    assert code in [block.strip() for block in _fenced()]
    assert len(code.splitlines()) <= 10


def test_files_named_in_the_readme_exist() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
