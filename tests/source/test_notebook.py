"""Notebooks: what is Python in them is found, and what is not edited comes back byte for byte."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from normfix.report.diff import render
from normfix.report.paint import Paint
from normfix.source.notebook import read_notebook
from normfix.source.parts import BOUNDARY
from normfix.source.text import Position, TextError
from tests.conftest import Command
from tests.support import result


def notebook(*cells: tuple[str, str], indent: int | None = 1) -> bytes:
    content = {
        "cells": [
            {"cell_type": kind, "metadata": {}, "outputs": ["é"], "source": text.splitlines(keepends=True)}
            for kind, text in cells
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
    }
    return json.dumps(content, indent=indent, ensure_ascii=False).encode() + b"\n"


def sources(data: bytes) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(data)["cells"]]


@pytest.mark.parametrize("indent", [None, 1, 2])
def test_nothing_changed_is_nothing_written(indent: int | None) -> None:
    data = notebook(
        ("code", "import keras\n%matplotlib inline\nx = 1"), ("markdown", "# no"), ("code", ""), indent=indent
    )
    read = read_notebook(data, "a.ipynb")
    assert read.encode(read.text) == data


@pytest.mark.parametrize(
    "cell",
    [
        "!pip install x\nimport keras",
        "%%bash\nls | wc\nfor",
        "files = !ls\nprint(files)",
        "if True:\n    %time f()\nkeras?",
        "this is not python",
        "x = 5 % 2\ny = 'a%b!c?'",
        "!ls\nx = [1\n, 2]\ny = (5\n% 3) + 2 \\\n% 3\nimport keras",
        "x[0]?\n*Norm*?\n%%time?\n,f a b\n/f a\n;f b\nimport keras",
        "\n\n  %%bash\nfor",
        "    if x:\n        import keras\n    !ls\n\nimport keras",
        ">>> import keras\n... \n>>> x\n3",
        "In [12]: import keras\n    ...: x = 3\n",
        "cd 'x'",
        "matplotlib inline",
    ],
)
def test_what_only_ipython_understands_comes_back(cell: str) -> None:
    read = read_notebook(notebook(("code", cell), ("code", "import keras")), "a.ipynb")
    compile(read.text, "a", "exec")
    changed = read.encode(read.text.replace("import keras", "import os"))
    assert sources(changed) == [cell.replace("import keras", "import os"), "import os"]


def test_only_the_changed_cell_is_written_again() -> None:
    data = notebook(("code", "import a\n"), ("code", "import b\nb.é"), ("markdown", "é"))
    read = read_notebook(data, "a.ipynb")
    changed = read.encode(read.text.replace("import b\n", "import c\nimport d\n"))
    assert changed == data.replace(b'"import b\\n",', b'"import c\\n",\n    "import d\\n",')


def test_a_line_added_below_the_last_one_stays_in_its_cell() -> None:
    read = read_notebook(notebook(("code", "import a"), ("code", "b")), "a.ipynb")
    changed = read.encode(read.text.replace("import a\n", "import a\nimport c\n"))
    assert sources(changed) == ["import a\nimport c", "b"]


def test_positions_are_in_their_cells() -> None:
    read = read_notebook(notebook(("markdown", "#"), ("code", "a\nb"), ("code", "c\nd")), "a.ipynb")
    offset = read.text.index("d")
    assert read.place(read.position(offset)) == (3, Position(2, 1))
    assert read.place(read.position(0)) == (2, Position(1, 1))


def test_a_source_that_is_one_string() -> None:
    data = json.dumps({"cells": [{"cell_type": "code", "source": "import a\nb"}]}).encode()
    read = read_notebook(data, "a.ipynb")
    assert sources(read.encode(read.text.replace("a\n", "c\n"))) == ["import c\nb"]


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"[]", b"1", b"{}x", b"{}", b"\xff", b"{5: 1}", b'{"a" 1}', b'{"a": %s, "cells": []}' % (b"9" * 5000)),
        *(b'{"cells": 3}', b'{"cells": null}', b'{"cells": [3]}', b'{"cells": [], "cells": []}', b'{"cells": ['),
        *(b'{"cells": ' + b"[" * 100_000, b'{"a": ' * 100_000, b'{"cells": [{"cell_type": "code"'),
        *(b'{"cells": [{"cell_type": "code"}]}', b'{"cells": [{"source": []}]}'),
        *(b'{"cells": [{"cell_type": %s, "source": "a"}]}' % kind for kind in (b"3", b"null", b"[]")),
        *(
            b'{"cells": [{"cell_type": "code", "source": %s}]}' % source
            for source in (
                b"3",
                b"null",
                b"true",
                b"[3]",
                b"[null]",
                b'[["a"]]',
                b'{"a": 1}',
                b'"\\ud800"',
                b'["a\0b"]',
            )
        ),
    ],
)
def test_what_is_no_notebook_is_said_in_one_line(data: bytes) -> None:
    with pytest.raises(TextError) as caught:
        read_notebook(data, "a.ipynb")
    assert str(caught.value).startswith("not a notebook")
    assert "\n" not in str(caught.value)


def test_a_cell_that_does_not_parse_is_said_alone() -> None:
    cells = ["print 'x'\n", "from keras.layers.normalization import BatchNormalization\n", "%%bash\nls (\n", "x = (\n"]
    rows = [{"cell_type": "code", "source": text} for text in cells]
    outcome = result(json.dumps({"cells": rows}).encode(), path="a.ipynb", fix=True)
    assert [(one.cell, one.code, one.start.line) for one in outcome.findings] == [(1, "NF001", 1), (4, "NF001", 1)]
    assert [(one.cell, one.code) for one in outcome.fixed] == [(2, "NF101")]
    assert outcome.source is not None
    assert outcome.fixed_text is not None
    after = json.loads(outcome.source.encode(outcome.fixed_text))
    expected = [cells[0], "from keras.layers import BatchNormalization\n", *cells[2:]]
    assert [one["source"] for one in after["cells"]] == expected


OLD = "from keras.layers.normalization import BatchNormalization"
SPELLED = f"{OLD}\nx = tf.layers.batch_normalization("


def told(*cells: str) -> list[tuple[str, int | None, int, int]]:
    found = result(notebook(*(("code", cell) for cell in cells)), path="a.ipynb").findings
    return [(one.code, one.cell, one.start.line, one.start.column) for one in found]


def test_a_cell_that_does_not_parse_has_its_probable_lines() -> None:
    assert told("import keras", SPELLED, f"{OLD}\nprint 'a'", f"print 'b'\n{OLD}") == [
        *(("NF001", 2, 2, 34), ("NF003", 2, 1, 40), ("NF003", 2, 2, 5)),
        *(("NF001", 3, 2, 1), ("NF003", 3, 1, 40), ("NF003", 4, 2, 40)),
    ]


@pytest.mark.parametrize(
    "magic",
    [
        "%%writefile net.py",
        "%%file pkg/net.py",
        "%%python3",
        "%%script python",
        "\n%%px",
        "%%cython",
        "%%writefile -a a.py",
    ],
)
def test_python_that_is_not_run_where_it_stands_has_probable_lines(magic: str) -> None:
    assert told(f"{magic}\n{SPELLED}") == [
        ("NF003", 1, 2 + magic.count("\n"), 40),
        ("NF003", 1, 3 + magic.count("\n"), 5),
    ]


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%writefile net.txt", "%%R", "%%javascript", "%%latex"])
def test_what_is_no_python_has_none(magic: str) -> None:
    assert told(f"{magic}\n{SPELLED}") == []


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%timeit -n 3", "%%prun", "%%memit", "\n %%time"])
def test_python_that_a_magic_runs_here_is_looked_at(magic: str) -> None:
    assert told(f"{magic}\n{OLD}") == [("NF101", 1, 2 + magic.count("\n"), 40)]


@pytest.mark.parametrize(
    ("cell", "line", "column"),
    [
        ("    if x:\n        {old}\n\n    !ls\n", 2, 48),
        ("\tif x:\n\t\t{old}\ny = 3", 2, 42),
        (">>> if x:\n...     {old}\n... \n>>> y = 3", 2, 48),
        ("In [3]: if x:\n   ...:     {old}\n\n    ...: y\n", 2, 52),
        ("  # so\nx = 1\n{old}", 3, 40),
    ],
)
@pytest.mark.parametrize("flat", [False, True])
def test_what_stands_before_the_code_stays(cell: str, line: int, column: int, flat: bool) -> None:
    code = cell.format(old=OLD)
    data = notebook(("code", code))
    if flat:
        data = json.dumps({"cells": [{"cell_type": "code", "source": code}]}).encode()
    fixed = result(data, path="a.ipynb", fix=True)
    assert [(one.code, one.start.line, one.start.column) for one in fixed.fixed] == [("NF101", line, column)]
    assert not fixed.findings
    assert fixed.content == data.replace(b".normalization import", b" import")


def test_a_line_that_is_added_stands_where_the_others_do() -> None:
    code = ">>> import tensorflow as tf\n>>> x = tf.contrib.layers.instance_norm(x)"
    fixed = result(notebook(("code", code)), path="a.ipynb", fix=True, unsafe=True)
    assert fixed.content is not None
    (after,) = sources(fixed.content)
    assert all(line.startswith(">>> ") for line in after.splitlines())
    data = notebook(("code", after))
    assert read_notebook(data, "a.ipynb").broken == ()


LAID_OUT: Mapping[str, Callable[[str], str]] = {
    "escaped slashes": lambda text: text.replace("/", "\\/"),
    "letters by their numbers": lambda text: text.replace("<", "\\u003C").replace("'", "\\u0027"),
    "commas before the lines": lambda text: text.replace('",\n', '"\n ,'),
    "empty lines": lambda text: text.replace("[\n", "[ \n\n"),
    "line ends": lambda text: text.replace("\n", "\r\n"),
    "tabs": lambda text: re.sub(r"(?m)^ +", "\t", text),
}


@pytest.mark.parametrize("layout", LAID_OUT)
@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_what_does_not_change_of_a_cell_is_written_as_it_was(layout: str, flat: bool, ascii_only: bool) -> None:
    code = f"# <é> \U0001d400 / '\\'\n{OLD}  # é/<\nx = '/'; BatchNormalization(mode=0)  # </>\n"
    cells = [{"cell_type": "code", "source": code if flat else code.splitlines(keepends=True)}]
    text = json.dumps({"cells": cells}, indent=2, ensure_ascii=ascii_only)
    data = LAID_OUT[layout](text).encode()
    fixed = result(data, path="a.ipynb", fix=True)
    assert fixed.content == data.replace(b".normalization import", b" import").replace(b"mode=0", b"")


def test_lines_that_come_and_go_leave_the_others_as_they_were() -> None:
    listed = rb'{"cells": [{"cell_type": "code", "source": ["a #\/\n", "b\n", "c \u003c 3"]}, '
    data = listed + rb'{"cell_type": "code", "source": "a #\/\nb"}]}'
    read = read_notebook(data, "a.ipynb")
    longer = read.encode(read.text.replace("b\n", "b\nd\n"))
    assert longer == data.replace(rb'"b\n", ', rb'"b\n", "d\n", ').replace(rb'\nb"', rb'\nb\nd"')
    shorter = read.encode(read.text.replace("b\n", ""))
    assert shorter == data.replace(rb'"b\n", ', b"").replace(rb'\nb"', b'"')


@pytest.mark.parametrize(
    ("metadata", "python"),
    [
        ({}, True),
        (None, True),
        ({"kernelspec": {"language": "python", "name": "x"}}, True),
        ({"language_info": {"name": "ipython"}}, True),
        ({"language_info": {"name": "SageMath"}}, True),
        ({"language_info": {"name": "R"}, "kernelspec": {"language": "python"}}, False),
        ({"kernelspec": {"language": "julia"}}, False),
        ({"language_info": {"version": "3"}, "kernelspec": {"name": "python3"}}, True),
        ({"language_info": 3, "kernelspec": []}, True),
    ],
)
def test_a_notebook_in_another_language_has_no_python(metadata: object, python: bool) -> None:
    cells = [{"cell_type": "code", "source": f"{OLD}\nx <- 3 ("}]
    data = json.dumps({"cells": cells, "metadata": metadata}).encode()
    assert bool(result(data, path="a.ipynb").findings) == python


def test_the_diff_of_a_notebook_is_one_of_the_file() -> None:
    text = "%matplotlib inline\nfrom keras.layers.normalization import BatchNormalization\n"
    data = json.dumps({"cells": [{"cell_type": "code", "source": text.splitlines(keepends=True)}]}, indent=1)
    outcome = result(data.encode(), path="a.ipynb", fix=True)
    shown = render([outcome], Paint(on=False)).splitlines()
    assert [line for line in shown if line.startswith(("-", "+"))][2:] == [
        '-    "from keras.layers.normalization import BatchNormalization\\n"',
        '+    "from keras.layers import BatchNormalization\\n"',
    ]
    assert "normfix" not in "".join(shown)


def test_a_notebook_is_checked_and_fixed_where_it_stands(normfix: Command, tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    data = notebook(
        ("code", "%pip install keras"), ("code", "from keras.layers.normalization import BatchNormalization")
    )
    file.write_bytes(data)
    found = normfix("check", "--output-format", "concise", "a.ipynb", cwd=tmp_path)
    assert found.stdout.decode().startswith("a.ipynb:cell 2:1:40: NF101 [*]")
    assert normfix("fix", "a.ipynb", cwd=tmp_path).returncode == 0
    assert file.read_bytes() == data.replace(b".layers.normalization import", b".layers import")


@pytest.mark.parametrize("flat", [False, True])
def test_every_place_of_a_cell_is_found_in_the_json(flat: bool) -> None:
    code = "%magic\nname = '𐐀é\"\\\\'\nprint(\t'\\x00')\n"
    content = {"cells": [{"cell_type": "code", "source": code if flat else code.splitlines(keepends=True)}]}
    for ascii_only in (True, False):
        read = read_notebook(json.dumps(content, indent=1, ensure_ascii=ascii_only).encode(), "a.ipynb")
        (cell,) = read.cells
        for line, text in enumerate(code.splitlines(), 1):
            for column, character in enumerate(text, 1):
                place = read.file.index(read.in_file(cell.number, Position(line, column)))
                assert (
                    json.dumps(character, ensure_ascii=ascii_only)[1:-1]
                    == read.document[place:].partition(json.dumps(text[column:] + "\n", ensure_ascii=ascii_only)[1:-1])[
                        0
                    ]
                )


def test_a_place_that_no_cell_has_is_left() -> None:
    read = read_notebook(notebook(("code", "x = 1"), ("code", "")), "a.ipynb")
    assert read.in_file(7, Position(3, 4)) == Position(3, 4)
    assert read.in_file(2, Position(1, 1)).line > read.in_file(1, Position(1, 1)).line
    assert read.in_file(1, Position(9, 1)) == read.in_file(1, Position(1, 1))


@pytest.mark.parametrize("line", [BOUNDARY, f"{BOUNDARY}.", f"y = 1  {BOUNDARY}", f"s = '''\n{BOUNDARY}\n'''"])
def test_a_cell_may_have_the_line_that_stands_between_cells(line: str) -> None:
    old = "from keras.layers.normalization import BatchNormalization"
    data = notebook(("code", f"x = 1\n{line}\n{old}\nBatchNormalization()"), ("code", f"{line}\n{old}"))
    fixed = result(data, path="a.ipynb", fix=True)
    assert len(fixed.fixed) == 2
    assert fixed.content == data.replace(b".normalization import", b" import")


def test_the_third_version_of_the_format() -> None:
    cells = [{"cell_type": "markdown", "source": ["a"]}, {"cell_type": "code", "input": ["import a\n", "b"]}]
    data = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}, {"cells": cells[1:]}]}, indent=1).encode()
    read = read_notebook(data, "a.ipynb")
    assert [cell.number for cell in read.cells] == [2, 3]
    assert read.encode(read.text) == data
    assert read.encode(read.text.replace("import a", "import c")) == data.replace(b"import a", b"import c")


def test_cells_in_python_2_are_told_once() -> None:
    rows = [{"cell_type": "code", "source": text} for text in ("print 'a'", "x = (", "exec 'b'", "print(1)")]
    found = result(json.dumps({"cells": rows}).encode(), path="a.ipynb").findings
    assert [(one.cell, one.code) for one in found] == [(1, "NF001"), (2, "NF001")]
    assert "1 more cells or blocks are Python 2" in found[0].message
    assert "`nbqa 'modernize --no-six -w -n' FILE --nbqa-dont-skip-bad-cells`" in found[0].message
    assert "Python 2" not in found[1].message


def test_no_converter_is_named_that_cannot_read_the_file() -> None:
    found = result(b"```python\nprint 'a'\n```\n", path="a.md").findings
    assert "this is Python 2: bring it to Python 3 first" in found[0].message
    assert "modernize" not in found[0].message
