"""Draws `docs/architecture.svg`, the folders of the package and what each imports: `python -m tools.architecture`.

Each row is a folder, from the command line down to the settings, with the first sentence that its `__init__.py` says of
it; the dots are the folders that it imports. Read from the code, so that it cannot say anything else.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
PICTURE = Path("docs/architecture.svg")
_ROW, _TOP, _NAME, _COLUMN, _WORDS = 34, 92, 110, 26, 620
_STYLE = (
    "text{font:13px sans-serif;fill:#24292f}.name{font-weight:bold}.words{fill:#57606a}.row{fill:#f6f8fa}"
    ".dot{fill:#0969da}.own{fill:#d0d7de}"
)


def layers(root: Path) -> tuple[str, ...]:
    """The folders from above to below, as the contract in pyproject.toml has them."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    return tuple(name.strip() for layer in contracts[0]["layers"] for name in re.split(r"[|:]", layer))


def imported(root: Path, folder: str) -> frozenset[str]:
    """The other folders of the package that the modules of one import."""
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in (root / "normfix" / folder).rglob("*.py"))
    names = {name for tree in trees for node in ast.walk(tree) for name in _modules(node)}
    return frozenset(part[1] for name in names if len(part := name.split(".")) > 1 and part[0] == "normfix") - {folder}


def _modules(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module == "normfix":
        return [f"normfix.{alias.name}" for alias in node.names]
    return [str(node.module)] if isinstance(node, ast.ImportFrom) else []


def sentence(root: Path, folder: str) -> str:
    """The first line that a folder says of itself."""
    text = (root / "normfix" / folder / "__init__.py").read_text(encoding="utf-8")
    return str(ast.get_docstring(ast.parse(text))).splitlines()[0]


def picture(root: Path) -> str:
    """The picture as SVG."""
    folders = layers(root)
    return _drawn(folders, {folder: imported(root, folder) for folder in folders}, root)


def _drawn(folders: tuple[str, ...], imports: Mapping[str, frozenset[str]], root: Path) -> str:
    width = _NAME + _COLUMN * len(folders) + _WORDS + 40
    height = _TOP + _ROW * len(folders) + 10
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>The folders of normfix/ and what each imports</title><style>{_STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for column, folder in enumerate(folders):
        x = _NAME + _COLUMN * column + _COLUMN // 2
        lines.append(f'<text transform="translate({x + 4},{_TOP - 8}) rotate(-60)">{folder}</text>')
    for row, folder in enumerate(folders):
        y = _TOP + _ROW * row
        lines.append(f'<rect class="row" x="8" y="{y + 2}" width="{width - 16}" height="{_ROW - 4}" rx="4"/>')
        lines.append(f'<text class="name" x="18" y="{y + 21}">{folder}/</text>')
        for column, other in enumerate(folders):
            kind = "own" if other == folder else "dot" if other in imports[folder] else ""
            x = _NAME + _COLUMN * column + _COLUMN // 2
            if kind:
                lines.append(f'<circle class="{kind}" cx="{x}" cy="{y + 17}" r="6"/>')
        x = _NAME + _COLUMN * len(folders) + 14
        lines.append(f'<text class="words" x="{x}" y="{y + 21}">{escape(sentence(root, folder))}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def main() -> None:
    """Write the picture."""
    (ROOT / PICTURE).write_text(picture(ROOT), encoding="utf-8")


if __name__ == "__main__":
    main()
