"""What ruff says of the names of a tree's files before and after a fix: unused, bound twice, bound nowhere."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CODES = ("F401", "F811", "F821")
Counts = Mapping[str, Counter[str]]
"""For each file how often each code is met."""


class LintError(Exception):
    """ruff does not start or gives no answer."""


@dataclass(frozen=True)
class Linted:
    """The counts of the changed files before and after."""

    before: Counts
    after: Counts

    def total(self, code: str) -> tuple[int, int]:
        """How often a code is met in all of these files, before and after."""
        return sum(one[code] for one in self.before.values()), sum(one[code] for one in self.after.values())

    def worse(self) -> Iterator[str]:
        """One line for each file that has more of a code than before."""
        for path, counts in self.after.items():
            for code in CODES:
                if counts[code] > self.before[path][code]:
                    yield f"{path}: {code} {self.before[path][code]} times before, {counts[code]} times after"


def counted(tree: Path, files: Sequence[str]) -> Counts:
    """How often ruff reports each code in these files of the tree. Raises LintError."""
    found: dict[str, Counter[str]] = {path: Counter() for path in files}
    if not files:
        return found
    options = (
        "--isolated",
        "--no-cache",
        "--quiet",
        "--exit-zero",
        "--output-format=json",
        f"--select={','.join(CODES)}",
    )
    words = (sys.executable, "-m", "ruff", "check", *options, "--", *(str(tree / path) for path in files))
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    try:
        reports = json.loads(done.stdout)
    except ValueError as error:
        last = done.stderr.strip().splitlines()[-1:] or ["no answer"]
        raise LintError(f"ruff: {last[0]}") from error
    root = tree.resolve()
    for one in reports:
        if one["code"] in CODES:
            found[Path(one["filename"]).resolve().relative_to(root).as_posix()][one["code"]] += 1
    return found
