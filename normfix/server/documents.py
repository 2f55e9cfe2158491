"""What the client has open: texts, and notebooks whose cells are texts of their own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from lsprotocol import types
from pygls.uris import to_fs_path

from normfix.run.discovery import SUFFIXES
from normfix.run.request import STDIN
from normfix.server.positions import Units
from normfix.source.documents import encoded
from normfix.source.text import NOTEBOOK, SourceText, has_parts

_PYTHON = "python"


@dataclass(frozen=True)
class OpenText:
    """One text, as it is in the editor."""

    uri: str
    version: int | None
    language: str
    text: str

    @cached_property
    def source(self) -> SourceText:
        """The text with its lines."""
        return SourceText(self.uri, self.text)

    def changed(self, changes: Iterable[types.TextDocumentContentChangeEvent], version: int, units: Units) -> OpenText:
        """The text after some changes, each of which speaks of what the one before it made."""
        source = self.source
        for one in changes:
            text = one.text
            if isinstance(one, types.TextDocumentContentChangePartial):
                start, end = units.offset(source, one.range.start), units.offset(source, one.range.end)
                text = source.text[:start] + one.text + source.text[max(start, end) :]
            source = SourceText(self.uri, text)
        return replace(self, version=version, text=source.text)


@dataclass(frozen=True)
class Document:
    """What is judged as one file: a text, or the cells of a notebook together.

    `cells` has the text of each cell, code or not, in the order of the notebook; it is None for what has no cells.
    """

    uri: str
    version: int | None
    texts: tuple[OpenText, ...]
    is_notebook: bool = False
    code: frozenset[str] = frozenset()

    @cached_property
    def path(self) -> str:
        """The file; `-` for what is not yet one."""
        path = to_fs_path(self.uri) or STDIN
        return path if not self.is_notebook or path.endswith(NOTEBOOK) else path + NOTEBOOK

    @cached_property
    def real_path(self) -> str:
        """The file behind all links."""
        return os.path.realpath(self.path)

    @cached_property
    def data(self) -> bytes:
        """The bytes that the file would have."""
        if not self.is_notebook:
            return encoded(self.texts[0].text, self.path)
        kinds = (("code" if one.uri in self.code else "markdown", one.text) for one in self.texts)
        return json.dumps({"cells": [{"cell_type": kind, "source": text} for kind, text in kinds]}).encode()

    @property
    def is_python(self) -> bool:
        """Whether there is Python to be looked for."""
        return self.has_parts or self.texts[0].language == _PYTHON or self.path.endswith(SUFFIXES)

    @property
    def has_parts(self) -> bool:
        """Whether the Python stands in parts of something else."""
        return self.is_notebook or has_parts(self.path)

    def text_of(self, cell: int | None) -> OpenText:
        """The text that has a cell, by its number from 1."""
        return self.texts[cell - 1 if self.is_notebook and cell is not None else 0]

    def cell_of(self, uri: str) -> int | None:
        """The number of the cell with that address, from 1; None for what has no cells."""
        if not self.is_notebook:
            return None
        return next(number for number, one in enumerate(self.texts, 1) if one.uri == uri)


@dataclass
class Documents:
    """All that is open. What the client says of something else than that is passed over."""

    units: Units = field(default_factory=Units)
    _texts: dict[str, OpenText] = field(default_factory=dict)
    _notebooks: dict[str, types.NotebookDocument] = field(default_factory=dict)
    _notebook_of: dict[str, str] = field(default_factory=dict)
    _unsaved: set[str] = field(default_factory=set)
    _kept: dict[str, Document] = field(default_factory=dict)

    def __iter__(self) -> Iterator[str]:
        """The addresses of the documents."""
        return iter([*self._notebooks, *(uri for uri in self._texts if uri not in self._notebook_of)])

    def open(self, item: types.TextDocumentItem) -> None:
        """A text is open from now on."""
        self._texts[item.uri] = OpenText(item.uri, item.version, item.language_id, item.text)

    def change(self, one: types.VersionedTextDocumentIdentifier, changes: Sequence[_Change]) -> None:
        """A text has changed."""
        known = self._texts.get(one.uri)
        if known is not None:
            self._texts[one.uri] = known.changed(changes, one.version, self.units)
            self._unsaved.add(self.owner(one.uri))

    def save(self, uri: str) -> None:
        """A document is as its file is."""
        self._unsaved.discard(uri)

    def close(self, uri: str) -> None:
        """A text is not open any more."""
        self._texts.pop(uri, None)
        self._kept.pop(uri, None)
        self._unsaved.discard(uri)
        self._notebook_of.pop(uri, None)

    def open_notebook(self, notebook: types.NotebookDocument, texts: Iterable[types.TextDocumentItem]) -> None:
        """A notebook is open from now on, with the texts of its cells."""
        self._notebooks[notebook.uri] = notebook
        for text in texts:
            self.open(text)
            self._notebook_of[text.uri] = notebook.uri

    def change_notebook(self, one: types.VersionedNotebookDocumentIdentifier, cells: _CellChanges | None) -> None:
        """Cells of a notebook came, went, changed place, kind or text."""
        notebook = self._notebooks.get(one.uri)
        if notebook is None:
            return
        notebook.version = one.version
        if cells is None:
            return
        if cells.structure is not None:
            self._restructure(notebook, cells.structure)
        kinds = {data.document: data for data in cells.data or ()}
        notebook.cells = [kinds.get(cell.document, cell) for cell in notebook.cells]
        for text in cells.text_content or ():
            self.change(text.document, text.changes)

    def _restructure(
        self, notebook: types.NotebookDocument, changed: types.NotebookDocumentCellChangeStructure
    ) -> None:
        place = slice(changed.array.start, changed.array.start + changed.array.delete_count)
        cells = list(notebook.cells)
        cells[place] = changed.array.cells or ()
        notebook.cells = cells
        for gone in changed.did_close or ():
            self.close(gone.uri)
        for text in changed.did_open or ():
            self.open(text)
            self._notebook_of[text.uri] = notebook.uri

    def close_notebook(self, uri: str) -> None:
        """A notebook is not open any more, and neither are its cells."""
        self._unsaved.discard(uri)
        self._kept.pop(uri, None)
        if self._notebooks.pop(uri, None) is not None:
            for text in [text for text, notebook in self._notebook_of.items() if notebook == uri]:
                self.close(text)

    def owner(self, uri: str) -> str:
        """The address of the document that a text is, or is a cell of."""
        return self._notebook_of.get(uri, uri)

    def get(self, uri: str) -> Document | None:
        """The document with that address, the same one as long as nothing changes; None where there is none."""
        made, kept = self._made(uri), self._kept.get(uri)
        if made is None or made == kept:
            # What the one before has worked out holds.
            return made and kept
        self._kept[uri] = made
        return made

    def _made(self, uri: str) -> Document | None:
        notebook = self._notebooks.get(uri)
        if notebook is None:
            text = self._texts.get(uri)
            return Document(uri, text.version, (text,)) if text is not None else None
        texts = [self._texts.get(cell.document) for cell in notebook.cells]
        known = tuple(text for text in texts if text is not None)
        code = {cell.document for cell in notebook.cells if cell.kind is types.NotebookCellKind.Code}
        python = frozenset(text.uri for text in known if text.uri in code and text.language == _PYTHON)
        return Document(uri, notebook.version, known, True, python)

    def others_are_saved(self, uri: str) -> bool:
        """Whether all but one are as their files are."""
        return self._unsaved <= {uri}

    def bytes_of_files(self) -> Mapping[str, bytes]:
        """What the open files would have, by their real paths."""
        documents = (self.get(uri) for uri in self)
        return {one.real_path: one.data for one in documents if one is not None and to_fs_path(one.uri) is not None}


_Change = types.TextDocumentContentChangeEvent
_CellChanges = types.NotebookDocumentCellChanges
