"""What a learner takes home: the program, its data, its numbers, and the link."""

import json
import os
import subprocess
import sys
import zipfile

import pytest
from classroom import settings_in
from playwright.sync_api import expect

from core.metrics.thresholds.words import say_cost
from core.wording import count, percent, significant

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def open_tool(visit, name):
    visit.page.get_by_role("button", name=name, exact=True).click()
    dialog = visit.page.get_by_role("dialog")
    dialog.wait_for()
    visit.settle()
    return dialog


def run_elsewhere(folder, script):
    """Run the program as its receiver does: in its folder, without the project beside it."""
    bare = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-I", script.name],
        cwd=folder, env=bare, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_the_downloaded_program_runs_and_prints_the_numbers_of_the_page(visit, tmp_path):
    visit.open_lab(data="churn", threshold="0.2", cost_miss="5.0")
    shown = visit.picture()
    dialog = open_tool(visit, "Code")
    with visit.page.expect_download() as download:
        dialog.get_by_role("button", name="Download code and data").click()
    download.value.save_as(tmp_path / "download.zip")
    assert download.value.suggested_filename == "thresholds.zip"
    with zipfile.ZipFile(tmp_path / "download.zip") as archive:
        archive.extractall(tmp_path)
    script = tmp_path / "thresholds.py"
    assert dialog.get_by_test_id("stCode").inner_text().split() == script.read_text().split()
    printed = run_elsewhere(tmp_path, script)
    assert [count(printed[cell]) for cell in ("tp", "fn", "fp", "tn")] == shown["cells"]
    metrics = ("accuracy", "majority_accuracy", "precision", "recall", "specificity", "f1",
               "balanced_accuracy")  # fmt: skip
    expected = [*(percent(printed[name]) for name in metrics), significant(printed["mcc"], 2)]
    assert shown["numbers"] == expected
    assert f"Cost: {say_cost(printed['cost'])} per" in shown["sentence"]
    promised = json.loads((tmp_path / "expected.json").read_text())
    for name in ("tp", "fp", "fn", "tn"):
        assert printed[name] == promised[name]


def test_the_link_of_the_dialog_shows_somebody_else_the_same_view(visit, new_page):
    visit.open_lab(data="breast_cancer", threshold="0.1", cost_miss="50.0", prevalence="0.1")
    shown = visit.picture()
    dialog = open_tool(visit, "Link to this view")
    with visit.answered():
        dialog.get_by_text("Ask for a prediction first").click()
    link = dialog.get_by_test_id("stCode").inner_text().strip()
    assert link.startswith(visit.classroom.address)
    other = new_page(900, 800, locale="de-DE")
    other.page.goto(link)
    other.handle.wait_for()
    assert other.picture() == shown
    assert settings_in(link) == settings_in(other.url) | {"hide": "predict"}


def test_the_link_for_the_projector_and_without_a_control_do_what_they_say(visit, new_page):
    visit.open_lab(threshold="0.1")
    dialog = open_tool(visit, "Link to this view")
    with visit.answered():
        dialog.get_by_text("For the projector").click()
    link = dialog.get_by_test_id("stCode").inner_text().strip()
    assert settings_in(link) == {"threshold": "0.1", "present": "1"}
    with visit.answered():
        dialog.get_by_text("For the projector").click()
    dialog.get_by_role("combobox", name="Controls to leave out").click()
    with visit.answered():
        visit.page.get_by_role("option", name="Cost miss").click()
    link = dialog.get_by_test_id("stCode").inner_text().strip()
    assert settings_in(link) == {"threshold": "0.1", "hide": "cost_miss"}


def test_the_numbers_behind_the_picture_can_be_looked_up(visit):
    visit.open_lab()
    dialog = open_tool(visit, "Numbers as tables")
    for name in ("Sweep", "Histogram", "Curves", "Rules"):
        dialog.get_by_role("tab", name=name).click()
        table = dialog.get_by_role("tabpanel").get_by_test_id("stDataFrame")
        expect(table.locator("visible=true").first).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
