"""`check --add-noqa`: every finding is silenced where it stands, and the program stays the same."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

import pytest

from fixtures.files import FIXTURES
from tests.conftest import Command

HEAD = "import tensorflow as tf\n"
BN = "tf.keras.layers.BatchNormalisation"
CASES = [
    pytest.param(f"x = {BN}()\n", f"x = {BN}()  # noqa: NF210\n", id="plain"),
    pytest.param(f"x = {BN}()   \n", f"x = {BN}()  # noqa: NF210\n", id="spaces behind"),
    pytest.param(f"x = {BN}()", f"x = {BN}()  # noqa: NF210", id="no newline at the end"),
    pytest.param(f"x = {BN}()  # why\n", f"x = {BN}()  # why  # noqa: NF210\n", id="a comment"),
    pytest.param(f"x = {BN}()  # noqa: E501\n", f"x = {BN}()  # noqa: E501, NF210\n", id="a noqa"),
    pytest.param(f"x = {BN}()  # noqa: E501 why\n", f"x = {BN}()  # noqa: E501, NF210 why\n", id="a noqa with words"),
    pytest.param(f"x = {BN}()  # normfix: ignore[]\n", f"x = {BN}()  # normfix: ignore[NF210]\n", id="an empty ignore"),
    pytest.param(f"x = [{BN}(), {BN}()]\n", f"x = [{BN}(), {BN}()]  # noqa: NF210\n", id="two on a line"),
    pytest.param(f"x = (\n    {BN}(),\n    1,\n)\n", f"x = (\n    {BN}(),  # noqa: NF210\n    1,\n)\n", id="brackets"),
    pytest.param(
        f"x = 1 + \\\n    {BN}() + \\\n    2\n", f"x = 1 + \\\n    {BN}() + \\\n    2  # noqa: NF210\n", id="joined"
    ),
    pytest.param(f'x = f({BN}(), """\n""")\n', f'x = f({BN}(), """\n""")  # noqa: NF210\n', id="a string goes on"),
    pytest.param(f"@f({BN}())\ndef g(): ...\n", f"@f({BN}())  # noqa: NF210\ndef g(): ...\n", id="decorator"),
    pytest.param(f"class A({BN}):\n    x = 1\n", f"class A({BN}):  # noqa: NF210\n    x = 1\n", id="base"),
    pytest.param(f"if {BN}():\n    y = '#'\n", f"if {BN}():  # noqa: NF210\n    y = '#'\n", id="header"),
]


@pytest.mark.parametrize(("before", "after"), CASES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_where_the_comment_goes(tmp_path: Path, normfix: Command, before: str, after: str, newline: str) -> None:
    file = tmp_path / "a.py"
    file.write_bytes((HEAD + before).replace("\n", newline).encode())
    result = normfix("check", "--add-noqa", "a.py")
    assert (result.returncode, result.stdout) == (0, b""), result.stderr
    assert file.read_bytes() == (HEAD + after).replace("\n", newline).encode()
    assert normfix("check", "a.py").returncode == 0


def test_the_reason_and_the_words(tmp_path: Path, normfix: Command) -> None:
    (tmp_path / "a.py").write_text(f"{HEAD}x = {BN}()\n", encoding="utf-8")
    shown = normfix("check", "--add-noqa", "--reason", "TF1 until Q3", "--diff")
    assert b"+x = tf.keras.layers.BatchNormalisation()  # noqa: NF210 - TF1 until Q3\n" in shown.stdout
    assert shown.stderr == b"Found 1 problem (1 would be silenced, 0 remaining).\n"
    assert "noqa" not in (tmp_path / "a.py").read_text(encoding="utf-8")
    result = normfix("check", "--add-noqa", "--reason", "TF1 until Q3")
    assert result.stderr == b"Found 1 problem (1 silenced, 0 remaining).\n"
    assert (tmp_path / "a.py").read_text(encoding="utf-8").endswith("  # noqa: NF210 - TF1 until Q3\n")
    assert normfix("check", "--add-noqa").stderr == b"All checks passed!\n"


def test_cells_of_a_notebook(tmp_path: Path, normfix: Command) -> None:
    texts = ["%matplotlib inline\n!pip install tensorflow==1.15", f"{HEAD}x = {BN}()", "print 'x'"]
    cells = [{"cell_type": "code", "source": text} for text in texts]
    file = tmp_path / "a.ipynb"
    file.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "#"}, *cells]}), encoding="utf-8")
    result = normfix("check", "--add-noqa", "--output-format", "json")
    left = [(row["code"], row["cell"]) for row in json.loads(result.stdout)]
    assert ("NF001", 4) in left
    assert all(cell != 3 for _, cell in left)
    sources = [cell["source"] for cell in json.loads(file.read_bytes())["cells"]]
    assert sources == ["#", texts[0], f"{HEAD}x = {BN}()  # noqa: NF210", texts[2]]


def test_code_from_standard_input(normfix: Command) -> None:
    code = f"{HEAD}x = {BN}()\n"
    result = normfix("check", "--add-noqa", "-", stdin=code.encode())
    assert (result.returncode, result.stdout) == (0, f"{HEAD}x = {BN}()  # noqa: NF210\n".encode())


def test_what_is_in_a_baseline_needs_no_comment(tmp_path: Path, normfix: Command) -> None:
    file = tmp_path / "a.py"
    file.write_text(f"{HEAD}x = {BN}()\n", encoding="utf-8")
    assert normfix("baseline", "write").returncode == 0
    file.write_text(f"{HEAD}x = {BN}()\ndef f():\n    return {BN}()\n", encoding="utf-8")
    result = normfix("check", "--add-noqa", "--baseline", "normfix-baseline.json")
    assert file.read_text(encoding="utf-8").count("noqa") == 1
    assert b"1 silenced, 0 remaining" in result.stderr
    assert b"no longer there" not in result.stderr


def test_what_cannot_be_parsed_or_written_stays(tmp_path: Path, normfix: Command) -> None:
    (tmp_path / "a.py").write_text(f"{HEAD}print 'x'\n{BN}()\n", encoding="utf-8")
    assert normfix("check", "--add-noqa").returncode == 2
    assert "noqa" not in (tmp_path / "a.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options", [["--reason", "x"], ["--add-noqa", "--fix"], ["--add-noqa", "--reason", "a\nb"]], ids=" ".join
)
def test_what_does_not_go_together(tmp_path: Path, normfix: Command, options: list[str]) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    result = normfix("check", *options)
    assert (result.returncode, result.stderr[:7]) == (2, b"error: ")


def test_every_snippet_is_silenced_and_stays_the_same_program(tmp_path: Path, normfix: Command) -> None:
    for folder in ("broken", "snippets"):
        shutil.copytree(FIXTURES / folder, tmp_path / folder)
    before = {file: ast_of(file) for file in tmp_path.rglob("*.py")}
    result = normfix("check", "--add-noqa", "--isolated", "--no-cache")
    assert b" silenced, " in result.stderr
    left = json.loads(normfix("check", "--isolated", "--no-cache", "--output-format", "json").stdout)
    assert {row["code"] for row in left if row["severity"] != "info"} <= {"NF001", "NF002", "NF003"}
    assert {file: ast_of(file) for file in before} == before


def ast_of(file: Path) -> str | None:
    try:
        return ast.dump(ast.parse(file.read_bytes()))
    except (SyntaxError, ValueError):
        return None
