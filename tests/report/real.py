"""Results of real scans whose files have all that makes a place hard to say: cells, magics, wide letters, line ends."""

from __future__ import annotations

import json
from collections.abc import Sequence

from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import scan_text
from normfix.source.text import Applicability
from normfix.table.load import shipped_table

NOTEBOOK = 'deep/two words & "more".ipynb'
_CELLS = (
    ("code", "%matplotlib inline\nname = '𐐀é\"\\\\'\nfrom keras.layers.normalization import BatchNormalization\n!ls"),
    ("markdown", "from keras.layers.normalization import BatchNormalization"),
    (
        "code",
        "import tensorflow as tf\n\n\ndef f(x):\n    '\\t𐐀'; return tf.layers.batch_normalization(x, training=True)",
    ),
    ("code", "layer = BatchNormalization(axis=[3])\nprint('<script>alert(1)</script>')"),
)
FILES = {
    "plain.py": "from keras.layers.normalization import BatchNormalization\nBatchNormalization(gamma_init='one')\n",
    "windows.py": "# é\r\nimport tensorflow as tf\r\n'𐐀'; y = tf.contrib.layers.layer_norm(x)  # <b>&amp;</b> | `\r\n",
    "noted.py": "import tensorflow as tf\nif tf.__version__ < '2':\n    y = tf.layers.batch_normalization(x)\n",
    "python2.py": "print 'a'\nfrom keras.layers.normalization import BatchNormalization\n",
}
BYTES = {"latin.py": b"# \xe9\nimport keras\n", "marked.py": b"\xef\xbb\xbf" + FILES["plain.py"].encode()}


def notebook_bytes(*, flat: bool = False) -> bytes:
    """The notebook, with its sources as lists of lines or as one text each."""
    cells: list[dict[str, object]] = [
        {"cell_type": kind, "metadata": {}, "outputs": [], "source": text if flat else text.splitlines(keepends=True)}
        for kind, text in _CELLS
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, indent=1, ensure_ascii=flat).encode() + b"\n"


def data() -> dict[str, bytes]:
    """Path -> bytes of every file."""
    texts = {path: text.encode() for path, text in FILES.items()}
    return {**texts, **BYTES, NOTEBOOK: notebook_bytes(), "flat.ipynb": notebook_bytes(flat=True)}


def results(*, fix: bool = False, unsafe: bool = False) -> list[FileResult]:
    """What a run over the files comes to."""
    table, options = shipped_table(), Options(fix=fix, unsafe_fixes=unsafe)
    found = [scan_text(content, path, table, options) for path, content in data().items()]
    return [one for one in found if one.findings or one.fixed]


def fixable(found: Sequence[FileResult]) -> int:
    """How many of the findings have a fix that can be made."""
    return sum(
        one.fix is not None and one.fix.applicability is not Applicability.DISPLAY
        for result in found
        for one in result.findings
    )
