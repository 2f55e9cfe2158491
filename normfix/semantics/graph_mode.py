"""What in a file says that it builds a TensorFlow 1 graph and runs it in a session.

There a Keras layer keeps its moving averages at 0 and 1 without a word, because nothing runs their updates.
"""

from __future__ import annotations

import re

from normfix.semantics.bindings import Bindings
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import Reference
from normfix.table.graph_words import GraphWords

_OPTIMIZER = re.compile(r"^tensorflow(?:\.compat\.v1)?\.train\.\w*Optimizer$")
_STEPS = frozenset({"minimize", "compute_gradients", "apply_gradients"})
_ROOTS = ("tensorflow.", "tf_slim.")
_V1 = "tensorflow.compat.v1."


def mark_words(words: GraphWords) -> re.Pattern[bytes]:
    """Finds in a file's bytes what may be a mark, so that other files need not be parsed."""
    named = sorted(word.encode() for word in words.builders | words.styled)
    return re.compile(rb"\b(?:" + b"|".join((*named, rb"\w+Optimizer")) + rb")\b")


def may_build(code: bytes, marks: re.Pattern[bytes]) -> bool:
    """Whether code may build a graph: it speaks of TensorFlow and has what may be a mark."""
    return b"tensorflow" in code and marks.search(code) is not None


def graph_marks(resolver: Resolver, words: GraphWords) -> tuple[str, int] | None:
    """The first thing in a file that says it is a graph program, with its line; None when nothing does."""
    return resolver.remembered((graph_marks, words), lambda: _first_mark(resolver.bindings, resolver, words))


def _first_mark(bindings: Bindings, resolver: Resolver, words: GraphWords) -> tuple[str, int] | None:
    said = frozenset(name for one in bindings.references for name in (one.name, *one.attributes))
    marks = words.builders | words.styled
    if words.keras & said and "run" not in said:
        marks -= {"Session", "InteractiveSession"}
    if words.eager & said:
        marks -= words.styled
    steps = not _STEPS.isdisjoint(said | _called(bindings))
    for reference in bindings.references:
        if marks.isdisjoint((reference.name, *reference.attributes)) and not _optimizer(reference):
            continue
        for path in resolver.reference(reference).paths:
            full = ".".join((path, *reference.attributes))
            if full.startswith(_ROOTS) and _is_mark(full, marks, words.styled, steps):
                return full, reference.root.lineno
    return None


def _called(bindings: Bindings) -> frozenset[str]:
    """Methods that are called on what a call returns, which is no chain of names."""
    methods = (getattr(site.node.func, "attr", "") for site in bindings.calls)
    return _STEPS.intersection(methods)


def _optimizer(reference: Reference) -> bool:
    return bool(reference.attributes) and reference.attributes[-1].endswith("Optimizer")


def _is_mark(path: str, marks: frozenset[str], styled: frozenset[str], steps: bool) -> bool:
    """Whether a dotted path is a mark; a name that counts only in its old spelling needs that spelling."""
    found = marks.intersection(path.split("."))
    if found - styled or (found and not path.startswith(_V1)):
        return True
    return steps and _OPTIMIZER.match(path) is not None
