"""Imports that meet keep to the width of their project, and lines that tools are told to leave stay where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.checks.scanner import scan
from normfix.fixes.width import import_text
from normfix.run.options import Options
from normfix.run.session import scan_text
from normfix.semantics.project import Project
from normfix.source.python import ParseFailure, parse
from normfix.source.text import decode
from normfix.table.load import shipped_table

MANY = (
    "from keras.layers.core import Activation, Dense, Dropout\nfrom keras.layers.convolutional import Conv2D\n"
    "from keras.layers.normalization import BatchNormalization\n"
    "ALL = [Activation, Dense, Dropout, Conv2D, BatchNormalization]\n"
)


def fixed(folder: Path, text: str, *, settings: str = "") -> str:
    """A file of a project after its safe fixes; `settings` are the text of its pyproject.toml."""
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    file = folder / "a.py"
    file.write_text(text, encoding="utf-8")
    done = scan_text(text.encode(), str(file), shipped_table(), Options(fix=True))
    return text if done.fixed_text is None else done.fixed_text


def test_imports_stay_apart_where_they_have_no_room(tmp_path: Path) -> None:
    assert fixed(tmp_path, MANY, settings="[tool.black]\nline-length = 62\n") == MANY.replace(
        "keras.layers.core", "keras.layers"
    ).replace("keras.layers.convolutional", "keras.layers").replace("keras.layers.normalization", "keras.layers")


def test_imports_meet_where_they_have_room(tmp_path: Path) -> None:
    after = fixed(tmp_path, MANY, settings="[tool.ruff]\nline-length = 120\n")
    assert after.splitlines()[0].startswith("from keras.layers import ")
    assert after.count("import") == 1


def test_the_longest_line_says_the_width_where_no_setting_does(tmp_path: Path) -> None:
    after = fixed(tmp_path, MANY)
    assert max(map(len, after.splitlines())) <= max(map(len, MANY.splitlines()))
    assert after.count("import") > 1


@pytest.mark.parametrize(
    ("wide", "text"),
    [
        (60, "from keras.layers import Activation, Dense, Dropout"),
        (40, "from keras.layers import (\n    Activation,\n    Dense,\n    Dropout,\n)"),
    ],
)
def test_an_import_that_would_be_too_wide_has_a_name_a_line(tmp_path: Path, wide: int, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.black]\nline-length = {wide}\n", encoding="utf-8")
    source = decode(b"import keras\n", str(tmp_path / "a.py"))
    tree = parse(source)
    assert not isinstance(tree, ParseFailure)
    read = scan(source, tree, shipped_table(), Project(shipped_table()))
    assert import_text(read, tree.body[0], "keras.layers", ["Activation", "Dense", "Dropout"]) == text


@pytest.mark.parametrize(
    ("above", "behind", "below"),
    [
        ("", "  # isort: skip", ""),
        ("", "  # isort:skip", ""),
        ("", "  # fmt: skip", ""),
        ("# isort: off\n", "", "# isort: on\n"),
        ("# fmt: off\n", "", "# fmt: on\n"),
        ("# yapf: disable\n", "", "# yapf: enable\n"),
    ],
)
def test_a_line_that_is_to_be_left_moves_alone(tmp_path: Path, above: str, behind: str, below: str) -> None:
    first = "from keras.layers import Dense, Activation, Conv2D, Dropout, Flatten\n"
    text = f"{first}{above}from keras.layers.normalization import BatchNormalization{behind}\n{below}"
    text += "print(Dense, Activation, Conv2D, Dropout, Flatten, BatchNormalization)\n"
    after = fixed(tmp_path, text, settings="[tool.black]\nline-length = 200\n")
    assert after == text.replace("keras.layers.normalization", "keras.layers")


def test_nothing_joins_a_line_that_is_to_be_left(tmp_path: Path) -> None:
    text = "from keras.layers import Dense  # isort: skip\nfrom keras.layers.normalization import BatchNormalization\n"
    text += "print(Dense, BatchNormalization)\n"
    after = fixed(tmp_path, text, settings="[tool.black]\nline-length = 200\n")
    assert after == text.replace("keras.layers.normalization", "keras.layers")


def test_no_name_stands_twice_where_imports_stay_apart(tmp_path: Path) -> None:
    text = "from keras.layers import BatchNormalization, Dense\nfrom keras.layers.core import Dense, Activation\n"
    text += "print(Dense, BatchNormalization, Activation)\n"
    after = fixed(tmp_path, text, settings="[tool.black]\nline-length = 52\n")
    assert after == text.replace("keras.layers.core import Dense, ", "keras.layers import ")
