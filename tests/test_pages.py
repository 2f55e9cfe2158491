"""The documentation says what the program does: rule pages, settings, options."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from normfix.cli.main import check, fix, verify
from normfix.config.settings import KEYS, read_settings
from normfix.table.load import load_table, shipped_table
from normfix.table.rule import Grade
from normfix.table.table import Table
from tools.pages import ROOT, pages, stale, write

CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
TABLE = shipped_table()


def empty() -> Table:
    return load_table([])


def test_no_rules_make_an_index_and_nothing_else(tmp_path: Path) -> None:
    assert set(pages(empty(), tmp_path)) == {"README.md"}


def test_the_rule_pages_are_up_to_date() -> None:
    assert stale(TABLE, ROOT) == [], "run `python -m tools.pages`"


def test_every_rule_has_its_page_and_its_line() -> None:
    found = pages(TABLE, ROOT)
    assert set(found) == {"README.md", *(f"{code}.md" for code in TABLE.rules)}
    for rule in TABLE.rules.values():
        assert f"[{rule.code}]({rule.code}.md)" in found["README.md"]
        page = found[f"{rule.code}.md"]
        assert all(text in page for text in (rule.slug, *rule.errors, *rule.links, rule.advice))


def test_a_page_has_the_fixture_and_the_proof() -> None:
    page = pages(TABLE, ROOT)["NF101.md"]
    before = (ROOT / "fixtures/rules/NF101/fix_from_import.before.py").read_text(encoding="utf-8")
    assert before.strip() in page
    assert f"matches: {TABLE.proofs['NF101'].cases} (TensorFlow" in page


def test_pages_are_written_once_and_left_over_ones_go(tmp_path: Path) -> None:
    folder = tmp_path / "docs" / "rules"
    folder.mkdir(parents=True)
    (folder / "NF999.md").write_text("old", encoding="utf-8")
    assert stale(TABLE, tmp_path)[-2:] == ["NF999.md", "README.md"]
    assert write(TABLE, tmp_path) == len(TABLE.rules) + 2
    assert write(TABLE, tmp_path) == 0
    assert not (folder / "NF999.md").exists()


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_is_documented(key: str) -> None:
    assert f"| `{key}` |" in CONFIGURATION


def test_no_setting_is_documented_that_is_not_there() -> None:
    section = CONFIGURATION.partition("## Settings")[2].partition("## Options")[0]
    assert set(re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE)) == set(KEYS)


def test_every_option_is_documented() -> None:
    commands: list[click.Command] = [check, fix, verify]
    shown = [one for command in commands for one in command.params if not getattr(one, "hidden", False)]
    named = {name for option in shown for name in (*option.opts, *option.secondary_opts)}
    missing = {name for name in named if name.startswith("-") and f"`{name}" not in CONFIGURATION}
    assert missing == set()


def test_the_examples_in_the_text_can_be_used(tmp_path: Path) -> None:
    settings, proof, rules = re.findall(r"```toml\n(.*?)```", CONFIGURATION, re.DOTALL)
    file = tmp_path / "pyproject.toml"
    file.write_text(settings, encoding="utf-8")
    assert read_settings(file).extend_rules == ("team.toml",)
    own = tmp_path / "team.toml"
    own.write_text(rules, encoding="utf-8")
    assert load_table([], [own]).rules["NF980"].grade is Grade.DIFFERENT
    own.write_text(rules.replace("different", "identical") + proof, encoding="utf-8")
    assert load_table([], [own]).rules["NF980"].grade is Grade.IDENTICAL
