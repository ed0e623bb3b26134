"""The page on tables that a person may bring: hostile names, words alone, a chosen target."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.datasets import store_own_dataset

ROOT = Path(__file__).parents[2]
HOSTILE = ("![t](http://evil/x)", "<script>alert(1)</script>", "$\\frac{1}{0}$ :red[x] |", "=1+1")


def open_page(data: str, **params: str) -> AppTest:
    app = AppTest.from_file(ROOT / "app/main.py", default_timeout=120).run()
    for name, text in {"hide": "predict", "data": data, **params}.items():
        app.query_params[name] = text
    app.switch_page(str(Path("..") / "pages/data/profile.py")).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    return " ".join(str(element.value) for element in [*app.markdown, *app.subheader, *app.caption])


@pytest.fixture(scope="module")
def hostile():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(200, 3)), columns=HOSTILE[:3])
    table[HOSTILE[1]] = table[HOSTILE[0]] * 2 + 0.001 * rng.normal(size=200)
    table.loc[:40, HOSTILE[2]] = np.nan
    table[HOSTILE[3]] = rng.choice(["<b>x</b>", "![i](http://evil/y)"], 200)
    return store_own_dataset(table, title=HOSTILE[0], task="clustering", target=None).name


def test_names_of_a_learners_table_are_shown_letter_by_letter(hostile):
    app = open_page(hostile)
    said = words(app)
    assert "![t](http" not in said
    assert "<script>" not in said
    assert ":red[x]" not in said
    assert r"\!\[t\]" in said
    assert "Empty cells" in said


def test_a_target_that_is_chosen_is_compared_and_one_that_cannot_be_is_explained(hostile):
    said = words(open_page(hostile, target=HOSTILE[3], column=HOSTILE[2]))
    assert "has 2 classes" in said
    app = open_page("raw_log", target="city")
    assert "needs at least 2 different values" in app.warning[0].value


def test_a_table_of_words_alone_is_shown_without_pairs():
    table = pd.DataFrame({"word": ["a", "b", "c"] * 20, "other": ["x", "y"] * 30})
    name = store_own_dataset(table, title="Words", task="clustering", target=None).name
    app = open_page(name)
    assert "nothing can be correlated" in words(app)
    assert [tab.label for tab in app.tabs][:3] == ["What is wrong", "One column", "Eight numbers"]


def test_a_link_to_columns_of_another_table_still_opens():
    said = words(open_page("iris", x="basket_eur", column="tip_eur"))
    assert "Not in this table, or without numbers" in said
