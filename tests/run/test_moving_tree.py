"""A tree that changes under a run: what is gone, has grown or is no file any more is said, and all others are done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from normfix.checks.findings import UNREADABLE
from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import run
from normfix.run.writing import write_all
from normfix.table.load import shipped_table

OLD = "from keras.layers.normalization import BatchNormalization\n"
NEW = "from keras.layers import BatchNormalization\n"
NAMES = [f"f{number:02}.py" for number in range(30)]
LAST = NAMES[-1]


def to_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "inner.py").write_text(OLD)


def to_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def to_loop(file: Path) -> None:
    file.unlink()
    file.symlink_to(file)


def to_junk(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00junk\x00")


def grown(file: Path) -> None:
    file.write_text(OLD + "x = 1\n" * 200_000)


def to_other(file: Path) -> None:
    file.write_text("print('somebody else was here')\n")


def emptied(file: Path) -> None:
    file.write_text("")


GONE: dict[str, Callable[[Path], None]] = {
    "gone": Path.unlink,
    "a folder": to_folder,
    "a pipe": to_pipe,
    "a loop": to_loop,
}
OTHER: dict[str, Callable[[Path], None]] = {
    "junk": to_junk,
    "grown": grown,
    "another text": to_other,
    "emptied": emptied,
}

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes and links are those of POSIX")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).write_text(OLD)
    return tmp_path


def results(tree: Path, *, fix: bool = False) -> Iterator[FileResult]:
    # One process takes one file after the other, so that what happens between two of them is known.
    return run([tree / name for name in NAMES], shipped_table(), Options(fix=fix, workers=1))


def codes(found: Iterator[FileResult]) -> dict[str, list[str]]:
    return {Path(one.path).name: [each.code for each in one.findings] for one in found}


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in GONE.items()])
def test_what_is_no_file_when_its_turn_comes_is_a_finding(tree: Path, change: Callable[[Path], None]) -> None:
    found = results(tree)
    first = next(found)
    change(tree / LAST)
    rest = codes(found)
    assert [one.code for one in first.findings] == ["NF101"]
    assert rest.pop(LAST) == [UNREADABLE]
    assert rest == {name: ["NF101"] for name in NAMES[1:-1]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("junk", [UNREADABLE]), ("grown", ["NF101"]), ("another text", None), ("emptied", None)],
)
def test_what_is_another_text_when_its_turn_comes_is_read_as_it_is(
    tree: Path, name: str, expected: list[str] | None
) -> None:
    found = results(tree)
    next(found)
    OTHER[name](tree / LAST)
    rest = codes(found)
    assert rest.pop(LAST, None) == expected
    assert len(rest) == len(NAMES) - 2


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in (GONE | OTHER).items()])
def test_what_changed_since_it_was_read_is_left_and_said(tree: Path, change: Callable[[Path], None]) -> None:
    found = list(results(tree, fix=True))
    assert len(found) == len(NAMES)
    file = tree / NAMES[7]
    change(file)
    before = file.read_bytes() if file.is_file() else None
    problems = write_all(found)
    assert len(problems) == 1
    assert list(problems) == [str(file)]
    assert (file.read_bytes() if file.is_file() else None) == before
    others = [name for name in NAMES if name != NAMES[7]]
    assert {(tree / name).read_text() for name in others} == {NEW}
    known = set(NAMES)
    assert {one.name for one in tree.iterdir()} <= known


def test_a_folder_that_goes_with_its_files_is_a_finding_for_each(tree: Path) -> None:
    inner = tree / "inner"
    inner.mkdir()
    for name in NAMES:
        shutil.move(tree / name, inner / name)
    found = run([inner / name for name in NAMES], shipped_table(), Options(workers=1))
    next(found)
    shutil.rmtree(inner)
    assert codes(found) == {name: [UNREADABLE] for name in NAMES[1:]}


def test_a_file_that_is_written_under_two_names_is_written_once(tree: Path) -> None:
    link = tree / "link.py"
    link.symlink_to(tree / NAMES[0])
    found = list(run([tree / NAMES[0], link], shipped_table(), Options(fix=True, workers=1)))
    assert write_all(found) == {}
    assert (tree / NAMES[0]).read_text() == NEW
    assert link.is_symlink()
