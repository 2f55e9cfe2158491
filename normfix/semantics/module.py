"""One other file of the project, parsed."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from normfix.semantics.bindings import Bindings
from normfix.semantics.meaning import Meaning
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import END, Binding
from normfix.source.text import SourceText


@dataclass(frozen=True)
class Module:
    """One other file of the project, parsed, with a resolver of its own."""

    source: SourceText
    bindings: Bindings
    resolver: Resolver

    def meaning(self, name: str) -> Meaning:
        """What `name` means to those who import it from here."""
        return self.resolver.name(name, self.bindings.module, (), END)

    def functions(self, name: str) -> list[Binding]:
        """The definitions of a function of this name at module level."""
        return [one for one in self.bindings.module.bindings.get(name, ()) if isinstance(one.node, ast.FunctionDef)]
