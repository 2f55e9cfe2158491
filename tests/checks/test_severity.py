"""What the target makes of findings, as the installed command shows it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Command

Row = dict[str, object]


@pytest.fixture(autouse=True)
def _isolated_from_the_surroundings(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.normfix]\n", encoding="utf-8")


def found(normfix: Command, folder: Path, code: str, *options: str) -> list[Row]:
    """The findings in a line of code that begins with the imports."""
    (folder / "code.py").write_text(f"import keras\nimport tensorflow as tf\n{code}\n", encoding="utf-8")
    result = normfix("check", "--output-format", "json", *options, "code.py")
    assert b"Traceback" not in result.stderr
    rows: list[Row] = json.loads(result.stdout)
    return rows


def told(rows: list[Row]) -> list[tuple[object, object, bool]]:
    return [(row["code"], row["severity"], row["fix"] is not None) for row in rows]


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("layer = tf.keras.layers.GroupNormalization()", "newest"),
        ("layer = tf.keras.layers.GroupNormalization()", "tensorflow>=2.11"),
        ("layer = keras.layers.UnitNormalization()", "keras>=2.9"),
        ("layer = tf.keras.layers.RMSNormalization()", "tensorflow>=2.16, keras>=3.9"),
        ("layer = tf.keras.layers.BatchNormalization(synchronized=True)", "tensorflow>=2.12"),
        ("layer = tf.keras.layers.BatchNormalization(renorm=True)", "newest"),
        ("layer = tf.keras.layers.BatchNormalization(renorm=True)", "tensorflow>=2.4,<2.16"),
        ("layer = tf.keras.layers.BatchNormalization(renorm=True)", "keras>=3.14"),
        ("layer = tf.keras.layers.BatchNormalization(fused=True)", "legacy"),
        ("tf.compat.v1.layers.batch_normalization(1, training=True)", "legacy"),
        ("x = tf.keras.layers.BatchNormalization()\nphase = tf.keras.backend.learning_phase()", "legacy"),
        ("tf.keras.layers.experimental.SyncBatchNormalization()", "legacy"),
        (
            "try:\n    from tensorflow.keras.layers import GroupNormalization\n"
            "except ImportError:\n    from own import GroupNormalization",
            "tensorflow>=2.8",
        ),
    ],
)
def test_nothing_is_wrong_on_the_target(normfix: Command, tmp_path: Path, code: str, target: str) -> None:
    assert found(normfix, tmp_path, code, "--target", target) == []


@pytest.mark.parametrize(
    ("code", "target", "rule", "severity"),
    [
        ("layer = tf.keras.layers.BatchNormalization(fused=True)", "newest", "NF704", "error"),
        ("layer = tf.keras.layers.BatchNormalization(fused=True)", "tensorflow>=2.12", "NF704", "error"),
        ("layer = tf.keras.layers.BatchNormalization(fused=True)", "tensorflow>=2.12,<2.16", "NF704", "warning"),
        ("layer = keras.layers.BatchNormalization(fused=True)", "legacy", "NF704", "error"),
        ("layer = tf.keras.layers.BatchNormalization(renorm=True)", "keras>=3", "NF705", "error"),
        ("layer = tf.keras.layers.LayerNormalization(-1, 1e-3, True, True, 'ones')", "keras>=3", "NF715", "error"),
        ("tf.compat.v1.layers.batch_normalization(1)", "tensorflow>=2.8,<2.16", "NF302", "warning"),
        ("tf.compat.v1.layers.batch_normalization(1)", "tensorflow>=2.8", "NF302", "error"),
        ("tf.layers.BatchNormalization()", "tensorflow>=2.8,<2.16", "NF303", "error"),
        ("tf.layers.batch_normalization(1)", "tensorflow==1.15", "NF301", "warning"),
        ("tf.contrib.layers.batch_norm(1)", "legacy", "NF401", "error"),
        ("layer = tf.keras.layers.GroupNormalization()", "tensorflow>=2.8", "NF217", "error"),
        ("layer = tf.keras.layers.RMSNormalization()", "legacy", "NF217", "error"),
        ("layer = tf.keras.layers.BatchNormalization(synchronized=True)", "tensorflow<2.13", "NF217", "error"),
        ("from tensorflow.keras.layers import LayerNormalization", "tensorflow<2", "NF217", "error"),
        (
            "from tensorflow.keras import layers as L\nlayer = L.SpectralNormalization(1)",
            "tensorflow>=2.12",
            "NF217",
            "error",
        ),
    ],
)
def test_severity_follows_the_target(
    normfix: Command, tmp_path: Path, code: str, target: str, rule: str, severity: str
) -> None:
    rows = found(normfix, tmp_path, code, "--target", target)
    assert [(one, how) for one, how, _ in told(rows)] == [(rule, severity)]


def test_a_module_moves_where_the_target_has_what_is_used_of_it(normfix: Command, tmp_path: Path) -> None:
    code = "from tensorflow.python.keras import backend as K\nx = tf.keras.layers.Dense(1)\nphase = K.learning_phase"
    code += "\ny = tf.keras.layers.BatchNormalization()"
    row, *_ = found(normfix, tmp_path, code, "--target", "legacy")
    assert (row["code"], row["replacement"], row["withheld"]) == ("NF902", "tensorflow.keras.backend", None)
    refused = [row["withheld"] for row in found(normfix, tmp_path, code) if row["code"] == "NF902"]
    assert "`tensorflow.keras.backend` does not have" in str(refused[0])


def test_a_replacement_has_to_be_there_on_the_whole_target(normfix: Command, tmp_path: Path) -> None:
    code = "tf.keras.layers.InstanceNormalization()"
    assert told(found(normfix, tmp_path, code, "--target", "tensorflow>=2.11")) == [("NF218", "error", True)]
    (row,) = found(normfix, tmp_path, code, "--target", "tensorflow>=2.8")
    assert (row["fix"], row["withheld"]) == (
        None,
        "`tensorflow.keras.layers.GroupNormalization` exists from TensorFlow 2.11 on, "
        "and the target (tensorflow>=2.8, --target) has older ones",
    )
    before = (tmp_path / "code.py").read_bytes()
    assert normfix("fix", "--target", "tensorflow>=2.8", "code.py").returncode == 1
    assert (tmp_path / "code.py").read_bytes() == before


def test_an_argument_that_a_fix_adds_has_to_be_there_too(normfix: Command, tmp_path: Path) -> None:
    code = "tf.keras.layers.experimental.SyncBatchNormalization()"
    (row,) = found(normfix, tmp_path, code, "--target", "tensorflow>=2.8,<2.16")
    assert row["fix"] is None
    assert "BatchNormalization.synchronized` exists from TensorFlow 2.12 on" in str(row["withheld"])


def test_the_targets_own_import_line_stays_whole(normfix: Command, tmp_path: Path) -> None:
    line = "from tensorflow.python.keras.layers import BatchNormalization, GroupNormalization"
    (tmp_path / "code.py").write_text(line + "\n", encoding="utf-8")
    normfix("fix", "--target", "tensorflow>=2.8", "code.py")
    assert (tmp_path / "code.py").read_text(encoding="utf-8") == (
        "from tensorflow.python.keras.layers import GroupNormalization\n"
        "from tensorflow.keras.layers import BatchNormalization\n"
    )


def test_the_target_of_the_settings_and_of_the_project(normfix: Command, tmp_path: Path) -> None:
    code = "layer = tf.keras.layers.GroupNormalization()"
    assert found(normfix, tmp_path, code) == []
    (tmp_path / "requirements.txt").write_text("tensorflow==2.8.4\n", encoding="utf-8")
    assert told(found(normfix, tmp_path, code)) == [("NF217", "error", False)]
    assert found(normfix, tmp_path, code, "--isolated") == []
    assert found(normfix, tmp_path, code, "--target", "newest") == []
    settings = '[tool.normfix]\ntarget-version = "tensorflow>=2.11"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    assert found(normfix, tmp_path, code) == []
    assert told(found(normfix, tmp_path, code, "--target", "auto")) == [("NF217", "error", False)]


def test_the_full_report_says_where_the_target_came_from(normfix: Command, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("tensorflow==2.8.4\n", encoding="utf-8")
    (tmp_path / "code.py").write_text(
        "import tensorflow as tf\ntf.keras.layers.GroupNormalization()\n", encoding="utf-8"
    )
    assert normfix("check").stderr.endswith(b"Target: tensorflow==2.8.4 (from requirements.txt).\n")
    assert b"Target" not in normfix("check", "-q").stderr
    assert b"Target" not in normfix("check", "--output-format", "concise").stderr
    (tmp_path / "code.py").write_text("x = 1\n", encoding="utf-8")
    assert normfix("check").stderr == b"All checks passed!\n"


def test_a_target_that_cannot_be_read(normfix: Command, tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("x = 1\n", encoding="utf-8")
    result = normfix("check", "--target", "tensorflow>=9", "code.py")
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.startswith(b"error: --target: no recorded release is in 'tensorflow>=9'; ")
    settings = '[tool.normfix]\ntarget-version = "pytorch"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    assert b"pyproject.toml: target-version: 'pytorch' is no target" in normfix("check", "code.py").stderr


_PREPROCESSING = "from tensorflow.keras.layers.experimental import preprocessing as p\n"


@pytest.mark.parametrize(
    ("code", "target"),
    [
        (_PREPROCESSING + "p.Normalization(mean=1.0, variance=1.0)", "tensorflow>=2.4,<2.6"),
        (_PREPROCESSING + "p.Normalization(mean=1.0, variance=1.0)\np.Rescaling(2.0)", "tensorflow>=2.4,<2.8"),
        (
            "from tensorflow.python.keras import backend as K\nK.learning_phase()\nkeras.layers.LayerNormalization",
            "",
        ),
        ("from tensorflow.python.keras import utils\nutils.tf_utils\nkeras.layers.BatchNormalization", ""),
    ],
)
def test_a_module_moves_only_with_all_that_is_used_of_it(
    normfix: Command, tmp_path: Path, code: str, target: str
) -> None:
    chosen = ("--target", target) if target else ()
    first = found(normfix, tmp_path, code, *chosen)[0]
    assert first["fix"] is None
    assert "exists from TensorFlow 2.6 on" in str(first["withheld"]) or "does not have" in str(first["withheld"])
    before = (tmp_path / "code.py").read_bytes()
    normfix("fix", "--unsafe-fixes", *chosen, "code.py")
    assert (tmp_path / "code.py").read_bytes() == before


def test_a_module_moves_where_all_of_it_is_there(normfix: Command, tmp_path: Path) -> None:
    code = _PREPROCESSING + "p.Normalization(mean=1.0, variance=1.0)\np.Rescaling(2.0)"
    assert found(normfix, tmp_path, code, "--target", "tensorflow>=2.6")[0]["fix"] is not None
    code = "from tensorflow.python.keras import backend as K\nK.epsilon()\nkeras.layers.BatchNormalization"
    assert found(normfix, tmp_path, code)[0]["fix"] is not None


def test_other_members_are_no_findings_of_their_own(normfix: Command, tmp_path: Path) -> None:
    code = "tf.keras.layers.Rescaling(2.0)\nlayer = tf.keras.layers.BatchNormalization()"
    assert found(normfix, tmp_path, code, "--target", "tensorflow>=2.4") == []


@pytest.mark.parametrize(
    ("target", "dead"), [(None, False), ("tensorflow>=1.15", False), ("tensorflow>=2.16", True), ("keras>=3", True)]
)
def test_a_branch_that_no_release_of_the_target_takes_is_said_to_be_dead(
    normfix: Command, tmp_path: Path, target: str | None, dead: bool
) -> None:
    guarded = "    from keras.layers.normalization import BatchNormalization\n"
    code = f"try:\n{guarded}except ImportError:\n    from keras.layers import BatchNormalization\n"
    (tmp_path / "a.py").write_text(code + "BatchNormalization(axis=-1)(0)\n", encoding="utf-8")
    options = ("--target", target) if target else ()
    said = normfix("check", "--isolated", "--output-format", "concise", *options, "a.py").stdout.decode()
    assert "NF004" in said
    assert ("so this branch is dead" in said) == dead
