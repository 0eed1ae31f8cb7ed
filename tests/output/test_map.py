"""Maps: what stands on them, and that nothing shows as boxes."""

from __future__ import annotations

import warnings
from pathlib import Path

import matplotlib.image
import pytest
import shapely
from matplotlib.figure import Figure

from tests.builders import grid_county
from tests.plan.made import made, row_county
from zoning.output.colours import PALETTE, colour_zones, zone_neighbours
from zoning.output.fonts import FALLBACK, Lettering, find_lettering
from zoning.output.labels import short_names

BANDS = {"primary-lower": ("1", "2", "3"), "primary-upper": ("4", "5", "6")}
LATIN = Lettering((FALLBACK,))


def texts(figure: Figure) -> list[str]:
    """Return every text on the map."""
    from matplotlib.text import Text

    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def test_a_map_says_what_it_shows() -> None:
    county = row_county(schools=[(0, 0, 30.0), (4, 0, 40.0)])
    shown = "\n".join(texts(made(county, {"u0200": "s2"}).plot()))
    for words in (
        "Grid 5 x 1",
        "Primary schools 2024, all grades",
        "Model by-hand: feasible",
        "60 pupils, 2 schools",
        "12 pupils change school",
        "changes school",
        "School s1",
        "modelled data, not real schools",
        "units modelled",
        "1 km",
    ):
        assert words in shown


def test_over_full_schools_are_marked() -> None:
    over = "school over its seats"
    assert over in texts(made(row_county(schools=[(0, 0, 30.0), (4, 0, 40.0)])).plot())
    assert over not in texts(made(row_county()).plot())


def test_one_panel_per_band() -> None:
    figure = made(row_county(bands=BANDS)).plot()
    assert len(figure.axes) == 2
    assert [axes.get_title("left") for axes in figure.axes] == [
        "primary-lower (grades 1, 2, 3)",
        "primary-upper (grades 4, 5, 6)",
    ]
    assert len(made(row_county()).plot().axes) == 1


def test_chinese_names_show_as_ids_where_no_font_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoning.output.map.find_lettering", lambda: LATIN)
    county = row_county(name="循化县", notice="模拟数据,非真实学校")
    county = county.replace(schools=county.schools.assign(name=["中心小学", "East"]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of every box
        figure = made(county).plot()
        figure.canvas.draw()
    shown = texts(figure)
    assert {"County", "s1", "East"} <= set(shown)
    assert any("Mind the notice in plan.json" in text for text in shown)
    assert any("their ids stand instead" in text for text in shown)
    assert all(LATIN.can_show(text) for text in shown)


def test_a_notice_in_two_languages_keeps_the_one_that_can_be_shown() -> None:
    assert LATIN.shown("模拟数据,非真实学校 / modelled data", "?") == "modelled data"
    assert LATIN.shown("循化(模拟)/ Xunhua (modelled, seed 1)", "?") == "Xunhua (modelled, seed 1)"
    assert LATIN.shown("循化(模拟)", "?") == "?"
    assert LATIN.shown("École 1", "?") == "École 1"


def test_the_font_that_comes_along_is_always_there() -> None:
    assert FALLBACK in find_lettering().families


def test_points_are_said_to_be_drawn_around() -> None:
    figure = made(grid_county(3, 3, [(0, 0, 200)], points=True)).plot()
    assert any("around the units' points" in text for text in texts(figure))


@pytest.mark.parametrize("suffix", ["png", "pdf", "svg"])
def test_a_map_is_written(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"map.{suffix}"
    made(row_county()).plot(path)
    assert path.stat().st_size > 5000
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_the_picture_is_not_empty(tmp_path: Path) -> None:
    made(grid_county(4, 4, [(0, 0, 90), (3, 3, 90)])).plot(tmp_path / "map.png")
    picture = matplotlib.image.imread(tmp_path / "map.png")
    assert min(picture.shape[:2]) > 800
    shown = {
        tuple(round(255 * float(part)) for part in pixel[:3])
        for pixel in picture[::9, ::9].reshape(-1, 4)
    }
    fills = {tuple(bytes.fromhex(colour[1:])) for colour in PALETTE}
    assert len(shown & fills) == 2


def test_neighbouring_zones_differ() -> None:
    cells = {f"{x},{y}": shapely.box(x, y, x + 1, y + 1) for x in range(6) for y in range(6)}
    neighbours = zone_neighbours(cells, 0.1)
    assert neighbours["0,0"] == {"0,1", "1,0", "1,1"}
    colours = colour_zones(neighbours)
    for school, others in neighbours.items():
        assert colours[school] not in {colours[other] for other in others}
    counts = [list(colours.values()).count(colour) for colour in PALETTE]
    assert max(counts) - min(counts) <= 3


def test_colours_never_run_out() -> None:
    schools = [str(number) for number in range(30)]
    everyone = {school: set(schools) - {school} for school in schools}
    assert len(set(colour_zones(everyone).values())) == 30


def test_the_words_that_all_names_share_are_left_out() -> None:
    many = {str(n): f"Name {n} Elementary School" for n in range(20)} | {"x": "The Academy"}
    assert short_names(many)["3"] == "Name 3"
    assert short_names(many)["x"] == "The Academy"
    few = {"a": "East School", "b": "West School"}
    assert short_names(few) == few
