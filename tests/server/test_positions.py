"""Places in the units of the protocol, and back."""

from __future__ import annotations

import pytest
from lsprotocol.types import Position

from normfix.server.positions import Units
from normfix.source.text import Position as Place
from normfix.source.text import SourceText

TEXT = SourceText("a.py", "plain\n\x0cé = '😀' + x\r\nlast")
BEHIND = {"utf-8": 12, "utf-16": 9, "utf-32": 8}
"""The column behind the emoji and its quote, by the units."""


@pytest.mark.parametrize("encoding", BEHIND)
def test_a_place_behind_letters_of_several_units(encoding: str) -> None:
    units = Units(encoding)
    place = TEXT.position(TEXT.text.index(" + x"))
    assert units.position(TEXT, place) == Position(1, BEHIND[encoding])
    assert units.offset(TEXT, Position(1, BEHIND[encoding])) == TEXT.text.index(" + x")


def test_a_place_inside_a_letter_is_behind_it() -> None:
    inside = Position(1, 7)
    assert TEXT.text[: Units().offset(TEXT, inside)].endswith("😀")


def test_places_that_the_text_does_not_have_are_at_its_ends() -> None:
    units = Units()
    assert units.offset(TEXT, Position(0, 99)) == len("plain")
    assert units.offset(TEXT, Position(1, 99)) == TEXT.text.index("\r\n")
    assert units.offset(TEXT, Position(99, 0)) == len(TEXT.text)
    assert units.position(TEXT, Place(99, 1)) == Position(2, 4)


def test_a_form_feed_ends_no_line() -> None:
    assert Units().position(TEXT, TEXT.position(TEXT.text.index("last"))) == Position(2, 0)
