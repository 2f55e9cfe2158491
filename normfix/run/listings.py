"""Which names a folder holds, as far as they can change what is found: a new time alone says nothing of them."""

from __future__ import annotations

import os

from normfix.source.folders import PROJECT_MARKS

_PASSING = (".pyc", ".pyo", ".swp", ".tmp", "~")
"""How the names of files end that come and go while others are written."""


def listing(folder: str) -> bytes:
    """Stands for the names of the files and folders in a folder that may be modules, settings or marks of a project."""
    from hashlib import blake2b  # noqa: PLC0415 - an unchanged tree needs none

    try:
        with os.scandir(folder or ".") as entries:
            names = sorted((one.name, one.is_dir(), one.is_symlink()) for one in entries if _counts(one.name))
    except OSError:
        return b""
    return blake2b(repr(names).encode(errors="replace"), digest_size=16).digest()


def _counts(name: str) -> bool:
    hidden = name.startswith(".") or name == "__pycache__"
    return name in PROJECT_MARKS or not (hidden or name.endswith(_PASSING))
