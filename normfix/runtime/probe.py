"""Runs inside the interpreter of the user's project: builds, runs, differentiates, saves and reloads named layers.

This file and compare.py, the standard library and TensorFlow alone, Python 3.7 syntax, TensorFlow 1.13 and later. The
request is JSON on stdin, each answer a line of JSON behind MARK on what was stdout; TensorFlow writes to stderr. No
source text of the user is run: only named targets, with literal arguments.
"""

from __future__ import annotations

import ast
import gc
import importlib
import importlib.util
import inspect
import json
import os
import re
import runpy
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.machinery import PathFinder
from typing import Any, Callable, Sequence, TextIO  # noqa: UP035 (Python 3.7)

import numpy as np

MARK = "normfix-answer:"
_NOISE = re.compile(r"\x1b\[[0-9;]*m|in (?:user|converted) code:\n\n.*?\n\s*\n\s*", re.DOTALL)


class NotApplicable(Exception):
    """This step means nothing for this target."""


class Unfit(Exception):
    """The target ran and its result is wrong; the message is the whole answer."""


def nothing_to_run(*_: Any, **__: Any) -> Any:
    """Stands for a target that is neither a layer nor a function."""
    raise NotApplicable


@dataclass
class Trial:
    """Checks that name the same object with the same arguments, on their way through the steps together."""

    names: list[str]
    check: dict[str, Any]
    tf: Any
    target: Any = None
    home: Any = None
    value: Any = None
    run: Callable[..., Any] = nothing_to_run
    model: Any = None
    weights: Sequence[Any] = ()
    recorded: Any = None
    failed: bool = False


def release(module: Any) -> tuple[int, ...]:
    """The first two numbers of a module's version."""
    return tuple(int(part) for part in module.__version__.split(".")[:2])


def resolve(path: str) -> Any:
    """The object at a dotted path, by attribute access as code would write it, importing the submodules on the way."""
    names = path.split(".")
    found: Any = importlib.import_module(names[0])
    for depth, name in enumerate(names[1:], 2):
        try:
            found = getattr(found, name)
        except AttributeError:
            module = ".".join(names[:depth])
            # Asked of the finder first: importing below one of TensorFlow's lazy modules would replace that module.
            if not PathFinder.find_spec(module, getattr(found, "__path__", [])):
                raise
            found = importlib.import_module(module)
    return found


def arrays(value: Any) -> list[Any]:
    """The tensors in a result as NumPy arrays, whatever lists and tuples hold them."""
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in arrays(item)]
    return [] if value is None else [value.numpy()]


def require_finite(value: Any, what: str) -> None:
    """Refuse nan and inf."""
    if not all(np.isfinite(array).all() for array in arrays(value)):
        raise Unfit(f"{what} has nan or inf")


def find(trial: Trial) -> None:
    """Import the target, and the Keras that it belongs to."""
    path = trial.check["target"]
    root = path.partition(".")[0]
    trial.target = resolve(path)
    trial.home = resolve(root if root in ("keras", "tf_keras") else "tensorflow.keras")


def build(trial: Trial) -> None:
    """Construct the layer, adapt it if asked, and build it by putting it into a functional model."""
    check, target, home = trial.check, trial.target, trial.home
    trial.value = trial.tf.constant(np.random.RandomState(7).normal(1.0, 2.0, check["shape"]).astype("float32"))
    if check["name_only"]:
        raise NotApplicable
    positional = [ast.literal_eval(text) for text in check["positional"]]
    keywords = {name: ast.literal_eval(text) for name, text in check["keywords"]}
    if check.get("graph"):
        trial.run = lambda value, **_: in_graph(trial.tf, target, value.numpy(), keywords)
        raise NotApplicable
    if not (inspect.isclass(target) and hasattr(target, "build") and hasattr(target, "call")):
        if callable(target) and not inspect.isclass(target):
            trial.run = lambda value, **_: target(value, *positional, **keywords)
        raise NotApplicable
    if check["wraps"]:
        positional.insert(0, home.layers.Dense(3))
    layer: Any = target(*positional, **keywords)
    if home.__name__ == "keras" and release(home) < (2, 4):
        return  # this Keras runs in a session of its own, where there are no tensors to look at
    if check["adapt"]:
        layer.adapt(trial.value.numpy())
    if not getattr(layer, "_is_legacy_layer", False):  # a class of tf.layers refuses to be in a model
        entrance = home.layers.Input(shape=tuple(check["shape"][1:]))
        trial.model = home.models.Model(entrance, layer(entrance))
    modal = "training" in inspect.signature(layer.call).parameters
    trial.run = lambda value, training: layer(value, training=training) if modal else layer(value)
    trial.weights = layer.trainable_weights


def in_graph(tf: Any, function: Callable[..., Any], value: Any, keywords: dict[str, Any]) -> Any:
    """What a function computes in a graph and a session of TensorFlow 1."""
    v1 = tf.compat.v1
    with v1.Graph().as_default(), v1.Session() as session:
        if function.__module__.startswith("tf_slim"):
            slim = importlib.import_module("tf_slim").layers
            slim.normalization_layers.BatchNormalization = v1.layers.BatchNormalization
            slim.ops.Tensor, slim.utils.control_flow_ops.cond = tf.Tensor, v1.cond
        result = function(tf.constant(value), **keywords)
        session.run(v1.global_variables_initializer())
        found = session.run([result, *v1.get_collection(v1.GraphKeys.UPDATE_OPS)])[0]
    return tf.constant(found)


def record(trial: Trial) -> None:
    """A forward pass in training mode, recorded for the gradient."""
    tf = trial.tf
    with tf.GradientTape() as tape:
        tape.watch(trial.value)
        result = trial.run(trial.value, training=True)
        loss = sum(tf.reduce_sum(tf.square(tf.cast(leaf, "float32"))) for leaf in tf.nest.flatten(result))
    trial.recorded = tape, loss
    require_finite(result, "the output in training")


def train(trial: Trial) -> None:
    """Run in training mode, which only a layer has."""
    if not inspect.isclass(trial.target):
        raise NotApplicable
    record(trial)


def infer(trial: Trial) -> None:
    """Run in inference mode; a Normalization without statistics is caught as the identity that it is."""
    result, check = trial.run(trial.value, training=False), trial.check
    require_finite(result, "the output in inference")
    given = check["adapt"] or {"mean", "variance"} & {name for name, _ in check["keywords"]}
    if hasattr(trial.target, "adapt") and not given and np.array_equal(arrays(result)[0], trial.value.numpy()):
        raise Unfit("the layer returns its input unchanged: call adapt first, or give mean and variance")


def differentiate(trial: Trial) -> None:
    """Gradients reach the input and the weights, and are finite."""
    if trial.check.get("graph"):
        raise NotApplicable
    if trial.recorded is None:
        record(trial)
    tape, loss = trial.recorded
    gradients = tape.gradient(loss, [trial.value, *trial.weights])
    if gradients[0] is None:
        raise Unfit("no gradient reaches the input")
    require_finite(gradients, "a gradient")


def trace(trial: Trial) -> None:
    """Run in training mode in a graph, the mode in which a layer's state changes."""
    if not hasattr(trial.tf, "function") or trial.check.get("graph"):
        raise NotApplicable
    try:
        result = trial.tf.function(lambda value: trial.run(value, training=True))(trial.value)
    except ValueError as error:
        # A function of tf.layers or slim makes its weights at each call, which only a graph of TensorFlow 1 allows.
        if re.search("create variables|singleton tf.Variable", str(error)) and not inspect.isclass(trial.target):
            raise NotApplicable from error
        raise
    require_finite(result, "the output under tf.function")


def reload(trials: Sequence[Trial], folder: str) -> None:
    """Save one model that has each layer as a branch of its own, load it, and run it again."""
    home = trials[0].home
    file = os.path.join(folder, "model.keras" if release(trials[0].tf) >= (2, 13) else "model.h5")  # noqa: PTH118
    entrances = [trial.model.inputs[0] for trial in trials]
    home.models.Model(entrances, [trial.model.outputs[0] for trial in trials]).save(file)
    loaded = home.models.load_model(file, compile=False)
    values = [trial.value for trial in trials]
    results = arrays(loaded(values if len(values) > 1 else values[0]))
    for trial, result in zip(trials, results):  # noqa: B905 (Python 3.7)
        (expected,) = arrays(trial.run(trial.value, training=False))
        if not np.allclose(result, expected, rtol=1e-6, atol=1e-6):
            raise Unfit(f"the reloaded layer differs by up to {np.abs(result - expected).max():.3g}")


STEPS = {"built": build, "training": train, "inference": infer, "gradient": differentiate, "function": trace}


def attempt(step: Callable[..., Any], *arguments: Any) -> tuple[str, str, float]:
    """Run one step: its state, the exact words where it failed, and its seconds."""
    begin, state, words = time.perf_counter(), "ok", ""
    try:
        step(*arguments)
    except NotApplicable:
        state = "n/a"
    except Unfit as error:
        state, words = "failed", str(error)
    except Exception as error:  # whatever TensorFlow raises is the answer
        state, words = "failed", error_words(error)
    return state, words, round(time.perf_counter() - begin, 4)


def error_words(error: BaseException) -> str:
    """An exception in Python's words, without terminal colours and without the frames that AutoGraph lists."""
    kind = type(error).__name__ + ": "
    text = _NOISE.sub("", str(error)).strip()
    return text if text.startswith(kind) else (kind + text).strip()


@dataclass
class Session:
    """One request being answered, step by step, so that what came before a crash is known."""

    answers: TextIO

    def say(self, names: Sequence[str], step: str, state: str, words: str = "", seconds: float = 0.0) -> None:
        """One step's answer, for every check that shared it; no names for TensorFlow itself."""
        print(MARK + json.dumps([names, step, state, words, seconds]), file=self.answers, flush=True)

    def take(self, trial: Trial, name: str, step: Callable[[Trial], None]) -> None:
        """One step of one trial; nothing is said of what follows a failure."""
        if not trial.failed:
            self.say(trial.names, name, "trying")
            state, words, seconds = attempt(step, trial)
            self.say(trial.names, name, state, words, seconds)
            trial.failed = state == "failed"

    def import_targets(self, checks: Sequence[dict[str, Any]], tf: Any) -> list[Trial]:
        """Import every target; checks that come to the same object and arguments become one trial."""
        trials: dict[str, Trial] = {}
        for check in checks:
            trial, root = Trial([check["id"]], check, tf), check["target"].partition(".")[0]
            if root != "tensorflow" and importlib.util.find_spec(root) is None:
                self.say(trial.names, "imported", "not installed", f"{root} is not installed")
                continue
            self.take(trial, "imported", find)
            same = {key: check[key] for key in check if key not in ("id", "target")}
            twin = trials.setdefault(json.dumps([id(trial.target), same]), trial)
            if twin is not trial and not trial.failed:
                twin.names += trial.names
        return [trial for trial in trials.values() if not trial.failed]

    def save(self, trials: Sequence[Trial], folder: str) -> None:
        """Save and reload all trials as one model; where that fails, in halves, down to the one that fails."""
        names = [name for trial in trials for name in trial.names]
        self.say(names, "saved", "trying")
        state, words, seconds = attempt(reload, trials, folder)
        if state == "failed" and len(trials) > 1:
            self.save(trials[: len(trials) // 2], folder)
            self.save(trials[len(trials) // 2 :], folder)
        else:
            self.say(names, "saved", state, words, round(seconds / len(trials), 4))

    def run(self, checks: Sequence[dict[str, Any]], tf: Any) -> None:
        """Answer every check."""
        homes: dict[int, list[Trial]] = {}
        for trial in self.import_targets(checks, tf):
            for name, step in STEPS.items():
                self.take(trial, name, step)
            if not trial.failed and trial.model is None:
                self.say(trial.names, "saved", "n/a")
            elif not trial.failed:
                homes.setdefault(id(trial.home.models.Model), []).append(trial)
        with tempfile.TemporaryDirectory(prefix="normfix-") as folder:
            for group in homes.values():
                self.save(group, folder)


def import_tensorflow(box: list[Any]) -> None:
    """Put TensorFlow into the box, eager wherever it can be."""
    gc.disable()  # the import makes no garbage, and looking for it takes a seventh of the time
    tf = importlib.import_module("tensorflow")
    tf.compat.v1.enable_eager_execution()
    box.append(tf)


if __name__ == "__main__":
    with os.fdopen(os.dup(1), "w") as stream:
        os.dup2(2, 1)
        session, found = Session(stream), []  # type: Session, list[Any]
        session.say([], "tensorflow", *attempt(import_tensorflow, found))
        if found:
            beside, request = os.path.join(os.path.dirname(__file__), "compare.py"), json.load(sys.stdin)  # noqa: PTH118, PTH120
            session.run(request["checks"], found[0])
            runpy.run_path(beside)["compare"](request["pairs"], found[0], resolve, attempt, session.say)
        files = [vars(module).get("__file__") for module in list(sys.modules.values()) if hasattr(module, "__dict__")]
        session.say([file for file in files if isinstance(file, str)], "loaded", "ok")
    os._exit(0)  # TensorFlow takes a second to shut down
