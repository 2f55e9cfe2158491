"""NF010: comments that silence nothing, and what is left of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from normfix.config.settings import LEGACY
from normfix.run.options import Options
from normfix.run.session import scan_text
from normfix.table.load import shipped_table
from tests.conftest import Command
from tests.support import fixed, found

OLD = "from keras.layers.normalization import BatchNormalization"


@pytest.mark.parametrize(
    "code",
    [
        "x = 1  # noqa\n",
        "x = 1  # noqa: E501\n",
        "x = 1  # noqa: because NF101 was here\n",
        "x = '# noqa: NF101'\n",
        '"""\n# noqa: NF101\n"""\n',
        "x = 1  # noqa: NF101, NF010\n",
        "x = 1  # noqa: NF0\n",
        "x = 1  # noqa: NF004\n",
        "x = 1  # NOQA: NF101\n",
        "x = 1  # noqa: nf101\n",
        "# normfix: file-ignore[NF010]\n",
        "y = 2  # normfix: file-ignore[NF1]\n",
        f"{OLD}  # noqa: NF101\n",
        f"{OLD}  # noqa: NF1\n",
        f"{OLD}  # normfix: ignore\n",
        f"# normfix: file-ignore[NF1]\nx = 1\n{OLD}\n",
        "from keras.layers.normalization import (  # noqa: NF101\n    BatchNormalization,\n)\n",
        f"try:\n    from keras.layers import BatchNormalization\nexcept ImportError:\n    {OLD}  # noqa: NF101\n",
    ],
)
def test_what_may_be_of_use_stays(code: str) -> None:
    assert [one for one in found(code) if "NF010" in one] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # noqa: NF101\n", "x = 1\n"),
        ("x = 1  # noqa: NF101", "x = 1"),
        ("x = 1  # noqa: NF101 - until Q3\ny = 2\n", "x = 1\ny = 2\n"),
        ("x = 1  # noqa: E501, NF101\n", "x = 1  # noqa: E501\n"),
        ("x = 1  # noqa: NF101 E501 why\n", "x = 1  # noqa: E501 why\n"),
        ("x = 1  # noqa: NF101  # pylint: disable=x\n", "x = 1  # pylint: disable=x\n"),
        ("x = 1  # type: ignore  # noqa: NF1\n", "x = 1  # type: ignore\n"),
        ("x = 1  # normfix: ignore\n", "x = 1\n"),
        ("x = 1  # normfix: ignore[NF101, NF2]\n", "x = 1\n"),
        ("x = 1\n# normfix: file-ignore[NF4]\ny = 2\n", "x = 1\ny = 2\n"),
        ("x = 1\n# normfix: file-ignore", "x = 1"),
        ("x = 1  # noqa: NF999\n", "x = 1\n"),
        (f"{OLD}  # noqa: NF101, NF301\n", f"{OLD}  # noqa: NF101\n"),
        (f"{OLD}  # noqa: NF301\n", "from keras.layers import BatchNormalization\n"),
    ],
)
def test_what_is_of_no_use_goes(before: str, after: str) -> None:
    assert "NF010" in " ".join(found(before))
    assert fixed(before).rstrip("\n") == after.rstrip("\n")


def test_rules_that_are_not_selected_say_nothing() -> None:
    data, table = b"x = 1  # noqa: NF101\ny = 2  # normfix: ignore\n", shipped_table()

    def codes(options: Options) -> list[str]:
        return [one.symbol for one in scan_text(data, "a.py", table, options).findings]

    assert codes(Options()) == ["NF101", "normfix: ignore"]
    assert codes(Options(select=("NF0", "NF1"))) == ["NF101"]
    assert codes(Options(ignore=("NF1",))) == []
    assert codes(Options(ignore=("NF010",))) == []
    assert codes(replace(Options(), strategy=LEGACY)) == []


def test_a_run_over_files_sees_them_with_and_without_the_prefilter(tmp_path: Path, normfix: Command) -> None:
    (tmp_path / "a.py").write_text("x = 1  # noqa: NF101\n", encoding="utf-8")
    (tmp_path / "b.py").write_text("x = 1  #noqa :E501,NF1\n", encoding="utf-8")
    (tmp_path / "c.py").write_text("# normfix:file-ignore\n", encoding="utf-8")
    (tmp_path / "clean.py").write_text("x = 1  # noqa\n# normfix is a tool\n", encoding="utf-8")
    result = normfix("check", "--output-format", "concise")
    assert (result.returncode, result.stdout.count(b"NF010")) == (1, 3)
    assert normfix("check", "--output-format", "concise", "--no-prefilter").stdout == result.stdout
    assert normfix("fix").returncode == 0
    assert (tmp_path / "a.py").read_text(encoding="utf-8") == "x = 1\n"
    assert (tmp_path / "clean.py").read_text(encoding="utf-8") == "x = 1  # noqa\n# normfix is a tool\n"
