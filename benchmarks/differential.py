"""Compares what `check` finds with and without the prefilter over published packages; writes DIFFERENTIAL.md.

    python benchmarks/differential.py [--cache DIR] [--every N] [--out FILE]

The files of all packages are read as they are, and as notebooks: a cell for each statement at the top, laid out as JSON
on one line or many, with sources that are a string or a list. Exit status 1 when the two disagree on any finding.
"""

from __future__ import annotations

import argparse
import ast
import json
import shutil
import sys
import warnings
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import measure
from bench import HERE, NORMFIX, prepare

HEAD = """# The same findings with and without the prefilter

Written by `python benchmarks/differential.py`{options}: the source files of the {packages} packages that the speed runs
read, by name, and the same as notebooks; `check` against `check --no-prefilter`.

| documents | files | findings | only with the prefilter | only without it |
| --- | ---: | ---: | ---: | ---: |
"""
CHECK = (*NORMFIX, "check", "--isolated", "--quiet", "--no-cache", "--output-format", "json")
LIMIT = 7200.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compare findings with and without the prefilter.")
    parser.add_argument(
        "--cache", type=Path, default=HERE.parent / ".corpus", metavar="DIR", help="keep downloads here"
    )
    parser.add_argument("--every", type=int, default=1, metavar="N", help="make a notebook of each Nth file alone")
    parser.add_argument("--out", type=Path, default=HERE / "DIFFERENTIAL.md", metavar="FILE")
    options = parser.parse_args(arguments)
    bench = prepare(options.cache.resolve(), 1, with_peers=False)
    notebooks = bench.work / "notebooks"
    shutil.rmtree(notebooks, ignore_errors=True)
    for number, name in enumerate(bench.files[:: options.every]):
        write_notebook(bench.work / name, notebooks / f"{name}.ipynb", number)
    said = f" --every {options.every}" if options.every > 1 else ""
    lines = [HEAD.format(options=said, packages=len(list((bench.work / "src").iterdir())))]
    differences = 0
    for title, folder, ending in (("`.py`", "src", "*.py"), ("`.ipynb`", "notebooks", "*.ipynb")):
        count = len(list((bench.work / folder).rglob(ending)))
        quick, slow = found(bench.work, folder), found(bench.work, folder, "--no-prefilter")
        differences += len(quick ^ slow)
        lines.append(f"| {title} | {count:,} | {len(slow):,} | {len(quick - slow)} | {len(slow - quick)} |\n")
        print(lines[-1], *sorted(quick ^ slow), sep="\n", file=sys.stderr, flush=True)
    options.out.write_text("".join(lines), encoding="utf-8")
    shutil.rmtree(notebooks)
    return 1 if differences else 0


def found(work: Path, folder: str, *extra: str) -> set[str]:
    """The findings in a folder, each as a line of JSON. Raises CheckError where the run itself failed."""
    done = measure.run((*CHECK, *extra, folder), work, LIMIT)
    if done.ended not in (0, 1, 2):
        raise CheckError(f"check of {folder} ended with {done.ended}")
    return {json.dumps(one, sort_keys=True) for one in json.loads(done.output)}


class CheckError(Exception):
    """A run of normfix that ended without an answer."""


def write_notebook(source: Path, target: Path, number: int) -> None:
    """Lay a file out as a notebook; `number` decides how."""
    one_line, one_string = number % 2 == 0, number // 2 % 2 == 0
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": text if one_string else text.splitlines(keepends=True),
        }
        for text in chunks(source.read_bytes().decode(errors="replace"))
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(notebook, indent=None if one_line else 1), encoding="utf-8")


def chunks(text: str) -> Iterator[str]:
    """The code of a file in pieces, cut before each statement at the top; whole where it cannot be parsed."""
    lines = text.splitlines(keepends=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        body = []
    starts = [min([one.lineno, *(d.lineno for d in getattr(one, "decorator_list", []))]) - 1 for one in body]
    # Ten statements to a cell: a notebook has tens of cells, not thousands.
    cuts = [0, *sorted(set(starts))[10::10], len(lines)]
    yield from ("".join(lines[start:end]) for start, end in pairwise(cuts) if end > start)


if __name__ == "__main__":
    sys.exit(main())
