"""Import statements: the names that move go to their new module, the rest stays as the author wrote it."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from normfix.checks.sites import Scan, span_of
from normfix.fixes.binding_order import crosses
from normfix.fixes.blocks import insert_below, line_bounds, removable, remove_statement
from normfix.fixes.lists import add_item, append_item, remove_items
from normfix.fixes.width import has_room, import_text, left_alone
from normfix.semantics.bindings import from_module
from normfix.semantics.blocks import block_of
from normfix.semantics.scopes import start_place
from normfix.source.text import Edit, Span

_DIRECTIVE = re.compile(r"#\s*(?:noqa|pylint|type|pyright|mypy|flake8|ruff|isort|pragma|nosec)\b")
_FROM = re.compile(r"from(?:\s|\\\r?\n)+(?P<module>[\w.]+)(?:\s|\\\r?\n)+import\b")


@dataclass(frozen=True, slots=True)
class MovedName:
    """Where one name of an import statement goes: `from module import name as local` (or `import module as local`).

    `renamed` says that the author wrote `as`, which stays even where both names are the same.
    """

    module: str
    name: str
    local: str
    renamed: bool = False

    @property
    def clause(self) -> str:
        """The name as an import statement lists it."""
        return f"{self.name} as {self.local}" if self.renamed or self.name != self.local else self.name


def move_import(
    scan: Scan,
    node: ast.ImportFrom,
    moved: Mapping[ast.alias, MovedName],
    leaving: frozenset[ast.alias],
    merged_into: ast.ImportFrom | None = None,
    *,
    given: Collection[str] = (),
    respelled: bool = False,
) -> list[Edit] | None:
    """Edits that move some names of a from-import; None when the statement is laid out in no way known here.

    `leaving` are all the names that move in this file: an import that loses all of its names takes no new ones.
    `merged_into` is another import that moves to where all of this one goes, so that both become one; it has the
    `given` names then, and `respelled` says that some of these are spelled anew.
    """
    here = {alias: target for alias, target in moved.items() if target.module == from_module(node)}
    if here and len(here) < len(node.names):
        rest = {alias: target for alias, target in moved.items() if alias not in here}
        away = move_import(scan, node, rest, leaving) if rest else []
        return [*_respelled(scan, node, here), *away] if away is not None else None
    modules = {target.module for target in moved.values()}
    everything = len(moved) == len(node.names)
    merges = {module: _import_to_extend(scan, node, module, leaving, moved.values()) for module in modules}
    for module, other in merges.items():
        names = {target.local for target in moved.values() if target.module == module}
        if other is not None and crosses(scan, node, other, names):
            merges[module] = None
    if everything and len(modules) == 1 and not _merges_away(scan, node, merges):
        if merged_into is not None and _can_merge(scan, node):
            clauses = [*dict.fromkeys(one.clause for one in moved.values() if one.clause not in given)]
            return [*_extend(scan, merged_into, clauses, respelled=respelled), remove_statement(scan.source, node)]
        return _in_place(scan, node, moved, _there_already(scan, node, modules.pop(), moved.values()))
    return _moved_away(scan, node, moved, merges)


def _moved_away(
    scan: Scan,
    node: ast.ImportFrom,
    moved: Mapping[ast.alias, MovedName],
    merges: Mapping[str, ast.ImportFrom | None],
) -> list[Edit] | None:
    """Edits that take names out of an import and into others: into that of `merges` where there is one."""
    everything = len(moved) == len(node.names)
    edits: list[Edit] = []
    for module in sorted(merges):
        clauses = list(dict.fromkeys(target.clause for target in moved.values() if target.module == module))
        existing = merges[module]
        if existing is not None and (not everything or _can_merge(scan, node)):
            edits += _extend(scan, existing, clauses)
        else:
            edits.append(insert_below(scan.source, node, import_text(scan, node, module, clauses)))
    if everything:
        if not removable(scan.source, scan.bindings, node):
            return None
        return [*edits, remove_statement(scan.source, node)]
    items = _spans(scan, node)
    drop = {index for index, alias in enumerate(node.names) if alias in moved}
    return [*edits, *remove_items(scan.source.text, items, drop)]


def _merges_away(scan: Scan, node: ast.ImportFrom, merges: Mapping[str, ast.ImportFrom | None]) -> bool:
    return all(merges.values()) and _can_merge(scan, node)


def _can_merge(scan: Scan, node: ast.ImportFrom) -> bool:
    """Whether a statement can go when its names are elsewhere: no comment would go with it."""
    span = span_of(scan.source, node)
    return (
        not left_alone(scan, node)
        and "#" not in scan.source.text[span.start : span.end]
        and removable(scan.source, scan.bindings, node)
    )


def in_one_part(scan: Scan, one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two statements stand in one cell or code block: each of these is read, and run, by itself."""
    return scan.source.part_of(one.lineno)[0] == scan.source.part_of(other.lineno)[0]


def _there_already(scan: Scan, node: ast.ImportFrom, module: str, moved: Collection[MovedName]) -> frozenset[str]:
    """Some of the names that move, as an earlier import of their new module in the same block has them."""
    block = block_of(scan.bindings, node)
    # What is above the last statement with one of the names may be bound anew there, and what is below has none.
    last = block.last_mention({target.local for target in moved}, block.place(node))
    if not isinstance(last, ast.ImportFrom) or from_module(last) != module or not in_one_part(scan, last, node):
        return frozenset()
    have = frozenset(_clause(alias) for alias in last.names)
    clauses = {target.clause for target in moved}
    return have & clauses if clauses - have else frozenset()


def _in_place(
    scan: Scan, node: ast.ImportFrom, moved: Mapping[ast.alias, MovedName], there: frozenset[str]
) -> list[Edit] | None:
    """Only the module, and the names that are spelled differently now; those that are `there` already go."""
    span = span_of(scan.source, node)
    match = _FROM.match(scan.source.text, span.start, span.end)
    if match is None:
        return None
    target = next(iter(moved.values()))
    module = [Edit(match.start("module"), match.end("module"), target.module)]
    return [*(module if target.module != from_module(node) else ()), *_respelled(scan, node, moved, there)]


def _respelled(
    scan: Scan, node: ast.ImportFrom, moved: Mapping[ast.alias, MovedName], there: frozenset[str] = frozenset()
) -> list[Edit]:
    """The names that are spelled differently now, in their old places; one that is there already goes."""
    have = {*there, *(_clause(alias) for alias in node.names if alias not in moved)}
    double: set[int] = set()
    changed: list[Edit] = []
    for index, alias in enumerate(node.names):
        if alias not in moved:
            continue
        clause = moved[alias].clause
        if clause in have:
            double.add(index)
        elif clause != _clause(alias):
            where = span_of(scan.source, alias)
            changed.append(Edit(where.start, where.end, clause))
        have.add(clause)
    return [*changed, *(remove_items(scan.source.text, _spans(scan, node), double) if double else ())]


def _clause(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _spans(scan: Scan, node: ast.Import | ast.ImportFrom) -> list[Span]:
    return [span_of(scan.source, alias) for alias in node.names]


def _import_to_extend(
    scan: Scan, node: ast.ImportFrom, module: str, leaving: frozenset[ast.alias], moved: Collection[MovedName]
) -> ast.ImportFrom | None:
    """An import of the target module in the same block that can take the moved names."""
    block = block_of(scan.bindings, node)
    here = block.place(node)
    clauses = dict.fromkeys(target.clause for target in moved if target.module == module)
    for other in block.imports_from(module):
        if other is node or not in_one_part(scan, other, node):
            continue
        missing = [clause for clause in clauses if clause not in {_clause(alias) for alias in other.names}]
        if missing and (left_alone(scan, other) or not has_room(scan, other, missing)):
            continue
        in_reach = block.place(other) < here or block.only_imports(here, block.place(other))
        if other.names[0].name != "*" and in_reach and not leaving.issuperset(other.names):
            return other
    return None


def _extend(scan: Scan, node: ast.ImportFrom, clauses: Sequence[str], *, respelled: bool = False) -> list[Edit]:
    # Where names of it are spelled anew, their order says nothing of a place among them.
    put = append_item if respelled else add_item
    have = {_clause(alias) for alias in node.names}
    missing = [clause for clause in clauses if clause not in have]
    return [put(scan.source.text, _spans(scan, node), clause) for clause in missing]


def move_module(scan: Scan, node: ast.Import, alias: ast.alias, moved: MovedName) -> list[Edit]:
    """Edits that make `import old.module [as x]` import the moved module under its local name."""
    span = span_of(scan.source, alias)
    module = moved.name
    same = not alias.asname and moved.local == module.partition(".")[0] and alias.name != moved.local
    suffix = "" if same else f" as {moved.local}"
    if not alias.asname and _is_imported_as_well(scan, node, alias, module):
        return remove_name(scan, node, alias)
    return [Edit(span.start, span.end, module + suffix)]


def _is_imported_as_well(scan: Scan, node: ast.Import, alias: ast.alias, module: str) -> bool:
    """Whether another plain import, in the scope of one or at module level, has a module before anything reads it."""
    scopes = {site.scope for site in scan.bindings.imports if site.node is node} | {scan.bindings.module}
    others = (
        site.node
        for site in scan.bindings.imports
        if isinstance(site.node, ast.Import) and not site.branch and site.scope in scopes
        if any(one is not alias and (one.name, one.asname) == (module, None) for one in site.node.names)
    )
    return any(not _is_read_before(scan, module.partition(".")[0], node, other) for other in others)


def _is_read_before(scan: Scan, root: str, node: ast.Import, other: ast.Import) -> bool:
    """Whether a name is read between an import and another one below it."""
    start, end = start_place(node), start_place(other)
    return any(one.name == root and start < one.place < end for one in scan.bindings.references)


def remove_name(scan: Scan, node: ast.Import | ast.ImportFrom, alias: ast.alias) -> list[Edit]:
    """Edits that take one name out of an import statement, with the statement when it was the only one."""
    if len(node.names) > 1:
        return remove_items(scan.source.text, _spans(scan, node), {node.names.index(alias)})
    if removable(scan.source, scan.bindings, node):
        return [remove_statement(scan.source, node)]
    return _beside_comment(scan, node)


def _beside_comment(scan: Scan, node: ast.Import | ast.ImportFrom) -> list[Edit]:
    """Edits that take away an import with a comment behind it: what tools are told goes, what people are told stays."""
    span = span_of(scan.source, node)
    text = scan.source.text
    first, after = line_bounds(text, span.start, span.end)
    behind = text[span.end : after].strip()
    if text[first : span.start].strip() or not behind.startswith("#") or len(block_of(scan.bindings, node)) < 2:
        return []
    if _DIRECTIVE.match(behind):
        return [Edit(first, after, "")]
    return [Edit(span.start, text.index("#", span.end), "")]
