"""What a request says of itself: which options decide what is found, so that the cache keeps their answers apart."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click
import pytest

from normfix.config import store
from normfix.config.settings import Settings
from normfix.run.module_places import place_of
from normfix.run.request import Decides, FileRequest, Request, project_root

OTHER: dict[type, Any] = {bool: True, tuple: ("other",), str: "other", type(None): "other"}
CLEAN_ALL_THE_SAME = [
    Request(quiet=True),
    Request(exit_zero=True),
    Request(fix=True),
    Request(diff=True),
    Request(output_format="concise"),
    Request(paths=("a", "b"), isolated=True),
]
WORDS_ABOUT_A_CLEAN_TREE = [
    Request(select=("NF1",)),
    Request(target="keras>=3"),
    Request(output_format="json"),
    Request(statistics=True),
    Request(output_file="found.txt"),
]


def options_of(command: str) -> dict[str, Any]:
    """The options of a command with their defaults, as click hands them on."""
    from normfix.cli import main as module

    (group,) = [one for one in vars(module).values() if isinstance(one, click.Group) and one.name == "normfix"]
    return dict(group.commands[command].make_context(command, []).params)


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_request_without_options_is_that_of_the_command(command: str) -> None:
    assert Request(**options_of(command)) == Request()


def test_every_option_decides_something_and_is_kept_apart_by_it() -> None:
    whole = Request()
    for one in fields(Request):
        other = replace(whole, **{one.name: OTHER[type(getattr(whole, one.name))]})
        decided = [kind for kind in Decides if other.identity(kind) != whole.identity(kind)]
        assert decided == [one.metadata["decides"]], one.name
        assert other.writes is (decided == [Decides.WRITING]), one.name


@pytest.mark.parametrize("request_", CLEAN_ALL_THE_SAME, ids=str)
def test_what_says_nothing_about_a_clean_tree(request_: Request) -> None:
    assert request_.is_plain


@pytest.mark.parametrize("request_", WORDS_ABOUT_A_CLEAN_TREE, ids=str)
def test_what_has_words_about_a_clean_tree(request_: Request) -> None:
    assert not request_.is_plain


def test_a_cached_answer_depends_on_every_module_and_every_rule() -> None:
    known = {Path(path) for path, _, _ in store.sources()}
    package = Path(store.__file__).parent.parent
    assert set(package.rglob("*.py")) <= known
    assert {one.name for one in known if one.suffix == ".toml"} >= {"tf_layers.toml", "proofs.toml"}


def test_links_in_a_circle_are_no_folder_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    settings = Settings(root=tmp_path, file=tmp_path / "pyproject.toml")
    assert project_root(FileRequest(paths=(str(tmp_path / "a" / "net.py"),)), settings) == tmp_path
    assert place_of(str(tmp_path / "a" / "net.py"), tmp_path / "b").name == "net"
