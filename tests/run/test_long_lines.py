"""Files made to take long: what repeats on one line, or nests, is read in one go, and the rest of the file is found."""

from __future__ import annotations

import pytest

from normfix.prefilter.prefilter import Admission, prefilter_of
from normfix.prefilter.project_names import ProjectNames
from normfix.table.load import shipped_table
from tests.support import result

ADMITTED = Admission.ADMITTED
HEAD = "import tensorflow as tf\nfrom keras.layers import BatchNormalization as BN\nBN(foo=1)\n"
LINES = {
    "loops": "x = '''" + "for " * 60_000 + "'''",
    "names": "y = (" + "a, " * 30_000 + ")",
    "keywords": "f(" + "a=b, " * 20_000 + ")",
    "aliases": "z = '" + " as x" * 60_000 + "'",
    "texts": "q = " + '"a" ' * 40_000,
    "annotations": "d = {" + "a: b, " * 20_000 + "}",
    "attributes": "e = '" + "a." * 100_000 + "'",
    "directives": "# " + "noqa " * 60_000,
    "hashes": "#" * 1_000_000,
    "functions": "l = [" + "lambda x: x, " * 8_000 + "]",
    "returns": "def g():\n" + "    return a\n" * 10_000,
    "members": "w = '" + "in " * 80_000 + "'",
    "brackets": "v = '" + "(" * 300_000 + "'",
}
OLD = "from keras.layers.normalization import BatchNormalization\n"
MARKDOWN = {
    "quotes": "> " * 3_000 + "\n",
    "items": "".join(f"{'  ' * depth}- a\n" for depth in range(300)),
    "emphasis": "*a" * 20_000 + "\n",
    "links": "[" * 20_000 + "\n",
    "line": "a" * 2_000_000 + "\n",
    "blocks": "```python\nx = 1\n```\n" * 1_000,
}


def places(code: str, path: str) -> list[tuple[str, int]]:
    return [(one.code, one.start.line) for one in result(code.encode(), path=path).findings]


@pytest.mark.parametrize("kind", LINES)
def test_a_long_line_hides_nothing_and_ends_nothing(kind: str) -> None:
    code = f"{HEAD}{LINES[kind]}\n"
    assert places(code, "code.py") == places(HEAD, "code.py") != []
    names = ProjectNames(frozenset({b"tensorflow", b"keras"}))
    assert prefilter_of(shipped_table()).admission(code.encode(), "code.py", names.around("code.py")) is ADMITTED


@pytest.mark.parametrize("kind", MARKDOWN)
def test_a_document_made_to_hurt_hides_nothing_and_ends_nothing(kind: str) -> None:
    text = f"```python\n{OLD}```\n\n{MARKDOWN[kind]}"
    assert places(text, "a.md") == [("NF101", 2)]
