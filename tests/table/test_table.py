"""The shipped table: complete, consistent, silent on what works, and true on an installed TensorFlow."""

from __future__ import annotations

import ast
import contextlib
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from normfix.checks.call_time import ADAPT, AXIS, BY_PLACE, FOREIGN, RESET, SYMBOLIC
from normfix.checks.class_for_object import TENSOR
from normfix.checks.contrib import CODE as REST_OF_CONTRIB
from normfix.checks.ended import CODE as REST_OF_ENDED
from normfix.checks.gone_attributes import ATTRIBUTE, LISTS
from normfix.checks.layer_strings import WITHOUT_MODULE
from normfix.checks.misspelled_arguments import UNKNOWN_ARGUMENT
from normfix.checks.private_methods import PRIVATE_METHOD
from normfix.checks.setups import VERSION as OLD_COLAB
from normfix.checks.statistics import ONE_NUMBER
from normfix.table.entries import Entry
from normfix.table.files import rules_directory
from normfix.table.load import shipped_table
from normfix.table.table import Action, Grade, Kind, Rule
from tools import surface

TABLE = shipped_table()
FUNCTIONS = {"tensorflow.compat.v1.nn.fused_batch_norm"}
NOT_IN_THE_TABLE = (Kind.USAGE, Kind.FILE)
"""Kinds that code finds, not a row of the table."""

SILENT = [
    "keras.layers.BatchNormalization",
    "keras.layers.Dense",
    "tensorflow.keras.layers.BatchNormalization",
    "tensorflow.keras.layers.Normalization",
    "tensorflow.compat.v1.keras.layers.BatchNormalization",
    "tensorflow.compat.v2.keras.layers.BatchNormalization",
    "tf_keras.layers.BatchNormalization",
    "tf_keras.layers.experimental.SyncBatchNormalization",
    "tf_keras.layers.experimental.preprocessing.Normalization",
    "tensorflow.nn.batch_normalization",
    "tensorflow.nn.moments",
    "tensorflow.nn.lrn",
    "tensorflow.nn.local_response_normalization",
    "tensorflow.nn.batch_norm_with_global_normalization",
    "tensorflow.compat.v1.nn.fused_batch_norm",
    "tensorflow.compat.v1.nn.moments",
    "tensorflow.keras.backend.batch_normalization",
    "tensorflow.keras.constraints.UnitNorm",
    "tensorflow_addons.layers.PoincareNormalize",
    "sonnet.BatchNorm",
    "tensorlayer.layers.BatchNorm",
    "tflearn.batch_normalization",
    "torch.nn.LayerNorm",
    "flax.linen.BatchNorm",
    "preprocessing.Normalization",
    "BatchNormalization",
]

CODES = {
    "keras.layers.normalization.BatchNormalization": "NF101",
    "keras.layers.normalization.batch_normalization_v1.BatchNormalization": "NF103",
    "keras.layers.normalization.layer_normalization.LayerNormalization": "NF104",
    "keras.layers.normalization.LayerNormalization": "NF105",
    "keras.layers.LRN2D": "NF106",
    "keras.layers.core.BatchNormalization": "NF107",
    "keras.layers.BatchNormalizationV2": "NF108",
    "keras.src.layers.BatchNormalization": "NF110",
    "keras.api._v2.keras.layers.BatchNormalization": "NF111",
    "keras.layers.preprocessing.normalization.Normalization": "NF113",
    "tensorflow.python.keras.layers.BatchNormalization": "NF201",
    "tensorflow_core.python.keras.layers.normalization.BatchNormalization": "NF202",
    "tensorflow.python.keras.layers.normalization_v2.BatchNormalization": "NF203",
    "tensorflow.keras.layers.normalization.BatchNormalization": "NF207",
    "tf.keras.layers.BatchNormalization": "NF208",
    "keras.layers.batch_normalization": "NF209",
    "tensorflow.keras.layers.Batchnormalization": "NF210",
    "tensorflow.BatchNormalization": "NF211",
    "tensorflow.keras.layers.experimental.LayerNormalization": "NF212",
    "tensorflow.compat.v2.keras.layers.experimental.SyncBatchNormalization": "NF213",
    "tensorflow.keras.layers.experimental.preprocessing.Normalization": "NF214",
    "tensorflow.keras.layers.InstanceNormalization": "NF218",
    "tensorflow.layers.batch_normalization": "NF301",
    "tensorflow.compat.v1.layers.batch_normalization": "NF302",
    "tensorflow.compat.v1.layers.BatchNormalization": "NF303",
    "tensorflow.layers.batch_norm": "NF305",
    "tensorflow.python.layers.normalization.BatchNormalization": "NF306",
    "keras.legacy_tf_layers.normalization.batch_normalization": "NF312",
    "tensorflow.contrib.layers.batch_norm": "NF401",
    "tensorflow.contrib.layers.python.layers.layer_norm": "NF402",
    "tensorflow.compat.v1.contrib.layers.instance_norm": "NF403",
    "tensorflow.contrib.layers.python.layers.normalization.group_norm": "NF404",
    "tensorflow.contrib.slim.batch_norm": "NF451",
    "tf_slim.layers.layer_norm": "NF452",
    "tensorflow.nn.fused_batch_norm": "NF502",
    "tensorflow_addons.layers.normalizations.InstanceNormalization": "NF601",
    "tensorflow_addons.layers.WeightNormalization": "NF603",
    "keras_contrib.layers.InstanceNormalization": "NF651",
    "keras_layer_normalization.LayerNormalization": "NF653",
    "tensorflow.contrib": "NF903",
}


@pytest.mark.parametrize("path", SILENT)
def test_no_entry(path: str) -> None:
    assert TABLE.match(path) is None


@pytest.mark.parametrize("module", ["keras.layers", "tensorflow.keras.layers", "tf_keras.layers", "tensorflow.nn"])
def test_no_module_move(module: str) -> None:
    assert TABLE.module_move(module) is None


@pytest.mark.parametrize(("path", "code"), CODES.items())
def test_entry(path: str, code: str) -> None:
    match = TABLE.match(path)

    assert match is not None
    assert match.entry.rule.code == code


def test_the_new_path_keeps_the_root_that_the_author_used() -> None:
    match = TABLE.match("tensorflow.compat.v1.keras.layers.experimental.preprocessing.Normalization")

    assert match is not None
    assert match.new == "tensorflow.compat.v1.keras.layers.Normalization"
    assert match.entry.new == "tensorflow.keras.layers.Normalization"


def test_module_moves_are_found_below_an_alias() -> None:
    move = TABLE.module_move("tensorflow.compat.v2.keras.layers.experimental.preprocessing")

    assert move is not None
    assert move.new == "tensorflow.keras.layers"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("keras.layers.BatchNormalization", "BatchNormalization"),
        ("tensorflow.compat.v2.keras.layers.LayerNormalization", "LayerNormalization"),
        ("keras.layers.normalization.BatchNormalization", "BatchNormalization"),
        ("keras.layers.BatchNormalizationV1", "BatchNormalization"),
        ("keras.layers.Dense", None),
        ("mine.layers.BatchNormalization", None),
        ("tensorflow.layers.BatchNormalization", None),
        ("tensorflow.keras.layers.InstanceNormalization", None),
        ("tensorflow.contrib.layers.batch_norm", None),
        ("tensorflow.nn.fused_batch_norm", None),
    ],
)
def test_layer_name(path: str, name: str | None) -> None:
    assert TABLE.layer_name(path) == name


def test_roots_hold_every_package_and_nothing_else() -> None:
    assert TABLE.roots == {
        *("keras", "tensorflow", "tf_keras", "tf", "tensorflow_core", "tf_slim", "tensorflow_addons"),
        *("keras_contrib", "keras_layer_normalization", "bert4keras"),
    }


@pytest.mark.parametrize("rule", TABLE.rules.values(), ids=lambda rule: rule.code)
def test_a_rule_says_what_a_person_needs(rule: Rule) -> None:
    assert rule.advice
    assert rule.family
    if rule.kind is not Kind.FILE:
        assert rule.history
        assert rule.links
        assert rule.errors or rule.kind in (Kind.USAGE, Kind.ARGUMENTS)
        assert all(link.split("/")[2].endswith(("tensorflow.org", "keras.io")) for link in rule.links)


@pytest.mark.parametrize("rule", TABLE.rules.values(), ids=lambda rule: rule.code)
def test_examples_are_python(rule: Rule) -> None:
    if rule.example is not None:
        ast.parse(rule.example.before)
        ast.parse(rule.example.after)


@pytest.mark.parametrize("rule", TABLE.rules.values(), ids=lambda rule: rule.code)
def test_a_rule_without_equal_has_no_target(rule: Rule) -> None:
    targets = [entry.new for entry in TABLE.entries.values() if entry.rule.code == rule.code]

    assert (rule.kind is Kind.REMOVED) <= (set(targets) == {None} and rule.grade is Grade.NONE)
    assert (None in targets) <= (rule.grade is Grade.NONE)
    assert (rule.grade is Grade.NONE) <= (set(targets) <= {None})


def test_slugs_are_told_apart() -> None:
    slugs = [rule.slug for rule in TABLE.rules.values()]

    assert len(slugs) == len(set(slugs))


def test_every_rule_can_be_met() -> None:
    rows = (TABLE.entries.values(), TABLE.modules.values(), TABLE.arguments, TABLE.ended.values())
    met = {row.rule.code for kind in rows for row in kind}
    if TABLE.keywords:
        met |= {UNKNOWN_ARGUMENT, ONE_NUMBER}
    if TABLE.graph.moves:
        met.add(REST_OF_CONTRIB)
    met |= {PRIVATE_METHOD, TENSOR, BY_PLACE, FOREIGN, ADAPT, RESET, LISTS, ATTRIBUTE, AXIS, SYMBOLIC, WITHOUT_MODULE}
    if TABLE.ended:
        met.add(REST_OF_ENDED)
    met |= {code for code, rule in TABLE.rules.items() if rule.installs or code == OLD_COLAB}

    assert {
        code for code, rule in TABLE.rules.items() if code not in met and rule.kind not in NOT_IN_THE_TABLE
    } == set()


def test_targets_are_recorded() -> None:
    for target in TABLE.targets:
        module, _, name = target.rpartition(".")
        assert target in FUNCTIONS or TABLE.public(module, name), target
    for move in TABLE.modules.values():
        assert move.new in TABLE.surface, move.old


@pytest.mark.parametrize("entry", [entry for entry in TABLE.entries.values() if entry.arguments.positional])
def test_argument_maps_speak_of_arguments_that_exist(entry: Entry) -> None:
    known = {*entry.arguments.positional, "_reuse", "_scope"}

    for named in (entry.arguments.rename, entry.arguments.call, entry.arguments.drop, entry.arguments.values):
        assert set(named) <= known
    for texts in entry.arguments.values.values():
        assert all(text == repr(ast.literal_eval(text)) for text in texts if not text.startswith("["))


def test_no_two_matches_say_the_same() -> None:
    seen = set()
    for match in TABLE.arguments:
        for callee in match.callees:
            for place in (*match.names, match.position):
                for key in match.literals or (match.value,):
                    assert place is None or (callee, place, key) not in seen, match
                    seen.add((callee, place, key))
        assert (match.action is Action.RENAME) == bool(match.to)


def test_all_eight_layers_are_described() -> None:
    assert len(TABLE.layers) == 8
    for layer in TABLE.layers.values():
        ast.parse(layer.example)
        ast.parse("\n".join(layer.imports))


@pytest.mark.tensorflow
def test_the_table_is_true_on_the_installed_tensorflow() -> None:
    """One process: every target resolves, and every example of the new form runs."""
    script = "import tests.table.test_table as table; table.prove()"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert done.stdout.splitlines() == ["proved"]


def prove() -> None:
    """Print what does not hold, or `proved`. Runs in a process of its own."""
    faults = [target for target in TABLE.targets if not _resolves(target)]
    # The commands of a notebook need the notebook.
    written = [rule for rule in TABLE.rules.values() if rule.example and rule.family != "notebooks"]
    examples = [(rule.code, rule.example.after) for rule in written if rule.example]
    for name, source in (*examples, *((layer.name, layer.example) for layer in TABLE.layers.values())):
        try:
            exec(compile(source, name, "exec"), {"__name__": "example"})
        except (AttributeError, ImportError, TypeError, ValueError) as error:
            faults.append(f"{name}: {error}")
    print("\n".join(faults) or "proved")


def _resolves(path: str) -> bool:
    module, _, name = path.rpartition(".")
    with contextlib.suppress(ImportError):
        return hasattr(importlib.import_module(module), name)
    value: object = importlib.import_module(module.partition(".")[0])
    for part in (*module.split(".")[1:], name):
        value = getattr(value, part, None)
    return value is not None


@pytest.mark.tensorflow
def test_the_recorded_surface_is_that_of_the_release_in_its_header() -> None:
    recorded = (rules_directory() / "surface.toml").read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", surface.__name__], capture_output=True, text=True, timeout=300, check=True
    )
    if done.stdout.splitlines()[0] != recorded.splitlines()[0]:
        pytest.skip("another release is installed")

    assert done.stdout == recorded


@pytest.mark.tensorflow
def test_a_surface_without_all_of_keras_leaves_the_record_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "surface.toml"
    target.write_text("what was recorded", encoding="utf-8")
    code = f"import sys, runpy; sys.modules['tf_keras'] = None; sys.argv = ['surface.py', {str(target)!r}]\n"
    code += f"runpy.run_path({surface.__file__!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert "tf_keras" in done.stderr
    assert target.read_text(encoding="utf-8") == "what was recorded"
    assert list(tmp_path.iterdir()) == [target]
