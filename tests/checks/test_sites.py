"""The ways in which a legacy spelling is used, each found where it stands and named as what it is."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from normfix.checks.finding import Severity, SiteKind
from normfix.checks.scanner import scan
from normfix.checks.sites import Scan, once_per_scan
from normfix.semantics.project import Project
from normfix.source.text import SourceText
from normfix.table.load import shipped_table
from tests.support import findings, found

USES = {
    "call": ("y = tf.layers.batch_normalization(1)", SiteKind.CALL),
    "stored": ("norm = tf.layers.batch_normalization", SiteKind.VALUE),
    "dictionary value": ("NORMS = {'bn': tf.layers.batch_normalization}", SiteKind.VALUE),
    "list item": ("NORMS = [tf.layers.batch_normalization]", SiteKind.VALUE),
    "keyword value": ("y = conv(1, normalizer_fn=tf.layers.batch_normalization)", SiteKind.VALUE),
    "list of arg_scope": ("with arg_scope([tf.layers.batch_normalization], training=True): pass", SiteKind.VALUE),
    "partial": ("norm = functools.partial(tf.layers.batch_normalization, training=True)", SiteKind.VALUE),
    "isinstance": ("ok = isinstance(1, tf.layers.BatchNormalization)", SiteKind.VALUE),
    "default of a parameter": ("def f(norm=tf.layers.batch_normalization): pass", SiteKind.VALUE),
    "base class": ("class Norm(tf.layers.BatchNormalization): pass", SiteKind.BASE),
    "decorator": ("@tf.contrib.layers.batch_norm\ndef f(): pass", SiteKind.DECORATOR),
    "annotation": ("def f(norm: tf.layers.BatchNormalization): pass", SiteKind.ANNOTATION),
    "returned annotation": ("def f() -> tf.layers.BatchNormalization: pass", SiteKind.ANNOTATION),
    "annotation of a variable": ("norm: tf.layers.BatchNormalization = None", SiteKind.ANNOTATION),
    "annotation inside another": ("def f(norm: Optional[tf.layers.BatchNormalization]): pass", SiteKind.ANNOTATION),
    "quoted annotation": ("def f(norm: 'Optional[tf.layers.BatchNormalization]'): pass", SiteKind.ANNOTATION),
    "in a lambda": ("norm = lambda x: tf.layers.batch_normalization(x)", SiteKind.CALL),
    "in a comprehension": ("ys = [tf.layers.batch_normalization(x) for x in (1, 2)]", SiteKind.CALL),
    "in an f-string": ("text = f'{tf.layers.batch_normalization(1)}'", SiteKind.CALL),
    "behind a walrus": ("if (y := tf.layers.batch_normalization(1)): pass", SiteKind.CALL),
    "string": ("norm = getattr(tf.layers, 'batch_normalization')", SiteKind.STRING),
}


@pytest.mark.parametrize(("line", "kind"), [pytest.param(*case, id=name) for name, case in USES.items()])
def test_a_use_is_found_as_what_it_is(line: str, kind: SiteKind) -> None:
    sites = findings(f"import functools\nimport tensorflow as tf\n{line}\n")
    assert [(site.start.line >= 3, site.kind) for site in sites] == [(True, kind)]


def test_a_position_is_that_of_the_spelling() -> None:
    (finding,) = findings("import tensorflow as tf\nwörd = [1,  tf.layers.batch_normalization(1)]\n")
    assert (finding.start.line, finding.start.column, finding.end.column) == (2, 13, 42)


def test_a_class_that_subclasses_its_own_name() -> None:
    code = """
        from tensorflow.layers import BatchNormalization
        class BatchNormalization(BatchNormalization):
            pass
        """
    assert found(code) == ["2 NF303 BatchNormalization", "3 NF303 BatchNormalization"]


def test_a_chain_over_several_lines() -> None:
    code = """
        import tensorflow as tf
        y = (tf
             .layers
             .batch_normalization(1))
        """
    assert found(code) == ["3 NF301 tf"]


def test_every_name_of_an_import_line() -> None:
    code = "from tensorflow.python.keras.layers import BatchNormalization, Dense as D, LayerNormalization\n"
    assert found(code) == ["1 NF201 BatchNormalization", "1 NF902 Dense as D", "1 NF201 LayerNormalization"]


def test_imports_in_functions_and_classes() -> None:
    code = """
        def f():
            from keras.layers.normalization import BatchNormalization
        class A:
            from tensorflow.layers import BatchNormalization as BN
        """
    assert found(code) == ["3 NF101 BatchNormalization", "5 NF303 BatchNormalization as BN"]


def test_a_star_import_of_a_dead_module() -> None:
    assert found("from keras.layers.normalization import *\n") == ["1 NF101 *"]


def test_siblings_alone_are_nobody_s_business() -> None:
    assert found("from keras.layers.core import Dense\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "import tensorflow.contrib.layers",
        "import tensorflow.contrib.layers as L\nx = L.conv2d(y)",
        "from tensorflow.contrib import slim\nx = slim.conv2d(y)",
        "from tensorflow.contrib import lite",
        "try:\n    import tensorflow.contrib.layers as L\nexcept ImportError:\n    L = None",
    ],
)
def test_modules_that_are_gone_and_used_for_something_else_are_nobody_s_business(line: str) -> None:
    assert found(f"{line}\n") == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("import tensorflow.contrib.layers as L", "1 NF903 tensorflow.contrib.layers as L"),
        ("from tensorflow.contrib import slim", "1 NF903 slim"),
        ("from tensorflow.contrib import (slim,  # for others\n    layers as L)", "1 NF903 slim"),
        ("from tensorflow import layers as L", "1 NF903 layers as L"),
    ],
)
def test_a_module_that_is_gone_and_only_handed_on_is_found(line: str, said: str) -> None:
    assert found(f"{line}\n")[:1] == [said]


PRIVATE = (
    "import tensorflow as tf\nfrom tensorflow.python.keras.engine import input_spec\n{}spec = input_spec.InputSpec(2)\n"
)


@pytest.mark.parametrize(
    "more",
    [
        "x = tf.placeholder('float32')\ny = tf.layers.batch_normalization(x)\n",
        "x = tf.placeholder('float32')\ny = tf.contrib.layers.batch_norm(x)\n",
        "y = tf.nn.relu(x)\n",
    ],
)
def test_private_keras_beside_a_function_that_stays_one_is_nobody_s_business(more: str) -> None:
    assert not [one for one in findings(PRIVATE.format(more)) if one.code == "NF902"]


@pytest.mark.parametrize(
    "more",
    [
        "y = tf.contrib.layers.batch_norm(x)\n",
        "from tensorflow.python.layers import normalization\ny = normalization.BatchNormalization()\n",
        "from tensorflow.python.layers import normalization\nx = tf.placeholder('float32')\n"
        "y = normalization.BatchNormalization()\n",
        "y = tf.keras.layers.BatchNormalization()\n",
    ],
)
def test_private_keras_is_found_before_the_normalization_beside_it_is_fixed(more: str) -> None:
    assert [one.start.line for one in findings(PRIVATE.format(more)) if one.code == "NF902"] == [2]


def test_a_name_with_several_meanings_is_said_to_have_them() -> None:
    code = """
        import tensorflow as tf
        norm = tf.layers.batch_normalization
        if flag:
            norm = own
        y = norm(1)
        """
    messages = [one.message for one in findings(code) if one.start.line == 6]
    assert len(messages) == 1
    assert "one of several things" in messages[0]


def test_what_still_runs_is_a_warning() -> None:
    severities = [one.severity for one in findings("from keras.src.layers import BatchNormalization\n")]
    assert severities == [Severity.WARNING]


@pytest.mark.parametrize("encoding", ["rot13", "base64", "undefined"])
def test_an_encoding_that_is_none_of_texts(encoding: str) -> None:
    code = f"# coding: {encoding}\nfrom keras.layers.normalization import BatchNormalization\n"
    assert [one.code for one in findings(code.encode())] == ["NF002"]


def test_what_is_worked_out_of_a_scan_stays_with_it() -> None:
    asked: list[Scan] = []

    @once_per_scan
    def lines(found: Scan) -> int:
        asked.append(found)
        return found.source.text.count("\n")

    table = shipped_table()
    source = SourceText("a.py", "a = 1\nb = 2\n")
    first = scan(source, ast.parse(source.text), table, Project(table))
    again = replace(first, sites=())
    assert [lines(first), lines(first), lines(again)] == [2, 2, 2]
    assert asked == [first, again]
