"""Data files that code names by their text and loads: `yaml.safe_load(open("conf/model.yaml"))`, `@hydra.main(...)`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from normfix.prefilter.code import plain
from normfix.prefilter.vocabulary import Vocabulary
from normfix.source.contents import readable
from normfix.source.folders import Folders

_ENDS = (b".yaml", b".yml", b".json")
_HYDRA = b"hydra"
_LOADS = re.compile(rb"load|from_json|from_yaml|from_config|hydra|compose|yaml|json")
_NAMED = re.compile(rb"[\"'}]/?([\w.-][\w./-]{0,200}\.(?:ya?ml|json))[\"']")
_FOLDERS = re.compile(rb"((?:[\"'][\w.-]{1,80}[\"']\s*[,/]\s*){1,6})\Z")
_FOLDER = re.compile(rb"[\"']([\w.-]+)[\"']")
_CONFIG_NAME = re.compile(rb"config_name\s*=\s*[\"']([\w./-]{1,200})[\"']")
_CONFIG_PATH = re.compile(rb"config_path\s*=\s*[\"']([\w./-]{1,200})[\"']")
_WINDOW = 300
_HIGHEST = 4
_ROOT = frozenset({".git", "pyproject.toml", "setup.py", "setup.cfg"})


def may_name(data: bytes) -> bool:
    """Whether a file may name a data file at all."""
    return any(end in data for end in _ENDS) or _HYDRA in data


def data_files(
    data: bytes, path: str, folders: Folders, vocabulary: Vocabulary, *, full: bool = False
) -> Iterator[tuple[str, bool]]:
    """Where the data files may be that the code at `path` names, each with whether it is there and may name a layer.

    With `full` each that is there may.
    """
    text = plain(data, path) if may_name(data) else None
    if text is None or _LOADS.search(text) is None:
        return
    for name in dict.fromkeys(_names(text)):
        for folder in _above(os.path.dirname(path), folders):  # noqa: PTH120
            file = os.path.normpath(f"{folder}/{name}" if folder else name)
            there = os.path.isfile(file)  # noqa: PTH113
            said = readable(file) if there else None
            yield file, said is not None and (full or any(True for _ in vocabulary.places(said)))
            if there:
                break


def _names(data: bytes) -> Iterator[str]:
    """The names of data files, with the folders that stand before them: `join(ROOT, "conf", "model.yaml")`."""
    for found in _NAMED.finditer(data):
        ahead = _FOLDERS.search(data[max(0, found.start() - _WINDOW) : found.start()])
        folders = _FOLDER.findall(ahead[1]) if ahead else []
        yield b"/".join((*folders, found[1])).decode()
        if folders:
            yield found[1].decode()
    if _HYDRA in data:
        place = _CONFIG_PATH.search(data)
        for found in _CONFIG_NAME.finditer(data):
            name = found[1] if found[1].endswith(_ENDS) else found[1] + _ENDS[0]
            yield (place[1] + b"/" + name if place else name).decode()


def _above(folder: str, folders: Folders) -> Iterator[str]:
    """A folder and those above it, up to that of the project."""
    for _ in range(_HIGHEST):
        yield folder
        if not folder or not _ROOT.isdisjoint(folders.names(folder)):
            return
        folder = os.path.dirname(folder)  # noqa: PTH120
