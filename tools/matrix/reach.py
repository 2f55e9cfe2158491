"""Runs inside the interpreter of one release: which dotted paths can be reached there, and which of them can be called.

One file, the standard library and TensorFlow alone, Python 3.7 syntax, TensorFlow 1.13 and later. The request is JSON
on stdin: `how` is "attribute" (`import a; a.b.c`) or "from" (`from a.b import c`), `checks` say which paths and how to
call them, `fresh` asks for the plain statement without TensorFlow imported before it. Each answer is one line of JSON
behind MARK: the path, what was tried ("attribute", "from" or "call"), and "ok" or the words of the exception.

Every step along a path happens in a process of its own, forked from one in which nothing but the steps before it has
worked, so that no answer depends on an earlier one.
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
MOST = 200
BROKEN = 255
LONGEST = 600
ANSWERS = 3
_PLACES = re.compile(r" \((?:/[^()]*|unknown location)\)")
_FILES = re.compile(r"/[^\s'\"]*?/(?:site-packages|lib/python[\d.]+)/")
_ADDRESSES = re.compile(r"0x[0-9a-f]{6,}")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def say(path: str, how: str, words: str) -> None:
    """One answer."""
    os.write(ANSWERS, f"{MARK}{json.dumps([path, how, words])}\n".encode())


def error_words(error: BaseException) -> str:
    """An exception in Python's words, without what belongs to this machine: folders, addresses, colours."""
    text = _COLOURS.sub("", str(error)).strip()
    text = _ADDRESSES.sub("0x...", _FILES.sub("", _PLACES.sub("", text)))
    return f"{type(error).__name__}: {text}"[:LONGEST].strip()


def apart(job: Callable[..., int], *arguments: Any) -> int:
    """Run a job in a child: the number that it returned, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        status = BROKEN
        try:
            signal.alarm(STEP_SECONDS)
            status = job(*arguments)
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def attempt(step: Callable[..., Any], *arguments: Any) -> tuple[Any, str]:
    """The value of a step, and "ok" or the words of its exception."""
    try:
        return step(*arguments), "ok"
    except BaseException as error:  # whatever a release raises is the answer
        return None, error_words(error)


def import_from(module: str, name: str) -> Any:
    """What `from module import name` binds."""
    names: dict[str, Any] = {}
    exec(f"from {module} import {name}", names)
    return names[name]


def descend(prefix: str, found: Any, checks: Sequence[dict[str, Any]], how: str) -> None:
    """In a process that has come as far as `prefix`: go on to everything below it."""
    ending, below = [], {}  # type: list[dict[str, Any]], dict[str, list[dict[str, Any]]]
    for check in checks:
        name, _, more = check["path"][len(prefix) + 1 :].partition(".")
        if more:
            below.setdefault(f"{prefix}.{name}", []).append(check)
        else:
            ending.append(check)
    size = MOST
    while ending:
        tried = apart(finish_some, ending[:size], found, how)
        if 0 < tried < BROKEN:
            ending = ending[tried:]
        elif size > 1:
            size = 1
        else:
            report(tried, ending[:1], how)
            ending = ending[1:]
    for path, group in below.items():
        report(apart(go_on, path, found, group, how), group, how)


def report(status: int, checks: Sequence[dict[str, Any]], how: str) -> None:
    """Answer for checks whose process ended before it could; an answer that was given stands."""
    if not 0 <= status < BROKEN:
        for check in checks:
            say(check["path"], how, f"crashed with signal {-status}" if status < 0 else "crashed")


def go_on(path: str, found: Any, checks: Sequence[dict[str, Any]], how: str) -> int:
    """One name further, and everything below it; where that fails, it is the same failure for all."""
    if how == "from" or found is None:
        value, words = attempt(importlib.import_module, path)
    else:
        value, words = attempt(getattr, found, path.rpartition(".")[2])
    signal.alarm(0)
    if words == "ok":
        descend(path, value, checks, how)
    else:
        for check in checks:
            say(check["path"], how, words)
    return 1


def finish_some(checks: Sequence[dict[str, Any]], found: Any, how: str) -> int:
    """The last step of several paths, up to the first that works: a failed one leaves no trace. Returns how many."""
    for count, check in enumerate(checks, 1):
        module, _, name = check["path"].rpartition(".")
        step = (getattr, found, name) if how == "attribute" else (import_from, module, name)
        if finish(check, how, *step):
            return count
    return len(checks)


def finish(check: dict[str, Any], how: str, step: Callable[..., Any], *arguments: Any) -> bool:
    """The last step of a path, and the call of what it leads to: eager where that works, else in a graph."""
    value, words = attempt(step, *arguments)
    say(check["path"], how, words)
    if words == "ok" and check["call"] and callable(value) and not inspect.ismodule(value):
        signal.alarm(0)
        for run in ways(check["path"]):
            status = apart(call, check, value, run)
            report(status, [check], "call")
            if status == 1:
                break
    return words == "ok"


def call(check: dict[str, Any], target: Any, run: Callable[..., Any]) -> int:
    """Build and run a target in one way: 1 if that worked."""
    _, words = attempt(run, check["call"], target, home(check["path"]))
    say(check["path"], "call", words)
    return int(words == "ok")


def home(path: str) -> Any:
    """The Keras that a path belongs to."""
    root = path.partition(".")[0]
    return (
        importlib.import_module(root) if root in ("keras", "tf_keras") else importlib.import_module("tensorflow").keras
    )


def release(module: Any) -> tuple[int, ...]:
    """The first two numbers of a module's version; a Keras without one is old enough not to matter."""
    return tuple(int(part) for part in getattr(module, "__version__", "2.13").split(".")[:2])


def ways(path: str) -> Sequence[Callable[..., Any]]:
    """How a release runs things: eager or in a graph, or the session that Keras before 2.4 keeps for itself."""
    if ".utils." in path:
        return (on_array,)
    if release(importlib.import_module("tensorflow")) >= (2, 0):
        return eagerly, in_graph
    return (in_session,) if path.partition(".")[0] == "keras" else (in_graph,)


def sample(recipe: dict[str, Any]) -> Any:
    """An input that suits the target."""
    numpy = importlib.import_module("numpy")
    return numpy.random.RandomState(7).normal(1.0, 2.0, recipe["shape"]).astype("float32")


def prepare(recipe: dict[str, Any], target: Any, keras: Any) -> Any:
    """The function from input to output: a layer with its arguments, or the target with what follows the input."""
    positional = [ast.literal_eval(text) for text in recipe["positional"]]
    keywords = {name: ast.literal_eval(text) for name, text in recipe["keywords"]}
    if not inspect.isclass(target):
        return lambda value: target(value, *positional, **keywords)
    if recipe["wraps"]:
        positional.insert(0, keras.layers.Dense(3))
    layer: Any = target(*positional, **keywords)
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
        result = run(keras.backend.constant(sample(recipe)))
        for tensor in result if isinstance(result, tuple) else [result]:
            keras.backend.eval(tensor)


def on_array(recipe: dict[str, Any], target: Any, keras: Any) -> None:
    """Call with an array, which is what the helpers among the utilities take."""
    prepare(recipe, target, keras)(sample(recipe))


def alone(check: dict[str, Any], how: str) -> int:
    """The plain statement in one process that has imported nothing before."""
    if how == "from":
        module, _, name = check["path"].rpartition(".")
        finish(check, how, import_from, module, name)
    else:
        finish(check, how, attribute, check["path"])
    return 1


def attribute(path: str) -> Any:
    """What `import a` and then `a.b.c` gives."""
    root, *rest = path.split(".")
    found = importlib.import_module(root)
    for name in rest:
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
            report(apart(go_on, root, None, checks, how), checks, how)
    say("", "done", "ok")


if __name__ == "__main__":
    ANSWERS = os.dup(1)
    os.dup2(2, 1)
    main()
    os._exit(0)
