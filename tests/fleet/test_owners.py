"""CODEOWNERS, as GitHub and GitLab read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.fleet.owners import read_owners

_FILE = """\
# The last line that fits decides.
*           @all
/models/    @models @me@example.org   # both
*.ipynb     @notebooks
models/free
!models/x.py @nobody
with\\ blank @blank
[Documents][2] @docs
docs/
docs/api/   @api
"""


def test_without_a_file(tmp_path: Path) -> None:
    assert read_owners(tmp_path).of("a.py") == ()


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("a.py", ("@all",)),
        ("models/x.py", ("@models", "@me@example.org")),
        ("other/models/x.py", ("@all",)),
        ("models/x.ipynb", ("@notebooks",)),
        ("models/free/x.py", ()),
        ("docs/x.py", ("@docs",)),
        ("docs/api/x.py", ("@api",)),
    ],
)
@pytest.mark.parametrize("place", [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"])
def test_owners(tmp_path: Path, place: str, path: str, owners: tuple[str, ...]) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text(_FILE)
    assert read_owners(tmp_path).of(path) == owners
