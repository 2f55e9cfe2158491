"""A language client for tests: it starts a server, and speaks to it over its standard streams as an editor does."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PATIENCE = 60
"""Seconds after which a server is taken to hang."""

CAN: Mapping[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "codeAction": {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}},
    },
    "notebookDocument": {"synchronization": {}},
    "workspace": {"workspaceEdit": {"documentChanges": True}, "didChangeWatchedFiles": {"dynamicRegistration": True}},
}
"""What editors of today can do."""


def framed(data: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(data), data)


def message(**fields: Any) -> bytes:
    return framed(json.dumps({"jsonrpc": "2.0", **fields}).encode())


class Client:
    """One server and what it has said."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.capabilities: Mapping[str, Any] = {}
        self.others: list[Mapping[str, Any]] = []
        self._said: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
        self._number = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for one in self._messages():
            self._said.put(one)
        self._said.put(None)

    def _messages(self) -> Iterator[Mapping[str, Any]]:
        assert self.process.stdout is not None
        while header := self.process.stdout.readline():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif not header.strip():
                yield json.loads(self.process.stdout.read(length))

    def send(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def notify(self, method: str, **params: Any) -> None:
        self.send(message(method=method, params=params))

    def request(self, method: str, **params: Any) -> Any:
        """The result of a request that succeeds."""
        self._number += 1
        self.send(message(id=self._number, method=method, **({"params": params} if params else {})))
        answer = self.next(lambda one: one.get("id") == self._number and "method" not in one)
        assert "error" not in answer, answer
        return answer["result"]

    def next(self, wanted: Any) -> Mapping[str, Any]:
        """The next message that is wanted; those before it go to `others`."""
        while (one := self._said.get(timeout=PATIENCE)) is not None:
            if wanted(one):
                return one
            self.others.append(one)
        raise AssertionError("the server has ended")

    def initialize(self, folder: Path | None = None, can: Mapping[str, Any] = CAN) -> None:
        uri = folder.as_uri() if folder is not None else None
        result = self.request("initialize", processId=None, rootUri=uri, capabilities=can)
        self.capabilities = result["capabilities"]
        self.notify("initialized")

    def open(self, uri: str, text: str, version: int = 1, language: str = "python") -> None:
        item = {"uri": uri, "version": version, "languageId": language, "text": text}
        self.notify("textDocument/didOpen", textDocument=item)

    def change(self, uri: str, version: int, *changes: Mapping[str, Any]) -> None:
        named = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", textDocument=named, contentChanges=list(changes))

    def diagnostics(self, uri: str, version: int | None = 1) -> list[Any]:
        """What the server says of one version of a text."""

        def wanted(one: Mapping[str, Any]) -> bool:
            params = one.get("params", {})
            published = one.get("method") == "textDocument/publishDiagnostics"
            return published and params["uri"] == uri and params.get("version") == version

        found: list[Any] = self.next(wanted)["params"]["diagnostics"]
        return found

    def actions(self, uri: str, place: Mapping[str, Any], *only: str) -> list[Any]:
        context = {"diagnostics": [], **({"only": list(only)} if only else {})}
        found: list[Any] = self.request(
            "textDocument/codeAction", textDocument={"uri": uri}, range=place, context=context
        )
        return found

    def resolve(self, action: Mapping[str, Any]) -> Mapping[str, Any]:
        """The edits of an action by address, each with the version that it is for."""
        edit = self.request("codeAction/resolve", **action)["edit"]
        return {one["textDocument"]["uri"]: one["edits"] for one in edit["documentChanges"]}

    def end(self) -> int:
        """Shut down in the way of the protocol; the exit status."""
        self.request("shutdown")
        self.send(message(method="exit"))
        return self.wait()

    def wait(self) -> int:
        return self.process.wait(PATIENCE)

    def leave(self) -> int:
        """Close the pipe to the server; its exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.wait()

    def errors(self) -> str:
        """What stands on stderr, once the server has ended."""
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()


def edited(text: str, edits: Sequence[Mapping[str, Any]]) -> str:
    """A text after the edits of a client that counts in UTF-16."""
    lines = text.splitlines(keepends=True)

    def offset(place: Mapping[str, int]) -> int:
        ahead = "".join(lines[: place["line"]])
        line = lines[place["line"]] if place["line"] < len(lines) else ""
        return len(ahead) + len(line.encode("utf-16-le")[: 2 * place["character"]].decode("utf-16-le"))

    places = [(offset(one["range"]["start"]), offset(one["range"]["end"]), one["newText"]) for one in edits]
    for start, end, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def at(line: int, character: int, end_line: int | None = None, end: int | None = None) -> Mapping[str, Any]:
    """A range as the protocol has it."""
    return {
        "start": {"line": line, "character": character},
        "end": {"line": line if end_line is None else end_line, "character": character if end is None else end},
    }
