"""The code in `fixtures/`, what it says it expects, and what normfix makes of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from normfix.scan.finding import Finding
from normfix.schema import shipped_table
from normfix.session import FileResult, Options, scan_text
from normfix.text import SourceText, decode

FIXTURES = Path(__file__).parent.parent / "fixtures"

_EXPECT = re.compile(r"# expect: (?P<all>.*)$", re.MULTILINE)
_ONE = re.compile(r'(?P<code>NF\d{3}) "(?P<text>.*?)"(?=; NF|$)')

Seen = tuple[int, str, str]
"""Line, code, and the first line of the code that a finding is about."""


def normfix(file: Path, data: bytes | None = None, *, fix: bool = False, unsafe: bool = False) -> FileResult:
    """The result of a run over one file, or over other bytes in its place."""
    options = Options(fix=fix, unsafe_fixes=unsafe)
    return scan_text(file.read_bytes() if data is None else data, str(file), shipped_table(), options)


def fixed(file: Path, *, unsafe: bool) -> bytes:
    """The bytes of a file after its fixes."""
    result = normfix(file, fix=True, unsafe=unsafe)
    assert result.source is not None
    text = result.source.text if result.fixed_text is None else result.fixed_text
    return result.source.encode(text)


def expected(file: Path) -> list[Seen]:
    """What the `# expect:` comments of a file ask for."""
    source = decode(file.read_bytes(), str(file))
    wanted: list[Seen] = []
    for comment in _EXPECT.finditer(source.text):
        line = source.position(comment.start()).line
        found = [(line, one["code"], one["text"]) for one in _ONE.finditer(comment["all"].rstrip())]
        assert found, f"{file}:{line}: the comment says nothing"
        wanted += found
    return wanted


def seen(source: SourceText, findings: Iterable[Finding]) -> list[Seen]:
    """Findings in the form that the comments have."""
    return [(one.start.line, one.code, _text(source, one)) for one in findings]


def _text(source: SourceText, finding: Finding) -> str:
    line = source.line(finding.start.line)
    end = finding.end.column - 1 if finding.end.line == finding.start.line else len(line)
    return line[finding.start.column - 1 : end]


def endings(files: Sequence[Path], folder: Path, python: str = sys.executable) -> dict[Path, str | None]:
    """Run files on an interpreter's TensorFlow: None for each that ran, else its error."""
    answer = folder / "endings.json"
    command = [python, str(FIXTURES / "execute.py"), str(answer), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    return {Path(file): error for file, error in json.loads(answer.read_text()).items()}
