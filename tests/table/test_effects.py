"""One measure for one effect: every rule and every hazard follows rules/effects.toml, and the documentation has it."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

from normfix.config.target import LazyTarget, parse_target
from normfix.fix import hazards
from normfix.fix.outcome import applicability_of
from normfix.run.options import Options
from normfix.run.session import scan_text
from normfix.source.text import Applicability
from normfix.table.effects import Trust
from normfix.table.files import rule_files
from normfix.table.load import TableError, load_table, shipped_table
from normfix.table.rule import Grade

TABLE = shipped_table()
DOCUMENT = (Path(__file__).parent.parent.parent / "docs" / "numbers.md").read_text(encoding="utf-8")
NOT_HAZARDS = {"made"}
RULE = """
[[rule]]
code = "NF999"
slug = "own"
summary = "x"
kind = "moved"
grade = "{grade}"
effects = ["{effect}"]
works = ["{works}"]
symbols = {{ "a.b.Own" = "keras.layers.BatchNormalization" }}

[rule.example]
before = "x"
after = "y"

[proofs.NF999]
cases = 1
"""


@pytest.mark.parametrize("code", sorted(code for code, rule in TABLE.rules.items() if rule.effects))
def test_a_rule_follows_the_measure(code: str) -> None:
    rule = TABLE.rules[code]
    trusts = {TABLE.effects[name].trust for name in rule.effects}
    if Trust.UNSAFE in trusts:
        assert applicability_of(rule) is Applicability.UNSAFE
    if Trust.DEAD in trusts and applicability_of(rule) is Applicability.SAFE:
        assert all("<" in text for text in rule.works)


VARIANCES = {"stored-variance", "unbiased-variance"}


def test_a_rule_whose_note_speaks_of_the_stored_variance_has_the_effect() -> None:
    # A path that still runs is another name of today's class, and its fix changes nothing.
    gone = {code: rule for code, rule in TABLE.rules.items() if all("<" in text for text in rule.works)}
    speaking = {code for code, rule in gone.items() if "moving variance" in rule.note}
    assert speaking
    assert {code for code in speaking if not VARIANCES & set(TABLE.rules[code].effects)} == set()


def test_a_rule_whose_numbers_differ_names_the_effect() -> None:
    # What never ran has no numbers that could differ.
    differing = {code: rule for code, rule in TABLE.rules.items() if rule.grade is Grade.DIFFERENT and rule.works}
    assert differing
    assert {code for code, rule in differing.items() if not rule.effects} == set()


def test_every_hazard_has_an_effect_of_the_measure() -> None:
    modules = {one.name for one in pkgutil.iter_modules(hazards.__path__)} - NOT_HAZARDS
    assert modules
    effects = {name: importlib.import_module(f"normfix.fix.hazards.{name}").EFFECT for name in modules}
    assert {name for name, effect in effects.items() if effect not in TABLE.effects} == set()


def test_the_documentation_has_every_effect_with_its_trust() -> None:
    for effect in TABLE.effects.values():
        assert f"| `{effect.name}` | {effect.trust.value} |" in DOCUMENT


@pytest.mark.parametrize(
    ("grade", "effect", "works", "words"),
    [
        ("identical", "none-such", "keras<2.4", "is not described in effects.toml"),
        ("identical", "outputs", "keras<2.4", "is never safe"),
        ("identical", "stored-variance", "keras>=2.4", "the old form runs today"),
    ],
)
def test_a_rule_that_promises_more_does_not_load(
    tmp_path: Path, grade: str, effect: str, works: str, words: str
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(RULE.format(grade=grade, effect=effect, works=works), encoding="utf-8")
    with pytest.raises(TableError, match=words):
        load_table([*rule_files(), own])


@pytest.mark.parametrize(
    ("module", "more", "effect", "said"),
    [
        ("tensorflow.python.keras.layers", "", "stored-variance", False),
        ("tensorflow.python.keras.layers", "from keras.layers import Dense\n", "stored-variance", False),
        ("tensorflow.python.keras.layers", "from keras.layers import Conv2D\n", "stored-variance", True),
        ("tensorflow.python.keras.layers", "x = tf.zeros((2, 4, 4, 3))\n", "stored-variance", True),
        ("tensorflow.python.keras.layers", "i = Input(shape=(4, 4, 3))\n", "stored-variance", True),
        ("tensorflow.python.keras.layers", "", "unbiased-variance", False),
        # Standalone Keras 2 did it in Python, whatever the dimensions.
        ("keras.layers.normalization", "", "unbiased-variance", True),
        ("keras.layers.normalization", "i = Input(shape=(4, 4, 3))\n", "unbiased-variance", True),
    ],
)
def test_the_stored_variance_is_said_where_it_differs(module: str, more: str, effect: str, said: bool) -> None:
    text = f"from {module} import BatchNormalization\n{more}y = BatchNormalization()\n"
    found = scan_text(text.encode(), "a.py", TABLE, Options()).findings
    fixes = [one.fix for one in found if one.fix is not None]
    assert [TABLE.effects[effect].says in fix.notes for fix in fixes] == [said]
    assert fixes[0].applicability is Applicability.SAFE


@pytest.mark.parametrize(("target", "found"), [("tensorflow==1.15", False), ("tensorflow>=1.15", True), (None, True)])
def test_what_a_place_means_is_asked_of_the_target(target: str | None, found: bool) -> None:
    text = 'import tensorflow as tf\nm, v = tf.nn.moments(x, [0], None, "moments")\n'
    aim = LazyTarget(lambda: parse_target(target, TABLE.releases, "a test")) if target else LazyTarget()
    codes = [one.code for one in scan_text(text.encode(), "a.py", TABLE, Options(target=aim)).findings]
    assert codes == ["NF507"] * found
