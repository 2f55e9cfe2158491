"""Whole words in the bytes of a file."""

from __future__ import annotations

from collections.abc import Iterator

_LONGEST = 64


def is_word(byte: int) -> bool:
    """Whether a byte can stand in an identifier."""
    return byte == 0x5F or 0x30 <= byte <= 0x39 or 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A or byte >= 0x80


WORD_BYTES = bytes(byte for byte in range(256) if is_word(byte))
"""All bytes that can stand in an identifier."""


def word_start(data: bytes, at: int) -> int:
    """Where the word starts that `at` is in, or just behind."""
    while True:
        low = max(0, at - _LONGEST)
        start = low + len(data[low:at].rstrip(WORD_BYTES))
        if start > low or not low:
            return start
        at = low


def has_word(data: bytes, word: bytes) -> bool:
    """Whether a word stands somewhere in a file by itself."""
    return any(
        word_start(data, start) == start and (end == len(data) or not is_word(data[end]))
        for start, end in occurrences(data, word)
    )


def occurrences(data: bytes, text: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each place where a text stands, be it in the middle of a word."""
    start = data.find(text)
    while start >= 0:
        end = start + len(text)
        yield start, end
        start = data.find(text, end)
