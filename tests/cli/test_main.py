"""The command as a person runs it: exit status, streams, files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Command

OLD = b"from keras.layers.normalization import BatchNormalization\n\nlayer = BatchNormalization()\n"
NEW = OLD.replace(b".normalization", b"")
CLEAN = b"from keras.layers import BatchNormalization\n\nlayer = BatchNormalization()\n"
BROKEN = b"from keras.layers.normalization import BatchNormalization\nprint 'two'\n"
BINARY = b"from keras.layers.normalization import BatchNormalization\nx = '\xff'\n"
SUMMARY = b"Found 1 problem.\n[*] 1 fixable with `normfix fix`.\n"


@pytest.fixture(autouse=True)
def _isolated_from_the_surroundings(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.normfix]\n", encoding="utf-8")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return put(tmp_path / "old.py", OLD)


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def spoke(result: subprocess.CompletedProcess[bytes]) -> bool:
    return b"Traceback" in result.stderr + result.stdout


# Nothing to do


@pytest.mark.parametrize("command", ["check", "fix"])
def test_an_empty_folder(normfix: Command, command: str) -> None:
    result = normfix(command)
    assert (result.returncode, result.stdout) == (0, b"")
    assert result.stderr == b"warning: no Python files found\nAll checks passed!\n"


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_clean_file(normfix: Command, tmp_path: Path, command: str) -> None:
    file = put(tmp_path / "clean.py", CLEAN)
    before = file.stat().st_mtime_ns
    result = normfix(command, "clean.py")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"All checks passed!\n")
    assert file.stat().st_mtime_ns == before


def test_a_clean_file_in_json(normfix: Command, tmp_path: Path) -> None:
    put(tmp_path / "clean.py", CLEAN)
    assert normfix("check", "--output-format", "json").stdout == b"[]\n"


def test_quiet(normfix: Command, tmp_path: Path) -> None:
    put(tmp_path / "clean.py", CLEAN)
    result = normfix("check", "-q")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


def test_clean_standard_input_comes_back_as_it_was(normfix: Command) -> None:
    odd = CLEAN.replace(b"\n", b"\r\n") + b"# \xe9\n"
    cookie = b"# -*- coding: latin-1 -*-\r\n" + odd
    assert normfix("fix", "-", stdin=cookie).stdout == cookie


def test_check_writes_nothing(normfix: Command, old: Path) -> None:
    for arguments in ([], ["--diff"], ["--unsafe-fixes"]):
        assert normfix("check", *arguments).returncode == 1
        assert old.read_bytes() == OLD


@pytest.mark.parametrize("arguments", [["--version"], ["check", "clean.py"]])
def test_what_is_not_needed_is_not_imported(tmp_path: Path, arguments: list[str]) -> None:
    put(tmp_path / "clean.py", CLEAN)
    code = (
        "import sys\nfrom normfix.cli.main import main\nsys.argv[1:] = sys.argv[1:]\ntry:\n    main()\n"
        "except SystemExit:\n    print(' '.join(sys.modules))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    loaded = set(result.stdout.split())
    unwanted = {"rich", "libcst", "tensorflow", "keras", "numpy", "normfix.report.full", "normfix.report.json"}
    assert not loaded & unwanted


# Reporting


def test_findings_on_stdout_summary_on_stderr(normfix: Command, old: Path) -> None:
    result = normfix("check", "--output-format", "concise", old.name)
    assert result.returncode == 1
    assert result.stdout.startswith(b"old.py:1:")
    assert b": NF101 [*] " in result.stdout
    assert result.stdout.count(b"\n") == 1
    assert result.stderr == SUMMARY


@pytest.mark.usefixtures("old")
def test_the_full_view_is_the_default(normfix: Command) -> None:
    out = normfix("check").stdout.decode()
    assert out.startswith("NF101 [*] ")
    assert " --> old.py:1:" in out
    assert "1 | from keras.layers.normalization import BatchNormalization\n" in out
    assert "  = numbers: identical\n" in out
    assert "\x1b" not in out


def test_json_stands_alone_on_stdout(normfix: Command, old: Path) -> None:
    result = normfix("check", "--output-format", "json")
    (row,) = json.loads(result.stdout)
    assert (row["code"], row["filename"], row["fix"]["applicability"]) == ("NF101", str(old), "safe")
    assert result.stderr == SUMMARY


@pytest.mark.usefixtures("old")
def test_github_statistics_and_exit_zero(normfix: Command) -> None:
    assert normfix("check", "--output-format", "github").stdout.startswith(
        b"::error title=normfix (NF101),file=old.py,"
    )
    assert normfix("check", "--statistics").stdout.startswith(b"1  NF101  [*]  ")
    result = normfix("check", "--exit-zero", "--output-format", "concise")
    assert (result.returncode, result.stdout[:7]) == (0, b"old.py:")


@pytest.mark.usefixtures("old")
def test_output_file(normfix: Command, tmp_path: Path) -> None:
    result = normfix("check", "--output-format", "concise", "-o", "report.txt", "--color", "always")
    assert (result.returncode, result.stdout) == (1, b"")
    assert (tmp_path / "report.txt").read_bytes().startswith(b"old.py:1:")


@pytest.mark.usefixtures("old")
def test_colour_when_asked_for(normfix: Command) -> None:
    assert b"\x1b[" in normfix("check", "--color", "always").stdout
    assert b"\x1b[" not in normfix("check", "--color", "never", env={"FORCE_COLOR": "1"}).stdout


def test_select_and_ignore(normfix: Command, old: Path) -> None:
    assert normfix("check", "--select", "NF2,NF3").returncode == 0
    assert normfix("check", "--ignore", "NF1").returncode == 0
    assert normfix("check", "--select", "NF101", "--ignore", "NF1").returncode == 1
    assert normfix("check", "--select", "NF2", "--extend-select", "NF101").returncode == 1
    put(old.with_name("pyproject.toml"), b"[tool.normfix]\nignore = ['NF101']\n")
    assert normfix("check").returncode == 0
    assert normfix("check", "--select", "NF1").returncode == 1
    assert normfix("check", "--isolated").returncode == 1


def test_settings_of_the_project(normfix: Command, tmp_path: Path) -> None:
    put(tmp_path / "pkg/old.py", OLD)
    put(tmp_path / "gen/old.py", OLD)
    settings = b"[tool.normfix]\noutput-format = 'concise'\nextend-exclude = ['gen']\n"
    put(tmp_path / "pyproject.toml", settings)
    assert normfix("check").stdout.startswith(b"pkg/old.py:1:")
    assert normfix("check", cwd=tmp_path / "pkg").stdout.startswith(b"old.py:1:")
    put(tmp_path / "pyproject.toml", settings + b"[tool.normfix.per-file-ignores]\n'pkg/*' = ['NF1']\n")
    assert normfix("check").returncode == 0
    assert normfix("check", "--isolated", "--extend-exclude", "pkg/*.py").stdout.count(b"gen/old.py") == 1


@pytest.mark.parametrize("comment", [b"# noqa", b"# noqa: NF1", b"# normfix: ignore[NF101]"])
def test_suppression(normfix: Command, tmp_path: Path, comment: bytes) -> None:
    file = put(tmp_path / "a.py", OLD.replace(b"\n", b"  " + comment + b"\n", 1))
    assert normfix("check").returncode == 0
    before = file.read_bytes()
    assert normfix("fix").returncode == 0
    assert file.read_bytes() == before


# Standard input


def test_check_standard_input(normfix: Command) -> None:
    result = normfix("check", "-", "--stdin-filename", "src/a.py", "--output-format", "concise", stdin=OLD)
    assert (result.returncode, result.stdout[:9]) == (1, b"src/a.py:")
    assert normfix("check", "-", "--output-format", "concise", stdin=OLD).stdout.startswith(b"-:1:")


def test_fix_standard_input(normfix: Command) -> None:
    result = normfix("fix", "-", stdin=OLD)
    assert (result.returncode, result.stdout) == (0, NEW)
    assert result.stderr == b"Found 1 problem (1 fixed, 0 remaining).\n"


def test_broken_standard_input_comes_back_as_it_was(normfix: Command) -> None:
    result = normfix("fix", "-", stdin=BROKEN)
    assert (result.returncode, result.stdout) == (2, BROKEN)
    assert b"NF001" in result.stderr


def test_excluded_standard_input(normfix: Command) -> None:
    arguments = ("-", "--force-exclude", "--stdin-filename", "build/a.py")
    assert normfix("check", *arguments, stdin=OLD).returncode == 0
    assert normfix("fix", *arguments, stdin=OLD).stdout == OLD


# Fixing


@pytest.mark.parametrize("command", [["fix"], ["check", "--fix"]])
def test_fix(normfix: Command, old: Path, command: list[str]) -> None:
    result = normfix(*command)
    assert (result.returncode, result.stdout) == (0, b"")
    assert result.stderr.startswith(b"Found 1 problem (1 fixed, 0 remaining).\n\n  fixed             1  NF101\n")
    assert old.read_bytes() == NEW
    assert normfix(*command).stderr == b"All checks passed!\n"


@pytest.mark.parametrize("command", ["check", "fix"])
def test_diff_shows_and_writes_nothing(normfix: Command, old: Path, command: str) -> None:
    result = normfix(command, "--diff")
    assert result.returncode == 1
    assert result.stdout.startswith(b"--- old.py\n+++ old.py\n@@ ")
    assert result.stderr == b"Found 1 problem (1 would be fixed, 0 remaining).\n"
    assert old.read_bytes() == OLD


@pytest.mark.usefixtures("old")
def test_the_diff_can_be_applied(normfix: Command, tmp_path: Path) -> None:
    diff = normfix("fix", "--diff").stdout
    subprocess.run(["git", "apply", "-p0", "-"], input=diff, cwd=tmp_path, check=True)
    assert (tmp_path / "old.py").read_bytes() == NEW


def test_what_cannot_be_read_is_status_two_and_untouched(normfix: Command, old: Path) -> None:
    broken = put(old.with_name("broken.py"), BROKEN)
    binary = put(old.with_name("binary.py"), BINARY)
    for arguments in (["check"], ["check", "--exit-zero"], ["fix"]):
        result = normfix(*arguments, "--output-format", "concise")
        assert result.returncode == 2
        assert b"broken.py:2:" in result.stdout
        assert b"binary.py:2:" in result.stdout
        assert not spoke(result)
    assert (broken.read_bytes(), binary.read_bytes()) == (BROKEN, BINARY)
    assert old.read_bytes() == NEW


def test_a_doubtful_fix_does_not_promise_equal_numbers(normfix: Command, tmp_path: Path) -> None:
    frozen = "x = BatchNormalization()\nx.trainable = False\n"
    (tmp_path / "a.py").write_text(f"from keras.layers.normalization import BatchNormalization\n{frozen}")
    out = normfix("check", "a.py").stdout.decode()
    assert "  = numbers: identical, but mind what is said below\n" in out
    assert "  = mind: line 3 sets `trainable`" in out
