"""The mappings in JSON and YAML files, as `ast` nodes with their places.

JSON is checked by `json` and placed by `ast`, which reads the same text. Of YAML there is read what stands on a line of
its own: keys, scalars, and what is between brackets on one line; a value of any other form is unknown, and where it is
not told where one ends, the file has no mappings.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from normfix.source.deep import survives
from normfix.source.text import SourceText

DATA_FILES = (".yaml", ".yml", ".json")
"""How the names of files end that hold data and no code."""

_LONGEST = 2_000_000
_JSON_NAMES: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_YAML_WORDS = {**_JSON_NAMES, "yes": True, "on": True, "no": False, "off": False, "~": None}
_ENDS = r"[ \t]*(?:#.*)?$"
_QUOTED = r"\"(?:\\.|[^\"\\])*\"|'(?:''|[^'])*'"
_KEY = re.compile(rf"({_QUOTED}|[\w$./-]+)[ \t]*:(?:[ \t]+|$)")
_ITEMS = re.compile(r"(?:-[ \t]+)+")
_SCALAR = re.compile(rf"({_QUOTED}|[\w.+~/-](?:[\w.+~/ -]*[\w.+~/-])?){_ENDS}")
_SEQUENCE = re.compile(rf"\[([^\[\]{{}}\"'#]*)\]{_ENDS}")
_MAPPING = re.compile(rf"\{{([^\[\]{{}}\"'#]*)\}}{_ENDS}")
_BLOCK = re.compile(rf"[|>][-+\d]*{_ENDS}")
_COMPLETE = re.compile(rf"(?:(?:{_QUOTED}){_ENDS}|[^\"'\[{{])")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_Node = TypeVar("_Node", bound=ast.expr)


def mappings(source: SourceText) -> Sequence[ast.Dict]:
    """Every mapping of a data file, those within others included; none where it cannot be read."""
    if len(source.text) > _LONGEST or "\f" in source.text:
        return ()
    return _of_json(source.text) if source.path.endswith(".json") else _Yaml(source).read()


def _of_json(text: str) -> Sequence[ast.Dict]:
    try:
        json.loads(text)
        tree = ast.parse(text.lstrip("\n\r"), mode="eval") if survives(text) else ast.parse("")
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return ()
    ahead = text[: len(text) - len(text.lstrip("\n\r"))].count("\n")
    found = [node for node in ast.walk(ast.increment_lineno(tree, ahead)) if isinstance(node, ast.Dict)]
    for node in found:
        node.values = [_json_value(one) for one in node.values]
    return found


def _json_value(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Name) and node.id in _JSON_NAMES:
        return ast.copy_location(ast.Constant(_JSON_NAMES[node.id]), node)
    return node


class _Yaml:
    """Reads the lines of one YAML file; `_open` are the mappings that the next line may go on with, by their column."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._open: list[tuple[int, ast.Dict]] = []
        self._found: list[ast.Dict] = []

    def read(self) -> Sequence[ast.Dict]:
        """The mappings of the file."""
        text_above: int | None = None
        for number in range(1, len(self._source.line_starts) + 1):
            line = self._source.line(number)
            start = len(line) - len(line.lstrip(" "))
            if not line.strip() or line[start] == "#" or (text_above is not None and start > text_above):
                continue
            text_above = None
            if line.startswith(("---", "...", "%")):
                self._open.clear()
                continue
            items = _ITEMS.match(line, start)
            if items is not None:
                self._close(start)
                start = items.end()
            key = _KEY.match(line, start)
            value = line[key.end() :] if key is not None else line[start:]
            if _BLOCK.match(value):
                text_above = start
            elif value and not self._is_whole(value):
                return ()
            if key is not None:
                self._put(number, line, start, key, inside=items is None)
        return self._found

    def _is_whole(self, value: str) -> bool:
        return any(form.match(value) for form in (_COMPLETE, _SEQUENCE, _MAPPING))

    def _close(self, column: int) -> None:
        while self._open and self._open[-1][0] > column:
            self._open.pop()

    def _put(self, number: int, line: str, column: int, key: re.Match[str], *, inside: bool) -> None:
        """Add a line to the mapping that it belongs to; one further to the right, and no item, is in the one above."""
        self._close(column)
        if not self._open or self._open[-1][0] < column:
            made = _placed(ast.Dict([], []), line, number, column, len(line))
            if inside and self._open:
                self._open[-1][1].values[-1] = made
            self._open.append((column, made))
            self._found.append(made)
        mapping = self._open[-1][1]
        name = _placed(ast.Constant(_unquoted(key[1])), line, number, column, key.end(1))
        mapping.keys.append(name)
        mapping.values.append(self._value(line, number, key.end()))

    def _value(self, line: str, number: int, start: int) -> ast.expr:
        scalar = _SCALAR.match(line, start)
        if scalar is not None:
            return _placed(_scalar(scalar[1]), line, number, start, scalar.end(1))
        sequence = _SEQUENCE.match(line, start)
        if sequence is not None:
            every = [self._value(line[:end], number, begin) for begin, end in _parts(sequence)]
            return _placed(ast.List(every, ast.Load()), line, number, start, sequence.end(1) + 1)
        mapping = _MAPPING.match(line, start)
        if mapping is None:
            return _placed(ast.Name("_", ast.Load()), line, number, start, len(line))
        made = ast.Dict([], [])
        for begin, end in _parts(mapping):
            key = _KEY.match(line[:end], begin)
            if key is not None:
                made.keys.append(_placed(ast.Constant(_unquoted(key[1])), line, number, begin, key.end(1)))
                made.values.append(self._value(line[:end], number, key.end()))
        self._found.append(made)
        return _placed(made, line, number, start, mapping.end(1) + 1)


def _parts(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where the parts between commas begin and end."""
    start = found.start(1)
    for part in found[1].split(","):
        if part.strip():
            yield start + len(part) - len(part.lstrip()), start + len(part.rstrip())
        start += len(part) + 1


def _unquoted(text: str) -> str:
    return text[1:-1] if text[0] in "\"'" else text


def _scalar(text: str) -> ast.expr:
    if text[0] in "\"'":
        # What an escape stands for is not worked out.
        return ast.Constant(text[1:-1]) if "\\" not in text else ast.Name("_", ast.Load())
    if text.lower() in _YAML_WORDS:
        return ast.Constant(_YAML_WORDS[text.lower()])
    if _NUMBER.fullmatch(text):
        return ast.Constant(float(text) if not text.lstrip("+-").isdecimal() else int(text))
    return ast.Constant(text)


def _placed(node: _Node, line: str, number: int, start: int, end: int) -> _Node:
    """A node with its place; `ast` counts bytes."""
    node.lineno = node.end_lineno = number
    node.col_offset, node.end_col_offset = len(line[:start].encode()), len(line[:end].encode())
    return node
