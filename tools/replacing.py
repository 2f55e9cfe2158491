"""A recorded file is replaced as a whole or not at all: a run that ends half-way leaves what was recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def replace_file(target: Path, text: str, check: Callable[[Path], object] | None = None) -> None:
    """Put a text in the place of a file; `check` is shown it first, and what it raises keeps the old one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        if check is not None:
            check(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
