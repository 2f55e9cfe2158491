"""How wide lines may be, as the files beside a program say."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.config.line_length import line_length


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project]\nname = 'x'\n"),
        ("pyproject.toml", "[tool.ruff\n"),
        ("setup.cfg", "[flake8]\nignore = E501\n"),
        ("setup.cfg", "no section\n"),
        ("tox.ini", "[flake8]\nmax-line-length = wide\n"),
        (".editorconfig", "[*.py]\nmax_line_length = off\n"),
    ],
)
def test_what_says_no_width(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert line_length(tmp_path / "a.py") == line_length(tmp_path.parent / "a.py")


@pytest.mark.parametrize(
    ("name", "text", "width"),
    [
        ("pyproject.toml", "[tool.ruff]\nline-length = 120\n", 120),
        ("pyproject.toml", "[tool.ruff.lint]\nselect = ['E']\n", 88),
        ("pyproject.toml", "[tool.black]\nline-length = 79\n[tool.isort]\nline_length = 60\n", 79),
        ("pyproject.toml", "[tool.black]\n[tool.isort]\nprofile = 'black'\n", None),
        ("pyproject.toml", "[tool.isort]\nline_length = 72\n", 72),
        ("ruff.toml", "line-length = 99\n", 99),
        (".ruff.toml", "[lint]\nselect = ['E']\n", 88),
        ("setup.cfg", "[flake8]\nmax-line-length = 90\n", 90),
        ("setup.cfg", "[isort]\nline_length=70\n", 70),
        (".isort.cfg", "[settings]\nline_length = 71\n", 71),
        ("tox.ini", "[flake8]\nmax-line-length = 91\n", 91),
        (".flake8", "[flake8]\nmax-line-length = 92\n", 92),
        (".style.yapf", "[style]\ncolumn_limit = 93\n", 93),
        (".editorconfig", "root = true\n[*.py]\nmax_line_length = 94\n", 94),
    ],
)
def test_what_says_a_width(tmp_path: Path, name: str, text: str, width: int | None) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "inner").mkdir()
    assert line_length(tmp_path / "inner" / "a.py") == (width or line_length(tmp_path.parent / "a.py"))
