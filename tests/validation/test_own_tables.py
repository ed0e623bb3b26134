"""Each lesson of the chapter that takes a table of one's own shows every beat for one."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.course import find_pages
from core.datasets import store_own_dataset
from core.lab import load_lab

ROOT = Path(__file__).parents[2]
PAGES = {page.name: page for page in find_pages() if page.path.parent.name == "validation"}
TAKERS = {
    "three_sets": "data", "folds": "data", "fits": "data", "risk": "own", "compare": "data",
    "pipelines": "data",
}  # fmt: skip
"""Each lesson, and the setting that names the table."""
OTHERS = {"leakage"}
"""Its rows are drawn by laws: only so is the truth of later rows known."""


def test_each_lesson_of_the_chapter_takes_a_table_or_says_why_not():
    assert {name.removeprefix("validation/") for name in PAGES} == set(TAKERS) | OTHERS


@pytest.mark.parametrize("name", TAKERS)
def test_every_beat_is_shown_for_a_table_of_ones_own(name, make_table):
    own = store_own_dataset(
        make_table(1200), title="My shop", task="binary", target="y", positive="b"
    )
    page, setting = PAGES[name], TAKERS[name]
    lab = load_lab(page.lesson.lab)
    lab.run(lab.spec(**{setting: own.name}))  # trained here, so that the page waits for no job
    app = AppTest.from_file(ROOT / "app/main.py", default_timeout=300).run()
    for key, text in {"hide": "predict", setting: own.name}.items():
        app.query_params[key] = text
    app.switch_page(str(Path("..") / page.path.relative_to(ROOT))).run()
    assert not app.exception
    said = [str(element.value) for element in [*app.markdown, *app.caption]]
    assert {"Run", "See", "Explain", "Practise"} <= {word for text in said for word in text.split()}
    chosen = [box.value for box in app.selectbox if "My shop" in box.options]
    assert chosen == [own.name]
