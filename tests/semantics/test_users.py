"""Who uses a name of a file, and what in the file itself hands it on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from normfix.semantics.exports import handing_line
from normfix.semantics.project import Project
from normfix.semantics.users import How, all_readers, users_of
from normfix.table.load import shipped_table

TABLE = shipped_table()
OPS = "from tensorflow_addons.layers import InstanceNormalization as IN\nimport tensorflow_addons as tfa\n"


def users(folder: Path, name: str = "IN", **files: str) -> list[str]:
    """The uses of a name of `ops.py` in a project, each as `file:line how`."""
    for path, text in {"ops": OPS, **files}.items():
        file = folder / (path if "." in path else f"{path.replace('__', '/', 1)}.py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    found = list(users_of(Project(TABLE), str(folder / "ops.py"), name))
    read = [(one.path, one.line) for one in all_readers(Project(TABLE), str(folder / "ops.py"), name)]
    assert read == [(one.path, one.line) for one in found if one.how is How.READ]
    return [f"{Path(one.path).name}:{one.line} {one.how.value}" for one in found]


@pytest.mark.parametrize(
    "net",
    [
        "import ops\n\nx = ops.other\n",
        "from ops import other\n",
        "from other import IN\n",
        "from ops import *\n\nIN = 1\nx = IN\n",
        "from ops import *\n\n\ndef f(IN):\n    return IN\n",
        "import ops\n\nx = getattr(ops, 'other')\n",
        "import ops\n\nops\n",
        "import importlib\n\nimport ops\n\nimportlib.reload(ops)\n",
        "# ops.IN\n",
        "x = 'IN'\n",
        "x = 'cops.IN'\n",
        "x = 'take IN from ops'\n",
        "exec('from other import IN')\n",
        "exec('from ops import other')\n",
        "exec('from cops import *')\n",
        "eval('other.IN()')\n",
        "x = 'ops.IN()'\n",
        "x = {'ops': 'IN'}\n",
        "import importlib\n\nx = getattr(importlib.import_module(settings['module']), 'IN')\n",
        "import importlib\n\nx = getattr(importlib.import_module(f'{a}.b'), 'IN')\n",
        "import importlib\n\nx = importlib.import_module(__name__)\ny = 'ops'\n",
        "x = open('ops.py').read()\n",
        "import runpy\n\nx = runpy.run_path('cops.py')\n",
    ],
)
def test_who_takes_another_name_is_no_user(tmp_path: Path, net: str) -> None:
    assert users(tmp_path, net=net) == []


@pytest.mark.parametrize(
    ("net", "found"),
    [
        ("from ops import IN\n\nx = IN()\n", ["net.py:1 import", "net.py:3 read"]),
        ("def f():\n    from ops import IN as N\n    return N()\n", ["net.py:2 import", "net.py:3 read"]),
        ("from ops import *\n\nx = IN\n", ["net.py:3 read"]),
        ("import ops\n\nx = ops.IN()\n", ["net.py:3 read"]),
        ("def f():\n    import ops as o\n    return o.IN\n", ["net.py:3 read"]),
        ("import ops\n\nx = getattr(ops, 'IN')\n", ["net.py:3 text"]),
        ("import ops\n\nx = getattr(ops, name)\n", ["net.py:3 text"]),
        ("import ops\n\nx = vars(ops)\n", ["net.py:3 text"]),
        ("import ops\n\nx = ops.__dict__[name]\n", ["net.py:3 text"]),
        ("import ops\n\nx = ops.__getattribute__(name)\n", ["net.py:3 text"]),
        ("import ops\n\nmodules = [ops]\n", ["net.py:3 text"]),
        ("import ops\n\nmonkeypatch.setattr(ops, 'IN', None)\n", ["net.py:3 text"]),
        ("mock.patch('ops.IN')\n", ["net.py:1 text"]),
        ("import importlib\n\nx = importlib.import_module('ops')\n", ["net.py:3 text"]),
        ("exec('from ops import IN')\n", ["net.py:1 text"]),
        ("exec('import os; from ops import other, IN as N')\n", ["net.py:1 text"]),
        ("import timeit\n\ntimeit.timeit('IN()', setup='from ops import *')\n", ["net.py:3 text"]),
        ('CODE = """\nimport os\nfrom ops import IN\n"""\n', ["net.py:3 text"]),
        ("def f():\n    '''Makes one.\n\n    >>> from ops import (IN, other)\n    '''\n", ["net.py:4 text"]),
        ("import ops\n\nx = eval('ops.IN()')\n", ["net.py:3 text"]),
        ("import runpy\n\nx = runpy.run_path('src/ops.py')['IN']\n", ["net.py:3 text"]),
        ("exec(open('ops.py').read())\n", ["net.py:1 text"]),
        ("import importlib\n\nx = importlib.import_module(name)\nNAMES = ['ops', 'net']\n", ["net.py:4 text"]),
        ("from x import import_string\n\nimport_string(settings['norm'])\nY = ('ops',)\n", ["net.py:4 text"]),
    ],
)
def test_every_road_to_a_name_counts(tmp_path: Path, net: str, found: list[str]) -> None:
    assert users(tmp_path, net=net) == found


@pytest.mark.parametrize(
    "load",
    [
        "f'{__name__}.{one}'",
        'f"{__package__}.{one}"',
        "__name__ + '.' + one",
        "'.' + one, __name__",
        "f'.{one}', __package__",
    ],
)
def test_a_package_that_loads_all_its_modules_uses_their_names(tmp_path: Path, load: str) -> None:
    loading = f"import importlib\n\nfor one in names:\n    importlib.import_module({load})\n"
    users(tmp_path, pkg____init__=loading, pkg__ops=OPS, other____init__=loading)
    found = users_of(Project(TABLE), str(tmp_path / "pkg" / "ops.py"), "IN")
    assert [(Path(one.path).parent.name, one.line) for one in found] == [("pkg", 4)]


def test_names_that_go_through_other_files(tmp_path: Path) -> None:
    files = {"pkg____init__": "", "between": "from ops import *\n", "net": "from between import IN\n\nx = IN()\n"}
    assert users(tmp_path, **files) == ["net.py:1 import", "net.py:3 read"]


def test_who_does_not_spell_a_name_need_not_be_parsed_for_its_readers(tmp_path: Path) -> None:
    files = {"net": "from ops import IN as N\n\nx = N()\n", "other": "import ops\n\nx = ops.tfa\n"}
    users(tmp_path, **files)
    project = Project(TABLE)
    (reader,) = all_readers(project, str(tmp_path / "ops.py"), "IN")
    assert Path(reader.path).name == "net.py"
    assert str(tmp_path / "other.py") not in project.observed().read


def test_a_name_in_other_letters_is_read_all_the_same(tmp_path: Path) -> None:
    assert users(tmp_path, net="import ops\n\nx = ops.I\uff2e\n") == ["net.py:3 read"]


def test_a_package_hands_on_all_that_it_takes_by_a_star(tmp_path: Path) -> None:
    files = {"pkg____init__": "from .ops import *\n", "pkg__ops": OPS}
    users(tmp_path, **files)
    found = users_of(Project(TABLE), str(tmp_path / "pkg" / "ops.py"), "IN")
    assert [(Path(one.path).name, one.line) for one in found] == [("__init__.py", 1)]


def test_a_list_of_names_keeps_a_star_from_the_rest(tmp_path: Path) -> None:
    files = {"ops": f"{OPS}\n__all__ = ['tfa']\n", "net": "from ops import *\n\nx = IN, tfa\n"}
    assert users(tmp_path, **files) == []
    assert users(tmp_path, "tfa", **files) == ["net.py:3 read"]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"layers__norms": OPS, "conf": "PATH = 'layers.norms'\n"}, ["conf.py:1 text"]),
        ({"layers__norms": OPS, "conf.yaml": "norm: {module: layers.norms, name: IN}\n"}, ["conf.yaml:1 text"]),
        ({"layers__norms": OPS, "conf": "WORD = 'norms'\n", "conf.yaml": "norms: 3\n"}, []),
        ({"layers__norms": OPS, "conf": "PATH = 'other.norms'\n"}, []),
    ],
)
def test_a_module_whose_path_stands_elsewhere(tmp_path: Path, files: dict[str, str], found: list[str]) -> None:
    loads = "import importlib\n\n\ndef load(module, name):\n    return getattr(importlib.import_module(module), name)\n"
    users(tmp_path, **files, load=loads)
    uses = users_of(Project(TABLE), str(tmp_path / "layers" / "norms.py"), "IN")
    assert [f"{Path(one.path).name}:{one.line} {one.how.value}" for one in uses] == found


def test_a_notebook_uses_what_its_code_says(tmp_path: Path) -> None:
    cell: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    source = ["from ops import IN\n", "x = IN()\n", 'mock.patch("ops.IN")\n', "%run ops.py"]
    book = {"cells": [{**cell, "source": source}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    found = users(tmp_path, **{"net.ipynb": json.dumps(book)})
    assert found == ["net.ipynb:1 import", "net.ipynb:2 read", "net.ipynb:3 text"]


def test_settings_that_name_a_name(tmp_path: Path) -> None:
    assert users(tmp_path, **{"pyproject.toml": '[project.scripts]\nrun = "ops:IN"\n'}) == ["pyproject.toml:2 text"]


def test_a_file_that_cannot_be_parsed_uses_what_it_says(tmp_path: Path) -> None:
    assert users(tmp_path, net="from ops import IN\nprint 'x'\n") == ["net.py:1 text"]


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        ("", None),
        ("__all__ = ['other']\n", None),
        ("x = globals()['other']\n", None),
        ("def f():\n    return vars(args), locals()\n", None),
        ("__all__ = ['IN']\n", 3),
        ("__all__ = [one for one in dir() if one]\n", 3),
        ("__all__ = ['a']\n__all__.append(name)\n", 3),
        ("x = globals()['IN']\n", 3),
        ("x = globals().get('IN')\n", 3),
        ("x = [globals()[one] for one in names]\n", 3),
        ("x = 'IN' in globals()\n", 3),
        ("import sys\nx = getattr(sys.modules[__name__], name)\n", 4),
        ("x = vars()\n", 3),
        ("x = eval(text)\n", 3),
        ("x = eval('IN()')\n", 3),
    ],
)
def test_what_a_file_hands_on_itself(tmp_path: Path, rest: str, line: int | None) -> None:
    (tmp_path / "ops.py").write_text(OPS + rest, encoding="utf-8")
    module = Project(TABLE).module(tmp_path / "ops.py")
    assert module is not None
    binding = module.bindings.module.bindings["IN"][0]
    assert handing_line(module.bindings, binding, "ops.py") == line
