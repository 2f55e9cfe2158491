"""Layers that are made in `__init__`: one for each call, where the line always runs, under a name that is free."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.support import fixed, result, unchanged

HEAD = "import tensorflow as tf\n"


def net(init: str, call: str, *, before: str = "", head: str = "self, x, training=False") -> str:
    """A model with an `__init__` and a `call` of some lines."""
    return (
        f"{HEAD}{dedent(before)}class Net(tf.keras.Model):\n"
        f"    def __init__(self, momentum=0.9):\n        super().__init__()\n{_in(init)}"
        f"    def call({head}):\n{_in(call)}"
    )


def _in(lines: str) -> str:
    return "".join(f"        {line}\n" for line in lines.splitlines())


BN = "tf.layers.batch_normalization"
NEW = "tf.keras.layers.BatchNormalization()"


def test_each_call_gets_a_layer_of_its_own() -> None:
    after = fixed(net("", f"x = {BN}(x, training=training)\nreturn {BN}(x, training=training)"), unsafe=True)
    made = f"self.batch_normalization = {NEW}\nself.batch_normalization_2 = {NEW}"
    used = "x = self.batch_normalization(x, training=training)\nreturn self.batch_normalization_2(x, training=training)"
    assert after == net(made, used)


def test_the_activation_is_not_lost() -> None:
    call = "return tf.contrib.layers.batch_norm(x, is_training=training, activation_fn=tf.nn.relu)"
    assert "return tf.nn.relu(self.batch_normalization(x, training=training))" in fixed(net("", call), unsafe=True)


@pytest.mark.parametrize(
    ("init", "made"),
    [
        ("self.d = 1  # first", f"self.d = 1  # first\nself.batch_normalization = {NEW}"),
        ("self.c = 1; self.d = 2", f"self.c = 1; self.d = 2\nself.batch_normalization = {NEW}"),
        ("if momentum:\n    self.d = 1", f"if momentum:\n    self.d = 1\nself.batch_normalization = {NEW}"),
    ],
)
def test_the_line_stands_below_the_last_one(init: str, made: str) -> None:
    after = fixed(net(init, f"return {BN}(x, training=training)"), unsafe=True)
    assert after == net(made, "return self.batch_normalization(x, training=training)")


def test_tabs_stay_tabs() -> None:
    code = net("self.d = 1", f"return {BN}(x, training=training)").replace("    ", "\t")
    assert f"\t\tself.d = 1\n\t\tself.batch_normalization = {NEW}\n" in fixed(code, unsafe=True)


def test_the_object_has_the_name_that_the_method_gives_it() -> None:
    code = net("", f"return {BN}(x, training=training)").replace("self", "this")
    assert "return this.batch_normalization(x, training=training)" in fixed(code, unsafe=True)


@pytest.mark.parametrize(
    "before",
    [
        "class Base:\n    def __init__(self):\n        self.batch_normalization = None\n",
        "class Base:\n    def batch_normalization(self):\n        pass\n",
    ],
)
def test_a_name_that_some_class_has_is_not_taken(before: str) -> None:
    code = net("", f"return {BN}(x, training=training)", before=before)
    assert f"self.batch_normalization_2 = {NEW}" in fixed(code, unsafe=True)


@pytest.mark.parametrize(
    "code",
    [
        net("if momentum:\n    return\nself.d = 1", f"return {BN}(x, training=training)"),
        net("m = 0.5", f"return {BN}(x, momentum=m, training=training)", before="m = 0.9\n"),
        net("", f"return {BN}(x, training=training)").replace(
            "momentum=0.9):\n        super().__init__()", "momentum=0.9): super().__init__()"
        ),
    ],
    ids=["ends early", "another name", "one line"],
)
def test_an_init_that_cannot_take_the_line_stays(code: str) -> None:
    assert unchanged(code)


def test_arguments_of_a_helper_stay_in_the_helper() -> None:
    code = net("", "return self.norm(x, 0.5, training)") + (
        f"    def norm(self, x, momentum, training):\n        return {BN}(x, momentum=momentum, training=training)\n"
    )
    assert unchanged(code)


def test_what_to_write_says_everything() -> None:
    code = net("", "return tf.contrib.layers.batch_norm(x, activation_fn=tf.nn.relu)", head="self, x")
    (finding,) = result(code).findings
    assert finding.withheld is not None
    assert "`tf.nn.relu(self.batch_normalization(x, training=True))` here" in finding.withheld
