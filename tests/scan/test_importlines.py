"""Import statements read off bytes: all of them, however they are laid out, and little else."""

from __future__ import annotations

import pytest

from normfix.scan.importlines import import_statements, imported_names

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
        ("import a  # not b, c", [("", [("a", "")])]),
    ],
)
def test_statements(text: str, statements: Read) -> None:
    assert read(text) == statements


@pytest.mark.parametrize(
    "text",
    ["important = 1", "importlib.reload(x)", "__import__('a')", "x = reimport (a)", "raise E from import_it", ""],
)
def test_no_statement(text: str) -> None:
    assert read(text) == []


def test_a_statement_in_a_comment_or_a_string_counts_too() -> None:
    assert read("# import a\n") == [("", [("a", "")])]
    assert read("code = '''\nfrom a import b\n'''\n") == [("a", [("b", "")])]
