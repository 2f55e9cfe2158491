"""Which dotted paths may a name mean here?

More than one answer is an answer: the caller reports such a site and does not rewrite it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from normfix.semantics.bindings import Bindings
from normfix.semantics.chains import dotted, has_default, imported_text, literal_string
from normfix.semantics.elsewhere import Elsewhere, Exports
from normfix.semantics.meaning import UNKNOWN, Meaning, merge
from normfix.semantics.memo import Memo
from normfix.semantics.origins import Follower, Origins
from normfix.semantics.reaching import in_force_from, reaching
from normfix.semantics.scopes import (
    Binding,
    BindingKind,
    Branch,
    Place,
    Reference,
    Scope,
    ScopeKind,
    start_place,
)
from normfix.semantics.stars import Stars
from normfix.semantics.steps import Steps

_DYNAMIC_IMPORTS = frozenset({"importlib.import_module", "importlib.__import__"})


class Resolver:
    """Resolves names and expressions of one module; `elsewhere` answers for the project's other modules.

    Each binding is resolved once; one that hangs on itself, through whatever files, is unknown there. `steps` are
    shared by the modules that ask each other.
    """

    def __init__(self, exports: Exports, bindings: Bindings, elsewhere: Elsewhere, steps: Steps | None = None) -> None:
        self._stars = Stars(exports, elsewhere)
        self._bindings = bindings
        self.elsewhere = elsewhere
        self._steps = steps or Steps()
        self._aliases: dict[Binding, Meaning] = {}
        self._open: set[Binding] = set()
        self._returns: dict[Binding, Meaning] = {}
        self._read: dict[Reference, Meaning] = {}
        self._later: dict[tuple[str, Scope], Meaning] = {}
        self._followed: set[ast.expr] = set()
        self.follower = Follower(self)
        self.remembered = Memo()

    @property
    def bindings(self) -> Bindings:
        """What the module binds and reads."""
        return self._bindings

    def flag_elsewhere(self, binding: Binding) -> bool:
        """Whether an import brings a name of the project that says which release is installed."""
        return binding.path is not None and binding.alias is not None and self.elsewhere.flag(binding.path)

    def reference(self, reference: Reference) -> Meaning:
        """What the root name of a reference may mean (the attributes are not applied)."""
        if reference not in self._read:
            self._read[reference] = self._reference(reference)
        return self._read[reference]

    def _reference(self, reference: Reference) -> Meaning:
        if not isinstance(reference.root, ast.Name):
            return self.expression(reference.root, reference.scope, reference.branch)
        return self.name(reference.root.id, reference.scope, reference.branch, reference.place)

    def name(self, name: str, scope: Scope, branch: Branch, place: Place) -> Meaning:
        """What `name` may mean when it is read at `place`."""
        deferred = False
        for current in scope.enclosing():
            owner = current.outer_names.get(name, current)
            bindings = owner.bindings.get(name)
            if bindings:
                # The names of a comprehension are bound behind the element that reads them.
                later = deferred or owner is not current or current.kind is ScopeKind.COMPREHENSION
                if later and (told := self._for_good(name, scope, owner, bindings)):
                    return told
                made = scope.made_in(owner) if later else None
                found = in_force_from(bindings, branch, made) if later else reaching(bindings, branch, place)
                if found or current.kind is ScopeKind.FUNCTION:
                    return self._stars.beside(self._union(found or bindings), name, owner, made)
            # What a function reads from outside, it reads when it runs: some time after it was made.
            deferred = deferred or owner is not current or current.kind is ScopeKind.FUNCTION
        return self._stars.alone(name, scope)

    def _for_good(self, name: str, scope: Scope, owner: Scope, bindings: list[Binding]) -> Meaning | None:
        """What a name means to what is executed after it was made; None where branches decide that."""
        reader = scope.below(owner) if len(bindings) > 1 or owner.stars else owner
        found = self._later.get((name, reader))
        if found is None and not any(binding.branch for binding in bindings):
            made = scope.made_in(owner)
            found = self._stars.beside(self._union(in_force_from(bindings, (), made)), name, owner, made)
            if not self._open:
                self._later[name, reader] = found
        return found

    def expression(self, node: ast.expr, scope: Scope, branch: Branch) -> Meaning:
        """What an expression may mean: names, attributes, choices, and `getattr` or `import_module` of a literal."""
        choices: list[Meaning] = []
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if isinstance(one, ast.NamedExpr):
                waiting.append(one.value)
            elif isinstance(one, ast.IfExp):
                waiting += (one.orelse, one.body)
            elif isinstance(one, ast.BoolOp):
                waiting += reversed(one.values)
            else:
                choices.append(self._choice(one, scope, branch))
        return choices[0] if len(choices) == 1 else merge(choices)

    def _choice(self, node: ast.expr, scope: Scope, branch: Branch) -> Meaning:
        """What an expression may mean that chooses nothing itself."""
        if isinstance(node, ast.Name):
            return self.name(node.id, scope, branch, start_place(node))
        if isinstance(node, ast.Attribute):
            attributes: list[str] = []
            inner: ast.expr = node
            while isinstance(inner, ast.Attribute):
                attributes.append(inner.attr)
                inner = inner.value
            kept = self._kept(node, scope, branch) if isinstance(inner, ast.Name) else None
            if kept is not None:
                attributes.pop()
            found = kept or self.expression(inner, scope, branch)
            for attribute in reversed(attributes):
                found = self.in_project(found.attribute(attribute))
            return found
        if isinstance(node, ast.Constant) and node.value is None:
            return Meaning()
        if isinstance(node, ast.Call):
            return self._call(node, scope, branch)
        if isinstance(node, ast.Subscript) and node not in self._followed:
            return self._from(node, lambda: self.follower.origins(node, scope, branch))
        return UNKNOWN

    def kept(self, reference: Reference) -> Meaning | None:
        """What the first attribute of a reference to `self` or a class may mean, by what the class gives it."""
        if not reference.attributes or reference.quoted is not None or not isinstance(reference.node, ast.Attribute):
            return None
        return self._kept(reference.node, reference.scope, reference.branch)

    def _kept(self, node: ast.Attribute, scope: Scope, branch: Branch) -> Meaning | None:
        """What the first attribute of `self` or a class may mean, by what the class gives it; None for other chains."""
        while isinstance(node.value, ast.Attribute):
            node = node.value
        if node in self._followed:
            return None
        told = self._from(node, lambda: self.follower.member(node, scope, branch))
        return told if told.paths else None

    def _from(self, node: ast.expr, follow: Callable[[], Origins | None]) -> Meaning:
        """What a followed value may mean; it is never certain, for others may have changed what holds it."""
        self._followed.add(node)
        try:
            found = (follow() or Origins()).found
            told = [one.resolver.expression(one.node, one.scope, one.branch) for one in found]
        finally:
            self._followed.discard(node)
        return Meaning(merge(told).paths, unknown=True)

    def in_project(self, meaning: Meaning) -> Meaning:
        """What a path means that leads to a name of another file; any other path as it is."""
        if len(meaning.paths) != 1 or not meaning.bindings:
            return meaning
        told = self.elsewhere.meaning(meaning.paths[0])
        return Meaning(told.paths, meaning.unknown or told.unknown, meaning.bindings) if told.paths else meaning

    def _call(self, node: ast.Call, scope: Scope, branch: Branch) -> Meaning:
        if not isinstance(node.func, ast.Name | ast.Attribute):
            return UNKNOWN
        literal = literal_string(node)
        if literal is None:
            return self._returned_by(node.func, scope, branch)
        if isinstance(node.func, ast.Name) and node.func.id == "getattr":
            base = self.expression(node.args[0], scope, branch)
            told = base.attribute(literal) if literal.isidentifier() else UNKNOWN
            return merge([told, self.expression(node.args[2], scope, branch)]) if has_default(node) else told
        imported = self.expression(node.func, scope, branch)
        if isinstance(node.func, ast.Name) and node.func.id == "__import__" and not imported.bindings:
            listed = node.args[3:4] or [one.value for one in node.keywords if one.arg == "fromlist"]
            whole = any(not isinstance(one, ast.List | ast.Tuple) or one.elts for one in listed)
            return Meaning((literal if whole else literal.partition(".")[0],))
        return Meaning((str(imported_text(node)),)) if _DYNAMIC_IMPORTS.intersection(imported.paths) else UNKNOWN

    def _returned_by(self, function: ast.Name | ast.Attribute, scope: Scope, branch: Branch) -> Meaning:
        """What a call of a function written in the project may return."""
        meaning = self._root_meaning(function, scope, branch)
        if isinstance(function, ast.Name) and len(meaning.bindings) == 1:
            binding = meaning.bindings[0]
            if isinstance(binding.node, ast.FunctionDef):
                return self.returned(binding)
        written = [binding.path for binding in meaning.bindings if binding.path is not None]
        if len(written) != 1:
            return UNKNOWN
        rest = dotted(function).partition(".")[2]
        return self.elsewhere.called(f"{written[0]}.{rest}" if rest else written[0])

    def _root_meaning(self, node: ast.expr, scope: Scope, branch: Branch) -> Meaning:
        while isinstance(node, ast.Attribute):
            node = node.value
        return self.name(node.id, scope, branch, start_place(node)) if isinstance(node, ast.Name) else UNKNOWN

    def returned(self, function: Binding) -> Meaning:
        """What the `return` statements of a function may mean."""
        scope = self._bindings.scopes.get(function.node)
        if scope is None or self._is_open(function):
            return UNKNOWN
        if function not in self._returns:
            self._steps.take(function, lambda: self._return(function, scope))
        return self._returns[function]

    def _return(self, function: Binding, scope: Scope) -> None:
        self._open.add(function)
        try:
            found = [
                self.expression(node.value, scope, function.branch)
                for node in self._bindings.returns.get(function.node, ())
                if node.value is not None
            ]
        finally:
            self._open.discard(function)
        self._returns[function] = merge(found) if found else UNKNOWN

    def _is_open(self, binding: Binding) -> bool:
        """Whether a binding is being resolved: then it hangs on itself."""
        return binding in self._open or self._steps.put_off(binding)

    def _union(self, bindings: list[Binding]) -> Meaning:
        if len(bindings) == 1:
            only = self._binding(bindings[0])
            return Meaning(only.paths, only.unknown, (bindings[0],))
        merged = merge([self._binding(binding) for binding in bindings])
        return Meaning(merged.paths, merged.unknown, tuple(bindings))

    def _binding(self, binding: Binding) -> Meaning:
        if binding.path is not None:
            return self._imported(binding)
        if binding.kind is BindingKind.NOTHING:
            return Meaning()
        if binding.kind in (BindingKind.MAYBE, BindingKind.ELEMENT):
            return self._sourced(binding)
        value = binding.value
        if binding.kind is BindingKind.OPAQUE or value is None or self._is_open(binding):
            return UNKNOWN
        if binding not in self._aliases:
            self._steps.take(binding, lambda: self._alias(binding, value))
        return self._aliases[binding]

    def _sourced(self, binding: Binding) -> Meaning:
        """What a parameter with a default, a captured subject or an element of a loop may mean."""
        source = binding.source
        if source is None or source in self._followed or self._is_open(binding):
            return UNKNOWN
        scope, branch = binding.source_scope, binding.branch
        if binding.kind is BindingKind.ELEMENT:
            return self._from(source, lambda: self.follower.elements(source, scope, branch))
        return self._from(source, lambda: self.follower.origins(source, scope, branch))

    def _alias(self, binding: Binding, value: ast.expr) -> None:
        self._open.add(binding)
        try:
            self._aliases[binding] = self.expression(value, binding.scope, binding.branch)
        finally:
            self._open.discard(binding)

    def _imported(self, binding: Binding) -> Meaning:
        """The path of an import, or what a module of the project makes of it."""
        path = str(binding.path)
        if self._is_open(binding):
            return Meaning((path,))
        if binding not in self._aliases:
            self._steps.take(binding, lambda: self._tell(binding, path))
        return self._aliases[binding]

    def _tell(self, binding: Binding, path: str) -> None:
        self._open.add(binding)
        try:
            told = self.elsewhere.meaning(path)
        finally:
            self._open.discard(binding)
        self._aliases[binding] = told if told.paths else Meaning((path,))
