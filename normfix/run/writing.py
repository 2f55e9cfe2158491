"""Fixed files are put in the place of the old ones, whole or not at all."""

from __future__ import annotations

import errno
import os
import signal
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from normfix.run.leftovers import temporary_name
from normfix.run.results import FileResult
from normfix.source.contents import contents


def write_all(results: Iterable[FileResult]) -> dict[str, str]:
    """Write every fixed file; for each that could not be written, by its path, the reason."""
    problems: dict[str, str] = {}
    for result in results:
        try:
            write(result)
        except OSError as error:
            problems[result.path] = error.strerror or str(error)
    return problems


def refusals(results: Iterable[FileResult]) -> dict[str, str]:
    """The changed files that cannot be written, as far as it can be told before, each with the reason."""
    found: dict[str, str] = {}
    for result in results:
        if result.fixed_text is None:
            continue
        target = Path(os.path.realpath(result.path))
        try:
            _must_be_writable(target, target.stat(), result.path)
        except OSError as error:
            found[result.path] = error.strerror or str(error)
    return found


def write(result: FileResult) -> None:
    """Put `fixed_text` in the place of the file: beside it first, then renamed over it.

    Mode, owner, extended attributes and symbolic link stay; the original stays whole on any failure. Left as it is: a
    file that somebody else has changed since it was read, one that this user may not write, and one with further names
    by hard links, which would keep the old text. Raises OSError.
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
    _must_be_writable(target, target.stat(), result.path)
    replace_file(target, data)


def replace_file(target: Path, data: bytes) -> None:
    """Give a file other bytes, or make it: whole or not at all, whatever ends this process meanwhile. Raises OSError.

    A signal that would end the run waits until nothing is left beside the file.
    """
    temporary = target.with_name(temporary_name(target.name))
    with _signals_held():
        mode = 0o600 if target.exists() else 0o666
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                _take_after(temporary, target, target.stat())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextmanager
def _signals_held() -> Iterator[None]:
    """Keep the signals that end a run waiting, where the platform can."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _must_be_writable(target: Path, status: os.stat_result, shown: str) -> None:
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "it is read-only, and is left as it is", shown)
    if not os.access(target.parent, os.W_OK):
        raise PermissionError(errno.EACCES, "its folder is read-only, and it is left as it is", shown)
    if status.st_nlink > 1:
        words = f"it has {status.st_nlink} names (hard links) and is left as it is: make it a file of its own"
        raise OSError(errno.EMLINK, words, shown)


def _take_after(temporary: Path, target: Path, status: os.stat_result) -> None:
    """Give a file the owner, mode and attributes of another one, as far as this user may."""
    if hasattr(os, "chown"):
        for owner, group in ((status.st_uid, -1), (-1, status.st_gid)):
            # Only root gives files away; who may write one without owning it keeps what is written.
            with suppress(PermissionError):
                os.chown(temporary, owner, group)
    temporary.chmod(stat.S_IMODE(status.st_mode))
    for name in os.listxattr(target) if hasattr(os, "listxattr") else ():
        # Access lists are among them; what a security module or another file system has is not given by hand.
        with suppress(OSError):
            os.setxattr(temporary, name, os.getxattr(target, name))
