"""Imports run down only: each room of the package imports rooms below it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import normfix

PACKAGE = Path(normfix.__file__).parent

ROOMS = (
    {"cli"},
    {"commands"},
    {"front", "interactive"},
    {"proof", "verification"},
    {"rewritten"},
    {"callsites", "session", "request"},
    {"answer_page", "docs"},
    {"answer", "explain"},
    {"strategy"},
    {"report", "sweep"},
    {"judge"},
    {"fix", "runtime"},
    {"scan"},
    {"availability", "pins"},
    {"target"},
    {"schema", "suppress", "selection"},
    {"config", "discovery"},
    {"rows"},
    {"table"},
    {"rule"},
    {"callmap", "graphwords", "messages", "pasted", "slips"},
    {"releases"},
    {"shapes", "probes", "evidence"},
    {"documents"},
    {"cache", "workers"},
    {"text", "errors", "store", "contents"},
)
"""From the roof to the cellar. Rooms on one floor do not import each other."""

DOORS = {"__init__", "__main__"}
FLOOR = {room: floor for floor, rooms in enumerate(ROOMS) for room in rooms}
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def room(module: Path) -> str:
    return module.parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """Rooms that a module imports, wherever in it."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            package, _, rest = name.partition(".")
            first = rest.partition(".")[0]
            if package == "normfix" and not first.startswith("__"):
                yield first


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_run_down(module: Path) -> None:
    here = room(module)
    if here in DOORS:
        return
    assert here in FLOOR, f"{here} has no floor yet"
    for there in imported(ast.parse((PACKAGE / module).read_text(encoding="utf-8"))):
        lower = there == here or FLOOR[there] > FLOOR[here]
        assert lower, f"{here} imports {there}, which is not below it"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_relative_imports(module: Path) -> None:
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    assert not any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_says_what_it_is_for(module: Path) -> None:
    assert ast.get_docstring(ast.parse((PACKAGE / module).read_text(encoding="utf-8")))
