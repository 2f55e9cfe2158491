"""`--since REV` in real repositories: only what stands in changed lines, through renames, merges and notebooks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from normfix.run.since import changed
from tests.conftest import Command

pytestmark = pytest.mark.hook

OLD = "from keras.layers.normalization import BatchNormalization\n"
MORE = "import tensorflow as tf\nnorm = tf.keras.layers.BatchNormalisation()\n"
PADDING = "".join(f"x{number} = {number}\n" for number in range(30))


def git(folder: Path, *arguments: str) -> str:
    quiet = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *quiet, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "work")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, old=OLD + PADDING, other=OLD)
    return tmp_path


def found(normfix: Command, *arguments: str, since: str = "HEAD", cwd: Path | None = None) -> list[str]:
    result = normfix("check", "--since", since, "--output-format", "json", *arguments, cwd=cwd)
    assert result.returncode in (0, 1), result.stderr
    rows = json.loads(result.stdout)
    return [f"{Path(row['filename']).name}:{row['location']['row']} {row['code']}" for row in rows]


@pytest.mark.usefixtures("repository")
def test_where_nothing_changed_nothing_is_found(normfix: Command) -> None:
    result = normfix("check", "--since", "HEAD")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"All checks passed!\n")


def test_only_changed_lines_count(repository: Path, normfix: Command) -> None:
    (repository / "old.py").write_text(f"# moved\n\n{OLD}{PADDING}{MORE}", encoding="utf-8")
    assert found(normfix) == ["old.py:35 NF210"]
    assert found(normfix, "--no-prefilter") == ["old.py:35 NF210"]
    assert found(normfix, "old.py", "other.py") == ["old.py:35 NF210"]
    git(repository, "add", "-A")
    assert found(normfix) == ["old.py:35 NF210"]
    commit(repository)
    assert found(normfix) == []
    assert found(normfix, since="HEAD~1") == ["old.py:35 NF210"]


def test_from_a_folder_below(repository: Path, normfix: Command) -> None:
    (repository / "src").mkdir()
    (repository / "src/new.py").write_text(OLD, encoding="utf-8")
    assert found(normfix, cwd=repository / "src") == ["new.py:1 NF101"]
    assert found(normfix, "src/new.py") == ["new.py:1 NF101"]


def test_new_files_count_as_a_whole_and_ignored_ones_do_not(repository: Path, normfix: Command) -> None:
    (repository / "new.py").write_text(OLD, encoding="utf-8")
    assert found(normfix) == ["new.py:1 NF101"]
    (repository / ".gitignore").write_text("new.py\n", encoding="utf-8")
    assert found(normfix) == []


def test_a_renamed_file_is_the_same_file(repository: Path, normfix: Command) -> None:
    git(repository, "mv", "old.py", "renamed.py")
    assert found(normfix) == []
    (repository / "renamed.py").write_text(OLD + PADDING + MORE, encoding="utf-8")
    assert found(normfix) == ["renamed.py:33 NF210"]


def test_a_branch_is_held_against_where_it_left(repository: Path, normfix: Command) -> None:
    git(repository, "switch", "-q", "-c", "work")
    commit(repository, mine=MORE)
    git(repository, "switch", "-q", "main")
    commit(repository, other="x = 1\n", theirs=OLD)
    git(repository, "switch", "-q", "work")
    assert found(normfix, since="main") == ["mine.py:2 NF210"]
    git(repository, "merge", "-q", "main", "-m", "merge")
    assert found(normfix, since="main") == ["mine.py:2 NF210"]
    assert found(normfix, since="HEAD^1") == ["theirs.py:1 NF101"]


def test_cells_of_a_notebook(repository: Path, normfix: Command) -> None:
    cells = [{"cell_type": "code", "source": text} for text in ("!pip install x\n%time y = 1", OLD)]
    file = repository / "a.ipynb"
    file.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    commit(repository)
    file.write_text(json.dumps({"cells": [{**cells[0], "source": "!ls\n!pip install x"}, cells[1]]}, indent=1))
    assert found(normfix) == []
    file.write_text(json.dumps({"cells": [*cells, {"cell_type": "code", "source": MORE}]}, indent=1))
    assert found(normfix) == ["a.ipynb:2 NF210"]


def test_line_ends_are_no_change(repository: Path, normfix: Command) -> None:
    (repository / "old.py").write_bytes((OLD + PADDING).replace("\n", "\r\n").encode())
    assert found(normfix) == []


def test_fixes_keep_to_changed_lines(repository: Path, normfix: Command) -> None:
    (repository / "old.py").write_text(OLD + PADDING + MORE, encoding="utf-8")
    assert normfix("fix", "--since", "HEAD").returncode == 0
    text = (repository / "old.py").read_text(encoding="utf-8")
    assert text == OLD + PADDING + MORE.replace("Normalisation", "Normalization")
    assert (repository / "other.py").read_text(encoding="utf-8") == OLD


def test_code_from_standard_input_is_held_against_its_file(normfix: Command, repository: Path) -> None:
    named = ("-", "--stdin-filename", "old.py")
    assert repository.is_dir()
    for text, status in ((OLD + PADDING, 0), (PADDING + OLD, 1), (OLD + PADDING + MORE, 1)):
        assert normfix("check", "--since", "HEAD", *named, stdin=text.encode()).returncode == status
    assert normfix("check", "--since", "HEAD", "-", stdin=OLD.encode()).returncode == 1


def test_no_earlier_run_is_taken_for_this_one(repository: Path, normfix: Command) -> None:
    for number in range(110):
        (repository / f"m{number}.py").write_text("x = 1\n", encoding="utf-8")
    assert normfix("check").returncode == 1
    (repository / "new.py").write_text(OLD, encoding="utf-8")
    assert found(normfix) == ["new.py:1 NF101"]
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "new")
    assert found(normfix) == []


def test_what_is_gone_from_a_baseline_is_not_told_by_a_part(repository: Path, normfix: Command) -> None:
    assert normfix("baseline", "write").returncode == 0
    (repository / "new.py").write_text(OLD, encoding="utf-8")
    result = normfix("check", "--since", "HEAD", "--baseline", "normfix-baseline.json")
    assert result.returncode == 1
    assert b"no longer there" not in result.stderr


def test_a_changed_file_that_cannot_be_parsed(repository: Path, normfix: Command) -> None:
    commit(repository, old=f"print 'x'\n{MORE}", other="x = 1\n")
    assert found_status(normfix) == 0
    (repository / "old.py").write_text(f"print 'y'\n{MORE}", encoding="utf-8")
    assert found_status(normfix) == 2


def found_status(normfix: Command) -> int:
    return normfix("check", "--since", "HEAD").returncode


@pytest.mark.usefixtures("repository")
def test_programs_that_change_as_a_whole_are_not_changed_by_line(normfix: Command) -> None:
    assert normfix("check", "--since", "HEAD", "--strategy", "legacy").returncode == 0
    result = normfix("fix", "--since", "HEAD", "--strategy", "legacy")
    assert (result.returncode, result.stderr[:16]) == (2, b"error: --since l")


@pytest.mark.parametrize("revision", ["nowhere", "--help", "HEAD:old.py", ""])
@pytest.mark.usefixtures("repository")
def test_a_revision_that_is_none(normfix: Command, revision: str) -> None:
    result = normfix("check", f"--since={revision}")
    assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (2, b"", 1)
    assert result.stderr.startswith(b"error: --since: ")
    assert revision.encode() in result.stderr


def test_no_repository_no_commit_no_git(tmp_path: Path, normfix: Command, script: str) -> None:
    (tmp_path / "a.py").write_text(OLD, encoding="utf-8")
    result = normfix("check", "--since", "HEAD", env={"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)})
    assert (result.returncode, result.stderr.count(b"\n")) == (2, 1)
    assert b"is in no git repository" in result.stderr
    git(tmp_path, "init", "-q")
    assert b"git knows no commit 'HEAD'" in normfix("check", "--since", "HEAD").stderr
    alone = tmp_path / "bin"
    alone.mkdir()
    (alone / "python").symlink_to(shutil.which("python3") or os.devnull)
    result = subprocess.run(
        [script, "check", "--since", "HEAD"], cwd=tmp_path, env={"PATH": str(alone)}, capture_output=True, check=False
    )
    assert (result.returncode, b"needs git, which cannot be run" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("", "", set()),
        ("abc", "abc", set()),
        ("abc", "xabc", {1}),
        ("abc", "abcx", {4}),
        ("abc", "axc", {2}),
        ("aaa", "aaaa", {4}),
        ("abcabc", "abc", set()),
        ("", "ab", {1, 2}),
        ("ab", "ba", {1}),
    ],
)
def test_changed_lines(old: str, new: str, lines: set[int]) -> None:
    assert changed(list(old), list(new)) == lines
