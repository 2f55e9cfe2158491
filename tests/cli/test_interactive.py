"""`fix --interactive` on a real pseudo-terminal."""

from __future__ import annotations

import os
import re
import select
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Command

pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of Unix")

PROMPT = "[y,n,a,q,?] "
TWO = (
    "from keras.layers.normalization import BatchNormalization\n"
    "import keras\n\n"
    "a = BatchNormalization()\n"
    "b = keras.layers.normalization.BatchNormalization()\n"
)
FIRST = TWO.replace("from keras.layers.normalization", "from keras.layers")
SECOND = TWO.replace("b = keras.layers.normalization.", "b = keras.layers.")
BOTH = TWO.replace(".normalization", "")
UNSAFE = "from keras.layers.normalization import BatchNormalization\n\na = BatchNormalization(trainable=False)\n"
SHARED = "from keras.layers.normalization import BatchNormalization, LayerNormalization\n"


@dataclass(frozen=True)
class Dialogue:
    """What was on the screen, on standard output, and how it ended."""

    screen: str
    output: bytes
    status: int

    @property
    def questions(self) -> int:
        return self.screen.count("Make this fix?")


Talk = Callable[..., Dialogue]


@pytest.fixture
def talk(script: str, tmp_path: Path) -> Talk:
    """Runs `normfix fix --interactive ...` and gives one answer to each question."""

    def run(answers: Sequence[str], *arguments: str) -> Dialogue:
        ours, theirs = pty.openpty()
        environment = {**os.environ, "NO_COLOR": "1"}
        with subprocess.Popen(
            [script, "fix", "--isolated", "-i", *arguments],
            stdin=theirs,
            stderr=theirs,
            stdout=subprocess.PIPE,
            cwd=tmp_path,
            env=environment,
        ) as process:
            os.close(theirs)
            screen = converse(process, ours, list(answers))
            assert process.stdout is not None
            return Dialogue(screen.replace("\r\n", "\n"), process.stdout.read(), process.wait())

    return run


def converse(process: subprocess.Popen[bytes], terminal: int, answers: list[str]) -> str:
    screen, asked, deadline = "", 0, time.monotonic() + 60
    while time.monotonic() < deadline:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if ready:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                break
            if not data:
                break
            screen += data.decode()
        elif process.poll() is not None:
            break
        if screen.count(PROMPT) > asked and answers:
            asked += 1
            os.write(terminal, f"{answers.pop(0)}\n".encode())
    os.close(terminal)
    return screen


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_text(TWO, encoding="utf-8")
    return path


def test_nothing_to_ask(talk: Talk, file: Path) -> None:
    file.write_text(BOTH, encoding="utf-8")
    done = talk([], "a.py")
    assert (done.status, done.questions, done.screen) == (0, 0, "All checks passed!\n")


def test_without_a_terminal(normfix: Command, file: Path) -> None:
    result = normfix("fix", "--interactive", "a.py", stdin=b"y\ny\n")
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr == b"error: --interactive asks on a terminal, and there is none\n"
    assert file.read_text(encoding="utf-8") == TWO


@pytest.mark.parametrize(("argument", "words"), [("--diff", b"exclude each other"), ("-", b"not code")])
def test_what_does_not_go_together(normfix: Command, argument: str, words: bytes) -> None:
    result = normfix("fix", "--interactive", argument, stdin=b"y\n")
    assert result.returncode == 2
    assert words in result.stderr


@pytest.mark.parametrize(
    ("answers", "expected", "questions"),
    [
        (["y", "y"], BOTH, 2),
        (["y", "n"], FIRST, 2),
        (["n", "y"], SECOND, 2),
        (["n", "n"], TWO, 2),
        (["q"], TWO, 1),
        (["y", "q"], FIRST, 2),
        (["a"], BOTH, 1),
        (["n", "a"], SECOND, 2),
        (["?", "y", "n"], FIRST, 3),
        (["what", "", "YES", "n"], FIRST, 4),
        (["y", "\x04"], FIRST, 2),
    ],
)
def test_answers(talk: Talk, file: Path, answers: list[str], expected: str, questions: int) -> None:
    done = talk(answers, "a.py")
    assert file.read_text(encoding="utf-8") == expected
    assert done.questions == questions
    assert done.status == int(expected != BOTH)


@pytest.mark.usefixtures("file")
def test_what_a_question_shows(talk: Talk) -> None:
    done = talk(["?", "q"], "a.py", "--output-format", "concise")
    assert "a.py:1:40: NF101 `keras.layers.normalization.BatchNormalization`: " in done.screen
    assert "numbers: identical; safe\n" in done.screen
    assert "-from keras.layers.normalization import BatchNormalization\n" in done.screen
    assert "+from keras.layers import BatchNormalization\n" in done.screen
    assert "q  make no more fixes; those that were accepted are written\n" in done.screen
    assert re.findall(rb"^a.py:\d+", done.output, re.MULTILINE) == [b"a.py:1", b"a.py:5"]


def test_an_unsafe_fix_is_offered_and_labelled(talk: Talk, file: Path) -> None:
    file.write_text(UNSAFE, encoding="utf-8")
    done = talk(["y"], "a.py")
    assert "; unsafe: it may change the numbers\nmind: line 3 sets `trainable`" in done.screen
    assert file.read_text(encoding="utf-8") == UNSAFE.replace(".normalization", "")


def test_all_safe_ones_does_not_mean_the_unsafe_ones(talk: Talk, file: Path, tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text(UNSAFE, encoding="utf-8")
    done = talk(["a", "n"], "a.py", "b.py")
    assert done.questions == 2
    assert file.read_text(encoding="utf-8") == BOTH
    assert (tmp_path / "b.py").read_text(encoding="utf-8") == UNSAFE


def test_fixes_that_share_their_edits_are_one_question(talk: Talk, file: Path) -> None:
    file.write_text(SHARED, encoding="utf-8")
    done = talk(["y"], "a.py")
    assert done.questions == 1
    assert file.read_text(encoding="utf-8") == SHARED.replace(".normalization", "")


def test_stopping_ends_the_other_files_too(talk: Talk, file: Path, tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text(TWO, encoding="utf-8")
    done = talk(["y", "q"], "a.py", "b.py")
    assert done.questions == 2
    assert file.read_text(encoding="utf-8") == FIRST
    assert (tmp_path / "b.py").read_text(encoding="utf-8") == TWO


MANY = "import keras\n\n" + "".join(f"{name} = keras.layers.normalization.BatchNormalization()\n" for name in "abcde")


def answered(text: str, answers: str) -> str:
    """A program of equal findings, one a line, with those fixed that were answered by yes."""
    head, empty, *lines = text.splitlines(keepends=True)
    done = (
        line.replace(".normalization", "") if yes == "y" else line for line, yes in zip(lines, answers, strict=True)
    )
    return "".join([head, empty, *done])


@pytest.mark.parametrize("answers", ["nynyn", "ynyny", "yyyyn", "nnnny", "nnnnn"])
def test_each_of_many_equal_findings_is_asked_about(talk: Talk, file: Path, answers: str) -> None:
    file.write_text(MANY, encoding="utf-8")
    done = talk(list(answers), "a.py")
    assert done.questions == 5
    assert file.read_text(encoding="utf-8") == answered(MANY, answers)
    yes, no = answers.count("y"), answers.count("n")
    assert f"Found 5 problems ({yes} fixed, {no} declined, 0 remaining).\n" in done.screen
    assert "--unsafe-fixes" not in done.screen


def test_what_was_not_asked_about_was_not_declined(talk: Talk, file: Path) -> None:
    file.write_text(MANY, encoding="utf-8")
    done = talk(["n", "y", "q"], "a.py")
    assert file.read_text(encoding="utf-8") == answered(MANY, "nynnn")
    assert "Found 5 problems (1 fixed, 1 declined, 3 remaining).\n" in done.screen


def test_all_that_follow_are_not_those_that_were_declined(talk: Talk, file: Path) -> None:
    file.write_text(MANY, encoding="utf-8")
    done = talk(["n", "y", "n", "a"], "a.py")
    assert file.read_text(encoding="utf-8") == answered(MANY, "nynyy")
    assert done.questions == 4
    assert "(3 fixed, 2 declined, 0 remaining)" in done.screen
