"""The three usual examples: clean under `check`, and they learn."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from fixtures.files import FIXTURES, normfix

ARTICLE = sorted((FIXTURES / "article").glob("*.py"))
FILES = [pytest.param(file, id=file.stem) for file in ARTICLE]


def example(file: Path) -> Any:
    return import_module(f"fixtures.article.{file.stem}")


def test_there_are_three() -> None:
    assert [file.stem for file in ARTICLE] == ["batch_normalization", "layer_normalization", "normalization"]


@pytest.mark.parametrize("file", FILES)
def test_an_example_is_clean(file: Path) -> None:
    assert normfix(file).findings == ()


@pytest.mark.tensorflow
@pytest.mark.parametrize("file", FILES)
def test_an_example_learns(file: Path) -> None:
    import numpy as np

    code = example(file)
    model = code.build()
    history = model.fit(*code.batch(64), epochs=2, verbose=0)
    assert np.isfinite(history.history["loss"]).all()


@pytest.mark.tensorflow
def test_the_batch_layer_keeps_averages_of_what_it_saw() -> None:
    import numpy as np

    code = example(FIXTURES / "article" / "batch_normalization.py")
    model = code.build()
    assert not any(np.any(layer.moving_mean) for layer in model.layers if hasattr(layer, "moving_mean"))
    model.train_on_batch(*code.batch())
    averages = [layer.moving_mean for layer in model.layers if hasattr(layer, "moving_mean")]
    assert len(averages) == 2
    assert all(np.any(average) for average in averages)


@pytest.mark.tensorflow
def test_the_adapted_layer_gives_values_around_zero() -> None:
    code = example(FIXTURES / "article" / "normalization.py")
    features, _ = code.batch(1024)
    scaled = code.build().layers[0](features)
    assert abs(float(scaled.numpy().mean())) < 1e-3
    assert float(scaled.numpy().std()) == pytest.approx(1.0, abs=1e-2)
