"""The lanes of the folds under a real hand: what is drawn is what the lab cut."""

import re

import pytest

from core.validation.folds.lab import FoldsSpec, split_folds
from core.validation.folds.stage import stage_folds

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_lanes_that_are_drawn_are_those_of_the_step_under_the_hand(new_page):
    visit = new_page(1200, 1400).open_lesson("folds")
    handle = visit.page.locator(".stage").get_by_role("slider")
    stage = stage_folds(split_folds(FoldsSpec()))
    for key, place in (("Home", 0), ("ArrowRight", 1), ("End", len(stage.lanes.steps) - 1)):
        handle.press(key)
        assert int(handle.get_attribute("aria-valuenow")) == place
        assert handle.get_attribute("aria-valuetext") == stage.handle.texts[place]
        for letter, meaning in (("e", "test"), ("r", "train")):
            path = visit.page.locator(f".stage svg.drag > path[fill='var(--{meaning})']")
            drawn = path.get_attribute("d").count("M")
            lanes = stage.lanes.steps[place]
            assert drawn == sum(len(re.findall(f"{letter}+", lane)) for lane in lanes)
        said = visit.page.locator(".stage .said").inner_text()
        assert said == "".join(text for text, _ in stage.sentences[place])
