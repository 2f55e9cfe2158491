"""Runs the commands of the pages and writes what they print below them: `python -m tools.console`.

A page of docs/ says `<!-- in FOLDER -->`; the `console` blocks behind that are one session in a copy of the folder.
Lines that begin with `$ ` are commands, the others are what they print. Pages without such blocks stay as they are.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
_SESSION = re.compile(r"^<!-- in (\S+) -->$", re.MULTILINE)
_BLOCK = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
_NEEDS_TENSORFLOW = re.compile(r"python |normfix verify|.* --verify")
_END = "\x1e"
_LONGEST = 600
_ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "",
    "LANG": "C.UTF-8",
    "NO_COLOR": "1",
    # Both streams are read from one pipe: unbuffered, the lines stand as they do in a terminal.
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
}


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a block, and what the page says that it prints."""

    text: str
    output: str

    @property
    def needs_tensorflow(self) -> bool:
        """Whether it runs code that imports TensorFlow; such a command changes no file that another one reads."""
        return _NEEDS_TENSORFLOW.match(self.text) is not None

    @property
    def shown(self) -> str:
        """The lines of the page."""
        return f"$ {self.text}\n{self.output}"


def pages(docs: Path = DOCS) -> list[Path]:
    """The pages that have commands."""
    return [file for file in sorted(docs.rglob("*.md")) if "\n```console\n" in file.read_text(encoding="utf-8")]


def refreshed(text: str, root: Path, *, tensorflow: bool) -> str:
    """A page with what its commands print now; without TensorFlow, what needs it is not run and stays as it is."""
    before, *sessions = _SESSION.split(text)
    if _BLOCK.search(before):
        raise ValueError("a console block stands before the folder is named (`<!-- in FOLDER -->`)")
    parts = [before]
    for folder, part in zip(sessions[::2], sessions[1::2], strict=True):
        parts += [f"<!-- in {folder} -->", _session(part, root / folder, tensorflow=tensorflow)]
    return "".join(parts)


def commands(block: str) -> Iterator[Command]:
    """The commands of a block."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        text, _, output = part.partition("\n")
        yield Command(text, output)


def _session(part: str, folder: Path, *, tensorflow: bool) -> str:
    found = [command for block in _BLOCK.findall(part) for command in commands(block)]
    chosen = [command for command in found if tensorflow or not command.needs_tensorflow]
    outputs = iter(run(chosen, folder))
    shown = (replace(one, output=next(outputs)) if one in chosen else one for one in found)
    return _BLOCK.sub(lambda block: "".join(next(shown).shown for _ in commands(block[1])), part)


def run(chosen: Sequence[Command], folder: Path) -> list[str]:
    """What commands print, one after the other in one shell, in a copy of a folder."""
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary).resolve()
        copy = home / folder.name
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__", ".normfix_cache"))
        # The end of each output is marked, and the status handed on for `echo $?`.
        script = "".join(f"{one.text}\nstatus=$?; printf '{_END}'; (exit $status)\n" for one in chosen)
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=copy,
            env={**os.environ, **_ENVIRONMENT, "HOME": str(home), "PATH": _path()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=_LONGEST,
            check=False,
        )
    outputs = done.stdout.split(_END)
    if len(outputs) != len(chosen) + 1:
        raise RuntimeError(f"the shell ended before its last command: {done.stdout}")
    return [_plain(output, home) for output in outputs[:-1]]


def _path() -> str:
    """The search path, with the running interpreter's own commands first."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def _plain(output: str, home: Path) -> str:
    """An output without what differs between machines: where things are installed, and blanks at the ends of lines."""
    output = output.replace(str(home), "/home/me").replace(sysconfig.get_path("purelib"), "site-packages")
    lines = [line.rstrip() for line in output.splitlines()]
    return "".join(f"{line}\n" for line in lines)


def main() -> None:
    """Write the pages; names after the command choose some of them."""
    for file in [Path(name) for name in sys.argv[1:]] or pages():
        text = file.read_text(encoding="utf-8")
        file.write_text(refreshed(text, ROOT, tensorflow=True), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
