"""Globs that no name makes slow mean what they meant."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from normfix.run.discovery import DiscoveryError, discover, excludes
from normfix.run.globs import linear
from tests.conftest import Command

LETTERS = st.sampled_from("aab.")
GLOBS = st.lists(st.sampled_from(["*", "*", "*", "a", "b", ".", "?", "[ab]", "[!a]", "/", "**/", "\\*"]), max_size=9)
NAMES = st.lists(st.text(LETTERS, min_size=1, max_size=7), min_size=1, max_size=3).map("/".join)


def expressions(glob: str) -> list[str]:
    return [one.regex.pattern for one in GitIgnoreSpec.from_lines([glob]).patterns if one.regex is not None]


@settings(max_examples=1500, deadline=None)
@given(GLOBS.map("".join), st.lists(NAMES, min_size=5, max_size=5))
def test_they_match_what_they_matched(glob: str, names: list[str]) -> None:
    try:
        found = expressions(glob)
    except ValueError:
        return
    for expression in found:
        # As in git, and not as in pathspec, a class has no slash in it.
        plain = re.compile(re.sub(r"\[\^(?!/)", "[^/", expression))
        quick = re.compile(re.sub(r"\[\^(?!/)", "[^/", linear(expression)))
        for name in names:
            assert bool(plain.match(name)) == bool(quick.match(name))


SLOW = ["*a" * 60 + "b", "a*" * 60 + "b", "[!b]*" * 40 + "c", "*?" * 60 + "b", "**/" + "*[ab]" * 60 + "c"]


@pytest.mark.parametrize("glob", SLOW)
def test_no_name_makes_them_slow(tmp_path: Path, glob: str) -> None:
    (tmp_path / ("a" * 200 + ".py")).write_bytes(b"")
    begin = time.process_time()
    found = discover([str(tmp_path)], excludes([glob], tmp_path))
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(f"{glob}\n", encoding="utf-8")
    found += discover([str(tmp_path)], excludes([], tmp_path))
    assert (len(found), time.process_time() - begin < 5) == (2, True)


def test_too_many_stars_for_folders(normfix: Command, tmp_path: Path) -> None:
    many = "**/a/" * 6 + "b"
    with pytest.raises(DiscoveryError, match=r"not a pattern: more than 4 times `\*\*`"):
        excludes([many], tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(f"{many}\nout*.py\n", encoding="utf-8")
    for name in ("in.py", "out1.py"):
        (tmp_path / name).write_bytes(b"")
    assert normfix("check", "--show-files", ".").stdout.split() == [b"in.py"]
