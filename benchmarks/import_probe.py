"""Imports files one after the other, each in a child process; stand-alone, for any Python from 3.7 on.

Reads a JSON object from standard input: `root` goes to the front of the module path, `files` are paths below it,
`seconds` limits each file. tensorflow is imported once, beforehand. Writes one JSON object: for each file what its
import died of, nothing where it succeeds. With `layers`, a file that imports is then asked where
`tensorflow.compat.v1.layers` comes from: its answer is the module, or nothing where it cannot be had.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import os
import select
import signal
import sys
import time

LEVELS = 2
MOST = 2000


def main() -> None:
    asked = json.load(sys.stdin)
    sys.dont_write_bytecode = True
    sys.path[0] = asked["root"]
    os.chdir(asked["root"])
    answers = os.fdopen(os.dup(1), "w")
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(quiet, descriptor)
    importlib.import_module("tensorflow")
    found = {}
    tried: set[str] = set()
    for path in asked["files"]:
        found[path], needed = in_child(path, asked["seconds"], layers=asked["layers"])
        # Which Keras the layers come from is settled by whoever asks first, so nobody may ask for the next child.
        warm_up([] if asked["layers"] else needed, tried)
    json.dump(found, answers)
    answers.close()


def warm_up(names: list[str], tried: set[str]) -> None:
    """Import what children needed from outside the tree, so that the next ones find it there."""
    for name in names:
        if name not in tried and name not in sys.modules:
            tried.add(name)
            with contextlib.suppress(BaseException):
                importlib.import_module(name)


def in_child(path: str, seconds: float, *, layers: bool) -> tuple[str, list[str]]:
    """What a forked child says of this file, or how it died; and the modules from elsewhere that it imported."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        known = set(sys.modules)
        said = json.dumps([answer(path, layers=layers), foreign(known)])
        with os.fdopen(writer, "w") as stream:
            stream.write(said)
        os._exit(0)
    os.close(writer)
    heard, late = listen(reader, time.monotonic() + seconds)
    if late:
        os.kill(child, signal.SIGKILL)
    os.close(reader)
    os.waitpid(child, 0)
    if late:
        return f"took more than {seconds} seconds", []
    if not heard:
        return "the interpreter died", []
    reason, names = json.loads(heard)
    return reason, names


def listen(reader: int, end: float) -> tuple[str, bool]:
    """All that comes until the other side closes, and whether that took too long."""
    heard = b""
    while True:
        if not select.select([reader], [], [], max(0, end - time.monotonic()))[0]:
            return "", True
        part = os.read(reader, 1 << 16)
        if not part:
            return heard.decode("utf-8", "replace"), False
        heard += part


def foreign(known: set[str]) -> list[str]:
    """Modules that are new, lie outside the tree and are whole packages or their first level."""
    here = sys.path[0] + os.sep
    files = {name: getattr(sys.modules[name], "__dict__", {}).get("__file__") for name in set(sys.modules) - known}
    return sorted(name for name, file in files.items() if name.count(".") < LEVELS and file and here not in file)


def answer(path: str, *, layers: bool) -> str:
    """What the import died of, nothing where it succeeded; with `layers` where the layers come from then."""
    try:
        load(path)
    except BaseException as error:
        words = " ".join(str(error).split())
        return "" if layers else f"{type(error).__name__}: {words}"[:MOST]
    return home_of_layers() if layers else ""


def home_of_layers() -> str:
    module = importlib.import_module("tensorflow").compat.v1.layers
    try:
        return str(module.BatchNormalization.__module__)
    except AttributeError:
        return ""


def load(path: str) -> None:
    """Import the file under its dotted name, or by its path where it has none."""
    parts = path[: -len(".py")].split("/")
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    if all(part.isidentifier() for part in parts):
        importlib.import_module(".".join(parts))
        return
    spec = importlib.util.spec_from_file_location("imported_file", path)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


if __name__ == "__main__":
    main()
