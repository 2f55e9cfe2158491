"""normfix finds, explains, fixes and proves TensorFlow and Keras normalization imports.

`check`, `fix` and `explain` do what the commands of these names do. What they need is imported when one is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from normfix.api.check import check, fix
    from normfix.api.explanation import Explanation, explain
    from normfix.api.reports import FileReport, Report
    from normfix.checks.finding import Finding, Severity, SiteKind
    from normfix.config.errors import UserError
    from normfix.jupyter.magic import load_ipython_extension
    from normfix.source.text import Applicability, Edit, Fix, Position
    from normfix.table.rule import Grade

__version__ = "0.1.0"
__all__ = [
    "Applicability",
    "Edit",
    "Explanation",
    "FileReport",
    "Finding",
    "Fix",
    "Grade",
    "Position",
    "Report",
    "Severity",
    "SiteKind",
    "UserError",
    "__version__",
    "check",
    "explain",
    "fix",
    "load_ipython_extension",
]

_HOMES = {
    "normfix.api.check": ("check", "fix"),
    "normfix.api.explanation": ("Explanation", "explain"),
    "normfix.api.reports": ("FileReport", "Report"),
    "normfix.checks.finding": ("Finding", "Severity", "SiteKind"),
    "normfix.config.errors": ("UserError",),
    "normfix.jupyter.magic": ("load_ipython_extension",),
    "normfix.source.text": ("Applicability", "Edit", "Fix", "Position"),
    "normfix.table.rule": ("Grade",),
}
"""Where the public names are, as the imports above say for type checkers."""


def __getattr__(name: str) -> Any:
    """Import what stands behind a public name when it is first used."""
    from importlib import import_module  # noqa: PLC0415

    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, those not yet imported among them."""
    return sorted({*globals(), *__all__})
