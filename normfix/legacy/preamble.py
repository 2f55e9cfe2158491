"""What a graph program has before its first line of work: the legacy Keras switched on, the TensorFlow 1 interface."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from normfix.checks.finding import Severity
from normfix.checks.nominate import imported_path
from normfix.checks.site_maker import maker_of
from normfix.checks.sites import Assessment, Preamble, Scan, Site, Symbol
from normfix.fixes.blocks import insert_below, stands_alone
from normfix.semantics.bindings import ImportSite, from_module
from normfix.semantics.guards import Guarded, guarded
from normfix.semantics.legacy_switch import SWITCH
from normfix.semantics.scopes import ScopeKind
from normfix.source.text import Edit, Span

CODE = "NF005"
_ERROR = Assessment(Severity.ERROR)
V1 = "tensorflow.compat.v1"
_PLAIN = "tensorflow"
_NOTE = "needs tf_keras beside TensorFlow: pip install tf_keras"
_SHARED = (
    "whoever imports `{}` gets the legacy Keras for the whole process, its other models included; TensorFlow must not "
    "be imported before"
)


@dataclass(frozen=True, slots=True)
class Role:
    """What a file is in its program: whether the program `starts` here, whether this file `disables` the behaviour of
    TensorFlow 2 for all, and which imports lead to TensorFlow (`leads`, asked with a module as it is written).

    `library` is the name of the package that starts here, for whoever imports it; where that builds no graph itself
    (`aside`), its imports stay.
    """

    starts: bool
    disables: bool
    leads: Callable[[str], bool]
    library: str = ""
    aside: bool = False


def preamble_sites(scan: Scan, role: Role) -> Iterator[Site]:
    """A site for each import that has to change for the program to run, the first with what goes before it."""
    switch = _switch(scan, role) if role.starts else Preamble()
    plain = [] if role.aside else list(plain_imports(scan))
    for index, (site, alias) in enumerate(plain):
        first = switch if not index else Preamble(refused=switch.refused)
        below = _disable(scan, site, f"{alias.asname or _PLAIN}") if role.disables and not index else ()
        yield _site(scan, site, alias, V1, Preamble((*first.edits, *below), first.refused, first.notes))
    if plain:
        return
    if switch != Preamble():
        leading = _leading(scan, role.leads)
        yield _site(scan, *leading[0], None, switch) if leading else _file_site(scan, switch)
    below = _disable_below(scan) if role.disables else ()
    if below and not switch.refused:
        yield _file_site(scan, Preamble(below), V1)


def plain_imports(scan: Scan) -> Iterator[tuple[ImportSite, ast.alias]]:
    """The imports of TensorFlow under one name that can mean its TensorFlow 1 interface from now on."""
    found = [
        (site, alias)
        for site in scan.bindings.imports
        if isinstance(site.node, ast.Import)
        for alias in site.node.names
        if alias.name.partition(".")[0] == _PLAIN and (alias.asname is None or alias.name == _PLAIN)
    ]
    whole = all(alias.name == _PLAIN for _, alias in found)
    chosen = any(
        guarded(Guarded(site.node, site.branch, site.scope, alias.asname or _PLAIN), scan.resolver)
        for site, alias in found
    )
    names = {alias.asname or _PLAIN for _, alias in found}
    if found and whole and not chosen and not _modern(scan, names):
        yield from found


def _modern(scan: Scan, names: Collection[str]) -> bool:
    """Whether a file uses what the TensorFlow 1 interface lacks, or reaches that interface from plain TensorFlow."""
    modern = scan.table.graph.modern
    for reference in scan.bindings.references:
        if reference.name in names and any(
            binding.path == _PLAIN for binding in scan.resolver.reference(reference).bindings
        ):
            full = ".".join((_PLAIN, *reference.attributes))
            if any(full == one or full.startswith(f"{one}.") for one in modern):
                return True
    return False


def _leading(scan: Scan, leads: Callable[[str], bool]) -> list[tuple[ImportSite, ast.alias]]:
    """The imports that lead to TensorFlow, in the order of the file."""
    found = []
    for site in scan.bindings.imports:
        for alias in site.node.names:
            base = alias.name if isinstance(site.node, ast.Import) else from_module(site.node)
            below = f"{base}{'' if base.endswith('.') else '.'}{alias.name}"
            if leads(base) or (isinstance(site.node, ast.ImportFrom) and leads(below)):
                found.append((site, alias))
    return found


def _switch(scan: Scan, role: Role) -> Preamble:
    """The lines that switch the legacy Keras on, above the first statement that leads to TensorFlow.

    A package gets them without such a statement too: below its head, before whatever is imported from it.
    """
    leading = _leading(scan, role.leads)
    if not leading and not role.library:
        return Preamble()
    first = _outermost(scan, leading[0][0].node) if leading else _below_head(scan)
    for statement in scan.tree.body if SWITCH in scan.source.text else ():
        line = _sets_switch(statement)
        if line and (not leading or first is None or statement.lineno < first.lineno):
            return Preamble()
        if line and first is not None:
            return Preamble(refused=f"line {line} sets {SWITCH} too late: it belongs above line {first.lineno}")
    notes = (_NOTE, _SHARED.format(role.library)) if role.library else (_NOTE,)
    return Preamble((_switching(scan, first),), notes=notes)


def _switching(scan: Scan, first: ast.stmt | None) -> Edit:
    """The lines themselves, above a statement of the module, or at its end."""
    text, newline = scan.source.text, scan.source.newline
    start, top, before = len(text), len(scan.source.line_starts) + 1, ""
    if first is not None:
        top = min([first.lineno, *(one.lineno for one in getattr(first, "decorator_list", ()))])
        start = scan.source.line_starts[top - 1]
    elif text and not text.endswith(("\n", "\r")):
        before = newline
    lines = [] if _has_os(scan, top) else ["import os"]
    lines.append(f'os.environ["{SWITCH}"] = "1"')
    return Edit(start, start, before + "".join(line + newline for line in lines))


def _below_head(scan: Scan) -> ast.stmt | None:
    """The first statement below the docstring and the imports of `__future__`; None where nothing follows them."""
    body = scan.tree.body
    start = 1 if ast.get_docstring(scan.tree, clean=False) is not None else 0
    later = (one for one in body[start:] if not (isinstance(one, ast.ImportFrom) and one.module == "__future__"))
    return next(later, None)


def _outermost(scan: Scan, node: ast.stmt) -> ast.stmt:
    """The statement at module level that `node` stands in."""
    around = [one for one in scan.bindings.ancestors(node) if isinstance(one, ast.stmt)]
    return around[-1] if around else node


def _sets_switch(statement: ast.stmt) -> int | None:
    """The line on which a statement mentions the switch."""
    mentions = (one for one in ast.walk(statement) if isinstance(one, ast.Constant) and one.value == SWITCH)
    return next((one.lineno for one in mentions), None)


def _has_os(scan: Scan, line: int) -> bool:
    """Whether the module `os` is there under its own name above a line."""
    imported = scan.bindings.module.bindings.get("os", ())
    return any(one.path == "os" and not one.branch and one.place[0] < line for one in imported)


def _disable(scan: Scan, site: ImportSite, name: str) -> tuple[Edit, ...]:
    if site.scope.kind is not ScopeKind.MODULE or site.branch or not stands_alone(scan.source, site.node):
        return ()
    return (insert_below(scan.source, site.node, f"{name}.disable_v2_behavior()"),)


def _disable_below(scan: Scan) -> tuple[Edit, ...]:
    """The call for a file that has TensorFlow under another name than that of its TensorFlow 1 interface."""
    for site in scan.bindings.imports:
        for alias in site.node.names:
            path = imported_path(site, alias)
            named = alias.asname or (isinstance(site.node, ast.ImportFrom) and alias.name) or path
            interface = {V1: named, _PLAIN: f"{named}.compat.v1"}.get(path, "")
            if interface and (edits := _disable(scan, site, interface)):
                return edits
    for site in scan.bindings.imports:
        if isinstance(site.node, ast.ImportFrom) and f"{from_module(site.node)}.".startswith(f"{_PLAIN}."):
            (edit,) = _disable(scan, site, "") or (None,)
            if edit is not None:
                lines = (f"from {V1} import disable_v2_behavior", "", "disable_v2_behavior()")
                return (replace(edit, replacement="".join(line + scan.source.newline for line in lines)),)
    return ()


def _file_site(scan: Scan, preamble: Preamble, target: str | None = None) -> Site:
    """The site for what belongs to no import of TensorFlow."""
    (edit,) = preamble.edits
    span = Span(edit.start, edit.start)
    return maker_of(scan).file(_symbol(scan, _PLAIN, target), span, _ERROR, preamble)


def _site(scan: Scan, site: ImportSite, alias: ast.alias, target: str | None, preamble: Preamble) -> Site:
    path = alias.name if isinstance(site.node, ast.Import) else from_module(site.node)
    return maker_of(scan).imported(_symbol(scan, path, target), site, alias, assessment=_ERROR, preamble=preamble)


def _symbol(scan: Scan, path: str, target: str | None) -> Symbol:
    return Symbol(scan.table.rules[CODE], path, target, target)
