"""`fix --verify-imports`: an edit with which a module is no longer imported is taken back, and nothing is left behind.

The rules are the project's own and speak of the standard library, so that no TensorFlow is needed: `json.dumps` is to
become a name that is not there, `json.loads` one that is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from normfix.run.module_places import importers_of, place_of
from normfix.runtime import importing
from normfix.runtime.environment import find_interpreter
from normfix.runtime.importing import import_modules
from tests.conftest import Command

RULES = """
[[rule]]
code = "NF980"
slug = "no-such-name"
summary = "becomes a name that is not there"
kind = "renamed"
grade = "different"

[rule.symbols]
"json.dumps" = "json.dumpz"
"json.loads" = "json.load"
"json.norm" = "json.dump"

[rule.example]
before = "from json import dumps"
after = "from json import dumpz"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.normfix]\nextend-rules = ["own.toml"]\n', encoding="utf-8")
    (tmp_path / "own.toml").write_text(RULES, encoding="utf-8")
    return tmp_path


def files(project: Path, **texts: str) -> None:
    for name, text in texts.items():
        file = project / f"{name.replace('__in__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def fix(normfix: Command, *paths: str) -> tuple[int, str, str]:
    result = normfix("fix", "--unsafe-fixes", "--verify-imports", "--python", sys.executable, *paths)
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def left(project: Path) -> set[str]:
    return {file.name for file in project.rglob("*") if file.is_file()}


def test_a_module_that_imports_as_before_is_written(normfix: Command, project: Path) -> None:
    files(project, a="from json import loads\n\nprint('noise')\nf = loads\n")
    status, out, err = fix(normfix, "a.py")
    assert (status, "noise" in out + err, "taken back" in err) == (0, False, False)
    assert (project / "a.py").read_text(encoding="utf-8") == "from json import load\n\nprint('noise')\nf = load\n"
    assert "Imported 1 modules" in err


def test_an_edit_that_breaks_its_module_is_taken_back(normfix: Command, project: Path) -> None:
    text = "from json import dumps\n\nf = dumps\n"
    files(project, a=text)
    status, out, err = fix(normfix)
    assert status == 1
    assert "a.py: taken back: a.py is no longer imported with it: ImportError: cannot import name 'dumpz'" in err
    assert "not fixed: a.py is no longer imported with it" in " ".join(out.split())
    assert (project / "a.py").read_text(encoding="utf-8") == text
    assert left(project) == {"a.py", "own.toml", "pyproject.toml"}


def test_the_fix_at_fault_alone_is_taken_back(normfix: Command, project: Path) -> None:
    files(project, a="import json\n\nf = json.dumps\ng = json.loads\n")
    assert fix(normfix)[0] == 1
    assert (project / "a.py").read_text(encoding="utf-8") == "import json\n\nf = json.dumps\ng = json.load\n"


def test_an_importer_that_breaks_takes_the_edit_back(normfix: Command, project: Path) -> None:
    text = "import json\n\n\ndef f(x):\n    return json.dumps(x)\n"
    files(project, pkg__in____init__="", pkg__in__ops=text, pkg__in__net="from .ops import f\n\nVALUE = f(1)\n")
    files(project, good="import json\n\ng = json.loads\n")
    status, _, err = fix(normfix, "pkg/ops.py", "good.py")
    assert status == 1
    assert "pkg/ops.py: taken back: pkg/net.py is no longer imported with it: AttributeError" in err
    assert (project / "pkg/ops.py").read_text(encoding="utf-8") == text
    assert "json.load\n" in (project / "good.py").read_text(encoding="utf-8")


def test_an_importer_of_an_importer_counts(normfix: Command, project: Path) -> None:
    files(project, ops="import json\n\n\ndef f():\n    return json.dumps(1)\n", mid="from ops import *\n")
    files(project, end="import mid\n\nmid.f()\n")
    assert "ops.py: taken back: end.py is no longer imported" in fix(normfix, "ops.py")[2]


def test_a_module_that_failed_before_is_named(normfix: Command, project: Path) -> None:
    files(project, a="from json import norm\n\nf = norm\n")
    status, _, err = fix(normfix)
    assert status == 0
    assert "a.py: failed before, imports now\n" in err


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("import os\nos._exit(4)", "ended with status 4"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "crashed with signal 11"),
        ("input()", "EOFError"),
    ],
)
def test_a_module_that_ends_the_process_is_a_verdict(normfix: Command, project: Path, end: str, words: str) -> None:
    files(project, a="import json\n\nif not hasattr(json.loads, '__name__'):\n    pass\n" + end + "\n")
    files(project, b="import json\n\nf = json.dumps\n")
    status, _, err = fix(normfix)
    assert status == 1
    assert f"a.py: imports neither before nor after: {words}" in err or words in err
    assert "b.py: taken back" in err


def test_a_process_that_ends_only_with_the_edit_is_taken_back(normfix: Command, project: Path) -> None:
    text = "import json, os\n\nname = json.loads.__name__\nif name == 'load':\n    os._exit(0)\n"
    files(project, a=text)
    assert fix(normfix)[0] == 1
    assert (project / "a.py").read_text(encoding="utf-8") == text


def test_a_notebook_is_said_to_be_not_imported(normfix: Command, project: Path) -> None:
    cell: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "source": ["from json import loads\n", "f = loads"]}]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (project / "book.ipynb").write_text(json.dumps(book), encoding="utf-8")
    status, _, err = fix(normfix)
    assert status == 0
    assert "book.ipynb: not imported, because it is no module" in err
    assert "from json import load\\n" in (project / "book.ipynb").read_text(encoding="utf-8")


def test_a_module_that_takes_too_much_memory_is_a_verdict(normfix: Command, project: Path) -> None:
    files(project, a="import json\n\nf = json.loads\nbig = bytearray(1 << 44)\n", b="import json\n\nf = json.dumps\n")
    status, _, err = fix(normfix)
    assert status == 1
    assert "a.py: imports neither before nor after: MemoryError" in err
    assert "b.py: taken back" in err


@pytest.mark.parametrize("loop", ["while True:\n    pass\n", "import time\n\ntime.sleep(10**6)\n"])
def test_a_module_that_comes_to_no_end_is_a_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loop: str) -> None:
    # The limits of a run are longer than a test may last.
    monkeypatch.setattr(importing, "_BASE_SECONDS", 12.0)
    monkeypatch.setattr(importing, "_SECONDS_EACH", 0.0)
    files(tmp_path, a=loop, b="x = 1\n")
    places = [place_of(str(tmp_path / name), tmp_path) for name in ("a.py", "b.py")]
    interpreter = find_interpreter(Path(sys.executable), tmp_path)
    found = import_modules(interpreter, places, {}, tmp_path)
    assert found[str(tmp_path / "b.py")] is None
    assert "no answer within 12 s" in str(found[str(tmp_path / "a.py")])


WRONG = """
[[rule]]
code = "NF981"
slug = "wrong-name"
summary = "becomes a name that is not in TensorFlow"
kind = "renamed"
grade = "different"

[rule.symbols]
"tensorflow.linalg.normalize" = "tensorflow.linalg.normalise"

[rule.example]
before = "from tensorflow.linalg import normalize"
after = "from tensorflow.linalg import normalise"
"""
OLD = "from tensorflow.keras.layers.experimental import SyncBatchNormalization\n\nnorm = SyncBatchNormalization()\n"


@pytest.mark.tensorflow
def test_tensorflow_tells_which_edits_may_be_made(normfix: Command, project: Path) -> None:
    (project / "own.toml").write_text(WRONG, encoding="utf-8")
    wrong = "from tensorflow.linalg import normalize\n\nnorm = normalize([3.0, 4.0])\n"
    files(project, old=OLD, wrong=wrong, user="from wrong import norm\n\nx = norm\n")
    result = normfix("fix", "--unsafe-fixes", "--verify", "--verify-imports", "--python", sys.executable)
    said = " ".join(result.stderr.decode().split())
    assert result.returncode == 1
    assert (project / "wrong.py").read_text(encoding="utf-8") == wrong
    assert "BatchNormalization(synchronized=True)" in (project / "old.py").read_text(encoding="utf-8")
    assert "old.py: failed before, imports now" in said


@pytest.mark.tensorflow
def test_an_edit_that_only_the_import_shows_to_be_wrong(normfix: Command, project: Path) -> None:
    (project / "own.toml").write_text(WRONG, encoding="utf-8")
    wrong = "from tensorflow.linalg import normalize\n\nx = normalize\n"
    files(project, wrong=wrong)
    status, _, err = fix(normfix)
    assert status == 1
    assert "wrong.py: taken back: wrong.py is no longer imported with it: ImportError" in err
    assert (project / "wrong.py").read_text(encoding="utf-8") == wrong


def test_what_a_script_guards_is_not_run(normfix: Command, project: Path) -> None:
    text = "import json\n\nf = json.loads\nif __name__ == '__main__':\n    raise SystemExit(9)\n"
    files(project, **{"odd-name": text})
    assert fix(normfix)[0] == 0


def test_a_compiled_file_hides_no_edit(normfix: Command, project: Path) -> None:
    files(project, a="from json import dumps\n")
    subprocess.run([sys.executable, "-m", "compileall", "-q", "."], cwd=project, check=True)
    assert fix(normfix)[0] == 1


def test_standard_input_and_a_missing_interpreter_are_refused(normfix: Command, project: Path) -> None:
    files(project, a="from json import loads\n\nf = loads\n")
    assert normfix("fix", "--verify-imports", "-", stdin=b"").returncode == 2
    result = normfix("fix", "--unsafe-fixes", "--verify-imports", "--python", "/nowhere/python", "a.py")
    assert (result.returncode, b"cannot be run" in result.stderr) == (2, True)
    assert "loads" in (project / "a.py").read_text(encoding="utf-8")


def test_where_a_module_is_imported_from(tmp_path: Path) -> None:
    files(tmp_path, src__in__p__in____init__="", src__in__p__in__m="import os\n", top="import p.m\n")
    files(tmp_path, space__in__one="from . import two\n", space__in__two="")
    root = tmp_path.resolve()
    assert (place_of(f"{root}/src/p/m.py", root).name, place_of(f"{root}/src/p/__init__.py", root).name) == ("p.m", "p")
    assert place_of(f"{root}/src/p/m.py", root).folders[0] == f"{root}/src"
    assert place_of(f"{root}/space/one.py", root).name == "space.one"
    assert importers_of([f"{root}/src/p/m.py"], map(str, root.rglob("*.py")), root) == [f"{root}/top.py"]
    assert importers_of([f"{root}/space/two.py"], map(str, root.rglob("*.py")), root) == [f"{root}/space/one.py"]
