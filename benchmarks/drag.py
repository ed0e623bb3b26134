"""Dragging the handle of the threshold lab in a real browser, watched from inside the page."""

import math
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from benchmarks.browser import STAGE, VIEWPORT, chromium
from benchmarks.report import Report, machine_load, percentile, rounded
from benchmarks.server import tuned

MOVES_PER_SECOND = 60
"""A mouse reports at least this often."""
SWINGS_PER_SECOND = 0.5
READ = """() => {
  const { moves, frames, n_steps } = glassroomWatch;
  glassroomWatch.on = false;
  return { moves, frames, n_steps, n_behind: glassroomWatch.n_unanswered() };
}"""
WATCH = (Path(__file__).with_name("drag.js")).read_text(encoding="utf-8")


def measure(*, seconds: float = 15.0, rounds: int = 3) -> Report:
    """Answer "does the picture follow the hand, and does the server notice?".

    The mouse swings over the whole handle for ``seconds / rounds`` and lets go, `rounds` times. Real
    mouse moves go through the browser; times are taken inside the page by its own clock.

    Table ``drags``: ``round``, ``moves`` (pointermove events heard), ``steps`` (frames in which the
    handle stood elsewhere than in the one before), ``behind`` (moves that the handle had not reached
    at the end), ``p50_ms``, ``p95_ms``, ``max_ms`` from the mouse move to the first animation frame
    with the handle under the mouse, ``p95_painted_ms`` to the moment after that frame was painted,
    ``frames_per_move`` (1 = the very next frame), ``p95_between_frames_ms``, ``sent_dragging`` and
    ``sent_release`` (websocket messages to the server), ``kb_release`` (what came back), ``load``.
    Table ``picture``: ``shown`` (the picture's own description), ``places`` of the handle, ``load``.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        tuned(Path(folder)) as server,
        chromium() as browser,
    ):
        page = browser.new_page(viewport=VIEWPORT)
        wire = _listen(page)
        page.goto(server.address)
        page.locator(STAGE).wait_for(timeout=60_000)
        page.locator(STAGE).scroll_into_view_if_needed()
        page.wait_for_timeout(1500)
        shown = page.locator(STAGE).get_attribute("aria-label")
        last = page.locator("g.handle").get_attribute("aria-valuemax")
        drags = [
            {"round": number, **_drag(page, wire, seconds / rounds)}
            for number in range(1, rounds + 1)
        ]
    picture = {"shown": shown, "places": int(last or 0) + 1, "load": machine_load()}
    return Report(
        name="drag",
        question="Does the picture follow the hand, and does the server notice?",
        goal="0 messages while dragging, 1 on release; the next frame, at most 17 ms",
        tables={"drags": drags, "picture": [picture]},
        notes=(
            "The page draws in software (no graphics card), on the same machine as the server.",
            "The browser hands over mouse moves once per frame; a full frame of 60 Hz is 17 ms.",
        ),
    )


def _listen(page: Page) -> dict[str, int]:
    """Count what passes over every websocket of the page, from now on."""
    wire = {"sent": 0, "received_bytes": 0}

    def opened(socket: Any) -> None:
        def sent(_payload: object) -> None:
            wire["sent"] += 1

        def received(payload: str | bytes) -> None:
            wire["received_bytes"] += len(payload)

        socket.on("framesent", sent)
        socket.on("framereceived", received)

    page.on("websocket", opened)
    return wire


def _drag(page: Page, wire: dict[str, int], seconds: float) -> dict[str, Any]:
    box = page.locator(STAGE).bounding_box()
    knob = page.locator("circle.knob").bounding_box()
    if box is None or knob is None:
        message = "The handle is not in sight."
        raise RuntimeError(message)
    middle, reach = box["x"] + box["width"] / 2, box["width"] * 0.45
    y = knob["y"] + knob["height"] / 2
    page.mouse.move(knob["x"] + knob["width"] / 2, y)
    page.evaluate(WATCH)
    before = wire["sent"]
    page.mouse.down()
    _swing(page, middle, reach, y, seconds)
    page.wait_for_timeout(200)  # a message on its way must be counted as sent while dragging
    sent_dragging = wire["sent"] - before
    watch = page.evaluate(READ)
    received = wire["received_bytes"]
    page.mouse.up()
    page.wait_for_timeout(2000)
    return {
        **_summary(watch),
        "sent_dragging": sent_dragging,
        "sent_release": wire["sent"] - before - sent_dragging,
        "kb_release": rounded((wire["received_bytes"] - received) / 1000),
        "load": machine_load(),
    }


def _swing(page: Page, middle: float, reach: float, y: float, seconds: float) -> None:
    start = time.perf_counter()
    while (gone := time.perf_counter() - start) < seconds:
        page.mouse.move(middle + reach * math.sin(2 * math.pi * SWINGS_PER_SECOND * gone), y)
        page.wait_for_timeout(
            max(0.0, 1000 / MOVES_PER_SECOND - 1000 * (time.perf_counter() - start - gone))
        )


def _summary(watch: dict[str, Any]) -> dict[str, Any]:
    moves, frames = watch["moves"], watch["frames"]
    to_frame = [move["to_frame_ms"] for move in moves]
    to_paint = [move["to_paint_ms"] for move in moves if "to_paint_ms" in move]
    gaps = [after - before for before, after in pairwise(frames)]
    return {
        "moves": len(moves) + watch["n_behind"],
        "steps": watch["n_steps"],
        "behind": watch["n_behind"],
        "p50_ms": rounded(percentile(to_frame, 50)),
        "p95_ms": rounded(percentile(to_frame, 95)),
        "max_ms": rounded(max(to_frame, default=None)),
        "p95_painted_ms": rounded(percentile(to_paint, 95)),
        "frames_per_move": rounded(sum(move["frames"] for move in moves) / len(moves), 2)
        if moves
        else None,
        "p95_between_frames_ms": rounded(percentile(gaps, 95)),
    }
