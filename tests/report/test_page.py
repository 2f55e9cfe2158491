"""The HTML report as a text: whole, escaped, self-contained, with the change of each fix."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from normfix.report import html
from normfix.report.page.diffs import of_fix, of_texts
from normfix.report.page.markup import Markup, element, joined, prose
from normfix.report.page.releases import symbols
from normfix.report.view import View
from normfix.source.text import Applicability, Edit, Fix, SourceText, apply_edits
from normfix.table.load import shipped_table
from tests.report.hand_made import CLEAN, FIRST, FOUND, NOTED, TABLE, UNREADABLE, Result
from tests.report.real import NOTEBOOK, results
from tests.support import result as scanned

_VOID = {"col", "input", "meta", "wbr"}
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\x00\x1b[31m\u202e`"


class Page(HTMLParser):
    """Reads a page strictly: each end tag closes what was opened last."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)

    def count(self, tag: str, **attributes: str) -> int:
        return sum(name == tag and attributes.items() <= has.items() for name, has in self.elements)


def page(found: list[Result], table: object = TABLE) -> Page:
    return Page(html.render(found, table, View()))  # type: ignore[arg-type]


def test_text_is_escaped_and_markup_is_not() -> None:
    assert element("p", "<b>", element("b", "&"), class_="a\"'b", hidden=True, id=None) == (
        '<p class="a&quot;&#x27;b" hidden>&lt;b&gt;<b>&amp;</b></p>'
    )
    assert joined(["<", Markup("<")]) == "&lt;<"
    assert prose("`a<b` and ` alone") == "`a&lt;b` and ` alone"
    assert prose("`a<b` and") == "<code>a&lt;b</code> and"


def test_nothing_found() -> None:
    read = page([CLEAN])
    assert "Nothing found: all normalization code runs on the target." in read.text
    assert read.count("details") == 0


@pytest.mark.parametrize("fix", [False, True])
def test_a_real_run_is_a_whole_page(fix: bool) -> None:
    found = results(fix=fix)
    read = Page(html.render(found, shipped_table(), View(fix=fix)))
    entries = sum(len(one.findings) + len(one.fixed) for one in found)
    assert read.count("details", **{"class": "finding"}) == entries
    assert read.count("details", **{"class": "changes"}) == sum(one.fixed_text is not None for one in found)
    names = [has["id"] for _, has in read.elements if "id" in has]
    assert len(set(names)) == len(names)
    assert {tag for tag, _ in read.elements} >= {"h1", "h2", "h3", "caption", "button", "label", "summary"}
    assert "".join(read.text).count("cell 4, ") >= (not fix)


def test_the_page_loads_nothing_and_is_the_same_in_every_encoding() -> None:
    text = html.render([FOUND, NOTED, UNREADABLE], TABLE, View())
    assert text.isascii()
    read = Page(text)
    assert not [has for tag, has in read.elements if "src" in has or tag in ("link", "iframe", "object")]
    assert {has["href"] for _, has in read.elements if "href" in has} == {"#findings", "https://keras.io/api/layers/"}
    assert not [has for _, has in read.elements if any(name.startswith("on") or name == "style" for name in has)]
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|innerHTML|eval\(", text)


def test_nothing_that_was_found_can_become_markup() -> None:
    fix = Fix(Applicability.UNSAFE, HOSTILE, (Edit(0, 1, HOSTILE),), (HOSTILE,))
    odd = replace(
        FIRST, path=HOSTILE, symbol=HOSTILE, message=HOSTILE, replacement=HOSTILE, withheld=HOSTILE, notes=(HOSTILE,)
    )
    source = SourceText(HOSTILE, f"# {HOSTILE}\n" * 4)
    found = [
        Result(HOSTILE, source, (odd, replace(odd, fix=fix, code="NF101"))),
        Result(HOSTILE, source, (), (odd,), source.text.replace("#", "##")),
    ]
    text = html.render(found, TABLE, View())
    read = Page(text)
    assert read.count("script") == 1
    assert read.count("img") == 0
    assert "\x00" not in text
    assert "\x1b" not in text


def test_the_change_of_a_fix_is_shown_line_by_line() -> None:
    text = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n"
    fix = Fix(Applicability.SAFE, "", (Edit(0, 1, "A\nAA"), Edit(2, 3, ""), Edit(20, 22, "")))
    first, second = of_fix(fix, SourceText("a.py", text))
    assert [(row.before, row.after) for row in first.rows][:3] == [
        ((1, "a"), (1, "A")),
        ((2, "b"), (2, "AA")),
        (None, (3, "")),
    ]
    assert [row.same for row in first.rows[3:]] == [True, True]
    assert [(row.before, row.after) for row in second.rows] == [
        *[((9, "i"), (10, "i")), ((10, "j"), (11, "j")), ((11, "k"), None), ((12, "l"), (12, "l"))]
    ]


def test_the_shown_changes_are_the_fix() -> None:
    """What stands on the right, put in the place of what stands on the left, is the text that the fix makes."""
    tried = 0
    for found in results():
        for finding in found.findings:
            if finding.fix is None or found.source is None or finding.cell is not None:
                continue
            lines = dict(enumerate(found.source.text.splitlines(), 1))
            for row in (row for hunk in of_fix(finding.fix, found.source) for row in hunk.rows):
                if row.before:
                    assert lines[row.before[0]] == row.before[1]
            after = apply_edits(found.source.text, finding.fix.edits).splitlines()
            for row in (row for hunk in of_fix(finding.fix, found.source) for row in hunk.rows):
                if row.after:
                    assert after[row.after[0] - 1] == row.after[1]
                    tried += 1
    assert tried > 10


def test_the_change_in_a_notebook_is_one_of_its_cell() -> None:
    (notebook,) = (one for one in results() if one.path == NOTEBOOK)
    assert notebook.source is not None
    hunks = [hunk for one in notebook.findings if one.fix for hunk in of_fix(one.fix, notebook.source)]
    assert {hunk.cell for hunk in hunks} <= {1, 3, 4}
    shown = {row.before for hunk in hunks if hunk.cell == 1 for row in hunk.rows}
    assert (1, "%matplotlib inline") in shown
    assert (3, "from keras.layers.normalization import BatchNormalization") in shown


def test_two_whole_texts() -> None:
    assert of_texts(None, "a\n", "a\n") == []
    (hunk,) = of_texts(2, "a\r\nb", "a\r\nc\r\n")
    assert (hunk.cell, hunk.rows[1].before, hunk.rows[1].after) == (2, (2, "b"), (2, "c"))
    assert [row.before for row in of_texts(None, "a\x0cb\n", "c\n")[0].rows] == [(1, "a\x0cb")]


def test_the_releases_of_what_was_met_and_of_what_replaces_it() -> None:
    found = scanned("import tensorflow as tf\ny = tf.layers.batch_normalization(x)\n")
    assert symbols([found]) == {
        "tensorflow.layers.batch_normalization": "NF301",
        "tensorflow.keras.layers.BatchNormalization": "replacement",
    }
    table = _row(html.render([found], shipped_table(), View()), "layers.<wbr>batch_normalization")
    assert table[:2] == ["2.21: fails", "2.20: fails"]
    assert table[-3:] == ["1.15: works", "1.14: works", "1.13: works"]


def _row(text: str, symbol: str) -> list[str]:
    """What the first row for a symbol says of each release."""
    _, _, behind = text.partition(f"{symbol}</code>")
    return re.findall(r'<td class="[a-z-]+" title="([^"]+)"', behind.partition("</tr>")[0])


def test_the_style_and_the_script_are_files_of_the_package() -> None:
    folder = Path(html.__file__).parent / "page"
    for name in ("style.css", "script.js"):
        assert (folder / name).read_bytes().isascii()
