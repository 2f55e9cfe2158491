"""The run over published packages: what it counts, what it calls a broken promise, which imports it compares."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

import corpus
import fixing
import imports
import promises
import tables

SOURCE = "import tensorflow as tf\n\nmean, var = tf.nn.moments([1.0], [0], keep_dims=True)\n"


@pytest.fixture
def interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """This Python, with a tensorflow that costs nothing."""
    stub = tmp_path / "stub" / "tensorflow"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text("class compat:\n    class v1:\n        class layers:\n            pass\n")
    start = tmp_path / "start"
    start.write_text(f'#!/bin/sh\nexport PYTHONPATH="{stub.parent}"\nexec "{sys.executable}" "$@"\n')
    start.chmod(0o755)
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    return str(start)


def tree_of(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/', 1)}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_nothing_is_broken_where_nothing_changed(tmp_path: Path) -> None:
    assert not list(promises.broken_promises({"a.py": b"x\n"}, {"a.py": b"x\n"}, [], tmp_path))


def test_a_file_that_no_longer_compiles_is_a_broken_promise(tmp_path: Path) -> None:
    late = b"import os\nfrom __future__ import division\n"
    place = {"location": {"row": 1, "column": 1}, "end_location": {"row": 1, "column": 2}}
    finding = {"filename": str(tmp_path / "a.py"), "fix": None, **place}
    told = list(promises.broken_promises({"a.py": late[10:]}, {"a.py": late}, [finding], tmp_path))
    assert told == ["a.py: does not compile after the fix"]


def test_a_line_without_a_finding_must_stay(tmp_path: Path) -> None:
    told = list(promises.broken_promises({"a.py": b"a = 1\nb = 2\n"}, {"a.py": b"a = 1\nb = 3\n"}, [], tmp_path))
    assert told == ["a.py: changed without a finding at line 2"]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (b"import os\nfrom a import b\nx = b\n", b"import os\nx = 1\n", True),
        (b"import os\nfrom a import b\nx = b\n", b"import os\nx = b\n", False),
        (b"a = 1\n\n\nx = b\n", b"a = 1\n\n\nclass A: ...\n\n\nx = b\n", True),
        (b"a = 1\nx = b\n", b"a = 1\nc = 2\nx = b\ny = 3\n", False),
    ],
)
def test_an_import_without_a_use_may_go_and_an_insertion_slides(
    before: bytes, after: bytes, kept: bool, tmp_path: Path
) -> None:
    row = before.count(b"\n", 0, before.index(b"x = ")) + 1
    place = {"location": {"row": row, "column": 1}, "end_location": {"row": row, "column": 2}}
    finding = {"filename": str(tmp_path / "a.py"), "fix": None, **place}
    told = list(promises.broken_promises({"a.py": before}, {"a.py": after}, [finding], tmp_path))
    assert (told == []) is kept, told


def test_a_package_is_fixed_in_a_copy_of_its_own(tmp_path: Path) -> None:
    source = tree_of(tmp_path / "source", module=SOURCE, other="x = 1\n")
    done = fixing.fixed(fixing.KERAS, source, tmp_path / "tree", None)
    assert (source / "module.py").read_text() == SOURCE
    assert done.changed == ("module.py",)
    assert done.counts == {"fixed": 1}
    assert done.problems == ()
    assert not done.late


def test_a_run_that_takes_too_long_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixing, "LIMIT", 0.01)
    done = fixing.fixed(fixing.KERAS, tree_of(tmp_path / "source", module=SOURCE), tmp_path / "tree", None)
    assert done.late
    assert done.problems == ()


def test_imports_are_told_apart(tmp_path: Path, interpreter: str) -> None:
    tree = tree_of(
        tmp_path / "tree",
        good="import tensorflow\n",
        bad="import no_such_module\n",
        leaves="raise SystemExit(3)\n",
        dies="import os\nos._exit(7)\n",
        pkg____init__="import good\n",
        pkg__inner="from . import sibling\n",
        pkg__sibling="",
    )
    files = [path.relative_to(tree).as_posix() for path in sorted(tree.rglob("*.py"))]
    told = imports.imported(interpreter, tree, files)
    assert [path for path in files if not told[path]] == [
        "good.py",
        "pkg/__init__.py",
        "pkg/inner.py",
        "pkg/sibling.py",
    ]
    assert told["bad.py"] == "ModuleNotFoundError: No module named 'no_such_module'"
    assert told["leaves.py"] == "SystemExit: 3"
    assert told["dies.py"] == "the interpreter died"


def test_an_import_without_end_is_stopped(tmp_path: Path, interpreter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "SECONDS", 0.2)
    tree = tree_of(tmp_path / "tree", slow="import time\ntime.sleep(60)\n")
    assert imports.imported(interpreter, tree, ["slow.py"]) == {"slow.py": "took more than 0.2 seconds"}


def test_what_became_of_an_import() -> None:
    before = {"kept": "", "gained": "died", "lost": "", "still": "died"}
    after = {"kept": "", "gained": "", "lost": "died", "still": "died"}
    compared = imports.Compared(before, after, {"kept": "died", "gained": ""}, ())
    assert compared.kept == ("kept",)
    assert compared.gained == ("gained",)
    assert compared.lost == ("lost",)
    assert compared.carried == ("gained",)


def test_a_source_distribution_is_imported_from_its_own_folder(tmp_path: Path) -> None:
    tree = tree_of(tmp_path / "tree", name__setup="")
    assert imports.root(tree) == tree / "name"
    assert imports.root(tree_of(tmp_path / "wheel", name__module="")) == tmp_path / "wheel"


def test_the_document_shows_problems_and_timeouts(tmp_path: Path) -> None:
    late = fixing.Fixed(fixing.KERAS, tmp_path, {}, (), {}, Counter(), 0.0, (), late=True)
    result = tables.Result("one==1", 1, Counter(NF1=2), 0.1, {late.way: late}, {}, {}, {}, ("check: timeout",))
    text = tables.document({"legacy": [result]}, ["Head."])
    assert "| one==1 | timeout |" in text
    assert "- **one==1**: check: timeout" in text


def test_an_unknown_package_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        corpus.main(["--only", "no-such-package"])
    assert "not in corpus.toml: no-such-package" in capsys.readouterr().err
