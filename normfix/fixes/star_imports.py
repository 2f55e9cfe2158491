"""Star imports of modules that are gone: an import of the names that they brought and that somebody uses."""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from normfix.checks.siblings import moved_name
from normfix.checks.sites import Site, Symbol, span_of
from normfix.fixes.blocks import insert_below, removable, remove_statement
from normfix.fixes.draft import Draft
from normfix.fixes.hazards.stored import stored
from normfix.fixes.numeric_hazards import numeric_hazard
from normfix.fixes.outcome import Withheld
from normfix.fixes.width import import_text, left_alone
from normfix.semantics.bindings import from_module
from normfix.semantics.exports import listed_names, lookups
from normfix.semantics.scopes import Reference, StarImport, start_place
from normfix.semantics.stars import may_be_brought
from normfix.semantics.users import users_of
from normfix.source.text import Applicability, Edit, Fix
from normfix.table.entries import Entry

_MESSAGE = "Import the names that are used"
_UNUSED = "Remove the line, whose names nobody uses"
_HAZARD = "only the names that are seen to be used are imported: one that is looked up in another way is not"
_USUAL = 79
_BUILTINS = frozenset(dir(builtins))


def named_import(draft: Draft, site: Site) -> Fix | Withheld:
    """The import of the names that a star import of a dead module brought, or why it stays.

    It stands where the star stood, so that it is bound anew, or binds anew, as before.
    """
    assert site.imported is not None
    node = site.imported.site.node
    assert isinstance(node, ast.ImportFrom)
    return _Star(draft, site, node).outcome()


class _Star:
    """One star import of a module that is gone."""

    def __init__(self, draft: Draft, site: Site, node: ast.ImportFrom) -> None:
        self._draft, self._scan = draft, draft.scan
        self._site, self._node = site, node
        self._module = from_module(node)

    def outcome(self) -> Fix | Withheld:
        refused = self._refused()
        if refused is not None:
            return Withheld(refused)
        names = self._names
        source, node = self._scan.source, self._node
        if not names:
            if not removable(source, self._scan.bindings, node):
                return Withheld("nothing is seen to use a name of it: take the line out")
            return Fix(Applicability.UNSAFE, _UNUSED, (remove_statement(source, node),), (_HAZARD,))
        clauses: dict[str, list[str]] = defaultdict(list)
        for name in sorted(names):
            home, _, today = str(names[name].new).rpartition(".")
            clauses[home].append(name if name == today else f"{today} as {name}")
        lines = [import_text(self._scan, node, home, clauses[home], at_least=_USUAL) for home in sorted(clauses)]
        span = span_of(source, node)
        edits = [Edit(span.start, span.end, lines[0]), *(insert_below(source, node, line) for line in lines[1:])]
        notes = dict.fromkeys((_HAZARD, *self._numbers()))
        return Fix(Applicability.UNSAFE, _MESSAGE, tuple(edits), tuple(notes))

    def _refused(self) -> str | None:
        """Why the statement has to stay, with the line that holds it."""
        scan, node = self._scan, self._node
        if left_alone(scan, node):
            return "a comment tells tools to leave the line as it is"
        if scan.source.path.endswith("__init__.py"):
            return "a package hands on all that the star brings: write the names that others take from it"
        given = scan.bindings.module.bindings.get("__all__")
        if given and listed_names(scan.bindings) is None:
            return f"line {given[-1].place[0]} does not say which names are handed on"
        taken = next((name for name in self._taken_by_name if name not in self._known), None)
        if taken is not None:
            return f"another file takes `{taken}` from this one, and normfix does not know where it is today"
        looked_up = next((line for name in self._known for line in lookups(scan.bindings, name)), None)
        if looked_up is not None:
            return f"line {looked_up} may look a name of it up by its text"
        reasons = (self._use_refused(name, line) for name, line in self._used.items())
        return next((one for one in reasons if one is not None), None)

    def _use_refused(self, name: str, line: int) -> str | None:
        """Why the star has to stay for the sake of a name that is used."""
        entry = self._known.get(name)
        if entry is not None:
            changed = entry.new is None or not entry.same_arguments
            words = f"line {line} uses `{name}` of it, which is called otherwise today: import it by name"
            return words if changed else None
        unread = next((one for one in self._others if self._brought(one) is None), None)
        overridden = next((one for one in self._above if self._overrides(one, name)), None)
        if overridden is None and self._comes_otherwise(name):
            return None
        other = overridden or unread
        if other is None:
            return f"line {line} uses `{name}`, which has no place today that normfix knows: import it by name"
        return f"line {line} uses `{name}`, which may come from here or from line {other.node.lineno}"

    def _overrides(self, star: StarImport, name: str) -> bool:
        """Whether a file of the project brings a name that the star may have bound anew."""
        file = self._scan.project.view(self._scan.source.path).file_of(star.module)
        brings = file is not None and name in (self._brought(star) or ())
        return brings and moved_name(self._scan.table, f"{self._module}.{name}") is not None

    @property
    def _names(self) -> dict[str, Entry]:
        return {name: self._known[name] for name in self._used if name in self._known}

    @cached_property
    def _known(self) -> dict[str, Entry]:
        """The names of the old module that the table speaks of."""
        table, prefix = self._scan.table, f"{self._module}."
        words = {one.name for one in self._scan.bindings.references if one.name} | set(
            listed_names(self._scan.bindings) or ()
        )
        words |= {entry.old.rpartition(".")[2] for entry in table.entries.values()} if self._is_taken else set()
        move = table.module_move(self._module)
        words |= table.surface.get(move.new, frozenset()) if move is not None and self._is_taken else frozenset()
        found: dict[str, Entry] = {}
        for name in words:
            match = table.match(prefix + name)
            entry = match.entry if match is not None else moved_name(table, prefix + name)
            if entry is None or name.startswith("_") or (match is None and entry.new is None):
                continue
            # A name that the module never had, or is not known to have had, may come from another star.
            sure = match is not None and (entry.rule.works or not self._others)
            if sure or (match is None and all(name not in (self._brought(one) or (name,)) for one in self._above)):
                found[name] = entry
        return found

    @cached_property
    def _is_taken(self) -> bool:
        """Whether other files import this one, and may take names of the star through it."""
        project, path = self._scan.project, self._scan.source.path
        return bool(project.programs(path).importers(project.resolved(path)))

    @property
    def _taken_by_name(self) -> Iterator[str]:
        """The names that other files import from this one and that nothing in it binds."""
        project, path = self._scan.project, self._scan.source.path
        file, bound = project.resolved(path), self._scan.bindings.module.bindings
        programs = project.programs(path)
        for other in sorted(programs.importers(file)):
            for module, taken in programs.facts(other).statements:
                if project.view(str(other)).file_of(module.decode(errors="replace")) != file:
                    continue
                names = (one.decode(errors="replace") for one in taken)
                yield from (one for one in names if one != "*" and one not in bound and not self._comes_otherwise(one))

    @cached_property
    def _used(self) -> dict[str, int]:
        """The names that the star may bring and that are used, by this file or others, each with the first line."""
        found: dict[str, int] = {}
        for reference in self._scan.bindings.references:
            known = not reference.name or reference.name in found or reference.name in _BUILTINS
            if known or isinstance(reference.root, ast.Call):
                continue
            bindings = self._scan.resolver.reference(reference).bindings
            if all(one.branch for one in bindings) or may_be_brought(reference):
                found[reference.name] = reference.place[0]
        bound = self._scan.bindings.module.bindings
        for name in listed_names(self._scan.bindings) or ():
            if name not in bound:
                found.setdefault(name, bound["__all__"][-1].place[0])
        if self._is_taken:
            project, path = self._scan.project, self._scan.source.path
            for name in self._known:
                if name not in bound and name not in found and next(users_of(project, path, name), None) is not None:
                    found[name] = self._node.lineno
        return found

    @property
    def _others(self) -> list[StarImport]:
        return [one for one in self._scan.bindings.module.stars if one.node is not self._node]

    @property
    def _above(self) -> list[StarImport]:
        return [one for one in self._others if one.place < start_place(self._node)]

    def _comes_otherwise(self, name: str) -> bool:
        """Whether another star is known to bring a name, or the module itself has it (`__file__`)."""
        return name.startswith("__") or any(name in (self._brought(one) or ()) for one in self._others)

    def _brought(self, star: StarImport) -> frozenset[str] | None:
        """The names that another star brings; None where that cannot be told."""
        scan = self._scan
        file = scan.project.view(scan.source.path).file_of(star.module)
        if file is not None:
            provider = scan.project.module(file)
            if provider is None or provider.bindings.module.stars:
                return None
            listed = listed_names(provider.bindings)
            return frozenset(provider.bindings.module.bindings) if listed is None else listed
        move = scan.table.module_move(star.module)
        known = scan.table.surface.get(move.new if move is not None else star.module)
        if known is not None or move is not None:
            return known
        entries = scan.table.exporters.get(star.module)
        return frozenset(self._words_of(star.module)) if entries is not None else None

    def _words_of(self, module: str) -> Iterator[str]:
        homes = {spelling for spelling, _, _ in self._scan.table.spellings(module)}
        for path in self._scan.table.entries:
            home, _, name = path.rpartition(".")
            if home in homes:
                yield name

    def _numbers(self) -> Iterator[str]:
        """What may change the numbers of the names that are imported."""
        for name, entry in self._names.items():
            symbol = Symbol(entry.rule, f"{self._module}.{name}", entry.new, entry.new, entry)
            one = replace(self._site, symbol=symbol)
            for note in (numeric_hazard(self._scan, one, self._references(name)), stored(self._scan, one)):
                if note:
                    yield note
            if entry.rule is not self._site.rule and entry.rule.note:
                yield entry.rule.note

    def _references(self, name: str) -> Sequence[Reference]:
        return self._scan.bindings.references_to(name)
