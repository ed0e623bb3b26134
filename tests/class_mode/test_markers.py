"""Threat T2: nothing of one learner reaches another's browser, on any page."""

import pandas as pd
import pytest
from person import Person, session

from app.course import find_pages
from core.datasets import store_own_dataset
from core.store import open_store

pytestmark = pytest.mark.xdist_group("class")
MARKER = "zebra crossing"
PAGES = [page.name for page in find_pages()]


@pytest.fixture(scope="module")
def others(served):
    """Ben, after Mia has left her marks in everything that is kept of her."""
    mia, ben = Person(served, MARKER), Person(served, "Ben")
    with session(served, mia.cookie) as hers:
        for name in ("thresholds", "profile"):
            hers.run(name).press("Just show me")
    patch = pytest.MonkeyPatch()
    with patch.context() as context:
        context.setenv("GLASSROOM_HOME", str(served.home))
        table = pd.DataFrame({MARKER: range(40), "y": ["a", "b"] * 20})
        store_own_dataset(table, title=MARKER, task="binary", target="y", owner=mia.id)
    return mia, ben


def look(served, others, name):
    mia, ben = others
    with session(served, ben.cookie) as his:
        his.run(name)
        words = his.words
        his.run(name, "hide=predict")
        words += his.words
    assert MARKER not in words
    assert mia.id not in words
    assert mia.code not in words
    assert "You looked without predicting" not in words


@pytest.mark.parametrize("name", ["", "room", "thresholds", "profile"])
def test_t2_a_page_shows_nothing_of_another_learner(served, others, name):
    look(served, others, name)


@pytest.mark.full
@pytest.mark.parametrize("name", PAGES)
def test_t2_no_lesson_shows_anything_of_another_learner(served, others, name):
    look(served, others, name)


def test_t2_the_marks_are_there_for_their_owner(served, others):
    mia, _ = others
    with session(served, mia.cookie) as hers:
        assert MARKER in hers.run("thresholds").words
        assert "You looked without predicting" in hers.words
    store = open_store(served.home, read_only=True)
    assert len(store.events(mia.id, "prediction")) == 2
    store.close()
