"""Fixes a package in each way that normfix knows, in a copy of its own, and checks the promises each time."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promises import Tree, broken_promises, changed_files, contents

LIMIT = 300.0
KERAS, UNSAFE, VERIFY, LEGACY, LEGACY_UNSAFE = "keras", "keras, unsafe", "keras, verified", "legacy", "legacy, unsafe"
WAYS: Mapping[str, tuple[str, ...]] = {
    KERAS: (),
    UNSAFE: ("--unsafe-fixes",),
    VERIFY: (),
    LEGACY: ("--strategy", "legacy"),
    LEGACY_UNSAFE: ("--strategy", "legacy", "--unsafe-fixes"),
}
READY = "files made ready"
PROGRAM = "NF005"
_COUNT = re.compile(r"^  (fixed|suggested|withheld|left to you|nothing to do) +(\d+)  ", re.MULTILINE)


@dataclass(frozen=True)
class Fixed:
    """What one way of fixing did to one package. `reasons` are those of the findings that were withheld; of `counts`,
    READY are imports of graph programs, the rest normalization sites; `unsteady` files change again in a second run.
    """

    way: str
    tree: Path
    after: Tree
    changed: tuple[str, ...]
    counts: Mapping[str, int]
    reasons: Counter[str]
    seconds: float
    problems: tuple[str, ...]
    late: bool
    unsteady: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """How a run of normfix ended; `late` when it was stopped."""

    output: str
    errors: str
    problems: tuple[str, ...]
    late: bool = False


def fixed(way: str, source: Path, tree: Path, python: str | None) -> Fixed:
    """Copy `source` to `tree`, fix it there, and fix it again; `python` has the TensorFlow that verifies."""
    shutil.copytree(source, tree)
    before = contents(tree)
    findings, problems, late = findings_of(tree, *WAYS[way])
    options = (*WAYS[way], *(("--verify", "--python", str(python)) if way == VERIFY else ()))
    started = time.perf_counter()
    done = _fix(tree, *options)
    seconds = time.perf_counter() - started
    after = contents(tree)
    again = _fix(tree, *options)
    problems += [*done.problems, *again.problems, *broken_promises(before, after, findings, tree)]
    unsteady = changed_files(after, contents(tree))
    problems += [f"{path}: a second fix changed it" for path in unsteady]
    left = _left(done)
    counts = Counter({label: int(count) for label, count in _COUNT.findall(done.errors)})
    counts[READY] = _programs(findings) - _programs(left)
    counts["fixed"] -= counts[READY]
    late = late or done.late or again.late
    unique = tuple(f"{way}: {problem}" for problem in dict.fromkeys(problems))
    changed = changed_files(before, after)
    return Fixed(way, tree, after, changed, +counts, _reasons(left), seconds, unique, late, unsteady)


def findings_of(tree: Path, *options: str) -> tuple[list[dict[str, Any]], list[str], bool]:
    """The findings of `normfix check`, what went wrong in running it, and whether it was stopped."""
    done = normfix("check", "--isolated", "--no-cache", "--output-format", "json", *options, str(tree))
    if done.late:
        return [], [], True
    try:
        return json.loads(done.output), list(done.problems), False
    except ValueError:
        return [], [*done.problems, "check: its output is not JSON"], False


def normfix(command: str, *arguments: str) -> Answer:
    """Run normfix; a run that takes longer than LIMIT seconds is stopped and says so."""
    words: Sequence[str] = (sys.executable, "-m", "normfix", command, *arguments)
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False, timeout=LIMIT
        )
    except subprocess.TimeoutExpired:
        return Answer("", "", (), late=True)
    if done.returncode in (0, 1, 2) and "Traceback (most recent call last)" not in done.stderr:
        rolled_back = re.findall(r"^error: .*", done.stderr, re.MULTILINE)
        return Answer(done.stdout, done.stderr, tuple(f"{command}: {line}" for line in rolled_back))
    last = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
    return Answer(done.stdout, done.stderr, (f"{command} crashed: {last[0]}",))


def _fix(tree: Path, *options: str) -> Answer:
    return normfix("fix", "--isolated", "--output-format", "json", *options, str(tree))


def _left(done: Answer) -> list[dict[str, Any]]:
    try:
        return list(json.loads(done.output or "[]"))
    except ValueError:
        return []


def _programs(findings: Sequence[Mapping[str, Any]]) -> int:
    """How many of these say that a file of a graph program has to be made ready, and are no site of their own."""
    return sum(one["code"] == PROGRAM for one in findings)


def _reasons(left: Sequence[Mapping[str, Any]]) -> Counter[str]:
    return Counter(_general(str(one["withheld"])) for one in left if one["withheld"] and one["severity"] != "info")


def _general(reason: str) -> str:
    """A reason without what differs from place to place, so that equal ones count together."""
    return re.sub(r"\bline \d+\b", "line N", " ".join(reason.split()))
