"""The server says of a file what `check` says, and its edits make what `fix` makes: on the cases of the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

import normfix
from tests.server.client import Client, at, edited

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "rules").glob("*/*.py"))
GROUPS = 4


def texts(group: int) -> list[bytes]:
    """Every so many a case that a client can have open: text in UTF-8."""
    chosen = [case.read_bytes() for case in CASES[group :: 4 * GROUPS] if ".after." not in case.name]
    return [data for data in chosen if data.isascii()]


@pytest.mark.parametrize("group", range(GROUPS))
def test_the_server_agrees_with_the_commands(client: Client, tmp_path: Path, group: int) -> None:
    cases = texts(group)
    assert len(cases) > 10
    for number, data in enumerate(cases):
        file = tmp_path / str(number) / "case.py"
        file.parent.mkdir()
        (file.parent / "pyproject.toml").touch()
        file.write_bytes(data)
        text = data.decode()
        client.open(file.as_uri(), text)
        said = [
            (one["code"], one["range"]["start"]["line"] + 1, one["message"])
            for one in client.diagnostics(file.as_uri())
        ]
        assert said == [(one.code, one.start.line, one.message) for one in normfix.check(file).findings], data
        actions = client.actions(file.as_uri(), at(0, 0), "source.fixAll.normfix")
        done = next((one.text for one in normfix.fix(file, write=False).files if one.text is not None), text)
        assert (edited(text, client.resolve(actions[0])[file.as_uri()]) if actions else text) == done, data
