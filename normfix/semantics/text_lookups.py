"""Texts that name what a module has: `mock.patch("net.norm")`, an entry point `net:norm`, `import_module("a." + x)`.

Read off the bytes, as generous as a search can be: a text that looks like a path to the name counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

_IMPORT = re.compile(
    rb"(?:(?:import_module|__import__|import_string|load_object)\(|\bmodules\[)\s*[fFrRbBuU]*[\"']([\w.]*)([^\w.])"
)
_SETTINGS = frozenset({".toml", ".cfg", ".ini", ".yaml", ".yml", ".json", ".gin", ".txt"})
_LARGEST = 1_000_000


def quoted_paths(data: bytes, module: str, name: str, *, bare: bool = False) -> Iterator[tuple[int, str]]:
    """The lines with a path to a name of a module in quotes, or `bare` in a file of settings, each with the module."""
    path = rb"((?:[\w.]+\.)?" + re.escape(module.encode()) + rb")[.:]" + re.escape(name.encode()) + rb"(?:[.:][\w.]+)?"
    pattern = rb"(?<![\w.])" + path + rb"(?![\w])" if bare else rb"[\"'](?:[\w.-]+\s*=\s*)?" + path + rb"[\"']"
    yield from ((_line(data, found.start()), found[1].decode()) for found in re.finditer(pattern, data))


def imports_by_text(data: bytes, other: Path, file: Path, root: Path, meant: Callable[[str], bool]) -> Iterator[int]:
    """The lines of the file `other` that import the module in `file` by its text, or may: `f"models.{name}"`.

    Names are those of folders below `root`; `meant` tells whether a whole dotted path is that module.
    """
    parts = (file.parent if file.name == "__init__.py" else file.with_suffix("")).parts
    for found in _IMPORT.finditer(data):
        text, closing = found[1].decode(errors="replace"), found[2]
        base = other.parent.parts if text.startswith(".") else ()
        named = tuple(part for part in text.split(".") if part)
        whole = closing in (b'"', b"'") and not text.endswith(".")
        if (not named and not base) or (whole and not base and not meant(text)):
            continue
        wanted = (*base, *named)
        above = parts if whole else parts[:-1]
        if wanted == (above if base else above[len(root.parts) :][-len(named) :]):
            yield _line(data, found.start())


def settings_texts(root: Path) -> Iterator[tuple[Path, bytes]]:
    """The files of settings in the folder of a project and in the one above it, with what is in them."""
    for folder in (root, root.parent):
        if folder is root.parent and not any((folder / one).exists() for one in ("pyproject.toml", "setup.cfg")):
            continue
        try:
            files = sorted(one for one in folder.iterdir() if one.suffix in _SETTINGS and one.is_file())
            yield from ((one, one.read_bytes()) for one in files if one.stat().st_size <= _LARGEST)
        except OSError:
            continue


def word_line(data: bytes, word: str) -> int:
    """The first line that has a word; 0 where none has."""
    found = re.search(rb"\b" + re.escape(word.encode()) + rb"\b", data)
    return _line(data, found.start()) if found else 0


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1
