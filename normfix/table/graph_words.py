"""The names by which programs of graph and session are told from others: data of the rule files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from normfix.table import shapes

GRAPH: Mapping[str, str] = {
    **dict.fromkeys(("builders", "styled", "keras", "eager", "gone", "modern", "importers", "slim"), "texts"),
    **{"moves": "named tables", "singles": "map"},
}
"""The keys of a `[graph]` table."""

CONTRIB = "tensorflow.contrib"
SPEAKS = "[Nn]orm|moments"
"""A pattern for what a file says that has to do with normalization at all."""

SPEAKS_OF_CONTRIB = SPEAKS + r"|compat\.v1|tf_slim"
"""The same for a file in which what is left of contrib is looked for."""

SLIM = "tf_slim"
_LIKE_SLIM = ("slim", "layers", "framework")
_PRIVATE = {"slim": "slim.python.slim", "layers": "layers.python.layers", "framework": "framework.python.ops"}


@dataclass(frozen=True, slots=True)
class Moves:
    """The `names` of a module of TensorFlow 1 that the module `to` has today."""

    to: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class GraphWords:
    """What the code of a TensorFlow 1 program says, and what it cannot say.

    `builders` are names that only a program of graph and session uses; `styled` names count only as TensorFlow 1
    spelled them, without `compat.v1`; where one of the `keras` names is called, a Session is merely Keras's own; one of
    the `eager` names takes the meaning from `styled` ones. `gone` are dotted paths that no release runs any more,
    `modern` those that `tensorflow.compat.v1` lacks, `importers` packages that import TensorFlow themselves, `slim`
    what the package tf_slim has of slim. `moves` says of modules of TensorFlow 1 which of their names are elsewhere
    today, `singles` the same of single names.
    """

    builders: frozenset[str] = frozenset()
    styled: frozenset[str] = frozenset()
    keras: frozenset[str] = frozenset()
    eager: frozenset[str] = frozenset()
    gone: tuple[str, ...] = ()
    modern: tuple[str, ...] = ()
    importers: tuple[str, ...] = ()
    slim: frozenset[str] = frozenset()
    moves: Mapping[str, Moves] = field(default_factory=dict)
    singles: Mapping[str, str] = field(default_factory=dict)

    def imports_tensorflow(self, module: str) -> bool:
        """Whether importing a module of a library leads to TensorFlow."""
        root = module.partition(".")[0]
        return root in self.importers or root.startswith(("tensorflow", "keras", "tf_"))

    def moved(self, path: str) -> str | None:
        """Where a graph program finds a name of TensorFlow 1 today: in tf_slim or compat.v1; None where nowhere."""
        parts = path.split(".")
        for length in range(len(parts) - 1, 1, -1):
            home = ".".join(parts[:length])
            moves = self.moves.get(home)
            if moves is not None and parts[length] in moves.names:
                return ".".join((moves.to, *parts[length:]))
            single = self.singles.get(f"{home}.{parts[length]}")
            if single is not None:
                return ".".join((single, *parts[length + 1 :]))
        return None


def read_graph_words(row: Mapping[str, Any]) -> GraphWords:
    """The words of a rule file. Raises ValueError that says what does not fit."""
    problem = shapes.misfit(row, GRAPH)
    if problem:
        raise ValueError(f"graph: {problem}")
    slim = frozenset(row.get("slim", ()))
    return GraphWords(
        builders=frozenset(row.get("builders", ())),
        styled=frozenset(row.get("styled", ())),
        keras=frozenset(row.get("keras", ())),
        eager=frozenset(row.get("eager", ())),
        gone=tuple(row.get("gone", ())),
        modern=tuple(row.get("modern", ())),
        importers=tuple(row.get("importers", ())),
        slim=slim,
        moves={**_slim_moves(slim), **{home: _moves(home, one) for home, one in row.get("moves", {}).items()}},
        singles=row.get("singles", {}),
    )


def _moves(home: str, row: Mapping[str, Any]) -> Moves:
    problem = shapes.misfit(row, {"to": "text", "names": "texts"})
    if problem:
        raise ValueError(f"graph: moves: {home}: {problem}")
    return Moves(row.get("to", ""), frozenset(row.get("names", ())))


def _slim_moves(slim: frozenset[str]) -> Mapping[str, Moves]:
    """The modules of contrib whose names tf_slim has, each under its public path and its private one."""
    found = {f"{CONTRIB}.{one}": Moves(SLIM, slim) for one in (*_LIKE_SLIM, *_PRIVATE.values())}
    for module in ("layers.python.layers.layers", "layers.python.layers.regularizers"):
        found[f"{CONTRIB}.{module}"] = Moves(SLIM, slim)
    for module in ("layers.python.layers.initializers", "framework.python.ops.arg_scope"):
        found[f"{CONTRIB}.{module}"] = Moves(SLIM, slim)
    found[f"{CONTRIB}.framework.python.ops.variables"] = Moves(SLIM, slim)
    return found
