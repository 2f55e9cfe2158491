"""Star imports of modules that are gone: what takes their place, and what keeps them where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from normfix.run.session import run
from normfix.table.load import shipped_table
from tests.support import fixed, result

STAR = "from tensorflow.python.keras.layers import *\n"
OLD = "from keras.layers.normalization import *\n"


def project(folder: Path, **files: str) -> dict[str, str]:
    """The files of a project that a fix changes, by their names."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    options = Options(fix=True, unsafe_fixes=True)
    results = run(sorted(folder.glob("*.py")), shipped_table(), options)
    return {Path(one.path).stem: one.fixed_text for one in results if one.fixed_text is not None}


def reason(code: str) -> str:
    """Why the star import of some code stays."""
    outcome = result(code, fix=True, unsafe=True)
    assert outcome.fixed_text is None
    return str(outcome.findings[0].withheld)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (f"{OLD}x = BatchNormalization(), K\n", "line 2 uses `K`"),
        (f"from unknown import *\n{OLD}x = BatchNormalization(), helper\n", "line 3 uses `helper`"),
        (f"from unknown import *\n{STAR}x = BatchNormalization(), Dense\n", "line 3 uses `Dense`"),
        (f"{STAR}x = BatchNormalization()\ny = globals()[name]\n", "line 3 may look"),
        (f"{STAR}x = BatchNormalization()\n__all__ = names()\n", "line 3 does not say"),
        (f"{STAR[:-1]}  # isort: skip\nx = BatchNormalization()\n", "a comment tells tools"),
        ("from tensorflow.layers import *\ny = batch_normalization(x)\n", "line 2 uses `batch_normalization`"),
        (OLD, "nothing is seen to use"),
    ],
)
def test_it_stays_and_says_which_line_holds_it(code: str, words: str) -> None:
    assert words in reason(code)


def test_a_package_hands_on_all_of_it() -> None:
    outcome = result(f"{STAR}x = BatchNormalization()\n", fix=True, unsafe=True, path="__init__.py")
    assert outcome.fixed_text is None


def test_a_guard_is_left_alone() -> None:
    code = f"try:\n    {OLD}except ImportError:\n    from keras.layers import *\nx = BatchNormalization()\n"
    assert result(code, fix=True, unsafe=True).fixed_text is None


def test_a_guard_that_catches_nothing_is_none() -> None:
    code = f"try:\n    {STAR}except ImportError:\n    from keras.layers import *\nx = BatchNormalization()\n"
    assert "try:\n    from tensorflow.keras.layers import BatchNormalization\nexcept" in fixed(code, unsafe=True)


def test_it_is_no_safe_fix_and_says_what_may_be_missing() -> None:
    outcome = result(f"{STAR}x = BatchNormalization()\n", fix=True)
    assert outcome.fixed_text is None
    assert [one.fix and "looked up in another way" in one.fix.notes[0] for one in outcome.findings] == [True]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"{STAR}x = BatchNormalization()\n",
            "from tensorflow.keras.layers import BatchNormalization\nx = BatchNormalization()\n",
        ),
        (
            f"{STAR}x = Dense(1), BatchNormalization(), max(1, 2), __name__\n",
            "from tensorflow.keras.layers import BatchNormalization, Dense\n"
            "x = Dense(1), BatchNormalization(), max(1, 2), __name__\n",
        ),
        (f"{OLD}x = BatchNormalization()\n", "from keras.layers import BatchNormalization\nx = BatchNormalization()\n"),
        (
            f"{STAR}x = BatchNormalizationV1()\n",
            "from tensorflow.keras.layers import BatchNormalization as BatchNormalizationV1\n"
            "x = BatchNormalizationV1()\n",
        ),
        (f"import json\n{OLD}", "import json\n"),
        # What the file binds itself, for good, is no name of the star.
        (
            f"{STAR}\n\ndef f(Dense):\n    return Dense, BatchNormalization()\n",
            "from tensorflow.keras.layers import BatchNormalization\n\n\n"
            "def f(Dense):\n    return Dense, BatchNormalization()\n",
        ),
        (
            f"{STAR}\n\nclass BatchNormalization(BatchNormalization):\n    pass\n",
            "from tensorflow.keras.layers import BatchNormalization\n\n\n"
            "class BatchNormalization(BatchNormalization):\n    pass\n",
        ),
        (
            f"{STAR}if __debug__:\n    BatchNormalization = None\nx = BatchNormalization\n",
            "from tensorflow.keras.layers import BatchNormalization\nif __debug__:\n    BatchNormalization = None\n"
            "x = BatchNormalization\n",
        ),
        # Two stars: each brings what it had.
        (
            f"from keras.layers.core import *\n{OLD}from keras.models import *\n"
            "x = Dense(1), BatchNormalization(), Sequential()\n",
            "from keras.layers import Dense\nfrom keras.layers import BatchNormalization\nfrom keras.models import *\n"
            "x = Dense(1), BatchNormalization(), Sequential()\n",
        ),
        # What `__all__` lists is handed on.
        (
            f"{STAR}__all__ = ['LayerNormalization', 'net']\n\n\ndef net():\n    return BatchNormalization()\n",
            "from tensorflow.keras.layers import BatchNormalization, LayerNormalization\n"
            "__all__ = ['LayerNormalization', 'net']\n\n\ndef net():\n    return BatchNormalization()\n",
        ),
    ],
)
def test_the_names_that_are_used_are_imported(before: str, after: str) -> None:
    assert fixed(before, unsafe=True) == after


def test_a_line_that_would_be_too_wide_is_broken() -> None:
    code = f"{STAR}x = BatchNormalization, LayerNormalization, Dense, Conv2D, MaxPooling2D, AveragePooling2D\n"
    assert fixed(code, unsafe=True).startswith(
        "from tensorflow.keras.layers import (\n    AveragePooling2D,\n    BatchNormalization,\n"
    )


@pytest.mark.parametrize(
    "user",
    [
        "from net import Dropout\n\nx = Dropout(0.5)\n",
        "import net\n\nx = net.Dropout(0.5)\n",
        "from net import *\n\nx = Dropout(0.5)\n",
    ],
)
def test_names_that_other_files_take_through_it_are_imported_too(tmp_path: Path, user: str) -> None:
    after = project(tmp_path, net=f"{STAR}\nx = BatchNormalization()\n", user=user)
    assert after == {
        "net": "from tensorflow.keras.layers import BatchNormalization, Dropout\n\nx = BatchNormalization()\n"
    }


def test_a_name_that_another_file_takes_and_that_has_no_place_holds_it(tmp_path: Path) -> None:
    assert project(tmp_path, net=f"{OLD}\nx = BatchNormalization()\n", user="from net import K\n\nx = K\n") == {}


def test_a_name_that_two_stars_bring_is_not_guessed(tmp_path: Path) -> None:
    net = f"from own import *\n{STAR}\nx = Dense(1), BatchNormalization()\n"
    assert project(tmp_path, net=net, own="class Dense:\n    pass\n") == {}
