"""Fixed files are put in the place of the old ones, whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from normfix.run.leftovers import temporary_name
from normfix.run.results import FileResult
from normfix.source.contents import contents


def write_all(results: Iterable[FileResult]) -> list[str]:
    """Write every fixed file; one line for each that could not be written."""
    problems: list[str] = []
    for result in results:
        try:
            write(result)
        except OSError as error:
            problems.append(str(error) if error.errno is None else f"{result.path}: {error.strerror}")
    return problems


def write(result: FileResult) -> None:
    """Put `fixed_text` in the place of the file: beside it first, then renamed over it.

    Mode and symbolic link stay; the original stays whole on any failure. A file that somebody else has changed since it
    was read is left to them. Raises OSError.
    """
    data, source = result.content, result.source
    if data is None or source is None:
        return
    # Path.resolve() has an error of its own for links in a circle.
    target = Path(os.path.realpath(result.path))
    found = contents(target)
    if found == data:
        # Under another name, by a link, it has been written already.
        return
    if found != source.encode(source.text):
        raise OSError(
            errno.EBUSY, "it has changed since it was read, and is left as it is: run normfix again", result.path
        )
    mode = stat.S_IMODE(target.stat().st_mode)
    temporary = target.with_name(temporary_name(target.name))
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
