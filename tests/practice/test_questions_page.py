"""The page of the questions: every lesson, one question with key and proof, and figures that hold back."""

from pathlib import Path
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from app.bank.page import BEYOND
from app.course import find_pages
from core.practice.bank import load_entries, load_items, load_misconceptions
from core.practice.draw import find_family
from core.practice.entry import key_entry
from core.practice.grade import show_key
from core.practice.statistics.words import FORMS, tell_bank
from core.practice.variants import render
from core.store import open_store

ROOT = Path(__file__).parents[2]
LESSONS = list(dict.fromkeys(entry.lesson for entry in load_entries()))


def open_page() -> AppTest:
    app = AppTest.from_file(ROOT / "app/main.py", default_timeout=120).run()
    app.switch_page("../pages/questions.py").run()
    assert not app.exception
    return app


def words(app) -> str:
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption]
    return "\n".join(str(part.value) for part in parts)


def test_the_page_counts_the_bank_and_names_what_proves_it() -> None:
    said = words(open_page())
    assert tell_bank(load_items()) in said
    n_run = sum(item.check is not None for item in load_items())
    assert f"The keys of {n_run} are proved" in said
    assert n_run >= 0.9 * len(load_items())


def test_one_question_is_shown_with_key_beliefs_variants_and_its_proof() -> None:
    app = open_page()
    name = "four-readings-of-one-matrix"
    app.selectbox(key="bank:item").set_value(name).run()
    family = find_family(name)
    item = next(item for item in load_items() if item.id == name)
    said = words(app)
    assert item.stem in said
    assert show_key(item).strip() in said
    for belief in item.misconceptions:
        assert load_misconceptions()[belief].name in said
    app.number_input(key=f"bank:variant:{name}").set_value(3).run()
    from core.practice.bank import load_deployed

    third = render(family, load_deployed(family).variants[2])
    assert third.stem in words(app)
    next(button for button in app.button if button.label == "Prove it").click().run()
    assert "Run just now on this machine" in words(app)


@pytest.mark.parametrize("lesson", [*LESSONS[::6], "databricks", "serving"])
def test_every_lesson_and_kind_can_be_looked_through(lesson) -> None:
    app = open_page()
    app.selectbox(key="bank:lesson").set_value(lesson).run()
    assert not app.exception
    for form in FORMS:
        app.selectbox(key="bank:form").set_value(form).run()
        assert not app.exception
        items = [item for item in load_items(lesson) if item.form == form]
        assert ("No question is of this kind." in words(app)) == (not items)


def test_what_has_no_lesson_has_a_title_of_its_own() -> None:
    pages = {page.name for page in find_pages()}
    titles = [BEYOND[name] for name in LESSONS if name not in pages]
    assert len(set(titles)) == len(titles) == len(BEYOND)


def test_figures_hold_back_until_there_are_enough_people() -> None:
    item = next(item for item in load_items("thresholds") if item.type == "single")
    other = next(item for item in load_items("fits") if item.type == "numeric")
    store = open_store()

    def answer(learner, asked, said, credit):
        body = {"lesson": asked.lesson, "version": asked.version, "seed": asked.seed, "draw": "d",
                "answer": said, "state": "right" if credit == 1 else "wrong", "credit": credit}  # fmt: skip
        store.append(learner=learner, kind="answer", subject=asked.id, body=body, id=uuid4().hex)

    wrong = next(option.id for option in item.options if not option.correct)
    for at in range(12):
        answer(f"p{at}", item, key_entry(item) if at % 3 else wrong, float(bool(at % 3)))
        answer(f"p{at}", other, "1", float(at % 2))
    app = open_page()
    app.selectbox(key="bank:item").set_value(item.id).run()
    said = words(app)
    assert "67 % (39–86 %) of 12 first answers" in said
    assert "It takes 30 people, there are 12." in said
    for at in range(12, 40):
        answer(f"p{at}", item, key_entry(item) if at % 3 else wrong, float(bool(at % 3)))
        answer(f"p{at}", other, "1", float(at % 2))
    app = open_page()
    app.selectbox(key="bank:item").set_value(item.id).run()
    assert "how closely this question goes with all others" in words(app)
    assert "So few people make this uncertain." in words(app)


def test_t6_a_learner_of_a_class_does_not_see_the_keys(monkeypatch) -> None:
    monkeypatch.setattr("app.bank.page.current_learner", lambda: "somebody")
    app = open_page()
    assert "only the teacher can open it" in words(app)
    assert "**Key.**" not in words(app)
