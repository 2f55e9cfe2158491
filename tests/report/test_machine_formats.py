"""What other programs read: valid by the published schemas, and every place and fix is right in the file itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema

from normfix.report.json import rows
from normfix.report.view import View, body
from normfix.run.results import FileResult
from normfix.source.text import apply_edits
from normfix.table.load import shipped_table
from tests.report.hand_made import CLEAN, FOUND, NOTED, TABLE, UNREADABLE
from tests.report.published import published
from tests.report.real import NOTEBOOK, data, fixable, results

SCHEMAS = Path(__file__).parent / "schemas"
FOUND_WAYS = {"check": {}, "fix": {"fix": True}, "fix --unsafe-fixes": {"fix": True, "unsafe": True}}


@pytest.fixture(scope="module", params=FOUND_WAYS)
def found(request: pytest.FixtureRequest) -> list[FileResult]:
    return results(**FOUND_WAYS[request.param])


@pytest.fixture(scope="module")
def checked() -> list[FileResult]:
    return results()


def said(found: list[FileResult], name: str) -> str:
    return body(found, shipped_table(), View(format=name))


def schema(name: str) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return read


def count(found: list[FileResult]) -> int:
    return sum(len(result.findings) for result in found)


def text_of(path: str) -> str:
    return data()[path].decode("utf-8-sig")


def is_valid(document: Any, rules: Mapping[str, Any]) -> None:
    kind = jsonschema.validators.validator_for(rules)
    kind.check_schema(dict(rules))
    kind(rules, format_checker=kind.FORMAT_CHECKER).validate(document)


def test_the_sample_has_all_kinds(checked: list[FileResult]) -> None:
    codes = {one.code for result in checked for one in result.findings}
    assert codes >= {"NF001", "NF002", "NF003", "NF004", "NF101"}
    assert any(one.cell for result in checked for one in result.findings)
    assert fixable(checked) > 5


def test_gitlab(found: list[FileResult]) -> None:
    report = json.loads(said(found, "gitlab"))
    is_valid(report, schema("gitlab.json"))
    assert len(report) == count(found)
    prints = [one["fingerprint"] for one in report]
    assert len(set(prints)) == len(prints)


def test_rdjson(found: list[FileResult]) -> None:
    report = json.loads(said(found, "rdjson"))
    is_valid(report, schema("rdjson.json"))
    assert len(report["diagnostics"]) == count(found)


def test_sarif(found: list[FileResult]) -> None:
    log = json.loads(said(found, "sarif"))
    is_valid(log, published("https://json.schemastore.org/sarif-2.1.0.json"))
    (run,) = log["runs"]
    assert len(run["results"]) == count(found)
    rules = run["tool"]["driver"]["rules"]
    for one in run["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
    assert all(rule["shortDescription"]["text"] and rule["help"]["markdown"] for rule in rules)
    assert not run["invocations"][0]["executionSuccessful"]


def test_junit(found: list[FileResult]) -> None:
    text = said(found, "junit")
    assert text.isascii()
    xmlschema.XMLSchema(str(SCHEMAS / "junit.xsd")).validate(text)
    root = ElementTree.fromstring(text)
    cases = [(case, case[0].tag) for case in root.iter("testcase")]
    assert len(cases) == count(found) == int(root.get("tests", ""))
    for tag, name in (("failure", "failures"), ("error", "errors")):
        assert [one for _, one in cases].count(tag) == int(root.get(name, ""))
    assert {suite.get("name") for suite in root} == {one.path for one in found if one.findings}


@pytest.mark.parametrize("name", ["gitlab", "rdjson", "sarif", "junit"])
@pytest.mark.parametrize("found_by_hand", [[], [CLEAN], [FOUND, NOTED], [UNREADABLE]], ids=range(4))
def test_what_a_table_of_another_kind_says_is_valid_too(name: str, found_by_hand: list[Any]) -> None:
    text = body(found_by_hand, TABLE, View(format=name))
    if name == "junit":
        xmlschema.XMLSchema(str(SCHEMAS / "junit.xsd")).validate(text)
    elif name == "sarif":
        is_valid(json.loads(text), published("https://json.schemastore.org/sarif-2.1.0.json"))
    else:
        is_valid(json.loads(text), schema(f"{name}.json"))


def test_no_findings_are_one_test_that_passed() -> None:
    root = ElementTree.fromstring(body([], TABLE, View(format="junit")))
    assert (root.get("tests"), root.get("failures"), len(list(root.iter("testcase")))) == ("1", "0", 1)


def test_json_lines_are_the_objects_of_json(found: list[FileResult]) -> None:
    lines = said(found, "json-lines").splitlines()
    assert [json.loads(line) for line in lines] == json.loads(said(found, "json"))


AZURE = re.compile(
    r"##vso\[task\.logissue type=(?:error|warning);sourcepath=(?P<path>[^;\]\r\n]+);"
    r"linenumber=[1-9]\d*;columnnumber=[1-9]\d*;code=(?P<code>NF\d{3});\](?P<message>[^\r\n]+)"
)
GITHUB = re.compile(
    r"::(?:error|warning|notice) title=normfix \((?P<code>NF\d{3})\),file=(?P<path>[^,:\r\n]+),"
    r"line=[1-9]\d*,col=[1-9]\d*,endLine=[1-9]\d*,endColumn=[1-9]\d*::(?P<message>[^\r\n]+)"
)
PYLINT = re.compile(r"(?P<path>[^\r\n]+?):[1-9]\d*: \[(?P<code>NF\d{3})\] (?P<message>[^\r\n]+)")
NOTE = re.compile(r"[^\r\n#]+:\d+: NF\d{3} [^\r\n]+")


@pytest.mark.parametrize(("name", "grammar"), [("azure", AZURE), ("github", GITHUB), ("pylint", PYLINT)])
def test_each_line_is_of_the_documented_form(found: list[FileResult], name: str, grammar: re.Pattern[str]) -> None:
    lines = said(found, name).splitlines()
    assert len(lines) == count(found)
    matches = [(line, grammar.fullmatch(line)) for line in lines]
    assert all(match or (name == "azure" and NOTE.fullmatch(line)) for line, match in matches)
    expected = {(one["code"], one["message"]) for one in rows(found, shipped_table())}
    for _, match in matches:
        if match is not None:
            message = _unescaped(match["message"]).partition("\n")[0]
            assert any(code == match["code"] and message.endswith(text) for code, text in expected)
            assert _unescaped(match["path"]) in data()


def _unescaped(text: str) -> str:
    codes = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%3B": ";", "%5D": "]", "%AZP25": "%", "%25": "%"}
    return re.sub("|".join(codes), lambda match: codes[match.group()], text)


@pytest.mark.parametrize("name", ["azure", "github"])
def test_what_would_end_a_command_is_escaped(name: str) -> None:
    odd = replace(FOUND.findings[0], path="a],b;c:d%.py", message="100%\r\n::error::x]")
    (line,) = body([replace(FOUND, findings=(odd,))], TABLE, View(format=name)).splitlines()
    match = {"azure": AZURE, "github": GITHUB}[name].fullmatch(line)
    assert match is not None
    assert _unescaped(match["path"]) == odd.path
    assert odd.message in _unescaped(match["message"])


def test_a_place_in_a_notebook_is_one_in_its_json(checked: list[FileResult]) -> None:
    lines = text_of(NOTEBOOK).splitlines()
    places = [
        (one["location"]["positions"]["begin"], one["location"]["positions"]["end"], one["check_name"])
        for one in json.loads(said(checked, "gitlab"))
        if one["location"]["path"] == NOTEBOOK
    ]
    seen = [lines[start["line"] - 1][start["column"] - 1 : end["column"] - 1] for start, end, _ in places]
    assert seen == ["BatchNormalization", "tf.layers.batch_normalization", "axis=[3]"]


def test_the_fixes_of_sarif_are_those_of_normfix(checked: list[FileResult]) -> None:
    log = json.loads(said(checked, "sarif"))
    told = [one["fixes"] for one in log["runs"][0]["results"] if "fixes" in one]
    made = [(result, one.fix) for result in checked for one in sorted(result.findings, key=_order) if one.fix]
    assert len(told) == len(made) >= fixable(checked)
    for (fix,), (result, own) in zip(told, made, strict=True):
        assert result.source is not None
        (change,) = fix["artifactChanges"]
        text = text_of(result.path)
        for one in reversed(change["replacements"]):
            region = one["deletedRegion"]
            start = _index(text, region["startLine"], region["startColumn"] - 1)
            end = _index(text, region["endLine"], region["endColumn"] - 1)
            text = text[:start] + one["insertedContent"]["text"] + text[end:]
        assert result.source.encode(apply_edits(result.source.text, own.edits)).decode("utf-8-sig") == text


def test_the_suggestion_of_rdjson_is_the_whole_fix(checked: list[FileResult]) -> None:
    told = [one["suggestions"] for one in json.loads(said(checked, "rdjson"))["diagnostics"] if "suggestions" in one]
    made = [(result, one.fix) for result in checked for one in sorted(result.findings, key=_order) if one.fix]
    assert len(told) == len(made)
    for (one,), (result, own) in zip(told, made, strict=True):
        assert result.source is not None
        content = text_of(result.path).encode()
        starts = [0, *(match.end() for match in re.finditer(rb"\r\n|\n", content))]
        first, last = (starts[place["line"] - 1] + place["column"] - 1 for place in one["range"].values())
        changed = content[:first] + one["text"].encode() + content[last:]
        expected = result.source.encode(apply_edits(result.source.text, own.edits))
        assert expected.removeprefix(b"\xef\xbb\xbf") == changed


def _order(finding: Any) -> tuple[Any, ...]:
    return finding.cell or 0, finding.start, finding.end, finding.code


def _index(text: str, line: int, column: int) -> int:
    return [0, *(match.end() for match in re.finditer(r"\r\n|\n", text))][line - 1] + column


def test_a_fingerprint_stays_when_lines_come_above_it(checked: list[FileResult]) -> None:
    code = "from keras.layers.normalization import BatchNormalization\n" * 2
    first, second = (_prints(text) for text in (code, "# one\n\n" + code))
    assert first == second
    assert len(set(first)) == 2
    assert not set(first) & set(_prints(code.replace("Batch", "Layer")))
    assert checked


def _prints(code: str) -> list[str]:
    from tests.support import result

    report = json.loads(said([result(code)], "gitlab"))
    return [one["fingerprint"] for one in report]
