"""Grammar that is newer than the running Python: what stands in it is read all the same, at its place."""

from __future__ import annotations

import ast
import sys

import pytest

from normfix.source.python import ParseFailure, parse
from normfix.source.text import decode
from tests.support import findings, fixed, found, unchanged

TF = "import tensorflow as tf\n"
ADDED = "from tensorflow_addons.layers import InstanceNormalization\n"

NEWER = [
    'x = f"{norm(name="a")}"\n',
    "x = f'{norm['a']!r:>{width}} {other=} {f'{inner('b')}'}'\n",
    'x = f"{(norm)(x for x in y)}{(a, b)}{(lambda: c)}"\nx = f"{z["a"]}"\n',
    'x = ("a" f"{norm("a")}" "b"\n     f"{other}" "c")\n',
    'x = f"{\n    norm("a")  # why\n    + other["é"]\n}" + tail\n',
    '"a" "b" f"{norm["a"]}" "c" f"{other}"\n',
    'x = "ä" + f"{norm("a")}{other}"\n',
    'x = f"nothing {{}} here" + f"{norm["a"]}"\n',
    "def f[T: norm](x: T) -> T:\n    return x\n",
    "class A[T: (norm, other), *Ts, **P](Base[T]):\n    x: T\n",
    "type N = norm | other\n",
    "if True:\n    type N[T: bound] = (\n        norm |\n        other\n    )\n",
    'x = t"{norm["a"]!r} {f"{other("b")}"}"\n',
    "def f(*args: *norm[other]) -> a[*norm, *other]: ...\n",
    "try:\n    pass\nexcept norm, (other), a.b:\n    pass\n".replace("norm", "Norm") + "norm\n",
    "try:\n    pass\nexcept* Norm, other.error:\n    norm\n",
    "def f[\n    T: norm[\n        other\n    ]\n](x): ...\n",
]


@pytest.mark.parametrize("text", NEWER)
@pytest.mark.parametrize("above", ["", "a = 1\n", "# é\n"])
def test_every_name_is_read_where_it_stands(text: str, above: str) -> None:
    source = decode(f"{above}{text}".encode(), "code.py")
    tree = parse(source)
    assert not isinstance(tree, ParseFailure)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    for name in ("norm", "other", "inner", "bound"):
        assert (name in source.text) == any(one.id == name for one in names)
    if sys.version_info < (3, 12):
        for one in names:
            start = source.offset(one.lineno, one.col_offset)
            assert source.text[start : start + len(one.id)] == one.id


@pytest.mark.parametrize(
    "text", ['x = f"{a b}"\ny = f"{z["a"]}"\n', "type = 1\ntype X\n", 'x = f"{z["a"]}" "\n', "def f[T:](x): ...\n"]
)
def test_what_no_grammar_has_stays_a_failure(text: str) -> None:
    assert isinstance(parse(decode(text.encode(), "code.py")), ParseFailure)


@pytest.mark.parametrize(
    "line",
    [
        "def f[T: {}](x: T) -> T: pass",
        "def f[T: (int, {}), *Ts](): pass",
        "async def f[**P = [{}]](): pass",
        "class A[T = {}](Base): pass",
        "type A[T: {}] = list[T]",
        "type A = {}",
    ],
)
def test_bounds_and_defaults_of_type_parameters_are_scanned(line: str) -> None:
    code = TF + line.format("tf.keras.layers.BatchNormalizationV1") + "\n"
    assert [one.partition(" ")[2].partition(" ")[0] for one in found(code)] == ["NF216"]


def test_exceptions_without_brackets_guard_as_those_in_brackets() -> None:
    code = "try:\n    from keras.layers.normalization import BatchNormalization as B\nexcept {}:\n    B = None\n"
    bare, bracketed = ("ImportError, {}", "(ImportError, {})")
    for name in ("ValueError", "ModuleNotFoundError", "tf.errors.NotFoundError"):
        one, other = (found(code.format(way.format(name))) for way in (bare, bracketed))
        assert [said.split(" ")[1:] for said in one] == [said.split(" ")[1:] for said in other]


@pytest.mark.parametrize("handler", ["except ValueError", "except* ValueError", "except* ValueError, TypeError"])
def test_a_try_is_one_whatever_it_catches(handler: str) -> None:
    code = f"import keras\ntry:\n    keras.layers.BatchNormalization()\n{handler}:\n    pass\n"
    assert found(code) == []


@pytest.mark.parametrize("name", ["e", "err", "_"])
def test_a_name_behind_an_exception_is_python_2(name: str) -> None:
    code = f"{ADDED}try:\n    InstanceNormalization()\nexcept ValueError, {name}:\n    pass\n"
    assert {"NF001", "NF003"} == {one.split(" ")[1] for one in found(code)}


@pytest.mark.parametrize("argument", ['f"{"a"}"', 'f"{n["a"]}"', 'f"{n["a"]}/b"', 'lambda z: f"{"c"}"'])
def test_an_argument_may_be_of_a_newer_grammar(argument: str) -> None:
    call = f"tf.contrib.layers.batch_norm(x, scope={argument}, activation_fn=tf.nn.relu, is_training=True)\n"
    loop = f"def f(x):\n    for n in x:\n        x = {call}"
    traced = f"@tf.function\ndef f(x):\n    return {call}"
    layer = f"class A(tf.keras.Model):\n    def call(self, x):\n        return {call}"
    given = f"normalizer_fn=tf.contrib.layers.batch_norm, normalizer_params={{'scope': {argument}}}"
    handed = f"tf.contrib.layers.conv2d(x, 3, {given})\n"
    for code in (f"y = {call}", loop, traced, layer, handed):
        said = [one for one in findings(TF + code) if one.code == "NF401"]
        assert said
        # What stands for it while it is read is nobody's code.
        assert not [one for one in said if ",)" in (one.withheld or "")]


def test_what_stands_in_a_nested_text_is_found_and_mended() -> None:
    code = TF + 'x = f"{tf.layers.batch_normalization(1, name="a")} {f"{tf.layers.batch_normalization(2)}"}"\n'
    assert [one.partition(" ")[0] + one.split(" ")[1] for one in found(code)] == ["2NF301", "2NF301"]
    layer = "tf.keras.layers.BatchNormalization"
    after = f'x = f"{{{layer}(name="a")(1, training=False)}} {{f"{{{layer}()(2, training=False)}}"}}"\n'
    assert fixed(code) == TF + after


@pytest.mark.parametrize(
    "use",
    ["def f[T: InstanceNormalization](x: T): ...\n", "class A[T = InstanceNormalization]: ...\n"],
)
def test_a_name_that_a_type_parameter_needs_is_not_taken_away(use: str) -> None:
    code = f"{ADDED}{use}y = InstanceNormalization()\n"
    if sys.version_info < (3, 12):
        assert unchanged(code, unsafe=False)


def test_an_alias_of_a_type_is_an_alias() -> None:
    assert [one.split(" ")[1] for one in found(f"{TF}type N = tf.contrib.layers.batch_norm\n")] == ["NF401"]
