"""The public notice (公示) as one HTML page that needs nothing else: no scripts, no other files."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from zoning.county.geometry import is_points
from zoning.output.public.tables import lookup_rows, pupil_rows, unit_rows, zone_rows
from zoning.output.public.words import LANGUAGES, Language

if TYPE_CHECKING:
    from zoning.output.public.edition import Edition

__all__ = ["page"]

_STYLE = """
body { font-family: "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  max-width: 70rem; margin: 1rem auto; padding: 0 1rem; color: #1d2b36; line-height: 1.5; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { border: 1px solid #b9c7cf; padding: .25rem .5rem; text-align: left; vertical-align: top; }
th { background: #eceff1; }
.notice { background: #fff3cd; color: #7a4b00; padding: .5rem 1rem; font-weight: bold; }
.map svg { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; }
"""


def page(edition: Edition, language: Language, svg: str) -> str:
    """Return the page in one language.

    Args:
        edition: what it says.
        language: its language.
        svg: the sketch map as SVG, drawn by this library.
    """
    plan = edition.plan
    title = language["title"].format(
        county=plan.county, year=plan.year, stage=language[plan.stage]
    )  # fmt: skip
    placed = language["entrants" if plan.place == "entrants" else "all grades"]
    notes = [language["map note"], language["drawn"] if is_points(edition.county.units) else ""]
    notice = f'<p class="notice">{escape(plan.notice)}</p>' if plan.notice else ""
    parts = [
        f'<!DOCTYPE html>\n<html lang="{language.code}">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
        notice,
        f"<h1>{escape(title)}</h1>\n<p>{escape(placed)}. {_other(language)}</p>",
        f"<h2>{escape(language['map'])}</h2>",
        f'<div class="map" role="img" aria-label="{escape(language["map"])}">{svg}</div>',
        f"<p>{escape(' '.join(filter(None, notes)))}</p>",
        _section(language["zones"], zone_rows(edition, language)),
        _section(language["lookup"], lookup_rows(edition, language)),
    ]
    if edition.counts is not None:
        masked = language["masked"].format(threshold=edition.threshold)
        parts += [
            _section(language["pupils"], pupil_rows(edition, language), note=masked),
            _section("", unit_rows(edition, language)),
        ]
    return "\n".join(filter(None, [*parts, notice, "</body>\n</html>\n"]))


def _other(language: Language) -> str:
    """Return a link to the page in the other language."""
    (other,) = (each for each in LANGUAGES if each.code != language.code)
    return f'<a href="notice.{other.code}.html" lang="{other.code}">{escape(other["name"])}</a>'


def _section(title: str, rows: Sequence[Sequence[str]], note: str = "") -> str:
    """Return a heading and a table whose first row is its heads; every text is escaped."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:]
    )
    heading = f"<h2>{escape(title)}</h2>\n" if title else ""
    told = f"<p>{escape(note)}</p>\n" if note else ""
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    return f'{heading}{told}<div class="scroll">{table}</div>'
