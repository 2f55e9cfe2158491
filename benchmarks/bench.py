"""What every measurement needs: the published packages laid out in one folder, and the tools beside normfix."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import corpus

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).resolve().parent
NORMFIX = (sys.executable, "-m", "normfix")
CHECK = (*NORMFIX, "check", "--isolated", "--quiet", "--output-format", "concise")


@dataclass(frozen=True)
class Bench:
    """What every measurement needs: the folder with all sources, its files, and the tools."""

    work: Path
    files: tuple[str, ...]
    subset: tuple[str, ...]
    multiplied: tuple[str, ...]
    peers: Path | None
    runs: int

    def ruff(self, *extra: str) -> tuple[str, ...]:
        name = (
            str(self.peers / "ruff")
            if self.peers
            else shutil.which("ruff") or str(Path(sys.executable).parent / "ruff")
        )
        return (name, "check", "--isolated", "--quiet", "--select", "NPY201", *extra)


def prepare(cache: Path, runs: int, *, with_peers: bool) -> Bench:
    """Download what is missing and lay one tree out of it."""
    lists = tomllib.loads((HERE / "speed.toml").read_text(encoding="utf-8"))
    more = tomllib.loads((HERE / "corpus.toml").read_text(encoding="utf-8"))
    wanted = list(dict.fromkeys((*lists["packages"], *more["legacy"], *more["controls"])))
    work = cache / "speed"
    shutil.rmtree(work, ignore_errors=True)
    for requirement in wanted:
        print(requirement, file=sys.stderr, flush=True)
        source = corpus.unpacked(requirement, cache)
        shutil.copytree(source.resolve(), work / "src" / source.name)
    files = tuple(str(path.relative_to(work)) for path in sorted((work / "src").rglob("*.py")))
    subset, multiplied = (
        tuple(f"src/{one.replace('==', '-')}" for one in lists[name]) for name in ("subset", "multiplied")
    )
    return Bench(work, files, subset, multiplied, installed(lists["peers"], cache) if with_peers else None, runs)


def installed(names: Sequence[str], cache: Path) -> Path:
    """The folder of programs of a virtual environment with the peers."""
    folder = cache / "peers"
    if not (folder / "bin" / names[-1]).exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *names], check=True)
    return folder / "bin"
