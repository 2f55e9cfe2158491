"""Runs normfix over published packages and checks that it never makes them worse. Writes CORPUS.md.

    python benchmarks/corpus.py [--only NAME] [--cache DIR] [--python PATH] [--old-python PATH] [--write FILE]

Each package of corpus.toml is downloaded once, by name and version. Its Python files are checked, and copies of them
fixed in each way: safe fixes, all fixes, verified fixes, `--strategy legacy`. Nothing may crash, what compiled must
still compile, only lines with a finding may change, a second fix must change nothing, ruff must not find more unused,
doubled or missing names (F401, F811, F821) in any file, and what could be imported with the newest TensorFlow can be
imported after. Exit status 1 when one of these fails. A run of more than five minutes is stopped and shown as such.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

sys.path.insert(0, str(Path(__file__).resolve().parent))

import fixing
import imports
import lint
from promises import compiles, contents
from tables import Compiled, Result, document

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).resolve().parent
TITLES = ("legacy", "controls")
OLDER_WHEEL = ("--only-binary=:all:", "--python-version=3.11", "--platform=manylinux2014_x86_64")


class CorpusError(Exception):
    """A package that cannot be brought here: download failed, or its archive is unsafe or of an unknown kind."""


@dataclass(frozen=True)
class Interpreters:
    """Where modules are imported: the newest TensorFlow, None for no imports at all; and an old one, if any."""

    new: str | None
    old: str | None

    def described(self) -> list[str]:
        """The lines of the report that say which they are. Raises ImportsError when one has no TensorFlow."""
        lines = ["Written by `python benchmarks/corpus.py`."]
        if self.new:
            lines += [f"Verified and imported with {imports.versions(self.new)}."]
        if self.old:
            lines += [f"The old interpreter is {imports.versions(self.old)}."]
        return lines


def main(arguments: Sequence[str] | None = None) -> int:
    lists = tomllib.loads((HERE / "corpus.toml").read_text(encoding="utf-8"))
    parser = _parser()
    options = parser.parse_args(arguments)
    known = {requirement.partition("==")[0] for title in TITLES for requirement in lists[title]}
    if unknown := sorted(set(options.only) - known):
        parser.error(f"not in corpus.toml: {', '.join(unknown)}")
    try:
        new = options.python or imports.environment(lists["requirements"], options.cache.resolve() / "imports")
        interpreters = Interpreters(new, options.old_python)
        head = interpreters.described()
    except imports.ImportsError as error:
        parser.exit(1, f"{error}\n")
    groups: dict[str, list[Result]] = {}
    for title in TITLES:
        for requirement in lists[title]:
            if not options.only or requirement.partition("==")[0] in options.only:
                groups.setdefault(title, []).append(run_package(requirement, options.cache, interpreters))
                text = document(groups, head)
                if options.write or not options.only:
                    (options.write or HERE / "CORPUS.md").write_text(text, encoding="utf-8")
    print(text)
    return 1 if any(one.problems for results in groups.values() for one in results) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Run normfix over published packages.")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="run this package (repeatable)")
    parser.add_argument(
        "--cache", type=Path, default=HERE.parent / ".corpus", metavar="DIR", help="keep downloads here"
    )
    parser.add_argument("--python", metavar="PATH", help="has the newest TensorFlow (an environment is made)")
    parser.add_argument("--old-python", metavar="PATH", help="has an old TensorFlow, to compare `--strategy legacy`")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write here instead of CORPUS.md")
    return parser


def run_package(requirement: str, cache: Path, interpreters: Interpreters) -> Result:
    """Download, unpack, check and fix one package; a package that cannot be had is a result with a problem."""
    print(requirement, file=sys.stderr, flush=True)
    try:
        source = unpacked(requirement, cache)
    except CorpusError as error:
        return Result(requirement, 0, Counter(), 0.0, {}, {}, {}, {}, (str(error),))
    with tempfile.TemporaryDirectory() as folder:
        result = examine(requirement, source, Path(folder).resolve(), interpreters)
    print(*result.problems, sep="\n  ", file=sys.stderr, flush=True)
    return result


def examine(requirement: str, source: Path, work: Path, interpreters: Interpreters) -> Result:
    """Check and fix the package in copies below `work` and compare the promises with what happened."""
    original = work / "original" / source.name
    shutil.copytree(source, original)
    before = contents(original)
    started = time.perf_counter()
    findings, problems, late = fixing.findings_of(original)
    seconds = time.perf_counter() - started
    problems += ["check: timeout"] if late else []
    if contents(original) != before:
        problems.append("check changed a file")
    families = Counter(str(finding["code"])[:3] for finding in findings)
    ways: dict[str, fixing.Fixed] = {}
    for way in fixing.WAYS if findings else ():
        ways[way] = fixing.fixed(way, source, work / way / source.name, interpreters.new)
        print(f"  {way}: {dict(ways[way].counts)}, {ways[way].seconds:.1f} s", file=sys.stderr, flush=True)
    compiled = {way: _compiled(done, before) for way, done in ways.items()}
    problems += [problem for done in ways.values() for problem in done.problems]
    linted = lint_each(original, ways, problems)
    compared = compare(original, ways, interpreters, problems)
    told = tuple(dict.fromkeys(problems))
    return Result(requirement, len(before), families, seconds, ways, compiled, linted, compared, told)


def _compiled(done: fixing.Fixed, before: Mapping[str, bytes]) -> Compiled:
    return Compiled(*(sum(compiles(tree[path]) for path in done.changed) for tree in (before, done.after)))


def lint_each(original: Path, ways: Mapping[str, fixing.Fixed], problems: list[str]) -> dict[str, lint.Linted]:
    """What ruff says of the files that each way changed; what is worse than before is added to `problems`."""
    told: dict[str, lint.Linted] = {}
    try:
        for way, done in ways.items():
            told[way] = lint.Linted(lint.counted(original, done.changed), lint.counted(done.tree, done.changed))
            problems += [f"{way}: {line}" for line in told[way].worse()]
    except lint.LintError as error:
        problems.append(str(error))
    return told


def compare(
    original: Path, ways: Mapping[str, fixing.Fixed], interpreters: Interpreters, problems: list[str]
) -> dict[str, imports.Compared]:
    """The imports of what each way changed, before and after; what is lost is added to `problems`."""
    if interpreters.new is None:
        return {}
    everything = sorted({path for done in ways.values() for path in done.changed})
    told: dict[str, imports.Compared] = {}
    try:
        before = imports.imported(interpreters.new, original, everything)
        old = imports.imported(interpreters.old, original, everything) if interpreters.old else {}
        for way, done in ways.items():
            twin = next((one for one in told if ways[one].after == done.after), None)
            told[way] = told[twin] if twin else _compared(done, before, old, interpreters.new)
            problems += [f"{way}: {path} imported before; after: {told[way].after[path]}" for path in told[way].lost]
    except imports.ImportsError as error:
        problems.append(str(error))
    return told


def _compared(done: fixing.Fixed, before: imports.Told, old: imports.Told, python: str) -> imports.Compared:
    legacy = done.way in (fixing.LEGACY, fixing.LEGACY_UNSAFE)
    after = imports.imported(python, done.tree, done.changed, legacy=legacy)
    switched = imports.on_legacy_keras(python, done.tree, done.changed) if legacy else ()
    return imports.Compared(before, after, {path: old[path] for path in done.changed if path in old}, switched)


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


if __name__ == "__main__":
    sys.exit(main())
