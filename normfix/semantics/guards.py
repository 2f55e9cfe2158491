"""Code that already chooses between releases: `try/except ImportError`, flags, version tests, `hasattr`, `suppress`.

A legacy spelling behind such a guard is left alone; at most its branch is dead, and that is said once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from normfix.semantics.blocks import block_of
from normfix.semantics.chains import last_name
from normfix.semantics.endings import leaves
from normfix.semantics.release_answers import today
from normfix.semantics.release_tests import asked_names, excludes_new, tests_release
from normfix.semantics.resolve import Resolver
from normfix.semantics.scopes import TRIES, Branch, Branching, Scope, start_place

IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "BaseException"})
ARGUMENT_ERRORS = frozenset({"TypeError", "ValueError", "Exception", "BaseException"})
_STAR = "*"
_BINDS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


@dataclass(frozen=True, slots=True)
class Guarded:
    """What is asked of the guards around a node, which stands in the arms `branch` of `scope`.

    `name` is the name that an import binds; for a use it is None, and any handler that does something counts.
    `errors` are the exceptions whose handlers make a guard.
    """

    node: ast.AST
    branch: Branch
    scope: Scope
    name: str | None = None
    errors: frozenset[str] = IMPORT_ERRORS


def guarded(asked: Guarded, resolver: Resolver) -> bool:
    """Whether one of the arms around a node, or the code before it, is a guard with a working alternative."""
    for branching, arm in asked.branch:
        node = branching.node
        if isinstance(node, ast.If) and _chooses(node.test, arm == 0, asked, resolver):
            return True
        if isinstance(node, TRIES) and _has_alternative(branching, arm, asked, resolver):
            return True
        if isinstance(node, ast.With | ast.AsyncWith) and _is_suppressed(node, branching, asked, resolver):
            return True
    return _is_condition(asked, resolver) or _follows_exit(asked, resolver)


def only_for_types(branch: Branch) -> bool:
    """Whether a node stands under `if TYPE_CHECKING:`, which no interpreter executes."""
    return any(
        isinstance(branching.node, ast.If)
        and not arm
        and isinstance(branching.node.test, ast.Name | ast.Attribute)
        and last_name(branching.node.test) == "TYPE_CHECKING"
        for branching, arm in branch
    )


# -- try and suppress


def _has_alternative(branching: Branching, arm: int, asked: Guarded, resolver: Resolver) -> bool:
    node = branching.node
    assert isinstance(node, TRIES)
    handlers = [number for number, one in enumerate(node.handlers, 1) if _catches(one, asked.errors)]
    if not handlers or (arm and arm not in handlers):
        return False
    if not arm and _in_else(node, asked.node):
        return asked.errors is IMPORT_ERRORS and _stands_or_falls_with(node.body, asked)
    others = [node.handlers[number - 1] for number in ({0} if arm else set(handlers)) if number]
    if asked.name == _STAR:
        # A star binds no name that is known here: another one in its place is the answer.
        return any(map(_has_star, [node.body] if arm else (one.body for one in others)))
    if asked.name is None:
        return arm > 0 or any(_does_something(one) for one in others) or sets_flag(node.body)
    if any(
        binding.path is not None and (branching, other) in binding.branch
        for binding in asked.scope.bindings.get(asked.name, ())
        for other in ({0} if arm else set(handlers))
    ):
        return True
    if arm:
        return _is_other_way(branching, arm, asked.scope)
    open_handlers = [one for one in others if not _gives_up(one)]
    answered = any(_answers(one, asked.name) for one in open_handlers)
    return answered or (bool(open_handlers) and _without_handler(node, node.body, branching, asked, resolver))


def _is_other_way(branching: Branching, arm: int, scope: Scope) -> bool:
    """Whether a handler imports some name that the body of its `try` imports too: it is for another release then."""
    for group in scope.bindings.values():
        arms = {other for one in group if one.path is not None for met, other in one.branch if met is branching}
        if {0, arm} <= arms:
            return True
    return False


def _has_star(body: Sequence[ast.stmt]) -> bool:
    return any(isinstance(one, ast.ImportFrom) and one.names[0].name == _STAR for one in body)


def _is_suppressed(node: ast.With | ast.AsyncWith, branching: Branching, asked: Guarded, resolver: Resolver) -> bool:
    """Whether `contextlib.suppress` lets the code go on without what a node asks for."""
    suppressed = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
    kinds = {last_name(one) for call in suppressed if last_name(call.func) == "suppress" for one in call.args}
    return bool(kinds & asked.errors) and _without_handler(node, node.body, branching, asked, resolver)


def _without_handler(
    node: ast.stmt, body: Sequence[ast.stmt], branching: Branching, asked: Guarded, resolver: Resolver
) -> bool:
    """Whether code that passes over a failure has an answer of its own: a flag, the name bound before, a question."""
    if sets_flag(body):
        return True
    if asked.name is None:
        return False
    if asked.name in asked_names(resolver):
        return True
    bindings = asked.scope.bindings.get(asked.name, ())
    return any(one.place < start_place(node) for one in bindings if all(branching is not arm for arm, _ in one.branch))


def _in_else(node: ast.Try, inner: ast.AST) -> bool:
    """Whether a node stands in the `else` of a `try`, where nothing is caught."""
    return bool(node.orelse) and getattr(inner, "lineno", 0) >= node.orelse[0].lineno


def _stands_or_falls_with(body: Sequence[ast.stmt], asked: Guarded) -> bool:
    """Whether the body of a `try` imports the module, or its package, that its `else` imports from."""
    wanted = set(_imported(asked.node)) if asked.name is not None else set()
    tried = {path for statement in body for path in _imported(statement)}
    return asked.name is None or any(_within(path, one) for path in wanted for one in tried)


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and not node.level:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
        yield str(node.module)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)


def _within(path: str, tried: str) -> bool:
    """Whether `path` is there when `tried` is; that tensorflow or keras is there says nothing of what is in it."""
    if "." not in tried and tried in ("tensorflow", "keras", "tf_keras"):
        return False
    return path == tried or path.startswith(f"{tried}.")


def _catches(handler: ast.ExceptHandler, errors: frozenset[str]) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(last_name(kind) in errors for kind in kinds)


def _does_something(handler: ast.ExceptHandler) -> bool:
    return not all(isinstance(statement, ast.Pass | ast.Raise) for statement in handler.body)


def _gives_up(handler: ast.ExceptHandler) -> bool:
    """Whether a handler ends the program or the import of the module."""
    return leaves(handler.body) and not isinstance(handler.body[-1], ast.Return | ast.Continue | ast.Break)


def _answers(handler: ast.ExceptHandler, name: str) -> bool:
    """Whether a handler gives an answer of its own: the name, a flag, or what a function returns."""
    for statement in handler.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.name == name:
            return True
        if isinstance(statement, (*_BINDS, ast.Return, ast.Continue, ast.Break)):
            return True
    return False


def sets_flag(body: Sequence[ast.stmt]) -> bool:
    """Whether some statements set a name, an attribute or an item to a constant, or return one."""
    for statement in body:
        if isinstance(statement, (*_BINDS, ast.Return)) and isinstance(statement.value, ast.Constant):
            return True
    return False


# -- conditions


def _chooses(test: ast.expr, holds: bool, asked: Guarded, resolver: Resolver) -> bool:
    """Whether a test of the release leads to a node on some releases, and on those of today to something else."""
    if not tests_release(test, asked.scope, asked.branch, resolver):
        return False
    return today(test, asked.scope, asked.branch, resolver) is not holds


def _is_condition(asked: Guarded, resolver: Resolver) -> bool:
    """Whether `a if test else b` or `test and a` around a node asks for the release."""
    inner = asked.node
    for outer in resolver.bindings.ancestors(asked.node):
        if isinstance(outer, ast.stmt):
            return False
        tests: Sequence[ast.expr] = ()
        if isinstance(outer, ast.IfExp) and inner is not outer.test:
            tests = (outer.test,) if _chooses(outer.test, inner is outer.body, asked, resolver) else ()
        elif isinstance(outer, ast.BoolOp):
            tests = outer.values[: outer.values.index(inner)] if isinstance(inner, ast.expr) else ()
        if any(tests_release(test, asked.scope, asked.branch, resolver) for test in tests):
            return True
        inner = outer
    return False


def _follows_exit(asked: Guarded, resolver: Resolver) -> bool:
    """Whether the code above a node has left already where its release is not installed: `if not HAS: return`."""
    inner = asked.node
    for outer in resolver.bindings.ancestors(asked.node):
        if isinstance(inner, ast.stmt) and _left_before(inner, asked, resolver):
            return True
        inner = outer
    return False


def _left_before(inner: ast.stmt, asked: Guarded, resolver: Resolver) -> bool:
    exits = block_of(resolver.bindings, inner).exits_above(inner)
    return any(excludes_new(one.test, asked.scope, asked.branch, resolver) for one in exits)
