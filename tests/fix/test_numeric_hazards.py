"""What makes a fix unsafe though its rule is identical, and what is said of saved models."""

from __future__ import annotations

import pytest

from normfix.checks.finding import Finding
from normfix.run.options import Options
from normfix.run.session import scan_text
from normfix.source.text import Applicability
from normfix.table.load import shipped_table

TABLE = shipped_table()
IMPORT = "from keras.layers.normalization import BatchNormalization\n"
ADDONS = "import tensorflow as tf\nimport tensorflow_addons as tfa\n"


def findings(text: str) -> tuple[Finding, ...]:
    return scan_text(text.encode(), "a.py", TABLE, Options()).findings


def trusted(text: str) -> Applicability | None:
    fixes = {finding.fix.applicability for finding in findings(text) if finding.fix}
    assert len(fixes) == 1
    return fixes.pop()


@pytest.mark.parametrize(
    "text",
    [
        IMPORT + "x = BatchNormalization()\n",
        IMPORT + "x = BatchNormalization(trainable=True)\n",
        IMPORT + "x = BatchNormalization()\nx.trainable = True\n",
        IMPORT + "x = BatchNormalization()\ny = x\nz.trainable = False\n",
        IMPORT + "x = other(trainable=False)\n",
        IMPORT + "x = BatchNormalization()\nfor one in m.layers:\n    one.trainable = True\n",
        IMPORT + "x = BatchNormalization()\nfor one in weights():\n    one.trainable = False\n",
        IMPORT + "for one in m.layers:\n    one.trainable = False\n",
        "from keras.layers.normalization import LayerNormalization\nx = LayerNormalization(trainable=False)\n",
        "from keras.layers import BatchNormalizationV2\nx = BatchNormalizationV2(trainable=False)\n",
        "from keras.src.layers import BatchNormalization\nx = BatchNormalization(trainable=False)\n",
        ADDONS + "x = tfa.layers.GroupNormalization(8)\n",
        ADDONS + "x = tfa.layers.GroupNormalization(groups=8, axis=1)\n",
        ADDONS + "class N(tfa.layers.GroupNormalization):\n    pass\n",
    ],
)
def test_what_stays_safe(text: str) -> None:
    assert trusted(text) is Applicability.SAFE


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (IMPORT + "x = BatchNormalization(trainable=False)\n", "line 2 sets `trainable`"),
        (IMPORT + "x = BatchNormalization(trainable=flag)\n", "line 2 sets `trainable`"),
        (IMPORT + "x = BatchNormalization()\nfor one in m.layers:\n    one.trainable = False\n", "line 4 sets"),
        (
            IMPORT + "x = BatchNormalization()\nfor i, one in enumerate(m.layers[:3]):\n    one.trainable = i > 1\n",
            "line 4 sets",
        ),
        (IMPORT + "x = BatchNormalization()\nm.layers[0].trainable = False\n", "line 3 sets"),
        (IMPORT + "x = BatchNormalization()\nx.trainable = False\n", "line 3 sets `trainable`"),
        (IMPORT + "self.x = BatchNormalization()\nself.x.trainable = flag\n", "line 3 sets `trainable`"),
        ("import keras\nx = keras.layers.normalization.BatchNormalization(trainable=False)\n", "line 2"),
        ("import tensorflow as tf\nx = tf.contrib.keras.layers.BatchNormalization(trainable=0)\n", "line 2 sets"),
        ("from keras.layers import BatchNormalizationV1 as B\nx = B(trainable=False)\n", "line 2 sets"),
        (ADDONS + "x = tfa.layers.GroupNormalization()\n", "line 3 does not give `groups`"),
        (ADDONS + "x = tfa.layers.GroupNormalization(axis=1)\n", "line 3 does not give `groups`"),
    ],
)
def test_what_a_new_name_alone_would_change(text: str, note: str) -> None:
    assert trusted(text) is Applicability.UNSAFE
    variance = TABLE.effects["unbiased-variance"].says
    notes = [one for finding in findings(text) if finding.fix for one in finding.fix.notes if one != variance]
    assert [one for one in notes if note in one] == notes != []
    assert scan_text(text.encode(), "a.py", TABLE, Options(fix=True)).fixed_text is None


def test_an_import_is_no_safer_than_the_use_that_it_mends() -> None:
    text = "from tf_slim.layers import layer_norm\n\n\ndef helper(x):\n    return layer_norm(x, begin_norm_axis=-1)\n"
    assert {finding.fix.applicability for finding in findings(text) if finding.fix} == {Applicability.UNSAFE}


@pytest.mark.parametrize(
    "text",
    [
        IMPORT + "model.save('x.h5')\n",
        IMPORT + "# load_model\nx = 'load_model'\n",
        IMPORT + "old = hasattr(keras.layers, 'BatchNormalizationV1')\n",
        IMPORT + "old = getattr(layers, 'BatchNormalizationV2', None)\n",
        IMPORT + "if 'BatchNormalizationV1' in layer.name:\n    f()\n",
        IMPORT + "if type(layer).__name__ == 'SyncBatchNormalization':\n    f()\n",
        IMPORT + "NORMS = {'InstanceNormalization': f, 'SyncBatchNormalization': g}\n",
        IMPORT + "parser.add_argument('--norm', choices=['InstanceNormalization', 'BatchNormalizationV1'])\n",
        IMPORT + "def f():\n    'BatchNormalizationV1'\n",
        IMPORT + "names = {'class_name': 'Dense', 'old': 'BatchNormalizationV1'}\n",
        "from keras.layers.core import Dropout\nfrom keras.layers.normalization import LRN2D\nload_model('x')\n",
    ],
)
def test_no_saved_model_is_touched(text: str) -> None:
    assert [note for finding in findings(text) for note in finding.notes] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (IMPORT + "m = keras.models.load_model('x.h5')\n", "line 2 touches saved models or weights (`load_model`)"),
        (IMPORT + "m.load_weights('x.h5')\n", "`load_weights`"),
        (IMPORT + "f(custom_objects={'A': B})\n", "`custom_objects`"),
        (IMPORT + "f({'class_name': 'BatchNormalizationV1', 'config': {}})\n", "`BatchNormalizationV1`"),
        (IMPORT + "if one['class_name'] in ('Dense', 'BatchNormalizationV2'):\n    f()\n", "`BatchNormalizationV2`"),
        (IMPORT + "a = 'BatchNormalizationV1' == one.get('class_name')\n", "`BatchNormalizationV1`"),
        (ADDONS + "x = tfa.layers.InstanceNormalization()\nf('Addons>InstanceNormalization')\n", "groups=-1"),
        (ADDONS + "x = tfa.layers.SpectralNormalization(y)\nmodel_from_json(z)\n", "`sn_u` is called `vector_u`"),
        ("import tf_slim as slim\ny = slim.batch_norm(x)\ntf.train.Saver()\n", "no gamma"),
    ],
)
def test_saved_models_are_named_where_they_are_touched(text: str, words: str) -> None:
    notes = [note for finding in findings(text) for note in finding.notes]
    assert notes
    assert all(words in note for note in notes)


def test_a_name_that_loses_its_slash_is_said() -> None:
    text = "import tensorflow as tf\ny = tf.layers.batch_normalization(x, name='a/b')\n"
    (finding,) = findings(text)
    assert finding.fix is not None
    assert finding.fix.notes == ("`name` loses its `/`, and the weights are named after it",)


SUBCLASS = (
    "import tensorflow as tf\nclass Net(tf.keras.Model):\n    def __init__(self):\n        super().__init__()\n"
    "        self.norm = {}()\n    def call(self, x{}):\n        return self.norm(x)\n"
)


@pytest.mark.parametrize(
    ("layer", "more", "trust"),
    [
        ("tf.keras.layers.experimental.SyncBatchNormalization", ", training=None", Applicability.SAFE),
        ("tf.keras.layers.experimental.LayerNormalization", "", Applicability.SAFE),
        ("tf.keras.layers.experimental.SyncBatchNormalization", "", Applicability.UNSAFE),
        ("tf.keras.layers.BatchNormalisation", ", **kwargs", Applicability.UNSAFE),
    ],
)
def test_a_subclass_that_cannot_hand_training_on(layer: str, more: str, trust: Applicability) -> None:
    assert trusted(SUBCLASS.format(layer, more)) is trust


def test_what_a_subclass_lacks_is_said_at_the_import_as_well() -> None:
    (finding,) = findings(IMPORT + SUBCLASS.format("BatchNormalization", ""))
    assert finding.fix is not None
    assert finding.fix.notes[0].startswith("`call` of `Net` (line 7) has no `training` argument")
