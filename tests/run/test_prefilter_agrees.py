"""The quick way and the slow way agree: the same findings with and without the prefilter, whatever the spelling."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normfix.run.options import Options
from tests.run.generated import (
    DIRECT,
    HOLDERS,
    IMPORTS,
    LAYOUTS,
    MODULES,
    SHARED,
    TAKEN,
    USES,
    bounded,
    findings,
    placed,
    programs,
    wide,
    written,
)

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "cases"

FULL = Options(workers=1, full=True)


def same(folder: Path, files: Mapping[str, bytes]) -> None:
    paths = written(folder, files)
    assert findings(paths) == findings(paths, FULL), files


def test_the_letters_are_the_same_to_python() -> None:
    text = "".join((*USES, *DIRECT))
    assert wide(text) != text
    assert unicodedata.normalize("NFKC", wide(text)) == text


@bounded
@given(programs, st.sampled_from(sorted(LAYOUTS)))
def test_one_file(tmp_path: Path, program: str, layout: str) -> None:
    name, data = LAYOUTS[layout](program)
    same(tmp_path, {name: data})


@bounded
@given(placed, st.sampled_from(sorted(LAYOUTS)))
def test_any_place_of_an_expression(tmp_path: Path, program: str, layout: str) -> None:
    name, data = LAYOUTS[layout](program)
    same(tmp_path, {name: data})


@bounded
@given(
    st.sampled_from(IMPORTS),
    st.sampled_from(MODULES),
    st.sampled_from(HOLDERS),
    st.sampled_from(SHARED),
    st.sampled_from(TAKEN),
    st.sampled_from((*USES, *DIRECT)),
    st.sampled_from(sorted(LAYOUTS)),
)
def test_several_files(
    tmp_path: Path, start: str, module: str, holder: str, shared: str, taken: str, use: str, layout: str
) -> None:
    held = holder.format(m=module)
    name, data = LAYOUTS[layout](taken.replace("{h}", held) + use)
    folder = tmp_path / "pkg"
    files = {
        "__init__.py": b"",
        "deep.py": start.encode(),
        "compat.py": shared.replace("{i}", start).replace("{h}", held).encode(),
        name.replace("m.", "user."): data,
    }
    same(folder, files)


def test_fixtures() -> None:
    files = sorted(path for path in (ROOT / "fixtures").rglob("*") if path.suffix in (".py", ".ipynb"))
    assert findings(files) == findings(files, FULL)


ENDS_A_RUN = frozenset({"d13_case_and_except_star"})
"""Faults of single files that a run of its own is about."""


@pytest.mark.skipif(not CASES.is_dir(), reason="no cases beside the project")
def test_cases() -> None:
    for case in sorted(one for one in CASES.iterdir() if one.is_dir() and one.name not in ENDS_A_RUN):
        files = sorted(path for path in case.rglob("*") if path.suffix in (".py", ".ipynb") and path.is_file())
        assert findings(files) == findings(files, FULL), case.name
