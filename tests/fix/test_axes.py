"""Axes and initializers that functions of contrib were told, and what today's layers are told instead."""

from __future__ import annotations

import pytest

from normfix.fixes.axes import rank_of
from tests.support import fixed, result

HEAD = "import tensorflow as tf\n\n"


@pytest.mark.parametrize(
    ("axes", "channels"),
    [
        *(("(1, 3)", "-1"), ("(1, 2)", "1"), ("[-3]", "-1"), ("(0, 1)", "2"), ("(-2, -1)", "-1")),
        *(("[1, 1]", "-1"), ("axes", "-1"), ("(1, 2)", ""), ("2", "-1"), ("(1.0, 2)", "-1"), ("(True, 2)", "-1")),
    ],
)
def test_axes_that_are_not_all_the_others_have_no_rank(axes: str, channels: str) -> None:
    assert rank_of(axes, channels) is None


@pytest.mark.parametrize(
    ("axes", "channels", "rank"),
    [
        *(("(-3, -2)", "-1", 4), ("[1, 2]", "3", 4), ("(2, 1)", "-1", 4), ("(-2, -1)", "-3", 4), ("[2, 3]", "1", 4)),
        *(("[-2]", "-1", 3), ("(1,)", "2", 3), ("(1, 2, 3)", "-1", 5), ("(-3, -2, -1)", "1", 5), ("[]", "-1", 2)),
    ],
)
def test_axes_that_are_all_the_others_say_the_rank(axes: str, channels: str, rank: int) -> None:
    assert rank_of(axes, channels) == rank


def test_the_rank_is_said() -> None:
    line = "y = tf.contrib.layers.group_norm(x, 4, channels_axis=1, reduction_axes=[2, 3])\n"
    assert fixed(HEAD + line, unsafe=True) == HEAD + (
        "y = tf.keras.layers.GroupNormalization(groups=4, axis=1, epsilon=1e-6)(x)\n"
    )
    (found,) = result(HEAD + line).findings
    assert found.fix is not None
    assert any("on input of 4 dimensions, and on no other" in one for one in found.fix.notes)


CALL = "y = tf.contrib.layers.batch_norm(x, param_initializers=given)\n"


@pytest.mark.parametrize(
    "given",
    [
        "given = make()\n",
        'given = {"beta": zeros, **more}\n',
        'given = {"beta": zeros}\ngiven["gamma"] = ones\n',
        'given = {"beta": zeros}\ngiven.update(more)\n',
        'given = {"beta": zeros}\ngiven = {}\n',
        'given = {"beta": zeros}\nchange(given)\n',
        'given = {"other": zeros}\n',
        "given = {key: zeros}\n",
    ],
)
def test_a_dictionary_that_may_be_another_is_not_read(given: str) -> None:
    assert result(HEAD + given + CALL, fix=True, unsafe=True).fixed_text is None


@pytest.mark.parametrize(
    "given", ['given = {"beta": zeros, "gamma": ones}\n', "given = dict(beta=zeros, gamma=ones)\n"]
)
def test_the_entries_of_a_dictionary_are_handed_on_by_their_keys(given: str) -> None:
    made = 'beta_initializer=given["beta"], gamma_initializer=given["gamma"], momentum=0.999, scale=False'
    wanted = f"{HEAD}{given}y = tf.keras.layers.BatchNormalization({made})(x, training=True)\n"
    assert fixed(HEAD + given + CALL, unsafe=True) == wanted
    (found,) = result(HEAD + given + CALL, fix=True).findings
    assert found.fix is not None
    assert any("all that the dictionary is seen to have" in one for one in found.fix.notes)
