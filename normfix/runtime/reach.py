"""Runs inside the interpreter of one release: which dotted paths can be reached there, and which of them can be called.

One file, the standard library and TensorFlow alone, Python 3.7 syntax, TensorFlow 1.13 and later. The request is JSON
on stdin: `how` is "attribute" (`import a; a.b.c`) or "from" (`from a.b import c`), `checks` say which paths and how to
call them, `fresh` asks for the plain statement without TensorFlow imported before it. Each answer is one line of JSON
behind MARK: the path, what was tried ("attribute", "from" or "call"), and "ok" or the words of the exception.

Every step along a path happens in a process of its own, forked from one in which nothing but the steps before it has
happened, so that no answer depends on an earlier one.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import re
import signal
import sys
from typing import Any, Callable, Sequence  # noqa: UP035 (Python 3.7)

MARK = "normfix-answer:"
STEP_SECONDS = 120
LONGEST = 600
ANSWERS = 3
_PLACES = re.compile(r" \((?:/[^()]*|unknown location)\)")
_FILES = re.compile(r"/[^\s'\"]*?/(?:site-packages|lib/python[\d.]+)/")
_ADDRESSES = re.compile(r"0x[0-9a-f]{6,}")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def say(path: str, how: str, words: str) -> None:
    """One answer."""
    os.write(ANSWERS, f"{MARK}{json.dumps([path, how, words])}\n".encode())


def spoken(error: BaseException) -> str:
    """An exception in Python's words, without what belongs to this machine: folders, addresses, colours."""
    text = _COLOURS.sub("", str(error)).strip()
    text = _ADDRESSES.sub("0x...", _FILES.sub("", _PLACES.sub("", text)))
    return f"{type(error).__name__}: {text}"[:LONGEST].strip()


def apart(job: Callable[..., bool], *arguments: Any) -> str:
    """Run a job in a child: "ok", "failed" (it has said so), or how the child ended."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(STEP_SECONDS)
            status = 0 if job(*arguments) else 1
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return f"crashed with signal {os.WTERMSIG(status)}"
    return "failed" if os.WEXITSTATUS(status) else "ok"


def attempt(step: Callable[..., Any], *arguments: Any) -> tuple[Any, str]:
    """The value of a step, and "ok" or the words of its exception."""
    try:
        return step(*arguments), "ok"
    except BaseException as error:  # noqa: BLE001 (whatever a release raises is the answer)
        return None, spoken(error)


def import_from(module: str, name: str) -> Any:
    """What `from module import name` binds."""
    names: dict[str, Any] = {}
    exec(f"from {module} import {name}", names)
    return names[name]


def descend(prefix: str, found: Any, checks: Sequence[dict[str, Any]], how: str) -> None:
    """In a process that has come as far as `prefix`: go on to everything one name further, each in its own process."""
    below: dict[str, list[dict[str, Any]]] = {}
    for check in checks:
        below.setdefault(check["path"][len(prefix) + 1 :].partition(".")[0], []).append(check)
    for name, group in below.items():
        path = f"{prefix}.{name}"
        deeper = [check for check in group if check["path"] != path]
        if how == "attribute":
            report(apart(by_attribute, path, found, name, group), group, how)
            continue
        for check in group:
            if check["path"] == path:
                report(apart(finish, check, import_from, (prefix, name), how), [check], how)
        if deeper:
            report(apart(by_import, path, deeper), deeper, how)


def report(end: str, checks: Sequence[dict[str, Any]], how: str) -> None:
    """Answer for checks whose process ended without an answer; one that was given before stands."""
    if end.startswith("crashed"):
        for check in checks:
            say(check["path"], how, end)


def by_attribute(path: str, found: Any, name: str, checks: Sequence[dict[str, Any]]) -> bool:
    """One attribute further."""
    for check in checks:
        if check["path"] == path:
            apart(finish, check, getattr, (found, name), "attribute")
    deeper = [check for check in checks if check["path"] != path]
    return not deeper or proceed(path, deeper, "attribute", attempt(getattr, found, name))


def by_import(path: str, checks: Sequence[dict[str, Any]]) -> bool:
    """One module further."""
    return proceed(path, checks, "from", attempt(importlib.import_module, path))


def proceed(path: str, checks: Sequence[dict[str, Any]], how: str, outcome: tuple[Any, str]) -> bool:
    """After a step: everything below it, or the same failure for all of it."""
    value, words = outcome
    signal.alarm(0)
    if words == "ok":
        descend(path, value, checks, how)
    else:
        for check in checks:
            say(check["path"], how, words)
    return True


def finish(check: dict[str, Any], step: Callable[..., Any], arguments: Sequence[Any], how: str) -> bool:
    """The last step of a path, and the call of what it leads to: eager where that works, else in a graph."""
    value, words = attempt(step, *arguments)
    signal.alarm(0)
    say(check["path"], how, words)
    if words == "ok" and check["call"] and callable(value) and not inspect.ismodule(value):
        for run in ways(check["path"]):
            end = apart(call, check, value, run)
            report(end, [check], "call")
            if end == "ok":
                break
    return True


def call(check: dict[str, Any], target: Any, run: Callable[..., Any]) -> bool:
    """Build and run a target in one way."""
    _, words = attempt(run, check["call"], target, home(check["path"]))
    say(check["path"], "call", words)
    return words == "ok"


def home(path: str) -> Any:
    """The Keras that a path belongs to."""
    root = path.partition(".")[0]
    return importlib.import_module(root) if root in ("keras", "tf_keras") else importlib.import_module("tensorflow").keras


def release(module: Any) -> tuple[int, ...]:
    """The first two numbers of a module's version; a Keras without one is old enough not to matter."""
    return tuple(int(part) for part in getattr(module, "__version__", "2.13").split(".")[:2])


def ways(path: str) -> Sequence[Callable[..., Any]]:
    """How a release runs things: eager or in a graph, or the session that Keras before 2.4 keeps for itself."""
    if release(importlib.import_module("tensorflow")) >= (2, 0):
        return eagerly, in_graph
    return (in_session,) if path.partition(".")[0] == "keras" else (in_graph,)


def sample(recipe: dict[str, Any]) -> Any:
    """An input that suits the target."""
    numpy = importlib.import_module("numpy")
    return numpy.random.RandomState(7).normal(1.0, 2.0, recipe["shape"]).astype("float32")


def prepare(recipe: dict[str, Any], target: Any, keras: Any) -> Callable[..., Any]:
    """The function from input to output: a layer with its arguments, or the target with what follows the input."""
    positional = [ast.literal_eval(text) for text in recipe["positional"]]
    keywords = {name: ast.literal_eval(text) for name, text in recipe["keywords"]}
    if not inspect.isclass(target):
        return lambda value: target(value, *positional, **keywords)
    if recipe["wraps"]:
        positional.insert(0, keras.layers.Dense(3))
    layer = target(*positional, **keywords)
    if recipe["adapt"]:
        layer.adapt(sample(recipe))
    return layer


def eagerly(recipe: dict[str, Any], target: Any, keras: Any) -> None:
    """Run on a tensor as TensorFlow 2 does."""
    prepare(recipe, target, keras)(importlib.import_module("tensorflow").constant(sample(recipe)))


def in_graph(recipe: dict[str, Any], target: Any, keras: Any) -> None:
    """Build in a graph of TensorFlow 1 and run in a session."""
    tensorflow = importlib.import_module("tensorflow")
    v1 = tensorflow.compat.v1
    with tensorflow.Graph().as_default():
        result = prepare(recipe, target, keras)(tensorflow.constant(sample(recipe)))
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            session.run(result)


def in_session(recipe: dict[str, Any], target: Any, keras: Any) -> None:
    """Run in the session of a Keras before 2.4."""
    run = prepare(recipe, target, keras)
    if inspect.isclass(target):
        entrance = keras.layers.Input(shape=tuple(recipe["shape"][1:]))
        keras.models.Model(entrance, run(entrance)).predict(sample(recipe))
    else:
        keras.backend.eval(run(keras.backend.constant(sample(recipe))))


def alone(check: dict[str, Any], how: str) -> bool:
    """The plain statement in one process that has imported nothing before."""
    root, _, rest = check["path"].partition(".")
    if how == "from":
        module, _, name = check["path"].rpartition(".")
        return finish(check, import_from, (module, name), how)
    return finish(check, lambda: attribute(importlib.import_module(root), rest), (), how)


def attribute(found: Any, rest: str) -> Any:
    """The attribute at the end of a dotted path."""
    for name in rest.split("."):
        found = getattr(found, name)
    return found


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    how, roots = request["how"], {}  # type: str, dict[str, list[dict[str, Any]]]
    for check in request["checks"]:
        roots.setdefault(check["path"].partition(".")[0], []).append(check)
    if request["fresh"]:
        for check in request["checks"]:
            report(apart(alone, check, how), [check], how)
    else:
        attempt(importlib.import_module, "tensorflow")
        for root, checks in roots.items():
            report(apart(lambda: proceed(root, checks, how, attempt(importlib.import_module, root))), checks, how)  # noqa: B023
    say("", "done", "ok")


if __name__ == "__main__":
    ANSWERS = os.dup(1)
    os.dup2(2, 1)
    main()
    os._exit(0)
