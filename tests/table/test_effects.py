"""One measure for one effect: every rule and every hazard follows rules/effects.toml, and the documentation has it."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import pytest

from normfix.config.target import LazyTarget, parse_target
from normfix.fixes import hazards
from normfix.fixes.outcome import applicability_of
from normfix.run.options import Options
from normfix.run.session import scan_text
from normfix.source.text import Applicability
from normfix.table.effects import Trust
from normfix.table.files import rule_files
from normfix.table.load import TableError, load_table, shipped_table

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = shipped_table()
DOCUMENT = (Path(__file__).parent.parent.parent / "docs" / "numbers.md").read_text(encoding="utf-8")
NOT_HAZARDS = {"made", "frozen_settings"}
FUSED = "import tensorflow as tf\ny = tf.keras.layers.BatchNormalization(fused=True)"
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
    rows = [row for file in rule_files() for row in tomllib.loads(file.read_text(encoding="utf-8")).get("rule", [])]
    differing = [row for row in rows if row["grade"] == "different" and row.get("works")]
    assert differing
    assert [row["code"] for row in differing if not row.get("effects")] == []


def test_a_rule_of_a_project_without_effects_has_the_one_that_is_never_safe(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = RULE.replace('effects = ["{effect}"]\n', "").format(grade="different", works="keras<2.4")
    own.write_text(text, encoding="utf-8")
    assert load_table(rule_files(), [own]).rules["NF999"].effects == ("outputs",)


def test_every_hazard_has_an_effect_of_the_measure() -> None:
    modules = {one.name for one in pkgutil.iter_modules(hazards.__path__)} - NOT_HAZARDS
    assert modules
    effects = {name: importlib.import_module(f"normfix.fixes.hazards.{name}").EFFECT for name in modules}
    assert {name for name, effect in effects.items() if effect not in TABLE.effects} == set()


def test_every_effect_comes_from_a_rule_or_a_hazard_or_is_said_of_saved_weights() -> None:
    modules = {one.name for one in pkgutil.iter_modules(hazards.__path__)} - NOT_HAZARDS
    hazardous = {importlib.import_module(f"normfix.fixes.hazards.{name}").EFFECT for name in modules}
    ruled = {effect for rule in TABLE.rules.values() for effect in rule.effects}
    said = {name for name, effect in TABLE.effects.items() if effect.trust is Trust.SAID}
    assert set(TABLE.effects) == hazardous | ruled | said


@pytest.mark.parametrize(
    ("target", "applicability"),
    [
        (None, Applicability.SAFE),
        ("tensorflow>=2.16", Applicability.SAFE),
        ("tensorflow>=1.15", Applicability.UNSAFE),
        ("tensorflow>=1.15,<2; keras<2.4", Applicability.UNSAFE),
    ],
)
@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("NF101", "from keras.layers.normalization import BatchNormalization\ny = BatchNormalization()(x)\n"),
        (
            "NF704",
            "import tensorflow as tf\ny = tf.keras.layers.BatchNormalization(fused=True)(tf.zeros((2, 4, 4, 3)))\n",
        ),
    ],
)
def test_a_dead_form_is_dead_on_the_target(
    target: str | None, applicability: Applicability, code: str, text: str
) -> None:
    assert trusts(code, text, target) == [applicability]


def test_the_kernel_has_no_part_where_nothing_has_four_dimensions() -> None:
    assert trusts("NF704", f"{FUSED}(tf.zeros((2, 3)))\n", "tensorflow>=1.15") == [Applicability.SAFE]


def trusts(code: str, text: str, target: str | None) -> list[Applicability]:
    """How far the fixes of a rule can be trusted on a target."""
    aim = LazyTarget(lambda: parse_target(target, TABLE.releases, "a test")) if target else LazyTarget()
    found = scan_text(text.encode(), "a.py", TABLE, Options(target=aim)).findings
    return [one.fix.applicability for one in found if one.code == code and one.fix is not None]


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
