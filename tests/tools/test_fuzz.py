"""What is fuzzed holds for what the fuzzer starts from; without atheris it says what is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.fuzz import READERS, seeds_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("reader", READERS)
def test_what_the_fuzzer_starts_from(reader: str, tmp_path: Path) -> None:
    seeds = seeds_of(reader)
    assert seeds
    for seed in (*seeds[:5], *seeds[-2:], b"", b"\0", b"\xff\xfe"):
        READERS[reader](seed, tmp_path)


def test_without_atheris(tmp_path: Path) -> None:
    (tmp_path / "atheris.py").write_text("raise ImportError\n")
    done = subprocess.run(
        [sys.executable, "-m", "tools.fuzz", "settings", "1"],
        cwd=ROOT,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "tools.fuzz needs atheris: pip install atheris\n")
