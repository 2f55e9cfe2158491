"""A text that is parsed again after a change has the tree that it has when it is parsed as a whole."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest

from normfix.source.python import ParseFailure, parse
from normfix.source.reparse import Reparser
from normfix.source.text import SourceText

BEFORE = """\
'''What it is.'''
import os; import sys

@first
@second(1,
        2)
def f(x):
    return '''
'''

value = f(1) \\

if value:
    pass
else:
    value = 2

class C:

    y = 1
"""
FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "rules").glob("*/fix_unsafe*.before.py"))
PIECES = (*("x", "\n", " ", "(", ")", "'", '"""', "#", "\\", ":", "\n\n", "    "), "@a\n", "x = 1\n", ";", "else:\n")


def dumped(tree: ast.Module | ParseFailure) -> str:
    return "broken" if isinstance(tree, ParseFailure) else ast.dump(tree, include_attributes=True)


def same(*texts: str) -> None:
    """Each text, one after the other, is parsed as if there had been none before."""
    reparser = Reparser()
    for text in texts:
        source = SourceText("a.py", text)
        assert dumped(reparser.parse(source)) == dumped(parse(source)), text


def test_nothing_changed() -> None:
    same(BEFORE, BEFORE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return", "returned = 1"),
        ("return '''\n", "return ''\n"),
        ("\n    y = 1", "\n    y = 1\n\nz = 2"),
        ("value = 2\n", "value = 2\n\n\n\n"),
        ("import os; ", ""),
        ("import sys", "import sys; x = ("),
        ("@first\n", ""),
        ("@first\n", "@first\n@third\n"),
        ("\\\n\n", "\\\n+ 2\n"),
        ("else:\n    value = 2", ""),
        ("    pass\n", "    pass\n  "),
        ("class C:\n\n    y", "class C:\n\ny"),
        ("'''What it is.'''", "# only a comment"),
        (BEFORE, ""),
        ("\n\nclass", "\n\n    x = 1\n\nclass"),
        ("\n\nclass", "\n\nx = '''\n\nclass"),
        ("\n\nclass", "\r\rclass"),
        ("\n\nclass", "\n\x0cx = 1\nclass"),
        ("def f(x):", "async def f(é='😀', *, x):"),
    ],
)
def test_a_change_and_back(old: str, new: str) -> None:
    after = BEFORE.replace(old, new, 1)
    assert after != BEFORE
    same(BEFORE, after, BEFORE, after)


def test_what_did_not_change_is_not_parsed_again() -> None:
    reparser = Reparser()
    first = reparser.parse(SourceText("a.py", BEFORE))
    again = reparser.parse(SourceText("a.py", BEFORE.replace("y = 1", "y = 12")))
    assert isinstance(first, ast.Module)
    assert isinstance(again, ast.Module)
    assert [one is two for one, two in zip(first.body, again.body, strict=True)] == [True] * 6 + [False]


def test_grammar_that_is_newer_than_this_python() -> None:
    newer = f"type One[T: (first, second) = third] = {{T}}\n{BEFORE}"
    same(newer, newer.replace("y = 1", "y = 12"), newer.replace("third", "fourth"), BEFORE)


def test_texts_do_not_meet_and_can_be_forgotten() -> None:
    reparser = Reparser()
    reparser.parse(SourceText("a.py", BEFORE))
    other = SourceText("b.py", BEFORE.replace("value", "other"))
    assert dumped(reparser.parse(other)) == dumped(parse(other))
    reparser.forget("a.py")
    reparser.forget("c.py")
    assert dumped(reparser.parse(other)) == dumped(parse(other))


@pytest.mark.parametrize("seed", range(12))
def test_random_changes(seed: int) -> None:
    chance = random.Random(seed)
    text = "\n".join(file.read_text(encoding="utf-8") for file in chance.sample(FIXTURES, 4))
    texts = [text]
    for _ in range(25):
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(PIECES) + text[place + chance.choice([0, 0, 1, 5, 200]) :]
        texts += [text]
        if chance.random() < 0.4:
            text = chance.choice(texts)
            texts += [text]
    same(*texts)
