"""How the work grows along one axis at a time: processor time for a program, twice as much of it, and four times.

    python benchmarks/growth.py [--only AXIS] [--runs N]

Each row is an axis: what there is more of, and the seconds of `check` and of `fix` at each size, and the greater of the
two steps as a ratio. Exit status 1 where a ratio is above the bar.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table

BAR = 2.4
STEPS = (1, 2, 4)
CALL = "tf.layers.batch_normalization(x)"
IMPORT = "import tensorflow as tf\n"
MANY = 250
Files = Mapping[str, str]


def on_one_line(count: int) -> Files:
    return {"m.py": IMPORT + f"y = {CALL}; " * count + "\n"}


def on_one_foreign_line(count: int) -> Files:
    return {"m.py": IMPORT + f"é = {CALL}; " * count + "\n"}


def findings(count: int) -> Files:
    return {"m.py": IMPORT + f"y = {CALL}\n" * count}


def functions(count: int) -> Files:
    return {"m.py": IMPORT + "".join(f"def f{one}(x):\n    return {CALL}\n" for one in range(count))}


def names_of_an_import(count: int) -> Files:
    names = "".join(f"    BatchNormalization as B{one},\n" for one in range(count))
    return {"m.py": f"from keras.layers.normalization import (\n{names})\n"}


def names_of_a_module(count: int) -> Files:
    given = "".join(f"from keras.layers.normalization import BatchNormalization as B{one}\n" for one in range(count))
    taken = "".join(f"from names import B{one}\ny{one} = B{one}(mode=0)\n" for one in range(count))
    return {"names.py": given, "m.py": taken}


def cells(count: int) -> Files:
    sources = [IMPORT, *[f"y = {CALL}" for _ in range(count)]]
    found: list[dict[str, object]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": one} for one in sources
    ]
    return {"m.ipynb": json.dumps({"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})}


def modules_in_a_circle(count: int) -> Files:
    count //= 10
    circle = {
        f"m{one}.py": f"from m{(one + 1) % count} import L\n" + (IMPORT + "L = tf.layers\n" if not one else "")
        for one in range(count)
    }
    return {**circle, "user.py": "from m1 import L\ny = L.batch_normalization(x)\n"}


def files_of_a_folder(count: int) -> Files:
    return {f"m{one}.py": IMPORT + f"y = {CALL}\n" for one in range(count)}


def depth(count: int) -> Files:
    """Assignments that hand on what the one before has."""
    chain = "".join(f"a{one} = a{one - 1}\n" for one in range(1, count))
    return {"m.py": f"{IMPORT}a0 = tf.layers\n{chain}y = a{count - 1}.batch_normalization(x)\n"}


AXES: Mapping[str, Callable[[int], Files]] = {
    "calls on one line": on_one_line,
    "calls on one line that is not ASCII": on_one_foreign_line,
    "findings in a file": findings,
    "functions with a finding": functions,
    "names of one import": names_of_an_import,
    "names taken from a module": names_of_a_module,
    "cells of a notebook": cells,
    "modules that import each other (a tenth)": modules_in_a_circle,
    "files in a folder": files_of_a_folder,
    "names that hand on a name": depth,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure how the work grows.")
    parser.add_argument("--only", action="append", default=[], metavar="AXIS")
    parser.add_argument("--runs", type=int, default=3, help="the least of so many runs counts")
    options = parser.parse_args(arguments)
    sizes = ", ".join(f"{MANY * step:,}" for step in STEPS)
    print(f"| {sizes} | `check`, CPU seconds | ratio | `fix`, CPU seconds | ratio |\n| --- | --- | ---: | --- | ---: |")
    bent = False
    for axis, program in AXES.items():
        if options.only and axis not in options.only:
            continue
        row = [axis]
        for fix in (False, True):
            taken = [min(seconds(program(MANY * step), fix=fix) for _ in range(options.runs)) for step in STEPS]
            ratio = max(later / earlier for earlier, later in pairwise(taken))
            bent = bent or ratio > BAR
            row += [" / ".join(f"{one:.2f}" for one in taken), f"{ratio:.2f}"]
        print(f"| {' | '.join(row)} |", flush=True)
    return 1 if bent else 0


def seconds(files: Files, *, fix: bool) -> float:
    """The processor time of one process for a check or a fix of some files."""
    shipped_table()
    reader, writer = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        paths = sorted(str(path) for path in Path(folder).iterdir())
        pid = os.fork()
        if not pid:
            try:
                started = time.process_time()
                for _ in run(paths, shipped_table(), Options(workers=1, fix=fix, unsafe_fixes=fix)):
                    pass
                os.write(writer, repr(time.process_time() - started).encode())
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        return float(stream.read())


if __name__ == "__main__":
    sys.exit(main())
