"""Which texts a map can show: without a Chinese font, boxes would stand in for the characters."""

from __future__ import annotations

from functools import cache

__all__ = ["FALLBACK", "Lettering", "find_lettering"]

FALLBACK = "DejaVu Sans"
"""Comes with matplotlib, so it is always there."""

_CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "Heiti SC",
    "Noto Sans CJK JP",
    "Noto Sans CJK TC",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
_SEPARATORS = " \t/|-–—·,;:、，；："


class Lettering:
    """The fonts of a map, and what they can show.

    Attributes:
        families: names of fonts, tried in that order for each character.
    """

    families: tuple[str, ...]

    def __init__(self, families: tuple[str, ...]) -> None:
        """Read which characters the fonts have."""
        self.families = families
        self._known = frozenset().union(*(_characters(family) for family in families))

    def can_show(self, text: str) -> bool:
        """True if no character of `text` would be a box."""
        return all(ord(sign) in self._known or sign == "\n" for sign in text)

    def shown(self, text: str, instead: str) -> str:
        """Return the part of `text` that can be shown; `instead` if no word of it is left.

        A notice in two languages keeps the one that can be shown.
        """
        if self.can_show(text):
            return text
        kept = "".join(sign if ord(sign) in self._known else " " for sign in text)
        words = [word for word in kept.split() if word.strip(_SEPARATORS + "()（）")]
        left = " ".join(words).strip(_SEPARATORS)
        return left.lstrip(")）").rstrip("(（").strip(_SEPARATORS) or instead


@cache
def find_lettering() -> Lettering:
    """Return the first Chinese font that is installed, with the fallback; else the fallback."""
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    found = next((name for name in _CHINESE if name in installed), None)
    return Lettering((FALLBACK,) if found is None else (FALLBACK, found))


def _characters(family: str) -> frozenset[int]:
    from matplotlib import font_manager

    path = font_manager.findfont(font_manager.FontProperties(family=[family]))
    return frozenset(font_manager.get_font(path).get_charmap())
