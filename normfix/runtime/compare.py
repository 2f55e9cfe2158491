"""Runs inside the interpreter of the user's project, loaded by probe.py: old calls and their new forms, compared.

One file, the standard library and TensorFlow alone, Python 3.7 syntax. Both forms get the same weights, where they have
any that can be set, and the same random input; what comes out in inference and in training is compared.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any, Callable, Sequence  # noqa: UP035 (Python 3.7)

import numpy as np

FLAGS = ("training", "is_training")


class Incomparable(Exception):
    """The old form does not run here, or the two have weights that do not match; the message says which."""


class Form:
    """One of the two forms: a layer that is made once, or a function that makes its weights at each call."""

    def __init__(self, call: dict[str, Any], target: Any, keras: Any) -> None:
        positional = [ast.literal_eval(text) for text in call["positional"]]
        keywords = {name: ast.literal_eval(text) for name, text in call["keywords"]}
        self.applied = {name: ast.literal_eval(text) for name, text in call["applied"]}
        self.layer = None  # type: Any
        if inspect.isclass(target):
            wrapped = [keras.layers.Dense(3)] if call["wraps"] else []
            self.layer = target(*wrapped, *positional, **keywords)
            self.run = self.layer  # type: Callable[..., Any]
            names = inspect.signature(self.layer.call).parameters
        else:
            self.run = lambda value, **given: target(value, *positional, **dict(keywords, **given))
            names = inspect.signature(target).parameters
        self.flag = next((name for name in FLAGS if name in names), None)

    def weights(self) -> list[Any]:
        """The variables of a layer, none for a function."""
        return [] if self.layer is None else list(self.layer.weights)

    def output(self, value: Any, training: bool | None) -> Any:
        """The result as an array; `training` None is the call as it is written."""
        given = dict(self.applied)
        if training is not None:
            given = {name: one for name, one in given.items() if name not in FLAGS}
            if self.flag:
                given[self.flag] = training
        result = self.run(value, **given)
        return (result[0] if isinstance(result, (list, tuple)) else result).numpy()


def role(weight: Any) -> str:
    """What a weight is for: the last part of its name."""
    return str(weight.name).split("/")[-1].split(":")[0]


def share_weights(old: Form, new: Form) -> None:
    """Give both forms the same random weights, matched by role and shape, then by shape alone."""
    mine, theirs = new.weights(), old.weights()
    if old.layer is None or new.layer is None:
        return  # a function starts from the initial weights, and so does the layer then
    if len(mine) != len(theirs):
        raise Incomparable(f"they have {len(theirs)} and {len(mine)} weights")
    random = np.random.RandomState(11)
    for weight in mine:
        same = [one for one in theirs if tuple(one.shape) == tuple(weight.shape)]
        twin = next((one for one in same if role(one) == role(weight)), same[0] if same else None)
        if twin is None:
            raise Incomparable(f"no weight of the old form is like {role(weight)}")
        theirs = [one for one in theirs if one is not twin]
        if "int" in str(weight.dtype):
            continue
        number = random.uniform(0.5, 1.5, tuple(weight.shape)).astype("float32")
        weight.assign(number)
        twin.assign(number)


def modes(pair: dict[str, Any], old: Form) -> Sequence[bool | None]:
    """As written where every argument is a literal and the old form is a function, else inference and training."""
    written = old.layer is None and not pair["left_out"]
    return (None,) if written else (False, True)


def difference(pair: dict[str, Any], resolve: Callable[[str], Any], tf: Any) -> float:
    """The largest absolute difference between the two forms. Raises Incomparable where the old one does not run."""
    value = tf.constant(np.random.RandomState(7).normal(1.0, 2.0, pair["shape"]).astype("float32"))
    try:
        keras, calls = resolve("tensorflow.keras"), (pair["old"], pair["new"])
        old, new = (Form(call, resolve(call["target"]), keras) for call in calls)
        for form in (old, new):
            form.output(value, False)
    except Exception as error:  # whatever an old spelling raises on a new release
        raise Incomparable(str(error)) from error
    share_weights(old, new)
    largest = 0.0
    for training in modes(pair, old):
        before, after = old.output(value, training), new.output(value, training)
        if before.shape != after.shape:
            raise ValueError(f"the old call gives shape {before.shape}, the new one {after.shape}")
        largest = max(largest, float(np.abs(before - after).max()))
    return largest


def compare(
    pairs: Sequence[dict[str, Any]],
    tf: Any,
    resolve: Callable[[str], Any],
    attempt: Callable[..., tuple[str, str, float]],
    say: Callable[..., None],
) -> None:
    """Answer every pair, with the tools of the probe; the words are the largest difference."""
    for pair in pairs:
        found = []  # type: list[float]
        say([pair["id"]], "compared", "trying")
        state, words, seconds = attempt(lambda: found.append(difference(pair, resolve, tf)))  # noqa: B023
        state = "n/a" if words.startswith("Incomparable: ") else state
        say([pair["id"]], "compared", state, words or repr(found[0]), seconds)
