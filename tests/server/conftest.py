"""A server for each test, run as the installed command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.client import Client


@pytest.fixture
def start(script: str, tmp_path: Path) -> Iterator[Callable[[], Client]]:
    """Starts servers in tmp_path; those that still run when the test is over are ended."""
    started: list[Client] = []

    def begin() -> Client:
        started.append(Client([script, "server"], tmp_path))
        return started[-1]

    yield begin
    for one in started:
        one.process.kill()
        one.process.wait()
        for stream in (one.process.stdin, one.process.stdout, one.process.stderr):
            assert stream is not None
            stream.close()


@pytest.fixture
def client(start: Callable[[], Client], tmp_path: Path) -> Client:
    """A server that has met its client, with tmp_path as the folder that is open."""
    one = start()
    one.initialize(tmp_path)
    return one
