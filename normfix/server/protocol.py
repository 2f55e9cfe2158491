"""The messages of the protocol, on pygls: what each asks of the session, and what goes back to the client."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method
from pygls.uris import to_fs_path

from normfix import __version__
from normfix.checks.findings import fault
from normfix.server.actions import KINDS
from normfix.server.client import client_of
from normfix.server.session import Session

_CELLS = types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage("python")])
_WATCHED = "**/*.{py,ipynb,toml,txt,cfg}"
"""The code of a project, and the files that say what it runs on and how it is to be checked."""


class Protocol(LanguageServerProtocol):
    """Takes messages, and is the voice of the session.

    Texts are kept by the session: those of pygls count the lines of Python, which a form feed ends, too.
    """

    def __init__(self, server: LanguageServer, converter: Any) -> None:
        super().__init__(server, converter)
        self.session = Session(self)
        self.has_ended = False
        self._has_met = False
        options = types.CodeActionOptions(code_action_kinds=KINDS, resolve_provider=True)
        self.fm.feature_options[types.TEXT_DOCUMENT_CODE_ACTION] = options

    @property
    def was_shut_down(self) -> bool:
        """Whether the client asked for the end before it came."""
        return self._shutdown

    def take(self, body: bytes) -> None:
        """Do what a message asks. One that means nothing is answered where its sender waits for an answer."""
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            self._refuse(None, JsonRpcParseError())
            return
        if not isinstance(data, dict) or "jsonrpc" not in data:
            self._refuse(None, JsonRpcInvalidRequest())
            return
        try:
            self._hold_against_state(data.get("method"))
            message = self.structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._refuse(data["id"], error)
            return
        self.handle_message(message)

    def _hold_against_state(self, method: object) -> None:
        """Raise what is wrong with asking for a method now."""
        if method is None:
            return
        if not self._has_met and method not in (types.INITIALIZE, types.EXIT):
            raise JsonRpcServerNotInitialized()
        if self._shutdown and method != types.EXIT:
            raise JsonRpcInvalidRequest()
        if method not in self.fm.builtin_features:
            raise JsonRpcMethodNotFound.of(str(method))

    def _refuse(self, number: Any, error: JsonRpcException) -> None:
        self._send_response(number, error=error.to_response_error())

    def publish(self, uri: str, version: int | None, found: Sequence[types.Diagnostic]) -> None:
        """Show the diagnostics of a text."""
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, list(found), version))

    def complain(self, text: str) -> None:
        """Tell the person that something cannot be done."""
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"normfix: {text}"))

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Meet the client. The folder that it has open is the working directory, as it is that of `check`."""
        result = yield from super().lsp_initialize(params)
        encoding = types.PositionEncodingKind(result.capabilities.position_encoding or "utf-16").value
        self.session.meet(client_of(params.capabilities, encoding))
        folders = params.workspace_folders or ()
        uri = folders[0].uri if folders else params.root_uri
        folder = to_fs_path(uri) if uri else params.root_path
        if folder and Path(folder).is_dir():
            os.chdir(folder)
        self._has_met = True
        return result

    @lsp_method(types.INITIALIZED)
    def lsp_initialized(self, *_: Any) -> None:
        """Ask to be told of changed files."""
        if self.session.client.watches_files:
            watched = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(_WATCHED)])
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            registration = types.Registration(method, method, watched)
            self._server.client_register_capability(types.RegistrationParams([registration]))

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_: Any) -> Generator[Any, Any, None]:
        """End."""
        self.has_ended = True
        yield from ()

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A text is open."""
        self.session.documents.open(params.text_document)
        self.session.changed(params.text_document.uri)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """A text has changed."""
        self.session.documents.change(params.text_document, params.content_changes)
        self.session.changed(params.text_document.uri)

    @lsp_method(types.TEXT_DOCUMENT_DID_SAVE)
    def lsp_text_document__did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        """A text is saved."""
        self.session.saved(params.text_document.uri)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """A text is closed."""
        self.session.close(params.text_document.uri)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: types.DidOpenNotebookDocumentParams) -> None:
        """A notebook is open."""
        self.session.documents.open_notebook(params.notebook_document, params.cell_text_documents)
        self.session.changed(params.notebook_document.uri)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: types.DidChangeNotebookDocumentParams) -> None:
        """A notebook has changed."""
        self.session.change_notebook(params.notebook_document, params.change.cells)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def lsp_notebook_document__did_save(self, params: types.DidSaveNotebookDocumentParams) -> None:
        """A notebook is saved."""
        self.session.saved(params.notebook_document.uri)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: types.DidCloseNotebookDocumentParams) -> None:
        """A notebook is closed."""
        self.session.close_notebook(params.notebook_document.uri)

    @lsp_method(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def lsp_workspace__did_change_watched_files(self, _: types.DidChangeWatchedFilesParams) -> None:
        """Files have changed, and what is open may be judged by them."""
        self.session.all_changed()

    @lsp_method(types.TEXT_DOCUMENT_CODE_ACTION)
    def lsp_text_document__code_action(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """What can be done at a place."""
        return self.session.code_actions(params)

    @lsp_method(types.CODE_ACTION_RESOLVE)
    def lsp_code_action__resolve(self, action: types.CodeAction) -> types.CodeAction:
        """The edits of an action."""
        return self.session.resolve(action)

    @lsp_method(types.TEXT_DOCUMENT_HOVER)
    def lsp_text_document__hover(self, params: types.HoverParams) -> types.Hover | None:
        """What is known of what is at a place."""
        return self.session.hover(params.text_document.uri, params.position)


class Server(LanguageServer):
    """The server of pygls, with this protocol; an error of its own goes into the log of the client."""

    protocol: Protocol

    def __init__(self) -> None:
        notebooks = types.NotebookDocumentSyncOptions(notebook_selector=[_CELLS], save=True)
        super().__init__(
            "normfix",
            __version__,
            notebook_document_sync=notebooks,
            protocol_cls=Protocol,
            converter_factory=default_converter,
        )

    def report_server_error(self, error: Exception, _: Any) -> None:
        """Write one line into the log of the client."""
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"normfix: {fault(error)}"))
