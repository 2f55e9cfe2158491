"""The site is built without a warning, and its pages are what the data say."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from normfix.table.availability import shipped_availability
from normfix.table.load import shipped_table
from tests.browser import chromium
from tools import history, releases
from tools.history import SHOWN

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built with the command that docs/site.md names, in a folder of its own."""
    folder = tmp_path_factory.mktemp("site")
    text = (DOCS / "site.md").read_text(encoding="utf-8")
    written = re.search(r"^python (-m sphinx .*) build/site$", text, re.MULTILINE)
    assert written is not None
    command = [sys.executable, *written[1].split(), str(folder), "-q", "-d", str(folder / "doctrees")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_in_the_site(site: Path) -> None:
    wanted = {page.relative_to(DOCS).with_suffix(".html").as_posix() for page in DOCS.rglob("*.md")}
    assert wanted <= {page.relative_to(site).as_posix() for page in site.rglob("*.html")}


def test_links_and_pictures_lead_somewhere(site: Path) -> None:
    missing = set()
    for page in site.rglob("*.html"):
        for target in re.findall(r'(?:href|src)="([^"#?]+)', page.read_text(encoding="utf-8")):
            if ":" not in target and not page.parent.joinpath(target).exists():
                missing.add((page.relative_to(site).as_posix(), target))
    assert missing == set()


def test_links_out_of_the_pages_lead_to_files_of_the_repository(site: Path) -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in site.rglob("*.html"))
    named = set(re.findall(r'href="https://github\.com/normfix/normfix/blob/main/([^"#]+)', text))
    assert "CONTRIBUTING.md" in named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_page_of_releases_is_up_to_date() -> None:
    text = releases.page(shipped_table(), shipped_availability())
    assert (ROOT / releases.PAGE).read_text(encoding="utf-8") == text, "run python -m tools.releases"


def test_a_symbol_has_its_rule_and_its_releases() -> None:
    text = (ROOT / releases.PAGE).read_text(encoding="utf-8")
    [row] = re.findall(r"<tr>.*<code>tensorflow\.layers\.batch_normalization</code>.*", text)
    assert 'href="rules/NF301.md"' in row
    assert row.endswith('<td class="works" colspan="3">1.13-1.15<td class="fails" colspan="22">✗')


def test_the_picture_of_the_history_is_up_to_date() -> None:
    drawn = history.picture(shipped_availability())
    assert (ROOT / history.PICTURE).read_text(encoding="utf-8") == drawn, "run python -m tools.history"
    texts = {element.text for element in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")}
    assert {path for _, paths in SHOWN.values() for path in paths} <= texts


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.mark.browser
def test_the_releases_are_searched_without_a_network(site: Path, browser: Browser) -> None:
    page = browser.new_context(offline=True).new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto((site / "releases.html").as_uri())
    every = page.locator(".releases tbody tr:visible").count()
    page.get_by_label("Symbols with these words").fill("tf.layers batch NF301")
    shown = page.locator(".releases tbody tr:visible th code").all_text_contents()
    assert problems == []
    assert "tensorflow.layers.batch_normalization" in shown
    assert all("layers" in one and "batch" in one.lower() for one in shown)
    assert page.locator(".filter output").text_content() == f"{len(shown)} of {every}"
    page.get_by_label("Symbols with these words").fill("no such symbol")
    assert page.locator(".releases:visible").count() == 0
    page.get_by_label("Symbols with these words").fill("")
    assert page.locator(".releases tbody tr:visible").count() == every


@pytest.mark.browser
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "tutorial", "releases", "history"])
def test_nothing_grave_is_found_by_axe(
    site: Path, browser: Browser, name: str, colours: Literal["light", "dark"]
) -> None:
    page = browser.new_context(color_scheme=colours).new_page()
    page.goto((site / f"{name}.html").as_uri())
    if name == "releases":
        page.get_by_label("Symbols with these words").fill("tf.contrib.layers")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
