"""Names of layers that other code speaks of: a checkpoint's map, `get_layer`, a list of weights."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from normfix.checks.sites import Scan, Site, once_per_scan
from normfix.semantics.project_files import slashed
from normfix.table.table import Kind

_SLASH = "slash"


def spoken_elsewhere(scan: Scan, site: Site) -> str:
    """Why a layer must not lose the slash of its name unasked: the name is written elsewhere too; empty if not."""
    name = _slashed(site)
    if not name:
        return ""
    line = _own_lines(scan).get(name) if scan.source.text.count(name) > 1 else None
    where = f"line {line}" if line else _other_files(scan).get(name, "")
    return f"{where} says `{name}` as well, and would have to change with it" if where else ""


def unlike_others(scan: Scan, old: str, new: str) -> str:
    """`new`, with a number behind it where it is the name of another layer already, or becomes that of one."""
    taken = _given(scan) - {old}
    taken |= {name.replace("/", "_") for name in _given(scan) if "/" in name and name < old}
    if new not in taken:
        return new
    return next(one for count in range(1, len(taken) + 2) if (one := f"{new}_{count}") not in taken)


def other_of_name(scan: Scan, site: Site, call: ast.Call) -> tuple[str, ...]:
    """What is to be said where a function that becomes a layer has the name of another one in its file."""
    name = _name_of(call)
    if site.rule.kind is not Kind.TO_LAYER or name is None:
        return ()
    others = (one.reference.call for one in scan.sites if one.reference is not None and one.reference.call is not None)
    line = next((one.lineno for one in others if one is not call and _name_of(one) == name), None)
    return (f"line {line} names a layer `{name}` as well: a model of both needs two names",) if line else ()


def _name_of(call: ast.Call) -> str | None:
    given = (one.value for one in call.keywords if one.arg in ("name", "scope"))
    return next((one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)), None)


@once_per_scan
def _given(scan: Scan) -> frozenset[str]:
    """The texts that calls of a file are given as a `name`."""
    texts = (
        keyword.value.value
        for one in scan.bindings.calls
        for keyword in one.node.keywords
        if keyword.arg in ("name", "scope") and isinstance(keyword.value, ast.Constant)
    )
    return frozenset(one for one in texts if isinstance(one, str))


def _slashed(site: Site) -> str:
    """The name with a slash that a site is about."""
    if site.argument is None or site.argument.match.value != _SLASH:
        return ""
    node = site.argument.node
    value = node.value if isinstance(node, ast.keyword) else node
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def _names(scan: Scan) -> frozenset[str]:
    return frozenset(name for one in scan.sites if (name := _slashed(one)))


@once_per_scan
def _own_lines(scan: Scan) -> Mapping[str, int]:
    """For each name the first line that says it without being the name of a layer."""
    names = _names(scan)
    nodes = (one.argument.node for one in scan.sites if one.argument is not None and _slashed(one))
    given: set[ast.AST] = {node.value if isinstance(node, ast.keyword) else node for node in nodes}
    # What a docstring says is no name that code looks for.
    given |= {node.value for node in ast.walk(scan.tree) if isinstance(node, ast.Expr)}
    found: dict[str, int] = {}
    for node in ast.walk(scan.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in given:
            for name in names:
                if name in node.value:
                    found[name] = min(node.lineno, found.get(name, node.lineno))
    return found


@once_per_scan
def _other_files(scan: Scan) -> Mapping[str, str]:
    """For each name a file of the same program that says it."""
    project, path = scan.project, scan.source.path
    file = project.resolved(path)
    texts = [(text, one) for one, said in project.answers(path, slashed) for text in said]
    said = {name: {one for text, one in texts if text.startswith(name.encode())} - {file} for name in _names(scan)}
    programs = project.programs(path)
    # Who imports whom takes long to find out, so it is asked of the few files that say a name.
    found: dict[str, str] = {}
    for name, files in said.items():
        near = next((one for one in sorted(files, key=str) if programs.related(file, one)), None)
        if near is not None:
            found[name] = f"`{near.name}`"
    return found
