"""Every check of a pass can fail: faulty fixes go through the real functions and must not come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from normfix.checks.finding import Finding
from normfix.checks.sites import Scan, Site
from normfix.fixes.apply import Fixed, every_fitting, fix_source, make_pass
from normfix.fixes.check import FixError, check_pass, reread
from normfix.fixes.diagnosis import Choose, Diagnoser, Diagnosis
from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import run, scan_text
from normfix.semantics.project import Project
from normfix.source.text import Applicability, Edit, Fix, SourceText, decode
from normfix.table.files import rule_files
from normfix.table.load import load_table, shipped_table
from normfix.table.table import Table

TABLE = shipped_table()
OLD = "import keras\nfrom keras.layers.normalization import BatchNormalization\n\nlayer = BatchNormalization()\n"
USE = "import tensorflow as tf\n\ny = tf.layers.batch_normalization(tf.ones((2, 4)))\n"


def everything(found: Scan) -> tuple[Scan, Sequence[Site]]:
    return found, found.sites


def first(text: str, choose: Choose = everything) -> Diagnosis:
    found = Diagnoser(TABLE, Project(TABLE), choose).diagnose(SourceText("a.py", text), None)
    assert isinstance(found, Diagnosis)
    return found


def fixed(diagnosis: Diagnosis, choose: Choose = everything) -> Fixed:
    return fix_source(diagnosis, Diagnoser(TABLE, Project(TABLE), choose), None, every_fitting(unsafe=False))


def made(diagnosis: Diagnosis) -> Diagnosis:
    """The one pass over a diagnosis, as it is."""
    chosen = every_fitting(unsafe=False)(diagnosis)
    return make_pass(diagnosis, chosen, Diagnoser(TABLE, Project(TABLE), everything), None)[1]


def faulty(text: str, old: str, new: str) -> Diagnosis:
    """A diagnosis whose only fix puts `new` in the place of `old`."""
    right = first(text)
    edit = Edit(text.index(old), text.index(old) + len(old), new)
    site = next(site for site, finding in right.findings.items() if finding.fix)
    wrong = replace(right.findings[site], fix=Fix(Applicability.SAFE, "wrong", (edit,)))
    return replace(right, findings={site: wrong})


@pytest.mark.parametrize(
    "text",
    [
        OLD,
        USE,
        OLD.replace("\n", "\r\n"),
        "from keras.layers.normalization import BatchNormalization\n",
        "from keras.layers.normalization import BatchNormalization, LayerNormalization as LN\nx = undefined\n",
        "import keras\n\nx = [keras.layers.normalization.BatchNormalization(axis=undefined) for _ in 'ab']\n",
        "from tensorflow.python.keras import layers\n\nx = layers.BatchNormalization(), layers.Dense(3)\n",
        "from tf_slim.layers import layer_norm\n\ny = layer_norm(1, begin_norm_axis=-1)\n",
    ],
)
def test_a_right_fix_stands(text: str) -> None:
    done = fixed(first(text))
    assert done.fixed
    assert done.passes


@pytest.mark.parametrize(
    ("text", "old", "new", "words"),
    [
        (OLD, "from keras.layers.normalization", "from keras.(layers", "would not parse"),
        (USE, "tf.layers.batch_normalization(", "tf.keras.layers.BatchNormalization(name='a', name='b')(", "compile"),
        (OLD, "keras.layers.normalization", "kears.layers", "promised"),
        (USE, "tf.layers.batch_normalization", "kears.layers.BatchNormalization()", "`kears`, which nothing binds"),
        (USE, "tf.layers", "tensor.keras.layers", "`tensor`, which nothing binds"),
        (USE, "import tensorflow as tf", "import tensorflow as tff", "`tf`, which nothing binds"),
        (
            USE,
            "layers.batch_normalization",
            "keras.layers.BatchNormalisation()",
            "read `.*BatchNormalisation`, which no",
        ),
        (OLD, "keras.layers.normalization", "keras.layer", "read `keras.layer.BatchNormalization`, which no"),
        (OLD, "layer = ", "import keras.layer\nlayer = ", "import `keras.layer`, which no"),
        (USE, "tf.layers.batch_normalization", "print", "promised"),
        (OLD, "layer = ", "from keras.layers import BatchNormalization as unused\nlayer = ", "and not use it"),
        (OLD, "layer = ", "#\nlayer = ", "promised"),
        (USE, "layers.batch_normalization", "layers.batch_normalization", "promised"),
    ],
)
def test_a_wrong_edit_never_comes_out(text: str, old: str, new: str, words: str) -> None:
    with pytest.raises(FixError, match=words):
        made(faulty(text, old, new))


def test_what_was_fixed_must_be_gone() -> None:
    text = "import keras\n\nlayer = keras.layers.normalization.BatchNormalization()\n"
    both = "keras.layers.BatchNormalization(), keras.layers.normalization.BatchNormalization"
    with pytest.raises(FixError, match=r"BatchNormalization` \(NF101\) is still there"):
        made(faulty(text, "keras.layers.normalization.BatchNormalization", both))


def test_bytes_outside_the_edits() -> None:
    before = first(OLD)
    edit = Edit(OLD.index(".normalization"), OLD.index(" import Batch"), "")
    right = first(OLD[: edit.start] + OLD[edit.end :])
    chosen = list(before.findings)
    check_pass(before.scan, right.scan, [edit], chosen)
    for wrong in (right.scan.source.text + " ", right.scan.source.text.replace("layer =", "Layer =")):
        with pytest.raises(FixError, match="differs outside the edits"):
            check_pass(before.scan, first(wrong).scan, [edit], chosen)


def test_a_second_run_that_finds_more() -> None:
    """The rules of a run must not change while it runs; here they do."""
    calls = iter([True, True, False])

    def forgetful(found: Scan) -> tuple[Scan, Sequence[Site]]:
        return found, (found.sites if next(calls) else ())

    with pytest.raises(FixError, match="second run"):
        fixed(first(OLD + "from keras.layers import LRN2D\n", forgetful), forgetful)


def test_the_bytes_are_read_again() -> None:
    source = decode(b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "a.py")
    assert reread(source, source.text).text == source.text
    with pytest.raises(FixError, match=r"as utf-8, not as iso-8859-1|not valid"):
        reread(source, "import a\nimport b\n" + source.text)
    with pytest.raises(FixError, match="cannot be written in iso-8859-1"):
        reread(source, source.text + "# \N{SNOWMAN}\n")


RULE = """
family = "faulty"
title = "Faulty"

[[rule]]
code = "NF999"
slug = "faulty"
summary = "faulty"
kind = "renamed"
grade = "identical"

[rule.example]
before = "x"

[rule.arguments]
positional = ["axis", "old"]
"""


PROOF = """
[proofs.NF999]
cases = 1
largest = 0.0
releases = ["keras 2.0"]

[proofs.NF999.runs]
"keras.layers.Faulty -> keras.layers.BatchNormalization" = ["keras 2.0"]
"""
ARGUMENTS = "".join(f'"keras.layers.Faulty({name})" = ["keras 2.0"]\n' for name in ("axis", "old", "epsilon", "kernel"))


@pytest.fixture
def table(tmp_path: Path, request: pytest.FixtureRequest) -> Table:
    """The shipped table with one rule whose argument map is wrong."""
    file = tmp_path / "faulty.toml"
    symbols = '\n[rule.symbols]\n"keras.layers.Faulty" = "keras.layers.BatchNormalization"\n'
    file.write_text(RULE + request.param + symbols + PROOF + ARGUMENTS, encoding="utf-8")
    return load_table([*rule_files(), file])


CALL = b"import keras\n\nlayer = keras.layers.Faulty(axis=1, old=2)\n"


@pytest.mark.parametrize("table", ['rename = { old = "epsilon" }'], indirect=True)
def test_a_rule_that_is_right(table: Table) -> None:
    result = scan_text(CALL, "a.py", table, Options(fix=True))
    assert result.fixed_text == CALL.decode().replace("Faulty", "BatchNormalization").replace("old", "epsilon")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('rename = { old = "kernel" }\nadd = { gamma_initializer = "keras.initializers.Zero" }', "no fix asked for"),
        ('drop = ["old"]\nadd = { momentum = "flag" }', "`flag`, which nothing binds"),
        ('drop = ["old"]\nadd = { gamma_initializer = "keras.initializers.Zero" }', "which no fix asked for"),
    ],
    indirect=["table"],
)
def test_a_faulty_rule_holds_back_its_own_fix_alone(table: Table, words: str, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(
        CALL + b"from keras.layers.normalization import BatchNormalization\n" + CALL + b"\n" + OLD.encode()
    )
    (result,) = run([file], table, Options(fix=True))
    assert result.fixed_text is not None
    assert ".normalization" not in result.fixed_text
    assert result.fixed_text.count("keras.layers.Faulty(axis=1, old=2)") == 2
    assert {one.code for one in result.fixed} == {"NF101"}
    assert not failures(result)
    assert all(one.fix is None and words in str(one.withheld) for one in result.findings)
    assert len(result.findings) == 2
    file.write_text(result.fixed_text, encoding="utf-8")
    (again,) = run([file], table, Options(fix=True))
    assert again.fixed_text is None
    assert [one.withheld for one in again.findings] == [one.withheld for one in result.findings]


def test_fixes_that_never_end_leave_the_file_and_suggest_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("normfix.fixes.apply._PASSES", 1)
    result = scan_text(OLD.encode(), "a.py", TABLE, Options(fix=True))
    assert [one.code for one in failures(result)] == ["NF009"]
    assert result.fixed_text is None
    assert all(one.fix is None and one.withheld for one in result.findings if one.code != "NF009")


def failures(result: FileResult) -> list[Finding]:
    return [finding for finding in result.findings if finding.code == "NF009"]


def test_comments_that_silence_are_read_anew_in_each_pass() -> None:
    text = (
        "import keras\nfrom keras.layers.normalization import BatchNormalization, LRN2D\n"
        "x = keras.layers.normalization.BatchNormalization(mode=0)  # noqa: NF701\n"
    )
    result = scan_text(text.encode(), "a.py", TABLE, Options(fix=True))
    assert "NF701" not in {finding.code for finding in (*result.findings, *result.fixed)}
