"""A session with a client: what is open, what of it is to be checked, and what was said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lsprotocol import types

from normfix.config.errors import UserError
from normfix.server.actions import code_actions, resolved
from normfix.server.checking import Checked, Checker
from normfix.server.client import Client
from normfix.server.diagnostics import diagnostics
from normfix.server.documents import Document, Documents
from normfix.server.hover import hover

_Said = tuple[int | None, Sequence[types.Diagnostic]]


class Speaker(Protocol):
    """What sends words to the client."""

    def publish(self, uri: str, version: int | None, found: Sequence[types.Diagnostic]) -> None:
        """Show the diagnostics of a text in the place of those before."""

    def complain(self, text: str) -> None:
        """Tell the person that something cannot be done."""


@dataclass
class Session:
    """What is open is checked when nothing else is asked: what changed last comes first."""

    speaker: Speaker
    client: Client = field(default_factory=Client)
    documents: Documents = field(default_factory=Documents)
    _checker: Checker = field(default_factory=Checker)
    _due: dict[str, None] = field(default_factory=dict)
    _checked: dict[str, Checked] = field(default_factory=dict)
    _said: dict[str, _Said] = field(default_factory=dict)
    _complaints: dict[str, str] = field(default_factory=dict)

    def meet(self, client: Client) -> None:
        """Know what the client can do."""
        self.client = client
        self.documents.units = client.units

    def changed(self, uri: str) -> None:
        """A text, or the notebook that it is a cell of, is to be checked again."""
        owner = self.documents.owner(uri)
        self._due.pop(owner, None)
        self._due[owner] = None

    def saved(self, uri: str) -> None:
        """A file has changed, by which others may be judged."""
        self.documents.save(uri)
        self.all_changed()

    def all_changed(self) -> None:
        """Everything is to be checked again: the documents are judged together, by settings that may be others now."""
        for uri in self.documents:
            self._due.setdefault(uri)

    def change_notebook(
        self, notebook: types.VersionedNotebookDocumentIdentifier, cells: types.NotebookDocumentCellChanges | None
    ) -> None:
        """A notebook has changed; nothing is said any more of cells that are gone."""
        self.documents.change_notebook(notebook, cells)
        if cells is not None and cells.structure is not None:
            self._forget([text.uri for text in cells.structure.did_close or ()])
        self.changed(notebook.uri)

    def close(self, uri: str) -> None:
        """A text is not open any more; what others are judged by is its file from now on."""
        self.documents.close(uri)
        self._forget([uri])
        self.all_changed()

    def close_notebook(self, uri: str) -> None:
        """The same for a notebook."""
        document = self.documents.get(uri)
        self.documents.close_notebook(uri)
        self._forget([uri, *(text.uri for text in document.texts)] if document is not None else [uri])
        self.all_changed()

    def _forget(self, uris: Iterable[str]) -> None:
        for uri in uris:
            self._due.pop(uri, None)
            checked = self._checked.pop(uri, None)
            if checked is not None:
                self._checker.forget(checked.document.path)
            self._complaints.pop(uri, None)
            if self._said.pop(uri, None) is not None:
                self.speaker.publish(uri, None, ())

    @property
    def has_work(self) -> bool:
        """Whether something is to be checked."""
        return bool(self._due)

    def work(self) -> None:
        """Check the document that changed last."""
        uri, _ = self._due.popitem()
        document = self.documents.get(uri)
        if document is not None:
            self._check(document)

    def _check(self, document: Document) -> None:
        checked = self._looked_at(document)
        if checked is None:
            self._checked.pop(document.uri, None)
        else:
            self._checked[document.uri] = checked
        found = diagnostics(checked, self.client.units) if checked is not None else {}
        for text in document.texts:
            self._say(text.uri, text.version, found.get(text.uri, ()))

    def _looked_at(self, document: Document) -> Checked | None:
        """What was found in a document; None where the settings mean nothing, which the person is told once."""
        try:
            saved = self.documents.others_are_saved(document.uri)
            checked = self._checker.check(document, self.documents.bytes_of_files(), others_are_saved=saved)
        except UserError as error:
            if str(error) not in self._complaints.values():
                self.speaker.complain(str(error))
            self._complaints[document.uri] = str(error)
            return None
        self._complaints.pop(document.uri, None)
        return checked

    def _say(self, uri: str, version: int | None, found: Sequence[types.Diagnostic]) -> None:
        # A notebook has many cells, and a keystroke changes what is said of few.
        if self._said.get(uri) != (version, found):
            self._said[uri] = version, found
            self.speaker.publish(uri, version, found)

    def _current(self, uri: str) -> Checked | None:
        """What was found in the document that a text belongs to, as it is now."""
        owner = self.documents.owner(uri)
        document = self.documents.get(owner)
        if document is not None and owner in self._due:
            del self._due[owner]
            self._check(document)
        return self._checked.get(owner)

    def code_actions(self, asked: types.CodeActionParams) -> list[types.CodeAction]:
        """What can be done at a place of a text."""
        checked = self._current(asked.text_document.uri)
        return code_actions(checked, asked, self.client) if checked is not None else []

    def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """An action that was offered, with its edits."""
        uri = action.data.get("uri") if isinstance(action.data, Mapping) else None
        checked = self._current(uri) if isinstance(uri, str) else None
        return resolved(action, checked, self.client) if checked is not None else action

    def hover(self, uri: str, place: types.Position) -> types.Hover | None:
        """What is known of what is at a place of a text."""
        checked = self._current(uri)
        if checked is None or all(text.uri != uri for text in checked.document.texts):
            return None
        return hover(checked, uri, place, self.client)
