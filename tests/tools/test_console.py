"""What stands below the commands of the pages is what they print today."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.console import DOCS, ROOT, commands, pages, refreshed

PAGES = [page.relative_to(DOCS).as_posix() for page in pages()]
OLD = "from keras.layers.normalization import BatchNormalization\n"


def page(*blocks: str) -> str:
    return "# A page\n\n<!-- in project -->\n" + "".join(f"\n```console\n{block}```\n" for block in blocks)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "old.py").write_text(OLD)
    return tmp_path


def test_a_page_without_commands_stays(root: Path) -> None:
    text = "# A page\n\n```sh\nrm -r project\n```\n"
    assert refreshed(text, root, tensorflow=True) == text


def test_what_is_printed_is_written_and_the_folder_stays(root: Path) -> None:
    text = page("$ cat old.py\nsomething else\n$ rm old.py\n", "$ ls\nold.py\n")
    wanted = page(f"$ cat old.py\n{OLD}$ rm old.py\n", "$ ls\n")
    assert refreshed(text, root, tensorflow=False) == wanted
    assert (root / "project" / "old.py").read_text() == OLD


def test_blocks_share_a_shell_and_the_status_is_handed_on(root: Path) -> None:
    text = page("$ mkdir in && cd in\n$ false\n$ echo $?\n", "$ basename $PWD; echo wrong >&2\n")
    wanted = page("$ mkdir in && cd in\n$ false\n$ echo $?\n1\n", "$ basename $PWD; echo wrong >&2\nin\nwrong\n")
    assert refreshed(text, root, tensorflow=False) == wanted


def test_the_same_command_may_print_two_things(root: Path) -> None:
    text = page("$ ls\n$ rm old.py\n$ ls\n")
    assert refreshed(text, root, tensorflow=False) == page("$ ls\nold.py\n$ rm old.py\n$ ls\n")


def test_what_needs_tensorflow_may_be_left_alone(root: Path) -> None:
    text = page("$ python -c 'print(1)'\nas it was\n$ echo 2\n")
    assert refreshed(text, root, tensorflow=False) == page("$ python -c 'print(1)'\nas it was\n$ echo 2\n2\n")
    assert refreshed(text, root, tensorflow=True) == page("$ python -c 'print(1)'\n1\n$ echo 2\n2\n")


def test_a_block_without_a_folder_is_an_error(root: Path) -> None:
    with pytest.raises(ValueError, match="before the folder"):
        refreshed("\n```console\n$ ls\n```\n", root, tensorflow=False)


def test_a_shell_that_ends_early_is_an_error(root: Path) -> None:
    with pytest.raises(RuntimeError, match="before its last command"):
        refreshed(page("$ exit 0\n$ ls\n"), root, tensorflow=False)


@pytest.mark.parametrize("name", PAGES)
def test_the_commands_print_what_the_page_says(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    assert refreshed(text, ROOT, tensorflow=False) == text, f"run python -m tools.console docs/{name}"


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", [name for name in PAGES if "$ python " in (DOCS / name).read_text(encoding="utf-8")])
def test_what_is_repaired_runs(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    assert refreshed(text, ROOT, tensorflow=True) == text, f"run python -m tools.console docs/{name}"


@pytest.mark.parametrize(
    "folder", sorted((ROOT / "fixtures" / "repositories").iterdir(), key=str), ids=lambda one: one.name
)
def test_every_project_is_on_a_page(folder: Path) -> None:
    comment = f"<!-- in {folder.relative_to(ROOT).as_posix()} -->"
    assert any(comment in (DOCS / name).read_text(encoding="utf-8") for name in PAGES)


def test_how_to_pages_tell_no_command_that_is_not_run() -> None:
    """What is installed with pip is tried elsewhere; every other command has a block that is run."""
    for file in [DOCS / "tutorial.md", *(DOCS / "how-to").iterdir(), *(DOCS / "repositories").iterdir()]:
        text = file.read_text(encoding="utf-8")
        shells = [line for block in text.split("```sh\n")[1:] for line in block.partition("```")[0].splitlines()]
        assert all(line.startswith("pip install ") for line in shells), file
        assert [one for block in text.split("```console\n")[1:] for one in commands(block)], file
