"""What `--help` says: whole sentences that fit in 80 columns, every option in the part where it is looked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from normfix.cli.help import _PARTS, first_sentence
from tests.conftest import Command


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*above, name)
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)


def program() -> click.Group:
    from normfix.cli import main as module

    (group,) = [one for one in vars(module).values() if isinstance(one, click.Group) and one.name == "normfix"]
    return group


@pytest.mark.parametrize("command", [(), *commands(program())], ids=" ".join)
def test_help_fits_and_is_whole(normfix: Command, command: tuple[str, ...]) -> None:
    text = normfix(*command, "--help", env={"COLUMNS": "80"}).stdout.decode()
    assert text.startswith(f"Usage: {' '.join(('normfix', *command))} ")
    assert max(map(len, text.splitlines())) <= 80
    assert not [line for line in text.splitlines() if line.endswith("...") and "[" not in line]


@pytest.mark.parametrize("name", ["check", "fix"])
def test_every_option_is_in_its_part(normfix: Command, name: str) -> None:
    own = {one.name for one in program().commands[name].params if isinstance(one, click.Option) and not one.hidden}
    known = {option for part in _PARTS.values() for option in part}
    assert own <= known
    text = normfix(name, "--help").stdout.decode()
    titles = [line.rstrip(":") for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles == [*_PARTS, "Options"]
    assert text.partition("\nOptions:\n")[2].split()[0] == "-h,"


def test_the_parts_name_options_that_there_are() -> None:
    there = {one.name for command in program().commands.values() for one in command.params}
    assert {option for part in _PARTS.values() for option in part} <= there


def test_commands_come_in_the_order_of_their_use(normfix: Command) -> None:
    listed = normfix("--help").stdout.decode().partition("Commands:\n")[2]
    names = [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "]
    assert names[:2] == ["check", "fix"]
    assert set(names) == set(program().commands)


def test_the_first_sentence() -> None:
    assert first_sentence("Do it. PATHS are\n    files.\n\n    More.") == "Do it."
    assert first_sentence("Do `.` it, then\n    more.") == "Do `.` it, then more."


def completed(script: str, shell: str, words: str, *, folder: Path) -> str:
    last = words.rpartition(" ")[2]
    count = str(len(words.split()) - bool(last))
    word = last if shell == "fish" else count
    environment = {**os.environ, "_NORMFIX_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": word}
    return subprocess.run([script], env=environment, capture_output=True, text=True, check=True, cwd=folder).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(script: str, tmp_path: Path, shell: str) -> None:
    assert "check" in completed(script, shell, "normfix ch", folder=tmp_path)
    assert "--output-format" in completed(script, shell, "normfix check --out", folder=tmp_path)
    formats = completed(script, shell, "normfix check --output-format j", folder=tmp_path)
    assert all(name in formats for name in ("json", "json-lines", "junit"))
    assert "sarif" not in formats
    assert "file" in completed(script, shell, "normfix check sr", folder=tmp_path)
    assert "NF101" in completed(script, shell, "normfix check --select NF10", folder=tmp_path)
    assert "NF4,NF101" in completed(script, shell, "normfix check --select NF4,NF10", folder=tmp_path)
    assert "BatchNormalization" in completed(script, shell, "normfix rule Batch", folder=tmp_path)
    assert "dir" in completed(script, shell, "normfix check --cache-dir a", folder=tmp_path)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_one_for_that_shell(script: str, tmp_path: Path, shell: str) -> None:
    environment = {**os.environ, "_NORMFIX_COMPLETE": f"{shell}_source"}
    text = subprocess.run([script], env=environment, capture_output=True, text=True, check=True).stdout
    assert "normfix" in text
    assert f"{shell}_complete" in text
    program = shutil.which(shell)
    if program is not None:
        file = tmp_path / "script"
        file.write_text(text)
        assert subprocess.run([program, "-n", file], capture_output=True, check=False).returncode == 0
