"""Programs that run to their end, for hypothesis: bindings, scopes and import styles, with legacy names in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import strategies as st

from normfix.table.load import shipped_table

_T = TypeVar("_T")
_OWN = "ownlib"
"""A library of nobody's: what has the names of the old one and is none."""

_TABLE = shipped_table()
LEGACY = tuple(
    sorted(
        path
        for path, entry in _TABLE.entries.items()
        if not _TABLE.is_sibling(path) and not entry.rule.quiet and path.partition(".")[0] != "tf"
    )
)
_OFTEN = (
    *(
        "tensorflow.layers.batch_normalization",
        "tensorflow.contrib.layers.batch_norm",
        "tensorflow.contrib.slim.batch_norm",
    ),
    *("tensorflow.contrib.layers.layer_norm", "keras.layers.normalization.BatchNormalization"),
    *(
        "tensorflow.keras.layers.experimental.preprocessing.Normalization",
        "keras.layers.normalization.LayerNormalization",
    ),
    *("tensorflow.python.keras.layers.BatchNormalization", "tensorflow_addons.layers.InstanceNormalization"),
    *("tensorflow.keras.layers.BatchNormalisation", "tensorflow.compat.v1.layers.batch_normalization"),
    *(
        "tensorflow.keras.layers.experimental.SyncBatchNormalization",
        "tf_slim.layer_norm",
        "tensorflow.nn.fused_batch_norm",
    ),
)
_OTHERS = (
    *("tensorflow.keras.layers.BatchNormalization", "keras.layers.LayerNormalization", "tensorflow.nn.relu"),
    *(
        "ownlib.layers.batch_normalization",
        "ownlib.contrib.layers.batch_norm",
        "ownlib.layers.normalization.BatchNormalization",
    ),
    *("ownlib.batch_norm", "ownlib.keras.layers.BatchNormalisation", "ownlib.BatchNormalization"),
)
ROOTS = frozenset({path.partition(".")[0] for path in (*LEGACY, *_OTHERS)})
STARS = {
    module: tuple(sorted(path.rpartition(".")[2] for path in (*LEGACY, *_OTHERS) if path.rpartition(".")[0] == module))
    for module in {path.rpartition(".")[0] for path in (*_OFTEN, *_OTHERS)}
}
"""What `*` takes of a module."""

_NAMES = ("tf", "L", "layers", "bn", "norm", "keras", "batch_norm", "BatchNormalization")
_DEEPEST = 3


@dataclass
class _Scope:
    """The names that a scope binds, each with the path that it stands for now."""

    is_class: bool = False
    names: dict[str, str] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)


class _Writer:
    """Writes one program; knows at each line what every name stands for."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw
        self._lines: list[str] = []
        self._indent = ""
        self._scopes = [_Scope()]
        self._count = 0

    def program(self) -> str:
        for _ in range(self._number(1, 6)):
            self._statement(self._path())
        return "".join(f"{line}\n" for line in self._lines)

    # What is drawn.

    def _one(self, choices: Sequence[_T]) -> _T:
        chosen: _T = self._draw(st.sampled_from(choices))
        return chosen

    def _number(self, least: int, most: int) -> int:
        number: int = self._draw(st.integers(least, most))
        return number

    def _path(self) -> str:
        return self._one(self._one((_OFTEN, _OFTEN, LEGACY, _OTHERS)))

    def _fresh(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"

    # Names.

    def _visible(self) -> dict[str, str]:
        """What each name stands for here; a class body is seen by nothing inside it."""
        found: dict[str, str] = {}
        for scope in self._scopes:
            if not scope.is_class or scope is self._scopes[-1]:
                found.update(scope.names)
        return found

    def _new_name(self) -> str:
        """A name to bind here: often one that is taken already."""
        free = [name for name in _NAMES if name not in self._scopes[-1].fixed]
        return self._one(free)

    def _bind(self, name: str, path: str) -> None:
        self._scopes[-1].names[name] = path

    def _holders(self, path: str) -> list[str]:
        """The names that stand for a path or a module above it."""
        return [name for name, held in self._visible().items() if held and f"{path}.".startswith(f"{held}.")]

    # Expressions.

    def _expression(self, path: str) -> str:
        """An expression that is the path, after an import of what it needs."""
        holders = self._holders(path)
        if not holders:
            self._import(path)
            holders = self._holders(path)
        name = self._one(holders)
        self._used(name)
        text = name
        for attribute in path[len(self._visible()[name]) :].split(".")[1:]:
            style = self._number(0, 9)
            text = f"getattr({text}, {attribute!r})" if style == 0 else f"{text}.{attribute}"
            if style == 1:
                text = f"({text})"
        return text

    def _used(self, name: str) -> None:
        """A name that a function reads of a scope around it is not bound in that function any more."""
        for scope in reversed(self._scopes):
            if name in scope.names:
                return
            scope.fixed.add(name)

    # Statements.

    def _line(self, text: str) -> None:
        self._lines.append(self._indent + text)

    @contextmanager
    def _block(self, head: str) -> Iterator[None]:
        self._line(head)
        before, self._indent = self._indent, self._indent + "    "
        yield
        self._indent = before

    @contextmanager
    def _within(self, scope: _Scope) -> Iterator[None]:
        self._scopes.append(scope)
        yield
        self._scopes.pop()

    def _statement(self, path: str) -> None:
        kinds = [self._import, self._alias, self._use, self._use, self._held]
        if len(self._scopes) <= _DEEPEST:
            kinds += [self._function, self._class, self._lambda, self._comprehension, self._flow]
        self._one(kinds)(path)

    def _import(self, path: str) -> None:
        """An import of the path or of a module above it."""
        parts = path.split(".")
        above = ".".join(parts[: self._number(1, max(len(parts) - 1, 1))])
        styles: list[Callable[[str, str], None]] = [self._plain, self._named, self._loaded, self._guarded]
        if self._may_star(path.rpartition(".")[0], parts[-1]):
            styles.append(self._star)
        self._one(styles)(above, path)

    def _plain(self, above: str, _: str) -> None:
        root = above.partition(".")[0]
        if root in self._scopes[-1].fixed:
            self._named(above, above)
            return
        self._line(f"import {above}")
        self._bind(root, root)

    def _named(self, above: str, path: str) -> None:
        name = self._new_name()
        taken = self._one((above, path))
        module, _, last = taken.rpartition(".")
        self._line(f"from {module} import {last} as {name}" if module else f"import {taken} as {name}")
        self._bind(name, taken)

    def _loaded(self, above: str, _: str) -> None:
        name, loader = self._new_name(), self._fresh("load")
        style = self._number(0, 2)
        if style == 0:
            self._line(f"from importlib import import_module as {loader}")
            self._line(f"{name} = {loader}({above!r})")
        elif style == 1:
            self._line(f"import importlib as {loader}")
            self._line(f"{name} = {loader}.import_module({above!r})")
        else:
            above = above.partition(".")[0]
            self._line(f"{name} = __import__({above!r})")
        self._bind(name, above)

    def _guarded(self, above: str, path: str) -> None:
        with self._block("try:"):
            self._named(above, path)
        with self._block("except ValueError:"):
            self._line("raise")

    def _may_star(self, module: str, name: str) -> bool:
        """Whether a star import may bring a name: one that another import brought is held to be that."""
        brought = STARS.get(module, ())
        taken = {*self._scopes[0].names, *self._scopes[0].fixed}
        return len(self._scopes) == 1 and name in brought and taken.isdisjoint(brought)

    def _star(self, _: str, path: str) -> None:
        module = path.rpartition(".")[0]
        self._line(f"from {module} import *")
        for name in STARS[module]:
            self._bind(name, f"{module}.{name}")

    def _alias(self, path: str) -> None:
        """Another name for the path or a module above it."""
        parts = path.split(".")
        taken = self._one((path, ".".join(parts[: self._number(1, len(parts))])))
        value, name = self._expression(taken), self._new_name()
        self._line(
            self._one(
                (
                    f"{name} = {value}",
                    f"{name}: object = {value}",
                    f"{name} = unread = {value}",
                    f"{name}, unread = {value}, 3",
                    f"({name} := {value})",
                    f"[{name}] = [{value}]",
                    f"{name} = (\n{self._indent}    {value}\n{self._indent})",
                )
            )
        )
        self._bind(name, taken)

    def _use(self, path: str) -> None:
        value, call = self._expression(path), _call(path)
        self._line(
            self._one(
                (
                    f"{value}{call}",
                    f"y = {value}{call}",
                    f"y = [{value}{call}, {value}]",
                    f"y = {value}{call} if 3 else None",
                    f"if 3: {value}{call}",
                    f"print(\n{self._indent}    {value}{call}, end='', file=__import__('io').StringIO())",
                    f"assert {value}{call}",
                    f"unread = {value}; {value}{call}",
                )
            )
        )

    def _held(self, path: str) -> None:
        """The path or its module in something that holds it, taken out again and used."""
        module, _, last = path.rpartition(".")
        taken, rest = self._one(((path, ""), (module, f".{last}")))
        value, held, call = self._expression(taken), self._fresh("held"), _call(path)
        pad = f"{self._indent}    "
        for line in self._one(
            (
                (f"{held} = {{'a': {value}}}", f"{held}['a']{rest}{call}"),
                (f"{held} = [{value}]", f"{held}[0]{rest}{call}"),
                (f"def {held}():\n{pad}return {value}", f"{held}(){rest}{call}"),
                (f"def {held}(m={value}):\n{pad}return m{rest}{call}", f"{held}()"),
                (
                    f"class {held}:\n{pad}def __init__(self): self.kept = {value}",
                    f"    def f(self): return self.kept{rest}{call}",
                    f"{held}().f()",
                ),
                (f"for {held} in [{value}]: {held}{rest}{call}",),
                (f"for {held} in ({value}, {value}):\n{pad}{held}{rest}{call}",),
                (f"from functools import partial as {held}", f"{held}({value}{rest}){call}"),
                (f"class {held}({value}{rest}): pass", f"{held}()(3)")
                if _is_class(path)
                else (f"{value}{rest}{call}",),
                (f"match {value}:\n{pad}case {held}: {held}{rest}{call}",),
                (f"{held} = {value} if 3 else None", f"{held}{rest}{call}"),
                (f"{held} = None or {value}", f"{held}{rest}{call}"),
            )
        ):
            self._line(line)

    # Scopes.

    def _function(self, path: str) -> None:
        """A function that is called at once; a parameter may have the name of a module."""
        name, inner = self._fresh("f"), _Scope()
        parameter = self._one(("", *_NAMES))
        if parameter:
            inner.names[parameter] = ""
        with self._block(f"def {name}({parameter}):"), self._within(inner):
            for _ in range(self._number(1, 3)):
                self._statement(path if self._number(0, 1) else self._path())
            if self._number(0, 1):
                self._line("return 3")
        self._line(f"{name}({'3' if parameter else ''})")

    def _class(self, path: str) -> None:
        """A class with names of its own and a method, which does not see them."""
        name = self._fresh("C")
        with self._block(f"class {name}:"), self._within(_Scope(is_class=True)):
            for _ in range(self._number(1, 2)):
                self._one((self._alias, self._use))(path)
            with self._block("def f(self):"), self._within(_Scope()):
                self._statement(path)
        self._line(f"{name}().f()")

    def _lambda(self, path: str) -> None:
        value, call = self._expression(path), _call(path)
        parameter = self._one(("unread", *_NAMES))
        self._line(
            self._one(
                (
                    f"(lambda: {value}{call})()",
                    f"(lambda {parameter}={value}: {parameter}{call})()",
                    f"unread = (lambda: {value})(){call}",
                )
            )
        )

    def _comprehension(self, path: str) -> None:
        if any(scope.is_class for scope in self._scopes[-1:]):
            self._use(path)
            return
        value, name, call = self._expression(path), self._one(("unread", *_NAMES)), _call(path)
        self._line(
            self._one(
                (
                    f"[{name}{call} for {name} in [{value}]]",
                    f"list({name}{call} for {name} in ({value},))",
                    f"{{unread: {value}{call} for unread in (3,)}}",
                    f"{{{value} for unread in (3,) if {value}{call}}}",
                )
            )
        )

    def _flow(self, path: str) -> None:
        """The next statement in a block that does not make a scope."""
        head, tail = self._one(
            (
                ("if 3:", None),
                ("for unread in (3,):", None),
                ("with __import__('contextlib').nullcontext():", None),
                ("try:", "finally: pass"),
                ("try:", "except ZeroDivisionError: pass"),
                ("while True:", "break"),
            )
        )
        with self._block(head):
            self._statement(path)
            if tail == "break":
                self._line("break")
        if tail and tail != "break":
            self._line(tail)


def _is_class(path: str) -> bool:
    return path.rpartition(".")[2][0].isupper()


def _call(path: str) -> str:
    """What stands behind a layer, which is made first, or behind a function."""
    return "()(3)" if _is_class(path) else "(3)"


@st.composite
def programs(draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    """A program that runs to its end where every library is there."""
    return _Writer(draw).program()
