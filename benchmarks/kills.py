"""Kills `fix` at random moments, again and again, and says what it left behind.

    python benchmarks/kills.py [--kills N] [--files N] [--seed N]

A tree of small files with findings is fixed by a process that SIGKILL ends at a moment drawn between its start and the
end of an undisturbed run. Then each file must be what it was or what it becomes, and the next run, which nobody
disturbs, must leave all files fixed and nothing beside them. Exit status 1 when one of these fails.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from normfix.cli.main import main as normfix

BODY = "import tensorflow as tf\n\n\ndef f(x):\n    return x\n\n" + "# A line that stays as it is.\n" * 50
OLD = "from keras.layers.normalization import BatchNormalization\n\nlayer = BatchNormalization()\n"


@dataclass
class Count:
    """What was seen: kills, those that came while files were written, files torn, and what lay beside them."""

    kills: int = 0
    amid: int = 0
    torn: int = 0
    littered: int = 0
    left: int = 0
    unfixed: int = 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.amid} of them while files were written: {self.torn} files torn, "
            f"{self.littered} kills that left something beside a file; after the next run {self.left} files left over "
            f"and {self.unfixed} not fixed"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Kill `fix` at random moments.")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        count = killed(Path(folder).resolve(), options.kills, options.files, random.Random(options.seed))
    print(count)
    return 1 if count.torn or count.left or count.unfixed else 0


def killed(work: Path, kills: int, files: int, chance: random.Random) -> Count:
    """Kill that many runs over a tree of that many files."""
    tree, count = work / "tree", Count()
    before = {f"m{number}.py": (OLD + BODY + f"# {number}\n").encode() for number in range(files)}
    renew(tree, before)
    # Once here, so that each later process begins with everything imported and dies at its work.
    run_fix(tree)
    renew(tree, before)
    started = time.perf_counter()
    os.waitpid(fix(tree), 0)
    whole = time.perf_counter() - started
    after = contents(tree)
    assert after.keys() == before.keys()
    assert not any(after[name] == before[name] for name in before)
    while count.kills < kills:
        renew(tree, before)
        pid = fix(tree)
        time.sleep(chance.uniform(0, whole))
        if os.waitpid(pid, os.WNOHANG)[0]:
            continue
        # The group: its workers too.
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        found = contents(tree)
        count.kills += 1
        changed = sum(found.get(name) == after[name] for name in before)
        count.amid += 0 < changed < files
        count.torn += sum(found.get(name) not in (before[name], after[name]) for name in before)
        count.littered += bool(found.keys() - before.keys())
        os.waitpid(fix(tree), 0)
        again = contents(tree)
        count.left += len(again.keys() - before.keys())
        count.unfixed += sum(again.get(name) != after[name] for name in before)
        if not count.kills % 50:
            print(count, file=sys.stderr, flush=True)
    return count


def renew(tree: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir()
    for name, data in files.items():
        (tree / name).write_bytes(data)


def contents(tree: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in tree.iterdir() if path.is_file()}


def fix(tree: Path) -> int:
    """The process of a run of `fix`, in a group of its own."""
    pid = os.fork()
    if not pid:
        try:
            os.setpgid(0, 0)
            run_fix(tree)
        finally:
            os._exit(0)
    # Whichever of the two comes first.
    os.setpgid(pid, pid)
    return pid


def run_fix(tree: Path) -> None:
    sys.argv = ["normfix", "fix", "--isolated", "--quiet", "--output-file", os.devnull, str(tree)]
    with contextlib.suppress(SystemExit):
        normfix()


if __name__ == "__main__":
    sys.exit(main())
