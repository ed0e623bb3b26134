"""A training that takes longer than a moment: seen, survived, stopped, and never in the way."""

import contextlib
import re

import psutil
import pytest
from controls import enter
from playwright.sync_api import expect

from core.metrics.thresholds.lab import ThresholdSpec, sweep_thresholds
from core.wording import count

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STOP, AGAIN = "Stop training", "Train again"


def workers(classroom):
    """Process numbers of the trainings of this classroom."""
    found = set()
    for process in psutil.process_iter(["cmdline"]):
        try:
            is_worker = "core.jobs.worker" in " ".join(process.info["cmdline"] or [])
            if is_worker and process.environ().get("GLASSROOM_HOME") == str(classroom.home):
                found.add(process.pid)
        except psutil.Error:
            continue
    return found


def begin(visit, **settings):
    visit.open("thresholds", hide="predict", **settings)
    expect(visit.page.get_by_role("button", name=STOP)).to_be_visible()
    visit.wait_for(lambda: workers(visit.classroom))
    return visit


def hold(visit):
    """Let the trainings stand still, so that none ends before a slow page is there; return their numbers."""
    held = workers(visit.classroom)
    for pid in held:
        with contextlib.suppress(psutil.Error):
            psutil.Process(pid).suspend()
    return held


def let_go(held):
    for pid in held:
        with contextlib.suppress(psutil.Error):
            psutil.Process(pid).resume()


def wait_for_picture(visit):
    visit.handle.wait_for(timeout=90_000)
    visit.settle()


@pytest.mark.parametrize("model", ["forest", "boosting"])
def test_progress_appears_then_the_result_that_the_lab_computes_by_itself(visit, model):
    begin(visit, model=model, seed="11")
    bar = visit.page.get_by_role("progressbar")
    expect(bar).to_be_visible()
    expect(visit.page.get_by_text(re.compile(r"\(\d+ s\)"))).to_be_visible()
    wait_for_picture(visit)
    expect(bar).to_have_count(0)
    result = sweep_thresholds(ThresholdSpec(model=model, seed=11))
    cells = (result.tp, result.fn, result.fp, result.tn)
    assert visit.picture()["cells"] == [count(cell) for cell in cells]
    assert not workers(visit.classroom)


def test_during_a_training_the_controls_and_the_questions_stay_usable(visit):
    begin(visit, model="boosting", seed="12")
    at_work = workers(visit.classroom)
    enter(visit.page, "A miss costs", "20")
    visit.wait_for(lambda: "cost_miss=20.0" in visit.url, seconds=5)
    expect(visit.page.get_by_role("heading", name="Four questions")).to_be_visible()
    assert workers(visit.classroom) <= at_work, "another price needs no other training"
    wait_for_picture(visit)
    assert visit.page.get_by_role("spinbutton", name="A miss costs").input_value() == "20.00"


def test_f25_a_reload_during_a_training_finds_it_again(visit):
    begin(visit, model="boosting", seed="13")
    before = hold(visit)
    visit.reload()
    expect(visit.page.get_by_role("progressbar")).to_be_visible()
    assert workers(visit.classroom) == before, "the same process goes on"
    let_go(before)
    wait_for_picture(visit)


def test_stop_ends_the_training_within_moments_and_train_again_begins_anew(visit):
    begin(visit, model="boosting", seed="14")
    before = hold(visit)
    visit.page.get_by_role("button", name=STOP).click()
    expect(visit.page.get_by_role("button", name=AGAIN)).to_be_visible(timeout=5000)
    visit.wait_for(lambda: not workers(visit.classroom), seconds=5)
    assert visit.alerts().strip(), "it is said that the training was stopped"
    assert visit.handle.count() == 0
    visit.page.get_by_role("button", name=AGAIN).click()
    expect(visit.page.get_by_role("button", name=STOP)).to_be_visible()
    visit.wait_for(lambda: hold(visit) - before)
    visit.page.get_by_role("button", name=STOP).click()
    visit.wait_for(lambda: not workers(visit.classroom), seconds=5)


def test_leaving_for_another_model_stops_the_training_that_nobody_waits_for(visit):
    begin(visit, model="boosting", seed="15")
    visit.page.get_by_role("radio", name="Logistic regression").click()
    visit.handle.wait_for()
    visit.page.get_by_role("radio", name="Random forest").click()
    expect(visit.page.get_by_role("button", name=STOP)).to_be_visible()
    visit.wait_for(lambda: len(workers(visit.classroom)) == 1)
    visit.page.get_by_role("button", name=STOP).click()
    visit.wait_for(lambda: not workers(visit.classroom), seconds=5)


def test_coming_back_to_a_view_that_was_left_takes_its_training_up_again(visit):
    begin(visit, model="boosting", seed="16")
    first = workers(visit.classroom)
    visit.page.get_by_role("radio", name="Random forest").click()
    visit.wait_for(lambda: workers(visit.classroom) - first)
    second = workers(visit.classroom)
    visit.page.get_by_role("radio", name="Boosting").click()
    visit.wait_for(lambda: hold(visit) - second)
    visit.wait_for(lambda: "model=boosting" in visit.url)
    expect(visit.page.get_by_role("button", name=STOP)).to_be_visible()
    assert visit.alerts().strip() == "", "nobody pressed Stop"
    visit.page.get_by_role("button", name=STOP).click()
    visit.wait_for(lambda: not workers(visit.classroom), seconds=5)
