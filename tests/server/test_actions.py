"""Quick fixes, and all safe fixes at once: the edits of the server, made by a client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.server.client import Client, at, edited

OLD = "from keras.layers.normalization import BatchNormalization\n"
NEW = OLD.replace(".normalization", "")
UNSAFE = "from tensorflow.python.keras.layers.normalization import *\n\nother = LayerNormalization()\n"
TEXT = f"x = '😀'\r\n{OLD}y = '😀'; layer = BatchNormalization(mode=0)\n"
PLAIN: Mapping[str, Any] = {"general": {}, "textDocument": {"codeAction": {}}, "workspace": {}}
"""A client that does not ask for the edits of an action when it is chosen."""


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return (tmp_path / "a.py").as_uri()


def titles(actions: list[Any]) -> list[str]:
    return [one["title"] for one in actions]


def made(client: Client, action: Mapping[str, Any], uri: str, text: str) -> str:
    """The text after an action."""
    return edited(text, client.resolve(action)[uri])


def test_a_clean_text_has_none(client: Client, uri: str) -> None:
    client.open(uri, NEW)
    assert client.actions(uri, at(0, 0, 9, 0)) == []
    assert client.actions(uri, at(0, 0, 9, 0), "source.fixAll") == []


def test_a_text_that_is_not_open_has_none(client: Client, uri: str) -> None:
    assert client.actions(uri, at(0, 0, 9, 0)) == []


def test_away_from_what_is_wrong_there_is_all_of_it_alone(client: Client, uri: str) -> None:
    client.open(uri, TEXT)
    assert titles(client.actions(uri, at(0, 0))) == ["normfix: Make all safe fixes"]


def test_a_quick_fix_says_what_changes_and_changes_only_that(client: Client, uri: str) -> None:
    client.open(uri, TEXT)
    actions = client.actions(uri, at(1, 40))
    assert titles(actions) == [
        "normfix: Use `keras.layers.BatchNormalization` (NF101)",
        "normfix: Silence NF101 here with a comment",
        "normfix: Make all safe fixes",
    ]
    assert actions[0]["kind"] == "quickfix"
    assert actions[0]["isPreferred"] is True
    assert [one["code"] for one in actions[0]["diagnostics"]] == ["NF101"]
    assert made(client, actions[0], uri, TEXT) == TEXT.replace(OLD, NEW)


def test_a_fix_behind_letters_of_two_units(client: Client, uri: str) -> None:
    client.open(uri, TEXT)
    fix, *_ = client.actions(uri, at(2, 38), "quickfix")
    assert fix["title"] == "normfix: Delete `mode` (NF701)"
    assert made(client, fix, uri, TEXT) == TEXT.replace("mode=0", "")


def test_all_safe_fixes_at_once(client: Client, uri: str) -> None:
    client.open(uri, TEXT + UNSAFE)
    for only in ("source.fixAll.normfix", "source.fixAll", "source"):
        [action] = client.actions(uri, at(0, 0), only)
        assert action["kind"] == "source.fixAll.normfix"
        assert made(client, action, uri, TEXT + UNSAFE) == TEXT.replace(OLD, NEW).replace("mode=0", "") + UNSAFE


def test_an_unsafe_fix_is_marked_and_no_part_of_all(client: Client, uri: str) -> None:
    client.open(uri, UNSAFE)
    [fix, _] = client.actions(uri, at(0, 57))
    assert fix["title"].endswith("(NF202, unsafe)")
    assert fix["isPreferred"] is False
    assert "import LayerNormalization\n" in made(client, fix, uri, UNSAFE)
    assert client.actions(uri, at(0, 57), "source.fixAll") == []


def test_a_finding_is_silenced(client: Client, uri: str) -> None:
    client.open(uri, TEXT)
    silence = client.actions(uri, at(1, 40))[1]
    text = made(client, silence, uri, TEXT)
    assert text == TEXT.replace(OLD, f"{OLD.strip()}  # noqa: NF101\n")
    client.change(uri, 2, {"text": text})
    assert [one["code"] for one in client.diagnostics(uri, 2)] == ["NF701"]


def test_what_cannot_be_read_is_not_silenced(client: Client, uri: str) -> None:
    client.open(uri, f"{OLD}x = (\n")
    assert client.actions(uri, at(1, 4)) == []


def test_an_action_for_a_text_that_has_changed_has_no_edits(client: Client, uri: str) -> None:
    client.open(uri, TEXT)
    fix = client.actions(uri, at(1, 40))[0]
    client.change(uri, 2, {"text": "\n" + TEXT})
    assert "edit" not in client.request("codeAction/resolve", **fix)


def test_edits_are_for_one_version(client: Client, uri: str) -> None:
    client.open(uri, TEXT, 7)
    edit = client.request("codeAction/resolve", **client.actions(uri, at(1, 40))[0])["edit"]
    assert edit["documentChanges"][0]["textDocument"] == {"uri": uri, "version": 7}


def test_a_client_that_asks_for_no_edits_has_them_at_once(
    start: Callable[[], Client], tmp_path: Path, uri: str
) -> None:
    client = start()
    client.initialize(tmp_path, PLAIN)
    client.open(uri, TEXT)
    for action in client.actions(uri, at(1, 40)):
        assert edited(TEXT, action["edit"]["changes"][uri]) != TEXT


def test_an_action_that_the_server_never_offered(client: Client, uri: str) -> None:
    client.open(uri, TEXT)
    for data in (None, 1, {"uri": 1}, {"uri": uri, "version": 1, "what": "fix", "finding": 99}, {"uri": uri}):
        assert "edit" not in client.request("codeAction/resolve", title="x", data=data)


def test_line_ends_stay(client: Client, uri: str) -> None:
    text = TEXT.replace("\r\n", "\n").replace("\n", "\r\n")
    client.open(uri, text)
    [action] = client.actions(uri, at(0, 0), "source.fixAll.normfix")
    fixed = made(client, action, uri, text)
    assert fixed == text.replace(".normalization", "").replace("mode=0", "")
