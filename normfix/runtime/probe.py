"""Runs inside the interpreter of the user's project: builds, runs, differentiates, saves and reloads named layers.

One file, the standard library and TensorFlow alone, Python 3.7 syntax, TensorFlow 1.13 and later. The request is JSON
on stdin; each answer is one line of JSON behind MARK on what was stdout at the start; TensorFlow's own output goes to
stderr. It never runs source text of the user: only named targets, with literal arguments.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import json
import os
import re
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, Callable, Sequence  # noqa: UP035 (Python 3.7)

import numpy as np

MARK = "normfix-answer:"
OPTIONAL = ("keras", "tf_keras", "tensorflow_addons", "tf_slim")
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_SAME = {"rtol": 1e-6, "atol": 1e-6}
_TRACED = {"rtol": 1e-4, "atol": 1e-5}


class NotApplicable(Exception):
    """This step means nothing for this target."""


class Unfit(Exception):
    """The target ran and its result is wrong; the message is the whole answer."""


def nothing_to_run(*_: Any, **__: Any) -> Any:
    """What a target that is neither a layer nor a function runs."""
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
    loss: Any = None
    tape: Any = None
    failed: bool = False


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


def flatten(value: Any) -> list[Any]:
    """The tensors in a result, whatever lists, tuples and mappings hold them."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in flatten(item)]
    return [] if value is None else [value]


def arrays(value: Any) -> list[Any]:
    """The tensors in a result as NumPy arrays."""
    return [leaf.numpy() if hasattr(leaf, "numpy") else leaf for leaf in flatten(value)]


def require_finite(value: Any, what: str) -> None:
    """Refuse nan and inf."""
    for array in arrays(value):
        if np.issubdtype(array.dtype, np.floating) and not np.isfinite(array).all():
            raise Unfit(f"{what} has nan or inf")


def require_same(left: Any, right: Any, what: str, limits: dict[str, float]) -> None:
    """Refuse results that differ by more than the limits."""
    for one, other in zip(arrays(left), arrays(right)):  # noqa: B905 (Python 3.7)
        if not np.allclose(one, other, **limits):
            raise Unfit(f"{what} by up to {np.abs(one - other).max():.3g}")


def is_layer(target: Any) -> bool:
    """Whether a target is a Keras layer class, of whichever Keras."""
    return inspect.isclass(target) and hasattr(target, "build") and hasattr(target, "call")


def find(trial: Trial) -> None:
    """Import the target, and the Keras that it belongs to."""
    path = trial.check["target"]
    root = path.partition(".")[0]
    trial.target = resolve(path)
    trial.home = resolve(root if root in ("keras", "tf_keras") else "tensorflow.keras")


def literals(check: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments that the check spells as source text, as values."""
    positional = [ast.literal_eval(text) for text in check["positional"]]
    return positional, {name: ast.literal_eval(text) for name, text in check["keywords"]}


def build(trial: Trial) -> None:
    """Construct the layer, adapt it if asked, and build it by putting it into a functional model."""
    check, target = trial.check, trial.target
    numbers = np.random.RandomState(7).normal(1.0, 2.0, check["shape"])
    trial.value = trial.tf.constant(numbers.astype(check["dtype"]))
    positional, keywords = literals(check)
    if not is_layer(target):
        if callable(target) and not check["name_only"]:
            trial.run = lambda value, **_: target(value, *positional, **keywords)
        raise NotApplicable
    if check["wraps"]:
        positional.insert(0, trial.home.layers.Dense(3))
    layer = target(*positional, **keywords)
    if check["adapt"]:
        layer.adapt(trial.value.numpy())
    entrance = trial.home.layers.Input(shape=tuple(check["shape"][1:]), dtype=check["dtype"])
    trial.model = trial.home.models.Model(entrance, layer(entrance))
    trial.weights = layer.trainable_weights
    modal = "training" in inspect.signature(layer.call).parameters
    trial.run = lambda value, training: layer(value, training=training) if modal else layer(value)


def record(trial: Trial) -> None:
    """A forward pass in training mode, recorded for the gradient."""
    tf = trial.tf
    with tf.GradientTape() as tape:
        tape.watch(trial.value)
        result = trial.run(trial.value, training=True)
        trial.loss = sum(tf.reduce_sum(tf.square(tf.cast(leaf, "float32"))) for leaf in flatten(result))
    trial.tape = tape
    require_finite(result, "the output in training")


def train(trial: Trial) -> None:
    """Run in training mode, which only a layer has."""
    if trial.model is None:
        raise NotApplicable
    record(trial)


def infer(trial: Trial) -> None:
    """Run in inference mode; a Normalization without statistics is caught as the identity that it is."""
    result = trial.run(trial.value, training=False)
    require_finite(result, "the output in inference")
    given = trial.check["positional"] or {"mean", "variance"} & {name for name, _ in trial.check["keywords"]}
    bare = hasattr(trial.target, "adapt") and not trial.check["adapt"] and not given
    if bare and np.array_equal(arrays(result)[0], trial.value.numpy()):
        raise Unfit("the layer returns its input unchanged: call adapt first, or give mean and variance")


def differentiate(trial: Trial) -> None:
    """Gradients reach the input and the weights, and are finite."""
    if trial.tape is None:
        record(trial)
    gradients = trial.tape.gradient(trial.loss, [trial.value, *trial.weights])
    if gradients[0] is None:
        raise Unfit("no gradient reaches the input")
    require_finite(gradients, "a gradient")


def trace(trial: Trial) -> None:
    """Run both modes in one graph; inference there gives what it gives eagerly."""
    if not hasattr(trial.tf, "function"):
        raise NotApplicable
    modes = (True, False) if trial.model is not None else (False,)
    graph = trial.tf.function(lambda value: [trial.run(value, training=mode) for mode in modes])(trial.value)
    require_finite(graph, "the output under tf.function")
    require_same(graph[-1], trial.run(trial.value, training=False), "tf.function and eager differ", _TRACED)


def reload(trials: Sequence[Trial], folder: str) -> None:
    """Save one model that has each layer as a branch of its own, load it, and run it again."""
    home, version = trials[0].home, trials[0].tf.__version__
    suffix = ".keras" if tuple(int(part) for part in version.split(".")[:2]) >= (2, 13) else ".h5"
    file = str(Path(folder) / f"model{suffix}")
    entrances = [trial.model.inputs[0] for trial in trials]
    home.models.Model(entrances, [trial.model.outputs[0] for trial in trials]).save(file)
    loaded = home.models.load_model(file, compile=False)
    values = [trial.value for trial in trials]
    expected = [trial.run(trial.value, training=False) for trial in trials]
    results = loaded(values if len(values) > 1 else values[0])
    require_same(expected, results, "the reloaded layer differs", _SAME)


STEPS = {"built": build, "training": train, "inference": infer, "gradient": differentiate, "function": trace}
Say = Callable[[Sequence[str], str, str, str, float], None]


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
        state, words = "failed", spoken(error)
    return state, words, round(time.perf_counter() - begin, 4)


def spoken(error: BaseException) -> str:
    """An exception in Python's words, without terminal colours."""
    return _ESCAPES.sub("", f"{type(error).__name__}: {error}".strip())


def import_targets(checks: Sequence[dict[str, Any]], tf: Any, say: Say) -> list[Trial]:
    """Import every target; checks that come to the same object and arguments become one trial."""
    trials: dict[str, Trial] = {}
    for check in checks:
        names, path = [check["id"]], check["target"]
        root = path.partition(".")[0]
        if root in OPTIONAL and importlib.util.find_spec(root) is None:
            say(names, "imported", "not installed", f"{root} is not installed", 0.0)
            continue
        trial = Trial(names, check, tf)
        answer = attempt(find, trial)
        say(names, "imported", *answer)
        if answer[0] == "ok":
            same = {key: value for key, value in check.items() if key not in ("id", "target")}
            twin = trials.setdefault(json.dumps([id(trial.target), same], sort_keys=True), trial)
            twin.names += names if twin is not trial else []
    return list(trials.values())


def run_steps(trial: Trial, say: Say) -> None:
    """Take one trial through every step but the saving; what follows a failure is skipped."""
    for name, step in STEPS.items():
        answer = ("skipped", "", 0.0) if trial.failed else attempt(step, trial)
        say(trial.names, name, *answer)
        trial.failed = answer[0] in ("failed", "skipped")


def save(trials: Sequence[Trial], folder: str, say: Say) -> None:
    """Save and reload all trials as one model; where that fails, in halves, down to the one that fails."""
    if not trials:
        return
    state, words, seconds = attempt(reload, trials, folder)
    if state == "failed" and len(trials) > 1:
        save(trials[: len(trials) // 2], folder, say)
        save(trials[len(trials) // 2 :], folder, say)
        return
    for trial in trials:
        say(trial.names, "saved", state, words, round(seconds / len(trials), 4))


def run_checks(checks: Sequence[dict[str, Any]], tf: Any, say: Say) -> None:
    """Answer every check."""
    trials = import_targets(checks, tf, say)
    homes: dict[int, list[Trial]] = {}
    for trial in trials:
        run_steps(trial, say)
        if trial.failed or trial.model is None:
            say(trial.names, "saved", "skipped" if trial.failed else "n/a", "", 0.0)
        else:
            homes.setdefault(id(trial.home.models.Model), []).append(trial)
    with tempfile.TemporaryDirectory(prefix="normfix-") as folder:
        for group in homes.values():
            save(group, folder, say)


def import_tensorflow() -> Any:
    """TensorFlow, quiet, on the processor alone, eager wherever it can be."""
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", KERAS_BACKEND="tensorflow")
    warnings.filterwarnings("ignore")
    tf = importlib.import_module("tensorflow")
    tf.compat.v1.enable_eager_execution()
    tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
    return tf


def main() -> None:
    """Read one request and answer it."""
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)
        request = json.load(sys.stdin)

        def tell(**message: Any) -> None:
            answers.write(MARK + json.dumps(message) + "\n")
            answers.flush()

        def say(names: Sequence[str], step: str, state: str, words: str, seconds: float) -> None:
            for name in names:
                tell(id=name, step=step, state=state, words=words, seconds=seconds)

        box: list[Any] = []
        state, words, seconds = attempt(lambda: box.append(import_tensorflow()))
        tell(state=state, words=words, seconds=seconds)
        if state == "ok":
            run_checks(request["checks"], box[0], say)
        tell(done=True)


if __name__ == "__main__":
    main()
