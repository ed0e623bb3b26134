"""A real browser: Debian's Chromium, headless, with nothing in its cache."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ViewportSize, sync_playwright

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
VIEWPORT = ViewportSize(width=1440, height=1400)
"""High enough that the whole handle is in sight."""
STAGE = "svg.drag"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium; each context opened in it has an empty cache of its own."""
    path = shutil.which("chromium")
    if path is None:
        message = "This benchmark draws in a real browser: install Chromium first."
        raise RuntimeError(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
