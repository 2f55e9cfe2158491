"""Code that chooses between releases itself."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from normfix.checks.finding import Severity
from tests.support import findings, fixed, unchanged

GUARDED = {
    "new first": """
        try:
            from keras.layers import BatchNormalization
        except ImportError:
            from keras.layers.normalization import BatchNormalization
        """,
    "more in the handler": """
        try:
            from keras.layers import BatchNormalization
            slim = None
        except ImportError:
            import tensorflow.contrib.slim as slim
            from keras.layers.normalization import BatchNormalization
        """,
    "old first": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            from keras.layers import BatchNormalization
        """,
    "several errors": """
        try:
            from tensorflow.python.keras.layers import BatchNormalization
        except (ImportError, AttributeError):
            from tensorflow.keras.layers import BatchNormalization
        """,
    "bare except": """
        try:
            from keras.layers.normalization import BatchNormalization
        except:
            from keras.layers import BatchNormalization
        """,
    "a substitute": """
        try:
            from tensorflow_addons.layers import InstanceNormalization
        except ImportError:
            class InstanceNormalization:
                pass
        """,
    "version": """
        import tensorflow as tf
        if tf.__version__ < "2":
            norm = tf.layers.BatchNormalization
        else:
            norm = tf.keras.layers.BatchNormalization
        """,
    "version in a name": """
        import tensorflow as tf
        from packaging.version import parse
        OLD = parse(tf.__version__) < parse("2.0")
        if OLD:
            norm = tf.layers.BatchNormalization
        """,
    "version by its words": """
        import tensorflow as tf
        if IS_TF1:
            norm = tf.layers.BatchNormalization
        elif TF_VERSION > 1:
            norm = tf.contrib.layers.batch_norm
        """,
    "hasattr": """
        import tensorflow as tf
        if hasattr(tf, "contrib"):
            norm = tf.contrib.layers.batch_norm
        """,
    "use in try": """
        import tensorflow as tf
        try:
            norm = tf.layers.BatchNormalization()
        except AttributeError:
            norm = tf.keras.layers.BatchNormalization()
        """,
}

FLAGS = {
    "None for the name": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            BatchNormalization = None
        """,
    "a flag in both arms": """
        try:
            from keras.layers.normalization import BatchNormalization
            OLD = True
        except ImportError:
            OLD = False
        """,
    "a flag set before": """
        OLD = False
        try:
            from keras.layers.normalization import BatchNormalization
            OLD = True
        except ImportError:
            pass
        """,
    "the name set before": """
        BatchNormalization = None
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            pass
        """,
    "suppressed": """
        import contextlib
        OLD = False
        with contextlib.suppress(ImportError):
            from keras.layers.normalization import BatchNormalization
            OLD = True
        """,
    "suppressed, the name set before": """
        from contextlib import suppress
        BatchNormalization = None
        with suppress(ImportError, AttributeError):
            from keras.layers.normalization import BatchNormalization
        """,
    "asked for after suppress": """
        import contextlib
        with contextlib.suppress(ImportError):
            from keras.layers.normalization import BatchNormalization
        HAS = "BatchNormalization" in globals()
        """,
    "asked for after a handler that does nothing": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            pass
        if "BatchNormalization" in dir():
            layer = BatchNormalization()
        """,
    "taken from the names of the module": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            pass
        norm = globals().get("BatchNormalization")
        """,
    "used where it may be unbound": """
        import contextlib
        with contextlib.suppress(ImportError):
            from keras.layers.normalization import BatchNormalization
        def norm(x):
            try:
                return BatchNormalization()(x)
            except NameError:
                return x
        """,
    "what a function returns": """
        def norm():
            try:
                from keras.layers.normalization import BatchNormalization
            except ImportError:
                return None
            return BatchNormalization
        """,
    "else": """
        try:
            import keras.layers.normalization
        except ImportError:
            BatchNormalization = None
        else:
            from keras.layers.normalization import BatchNormalization
        """,
    "a spec": """
        from importlib.util import find_spec
        HAS_TFA = find_spec("tensorflow_addons") is not None
        if HAS_TFA:
            from tensorflow_addons.layers import InstanceNormalization
        """,
    "a flag of a try": """
        import tensorflow as tf
        try:
            import tensorflow.contrib
            HAS_CONTRIB = True
        except ImportError:
            HAS_CONTRIB = False
        if HAS_CONTRIB:
            norm = tf.contrib.layers.batch_norm
        """,
    "hasattr in a name": """
        import tensorflow as tf
        has_contrib = hasattr(tf, "contrib")
        norm = tf.contrib.layers.batch_norm if has_contrib else None
        """,
    "hasattr and": """
        import tensorflow as tf
        norm = hasattr(tf, "contrib") and tf.contrib.layers.batch_norm
        """,
    "leaves before": """
        import tensorflow as tf
        def norm(x):
            if not hasattr(tf, "contrib"):
                return x
            return tf.contrib.layers.batch_norm(x)
        """,
    "a function that tries": """
        import tensorflow as tf
        def has_contrib():
            try:
                tf.contrib
            except AttributeError:
                return False
            return True
        def norm(x):
            return tf.contrib.layers.batch_norm(x) if has_contrib() else x
        """,
    "the use of a name that may be missing": """
        try:
            import tensorflow_addons as tfa
            HAS_TFA = True
        except ImportError:
            HAS_TFA = False
        def norm(x):
            return tfa.layers.InstanceNormalization()(x) if HAS_TFA else x
        """,
    "looked up with a default": """
        import tensorflow as tf
        norm = getattr(tf.keras.layers, "SyncBatchNormalization", tf.keras.layers.BatchNormalization)
        layer = norm(axis=-1)
        """,
    "the use of a name that may be None": """
        try:
            from tensorflow_addons.layers import InstanceNormalization
        except Exception:
            InstanceNormalization = None
        def norm(x):
            if InstanceNormalization is None:
                return x
            return InstanceNormalization()(x)
        """,
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in (*GUARDED.items(), *FLAGS.items())])
def test_a_guarded_spelling_is_only_mentioned(code: str) -> None:
    assert {one.code for one in findings(code)} == {"NF004"}
    assert unchanged(code)


NOT_GUARDED = {
    "another name in the handler": """
        try:
            import other
        except ImportError:
            from keras.layers.normalization import BatchNormalization
        """,
    "handler only raises": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            raise
        """,
    "handler passes": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            pass
        """,
    "handler imports another name": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            import sys
        """,
    "else of something else": """
        try:
            import numpy
        except ImportError:
            numpy = None
        else:
            from keras.layers.normalization import BatchNormalization
        """,
    "handler sets something and leaves": """
        import sys
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError as error:
            reason = str(error)
            sys.exit(reason)
        """,
    "looked up without a default": """
        import keras
        norm = getattr(keras.layers.normalization, "BatchNormalization")
        """,
    "suppressed without an answer": """
        import contextlib
        with contextlib.suppress(ImportError):
            from keras.layers.normalization import BatchNormalization
        layer = BatchNormalization()
        """,
    "asked for another name": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            pass
        HAS = "Dense" in globals()
        layer = BatchNormalization()
        """,
    "asked for in something else": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            pass
        HAS = "BatchNormalization" in settings
        layer = BatchNormalization()
        """,
    "a name that may be unbound, and another use": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            pass
        try:
            other
        except NameError:
            other = 1
        layer = BatchNormalization()
        """,
    "suppresses another error": """
        import contextlib
        with contextlib.suppress(OSError):
            OLD = True
            from keras.layers.normalization import BatchNormalization
        """,
    "leaves before on old releases": """
        import keras
        if keras.__version__ < "3":
            raise SystemExit
        from keras.layers.normalization import BatchNormalization
        """,
    "another flag": """
        FAST = True
        if FAST:
            from keras.layers.normalization import BatchNormalization
        """,
    "another error": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ValueError:
            from keras.layers import BatchNormalization
        """,
    "another condition": """
        import os
        if os.environ.get("FAST"):
            from keras.layers.normalization import BatchNormalization
        else:
            from keras.layers import BatchNormalization
        """,
    "finally": """
        try:
            from keras.layers.normalization import BatchNormalization
        finally:
            print("done")
        """,
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in NOT_GUARDED.items()])
def test_what_is_no_guard_hides_nothing(code: str) -> None:
    assert {one.code for one in findings(code)} == {"NF101"}


LOST = {
    "both are gone": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            from tensorflow.contrib.layers import batch_norm as BatchNormalization
        """,
    "three are gone": """
        try:
            from keras.layers.normalization import BatchNormalization
        except ImportError:
            try:
                from keras.layers.normalization.batch_normalization import BatchNormalization
            except ImportError:
                from keras.layers.normalization_v2 import BatchNormalization
        """,
}


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in LOST.items()])
def test_a_guard_whose_every_arm_is_gone_is_mended_at_its_head(code: str) -> None:
    assert next(one.code for one in findings(code)) == "NF101"
    assert {one.code for one in findings(code)[1:]} == {"NF004"}
    assert fixed(code) == dedent(code).replace("keras.layers.normalization import", "keras.layers import", 1)


def test_a_flag_in_a_lost_guard_keeps_its_head() -> None:
    code = """
        try:
            from keras.layers.normalization import BatchNormalization
            OLD = True
        except ImportError:
            from keras.layers.normalization_v2 import BatchNormalization
            OLD = False
        """
    first = findings(code)[0]
    assert (first.code, first.fix) == ("NF101", None)
    assert "flag" in str(first.withheld)
    assert unchanged(code)


TODAY = (
    *(
        "tf.__version__ >= '2.0'",
        "tf.__version__ > '1.15'",
        "not tf.__version__ < '2'",
        "tf.__version__.startswith('2')",
    ),
    *("LooseVersion(tf.__version__) >= LooseVersion('2.5.0')", "version.parse(tf.__version__) >= version.parse('2.9')"),
    *(
        "int(tf.__version__.split('.')[0]) >= 2",
        "tf.__version__.split('.')[0] == '2'",
        "tf.__version__[0] != '1'",
        "NEW",
    ),
)
UNKNOWN = (
    *(
        "tf.__version__ >= '2.19'",
        "tf.__version__ >= '2.5'",
        "tf.__version__ < '2.4'",
        "LooseVersion(tf.__version__) >= LooseVersion('2.17')",
    ),
    *(
        "tf.__version__ >= other",
        "hasattr(tf, 'function')",
        "torch.__version__ >= '1.0'",
        "NEW and hasattr(tf, 'keras')",
    ),
)
CHOICE = (
    "import tensorflow as tf\nimport torch\nfrom distutils.version import LooseVersion\nfrom packaging import version\n"
    "NEW = tf.__version__.startswith('2')\n"
)
OLD = "tf.keras.layers.experimental.SyncBatchNormalization()"


@pytest.mark.parametrize("test", TODAY)
def test_an_arm_that_is_taken_today_is_no_guard(test: str) -> None:
    taken, other = CHOICE + f"if {test}:\n    x = {OLD}\n", CHOICE + f"if {test}:\n    pass\nelse:\n    x = {OLD}\n"
    assert [one.code for one in findings(taken)] == ["NF213"]
    assert [one.code for one in findings(other)] == ["NF004"]
    assert [one.code for one in findings(CHOICE + f"x = {OLD} if {test} else None\n")] == ["NF213"]
    assert [one.code for one in findings(CHOICE + f"x = None if {test} else {OLD}\n")] == ["NF004"]


@pytest.mark.parametrize("test", UNKNOWN)
def test_an_arm_of_which_nobody_knows_is_a_guard(test: str) -> None:
    assert [one.code for one in findings(CHOICE + f"if {test}:\n    x = {OLD}\n")] == ["NF004"]


@pytest.mark.parametrize("name", ["SyncBN", "Sync as SyncBN"])
def test_a_name_of_another_file_that_may_be_none_is_guarded(tmp_path: Path, name: str) -> None:
    old = name.partition(" ")[0]
    guard = f"try:\n    {old} = {OLD[:-2]}\nexcept AttributeError:\n    {old} = None\n"
    (tmp_path / "compat.py").write_text(f"import tensorflow as tf\n{guard}")
    (tmp_path / "hands_on.py").write_text(f"from compat import {old}\n")
    code = "from {} import {}\nfrom keras.layers import BatchNormalization\nif SyncBN:\n    print(SyncBN())\n"
    for module in ("compat", "hands_on"):
        told = findings(code.format(module, name), str(tmp_path / "net.py"))
        assert {one.code for one in told} <= {"NF004"}


def test_a_flag_of_another_file_is_a_guard(tmp_path: Path) -> None:
    (tmp_path / "compat.py").write_text("import tensorflow as tf\nOLD = hasattr(tf, 'contrib')\nFAST = 1\n")
    code = "import tensorflow as tf\nfrom compat import {0}\nif {0}:\n    norm = tf.contrib.layers.batch_norm\n"
    path = str(tmp_path / "net.py")
    assert [one.code for one in findings(code.format("OLD"), path)] == ["NF004"]
    assert [one.code for one in findings(code.format("FAST"), path)] == ["NF401"]


def test_an_import_for_types_runs_nowhere() -> None:
    code = """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from keras.layers.normalization import BatchNormalization
        def f(x: "BatchNormalization"): ...
        """
    assert [(one.code, one.severity) for one in findings(code)] == [("NF101", Severity.WARNING)]
    assert fixed(code) == dedent(code).replace(".normalization", "")


def test_a_guard_is_not_lost_where_another_one_is_around_it() -> None:
    code = """
        import keras
        if keras.__version__ < "2.4":
            try:
                from keras.layers.normalization import BatchNormalization
            except ImportError:
                from tensorflow.contrib.layers import batch_norm as BatchNormalization
        """
    assert {one.code for one in findings(code)} == {"NF004"}


def test_a_guard_covers_a_function_that_is_defined_in_it() -> None:
    code = """
        import tensorflow as tf
        if tf.__version__ < "2":
            def norm(x):
                return tf.layers.batch_normalization(x)
        else:
            def norm(x):
                return tf.keras.layers.BatchNormalization()(x)
        """
    assert [one.code for one in findings(code)] == ["NF004"]
