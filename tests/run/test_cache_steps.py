"""A cache is never stale: after each step of many a tree comes to the same with it and without it."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from normfix.checks.finding import Finding
from normfix.run.cache import ResultCache
from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table

TEXTS = (
    "import os\n",
    "import tensorflow as tf\n",
    "import torch as tf\n",
    "from compat import tf\ntf.layers.batch_normalization(x)\n",
    "from .compat import tf\nL = tf.layers\n",
    "from base import *\nBN(mode=0)\n",
    "from keras.layers.normalization import BatchNormalization as BN\n",
    "from keras.layers import BatchNormalization as BN\n",
    "from pkg.base import BN\nx = BN(mode=0)\n",
    "from tensorflow_addons.layers import InstanceNormalization as IN\n",
    "import base\nbase.IN()\ngetattr(base, 'BN')(mode=0)\n",
    "import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\nimport keras\n",
    "import tensorflow as tf\ntf.layers.dense(tf.placeholder(tf.float32), 3)\n",
    "import tensorflow as tf\ndef net(x):\n    return tf.layers.batch_normalization(x)\n",
    "import net\nfor _ in range(3):\n    net.net(1)\n",
    "print 'two'\n",
    "from unittest import mock\nmock.patch('base.BN')\nmock.patch('one.base.IN')\n",
    "from importlib import import_module\nimport_module(name)\nNAMES = ['base', 'pkg.base', 'net']\n",
    "import tensorflow as tf\nx = tf.keras.Input((3,))\nm = tf.keras.Model(x, x)\nm(x, training=False)\n",
    "import base\nfor layer in model.layers:\n    layer.trainable = False\nbase.BN().trainable = False\n",
    "class Net(tf.Module):\n    pass\nfrom net import net\nname = 'a/b'\nmodel.get_layer('instance_normalization')\n",
    "import numpy as np\nfrom net import net\nx = net(np.zeros(3)).astype('float64')\n",
    "from tensorflow_addons.layers import InstanceNormalization\nx = InstanceNormalization(name='a/b')\n",
    "import json\njson.load(open('net.json'))\nBN = json\n",
    "\u00e9 = 1\nfrom base import BN\nBN(mode=0)\n",
)
NOTES = ("# a remark\n", "x = 1\n", "\n", "print('base.BN')\n", "BN = 1\n", "# base pkg net compat\n")
SETTINGS = ("model: base.BN\n", "layer: pkg.base\n", "other: 1\n")
NAMES = ("base", "compat", "net", "main", "pkg/__init__", "pkg/base", "pkg/net", "pkg/compat", "left_out/base")
PROJECTS = ("one", "two", "two/inner", "one/pkg/deep")
MARKS = ("setup.cfg", "requirements.txt")


class _Tree:
    """A tree of projects that changes step by step."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.chance = random.Random(seed)
        self.stamp = 1_000_000_000
        for project in PROJECTS[:3]:
            for name in NAMES:
                self.write(root / project / f"{name}.py")
            (root / project / "setup.cfg").write_text("")
        if seed % 2:
            # What is in a document hangs on the names that any file of the run hands on: much is read again for it.
            self.write(root / PROJECTS[2] / "README.md")

    def write(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        text = self.chance.choice(TEXTS)
        file.write_text(text if file.suffix == ".py" else f"```python\n{text}```\n", encoding="utf-8")
        self.stamp += self.chance.randrange(2)
        os.utime(file, (self.stamp, self.stamp))

    def note(self, file: Path) -> None:
        """Add a line, as most edits do; some editors write a new file in the place of the old one."""
        text = file.read_text(encoding="utf-8") + self.chance.choice(NOTES)
        other = file.with_name(f"{file.name}.tmp")
        (other if self.chance.randrange(2) else file).write_text(text, encoding="utf-8")
        if other.exists():
            other.replace(file)

    def settings(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        (place / "settings.yaml").write_text(self.chance.choice(SETTINGS))

    def every(self) -> list[Path]:
        return sorted((*self.root.rglob("*.py"), *self.root.rglob("*.md")))

    def files(self) -> list[Path]:
        """The files of the run: some of a project are left out of it."""
        return [file for file in self.every() if "left_out" not in file.parts]

    def step(self) -> None:
        kind = self.chance.randrange(10)
        one = self.chance.choice(self.every())
        place = self.root / self.chance.choice(PROJECTS)
        if kind < 2:
            self.write(one)
        elif kind == 2:
            self.write(place / f"{self.chance.choice(NAMES)}.py")
        elif kind == 3:
            one.unlink()
        elif kind == 4:
            to = place / f"{self.chance.choice(NAMES)}.py"
            to.parent.mkdir(parents=True, exist_ok=True)
            one.rename(to)
        elif kind < 8:
            self.note(one)
        elif kind == 8:
            self.settings(place)
        else:
            mark = place / self.chance.choice(MARKS)
            place.mkdir(parents=True, exist_ok=True)
            mark.unlink() if mark.exists() else mark.write_text("")


def _found(files: list[Path], kept: ResultCache | None) -> list[tuple[str, Finding]]:
    results = run(files, shipped_table(), Options(cache=kept, workers=1))
    return [(one.path, finding) for one in results for finding in one.findings]


@pytest.mark.parametrize("seed", range(4))
def test_each_step_comes_to_the_same_with_a_cache(tmp_path: Path, seed: int) -> None:
    tree = _Tree(tmp_path / "tree", seed)
    reused = 0
    for step in range(30):
        kept = ResultCache(str(tmp_path / "cache"))
        assert _found(tree.files(), kept) == _found(tree.files(), None), step
        reused += bool(kept.settled)
        tree.step()
    assert reused > (2 if seed % 2 else 10)
