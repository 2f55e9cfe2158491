"""[tool.normfix]: found, read, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.config.settings import ConfigError, Settings, find_settings, read_settings


def pyproject(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "pyproject.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_nothing_there_means_the_defaults(tmp_path: Path) -> None:
    assert find_settings(tmp_path) == Settings(root=Path.cwd())


def test_a_file_without_our_table_is_passed_by(tmp_path: Path) -> None:
    pyproject(tmp_path, "[tool.normfix]\nselect = ['NF1']\n")
    pyproject(tmp_path / "a", "[tool.other]\nname = 'normfix'\n")
    pyproject(tmp_path / "a/b", "not toml at all")
    settings = find_settings(tmp_path / "a/b")
    assert settings.root == tmp_path
    assert settings.select == ("NF1",)


def test_the_nearest_table_wins_and_nothing_is_inherited(tmp_path: Path) -> None:
    pyproject(tmp_path, "[tool.normfix]\nselect = ['NF1']\nignore = ['NF101']\n")
    pyproject(tmp_path / "a", "[tool.normfix]\nselect = ['NF2']\n")
    settings = find_settings(tmp_path / "a")
    assert (settings.select, settings.ignore) == (("NF2",), ())


def test_every_key(tmp_path: Path) -> None:
    text = """
    [tool.normfix]
    select = ["NF1", "NF2"]
    ignore = ["NF101"]
    extend-select = ["NF3"]
    exclude = ["old"]
    extend-exclude = ["generated/*.py"]
    unsafe-fixes = true
    output-format = "concise"
    [tool.normfix.per-file-ignores]
    "tests/*" = ["NF4"]
    """
    assert read_settings(pyproject(tmp_path, text)) == Settings(
        root=tmp_path,
        file=tmp_path / "pyproject.toml",
        select=("NF1", "NF2"),
        ignore=("NF101",),
        extend_select=("NF3",),
        per_file_ignores={"tests/*": ("NF4",)},
        exclude=("old",),
        extend_exclude=("generated/*.py",),
        unsafe_fixes=True,
        output_format="concise",
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("selct = ['NF1']", "unknown key 'selct' in [tool.normfix]; did you mean 'select'?"),
        ("extend_select = ['NF1']", "did you mean 'extend-select'?"),
        ("zzz = 1", "known keys: select, "),
        ("select = 'NF1'", "select must be a list of strings"),
        ("ignore = [1]", "ignore must be a list of strings"),
        ("unsafe-fixes = 'yes'", "unsafe-fixes must be true or false"),
        ("output-format = 'xml'", "output-format must be one of full, concise, grouped, json, json-lines, sarif, "),
        ("output-format = ['full']", "output-format must be one of"),
        ("per-file-ignores = ['a']", "per-file-ignores must be a table"),
        ("per-file-ignores = {'a.py' = 'NF1'}", "per-file-ignores.'a.py' must be a list of strings"),
        ("select = [", "Unclosed"),
    ],
)
def test_what_is_refused_names_file_and_key(tmp_path: Path, line: str, message: str) -> None:
    file = pyproject(tmp_path, f"[tool.normfix]\n{line}\n")
    with pytest.raises(ConfigError) as caught:
        find_settings(tmp_path)
    text = str(caught.value)
    assert text.startswith(f"{file}: ")
    assert message in text or line == "select = ["
    assert "\n" not in text


def test_the_table_must_be_a_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"tool\.normfix must be a table"):
        find_settings(pyproject(tmp_path, "[tool]\nnormfix = 1\n").parent)


def test_a_named_file_must_be_there_and_speak_of_us(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_settings(tmp_path / "missing.toml")
    with pytest.raises(ConfigError, match=r"Is a directory|Permission"):
        read_settings(tmp_path)
    with pytest.raises(ConfigError, match=r"no \[tool.normfix\] in it"):
        read_settings(pyproject(tmp_path, "[tool.other]\n"))


@pytest.mark.parametrize(
    ("glob", "path", "hit"),
    [
        ("a.py", "src/b.py", False),
        ("src/a.py", "other/src/a.py", False),
        ("!src/*", "src/a.py", False),
        ("a.py", "src/a.py", True),
        ("*_test.py", "src/deep/a_test.py", True),
        ("src/*", "src/deep/a.py", True),
        ("src/a.py", "src/a.py", True),
        ("!src/*", "a.py", True),
    ],
)
def test_per_file_ignores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, glob: str, path: str, hit: bool) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(root=tmp_path, per_file_ignores={glob: ("NF1",)})
    assert settings.ignored_in(path) == (("NF1",) if hit else ())
    assert settings.ignored_in(str(tmp_path / path)) == (("NF1",) if hit else ())
