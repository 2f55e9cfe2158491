"""Work that may end its process, in a process that can be spared."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

_SECONDS = 10
"""So much processor time such work may take."""

_BYTES = 3 << 30
"""So much memory it may address, what it shares with its parent included."""

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


def _do(work: Callable[[], str | None], outcome: int) -> None:
    """Do the work and write what it comes to. Never returns."""
    import resource  # noqa: PLC0415 - there is none where there is no fork

    status = 1
    try:
        # A parser in native code says there what it dies of.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
        text = work()
        with os.fdopen(outcome, "wb") as stream:
            stream.write(_NOTHING if text is None else text.encode() + _DONE)
        status = 0
    finally:
        os._exit(status)
