"""The HTML report in a browser: used by mouse and keyboard, in both colours, and axe-core finds nothing grave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect

from normfix.report import html
from normfix.report.view import View
from normfix.table.load import shipped_table
from tests.browser import chromium
from tests.report.real import results

pytestmark = pytest.mark.browser

_GRAVE = ("serious", "critical")
_SIZES = {"wide": (1280, 900), "narrow": (360, 740)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module", params=["check", "fix"])
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    fix = request.param == "fix"
    path = tmp_path_factory.mktemp("page") / f"{request.param}.html"
    path.write_text(html.render(results(fix=fix), shipped_table(), View(fix=fix)), encoding="ascii")
    return path


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    yield from _opened(browser, file, "wide", "light")


def _opened(browser: Browser, file: Path, size: str, scheme: str) -> Iterator[Page]:
    width, height = _SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        offline=True,
    )
    page, said = context.new_page(), list[str]()

    def listen(message: ConsoleMessage) -> None:
        said.append(message.text)

    def fail(error: Error) -> None:
        said.append(str(error))

    page.on("console", listen)
    page.on("pageerror", fail)
    page.goto(file.as_uri())
    yield page
    assert said == []
    context.close()


def _shown(page: Page) -> int:
    return page.locator(".finding:visible").count()


def test_filters(page: Page) -> None:
    every = _shown(page)
    assert every > 5
    status = page.get_by_role("status")
    expect(status).to_have_text(f"{every} of {every} findings are shown.")
    page.get_by_label("Rule", exact=True).select_option("NF101")
    named = _shown(page)
    assert 0 < named < every
    expect(status).to_have_text(f"{named} of {every} findings are shown.")
    page.get_by_label("Text").fill("no such text")
    expect(status).to_have_text("No finding fits these filters.")
    assert page.locator(".group:visible").count() == 0
    page.get_by_role("button", name="Clear filters").click()
    assert _shown(page) == every
    page.get_by_label("Text").fill("plain.py NORMALIZATION")
    assert {one.get_attribute("data-file") for one in page.locator(".finding:visible").all()} == {"plain.py"}
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_label("Severity").select_option("error")
    assert {one.get_attribute("data-severity") for one in page.locator(".finding:visible").all()} == {"error"}


def test_a_card_and_a_row_filter_and_say_so(page: Page) -> None:
    every = _shown(page)
    card = page.get_by_role("button", name="By hand")
    card.click()
    expect(card).to_have_attribute("aria-pressed", "true")
    assert {one.get_attribute("data-stage") for one in page.locator(".finding:visible").all()} == {"hand"}
    card.click()
    expect(card).to_have_attribute("aria-pressed", "false")
    page.get_by_role("region", name="Findings by rule").get_by_role("button", name="NF101").click()
    assert {one.get_attribute("data-rule") for one in page.locator(".finding:visible").all()} == {"NF101"}
    page.get_by_role("region", name="Findings by file").get_by_role("button", name="plain.py").click()
    assert 0 < _shown(page) < every


def test_groups(page: Page) -> None:
    files = page.locator(".group:visible h3").all_text_contents()
    page.get_by_label("Group by").select_option("rule")
    rules = page.locator(".group:visible h3").all_text_contents()
    assert any(title.startswith("NF101 ") for title in rules)
    assert any(title.startswith("plain.py ") for title in files)
    page.get_by_label("Group by").select_option("")
    assert page.locator(".group:visible h3").all_text_contents() == files


def test_a_finding_opens_to_its_change_with_the_keyboard(page: Page) -> None:
    changed = page.locator(".finding, .changes").filter(has=page.locator(".diff")).first
    changed.locator("summary").focus()
    expect(changed.locator(".diff")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(changed.locator(".diff")).to_be_visible()
    assert changed.locator("del:visible, .old:visible").count() > 0
    page.keyboard.press("Space")
    expect(changed.locator(".diff")).to_be_hidden()


def test_open_all_opens_what_is_shown(page: Page) -> None:
    page.get_by_label("Rule", exact=True).select_option("NF101")
    page.get_by_role("button", name="Open all").click()
    assert page.locator(".finding[open]").count() == _shown(page)
    page.get_by_role("button", name="Close all").click()
    assert page.locator(".finding[open]").count() == 0


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the findings"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "findings"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "text"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_an_address_of_a_finding_opens_it(page: Page) -> None:
    page.goto(f"{page.url}#finding-2")
    expect(page.locator("#finding-2")).to_have_attribute("open", "")


def test_the_colours_are_those_of_the_system_until_one_is_chosen(browser: Browser, file: Path) -> None:
    for page in _opened(browser, file, "wide", "dark"):
        colour = "getComputedStyle(document.body).backgroundColor"
        dark = page.evaluate(colour)
        page.get_by_role("button", name="Light").click()
        assert page.evaluate(colour) != dark
        page.reload()
        assert page.evaluate(colour) != dark
        page.get_by_role("button", name="System").click()
        page.emulate_media(color_scheme="light")
        assert page.evaluate(colour) != dark
        page.get_by_role("button", name="Dark").click()
        assert page.evaluate(colour) == dark


@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_by_everybody(browser: Browser, file: Path, size: str, scheme: str) -> None:
    for page in _opened(browser, file, size, scheme):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than its window"
        page.get_by_role("button", name="Open all").click()
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in _GRAVE] == []


def test_without_a_script_all_findings_are_there(browser: Browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator(".finding:visible").count() > 5
    assert page.locator(".tools:visible").count() == 0
    context.close()
