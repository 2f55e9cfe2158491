"""Paths of libraries in texts by which something is patched or imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.run.options import Options
from tests.run.generated import findings, written
from tests.support import found

OLD = "keras.layers.normalization.BatchNormalization"

FOUND = [
    f"from unittest import mock\n@mock.patch('{OLD}')\ndef test(m): pass\n",
    f"from unittest.mock import patch\nwith patch('{OLD}.call') as m:\n    pass\n",
    f"def test(monkeypatch):\n    monkeypatch.setattr('{OLD}', None)\n",
    f"def test(mocker):\n    mocker.patch(\n        '{OLD}'\n    )\n",
    f"import pydoc\nlayer = pydoc.locate('{OLD}')()\n",
    f"from django.utils.module_loading import import_string\nlayer = import_string('{OLD}')\n",
]

QUIET = [
    "from unittest import mock\n@mock.patch('keras.layers.BatchNormalization')\ndef test(m): pass\n",
    "from unittest import mock\n@mock.patch('net.keras.layers.normalization.BatchNormalization')\ndef test(m): pass\n",
    f"from unittest import mock\nmock.patch.object(net, '{OLD}')\n",
    f"setattr(net, '{OLD}', 1)\n",
    f"print('{OLD}')\n# patch('{OLD}')\n",
    "from unittest import mock\nmock.patch('keras.layers.core.Dense')\n",
]


@pytest.mark.parametrize("code", FOUND)
def test_a_path_that_is_gone_is_found_in_the_text(code: str) -> None:
    assert [one.split()[1] for one in found(code)] == ["NF101"]


@pytest.mark.parametrize("code", QUIET)
def test_what_is_no_path_of_old_is_passed_over(code: str) -> None:
    assert found(code) == []


def test_a_text_that_is_tried_is_guarded() -> None:
    code = f"import pydoc\ntry:\n    layer = pydoc.locate('{OLD}')\nexcept ImportError:\n    layer = None\n"
    assert [one.split()[1] for one in found(code)] == ["NF004"]


@pytest.mark.parametrize("code", FOUND + QUIET)
def test_the_prefilter_lets_them_through(code: str, tmp_path: Path) -> None:
    files = written(tmp_path, {"m.py": code.encode()})
    assert findings(files) == findings(files, Options(workers=1, full=True))


def test_a_package_of_the_project_of_that_name_is_no_library(tmp_path: Path) -> None:
    inner = b"class BatchNormalization: pass\n"
    names = ("keras/__init__.py", "keras/layers/__init__.py", "keras/layers/normalization.py")
    files = written(tmp_path, {**dict.fromkeys(names, inner), "m.py": FOUND[0].encode()})
    assert findings(files) == {}
