"""No recorder loses what was recorded: not by ending half-way, and not by knowing less."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.checkpoints.record import keep
from tools.replacing import replace_file

ROOT = Path(__file__).parents[2]


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "below" / "recorded.json"
    replace_file(target, "one\n")
    replace_file(target, "two\n", lambda part: part.read_text(encoding="utf-8"))
    assert target.read_bytes() == b"two\n"
    assert list(target.parent.iterdir()) == [target]


def test_what_cannot_be_read_replaces_nothing(tmp_path: Path) -> None:
    target = tmp_path / "recorded.json"
    replace_file(target, "one\n")
    with pytest.raises(ValueError, match="invalid literal"):
        replace_file(target, "two\n", lambda part: int(part.read_text(encoding="utf-8")))
    with pytest.raises(UnicodeEncodeError):
        replace_file(target, "\ud800")
    assert target.read_bytes() == b"one\n"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_stays_where_a_file_is_missing(tmp_path: Path) -> None:
    made, kept = tmp_path / "made", tmp_path / "recorded" / "net"
    made.mkdir()
    (made / "a").write_text("1")
    keep([made / "a"], kept)
    with pytest.raises(FileNotFoundError):
        keep([made / "a", made / "b"], kept)
    assert [file.name for file in kept.iterdir()] == ["a"]
    (made / "b").write_text("2")
    keep([made / "b"], kept)
    assert [file.name for file in kept.iterdir()] == ["b"]
    assert list(kept.parent.iterdir()) == [kept]


RECORDERS = {
    "identities": (["tools.numbers.identities", "--environments", "{empty}"], "rules/identities.toml"),
    "matrix": (["tools.matrix", "--releases", "none", "--work", "{empty}"], "rules/availability.toml"),
    "programs": (["tools.programs", "{python}"], "fixtures/programs"),
    "checkpoints": (["fixtures.checkpoints.record", "{python}"], "fixtures/checkpoints/recorded"),
    "error texts": (["tools.error_texts", "{python}"], "fixtures/errors/recorded.json"),
}
"""Each asked on a machine without any old release, and what it writes."""


@pytest.mark.parametrize("recorder", RECORDERS)
def test_a_run_that_knows_nothing_says_so_and_writes_nothing(tmp_path: Path, recorder: str) -> None:
    command, written = RECORDERS[recorder]
    before = contents(ROOT / written)
    # An interpreter without any package.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    python = str(tmp_path / "bare" / "bin" / "python")
    (tmp_path / "empty").mkdir()
    given = [one.format(empty=tmp_path / "empty", python=python) for one in command]
    done = subprocess.run([sys.executable, "-m", *given], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode != 0
    assert done.stderr
    assert contents(ROOT / written) == before


def contents(place: Path) -> dict[Path, bytes]:
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
    assert files
    return {file: file.read_bytes() for file in files}
