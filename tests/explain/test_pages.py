"""The page of a rule and of a layer."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from normfix.explanations.pages import UnknownNameError, explain, plain, show
from normfix.table.entries import Entry
from normfix.table.load import shipped_table
from normfix.table.table import Kind, Rule
from tests.report.hand_made import MOVED, TABLE

ENTRY = Entry("old.BatchNormalization", "keras.layers.BatchNormalization", MOVED)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("NF102", "did you mean NF101?"),
        ("moved-layers", "did you mean moved-layer?"),
        ("BatchNormalisation", "did you mean BatchNormalization?"),
        ("zzz", "`normfix rules` lists"),
        ("", "`normfix rules` lists"),
    ],
)
def test_an_unknown_name(name: str, hint: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        explain(TABLE, name)
    assert hint in str(caught.value)


@pytest.mark.parametrize("name", ["NF101", "nf101", "moved-layer", " Moved-Layer "])
def test_a_rule_is_found_by_code_and_slug(name: str) -> None:
    page = plain(explain(replace(TABLE, entries={ENTRY.old: ENTRY}), name))
    assert page == (
        "NF101 moved-layer (moved)\n"
        "=========================\n\n"
        "the module is gone\n\n"
        "History: removed in Keras 2.13\n\n"
        "The old form runs on: keras<2.6\n\n"
        "Numbers: identical\n\n"
        "What becomes what:\n"
        "  old.BatchNormalization -> keras.layers.BatchNormalization\n\n"
        "Errors that it causes:\n"
        "  No module named 'keras.layers.normalization'\n\n"
        "What to do: import it from keras.layers\n\n"
        "Note: the weights keep their names\n\n"
        "Before:\n    from old import X\n\n"
        "After:\n    from new import X\n\n"
        "Read more:\n  https://keras.io/api/layers/\n"
    )


@pytest.mark.parametrize("name", ["BatchNormalization", "batchnormalization"])
def test_a_layer_is_found_by_name(name: str) -> None:
    page = plain(explain(replace(TABLE, entries={ENTRY.old: ENTRY}), name))
    assert page == (
        "BatchNormalization: one line\n"
        "============================\n\n"
        "Normalizes: over the batch\n\n"
        "Fits: large batches\n\n"
        "Since: Keras 1.0\n\n"
        "Mind: the training flag\n\n"
        "Import:\n    from keras.layers import BatchNormalization\n\n"
        "Example:\n    layer = BatchNormalization()\n\n"
        "Old spellings that normfix knows:\n  NF101 moved-layer: the module is gone\n\n"
        "Read more:\n  https://keras.io/\n"
    )


def test_many_symbols_are_cut_short() -> None:
    entries = {f"old.X{number}": Entry(f"old.X{number}", None, MOVED) for number in range(20)}
    page = plain(explain(replace(TABLE, entries=entries), "NF101"))
    assert "  old.X15 -> nothing replaces it\n  ... and 4 more\n" in page


def test_a_page_for_a_terminal_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    show(TABLE, "NF101", "always")
    out = capsys.readouterr().out
    assert "\x1b[" in out
    assert "History" in out
    show(TABLE, "NF101", "never")
    assert capsys.readouterr().out == plain(explain(TABLE, "NF101"))


def test_every_rule_and_layer_that_ships_has_a_page() -> None:
    table = shipped_table()
    for name in (*table.rules, *table.layers):
        assert name in plain(explain(table, name)).splitlines()[0]


@pytest.mark.parametrize(
    ("layer", "codes"),
    [
        ("LayerNormalization", {"NF402", "NF452", "NF606"}),
        ("WeightNormalization", {"NF219", "NF603"}),
        ("BatchNormalization", {"NF101", "NF301", "NF401", "NF451"}),
    ],
)
def test_a_layer_lists_every_rule_for_its_name(layer: str, codes: set[str]) -> None:
    page = plain(explain(shipped_table(), layer))
    assert codes <= set(re.findall(r"^  (NF\d{3}) ", page, re.MULTILINE))
    assert "NF404" not in page


@pytest.mark.parametrize("rule", [one for one in shipped_table().rules.values() if one.kind is Kind.FILE])
def test_a_rule_about_files_says_nothing_of_numbers(rule: Rule) -> None:
    assert "Numbers:" not in plain(explain(shipped_table(), rule.code))
