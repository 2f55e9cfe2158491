"""Texts that name what a module has: `mock.patch("net.norm")`, `import_module("a." + x)`, `exec("from a import b")`.

Read off the bytes, as generous as a search can be: a text that looks like a path to the name counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

_IMPORT = re.compile(
    rb"(?:(?:import_module|__import__|import_string|load_object)\(|\bmodules\[)\s*[fFrRbBuU]*[\"']([\w.]*)([^\w.])"
)
_IMPORTING = (b"import_module", b"__import__", b"import_string", b"load_object", b"run_module")
_OWN = rb"__(?:name|package)__"
_COMPUTED = re.compile(
    rb"(?:" + b"|".join(_IMPORTING) + rb")\(\s*"
    rb"(?:[fF][rR]?[\"']\{(?!" + _OWN + rb"\})|(?![\s)\"']|[fFrRbBuU]{1,2}[\"']|" + _OWN + rb"))"
)
_BELOW_ITSELF = re.compile(
    rb"(?:"
    + b"|".join(_IMPORTING)
    + rb")\(\s*(?:[fF][rR]?[\"']\{"
    + _OWN
    + rb"\}\.|"
    + _OWN
    + rb"\s*\+\s*[fF]?[\"']\.)"
)
"""The import of a module whose path starts with that of the file itself: `import_module(f"{__name__}.{name}")`."""

_QUOTED_IMPORT = rb"[\"'][^\"'\n]*?\bfrom[ \t]+([\w.]+)[ \t]+import[ \t]+\(?([\w, \t*]+)"
_LONG_TEXT = re.compile(rb"(\"\"\"|\'\'\')(?:.*?)\1", re.DOTALL)
_LINE_IMPORT = rb"^[>. \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+\(?([\w, \t*]+)"
_IMPORTS_IN_TEXT = (re.compile(_QUOTED_IMPORT), re.compile(_LINE_IMPORT, re.MULTILINE))
_EXECUTED = re.compile(rb"\b(?:eval|exec)\(\s*[fFrRbBuU]{0,2}(\"\"\"|\'\'\'|\"|')(.*?)\1", re.DOTALL)
_RUN_FILES = re.compile(rb"\b(?:run_path|spec_from_file_location|SourceFileLoader|execfile|exec)\(|%run\b|%load\b")
_SETTINGS = frozenset({".toml", ".cfg", ".ini", ".yaml", ".yml", ".json", ".gin", ".txt"})
_LARGEST = 1_000_000


def quoted_paths(data: bytes, module: str, name: str, *, bare: bool = False) -> Iterator[tuple[int, str]]:
    """The lines with a path to a name of a module in quotes, or `bare` in a file of settings, each with the module."""
    path = rb"((?:[\w.]+\.)?" + re.escape(module.encode()) + rb")[.:]" + re.escape(name.encode()) + rb"(?:[.:][\w.]+)?"
    pattern = rb"(?<![\w.])" + path + rb"(?![\w])" if bare else rb"[\"'](?:[\w.-]+\s*=\s*)?" + path + rb"[\"']"
    yield from ((_line(data, found.start()), found[1].decode()) for found in re.finditer(pattern, data))


def imported_texts(data: bytes) -> Iterator[tuple[int, str, bool]]:
    """The lines that import a module by its text, each with the text and whether it is whole: `f"models.{name}"`."""
    if b"import_" in data or b"__import__" in data or b"load_object" in data or b"modules[" in data:
        for found in _IMPORT.finditer(data):
            text = found[1].decode(errors="replace")
            yield _line(data, found.start()), text, found[2] in (b'"', b"'") and not text.endswith(".")
        yield from ((_line(data, found.start()), ".", False) for found in _BELOW_ITSELF.finditer(data))


def is_imported(text: str, whole: bool, other: Path, file: Path, root: Path, meant: Callable[[str], bool]) -> bool:
    """Whether the file `other` imports the module in `file` by a text, or may.

    Names are those of folders below `root`; `meant` tells whether a whole dotted path is that module.
    """
    parts = (file.parent if file.name == "__init__.py" else file.with_suffix("")).parts
    base = other.parent.parts if text.startswith(".") else ()
    named = tuple(part for part in text.split(".") if part)
    if (not named and not base) or (whole and not base and not meant(text)):
        return False
    above = parts if whole else parts[:-1]
    return (*base, *named) == (above if base else above[len(root.parts) :][-len(named) :])


def imports_in_texts(data: bytes) -> Iterator[tuple[int, str, frozenset[str]]]:
    """The lines whose texts have an import statement, each with the module and the names: `"from a import b"`."""
    single, lines = _IMPORTS_IN_TEXT
    found = list(single.finditer(data))
    for text in _LONG_TEXT.finditer(data):
        found += lines.finditer(data, *text.span())
    for one in found:
        names = frozenset(part.split()[0].decode() for part in one[2].split(b",") if part.split())
        yield _line(data, one.start()), one[1].decode(), names


def expressions_in_texts(data: bytes, module: str, name: str) -> Iterator[tuple[int, str]]:
    """The lines where a text is run that reads a name off a module, each with the module: `eval("net.norm()")`."""
    path = rb"(?<![\w.])((?:[\w.]+\.)?" + re.escape(module.encode()) + rb")\." + re.escape(name.encode()) + rb"\b"
    for text in _EXECUTED.finditer(data):
        named = re.compile(path).finditer(data, *text.span(2))
        yield from ((_line(data, found.start()), found[1].decode()) for found in named)


def runs_file(data: bytes, file: Path) -> int:
    """The line where the text of a file is run as it stands (`run_path("net.py")`, `%run net.py`); 0 where none is."""
    name = file.name.encode()
    if name not in data or _RUN_FILES.search(data) is None:
        return 0
    found = re.search(rb"(?<![\w.-])" + re.escape(name) + rb"(?![\w.])", data)
    return _line(data, found.start()) if found else 0


def imports_computed(data: bytes) -> bool:
    """Whether a module is imported by a text that is not written out: `import_module(settings["module"])`."""
    return any(word in data for word in _IMPORTING) and _COMPUTED.search(data) is not None


def quoted_modules(data: bytes, module: str, *, bare: bool = False) -> Iterator[tuple[int, str]]:
    """The lines that have the path of a module as a text, or `bare` in a file of settings one of several parts."""
    path = rb"((?:[\w.]+\.)" + (b"" if bare else b"?") + re.escape(module.encode()) + rb")"
    pattern = rb"(?<![\w./])" + path + rb"(?![\w.])" if bare else rb"[\"']" + path + rb"[\"']"
    yield from ((_line(data, found.start()), found[1].decode()) for found in re.finditer(pattern, data))


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
