"""The description of the code is that of this code: its picture, and every path that it names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tools.architecture import PICTURE, ROOT, imported, layers, picture, sentence

TEXTS = ("docs/architecture.md", "CONTRIBUTING.md")
STAND_ALONE = ("probe.py",)
LONGEST_MODULE = 300
FOLDERS = [*layers(ROOT), "fixes/hazards"]
NAMED = re.compile(r"(?<![\w/.])(?:normfix|rules|tools|tests|fixtures|docs|benchmarks|\.ci)/[\w./-]*[\w/]")


def test_the_picture_is_that_of_the_code() -> None:
    assert (ROOT / PICTURE).read_text(encoding="utf-8") == picture(ROOT), "run python -m tools.architecture"


def test_imports_are_read_as_they_are_written(tmp_path: Path) -> None:
    module = tmp_path / "normfix" / "one" / "a.py"
    module.parent.mkdir(parents=True)
    module.write_text("import normfix.two.b\nfrom normfix.three import c\nfrom normfix import four\nimport os.path\n")
    assert imported(tmp_path, "one") == {"two", "three", "four"}


@pytest.mark.parametrize("text", TEXTS)
def test_every_path_that_a_text_names_is_there(text: str) -> None:
    written = (ROOT / text).read_text(encoding="utf-8")
    named = set(
        re.findall(r"(?<![\w/.])(?:normfix|rules|tools|tests|fixtures|docs|benchmarks|\.ci)/[\w./-]*[\w/]", written)
    )
    assert {name for name in named if not (ROOT / name).exists()} == set()
    assert len(named) > 10


@pytest.mark.parametrize("text", TEXTS)
def test_every_command_that_a_text_names_is_there(text: str) -> None:
    written = (ROOT / text).read_text(encoding="utf-8")
    modules = re.findall(r"python3? -m ((?:tools|benchmarks|normfix)[\w.]*)", written)
    places = [ROOT / module.replace(".", "/") for module in modules]
    assert [place for place in places if not (place.with_suffix(".py").exists() or place.is_dir())] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_says_what_it_may_know_and_what_it_must_not(folder: str) -> None:
    text = (ROOT / "normfix" / folder / "__init__.py").read_text(encoding="utf-8")
    said = str(ast.get_docstring(ast.parse(text)))
    assert re.search(r"\bIt may\b", said)
    assert re.search(r"\bmust not\b", said)
    assert sentence(ROOT, folder) == said.splitlines()[0]


@pytest.mark.parametrize("folder", ["normfix", "tools"])
def test_modules_are_short_enough_to_read(folder: str) -> None:
    lines = {file: file.read_text(encoding="utf-8").count("\n") for file in (ROOT / folder).rglob("*.py")}
    assert [file for file, count in lines.items() if count > LONGEST_MODULE and file.name not in STAND_ALONE] == []
