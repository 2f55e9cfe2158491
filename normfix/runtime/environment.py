"""Which interpreter the project runs in, and what is installed there."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PROJECT_FOLDERS = (".venv", "venv")
_ACTIVE_VARIABLES = ("VIRTUAL_ENV", "CONDA_PREFIX")
_KEPT = ("PYTHONPATH", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONPYCACHEPREFIX")
_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "KERAS_BACKEND": "tensorflow"}


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python to run, and in words where it was found."""

    path: Path
    origin: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What an interpreter has. A package is None where it is not installed, "unknown" where it states no version.

    `legacy_keras` is the value of TF_USE_LEGACY_KERAS, `executable` what the interpreter calls itself, `folders` where
    it imports from. `failure` is why the interpreter could not be asked.
    """

    interpreter: Interpreter
    python: str | None = None
    tensorflow: str | None = None
    keras: str | None = None
    tf_keras: str | None = None
    tensorflow_addons: str | None = None
    tf_slim: str | None = None
    legacy_keras: str | None = None
    executable: str | None = None
    folders: tuple[str, ...] = ()
    failure: str = ""


def find_interpreter(explicit: Path | None, project: Path, environment: Mapping[str, str] | None = None) -> Interpreter:
    """The interpreter of a project: the explicit one, the active environment's, the project's own, else this one.

    `explicit` may be an interpreter, a command on PATH, or the folder of a virtual environment; it is taken as it is,
    so that a wrong one is reported and not passed over.
    """
    environment = os.environ if environment is None else environment
    if explicit is not None:
        return Interpreter(_explicit(explicit), "--python")
    for variable in _ACTIVE_VARIABLES:
        python = _python_in(Path(environment[variable])) if environment.get(variable) else None
        if python is not None:
            return Interpreter(python, variable)
    for name in _PROJECT_FOLDERS:
        python = _python_in(project / name)
        if python is not None:
            return Interpreter(python, f"the project's {name}")
    return Interpreter(Path(sys.executable), "the interpreter that runs normfix")


def surroundings() -> dict[str, str]:
    """The environment of a script that normfix runs: this one, without what would change how Python itself runs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON") or name in _KEPT}
    here = os.getcwd()  # noqa: PTH109 (compared as text with the entries of PYTHONPATH)
    folders = [folder for folder in kept.pop("PYTHONPATH", "").split(os.pathsep) if Path(folder).is_absolute()]
    folders = [folder for folder in folders if folder.rstrip(os.sep) != here]
    return kept | _QUIET | ({"PYTHONPATH": os.pathsep.join(folders)} if folders else {})


def _explicit(given: Path) -> Path:
    if given.is_dir():
        return _python_in(given) or given
    if not given.exists() and given.name == str(given):
        import shutil  # noqa: PLC0415 - an answer that is remembered needs nothing more of it

        return Path(shutil.which(str(given)) or given)
    return given.absolute()


def _python_in(folder: Path) -> Path | None:
    """The interpreter of a virtual or conda environment."""
    candidates = (folder / "bin" / "python", folder / "Scripts" / "python.exe", folder / "python.exe")
    return next((candidate.absolute() for candidate in candidates if candidate.is_file()), None)
