"""The page on other files says what the library does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from zoning.sources import FORMATS
from zoning.sources.children import COUNTS
from zoning.sources.description import _TABLE, _TOP
from zoning.sources.headings import field_of
from zoning.sources.systems import SYSTEM_KEYS, parse_system

PAGE = (Path(__file__).parents[2] / "data" / "README.md").read_text("utf-8")
OTHER = PAGE.split("\n## Other files\n")[1]


def test_every_key_is_explained() -> None:
    for word in (*_TABLE, *SYSTEM_KEYS, *(set(_TOP) - {"stages", "tables", "travel"})):
        assert f"`{word}`" in OTHER or re.search(rf"\b{word} = ", OTHER), word
    for word in (*FORMATS, *COUNTS):
        assert f'"{word}"' in OTHER or f"`{word}`" in OTHER or f"`--as {word}`" in OTHER, word


def test_headings_named_are_recognised() -> None:
    table = OTHER.split("### Headings")[1].split("\n\n")[2]
    for name, headings in re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.M):
        for heading in re.findall(r"[\u4e00-\u9fff]+(?:\([\u4e00-\u9fff]+\))?", headings):
            if heading != "现行":
                assert field_of(name, heading) is not None, heading


def test_systems_named_are_known() -> None:
    example = re.search(r"```toml\n(.*?)```", OTHER, re.S)
    assert example is not None
    for line in example[1].strip().split("\n"):
        parse_system(tomllib.loads(line)["crs"])
    for words in re.findall(r'"((?:CGCS2000|GCJ|BD|WGS|EPSG)[^"]*)"', OTHER):
        parse_system(words)
