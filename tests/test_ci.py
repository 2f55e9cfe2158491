"""What CI runs: the steps of the GitHub action, and the snippets of docs/ci.md, in git repositories of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.report.published import published

pytestmark = pytest.mark.hook

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
DOCS = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
_SNIPPET = re.compile(r"```yaml\n# ([^\n,]*)[^\n]*\n(.*?)```", re.DOTALL)
SNIPPETS = {name: yaml.safe_load(text) for name, text in _SNIPPET.findall(DOCS)}
OLD = "from keras.layers.normalization import BatchNormalization\n"
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": [OLD]}], "nbformat": 4, "nbformat_minor": 5})
_EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")
_SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment that normfix was installed into from this repository, as the action does it."""
    temporary = tmp_path_factory.mktemp("runner")
    install = ACTION["runs"]["steps"][0]
    environment = {
        **{"NORMFIX_PYTHON": sys.executable, "NORMFIX_SOURCE": str(ROOT), "NORMFIX_VERSION": ""},
        "RUNNER_TEMP": str(temporary),
    }
    assert set(install["env"]) < set(environment)
    done = shell(install["run"], temporary, environment)
    assert done.returncode == 0, done.stderr
    return temporary / "normfix" / "bin"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with a broken module, a broken notebook and a clean module."""
    folder = tmp_path / "repository"
    (folder / "my notebooks").mkdir(parents=True)
    (folder / "old.py").write_text(OLD)
    (folder / "clean.py").write_text(OLD.replace(".normalization", ""))
    (folder / "my notebooks" / "old.ipynb").write_text(NOTEBOOK)
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "all of it"]):
        names = ["-c", "user.name=tester", "-c", "user.email=tester"]
        subprocess.run(["git", *names, *command], cwd=folder, check=True)
    return folder


def shell(script: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as GitHub runs one with `shell: bash`."""
    foreign = ("GITHUB_", "GIT_", "PYTHONPATH")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return subprocess.run(
        [*_SHELL, "-c", script],
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass
class Run:
    """One run of the action: its inputs, and what its steps said and wrote."""

    folder: Path
    tools: Path
    inputs: Mapping[str, str]
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    said: str = ""
    used: list[Mapping[str, Any]] = field(default_factory=list)
    status: int = 0

    @property
    def summary(self) -> Path:
        return self.folder.parent / "summary.md"

    def all(self) -> Run:
        """Run the steps behind the first, which installs."""
        for step in ACTION["runs"]["steps"][1:]:
            if self.status == 0 and self.value(step.get("if", "true")) == "true":
                self.step(step)
        return self

    def step(self, step: Mapping[str, Any]) -> None:
        if "uses" in step:
            self.used.append({"uses": step["uses"], **{key: self.filled(text) for key, text in step["with"].items()}})
            return
        output = self.folder.parent / "output"
        output.write_text("")
        given = {key: self.filled(text) for key, text in step.get("env", {}).items()}
        places = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(self.summary)}
        done = shell(step["run"], self.folder, {**given, **places, "RUNNER_TEMP": str(self.tools.parent.parent)})
        self.said += done.stdout + done.stderr
        self.status = done.returncode
        self.outputs[step.get("id", "")] = dict(line.split("=", 1) for line in output.read_text().splitlines())

    def filled(self, text: str) -> str:
        return _EXPRESSION.sub(lambda match: self.value(match[1]), text)

    def value(self, expression: str) -> str:
        """What an expression of GitHub comes to, of the kinds that the action has."""
        if (choice := re.fullmatch(r"(.*) && '(.*)' \|\| '(.*)'", expression)) is not None:
            return choice[2] if self.value(choice[1]) == "true" else choice[3]
        if (equal := re.fullmatch(r"(.*) == '(.*)'", expression)) is not None:
            return str(self.value(equal[1]) == equal[2]).lower()
        if expression.startswith("inputs."):
            name = expression.removeprefix("inputs.")
            return self.inputs.get(name, str(ACTION["inputs"][name]["default"]))
        if (output := re.fullmatch(r"steps\.(\w+)\.outputs\.(\w+)", expression)) is not None:
            return self.outputs[output[1]][output[2]]
        assert expression == "true", expression
        return expression


def test_a_clean_project(tools: Path, repository: Path) -> None:
    run = Run(repository, tools, {"paths": "clean.py"}).all()
    assert (run.status, run.outputs["check"]) == (0, {"status": "0"})
    assert "::" not in run.said
    assert "Nothing found" in run.summary.read_text()


def test_findings_are_annotations_a_summary_and_sarif(tools: Path, repository: Path) -> None:
    run = Run(repository, tools, {}).all()
    assert (run.status, run.outputs["check"]) == (1, {"status": "1"})
    assert re.search(r"^::error .*file=old\.py,line=1,.*NF101", run.said, re.M)
    assert re.search(r"^::error .*file=my notebooks/old\.ipynb,", run.said, re.M)
    assert "old.py" in run.summary.read_text()
    log = json.loads(Path(run.outputs["sarif"]["file"]).read_text())
    assert [one["ruleId"] for one in log["runs"][0]["results"]] == ["NF101", "NF101"]
    assert run.used == []


def test_paths_and_options_are_words(tools: Path, repository: Path) -> None:
    given = {"paths": "clean.py\nold.py $(touch made) `touch made` ; touch made", "options": "--ignore=NF1 --quiet"}
    run = Run(repository, tools, given).all()
    assert run.status == 2
    assert not (repository / "made").exists()
    assert Run(repository, tools, {**given, "paths": "clean.py\n  old.py"}).all().status == 0


def test_what_is_not_asked_for_is_left_out(tools: Path, repository: Path) -> None:
    run = Run(repository, tools, {"annotations": "false", "summary": "false", "upload-sarif": "true"}).all()
    assert "::error" not in run.said
    assert "old.py:1:40" in run.said
    assert not run.summary.exists()
    # The upload is a step of another action; it comes before the end, which fails.
    [upload] = run.used
    assert upload["uses"].startswith("github/codeql-action/upload-sarif@")
    assert upload["sarif_file"] == run.outputs["sarif"]["file"]


def test_a_file_that_cannot_be_parsed(tools: Path, repository: Path) -> None:
    (repository / "broken.py").write_text(f"{OLD}x = (\n")
    run = Run(repository, tools, {}).all()
    assert (run.status, run.outputs["check"]) == (2, {"status": "2"})
    assert "broken.py" in run.summary.read_text()


SCHEMAS = {
    "action.yml": "https://json.schemastore.org/github-action.json",
    ".github/workflows/normfix.yml": "https://json.schemastore.org/github-workflow.json",
    ".gitlab-ci.yml": "https://gitlab.com/gitlab-org/gitlab/-/raw/master/app/assets/javascripts/editor/schema/ci.json",
    ".pre-commit-config.yaml": "https://json.schemastore.org/pre-commit-config.json",
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_file_is_what_its_schema_says(name: str) -> None:
    # YAML 1.1 reads the key `on` as a truth.
    document = {"on" if key is True else key: value for key, value in {**SNIPPETS, "action.yml": ACTION}[name].items()}
    jsonschema.validate(document, published(SCHEMAS[name]))


def test_every_input_is_used_and_described() -> None:
    written = (ROOT / "action.yml").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([\w-]+)` \|", DOCS, re.M)
    assert table == list(ACTION["inputs"])
    assert all(f"inputs.{name}" in written and ACTION["inputs"][name]["description"] for name in table)
    workflow = SNIPPETS[".github/workflows/normfix.yml"]
    used = workflow["jobs"]["normfix"]["steps"][1]
    assert set(used["with"]) <= set(ACTION["inputs"])


def test_no_script_has_an_expression_in_it() -> None:
    """What a pull request can name would be code there."""
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert not [one for one in scripts if "${{" in one]


def test_the_workflow_runs_the_action(tools: Path, repository: Path) -> None:
    given = SNIPPETS[".github/workflows/normfix.yml"]["jobs"]["normfix"]["steps"][1]["with"]
    (repository / "src").mkdir()
    (repository / "notebooks").mkdir()
    (repository / "src" / "old.py").write_text(OLD)
    inputs = {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
    run = Run(repository, tools, inputs).all()
    assert run.status == 1
    assert "file=src/old.py" in run.said
    assert run.used


def test_the_steps_without_the_action(tools: Path, repository: Path) -> None:
    path = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": str(repository.parent / "s.md")}
    ends = [shell(step["run"], repository, path).returncode for step in SNIPPETS["steps of a job"]["steps"]]
    assert ends == [0, 1, 0]
    assert "old.py" in (repository.parent / "s.md").read_text()


def test_the_job_of_gitlab(tools: Path, repository: Path) -> None:
    job = SNIPPETS[".gitlab-ci.yml"]["normfix"]
    path = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = shell("\n".join(job["script"]), repository, path)
    assert done.returncode == 1, done.stderr
    report = json.loads((repository / job["artifacts"]["reports"]["codequality"]).read_text())
    assert {one["location"]["path"] for one in report} == {"old.py", "my notebooks/old.ipynb"}


def test_the_configuration_for_pre_commit_names_hooks_that_there_are() -> None:
    hooks = [one["id"] for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))]
    [used] = SNIPPETS[".pre-commit-config.yaml"]["repos"]
    assert [one["id"] for one in used["hooks"]] == hooks == ["normfix-fix", "normfix-check"]
