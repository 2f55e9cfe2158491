"""Runs commands and says what they cost: seconds on the clock, seconds of processor, peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

RUNS = 5


@dataclass(frozen=True)
class Cost:
    """What one command cost; `ended` is its exit status, None when the time limit ended it."""

    wall: float
    cpu: float
    peak: float
    ended: int | None
    output: bytes = b""


def run(command: Sequence[str], folder: Path, limit: float = 600, extra: Mapping[str, str] | None = None) -> Cost:
    """Run a command once. Processor time and peak memory (MiB) include its own children."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, **(extra or {})}
    ) as process:
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Cost(time.perf_counter() - started, 0.0, 0.0, None)
    wall = time.perf_counter() - started
    return Cost(wall, 0.0, 0.0, process.returncode, output)


def once(command: Sequence[str], folder: Path, limit: float = 600) -> Cost:
    """Run a command in a child of its own, so that what it used is counted apart from all else."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        import resource  # noqa: PLC0415 - not on every platform, and needed in the child alone

        cost = run(command, folder, limit)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        numbers = (cost.wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, cost.ended)
        os.write(writer, repr(numbers).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        text = stream.read().decode()
    os.waitpid(pid, 0)
    wall, cpu, peak, ended = (None if part == "None" else float(part) for part in text.strip("()").split(", "))
    return Cost(wall or 0.0, cpu or 0.0, peak or 0.0, None if ended is None else int(ended))


def side_by_side(
    commands: Mapping[str, Sequence[str]], folder: Path, before: Callable[[str], None] | None = None, runs: int = RUNS
) -> dict[str, Cost]:
    """The median cost of each command. They take turns, so that a busy moment strikes all of them; one warm-up each."""
    taken: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            if before is not None:
                before(name)
            cost = once(command, folder)
            if turn:
                taken[name].append(cost)
    return {name: _median(costs) for name, costs in taken.items()}


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        max(cost.peak for cost in costs),
        costs[0].ended,
    )
