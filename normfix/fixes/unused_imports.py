"""What fixes leave without a use: imports of dead modules, names for them, and imports that nothing reads any more."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from normfix.checks.sites import Scan, Site
from normfix.fixes.blocks import removable, remove_statement
from normfix.fixes.held_names import held
from normfix.fixes.imports import MovedName, move_module, remove_name
from normfix.fixes.names import References, exported, references_of
from normfix.fixes.outcome import Rewrite, Withheld, applicability_of, weakest
from normfix.semantics.chains import root_of
from normfix.semantics.scopes import Binding, Reference
from normfix.source.text import Applicability, Edit, Fix, outermost
from normfix.table.table import Kind

_REMOVE = "Remove the line, which has no use left"


@dataclass(frozen=True)
class Leftovers:
    """What the rewrites of a file's uses leave behind.

    `dropped` are the references that rewrites give up; `trust` says how far a site's fix can be trusted.
    """

    scan: Scan
    references: References
    rewrites: Mapping[Site, Rewrite]
    dropped: Mapping[Site, Reference]
    trust: Callable[[Site], Applicability]

    def emptied(self, site: Site) -> Fix | Withheld:
        """An import of a dead module, or a name for one, goes when every use of it is rewritten."""
        binding = self._dead_binding(site)
        if site.imported is not None and isinstance(site.imported.site.node, ast.Import) and binding is not None:
            alias = site.imported.alias
            if alias.asname is None and "." in alias.name:
                return self._shortened(site, site.imported.site.node, alias)
        uses = self._giving_up
        references = self.references[binding] if binding is not None else []
        rest = [reference for reference in references if uses.get(_first(reference)) not in self.rewrites]
        if binding is not None and not references and _fails(site):
            return self._unused(site, binding)
        if not references or rest:
            where = f"line {rest[0].root.lineno} still needs it" if rest else site.rule.advice
            return Withheld(where)
        edits = [edit for reference in references for edit in self.rewrites[uses[_first(reference)]].edits]
        assert binding is not None
        if words := held(self.scan, binding, fails=_fails(site)):
            return Withheld(words)
        removal = removal_of(self.scan, binding)
        if not removal:
            return Withheld(site.rule.advice)
        edits += removal
        trust = applicability_of(site.rule)
        for reference in references:
            use = uses[_first(reference)]
            trust = weakest(trust, weakest(self.trust(use), self.rewrites[use].applicability))
        return Fix(trust, _REMOVE, tuple(outermost(edits)))

    def _unused(self, site: Site, binding: Binding) -> Fix | Withheld:
        """An import that fails, and that nothing in the file uses, goes unless others need the name."""
        words = held(self.scan, binding, fails=_fails(site))
        removal = removal_of(self.scan, binding) if words is None and not exported(self.scan, binding) else []
        return (
            Fix(applicability_of(site.rule), _REMOVE, tuple(removal))
            if removal
            else Withheld(words or site.rule.advice)
        )

    def _shortened(self, site: Site, node: ast.Import, alias: ast.alias) -> Fix | Withheld:
        """`import tensorflow.layers` becomes `import tensorflow` when nothing reads the dead module any more."""
        root = alias.name.partition(".")[0]
        edits = move_module(self.scan, node, alias, MovedName("", root, root))
        trust = applicability_of(site.rule)
        for reference in self.scan.bindings.references:
            path = ".".join((reference.name, *reference.attributes))
            # What reads a module above the dead one may go on from there: `getattr(tensorflow.contrib, "layers")`.
            is_above = path != root and alias.name.startswith(f"{path}.")
            if not (is_above or path.startswith(alias.name)):
                continue
            use = self._rewriting.get(reference)
            if use is None:
                return Withheld(f"line {reference.root.lineno} still needs it")
            edits += self.rewrites[use].edits
            trust = weakest(trust, self.rewrites[use].applicability)
        return Fix(trust, "Import what is left", tuple(outermost(edits)))

    def _dead_binding(self, site: Site) -> Binding | None:
        if site.imported is not None:
            return binding_of(site, site.imported.alias)
        assert site.reference is not None
        return next((one for one in self._given.get(site.reference.node, ()) if self.references[one]), None)

    @cached_property
    def _giving_up(self) -> Mapping[ast.expr, Site]:
        """The use whose rewrite gives a name up, by where that stands: a use may reach further, through calls."""
        return {_first(reference): one for one, reference in self.dropped.items()}

    @cached_property
    def _rewriting(self) -> Mapping[Reference, Site]:
        """The use whose rewrite is of a reference."""
        return {one.reference.reference: one for one in self.rewrites if one.reference}

    @cached_property
    def _given(self) -> Mapping[ast.AST, list[Binding]]:
        """The bindings that have an expression as their value."""
        found: dict[ast.AST, list[Binding]] = defaultdict(list)
        for scope in self.scan.bindings.scopes.values():
            for binding in (one for bindings in scope.bindings.values() for one in bindings):
                if binding.value is not None:
                    found[binding.value].append(binding)
        return found


def _first(reference: Reference) -> ast.expr:
    """Where the name stands that a reference starts from; what is read may go on from there through calls."""
    return root_of(reference.root) or reference.root


def _fails(site: Site) -> bool:
    """Whether a site is an import of something that is gone and has no other place."""
    return site.imported is not None and site.symbol.new is None and site.rule.kind is Kind.SIBLING


def removal_of(scan: Scan, binding: Binding) -> list[Edit]:
    """Edits that take away the statement that gives a name, or its part of an import; none where that cannot be."""
    node = binding.node
    if isinstance(node, ast.Import | ast.ImportFrom) and binding.alias is not None:
        return remove_name(scan, node, binding.alias)
    alone = isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    if alone and isinstance(node, ast.stmt) and removable(scan.source, scan.bindings, node):
        return [remove_statement(scan.source, node)]
    return []


def is_gone(site: Site) -> bool:
    """Whether a use is of a module that is gone, so that it can only be removed."""
    return site.reference is not None and site.rule.kind is Kind.SIBLING and site.symbol.new is None


def binding_of(site: Site, alias: ast.alias) -> Binding | None:
    """The binding that one name of an import statement makes."""
    name = alias.asname or alias.name.partition(".")[0]
    scope = site.location.scope.outer_names.get(name, site.location.scope)
    return next((one for one in scope.bindings.get(name, ()) if one.alias is alias), None)


def unused_imports(scan: Scan, dropped: Mapping[Site, Reference], applied: Sequence[Site]) -> list[Edit]:
    """Edits that remove the imports which the applied fixes left without a use, and which nobody re-exports."""
    given_up = [dropped[site] for site in applied if site in dropped]
    gone = {_first(reference) for reference in given_up}
    references = references_of(scan)
    lost = {reference.name for reference in given_up}
    scopes = scan.bindings.scopes.values()
    edits: list[Edit] = []
    for binding in (one for scope in scopes for name in lost for one in scope.bindings.get(name, ())):
        node = binding.node
        if binding.alias is None or not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        reads = {_first(reference) for reference in references[binding]}
        if not reads or not reads <= gone or exported(scan, binding):
            continue
        if held(scan, binding) is None:
            edits += remove_name(scan, node, binding.alias)
    return edits
