"""Installed packages: their files, as the metadata of a distribution say, and which files belong to one."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from normfix.config.errors import UserError
from normfix.config.settings import Settings
from normfix.run.request import Request, UsageError
from normfix.runtime.environment import find_interpreter
from normfix.runtime.installation import Distribution, installation

_FOLDERS = frozenset({"site-packages", "dist-packages"})


@dataclass(frozen=True, slots=True)
class InstalledPackage:
    """A distribution and the Python files that it installs."""

    distribution: Distribution
    files: tuple[str, ...]

    @property
    def advice(self) -> str:
        """Why no file of it is to be edited, and what to do."""
        named = f"`{self.distribution.name}` {self.distribution.version}".rstrip()
        return (
            f"{named} is installed in {self.distribution.folder}: ask for another version of it, or pin the TensorFlow "
            "that it was made for; an edit there is lost with the next installation."
        )


def installed_package(request: Request, settings: Settings) -> InstalledPackage:
    """The package that a request names, in the interpreter of the project; nothing of it is imported.

    Raises UsageError and UserError.
    """
    if request.paths:
        raise UsageError("--package stands alone: no path beside it")
    interpreter = find_interpreter(Path(request.python) if request.python else None, settings.root)
    found = installation(interpreter)
    if found.failure:
        raise UserError(f"{interpreter.path} ({interpreter.origin}) {found.failure}")
    name = re.sub(r"[-_.]+", "-", str(request.package)).lower()
    distribution = next((one for one in found.distributions if one.name == name and not one.is_broken), None)
    if distribution is None:
        raise UserError(f"{interpreter.path} ({interpreter.origin}) has no package `{request.package}`")
    files = tuple(sorted(_files(distribution)))
    if not files:
        raise UserError(f"`{name}` names no Python files in {distribution.folder}: check its folder by its path")
    return InstalledPackage(distribution, files)


def _files(distribution: Distribution) -> Iterator[str]:
    """The Python files of a distribution that are there."""
    folder = Path(distribution.folder)
    for name, start in (("RECORD", folder), ("installed-files.txt", folder / distribution.info)):
        try:
            lines = (folder / distribution.info / name).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            continue
        written = (row[0] for row in csv.reader(lines) if row)
        places = (os.path.normpath(start / one) for one in written if one.endswith(".py"))
        yield from (place for place in places if Path(place).is_file())
        return


def refuse_installed(files: Iterable[str]) -> None:
    """Raise UsageError where one of the files to fix belongs to an installed package."""
    for file in files:
        if not _FOLDERS.isdisjoint(Path(file).absolute().parts):
            cure = "ask for another version of that, or edit it with `normfix fix --installed`"
            raise UsageError(f"{file} belongs to an installed package: {cure}")
