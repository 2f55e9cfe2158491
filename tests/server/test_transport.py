"""Headers and bodies in a stream, and what is none."""

from __future__ import annotations

import io

import pytest

from normfix.server.transport import TransportError, bodies
from tests.server.client import framed


def read(data: bytes) -> list[bytes]:
    return list(bodies(io.BytesIO(data)))


def refused(data: bytes) -> str:
    with pytest.raises(TransportError) as caught:
        read(data)
    return str(caught.value)


def test_nothing_is_no_message() -> None:
    assert read(b"") == []


def test_bodies_are_as_long_as_their_headers_say() -> None:
    assert read(framed(b"{}") + framed(b"") + framed(b"[1]\r\n")) == [b"{}", b"", b"[1]\r\n"]


def test_other_fields_and_spellings_of_a_header() -> None:
    header = b"content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:2\r\n\r\n"
    assert read(header + b"{}") == [b"{}"]
    assert read(b"Content-Length: 2\n\n{}") == [b"{}"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "no header"),
        (b"\x00\xff\xfe\r\n", "no header"),
        (b"x" * 100_000, "no header"),
        (b"Content-Length: 9", "ended within a header"),
        (b"Content-Length: 9\r\n", "ended within a header"),
        (b"Content-Length: 9\r\n\r\n{}", "ended within a message"),
        (b"Content-Length: -1\r\n\r\n", "the length '-1'"),
        (b"Content-Length: 1e3\r\n\r\n", "the length '1e3'"),
        (b"Content-Length: \xd9\xa3\r\n\r\n", "the length"),
        (b"Content-Length: 99999999999999999999\r\n\r\n{}", "the length '99999999999999999999'"),
        (b"Content-Length: 67108865\r\n\r\n{}", "the length '67108865'"),
        (b"Content-Type: x\r\n\r\n{}", "no Content-Length"),
        (b"a: b\r\n" * 1000, "does not end"),
    ],
)
def test_what_is_no_message(data: bytes, words: str) -> None:
    assert words in refused(data)


def test_messages_before_what_is_none_are_read() -> None:
    stream = bodies(io.BytesIO(framed(b"{}") + b"nonsense\r\n"))
    assert next(stream) == b"{}"
    with pytest.raises(TransportError):
        next(stream)
