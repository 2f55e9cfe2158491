"""A Dask cluster: one that runs already, or one on this machine for as long as it is needed."""

from __future__ import annotations

import logging
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from distributed import CancelledError, Client, Future, KilledWorker, LocalCluster, as_completed
from distributed.comm.addressing import get_address_host_port, parse_address
from distributed.security import Security

from normfix.config.errors import UserError

_In = TypeVar("_In")
_Out = TypeVar("_Out")

_CERTIFICATES = tuple(f"DASK_DISTRIBUTED__COMM__TLS__{name}" for name in ("CA_FILE", "CLIENT__CERT", "CLIENT__KEY"))
_WAITING = 1000
"""So many tasks are with the scheduler at once; the others would only take its memory."""


class ClusterError(UserError):
    """A scheduler that cannot be reached, or is gone."""


@contextmanager
def connected(scheduler: str | None, workers: int | None) -> Iterator[Client]:
    """A client of the scheduler at an address, or of a cluster of so many processes on this machine.

    Raises ClusterError.
    """
    # What goes wrong is said here in one line; the log of a worker is where the worker runs.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if scheduler is not None:
        _must_mean_something(scheduler)
        try:
            client = Client(scheduler, set_as_default=False)
        except OSError as error:
            raise ClusterError(f"no scheduler answers at {scheduler}") from error
        with client:
            yield client
        return
    with ExitStack() as stack:
        with _interrupts_ignored():
            cluster = LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL
            )
            stack.enter_context(cluster)
        yield stack.enter_context(Client(cluster, set_as_default=False))


def _must_mean_something(scheduler: str) -> None:
    """Raise ClusterError for what a client would take a minute to give up on: it waits for a start that never was."""
    try:
        get_address_host_port(scheduler)
    except ValueError as error:
        raise ClusterError(f"{scheduler}: no address of a scheduler; write e.g. tcp://HOST:8786") from error
    if parse_address(scheduler)[0] == "tls":
        try:
            known = Security().get_connection_args("client")["ssl_context"]
        except OSError as error:
            raise ClusterError(f"{scheduler}: a certificate cannot be read: {error}") from error
        if known is None:
            raise ClusterError(f"{scheduler} needs certificates: {', '.join(_CERTIFICATES)}")


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Processes that are started in here leave Ctrl-C, which a terminal sends to all, to this one."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _no_more(_: object, __: object) -> tuple[()]:
    return ()


def spread(
    client: Client,
    work: Callable[[_In], _Out],
    tasks: Sequence[_In],
    again: Callable[[_Out], bool],
    more: Callable[[_In, _Out], Iterable[_In]] = _no_more,
) -> Iterator[tuple[_In, _Out | BaseException]]:
    """Each task with what came of it, as they come; what `again` asks for is done a second time.

    `more` are tasks that take the place of the one that came to them.

    A task whose worker died is given to another one; one that ends every worker comes back as the exception that says
    so. Raises ClusterError when the scheduler is gone.
    """
    left = deque((task, False) for task in tasks)
    running: dict[Future[_Out], tuple[_In, bool]] = {}
    ready = as_completed(loop=client.loop)
    while left or running:
        while left and len(running) < _WAITING:
            task, second = left.popleft()
            future = client.submit(work, task, pure=False)
            running[future] = (task, second)
            ready.add(future)
        future = next(ready)
        task, second = running.pop(future)
        outcome = _result(future)
        if isinstance(outcome, BaseException):
            yield task, outcome
        elif again(outcome) and not second:
            left.appendleft((task, True))
        elif instead := [(one, False) for one in more(task, outcome)]:
            left.extendleft(reversed(instead))
        else:
            yield task, outcome


def outcome_of(result: _Out | BaseException, failed: Callable[[str], _Out]) -> _Out:
    """What a task came to; where it came to nothing what `failed` makes of the reason. Raises UserError."""
    if isinstance(result, UserError):
        raise result
    if isinstance(result, KilledWorker):
        return failed("every worker that tried it has died")
    return failed(f"{type(result).__name__}: {result}") if isinstance(result, BaseException) else result


def _result(future: Future[_Out]) -> _Out | BaseException:
    """What a task came to, or why to nothing. Raises ClusterError when the scheduler is gone."""
    try:
        error = future.exception()
        return future.result() if error is None else error
    except (CancelledError, OSError) as gone:
        # A result is kept by its worker, so that it may be known to be there and yet be out of reach.
        raise ClusterError("the scheduler is gone; the same command goes on from here") from gone
