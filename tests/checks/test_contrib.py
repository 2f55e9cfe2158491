"""What a file with normalizations uses of the rest of `tensorflow.contrib`."""

from __future__ import annotations

import pytest

from tests.support import found

NORM = "import tensorflow as tf\ny = tf.nn.batch_normalization(x, 0, 1, None, None, 1e-3)\n"
OLD = "    from tensorflow.contrib.nccl.ops import gen_nccl_ops\n"


@pytest.mark.parametrize(
    ("other", "fails"),
    [
        ("    from tensorflow.python.ops import gen_nccl_ops\n", False),
        ("    from mine import gen_nccl_ops\n", False),
        ("    from tensorflow.contrib.nccl.python.ops import gen_nccl_ops\n", True),
    ],
)
def test_a_name_that_may_come_from_elsewhere_may_work(other: str, fails: bool) -> None:
    code = f"{NORM}if old():\n{OLD}else:\n{other}gen_nccl_ops.nccl_all_reduce(y)\n"
    assert any(one.startswith("7 NF906") for one in found(code)) is fails


def test_a_name_of_contrib_alone_fails() -> None:
    places = found(f"{NORM}if old():\n{OLD}    gen_nccl_ops.nccl_all_reduce(y)\n")
    assert [one[:7] for one in places] == ["4 NF906", "5 NF906"]
