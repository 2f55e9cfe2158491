"""The page of output formats is what the formats say today."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.config.settings import FORMATS
from normfix.report import applicability
from normfix.source.text import Applicability
from tools.outputs import _WORDS, PAGE, PICTURE, ROOT, page, sample


def test_the_page_is_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A file that neither is there nor depends on the folder: the samples are the same wherever they are made.
    monkeypatch.chdir(tmp_path)
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(), "python -m tools.outputs"


def test_every_format_has_its_words_and_the_picture_is_there() -> None:
    assert list(_WORDS) == list(FORMATS)
    assert (ROOT / PICTURE).read_bytes().startswith(b"\x89PNG")


def test_the_samples_have_what_makes_formats_differ() -> None:
    found = [one for result in sample() for one in result.findings]
    assert {one.cell for one in found} == {None, 1}
    assert {applicability(one) for one in found} >= {Applicability.SAFE, Applicability.UNSAFE}
