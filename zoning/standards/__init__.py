"""The norms of the law and of practice, each with its source and unit."""

from zoning.standards.standards import (
    OVERRIDE,
    Standard,
    Standards,
    load_standards,
    standards_names,
)

__all__ = ["OVERRIDE", "Standard", "Standards", "load_standards", "standards_names"]
