"""Which modules of a tree can be imported in which interpreter, and how that compares before and after a fix."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SWITCH = "TF_USE_LEGACY_KERAS"
SECONDS = 60
LIMIT = 1200.0
_PLACE = re.compile(r" \(?(?:[A-Za-z]:)?/[^\s)]+\)?")

Told = Mapping[str, str]
"""For each file what its import died of; nothing where it succeeds."""


class ImportsError(Exception):
    """An interpreter that cannot be asked: it does not start, or lacks TensorFlow."""


@dataclass(frozen=True)
class Compared:
    """Changed modules, by what became of their import; `switched` are those that alone reach the legacy Keras."""

    before: Told
    after: Told
    old: Told
    switched: tuple[str, ...]

    @property
    def kept(self) -> tuple[str, ...]:
        return tuple(path for path in self.after if not self.before[path] and not self.after[path])

    @property
    def gained(self) -> tuple[str, ...]:
        return tuple(path for path in self.after if self.before[path] and not self.after[path])

    @property
    def lost(self) -> tuple[str, ...]:
        return tuple(path for path in self.after if not self.before[path] and self.after[path])

    @property
    def carried(self) -> tuple[str, ...]:
        """What imported in the old interpreter and, fixed, imports in the new one."""
        return tuple(path for path in self.after if self.old.get(path) == "" and not self.after[path])


def environment(requirements: Sequence[str], folder: Path) -> str:
    """The interpreter of a virtual environment with these packages, made when it is not there yet.

    Raises ImportsError when it cannot be made.
    """
    python = folder / "bin" / "python"
    made = folder / "requirements.txt"
    wanted = "".join(f"{one}\n" for one in requirements)
    if not made.is_file() or made.read_text(encoding="utf-8") != wanted:
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", *requirements], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise ImportsError(f"no environment to import in: {error}") from error
        made.write_text(wanted, encoding="utf-8")
    return str(python)


def versions(python: str) -> str:
    """What the interpreter and its TensorFlow are. Raises ImportsError."""
    code = "import sys, tensorflow as tf; print('Python %d.%d' % sys.version_info[:2], 'TensorFlow', tf.__version__)"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False, env=_variables())
    if done.returncode:
        raise ImportsError(f"{python} cannot import tensorflow")
    return ", ".join(done.stdout.strip().rsplit(" TensorFlow ", 1)).replace(", ", ", TensorFlow ")


def imported(python: str, tree: Path, files: Sequence[str], *, legacy: bool = False) -> Told:
    """What the import of each of these files of the tree dies of; with `legacy` on the legacy Keras."""
    return _asked(python, tree, files, {"layers": False}, {SWITCH: "1"} if legacy else {})


def on_legacy_keras(python: str, tree: Path, files: Sequence[str]) -> tuple[str, ...]:
    """Those of the files that, imported first of all, leave tf.compat.v1.layers on the legacy Keras."""
    told = _asked(python, tree, files, {"layers": True}, {})
    return tuple(path for path in files if told[path].startswith("tf_keras"))


def _asked(
    python: str, tree: Path, files: Sequence[str], more: Mapping[str, object], variables: Mapping[str, str]
) -> Told:
    if not files:
        return {}
    base = root(tree)
    names = {(tree / path).relative_to(base).as_posix(): path for path in files}
    question = {"root": str(base), "files": list(names), "seconds": SECONDS, **more}
    try:
        done = subprocess.run(
            [python, str(HERE / "import_probe.py")],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
            env={**_variables(), **variables},
        )
        found = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise ImportsError(f"the imports could not be tried: {error}") from error
    return {names[name]: _PLACE.sub("", reason) for name, reason in found.items()}


def root(tree: Path) -> Path:
    """The folder that goes on the module path: the tree, or its one folder where that is a source distribution."""
    inner = [path for path in tree.iterdir() if not path.name.startswith(".")]
    return inner[0] if len(inner) == 1 and (inner[0] / "setup.py").is_file() else tree


def _variables() -> dict[str, str]:
    left_out = (SWITCH, "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    return {**{name: value for name, value in os.environ.items() if name not in left_out}, **quiet}
