"""Runs a program with stand-ins for the libraries: every expression that reaches a dotted path is recorded."""

from __future__ import annotations

import ast
import builtins
import importlib
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_SEEN = "__seen__"
_IMPORTED = "__imported__"


@dataclass(frozen=True, slots=True)
class Reached:
    """A dotted path that a program reached on a line. `spelled`: by an attribute or an import, not by a name alone."""

    line: int
    path: str
    spelled: bool


@dataclass(frozen=True, slots=True)
class Run:
    """What a program did: the paths that it reached, and how often it called each."""

    reached: frozenset[Reached]
    calls: Counter[str]


class StandIn(ModuleType):
    """What stands at a dotted path: a module, a class and a function at once."""

    def __init__(self, path: str, world: _World) -> None:
        super().__init__(path)
        vars(self).update(_path=path, _world=world, __path__=[], __version__="1.15.0")

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return list(self._world.stars.get(self._path, ()))
        if name.startswith("__") and name != "__internal__":
            raise AttributeError(name)
        return self._world.at(f"{self._path}.{name}")

    def __call__(self, *_: Any, **__: Any) -> Made:
        self._world.calls[self._path] += 1
        return Made()

    def __mro_entries__(self, _: Any) -> tuple[type]:
        world, path = self._world, self._path

        class Base(Made):
            def __init__(self, *_: Any, **__: Any) -> None:
                world.calls[path] += 1

        return (Base,)


class Made:
    """What a call of a stand-in returns: a layer, a tensor, anything."""

    def __call__(self, *_: Any, **__: Any) -> Made:
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator[Made]:
        return iter((self, self))


@dataclass(eq=False)
class _World(MetaPathFinder, Loader):
    """The stand-ins of one run, found by `import` below the given roots. `stars` says what `*` takes of a module."""

    roots: frozenset[str]
    stars: Mapping[str, Sequence[str]]
    known: dict[str, StandIn] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    reached: set[Reached] = field(default_factory=set)

    def at(self, path: str) -> StandIn:
        if path not in self.known:
            self.known[path] = StandIn(path, self)
        return self.known[path]

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        del path, target
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in self.roots else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self.at(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is in a stand-in but itself."""

    def seen(self, value: Any, line: int, spelled: str) -> Any:
        if isinstance(value, StandIn):
            self.reached.add(Reached(line, value._path, value._path.endswith(f".{spelled}")))
        return value

    def imported(self, path: str, line: int) -> None:
        self.reached.add(Reached(line, path, True))


class _Recording(ast.NodeTransformer):
    """Has every expression and every import of a program say what it reached."""

    def visit(self, node: ast.AST) -> Any:
        new = super().visit(node)
        is_read = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        if not (is_read and isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript)):
            return new
        line = node.end_lineno if isinstance(node, ast.Attribute) else node.lineno
        return _call(_SEEN, [new, ast.Constant(line), ast.Constant(_spelled(node))], node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        paths = [f"{node.module}.{alias.name}" for alias in node.names]
        return [node, *(_told(path, alias, node) for path, alias in zip(paths, node.names, strict=True))]

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        return [node, *(_told(alias.name, alias, node) for alias in node.names)]


def _spelled(node: ast.expr) -> str:
    """The last name that an expression spells; empty where that does not say what it reaches."""
    if isinstance(node, ast.Call):
        is_look_up = isinstance(node.func, ast.Name) and node.func.id == "getattr"
        return str(ast.literal_eval(node.args[1])) if is_look_up else ""
    return node.attr if isinstance(node, ast.Attribute) else ""


def _told(path: str, alias: ast.alias, node: ast.stmt) -> ast.stmt:
    return ast.copy_location(ast.Expr(_call(_IMPORTED, [ast.Constant(path), ast.Constant(alias.lineno)], node)), node)


def _call(name: str, arguments: list[ast.expr], node: Any) -> ast.Call:
    return ast.copy_location(ast.Call(ast.Name(name, ast.Load()), arguments, []), node)


@contextmanager
def _importable(world: _World) -> Iterator[None]:
    """Within, the stand-ins are what is imported; the real modules of these names come back after it."""
    real = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in world.roots}
    for name in real:
        del sys.modules[name]
    sys.meta_path.insert(0, world)
    try:
        yield
    finally:
        sys.meta_path.remove(world)
        for name in [name for name in sys.modules if name.partition(".")[0] in world.roots]:
            del sys.modules[name]
        sys.modules.update(real)


def run(text: str, roots: frozenset[str], stars: Mapping[str, Sequence[str]]) -> Run:
    """Execute a program. Raises what it raises."""
    world = _World(roots, stars)
    tree = ast.fix_missing_locations(_Recording().visit(ast.parse(text)))
    space = {"__name__": "program", "__builtins__": builtins, _SEEN: world.seen, _IMPORTED: world.imported}
    with _importable(world):
        importlib.invalidate_caches()
        exec(compile(tree, "program", "exec"), space)
    return Run(frozenset(world.reached), world.calls)
