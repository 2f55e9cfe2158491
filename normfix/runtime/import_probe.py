"""Runs inside the interpreter of the user's project: imports modules of the project, some of them with other text.

Standard library, Python 3.7 syntax. The request is JSON on stdin, each answer a line of JSON behind MARK on what was
stdout. What the modules print goes nowhere. No file is written: a module whose text is in `texts` is compiled from it.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import traceback
from importlib.machinery import SourceFileLoader

MARK = "normfix-answer:"


def use_texts(texts: dict[str, str]) -> None:
    """Compile these files (real path -> text) from their texts, whatever the disk and its compiled files say."""
    original = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, fullname: str):  # type: ignore[no-untyped-def]
        path = loader.get_filename(fullname)
        text = texts.get(os.path.realpath(path))
        if text is None:
            return original(loader, fullname)
        return loader.source_to_code(text.encode("utf-8"), path)

    SourceFileLoader.get_code = get_code  # type: ignore


def import_one(name: str, path: str) -> None:
    """Import a module by its name, or, where that is none or leads to another file, straight from its file."""
    if all(part.isidentifier() for part in name.split(".")):
        module = importlib.import_module(name)
        if os.path.realpath(getattr(module, "__file__", None) or path) == os.path.realpath(path):
            return
    spec = importlib.util.spec_from_file_location("normfix_imported", path)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def words_of(error: BaseException) -> str:
    """An exception in one line."""
    if isinstance(error, SystemExit):
        return f"it ends the program while it is imported (SystemExit: {error.code})"
    lines = "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()
    return lines[-1] if isinstance(error, SyntaxError) else " ".join(line.strip() for line in lines)


def main() -> None:
    """Answer for each module in turn: its path and why it cannot be imported, None where it can."""
    answers, nowhere = os.fdopen(os.dup(1), "w"), os.open(os.devnull, os.O_RDWR)
    request = json.load(sys.stdin)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    sys.dont_write_bytecode = True
    sys.argv[:] = [""]
    sys.path[:0] = request["folders"]
    use_texts(request["texts"])
    for name, path in request["modules"]:
        words = None
        try:
            import_one(name, path)
        except BaseException as error:
            words = words_of(error)
        answers.write(f"{MARK}{json.dumps([path, words])}\n")
        answers.flush()
    os._exit(0)  # what the modules left running ends with them


if __name__ == "__main__":
    main()
