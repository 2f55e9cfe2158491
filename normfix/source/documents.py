"""Files that hold Python, and the text of theirs that can be scanned and put back."""

from __future__ import annotations

import io
import re
import tokenize

from normfix.source.commented import has_commented_python
from normfix.source.found import Finder
from normfix.source.notebook import read_notebook
from normfix.source.parts import PartsText
from normfix.source.text import MARKDOWN, NOTEBOOK, SourceText, decode, has_parts, is_written

_MAGIC = re.compile(
    r"(?:^|\r)[ \t]*(?:[\w.,*][\w.,* \t]*=[ \t]*)?(?:!|%{1,2}[a-zA-Z])|(?:^|\r)[ \t]*[\w.]+\?{1,2}[ \t]*[\r\n]",
    re.MULTILINE,
)
"""A line of IPython, or what looks like one."""

_SIGN = re.compile(r"[!%](?<![^\s=].)(?:(?<=!)|%?[a-zA-Z])|\?[ \t]*(?:[\r\n]|\Z)")
"""Without one of these there is no such line: a search that begins with a sign is many times as fast."""


def read_document(data: bytes, path: str, *, docstrings: bool = False) -> SourceText:
    """The Python in a file, on demand with the examples in its docstrings.

    Raises TextError when its bytes are not what its name says.
    """
    if path.endswith(NOTEBOOK):
        return read_notebook(data, path)
    if is_written(path):
        return _read_written(data, path)
    source = decode(data, path)
    if has_commented_python(source.text):
        from normfix.source.databricks import with_commented_python  # noqa: PLC0415 - see below

        return with_commented_python(source)
    if _SIGN.search(source.text) is not None and _MAGIC.search(source.text) is not None:
        from normfix.source.scripts import with_magics  # noqa: PLC0415 - see below

        source = with_magics(source)
    if not docstrings or isinstance(source, PartsText):
        return source
    from normfix.source.docstrings import with_docstrings  # noqa: PLC0415 - see below

    return with_docstrings(source)


def code_in(data: bytes, path: str) -> str:
    """The code of a document, without asking whether it is Python. Raises TextError when it cannot be read."""
    from normfix.source.blocks import decode_document, found_blocks  # noqa: PLC0415 - see below

    file = SourceText(path, decode_document(data))
    return "\n".join(block.text for block, _ in found_blocks(file, _finder(path)))


def _read_written(data: bytes, path: str) -> SourceText:
    # Few runs meet such a file, and the readers of its formats take long to import.
    from normfix.source.blocks import read_blocks  # noqa: PLC0415

    return read_blocks(data, path, _finder(path))


def _finder(path: str) -> Finder:
    if path.lower().endswith(MARKDOWN):
        from normfix.source.markdown import markdown_blocks  # noqa: PLC0415

        return markdown_blocks
    from normfix.source.restructured import restructured_blocks  # noqa: PLC0415

    return restructured_blocks


def encoded(text: str, path: str) -> bytes:
    """The bytes of a document that is at hand as text: Python in the encoding that it declares, all else in UTF-8."""
    data = text.encode(errors="surrogatepass")
    if has_parts(path):
        return data
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return text.encode(encoding)
    except (SyntaxError, UnicodeError):
        # Reading them says what is wrong with them.
        return data
