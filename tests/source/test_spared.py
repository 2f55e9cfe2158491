"""Work in a process that can be spared, whatever the process is that spares it."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys

import pytest

from normfix.source.spared import spared

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing can be spared without a fork")

ASKED = "from normfix.source.spared import spared; print(spared(lambda: 'done'))"


def test_work_is_told() -> None:
    assert spared(lambda: "done") == "done"
    assert spared(lambda: None) is None


def test_work_that_ends_its_process_comes_to_nothing() -> None:
    assert spared(lambda: os.kill(os.getpid(), 9)) is None


def test_a_process_that_addresses_gigabytes_may_spare_one() -> None:
    with mmap.mmap(-1, 6 << 30, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ):
        assert spared(lambda: "x" * (1 << 20)) == "x" * (1 << 20)


def test_the_memory_of_the_work_is_limited() -> None:
    assert spared(lambda: str(len(bytearray(4 << 30)))) is None


@pytest.mark.parametrize("limit", ["ulimit -v 2000000", "ulimit -t 5"])
def test_a_limit_that_stands_is_kept(limit: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'{limit}; exec "$0" -c "$1"', sys.executable, ASKED], capture_output=True, text=True, check=True
    )
    assert done.stdout == "done\n"
