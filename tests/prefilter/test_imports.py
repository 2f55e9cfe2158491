"""Import statements read off bytes: all of them, however they are laid out, and little else."""

from __future__ import annotations

import pytest

from normfix.prefilter.imports import import_statements, imported_names

Read = list[tuple[str, list[tuple[str, str]]]]


def read(text: str) -> Read:
    pairs = [(module, list(imported_names(names))) for module, names in import_statements(text.encode())]
    return [(module.decode(), [(one.decode(), alias.decode()) for one, alias in names]) for module, names in pairs]


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("import tensorflow as tf", [("", [("tensorflow", "tf")])]),
        ("import os, keras.layers as kl", [("", [("os", ""), ("keras.layers", "kl")])]),
        ("import a; import b", [("", [("a", "")]), ("", [("b", "")])]),
        ("try: import a\nexcept ImportError: import b", [("", [("a", "")]), ("", [("b", "")])]),
        ("from keras.layers import Dense, Input as I", [("keras.layers", [("Dense", ""), ("Input", "I")])]),
        ("if x:\n\tfrom . import compat", [(".", [("compat", "")])]),
        ("from.compat import(tf)", [(".compat", [("tf", "")])]),
        ("from .import tf", [(".", [("tf", "")])]),
        ("from m import*", [("m", [("*", "")])]),
        ("from m import (  # two)\n  a,  # (one)\n  b as c,\n)\n", [("m", [("a", ""), ("b", "c")])]),
        ("from m \\\n    import a, \\\n    b\n", [("m", [("a", ""), ("b", "")])]),
        ("from a . b import c\r\nimport d\r\n", [("a.b", [("c", "")]), ("", [("d", "")])]),
        ("from a import b; import c", [("a", [("b", "")]), ("", [("c", "")])]),
        ("import a\rfrom b import c\r", [("", [("a", "")]), ("b", [("c", "")])]),
        ("import a  # not b, c", [("", [("a", "")])]),
    ],
)
def test_statements(text: str, statements: Read) -> None:
    assert read(text) == statements


@pytest.mark.parametrize(
    "text",
    [
        *("important = 1", "importlib.reload(x)", "__import__('a')", "x = reimport (a)", "raise E from import_it", ""),
        *("# import a", "x = 1  # then: import a", "#from a import b", "    # from . import b", "x = 'import a'"),
        *('"""One may import a from b."""', "as said: see\nthe import statement", "print('from a import b')"),
    ],
)
def test_no_statement(text: str) -> None:
    assert read(text) == []


def test_a_line_of_a_string_passes_for_a_statement() -> None:
    assert read("code = '''\nfrom a import b\n'''\n") == [("a", [("b", "")])]


def test_a_sign_of_comments_in_a_string_is_none() -> None:
    assert read("sign = '#'; import a") == read("import a") == [("", [("a", "")])]
