"""Makes docs/check.svg: what `normfix check` prints on the broken examples, as a terminal shows it.

python -m tools.picture
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
COMMAND = ["check", "--color", "always", "fixtures/broken/generator.py"]
WIDTH = 118


def main() -> None:
    """Run the command and write the picture."""
    run = subprocess.run(
        [sys.executable, "-m", "normfix", *COMMAND], cwd=ROOT, capture_output=True, text=True, check=False
    )
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ normfix check fixtures/broken/generator.py", style="bold"))
    console.print(Text.from_ansi(run.stdout + run.stderr))
    (ROOT / "docs" / "check.svg").write_text(console.export_svg(title="normfix"), encoding="utf-8")


if __name__ == "__main__":
    main()
