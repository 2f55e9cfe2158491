"""Notebooks: their cells are judged together, and each has its places and its edits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.server.client import Client, at, edited

CELLS = (
    "# A model",
    "%matplotlib inline\nfrom keras.layers.normalization import BatchNormalization as BN\n!pip list",
    "x = '😀'; layer = BN(mode=0)",
)
CODE, MARKUP = 2, 1


@pytest.fixture
def notebook(tmp_path: Path) -> str:
    return (tmp_path / "a.ipynb").as_uri()


def address(notebook: str, name: str) -> str:
    return f"{notebook.replace('file:', 'vscode-notebook-cell:')}#{name}"


def items(notebook: str, texts: Mapping[str, str]) -> list[Mapping[str, Any]]:
    return [
        {"uri": address(notebook, name), "version": 1, "languageId": "python", "text": text}
        for name, text in texts.items()
    ]


def cells(notebook: str, names: Sequence[str], markup: str = "") -> list[Mapping[str, Any]]:
    return [{"kind": MARKUP if one == markup else CODE, "document": address(notebook, one)} for one in names]


def opened(client: Client, notebook: str, texts: Sequence[str] = CELLS) -> None:
    named = {str(number): text for number, text in enumerate(texts)}
    client.notify(
        "notebookDocument/didOpen",
        notebookDocument={
            "uri": notebook,
            "notebookType": "jupyter-notebook",
            "version": 1,
            "cells": cells(notebook, list(named), "0"),
        },
        cellTextDocuments=items(notebook, named),
    )


def change(client: Client, notebook: str, version: int, **what: Any) -> None:
    named = {"uri": notebook, "version": version}
    client.notify("notebookDocument/didChange", notebookDocument=named, change={"cells": what})


def places(found: list[Any]) -> list[tuple[str, int, int]]:
    return [(one["code"], *one["range"]["start"].values()) for one in found]


def test_the_server_asks_for_python_cells(client: Client) -> None:
    asked = client.capabilities["notebookDocumentSync"]
    assert asked["notebookSelector"] == [{"cells": [{"language": "python"}]}]


def test_each_cell_has_its_own(client: Client, notebook: str) -> None:
    opened(client, notebook)
    assert client.diagnostics(address(notebook, "0")) == []
    assert places(client.diagnostics(address(notebook, "1"))) == [("NF101", 1, 39)]
    assert places(client.diagnostics(address(notebook, "2"))) == [("NF701", 0, 21)]


def test_a_cell_changes(client: Client, notebook: str) -> None:
    opened(client, notebook)
    assert client.diagnostics(address(notebook, "2"))
    document = {"uri": address(notebook, "2"), "version": 2}
    text = {"document": document, "changes": [{"range": at(0, 21, 0, 27), "text": ""}]}
    change(client, notebook, 2, textContent=[text])
    assert client.diagnostics(address(notebook, "2"), 2) == []


def test_cells_come_and_go_and_change_places(client: Client, notebook: str) -> None:
    opened(client, notebook)
    assert client.diagnostics(address(notebook, "2"))
    new = items(notebook, {"3": "BN = print"})
    array = {"start": 2, "deleteCount": 0, "cells": cells(notebook, ["3"])}
    change(client, notebook, 2, structure={"array": array, "didOpen": new})
    assert client.diagnostics(address(notebook, "3")) == []
    assert client.diagnostics(address(notebook, "2")) == []
    gone = [{"uri": address(notebook, "3")}]
    change(client, notebook, 3, structure={"array": {"start": 2, "deleteCount": 1}, "didClose": gone})
    assert client.diagnostics(address(notebook, "3"), None) == []
    assert places(client.diagnostics(address(notebook, "2"))) == [("NF701", 0, 21)]


def test_a_cell_that_becomes_markup_says_nothing(client: Client, notebook: str) -> None:
    opened(client, notebook)
    assert client.diagnostics(address(notebook, "2"))
    change(client, notebook, 2, data=cells(notebook, ["1"], "1"))
    assert client.diagnostics(address(notebook, "1")) == []


def test_a_fix_is_made_in_its_cell(client: Client, notebook: str) -> None:
    opened(client, notebook)
    cell = address(notebook, "2")
    fix, *_ = client.actions(cell, at(0, 24))
    assert fix["title"] == "normfix: Delete `mode` (NF701)"
    assert edited(CELLS[2], client.resolve(fix)[cell]) == "x = '😀'; layer = BN()"


def test_all_fixes_are_made_in_all_cells(client: Client, notebook: str) -> None:
    opened(client, notebook)
    for only in ("source.fixAll.normfix", "notebook.source.fixAll.normfix"):
        [action] = client.actions(address(notebook, "1"), at(0, 0), only)
        edits = client.resolve(action)
        assert set(edits) == {address(notebook, "1"), address(notebook, "2")}
        first = edited(CELLS[1], edits[address(notebook, "1")])
        assert first == CELLS[1].replace(".normalization", "")


def test_hover_in_a_cell(client: Client, notebook: str) -> None:
    opened(client, notebook)
    cell = address(notebook, "2")
    said = client.request("textDocument/hover", textDocument={"uri": cell}, position={"line": 0, "character": 19})
    assert "keras.layers.normalization.BatchNormalization" in said["contents"]["value"]
    markup = {"uri": address(notebook, "0")}
    assert client.request("textDocument/hover", textDocument=markup, position={"line": 0, "character": 3}) is None


def test_a_closed_notebook_has_none_any_more(client: Client, notebook: str) -> None:
    opened(client, notebook)
    assert client.diagnostics(address(notebook, "2"))
    closed = [{"uri": one["uri"]} for one in items(notebook, dict.fromkeys("012", ""))]
    client.notify("notebookDocument/didClose", notebookDocument={"uri": notebook}, cellTextDocuments=closed)
    for name in "12":
        assert client.diagnostics(address(notebook, name), None) == []


def test_a_file_sees_the_cells_as_they_are(client: Client, notebook: str, tmp_path: Path) -> None:
    """What a notebook needs, a fix of the file that gives it keeps."""
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": []}))
    opened(client, notebook, ("", "from norms import batch_norm\n", "batch_norm(x)"))
    text = "from keras.layers.normalization import BatchNormalization as batch_norm\n"
    uri = (tmp_path / "norms.py").as_uri()
    client.open(uri, text)
    assert places(client.diagnostics(uri)) == [("NF101", 0, 39)]
    assert client.end() == 0
    assert client.errors() == ""
