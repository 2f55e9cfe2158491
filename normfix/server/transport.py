"""Messages of the Language Server Protocol in a stream of bytes: a header, then a body of the length that it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from normfix.config.errors import UserError

_LONGEST_LINE = 4096
_MOST_LINES = 32
_LARGEST = 64 << 20
"""No editor sends so many bytes at once: a client that says it will is none."""

_MOST_DIGITS = len(str(_LARGEST))


class TransportError(UserError):
    """What came in is no message; where the next one begins cannot be told."""


def bodies(stream: BinaryIO) -> Iterator[bytes]:
    """The body of each message until the stream ends. Raises TransportError."""
    while (length := _length(stream)) is not None:
        body = stream.read(length)
        if len(body) < length:
            raise TransportError("the input ended within a message")
        yield body


def _length(stream: BinaryIO) -> int | None:
    """The length that the header of the next message says; None at the end of the stream."""
    length = None
    for number in range(_MOST_LINES):
        line = stream.readline(_LONGEST_LINE)
        if not line and not number:
            return None
        if not line.endswith(b"\n"):
            raise TransportError("the input ended within a header" if len(line) < _LONGEST_LINE else _no_header(line))
        if not line.strip():
            if length is None:
                raise TransportError("a message has no Content-Length")
            return length
        name, colon, value = line.partition(b":")
        if not colon:
            raise TransportError(_no_header(line))
        if name.strip().lower() == b"content-length":
            length = _number(value.strip())
    raise TransportError("the header of a message does not end")


def _number(value: bytes) -> int:
    if not value.isdigit() or len(value) > _MOST_DIGITS or int(value) > _LARGEST:
        raise TransportError(f"no message has the length {_shown(value)}")
    return int(value)


def _no_header(line: bytes) -> str:
    return f"{_shown(line.strip())} is no header of the Language Server Protocol"


def _shown(data: bytes) -> str:
    return ascii(data[:40].decode(errors="replace"))
