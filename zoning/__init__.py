"""School zoning for county education bureaus.

A county's tables go in; a plan comes out that says which unit goes to which school, how far it can
be from the best possible plan, and that a verifier has recomputed from the county's own tables::

    import zoning

    county = zoning.read_county(zoning.data_path("xunhua"))
    plan = zoning.solve(county, "annual-zoning", stage="primary", time_limit=60)
    print(plan)

Names are loaded on first use, so that ``import zoning`` is quick.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoning.county import County
    from zoning.errors import Fault, InputError, NoPlanError, ZoningError
    from zoning.export import write_model
    from zoning.formulation.model_file import load_model, model_names
    from zoning.plan import Plan, RollingPlan
    from zoning.shipped import county_names, data_path
    from zoning.solve import check, solve, solve_years
    from zoning.sources import (
        county_from_files,
        from_geodataframes,
        new_county,
        read_county,
        read_sources,
        write_county,
        write_sources,
    )
    from zoning.standards import load_standards

__version__ = "0.1.0"

__all__ = [
    "County",
    "Fault",
    "InputError",
    "NoPlanError",
    "Plan",
    "RollingPlan",
    "ZoningError",
    "__version__",
    "check",
    "county_from_files",
    "county_names",
    "data_path",
    "from_geodataframes",
    "load_model",
    "load_standards",
    "model_names",
    "new_county",
    "read_county",
    "read_sources",
    "solve",
    "solve_years",
    "write_county",
    "write_model",
    "write_sources",
]

_HOMES = {
    "County": "zoning.county",
    "county_from_files": "zoning.sources",
    "from_geodataframes": "zoning.sources",
    "new_county": "zoning.sources",
    "read_county": "zoning.sources",
    "read_sources": "zoning.sources",
    "write_county": "zoning.sources",
    "write_sources": "zoning.sources",
    "Fault": "zoning.errors",
    "InputError": "zoning.errors",
    "NoPlanError": "zoning.errors",
    "ZoningError": "zoning.errors",
    "load_model": "zoning.formulation.model_file",
    "model_names": "zoning.formulation.model_file",
    "Plan": "zoning.plan",
    "RollingPlan": "zoning.plan",
    "county_names": "zoning.shipped",
    "data_path": "zoning.shipped",
    "check": "zoning.solve",
    "solve": "zoning.solve",
    "solve_years": "zoning.solve",
    "load_standards": "zoning.standards",
    "write_model": "zoning.export",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'zoning' has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """This package: ``zoning.solve`` is the function, also once the module of that name is loaded.

    Whoever imports ``zoning.solve`` makes Python bind the module to the package's attribute.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name == "solve" and isinstance(value, ModuleType):
            value = value.solve
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
