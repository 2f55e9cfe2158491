"""The commands of notebooks that are kept as scripts, where they are comments: Databricks, Jupytext, Colab."""

from __future__ import annotations

import re
from collections.abc import Iterator

from normfix.source.text import DATABRICKS

PYTHON_CELL = "# MAGIC %python"
"""The first line of a cell of Databricks that is Python in a comment."""

_LINE = re.compile(r"[^\r\n]+")
_MAGIC = re.compile(r"# MAGIC ?(?P<code>.*)")
_DATABRICKS_CELL = re.compile(r"%(?P<kind>\w+)\b")
_CELL = re.compile(r"# ?%%(?P<head>.*)|# \+(?P<light>.*)")
_OTHER_LANGUAGE = re.compile(r"language\s*=\s*[\"'](?P<name>\w+)")
_COMMAND = re.compile(r"#[ \t]*(?P<code>[!%].*)")
_JUPYTEXT = re.compile(r"^# ?%%|^# {1,3}(?:jupyter|jupytext):", re.MULTILINE)
_COLAB = "# Commented out IPython magic to ensure Python compatibility."
_SHELLS = ("sh", "bash")

Commented = Iterator[tuple[str, int, int]]
"""A command, as a cell would have it, and where it starts and ends in the script."""


def has_commented_python(text: str) -> bool:
    """Whether a script has cells of Python that stand in comments, as one has whose first language is another."""
    return text.startswith(DATABRICKS) and PYTHON_CELL in text


def commented(text: str) -> Commented:
    """The commands that stand in comments of a script."""
    if text.startswith(DATABRICKS):
        yield from _of_databricks(text)
    elif "# %%" in text or "jupyte" in text or "#%%" in text or _COLAB in text:
        yield from _of_cells(text, whole=_JUPYTEXT.search(text) is not None)


def _of_databricks(text: str) -> Commented:
    kind = ""
    for found in _LINE.finditer(text):
        line = _MAGIC.fullmatch(found[0])
        if line is None:
            kind = ""
            continue
        code, start = line["code"], found.start() + line.start("code")
        cell = _DATABRICKS_CELL.match(code)
        kind = cell["kind"] if cell else kind
        if code.startswith("!") or kind == "pip" or (kind in _SHELLS and cell is not None):
            yield code, start, found.end()
        elif kind in _SHELLS and code:
            yield f"!{code}", start, found.end()


def _of_cells(text: str, *, whole: bool) -> Commented:
    """The commands of cells, or, if not the `whole` script has cells, those that Colab has commented out."""
    kind, below = "python", False
    for found in _LINE.finditer(text):
        line = found[0]
        cell = _CELL.match(line) if whole else None
        if cell is not None:
            kind = _kind(cell["head"] or cell["light"] or "")
            continue
        below = line == _COLAB or (below and line.startswith("#"))
        command = _COMMAND.fullmatch(line)
        if command is not None and kind == "python" and (whole or below):
            yield command["code"], found.start() + command.start("code"), found.end()
        elif kind in _SHELLS and line.startswith("# "):
            yield f"!{line[2:]}", found.start() + 2, found.end()


def _kind(head: str) -> str:
    if "[markdown]" in head or "[md]" in head or "[raw]" in head:
        return "text"
    language = _OTHER_LANGUAGE.search(head)
    return language["name"] if language is not None else "python"
