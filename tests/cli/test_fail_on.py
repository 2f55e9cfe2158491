"""Which findings make the exit status 1: an error does not run on the target, a warning does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Command

ERROR = "from keras.layers.normalization import BatchNormalization\n"
BROKEN = ERROR + "(\n"
TARGET = ("--target", "tensorflow==2.21")


@pytest.fixture
def warned(tmp_path: Path) -> Path:
    file = tmp_path / "warned.py"
    file.write_text("from tensorflow.keras.layers.experimental.preprocessing import Normalization\n")
    return file


def status(normfix: Command, *arguments: str) -> int:
    return normfix("check", *arguments).returncode


@pytest.mark.parametrize(("fail_on", "expected"), [("error", 0), ("warning", 1), ("never", 0)])
def test_a_warning(normfix: Command, warned: Path, fail_on: str, expected: int) -> None:
    target = ("--target", "tensorflow>=2.6,<2.16")
    shown = normfix("check", *target, "--fail-on", fail_on, "--output-format", "concise", str(warned))
    assert (shown.returncode, shown.stdout.count(b" warning: ")) == (expected, 1)
    assert b"Found 1 problem (0 errors, 1 warning)." in shown.stderr


@pytest.mark.parametrize(("fail_on", "expected"), [("error", 1), ("warning", 1), ("never", 0)])
def test_an_error(normfix: Command, tmp_path: Path, fail_on: str, expected: int) -> None:
    (tmp_path / "old.py").write_text(ERROR)
    shown = normfix("check", *TARGET, "--fail-on", fail_on, "--output-format", "concise")
    assert (shown.returncode, shown.stdout.count(b" error: ")) == (expected, 1)


@pytest.mark.usefixtures("warned")
def test_the_setting_counts_unless_an_option_says_otherwise(normfix: Command, tmp_path: Path) -> None:
    settings = "[tool.normfix]\nfail-on = 'error'\ntarget-version = 'tensorflow>=2.6,<2.16'\n"
    (tmp_path / "pyproject.toml").write_text(settings)
    assert status(normfix) == 0
    assert status(normfix, "--fail-on", "warning") == 1
    assert status(normfix, "--fail-on", "warning", "--exit-zero") == 0


@pytest.mark.parametrize("fail_on", ["error", "warning", "never"])
def test_what_cannot_be_read_is_2_in_any_case(normfix: Command, tmp_path: Path, fail_on: str) -> None:
    (tmp_path / "broken.py").write_text(BROKEN)
    assert status(normfix, "--fail-on", fail_on) == 2


def test_the_cache_keeps_no_status_for_another_question(normfix: Command, tmp_path: Path, warned: Path) -> None:
    for number in range(120):
        (tmp_path / f"clean{number}.py").write_text("x = 1\n")
    target = ("--target", "tensorflow>=2.6,<2.16")
    asked = [status(normfix, *target, "--fail-on", one) for one in ("warning", "error", "warning", "never")]
    assert asked == [1, 0, 1, 0], warned


def test_a_word_that_is_none_of_the_three(normfix: Command, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.normfix]\nfail-on = 'info'\n")
    shown = normfix("check")
    assert (shown.returncode, shown.stdout) == (2, b"")
    assert b"fail-on must be one of error, warning, never" in shown.stderr
