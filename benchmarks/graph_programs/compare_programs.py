"""Graph programs, before and after: recorded on TensorFlow 1.15, fixed by `--strategy legacy`, run on today's.

    python benchmarks/graph_programs/compare_programs.py --record PYTHON_WITH_1_15
    python benchmarks/graph_programs/compare_programs.py [--table docs/graph-programs.md] [NAME ...]

The first command keeps in `recorded.json` what each program printed; the second fixes each in a copy, runs it with the
Python that runs this, and says of each: found, fixed, ran, same numbers, same names, quiet afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"
RECORDED = HERE / "recorded.json"
TOLERANCE = 2e-4
_MARK = "<!-- graph programs -->"
_SCRIPTS = ("train.py", "scripts/train.py", "tools/train.py")
_PRINTED = {"RESULT": "result", "NAMES": "names"}


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one program; `said` is the reason where it was left with one."""

    name: str
    found: bool
    fixed: bool
    ran: bool
    same: bool
    named: bool
    quiet: bool
    said: str = ""
    error: str = ""

    @property
    def whole(self) -> bool:
        """Whether it computes what it did, under the same names, and is left in peace."""
        return self.ran and self.same and self.named and self.quiet

    @property
    def silent(self) -> bool:
        """Whether it does not compute what it did, and nothing is said of it."""
        return not (self.ran and self.same) and not self.said


def script(folder: Path) -> Path:
    """The file of a program that is run."""
    return next(folder / one for one in _SCRIPTS if (folder / one).exists())


def printed(folder: Path, python: str) -> tuple[Mapping[str, Any], str]:
    """What a program prints, and the last line of its error if it ends with one."""
    surroundings = {key: value for key, value in os.environ.items() if key != "TF_USE_LEGACY_KERAS"}
    surroundings |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "TF_ENABLE_ONEDNN_OPTS": "0"}
    command = [python, str(script(folder).relative_to(folder))]
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    lines = (line.partition(" ") for line in done.stdout.splitlines())
    found = {_PRINTED[mark]: json.loads(rest.replace("'", '"')) for mark, _, rest in lines if mark in _PRINTED}
    return found, "" if not done.returncode else (done.stderr.strip().splitlines() or ["no word"])[-1]


def record(python: str, names: Sequence[str]) -> None:
    """Keep what the programs print on the release that they were written for. Raises RuntimeError where one fails."""
    known = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(PROGRAMS / name, folder, dirs_exist_ok=True)
            found, error = printed(Path(folder), python)
        if error or "result" not in found:
            raise RuntimeError(f"{name}: {error or 'printed no result'}")
        known[name] = found
        print(name, flush=True)
    known = {name: known[name] for name in sorted(known) if (PROGRAMS / name).is_dir()}
    RECORDED.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def normfix(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command, in the folder of a program."""
    command = [str(Path(sys.executable).with_name("normfix")), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def tried(name: str, recorded: Mapping[str, Any]) -> Row:
    """Fix a copy of a program, run it, and compare."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(PROGRAMS / name, folder, dirs_exist_ok=True)
        before = normfix(folder, "check", "--no-cache", "--strategy", "legacy", ".")
        normfix(folder, "fix", "--no-cache", "--strategy", "legacy", "--unsafe-fixes", ".")
        left = normfix(folder, "check", "--no-cache", "--strategy", "legacy", "--output-format", "json", ".")
        said = [one["message"] + _withheld(one) for one in json.loads(left.stdout)]
        found, error = printed(folder, sys.executable)
        ran = not error and "result" in found
        after = [normfix(folder, "check", "--no-cache", ".")]
        after.append(normfix(folder, "fix", "--no-cache", "--unsafe-fixes", "--diff", "."))
        after.append(normfix(folder, "fix", "--no-cache", "--strategy", "legacy", "--unsafe-fixes", "--diff", "."))
        after.append(normfix(folder, "verify", "--no-cache", "--python", sys.executable, "."))
        return Row(
            name=name,
            found=before.returncode == 1,
            fixed=not said,
            ran=ran,
            same=ran and alike(found["result"], recorded["result"]),
            named=ran and found.get("names") == recorded.get("names"),
            quiet=all(one.returncode == 0 for one in after),
            said=said[0] if said else "",
            error=error,
        )


def _withheld(finding: Mapping[str, Any]) -> str:
    return f" ({finding['withheld']})" if finding.get("withheld") else ""


def alike(one: Any, other: Any) -> bool:
    """Whether two lists of lists have the same shape and, nearly, the same numbers."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(alike(left, right) for left, right in zip(one, other, strict=True))
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) <= TOLERANCE * max(1.0, abs(other))
    return bool(one == other)


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as Markdown."""
    yield "| program | found | fixed | runs | same numbers | same names | quiet after |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for row in rows:
        cells = (row.found, row.fixed, row.ran, row.same, row.named, row.quiet)
        yield f"| {row.name} | {' | '.join('yes' if cell else 'no' for cell in cells)} |"
    yield ""
    whole, said = sum(row.whole for row in rows), sum(bool(row.said) and not row.whole for row in rows)
    silent = sum(row.silent for row in rows)
    yield f"{whole} of {len(rows)} compute what they did; {said} stop with a finding; {silent} do in silence."


def main() -> int:
    """Record, or try and print the table; 1 where a program is silent."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", metavar="PYTHON")
    parser.add_argument("--table", type=Path, metavar="FILE")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    names = given.names or sorted(one.name for one in PROGRAMS.iterdir() if one.is_dir())
    if given.record:
        record(given.record, names)
        return 0
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    rows = []
    for name in names:
        rows.append(tried(name, recorded[name]))
        print(rows[-1], file=sys.stderr, flush=True)
    lines = list(table(rows))
    print("\n".join(lines))
    if given.table:
        text = given.table.read_text(encoding="utf-8")
        head, _, rest = text.partition(_MARK)
        tail = rest.partition(_MARK)[2]
        body = "\n".join(lines)
        given.table.write_text(f"{head}{_MARK}\n\n{body}\n\n{_MARK}{tail}", encoding="utf-8")
    return int(any(row.silent for row in rows))


if __name__ == "__main__":
    sys.exit(main())
