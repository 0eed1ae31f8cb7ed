"""A bureau's folder for tests: a workbook, a map and sources.toml, each open to change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import shapely
import tomli_w

from zoning.sources import Sourced, read_sources

VILLAGES = [f"99999910000{number}" for number in range(1, 5)]
SCHOOLS = ["2999999001", "2999999002"]
PLACES = [(102.40, 35.80), (102.42, 35.80), (102.40, 35.82), (102.42, 35.82)]
LABELS = {"status": "assumed", "source": "made up for tests", "licence": "the library's own"}
UNITS, LIST, PUPILS = "居住单元", "学校", "学生数"


def squares(half: float = 0.01) -> geopandas.GeoDataFrame:
    """Return the villages as squares in degrees (CGCS2000)."""
    shapes = [shapely.box(x - half, y - half, x + half, y + half) for x, y in PLACES]
    return geopandas.GeoDataFrame(
        {"村代码": VILLAGES, "村名": ["东村", "西村", "南村", "北村"]}, geometry=shapes, crs=4490
    )


def _sheets() -> dict[str, list[list[Any]]]:
    return {
        UNITS: [
            ["村代码", "村名", "乡镇", "经度", "纬度"],
            *([code, name, "镇", *place] for code, name, place in
              zip(VILLAGES, ("东村", "西村", "南村", "北村"), PLACES, strict=True)),
        ],
        LIST: [
            ["学校标识码", "学校名称", "办学类型", "学位", "班数", "经度", "纬度"],
            [SCHOOLS[0], "一小", "完全小学", 120, 6, 102.401, 35.801],
            [SCHOOLS[1], "二小", "完全小学", 120, 6, 102.421, 35.821],
        ],
        PUPILS: [
            ["村代码", *(f"{g}年级" for g in "一二三四五六")],
            *([code, *range(1, 7)] for code in VILLAGES),
        ],
    }  # fmt: skip


def _document() -> dict[str, Any]:
    def table(sheet: str, **more: Any) -> dict[str, Any]:
        return {"file": "data.xlsx", "sheet": sheet, **more, **LABELS}

    return {
        "name": "试验县",
        "year": 2024,
        "stages": {"primary": {"grades": ["1", "2", "3", "4", "5", "6"]}},
        "travel": {"rule": "straight-line", "detour": 1.2, "metres_a_minute": 60},
        "tables": {
            "units": table(UNITS, crs="EPSG:4490"),
            "schools": table(LIST, crs="EPSG:4490"),
            "pupils": table(PUPILS, counts="resident", year=2024),
        },
    }


@dataclass
class Bureau:
    """What will be written: change it, then `write`.

    Attributes:
        sheets: sheet -> its rows, the headings first.
        toml: sources.toml as a document.
        book: further changes of the workbook.
        files: further deeds in the folder, after everything is written.
    """

    sheets: dict[str, list[list[Any]]] = field(default_factory=_sheets)
    toml: dict[str, Any] = field(default_factory=_document)
    book: list[Callable[[Any], object]] = field(default_factory=list)
    files: list[Callable[[Path], object]] = field(default_factory=list)

    def table(self, name: str, **changes: Any) -> None:
        """Change the section of a table in sources.toml; None removes a key."""
        section = self.toml["tables"][name]
        section.update(changes)
        self.toml["tables"][name] = {k: v for k, v in section.items() if v is not None}

    def file(self, table: str, name: str, write: Callable[[Path], object], **changes: Any) -> None:
        """Let a table come from a file of its own."""
        self.table(table, file=name, sheet=None, **changes)
        self.files.append(lambda folder: write(folder / name))

    def csv(self, table: str, sheet: str, *, saved_as: str = "utf-8", **changes: Any) -> None:
        """Let a table come from its sheet's rows as CSV."""
        text = "\n".join(",".join(str(cell) for cell in row) for row in self.sheets[sheet]) + "\n"
        self.file(table, f"{table}.csv", lambda p: p.write_bytes(text.encode(saved_as)), **changes)

    def cell(self, sheet: str, row: int, heading: str, value: Any) -> None:
        """Put a value into a cell; the row is counted as a spreadsheet does."""
        self.sheets[sheet][row - 1][self.sheets[sheet][0].index(heading)] = value

    def column(self, sheet: str, heading: str, values: list[Any]) -> None:
        """Add a column, the values from row 2 on."""
        for row, value in zip(self.sheets[sheet], [heading, *values], strict=True):
            row.append(value)

    def rename(self, sheet: str, old: str, new: str) -> None:
        """Give a column another heading."""
        head = self.sheets[sheet][0]
        head[head.index(old)] = new

    def write(self, folder: Path) -> Path:
        """Write the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in self.sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        for change in self.book:
            change(book)
        book.save(folder / "data.xlsx")
        (folder / "sources.toml").write_text(tomli_w.dumps(self.toml), encoding="utf-8")
        for deed in self.files:
            deed(folder)
        return folder

    def read(self, folder: Path) -> Sourced:
        """Write the folder and read the county from it."""
        return read_sources(self.write(folder))
