"""The environments of the release matrix (releases.toml): reads them, builds them one at a time, removes them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_COMPLETE = "complete"


class BuildError(Exception):
    """An environment that cannot be built; the message is one line."""


@dataclass(frozen=True, slots=True)
class Release:
    """One environment: its interpreter (`3.7`), what is installed, and where its answers stand on each axis."""

    name: str
    python: str
    requirements: tuple[str, ...]
    axes: Mapping[str, str]
    forced: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def known_releases() -> tuple[Release, ...]:
    """The releases of the matrix, in the order in which they are built."""
    data = tomllib.loads(Path(__file__).with_name("releases.toml").read_text(encoding="utf-8"))
    return tuple(_release(row) for row in data["release"])


def _release(row: Mapping[str, Any]) -> Release:
    return Release(
        name=row["name"],
        python=row["python"],
        requirements=tuple(row["requirements"]),
        axes=row["axes"],
        forced=tuple(row.get("forced", ())),
        environment=row.get("environment", {}),
    )


def interpreter(folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    return folder / "bin" / "python"


def build(release: Release, folder: Path) -> None:
    """Make the virtual environment of a release; one that is complete already stays. Raises BuildError."""
    if (folder / _COMPLETE).exists():
        return
    remove(folder)
    uv = shutil.which("uv")
    python = str(find_python(release.python))
    target = str(interpreter(folder))
    _run([uv, "venv", "--python", python, str(folder)] if uv else [python, "-m", "venv", str(folder)])
    install = [uv, "pip", "install", "--python", target] if uv else [target, "-m", "pip", "install"]
    _run([*install, *release.requirements])
    if release.forced:
        _run([*install, "--no-deps", *release.forced])
    (folder / _COMPLETE).touch()


def remove(folder: Path) -> None:
    """Delete a virtual environment, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


def find_python(version: str) -> Path:
    """An interpreter of a version (`3.7`): among pyenv's, else on PATH. Raises BuildError."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = sorted(root.glob(f"{version}.*/bin/python"))
    if found:
        return found[-1]
    on_path = shutil.which(f"python{version}")
    if on_path is None:
        raise BuildError(f"there is no Python {version}, neither below {root} nor on PATH")
    return Path(on_path)


def _run(command: Sequence[str]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        lines = ended.stderr.strip().splitlines() or [f"status {ended.returncode}"]
        raise BuildError(f"{Path(command[0]).name} failed: {lines[-1].strip()}")
