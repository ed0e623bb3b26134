"""Dragging the handle of every lesson that has one, in a real browser, watched from inside the page."""

import math
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.browser import STAGE, VIEWPORT, chromium
from benchmarks.report import Report, machine_load, percentile, rounded
from benchmarks.server import Server, tuned

MOVES_PER_SECOND = 60
"""A mouse reports at least this often."""
SWINGS_PER_SECOND = 0.5
READ = """() => {
  const { moves, frames, n_steps } = glassroomWatch;
  glassroomWatch.on = false;
  return { moves, frames, n_steps, n_behind: glassroomWatch.n_unanswered() };
}"""
WATCH = (Path(__file__).with_name("drag.js")).read_text(encoding="utf-8")


def measure(*, seconds: float = 15.0, lessons: Sequence[str] | None = None) -> Report:
    """Answer "does the picture follow the hand, and does the server notice?", for each lesson with a handle.

    The mouse swings over the whole handle and lets go. Real mouse moves go through the browser; times
    are taken inside the page by its own clock. The first lesson of the course is dragged for `seconds`,
    the others for a third of it.

    Table ``drags``: ``lesson``, ``places`` of its handle, ``moves`` (pointermove events heard), ``steps``
    (frames in which the handle stood elsewhere than in the one before), ``behind`` (moves that the
    handle had not reached at the end), ``p50_ms``, ``p95_ms``, ``max_ms`` from the mouse move to the
    first animation frame with the handle at the place nearest to the mouse, ``p95_painted_ms`` to the
    moment after that frame was painted, ``frames_per_move`` (1 = the very next frame),
    ``p95_between_frames_ms``, ``sent_dragging`` and ``sent_release`` (websocket messages to the
    server), ``kb_release`` (what came back), ``load``.
    """
    names = lessons or find_dragged()
    with (
        tempfile.TemporaryDirectory() as folder,
        tuned(Path(folder)) as server,
        chromium() as browser,
    ):
        drags = [
            {"lesson": name, **_open_and_drag(browser, server, name, seconds / (3 if at else 1))}
            for at, name in enumerate(names)
        ]
    return Report(
        name="drag",
        question="Does the picture follow the hand, and does the server notice?",
        goal="0 messages while dragging, 1 on release; the next frame, at most 17 ms",
        tables={"drags": drags},
        notes=(
            "The page draws in software (no graphics card), on the same machine as the server.",
            "The browser hands over mouse moves once per frame; a full frame of 60 Hz is 17 ms.",
            "Where the released place is trained anew, the page asks for its progress: a few messages more.",
        ),
    )


def find_dragged() -> list[str]:
    """Return the addresses of all lessons whose page draws a stage, the threshold lab first."""
    from app.course import find_pages

    names = [
        page.name for page in find_pages() if "show_stage" in page.path.read_text(encoding="utf-8")
    ]
    return sorted(names, key=lambda name: name != "thresholds")


def _open_and_drag(browser: Browser, server: Server, lesson: str, seconds: float) -> dict[str, Any]:
    page = browser.new_page(viewport=VIEWPORT)
    wire = _listen(page)
    page.goto(f"{server.root}/{lesson}?hide=predict")
    # The default view may still be in training, and the stage may stand behind a tab.
    page.locator(f"{STAGE}, [role=tab]").locator("visible=true").first.wait_for(timeout=60_000)
    tabs = page.get_by_role("tab").all()
    while not page.locator(STAGE).first.is_visible() and tabs:
        tabs.pop(0).click()
        page.wait_for_timeout(1500)
    page.locator(STAGE).first.scroll_into_view_if_needed(timeout=60_000)
    page.wait_for_timeout(1500)
    drag = _drag(page, wire, seconds)
    page.close()
    return drag


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
    handle = page.evaluate(WATCH)
    knob = page.locator("circle.knob").first.bounding_box()
    if knob is None:
        message = "The handle is not in sight."
        raise RuntimeError(message)
    start = knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2
    before = wire["sent"]
    page.mouse.move(*start)
    page.mouse.down()
    _swing(page, handle, start, seconds)
    page.wait_for_timeout(200)  # a message on its way must be counted as sent while dragging
    sent_dragging = wire["sent"] - before
    watch = page.evaluate(READ)
    received = wire["received_bytes"]
    page.mouse.up()
    page.wait_for_timeout(2000)
    return {
        "places": len(handle["places"]),
        **_summary(watch),
        "sent_dragging": sent_dragging,
        "sent_release": wire["sent"] - before - sent_dragging,
        "kb_release": rounded((wire["received_bytes"] - received) / 1000),
        "load": machine_load(),
    }


def _swing(page: Page, handle: dict[str, Any], start: tuple[float, float], seconds: float) -> None:
    """Move the mouse to and fro over all places of the handle; end at one other than the first."""
    low, high = min(handle["places"]), max(handle["places"])
    middle, reach = (low + high) / 2, (high - low) / 2
    begun = time.perf_counter()
    while (gone := time.perf_counter() - begun) < seconds:
        level = middle + reach * math.sin(2 * math.pi * SWINGS_PER_SECOND * gone)
        page.mouse.move(*((start[0], level) if handle["upright"] else (level, start[1])))
        page.wait_for_timeout(
            max(0.0, 1000 / MOVES_PER_SECOND - 1000 * (time.perf_counter() - begun - gone))
        )
    end = high if abs(start[handle["upright"]] - high) > reach else low
    page.mouse.move(*((start[0], end) if handle["upright"] else (end, start[1])))


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
