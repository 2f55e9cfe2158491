"""Draws `docs/history.svg`, when each normalization layer came and went: `python -m tools.history`.

Read from the recording of the releases; which paths are drawn stands below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from normfix.report.page.releases import state
from normfix.table.availability import Availability, shipped_availability

ROOT = Path(__file__).parent.parent
PICTURE = Path("docs/history.svg")
SHOWN: Mapping[str, tuple[str, Sequence[str]]] = {
    "tensorflow": (
        "TensorFlow",
        (
            "tensorflow.contrib.layers.batch_norm",
            "tensorflow.contrib.layers.layer_norm",
            "tensorflow.contrib.layers.instance_norm",
            "tensorflow.contrib.slim.batch_norm",
            "tensorflow.layers.batch_normalization",
            "tensorflow.compat.v1.layers.batch_normalization",
            "tensorflow.nn.fused_batch_norm",
            "tensorflow.nn.batch_normalization",
            "tensorflow.python.keras.layers.BatchNormalization",
            "tensorflow.python.keras.layers.normalization.BatchNormalization",
            "tensorflow.keras.layers.experimental.preprocessing.Normalization",
            "tensorflow.keras.layers.experimental.SyncBatchNormalization",
            "tensorflow.keras.layers.BatchNormalization",
            "tensorflow.keras.layers.LayerNormalization",
            "tensorflow.keras.layers.Normalization",
            "tensorflow.keras.layers.UnitNormalization",
            "tensorflow.keras.layers.GroupNormalization",
            "tensorflow.keras.layers.SpectralNormalization",
            "tensorflow.keras.layers.RMSNormalization",
        ),
    ),
    "keras": (
        "Keras by itself",
        (
            "keras.layers.normalization.BatchNormalization",
            "keras.layers.normalization.batch_normalization.BatchNormalization",
            "keras.layers.experimental.SyncBatchNormalization",
            "keras.api.layers.BatchNormalization",
            "keras.layers.BatchNormalization",
            "keras.layers.LayerNormalization",
            "keras.layers.Normalization",
            "keras.layers.UnitNormalization",
            "keras.layers.GroupNormalization",
            "keras.layers.SpectralNormalization",
            "keras.layers.RMSNormalization",
        ),
    ),
    "tensorflow-addons": (
        "TensorFlow Addons (ended in May 2024)",
        (
            "tensorflow_addons.layers.InstanceNormalization",
            "tensorflow_addons.layers.GroupNormalization",
            "tensorflow_addons.layers.WeightNormalization",
            "tensorflow_addons.layers.SpectralNormalization",
        ),
    ),
}
"""Axis -> its title and the paths whose bars are drawn, the oldest first."""
_NAMES, _COLUMN, _ROW, _HEAD = 490, 26, 22, 58
_STYLE = (
    "text{font:12px sans-serif;fill:#24292f}.title{font-weight:bold;font-size:14px}.path{font-family:monospace}"
    ".release{font-size:10px;fill:#57606a}.row{fill:#f6f8fa}.works{fill:#1a7f37}.part{fill:#e3b341}"
)
_CLASSES = {"works": "works", "in part": "part"}


def picture(recorded: Availability) -> str:
    """The picture as SVG."""
    width = _NAMES + _COLUMN * max(len(recorded.releases[axis]) for axis in SHOWN) + 20
    body: list[str] = []
    top = 30
    for axis, (title, paths) in SHOWN.items():
        body += _panel(recorded, axis, title, paths, top)
        top += _HEAD + _ROW * len(paths) + 14
    title = "The releases in which each normalization layer works"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" role="img">',
            f'<title>{title}</title><style>{_STYLE}</style><rect width="{width}" height="{top}" fill="#ffffff"/>',
            *_legend(),
            *body,
            "</svg>\n",
        ]
    )


def _legend() -> Iterator[str]:
    yield '<rect class="works" x="12" y="10" width="20" height="12"/><text x="38" y="20">works</text>'
    yield '<rect class="part" x="92" y="10" width="20" height="12"/>'
    yield '<text x="118" y="20">works in part: by one way of importing, or is not called by itself</text>'


def _panel(recorded: Availability, axis: str, title: str, paths: Sequence[str], top: int) -> Iterator[str]:
    """One axis: its releases from left to right, and a row for each path."""
    releases = recorded.releases[axis]
    yield f'<text class="title" x="12" y="{top + 34}">{escape(title)}</text>'
    for column, release in enumerate(releases):
        x = _NAMES + _COLUMN * column + _COLUMN // 2
        yield f'<text class="release" transform="translate({x + 3},{top + _HEAD - 6}) rotate(-60)">{release}</text>'
    for row, path in enumerate(paths):
        y = top + _HEAD + _ROW * row
        yield f'<rect class="row" x="8" y="{y}" width="{_NAMES + _COLUMN * len(releases) - 8}" height="{_ROW - 2}"/>'
        yield f'<text class="path" x="12" y="{y + 14}">{escape(path)}</text>'
        yield from _bars(recorded, axis, path, y)


def _bars(recorded: Availability, axis: str, path: str, y: int) -> Iterator[str]:
    reach = recorded.paths[path][axis]
    column = 0
    for kind, group in groupby(recorded.releases[axis], key=lambda release: state(reach, release)):
        found = list(group)
        if kind in _CLASSES:
            words = found[0] if len(found) == 1 else f"{found[0]}-{found[-1]}"
            x, width = _NAMES + _COLUMN * column + 1, _COLUMN * len(found) - 2
            shape = f'class="{_CLASSES[kind]}" x="{x}" y="{y + 3}" width="{width}" height="{_ROW - 8}" rx="2"'
            yield f"<rect {shape}><title>{escape(path)}: {kind} in {words}</title></rect>"
        column += len(found)


def main() -> None:
    """Write the picture."""
    (ROOT / PICTURE).write_text(picture(shipped_availability()), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
