"""Texts that name what a module has: `mock.patch("net.norm")`, `import_module("a." + x)`, `exec("from a import b")`.

Read off the bytes, as generous as a search can be: a text that looks like a path to the name counts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
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

_IMPORT_WORDS = re.compile(rb"from(?<!\wfrom)[ \t]+([\w.]+)[ \t]+import[ \t]+\(?([\w, \t*]+)")
_LONG_QUOTES = re.compile(rb"\"\"\"|\'\'\'")
_BEFORE_LINE = b">. \t"
_EXECUTED = re.compile(rb"\b(?:eval|exec)\(\s*[fFrRbBuU]{0,2}(\"\"\"|\'\'\'|\"|')(.*?)\1", re.DOTALL)
_RUN_FILES = re.compile(rb"\b(?:run_path|spec_from_file_location|SourceFileLoader|execfile|exec)\(|%run\b|%load\b")
_QUOTED_PACKAGE = re.compile(rb"[\"'](?:[\w.-]+\s*=\s*)?((?:[\w.]+\.)?)\Z")
_BARE_PACKAGE = re.compile(rb"(?<![\w.])((?:[\w.]+\.)?)\Z")
_QUOTED_PARENT = re.compile(rb"[\"']((?:[\w.]+\.)?)\Z")
_BARE_PARENT = re.compile(rb"(?<![\w./])((?:[\w.]+\.))\Z")
_LONGEST_PACKAGE = 300
_SETTINGS = frozenset({".toml", ".cfg", ".ini", ".yaml", ".yml", ".json", ".gin", ".txt"})
_LARGEST = 1_000_000


def quoted_paths(data: bytes, module: str, name: str, *, bare: bool = False) -> Sequence[tuple[int, str]]:
    """The lines with a path to a name of a module in quotes, or `bare` in a file of settings, each with the module."""
    end = rb"(?!\w)" if bare else rb"[\"']"
    behind = rb"[.:]" + re.escape(name.encode()) + rb"(?:[.:][\w.]+)?" + end
    return list(_paths_to(data, module, behind, _BARE_PACKAGE if bare else _QUOTED_PACKAGE))


def imported_texts(data: bytes) -> Sequence[tuple[int, str, bool]]:
    """The lines that import a module by its text, each with the text and whether it is whole: `f"models.{name}"`."""
    if not (b"import_" in data or b"__import__" in data or b"load_object" in data or b"modules[" in data):
        return ()
    lines: list[tuple[int, str, bool]] = []
    for found in _IMPORT.finditer(data):
        text = found[1].decode(errors="replace")
        lines.append((_line(data, found.start()), text, found[2] in (b'"', b"'") and not text.endswith(".")))
    return [*lines, *((_line(data, found.start()), ".", False) for found in _BELOW_ITSELF.finditer(data))]


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


def imports_in_texts(data: bytes) -> Sequence[tuple[int, str, Sequence[str]]]:
    """The lines whose texts have an import statement, each with the module and the names: `"from a import b"`."""
    lines: list[tuple[int, str, Sequence[str]]] = []
    texts = list(_long_texts(data)) if b"from" in data else []
    for found in _IMPORT_WORDS.finditer(data):
        start = found.start()
        line = data.rfind(b"\n", 0, start) + 1
        before = data[line:start]
        if b"'" in before or b'"' in before or (not before.strip(_BEFORE_LINE) and _inside(texts, start)):
            names = [part.split()[0].decode() for part in found[2].split(b",") if part.split()]
            lines.append((_line(data, start), found[1].decode(), names))
    return lines


def _long_texts(data: bytes) -> Iterator[tuple[int, int]]:
    """Where texts in three quotes start and end."""
    at = 0
    while opened := _LONG_QUOTES.search(data, at):
        closed = data.find(opened[0], opened.end())
        if closed >= 0:
            yield opened.start(), closed
        at = closed + len(opened[0]) if closed >= 0 else opened.start() + 1


def _inside(spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether a place is in one of some spans, which are in order."""
    above = bisect_right(spans, (place, place))
    return above > 0 and place < spans[above - 1][1]


def texts_naming(data: bytes, module: str, name: str) -> Sequence[tuple[int, str]]:
    """The lines whose texts name a name of a module, each with the path of the module."""
    return [*quoted_paths(data, module, name), *_executed(data, module, name)] if name.encode() in data else ()


def _executed(data: bytes, module: str, name: str) -> Iterator[tuple[int, str]]:
    """The lines where a text is run that reads a name off a module, each with the module: `eval("net.norm()")`."""
    path = rb"(?<![\w.])((?:[\w.]+\.)?" + re.escape(module.encode()) + rb")\." + re.escape(name.encode()) + rb"\b"
    for text in _EXECUTED.finditer(data):
        named = re.compile(path).finditer(data, *text.span(2))
        yield from ((_line(data, found.start()), found[1].decode()) for found in named)


def runs_file(data: bytes, name: str) -> int:
    """The line where the text of a file is run as it stands (`run_path("net.py")`, `%run net.py`); 0 where none is."""
    if name.encode() not in data or _RUN_FILES.search(data) is None:
        return 0
    found = re.search(rb"(?<![\w.-])" + re.escape(name.encode()) + rb"(?![\w.])", data)
    return _line(data, found.start()) if found else 0


def imports_computed(data: bytes) -> bool:
    """Whether a module is imported by a text that is not written out: `import_module(settings["module"])`."""
    return any(word in data for word in _IMPORTING) and _COMPUTED.search(data) is not None


def quoted_modules(data: bytes, module: str, *, bare: bool = False) -> Sequence[tuple[int, str]]:
    """The lines that have the path of a module as a text, or `bare` in a file of settings one of several parts."""
    behind, before = (rb"(?![\w.])", _BARE_PARENT) if bare else (rb"[\"']", _QUOTED_PARENT)
    return list(_paths_to(data, module, behind, before))


def _paths_to(data: bytes, module: str, behind: bytes, before: re.Pattern[bytes]) -> Iterator[tuple[int, str]]:
    """The lines with a module's name and what stands `behind` it, each with the dotted path that ends in that name.

    The name is searched for first, and what stands `before` it only where it is: a search for letters is fast.
    """
    for found in re.finditer(rb"(" + re.escape(module.encode()) + rb")" + behind, data):
        package = before.search(data, max(0, found.start() - _LONGEST_PACKAGE), found.start())
        if package is not None:
            yield _line(data, package.start()), (package[1] + found[1]).decode()


def settings_texts(folders: Iterable[Path]) -> Iterator[tuple[Path, bytes]]:
    """The files of settings in some folders, with what is in them."""
    for folder in folders:
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
