"""Whole words in bytes, and where they start."""

from __future__ import annotations

import pytest

from normfix.prefilter.words import has_word, word_start


@pytest.mark.parametrize("length", [1, 63, 64, 65, 200])
@pytest.mark.parametrize("before", [b"", b".", b"x = "])
def test_a_word_starts_behind_the_last_byte_that_is_none_of_its_own(before: bytes, length: int) -> None:
    data = before + b"a" * length + b"_norm("
    assert word_start(data, len(before) + length) == len(before)
    assert word_start(data, len(before)) == len(before)


@pytest.mark.parametrize("text", ["Normalization", "x.Normalization(1)", "LayerNormalization, Normalization as N"])
def test_a_word_by_itself(text: str) -> None:
    assert has_word(text.encode(), b"Normalization")


@pytest.mark.parametrize("text", ["", "LayerNormalization", "Normalizations", "Normalization_", "éNormalization"])
def test_part_of_another_word(text: str) -> None:
    assert not has_word(text.encode(), b"Normalization")
