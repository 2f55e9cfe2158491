"""What `--strategy legacy` did with which file, and what the result needs to be installed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from normfix.report import Result, current, shown
from normfix.semantics.scopes import TRIES

_MOST = 5
_SLIM = "tf_slim"
_CONTRIB = "contrib"
_HOMES = ("tensorflow", "tensorflow.compat.v1")


def split(results: Sequence[Result], legacy: Sequence[Result]) -> str:
    """Which files are graph programs and which are not, and the packages that the programs need."""
    if not legacy:
        return "No graph program among them, so `--strategy legacy` made no difference.\n" if results else ""
    others = [result for result in results if result not in legacy]
    brought, left = [one for one in others if one.fixed], [one for one in others if not one.fixed]
    lines = [f"Graph programs, kept on the legacy Keras: {_names(legacy)}."]
    if brought:
        lines.append(f"No graph programs, brought to Keras layers: {_names(brought)}.")
    if left:
        lines.append(f"Left as they are: {_names(left)}.")
    dead = [one for one in results if _uses_contrib(one)]
    if dead:
        count = "1 file still uses" if len(dead) == 1 else f"{len(dead)} files still use"
        lines.append(
            f"{count} `tensorflow.contrib`, which no TensorFlow 2 has: {_names(dead)}. "
            "What needs them does not run before those parts are written anew."
        )
    needs = "tf_keras and tf-slim" if any(map(_uses_slim, legacy)) else "tf_keras"
    lines.append(f"The graph programs need {needs} beside TensorFlow: add that to the requirements.")
    return "".join(line + "\n" for line in lines)


def _names(results: Sequence[Result]) -> str:
    names = [shown(result.path) for result in results]
    rest = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + rest


def _uses_slim(result: Result) -> bool:
    return any((one.replacement or "").partition(".")[0] == _SLIM for one in (*result.fixed, *result.findings))


def _uses_contrib(result: Result) -> bool:
    """Whether a file, as it is after the fixes, uses `tensorflow.contrib` where nothing catches its absence."""
    source = current(result)
    if source is None or _CONTRIB not in source.text:
        return False
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    nodes = list(_uncaught(tree.body))
    imported = [alias for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names = {one.asname or one.name for one in imported if one.name in _HOMES}
    return any(_is_contrib(node, names) for node in nodes)


def _uncaught(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Nodes and all below them, without what stands in a `try` that catches something."""
    open_ends = list(nodes)
    while open_ends:
        node = open_ends.pop()
        yield node
        caught = frozenset(node.body if isinstance(node, TRIES) and node.handlers else ())
        open_ends += [one for one in ast.iter_child_nodes(node) if one not in caught]


def _is_contrib(node: ast.AST, names: set[str]) -> bool:
    if isinstance(node, ast.Import):
        return any(_below(alias.name) for alias in node.names)
    if isinstance(node, ast.ImportFrom) and not node.level:
        return any(_below(f"{node.module}.{alias.name}") for alias in node.names)
    return isinstance(node, ast.Attribute) and node.attr == _CONTRIB and ast.unparse(node.value) in names


def _below(path: str) -> bool:
    return any(f"{path}.".startswith(f"{home}.{_CONTRIB}.") for home in _HOMES)
