"""The loop of the server: messages first, and what is open is checked when none is waiting."""

from __future__ import annotations

import gc
import logging
import os
import queue
import sys
import threading
from typing import BinaryIO

from normfix.server.protocol import Server
from normfix.server.transport import TransportError, bodies

_THRESHOLDS = (50_000, 2, 3)
_READ_AT_ONCE = 1 << 16


def serve() -> int:
    """Talk to the client on stdin and stdout until it ends. Raises TransportError for what is no message.

    Returns the exit status that the protocol asks for: 0 where the client said that the end was coming, else 1.
    """
    # What is logged is for those who work on pygls, and words of others on stdout would be no messages.
    logging.getLogger().addHandler(logging.NullHandler())
    incoming = open(os.dup(0), "rb", _READ_AT_ONCE)  # noqa: PTH123, SIM115 - read to the end of the process
    outgoing = _Output(os.dup(1))
    sys.stdout = sys.stderr
    return _Loop(incoming, outgoing).run()


class _Output:
    """What the client reads. Where it no longer does, nothing is written any more."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.is_closed = False

    def write(self, data: bytes) -> None:
        """Write all of a message."""
        left = memoryview(data)
        try:
            while left and not self.is_closed:
                left = left[os.write(self._number, left) :]
        except OSError:
            self.is_closed = True

    def close(self) -> None:
        """Write nothing any more."""
        self.is_closed = True


class _Loop:
    """One thread reads, so that this one knows whether something is waiting before it begins with a check."""

    def __init__(self, incoming: BinaryIO, outgoing: _Output) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._queue: queue.SimpleQueue[bytes | TransportError | None] = queue.SimpleQueue()
        self._protocol = Server().protocol
        self._protocol.set_writer(outgoing)

    def run(self) -> int:
        threading.Thread(target=self._read, daemon=True).start()
        # Trees of code make the collector run all the time and free little; what is there already, it can leave alone.
        gc.freeze()
        gc.set_threshold(*_THRESHOLDS)
        while not (self._protocol.has_ended or self._outgoing.is_closed):
            message = self._next()
            if isinstance(message, TransportError):
                raise message
            if message is None:
                break
            self._protocol.take(message)
        return 0 if self._protocol.was_shut_down else 1

    def _read(self) -> None:
        try:
            for body in bodies(self._incoming):
                self._queue.put(body)
            self._queue.put(None)
        except TransportError as error:
            self._queue.put(error)

    def _next(self) -> bytes | TransportError | None:
        session = self._protocol.session
        while session.has_work and self._queue.empty() and not self._outgoing.is_closed:
            session.work()
        return self._queue.get()
