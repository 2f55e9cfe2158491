"""How a server ends: by the protocol, with a client that goes, and with one that is none. Never with a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.server.client import Client, framed, message

OLD = "from keras.layers.normalization import BatchNormalization\n"
INITIALIZE = message(id=1, method="initialize", params={"processId": None, "rootUri": None, "capabilities": {}})


def served(script: str, folder: Path, data: bytes) -> subprocess.CompletedProcess[bytes]:
    """What becomes of a server that is sent some bytes and then nothing more."""
    return subprocess.run([script, "server"], cwd=folder, input=data, capture_output=True, timeout=60, check=False)


def answers(output: bytes) -> list[Any]:
    """The messages in what a server wrote."""
    found = []
    while output:
        header, _, rest = output.partition(b"\r\n\r\n")
        length = int(header.split(b"\r\n")[0].removeprefix(b"Content-Length: "))
        found.append(json.loads(rest[:length]))
        output = rest[length:]
    return found


def test_shut_down_and_ended(client: Client, tmp_path: Path) -> None:
    client.open((tmp_path / "a.py").as_uri(), OLD)
    assert client.end() == 0
    assert client.errors() == ""


def test_ended_without_a_shutdown(client: Client) -> None:
    client.notify("exit")
    assert client.wait() == 1
    assert client.errors() == ""


def test_ended_before_it_began(script: str, tmp_path: Path) -> None:
    done = served(script, tmp_path, message(method="exit"))
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


def test_a_client_that_shuts_down_and_goes(client: Client) -> None:
    client.request("shutdown")
    assert client.leave() == 0
    assert client.errors() == ""


def test_a_client_that_goes(client: Client, tmp_path: Path) -> None:
    client.open((tmp_path / "a.py").as_uri(), OLD)
    assert client.leave() == 1
    assert client.errors() == ""


def test_a_client_that_never_reads(script: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [script, "server"], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stdin.write(INITIALIZE)
    process.stdin.flush()
    assert process.wait(60) == 1
    assert process.stderr.read() == b""
    process.stdin.close()
    process.stderr.close()


def test_nothing_at_all(script: str, tmp_path: Path) -> None:
    done = served(script, tmp_path, b"")
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc" * 1000,
        b"Content-Length: 99999999999999\r\n\r\n{}",
        b"Content-Length: nine\r\n\r\n{}",
        b"Content-Length: 100\r\n\r\n{}",
        b"Content-Length: 100\r\n",
    ],
)
def test_what_is_no_message_is_one_line(script: str, tmp_path: Path, data: bytes) -> None:
    done = served(script, tmp_path, INITIALIZE + data)
    assert done.returncode == 2
    assert [one["id"] for one in answers(done.stdout)] == [1]
    assert done.stderr.startswith(b"error: ")
    assert done.stderr.count(b"\n") == 1


def test_messages_that_mean_nothing_are_answered(script: str, tmp_path: Path) -> None:
    bodies = [b"", b"{", b"\xff", b"[" * 100_000, b"3", b"{}", b'{"jsonrpc": "2.0", "id": 2, "method": "initialize"}']
    data = b"".join(map(framed, bodies)) + INITIALIZE
    data += message(id=10, method="textDocument/nonsense")
    data += message(id=11, method="textDocument/hover", params={"textDocument": 3})
    data += message(id=12, method="textDocument/hover", params=None) + message(id=13, method=4, params={})
    data += message(method="$/nonsense", params={}) + message(method="textDocument/didOpen", params={})
    data += message(id=99, result=None) + message(id=98, error={"code": 1, "message": "x"})
    data += message(id=20, method="shutdown") + message(id=21, method="shutdown") + message(method="exit")
    done = served(script, tmp_path, data)
    assert (done.returncode, done.stderr) == (0, b"")
    said = {str(one.get("id")): one.get("error", {}).get("code") for one in answers(done.stdout)}
    assert said == {
        **{"None": -32600, "2": -32602, "1": None, "10": -32601, "11": -32602, "12": -32602, "13": -32601},
        **{"20": None, "21": -32600},
    }


def test_nothing_is_done_before_the_beginning(script: str, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    item = {"uri": uri, "version": 1, "languageId": "python", "text": OLD}
    data = message(method="textDocument/didOpen", params={"textDocument": item})
    done = served(script, tmp_path, data + message(id=1, method="textDocument/hover", params={}))
    assert [one["error"]["code"] for one in answers(done.stdout)] == [-32002]


def test_texts_and_places_that_are_not_there(client: Client, tmp_path: Path) -> None:
    uri, far = (tmp_path / "a.py").as_uri(), {"line": 1 << 30, "character": 1 << 30}
    gone = {"uri": uri, "version": 1}
    client.notify("textDocument/didChange", textDocument=gone, contentChanges=[{"text": OLD}])
    client.notify("textDocument/didClose", textDocument=gone)
    client.notify("notebookDocument/didChange", notebookDocument=gone, change={"cells": {}})
    client.notify("notebookDocument/didClose", notebookDocument=gone, cellTextDocuments=[])
    assert client.request("textDocument/hover", textDocument=gone, position=far) is None
    client.open(uri, OLD)
    client.change(uri, 2, {"range": {"start": far, "end": {"line": 0, "character": 0}}, "text": OLD})
    assert len(client.diagnostics(uri, 2)) == 2
    assert client.request("textDocument/hover", textDocument=gone, position=far) is None
    assert client.end() == 0
    assert client.errors() == ""


@pytest.mark.skipif(os.name == "nt", reason="no signals to a console program")
def test_ctrl_c(client: Client) -> None:
    client.process.send_signal(signal.SIGINT)
    assert client.wait() == 130
    assert "Traceback" not in client.errors()


def test_what_is_printed_is_no_message(
    start: Callable[[], Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noisy = "from normfix.semantics import walk\ncollect = walk.collect\n"
    noisy += "def loud(tree):\n    print('noise')\n    return collect(tree)\nwalk.collect = loud\n"
    (tmp_path / "noise").mkdir()
    (tmp_path / "noise" / "sitecustomize.py").write_text(noisy)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "noise"))
    client = start()
    client.initialize(tmp_path)
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, OLD)
    assert len(client.diagnostics(uri)) == 1
    assert client.end() == 0
    assert client.errors().strip() == "noise"


@pytest.mark.parametrize("missing", ["pygls", "lsprotocol"])
def test_without_the_extra(tmp_path: Path, missing: str) -> None:
    hidden = f"import sys\nsys.modules[{missing!r}] = None\nsys.argv[1:] = ['server']\n"
    run = "from normfix.cli.main import main\nmain()\n"
    done = subprocess.run(
        [sys.executable, "-c", hidden + run], cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"error: the language server needs more packages: pip install 'normfix[lsp]'\n"
