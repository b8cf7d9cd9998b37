"""A browser for the tests in this folder, and the latencies that they measure, at the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import BROWSER_FLAGS, LATENCY, find_browser

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for lesson_files


def unavailable(reason: str) -> None:
    """Skip on a reader's machine; fail in CI, where a browser test that never runs is a lie."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """Chromium, without a window, with an empty user folder."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        unavailable("the browser tests need Playwright: pip install -e '.[test]'")
    executable = find_browser()
    if executable is None:
        unavailable("the browser tests need Chromium on the PATH, or its path in COURSE_CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=list(BROWSER_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def page(browser) -> Iterator:
    """A page of a laptop's size."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def screenshots() -> Path | None:
    """Where to keep pictures of the page: the folder in COURSE_SCREENSHOTS, if it is set."""
    folder = os.environ.get("COURSE_SCREENSHOTS")
    return Path(folder) if folder else None


def pytest_terminal_summary(terminalreporter) -> None:
    lines = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name == LATENCY and getattr(report, "when", "") == "call"
    ]
    if lines:
        terminalreporter.section("sliders, from the mouse's move to the new picture")
        for line in lines:
            terminalreporter.line(line)
