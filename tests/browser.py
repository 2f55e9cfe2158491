"""The browser in which pages are read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The installed Chromium; where there is none, the test is skipped and says so."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip(f"no Chromium here: none of {', '.join(_NAMES)} is on the PATH (apt-get install chromium)")
    with sync_playwright() as running:
        # Chromium refuses to start its sandbox as root; the pages are our own.
        opened = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()
