"""The code of any kind of document as bytes of one kind: UTF-8, each line ended by a `\\n`, names as Python reads them.

What Python or JSON would undo before a name is read is undone here: encodings, byte order marks, letters that NFKC
makes ASCII, escapes, the JSON of a notebook.
"""

from __future__ import annotations

import re

from normfix.source.commented import PYTHON_CELL
from normfix.source.text import DATABRICKS, NOTEBOOK, TextError, decode, is_written

_COOKIE = re.compile(rb"(?:[^\n\r]*[\n\r]+)?[^\n\r]*coding[:=][ \t]*([-\w.]+)")
_PLAIN = (b"utf-8", b"utf8", b"UTF-8")
_ESCAPE = re.compile(rb"\\(?:x|u00|U000000)([3-7][0-9a-fA-F])")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_CUT = re.compile(rb"\w\\\n\w")
_PIECES = (
    rb"[ \t]*\([^'\"()]{0,200}(?:'[^'\n]*(?:'[\s\\]*[rRuU]?['\"]|\\(?:[01][0-7]|N\{))"
    rb"|\"[^\"\n]*(?:\"[\s\\]*[rRuU]?['\"]|\\(?:[01][0-7]|N\{)))"
)
_LOOKUPS = (b"getattr", b"import_module", b"__import__")
_IN_PIECES = tuple((name, re.compile(name + _PIECES)) for name in _LOOKUPS)
"""A name that is looked up, and made of several texts or of letters that only Python knows."""

_MARKS = (b"```", b"~~~", b"::", b">>>")
"""What stands before any code in a document."""

_SHELL = re.compile(rb"^[ \t]*!(?!=)(?![^\n]*install)[^\n]*", re.MULTILINE)


_DATABRICKS, _PYTHON_CELL = DATABRICKS.encode(), PYTHON_CELL.encode()
_COMMENTED = re.compile(rb"^%b[ \t]*[\r\n]+(?:# MAGIC(?! %%)[^\r\n]*[\r\n]*)+" % _PYTHON_CELL, re.MULTILINE)
_COMMENT = re.compile(rb"^# MAGIC ?", re.MULTILINE)


def plain(data: bytes, path: str) -> bytes | None:
    """The code of a file as one text, with its names as Python will read them; None where only a full scan can tell."""
    text = _text(data, path)
    if text is None or any(name in text and pieces.search(text) for name, pieces in _IN_PIECES):
        return None
    if b"\\" not in text or b"\\\n" not in text:
        return text
    # A name that is looked up may go on at the left margin; anywhere else a line's end parts names.
    cut = any(name in text for name in _LOOKUPS) and _CUT.search(text)
    return None if cut else text.replace(b"\\\n", b" ")


def _text(data: bytes, path: str) -> bytes | None:
    if path.endswith(NOTEBOOK):
        cells = _cells(data)
        return None if cells is None else b"\n".join(map(_readable, cells))
    if b"\0" in data:
        return None
    if is_written(path):
        return _written(data, path)
    if b"coding" in data[:400] and (cookie := _COOKIE.match(data)) and cookie[1] not in _PLAIN:
        try:
            data = decode(data, path).text.encode()
        except (TextError, UnicodeEncodeError):
            return None
    if data.startswith(_DATABRICKS) and _PYTHON_CELL in data:
        data = _COMMENTED.sub(_uncommented, data)
    return _readable(data)


def _uncommented(cell: re.Match[bytes]) -> bytes:
    return _COMMENT.sub(b"", cell[0])


def _written(data: bytes, path: str) -> bytes | None:
    """The code in a document; None where it cannot be read."""
    if not any(mark in data for mark in _MARKS):
        return b""
    from normfix.source.documents import code_in  # noqa: PLC0415 - most files are no documents

    try:
        return _readable(code_in(data, path).encode(errors="replace"))
    except TextError:
        return None


def _readable(data: bytes) -> bytes:
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not data.isascii():
        data = _normalised(data)
    return _ESCAPE.sub(_unescaped, data) if b"\\" in data else data


def _normalised(data: bytes) -> bytes:
    """The same with each letter that Python takes for an ASCII one in a name."""
    import unicodedata  # noqa: PLC0415 - most files are ASCII

    text = data.decode(errors="replace")
    if unicodedata.is_normalized("NFKC", text):
        return data

    def plain(found: re.Match[str]) -> str:
        one = unicodedata.normalize("NFKC", found[0])
        return one if one.isascii() and (one.isidentifier() or one.isdecimal()) else found[0]

    return _FOREIGN.sub(plain, text).encode()


def _unescaped(found: re.Match[bytes]) -> bytes:
    one = bytes([int(found[1], 16)])
    return one if one.isalnum() or one == b"_" else found[0]


def _cells(data: bytes) -> list[bytes] | None:
    """The source of each code cell of a notebook; None for a file that is not laid out as one."""
    import json  # noqa: PLC0415 - most files are no notebooks

    try:
        # Pairs, not dictionaries: a key that stands twice counts twice.
        notebook = json.loads(data.decode("utf-8-sig"), object_pairs_hook=tuple)
        if any(key == "worksheets" for key, _ in notebook):
            # An old format, of which few are left.
            return None
        cells = [cell for key, value in notebook if key == "cells" for cell in value]
        sources = [value for cell in cells if ("cell_type", "code") in cell for key, value in cell if key == "source"]
        texts = [one if isinstance(one, str) else "".join(one) for one in sources]
        whole = all(isinstance(cell, tuple) and {"cell_type", "source"} <= dict(cell).keys() for cell in cells)
    except (ValueError, TypeError, RecursionError):
        return None
    return [_SHELL.sub(b"", _typed(text).encode(errors="replace")) for text in texts] if whole else None


def _typed(text: str) -> str:
    """A cell without the prompts that stand before its lines."""
    if ">>>" not in text and "In [" not in text:
        return text
    from normfix.source.magics import before_code  # noqa: PLC0415 - few cells have prompts

    lines = zip(text.split("\n"), before_code(text), strict=True)
    return "\n".join(line.removeprefix(ahead) for line, ahead in lines)
