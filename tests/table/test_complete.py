"""What a shipped rule lacks is said when the table is loaded, with the file, the rule and what is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from normfix.table.files import RECORDING, rule_files, rules_directory
from normfix.table.load import TableError, extended_table, load_table

NF201 = 'code = "NF201"'
OWN = """
family = "own"
title = "Our own"

[[rule]]
code = "NF990"
slug = "own"
summary = "ours"
kind = "renamed"
grade = "different"

[rule.symbols]
"keras.ours.Norm" = "keras.ours.NewNorm"

[rule.example]
before = "from keras.ours import Norm"
"""
LACKING = [
    ("tf_keras.toml", r"\nlinks = \[.*?\n\]", "", "tf_keras.toml: NF201: links is missing"),
    ("tf_keras.toml", r"\nerrors = \[.*?\n\]", "", "tf_keras.toml: NF201: errors is missing"),
    ("tf_keras.toml", r"\nhistory = .*?\n", "\n", "tf_keras.toml: NF201: history is missing"),
    ("tf_keras.toml", r"\nadvice = .*?\n", "\n", "tf_keras.toml: NF201: advice is missing"),
    (
        "tf_keras.toml",
        r"\n\[rule\.symbols\]\n",
        '\n[rule.symbols]\n"keras.norms.Norm" = { to = "keras.layers.Norm", grade = "different" }\n',
        r"tf_keras.toml: NF201: keras.norms.Norm is not in availability.toml; `python -m tools.matrix --here`",
    ),
    ("releases.toml", r'"3\.14", ', "", r"releases.toml: pairs: Keras 3.14 is recorded and goes with no TensorFlow"),
]


def copied(folder: Path) -> list[Path]:
    """The shipped rule files in a folder of their own."""
    for file in rule_files():
        (folder / file.name).write_bytes(file.read_bytes())
    return sorted(folder.glob("*.toml"))


def test_a_projects_own_rules_may_be_short(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN, encoding="utf-8")
    assert "NF990" in extended_table((own,)).rules


def test_without_a_recording_nobody_asks_for_words(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN, encoding="utf-8")
    assert set(load_table([own]).rules) == {"NF990"}


@pytest.mark.parametrize(("name", "pattern", "instead", "said"), LACKING, ids=[one[3] for one in LACKING])
def test_what_a_shipped_rule_lacks_is_said_at_load(
    tmp_path: Path, name: str, pattern: str, instead: str, said: str
) -> None:
    files = copied(tmp_path)
    text = (tmp_path / name).read_text(encoding="utf-8")
    start = text.index(NF201) if NF201 in text else 0
    changed = text[:start] + re.sub(pattern, lambda _: instead, text[start:], count=1, flags=re.DOTALL)
    assert changed != text
    (tmp_path / name).write_text(changed, encoding="utf-8")
    with pytest.raises(TableError) as refusal:
        load_table(files, recording=rules_directory() / RECORDING)
    assert said in str(refusal.value)
