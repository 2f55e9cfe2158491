"""`normfix.explain` beside the command, and the examples of docs/api.md."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from normfix import UserError, explain
from tests.conftest import Command

MESSAGE = "cannot import name 'BatchNormalization' from 'keras.layers.normalization'"
PAGE = Path(__file__).parent.parent.parent / "docs" / "api.md"


def test_what_is_no_message_is_an_error() -> None:
    with pytest.raises(UserError, match="no recorded message"):
        explain("segmentation fault")


def test_the_page_is_that_of_the_command(normfix: Command) -> None:
    found = explain(MESSAGE)
    assert found.text == normfix("explain", MESSAGE).stdout.decode()
    assert (found.rules[0], found.replacement) == ("NF101", "keras.layers.BatchNormalization")
    assert found.symbol == "keras.layers.normalization.BatchNormalization"


def test_the_examples_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8").replace("\n```\n", "\n\n")
    test = doctest.DocTestParser().get_doctest(text, {}, "api.md", str(PAGE), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    result = runner.run(test)
    assert result.attempted > 5
    assert result.failed == 0
