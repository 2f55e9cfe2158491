"""What is asked of the interpreter: arguments and input shapes."""

from __future__ import annotations

import pytest

from normfix.runtime.checks import Check, LiteralCall, site_checks, table_checks, target_checks
from normfix.table.load import shipped_table


def check(target: str, *positional: str, **keywords: str) -> Check:
    site = LiteralCall("model.py", 3, 9, target, positional, tuple(keywords.items()))
    (made,) = site_checks([site], shipped_table())
    return made


def test_a_site_keeps_its_place_and_arguments() -> None:
    made = check("keras.layers.BatchNormalization", "-1", momentum="0.9")
    assert made.id == "model.py:3:9"
    assert (made.positional, made.keywords) == (("-1",), (("momentum", "0.9"),))


@pytest.mark.parametrize(
    ("layer", "positional", "keywords", "shape"),
    [
        ("BatchNormalization", (), {}, (4, 8)),
        ("BatchNormalization", ("3",), {}, (4, 4, 4, 8)),
        ("BatchNormalization", (), {"axis": "1"}, (4, 8)),
        ("BatchNormalization", (), {"axis": "-3"}, (4, 4, 4, 8)),
        ("BatchNormalization", (), {"fused": "True"}, (4, 4, 4, 8)),
        ("BatchNormalization", (), {"axis": "somewhere"}, (4, 8)),
        ("BatchNormalization", (), {"axis": "1000000000"}, (4, 8)),
        ("LayerNormalization", (), {"axis": "[-1000000000, 2]"}, (4, 4, 8)),
        ("GroupNormalization", ("4", "1000000000"), {}, (2, 4, 4, 8)),
        ("BatchNormalization", (), {"input_shape": "(784,)"}, (4, 784)),
        ("BatchNormalization", (), {"input_dim": "20"}, (4, 20)),
        ("BatchNormalization", (), {"virtual_batch_size": "3"}, (6, 8)),
        ("LayerNormalization", (), {"axis": "[1, 2, 3]"}, (4, 4, 4, 8)),
        ("GroupNormalization", (), {}, (2, 4, 4, 64)),
        ("GroupNormalization", ("6",), {}, (2, 4, 4, 12)),
        ("GroupNormalization", ("6", "1"), {}, (2, 12, 4, 8)),
        ("GroupNormalization", (), {"groups": "-1"}, (2, 4, 4, 8)),
        ("Normalization", (), {"mean": "[0.0, 1.0, 2.0]", "variance": "[1.0, 1.0, 1.0]"}, (4, 3)),
        ("Normalization", (), {"axis": "None"}, (4, 8)),
    ],
)
def test_an_input_that_suits(
    layer: str, positional: tuple[str, ...], keywords: dict[str, str], shape: tuple[int, ...]
) -> None:
    assert check(f"tensorflow.keras.layers.{layer}", *positional, **keywords).shape == shape


@pytest.mark.parametrize(
    ("function", "positional", "keywords", "asked"),
    [
        ("l2_normalize", (), {}, {"axis": "-1"}),
        ("l2_normalize", (), {"axis": "1"}, {"axis": "1"}),
        ("l2_normalize", (), {"dim": "1"}, {"dim": "1"}),
        ("l2_normalize", ("1",), {"epsilon": "1e-9"}, {"axis": "1", "epsilon": "1e-9"}),
        ("moments", ("[0, 1]",), {"keep_dims": "True"}, {"axes": "[0, 1]", "keep_dims": "True"}),
        (
            "batch_normalization",
            (),
            {"offset": "None", "variance_epsilon": "1e-5"},
            {"mean": "0.0", "variance": "1.0", "offset": "None", "scale": "1.0", "variance_epsilon": "1e-5"},
        ),
    ],
)
def test_a_function_is_called_as_it_is_written(
    function: str, positional: tuple[str, ...], keywords: dict[str, str], asked: dict[str, str]
) -> None:
    made = check(f"tensorflow.nn.{function}", *positional, **keywords)
    assert (made.positional, dict(made.keywords)) == ((), asked)


@pytest.mark.parametrize(
    ("function", "keywords", "shape"),
    [
        ("l2_normalize", {}, (4, 8)),
        ("l2_normalize", {"dim": "-3"}, (4, 4, 4, 8)),
        ("moments", {"axes": "[0]"}, (4, 8)),
        ("moments", {"axes": "[1, 2, 4]"}, (4, 4, 4, 4, 8)),
        ("moments", {"axes": "list(range(4))"}, (4, 8)),
        ("batch_norm_with_global_normalization", {}, (2, 4, 4, 3)),
    ],
)
def test_a_function_has_an_input_with_its_axes(function: str, keywords: dict[str, str], shape: tuple[int, ...]) -> None:
    assert check(f"tensorflow.nn.{function}", **keywords).shape == shape


def test_normalization_is_adapted_unless_it_has_statistics() -> None:
    assert check("tensorflow.keras.layers.Normalization").adapt
    assert not check("tensorflow.keras.layers.Normalization", mean="0.0", variance="1.0").adapt
    assert not check("tensorflow.keras.layers.Normalization", "-1", "0.0", "1.0").adapt


def test_a_wrapper_gets_a_layer() -> None:
    assert check("keras.layers.SpectralNormalization", power_iterations="2").wraps


def test_a_legacy_path_is_probed_like_what_it_means() -> None:
    assert check("keras.layers.normalization.group_normalization.GroupNormalization", "4").shape == (2, 4, 4, 8)


def test_a_function_gets_what_it_cannot_do_without() -> None:
    made = check("tensorflow.nn.moments", keep_dims="True")
    assert dict(made.keywords) == {"axes": "[0]", "keep_dims": "True"}


def test_an_unknown_function_is_only_looked_up() -> None:
    assert check("tensorflow.contrib.layers.batch_norm", decay="0.9").name_only


def test_every_target_and_layer_of_the_table_is_tried() -> None:
    table = shipped_table()
    targets = {made.target for made in table_checks(table)}
    assert set(table.targets) <= targets
    assert "tensorflow.keras.layers.Normalization" in targets


def test_a_target_without_a_probe_is_only_looked_up() -> None:
    (made,) = target_checks(shipped_table(), ["keras.layers.Dense"])
    assert (made.id, made.name_only) == ("keras.layers.Dense", True)
