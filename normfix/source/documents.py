"""Files that hold Python, and the text of theirs that can be scanned and put back."""

from __future__ import annotations

from normfix.source.notebook import read_notebook
from normfix.source.text import NOTEBOOK, SourceText, decode


def read_document(data: bytes, path: str) -> SourceText:
    """The Python in a file. Raises TextError when its bytes are not what its name says."""
    return read_notebook(data, path) if path.endswith(NOTEBOOK) else decode(data, path)
