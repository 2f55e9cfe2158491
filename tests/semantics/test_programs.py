"""Who imports whom: the short ways to tell give the answer of the long one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from normfix.semantics.programs import Programs
from normfix.semantics.project import Project
from normfix.table.load import shipped_table

FILES = {
    "train.py": "import nets.unet as u, nets\nfrom nets import ops\n",
    "plain.py": "import other\n",
    "other.py": "def f():\n    from nets.deep import (\n        norm,\n        missing,\n    )\n",
    "by_text.py": "import importlib\nimportlib.import_module('nets.deep.norm')\n",
    "spoken.py": "# unet, ops and nets are only spoken of\nx = 'import nets'\n",
    "nets/__init__.py": "from . import unet\nfrom .deep import *\n",
    "nets/unet.py": "from . import ops\nfrom .. import nothing\n",
    "nets/ops.py": "from .deep.norm import Norm\n",
    "nets/deep/__init__.py": "from .norm import Norm\n",
    "nets/deep/norm.py": "from ... import train\nfrom .. import unet\nfrom . import norm\n",
    "scripts/run.py": "import nets.deep\nfrom plain import x\nimport \\\n    other\n",
    "scripts/both.py": "import train; import nets.ops\n",
}


def laid_out(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "pyproject.toml").write_text("")


def programs_of(folder: Path) -> Programs:
    return Project(shipped_table()).programs(str(folder / "train.py"))


def imports(programs: Programs, folder: Path) -> dict[str, set[str]]:
    """For each file the names of those that import it."""
    base = folder.resolve()
    asked = {file: programs.importers(file) for file in programs.files}
    return {str(file.relative_to(base)): {str(one.relative_to(base)) for one in by} for file, by in asked.items()}


def test_a_search_for_the_name_an_index_and_all_imports_agree(tmp_path: Path) -> None:
    laid_out(tmp_path)
    searched = imports(programs_of(tmp_path), tmp_path)
    many = programs_of(tmp_path)
    for number in range(30):
        assert not many.importers(tmp_path / f"none{number}.py")
    assert imports(many, tmp_path) == searched
    assert imports(replace(programs_of(tmp_path), linked=True), tmp_path) == searched
    assert searched["nets/deep/norm.py"] == {"other.py", "by_text.py", "nets/ops.py", "nets/deep/__init__.py"}
    assert searched["nets/__init__.py"] == {"train.py", "nets/unet.py", "nets/deep/norm.py"}


def test_a_file_may_be_imported_under_the_name_of_a_link(tmp_path: Path) -> None:
    laid_out(tmp_path)
    (tmp_path / "linked.py").symlink_to("nets/ops.py")
    (tmp_path / "shelf").symlink_to("nets/deep", target_is_directory=True)
    (tmp_path / "user.py").write_text("import linked\nimport shelf\n")
    told = imports(programs_of(tmp_path), tmp_path)
    assert "user.py" in told["nets/ops.py"]
    assert "user.py" in told["nets/deep/__init__.py"]
