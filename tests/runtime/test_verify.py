"""Real TensorFlow, and interpreters that misbehave."""

from __future__ import annotations

import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from normfix.runtime.checks import Check, table_checks
from normfix.runtime.environment import Interpreter
from normfix.runtime.installation import installation
from normfix.runtime.process import UNREADABLE, Limits
from normfix.runtime.verdict import Outcome, Report, Verdict, withheld
from normfix.runtime.verify import profile, run_checks
from normfix.table.load import shipped_table

CHECK = Check("one", "tensorflow.keras.layers.BatchNormalization")
HERE = Interpreter(Path(sys.executable), "the tests")
Find = Callable[[str], Verdict]
Make = Callable[[str], Interpreter]


def words(verdict: Verdict) -> str:
    assert verdict.decisive is not None
    return f"{verdict.decisive.name}: {verdict.decisive.words}"


@pytest.mark.tensorflow
class TestTable:
    def test_every_target_passes(self, whole_run: Report) -> None:
        assert whole_run.failure == ""
        named = {check.id for check in table_checks(shipped_table())}
        failed = {one.check.id for one in whole_run.failed} & named
        # tf_keras builds it only where tf.keras is tf_keras too.
        assert failed <= {"tf_keras.layers.SpectralNormalization"}

    def test_every_layer_goes_through_every_step(self, verdict: Find) -> None:
        layer = verdict("tensorflow.keras.layers.BatchNormalization")
        assert [step.outcome for step in layer.steps] == [Outcome.OK] * 7

    def test_a_function_is_run_and_differentiated(self, verdict: Find) -> None:
        function = verdict("tensorflow.compat.v1.nn.fused_batch_norm")
        said = {step.name: step.outcome.value for step in function.steps}
        assert said == {
            "imported": "ok",
            "built": "n/a",
            "training": "n/a",
            "inference": "ok",
            "gradient": "ok",
            "function": "ok",
            "saved": "n/a",
        }

    def test_a_mere_name_is_resolved_and_not_called(self, verdict: Find) -> None:
        steps = {step.name: step.outcome for step in verdict("a name").steps}
        assert steps.pop("imported") is Outcome.OK
        assert set(steps.values()) == {Outcome.NOT_APPLICABLE}

    def test_every_target_has_a_probe(self) -> None:
        table = shipped_table()
        assert [target for target in table.targets if target not in table.probes] == []


@pytest.mark.tensorflow
class TestSites:
    def test_refused_argument(self, verdict: Find) -> None:
        assert words(verdict("model.py:1:5")) == (
            "built: ValueError: Unrecognized keyword arguments passed to BatchNormalization: {'fused': True}"
        )

    @pytest.mark.parametrize("line", [2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 18, 19, 20, 22])
    def test_accepted_arguments(self, verdict: Find, line: int) -> None:
        found = verdict(f"model.py:{line}:5")
        assert (found.outcome, found.decisive) == (Outcome.OK, None)

    def test_removed_function(self, verdict: Find) -> None:
        assert words(verdict("model.py:10:5")) == (
            "imported: AttributeError: module 'tensorflow' has no attribute 'layers'"
        )

    def test_removed_module(self, verdict: Find) -> None:
        assert words(verdict("model.py:11:5")) == (
            "imported: AttributeError: module 'keras.layers' has no attribute 'normalization'"
        )

    def test_refused_argument_of_a_function(self, verdict: Find) -> None:
        assert "unexpected keyword argument 'keep_dims'" in words(verdict("model.py:14:5"))

    @pytest.mark.parametrize("line", [16, 21])
    def test_package_that_is_not_installed(self, verdict: Find, line: int) -> None:
        assert verdict(f"model.py:{line}:5").outcome is Outcome.NOT_INSTALLED

    def test_an_argument_that_is_code_is_not_run(self, verdict: Find) -> None:
        assert words(verdict("model.py:17:5")).startswith("built: ValueError: malformed node or string")

    def test_never_adapted(self, verdict: Find) -> None:
        assert words(verdict("never adapted")) == (
            "inference: the layer returns its input unchanged: call adapt first, or give mean and variance"
        )

    def test_withheld_gives_the_first_line(self, whole_run: Report) -> None:
        reasons = withheld(whole_run)
        assert reasons["model.py:10:5"] == (
            "cannot be imported: AttributeError: module 'tensorflow' has no attribute 'layers'"
        )
        assert "model.py:2:5" not in reasons


@pytest.mark.tensorflow
def test_legacy_keras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    fused = Check("fused", "tensorflow.keras.layers.BatchNormalization", (), (("fused", "True"),), (2, 4, 4, 3))
    report = run_checks(HERE, [fused, Check("v1", "tensorflow.compat.v1.layers.BatchNormalization")])
    assert report.profile.legacy_keras == "1"
    assert {one.check.id: one.outcome.value for one in report.verdicts} == {"fused": "ok", "v1": "ok"}


class TestInterpretersThatFail:
    def test_no_tensorflow(self, tmp_path: Path) -> None:
        venv.create(tmp_path / "bare", with_pip=False)
        python = tmp_path / "bare" / "bin" / "python"
        report = run_checks(Interpreter(python, "--python"), [CHECK])
        assert report.failure == f"there is no TensorFlow in {python} (--python)"
        assert (report.verdicts, report.profile.tensorflow) == ((), None)

    def test_no_interpreter(self, tmp_path: Path) -> None:
        report = run_checks(Interpreter(tmp_path / "python", "--python"), [CHECK])
        assert report.failure == f"{tmp_path / 'python'} cannot be run: No such file or directory"

    def test_garbage(self, script: Make) -> None:
        assert run_checks(script("echo hello"), [CHECK]).failure.endswith("gave no answer: is it a Python interpreter?")

    def test_broken_answer(self, script: Make) -> None:
        assert run_checks(script("echo 'normfix-answer:{'"), [CHECK]).failure.endswith(
            "gave an answer that cannot be read"
        )

    @pytest.mark.parametrize("answer", ["[1]", "3", "null", "{}", '{"of": "another"}', '"text"'])
    def test_answers_of_another_shape(self, script: Make, answer: str) -> None:
        interpreter = script(f"echo 'normfix-answer:{answer}'")
        assert profile(interpreter).failure == ("" if answer == "{}" else UNREADABLE)
        assert installation(interpreter).failure == UNREADABLE

    @pytest.mark.parametrize("where", ["", " >&2"])
    def test_output_without_an_end(self, script: Make, where: str) -> None:
        assert run_checks(script(f"exec yes{where}"), [CHECK]).failure.endswith("said more than 256 MB")

    def test_a_process_that_it_leaves_behind_is_not_waited_for(self, script: Make) -> None:
        assert profile(script("sleep 600 &\necho 'normfix-answer:{}'"), Limits(seconds=20)).failure == ""

    def test_status(self, script: Make) -> None:
        report = run_checks(script("echo noise >&2; echo 'last words' >&2; exit 3"), [CHECK])
        assert report.failure.endswith("ended with status 3: last words")

    def test_crash(self, pretender: Make) -> None:
        report = run_checks(pretender("kill -SEGV $$"), [CHECK])
        assert report.failure.endswith("crashed with signal 11 (SIGSEGV)")
        assert [one.outcome for one in report.verdicts] == [Outcome.NOT_RUN]

    def test_crash_in_a_step(self, pretender: Make) -> None:
        said = '[["one"], "imported", "ok", "", 0.1]', '[["one"], "built", "trying", "", 0]'
        echoes = "\n".join(f"echo 'normfix-answer:{line}'" for line in said)
        (one,) = run_checks(pretender(f"{echoes}\nkill -ABRT $$"), [CHECK]).verdicts
        assert words(one) == "built: crashed with signal 6 (SIGABRT)"
        assert [step.outcome.value for step in one.steps] == ["ok", "failed", *["skipped"] * 5]

    def test_hang(self, pretender: Make) -> None:
        report = run_checks(pretender("sleep 600"), [CHECK], Limits(seconds=1))
        assert report.failure.endswith("no answer within 1 s")

    @pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is watched on Linux alone")
    def test_memory(self, pretender: Make) -> None:
        hungry = f'exec {sys.executable} -c "import time; x = bytearray(200 * 2**20); time.sleep(600)"'
        report = run_checks(pretender(hungry), [CHECK], Limits(megabytes=100))
        assert report.failure.endswith("used more than 100 MB of memory")

    def test_two_checks_with_one_name(self) -> None:
        with pytest.raises(ValueError, match="same id"):
            run_checks(HERE, [CHECK, CHECK])


class TestProfile:
    def test_what_is_installed(self) -> None:
        found = profile(HERE)
        assert found.python == sys.version.split()[0]
        assert found.failure == ""

    @pytest.mark.tensorflow
    def test_versions(self) -> None:
        found = profile(HERE)
        assert found.tensorflow is not None
        assert found.tensorflow.startswith("2.")
        assert found.keras is not None

    def test_the_project_is_not_on_the_path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "tensorflow.py").write_text("raise SystemExit('imported the project')", encoding="utf-8")
        (tmp_path / "json.py").write_text("raise SystemExit('imported the project')", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PYTHONPATH", f".:{tmp_path}")
        assert profile(HERE).failure == ""
