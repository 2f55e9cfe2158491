"""The recorded numbers of old releases against what normfix puts in their place."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

import pytest

from normfix.table.evidence import Proof
from normfix.table.load import load_table
from tools.numbers.argument_cases import argument_runs, load_argument_cases, taken_cases
from tools.numbers.cases import (
    FOLDERS,
    RECORDED,
    Array,
    Case,
    load_cases,
    load_record,
    load_releases,
    released,
    replacement_of,
)
from tools.numbers.legacy_cases import load_legacy_cases, measure_legacy
from tools.numbers.path_cases import load_path_cases, ran_in
from tools.numbers.proofs import PROOFS, failures, proofs, ran

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CASES = load_cases()
PATHS = load_path_cases()
ARGUMENTS = taken_cases()
LEGACY = load_legacy_cases()
BY_ID = {case.id: case for case in (*CASES, *PATHS, *ARGUMENTS)}
EQUAL = [pytest.param(case, id=case.id) for case in CASES if case.new]
DIFFERENT = [pytest.param(case, id=case.id) for case in CASES if case.naive]


@cache
def difference(name: str) -> float:
    from tools.numbers.measure import measure

    return measure(BY_ID[name])


def needs_keras(wanted: str) -> None:
    installed = version("keras")
    if [int(part) for part in installed.split(".")[:2]] < [int(part) for part in wanted.split(".")]:
        pytest.skip(f"needs Keras {wanted}, installed is {installed}")


def without_differences(found: Mapping[str, Proof]) -> dict[str, tuple[int, int, tuple[str, ...]]]:
    return {rule: (proof.cases, proof.controls, proof.releases) for rule, proof in found.items()}


@pytest.mark.tensorflow
@pytest.mark.parametrize("case", DIFFERENT)
def test_a_naive_rename_changes_the_numbers(case: Case) -> None:
    from tools.numbers.measure import measure_naive

    needs_keras(case.keras)
    assert measure_naive(case) > 10 * case.tolerance


@pytest.mark.tensorflow
@pytest.mark.parametrize("case", EQUAL)
def test_the_replacement_gives_the_recorded_numbers(case: Case) -> None:
    needs_keras(case.keras)
    assert difference(case.id) <= case.tolerance


@pytest.mark.tensorflow
@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in PATHS])
def test_each_path_gives_the_numbers_of_each_release_where_it_ran(case: Case) -> None:
    assert difference(case.id) <= case.tolerance


@pytest.mark.tensorflow
@pytest.mark.parametrize("rule", sorted({case.rule for case in ARGUMENTS}))
def test_each_argument_gives_the_numbers_of_each_release_that_took_it(rule: str) -> None:
    apart = {case.id: difference(case.id) for case in ARGUMENTS if case.rule == rule}
    assert {name: one for name, one in apart.items() if not one <= BY_ID[name].tolerance} == {}


@pytest.mark.tensorflow
def test_the_roads_of_graph_programs_give_the_numbers_of_each_release() -> None:
    apart = measure_legacy(LEGACY)
    assert {case.id: apart[case.id] for case in LEGACY if not apart[case.id] <= case.tolerance} == {}


def test_arguments_are_recorded_as_taken_or_refused() -> None:
    taken = argument_runs(load_argument_cases())
    assert taken["tensorflow.nn.moments(keep_dims)"] == ("1.13.2", "1.15.5")
    assert taken["keras.layers.BatchNormalization(decay)"] == ()


@pytest.mark.tensorflow
def test_recorded_weights_must_fit_the_new_layer() -> None:
    from tools.numbers.measure import run

    case = BY_ID["contrib-batch-norm-rank-4-training"]
    source = "import tensorflow as tf\ny = tf.keras.layers.BatchNormalization()(x)"
    with pytest.raises(ValueError, match="recorded are"):
        run(source, case, load_record(case.id), strict=True)


def test_every_case_has_a_record_and_every_record_a_case() -> None:
    assert {file.stem for file in RECORDED.glob("*.json")} == {case.id for case in CASES}
    of_a_release = [case.id for case in (*PATHS, *load_argument_cases(), *LEGACY)]
    assert {name for folder in FOLDERS for release in load_releases() for name in released(folder, release)} == set(
        of_a_release
    )


def test_the_proofs_say_where_each_path_ran() -> None:
    written = tomllib.loads(PROOFS.read_text(encoding="utf-8"))["ran"]
    assert {path: tuple(releases) for path, releases in written.items()} == dict(ran())


def test_a_path_runs_where_it_could_be_called() -> None:
    assert ran_in("keras.layers.normalization.BatchNormalization") == ("1.15.5", "2.3.4", "2.5.3")
    assert ran_in("tensorflow.keras.layers.BatchNormalisation") == ()
    assert "2.15.1" not in ran_in("tf_slim.batch_norm")


def test_every_case_says_something() -> None:
    releases = load_releases()
    assert [case.id for case in CASES if not (case.new or case.naive) or case.release not in releases] == []


def test_float32_is_held_to_one_hundred_thousandth() -> None:
    assert [case.id for case in CASES if case.dtype == "float32" and case.tolerance > 1e-5] == []


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in (*CASES, *PATHS, *LEGACY)])
def test_a_record_was_made_by_the_release_and_holds_only_numbers(case: Case) -> None:
    record = load_record(case.id)
    arrays: list[Array] = [*record.inputs.values(), *record.weights.values(), *record.outputs, *record.after.values()]
    assert record.versions["tensorflow"] == case.release
    assert record.inputs["x"].shape == case.shape
    assert record.inputs["x"].dtype == case.dtype
    assert all(abs(array.astype("float64")).max() < 1e6 for array in arrays)


def test_a_training_step_changed_the_weights_that_a_case_compares() -> None:
    still = [case.id for case in CASES if case.mode == "training" and set(case.state) - set(load_record(case.id).after)]
    assert still == []


def test_the_records_stay_small() -> None:
    assert sum(file.stat().st_size for file in RECORDED.glob("*.json")) < 1_500_000


def test_a_case_beyond_its_tolerance_is_named() -> None:
    case = BY_ID["contrib-batch-norm-rank-4-training"]
    assert list(failures([case], {case.id: 1e-6}, {case.id: 1.0})) == []
    assert list(failures([case], {case.id: 0.5}, {case.id: 1e-6})) == [
        "contrib-batch-norm-rank-4-training: differs by 0.5, allowed is 1e-05",
        "contrib-batch-norm-rank-4-training: the naive rename differs by 1e-06 only",
    ]
    assert list(failures([case], {case.id: float("nan")}, {})) != []


def test_the_proofs_file_counts_the_cases() -> None:
    written = load_table([PROOFS]).proofs
    expected = proofs(CASES, (*PATHS, *LEGACY), ARGUMENTS, dict.fromkeys((*BY_ID, *(case.id for case in LEGACY)), 0.0))
    assert {rule: proof.runs for rule, proof in written.items()} == {
        rule: proof.runs for rule, proof in expected.items()
    }
    assert without_differences(written) == without_differences(expected)


@pytest.mark.tensorflow
def test_the_proofs_file_says_what_is_measured() -> None:
    needs_keras(max((case.keras for case in CASES), key=lambda text: [int(part) for part in text.split(".")]))
    written = load_table([PROOFS]).proofs
    apart = {case.id: difference(case.id) for case in (*CASES, *PATHS, *ARGUMENTS) if case.new}
    measured = proofs(CASES, (*PATHS, *LEGACY), ARGUMENTS, {**apart, **measure_legacy(LEGACY)})
    for rule, proof in measured.items():
        assert written[rule].largest == pytest.approx(proof.largest, abs=2e-6), rule
        assert (written[rule].half or 0.0) == pytest.approx(proof.half or 0.0, abs=2e-3), rule


@pytest.mark.parametrize("case", [one for one in EQUAL if not one.values[0].by_hand])  # type: ignore[union-attr]
def test_the_fixer_writes_the_replacement_that_the_case_names(case: Case) -> None:
    assert _shape(replacement_of(case)) == _shape(f"y = {case.new}")


def _shape(source: str) -> str:
    """The last statement of a source, the order of keyword arguments aside."""
    statement = ast.parse(source).body[-1]
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            node.keywords.sort(key=lambda keyword: str(keyword.arg))
    return ast.unparse(statement)
