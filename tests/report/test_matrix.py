"""`normfix matrix`: which paths a symbol means, and how they are shown."""

from __future__ import annotations

import json

import pytest

from normfix.report.matrix import UnknownSymbolError, as_json, as_text, find_paths, rows
from normfix.table.availability import shipped_availability
from normfix.table.load import shipped_table

OLD = "tensorflow.layers.batch_normalization"


def paths(symbol: str) -> tuple[str, ...]:
    return find_paths(shipped_table(), shipped_availability(), symbol)


@pytest.mark.parametrize(
    ("symbol", "path"),
    [
        (OLD, OLD),
        ("tf.layers.batch_normalization", OLD),
        ("tensorflow.compat.v1.contrib.layers.batch_norm", "tensorflow.contrib.layers.batch_norm"),
        ("tfa.layers.WeightNormalization", "tensorflow_addons.layers.WeightNormalization"),
    ],
)
def test_a_full_path_means_itself(symbol: str, path: str) -> None:
    assert paths(symbol) == (path,)


def test_a_short_name_means_public_homes_first() -> None:
    assert paths("GroupNormalization")[:2] == (
        "keras.layers.GroupNormalization",
        "tf_keras.layers.GroupNormalization",
    )
    assert "keras.layers.GroupNormalization" in paths("groupnormalization")


@pytest.mark.parametrize(
    ("symbol", "near"),
    [
        ("tf.layers.batch_normalisation", OLD),
        ("BatchNormalisatoin", "BatchNormalization"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest_that_ever_worked(symbol: str, near: str) -> None:
    with pytest.raises(UnknownSymbolError, match=f"did you mean {near}"):
        paths(symbol)


def test_neighbouring_releases_that_behave_alike_are_one_row() -> None:
    first, second = [row for row in rows(shipped_availability(), OLD) if row.axis == "tensorflow"]

    assert (first.releases, first.verdicts) == ("1.13-1.15", (True, True, True))
    assert second.cells[2:5] == ("no", "no", "no")
    assert second.words == "AttributeError: module 'tensorflow' has no attribute 'layers'"


def test_text_names_the_rule_and_its_cure() -> None:
    text = as_text(shipped_table(), shipped_availability(), (OLD,))

    assert text.startswith(f"{OLD} (NF301: tensorflow.keras.layers.BatchNormalization)\n")
    assert "1.13-1.15" in text


def test_text_stops_at_a_readable_number_of_paths() -> None:
    assert "more end in that name" in as_text(shipped_table(), shipped_availability(), paths("BatchNormalization"))


def test_json_has_every_release() -> None:
    (found,) = json.loads(as_json(shipped_table(), shipped_availability(), (OLD,)))

    assert found["rule"] == "NF301"
    assert found["axes"]["tensorflow"]["works"]["call"] == ["1.13", "1.14", "1.15"]
    assert found["axes"]["tensorflow"]["errors"]["from"]["2.0"].startswith("ModuleNotFoundError")
