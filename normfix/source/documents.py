"""Files that hold Python, and the text of theirs that can be scanned and put back."""

from __future__ import annotations

import io
import tokenize

from normfix.source.notebook import read_notebook
from normfix.source.text import NOTEBOOK, SourceText, decode


def read_document(data: bytes, path: str) -> SourceText:
    """The Python in a file. Raises TextError when its bytes are not what its name says."""
    return read_notebook(data, path) if path.endswith(NOTEBOOK) else decode(data, path)


def encoded(text: str, path: str) -> bytes:
    """The bytes of a document that is at hand as text: in the encoding that it declares, a notebook in UTF-8."""
    data = text.encode(errors="surrogatepass")
    if path.endswith(NOTEBOOK):
        return data
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return text.encode(encoding)
    except (SyntaxError, UnicodeError):
        # Reading them says what is wrong with them.
        return data
