"""Writing today's dotted path at a place, under the names that the file already has."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from normfix.checks.site_maker import chain_node
from normfix.checks.sites import Scan, span_of
from normfix.fixes.binding_order import is_free
from normfix.fixes.blocks import insert_below
from normfix.fixes.held_names import held
from normfix.fixes.outcome import Withheld
from normfix.semantics.scopes import Binding, Reference, ScopeKind, start_place
from normfix.source.text import Edit


@dataclass(frozen=True, slots=True)
class Renamed:
    """What an import plan makes of a binding: its new dotted path and its new local name."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Spelled:
    """Source text for a dotted path, with the import that it needs if it needs one.

    `keeps` is the binding of the old root name, when the new text still uses it.
    """

    text: str
    imports: tuple[Edit, ...] = ()
    keeps: Binding | None = None


@dataclass(frozen=True)
class Names:
    """The names of one file, as they will be once its import plans are carried out."""

    scan: Scan
    planned: dict[Binding, Renamed] = field(default_factory=dict)

    def path_of(self, binding: Binding) -> str | None:
        """The dotted path that a binding will have."""
        renamed = self.planned.get(binding)
        return renamed.path if renamed else binding.path

    def name_of(self, binding: Binding) -> str:
        """The local name that a binding will have."""
        renamed = self.planned.get(binding)
        return renamed.name if renamed else binding.name

    def spell(self, path: str, reference: Reference, depth: int) -> Spelled | Withheld:
        """Text that means `path` where `reference` stands; `depth` is how much of its chain is replaced."""
        for one in self._equivalents(path):
            spelled = self._by_own_chain(one, reference, depth) or self._by_other_name(one, reference, depth > 0)
            if spelled is not None:
                return spelled
        return self._by_new_import(path, reference, depth > 0)

    def _equivalents(self, path: str) -> Iterator[str]:
        """`path`, then the same object below an alias of the same package (`tensorflow.compat.v1.keras`)."""
        yield path
        for alias, real in self.scan.table.aliases.items():
            if path.startswith(real + ".") and alias.partition(".")[0] == real.partition(".")[0]:
                yield alias + path[len(real) :]

    def _by_own_chain(self, path: str, reference: Reference, depth: int) -> Spelled | None:
        meaning = self.scan.resolver.reference(reference)
        if len(meaning.bindings) != 1 or not meaning.certain or not isinstance(reference.root, ast.Name):
            return None
        binding = meaning.bindings[0]
        renamed = self.planned.get(binding)
        base = renamed.path if renamed else meaning.paths[0]
        for length in range(depth, -1, -1):
            reached = ".".join((base, *reference.attributes[:length]))
            if path == reached or path.startswith(reached + "."):
                span = span_of(self.scan.source, chain_node(reference, length))
                root = span_of(self.scan.source, reference.root)
                # A chain may begin with a parenthesis, and a name be spelled in letters that Python takes for others.
                text = self.scan.source.text
                local = text[span.start : root.start] + self.name_of(binding) + text[root.end : span.end]
                return Spelled(local + path[len(reached) :], keeps=binding)
        return None

    def _by_other_name(self, path: str, reference: Reference, attribute_style: bool) -> Spelled | None:
        found: list[tuple[str, str]] = []
        for name in self._import_names(path):
            meaning = self.scan.resolver.name(name, reference.scope, reference.branch, reference.place)
            # A function may run before what is bound below it.
            if not meaning.certain or len(meaning.bindings) != 1 or meaning.bindings[0].place > reference.place:
                continue
            base = self.path_of(meaning.bindings[0])
            if base is not None and (path == base or path.startswith(base + ".")):
                found.append((base, self.name_of(meaning.bindings[0]) + path[len(base) :]))
        modules = [one for one in found if one[0] != path]
        direct = [one for one in found if one[0] == path]
        ranked = (modules or direct) if attribute_style else (direct or modules)
        return Spelled(max(ranked, key=lambda one: len(one[0]))[1]) if ranked else None

    def _import_names(self, path: str) -> Iterator[str]:
        for bindings in self.scan.bindings.module.bindings.values():
            base = self.path_of(bindings[-1])
            if base is not None and (path == base or path.startswith(base + ".")):
                yield bindings[-1].name

    def _by_new_import(self, path: str, reference: Reference, attribute_style: bool) -> Spelled | Withheld:
        module, _, name = path.rpartition(".")
        anchor = _anchor(self.scan, reference)
        for statement, local, meant, text in _new_imports(module, name, attribute_style):
            if is_free(self.scan, local, meant, anchor):
                if anchor is None:
                    return Withheld(f"it needs `{statement}` and there is no import to put it below")
                return Spelled(text, (insert_below(self.scan.source, anchor, statement),))
        return Withheld(f"`{name}` is already the name of something else here")


def _new_imports(module: str, name: str, attribute_style: bool) -> Iterator[tuple[str, str, str, str]]:
    """Imports that could bring a name, best first: (statement, the name it binds, what that means, the object)."""
    parent, _, last = module.rpartition(".")
    if attribute_style and module == "tf_slim":
        yield "import tf_slim as slim", "slim", "tf_slim", f"slim.{name}"
    if attribute_style and module.startswith("tensorflow."):
        yield "import tensorflow as tf", "tf", "tensorflow", f"tf{module.removeprefix('tensorflow')}.{name}"
    if attribute_style and parent:
        yield f"from {parent} import {last}", last, module, f"{last}.{name}"
    yield f"from {module} import {name}", name, f"{module}.{name}", name


def _anchor(scan: Scan, reference: Reference) -> ast.stmt | None:
    """The last plain import at module level above a use: new imports go below it, never into a guard.

    For an example in a docstring it is the last one of that example, which is a function here.
    """
    own = scan.source.part_of(reference.root.lineno)[0] if scan.source.with_docstrings else 0
    level = ScopeKind.FUNCTION if own else ScopeKind.MODULE
    top = [site.node for site in scan.bindings.imports if not site.branch and site.scope.kind is level]
    top = [node for node in top if not own or scan.source.part_of(node.lineno)[0] == own]
    outermost: ast.AST = reference.root
    for outer in scan.bindings.ancestors(reference.root):
        if isinstance(outer, ast.stmt):
            outermost = outer
    if reference.quoted is not None or not isinstance(outermost, ast.stmt):
        return None
    before = start_place(reference.root if own else outermost)
    above = [node for node in top if start_place(node) < before]
    return max(above, key=start_place) if above else None


class References:
    """The references that each import or alias binding reaches, found for one name at a time when it is asked for."""

    def __init__(self, scan: Scan) -> None:
        self._resolver = scan.resolver
        self._unresolved: dict[str, list[Reference]] = defaultdict(list)
        self._reached: dict[Binding, list[Reference]] = defaultdict(list)
        for reference in scan.bindings.references:
            self._unresolved[reference.name].append(reference)

    def __getitem__(self, binding: Binding) -> list[Reference]:
        for reference in self._unresolved.pop(binding.name, ()):
            for one in self._resolver.reference(reference).bindings:
                self._reached[one].append(reference)
        return self._reached[binding]


def references_of(scan: Scan) -> References:
    """The references that each import or alias binding reaches."""
    return References(scan)


def local_name(scan: Scan, binding: Binding, path: str, references: Sequence[Reference]) -> str:
    """The name under which an import binds the object at `path` now: the object's own where that is free.

    The author's name stays when it was chosen with `as`, is exported, is read where it may mean something else, or when
    the object's name already means something else in this file.
    """
    alias, name = binding.alias, path.rpartition(".")[2]
    if alias is None or alias.asname is not None or alias.name == name:
        return binding.name
    if any(binding.name in scope.outer_names for scope in scan.bindings.scopes.values()):
        return binding.name  # a `global` or `nonlocal` says the name too
    if exported(scan, binding) or not all(scan.resolver.reference(one).certain for one in references):
        return binding.name
    if held(scan, binding) is not None:
        return binding.name
    quoted = any(reference.quoted is not None for reference in references)
    others = [one for scope in scan.bindings.scopes.values() for one in scope.bindings.get(name, ())]
    same = all(one.path is not None and _today(scan, one.path) == path for one in others)
    free = bool(others) or is_free(scan, name, path, binding.node if isinstance(binding.node, ast.stmt) else None)
    return name if same and free and not quoted else binding.name


def _today(scan: Scan, path: str) -> str:
    match = scan.table.match(path)
    return match.entry.new or path if match else path


def exported(scan: Scan, binding: Binding) -> bool:
    """Whether other files may import a name from here: a package's `__init__`, `__all__`, `import x as x`, `# noqa`."""
    assert binding.alias is not None
    if scan.source.path.endswith("__init__.py") or binding.alias.asname == binding.alias.name:
        return True
    assert isinstance(binding.node, ast.stmt)
    if "noqa" in scan.source.line(binding.node.end_lineno or binding.node.lineno):
        return True
    listed = scan.bindings.module.bindings.get("__all__", ())
    return any(f"{binding.name!r}" in ast.unparse(one.value) for one in listed if one.value is not None)
