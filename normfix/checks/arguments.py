"""Arguments that today's callables refuse or misread, found at their calls."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence

from normfix.checks.site_maker import SiteMaker
from normfix.checks.sites import Site
from normfix.semantics.bindings import CallSite
from normfix.semantics.meaning import Meaning
from normfix.semantics.resolve import Resolver
from normfix.table.entries import ArgumentMatch
from normfix.table.table import Table

_PARTIAL = "functools.partial"


def argument_sites(maker: SiteMaker, table: Table, calls: Sequence[CallSite]) -> Iterator[Site]:
    """A site for each argument of a known callee that some rule matches."""
    by_callee: dict[str, list[ArgumentMatch]] = defaultdict(list)
    for match in table.arguments:
        for callee in match.callees:
            by_callee[callee].append(match)
    for call in calls:
        found = known_callee(call, table, maker.resolver)
        if found is None:
            continue
        callee, path, meaning, skipped = found
        taken: set[tuple[ast.AST, str]] = set()
        for match in by_callee.get(callee, ()):
            for node, name in matching_arguments(call, match, maker.resolver, skipped):
                # The matches of one argument exclude each other; the first in the table's order counts.
                if (node, name) in taken:
                    continue
                taken.add((node, name))
                yield maker.argument(match, path, (call, node, name), certain=meaning.certain)


def known_callee(call: CallSite, table: Table, resolver: Resolver) -> tuple[str, str, Meaning, int] | None:
    """The callee as rules name it, its path, its meaning, and how many arguments `partial` takes for itself."""
    if not isinstance(call.node.func, ast.Name | ast.Attribute):
        return None
    meaning = resolver.expression(call.node.func, call.scope, call.branch)
    skipped = 0
    if _PARTIAL in meaning.paths and call.node.args:
        meaning = resolver.expression(call.node.args[0], call.scope, call.branch)
        skipped = 1
    # What is legacy itself has its own finding; the rest must agree, or the arguments may be right for one of them.
    paths = [path for path in meaning.paths if table.layer_name(path) or not table.match(path)]
    callees = {table.layer_name(path) or table.function_name(path) for path in paths}
    callee = callees.pop() if len(callees) == 1 else None
    return (callee, paths[0], meaning, skipped) if callee is not None else None


def matching_arguments(
    call: CallSite, match: ArgumentMatch, resolver: Resolver, skipped: int = 0
) -> Iterator[tuple[ast.expr | ast.keyword, str]]:
    """The arguments of a call that a rule matches, each with its keyword (for a position: the rule's `to`)."""
    arguments = call.node.args[skipped:]
    if match.position is not None and len(arguments) > match.position:
        before = arguments[: match.position + 1]
        value = arguments[match.position]
        if not any(isinstance(one, ast.Starred) for one in before) and _fits(value, match):
            yield value, match.to or f"argument {match.position + 1}"
    for keyword in call.node.keywords:
        if keyword.arg in match.names and _fits(keyword.value, match):
            yield keyword, str(keyword.arg)
        elif keyword.arg is None:
            for name, value in literal_entries(keyword.value, call, resolver):
                if name in match.names and _fits(value, match):
                    yield keyword, name


def literal_entries(node: ast.expr, call: CallSite, resolver: Resolver) -> Iterator[tuple[str, ast.expr]]:
    """The entries of a dictionary given with `**`, as far as it is written out in this file."""
    if isinstance(node, ast.Name):
        meaning = resolver.name(node.id, call.scope, call.branch, (node.lineno, node.col_offset))
        values = [binding.value for binding in meaning.bindings]
        if len(values) == 1 and values[0] is not None and not isinstance(values[0], ast.Name):
            yield from literal_entries(values[0], call, resolver)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        yield from ((keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg)


def _fits(node: ast.expr, match: ArgumentMatch) -> bool:
    if match.literals and literal_text(node) not in match.literals:
        return False
    return has_shape(node, match.value)


def literal_text(node: ast.expr) -> str | None:
    """A literal as `repr` spells it, None for any other expression."""
    try:
        return repr(ast.literal_eval(node))
    except ValueError:
        return None


def has_shape(node: ast.expr, shape: str | None) -> bool:
    """Whether an argument is a literal of one of the shapes that rules may ask for; any argument has shape None."""
    if shape is None:
        return True
    if shape == "expression":
        return literal_text(node) is None
    if shape == "list":
        return isinstance(node, ast.List | ast.Tuple)
    if shape == "slash":
        parts = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
        return any(isinstance(value, str) and "/" in value for value in parts)
    value = node.operand if isinstance(node, ast.UnaryOp) else node
    if not isinstance(value, ast.Constant):
        return False
    expected = {"float": float, "int": int, "text": str, "true": bool}[shape]
    return type(value.value) is expected and (shape != "true" or value.value is True)
