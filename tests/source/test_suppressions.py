"""Which comments silence which findings."""

from __future__ import annotations

import pytest

from normfix.source.suppressions import suppressions
from normfix.source.text import SourceText


def covers(text: str, code: str = "NF101", first: int = 1, last: int | None = None) -> bool:
    return suppressions(SourceText("a.py", text)).covers(code, first, last or first)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        "x = 1  # a comment\n",
        "x = '# noqa'\n",
        'x = "# normfix: ignore"\n',
        "x = 1  # noqa: NF2\n",
        "x = 1  # noqa: E501\n",
        "x = 1  # noqa: NF1011\n",
        "x = 1  # noqa:\n",
        "x = 1  # noqa: because of that\n",
        "x = 1  # noqal\n",
        "x = 1  # flake8: noqa\n",
        "x = 1  # ruff: noqa\n",
        "x = 1  # normfix: ignore[NF2]\n",
        "x = 1  # normfix: ignore[]\n",
        "x = 1  # normfix: ignored\n",
        "x = 1  # normfix: file-ignore\n",
        "# normfix: ignore\nx = 1\n",
    ],
)
def test_is_not_silenced(text: str) -> None:
    line = 2 if text.startswith("#") else 1
    assert not covers(text, first=line)


def test_text_in_a_long_string_is_no_comment() -> None:
    assert not covers('x = """\n  # noqa\n"""\n', first=2)
    assert not covers('"""\n# normfix: file-ignore\n"""\nx = 1\n', first=4)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # noqa\n",
        "x = 1  #noqa\n",
        "x = 1  # NOQA\n",
        "x = 1  # noqa because of that\n",
        "x = 1  # noqa: NF101\n",
        "x = 1  # noqa : nf101\n",
        "x = 1  # noqa:E501,NF101\n",
        "x = 1  # noqa: E501 NF101 because of that\n",
        "x = 1  # noqa: NF1\n",
        "x = 1  # type: ignore # noqa: NF101\n",
        "x = '#'  # noqa\n",
        "x = 1  # normfix: ignore\n",
        "x = 1  # normfix: ignore[NF101]\n",
        "x = 1  # normfix:ignore[NF2, NF1]\n",
        "x = 1  # noqa: E501  # normfix: ignore[NF101]\n",
    ],
)
def test_is_silenced(text: str) -> None:
    assert covers(text)


def test_first_and_last_line_of_a_statement_count_and_no_other() -> None:
    text = "from a import (\n    b,\n    c,  # noqa\n    d,\n)  # noqa: NF2\n"
    assert not covers(text, first=1, last=5)
    assert covers(text, "NF207", first=1, last=5)
    assert covers(text, first=3)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_the_file_counts_them(newline: str) -> None:
    text = newline.join(["x = 1", "y = 2  # noqa", "z = 3", ""])
    assert [covers(text, first=line) for line in (1, 2, 3)] == [False, True, False]


def test_file_wide() -> None:
    assert covers("import a\n# normfix: file-ignore[NF1]\n", first=9)
    assert not covers("import a\n# normfix: file-ignore[NF1]\n", "NF201", first=9)
    assert covers("import a\n    # normfix: file-ignore\n", "NF201", first=9)


def test_a_file_that_does_not_parse_is_read_as_far_as_it_goes() -> None:
    text = "x = 1  # noqa\ny = '''\n"
    assert covers(text, first=1)
    assert not covers(text, first=2)


def test_a_line_of_hashes_is_read_in_one_go() -> None:
    assert suppressions(SourceText("a.py", "#" * 500_000)).directives == ()
