"""AutoML by clicking: a table of one's own is climbed and bet on, and a notebook is read and taken home."""

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from classroom import settings_in
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ROWS = 150
CLIMB_MS = 180_000


def rents_csv():
    """A target that is a straight line and chance of size 1, so that a linear model errs by about 1."""
    rng = np.random.default_rng(7)
    table = pd.DataFrame(rng.normal(size=(ROWS, 3)).round(4), columns=["area", "age", "floor"])
    table["rent"] = (9 + 4 * table["area"] - 3 * table["age"] + rng.normal(size=ROWS)).round(4)
    return table.to_csv(index=False).encode()


def use_own_table(visit, name, content):
    visit.page.get_by_role("button", name="Use your own table").click()
    dialog = visit.page.get_by_role("dialog").filter(has_text="one row for each case")
    with visit.answered():
        dialog.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": content}
        )
    expect(dialog.get_by_text(f"{ROWS} rows, 4 columns")).to_be_visible()
    with visit.answered():
        dialog.get_by_role("button", name="Use this table").click()


def test_an_own_table_is_climbed_and_its_score_is_bet_on(visit):
    visit.open_lesson("worth")
    use_own_table(visit, "rents.csv", rents_csv())
    visit.wait_for(lambda: settings_in(visit.url).get("data", "").startswith("own-"))
    expect(visit.page.get_by_text(f"{ROWS} rows with 3 columns")).to_be_visible(timeout=CLIMB_MS)
    board = visit.page.locator(".st-key-card_explain").get_by_role("table")
    expect(board.get_by_role("row").filter(has_text="linear model").first).to_be_visible()
    assert "untouched rows the linear model scores" not in visit.words(), "not opened yet"
    low, high = (visit.page.get_by_role("spinbutton", name=name) for name in ("From", "To"))
    low.fill("0.5")
    high.fill("2")
    with visit.answered():
        visit.page.get_by_role("button", name="Bet, and open them").click()
    told = visit.page.get_by_text("You bet on 0.5 to 2, and so it is.")
    expect(told).to_contain_text("the linear model scores")
    assert settings_in(visit.url)["bet"] == "0.5,2.0"
    expect(visit.page.get_by_role("button", name="Prove it now")).to_be_visible()


def test_the_notebook_of_a_pipeline_is_read_and_taken_home(visit):
    visit.open_lesson("inside")
    visit.page.get_by_role("tab", name="The pipeline").click()
    visit.page.get_by_role("button", name="Read it").click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog.get_by_text("import pandas as pd").first).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    with visit.page.expect_download() as taken:
        visit.page.get_by_role("button", name="Notebook, program and data").click()
    with zipfile.ZipFile(io.BytesIO(taken.value.path().read_bytes())) as files:
        notebook = json.loads(files.read("pipeline-linear.ipynb"))
        table = pd.read_csv(io.BytesIO(files.read("data.csv")))
    assert notebook["nbformat"] == 4
    assert any("SimpleImputer" in "".join(cell["source"]) for cell in notebook["cells"])
    assert len(table) == 800
