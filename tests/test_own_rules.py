"""Rules that a project adds, and the list of all rules, as the installed command shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Command

RULE = """
[[rule]]
code = "NF980"
slug = "team-batch-norm"
summary = "team_layers.BatchNorm is gone"
kind = "moved"
grade = "different"
errors = ["cannot import name 'BatchNorm' from 'team_layers'"]

[rule.symbols]
"team_layers.BatchNorm" = "tensorflow.keras.layers.BatchNormalization"

[rule.example]
before = "from team_layers import BatchNorm"
after = "from tensorflow.keras.layers import BatchNormalization"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.normfix]\nextend-rules = ["rules/team.toml"]\n', encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/team.toml").write_text(RULE, encoding="utf-8")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/model.py").write_text("from team_layers import BatchNorm\n\nBatchNorm()\n", encoding="utf-8")
    return tmp_path


def test_without_the_setting_nothing_is_found(normfix: Command, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.normfix]\n", encoding="utf-8")
    assert normfix("check").returncode == 0


def test_own_rules_are_used_from_anywhere_in_the_project(normfix: Command, project: Path) -> None:
    result = normfix("check", "--output-format", "concise", cwd=project / "src")
    assert result.stdout.startswith(b"model.py:1:25: NF980 error: `team_layers.BatchNorm`")
    assert normfix("fix", "--select", "NF980").returncode == 1
    assert normfix("fix", "--unsafe-fixes", "--select", "NF980").returncode == 0
    assert (project / "src/model.py").read_bytes() == (
        b"from tensorflow.keras.layers import BatchNormalization\n\nBatchNormalization()\n"
    )


@pytest.mark.usefixtures("project")
def test_the_other_commands_know_own_rules(normfix: Command) -> None:
    assert normfix("rule", "NF980").stdout.startswith(b"NF980 team-batch-norm (moved)")
    assert b"NF980" in normfix("rules").stdout
    answer = normfix("explain", "cannot import name 'BatchNorm' from 'team_layers' (/x/y.py)")
    assert answer.stdout.startswith(b"NF980 team-batch-norm")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RULE.replace("NF980", "NF101"), "team.toml: NF101: the code is taken in keras_paths.toml"),
        (RULE.replace("slug", "slugg"), "team.toml: NF980: unknown key 'slugg'"),
        (RULE.replace("grade", 'works = ["keras<<2"]\ngrade'), "team.toml: NF980: works: '<<2' in 'keras<<2' is not"),
        (
            RULE.replace('"tensorflow.keras.layers.', '"keras.layers.normalization.'),
            "team.toml: NF980: team_layers.BatchNorm points at keras.layers.normalization.BatchNormalization, itself",
        ),
        (
            RULE.replace('"different"', '"none"'),
            "team.toml: NF980: team_layers.BatchNorm has the target tensorflow.keras.layers.BatchNormalization",
        ),
        (
            RULE.replace('"different"', '"no-numbers"'),
            "team.toml: NF980: team_layers.BatchNorm -> tensorflow.keras.layers.BatchNormalization: no",
        ),
        (
            RULE.replace('"different"', '"identical"'),
            "team.toml: NF980: team_layers.BatchNorm -> tensorflow.keras.layers.BatchNormalization: no",
        ),
        ('[[message]]\nslug = "x"\n', "team.toml: message x: title, patterns, cause, cure missing"),
        ('[[sign]]\npattern = "x"\n', "team.toml: sign: needs pattern and says"),
    ],
)
def test_own_rules_are_checked_as_ours_are(normfix: Command, project: Path, text: str, message: str) -> None:
    (project / "rules/team.toml").write_text(text, encoding="utf-8")
    result = normfix("check")
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode().startswith(f"error: {message}")


def test_an_own_rule_with_its_recorded_run_is_a_safe_fix(normfix: Command, project: Path) -> None:
    proof = """
[proofs.NF980]
cases = 2
largest = 2.4e-07
releases = ["team_layers 3.2"]

[proofs.NF980.runs]
"team_layers.BatchNorm -> tensorflow.keras.layers.BatchNormalization" = ["team_layers 3.2"]
"""
    (project / "rules/team.toml").write_text(RULE.replace('"different"', '"identical"') + proof, encoding="utf-8")
    assert normfix("fix", "--select", "NF980").returncode == 0


def test_a_rule_file_that_is_not_there(normfix: Command, project: Path) -> None:
    (project / "rules/team.toml").unlink()
    result = normfix("check")
    assert result.returncode == 2
    assert result.stderr.startswith(b"error: team.toml: ")


def test_the_list_of_rules(normfix: Command) -> None:
    assert normfix("rules").stdout.splitlines()[0].split() == [b"code", b"slug", b"kind", b"numbers", b"summary"]
    rows = json.loads(normfix("rules", "--output-format", "json").stdout)
    lines = normfix("rules", "--output-format", "markdown").stdout.decode().splitlines()
    assert lines[:2] == ["| code | slug | kind | numbers | summary |", "| --- | --- | --- | --- | --- |"]
    assert [line.split(" | ")[0] for line in lines[2:]] == [f"| {row['code']}" for row in rows]
    assert all(line.replace("\\|", "").count("|") == 6 for line in lines)
    assert normfix("rules", "--output-format", "xml").returncode == 2
