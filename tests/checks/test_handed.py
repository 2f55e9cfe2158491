"""Arguments that reach a layer by a dictionary, a subclass, a wrapper, `partial`, a class in a variable."""

from __future__ import annotations

import pytest

from tests.support import findings, fixed, unchanged

HEAD = """\
import functools, copy
from tensorflow.keras import layers as L
from tensorflow.keras.layers import BatchNormalization, Dense
"""

SILENT = {
    "taken out again": "kw = {'fused': True}\nkw.pop('fused')\nBatchNormalization(**kw)",
    "deleted again": "kw = {'fused': True}\ndel kw['fused']\nBatchNormalization(**kw)",
    "set only afterwards": "kw = {}\nBatchNormalization(**kw)\nkw['fused'] = True",
    "changed by other code": "kw = {'fused': True}\nclean(kw)\nBatchNormalization(**kw)",
    "cleared": "kw = {'fused': True}\nkw.clear()\nBatchNormalization(**kw)",
    "another dictionary": "kw = {'fused': True}\nother = {}\nBatchNormalization(**other)",
    "of unknown origin": "def f(kw):\n    return BatchNormalization(**kw)",
    "in the arm of a release test": (
        "import tensorflow as tf\nk = {}\nif tf.__version__ < '2.16':\n    k['fused'] = True\nBatchNormalization(**k)"
    ),
    "the wrapper takes it for itself": (
        "def f(x, fused=None, **kw):\n    return BatchNormalization(**kw)(x)\nf(1, fused=True)"
    ),
    "the wrapper takes it out": (
        "def f(x, **kw):\n    kw.pop('fused', None)\n    return BatchNormalization(**kw)(x)\nf(1, fused=True)"
    ),
    "the wrapper hands it to something else": "def f(**kw):\n    return Dense(3, **kw)\nf(fused=True)",
    "the wrapper hands it to either": (
        "def f(a, **kw):\n    return BatchNormalization(**kw) if a else Dense(3, **kw)\nf(1, fused=True)"
    ),
    "the wrapper is decorated": "@other\ndef f(**kw):\n    return BatchNormalization(**kw)\nf(fused=True)",
    "a subclass with a constructor of its own": (
        "class M(BatchNormalization):\n    def __init__(self, fused=None):\n        super().__init__()\nM(fused=True)"
    ),
    "a subclass of two": "class Mine(Mixin, BatchNormalization):\n    pass\nMine(fused=True)",
    "super of a class of two": (
        "class Mine(Mixin, BatchNormalization):\n    def __init__(self):\n        super().__init__(fused=True)"
    ),
    "a class of another library": "import torch.nn as nn\nclass Mine(nn.BatchNorm2d):\n    pass\nMine(fused=True)",
    "the name means something else": "def BatchNormalization(**kw):\n    return kw\nBatchNormalization(fused=True)",
    "a dictionary of other classes": "norms = {'a': Dense}\nnorms['a'](fused=True)",
    "a dictionary that changes": "norms = {'a': BatchNormalization}\nnorms['a'] = Mine\nnorms['a'](fused=True)",
    "a class from outside": "def f(norm):\n    return norm(fused=True)",
    "an attribute that is given anything": (
        "class M:\n    def __init__(self, norm):\n        self.norm = norm\n"
        "    def f(self):\n        self.norm(fused=True)"
    ),
    "a configuration from outside": "BatchNormalization.from_config(config)",
    "a configuration that is right": "BatchNormalization.from_config({'momentum': 0.9})",
    "kept in a dictionary and changed there": (
        "C = {'bn': {'fused': True}}\nC['bn'].pop('fused')\nBatchNormalization(**C['bn'])"
    ),
    "kept in a dictionary and handed to other code": (
        "C = {'bn': {'fused': True}}\nclean(C['bn'])\nBatchNormalization(**C['bn'])"
    ),
    "kept under another key": "C = {'bn': {'fused': True}, 'x': {}}\nBatchNormalization(**C['x'])",
    "kept in an attribute that is given twice": (
        "class M:\n    def __init__(self, kw):\n        self.kw = dict(fused=True)\n        self.kw = kw\n"
        "    def f(self):\n        return BatchNormalization(**self.kw)"
    ),
    "kept in an attribute and changed": (
        "class M:\n    def __init__(self):\n        self.kw = dict(fused=True)\n        self.kw.clear()\n"
        "    def f(self):\n        return BatchNormalization(**self.kw)"
    ),
    "kept in a class and set from outside": (
        "class C:\n    BN = dict(fused=True)\nC.BN = dict()\nBatchNormalization(**C.BN)"
    ),
    "kept in an object and set from outside": (
        "class C:\n    BN = dict(fused=True)\nc = C()\nc.BN = {}\nBatchNormalization(**c.BN)"
    ),
    "kept in an object that is given another one": (
        "class C:\n    BN = dict(fused=True)\n    def __init__(self, **kw):\n        self.__dict__.update(kw)\n"
        "c = C(BN={})\nBatchNormalization(**c.BN)"
    ),
    "kept in an object that is one of two": (
        "class C:\n    BN = dict(fused=True)\nc = C() if quick else other\nBatchNormalization(**c.BN)"
    ),
    "kept in an object of a class that sets what is right": (
        "class C:\n    BN = dict(fused=True)\n    def __init__(self):\n        self.BN = dict(momentum=0.9)\n"
        "BatchNormalization(**C().BN)"
    ),
    "kept in a field of a data class": (
        "@dataclass\nclass C:\n    BN: dict = dict(fused=True)\nBatchNormalization(**C({}).BN)"
    ),
    "a property of an object": (
        "class C:\n    @property\n    def BN(self):\n        return other\nBatchNormalization(**C().BN)"
    ),
    "the constructor takes it out": (
        "class M(BatchNormalization):\n    def __init__(self, **kw):\n        kw['fused'] = True\n"
        "        kw.pop('fused')\n        super().__init__(**kw)"
    ),
    "the constructor sets what is right": (
        "class M(BatchNormalization):\n    def __init__(self, **kw):\n        kw.setdefault('momentum', 0.9)\n"
        "        super().__init__(**kw)"
    ),
    "a class of the same name elsewhere": (
        "class A:\n    norm = BatchNormalization\ndef f(A):\n    A.norm(fused=True)"
    ),
    "a class in a class that overrides it": (
        "class A:\n    norm = BatchNormalization\nclass B(A):\n    norm = Dense\n"
        "    def f(self):\n        self.norm(fused=True)"
    ),
    "a class that is looked up by a text from outside": "getattr(L, name)(fused=True)",
    "a class that something else has": "getattr(other, 'BatchNormalization')(fused=True)",
    "the lambda takes it for itself": "f = lambda x, fused=None, **kw: BatchNormalization(**kw)(x)\nf(1, fused=True)",
    "a lambda that hands it to something else": "f = lambda **kw: Dense(3, **kw)\nf(fused=True)",
    "a lambda that may be another": "f = lambda **kw: BatchNormalization(**kw)\nif quick:\n    f = g\nf(fused=True)",
    "a dictionary of settings": "s = dict(name='BatchNormalization', fused=True)",
    "settings of another class": "s = dict(_target_='torch.nn.BatchNorm2d', fused=True)",
    "keywords of a function of the author's": (
        "def dict(**kw):\n    return kw\ns = dict(_target_='tensorflow.keras.layers.BatchNormalization', fused=True)"
    ),
    "a partial of another layer": "f = functools.partial(Dense, 3)\nf(fused=True)",
    "a partial that may be another": (
        "f = functools.partial(BatchNormalization)\nif quick:\n    f = functools.partial(Dense, 3)\nf(fused=True)"
    ),
    "a partial with what is right": "f = functools.partial(BatchNormalization, axis=1)\nf(momentum=0.9)",
    "a class or another one by default": "getattr(L, 'BatchNormalization', Dense)(fused=True)",
    "a partial of the author's": (
        "def partial(f, **kw):\n    return Dense\nf = partial(BatchNormalization)\nf(fused=True)"
    ),
    "right arguments": "kw = dict(momentum=0.9)\nkw['epsilon'] = 1e-3\nBatchNormalization(**kw)",
}

FOUND = {
    "built with dict": "kw = dict(fused=True)\nBatchNormalization(**kw)",
    "set": "kw = {}\nkw['fused'] = True\nBatchNormalization(**kw)",
    "set by default": "kw = {}\nkw.setdefault('fused', True)\nBatchNormalization(**kw)",
    "updated": "kw = {}\nkw.update(fused=True)\nBatchNormalization(**kw)",
    "updated with a dictionary": "kw = {}\nkw.update({'fused': True})\nBatchNormalization(**kw)",
    "unpacked": "base = {'fused': True}\nBatchNormalization(**{**base, 'momentum': 0.9})",
    "united": "base = {'fused': True}\nBatchNormalization(**(base | {'momentum': 0.9}))",
    "united in place": "kw = {}\nkw |= {'fused': True}\nBatchNormalization(**kw)",
    "copied": "base = {'fused': True}\nkw = base.copy()\nBatchNormalization(**kw)",
    "copied deep": "base = {'fused': True}\nBatchNormalization(**copy.deepcopy(base))",
    "dict of a dict": "base = {'fused': True}\nBatchNormalization(**dict(base, momentum=0.9))",
    "read besides": "kw = {'fused': True}\nprint(kw, len(kw), kw['fused'], 'fused' in kw)\nBatchNormalization(**kw)",
    "read in a function": "KW = {'fused': True}\ndef f():\n    return BatchNormalization(**KW)",
    "set in one arm": "kw = {}\nif quick:\n    kw['fused'] = True\nBatchNormalization(**kw)",
    "default of a parameter": "def f(kw={'fused': True}):\n    return BatchNormalization(**kw)",
    "partial with a dictionary": "kw = {'fused': True}\nfunctools.partial(BatchNormalization, **kw)",
    "super": "class Mine(BatchNormalization):\n    def __init__(self, **kw):\n"
    "        super().__init__(fused=True, **kw)",
    "super with arguments": (
        "class Mine(BatchNormalization):\n    def __init__(self):\n        super(Mine, self).__init__(fused=True)"
    ),
    "by the name of the class": (
        "class Mine(BatchNormalization):\n    def __init__(self):\n"
        "        BatchNormalization.__init__(self, fused=True)"
    ),
    "an empty subclass": "class Mine(BatchNormalization):\n    pass\nMine(fused=True)",
    "a subclass of an empty one": ("class A(BatchNormalization):\n    pass\nclass B(A):\n    pass\nB(fused=True)"),
    "a subclass that hands on": (
        "class A(BatchNormalization):\n    def __init__(self, w, **kw):\n"
        "        super().__init__(**kw)\nA(1, fused=True)"
    ),
    "a wrapper": "def f(x, **kw):\n    return BatchNormalization(**kw)(x)\nf(1, fused=True)",
    "a wrapper with a default": (
        "def f(**kw):\n    kw.setdefault('momentum', 0.9)\n    return BatchNormalization(**kw)\nf(fused=True)"
    ),
    "a dictionary of classes": "norms = {'a': BatchNormalization, 'b': Dense}\nnorms['a'](fused=True)",
    "a default class": "def f(norm=BatchNormalization):\n    return norm(fused=True)",
    "a class in a variable": "norm = BatchNormalization\nnorm(fused=True)",
    "a class in an attribute": (
        "class M:\n    def __init__(self):\n        self.norm = BatchNormalization\n"
        "    def f(self):\n        self.norm(fused=True)"
    ),
    "a configuration": "BatchNormalization.from_config({'fused': True})",
    "a constructor that sets": (
        "class M(BatchNormalization):\n    def __init__(self, **kw):\n        kw['fused'] = True\n"
        "        super().__init__(**kw)"
    ),
    "a constructor that sets by default": (
        "class M(BatchNormalization):\n    def __init__(self, **kw):\n        kw.setdefault('fused', True)\n"
        "        super(M, self).__init__(**kw)"
    ),
    "a constructor that updates": (
        "class M(BatchNormalization):\n    def __init__(self, **kw):\n        kw.update(fused=True)\n"
        "        super().__init__(**kw)"
    ),
    "a wrapper that sets": "def f(**kw):\n    kw['fused'] = False\n    return BatchNormalization(**kw)",
    "kept in a dictionary": "C = {'bn': {'fused': True}}\nBatchNormalization(**C['bn'])",
    "kept in a dictionary of dict": "C = dict(bn=dict(momentum=0.9, fused=True))\nBatchNormalization(**C['bn'])",
    "kept in an attribute": (
        "class M:\n    def __init__(self):\n        self.kw = dict(fused=True)\n"
        "    def f(self):\n        return BatchNormalization(**self.kw)"
    ),
    "kept in a class": "class C:\n    BN = dict(fused=True)\nBatchNormalization(**C.BN)",
    "kept in a class above": (
        "class C:\n    BN = {'fused': True}\nclass M(C):\n    def f(self):\n"
        "        return BatchNormalization(**self.BN)"
    ),
    "kept in the class of an object": "class C:\n    BN = dict(fused=True)\nc = C()\nBatchNormalization(**c.BN)",
    "kept in an object": (
        "class C:\n    def __init__(self):\n        self.BN = dict(fused=True)\nBatchNormalization(**C().BN)"
    ),
    "kept in the class above that of an object": (
        "class A:\n    BN = dict(fused=True)\nclass C(A):\n    pass\nc = C()\nBatchNormalization(**c.BN)"
    ),
    "kept in a dictionary of an object": (
        "class C:\n    net = {'bn': dict(fused=True)}\nBatchNormalization(**C().net['bn'])"
    ),
    "a class that is looked up by its name": "getattr(L, 'BatchNormalization')(fused=True)",
    "a class that is looked up in another way": "getattr(L, 'BatchNormalization', None)(fused=True)",
    "a lambda": "f = lambda x, **kw: BatchNormalization(**kw)(x)\nf(1, fused=True)",
    "a lambda without parameters": "f = lambda: BatchNormalization(fused=True)",
    "settings in dict": "s = dict(_target_='tensorflow.keras.layers.BatchNormalization', fused=True)",
    "a configuration in dict": "dict(class_name='BatchNormalization', module='keras.layers', config=dict(fused=True))",
    "a configuration in dict in a literal": (
        "s = {'class_name': 'BatchNormalization', 'module': 'keras.layers', 'config': dict(fused=True)}"
    ),
    "a partial that is called": "f = functools.partial(BatchNormalization, axis=1)\nf(fused=True)",
    "a partial of a partial": (
        "f = functools.partial(BatchNormalization, axis=1)\ng = functools.partial(f, fused=True)"
    ),
    "a partial in an attribute": (
        "class M:\n    def __init__(self):\n        self.bn = functools.partial(BatchNormalization, axis=1)\n"
        "    def f(self, x):\n        return self.bn(fused=True)(x)"
    ),
    "a class in a class": "class M:\n    norm = BatchNormalization\nM.norm(fused=True)",
    "a class in the class above": (
        "class A:\n    norm = BatchNormalization\nclass B(A):\n    def f(self):\n        self.norm(fused=True)"
    ),
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in SILENT.items()])
def test_what_does_not_surely_arrive_is_not_reported(code: str) -> None:
    # Most of the layers here are only made: that nobody calls them is another rule.
    assert {one.code for one in findings(f"{HEAD}{code}\n")} <= {"NF805"}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in FOUND.items()])
def test_an_argument_is_found_by_whatever_road_it_comes(code: str) -> None:
    assert "NF704" in {one.code for one in findings(f"{HEAD}{code}\n")}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in FOUND.items()])
def test_only_what_is_written_at_the_call_is_taken_out(code: str) -> None:
    direct = ("super().__init__(fused", "self).__init__(fused", "self, fused", ")(fused", "lambda: BatchN", "axis=1)\n")
    if code.startswith("norm = ") or any(one in code for one in direct):
        assert "fused" not in fixed(f"{HEAD}{code}\n")
    else:
        assert unchanged(f"{HEAD}{code}\n")


def test_no_keyword_is_renamed_beside_one_of_the_same_meaning() -> None:
    code = "class Mine(BatchNormalization):\n    def __init__(self):\n        super().__init__(eps=1, epsilon=2)\n"
    assert unchanged(HEAD + code)


@pytest.mark.parametrize(
    "code",
    [
        "class A:\n    kept = tf.contrib.layers\n    def f(self, x):\n        return self.kept.layer_norm(x)",
        "class A:\n    def __init__(self):\n        self.kept = tf.layers\n"
        "    def f(self, x):\n        return self.kept.batch_normalization(x)",
        "def f(x, m=tf.layers):\n    return m.batch_normalization(x)",
        "ms = {'a': tf.layers}\nms['a'].batch_normalization(1)",
        "for m in [tf.layers, other]:\n    m.batch_normalization(1)",
        "y = [m.batch_normalization(1) for m in (tf.layers,)]",
        "for i, m in enumerate([tf.layers]):\n    m.batch_normalization(i)",
        "match tf.layers:\n    case m:\n        m.batch_normalization(1)",
    ],
)
def test_a_module_that_is_kept_somewhere_is_followed_and_left_alone(code: str) -> None:
    found = findings(f"import tensorflow as tf\n{code}\n")
    assert {one.code for one in found} & {"NF301", "NF402", "NF101"}
    assert unchanged(f"import tensorflow as tf\n{code}\n")


@pytest.mark.parametrize(
    "code",
    [
        "class A:\n    kept = other\n    def f(self, x):\n        return self.kept.layer_norm(x)",
        "class A:\n    kept = tf.layers\n    @staticmethod\n"
        "    def f(self, x):\n        return self.kept.batch_normalization(x)",
        "class A:\n    kept = tf.layers\nclass B:\n    def f(self, x):\n"
        "        return self.kept.batch_normalization(x)",
        "for m in [other, self]:\n    m.batch_normalization(1)",
        "def f(x, m=None):\n    return m.batch_normalization(x)",
        "ms = {'a': tf.layers, 'b': other}\nms['b'].batch_normalization(1)",
    ],
)
def test_what_only_has_the_name_of_a_function_is_not_one(code: str) -> None:
    found = findings(f"import tensorflow as tf\n{code}\n")
    assert [one for one in found if one.code in ("NF301", "NF402")] == []


@pytest.mark.parametrize(
    "code",
    [
        "import_module('.normalization', 'keras.layers')",
        "import_module('.normalization', package='tensorflow.python.keras.layers').BatchNormalization",
        "import_module('..normalization', 'keras.layers.core').BatchNormalization()",
    ],
)
def test_a_module_below_the_one_that_is_named_beside_it(code: str) -> None:
    assert {one.code for one in findings(f"from importlib import import_module\nnorm = {code}\n")} & {"NF101", "NF202"}


@pytest.mark.parametrize(
    "code",
    [
        "import_module('.normalization', __package__)",
        "import_module('.normalization', 'mine.layers').BatchNormalization()",
        "import_module('.....normalization', 'keras.layers')",
        "import_module('.normalization')",
    ],
)
def test_a_module_below_another_one_is_not(code: str) -> None:
    assert findings(f"from importlib import import_module\nnorm = {code}\n") == ()


def test_a_module_by_its_text_is_one() -> None:
    code = "import keras\nnorm = __import__('keras.layers.normalization').layers.normalization.BatchNormalization\n"
    assert fixed(code) == "import keras\nnorm = keras.layers.BatchNormalization\n"
    assert findings("norm = __import__('keras').layers.BatchNormalization\n") == ()
