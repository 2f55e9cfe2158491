"""Files that nobody can parse: what is said of Python 2, and of the legacy names seen in it."""

from __future__ import annotations

import pytest

from tests.support import result


@pytest.mark.parametrize(
    "broken",
    [
        *("x = (\n", "print(1\n", "print = 3 4\n", "except:\n", "raise X Y\n", "print . x y\n"),
        *("x = '<>' y\n", "x y  # `repr`\n", "x = '10L' y\n", "x = 10 L\n", '"""`a`"""\nx y\n'),
    ],
)
def test_what_is_broken_is_not_called_python_2(broken: str) -> None:
    assert all("Python 2" not in one.message for one in result(broken).findings)


@pytest.mark.parametrize(
    "old",
    [
        *("print 'a', b\n", "exec 'a'\n", "raise E, 'x'\n", "try: f()\nexcept E, e:\n    pass\n"),
        *("try:\n    f()\nexcept (A, B), e:\n    pass\n", "print x\n"),
        *(
            "if a <> b:\n    pass\n",
            "x = `a`\n",
            "n = 10L\n",
            "n = 0xFFL\n",
            "n = 0777\n",
            "s = ur'a'\n",
            "if 'a' <> 'b': pass\n",
        ),
        *("if x: print y\n", "import a; exec b\n"),
    ],
)
def test_python_2_is_named_with_what_converts_it(old: str) -> None:
    assert "`modernize --no-six -w FILE`" in result(old).findings[0].message


def test_a_name_seen_there_has_its_place_and_what_it_becomes() -> None:
    code = "from keras.layers.normalization import BatchNormalization\nprint 'x'\n"
    seen = next(one for one in result(code).findings if one.code == "NF003")
    assert (seen.start.line, seen.start.column, seen.end.column) == (1, 40, 58)
    assert seen.message.endswith("use `keras.layers.BatchNormalization`")
