"""Packages of the project that have a library's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.prefilter.prefilter import Admission, prefilter_of
from normfix.run.prefiltering import prefilter_files
from normfix.table.load import shipped_table
from tests.support import findings, result

_OLD = "from {}.layers.normalization import BatchNormalization\n\nprint(BatchNormalization)\n"
_METADATA = {
    "pyproject": ("pyproject.toml", '[project]\nname = "keras"\n'),
    "poetry": ("pyproject.toml", '[tool.poetry]\nname = "x"\npackages = [{include = "keras"}]\n'),
    "setuptools": ("pyproject.toml", '[project]\nname = "x"\n[tool.setuptools]\npackages = ["keras", "other"]\n'),
    "hatch": ("pyproject.toml", '[project]\nname = "x"\n[tool.hatch.build.targets.wheel]\npackages = ["src/keras"]\n'),
    "setup.cfg": ("setup.cfg", "[metadata]\nname = Keras\n[options]\npackages = find:\n"),
    "setup.py": ("setup.py", "from setuptools import setup\nsetup(name='x', packages=['keras', 'keras.layers'])\n"),
    "setup.py by name": ("setup.py", "import setuptools\nsetuptools.setup(name='keras')\n"),
}


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def package(where: str = "keras") -> dict[str, str]:
    """The files of a package that has what the old library had."""
    layers = {f"{where}/layers/__init__.py": "", f"{where}/layers/normalization.py": "class BatchNormalization: ...\n"}
    return {f"{where}/__init__.py": "", **layers}


def codes(folder: Path, name: str) -> list[str]:
    return [one.code for one in findings((folder / name).read_bytes(), str(folder / name))]


@pytest.mark.parametrize("root", ["keras", "tf_keras", "keras_contrib"])
def test_a_package_beside_a_script_is_what_python_imports(tmp_path: Path, root: str) -> None:
    put(tmp_path, {**package(root), "main.py": f"from {root}.layers.normalization import BatchNormalization\n"})
    assert codes(tmp_path, "main.py") == []


def test_a_package_imports_itself(tmp_path: Path) -> None:
    put(tmp_path, {**package(), "keras/models.py": _OLD.format("keras")})
    (tmp_path / "keras/layers/__init__.py").write_text(_OLD.format("keras"))
    assert codes(tmp_path, "keras/models.py") == []
    assert codes(tmp_path, "keras/layers/__init__.py") == []


def test_what_a_package_says_of_itself_is_not_looked_at_again(tmp_path: Path) -> None:
    files = {**package(), "keras/use.py": _OLD.format("keras"), "keras/other.py": _OLD.format("tensorflow.keras")}
    put(tmp_path, files)
    prefilter = prefilter_of(shipped_table())
    paths = [str(tmp_path / name) for name in files]
    admitted = {Path(one.path).name for one in prefilter_files(paths, prefilter) if one.admission is Admission.ADMITTED}
    assert admitted == {"other.py"}


@pytest.mark.parametrize("name", _METADATA)
def test_an_installed_package_is_own_in_every_file(tmp_path: Path, name: str) -> None:
    file, text = _METADATA[name]
    put(tmp_path, {**package("src/keras"), file: text, "tests/deep/test_x.py": _OLD.format("keras")})
    assert codes(tmp_path, "tests/deep/test_x.py") == []


def test_addons_import_themselves(tmp_path: Path) -> None:
    code = "import tensorflow_addons as tfa\n\nprint(tfa.layers.InstanceNormalization)\n"
    files = {"tensorflow_addons/__init__.py": "", "tensorflow_addons/layers/__init__.py": "", "tools/x.py": code}
    put(tmp_path, {**files, "setup.py": "from setuptools import setup, find_packages\nsetup(name=NAME)\n"})
    assert codes(tmp_path, "tools/x.py") == []
    (tmp_path / "setup.py").unlink()
    assert codes(tmp_path, "tools/x.py") == ["NF601"]


@pytest.mark.parametrize(
    ("files", "main"),
    [
        pytest.param({"other/keras.py": ""}, "main.py", id="a file elsewhere"),
        pytest.param({"keras.py": "x = 1\n"}, "main.py", id="a file has no modules"),
        pytest.param({"keras/helper.py": ""}, "main.py", id="a folder without __init__"),
        pytest.param({"net/__init__.py": "", "net/keras.py": ""}, "net/main.py", id="a file within a package"),
        pytest.param({"examples/keras/__init__.py": ""}, "examples/keras/main.py", id="a folder named after it"),
        pytest.param(package("vendor/keras"), "main.py", id="a package that is not on the path"),
        pytest.param({**package(), "pyproject.toml": '[project]\nname="x"\n[tool.setuptools]\npackages=["x"]\n'},
                     "scripts/main.py", id="a package that is not installed"),
    ],
)  # fmt: skip
def test_what_only_has_the_name_hides_nothing(tmp_path: Path, files: dict[str, str], main: str) -> None:
    put(tmp_path, {**files, main: _OLD.format("keras")})
    assert codes(tmp_path, main) == ["NF101"]


def test_a_fix_does_not_lead_into_a_package_of_the_project(tmp_path: Path) -> None:
    code = "from keras_contrib.layers import InstanceNormalization\n\nlayer = InstanceNormalization()\n"
    put(tmp_path, {**package(), "main.py": code})
    done = result(code, fix=True, unsafe=True, path=str(tmp_path / "main.py"))
    assert done.fixed_text is None
    targets = {one.replacement for one in done.findings}
    withheld = [str(one.withheld) for one in done.findings]
    assert any(str(one).startswith("keras.") for one in targets) == any("of this project" in one for one in withheld)
    assert done.findings
