"""Runs normfix over published packages and checks that it never makes them worse.

    python benchmarks/corpus.py [--only NAME] [--cache DIR] [--write FILE]

Each package of corpus.toml is downloaded once; a copy of its Python files is checked, fixed and fixed again. Nothing
may crash, what parsed must still parse, only lines with a finding may change, a second fix must change nothing. Exit
status 1 when one of these fails.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FAMILIES = ("NF1", "NF2", "NF3", "NF4", "NF5", "NF6", "NF7", "NF8", "NF9", "NF0")
COLUMNS = ("package", "files", *FAMILIES, "fixed", "left", "seconds")
HERE = Path(__file__).resolve().parent
OLDER_WHEEL = ("--only-binary=:all:", "--python-version=3.11", "--platform=manylinux2014_x86_64")


class CorpusError(Exception):
    """A package that cannot be brought here: download failed, or its archive is unsafe or of an unknown kind."""


@dataclass(frozen=True)
class Result:
    """What one package showed; `problems` are broken promises, empty when all is well."""

    package: str
    files: int
    families: Counter[str]
    fixed: int
    left: int
    seconds: float
    problems: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run normfix over published packages.")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="run this package (repeatable)")
    parser.add_argument(
        "--cache", type=Path, default=HERE.parent / ".corpus", metavar="DIR", help="keep downloads here"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables to this file too")
    options = parser.parse_args(arguments)
    lists = tomllib.loads((HERE / "corpus.toml").read_text(encoding="utf-8"))
    known = {requirement.partition("==")[0] for requirement in (*lists["legacy"], *lists["controls"])}
    if unknown := sorted(set(options.only) - known):
        parser.error(f"not in corpus.toml: {', '.join(unknown)}")
    report, problems = [], 0
    for title in ("legacy", "controls"):
        chosen = [one for one in lists[title] if not options.only or one.partition("==")[0] in options.only]
        results = [run_package(one, options.cache) for one in chosen]
        problems += sum(len(result.problems) for result in results)
        report += [f"## {title}", "", *table(results), ""] if results else []
    text = "\n".join(report)
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    return 1 if problems else 0


def run_package(requirement: str, cache: Path) -> Result:
    """Download, unpack, check and fix one package; a package that cannot be had is a result with a problem."""
    print(requirement, file=sys.stderr, flush=True)
    try:
        source = unpacked(requirement, cache)
    except CorpusError as error:
        return Result(requirement, 0, Counter(), 0, 0, 0.0, (str(error),))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve() / source.name
        shutil.copytree(source, work)
        result = examine(requirement, work)
    print("  " + row(result), *result.problems, sep="\n  ", file=sys.stderr, flush=True)
    return result


def examine(requirement: str, work: Path) -> Result:
    """Check and fix the package in `work` and compare the promises with what happened."""
    before = contents(work)
    started = time.perf_counter()
    findings, problems = run_check(work)
    seconds = time.perf_counter() - started
    if contents(work) != before:
        problems.append("check changed a file")
    problems += run_fix(work)
    after = contents(work)
    problems += broken_promises(before, after, findings, work)
    problems += run_fix(work)
    problems += [f"{path}: a second fix changed it" for path, data in contents(work).items() if after.get(path) != data]
    left, more = run_check(work)
    families = Counter(str(finding["code"])[:3] for finding in findings)
    fixed = max(0, len(findings) - len(left))
    return Result(requirement, len(before), families, fixed, len(left), seconds, tuple(dict.fromkeys(problems + more)))


def run_check(work: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """The findings of `normfix check`, and what went wrong in running it."""
    done = normfix("check", "--isolated", "--output-format", "json", str(work))
    problems = crashed("check", done)
    try:
        findings = json.loads(done.stdout)
    except ValueError:
        return [], [*problems, "check: its output is not JSON"]
    return findings, problems


def run_fix(work: Path) -> list[str]:
    return crashed("fix", normfix("fix", "--isolated", "--quiet", str(work)))


def normfix(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "normfix", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)


def crashed(command: str, done: subprocess.CompletedProcess[str]) -> list[str]:
    if done.returncode in (0, 1, 2) and "Traceback (most recent call last)" not in done.stderr:
        return []
    last = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
    return [f"{command} crashed: {last[0]}"]


def broken_promises(
    before: dict[str, bytes], after: dict[str, bytes], findings: Sequence[dict[str, Any]], work: Path
) -> Iterator[str]:
    """One line for each file that was lost, does not parse any more, or changed where there was no finding."""
    if before.keys() != after.keys():
        yield f"files came or went: {sorted(before.keys() ^ after.keys())}"
    allowed = touched_lines(findings, work)
    for path in sorted(before.keys() & after.keys()):
        old, new = before[path], after[path]
        if old == new:
            continue
        if parses(old) and not parses(new):
            yield f"{path}: does not parse after the fix"
        stray = changed_lines(old, new) - allowed.get(path, set())
        if stray:
            yield f"{path}: changed without a finding at line {min(stray)}"


def touched_lines(findings: Sequence[dict[str, Any]], work: Path) -> dict[str, set[int]]:
    """For each file the lines on which a finding or one of its edits lies."""
    lines: dict[str, set[int]] = {}
    for finding in findings:
        name = Path(finding["filename"])
        path = (name if name.is_absolute() else Path.cwd() / name).resolve().relative_to(work).as_posix()
        edits = (finding.get("fix") or {}).get("edits", [])
        for place in (finding, *edits):
            rows = range(place["location"]["row"], place["end_location"]["row"] + 1)
            lines.setdefault(path, set()).update(rows)
    return lines


def changed_lines(old: bytes, new: bytes) -> set[int]:
    """Lines of `old` (1-based) that `new` lacks or alters; an insertion counts as the line that it stands before."""
    first, second = old.splitlines(keepends=True), new.splitlines(keepends=True)
    changed: set[int] = set()
    for kind, start, end, _, _ in difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind == "insert":
            changed.add(start + 1)
        elif kind != "equal":
            changed.update(range(start + 1, end + 1))
    return changed


def parses(data: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(data)
        except (SyntaxError, ValueError):
            return False
    return True


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.py"))}


def unpacked(requirement: str, cache: Path) -> Path:
    """The folder with the package's Python files, downloaded and unpacked unless an earlier run did it.

    Raises CorpusError when the package cannot be downloaded or its archive is not safe.
    """
    folder = cache.resolve() / "source" / requirement.replace("==", "-")
    if not folder.is_dir():
        archive = downloaded(requirement, cache.resolve() / "archives" / requirement.replace("==", "-"))
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as part:
            target = Path(part) / "source"
            target.mkdir()
            unpack(archive, target)
            target.rename(folder)
    return folder


def downloaded(requirement: str, folder: Path) -> Path:
    """The package's archive in `folder`, fetched by pip when it is not there yet."""
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as part:
            target = Path(part) / "archive"
            pip_download(requirement, target)
            target.rename(folder)
    return next(path for path in sorted(folder.iterdir()) if path.is_file())


def pip_download(requirement: str, target: Path) -> None:
    """Let pip put the archive into `target`: for the running Python, else a wheel for an older one.

    Raises CorpusError with pip's last words when neither works.
    """
    pip = [sys.executable, "-m", "pip"] if find_spec("pip") else [shutil.which("pip") or "pip"]
    for extra in ((), OLDER_WHEEL):
        command = [*pip, "download", "--quiet", "--no-deps", f"--dest={target}", *extra, requirement]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            raise CorpusError(f"pip is needed to download {requirement}: {error}") from error
        if done.returncode == 0 and any(target.iterdir()):
            return
    reason = (done.stderr.strip() or "pip gave no reason").splitlines()[-1]
    raise CorpusError(f"{requirement} cannot be downloaded: {reason}")


def unpack(archive: Path, target: Path) -> None:
    """Write the archive's Python files below `target`. Raises CorpusError for a path that leads out of it."""
    try:
        for name, data in members(archive):
            path = target / safe_name(name, archive)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except (OSError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise CorpusError(f"{archive.name}: {error}") from error


def members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each regular Python file in a wheel, zip or tar.gz; links are not followed."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as bundle:
            for info in bundle.infolist():
                if info.filename.endswith(".py") and not info.is_dir():
                    yield info.filename, bundle.read(info)
    elif archive.name.endswith((".tar.gz", ".tgz")):
        with tarfile.open(archive, "r:gz") as tape:
            for member in tape:
                stream = tape.extractfile(member) if member.isfile() and member.name.endswith(".py") else None
                if stream is not None:
                    yield member.name, stream.read()
    else:
        raise CorpusError(f"{archive.name}: not a wheel, zip or tar.gz")


def safe_name(name: str, archive: Path) -> PurePosixPath:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise CorpusError(f"{archive.name}: unsafe path {name!r}")
    return path


def table(results: Sequence[Result]) -> Iterator[str]:
    """The results as a Markdown table, then one line for each problem."""
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "| --- |" + " ---: |" * (len(COLUMNS) - 1)
    yield from map(row, results)
    yield from (f"\n**{one.package}**: {problem}" for one in results for problem in one.problems)


def row(one: Result) -> str:
    counts = [str(one.families[family] or "") for family in FAMILIES]
    cells = (one.package, str(one.files), *counts, str(one.fixed), str(one.left), f"{one.seconds:.1f}")
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
