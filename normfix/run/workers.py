"""Many jobs on several cores: forked workers that take the next chunk when they are free; results come in order."""

from __future__ import annotations

import gc
import os
import select
import signal
import struct
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")
_HEADER = struct.Struct("<IQ")
_TICKET = 4
CHUNK = 96
_MOST_CHUNKS = 8000
"""So many tickets fit into a pipe at once, wherever this runs."""

_READ = 1 << 20
FEWEST = 120
"""Below so many files that are told by their bytes, a fork costs more than it saves (measured on two cores)."""

_THRESHOLDS = (50_000, 2, 3)


def spread(
    job: Callable[[_T], _R | None],
    items: Sequence[_T],
    workers: int | None = None,
    *,
    lost: Callable[[_T, int], _R],
    fewest: int = FEWEST,
    chunk: int = CHUNK,
    risky: Callable[[_T], bool] | None = None,
) -> Iterator[_R]:
    """What `job` makes of each item, without its Nones, in the order of the items.

    Forks where that pays, from `fewest` items on: `job` and the items need not be picklable, results must be.
    `workers` is the number of processes; None takes one for each core. Each goes through a part of the items in chunks
    of up to `chunk`, so that it finds much of what neighbours share, and then helps with the parts of the others.
    The chunk of a worker that dies is done again, each item in a process of its own; `lost` says what becomes of an
    item whose process dies again, and of which signal. Items that are `risky` may take so much memory that the system
    ends the process: each has one of its own where nothing else is forked.
    """
    count = available() if workers is None else workers
    if count < 2 or len(items) < fewest or not can_fork():
        with _quiet_collector():
            for item in items:
                apart = risky is not None and risky(item) and can_fork()
                yield from _apart(job, item, lost) if apart else _here(job, [item])
        return
    size = max(1, min(chunk, len(items) // (2 * count)), -(-len(items) // _MOST_CHUNKS))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    with _quiet_collector(), _crew(job, chunks, count) as pipes:
        done: Iterator[tuple[int, list[_R]]] = _received(pipes)
        waiting: dict[int, list[_R]] = {}
        for number, share in enumerate(chunks):
            while number not in waiting:
                received = next(done, None)
                if received is None:
                    break
                waiting[received[0]] = received[1]
            if number in waiting:
                yield from waiting.pop(number)
            else:
                for item in share:
                    yield from _apart(job, item, lost)


def available() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def can_fork() -> bool:
    """Whether a fork of this process is cheap and safe."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


def _here(job: Callable[[_T], _R | None], items: Iterable[_T]) -> Iterator[_R]:
    return (result for item in items if (result := job(item)) is not None)


def _apart(job: Callable[[_T], _R | None], item: _T, lost: Callable[[_T, int], _R]) -> Iterable[_R]:
    """The results of one item, from a process of its own."""
    tickets = _tickets([0])
    results, mine = os.pipe()
    pid = os.fork()
    if not pid:
        _work(job, [[item]], [tickets], mine)
    os.close(mine)
    try:
        received: tuple[int, list[_R]] | None = next(_received([results]), None)
    except BaseException:
        os.kill(pid, signal.SIGTERM)
        raise
    finally:
        os.close(tickets)
        os.close(results)
        _, status = os.waitpid(pid, 0)
    if received is not None:
        return received[1]
    # An exception is raised again here, where it can be said.
    return [lost(item, os.WTERMSIG(status))] if os.WIFSIGNALED(status) else _here(job, [item])


@contextmanager
def _quiet_collector() -> Iterator[None]:
    """Trees of code make the collector run all the time and free little; what is there already, it can leave alone."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def _crew(job: Callable[[_T], _R | None], chunks: Sequence[Sequence[_T]], count: int) -> Iterator[list[int]]:
    """Forked workers and the pipes that their results come through; no worker outlives the block."""
    count = min(count, len(chunks))
    parts = [_tickets(range(len(chunks) * part // count, len(chunks) * (part + 1) // count)) for part in range(count)]
    pids: list[int] = []
    pipes: list[int] = []
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        for part in range(count):
            results, mine = os.pipe()
            pid = os.fork()
            if not pid:
                _work(job, chunks, parts[part:] + parts[:part], mine)
            os.close(mine)
            pids.append(pid)
            pipes.append(results)
        yield pipes
    finally:
        for pipe in (*parts, *pipes):
            os.close(pipe)
        for pid in pids:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)


def _tickets(numbers: Iterable[int]) -> int:
    """A pipe that each reader takes the number of a chunk from, until there are none left."""
    tickets, feed = os.pipe()
    os.write(feed, b"".join(number.to_bytes(_TICKET, "little") for number in numbers))
    os.close(feed)
    return tickets


def _work(job: Callable[[_T], _R | None], chunks: Sequence[Sequence[_T]], parts: Sequence[int], results: int) -> None:
    """What a worker does with its life: take a ticket, do the chunk, write the results. Never returns."""
    import pickle  # noqa: PLC0415 - a few files need no workers

    status = 1
    try:
        # The parent alone answers to Ctrl-C; it ends its workers.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for part in parts:
            while ticket := os.read(part, _TICKET):
                number = int.from_bytes(ticket, "little")
                body = pickle.dumps(list(_here(job, chunks[number])), pickle.HIGHEST_PROTOCOL)
                _write(results, _HEADER.pack(number, len(body)) + body)
        status = 0
    finally:
        # Whatever went wrong will go wrong again in the parent, which does the chunk anew and can say so.
        os._exit(status)


def _write(pipe: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(pipe, view) :]


def _received(pipes: Sequence[int]) -> Iterator[tuple[int, list[_R]]]:
    """Number and results of each chunk, as they come in, until every worker is done or gone."""
    import pickle  # noqa: PLC0415

    buffers = {pipe: bytearray() for pipe in pipes}
    while buffers:
        for pipe in select.select(list(buffers), [], [])[0]:
            data = os.read(pipe, _READ)
            if not data:
                del buffers[pipe]
                continue
            buffer = buffers[pipe]
            buffer += data
            while len(buffer) >= _HEADER.size:
                number, length = _HEADER.unpack_from(buffer)
                if len(buffer) < _HEADER.size + length:
                    break
                yield number, pickle.loads(buffer[_HEADER.size : _HEADER.size + length])
                del buffer[: _HEADER.size + length]
