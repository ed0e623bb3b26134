"""A learner's own table: used like any other, and never able to speak as the page."""

import io

import numpy as np
import pandas as pd
import pytest
from classroom import settings_in
from controls import pick, unfold
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PICTURE = "![x](http://evil.example/x.png)"
SCRIPT = "<img src=x onerror=window.stolen=1>"
LATEX = "$\\href{http://evil.example}{x}$"
TARGET = "left</td><script>window.stolen=1</script>"
ROWS = 400
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def hostile_csv():
    """A table that a model can learn from, with names that want to be more than names."""
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=ROWS), rng.normal(size=ROWS)
    table = pd.DataFrame(
        {
            PICTURE: x.round(4),
            SCRIPT: y.round(4),
            LATEX: rng.choice(["=cmd()", "[a](http://evil.example)", "<b>b</b>"], ROWS),
            TARGET: np.where(x + y + 0.5 * rng.normal(size=ROWS) > 1, "<i>yes</i>", "`no`"),
        }
    )
    return table.to_csv(index=False).encode()


def quantities_csv():
    rng = np.random.default_rng(6)
    table = pd.DataFrame(rng.normal(size=(80, 3)).round(3), columns=["a", "b", "c"])
    return table.to_csv(index=False).encode()


@pytest.fixture
def upload(visit):
    """Upload a file through the dialog; return the dialog."""
    visit.open_lab()

    def upload(name, content):
        visit.page.get_by_role("button", name="Use your own table").click()
        dialog = visit.page.get_by_role("dialog").filter(has_text="one row for each case")
        dialog.wait_for()
        file = {"name": name, "mimeType": "text/csv", "buffer": content}
        with visit.answered():
            dialog.locator("input[type=file]").set_input_files(file)
        return dialog

    return upload


def choose_target(visit, dialog, words):
    unfold(visit.page, dialog.get_by_role("combobox", name="Column to predict"))
    with visit.answered():
        visit.page.get_by_role("option").filter(has_text=words).click()


def assert_nothing_spoke(visit):
    assert visit.page.evaluate("window.stolen === undefined")
    spoken = visit.page.locator(
        "img[src*='evil'], img[src='x'], a[href*='evil'], script:text('stolen')"
    )
    assert spoken.evaluate_all("nodes => nodes.map(node => node.outerHTML)") == []
    assert visit.outside == []


def test_a_table_with_hostile_names_is_used_and_its_names_stay_names(visit, upload):
    dialog = upload("my <b>table</b>.csv", hostile_csv())
    expect(dialog.get_by_text(f"{ROWS} rows, 4 columns")).to_be_visible()
    dialog.get_by_text("What each column was taken for").click()
    assert_nothing_spoke(visit)
    choose_target(visit, dialog, "onerror")
    expect(dialog.get_by_test_id("stAlert")).to_contain_text("which of two classes")
    assert_nothing_spoke(visit)
    choose_target(visit, dialog, "left")
    expect(dialog.get_by_role("radio", name="<i>yes</i>")).to_be_checked()
    with visit.answered():
        dialog.get_by_role("button", name="Use this table").click()
    visit.wait_for(lambda: settings_in(visit.url).get("data", "").startswith("own-"))
    visit.handle.wait_for()
    expect(visit.page.get_by_role("combobox", name="Data")).to_have_value("my <b>table</b>.csv")
    cells = [int(text) for text in visit.picture()["cells"]]
    truth = pd.read_csv(io.BytesIO(hostile_csv()))[TARGET] == "<i>yes</i>"
    assert sum(cells) == pytest.approx(ROWS / 5, abs=1), "the validation part is a fifth"
    assert cells[0] + cells[1] == pytest.approx(truth.sum() / 5, abs=1), "of each class"
    assert "= <i>yes</i>" in visit.words(), "a class is shown letter by letter"
    assert_nothing_spoke(visit)
    for tool in ("Code", "Numbers as tables", "Link to this view"):
        visit.page.get_by_role("button", name=tool, exact=True).click()
        visit.page.get_by_role("dialog").wait_for()
        visit.page.wait_for_timeout(300)
        assert_nothing_spoke(visit)
        visit.page.keyboard.press("Escape")
        expect(visit.page.get_by_role("dialog")).to_have_count(0)
    visit.reload()
    visit.handle.wait_for()
    assert [int(text) for text in visit.picture()["cells"]] == cells
    with visit.answered():
        pick(visit.page, "Data", "Churn")
    assert settings_in(visit.url)["data"] == "churn"


NO_TABLES = {
    "photo.csv": (PNG, "seems to be a PNG image"),
    "empty.csv": (b"", "empty"),
    "one-row.csv": (b"a,b\n1,2\n", "at least 2 different values"),
    "quantities.csv": (quantities_csv(), "which of two classes"),
}


def test_a_file_that_is_no_table_for_this_ends_in_a_sentence_and_nothing_is_lost(visit, upload):
    before, shown = visit.url, visit.picture()
    for name, (content, sentence) in NO_TABLES.items():
        dialog = upload(name, content)
        expect(dialog.get_by_test_id("stAlert")).to_contain_text(sentence)
        expect(dialog.get_by_role("button", name="Use this table")).to_have_count(0)
        visit.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    assert visit.url == before
    assert visit.picture() == shown
