"""What a graph program uses that no release of TensorFlow has any more: no strategy makes it run."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from normfix.checks.finding import Severity
from normfix.checks.nominate import imported_path
from normfix.checks.site_maker import maker_of
from normfix.checks.sites import Assessment, Preamble, Scan, Site, Symbol, span_of
from normfix.legacy.preamble import CODE
from normfix.semantics.bindings import Bindings
from normfix.semantics.scopes import Reference
from normfix.source.text import Edit, Span

_PLAIN = "tensorflow"


def gone_site(scan: Scan, said: str) -> Site:
    """The site for a program that no strategy makes run, where it uses what is gone."""
    place = next(iter(_gone(scan)), None)
    symbol = Symbol(scan.table.rules[CODE], place[1] if place else _PLAIN)
    span = span_of(scan.source, place[0].node) if place else Span(0, 0)
    preamble = Preamble((Edit(0, 0, ""),), refused=said)
    return maker_of(scan).file(symbol, span, Assessment(Severity.ERROR, said), preamble)


def gone_use(scan: Scan) -> str:
    """Why no strategy makes a file run: it uses what no release has any more. Empty when it does not."""
    for reference, gone in _gone(scan):
        line = reference.root.lineno
        return f"line {line} uses `{gone}`, which TensorFlow no longer has: write that part anew"
    for site in scan.bindings.imports:
        for alias in site.node.names:
            gone = _gone_path(scan, imported_path(site, alias))
            if gone:
                line = site.node.lineno
                return f"line {line} imports `{gone}`, which TensorFlow no longer has: write that part anew"
    return ""


def _gone(scan: Scan) -> Iterator[tuple[Reference, str]]:
    """The uses of what no release has any more."""
    words = frozenset(path.rpartition(".")[2] for path in scan.table.graph.gone)
    if not any(word in scan.source.text for word in words):
        return
    names = _names_for(scan.bindings, words)
    # What a star import brings may be anything.
    whole = any(scope.stars for scope in scan.bindings.scopes.values())
    for reference in scan.bindings.references:
        if not whole and names.isdisjoint((*reference.attributes, *_said_in(reference.root))):
            continue
        for path in scan.resolver.reference(reference).paths:
            gone = _gone_path(scan, ".".join((path, *reference.attributes)))
            if gone:
                yield reference, gone


def _names_for(bindings: Bindings, words: frozenset[str]) -> frozenset[str]:
    """Some words, and the names of a file that go back to what has one of them in its path."""
    found = set(words)
    using: dict[str, list[str]] = defaultdict(list)
    for binding in (one for scope in bindings.scopes.values() for group in scope.bindings.values() for one in group):
        value = binding.value or binding.source
        said = binding.path.split(".") if binding.path is not None else _said_in(value) if value is not None else ()
        for word in said:
            using[word].append(binding.name)
    for function, returned in bindings.returns.items():
        for word in (word for one in returned if one.value is not None for word in _said_in(one.value)):
            using[word].append(getattr(function, "name", ""))
    waiting = [*words]
    while waiting:
        ahead = set(using[waiting.pop()]) - found
        found |= ahead
        waiting += ahead
    return frozenset(found)


def _said_in(node: ast.expr) -> Iterator[str]:
    """The names and attributes in an expression, and the words of its texts."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, ast.Attribute):
            yield one.attr
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield from one.value.split(".")


def _gone_path(scan: Scan, full: str) -> str:
    if scan.table.graph.moved(full):
        return ""
    return next((one for one in scan.table.graph.gone if full == one or full.startswith(f"{one}.")), "")
