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
    from zoning.county import County, read_county, write_county
    from zoning.errors import Fault, InputError, NoPlanError, ZoningError
    from zoning.export import write_model
    from zoning.formulation.model_file import load_model, model_names
    from zoning.plan import Plan
    from zoning.shipped import county_names, data_path
    from zoning.solve import check, solve
    from zoning.standards import load_standards

__version__ = "0.1.0"

__all__ = [
    "County",
    "Fault",
    "InputError",
    "NoPlanError",
    "Plan",
    "ZoningError",
    "__version__",
    "check",
    "county_names",
    "data_path",
    "load_model",
    "load_standards",
    "model_names",
    "read_county",
    "solve",
    "write_county",
    "write_model",
]

_HOMES = {
    "County": "zoning.county",
    "read_county": "zoning.county",
    "write_county": "zoning.county",
    "Fault": "zoning.errors",
    "InputError": "zoning.errors",
    "NoPlanError": "zoning.errors",
    "ZoningError": "zoning.errors",
    "load_model": "zoning.formulation.model_file",
    "model_names": "zoning.formulation.model_file",
    "Plan": "zoning.plan",
    "county_names": "zoning.shipped",
    "data_path": "zoning.shipped",
    "check": "zoning.solve",
    "solve": "zoning.solve",
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
