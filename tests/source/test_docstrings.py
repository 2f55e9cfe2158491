"""Examples in docstrings: each a program of its own among the names of the module, mended where it stands."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normfix.checks.finding import Finding
from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import run, scan_text
from normfix.source.documents import read_document
from normfix.table.load import shipped_table
from tests.conftest import Command
from tests.run.generated import DIRECT, IMPORTS, USES, bounded
from tests.source.mended import NEW, OLD, Found, found, stands_at


def result(code: str) -> FileResult:
    options = Options(fix=True, unsafe_fixes=True, docstrings=True)
    return scan_text(dedent(code).encode(), "code.py", shipped_table(), options)


def places(code: str) -> Found:
    return found(scan_text(dedent(code).encode(), "code.py", shipped_table(), Options(docstrings=True)).findings)


def fixed(code: str) -> str:
    content = result(code).content
    return dedent(code) if content is None else content.decode()


@pytest.mark.parametrize(
    "code",
    [
        f'"""{OLD}"""\n',
        f'"""Text.\n\n{OLD}\n"""\n',
        f'"""Text.\n\n```\n{OLD}\n```\n"""\n',
        f'"""Text.\n\n>>> 3\n{OLD}\n"""\n',
        f'x = """\n>>> {OLD}\n"""\n',
        f'def f():\n    pass\n    """\n    >>> {OLD}\n    """\n',
        f'"""Text.\n\n>>> {OLD}  # noqa: NF101\n"""\n',
        f'"""Text.\n\n>>> {NEW}\n"""\n',
        f'# normfix: file-ignore[NF101]\n"""Text.\n\n>>> {OLD}\n"""\n',
    ],
)
def test_nothing_is_found(code: str) -> None:
    assert places(code) == []
    assert fixed(code) == code


def test_docstrings_are_left_alone_unless_they_are_asked_for() -> None:
    code = f'"""Text.\n\n>>> {OLD}\n"""\n'
    assert scan_text(code.encode(), "code.py", shipped_table(), Options()).findings == ()


@pytest.mark.parametrize(
    ("head", "line", "tail"),
    [
        ('"""Text.\n\n', ">>> {}\n", '3\n"""\n'),
        ('def f():\n    r"""Text.\n\n    Example:\n        ```python\n', "        {}\n", '        ```\n    """\n'),
        ("class A:\n    '''Text::\n\n", "        {}\n", "    '''\n"),
        ('async def f():\n  """Text.\n\n  .. code-block:: python\n\n', "     {}\n", '  """\n'),
        ('class A:\n    def f(self):\n        """T.\n\n', "        >>> {}\n", "        >>> x\n" + " " * 8 + '"""\n'),
        ('"""Text.\n\n>>> 3\n3\n\n```pycon\n', ">>> {}\n", '```\n"""\nx = 1'),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_example_is_mended_where_it_stands(head: str, line: str, tail: str, newline: str) -> None:
    code = (head + line.format(OLD) + tail).replace("\n", newline)
    assert stands_at(places(code), head, line)
    assert fixed(code) == (head + line.format(NEW) + tail).replace("\n", newline)


def test_names_come_from_the_module_and_stay_in_their_docstring() -> None:
    code = '''\
        """Text.

        >>> from keras.layers import BatchNormalization as tf
        """
        import tensorflow as tf

        def f():
            """Text.

            >>> y = tf.layers.batch_normalization(x)
            """
            return tf.layers
        '''
    assert places(code) == [("NF301", 10, 13)]
    line = ">>> y = tf.layers.batch_normalization(x)"
    assert fixed(code) == dedent(code).replace(line, ">>> y = tf.keras.layers.BatchNormalization()(x, training=False)")


def test_what_an_example_needs_comes_into_the_example() -> None:
    code = '''\
        import os

        def f():
            """Text.

            >>> import tensorflow_addons as tfa
            >>> tfa.layers.InstanceNormalization()(x)
            3

            Or::

                y = tfa.layers.InstanceNormalization()(z)
            """
        '''
    new = "tf.keras.layers.GroupNormalization(groups=-1)"
    expected = dedent(code).replace("import tensorflow_addons as tfa", "import tensorflow as tf")
    assert fixed(code) == expected.replace("tfa.layers.InstanceNormalization()", new)


def test_code_and_examples_change_together() -> None:
    code = '''\
        from tensorflow.keras.layers.experimental import SyncBatchNormalization

        def f():
            """Text.

            >>> SyncBatchNormalization(axis=3)
            """
            return SyncBatchNormalization()
        '''
    mended = fixed(code)
    assert "experimental" not in mended
    assert mended.count("(synchronized=True") + mended.count("synchronized=True)") >= 2


def test_an_example_that_does_not_parse_is_said_at_its_place_and_the_others_go_on() -> None:
    code = f'import os\n\n\ndef f():\n    """Text::\n\n        a b\n\n    >>> x = (\n\n    >>> {OLD}\n    """\n'
    assert places(code) == [("NF001", 9, 13), ("NF101", 11, 48)]
    head, _, tail = code.rpartition(OLD)
    assert fixed(code) == head + NEW + tail


def test_words_about_lines_speak_of_those_of_the_file() -> None:
    code = '''\
        import os

        def f():
            """Text.

            >>> import tensorflow as tf
            >>> tf.Session()
            >>> tf.layers.batch_normalization(x)
            """
        '''
    (found,) = result(code).findings
    assert found.withheld is not None
    assert found.withheld.startswith("line 7 (`tensorflow.Session`)")


_PIECES = st.sampled_from(
    [
        *(
            '"""Text.\n',
            "def f():\n",
            "    ",
            "'''\n",
            '"""',
            "x = 1\n",
            ">>> y = 2\n",
            "... z\n",
            "\n",
            "\r\n",
            "```py\n",
        ),
        *("```\n", "Text::\n", "        a = 1\n", "    >>> b\n", "class A:\n", "    r'''\n", "\x0c", "é", "\\\n", "\t"),
    ]
)


@bounded
@given(st.lists(_PIECES, max_size=25).map("".join))
def test_a_text_that_does_not_change_comes_back(code: str) -> None:
    read = read_document(code.encode(), "code.py", docstrings=True)
    assert read.encode(read.text) == code.encode()


@bounded
@given(st.sampled_from(IMPORTS), st.sampled_from((*USES, *DIRECT)), st.booleans())
def test_the_prefilter_loses_nothing(tmp_path: Path, start: str, use: str, outside: bool) -> None:
    def prompted(text: str) -> str:
        return "".join(f"    {'... ' if line[:1].isspace() else '>>> '}{line}\n" for line in text.splitlines())

    example = f"L = tf.layers\n{use}" if outside else f"{start}L = tf.layers\n{use}"
    file = tmp_path / "code.py"
    file.write_text(f'{start if outside else "import os"}\ndef f():\n    """Text.\n\n{prompted(example)}    """\n')

    def found(*, full: bool) -> list[Finding]:
        options = Options(workers=1, docstrings=True, full=full)
        return [one for each in run([file], shipped_table(), options) for one in each.findings]

    assert found(full=False) == found(full=True)


def test_on_the_command_line(normfix: Command, tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text(f'"""Text.\n\n>>> {OLD}\n"""\n')
    assert normfix("check", ".", cwd=tmp_path).returncode == 0
    found = normfix("check", "--docstrings", "--output-format", "concise", ".", cwd=tmp_path)
    assert found.stdout.decode().startswith("code.py:3:44: NF101 [*]")
    assert normfix("fix", "--docstrings", ".", cwd=tmp_path).returncode == 0
    assert file.read_text() == f'"""Text.\n\n>>> {NEW}\n"""\n'
