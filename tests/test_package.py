"""What is installed is what is in the checkout, and it works away from the checkout."""

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import zoning

ROOT = Path(__file__).parent.parent
HEAVY = {"geopandas", "highspy", "matplotlib", "numba", "ortools", "pandas", "pulp", "pyogrio"}


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the sdist and the wheel made from it, built from a clean copy of the checkout."""
    box = tmp_path_factory.mktemp("package")
    litter = shutil.ignore_patterns(
        ".git", ".*_cache", "__pycache__", "build", "*.egg-info", ".venv"
    )
    shutil.copytree(ROOT, box / "checkout", ignore=litter)
    _run("-m", "build", "--no-isolation", "--outdir", str(box / "dist"), cwd=box / "checkout")
    return box / "dist"


@pytest.fixture(scope="session")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder into which the wheel is installed, alone."""
    folder = tmp_path_factory.mktemp("installed")
    (wheel,) = dist.glob("*.whl")
    pip = ("-m", "pip", "install", "--quiet", "--no-index", "--no-deps")
    _run(*pip, "--target", str(folder), str(wheel), cwd=folder)
    return folder


def _run(*arguments: str, cwd: Path, path: Path | None = None) -> str:
    """Run Python elsewhere and return what it prints."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _setup() -> configparser.ConfigParser:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return setup


def _words(text: str) -> set[str]:
    return {line for line in text.split("\n") if line and not line.startswith("#")}


def test_every_package_is_listed() -> None:
    there = {".".join(file.parent.relative_to(ROOT).parts) for file in ROOT.glob("zoning/**/*.py")}
    assert _words(_setup()["options"]["packages"]) == there | {"zoning._models", "zoning._data"}
    assert all((ROOT / name.replace(".", "/") / "__init__.py").exists() for name in there)


def test_dependencies_are_what_the_code_names() -> None:
    """What an optional extra brings may be imported too, but nothing that is not declared."""
    extras = _setup()["options.extras_require"]
    optional = set().union(*(_words(extras[name]) for name in extras if name != "test"))
    wanted = _words(_setup()["options"]["install_requires"]) | optional
    listed = {re.split(r"[<>=!~]", line)[0].lower().replace("-", "_") for line in wanted}
    imported, named = set(), set()
    for file in ROOT.glob("zoning/**/*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                imported.add((node.module or "").split(".")[0])
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)  # such as engine="pyogrio"
    foreign = {name.lower() for name in imported - set(sys.stdlib_module_names) - {"zoning"}}
    assert foreign <= listed
    assert listed <= foreign | named


def test_sdist_holds_everything(dist: Path) -> None:
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = {name.split("/", 1)[1] for name in tar.getnames() if "/" in name}
    assert {"LICENSE", "README.md", "CHANGELOG.md", ".ci/run", ".ruff.toml"} <= names
    for folder in ("tests", "examples", "models", "data", "zoning"):
        files = {
            file.relative_to(ROOT).as_posix()
            for file in ROOT.glob(f"{folder}/**/*")
            if file.is_file() and not re.search(r"cache(__)?/|/\.", file.as_posix())
        }
        assert files and files <= names, files - names
    assert not [name for name in names if "cache/" in name or "cache__/" in name]


def test_wheel_holds_models_data_and_types(dist: Path) -> None:
    (archive,) = dist.glob("*.whl")
    with zipfile.ZipFile(archive) as wheel:
        names = set(wheel.namelist())
    for kind in ("models", "data"):
        shipped = {
            f"zoning/_{kind}/{file.relative_to(ROOT / kind).as_posix()}"
            for file in ROOT.glob(f"{kind}/**/*")
            if file.is_file()
            and file.suffix != ".py"
            and not re.search(r"cache(__)?/", file.as_posix())
        }
        assert shipped and shipped <= names, shipped - names
    assert "zoning/py.typed" in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"zoning"}


def test_installed_library_makes_a_plan(installed: Path, tmp_path: Path) -> None:
    script = """
import zoning
county = zoning.read_county(zoning.data_path("tiny-town"))
plan = zoning.solve(county, "rezoning", stage="primary", time_limit=20)
assert not [fault for fault in plan.verify(county) if fault.severity == "error"]
print(zoning.__file__)
"""
    printed = _run("-P", "-c", script, cwd=tmp_path, path=installed)
    assert Path(printed.strip()).is_relative_to(installed)


def test_installed_command_lists_the_models(installed: Path, tmp_path: Path) -> None:
    (command,) = installed.glob("bin/zoning*")
    printed = _run("-P", str(command), "models", cwd=tmp_path, path=installed)
    assert "rezoning" in printed


def test_import_is_light() -> None:
    script = "import sys, zoning, zoning.cli; print(*sys.modules)"
    loaded = {name.split(".")[0] for name in _run("-c", script, cwd=ROOT).split()}
    assert not loaded & HEAVY


def test_every_public_name_is_there() -> None:
    for name in zoning.__all__:
        assert getattr(zoning, name) is not None
        assert name in dir(zoning)
    with pytest.raises(AttributeError, match="no attribute 'sovle'"):
        zoning.sovle  # noqa: B018


def test_module_solve_does_not_hide_the_function() -> None:
    script = "from zoning.solve import Progress; import zoning; print(zoning.solve.__name__)"
    assert _run("-c", script, cwd=ROOT) == "solve\n"
