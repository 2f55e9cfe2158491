"""The table that `fix` ends with."""

from __future__ import annotations

from dataclasses import replace

from normfix.checks.finding import Severity
from normfix.report.ending import ending
from tests.report.hand_made import FIRST, SOURCE, TABLE, UNSAFE, Result

SUGGESTED = replace(FIRST, fix=UNSAFE)
WITHHELD = replace(FIRST, fix=None, withheld="it is in a loop")
MANUAL = replace(FIRST, code="NF601", fix=None, withheld="import it from keras.layers", replacement=None)
GUARDED = replace(WITHHELD, code="NF004", severity=Severity.INFO)


def test_nothing_was_there_to_fix() -> None:
    assert ending([], TABLE, ["src"]) == ""
    assert ending([Result("a.py", None)], TABLE, ["src"]) == ""


def test_a_file_that_could_not_be_done_is_not_in_the_table() -> None:
    broken = replace(WITHHELD, code="NF009", withheld=None)
    assert ending([Result("a.py", SOURCE, (broken,))], TABLE, []) == ""


def test_everything_was_fixed() -> None:
    assert ending([Result("a.py", SOURCE, (), (FIRST, FIRST))], TABLE, []) == (
        "\n"
        "  fixed             2  NF101 (2)\n"
        "\n"
        "  normfix verify .    build and run every normalization call on your TensorFlow\n"
        "  normfix rule NF101  what the rule says, and what to write by hand\n"
    )


def test_every_group_has_its_row() -> None:
    result = Result("a.py", SOURCE, (SUGGESTED, WITHHELD, MANUAL, WITHHELD, GUARDED), (FIRST,))
    assert ending([result], TABLE, ["my code", "b.py"]) == (
        "\n"
        "  fixed             1  NF101\n"
        "  suggested         1  NF101\n"
        "  withheld          2  it is in a loop (2 times)\n"
        "  left to you       1  NF601\n"
        "  nothing to do     1  NF004\n"
        "\n"
        "  normfix fix --unsafe-fixes 'my code' b.py  make the suggested fixes as well: read their notes first\n"
        "  normfix verify 'my code' b.py              build and run every normalization call on your TensorFlow\n"
        "  normfix rule NF601                         what the rule says, and what to write by hand\n"
    )


def test_many_reasons_and_many_paths_are_cut_short() -> None:
    findings = tuple(replace(WITHHELD, withheld=f"reason {number} " + "so " * 60) for number in range(8))
    text = ending([Result("a.py", SOURCE, findings)], TABLE, ["a", "b", "c", "d"])
    assert "and 2 more reasons\n" in text
    assert max(map(len, text.splitlines())) <= 110
    assert "verify" not in text


def test_what_unsafe_fixes_left_is_offered_one_by_one() -> None:
    text = ending([Result("a.py", SOURCE, (SUGGESTED,))], TABLE, ["a", "b", "c", "d"], unsafe_fixes=True)
    assert "normfix fix --interactive src/a.py  " in text


def test_commands_can_be_pasted() -> None:
    names = [f"src/{name}.py" for name in "abcde"]
    results = [Result(name, SOURCE, (replace(SUGGESTED, path=name),)) for name in names]
    assert "normfix fix --unsafe-fixes src/a.py src/b.py src/c.py" in ending(results[:3], TABLE, names[:3])
    assert "normfix fix --unsafe-fixes src/d.py " in ending(results[3:4], TABLE, names)
    assert "normfix fix --unsafe-fixes src " in ending(results, TABLE, names)
    setup = Result("setup.py", SOURCE, (replace(SUGGESTED, path="setup.py"),))
    assert "normfix verify . " in ending([*results, setup], TABLE, [*names, "setup.py"])
