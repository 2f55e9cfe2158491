"""What the server says of texts, and when: a real client over the streams of the installed command."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command
from tests.server.client import CAN, Client, at, edited

OLD = "from keras.layers.normalization import BatchNormalization\n"
NEW = OLD.replace(".normalization", "")


def codes(found: list[Any]) -> list[str]:
    return [one["code"] for one in found]


def test_a_clean_text_has_none(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, "x = 1\n")
    assert client.diagnostics(uri) == []


def test_broken_code_that_says_nothing_of_normalization_has_none(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, "def broken(:\n")
    assert client.diagnostics(uri) == []


def test_a_text_that_is_no_python_has_none(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "a.txt").as_uri()
    client.open(uri, OLD, language="plaintext")
    assert client.diagnostics(uri) == []


def test_what_is_wrong_is_said_when_a_text_is_opened(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, OLD)
    [one] = client.diagnostics(uri)
    assert (one["code"], one["source"], one["severity"]) == ("NF101", "normfix", 1)
    assert one["range"] == at(0, 39, 0, 57)
    assert "use `keras.layers.BatchNormalization`" in one["message"]
    assert one["codeDescription"]["href"].startswith("https://")


def test_and_when_it_changes_piece_by_piece(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, "\n")
    assert client.diagnostics(uri) == []
    client.change(uri, 2, {"range": at(0, 0), "text": NEW}, {"range": at(0, 17), "text": ".normalization"})
    assert codes(client.diagnostics(uri, 2)) == ["NF101"]
    client.change(uri, 3, {"range": at(0, 17, 0, 31), "text": ""})
    assert client.diagnostics(uri, 3) == []
    client.change(uri, 4, {"text": OLD * 2})
    assert codes(client.diagnostics(uri, 4)) == ["NF101", "NF101"]


def test_the_last_of_many_changes_is_what_counts(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, "", 0)
    for place, letter in enumerate(OLD):
        client.change(uri, place + 1, {"range": at(0, place), "text": letter})
    assert codes(client.diagnostics(uri, len(OLD))) == ["NF101"]


def test_columns_are_those_of_the_client(start: Callable[[], Client], tmp_path: Path) -> None:
    text = f"x = '😀é'; {OLD}"
    for encoding, column in (("utf-16", 50), ("utf-32", 49), ("utf-8", 53)):
        client = start()
        client.initialize(tmp_path, {**CAN, "general": {"positionEncodings": [encoding]}})
        assert client.capabilities["positionEncoding"] == encoding
        uri = (tmp_path / "a.py").as_uri()
        client.open(uri, text)
        assert client.diagnostics(uri)[0]["range"]["start"]["character"] == column
        # And so are those of a change: the name is written again, letter for letter.
        client.change(uri, 2, {"range": at(0, column, 0, column + 18), "text": "LayerNormalization"})
        assert "LayerNormalization" in client.diagnostics(uri, 2)[0]["message"]


def test_lines_are_those_of_the_client(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, f"x = 'a\u2028b'\n\x0cy = 1\r\n{OLD}")
    assert client.diagnostics(uri)[0]["range"]["start"] == {"line": 2, "character": 39}
    client.change(uri, 2, {"range": at(2, 17, 2, 31), "text": ""})
    assert client.diagnostics(uri, 2) == []


def test_a_closed_text_has_none_any_more(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, OLD)
    assert client.diagnostics(uri)
    client.notify("textDocument/didClose", textDocument={"uri": uri})
    assert client.diagnostics(uri, None) == []


def test_a_text_that_is_no_file_yet(client: Client) -> None:
    client.open("untitled:Untitled-1", OLD)
    assert codes(client.diagnostics("untitled:Untitled-1")) == ["NF101"]


def test_the_settings_are_those_that_check_finds(client: Client, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    (inner / "third_party").mkdir(parents=True)
    (inner / "pyproject.toml").write_text(
        "[tool.normfix]\nignore = ['NF101']\nextend-exclude = ['third_party']\nper-file-ignores = {'b.py' = ['NF2']}\n"
    )
    private = "from tensorflow.python.keras.layers import BatchNormalization\n"
    texts = {"a.py": ["NF201"], "b.py": [], "third_party/c.py": [], "../d.py": ["NF101", "NF201"]}
    for name, expected in texts.items():
        uri = (inner / name).resolve().as_uri()
        client.open(uri, OLD + private)
        assert codes(client.diagnostics(uri)) == expected, name


def test_a_baseline_of_the_settings_counts(client: Client, tmp_path: Path, normfix: Command) -> None:
    (tmp_path / "a.py").write_text(OLD)
    assert normfix("baseline", "write", "--baseline", "known.json").returncode == 0
    (tmp_path / "pyproject.toml").write_text("[tool.normfix]\nbaseline = 'known.json'\n")
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, OLD)
    assert client.diagnostics(uri) == []
    client.change(uri, 2, {"text": OLD.replace("Batch", "Layer") + OLD})
    assert [one["range"]["start"]["line"] for one in client.diagnostics(uri, 2)] == [0]


def test_settings_that_mean_nothing_are_told_once(client: Client, tmp_path: Path) -> None:
    settings = tmp_path / "pyproject.toml"
    settings.write_text("[tool.normfix]\nselekt = []\n")
    for name in ("a.py", "b.py"):
        uri = (tmp_path / name).as_uri()
        client.open(uri, OLD)
        assert client.diagnostics(uri) == []
    complaints = [one for one in client.others if one.get("method") == "window/showMessage"]
    assert len(complaints) == 1
    assert "unknown key 'selekt'" in complaints[0]["params"]["message"]
    settings.write_text("[tool.normfix]\n")
    client.notify("workspace/didChangeWatchedFiles", changes=[{"uri": settings.as_uri(), "type": 2}])
    assert codes(client.diagnostics(uri)) == ["NF101"]


def test_the_client_is_asked_to_watch_files(client: Client) -> None:
    asked = client.next(lambda one: one.get("method") == "client/registerCapability")
    [registration] = asked["params"]["registrations"]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    assert "toml" in registration["registerOptions"]["watchers"][0]["globPattern"]


def test_what_another_file_says_counts_as_it_is_in_the_editor(client: Client, tmp_path: Path) -> None:
    (tmp_path / "norms.py").write_text("class BatchNormalization: pass\n")
    user, norms = (tmp_path / "user.py").as_uri(), (tmp_path / "norms.py").as_uri()
    client.open(user, "from norms import BatchNormalization\ny = BatchNormalization(mode=0)(x)\n")
    assert client.diagnostics(user) == []
    client.open(norms, "class BatchNormalization: pass\n")
    client.change(norms, 2, {"text": NEW})
    assert client.diagnostics(norms, 2) == []
    client.change(user, 2, {"range": at(2, 0), "text": "\n"})
    assert codes(client.diagnostics(user, 2)) == ["NF701"]
    client.notify("textDocument/didClose", textDocument={"uri": norms})
    client.change(user, 3, {"range": at(2, 0), "text": "\n"})
    assert client.diagnostics(user, 3) == []


def test_saving_one_file_checks_all_that_are_open(client: Client, tmp_path: Path) -> None:
    target = tmp_path / "pyproject.toml"
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, OLD)
    assert codes(client.diagnostics(uri)) == ["NF101"]
    target.write_text("[tool.normfix]\nignore = ['NF101']\n")
    client.notify("textDocument/didSave", textDocument={"uri": target.as_uri()})
    assert client.diagnostics(uri) == []


def test_a_notebook_that_is_open_as_a_text_has_places_in_its_json(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "a.ipynb").as_uri()
    cells = [{"cell_type": "code", "source": ["x = 1\n", OLD.strip()]}]
    text = json.dumps({"cells": cells}, indent=1)
    client.open(uri, text, language="json")
    [one] = client.diagnostics(uri)
    line = text.splitlines()[one["range"]["start"]["line"]]
    assert line[one["range"]["start"]["character"] :].startswith("BatchNormalization")
    [action] = client.actions(uri, at(0, 0), "source.fixAll")
    assert edited(text, client.resolve(action)[uri]) == text.replace(".normalization", "")


def test_python_in_markdown(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "README.md").as_uri()
    text = f"# How\n\n```python\n{OLD}```\n"
    client.open(uri, text, language="markdown")
    [one] = client.diagnostics(uri)
    assert one["range"] == at(3, 39, 3, 57)
    fix, *_ = client.actions(uri, at(3, 40))
    assert edited(text, client.resolve(fix)[uri]) == text.replace(".normalization", "")
    where = {"line": 3, "character": 10}
    assert client.request("textDocument/hover", textDocument={"uri": uri}, position=where) is None


FAULTY: Mapping[str, str] = {
    "sitecustomize.py": """
from normfix.semantics import walk
collect = walk.collect
def faulty(tree):
    if len(tree.body) > 2:
        raise KeyError("made up")
    return collect(tree)
walk.collect = faulty
"""
}


def test_a_fault_in_one_text_is_said_there(
    start: Callable[[], Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "faults").mkdir()
    for name, text in FAULTY.items():
        (tmp_path / "faults" / name).write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "faults"))
    client = start()
    client.initialize(tmp_path)
    bad, good = (tmp_path / "bad.py").as_uri(), (tmp_path / "good.py").as_uri()
    client.open(bad, OLD * 3)
    [one] = client.diagnostics(bad)
    assert one["code"] == "NF008"
    assert "KeyError ('made up')" in one["message"]
    client.open(good, OLD)
    assert codes(client.diagnostics(good)) == ["NF101"]
    assert client.end() == 0
    assert client.errors() == ""


def test_what_cannot_be_read_is_said(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, f"# coding: nonsense\n{OLD}")
    assert codes(client.diagnostics(uri)) == ["NF002"]
    client.change(uri, 2, {"text": f"{OLD}x = (\n"})
    assert codes(client.diagnostics(uri, 2)) == ["NF003", "NF001"]
    client.change(uri, 3, {"text": f"{OLD}x = '\ud800'\n"})
    assert codes(client.diagnostics(uri, 3)) == ["NF002"]
