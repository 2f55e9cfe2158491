"""The import statements of a text, read off its bytes without parsing it: a line of a long string may pass for one."""

from __future__ import annotations

import re
from collections.abc import Iterator

_JOINT = rb"[ \t\f]|\\\r?\n"
_NAMES = rb"\([^)#]*(?:#[^\n]*[^)#]*)*|[^\n\\;#(]*(?:\\\r?\n[^\n\\;#(]*)*"
_IMPORT = re.compile(rb"import(?=[ \t\f\\(*])(?=(?:" + _JOINT + rb")*(" + _NAMES + rb"))")
_SIMPLE_FROM = re.compile(rb"from[ \t]+([\w.]+)[ \t]+\Z")
_FROM = re.compile(rb"(?<!\w)from((?:[\w.]|" + _JOINT + rb")+)\Z")
_LONGEST_FROM = 400
_COMMENT = re.compile(rb"#[^\n]*")
_AS_BLANKS = bytes.maketrans(b"\\()", b"   ")
_BLANKS = b" \t\f\\\r\n"


def import_statements(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each import statement as the module it names behind `from`, empty for a plain import, and the text of its names.

    The answer is only ever too generous.
    """
    for found in _IMPORT.finditer(data):
        at = found.start()
        line = data.rfind(b"\n", 0, at) + 1
        simple = _SIMPLE_FROM.match(data, line, at)
        module = simple[1] if simple else _module(data, line, at)
        if module is not None and (module or found[1][:1] != b"("):
            yield module, found[1]


def _module(data: bytes, line: int, at: int) -> bytes | None:
    """The module named before the `import` at a place; empty where there is none, None where it is no statement."""
    if line == at and data[line - 2 : line - 1] not in (b"\\", b"\r"):
        return b""
    found = _FROM.search(data, max(0, at - _LONGEST_FROM), at)
    if found is not None and (module := found[1].translate(None, _BLANKS)):
        return module if _begins(data, found.start()) else None
    return b"" if _begins(data, at) else None


def _begins(data: bytes, at: int) -> bool:
    """Whether a statement may begin at a place: on a new line, or behind another one, and not in a comment."""
    start = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
    head = data[start:at].rstrip(b" \t\f")
    if not head:
        return True
    code, comment, _ = head.partition(b"#")
    quoted = code.count(b'"') % 2 or code.count(b"'") % 2
    return head[-1:] in (b":", b";") and (not comment or bool(quoted))


def imported_names(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The names in the text of an import statement, each with its alias or nothing."""
    if b"#" in text:
        text = _COMMENT.sub(b"", text)
    for part in text.translate(_AS_BLANKS).split(b","):
        words = part.split()
        if words:
            yield words[0], words[2] if len(words) > 2 and words[1] == b"as" else b""


def dotted_path(module: bytes, name: bytes) -> bytes:
    """The path of a name that is imported from a module; from none where the statement is a plain import."""
    return module + name if not module or module.endswith(b".") else module + b"." + name


def stands_alone(data: bytes, name: bytes) -> bool:
    """Whether a name, and not an attribute, stands in one place of a text: the import that brings it."""
    return len(re.findall(rb"(?<![\w.])" + re.escape(name) + rb"(?!\w)", data)) == 1
