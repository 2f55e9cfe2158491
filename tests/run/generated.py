"""Programs that name a normalization, spelled in many ways and laid out as documents of many kinds, for hypothesis."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import indent

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from normfix.checks.finding import Finding
from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table

IMPORTS = (
    "import tensorflow as tf\n",
    "import tensorflow\ntf = tensorflow\n",
    "from tensorflow import keras\nimport tensorflow as tf\n",
    "import tensorflow.compat.v1 as tf\n",
    "from tensorflow.keras.layers import BatchNormalization\nimport tensorflow as tf\n",
    "from keras.layers import BatchNormalization as BN, LayerNormalization\nimport tensorflow as tf\n",
    "from tensorflow.keras.layers import *\nimport tensorflow as tf\n",
    "import importlib\ntf = importlib.import_module('tensorflow')\n",
    "from importlib import import_module as load\ntf = load('tensorflow')\n",
    "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError: import tensorflow as tf\n",
)
MODULES = ("tf.layers", "tf.keras.layers", "tf.contrib.layers", "tf.contrib.slim", "tf.keras.layers.experimental")
HOLDERS = (
    "L = {m}\n",
    "L, other = {m}, 3\n",
    "(other, L) = (\n    1,\n    {m},\n)\n",
    "L = {m} if tf else None\n",
    "L = None or {m}\n",
    "L: object = {m}\n",
    "if (L := {m}): pass\n",
    "def get():\n    return {m}\nL = get()\n",
    "def get():\n    inner = {m}\n    return inner\nL = get()\n",
    "L = \\\n    {m}\n",
    "L = getattr({m}, '__class__', None) or {m}\n",
    "for L in [{m}]: pass\n",
    "with {m} as L: pass\n",
)
USES = (
    "y = L.batch_normalization(x)\n",
    "y = L.batch_norm(x)\n",
    "y = L . layer_norm(x)\n",
    "y = (L\n     .batch_norm(x))\n",
    "y = getattr(L, 'batch_normalization')(x)\n",
    "y = L.BatchNormalization(foo=True)\n",
    "y = L.BatchNormalization(name='a/b')\n",
    "B = L.BatchNormalization\ny = B(fused=True)\n",
    "A, B = (\n    L.BatchNormalization,\n    3)\ny = A(fused=True)\n",
    "class Mine(L.BatchNormalization): pass\n",
    "y = L.SyncBatchNormalization()\n",
    "y = L.BatchNormalisation()\n",
    "def f(x: 'L.BatchNormalisation'): pass\n",
    "from functools import partial\ny = partial(L.BatchNormalization, fused=True)\n",
    "y = L.BatchNormalization(0.9)\n",
    "opts = dict(fused=True)\ny = L.BatchNormalization(**opts)\n",
    "opts = {}\nopts['fused'] = True\ny = L.BatchNormalization(**opts)\n",
    "class Mine(L.BatchNormalization):\n    def __init__(self, **kw):\n        super().__init__(fused=True, **kw)\n",
    "class Mine(L.BatchNormalization): pass\ny = Mine(fused=True)\n",
    "class M(L.BatchNormalization):\n    def __init__(self, **k):\n        super().__init__(**k)\ny = M(foo=1)\n",
    "def made(**kw):\n    return L.BatchNormalization(**kw)\ny = made(fused=True)\n",
    "def made(norm=L.BatchNormalization):\n    return norm(fused=True)\n",
    "norms = {'a': L.BatchNormalization}\ny = norms['a'](fused=True)\n",
    "y = L.BatchNormalization.from_config({'fused': True})\n",
    "class M:\n    def __init__(self): self.n = L.BatchNormalization\n    def f(self): self.n(fused=True)\n",
    "class M:\n    kept = L\n    def f(self, x):\n        return self.kept.batch_normalization(x)\n",
    "class M:\n    def __init__(self):\n        self.kept = L\n"
    "    def f(self, x):\n        return self.kept.batch_norm(x)\n",
    "def f(x, m=L):\n    return m.batch_normalization(x)\n",
    "ms = {'a': L}\ny = ms['a'].batch_normalization(x)\n",
    "y = [m.batch_normalization(x) for m in (L,)]\n",
    "for n, m in enumerate([L]): m.batch_normalization(x)\n",
    "match L:\n    case m: m.batch_normalization(x)\n",
    "y = L.BatchNormalization(64)\n",
    "y = L.LayerNormalization(axis=64)\n",
    "y = L.BatchNormalization(tf.ones((2, 3)))\n",
    "y = L.BatchNorm2d(64)\n",
    "n = tf.keras.Sequential()\nn.add(L.BatchNormalization)\n",
    "n = tf.keras.Sequential([L.BatchNormalization])\n",
    "kinds = [L.BatchNormalization]\nn = tf.keras.Sequential(kinds)\n",
    "L.BatchNormalization()\n",
    "if L: L.BatchNormalization()\n",
    "def f():\n    unread = L.BatchNormalization()\n",
    "class M(tf.keras.Model):\n    def call(self, x):\n        return L.BatchNormalization()(x)\n",
    "b = L.BatchNormalization()\ny = b(x, train)\n",
    "b = L.BatchNormalization()\ny = b(x, True)\n",
    "y = L.BatchNormalization()(x, not cfg['training'])\n",
    "b = L.BatchNormalization()\ny = b(x, is_training=1)\n",
    "b = L.BatchNormalization()\ny = b(x, training='False')\n",
    "b = L.BatchNormalization()\ny = b(x, training=tf.keras.backend.learning_phase())\n",
    "b = L.BatchNormalization()\nprint(b.updates, b.axis[0])\n",
    "b = L.Normalization()\nb.adapt(x, batch_size=3)\n",
    "y = tf.nn.l2_normalize(tf.keras.Input((3,)))\n",
    "__import__('keras.layers.normalization')\n",
    "m = __import__('importlib').import_module('keras.layers.normalization')\n",
    "y = L.deserialize({'class_name': 'BatchNormalization', 'config': {}})\n",
    "c = {'_target_': 'tensorflow.keras.layers.experimental.SyncBatchNormalization'}\n",
    "c = {'_target_': 'tensorflow.keras.layers.BatchNormalization', 'fused': True}\n",
    "c = {'class_name': 'BatchNormalization', 'module': 'keras.layers', 'config': {'fused': True}}\n",
    "y = L.Normalization()\n",
    "y = L.GroupNormalization(groups=3)(tf.ones((1, 8)))\n",
    "class M:\n    kind = L.BatchNormalization\nM.kind(fused=True)\n",
    "class M:\n    kind = L.BatchNormalization\nclass N(M):\n    def f(self): self.kind(fused=True)\n",
    "class M(L.BatchNormalization):\n  def __init__(self, **k):\n    k['fused'] = 1\n    super().__init__(**k)\n",
    "C = {'bn': {'fused': True}}\ny = L.BatchNormalization(**C['bn'])\n",
    "class C:\n    bn = {'fused': True}\ny = L.BatchNormalization(**C.bn)\n",
    "size = 64\ny = L.BatchNormalization(size)\n",
    "n = tf.keras.Sequential(layers=[L.BatchNormalization])\n",
    "n = tf.keras.layers.TimeDistributed(L.BatchNormalization)\n",
)
_LAYER = "L.BatchNormalization"
DIRECT = (
    *(one.replace(_LAYER, name) for one in USES if _LAYER in one for name in ("BN", "BatchNormalization")),
    "y = BatchNormalization(foo=True)\n",
    "y = BN(foo=True)\n",
    "y = BN(fused=True)\n",
    "C = BatchNormalization\ny = C(foo=True)\n",
    "from keras.layers.normalization import BatchNormalization as Old\n",
    "import keras.layers.normalization as norm\nnorm.BatchNormalization()\n",
    "from keras.layers.core import Dense\ny = BatchNormalization()\n",
    "from tensorflow.keras.layers import BatchNormalisation\n",
    "from tensorflow.contrib.layers import *\n",
)
EXPRESSIONS = (
    "L.batch_normalization(x)",
    "L.batch_norm",
    "L.BatchNormalization(foo=True)",
    "L.BatchNORMalization()",
    "L.GroupNormalization(3)",
    "BatchNormalization(0.9)",
    "keras.engine.Layer",
    "keras.layers.core.Dense(3)",
    "tf.keras.layers.merge.Add()",
    "tf.keras.layers.normalization.BatchNormalization()",
    "tf.contrib.layers.l2_regularizer(0.1)",
    "tf.contrib.layers.batch_norm(x)",
    "tf.nn.moments(x, [0], None)",
    "getattr(tf.keras.layers, 'merge')",
    "getattr(keras, r'engine').Layer",
    "tf . keras . layers . \\\n    merge . Add()",
)
NEWER_PLACES = (
    "type Y = {e}\n",
    "type Y[T] = list[{e}]\n",
    "def y[T: {e}](x: T) -> T: pass\n",
    "def y[T: ({e}, int)](): pass\n",
    "class Y[T: {e}, *Ts, **P](x): pass\n",
    "class Y[T = {e}]: pass\n",
    "async def y[**P = [{e}]](): pass\n",
    "y = f'{{x['a']}} {{{e}}} {{f'{{x}}'}}'\n",
    "y = f'{{f'{{f'{{{e}}}'}}'}}'\n",
    "y = f'{{x!r:>{{{e}}}}}'\n",
    "y = f'{{\n    x  # a comment\n    + {e}\n}}'\n",
)
"""Places that Python 3.12 and 3.13 brought; those of 3.14 have no place for an expression."""

PLACES = (
    "{e}\n",
    "y = {e}\n",
    "y={e}\n",
    "y = [not {e}]\n",
    "y = -{e}\n",
    "y = x and {e}\n",
    "y = 1 if {e} else 2\n",
    "y = {{1: {e}}}\n",
    "y = f'{{{e}}}'\n",
    "y = '%s' % {e}\n",
    "y = (yield_\n     , {e})\n",
    "y = (  # a comment. {e}\n    {e})\n",
    "y = [x\n     for x in {e}]\n",
    "y = [3] [{e}]\n",
    "y = x @ {e}\n",
    "y = x.map({e}).y\n",
    "y = lambda: {e}\n",
    "y = lambda x={e}: x\n",
    "print(1, *{e})\n",
    "print(x=1, **{e})\n",
    "def y():\n    return {e}\n",
    "def y():\n    yield {e}\n",
    "def y(x={e}): pass\n",
    "def y(x: {e}): pass\n",
    "def y() -> {e}: pass\n",
    "async def y():\n    return await {e}\n",
    "class Y({e}): pass\n",
    "class Y:\n    y = 1; z = {e}\n",
    "assert {e}, 'so'\n",
    "if x: {e}\n",
    "while not {e}: pass\n",
    "for y in {e}: pass\n",
    "with {e} as y: pass\n",
    "raise {e} from None\n",
    "del x[{e}]\n",
    "@{e}\ndef y(): pass\n",
    "match {e}:\n    case 1: pass\n",
    "try: pass\nexcept {e}: pass\n",
    "x[{e}] = y = 1\n",
    *NEWER_PLACES,
)
SHARED = (
    "{i}",
    "{i}{h}",
    "from .deep import tf\n{h}",
    "from .deep import *\n{h}",
    "import importlib\ntf = importlib.import_module('tensorflow')\n{h}",
    "from . import user\n{i}{h}",
)
TAKEN = (
    "from .compat import tf\n{h}",
    "from .compat import tf as tf\n{h}",
    "from .compat import L\n",
    "from .compat import *\n",
    "from . import compat\nL = compat.L\n",
    "from . import compat as c\nL = c.tf.layers\n",
    "import pkg.compat\nL = pkg.compat.L\n",
    "import pkg.compat as c\ntf = c.tf\n{h}",
    "from .compat import get\nL = get()\n",
    "from pkg.compat import tf, \\\n    L\n",
    "try:\n    from .compat import L\nexcept ImportError: L = None\n",
)


def notebook(text: str, form: int) -> bytes:
    lines = text.splitlines(keepends=True)
    source: str | list[str] = lines
    if form == 1:
        source = text
    if form == 2:
        # A line may be cut anywhere, in the middle of a name too.
        source = [text[at : at + 7] for at in range(0, len(text), 7)]
    cell: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
    }
    written = json.dumps(
        {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1 if form else None
    )
    return written.replace("N", "\\u004e").encode() if form == 3 else written.encode()


def wide(text: str) -> str:
    """The same to Python: a letter of each name of a normalization in its mathematical form."""
    return text.replace("Normali", "\U0001d40dormali").replace("batch_norm", "batch_\uff4eorm")


def dialogue(text: str) -> str:
    """The same as it is typed at a prompt."""
    lines = text.splitlines()
    try:
        begins = {node.lineno for node in ast.parse(text).body}
    except SyntaxError:
        begins = set(range(1, len(lines) + 1))
    return "".join(f"{'>>>' if number in begins else '...'} {line}\n" for number, line in enumerate(lines, 1))


def quoted(text: str) -> str:
    """The same in a quote of a Markdown document, with a paragraph before and behind it."""
    block = indent(f"```python title='x'\n{text}```\n", "> ", lambda _: True)
    return f"tf = 3\n\n{block}\nL = None\n"


LAYOUTS: Mapping[str, Callable[[str], tuple[str, bytes]]] = {
    "plain": lambda text: ("m.py", text.encode()),
    "mark": lambda text: ("m.py", b"\xef\xbb\xbf" + text.encode()),
    "returns": lambda text: ("m.py", text.replace("\n", "\r").encode()),
    "windows": lambda text: ("m.py", text.replace("\n", "\r\n").encode()),
    "wide": lambda text: ("m.py", wide(text).encode()),
    "utf-7": lambda text: ("m.py", ("# coding: utf-7\n" + text).encode("utf-7")),
    "latin": lambda text: ("m.py", ("# coding: latin-1\nname = 'é'\n" + text).encode("latin-1")),
    "colab": lambda text: ("m.py", f"!ls\n{text}%cd /x\n".encode()),
    "list": lambda text: ("m.ipynb", notebook(text, 0)),
    "string": lambda text: ("m.ipynb", notebook(text, 1)),
    "pieces": lambda text: ("m.ipynb", notebook(text, 2)),
    "escaped": lambda text: ("m.ipynb", notebook(text, 3)),
    "prompts": lambda text: ("m.ipynb", notebook(dialogue(text), 1)),
    "indented": lambda text: ("m.ipynb", notebook(indent(text, "  "), 0)),
    "marked notebook": lambda text: ("m.ipynb", b"\xef\xbb\xbf" + notebook(text, 0)),
    "markdown": lambda text: ("m.md", f"Text\n\n```py\n{text}```\n".encode()),
    "quote": lambda text: ("m.md", quoted(text).encode()),
    "dialogue": lambda text: ("m.md", f"- ```pycon\n{indent(dialogue(text), '  ')}  ```\n".encode()),
    "directive": lambda text: ("m.rst", f".. code:: python\n\n{indent(text, '   ')}\ntf = 1\n".encode()),
    "literal": lambda text: ("m.rst", f"Text::\n\n{indent(text, '  ')}\nEnd.\n".encode()),
    "doctest": lambda text: ("m.rst", f"Text\n\n{dialogue(text)}\nEnd.\n".replace("\n", "\r\n").encode()),
}

programs = st.builds(
    lambda start, module, holder, uses: start + holder.format(m=module) + "".join(uses),
    st.sampled_from(IMPORTS),
    st.sampled_from(MODULES),
    st.sampled_from(HOLDERS),
    st.lists(st.sampled_from((*USES, *DIRECT)), min_size=1, max_size=2),
)
placed = st.builds(
    lambda start, module, place, expression: (
        f"{start}import keras\nfrom keras.layers import BatchNormalization\nL = {module}\n" + place.format(e=expression)
    ),
    st.sampled_from(IMPORTS),
    st.sampled_from(MODULES),
    st.sampled_from(PLACES),
    st.sampled_from(EXPRESSIONS),
)
"""Programs with a use of a normalization, or of what fails beside one, at any place where an expression stands."""

bounded = settings(
    derandomize=True,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def documents(names: str, texts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, bytes]]:
    """Texts, each as the name and the bytes of a document called by one of the names."""

    def laid_out(name: str, text: str, layout: str) -> tuple[str, bytes]:
        file, data = LAYOUTS[layout](text)
        return file.replace("m.", f"{name}."), data

    return st.builds(laid_out, st.sampled_from(names.split()), texts, st.sampled_from(sorted(LAYOUTS)))


def written(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """The paths of files that are all there is in a folder from now on."""
    for old in folder.rglob("*.*"):
        old.unlink()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return [folder / name for name in files]


def findings(files: list[Path], options: Options | None = None) -> dict[str, tuple[Finding, ...]]:
    """The findings of each file that has some; without options as one process sees them."""
    return {
        one.path: one.findings for one in run(files, shipped_table(), options or Options(workers=1)) if one.findings
    }
