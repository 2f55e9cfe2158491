"""What a compiler dies of is known before; what is only long is no such thing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from normfix.source.deep import survives
from normfix.source.downlevel import downlevel

FLAT = {
    "table": "x = {\n" + "    'a': [1, (2, 3)],\n" * 20_000 + "}\n",
    "lines": "x = 1\n" * 50_000,
    "elif": "if a:\n    pass\n" + "elif a:\n    pass\n" * 2000,
    "text": "x = '''" + "(a for b in c) - - not not\n" * 5000 + "'''\n",
    "brackets": "x = " + "(" * 90 + "1" + ")" * 90 + "\n",
    "arguments": "f(" + "a, " * 20_000 + ")\n",
}
CLAUSES = "x = [" + "a " + "for a in b " * 200_000 + "]\n"
NESTED = "x = " + "[a for a in [b] if " * 60 + "c" + "]" * 60 + "\n"
UNREAD = {
    "minus": "x = " + "- " * 10_000 + "1",
    "not": "x = " + "not " * 10_000 + "1",
    "power": "x = " + "a ** " * 10_000 + "a",
    "choice": "x = " + "a if b else " * 10_000 + "a",
    "brackets": "x = " + "(" * 3000 + "1" + ")" * 3000,
}


@pytest.mark.parametrize("kind", FLAT)
def test_what_is_only_long_is_read(kind: str) -> None:
    assert survives(FLAT[kind])
    assert survives(FLAT[kind], parsing=False)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing can be tried without a fork")
@pytest.mark.parametrize("code", [CLAUSES, NESTED])
def test_what_ends_a_compiler_is_known_before(tmp_path: Path, code: str) -> None:
    file = tmp_path / "a.py"
    file.write_text(code)
    whole = f"compile(open({str(file)!r}).read(), 'a', 'exec')"
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, check=False)
    assert survives(code, parsing=False) == (done.returncode >= 0)


@pytest.mark.parametrize("kind", UNREAD)
def test_what_libcst_would_take_minutes_for_is_not_given_to_it(kind: str) -> None:
    before = os.times().children_user
    assert downlevel(UNREAD[kind]) is None
    assert os.times().children_user == before
