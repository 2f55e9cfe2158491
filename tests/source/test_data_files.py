"""The mappings of YAML and JSON files, with their places."""

from __future__ import annotations

import ast

import pytest

from normfix.source.data_files import mappings
from normfix.source.text import SourceText

NOTHING = {
    "an empty file": ("a.yaml", ""),
    "comments": ("a.yaml", "# a: 1\n   # b: 2\n"),
    "a text that goes on below": ("a.yaml", "a: 'x\n  b: y'\n"),
    "a list that goes on below": ("a.yaml", "a: [1,\n  b: 2]\n"),
    "a mapping that goes on below": ("a.yaml", "a: {b: 1,\n  c: 2}\n"),
    "a broken JSON": ("a.json", '{"a": 1'),
    "code instead of JSON": ("a.json", "{'a': 1}"),
    "a JSON that is too deep": ("a.json", "[" * 10_000 + "]" * 10_000),
    "a JSON without a mapping": ("a.json", "[1, true, null]"),
}


@pytest.mark.parametrize(("path", "text"), NOTHING.values(), ids=NOTHING)
def test_what_has_no_mapping_that_can_be_read(path: str, text: str) -> None:
    assert not [one for one in mappings(SourceText(path, text)) if one.keys]


def read(path: str, text: str) -> list[dict[object, object]]:
    return [
        {_said(key): _said(value) for key, value in zip(one.keys, one.values, strict=True) if key is not None}
        for one in mappings(SourceText(path, text))
    ]


def _said(node: ast.expr) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List):
        return [_said(one) for one in node.elts]
    return type(node).__name__


YAML = {
    "scalars": (
        "a: 1\nb: -2.5e-3\nc: true\nd: no\ne: ~\nf: two words  # c\ng: 'it''s'\n",
        [{"a": 1, "b": -0.0025, "c": True, "d": False, "e": None, "f": "two words", "g": "it''s"}],
    ),
    "one in the other": ("a:\n  b:\n    c: 1\n  d: 2\n", [{"a": "Dict"}, {"b": "Dict", "d": 2}, {"c": 1}]),
    "items": ("a:\n- b: 1\n  c: 2\n- b: 3\nd: 4\n", [{"a": "Name", "d": 4}, {"b": 1, "c": 2}, {"b": 3}]),
    "items of items": ("- - a: 1\n  - a: 2\n", [{"a": 1}, {"a": 2}]),
    "between brackets": ("a: {b: x.y, c: 3}\nd: [1, e]\n", [{"a": "Dict", "d": [1, "e"]}, {"b": "x.y", "c": 3}]),
    "a text over lines": ("a: |\n  b: 1\n  c: 2\nd: >-\n  e: 3\nf: 4\n", [{"a": "Name", "d": "Name", "f": 4}]),
    "what is worked out elsewhere": ("a: ${b.c}\nd: *e\nf: !g h\n", [{"a": "Name", "d": "Name", "f": "Name"}]),
    "documents": ("a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
    "keys in quotes": ("\"a\": 1\n'b': 2\n", [{"a": 1, "b": 2}]),
}


@pytest.mark.parametrize(("text", "expected"), YAML.values(), ids=YAML)
def test_lines_of_yaml(text: str, expected: list[dict[object, object]]) -> None:
    assert read("a.yaml", text) == expected


def test_json_with_its_own_words() -> None:
    text = '\n{"a": [{"b": true, "c": null}], "d": 1.5}\n'
    assert read("a.json", text) == [{"a": ["Dict"], "d": 1.5}, {"b": True, "c": None}]


@pytest.mark.parametrize("path", ["a.yaml", "a.json"])
def test_places_count_characters_as_code_does(path: str) -> None:
    text = '{"é": "x.y"}' if path.endswith("json") else "é: x.y"
    source = SourceText(path, text)
    value = mappings(source)[0].values[0]
    start = source.offset(value.lineno, value.col_offset)
    assert source.text[start : source.offset(value.end_lineno or 1, value.end_col_offset or 0)].strip('"') == "x.y"
