"""The output formats, letter by letter."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import normfix
from normfix.config.settings import FORMATS, LINES
from normfix.report import concise, diff, full, github, grouped
from normfix.report import json as json_format
from normfix.report.excerpt import excerpt
from normfix.report.paint import Paint, printable, wants_colour
from normfix.report.view import View, body
from normfix.source.text import Position, SourceText
from tests.conftest import Command
from tests.report.hand_made import CLEAN, FIRST, FOUND, NOTED, SOURCE, TABLE, UNREADABLE, Result

PLAIN = Paint()
CODES = """
from normfix.report import in_order
def render(results, table, view):
    return "".join(f"{finding.code}\\n" for finding in in_order(results))
"""


@pytest.mark.parametrize("name", LINES)
def test_nothing_to_say_is_an_empty_text(name: str) -> None:
    assert body([], TABLE, View(format=name)) == ""
    assert body([CLEAN], TABLE, View(format=name)) == ""


def test_nothing_to_say_in_json_is_an_empty_array() -> None:
    assert json_format.render([CLEAN], TABLE, View()) == "[]\n"


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_named_a_format_is_drawn(name: str) -> None:
    assert "NF101" in body([FOUND], TABLE, View(format=name))


def test_a_new_format_is_a_module_and_one_line(tmp_path: Path) -> None:
    root = Path(normfix.__file__).parent.parent
    for folder in ("normfix", "rules"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "normfix/report/codes.py").write_text(CODES, encoding="utf-8")
    settings = tmp_path / "normfix/config/settings.py"
    named = settings.read_text(encoding="utf-8").replace("FORMATS = {", 'FORMATS = {"codes": "normfix.report.codes",')
    settings.write_text(named, encoding="utf-8")
    (tmp_path / "a.py").write_text("from keras.layers.normalization import BatchNormalization\n")
    (tmp_path / "pyproject.toml").write_text('[tool.normfix]\noutput-format = "codes"\n')
    command = [sys.executable, "-m", "normfix", "check"]
    for options in (["--output-format", "codes", "--isolated", "a.py"], ["a.py"]):
        done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.stdout == "NF101\n", done.stderr
    done = subprocess.run([*command, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "[full]: codes, full," in " ".join(done.stdout.split())


@pytest.mark.parametrize("results", [[], [FOUND]])
def test_a_format_that_no_reporter_has_is_not_another_one(results: list[Result]) -> None:
    with pytest.raises(KeyError):
        body(results, TABLE, View(format="xml"))


def test_concise() -> None:
    assert concise.render([FOUND], TABLE, View()) == (
        "src/a.py:2:40: NF101 [*] error: `keras.layers.normalization` is gone\n"
        "src/a.py:4:5: NF601 warning: `tfa.X` is gone\n"
    )


def test_concise_marks_unsafe_fixes_when_they_are_on() -> None:
    assert "NF601 [*] warning: `tfa.X`" in concise.render([FOUND], TABLE, View(unsafe_fixes=True))


def test_concise_is_one_line_whatever_the_message() -> None:
    assert concise.render([NOTED], TABLE, View()) == "src/a.py:4:5: NF601 note: 100% odd:·thing\n"


def test_grouped() -> None:
    assert grouped.render([CLEAN, FOUND, NOTED], TABLE, View()) == (
        "src/a.py:\n"
        "  2:40 NF101 [*] error: `keras.layers.normalization` is gone\n"
        "   4:5 NF601 warning: `tfa.X` is gone\n"
        "\n"
        "src/a.py:\n"
        "  4:5 NF601 note: 100% odd:·thing\n"
        "\n"
    )


def test_full() -> None:
    assert full.render([FOUND], TABLE, View()) == (
        "NF101 [*] error: `keras.layers.normalization` is gone\n"
        " --> src/a.py:2:40\n"
        "  |\n"
        "1 | # head\n"
        "2 | from keras.layers.normalization import BatchNormalization\n"
        "  |                                        ^^^^^^^^^^^^^^^^^^\n"
        "  |\n"
        "  = history: removed in Keras 2.13\n"
        "  = replacement: keras.layers.BatchNormalization\n"
        "  = numbers: identical\n"
        "  = fix: Import from `keras.layers`\n"
        "  = note: the weights keep their names\n"
        "\n"
        "NF601 warning: `tfa.X` is gone\n"
        " --> src/a.py:4:5\n"
        "  |\n"
        "4 | y = tfa.X(1)\n"
        "  |     ^^^^^\n"
        "  |\n"
        "  = history: removed in Keras 2.13\n"
        "  = numbers: no equivalent\n"
        "  = fix: Use `Y` (with --unsafe-fixes)\n"
        "  = mind: weights are renamed\n"
        "  = advice: import it from keras.layers\n"
        "\n"
    )


def test_full_shows_the_lines_that_are_there_after_the_fixes() -> None:
    text = "one\n" + SOURCE.text
    moved = replace(FIRST, start=Position(2, FIRST.start.column), end=Position(2, FIRST.end.column))
    result = Result(findings=(moved,), fixed_text=text)
    assert f"2 | {SOURCE.line(1)}" in full.render([result], TABLE, View())


def test_full_says_why_nothing_is_fixed() -> None:
    assert "  = not fixed: two candidates\n" in full.render([NOTED], TABLE, View())


def test_full_needs_no_source_and_no_rule() -> None:
    assert full.render([UNREADABLE], TABLE, View()) == (
        "NF002 error: not valid utf-8\n --> b.py:2:40\n  = replacement: keras.layers.BatchNormalization\n\n"
    )


def test_full_folds_long_facts() -> None:
    long = replace(FIRST, withheld="because of that " * 12)
    text = full.render([Result(findings=(long,))], TABLE, View())
    assert max(map(len, text.splitlines())) <= 112
    assert "\n    because" in text


def test_colour_adds_nothing_but_colour() -> None:
    coloured = full.render([FOUND], TABLE, View(colour=True))
    assert coloured != full.render([FOUND], TABLE, View())
    assert "\x1b]8;" not in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == full.render([FOUND], TABLE, View())


@pytest.mark.parametrize("name", ["full", "concise", "grouped"])
def test_a_code_leads_to_what_can_be_read_about_it(name: str) -> None:
    plain = body([FOUND], TABLE, View(format=name))
    linked = body([FOUND], TABLE, View(format=name, links=True))
    assert linked.count("\x1b]8;;https://keras.io/api/layers/\x1b\\NF101\x1b]8;;\x1b\\") == 1
    assert re.sub(r"\x1b]8;;[^\x1b]*\x1b\\", "", linked) == plain


def test_excerpt_lines_up_under_tabs_and_wide_characters() -> None:
    source = SourceText("a.py", '\tx = "漢"; bad\n')
    rows = excerpt(source, Position(1, 11), Position(1, 14), PLAIN).splitlines()
    assert rows[1:3] == ['1 |     x = "漢"; bad', "  | " + " " * 14 + "^^^"]


def test_excerpt_of_several_lines_and_of_an_empty_place() -> None:
    source = SourceText("a.py", "a = f(\n    b,\n)\n")
    assert excerpt(source, Position(1, 5), Position(3, 2), PLAIN) == (
        "  |\n1 | a = f(\n  |     ^^\n2 |     b,\n  |     ^^\n3 | )\n  | ^\n  |"
    )
    assert "1 |\n  | ^\n" in excerpt(SourceText("a.py", ""), Position(1, 1), Position(1, 1), PLAIN)


def test_terminal_codes_in_the_source_are_not_passed_on() -> None:
    assert printable("a\x1b[31mb\rc\n") == "a·[31mb·c·"


def test_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = json.loads(json_format.render([FOUND], TABLE, View()))
    assert first == {
        "cell": None,
        "code": "NF101",
        "end_location": {"column": 58, "row": 2},
        "filename": f"{tmp_path}/src/a.py",
        "fix": {
            "applicability": "safe",
            "edits": [
                {
                    "content": "keras.layers",
                    "end_location": {"column": 32, "row": 2},
                    "location": {"column": 6, "row": 2},
                }
            ],
            "message": "Import from `keras.layers`",
            "notes": [],
        },
        "location": {"column": 40, "row": 2},
        "message": "`keras.layers.normalization` is gone",
        "name": "moved-layer",
        "noqa_row": 2,
        "severity": "error",
        "url": "https://keras.io/api/layers/",
        "symbol": "keras.layers.normalization.BatchNormalization",
        "argument": None,
        "replacement": "keras.layers.BatchNormalization",
        "grade": "identical",
        "withheld": None,
        "notes": [],
    }
    assert (second["code"], second["severity"], second["url"]) == ("NF601", "warning", None)


def test_json_of_an_unreadable_file_and_of_standard_input() -> None:
    (row,) = json.loads(json_format.render([UNREADABLE], TABLE, View()))
    assert (row["code"], row["fix"], row["grade"]) == ("NF002", None, None)
    piped = Result("-", findings=(replace(FIRST, path="-"),))
    assert json.loads(json_format.render([piped], TABLE, View()))[0]["filename"] == "-"


def test_github() -> None:
    assert github.render([FOUND], TABLE, View()).splitlines() == [
        "::error title=normfix (NF101),file=src/a.py,line=2,col=40,endLine=2,endColumn=58"
        "::src/a.py:2:40: NF101 `keras.layers.normalization` is gone%0A  help: Import from `keras.layers`",
        "::warning title=normfix (NF601),file=src/a.py,line=4,col=5,endLine=4,endColumn=10"
        "::src/a.py:4:5: NF601 `tfa.X` is gone%0A  help: Use `Y`",
    ]


def test_github_escapes_what_would_end_a_command() -> None:
    odd = Result(findings=(replace(NOTED.findings[0], path="a,b:c.py"),))
    line = github.render([odd], TABLE, View())
    assert line.startswith("::notice title=normfix (NF601),file=a%2Cb%3Ac.py,line=4,")
    assert line.endswith("::a,b:c.py:4:5: NF601 100%25 odd:%0Athing\n")


def test_diff() -> None:
    fixed = Result(fixed=(FIRST,), fixed_text=SOURCE.text.replace(".normalization", ""))
    assert diff.render([CLEAN], PLAIN) == ""
    assert diff.render([fixed], PLAIN) == (
        "--- src/a.py\n+++ src/a.py\n@@ -1,4 +1,4 @@\n # head\n"
        "-from keras.layers.normalization import BatchNormalization\n"
        "+from keras.layers import BatchNormalization\n \n y = tfa.X(1)\n"
    )


def test_diff_keeps_newlines_and_says_when_the_last_is_missing() -> None:
    source = SourceText("a.py", "a\r\nb")
    text = diff.render([Result("a.py", source, fixed_text="a\r\nc")], PLAIN)
    assert text.endswith(" a\r\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n")


class _Stream:
    def __init__(self, terminal: bool) -> None:
        self.isatty = lambda: terminal


@pytest.mark.parametrize(
    ("choice", "terminal", "environment", "expected"),
    [
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("never", True, {}, False),
        ("auto", True, {}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("always", False, {"NO_COLOR": "1"}, True),
    ],
)
def test_when_colour_is_used(
    monkeypatch: pytest.MonkeyPatch, choice: str, terminal: bool, environment: dict[str, str], expected: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(choice, _Stream(terminal)) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_name_that_moves_the_cursor_does_not(name: str, tmp_path: Path, normfix: Command) -> None:
    (tmp_path / "a\x1b[31m\n.py").write_text("from keras.layers.normalization import BatchNormalization\n")
    done = normfix("check", "--output-format", name, "--color", "never", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert done.stdout
    assert b"\x1b" not in done.stdout + done.stderr
