"""Prints the public names of Keras on the installed TensorFlow as TOML, for `rules/surface.toml`.

A stand-alone file for the interpreter that has TensorFlow: standard library and tensorflow only, Python 3.7 syntax.
Run `python normfix/runtime/surface.py > rules/surface.toml` after an upgrade.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from types import ModuleType

ROOTS = ("keras", "tensorflow.keras", "tf_keras")
PRIVATE = ("src", "api")
HEADER = """\
# The public names of Keras as recorded on {versions}.
# Generated; run `python normfix/runtime/surface.py > rules/surface.toml` with that TensorFlow to make it anew.

family = "surface"
title = "Public names on the newest release"

[surface]"""


def public_names(module: ModuleType) -> list[str]:
    """The names of a module that are not private, sorted."""
    return sorted(name for name in dir(module) if not name.startswith("_") and name not in PRIVATE)


def importable(path: str) -> bool:
    """Whether `import path` works."""
    try:
        importlib.import_module(path)
    except ImportError:
        return False
    return True


def collect(path: str, surface: dict[str, list[str]]) -> None:
    """Record the names of the module `path` and of every public module below it."""
    module = importlib.import_module(path)
    surface[path] = public_names(module)
    for name in surface[path]:
        child = f"{path}.{name}"
        if isinstance(getattr(module, name, None), ModuleType) and importable(child):
            collect(child, surface)


def versions() -> str:
    """The releases that were looked at, for the header."""
    found = []
    for package in ("tensorflow", "keras", "tf_keras"):
        if importable(package):
            found.append(f"{package} {sys.modules[package].__version__}")
    return ", ".join(found)


def main() -> None:
    """Print the surface of each root that is installed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    importlib.import_module("tensorflow")
    surface: dict[str, list[str]] = {}
    for root in ROOTS:
        if importable(root):
            collect(root, surface)
    print(HEADER.format(versions=versions()))
    for path in sorted(surface):
        print(f"{json.dumps(path)} = {json.dumps(surface[path])}")


if __name__ == "__main__":
    main()
