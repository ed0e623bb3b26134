"""Moving a control costs the server one fragment, never the whole page."""

import dataclasses
from functools import partial

import pytest
from classroom import settings_in
from controls import find_controls
from visit import CUT_SHORT

from app.course import find_pages
from core.lab import load_lab

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WHOLE_PAGE = "FINISHED_SUCCESSFULLY"
FRAGMENT = "FINISHED_FRAGMENT_RUN_SUCCESSFULLY"


def assert_moves_a_fragment(visit, move, label):
    """Make the move; the first run that it causes must be one of a fragment.

    Where a training ends at that very moment, the page's run of its own crosses ours. The training
    is done then, and the same move once more meets nothing.
    """
    if first_run_after(visit, move, label) == CUT_SHORT:
        wait_for_result(visit)
        assert first_run_after(visit, move, label) == FRAGMENT, f"{label} runs the whole page"


def first_run_after(visit, move, label):
    """Make the move and return how the first run ended that followed."""
    n_runs, n_sent, before = len(visit.finished_runs()), len(visit.reruns_asked()), visit.url
    with visit.answered():
        move()
    asked = visit.reruns_asked()[n_sent:]
    assert asked, f"{label} did not reach the server"
    assert asked[0].rerun_script.fragment_id, f"{label} asks for the whole page"
    visit.wait_for(lambda: visit.url != before)
    first = visit.finished_runs()[n_runs]
    assert first in {FRAGMENT, CUT_SHORT}, f"{label} runs the whole page"
    return first


def step(handle):
    """Move a handle down, or up where it stands at its lowest place."""
    here, end = (handle.get_attribute(f"aria-value{what}") for what in ("now", "min"))
    handle.press("PageDown" if here != end else "PageUp")


def wait_for_result(visit):
    visit.page.locator(".st-key-card_explain").wait_for(timeout=90_000)
    visit.settle()


def is_training(visit):
    return not visit.page.locator(".st-key-card_explain").count()


def go_back(visit):
    """Return to the view before, which is trained already; sooner done than to open the page anew."""
    before = visit.url
    with visit.answered():
        visit.page.go_back()
    visit.wait_for(lambda: visit.url != before)
    wait_for_result(visit)
    return find_controls(visit.page)


def labels_of(controls):
    return [control.label for control in controls]


def is_sampled(page):
    """The first and the last lesson of each chapter stand for the frame that all of them share."""
    chapter = [one.name for one in find_pages() if one.path.parent == page.path.parent]
    return page.name in (chapter[0], chapter[-1])


PAGES = [
    pytest.param(page, id=page.name, marks=() if is_sampled(page) else pytest.mark.full)
    for page in find_pages()
]


@pytest.mark.parametrize("page", PAGES)
def test_moving_a_control_never_runs_the_whole_page(new_page, page):
    settings = {field.name for field in dataclasses.fields(load_lab(page.lesson.lab).spec)}
    visit = new_page(1200, 1400).open_lesson(page.name)
    for handle in visit.page.locator(".stage").get_by_role("slider").all():
        assert_moves_a_fragment(visit, partial(step, handle), "the handle")
        assert set(settings_in(visit.url)) <= settings | {"hide"}
    wait_for_result(visit)
    names = labels_of(find_controls(visit.page))
    assert names, "the lesson has no controls"
    for position, label in enumerate(names):
        controls = find_controls(visit.page)
        if is_training(visit) or labels_of(controls) != names:
            controls = go_back(visit)
        if labels_of(controls) != names:
            visit.open_lesson(page.name)
            controls = find_controls(visit.page)
        assert_moves_a_fragment(visit, controls[position].move, label)
        assert set(settings_in(visit.url)) <= settings | {"hide"}


def test_opening_a_page_is_a_run_of_the_whole_page(visit):
    """The measure above can tell the two apart."""
    visit.open_lab()
    assert set(visit.finished_runs()) == {WHOLE_PAGE}
