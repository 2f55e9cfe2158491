"""What the client can do, as far as the answers depend on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from lsprotocol import types

from normfix.server.positions import Units


@dataclass(frozen=True, slots=True)
class Client:
    """`units` are what columns are counted in; `versioned_edits` are refused where the text has changed since;
    `resolves_edits` asks for the edits of an action when it is chosen; `markdown` may be in a hover; `watches_files`
    can be told which files to speak of.
    """

    units: Units = field(default_factory=Units)
    versioned_edits: bool = False
    resolves_edits: bool = False
    markdown: bool = False
    watches_files: bool = False


def client_of(can: types.ClientCapabilities, encoding: str) -> Client:
    """The client that says it can do all that, and counts columns in the units of an encoding."""
    text, workspace = can.text_document, can.workspace
    action = text.code_action if text is not None else None
    hover = text.hover if text is not None else None
    edit = workspace.workspace_edit if workspace is not None else None
    watched = workspace.did_change_watched_files if workspace is not None else None
    resolved = action.resolve_support.properties if action is not None and action.resolve_support is not None else ()
    return Client(
        units=Units(encoding),
        versioned_edits=edit is not None and bool(edit.document_changes),
        resolves_edits=action is not None and bool(action.data_support) and "edit" in resolved,
        markdown=hover is not None and types.MarkupKind.Markdown in (hover.content_format or ()),
        watches_files=watched is not None and bool(watched.dynamic_registration),
    )
