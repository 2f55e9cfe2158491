"""The names by which programs of graph and session are told from others: data of the rule files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from normfix.table import shapes

GRAPH: Mapping[str, str] = dict.fromkeys(
    ("builders", "styled", "keras", "eager", "gone", "modern", "importers", "slim"), "texts"
)
"""The keys of a `[graph]` table."""


@dataclass(frozen=True, slots=True)
class GraphWords:
    """What the code of a TensorFlow 1 program says, and what it cannot say.

    `builders` are names that only a program of graph and session uses; `styled` names count only as TensorFlow 1
    spelled them, without `compat.v1`; where one of the `keras` names is called, a Session is merely Keras's own; one of
    the `eager` names takes the meaning from `styled` ones. `gone` are dotted paths that no release runs any more,
    `modern` those that `tensorflow.compat.v1` lacks, `importers` packages that import TensorFlow themselves, `slim`
    what the package tf_slim has of slim.
    """

    builders: frozenset[str] = frozenset()
    styled: frozenset[str] = frozenset()
    keras: frozenset[str] = frozenset()
    eager: frozenset[str] = frozenset()
    gone: tuple[str, ...] = ()
    modern: tuple[str, ...] = ()
    importers: tuple[str, ...] = ()
    slim: frozenset[str] = frozenset()

    def imports_tensorflow(self, module: str) -> bool:
        """Whether importing a module of a library leads to TensorFlow."""
        root = module.partition(".")[0]
        return root in self.importers or root.startswith(("tensorflow", "keras", "tf_"))


def read_graph_words(row: Mapping[str, Any]) -> GraphWords:
    """The words of a rule file. Raises ValueError that says what does not fit."""
    problem = shapes.misfit(row, GRAPH)
    if problem:
        raise ValueError(f"graph: {problem}")
    return GraphWords(
        builders=frozenset(row.get("builders", ())),
        styled=frozenset(row.get("styled", ())),
        keras=frozenset(row.get("keras", ())),
        eager=frozenset(row.get("eager", ())),
        gone=tuple(row.get("gone", ())),
        modern=tuple(row.get("modern", ())),
        importers=tuple(row.get("importers", ())),
        slim=frozenset(row.get("slim", ())),
    )
