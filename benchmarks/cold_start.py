"""From the command to the first painted lesson."""

import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.browser import STAGE, VIEWPORT, chromium
from benchmarks.report import Report, machine_load, rounded
from benchmarks.server import tuned

PAINTED = (
    """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"""
)


def measure(*, rounds: int = 2) -> Report:
    """Answer "how long from the command to a lesson on the screen, and what crosses the wire?".

    Each round starts the launcher twice with the same folder: ``first`` finds it empty, so the model
    is trained; ``again`` finds what was kept. The browser runs already; its cache is empty.

    Table ``starts``: ``start``, ``healthy_s`` and ``painted_s`` since the command, ``page_s`` from the
    address entered to the lesson painted, ``first_paint_s`` to anything painted, ``requests`` and
    ``mb`` of that page (headers and the websocket included), ``reload_s``, ``reload_requests`` and
    ``reload_mb`` for the same page once more, ``load``.
    """
    starts = []
    with chromium() as browser:
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                starts += [
                    {"start": start, **_start(browser, Path(folder))}
                    for start in ("first", "again")
                ]
    return Report(
        name="cold_start",
        question="How long from the command to a lesson on the screen, and what crosses the wire?",
        goal="after a restart, the server is back within 10 s",
        tables={"starts": sorted(starts, key=lambda row: row["start"] != "first")},
        notes=(
            "Programs and libraries were in the disk's cache; right after switching on it takes longer.",
            "The lesson is painted two animation frames after its picture stands in the page.",
        ),
    )


def _start(browser: Browser, home: Path) -> dict[str, Any]:
    with tuned(home, warm_up="all") as server:
        context = browser.new_context(viewport=VIEWPORT)
        page = context.new_page()
        traffic = _listen(page)
        page_s = _open(page, server.address)
        painted = time.perf_counter() - server.started
        row = {
            "healthy_s": rounded(server.healthy - server.started, 2),
            "painted_s": rounded(painted, 2),
            "page_s": rounded(page_s, 2),
            "first_paint_s": _first_paint(page),
            **_taken(page, traffic),
        }
        reload_s = _open(page, server.address)
        again = _taken(page, traffic)
        context.close()
        return {
            **row,
            "reload_s": rounded(reload_s, 2),
            **{f"reload_{name}": value for name, value in again.items()},
            "load": machine_load(),
        }


def _open(page: Page, address: str) -> float:
    start = time.perf_counter()
    page.goto(address)
    page.locator(STAGE).wait_for(timeout=120_000)
    page.evaluate(PAINTED)
    return time.perf_counter() - start


def _first_paint(page: Page) -> float | None:
    found = page.evaluate(
        "() => performance.getEntriesByName('first-contentful-paint').map((entry) => entry.startTime)"
    )
    return rounded(found[0] / 1000, 2) if found else None


def _listen(page: Page) -> dict[str, float]:
    """Count requests and bytes on the wire, as the browser's own network log has them."""
    traffic = {"requests": 0.0, "bytes": 0.0}
    log = page.context.new_cdp_session(page)
    log.send("Network.enable")

    def finished(event: dict[str, Any]) -> None:
        traffic["requests"] += event["encodedDataLength"] > 0  # what the cache gave is no request
        traffic["bytes"] += event["encodedDataLength"]

    def framed(event: dict[str, Any]) -> None:
        # Binary frames come in base64: 4 characters for 3 bytes.
        traffic["bytes"] += len(event["response"]["payloadData"]) * 3 // 4

    log.on("Network.loadingFinished", finished)
    log.on("Network.webSocketFrameReceived", framed)
    return traffic


def _taken(page: Page, traffic: dict[str, float]) -> dict[str, Any]:
    """Wait for the stragglers (fonts, icons), then return what was counted and start anew."""
    page.wait_for_timeout(1500)
    taken = {"requests": int(traffic["requests"]), "mb": rounded(traffic["bytes"] / 1e6, 2)}
    traffic.update(requests=0.0, bytes=0.0)
    return taken
