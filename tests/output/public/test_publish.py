"""The two editions: what is in them, what is not, and what cannot be found out."""

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import zoning
from tests.builders import NOTICE, grid_county
from tests.output.public.attack import possible, read_public
from tests.plan.made import made
from zoning.cli import app
from zoning.county.vocabulary import STAGES
from zoning.errors import InputError
from zoning.output.public import publish
from zoning.output.public.boundaries import SIDES
from zoning.output.public.words import LANGUAGES
from zoning.plan import Plan, Rule

BANDS = {"low": ("1", "2", "3"), "high": ("4", "5", "6")}
COUNTY = grid_county(
    6, 3, [(0, 0, 900.0), (5, 2, 900.0), (2, 2, 900.0)], bands=BANDS, seed=4, pupils=9.0
)
PLAN = made(COUNTY, {("u0201", "high"): "s1", ("u0301", "low"): "s2"})
FILES = {"map.png", "map.svg", "notice.zh.html", "notice.en.html"} | {
    f"{name}.{language}.csv"
    for name in ("zones", "lookup", "pupils", "units")
    for language in ("zh", "en")
}
HOSTILE = "<script>alert('x')</script>&=1+1"


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("public") / "out"
    written = publish(PLAN, folder)
    assert {file.name for file in written} == FILES
    return folder


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def test_a_reader_of_all_tables_learns_no_small_number(public: Path) -> None:
    cells, sums = read_public(public)
    for total, parts in sums:
        if cells[total] is not None and all(cells[part] is not None for part in parts):
            assert cells[total] == sum(cells[part] for part in parts)
    masked = [cell for cell, number in cells.items() if number is None]
    assert len(masked) > 10
    assert not [cell for cell, number in cells.items() if number in (1, 2, 3, 4)]
    grades = COUNTY.pupils.merge(PLAN.cells.assign(key=1), on="unit_id")
    grades = grades[grades["band"] == grades["grade"].map(lambda g: "low" if g < "4" else "high")]
    names = PLAN.schools.set_index("school_id")["name"]
    truth = grades.groupby([grades["school_id"].map(names), "grade"])["pupils"].sum()
    small = 0
    for cell in masked:
        low, high = possible(cells, sums, cell)
        assert low < high
        if len(cell) == 2 and 0 < truth.get(cell, 0) < 5:
            assert low == 0 and high >= 5
            small += 1
    assert small


def test_open_numbers_are_the_plans(public: Path) -> None:
    total = rows(public / "pupils.en.csv")[-1]
    assert int(total["total"]) == PLAN.indicators["pupils"]
    assert int(total["1"]) == COUNTY.pupils.loc[COUNTY.pupils["grade"] == "1", "pupils"].sum()


def test_every_unit_is_listed_with_its_school(public: Path) -> None:
    names = dict(zip(PLAN.schools["school_id"], PLAN.schools["name"], strict=True))
    units = dict(zip(COUNTY.units["unit_id"], COUNTY.units["name"], strict=True))
    found = {
        (row["Village, committee or residential unit"], grade, row["School"])
        for row in rows(public / "lookup.en.csv")
        for grade in row["Grades"].split(", ")
    }
    assert found == {
        (units[cell["unit_id"]], grade, names[cell["school_id"]])
        for cell in PLAN.cells.to_dict("records")
        for grade in BANDS[cell["band"]]
    }


def test_zones_say_what_lies_around_them(public: Path) -> None:
    first = rows(public / "zones.en.csv")[0]
    assert first["No."] == "1" and first["School"] == "School s1"
    assert "west: the county's border" in first["Bounded by"]
    assert "east: zone 3 (" in first["Bounded by"]
    chinese = rows(public / "zones.zh.csv")[0]
    assert "西至县界或片区以外" in chinese["四至"] and "3号片区" in chinese["四至"]


def test_nothing_else_leaves_the_bureau(public: Path) -> None:
    """No coordinates, ids of units, seats, journeys or groups; every file says what it is."""
    for file in public.iterdir():
        if file.suffix == ".png":
            continue
        text = file.read_text(encoding="utf-8")
        assert "u0000" not in text and "minutes" not in text and "resident" not in text.replace(
            "residential", "")  # fmt: skip
        assert not re.search(r"(?<![\d.])(50|397)\d{4}", text), file.name
        assert NOTICE in text or file.name == "map.svg"


def test_pages_are_whole_and_need_nothing_else(public: Path) -> None:
    for language, word in (("zh", "招生片区公示"), ("en", "public notice")):
        text = (public / f"notice.{language}.html").read_text(encoding="utf-8")
        assert word in text and f'lang="{language}"' in text
        assert "<script" not in text and not re.search(r'(src|href)="http', text)
        ElementTree.fromstring(
            re.sub(r"<(meta [^>]*)>", r"<\1/>", text.replace("<!DOCTYPE html>", ""))
        )  # fmt: skip


def test_the_same_plan_gives_the_same_files(public: Path, tmp_path: Path) -> None:
    publish(PLAN, tmp_path / "again")
    for file in public.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name


def test_names_cannot_do_harm(tmp_path: Path) -> None:
    units = COUNTY.units.assign(name=[HOSTILE, "=cmd()"] + ["Same"] * (len(COUNTY.units) - 2))
    schools = COUNTY.schools.assign(name=["@SUM(A1)", HOSTILE, "+1"])
    county = COUNTY.replace(units=units, schools=schools, notice=HOSTILE, name="=" + HOSTILE)
    publish(made(county), tmp_path / "out")
    for file in (tmp_path / "out").glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as opened:
            for row in csv.reader(opened):
                assert not [cell for cell in row if cell[:1] in tuple("=+-@")], file.name
    for file in (tmp_path / "out").glob("*.html"):
        assert "<script" not in file.read_text(encoding="utf-8")


def test_names_that_repeat_are_told_apart(tmp_path: Path) -> None:
    county = COUNTY.replace(units=COUNTY.units.assign(name="Same"))
    publish(made(county), tmp_path / "out")
    found = rows(tmp_path / "out" / "lookup.en.csv")
    head = "Village, committee or residential unit"
    listed = [row[head] for row in found if "1" in row["Grades"]]
    assert len(set(listed)) == len(listed) == 18
    assert "Same (T0) (u0000)" in listed


ADDRESSES = pd.DataFrame(
    [
        ("u0000", "Garden Estate", "", "", "", ""),
        ("u0000", "", "Peace Road", "1", "35", "odd"),
        ("u0100", "", "Peace Road", "2", "36", "even"),
        ("u0200", "", "Market Street", "", "", ""),
    ],
    columns=["unit_id", "estate", "street", "from", "to", "side"],
)


def test_addresses_are_looked_up(tmp_path: Path) -> None:
    publish(PLAN, tmp_path / "out", addresses=ADDRESSES)
    found = {
        (row["Estate"], row["Street"], row["House numbers"])
        for row in rows(tmp_path / "out" / "lookup.en.csv")
    }
    assert ("", "Peace Road", "1\u201335 (odd numbers)") in found
    assert ("Garden Estate", "", "") in found and ("", "Market Street", "") in found
    zone = rows(tmp_path / "out" / "zones.zh.csv")[0]
    assert "Peace Road1\u201335号（单号）" in zone["小区、街路门牌"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"unit_id": "x"}, "row 2 (unit x"),
        ({"street": "", "from": "", "to": ""}, "an estate or a street; found neither"),
        ({"street": ""}, "a street for house numbers"),
        ({"from": "40"}, "found from 40 to 35"),
        ({"to": ""}, "house numbers from the lower to the higher"),
        ({"from": "one"}, "a number in column from"),
        ({"from": "1.5"}, "whole house numbers"),
        ({"side": "left"}, "side to be one of 'all', 'odd', 'even'; found 'left'"),
        ({"side": "all"}, "units u0100 and u0000 for the same houses"),
    ],
)
def test_wrong_addresses_are_named(change, says, tmp_path: Path) -> None:
    table = ADDRESSES.copy()
    for column, value in change.items():
        table.loc[1, column] = value
    with pytest.raises(InputError) as caught:
        publish(PLAN, tmp_path / "out", addresses=table)
    assert says in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_addresses_without_units_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a column unit_id; found the columns 'estate'"):
        publish(PLAN, tmp_path / "out", addresses=pd.DataFrame({"estate": ["Garden"]}))


def test_a_wrong_plan_is_not_published(tmp_path: Path) -> None:
    rule = Rule("contiguity", {}, False)
    wrong = made(COUNTY, {"u0000": "s2"}, rules=(rule,))
    assert [fault for fault in wrong.verify(COUNTY) if fault.severity == "error"]
    with pytest.raises(InputError, match="the verifier finds right"):
        publish(wrong, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert publish(wrong, tmp_path / "out", edition="internal")


def test_numbers_that_the_countys_total_gives_away(tmp_path: Path) -> None:
    county = grid_county(2, 2, pupils={(0, 0): 6.0 * 3})
    with pytest.raises(InputError, match=r"--no-counts") as caught:
        publish(made(county), tmp_path / "out")
    assert "school s1" in str(caught.value) or "unit u0000" in str(caught.value)
    names = {file.name for file in publish(made(county), tmp_path / "out", counts=False)}
    assert names == {name for name in FILES if not name.startswith(("pupils", "units"))}


def test_wrong_arguments(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="public or internal; found 'secret'"):
        publish(PLAN, tmp_path / "out", edition="secret")
    with pytest.raises(InputError, match="a number of 1 or more"):
        publish(PLAN, tmp_path / "out", threshold=0)
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(InputError, match="an empty or new folder"):
        publish(PLAN, tmp_path)
    assert len(publish(PLAN, tmp_path, threshold=1, overwrite=True)) == len(FILES)
    assert (tmp_path / "note.txt").read_text() == "mine"


def test_fractions_are_told_as_whole_children(tmp_path: Path) -> None:
    county = grid_county(5, 2, [(0, 0, 900.0), (4, 1, 900.0)], pupils=100.3)
    publish(made(county), tmp_path / "out", threshold=1)
    cells, sums = read_public(tmp_path / "out")
    assert cells["total", "total"] == 1003
    for total, parts in sums:
        assert cells[total] == sum(cells[part] for part in parts)


def test_entrants_alone(tmp_path: Path) -> None:
    county = grid_county(5, 2, [(0, 0, 900.0), (4, 1, 900.0)], pupils=120.0)
    publish(made(county, place="entrants"), tmp_path / "out")
    assert [*rows(tmp_path / "out" / "pupils.en.csv")[0]] == ["No.", "School", "total", "notice"]
    cells, _ = read_public(tmp_path / "out")
    assert cells["total", "total"] == 200


def test_the_internal_edition_holds_everything(tmp_path: Path) -> None:
    names = {file.name for file in PLAN.publish(tmp_path / "in", edition="internal")}
    assert {"plan.gpkg", "plan.json", "pupils.csv", "moved.csv", "map.png"} <= names
    assert Plan.load(tmp_path / "in") == PLAN
    assert "不得公开" in (tmp_path / "in" / "INTERNAL.txt").read_text(encoding="utf-8")
    held = pd.read_csv(tmp_path / "in" / "pupils.csv")
    assert np.isclose(held["pupils"].sum(), COUNTY.pupils["pupils"].sum())


def test_the_command(tmp_path: Path) -> None:
    from zoning.county import write_county

    write_county(COUNTY, tmp_path / "county")
    PLAN.save(tmp_path / "plan")
    ADDRESSES.to_csv(tmp_path / "addresses.csv", index=False)
    words = ["publish", str(tmp_path / "plan"), "--county", str(tmp_path / "county")]
    public = [*words, "--out", str(tmp_path / "out"), "--edition", "public"]
    done = CliRunner().invoke(app, [*public, "--addresses", str(tmp_path / "addresses.csv")])
    assert done.exit_code == 0, done.stderr
    assert " publish " in CliRunner().invoke(app, ["--help"]).stdout
    assert "notice.zh.html" in done.stdout
    again = CliRunner().invoke(app, public)
    assert again.exit_code == 1 and "--overwrite" in again.stderr
    (tmp_path / "bad.csv").write_bytes("小区\n".encode("gb18030"))
    bad = CliRunner().invoke(
        app, [*public, "--overwrite", "--addresses", str(tmp_path / "bad.csv")]
    )
    assert bad.exit_code == 1 and "save it as 'CSV UTF-8'" in bad.stderr
    gone = CliRunner().invoke(app, [*public, "--overwrite", "--addresses", str(tmp_path / "no")])
    assert gone.exit_code == 1 and "addresses, no" in gone.stderr


def test_both_languages_have_the_same_words_and_use_them_all() -> None:
    chinese, english = LANGUAGES
    assert chinese.words.keys() == english.words.keys()
    folder = Path(zoning.output.public.__file__).parent
    code = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    given = {*SIDES, *STAGES, "odd", "even"}
    assert [
        word for word in english.words if code.count(f'"{word}"') < 3 and word not in given
    ] == []
