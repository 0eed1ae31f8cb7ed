"""The words of a public notice in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zoning.output.public.boundaries import SIDES, Neighbour

if TYPE_CHECKING:
    from zoning.output.public.addresses import Address

__all__ = ["LANGUAGES", "Language"]

_MOST_UNITS: Final = 4
"""So many units are named along one stretch of a border."""


@dataclass(frozen=True)
class Language:
    """One language of the notice.

    Attributes:
        code: as in HTML, ``"zh"`` or ``"en"``.
        words: key -> word; the same keys in every language.
        comma: what stands between the parts of a list.
    """

    code: str
    words: Mapping[str, str]
    comma: str

    def __getitem__(self, key: str) -> str:
        """Return a word."""
        return self.words[key]

    def listed(self, texts: Sequence[str], most: int | None = None) -> str:
        """Return texts as a list, shortened if it is longer than `most`."""
        shown = self.comma.join(texts[:most])
        return shown + self["and others"] if most is not None and len(texts) > most else shown

    def grades(self, grades: Sequence[str]) -> str:
        """Return the grades as a list."""
        return self["grades"].format(self.listed(list(grades)))

    def zone(self, number: int) -> str:
        """Return what a zone is called by its number."""
        return self["zone no."].format(number)

    def neighbours(self, side: Sequence[Neighbour], labels: Mapping[str, str]) -> str:
        """Return what lies along one side of a zone."""
        texts = []
        for each in side:
            if not each.units:
                texts.append(self["beyond"])
                continue
            units = self.listed([labels[unit] for unit in each.units], _MOST_UNITS)
            name = self["no zone"] if each.number is None else self.zone(each.number)
            texts.append(self["neighbour"].format(name, units))
        return self["and"].join(texts)

    def boundary(self, sides: Mapping[str, Sequence[Neighbour]], labels: Mapping[str, str]) -> str:
        """Return all four sides in words."""
        return self["stop"].join(
            self["side"].format(self[side], self.neighbours(sides[side], labels))
            for side in SIDES
            if sides[side]
        )

    def houses(self, address: Address) -> str:
        """Return the house numbers of an address; blank for the whole street or estate."""
        if address.first is None:
            return "" if address.side == "all" else self[address.side]
        run = self["no."].format(
            f"{address.first}" if address.first == address.last
            else f"{address.first}\u2013{address.last}"
        )  # fmt: skip
        alone = address.side == "all" or address.first == address.last
        return run if alone else self["of them"].format(run, self[address.side])

    def address(self, address: Address) -> str:
        """Return an address as one text."""
        street = self["street"].format(address.street, self.houses(address)).strip()
        return self.listed([text for text in (address.estate, street) if text])


_ZH: Final = {
    "title": "{county}{year}年{stage}招生片区公示",
    "preschool": "幼儿园",
    "primary": "小学",
    "junior": "初中",
    "senior": "高中",
    "entrants": "新生（起始年级）",
    "all grades": "各年级",
    "map": "片区示意图",
    "map note": "图上编号即下表编号；本图仅为示意，不作为边界依据。",
    "drawn": "片区范围按居住点位就近划出，为示意范围。",
    "zones": "学校与招生片区",
    "number": "编号",
    "school": "学校",
    "grade": "年级",
    "units": "村（居）委会、居住单元",
    "addresses": "小区、街路门牌",
    "boundary": "四至",
    "north": "北",
    "east": "东",
    "south": "南",
    "west": "西",
    "lookup": "住址查询表",
    "township": "乡镇（街道）",
    "unit": "村（居）委会、居住单元",
    "estate": "小区",
    "street column": "街路",
    "houses": "门牌号",
    "pupils": "学生人数",
    "total": "合计",
    "masked": "“*”表示不公开：不足{threshold}人的数字，以及可由其推算出这些数字的数字。",
    "hidden": "*",
    "beyond": "县界或片区以外",
    "no zone": "无学校的区域",
    "neighbour": "{0}（{1}）",
    "and": "、",
    "side": "{0}至{1}",
    "stop": "；",
    "and others": "等",
    "grades": "{0}年级",
    "zone no.": "{0}号片区",
    "no.": "{0}号",
    "odd": "单号",
    "even": "双号",
    "of them": "{0}（{1}）",
    "street": "{0}{1}",
    "name": "中文",
}
_EN: Final = {
    "title": "{county} {year}: zones of {stage}, public notice",
    "preschool": "kindergartens",
    "primary": "primary schools",
    "junior": "junior schools",
    "senior": "senior schools",
    "entrants": "entrants (entry grade)",
    "all grades": "all grades",
    "map": "Sketch map",
    "map note": "Numbers are those of the table below. A sketch only; it does not fix any border.",
    "drawn": "Areas are drawn around the places where people live, and are a sketch themselves.",
    "zones": "Schools and their zones",
    "number": "No.",
    "school": "School",
    "grade": "Grades",
    "units": "Villages, committees, residential units",
    "addresses": "Estates, streets and house numbers",
    "boundary": "Bounded by",
    "north": "north",
    "east": "east",
    "south": "south",
    "west": "west",
    "lookup": "Look up an address",
    "township": "Township or street office",
    "unit": "Village, committee or residential unit",
    "estate": "Estate",
    "street column": "Street",
    "houses": "House numbers",
    "pupils": "Pupils",
    "total": "total",
    "masked": '"*" is not published: a number below {threshold}, or one that would give it away.',
    "hidden": "*",
    "beyond": "the county's border, or land outside all zones",
    "no zone": "land without a school",
    "neighbour": "{0} ({1})",
    "and": " and ",
    "side": "{0}: {1}",
    "stop": "; ",
    "and others": " and others",
    "grades": "{0}",
    "zone no.": "zone {0}",
    "no.": "{0}",
    "odd": "odd numbers",
    "even": "even numbers",
    "of them": "{0} ({1})",
    "street": "{0} {1}",
    "name": "English",
}
LANGUAGES: Final = (Language("zh", _ZH, "、"), Language("en", _EN, ", "))
