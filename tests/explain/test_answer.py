"""Pasted errors: what they are recognized as, what cures them, which releases say so."""

from __future__ import annotations

import json
import re
import time
from contextlib import suppress
from pathlib import Path

import pytest

from fixtures.files import FIXTURES
from normfix.explanations.answer import answer, nearest
from normfix.explanations.answer_page import UnknownMessageError, explained, page, show
from normfix.explanations.pages import plain
from normfix.explanations.pasted import pasted
from normfix.table.load import shipped_table
from normfix.table.table import Kind
from tests.conftest import Command

TABLE = shipped_table()

MIXED = """Traceback (most recent call last):
  File "train.py", line 1, in <module>
    import tensorflow as tf
  File "/opt/site-packages/tensorflow/python/keras/layers/__init__.py", line 146, in <module>
    from tensorflow.python.keras.layers.normalization import LayerNormalization
ImportError: cannot import name 'LayerNormalization' from 'tensorflow.python.keras.layers.normalization' (/o/x.py)
"""
FOREIGN = """Traceback (most recent call last):
  File "/home/me/run.py", line 3, in <module>
    from pixellib.instance import instance_segmentation
  File "/opt/lib/python3.9/site-packages/pixellib/instance/mask_rcnn.py", line 25, in <module>
    from tensorflow.python.keras.layers import BatchNormalization
ImportError: cannot import name 'BatchNormalization' from 'tensorflow.python.keras.layers' (/opt/x.py)
"""
CONTRIB = """Traceback (most recent call last):
  File "model.py", line 12, in build
    h = tf.contrib.layers.layer_norm(h)
AttributeError: module 'tensorflow' has no attribute 'contrib'
"""
NOTEBOOK = """---------------------------------------------------------------------------
ModuleNotFoundError                       Traceback (most recent call last)
<ipython-input-3-0123abcd> in <module>
      1 import keras
----> 2 from keras.layers.normalization import BatchNormalization

ModuleNotFoundError: No module named 'keras.layers.normalization'
"""


def codes(text: str) -> list[str]:
    return [rule.code for rule in answer(TABLE, pasted(text)).rules]


def slugs(text: str) -> list[str]:
    return [message.slug for message in answer(TABLE, pasted(text)).messages]


def signs(text: str) -> str:
    return "; ".join(answer(TABLE, pasted(text)).signs)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "IndexError: list index out of range",
        "ImportError: cannot import name 'load_data' from 'mypackage'",
        "ModuleNotFoundError: No module named 'torch'",
        "TypeError: f() got an unexpected keyword argument",
        "NameError: name 'np' is not defined",
    ],
)
def test_other_peoples_errors_are_not_ours(text: str) -> None:
    found = answer(TABLE, pasted(text))
    assert not found
    assert not found.signs


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ImportError: cannot import name 'BatchNormalization' from 'keras.layers.normalization' (/a/b.py)", "NF101"),
        ("cannot import name 'LayerNormalization' from 'keras.layers.normalization' (unknown location)", "NF105"),
        ("ModuleNotFoundError: No module named 'keras.layers.normalization'", "NF101"),
        ("No module named 'keras.layers.core'", "NF901"),
        ("No module named 'keras.layers.advanced_activations'", "NF901"),
        ("module 'tensorflow.compat.v1' has no attribute 'contrib'", "NF401"),
        ("No module named 'tensorflow.contrib'", "NF401"),
        ("cannot import name 'LayerNormalization' from 'tensorflow.python.keras.layers.normalization'", "NF202"),
        ("cannot import name 'BatchNormalization' from 'tensorflow.python.keras.layers'", "NF201"),
        ("AttributeError: `batch_normalization` is not available with Keras 3.", "NF302"),
        ("AttributeError: module 'tensorflow' has no attribute 'layers'", "NF301"),
        ("No module named 'tf'", "NF208"),
        ("No module named 'tensorflow.keras.layers.normalization'", "NF207"),
        ("module 'keras.api._v2.keras.layers' has no attribute 'normalization'", "NF207"),
        ("No module named 'tensorflow.python.keras.layers.normalization'", "NF202"),
        ("No module named 'tensorflow.python.keras.layers.normalization_v2'", "NF203"),
        ("Unrecognized keyword arguments passed to BatchNormalization: {'renorm': True}", "NF705"),
        ("Unrecognized keyword arguments passed to BatchNormalization: {'fused': None}", "NF704"),
        ("Unrecognized keyword arguments passed to BatchNormalization: {'mode': 2}", "NF702"),
        ("Unrecognized keyword arguments passed to BatchNormalization: {'weights': <tf.Variable>}", "NF718"),
        ("TypeError: ('Keyword argument not understood:', 'mode')", "NF701"),
        ("('Keyword argument not understood:', 'gamma_init')", "NF703"),
        ("('Keyword argument not understood:', 'training')", "NF707"),
        ("('Keyword argument not understood:', 'synchronized')", "NF217"),
        ("('Keyword argument not understood:', 'rms_scaling')", "NF711"),
        ("No module named 'tensorflow_addons'", "NF601"),
        ("No module named 'keras_contrib'", "NF651"),
        ("cannot import name 'InstanceNormalization' from 'keras_contrib.layers' (/x/y.py)", "NF651"),
        ("module 'keras._tf_keras.keras.layers' has no attribute 'experimental'", "NF212"),
        ("No module named 'tensorflow.keras.layers.experimental'", "NF212"),
        ("Argument `name` must be a string and cannot contain character `/`. Received: name=a/b", "NF712"),
        ("module 'tensorflow.python.keras.api._v1.keras.layers' has no attribute 'InstanceNormalization'", "NF218"),
        ("module 'tf_keras.api._v2.keras.layers' has no attribute 'RMSNormalization'", "NF217"),
        ("module 'keras.api._v2.keras.layers' has no attribute 'GroupNormalization'", "NF217"),
        ("moments_v2() got an unexpected keyword argument 'keep_dims'", "NF504"),
        ("Got an unexpected keyword argument 'keep_dims'", "NF504"),
        ("module 'tensorflow._api.v2.nn' has no attribute 'fused_batch_norm'", "NF502"),
        ("Number of groups (32) cannot be more than the number of channels (16).", "NF803"),
        ("int() argument must be a string, a bytes-like object or a real number, not 'list'", "NF710"),
        ("Expected an int or a list/tuple of ints for the argument 'axis', but received: 1e-05", "NF709"),
        ("cannot import name 'Batchnormalizaton' from 'tensorflow.keras.layers' (/x)", "NF210"),
        (
            "\x1b[31mImportError\x1b[0m: cannot import name ‘BatchNormalization’\nfrom 'keras.layers.normalization'",
            "NF101",
        ),
    ],
)
def test_a_message_leads_to_its_rule(text: str, code: str) -> None:
    assert codes(text)[0] == code


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        (MIXED, "mixed-installation"),
        ("The added layer must be an instance of class Layer. Found: <keras.layers.x>", "two-kerases"),
        ("Only instances of `keras.Layer` can be added to a Sequential model. Received: <tf_keras", "two-kerases"),
        ("'tuple' object has no attribute 'layer'", "two-kerases-functional"),
        ("'Node' object has no attribute 'output_masks'", "two-kerases-functional"),
        ("ERROR: No matching distribution found for tensorflow-addons", "addons-not-installable"),
        ("ValueError: Unknown layer: BatchNormalizationV1", "unknown-layer"),
        ("Unknown layer: 'Addons>InstanceNormalization'. Please ensure", "unknown-layer"),
        ("No module named 'tf_keras'", "legacy-keras-missing"),
        ("No module named 'tf_keras.legacy_tf_layers'", "legacy-layers-gone"),
        ("Key batch_normalization/beta not found in checkpoint", "checkpoint-names"),
        ("Key InceptionV1/BatchNorm/moving_mean not found in checkpoint", "checkpoint-names"),
        ("ValueError: A KerasTensor cannot be used as input to a TensorFlow function.", "keras-tensor"),
        ("NameError: name 'BatchNormalization' is not defined", "name-not-defined"),
        ("IndexError: tuple index out of range\n in BatchNormalization", "axis-too-large"),
        ("'BatchNormalization' object has no attribute 'updates'", "no-updates"),
        ("Shape mismatch in layer #3 (named layer_normalization) for weight", "several-axes"),
        ("RuntimeError: tf.placeholder() is not compatible with eager execution.", "placeholder"),
        ("Tensorflow 1 is unsupported in Colab.", "colab-tensorflow-1"),
        ('Import "tensorflow.keras.layers" could not be resolved Pylance', "editor-only"),
        ("E0401: Unable to import 'tensorflow.keras.layers' (import-error)", "editor-only"),
        ("E0611: No name 'BatchNormalization' in module 'tensorflow.keras.layers'", "editor-only"),
        ("E1101: Module 'tensorflow.keras' has no 'layers' member (no-member)", "editor-only"),
        ('"BatchNormalization" is unknown import symbol', "editor-only"),
        ("Only input tensors may be passed as positional arguments. The following argument value", "training-by-place"),
        ("A KerasTensor is symbolic: it's a placeholder. You cannot convert it to an int.", "tensor-for-argument"),
        ("axis must be int or list, type given: <class 'tensorflow.ops.Tensor'>", "tensor-for-argument"),
        ("Using a symbolic `tf.Tensor` as a Python `bool` is not allowed.", "symbolic-boolean"),
        ("A symbolic KerasTensor cannot be used as a boolean.", "symbolic-boolean"),
        ("Layer input_spec must be an instance of InputSpec. Got: InputSpec(ndim=2)", "input-spec"),
        ("Layer 'batch_norm_1' expected 3 variables, but received 4 variables", "other-number-of-weights"),
        ("Shapes used to initialize variables must be fully-defined (no `None` dimensions).", "unknown-size"),
        ("('Input has undefined `axis` dimension. Input shape: ', TensorShape([None, None]))", "unknown-size"),
        ("The added layer must be an instance of class Layer. Received: layer=<class 'k.B'> of", "class-for-layer"),
        ("Inputs to a layer should be tensors. Got: <class 'keras.BatchNormalization'>", "class-for-layer"),
        ("ModuleNotFoundError: No module named 'tensorflow'", "no-tensorflow"),
        ("ValueError: Argument `axis` cannot be None when mean is given.", "axis-none"),
        ('net.py:4: error: Module has no attribute "contrib"  [attr-defined]', "contrib-for-type-checkers"),
        ("DeprecationWarning: `BatchNormalizationBase` is deprecated", "base-class"),
        ("From a.py:3: dense (from tensorflow.python.layers.core) is deprecated and will be", "other-layers-function"),
        ("From a.py:3: Layer.apply (from tensorflow.python.keras.engine.base_layer) is deprecated", "layer-apply"),
        ("TypeError: Cannot convert a symbolic Keras input/output to a numpy array.", "keras-tensor"),
    ],
)
def test_a_message_of_no_single_spelling_has_its_cause(text: str, slug: str) -> None:
    assert slug in slugs(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("module 'keras.api._v2.keras.layers' has no attribute 'normalization'", "TensorFlow 2.6-2.15"),
        ("module 'keras._tf_keras.keras.layers' has no attribute 'experimental'", "TensorFlow 2.16 or newer"),
        ("module 'tf_keras.api._v2.keras.layers' has no attribute 'RMSNormalization'", "TF_USE_LEGACY_KERAS=1"),
        ("module 'tensorflow.python.keras.api._v1.keras.layers' has no attribute 'X'", "TensorFlow 1.15"),
        ("module 'tensorflow_core._api.v2.nn' has no attribute 'X'", "TensorFlow 2.0-2.1"),
        ("('Keyword argument not understood:', 'mode')", "Keras 2, so TensorFlow 2.15 or older"),
        ("cannot import name 'BatchNormalization' from 'keras.layers.normalization'", "Keras 2.6-2.12"),
    ],
)
def test_a_message_betrays_its_release(text: str, said: str) -> None:
    assert said in signs(text)


def test_one_sign_does_not_stand_for_another() -> None:
    assert "2.6-2.15" not in signs("module 'tensorflow.python.keras.api._v2.keras.layers' has no attribute 'X'")
    assert "2.6-2.15" not in signs("module 'tf_keras.api._v2.keras.layers' has no attribute 'X'")


def test_a_mixed_installation_is_no_matter_of_rules() -> None:
    assert codes(MIXED) == []
    assert "mixed-installation" not in slugs(MIXED.replace("/layers/__init__.py", "/models.py"))


def test_the_code_in_a_traceback_decides_between_rules() -> None:
    assert codes(CONTRIB)[0] == "NF402"
    assert codes(CONTRIB.splitlines()[-1])[0] == "NF401"


def test_an_unknown_keyword_has_its_likely_meaning() -> None:
    found = answer(TABLE, pasted("Unrecognized keyword arguments passed to LayerNormalization: {'epsilom': 0.1}"))
    assert ([rule.code for rule in found.rules], found.argument, found.meant) == (["NF719"], "epsilom", "epsilon")
    assert not answer(TABLE, pasted("Unrecognized keyword arguments passed to Dense: {'unitz': 4}"))


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("softmax() got an unexpected keyword argument 'axis'", "since TensorFlow 1.5"),
        ("argmax_v2() got an unexpected keyword argument 'dimension'", "since TensorFlow 1.0"),
        ("l2_normalize() got an unexpected keyword argument 'axis'", "today's name of `dim`"),
        ("moments() got an unexpected keyword argument 'keepdims'", "today's name of `keep_dims`"),
        ("reduce_mean() got an unexpected keyword argument 'keepdims'", "since TensorFlow 1.5"),
        ("Conv2D.__init__() got an unexpected keyword argument 'data_format'", "dim_ordering to data_format"),
        ("TensorFlowTrainer.fit() got an unexpected keyword argument 'momentum'", "of the layer (BatchNormalization)"),
        ("Unrecognized keyword arguments passed to Dense: {'weights': 3}", "no rule for Dense"),
        ("('Keyword argument not understood:', 'units')", "No normalization layer takes `units`"),
        (
            'File "a.py", line 3, in f\n  x = Conv2D(3, momentum=0.9)(BatchNormalization()(x))\n'
            "TypeError: __init__() got an unexpected keyword argument 'momentum'",
            "Conv2D() refuses `momentum`",
        ),
    ],
)
def test_a_text_about_another_callee_is_said_to_be_that(text: str, known: str) -> None:
    read = pasted(text)
    found = answer(TABLE, read)
    assert (found.rules, found.messages) == ((), ())
    words = " ".join(plain(page(found, read)).split())
    assert known in words
    assert not re.search(r"NF\d", words)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("l2_normalize_v2() got an unexpected keyword argument 'dim'", "NF505"),
        ("moments() got an unexpected keyword argument 'keep_dims'", "NF504"),
        ("Unrecognized keyword arguments passed to MyBatchNorm: {'fused': True}", "NF704"),
        ("Unrecognized keyword arguments passed to ConvBlock: {'renorm': True}", "NF705"),
        ("BatchNormalizationBase.call() got an unexpected keyword argument 'is_training'", "NF707"),
        ("batch_norm() got an unexpected keyword argument 'is_training'", "NF401"),
        ("MyBN.__init__() got an unexpected keyword argument 'epsilon'", "NF719"),
        ("batch_normalization (from tensorflow.python.layers.normalization) is deprecated and will be", "NF301"),
        ("The name tf.layers.batch_normalization is deprecated. Please use tf.compat.v1.layers", "NF301"),
        ('Import "keras.layers.normalization" could not be resolved', "NF101"),
        ("E0611: No name 'BatchNormalization' in module 'tensorflow.python.keras.layers' (no-name-in-module)", "NF201"),
        ('net.py:3: error: Module "keras.layers" has no attribute "BatchNormalizationV1"  [attr-defined]', "NF108"),
        ('error: Cannot find implementation or library stub for module named "keras.layers.normalization"', "NF101"),
        ('net.py:3: error: Unexpected keyword argument "fused" for "BatchNormalization"  [call-arg]', "NF704"),
        ("net.py:3:0: E1123: Unexpected keyword argument 'fused' in constructor call", "NF704"),
        ('No parameter named "fused" Pylance(reportCallIssue)', "NF704"),
        ('"contrib" is not a known attribute of module "tensorflow" Pylance(reportAttributeAccessIssue)', "NF903"),
        ("calling moments (from tensorflow.python.ops.nn_impl) with keep_dims is deprecated and will be", "NF504"),
        ("calling l2_normalize (from tensorflow.python.ops.nn_impl) with dim is deprecated and will be", "NF505"),
    ],
)
def test_the_callee_or_the_path_in_a_text_decides(text: str, code: str) -> None:
    assert codes(text)[0] == code
    assert "editor-only" not in slugs(text)


def test_a_keyword_is_never_said_to_be_a_misspelling_of_itself() -> None:
    read = pasted("TypeError: ('Keyword argument not understood:', 'scale')")
    found = answer(TABLE, read)
    assert (found.argument, found.meant) == ("scale", "")
    assert "BatchNormalization" in found.taken_by
    assert "did you mean" not in plain(page(found, read))


RECORDED = json.loads((FIXTURES / "errors" / "recorded.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", RECORDED)
def test_what_the_old_form_of_a_rule_raises_leads_to_the_rule(text: str) -> None:
    raised = {TABLE.rules[code] for code in RECORDED[text]["rules"]}
    # A module beside a normalization is met on the way to it: the normalization's own text is the first.
    own = {rule.code for rule in raised if rule.kind is not Kind.SIBLING} or {rule.code for rule in raised}
    assert own <= set(codes(text))


def test_where_to_look() -> None:
    own = plain(page(answer(TABLE, pasted(CONTRIB)), pasted(CONTRIB)))
    assert "  model.py:12: h = tf.contrib.layers.layer_norm(h)\n" in own
    assert "normfix check model.py" in own
    foreign = plain(page(answer(TABLE, pasted(FOREIGN)), pasted(FOREIGN)))
    assert "  /home/me/run.py:3: from pixellib.instance" in foreign
    assert "installed package pixellib" in foreign
    notebook = pasted(NOTEBOOK)
    assert notebook.last_own is not None
    assert (notebook.last_own.line, notebook.last_own.code[:10]) == (2, "from keras")


def test_nothing_fits_but_something_is_near() -> None:
    assert "cannot import name LRN2D" in nearest(TABLE, pasted("ImportError: cannot import name LRN3D"))
    with pytest.raises(UnknownMessageError, match="did you mean one of these"):
        show(TABLE, "ImportError: cannot import name LRN3D", "never")
    with pytest.raises(UnknownMessageError, match="paste the last line"):
        show(TABLE, "segmentation fault", "never")


def test_every_error_of_a_rule_is_recognized() -> None:
    missed = {
        (rule.code, error)
        for rule in TABLE.rules.values()
        for error in rule.errors
        if not slugs(error) and rule.code not in codes(error)
    }
    assert missed == set()


def test_every_pattern_compiles_and_every_code_exists() -> None:
    messages = TABLE.messages
    for pattern in (*messages.shapes, *(one.pattern for one in messages.signs)):
        re.compile(pattern)
    for message in messages.messages:
        for pattern in (*message.patterns, message.frame):
            re.compile(pattern)
        assert set(message.rules) <= set(TABLE.rules), message.slug


def test_the_command(normfix: Command) -> None:
    result = normfix("explain", "No module named 'keras.layers.normalization'")
    assert result.returncode == 0
    assert result.stdout.startswith(b"NF101 keras-layers-normalization\n====")
    assert b"Keras 2.13 or newer" in result.stdout
    piped = normfix("explain", "-", stdin=CONTRIB.encode())
    assert (piped.returncode, piped.stdout.splitlines()[0]) == (0, b"NF402 contrib-layer-norm")
    unknown = normfix("explain", "segmentation", "fault")
    assert (unknown.returncode, unknown.stdout) == (2, b"")
    assert unknown.stderr.startswith(b"error: no recorded message is in this text")


@pytest.mark.parametrize("text", [error for rule in TABLE.rules.values() for error in rule.errors if "`" in error])
def test_a_text_is_known_without_its_backticks_too(text: str) -> None:
    assert codes(text.replace("`", "")) == codes(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "Using a symbolic `tf.Tensor` as a Python `bool` is not allowed",
        "using a `tf.Tensor` as a Python `bool` is not allowed in Graph execution",
        "Keras symbolic inputs/outputs do not implement `__len__`",
        "Only instances of `keras.Layer` can be added to a Sequential model. Received: x",
        "Argument `name` must be a string and cannot contain character `/`. Received: name=a/b (of type <class 'str'>)",
    ],
)
def test_a_cause_and_a_sign_are_known_without_backticks_too(text: str) -> None:
    bare = text.replace("`", "")
    assert (slugs(bare), codes(bare), signs(bare)) == (slugs(text), codes(text), signs(text))
    assert slugs(text) or codes(text)


def test_no_pattern_asks_for_what_a_text_is_read_without() -> None:
    listed = [pattern for one in TABLE.messages.messages for pattern in one.patterns]
    listed += [*TABLE.messages.shapes, *(one.pattern for one in TABLE.messages.signs)]
    assert [pattern for pattern in listed if "`" in pattern] == []


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (
            "cannot import name 'LayerNormalization' from 'tensorflow.python.keras.layers.normalization'",
            "tensorflow.python.keras.layers.normalization.LayerNormalization",
            "tensorflow.keras.layers.LayerNormalization",
        ),
        (
            "module 'keras.layers' has no attribute 'BatchNormalizaton'",
            "keras.layers.BatchNormalizaton",
            "keras.layers.BatchNormalization",
        ),
    ],
)
def test_the_advice_speaks_of_the_name_in_the_text(text: str, old: str, new: str) -> None:
    read = pasted(text)
    shown = " ".join(plain(page(answer(TABLE, read), read)).split())
    assert f"What to do: Use `{new}` for `{old}`." in shown


def test_advice_that_is_more_than_a_name_stays() -> None:
    read = pasted("module 'tensorflow' has no attribute 'layers'\n    tf.layers.batch_normalization(x)")
    assert answer(TABLE, read).replacement == ""


@pytest.mark.parametrize("letter", ["a", "a.", "a ", "a()", "'a", '"', "a\n", "{'a': ", "module 'a", "\\", "/a", "_v2"])
def test_no_text_takes_long(letter: str) -> None:
    begin = time.process_time()
    with suppress(UnknownMessageError):
        explained(TABLE, letter * 20_000)
    assert time.process_time() - begin < 10


@pytest.mark.parametrize(
    "value",
    [
        "\udcff",
        "[" * 5000,
        "(" * 150 + "1" + ")" * 150,
        "-" * 60_000 + "1",
        "1" + "+1" * 900,
        "1" + "+1" * 60_000,
        "f(" * 900,
        "\0",
        "0.9, 'b': <object at 0x7f>",
        "b'\\xff'",
        "",
    ],
)
def test_what_a_message_prints_of_arguments_may_be_anything(value: str) -> None:
    said = "Unrecognized keyword arguments passed to BatchNormalization: "
    for arguments in (f"{{'fused': {value}}}", f"{{'fused'{value}: 1}}", value):
        with suppress(UnknownMessageError):
            explained(TABLE, said + arguments)
    assert explained(TABLE, f"{said}{{'fused': True}}")


HOSTILE = """family = "own"
title = "Own"

[[message]]
slug = "own"
title = "Of our own"
patterns = ["{pattern}"]
cause = "A cause."
cure = "A cure."
"""


@pytest.mark.parametrize(
    ("pattern", "status", "words"),
    [
        ("our own (error)", 0, "Of our own"),
        ("(a+)+$", 2, "a pattern among the messages of this project's rules takes too long"),
        ("(a|a)*$", 2, "a pattern among the messages of this project's rules takes too long"),
        ("(", 2, "'(' is no regular expression"),
        ("(?P<a>x)(?P<a>y)", 2, "is no regular expression"),
        ("a{99999999999999999999}", 2, "is no regular expression"),
    ],
)
def test_the_patterns_of_own_rules(normfix: Command, tmp_path: Path, pattern: str, status: int, words: str) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.normfix]\nextend-rules = ["own.toml"]\n')
    (tmp_path / "own.toml").write_text(HOSTILE.format(pattern=pattern))
    done = normfix("explain", "a" * 60 + "b our own error", cwd=tmp_path)
    assert done.returncode == status
    assert words in (done.stdout + done.stderr).decode()
    assert b"Traceback" not in done.stderr
