"""Coverage-guided fuzzing of what reads files and texts that others wrote.

    python -m tools.fuzz READER SECONDS [CORPUS]

READER is one of `python`, `notebook`, `markdown`, `restructured`, `rules`, `settings` and `explain`. Needs atheris
(`pip install atheris`), which is no dependency of normfix. What is worth keeping stays in the folder CORPUS, where
there is one; an input that fails is written to `crash-...` in the working directory.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from normfix.api.explanation import explain
from normfix.config.errors import UserError
from normfix.config.settings import read_settings
from normfix.run.options import Options
from normfix.run.session import scan_text
from normfix.source.documents import read_document
from normfix.source.text import TextError
from normfix.table.load import shipped_table
from normfix.table.read_rules import Draft, read_file

FIXTURES = Path(__file__).parent.parent / "fixtures"
LONGEST = 4096


def main() -> int:
    """Fuzz one reader; ends the process itself, with the status of libFuzzer."""
    reader, seconds, *corpus = sys.argv[1:]
    try:
        import atheris  # noqa: PLC0415 - only who fuzzes has it
    except ImportError:
        print("tools.fuzz needs atheris: pip install atheris", file=sys.stderr)
        return 2
    shipped_table()
    with TemporaryDirectory() as folder:
        ask = READERS[reader]
        seeds = Path(folder, "seeds")
        seeds.mkdir()
        for number, text in enumerate(seeds_of(reader)):
            (seeds / str(number)).write_bytes(text)
        work = Path(folder, "work")
        work.mkdir()
        atheris.instrument_all()
        arguments = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=30", "-print_final_stats=1"]
        atheris.Setup(
            [sys.argv[0], *arguments, *(corpus or [folder + "/work"]), str(seeds)], lambda data: ask(data, work)
        )
        atheris.Fuzz()
    return 0


def _document(name: str) -> Callable[[bytes, Path], None]:
    def ask(data: bytes, folder: Path) -> None:
        """Read, put back, and fix a document: what is not changed is the same bytes."""
        path = str(folder / name)
        try:
            source = read_document(data, path, docstrings=True)
        except TextError:
            source = None
        if source is not None and source.encode(source.text) != data:
            raise AssertionError(f"{name} comes back as other bytes")
        result = scan_text(
            data, path, shipped_table(), Options(fix=True, unsafe_fixes=True, docstrings=True, full=True)
        )
        if any(finding.code == "NF009" for finding in result.findings):
            raise AssertionError(f"the fixes of {name} do not hold")

    return ask


def _read_file(read: Callable[[Path], object], name: str) -> Callable[[bytes, Path], None]:
    def ask(data: bytes, folder: Path) -> None:
        """Read a file; it is taken or refused in words."""
        file = folder / name
        file.write_bytes(data)
        try:
            read(file)
        except UserError as error:
            if not str(error):
                raise AssertionError("refused without a word") from error

    return ask


def _explain(data: bytes, _: Path) -> None:
    """Explain a text, or say that nothing is known of it."""
    try:
        explain(data.decode("utf-8", "surrogateescape"))
    except UserError as error:
        if not str(error):
            raise AssertionError("refused without a word") from error


READERS: Mapping[str, Callable[[bytes, Path], None]] = {
    "python": _document("m.py"),
    "notebook": _document("m.ipynb"),
    "markdown": _document("m.md"),
    "restructured": _document("m.rst"),
    "rules": _read_file(lambda file: read_file(file, Draft()), "rules.toml"),
    "settings": _read_file(read_settings, "pyproject.toml"),
    "explain": _explain,
}


def seeds_of(reader: str) -> list[bytes]:
    """What the fuzzer starts from: fixtures that are short enough."""
    root = FIXTURES.parent
    found = {
        "python": sorted(FIXTURES.glob("rules/*/*.py")),
        "notebook": sorted(FIXTURES.glob("**/*.ipynb")),
        "markdown": [*sorted(root.glob("docs/how-to/*.md")), *sorted(root.glob("docs/rules/*.md"))],
        "restructured": sorted(FIXTURES.glob("**/*.rst")),
        "rules": sorted(root.glob("rules/*.toml")),
        "settings": [root / "pyproject.toml"],
        "explain": [],
    }[reader]
    errors = [text.encode() for rule in shipped_table().rules.values() for text in rule.errors]
    texts = errors if reader == "explain" else [file.read_bytes() for file in found]
    whole = [text for text in texts if len(text) <= LONGEST]
    return [*whole[:200], *(text[:LONGEST] for text in texts[:20]), *_WRITTEN.get(reader, ())]


_CODE = b"import tensorflow as tf\ny = tf.layers.batch_normalization(x, training=True)\n"
_WRITTEN: Mapping[str, tuple[bytes, ...]] = {
    "python": (
        b'def f():\n    """\n    >>> import tensorflow as tf\n    >>> tf.layers.batch_normalization(x)\n    """\n',
    ),
    "notebook": (
        b'{"cells": [{"cell_type": "code", "source": ["%matplotlib inline\\n", "import keras"], "outputs": []}],'
        b' "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        b'{"worksheets": [{"cells": [{"cell_type": "code", "input": "import keras"}]}], "metadata": {}, "nbformat": 3}',
    ),
    "markdown": (
        b"- a\n\n  ```python title='x'\n  " + _CODE.replace(b"\n", b"\n  ") + b"```\n> ```pycon\n> >>> x\n> ```\n",
    ),
    "restructured": (
        b".. code-block:: python\n\n   " + _CODE.replace(b"\n", b"\n   ") + b"\n\n>>> x = 3\n",
        b"Text::\n\n  x = 3\n",
    ),
    "settings": (
        b'[tool.normfix]\nselect = ["NF"]\nignore = ["NF004"]\nper-file-ignores = { "a/*.py" = ["NF4"] }\n'
        b'strategy = "keras"\ninclude = ["*.md"]\ntarget-version = "tensorflow>=2.12"\nextend-rules = ["a.toml"]\n',
    ),
    "explain": (
        b"cannot import name 'BatchNormalization' from 'keras.layers.normalization' (/a/b.py)",
        b'  File "a.py", line 3',
    ),
}


if __name__ == "__main__":
    sys.exit(main())
