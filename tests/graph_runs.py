"""Runs a TensorFlow 1 program on the installed TensorFlow, and compares figures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TOLERANCE = 1e-5


def ran(folder: Path) -> dict[str, Any]:
    """What `train.py` of a folder writes as its result."""
    surroundings = {key: value for key, value in os.environ.items() if key != "TF_USE_LEGACY_KERAS"}
    done = subprocess.run(
        [sys.executable, "train.py"],
        cwd=folder,
        env={**surroundings, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    result: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return result


def flat(numbers: object) -> Iterator[float]:
    """The numbers in lists of lists."""
    if isinstance(numbers, list):
        for one in numbers:
            yield from flat(one)
    else:
        yield float(str(numbers))


def apart(one: object, other: object) -> float:
    """The largest difference of two lists of numbers, relative to the largest of them where that is above 1."""
    pairs = list(zip(flat(one), flat(other), strict=True))
    largest = max(abs(number) for pair in pairs for number in pair)
    return max(abs(left - right) for left, right in pairs) / max(1.0, largest)
