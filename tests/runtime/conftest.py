"""One run of TensorFlow for the whole session: it takes longer to import than everything that is asked of it."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from normfix.runtime.checks import Check, LiteralCall, site_checks, table_checks
from normfix.runtime.environment import Interpreter
from normfix.runtime.verdict import Report, Verdict
from normfix.runtime.verify import run_checks
from normfix.table.load import shipped_table

LAYERS = "tensorflow.keras.layers"


def site(line: int, target: str, *positional: str, complete: bool = True, **keywords: str) -> LiteralCall:
    return LiteralCall("model.py", line, 5, target, positional, tuple(keywords.items()), complete)


SITES = (
    site(1, f"{LAYERS}.BatchNormalization", fused="True"),
    site(2, f"{LAYERS}.BatchNormalization", "3", momentum="0.9"),
    site(3, f"{LAYERS}.BatchNormalization", axis="1", complete=False),
    site(4, f"{LAYERS}.LayerNormalization", axis="[1, 2, 3]"),
    site(5, f"{LAYERS}.GroupNormalization"),
    site(6, f"{LAYERS}.GroupNormalization", "6", "1"),
    site(7, f"{LAYERS}.Normalization", axis="-1"),
    site(8, f"{LAYERS}.Normalization", mean="[1.0, 2.0, 3.0]", variance="[1.0, 4.0, 9.0]"),
    site(9, f"{LAYERS}.SpectralNormalization", complete=False),
    site(10, "tensorflow.layers.batch_normalization", momentum="0.9"),
    site(11, "keras.layers.normalization.BatchNormalization"),
    site(12, f"{LAYERS}.BatchNormalization", name="'bn'"),
    site(13, f"{LAYERS}.LayerNormalization", name="'bn'"),
    site(14, "tensorflow.nn.moments", keep_dims="True"),
    site(15, f"{LAYERS}.BatchNormalization", input_shape="(7, 5)"),
    site(16, "tensorflow_addons.layers.InstanceNormalization"),
    site(17, f"{LAYERS}.BatchNormalization", name="open('made', 'w')"),
    site(18, "tensorflow.nn.batch_normalization", offset="None", variance_epsilon="1e-5"),
    site(19, "tensorflow.nn.l2_normalize", dim="-1"),
    site(20, "tensorflow.nn.batch_norm_with_global_normalization", scale_after_normalization="False"),
    site(22, "tensorflow.nn.moments", "[1, 2, 3]", keepdims="True"),
    site(21, "keras_layer_normalization.LayerNormalization"),
)


@pytest.fixture(scope="session")
def whole_run() -> Report:
    """Every target of the table, the call sites above, a Normalization that was never adapted, a mere name."""
    table = shipped_table()
    bare = Check("never adapted", f"{LAYERS}.Normalization")
    name = Check("a name", f"{LAYERS}.Dense", name_only=True)
    checks = (*table_checks(table), *site_checks(SITES, table), bare, name)
    return run_checks(Interpreter(Path(sys.executable), "the tests"), checks)


@pytest.fixture(scope="session")
def verdict(whole_run: Report) -> Callable[[str], Verdict]:
    by_id = {one.check.id: one for one in whole_run.verdicts}
    return lambda name: by_id[name]


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], Interpreter]:
    """An interpreter that is a shell script."""

    def make(body: str) -> Interpreter:
        file = tmp_path / "python"
        file.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        return Interpreter(file, "the tests")

    return make


@pytest.fixture
def pretender(script: Callable[[str], Interpreter]) -> Callable[[str], Interpreter]:
    """An interpreter that says it has TensorFlow and then, asked to try something, does as told."""
    answer = '{"python": "3.12.0", "tensorflow": "2.21.0"}'

    def make(body: str) -> Interpreter:
        return script(f"case \"$3\" in *inventory.py) echo 'normfix-answer:{answer}'; exit 0;; esac\n{body}")

    return make
