"""What a hover says of the name under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.client import CAN, Client

TEXT = """\
import tensorflow as tf
from keras.layers.normalization import BatchNormalization as BN
from tensorflow.keras.layers import LayerNormalization

layers = tf.keras.layers
y = BN(axis=-1)(layers.GroupNormalization(groups=1)(x))
print(y)
"""


@pytest.fixture
def hover(client: Client, tmp_path: Path) -> Callable[[str], str]:
    """What is said at the first place of a text."""
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, TEXT)

    def ask(text: str) -> str:
        ahead = TEXT[: TEXT.index(text)].split("\n")
        position = {"line": len(ahead) - 1, "character": len(ahead[-1]) + 1}
        said = client.request("textDocument/hover", textDocument={"uri": uri}, position=position)
        return str(said["contents"]["value"]) if said is not None else ""

    return ask


@pytest.mark.parametrize("text", ["print", "import tensorflow", "axis", "groups"])
def test_other_names_say_nothing(hover: Callable[[str], str], text: str) -> None:
    assert hover(text) == ""


def test_a_finding_says_history_numbers_and_releases(hover: Callable[[str], str]) -> None:
    said = hover("BatchNormalization as BN")
    assert said.startswith("**NF101** ")
    assert "\n- *history*: worked up to Keras 2.4" in said
    assert "\n- *numbers*: identical" in said
    assert "\n| Keras | 2.2-2.5 | yes |\n| Keras | 2.6-" in said


def test_a_use_of_what_was_found_elsewhere(hover: Callable[[str], str]) -> None:
    said = hover("BN(axis")
    assert said.startswith("**keras.layers.normalization.BatchNormalization** ")
    assert "(NF101)" in said
    assert "- *replacement*: keras.layers.BatchNormalization" in said
    assert "| Keras | 2.2-2.5 | yes |" in said


def test_a_layer_of_today_by_whatever_name(hover: Callable[[str], str]) -> None:
    said = hover("layers.GroupNormalization")
    assert said.startswith("**GroupNormalization** ")
    assert "- *since*: TensorFlow 2.11" in said
    assert "| `tensorflow.keras.layers.GroupNormalization` | releases | works |" in said


def test_an_import_of_today(hover: Callable[[str], str]) -> None:
    said = hover("LayerNormalization")
    assert said.startswith("**LayerNormalization** ")
    assert "- *mind*: " in said


def test_a_client_without_markdown(start: Callable[[], Client], tmp_path: Path) -> None:
    client = start()
    client.initialize(tmp_path, {**CAN, "textDocument": {}})
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, TEXT)
    position = {"line": 1, "character": 45}
    said = client.request("textDocument/hover", textDocument={"uri": uri}, position=position)
    assert said["contents"]["kind"] == "plaintext"


def test_broken_code_has_no_names(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, "layers = (\n")
    assert client.request("textDocument/hover", textDocument={"uri": uri}, position={"line": 0, "character": 2}) is None
