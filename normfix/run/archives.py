"""Wheels and source archives as they are: unpacked into a folder of their own for as long as they are looked at."""

from __future__ import annotations

import lzma
import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from normfix.checks.finding import Finding
from normfix.config.errors import UserError
from normfix.run.request import Request, UsageError
from normfix.run.results import FileResult

_LARGEST = 4 << 30
"""An archive that would become larger is not unpacked."""

_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    EOFError,
    lzma.LZMAError,
    zlib.error,
    OSError,
    RuntimeError,
    ValueError,
)
_WITHHELD = "it is in an archive: fix the sources that this was made of"


class ArchiveError(UserError):
    """Why an archive is not unpacked, as one line."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An archive and the folder that has its files for now."""

    archive: str
    folder: str

    def at_home(self, results: Iterable[FileResult]) -> list[FileResult]:
        """Results for files of the folder as results for members of the archive: `x.whl/pkg/mod.py`."""
        return [
            replace(one, path=self._named(one.path), findings=tuple(map(self._finding, one.findings)))
            for one in results
        ]

    def _finding(self, finding: Finding) -> Finding:
        return replace(
            finding,
            path=self._named(finding.path),
            message=self._named(finding.message),
            notes=tuple(map(self._named, finding.notes)),
            withheld=_WITHHELD if finding.fix is not None else finding.withheld and self._named(finding.withheld),
            fix=None,
        )

    def _named(self, text: str) -> str:
        return text.replace(self.folder, self.archive)


@contextmanager
def unpacked(request: Request) -> Iterator[Unpacked]:
    """The archive that a request names, unpacked while the context lasts. Raises UsageError and ArchiveError."""
    if len(request.paths) > 1:
        raise UsageError("an archive stands alone: no other path beside it")
    (archive,) = request.paths
    if request.fix or request.diff or request.add_noqa:
        raise UsageError(f"{archive} is an archive, which is checked as it is: fix the sources that it was made of")
    with TemporaryDirectory(prefix="normfix-") as folder:
        into = Path(os.path.realpath(folder), "archive")
        unpack(Path(archive), into)
        yield Unpacked(archive, str(into))


def unpack(archive: Path, into: Path) -> None:
    """Unpack an archive into a new folder, and nothing of it anywhere else. Raises ArchiveError."""
    into.mkdir(parents=True)
    try:
        if archive.name.endswith((".whl", ".zip")):
            with zipfile.ZipFile(archive) as zipped:
                _must_fit(archive, (one.file_size for one in zipped.infolist()))
                _must_stay(archive, zipped.namelist())
                zipped.extractall(into)
        else:
            with tarfile.open(archive) as packed:
                _must_fit(archive, (one.size for one in packed))
                packed.extractall(into, filter="data")
    except _BROKEN as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise ArchiveError(f"{archive}: it cannot be unpacked: {said}") from error


def _must_fit(archive: Path, sizes: Iterable[int]) -> None:
    size = 0
    for one in sizes:
        size += one
        if size > _LARGEST:
            raise ArchiveError(f"{archive}: it would be more than {_LARGEST >> 20} MB of files")


def _must_stay(archive: Path, names: Iterable[str]) -> None:
    """Raise ArchiveError for a name that leads out of the folder; of a tar archive its filter says so."""
    for name in names:
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise ArchiveError(f"{archive}: it cannot be unpacked: {name!r} leads out of it")
