"""Old calls and their new forms on the same numbers, in a real TensorFlow."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from normfix.runtime.checks import LiteralCall, Pair, pair_of
from normfix.runtime.environment import Interpreter
from normfix.runtime.verdict import Comparison, Outcome
from normfix.runtime.verify import run_checks
from normfix.table.load import shipped_table

HERE = Interpreter(Path(sys.executable), "the tests")
LAYERS = "tensorflow.keras.layers"


def call(target: str, *, applied: dict[str, str] | None = None, **keywords: str) -> LiteralCall:
    return LiteralCall("a.py", 1, 1, target, (), tuple(keywords.items()), True, tuple((applied or {}).items()))


def pair(name: str, old: LiteralCall, new: LiteralCall) -> Pair:
    return Pair(name, old, new, (4, 6), False)


BATCH, LAYER = f"{LAYERS}.BatchNormalization", f"{LAYERS}.LayerNormalization"
PAIRS = (
    pair("same", call(BATCH, momentum="0.9"), call(BATCH, momentum="0.9")),
    pair("epsilon", call(LAYER, epsilon="0.001"), call(LAYER, epsilon="0.5")),
    pair("weights", call(BATCH), call(BATCH, scale="False")),
    pair("gone", call("tensorflow.layers.batch_normalization"), call(BATCH)),
    pair("refused", call(BATCH), call(BATCH, foo="1")),
    pair("function", call("tensorflow.nn.l2_normalize", axis="-1"), call(f"{LAYERS}.UnitNormalization", axis="-1")),
    pair("shape", call("tensorflow.reduce_sum", axis="1"), call(BATCH)),
)


@pytest.fixture(scope="module")
def compared() -> dict[str, Comparison]:
    return {one.pair.id: one for one in run_checks(HERE, (), None, PAIRS).comparisons}


@pytest.mark.tensorflow
class TestCompare:
    @pytest.mark.parametrize(("name", "outcome"), [("weights", "n/a"), ("gone", "n/a"), ("refused", "n/a")])
    def test_what_cannot_be_compared(self, compared: dict[str, Comparison], name: str, outcome: str) -> None:
        assert (compared[name].outcome, compared[name].difference) == (Outcome(outcome), None)
        assert compared[name].words.startswith("Incomparable: ")

    def test_the_same_call_is_equal_with_random_weights(self, compared: dict[str, Comparison]) -> None:
        assert compared["same"].difference == 0

    def test_another_epsilon_is_seen(self, compared: dict[str, Comparison]) -> None:
        assert (compared["epsilon"].difference or 0) > 0.01

    def test_a_function_is_compared_with_a_layer(self, compared: dict[str, Comparison]) -> None:
        assert (compared["function"].difference or 0) < 1e-6

    def test_other_shapes_are_a_failure(self, compared: dict[str, Comparison]) -> None:
        assert compared["shape"].outcome is Outcome.FAILED
        assert "gives shape (4,), the new one (4, 6)" in compared["shape"].words


def test_arguments_that_are_no_literals_are_not_compared() -> None:
    table = shipped_table()
    whole, mode = call(BATCH), LiteralCall("a.py", 1, 1, BATCH, left_out=("training",))
    unknown = LiteralCall("a.py", 1, 1, BATCH, left_out=("epsilon",))
    assert pair_of(unknown, whole, table) is None
    assert pair_of(whole, unknown, table) is None
    found = pair_of(mode, whole, table)
    assert found is not None
    assert found.request()["left_out"] == ["training"]
