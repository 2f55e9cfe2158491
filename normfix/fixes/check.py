"""The proof of each pass: what the edits made of a file is compared with what they were meant to make of it.

Nothing here trusts the planner. Every check reads the new text as if someone else had written it.
"""

from __future__ import annotations

import ast
import builtins
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from normfix.checks.nominate import imported_path
from normfix.checks.sites import Located, Scan, Site, is_star, span_of
from normfix.fixes.held_names import held
from normfix.fixes.mapping import moved, regions, touches
from normfix.fixes.names import references_of
from normfix.fixes.normalized_calls import beside
from normfix.semantics.scopes import Binding, BindingKind
from normfix.source.deep import survives
from normfix.source.documents import read_document
from normfix.source.text import Edit, SourceText, Span, TextError
from normfix.table.table import Table

_Key = tuple[str, str, str]
_BUILTINS = frozenset(dir(builtins))


class FixError(Exception):
    """normfix's own edits did not hold; the file must stay as it is. The message is one line."""


def check_pass(before: Scan, after: Scan, edits: Iterable[Edit], chosen: Sequence[Site]) -> None:
    """Hold the text after one pass against the text before it. Raises FixError for the first thing that is wrong."""
    ordered = sorted(set(edits))
    _only_the_edits(before.source.text, after.source.text, ordered)
    _still_compiles(before.source, after.source)
    places = regions(ordered)
    _every_name_is_bound(before, after)
    _every_path_is_meant(before, after, chosen)
    _no_import_is_idle(before, after, places, chosen)
    _nothing_fixed_is_left(before, after, ordered, chosen)


def reread(source: SourceText, text: str) -> SourceText:
    """`text` as it comes back from the bytes that would be written. Raises FixError when that is another text."""
    try:
        again = read_document(source.encode(text), source.path, docstrings=source.with_docstrings)
    except TextError as error:
        raise FixError(str(error)) from error
    if (again.encoding, again.bom) != (source.encoding, source.bom):
        raise FixError(f"the fixed file would be read as {again.encoding}, not as {source.encoding}")
    if again.text != text:
        raise FixError("the code in the fixed file would not be the code that was meant")
    return again


def _only_the_edits(old: str, new: str, edits: Sequence[Edit]) -> None:
    """Every character outside the edits is where it belongs, and every edit says what it should."""
    parts = [edit.replacement for edit in edits]
    begins = [0, *(edit.end for edit in edits)]
    ends = [*(edit.start for edit in edits), len(old)]
    cursor = 0
    for index, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        expected = old[begin:end] + "".join(parts[index : index + 1])
        if end < begin or new[cursor : cursor + len(expected)] != expected:
            raise FixError(f"the fixed code differs outside the edits (line {_line(new, cursor)})")
        cursor += len(expected)
    if cursor != len(new):
        raise FixError(f"the fixed code differs outside the edits (line {_line(new, cursor)})")


def _line(text: str, offset: int) -> int:
    return SourceText("", text).position(offset).line


def _still_compiles(before: SourceText, after: SourceText) -> None:
    """What this Python could compile it still can: `ast` alone would allow an argument that is given twice."""
    error = _refusal(after.text)
    if error is not None and _refusal(before.text) is None:
        raise FixError(f"the fixed code would not compile (line {error.lineno}: {error.msg})")


def _refusal(text: str) -> SyntaxError | None:
    if not survives(text, parsing=False):
        return SyntaxError("too deeply nested")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "<fixed>", "exec", dont_inherit=True)
        except SyntaxError as error:
            return error
        except (ValueError, RecursionError, MemoryError):
            return SyntaxError("too deeply nested")
    return None


# -- names


def _every_name_is_bound(before: Scan, after: Scan) -> None:
    known = _unbound(before)
    for name, line in _unbound(after).items():
        if name not in known and name not in _BUILTINS:
            raise FixError(f"the fixed code would use `{name}`, which nothing binds (line {line})")


def _unbound(scan: Scan) -> dict[str, int]:
    """Names that are read where nothing in this file can have bound them, builtins included, each with a line."""
    found: dict[str, int] = {}
    for reference in scan.bindings.references:
        if isinstance(reference.root, ast.Name) and reference.name not in found and reference.quoted is None:
            meaning = scan.resolver.reference(reference)
            if not meaning.bindings and not meaning.paths:
                found[reference.name] = reference.root.lineno
    return found


def _every_path_is_meant(before: Scan, after: Scan, chosen: Sequence[Site]) -> None:
    """Every library path that is new in the file belongs to a replacement, and every replacement is there."""
    table = after.table
    asked = [target for site in chosen for target in (*_targets(site, table), *beside(before, site))]
    targets = {one for target in asked for one in _spellings(table, target)}
    old = set(_read(before)) | set(_imported(before))
    for path in sorted(set(_read(after)) - old):
        if not _among(path, targets, table):
            raise FixError(f"the fixed code would read `{path}`, which no fix asked for")
    for path in sorted(set(_imported(after)) - old):
        # A package of what was imported before was imported with it.
        leads = any(goal.startswith(f"{one}.") for one in _spellings(table, path) for goal in (*targets, *old))
        if not leads and not _among(path, targets, table):
            raise FixError(f"the fixed code would import `{path}`, which no fix asked for")
    written = {one for path in (*_read(after), *_imported(after)) for one in _spellings(table, path)}
    for site in chosen:
        wanted = {one for target in _targets(site, table) for one in _spellings(table, target)}
        if wanted and not _met(wanted, written) and not _only_removed(before, after, site):
            raise FixError(f"the fixed code does not have `{site.target}`, which the fix of `{site.path}` promised")


def _targets(site: Site, table: Table) -> Iterator[str]:
    """What a site's fix may write: its replacement, or the one for a special case; that of any name behind a star."""
    if is_star(site):
        module = site.path.rpartition(".")[0]
        yield from (one.new for one in table.entries.values() if one.new and one.old.rpartition(".")[0] == module)
        yield from (one.new for one in (table.module_move(module),) if one is not None)
    if site.argument is None:
        yield from (path for path in (site.target, site.symbol.new) if path)
        yield from (one.to for one in (site.symbol.entry.arguments.instead if site.symbol.entry else ()))


def _met(wanted: set[str], written: set[str]) -> bool:
    return any(path == one or path.startswith(f"{one}.") for path in written for one in wanted)


def _only_removed(before: Scan, after: Scan, site: Site) -> bool:
    """Whether a fix may have left nothing: an import without a use goes."""
    return site.imported is not None and _names(after) < _names(before)


def _names(scan: Scan) -> int:
    return sum(len(site.node.names) for site in scan.bindings.imports)


def _spellings(table: Table, path: str) -> frozenset[str]:
    return frozenset(spelling for spelling, _, _ in table.spellings(path))


def _among(path: str, targets: set[str], table: Table) -> bool:
    return any(one == target or one.startswith(f"{target}.") for one in _spellings(table, path) for target in targets)


def _read(scan: Scan) -> Iterator[str]:
    """The library paths that the code of a file reads, at their full length."""
    for reference in scan.bindings.references:
        for path in scan.resolver.reference(reference).paths:
            if path.partition(".")[0] in scan.table.roots:
                yield ".".join((path, *reference.attributes))


def _imported(scan: Scan) -> Iterator[str]:
    """The library paths that a file imports."""
    for site in scan.bindings.imports:
        for alias in site.node.names:
            path = imported_path(site, alias)
            if path.partition(".")[0] in scan.table.roots:
                yield path


def _no_import_is_idle(before: Scan, after: Scan, places: Sequence[Span], chosen: Sequence[Site]) -> None:
    """No edit brings an import that nothing uses; a name that was idle before may be idle below its new module.

    What stands for a star may be there for others alone.
    """
    idle = [one for one in _idle(after) if one.alias is not None]
    idle_before = list(_idle(before))
    if len(idle) <= sum(one.alias is not None for one in idle_before):
        return
    starred, known = any(map(is_star, chosen)), {one.name for one in idle_before}
    for binding in idle:
        if starred and held(after, binding) is not None:
            continue
        assert isinstance(binding.node, Located)
        if binding.name not in known and touches(span_of(after.source, binding.node), places):
            raise FixError(f"the fixed code would import `{binding.name}` and not use it")


def _idle(scan: Scan) -> Iterator[Binding]:
    """The imported and assigned names that nothing in a file reads."""
    used = references_of(scan)
    for scope in scan.bindings.scopes.values():
        for bindings in scope.bindings.values():
            named = (one for one in bindings if one.alias is not None or one.kind is BindingKind.ALIAS)
            yield from (one for one in named if not used[one])


# -- findings


def _nothing_fixed_is_left(before: Scan, after: Scan, edits: Sequence[Edit], chosen: Sequence[Site]) -> None:
    places = [Span(edit.start, edit.end) for edit in edits] + [site.span for site in chosen]
    mapped = regions(edits) + [moved(site.span, edits) for site in chosen]
    fixed = {_key(site) for site in chosen}
    made = frozenset(chosen)
    waiting = Counter(_key(site) for site in before.sites if site not in made and touches(site.span, places))
    there = Counter(_key(site) for site in after.sites if _key(site) in fixed and touches(site.span, mapped))
    for code, path, argument in there - waiting:
        what = f"`{argument}` of `{path}`" if argument else f"`{path}`"
        raise FixError(f"{what} ({code}) is still there after its fix")


def _key(site: Site) -> _Key:
    return site.rule.code, site.path, site.argument.name if site.argument else ""
