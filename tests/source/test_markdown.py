"""Markdown: Python blocks are found and mended where they stand, and nothing else in the document changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normfix.source.blocks import BlocksText
from normfix.source.documents import read_document
from normfix.source.text import TextError
from tests.conftest import Command
from tests.run.generated import bounded
from tests.source.mended import NEW, OLD, Found, found, stands_at
from tests.support import result


def blocks(text: str, path: str = "a.md") -> list[str]:
    read = read_document(text.encode(), path)
    assert isinstance(read, BlocksText)
    return list(read.parts)


def places(text: str) -> Found:
    return found(result(text.encode(), path="a.md").findings)


def fixed(text: str, *, unsafe: bool = True) -> str:
    content = result(text.encode(), path="a.md", fix=True, unsafe=unsafe).content
    return text if content is None else content.decode()


@pytest.mark.parametrize(
    "text",
    [
        f"{OLD}\n",
        f"    {OLD}\n",
        f"`{OLD}`\n",
        f"```\n{OLD}\n```\n",
        f"```bash\n{OLD}\n```\n",
        f"```{{code-cell}} r\n{OLD}\n```\n",
        f"```{{code-block}} bash\n{OLD}\n```\n",
        f"```{{code-block}}\n{OLD}\n```\n",
        f"<!--\n```python\n{OLD}\n```\n-->\n",
        f"```text\n```python\n{OLD}\n```\n",
        f"```python\n# {OLD}\n```\n",
        f"```python\nx = '''\n{OLD}\n'''\n```\n",
        f"```pycon\n>>> x\n{OLD}\n```\n",
        f"> {OLD}\n",
        f"```python\n{NEW}\n```\n",
        f"```python\n{OLD}  # noqa: NF101\n```\n",
        f"```python\n# normfix: file-ignore[NF101]\n```\nAnd so on.\n```python\n{OLD}\n```\n",
    ],
)
def test_nothing_is_found(text: str) -> None:
    assert result(text.encode(), path="a.md", fix=True).findings == ()
    assert fixed(text) == text


@pytest.mark.parametrize(
    ("opening", "line", "closing"),
    [
        ("```python\n", "{}\n", "```\n"),
        ("~~~~ py\n", "{}\n", "~~~~\n"),
        ('``` python title="a.py" hl_lines="1"\n', "{}\n", "```\n"),
        ("```{.python .numbered}\n", "{}\n", "```\n"),
        ("```{python, echo=FALSE}\n", "{}\n", "```\n"),
        ("```{code-cell} ipython3\n:tags: [x]\n\n", "{}\n", "```\n"),
        ("```{code-cell}\n---\ntags: [x]\n---\n", "{}\n", "```\n"),
        ("```{code-block} python\n:linenos:\n", "{}\n", "```\n"),
        ("````{note}\nText.\n```python\n", "{}\n", "```\n````\n"),
        ("````{eval-rst}\n.. code:: python\n\n", "   {}\n", "````\n"),
        ("- one\n\n  ```python\n", "  {}\n", "  ```\n"),
        ("1. - > ```python\n", "     > {}\n", "     > ```\n"),
        ("> ```python\n", "> {}\n", "> ```\n"),
        (">```python\n", ">{}\n", ">```\n"),
        ("   ```python\n", "   {}\n", "   ```\n"),
        ("```python\n", "    {}\n", "```\n"),
        ("```pycon\n", ">>> {}\n", "```\n"),
        ("```python\n", ">>> {}\n", "```\n"),
        ("- x\n  > ```pycon\n", "  > >>> {}\n", "  > ```\n"),
        ("<details>\n\n```python\n", "{}\n", "```\n\n</details>\n"),
        ("---\ntitle: x\n---\n```python\n", "{}\n", "```\n"),
        ("﻿```python\n", "{}\n", "```\n"),
        ("é 💡\n```python\n", "{}  # é 💡\n", "```\n"),
        ("```python\n", "{}", ""),
        ("- a\n\n\t```python\n", "\t{}\n", "\t```\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_block_is_mended_where_it_stands(opening: str, line: str, closing: str, newline: str) -> None:
    text = (opening + line.format(OLD) + closing).replace("\n", newline)
    assert stands_at(places(text), opening, line)
    assert fixed(text) == (opening + line.format(NEW) + closing).replace("\n", newline)


def test_blocks_are_judged_together() -> None:
    text = "```python\nimport tensorflow as tf\n```\n\nThen\n\n```python\ny = tf.layers.batch_normalization(x)\n```\n"
    assert places(text) == [("NF301", 8, 5)]


def test_a_block_that_does_not_parse_is_said_at_its_place_and_the_others_go_on() -> None:
    text = f"```python\nf(x=..., y ...)\n```\n- ```python\n  for\n  ```\n```python\n{OLD}\n```\n"
    assert places(text) == [("NF001", 2, 10), ("NF001", 5, 6), ("NF101", 8, 40)]
    assert fixed(text) == text.replace(OLD, NEW)


def test_a_dialogue_keeps_its_prompts() -> None:
    text = (
        "```pycon\n>>> import tensorflow_addons as tfa\n>>> for x in y:\n"
        "...     tfa.layers.InstanceNormalization()(x)\n<KerasTensor>\n>>> 1\n```\n"
    )
    assert fixed(text) == (
        "```pycon\n>>> import tensorflow as tf\n>>> for x in y:\n"
        "...     tf.keras.layers.GroupNormalization(groups=-1)(x)\n<KerasTensor>\n>>> 1\n```\n"
    )


def test_a_dialogue_that_is_none_is_said() -> None:
    assert places("```pycon\n>>>import os\n```\n") == [("NF001", 2, 1)]


def test_the_lines_that_stay_are_those_of_the_author() -> None:
    text = f"> ```python\n> x = 1\n>\n> {OLD}   \n>\n>   \n> y = '''\n>    a\n> '''\n> ```\n"
    assert fixed(text) == text.replace(OLD, NEW)


def test_magics_stay() -> None:
    text = f"```python\n!pip install tensorflow==1.15\n{OLD}\n%timeit x\n```\n"
    assert [one[0] for one in places(text)] == ["NF952", "NF101"]
    assert fixed(text) == text.replace(OLD, NEW)


def test_what_is_no_utf_8_is_said() -> None:
    with pytest.raises(TextError) as caught:
        read_document(b"a\n\xff\n", "a.md")
    assert caught.value.line == 2


_LINES = st.sampled_from(
    [
        *("```python\n", "```\n", "~~~py\n", "~~~\n", "> ", "- ", "  ", "\t", "\n", "\r\n", "\r", "x = 1\n", ">>> y\n"),
        *("... z\n", "```{note}\n", "````{code-cell}\n", "````\n", "\x0b\x0c", "\u2028", "é", "::\n\n    a\n", "%x\n"),
        *(".. code:: python\n\n   b\n", ".. tab:: x\n\n   ", "---\n", "<div>\n", "1. ", "# normfix: x\n", "\0", "\\\n"),
    ]
)


@bounded
@given(st.lists(_LINES, max_size=25).map("".join), st.sampled_from(["a.md", "a.rst"]))
def test_a_text_that_does_not_change_comes_back(text: str, path: str) -> None:
    read = read_document(text.encode(), path)
    assert isinstance(read, BlocksText)
    assert read.encode(read.text) == text.encode()
    for index, part in enumerate(read.parts):
        for number, line in enumerate(part.splitlines()[:1], 1):
            _, place = read.placed(index, read.file.position(0).__class__(number, 1))
            assert read.file.line(place.line)[place.column - 1 :].startswith(line.splitlines()[0] if line else "")


def test_on_the_command_line(normfix: Command, tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text(f"# A\n\n```python\n{OLD}\n```\n")
    assert normfix("check", ".", cwd=tmp_path).returncode == 0
    named = normfix("check", "--output-format", "concise", "README.md", cwd=tmp_path)
    assert named.stdout.decode().startswith("README.md:4:40: NF101 [*]")
    piped = normfix("fix", "-", "--stdin-filename", "x.md", cwd=tmp_path, stdin=file.read_bytes())
    assert piped.stdout.decode() == f"# A\n\n```python\n{NEW}\n```\n"
    (tmp_path / "pyproject.toml").write_text('[tool.normfix]\ninclude = ["*.py", "*.md"]\n')
    assert normfix("fix", ".", cwd=tmp_path).returncode == 0
    assert file.read_text() == f"# A\n\n```python\n{NEW}\n```\n"
