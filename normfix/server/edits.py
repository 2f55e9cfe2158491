"""What a fix changes as edits of the texts that the client has open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from lsprotocol import types

from normfix.run.results import FileResult
from normfix.server.documents import Document, OpenText
from normfix.server.positions import Units
from normfix.source.text import SourceText


def workspace_edit(document: Document, fixed: FileResult, units: Units, *, versioned: bool) -> types.WorkspaceEdit:
    """The edits that make a document the fixed one; a client refuses `versioned` ones when its text has changed."""
    edits = {text: _edits(text.source, new, units) for text, new in _changed(document, fixed)}
    if not versioned:
        return types.WorkspaceEdit(changes={text.uri: list(found) for text, found in edits.items()})
    changes = [
        types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(text.uri, text.version), list(found))
        for text, found in edits.items()
    ]
    return types.WorkspaceEdit(document_changes=changes)


def _changed(document: Document, fixed: FileResult) -> Iterator[tuple[OpenText, str]]:
    source, text = fixed.source, fixed.fixed_text
    assert source is not None
    assert text is not None
    if document.has_parts and not document.is_notebook:
        yield document.texts[0], source.encode(text).decode("utf-8-sig")
        return
    for cell, _, new in source.changed_parts(text):
        yield document.text_of(cell), new


def _edits(old: SourceText, text: str, units: Units) -> Sequence[types.TextEdit]:
    """The edits of an old text, line by line."""
    before, after = _lines(old), _lines(SourceText(old.path, text))
    found: list[types.TextEdit] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after).get_opcodes():
        if kind != "equal":
            places = (units.position(old, old.position(_start(old, line))) for line in (start, end))
            found.append(types.TextEdit(types.Range(*places), "".join(after[new_start:new_end])))
    return found


def _lines(source: SourceText) -> list[str]:
    ends = [*source.line_starts[1:], len(source.text)]
    return [source.text[start:end] for start, end in zip(source.line_starts, ends, strict=True)]


def _start(source: SourceText, line: int) -> int:
    """The offset of the start of a line, from 0; the end of the text for the one behind the last."""
    return source.line_starts[line] if line < len(source.line_starts) else len(source.text)
