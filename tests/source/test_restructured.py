"""reStructuredText: code directives, dialogues and literal blocks are found and mended where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from docutils.parsers.rst import directives

from tests.source.mended import NEW, OLD, Found, found, stands_at
from tests.support import result


def places(text: str) -> Found:
    return found(result(text.encode(), path="a.rst").findings)


def fixed(text: str) -> str:
    content = result(text.encode(), path="a.rst", fix=True, unsafe=True).content
    return text if content is None else content.decode()


@pytest.mark.parametrize(
    "text",
    [
        f"{OLD}\n",
        f"Quote\n\n    {OLD}\n",
        f"``{OLD}``\n",
        f".. code-block:: bash\n\n   {OLD}\n",
        f".. code-block::\n\n   {OLD}\n",
        f".. code:: python\n\n{OLD}\n",
        f".. a comment\n\n   {OLD}\n",
        f"Shell::\n\n    $ python -c '{OLD}'\n\nPip::\n\n    pip install tensorflow==1.15\n",
        f"Text::\n\n    {OLD}\n    and so on\n",
        f".. code:: python\n\n   {NEW}\n",
        f".. code:: python\n\n   {OLD}  # noqa: NF101\n",
        ".. include:: /etc/passwd\n\n.. csv-table::\n   :file: /etc/passwd\n\n.. raw:: html\n   :file: /etc/passwd\n",
    ],
)
def test_nothing_is_found(text: str) -> None:
    assert places(text) == []
    assert fixed(text) == text


@pytest.mark.parametrize(
    ("opening", "line", "closing"),
    [
        (".. code-block:: python\n   :linenos:\n   :caption: a: b\n\n", "   {}\n", "\nEnd\n"),
        (".. sourcecode:: py\n\n", "    {}\n", ""),
        (".. testcode::\n\n", "   {}\n", ""),
        (".. plot::\n   :include-source:\n\n", "   {}\n", "   plt.plot([1])\n"),
        (".. code:: python\n\n", "\t{}\n", ""),
        (".. CODE:: Python3\n\n", "   {}\n", "   \n   x = 1\n"),
        ("Title\n=====\n\nText::\n\n", "    {}\n", "\nEnd\n"),
        ("::\n\n", "  {}\n", ""),
        (".. note::\n\n   .. code:: python\n\n", "      {}\n", ""),
        (".. tabs::\n\n   .. tab:: One\n\n      .. code:: python\n\n", "         {}\n", ""),
        (".. versionadded:: 1.0\n\n   Text::\n\n", "      {}\n", ""),
        (".. py:function:: f(x)\n   :noindex:\n\n   Text\n\n   >>> x\n", "   >>> {}\n", ""),
        ("- one\n\n  - two::\n\n", "      {}\n", ""),
        ("Text\n\n", ">>> {}\n", "3\n\nEnd\n"),
        (".. doctest::\n   :options: +SKIP\n\n", "   >>> {}\n", "   3\n"),
        (":field: text\n\n   .. code:: python\n\n", "      {}\n", ""),
        ("a\u2028b\x0cc\n\n.. code:: python\n\n", "   {}\n", ""),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_block_is_mended_where_it_stands(opening: str, line: str, closing: str, newline: str) -> None:
    text = (opening + line.format(OLD) + closing).replace("\n", newline)
    assert stands_at(places(text), opening, line)
    assert fixed(text) == (opening + line.format(NEW) + closing).replace("\n", newline)


def test_a_block_that_does_not_parse_is_said_at_its_place_and_the_others_go_on() -> None:
    text = f".. code:: python\n\n   x = (\n\n.. code:: python\n\n   {OLD}\n"
    assert places(text) == [("NF001", 3, 8), ("NF101", 7, 43)]


def test_code_in_a_table_cannot_be_told_from_the_table_and_is_said() -> None:
    text = f"+-{'-' * 64}-+\n| .. code:: python {' ' * 47} |\n| {' ' * 64} |\n|    {OLD:62}|\n+-{'-' * 64}-+\n"
    assert [code for code, _, _ in places(text)] == ["NF001"]
    assert fixed(text) == text


def test_blocks_and_examples_are_judged_together() -> None:
    text = ".. code:: python\n\n   import tensorflow as tf\n\n>>> y = tf.layers.batch_normalization(x)\n"
    assert places(text) == [("NF301", 5, 9)]


def test_other_users_of_docutils_keep_its_directives() -> None:
    before = directives.directive
    assert places(f".. code:: python\n\n   {OLD}\n") != []
    assert directives.directive is before


def test_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "code.txt"
    secret.write_text(f"{OLD}\n")
    assert places(f".. literalinclude:: {secret}\n\n.. include:: {secret}\n   :code: python\n") == []
