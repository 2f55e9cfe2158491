"""Reads every file below some folders as code, docstrings included, and writes it back: no byte may differ.

    python benchmarks/round_trip.py .venv/lib/python3.11/site-packages/keras ...

Says how many files and code blocks were read, and how many blocks are no Python; ends with 1 where a file differs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from normfix.source.documents import read_document
from normfix.source.parts import PartsText
from normfix.source.text import TextError

_KINDS = frozenset({".py", ".pyi", ".ipynb", ".md", ".rst"})


def main(folders: list[str]) -> int:
    read = unreadable = size = blocks = broken = 0
    different: list[Path] = []
    for file in _files(folders):
        data = file.read_bytes()
        try:
            source = read_document(data, str(file), docstrings=True)
        except TextError:
            unreadable += 1
            continue
        read, size = read + 1, size + len(data)
        if isinstance(source, PartsText):
            blocks, broken = blocks + len(source.parts), broken + len(source.broken)
        if source.encode(source.text) != data:
            different.append(file)
            print(f"differs: {file}")
    print(f"{read:,} files, {size / 1e6:.1f} MB, {unreadable} in no encoding that they declare")
    print(
        f"{blocks:,} cells, blocks and modules with examples, {broken} of them no Python; {len(different)} files differ"
    )
    return 1 if different else 0


def _files(folders: list[str]) -> Iterator[Path]:
    for folder in folders:
        yield from (one for one in sorted(Path(folder).rglob("*")) if one.suffix in _KINDS and one.is_file())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
