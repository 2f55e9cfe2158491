"""Records the public names of Keras, and the arguments of its normalization layers, as TOML: `rules/surface.toml`.

A stand-alone file for the interpreter that has TensorFlow: standard library and tensorflow only, Python 3.7 syntax.
Run `python -m tools.surface rules/surface.toml` after an upgrade: the file is written whole or, where
one of the Keras is missing or anything fails, not at all. Without a file the text is printed.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import sys
from types import ModuleType

ROOTS = ("keras", "tensorflow.keras", "tf_keras")
PRIVATE = ("src", "api")
LAYERS = (
    "BatchNormalization",
    "GroupNormalization",
    "LayerNormalization",
    "Normalization",
    "RMSNormalization",
    "SpectralNormalization",
    "UnitNormalization",
)
FUNCTIONS = (
    "tensorflow.linalg.l2_normalize",
    "tensorflow.math.l2_normalize",
    "tensorflow.nn.batch_norm_with_global_normalization",
    "tensorflow.nn.l2_normalize",
    "tensorflow.nn.moments",
    "tensorflow.nn.sufficient_statistics",
    "tensorflow.nn.weighted_moments",
)
REFUSALS = ("Unrecognized keyword", "not understood", "unexpected keyword", "multiple values")
HEADER = """\
# The public names of Keras as recorded on {versions}.
# Generated; run `python -m tools.surface rules/surface.toml` with that TensorFlow to make it anew.

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


def arguments(module: ModuleType, name: str) -> list[str]:
    """The keywords that a layer's constructor takes, each one tried: what a signature hides in ** is found too."""
    layer = getattr(module, name)
    wrapped = {"layer": module.Dense(2)} if name == "SpectralNormalization" else {}
    known = set(wrapped)
    for keyword in candidates(layer):
        try:
            layer(**wrapped, **{keyword: None})
        except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
            # Any other complaint is about the value None: the keyword itself was taken.
            if any(words in str(error) for words in REFUSALS):
                continue
        known.add(keyword)
    return sorted(known)


def order(path: str) -> list[str]:
    """The parameters of a callable that an argument without a name may be, in the order of its signature."""
    home, _, name = path.rpartition(".")
    found = getattr(importlib.import_module(home), name)
    function = vars(found)["__init__"] if isinstance(found, type) else found
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [one.name for one in inspect.signature(function).parameters.values() if one.kind in kinds]
    return [one for one in names if one != "self"]


def candidates(layer: type) -> set[str]:
    """Every word that the constructors of a layer and of its bases name, as a parameter or as a text."""
    found = {"data_format", "decay", "training"}
    for base in layer.__mro__:
        function = base.__dict__.get("__init__")
        if function is None or not hasattr(inspect.unwrap(function), "__code__"):
            continue
        function = inspect.unwrap(function)
        found.update(inspect.signature(function).parameters)
        for constant in function.__code__.co_consts:
            texts = constant if isinstance(constant, (tuple, frozenset)) else (constant,)
            found.update(text for text in texts if isinstance(text, str) and text.isidentifier())
    return {word for word in found if word not in ("self", "args", "kwargs")}


def versions() -> str:
    """The releases that were looked at, for the header."""
    found = []
    for package in ("tensorflow", "keras", "tf_keras"):
        if importable(package):
            found.append(f"{package} {sys.modules[package].__version__}")
    return ", ".join(found)


def recorded() -> str:
    """The surface of every root. Raises ImportError for one that is not installed: its names would be lost."""
    importlib.import_module("tensorflow")
    surface: dict[str, list[str]] = {}
    for root in ROOTS:
        importlib.import_module(root)
        collect(root, surface)
    lines = [HEADER.format(versions=versions())]
    lines += [f"{json.dumps(path)} = {json.dumps(surface[path])}" for path in sorted(surface)]
    lines.append("\n# The keywords that the constructors take, tried one by one.\n[arguments]")
    layers: list[str] = []
    for root in ROOTS:
        for name in LAYERS:
            if name in surface.get(f"{root}.layers", ()):
                path = f"{root}.layers.{name}"
                layers.append(path)
                lines.append(f"{json.dumps(path)} = {json.dumps(arguments(sys.modules[root + '.layers'], name))}")
    lines.append("\n# What an argument without a name is, by its place.\n[positional]")
    lines += [f"{json.dumps(path)} = {json.dumps(order(path))}" for path in (*layers, *FUNCTIONS)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the surface, or put it in place of a file."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    text = recorded()
    if len(sys.argv) == 1:
        sys.stdout.write(text)
        return
    part = sys.argv[1] + ".part"
    with open(part, "w", encoding="utf-8") as file:  # noqa: PTH123 (alone with the standard library)
        file.write(text)
    os.replace(part, sys.argv[1])  # noqa: PTH105


if __name__ == "__main__":
    main()
