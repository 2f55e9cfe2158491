"""The scripts of `benchmarks/` that no other test runs go on working when what they measure moves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_each_stage_of_a_run_is_timed(tmp_path: Path) -> None:
    (tmp_path / "base.py").write_text("from tensorflow.keras.layers import BatchNormalization as BN\n")
    (tmp_path / "m.py").write_text(
        "from base import BN\nimport tensorflow as tf\ny = BN(mode=0)(tf.layers.flatten(x))\n"
    )
    words = (sys.executable, str(ROOT / "benchmarks" / "stages.py"), str(tmp_path))
    taken = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
    assert {"read", "prefilter", "ast", "bindings", "resolve", "follow", "plan", "rest of the scan"} <= taken.keys()
