"""How long after a keystroke the diagnostics are there: `normfix server` beside `ruff server`, one after the other.

    python benchmarks/server.py [--keys N]

A client opens a file of 2,000 lines in both servers, types a name into the middle of it, letter by letter, and waits
each time for the diagnostics of that very version. Each row is a kind of file: the median and the 95th percentile in
milliseconds on the clock, and the processor time of the server (Linux alone; without its children). Exit status 1 where
a median of normfix is above the bar.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.server.client import Client, at

BAR = 50.0
LINES = 2000
WARM_UP = 5
HEAD = "import numpy as np\nimport tensorflow as tf\n{imported}from tensorflow.keras import layers\n\n\n"
BLOCK = '''\
def block_{number}(x, filters, training=False):
    """Make block {number} of the network."""
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    {call}
    y = layers.Activation("relu")(y)
    if filters > {number}:
        y = layers.MaxPooling2D()(y)
    values = [np.sqrt(value) for value in range({number}) if value % 3]
    total = sum(values) + len(values) * {number}
    return y, total


'''
OLD = "from keras.layers.normalization import BatchNormalization\n"
NOTHING = "y = layers.Dropout(0.5)(y)"
TODAY = "y = layers.BatchNormalization(momentum=0.9)(y, training=training)"
GONE = "y = BatchNormalization(momentum=0.9, mode=0)(y)"
FILES: Mapping[str, tuple[str, str, str]] = {
    "no normalization": ("", NOTHING, ""),
    "layers of today": ("", TODAY, ""),
    "20 findings": (OLD, GONE, ""),
    "20 findings, and a bracket is open": (OLD, GONE, "values = ("),
}
"""The import at the top, the call in every tenth block, and what stands before the name that is typed."""


def text_of(imported: str, call: str) -> str:
    text, number = HEAD.format(imported=imported), 0
    while text.count("\n") < LINES:
        text += BLOCK.format(number=number, call=call if number % 9 == 0 else NOTHING)
        number += 1
    return text


@dataclass(frozen=True)
class Took:
    """Milliseconds that one keystroke took."""

    wall: float
    cpu: float


class Typist:
    """One client that types into one file."""

    def __init__(self, command: Sequence[str], folder: Path, text: str, before: str) -> None:
        self.client = Client(command, folder)
        self.client.initialize(folder)
        self.uri = (folder / "model.py").as_uri()
        self.version = 1
        self.line = next(number for number, line in enumerate(text.split("\n")) if number > 1000 and not line)
        self.column = 0
        self.client.open(self.uri, text)
        self.client.diagnostics(self.uri)
        self.type(before or "name")

    def _used(self) -> float:
        """Milliseconds of processor that the server has used."""
        tasks = Path(f"/proc/{self.client.process.pid}/task").glob("*/schedstat")
        return sum(int(one.read_text().split()[0]) for one in tasks) / 1e6

    def type(self, letters: str) -> Took:
        """Type, and wait until the diagnostics are there."""
        self.version += 1
        used, started = self._used(), time.perf_counter()
        self.client.change(self.uri, self.version, {"range": at(self.line, self.column), "text": letters})
        self.client.diagnostics(self.uri, self.version)
        self.column += len(letters)
        return Took(1000 * (time.perf_counter() - started), self._used() - used)


def measured(commands: Mapping[str, Sequence[str]], kind: str, keys: int) -> dict[str, list[Took]]:
    imported, call, before = FILES[kind]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        (folder / "pyproject.toml").touch()
        text = text_of(imported, call)
        (folder / "model.py").write_text(text, encoding="utf-8")
        typists = {name: Typist(command, folder, text, before) for name, command in commands.items()}
        took: dict[str, list[Took]] = {name: [] for name in commands}
        for _ in range(WARM_UP + keys):
            for name, one in typists.items():
                took[name].append(one.type("x"))
        for one in typists.values():
            one.client.end()
    return {name: times[WARM_UP:] for name, times in took.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure the answer to a keystroke.")
    parser.add_argument("--keys", type=int, default=60, help="keystrokes that each median is of")
    options = parser.parse_args(arguments)
    tools = Path(sys.executable).parent
    commands = {name: [str(tools / name), "server"] for name in ("normfix", "ruff")}
    print(f"| a file of {LINES:,} lines with | " + " | ".join(f"{one}: median | 95 % | cpu" for one in commands) + " |")
    print("| --- | " + " | ".join(["---: | ---: | ---:"] * len(commands)) + " |")
    slowest = 0.0
    for kind in FILES:
        took = measured(commands, kind, options.keys)
        print(f"| {kind} | {' | '.join(_cells(times) for times in took.values())} |", flush=True)
        slowest = max(slowest, statistics.median(one.wall for one in took["normfix"]))
    return int(slowest > BAR)


def _cells(times: Sequence[Took]) -> str:
    walls = [one.wall for one in times]
    cpu = statistics.median(one.cpu for one in times)
    return f"{statistics.median(walls):.0f} | {statistics.quantiles(walls, n=20)[-1]:.0f} | {cpu:.0f}"


if __name__ == "__main__":
    sys.exit(main())
