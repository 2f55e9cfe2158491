"""Layers, and what hands arguments on to one, that come from another file of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from tests.run.generated import findings, written

OPS = """\
from functools import partial
from tensorflow.keras.layers import BatchNormalization, Dense, Normalization
import tensorflow as tf

bn = BatchNormalization()
dense = Dense(3)
either = BatchNormalization() if tf else dense
adapted = Normalization()

def norm(x, filters=3, **kw):
    return BatchNormalization(**kw)(x)

half = partial(BatchNormalization, momentum=0.9)
half_dense = partial(Dense, 3)
short = lambda x, **kw: BatchNormalization(**kw)(x)
new = lambda: BatchNormalization()
plain = lambda **kw: Dense(3, **kw)

def other(x, **kw):
    return Dense(**kw)(x)

def taking(x, fused=None, **kw):
    return BatchNormalization(**kw)(x)

def make(axis):
    layer = BatchNormalization(axis=axis)
    return layer

@tf.function
def traced(**kw):
    return BatchNormalization(**kw)

class BN(BatchNormalization):
    pass

class Deep(BN):
    pass

class Handing(BatchNormalization):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)

class Own(BatchNormalization):
    def __init__(self, fused=None):
        super().__init__()
"""

KERAS = "from tensorflow.keras.layers import BatchNormalization\n"

PARAMS = """\
BN = dict(momentum=0.9, fused=True)
RIGHT = {"momentum": 0.9}
CHANGED = dict(fused=True)
CHANGED.pop("fused")
NETS = {"small": {"bn": {"fused": True}}}

class Config:
    BN = {"fused": True}
    SET = {"fused": True}

    def __init__(self):
        self.own = dict(fused=True)

config = Config()
config.SET = {}
"""


def found(folder: Path, code: str, *, full: bool) -> list[str]:
    files = {"ops.py": OPS.encode(), "params.py": PARAMS.encode(), "net.py": code.encode()}
    paths = written(folder, files)
    return [one.code for one in findings(paths, Options(workers=1, full=full)).get(str(folder / "net.py"), ())]


SILENT = {
    "right arguments": "from ops import norm\nnorm(x, filters=4, momentum=0.9)",
    "what the wrapper takes itself": "from ops import taking\ntaking(x, fused=True)",
    "a wrapper of another layer": "from ops import other\nother(x, fused=True)",
    "a partial of another layer": "from ops import half_dense\nhalf_dense(fused=True)",
    "a partial with what is right": "from ops import half\nhalf(axis=1)(x)",
    "a lambda of another layer": "from ops import plain\nplain(fused=True)",
    "a lambda with what is right": "from ops import short\nshort(x, momentum=0.9)",
    "a decorated wrapper": "from ops import traced\ntraced(fused=True)",
    "a class that takes it itself": "from ops import Own\nOwn(fused=True)",
    "another layer": "from ops import dense\ndense(x, training)",
    "one of two layers": "from ops import either\neither(x, is_training=True)",
    "training by its name": "from ops import bn\nbn(x, training=training)",
    "a name that is given anew": "from ops import bn\nbn = f()\nbn(x, is_training=True)",
    "the same name of another library": "from torch.ops import norm\nnorm(x, fused=True)",
    "an argument of something else": "import ops, numpy as np\nnp.zeros(3, fused=True)\nops.nothing(fused=True)",
    "a dictionary that is right": f"from params import RIGHT\n{KERAS}BatchNormalization(**RIGHT)(x)",
    "a dictionary that is changed there": f"from params import CHANGED\n{KERAS}BatchNormalization(**CHANGED)(x)",
    "a dictionary that is changed here": f"from params import BN\n{KERAS}BN.pop('fused')\nBatchNormalization(**BN)(x)",
    "by its module": f"import params\n{KERAS}params.BN.pop('fused')\nBatchNormalization(**params.BN)(x)",
    "one in an object that is set there": f"from params import config\n{KERAS}BatchNormalization(**config.SET)(x)",
    "a dictionary that nobody has": f"import params\n{KERAS}BatchNormalization(**params.NONE)(x)",
    "a layer that is adapted here": "from ops import adapted\nadapted.adapt(x)",
}


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT)
@pytest.mark.parametrize("full", [False, True])
def test_nothing_is_found(tmp_path: Path, code: str, full: bool) -> None:
    assert found(tmp_path, code + "\n", full=full) == []


FOUND = {
    "a wrapper": ("from ops import norm\nnorm(x, fused=True)", "NF704"),
    "a wrapper by its module": ("import ops\nops.norm(x, filters=3, fused=True)", "NF704"),
    "a wrapper under another name": ("from ops import norm as n\nn(x, fused=True)", "NF704"),
    "a wrapper with a dictionary": ("from ops import norm\nkw = {'fused': True}\nnorm(x, **kw)", "NF704"),
    "a dictionary": (
        f"from params import BN\n{KERAS}BatchNormalization(**BN)(x)",
        "NF704",
    ),
    "a dictionary by its module": (
        f"import params as p\n{KERAS}BatchNormalization(**p.BN)(x)",
        "NF704",
    ),
    "a dictionary that is copied and widened": (
        f"from params import BN\n{KERAS}BatchNormalization(**dict(BN, axis=1))(x)",
        "NF704",
    ),
    "a dictionary in a dictionary": (
        f"import params\n{KERAS}BatchNormalization(**params.NETS['small']['bn'])(x)",
        "NF704",
    ),
    "a dictionary in a class": (
        f"from params import Config\n{KERAS}BatchNormalization(**Config.BN)(x)",
        "NF704",
    ),
    "a dictionary in an object": (
        f"from params import config\n{KERAS}BatchNormalization(**config.own)(x)",
        "NF704",
    ),
    "a dictionary in an object of a module": (
        f"import params\n{KERAS}BatchNormalization(**params.config.BN)(x)",
        "NF704",
    ),
    "a dictionary in an object that is made here": (
        f"from params import Config\n{KERAS}cfg = Config()\nBatchNormalization(**cfg.own)(x)",
        "NF704",
    ),
    "a dictionary that a function hands on": ("from params import BN\nfrom ops import norm\nnorm(x, **BN)", "NF704"),
    "a partial": ("from ops import half as bn\nbn(fused=True)(x)", "NF704"),
    "a lambda": ("import ops\nops.short(x, fused=True)", "NF704"),
    "what a lambda makes": ("from ops import new\nnew()(x, is_training=True)", "NF723"),
    "a misspelled argument": ("from ops import norm\nnorm(x, momentun=0.9)", "NF719"),
    "an empty subclass": ("from ops import BN\nBN(fused=True)", "NF704"),
    "a subclass of a subclass": ("from ops import Deep\nDeep(fused=True)", "NF704"),
    "a subclass that hands it on": ("from ops import Handing\nHanding(3, fused=True)", "NF704"),
    "training by place": ("from ops import bn\nbn(x, is_training)", "NF722"),
    "a flag of others": ("from ops import bn\nbn(x, is_training=True)", "NF723"),
    "by the module": ("import ops\nops.bn(x, is_training=True)", "NF723"),
    "what a function returns": ("from ops import make\nlayer = make(-1)\nlayer(x, is_training=True)", "NF723"),
    "what a function returns at once": ("import ops\nops.make(-1)(x, is_training=True)", "NF723"),
    "adapt with more": ("from ops import adapted\nadapted.adapt(x, batch_size=3)", "NF725"),
    "updates": ("from ops import bn\nprint(bn.updates)", "NF726"),
    "the axis as a list": ("from ops import bn\nprint(bn.axis[0])", "NF727"),
}


@pytest.mark.parametrize(("code", "rule"), FOUND.values(), ids=FOUND)
@pytest.mark.parametrize("full", [False, True])
def test_what_is_found(tmp_path: Path, code: str, rule: str, full: bool) -> None:
    assert found(tmp_path, code + "\n", full=full) == [rule]


def test_through_a_package(tmp_path: Path) -> None:
    package = {"pkg/__init__.py": b"from .ops import norm\n", "pkg/ops.py": OPS.encode()}
    paths = written(tmp_path, {**package, "net.py": b"from pkg import norm\nnorm(x, fused=True)\n"})
    assert [one.code for one in findings(paths)[str(tmp_path / "net.py")]] == ["NF704"]


GONE = "import tensorflow.contrib.layers as L\nfrom tensorflow.contrib import slim\nimport tensorflow.compat.v1 as tf\n"


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("import ops\nops.L.batch_norm(x)\n", "NF401"),
        ("import ops as o\no.slim.batch_norm(x)\n", "NF451"),
        ("import ops\nops.tf.layers.batch_normalization(x)\n", "NF302"),
        ("import ops\nL = ops.L\nL.layer_norm(x)\n", "NF402"),
        ("from ops import L as M\nM.layer_norm(x)\n", "NF402"),
    ],
)
@pytest.mark.parametrize("full", [False, True])
def test_a_module_that_another_file_has(tmp_path: Path, code: str, rule: str, full: bool) -> None:
    paths = written(tmp_path, {"ops.py": GONE.encode(), "net.py": code.encode()})
    found = findings(paths, Options(workers=1, full=full))
    assert [one.code for one in found[str(tmp_path / "net.py")]] == [rule]
    assert [one.code for one in found[str(tmp_path / "ops.py")]] == ["NF903", "NF903"]


@pytest.mark.parametrize("code", ["import ops\nops.L.conv2d(x)\n", "import ops\nops.other.batch_norm(x)\n"])
def test_another_name_of_a_module_that_another_file_has(tmp_path: Path, code: str) -> None:
    paths = written(tmp_path, {"ops.py": GONE.encode(), "net.py": code.encode()})
    assert str(tmp_path / "net.py") not in findings(paths)
