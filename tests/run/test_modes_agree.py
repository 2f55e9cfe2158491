"""One tree has one answer: from any cache, by any number of workers, in any order, as a folder, by name or piped."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from normfix.checks.finding import Finding
from normfix.run.cache import ResultCache
from normfix.run.options import Options
from normfix.run.session import scan_text
from normfix.table.load import shipped_table
from tests.conftest import Command
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
    documents,
    findings,
    programs,
    written,
)

ROOT = Path(__file__).parents[2]
SETTLED = 1_000_000_000
PACKAGES = ("pkg/__init__.py", "pkg/compat/__init__.py", "keras/__init__.py")

held = st.builds(lambda holder, module: holder.format(m=module), st.sampled_from(HOLDERS), st.sampled_from(MODULES))
shared = st.builds(
    lambda text, start, one: text.replace("{i}", start).replace("{h}", one),
    st.sampled_from(SHARED),
    st.sampled_from(IMPORTS),
    held,
)
taken = st.builds(
    lambda text, one, use: text.replace("{h}", one) + use,
    st.sampled_from(TAKEN),
    held,
    st.sampled_from((*USES, *DIRECT)),
)
clean = st.sampled_from(("", "import os\n", "from .compat import *\n", "from .user import *\n", "def broken(:\n"))
users = documents("pkg/user pkg/other", st.one_of(taken, programs, clean))
files_of_a_project = st.one_of(
    st.tuples(st.sampled_from(("pkg/compat.py", "pkg/deep.py")), shared.map(str.encode)),
    st.tuples(
        st.sampled_from(("pkg/__init__.py", "pkg/compat/__init__.py", "keras/__init__.py")), clean.map(str.encode)
    ),
    users,
)
STARTS = """\
import tensorflow as tf
from pkg import compat, deep, other, user

y = tf.layers.batch_normalization(tf.placeholder(tf.float32, [None, 4]))
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
"""

projects = st.lists(files_of_a_project, min_size=3, max_size=6).map(dict)
"""Programs of a few files that take names from each other; some do not parse, some names lead nowhere."""

changes = st.lists(st.tuples(st.integers(0, 5), files_of_a_project), max_size=3)
"""Which file goes, or is called otherwise, and which one comes or is another one from now on."""


def changed(files: Mapping[str, bytes], how: Sequence[tuple[int, tuple[str, bytes]]]) -> dict[str, bytes]:
    after = dict(files)
    for number, (name, data) in how:
        if number < len(files):
            gone = after.pop(list(files)[number], None)
            after[name] = data if gone is None or number % 2 else gone
        else:
            after[name] = data
    return after


def kept(files: list[Path], folder: Path) -> dict[str, tuple[Finding, ...]]:
    return findings(files, Options(workers=1, cache=ResultCache(str(folder))))


@bounded
@given(projects, changes, st.booleans())
def test_a_cache_that_is_cold_warm_or_half_of_another_tree(
    tmp_path: Path, project: Mapping[str, bytes], how: list[tuple[int, tuple[str, bytes]]], young: bool
) -> None:
    cache, tree = tmp_path / "cache", tmp_path / "tree"
    for old in cache.glob("run-*"):
        old.unlink()
    for number, state in enumerate((project, changed(project, how), project)):
        files = written(tree, state)
        for file in files if not young else ():
            os.utime(file, (SETTLED + number, SETTLED + number))
        alone = findings(files)
        assert kept(files, cache) == alone, (number, state)
        assert kept(files, cache) == alone, (number, state)


@bounded
@given(projects)
def test_a_folder_its_files_by_name_in_any_order_and_piped(tmp_path: Path, project: Mapping[str, bytes]) -> None:
    files = written(tmp_path, project)
    named = Options(workers=1, named=frozenset(map(str, files)))
    by_name = findings(files, named)
    assert findings(files[::-1], named) == by_name
    piped = {path: scan_text(path.read_bytes(), str(path), shipped_table(), Options()).findings for path in files}
    assert {str(path): found for path, found in piped.items() if found} == by_name
    # A file of a folder that nobody can parse is passed over where its bytes say that there is nothing to find.
    folder = findings(files)
    passed_over = {path for path, found in by_name.items() if path not in folder and found[0].code == "NF001"}
    assert folder == {path: found for path, found in by_name.items() if path not in passed_over}


@settings(bounded, max_examples=4)
@given(st.lists(projects, min_size=40, max_size=40, unique_by=str))
def test_projects_beside_each_other_in_one_process_and_in_two(
    tmp_path: Path, neighbours: list[Mapping[str, bytes]]
) -> None:
    files = {f"{number}/{name}": data for number, one in enumerate(neighbours) for name, data in one.items()}
    paths = written(tmp_path, files)
    together = findings(paths)
    assert findings(paths, Options(workers=2)) == together
    assert findings(paths[::-1], Options(workers=3)) == together
    apart = (findings([path for path in paths if path.is_relative_to(tmp_path / str(number))]) for number in range(40))
    assert {path: found for one in apart for path, found in one.items()} == together


@settings(bounded, max_examples=60)
@given(projects)
def test_a_graph_program_with_the_prefilter_and_without(tmp_path: Path, project: Mapping[str, bytes]) -> None:
    # What starts the program makes all of it one that has to change, whatever the bytes of a file tell.
    files = written(tmp_path, {**project, "train.py": STARTS.encode()})
    for fix in (False, True):
        quick = findings(files, Options(workers=1, strategy="legacy", fix=fix))
        assert quick == findings(files, Options(workers=1, strategy="legacy", fix=fix, full=True))


def test_many_files_in_one_process_and_in_two(tmp_path: Path) -> None:
    files = []
    for number in range(140):
        file = tmp_path / f"m{number}.py"
        file.write_text(IMPORTS[number % len(IMPORTS)] + "L = tf.layers\n" + USES[number % len(USES)])
        files.append(file)
    one = findings(files)
    assert one
    assert one == findings(files[::-1], Options(workers=2))


def test_the_command_says_the_same_in_every_mode(tmp_path: Path, normfix: Command) -> None:
    texts = [start + "L = tf.layers\n" + use for start, use in zip(IMPORTS * 2, USES, strict=False)]
    layouts = sorted(LAYOUTS)
    tree: dict[str, bytes] = {f"clean/c{number}.py": b"import os\n" for number in range(110)}
    for number, text in enumerate(texts):
        name, data = LAYOUTS[layouts[number % len(layouts)]](text)
        tree[f"code/m{number}{Path(name).suffix}"] = data
    tree["pyproject.toml"] = b'[tool.normfix]\ninclude = ["*.py", "*.ipynb", "*.md", "*.rst"]\n'
    written(tmp_path, tree)
    del tree["pyproject.toml"]
    names = sorted(tree)

    def said(*arguments: str, stdin: bytes = b"") -> list[str]:
        done = normfix("check", "--output-format", "json", *arguments, stdin=stdin)
        assert done.returncode in (0, 1), done.stderr
        return sorted(json.dumps(one, sort_keys=True) for one in json.loads(done.stdout))

    first = said("--no-cache", ".")
    assert len(first) > 20
    again = [["--no-prefilter", "."], ["."], ["."], names[::-1], ["--no-cache", *names], ["code", "clean"]]
    assert [said(*arguments) == first for arguments in again] == [True] * len(again)
    piped = [one for name in names[-3:] for one in said("--stdin-filename", name, "-", stdin=tree[name])]
    assert sorted(piped) == [one for one in first if json.loads(one)["filename"].endswith(tuple(names[-3:]))]
    # Some files are others, go and come: what is remembered of the rest must not tell.
    for old, new in zip(names[-6:-3], names[:3], strict=True):
        (tmp_path / new).write_bytes(tree[old] if new.endswith(old[-3:]) else b"import tf.layers\n")
        (tmp_path / old).unlink()
    (tmp_path / names[-2]).rename(tmp_path / f"code/renamed{Path(names[-2]).suffix}")
    half = said(".")
    assert half == said("--no-cache", ".") == said(".") != first
