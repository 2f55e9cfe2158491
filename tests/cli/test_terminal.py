"""Terminals: narrow ones, those with few letters, those that take no colour, and those that follow links."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest

from tests.conftest import Command

CODE = (
    "import tensorflow as tf\n\n\ndef build(x):\n"
    "    return tf.layers.batch_normalization(x, training=True, name='a'), 'é', "
    "tf.contrib.layers.layer_norm(x, scope='another one'), 'and so on and on'\n"
)
_PLAIN = ("NO_COLOR", "FORCE_COLOR", "TERM", "CI", "FORCE_HYPERLINK", "TERM_PROGRAM", "VTE_VERSION", "COLUMNS")
_LINK = "\x1b]8;;"


def on_terminal(script: str, folder: Path, columns: int, *arguments: str, **variables: str) -> str:
    """What a terminal of so many columns is sent by both streams."""
    (folder / "a.py").write_text(CODE, encoding="utf-8")
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    kept = {key: value for key, value in os.environ.items() if key not in _PLAIN}
    environment = {**kept, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **variables}
    command = [script, *(arguments or ("check", "--isolated", "a.py"))]
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        sent = b""
        while chunk := _read(mine):
            sent += chunk
        running.wait()
    os.close(mine)
    return sent.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        # Linux says so when the other side is closed.
        return b""


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("command", ["check", "fix"])
def test_no_line_is_wider_than_the_terminal(script: str, tmp_path: Path, columns: int, command: str) -> None:
    shown = on_terminal(script, tmp_path, columns, command, "--isolated", "a.py", NO_COLOR="1")
    assert "NF301" in shown
    assert "NF40" in shown
    for line in shown.splitlines():
        # A path, an address or a command is never broken: it can be copied.
        longest = max(map(len, line.split()), default=0)
        assert len(line) <= max(columns, longest + len(line) - len(line.lstrip()) + 12) or line.startswith("  normfix ")


@pytest.mark.parametrize(
    "asked",
    [("rule", "NF101"), ("rule", "BatchNormalization"), ("explain", "module 'tensorflow' has no attribute 'contrib'")],
)
def test_a_page_without_colour_fits(script: str, tmp_path: Path, asked: tuple[str, ...]) -> None:
    narrow = on_terminal(script, tmp_path, 50, *asked, NO_COLOR="1")
    wide = on_terminal(script, tmp_path, 200, *asked, NO_COLOR="1")
    assert narrow.replace("=", "").split() == wide.replace("=", "").split()
    # Code and lists, which are set in, can be copied as they are.
    prose = [line for line in narrow.splitlines() if not line.startswith(" ")]
    assert max(len(line) for line in prose if " " in line) <= 50


def test_the_place_is_in_what_is_shown_of_a_long_line(script: str, tmp_path: Path) -> None:
    shown = on_terminal(script, tmp_path, 60, NO_COLOR="1").splitlines()
    (carets,) = [
        number
        for number, line in enumerate(shown)
        if re.fullmatch(r" *\| +\^+", line) and "layer_norm" in shown[number - 1]
    ]
    start, end = shown[carets].index("^"), len(shown[carets])
    assert shown[carets - 1][start:end].startswith("tf.contrib.layers.layer_norm"[: end - start])
    assert "…" in shown[carets - 1]


def test_colour_unless_it_is_not_wanted(script: str, tmp_path: Path) -> None:
    assert "\x1b[" in on_terminal(script, tmp_path, 80)
    assert "\x1b" not in on_terminal(script, tmp_path, 80, NO_COLOR="1")
    assert "\x1b" not in on_terminal(script, tmp_path, 80, TERM="dumb")


@pytest.mark.parametrize(
    "known",
    [
        {"TERM_PROGRAM": "WezTerm"},
        {"VTE_VERSION": "7006"},
        {"TERM": "xterm-kitty"},
        {"WT_SESSION": "x"},
        {"FORCE_HYPERLINK": "1"},
    ],
    ids=str,
)
def test_a_code_is_a_link_where_the_terminal_takes_links(script: str, tmp_path: Path, known: dict[str, str]) -> None:
    assert f"{_LINK}https://" in on_terminal(script, tmp_path, 80, **known)
    assert _LINK not in on_terminal(script, tmp_path, 80, **{**known, "FORCE_HYPERLINK": "0"})


@pytest.mark.parametrize("other", [{}, {"VTE_VERSION": "4000"}, {"TERM": "screen"}, {"VTE_VERSION": "7006", "CI": "1"}])
def test_other_terminals_get_none(script: str, tmp_path: Path, other: dict[str, str]) -> None:
    assert _LINK not in on_terminal(script, tmp_path, 80, **other)


def test_nothing_of_that_in_a_file_or_a_pipe(normfix: Command, tmp_path: Path, script: str) -> None:
    (tmp_path / "a.py").write_text(CODE, encoding="utf-8")
    piped = normfix("check", "--isolated", "a.py", env={"TERM_PROGRAM": "WezTerm", "COLUMNS": "40"})
    assert b"\x1b" not in piped.stdout
    assert max(map(len, piped.stdout.splitlines())) > 80
    on_terminal(script, tmp_path, 40, "check", "--isolated", "-o", "found.txt", "a.py", TERM_PROGRAM="WezTerm")
    assert (tmp_path / "found.txt").read_bytes() == piped.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1", "utf-8"])
@pytest.mark.parametrize("name", ["full", "concise", "grouped", "html", "junit", "json", "markdown", "github"])
def test_every_encoding_can_be_written(normfix: Command, tmp_path: Path, encoding: str, name: str) -> None:
    (tmp_path / "漢 é\x01.py").write_text(CODE.replace("'é'", "'漢é→'"), encoding="utf-8")
    done = normfix("check", "--isolated", "--output-format", name, env={"PYTHONIOENCODING": encoding})
    assert done.returncode == 1
    assert b"Found 2 problems" in done.stderr
    text = done.stdout.decode(encoding)
    assert "NF301" in text
    if name in ("html", "junit", "json"):
        assert text.isascii()
    elif encoding == "ascii":
        assert ".py" in text
        assert "\\u6f22" in text
    if name == "full" and encoding == "ascii":
        assert "\\xb7" not in text


def test_the_cache_keeps_the_words_for_each_terminal(script: str, tmp_path: Path) -> None:
    for number in range(120):
        (tmp_path / f"m{number}.py").write_text("x = 1\n")
    wide, narrow = (on_terminal(script, tmp_path, columns, "check", ".", NO_COLOR="1") for columns in (100, 40))
    assert wide != narrow
    assert (wide, narrow) == tuple(
        on_terminal(script, tmp_path, columns, "check", ".", NO_COLOR="1") for columns in (100, 40)
    )
