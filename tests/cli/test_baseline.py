"""`normfix baseline` and `check --baseline`: what was there stays silent, whatever moves; what is new is reported."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Command

IMPORT = "from keras.layers.normalization import BatchNormalization as BN\n"
NET = """
class Net:
    def build(self):
        self.one = tf.layers.batch_normalization
        self.two = tf.layers.batch_normalization
"""
CODE = f"import tensorflow as tf\n{IMPORT}{NET}"
FILE = "normfix-baseline.json"
KNOWN = ("check", "--baseline", FILE, "--output-format", "concise")


@pytest.fixture
def project(tmp_path: Path, normfix: Command) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/net.py").write_text(CODE, encoding="utf-8")
    assert normfix("baseline", "write").returncode == 0
    return tmp_path


def said(result: subprocess.CompletedProcess[bytes]) -> tuple[int, str, str]:
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def moved(project: Path, text: str, name: str = "src/net.py") -> None:
    (project / name).write_text(text, encoding="utf-8")


def test_what_is_known_is_not_reported(project: Path, normfix: Command) -> None:
    words = f"All checks passed!\n3 more problems in the baseline {FILE}.\n"
    assert said(normfix(*KNOWN)) == (0, "", words)
    assert said(normfix("check", "--baseline", f"../{FILE}", cwd=project / "src"))[0] == 0
    assert normfix("check", "--baseline", FILE, "src/net.py").returncode == 0
    assert normfix("check").returncode == 1


def test_the_file_reads_well_and_is_always_the_same(project: Path, normfix: Command) -> None:
    text = (project / FILE).read_text(encoding="utf-8")
    assert text == (
        '{\n  "version": 1,\n  "files": {\n    "src/net.py": [\n'
        '      {"code": "NF101", "symbol": "keras.layers.normalization.BatchNormalization", "count": 1},\n'
        '      {"code": "NF301", "symbol": "tensorflow.layers.batch_normalization", "scope": "Net.build", "count": 2}\n'
        "    ]\n  }\n}\n"
    )
    assert normfix("baseline", "write", "src").returncode == 0
    assert (project / FILE).read_text(encoding="utf-8") == text


def test_lines_and_files_may_move(project: Path, normfix: Command) -> None:
    moved(project, f"import tensorflow as tf\n\n\n{NET}\n\n{IMPORT}")
    assert normfix(*KNOWN).returncode == 0
    (project / "lib").mkdir()
    (project / "src/net.py").rename(project / "lib/other.py")
    assert said(normfix(*KNOWN)) == (0, "", f"All checks passed!\n3 more problems in the baseline {FILE}.\n")
    assert normfix("check", "--baseline", FILE, "lib/other.py").returncode == 0
    assert normfix("baseline", "update").returncode == 0
    assert list(json.loads((project / FILE).read_bytes())["files"]) == ["lib/other.py"]


def test_a_copy_is_new(project: Path, normfix: Command) -> None:
    moved(project, CODE, "src/copy.py")
    status, out, _ = said(normfix(*KNOWN))
    assert (status, out.count("src/copy.py"), out.count("src/net.py")) == (1, 3, 0)


def test_one_more_of_a_kind_is_reported_with_a_word_on_the_others(project: Path, normfix: Command) -> None:
    moved(project, CODE + "        self.three = tf.layers.batch_normalization\n")
    status, out, _ = said(normfix(*KNOWN))
    assert (status, out.count("\n"), out.count("NF301")) == (1, 1, 1)
    whole = normfix("check", "--baseline", FILE).stdout.decode()
    assert "2 of the same kind in this scope are in the baseline" in " ".join(whole.split())


def test_another_scope_or_symbol_is_new(project: Path, normfix: Command) -> None:
    moved(project, CODE.replace("def build", "def call"))
    assert said(normfix(*KNOWN))[1].count("NF301") == 2
    moved(project, CODE.replace("keras.layers.normalization", "keras.layers.normalization.batch_normalization"))
    assert said(normfix(*KNOWN))[0] == 1


def test_a_baseline_that_can_shrink_says_so_and_does(project: Path, normfix: Command) -> None:
    moved(project, CODE.replace(IMPORT, "").replace("        self.two = tf.layers.batch_normalization\n", ""))
    status, _, words = said(normfix(*KNOWN))
    assert (status, words.splitlines()[1:]) == (
        0,
        [
            f"1 more problem in the baseline {FILE}.",
            f"2 problems of the baseline {FILE} are no longer there: `normfix baseline update` takes out what is gone.",
        ],
    )
    assert said(normfix("baseline", "update"))[2].splitlines() == [f"{FILE}: 1 in 1 file: NF301 (1)", "2 taken out."]
    assert said(normfix(*KNOWN))[2] == f"All checks passed!\n1 more problem in the baseline {FILE}.\n"


def test_a_clean_tree_with_a_baseline_says_what_is_gone(project: Path, normfix: Command) -> None:
    moved(project, "x = 1\n")
    assert b"3 problems of the baseline" in normfix(*KNOWN).stderr
    (project / "src/net.py").unlink()
    assert b"3 problems of the baseline" in normfix("check", "--baseline", FILE, ".").stderr


def test_what_was_not_looked_at_is_not_gone(project: Path, normfix: Command) -> None:
    (project / "tests").mkdir()
    moved(project, "x = 1\n", "tests/a.py")
    for arguments in (["tests"], ["tests/a.py"], [".", "--select", "NF2"], [".", "--ignore", "NF1,NF3"]):
        assert b"no longer there" not in normfix("check", "--baseline", FILE, *arguments).stderr
        assert normfix("baseline", "update", *arguments).returncode == 0
    assert normfix("check", "--baseline", FILE).returncode == 0


def test_an_update_adds_nothing_new(project: Path, normfix: Command) -> None:
    before = (project / FILE).read_bytes()
    moved(project, IMPORT, "src/new.py")
    assert said(normfix("baseline", "update"))[2].splitlines()[1:] == [
        "0 taken out.",
        "1 found that are not in it: `normfix baseline write` would add them.",
    ]
    assert (project / FILE).read_bytes() == before
    assert normfix("baseline", "write").returncode == 0
    assert normfix(*KNOWN).returncode == 0


def test_the_setting_is_used_by_every_command(project: Path, normfix: Command) -> None:
    moved(project, '[tool.normfix]\nbaseline = "known.json"\n', "pyproject.toml")
    (project / FILE).rename(project / "known.json")
    assert normfix("check", cwd=project / "src").returncode == 0
    assert normfix("baseline", "show", cwd=project / "src").stdout.decode().splitlines() == [
        "src/net.py",
        "     1  NF101 keras.layers.normalization.BatchNormalization",
        "     2  NF301 tensorflow.layers.batch_normalization in Net.build",
    ]
    assert normfix("check", "--isolated").returncode == 1
    assert said(normfix("baseline", "write"))[2] == "known.json: 3 in 1 file: NF101 (1), NF301 (2)\n"


def test_a_fix_goes_on_with_what_is_known(project: Path, normfix: Command) -> None:
    status, _, words = said(normfix("fix", "--baseline", FILE))
    assert status == 0
    assert "1 fixed" in words
    assert IMPORT not in (project / "src/net.py").read_text(encoding="utf-8")
    assert "1 problem of the baseline" in words


@pytest.mark.usefixtures("project")
def test_standard_input_is_held_against_it_by_its_name(normfix: Command) -> None:
    known = ("check", "-", "--baseline", FILE)
    assert normfix(*known, "--stdin-filename", "src/net.py", stdin=CODE.encode()).returncode == 0
    assert normfix(*known, "--stdin-filename", "src/other.py", stdin=CODE.encode()).returncode == 1
    assert normfix(*known, stdin=CODE.encode()).returncode == 1


def test_notebooks_have_scopes_and_cells_may_move(project: Path, normfix: Command) -> None:
    cells = [{"cell_type": "code", "source": text} for text in ("import tensorflow as tf", IMPORT, NET)]
    file = project / "src/a.ipynb"
    file.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert normfix("baseline", "write").returncode == 0
    file.write_text(json.dumps({"cells": [cells[1], {"cell_type": "markdown", "source": "x"}, cells[0], cells[2]]}))
    assert normfix(*KNOWN).returncode == 0
    rows = json.loads((project / FILE).read_bytes())["files"]["src/a.ipynb"]
    assert [row.get("scope", "") for row in rows] == ["", "Net.build"]


def test_the_exit_status_and_the_formats_follow(project: Path, normfix: Command) -> None:
    moved(project, CODE + "\nnorm = tf.keras.layers.BatchNormalisation()\n")
    known = ("check", "--baseline", FILE)
    assert normfix(*known).returncode == 1
    assert normfix(*known, "--fail-on", "never").returncode == 0
    assert len(json.loads(normfix(*known, "--output-format", "json").stdout)) == 1
    assert b"NF301" not in normfix(*known, "--statistics").stdout
    assert normfix(*known, "--no-prefilter").stdout == normfix(*known).stdout


def test_a_cached_run_knows_when_the_baseline_changes(project: Path, normfix: Command) -> None:
    for number in range(120):
        moved(project, f"x = {number}\n", f"src/m{number}.py")
    assert [normfix(*KNOWN).returncode for _ in range(3)] == [0, 0, 0]
    text = (project / FILE).read_text(encoding="utf-8")
    moved(project, text.replace('"count": 2', '"count": 1'), FILE)
    assert normfix(*KNOWN).returncode == 1
    moved(project, text, FILE)
    assert normfix(*KNOWN).returncode == 0


def test_a_file_that_cannot_be_read_is_in_no_baseline(project: Path, normfix: Command) -> None:
    moved(project, "import tensorflow as tf\nprint 'x'\ntf.layers.batch_normalization(x)\n", "src/old.py")
    result = normfix("baseline", "write")
    assert result.returncode == 2
    assert b"src/old.py:2:1: NF001" in result.stderr
    assert normfix(*KNOWN).returncode == 2


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no device without an end")
@pytest.mark.usefixtures("project")
def test_a_device_is_no_baseline(normfix: Command) -> None:
    result = normfix("check", "--baseline", "/dev/zero")
    assert (result.returncode, result.stderr) == (2, b"error: /dev/zero: it is a device, not a file\n")


def test_what_was_known_of_a_file_that_is_broken_now_is_not_gone(project: Path, normfix: Command) -> None:
    before = (project / FILE).read_bytes()
    moved(project, CODE + "print 'x'\n")
    result = normfix(*KNOWN)
    assert (result.returncode, b"no longer there" in result.stderr) == (2, False)
    assert normfix("baseline", "update").returncode == 2
    assert (project / FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a baseline: Expecting value: line 1 column 1"),
        ("<<<<<<< HEAD\n", "not a baseline: Expecting value"),
        ("[" * 100_000, "not a baseline: it is no JSON"),
        ("[]", "not a baseline of this normfix (no version is in it, it reads 1)"),
        ('{"version": 0, "files": {}}', "not a baseline of this normfix (format 0, it reads 1)"),
        ('{"version": 2, "files": {}}', "made by a newer normfix (format 2, this one reads 1)"),
        ('{"version": 1}', "an entry is damaged ('files')"),
        ('{"version": 1, "files": {"a.py": [{"code": "NF101"}]}}', "an entry is damaged ('symbol')"),
        ('{"version": 1, "files": {"a.py": [{"code": 1, "symbol": "x", "count": 1}]}}', "1 is no text"),
        ('{"version": 1, "files": {"a.py": [{"code": "NF1", "symbol": "x", "count": -1}]}}', "count -1 of NF1 x"),
        ('{"version": 1, "files": [1]}', "an entry is damaged"),
    ],
)
def test_what_is_no_baseline_is_one_line(project: Path, normfix: Command, text: str, words: str) -> None:
    moved(project, text, FILE)
    for command in (KNOWN, ("baseline", "update"), ("baseline", "show")):
        status, out, error = said(normfix(*command))
        assert (status, out, error.count("\n")) == (2, "", 1)
        assert error.startswith(f"error: {FILE}") or error.startswith(f"error: {project / FILE}")
        assert words in error
    assert normfix("baseline", "write").returncode == 0


def test_a_baseline_that_is_not_there(tmp_path: Path, normfix: Command) -> None:
    moved(tmp_path, "x = 1\n", "a.py")
    assert said(normfix(*KNOWN)) == (2, "", f"error: {FILE}: no such file; `normfix baseline write` makes it\n")
