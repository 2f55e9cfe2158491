"""Programs whose fixes need `--unsafe-fixes`, beside what a person wrote for each: both print the same numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.files import FIXTURES, endings, fixed, normfix

PROGRAMS = sorted((FIXTURES / "unsafe_fixes").glob("*.before.py"))
COMPARED = '''
import ast, contextlib, io
import numpy


def printed(path):
    """What a program says after RESULT, line by line."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), open(path) as program:
        exec(compile(program.read(), path, "exec"), {{"__name__": "program"}})
    return [ast.literal_eval(line[7:]) for line in out.getvalue().splitlines() if line.startswith("RESULT")]


made, right = printed({made!r}), printed({right!r})
assert right and len(made) == len(right)
for one, other in zip(made, right):
    numpy.testing.assert_allclose(one, other, rtol=1e-3, atol=2e-3)
'''


def named(file: Path) -> str:
    return file.name.removesuffix(".before.py")


def right(file: Path) -> Path:
    return file.with_name(f"{named(file)}.right.py")


@pytest.mark.parametrize("file", PROGRAMS, ids=named)
def test_nothing_is_left_and_nothing_changes_again(file: Path) -> None:
    after = fixed(file, unsafe=True)
    again = normfix(file, after, fix=True, unsafe=True)
    assert again.findings == ()
    assert again.fixed_text is None


@pytest.mark.parametrize("file", PROGRAMS, ids=named)
def test_what_is_not_safe_says_what_to_mind(file: Path) -> None:
    fixes = [one.fix for one in normfix(file).findings if one.fix is not None]
    assert any(fix.notes for fix in fixes if fix.applicability.value == "unsafe")


@pytest.mark.parametrize("file", PROGRAMS, ids=named)
def test_what_a_person_wrote_is_clean(file: Path) -> None:
    assert normfix(right(file)).findings == ()


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """How each comparison ends, and each program as it was."""
    folder = tmp_path_factory.mktemp("unsafe")
    files = []
    for file in PROGRAMS:
        made = folder / file.name
        made.write_bytes(fixed(file, unsafe=True))
        compared = folder / f"{named(file)}.py"
        compared.write_text(COMPARED.format(made=str(made), right=str(right(file))), encoding="utf-8")
        files.append(compared)
    found = endings([*files, *PROGRAMS], folder)
    return {file.name: error for file, error in found.items()}


@pytest.mark.tensorflow
@pytest.mark.parametrize("file", PROGRAMS, ids=named)
def test_the_numbers_are_those_of_what_a_person_wrote(file: Path, ended: dict[str, str | None]) -> None:
    assert ended[f"{named(file)}.py"] is None


@pytest.mark.tensorflow
@pytest.mark.parametrize("file", PROGRAMS, ids=named)
def test_the_program_as_it_was_fails(file: Path, ended: dict[str, str | None]) -> None:
    assert ended[file.name] is not None
