"""`normfix.check` and `normfix.fix` beside the commands: the same findings, the same bytes, the same errors."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path
from textwrap import dedent

import pytest

import normfix as package
from normfix import Applicability, Grade, Report, Severity, UserError, check, fix
from tests.conftest import Command

OLD = "from keras.layers.normalization import BatchNormalization\n\nlayer = BatchNormalization(axis=-1)\n"
NEW = "from keras.layers import BatchNormalization\n\nlayer = BatchNormalization(axis=-1)\n"
CLEAN = "from keras.layers import BatchNormalization\n\nlayer = BatchNormalization(axis=-1)\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.py").write_text(OLD, encoding="utf-8")
    (tmp_path / "clean.py").write_text(CLEAN, encoding="utf-8")
    return tmp_path


def test_what_is_clean_has_no_report() -> None:
    assert check(source=CLEAN, isolated=True) == Report((), 0)
    assert fix(source=CLEAN, isolated=True) == Report((), 0)


def test_no_paths_are_no_files(project: Path) -> None:
    assert check([]) == Report((), 0)
    assert fix(iter(())).files == ()
    assert (project / "old.py").read_text(encoding="utf-8") == OLD


def test_the_findings_are_those_of_the_command(project: Path, normfix: Command) -> None:
    report = check()
    rows = json.loads(normfix("check", "--output-format", "json").stdout)
    (finding,) = report.findings
    assert [(one.code, one.message, one.start.line, one.start.column) for one in report.findings] == [
        (row["code"], row["message"], row["location"]["row"], row["location"]["column"]) for row in rows
    ]
    assert (finding.severity, finding.grade) == (Severity.ERROR, Grade.IDENTICAL)
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.SAFE
    assert report.status == normfix("check").returncode == 1
    assert [Path(one.path) for one in report.files] == [Path("old.py")]
    assert check(project / "old.py").findings[0].path == str(project / "old.py")


@pytest.mark.parametrize("name", ["net-1.0-py3-none-any.whl", "net-1.0.tar.gz"])
def test_an_archive_is_unpacked_as_the_command_does(project: Path, normfix: Command, name: str) -> None:
    shutil.make_archive("packed", "zip" if name.endswith(".whl") else "gztar", project)
    (packed,) = project.glob("packed.*")
    packed.rename(name)
    report = check(name)
    assert [one.path for one in report.findings] == [f"{name}/old.py"]
    assert report.status == normfix("check", name).returncode == 1
    with pytest.raises(UserError, match="is an archive"):
        fix(name)
    with pytest.raises(UserError, match="stands alone"):
        check([name, "old.py"])


def test_settings_options_and_target_count(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.normfix]\nignore = ["NF101"]\n', encoding="utf-8")
    assert check("old.py").findings == ()
    assert len(check("old.py", isolated=True).findings) == 1
    assert check("old.py", isolated=True, ignore=["NF1"]).findings == ()
    assert len(check("old.py", select=["NF1"]).findings) == 1
    assert check(["old.py"], isolated=True, target="keras>=2.2,<2.5").target == "keras>=2.2,<2.5"
    assert check(exclude=["old.py"], isolated=True).findings == ()


def test_a_fix_writes_what_the_command_writes(project: Path, normfix: Command) -> None:
    planned = fix(write=False)
    assert (project / "old.py").read_text(encoding="utf-8") == OLD
    assert planned.files[0].text == NEW
    made = fix()
    assert (made.status, made.problems, len(made.fixed)) == (0, (), 1)
    assert (project / "old.py").read_bytes() == made.files[0].content == NEW.encode()
    (project / "old.py").write_text(OLD, encoding="utf-8")
    assert normfix("fix").returncode == 0
    assert (project / "old.py").read_bytes() == made.files[0].content


def test_a_file_that_cannot_be_written_is_a_problem(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever runs the tests may be allowed to write anywhere; nobody may give a file such a name.
    monkeypatch.setattr("normfix.run.writing.temporary_name", lambda _: "x" * 300)
    report = fix("old.py")
    assert (report.status, report.problems) == (2, ("old.py: File name too long",))
    assert (report.fixed, [one.withheld for one in report.findings]) == ((), ["File name too long"])
    assert (project / "old.py").read_text(encoding="utf-8") == OLD


def test_code_keeps_its_encoding() -> None:
    text = f"# -*- coding: latin-1 -*-\n# caf\u00e9\n{OLD}"
    report = fix(source=text, isolated=True)
    assert report.files[0].text == text.replace("keras.layers.normalization", "keras.layers")
    assert report.files[0].content == fix(source=text.encode("latin-1"), isolated=True).files[0].content


def test_a_notebook_is_told_by_its_name() -> None:
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": [OLD]}]})
    report = fix(source=notebook, filename="a.ipynb", isolated=True)
    text = report.files[0].text
    assert text is not None
    assert json.loads(text)["cells"][0]["source"] == NEW.splitlines(keepends=True)
    assert check(source=notebook, filename="a.ipynb", isolated=True).findings[0].cell == 1


def test_a_finding_names_the_scope_around_it() -> None:
    code = """
    import tensorflow as tf
    bn = tf.keras.layers.BatchNormalisation
    @decorated(tf.keras.layers.BatchNormalisation)
    class Net(tf.keras.layers.BatchNormalisation):
        norm = [tf.keras.layers.BatchNormalisation() for _ in range(2)]
        async def build(self, norm=tf.keras.layers.BatchNormalisation):
            def inner():
                return lambda: tf.keras.layers.BatchNormalisation
    """
    scopes = [one.scope for one in check(source=dedent(code), isolated=True).findings]
    assert scopes == ["", "", "", "Net", "Net", "Net.build.inner"]


def test_what_a_baseline_knows_is_counted(project: Path, normfix: Command) -> None:
    assert normfix("baseline", "write").returncode == 0
    report = check(baseline="normfix-baseline.json")
    assert (report.findings, report.status, report.known, report.gone) == ((), 0, 1, 0)
    (project / "old.py").write_text(CLEAN, encoding="utf-8")
    assert check(baseline=Path("normfix-baseline.json")).gone == 1
    assert fix(source=OLD, filename="other.py", baseline="normfix-baseline.json").files[0].text == NEW
    with pytest.raises(UserError, match="no such file"):
        check(baseline="missing.json")


@pytest.mark.hook
def test_only_what_changed_since_a_revision(project: Path) -> None:
    with pytest.raises(UserError, match="--since"):
        check(since="HEAD")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], cwd=project, check=True)
    assert check(since="HEAD").findings == ()
    (project / "new.py").write_text(OLD, encoding="utf-8")
    assert [one.path for one in check(since="HEAD").files] == ["new.py"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"paths": "missing.py"}, "missing.py: no such file or folder"),
        ({"paths": "a.py", "source": "x"}, "paths and source exclude each other"),
        ({"paths": ["-"]}, "`-` is no path here"),
        ({"source": "x", "select": ["XX"]}, "XX"),
        ({"source": "x", "target": "torch>=2"}, "is no target"),
        ({"source": "x", "config": "none.toml"}, "none.toml"),
    ],
)
def test_what_cannot_be_done_is_a_user_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: dict[str, object], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=words):
        check(**arguments)  # type: ignore[arg-type]


def test_what_is_returned_is_frozen_and_compares() -> None:
    report = check(source=OLD, isolated=True)
    assert report == check(source=OLD, isolated=True)
    with pytest.raises(FrozenInstanceError):
        report.status = 0  # type: ignore[misc]


def test_every_public_name_is_there_and_nothing_else() -> None:
    assert all(getattr(package, name) is not None for name in package.__all__)
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        _ = package.chekc


def test_the_import_costs_nothing_and_no_submodule_takes_a_name() -> None:
    code = (
        "import sys, normfix; before = set(sys.modules)\n"
        "assert not [m for m in before if m.startswith('normfix.')], before\n"
        "assert not before & {'click', 'libcst', 'rich', 'IPython'}\n"
        "normfix.fix(source='x', isolated=True); normfix.check(source='x', isolated=True)\n"
        "import normfix.cli.check, normfix.cli.interactive, normfix.explanations.answer_page\n"
        "assert callable(normfix.fix) and callable(normfix.check) and callable(normfix.explain)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_docstrings_by_argument_option_and_setting(project: Path, normfix: Command) -> None:
    example = "".join(f"    >>> {line}\n" for line in OLD.splitlines() if line)
    (project / "old.py").write_text(f'def f():\n    """As here.\n\n{example}    """\n')
    said = [(one.path, one.code, one.start.line) for one in check(docstrings=True).findings]
    assert [(code, row) for _, code, row in said] == [("NF101", 4)]
    assert check() == check(docstrings=False) == Report((), 0)
    (project / "pyproject.toml").write_text("[tool.normfix]\ndocstrings = true\n")
    assert [(one.path, one.code, one.start.line) for one in check().findings] == said
    assert check(docstrings=False) == Report((), 0)
    for arguments, status in (
        ([], 1),
        (["--no-docstrings"], 0),
        (["--docstrings", "--isolated"], 1),
        (["--isolated"], 0),
    ):
        assert normfix("check", *arguments, cwd=project).returncode == status, arguments
    for report in (fix(docstrings=True, write=False, isolated=True), fix()):
        assert [Path(one.path).name for one in report.files] == ["old.py"]
