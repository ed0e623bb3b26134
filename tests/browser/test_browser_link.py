"""The URL, the controls, the handle and the numbers always say the same."""

import pytest
from classroom import settings_in
from controls import checked, enter, pick
from playwright.sync_api import expect

from core.metrics.thresholds.lab import ThresholdSpec, sweep_thresholds
from core.metrics.thresholds.words import say_threshold
from core.specs import spec_from_text
from core.wording import count
from pages.metrics.thresholds import DATA, MODELS, PREVALENCES

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def spec_of(visit):
    texts = settings_in(visit.url)
    texts.pop("hide", None)
    return spec_from_text(ThresholdSpec, texts)


def assert_all_agree(visit):
    """The URL is read by core; controls and picture must show what it says."""
    spec, page = spec_of(visit), visit.page
    expect(page.get_by_role("combobox", name="Data")).to_have_value(DATA[spec.data])
    expect(page.get_by_role("combobox", name="How common")).to_have_value(
        PREVALENCES.get(spec.prevalence, "other")
    )
    assert checked(page, "Model") == MODELS[spec.model]
    for name, label in {
        "cost_false_alarm": "A false alarm costs",
        "cost_miss": "A miss costs",
    }.items():
        expect(page.get_by_role("spinbutton", name=label)).to_have_value(
            f"{getattr(spec, name):.2f}"
        )
    result = sweep_thresholds(spec)
    expect(visit.handle).to_have_attribute("aria-valuetext", say_threshold(result.threshold_used))
    suffix = "" if spec.prevalence is None else "_per_10000"
    here = result.sweep.iloc[result.at]
    assert visit.picture()["cells"] == [
        count(here[cell + suffix]) for cell in ("tp", "fn", "fp", "tn")
    ]


def set_threshold(visit, key, times=1):
    visit.handle.focus()
    with visit.answered():
        for _ in range(times):
            visit.page.keyboard.press(key)


def test_f30_handle_controls_and_url_agree_after_each_change_reload_back_and_forward(visit):
    visit.open_lab()
    assert_all_agree(visit)
    set_threshold(visit, "PageDown", 3)
    after_handle = visit.url
    assert_all_agree(visit)
    with visit.answered():
        enter(visit.page, "A miss costs", "25")
    assert "cost_miss=25.0" in visit.url
    assert_all_agree(visit)
    with visit.answered():
        pick(visit.page, "How common are they out there?", "1 in 1 000")
    assert "prevalence=0.001" in visit.url
    assert_all_agree(visit)
    with visit.answered():
        pick(visit.page, "Data", "Churn")
    assert "data=churn" in visit.url
    assert_all_agree(visit)
    last = visit.url
    visit.reload()
    assert visit.url == last
    assert_all_agree(visit)
    for _ in range(3):
        with visit.answered():
            visit.page.go_back()
    assert visit.url == after_handle
    assert_all_agree(visit)
    for _ in range(3):
        with visit.answered():
            visit.page.go_forward()
    assert visit.url == last
    assert_all_agree(visit)


def test_a_setting_put_back_to_its_default_leaves_the_url(visit):
    visit.open_lab(cost_miss="25.0")
    with visit.answered():
        enter(visit.page, "A miss costs", "10")
    assert settings_in(visit.url) == {"hide": "predict"}
    assert_all_agree(visit)


def test_a_link_with_every_setting_opens_exactly_that_picture(visit):
    visit.open_lab(
        data="breast_cancer", model="boosting", threshold="0.2", prevalence="0.1",
        cost_false_alarm="2.0", cost_miss="50.0", seed="3",
    )  # fmt: skip
    assert_all_agree(visit)
    visit.page.get_by_role("button", name="More", exact=True).click()
    expect(visit.page.get_by_role("spinbutton", name="Seed")).to_have_value("3")


def test_what_a_link_cannot_have_is_said_in_a_sentence_and_the_rest_is_shown(visit):
    visit.open_lab(
        threshold="7", cost_miss="-3", prevalence="1.5", colour="red", cost_false_alarm="3.0"
    )
    said = visit.alerts()
    for sentence in (
        "A threshold is compared with scores from 0 to 1, got 7.",
        "An error costs 0 or more, and a miss was given the cost -3.",
        "both classes must exist, so it lies between 0 and 1; got 1.5.",
        "The link sets “colour”, which this lesson does not know.",
    ):
        assert sentence in said
    expect(visit.page.get_by_role("spinbutton", name="A false alarm costs")).to_have_value("3.00")
    expect(visit.page.get_by_role("spinbutton", name="A miss costs")).to_have_value("10.00")
    expect(visit.handle).to_have_attribute("aria-valuetext", say_threshold(0.5))


def test_a_link_can_leave_out_controls(visit):
    visit.open_lab(hide="model,cost_miss", model="logistic")
    page = visit.page
    expect(page.get_by_role("radiogroup", name="Model")).to_have_count(0)
    expect(page.get_by_role("spinbutton", name="A miss costs")).to_have_count(0)
    expect(page.get_by_role("spinbutton", name="A false alarm costs")).to_be_visible()
    expect(page.get_by_role("combobox", name="Data")).to_be_visible()
