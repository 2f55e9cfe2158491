"""Work that may end its process, in a process that can be spared."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

_SECONDS = 10
"""So much processor time such work may take."""

_BYTES = 3 << 30
"""So much memory it may address beside what it shares with its parent."""

_READ = 1 << 20
_DONE, _NOTHING = b"+", b"-"


def spared(work: Callable[[], str | None]) -> str | None:
    """What `work` comes to in a forked process; None also where there can be none, or it was ended on the way."""
    outcome, mine = os.pipe()
    try:
        pid = os.fork()
    except OSError:
        os.close(outcome)
        os.close(mine)
        return None
    if not pid:
        _do(work, mine)
    os.close(mine)
    try:
        parts = list(iter(lambda: os.read(outcome, _READ), b""))
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        raise
    finally:
        os.close(outcome)
        os.waitpid(pid, 0)
    said = b"".join(parts)
    # Without its mark, the text broke off.
    return said[:-1].decode() if said.endswith(_DONE) else None


def _addressed() -> int | None:
    """Bytes this process addresses already: many gigabytes where TensorFlow is loaded; None where nothing tells."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def _limit(resource: int, most: int) -> None:
    """Limit a resource of this process, which may stand under a lower limit already."""
    import resource as limits  # noqa: PLC0415 - there is none where there is no fork

    hard = limits.getrlimit(resource)[1]
    if hard == limits.RLIM_INFINITY or most < hard:
        limits.setrlimit(resource, (most, most))


def _do(work: Callable[[], str | None], outcome: int) -> None:
    """Do the work and write what it comes to. Never returns."""
    import resource  # noqa: PLC0415 - there is none where there is no fork

    status = 1
    try:
        # A parser in native code says there what it dies of.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_CPU, _SECONDS)
        if addressed := _addressed():
            _limit(resource.RLIMIT_AS, addressed + _BYTES)
        text = work()
        with os.fdopen(outcome, "wb") as stream:
            stream.write(_NOTHING if text is None else text.encode() + _DONE)
        status = 0
    finally:
        os._exit(status)
