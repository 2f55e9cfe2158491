"""The summary of a job: what it counts, and that nothing in it can be taken for markup."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from normfix.report import markdown
from normfix.report.markdown import prose
from normfix.report.progress import Stage, progress
from normfix.report.view import View
from normfix.table.load import shipped_table
from tests.report.hand_made import CLEAN, FIRST, FOUND, NOTED, TABLE, UNREADABLE, Result
from tests.report.real import results


def shown(text: str) -> str:
    """What a reader of Markdown sees, without its tags."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).enable("table").parse(text)
    return "".join(child.content for token in tokens for child in token.children or ())


def test_nothing_found() -> None:
    assert markdown.render([CLEAN], TABLE, View()) == (
        "## normfix\n\nNothing found: all normalization code runs on the target.\n"
    )


def test_progress_counts_what_each_finding_waits_for() -> None:
    fixed = Result(fixed=(FIRST, FIRST), fixed_text="")
    assert dict(progress([FOUND]).counts) == {Stage.SAFE: 1, Stage.UNSAFE: 1, Stage.BY_HAND: 0}
    assert dict(progress([FOUND, NOTED, UNREADABLE, fixed]).counts) == {
        **{Stage.FIXED: 2, Stage.SAFE: 1, Stage.UNSAFE: 1, Stage.BY_HAND: 1, Stage.NOTE: 1}
    }


def test_markdown() -> None:
    assert markdown.render([FOUND], TABLE, View()) == (
        "## normfix\n\n| Safe fix | Unsafe fix | By hand |\n| ---: | ---: | ---: |\n| 1 | 1 | 0 |\n\n"
        "### By rule\n\n| rule | findings | what is wrong |\n| --- | ---: | --- |\n"
        "| NF101 | 1 | the module is gone |\n| NF601 | 1 | the module is gone |\n\n"
        "### By file\n\n<details><summary>src/a.py (2)</summary>\n\n"
        "| place | rule | | what is wrong | fix |\n| --- | --- | --- | --- | --- |\n"
        "| 2:40 | NF101 | error | `keras.layers.normalization` is gone | safe fix: Import from `keras.layers` |\n"
        "| 4:5 | NF601 | warning | `tfa.X` is gone | unsafe fix: Use `Y` |\n\n</details>\n\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a|b `c|d` e",
        "*a* __b__ ~~c~~ [d](e) ![f](g) <b>h</b> &amp; \\",
        "`one` and ` a lone tick",
        "`` ` ``",
        "`a_b*c<d>&e`",
        "# no heading",
    ],
)
def test_what_a_text_says_is_what_is_read(text: str) -> None:
    page = f"| a |\n| --- |\n| {prose(text)} |\n"
    assert shown(page) == "a" + text.replace("`", "") or shown(page) == "a" + text


def test_a_message_has_no_lines_and_a_path_no_tags() -> None:
    odd = replace(FIRST, path="<b>|`.py", message="one\ntwo\x1b[0m")
    page = markdown.render([Result("<b>|`.py", findings=(odd,))], TABLE, View())
    assert "&lt;b&gt;|`.py (1)</summary>" in page
    assert "one·two·" in page
    assert "<b>" not in page


def test_a_summary_has_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "_MOST", 3)
    page = markdown.render([FOUND, FOUND, FOUND], TABLE, View())
    assert page.count("| NF101 | error |") == 2
    assert page.endswith("3 more findings are not listed here.\n")


def test_the_thousand_of_a_real_run_stay_below_a_megabyte() -> None:
    found = [one for one in results() if one.findings] * 100
    assert len(markdown.render(found, shipped_table(), View()).encode()) < 1_000_000
