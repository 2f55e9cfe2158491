"""Whole words in the bytes of a file."""

from __future__ import annotations

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
    at = data.find(word)
    while at >= 0:
        end = at + len(word)
        if word_start(data, at) == at and (end == len(data) or not is_word(data[end])):
            return True
        at = data.find(word, end)
    return False
