"""The learner's own table is offered for the task that the lesson is about."""

import pytest
from streamlit.testing.v1 import AppTest

from app.own_table import own_tables
from core.datasets import load_dataset


def choose(task: str) -> None:
    import numpy as np
    import streamlit as st

    from app.own_table import _choose_target
    from core.errors import SpecError
    from core.tables import read_table

    rng = np.random.default_rng(0)
    rows = ["size,paid,kind,grade"] + [
        f"{rng.normal():.3f},{'yes' if n % 3 else 'no'},{'abc'[n % 3]},{n % 6 + 1}"
        for n in range(60)
    ]
    reading = read_table("\n".join(rows).encode(), "my.csv")
    try:
        tasks = tuple(task.split(","))
        _choose_target(reading, "my.csv", lambda name: st.session_state.update(used=name), tasks)
    except SpecError as error:
        st.warning(str(error))


def open_for(task: str, target: str) -> AppTest:
    app = AppTest.from_function(choose, kwargs={"task": task}).run()
    app.selectbox[0].select(target).run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("task", "target"),
    [
        ("binary", "paid"),
        ("multiclass", "kind"),
        ("multiclass", "grade"),
        ("regression", "grade"),
        ("regression", "size"),
    ],
)
def test_a_table_that_suits_the_task_is_kept_and_listed_for_this_task_alone(task, target):
    app = open_for(task, target)
    assert bool(app.radio) == (task == "binary")
    app.button[0].click().run()
    used = app.session_state["used"]
    dataset = load_dataset(used)
    assert (dataset.task, dataset.target) == (task, target)
    assert (dataset.positive == "yes") == (task == "binary")
    assert own_tables(task) == {used: "my.csv"}
    for other in {"binary", "multiclass", "regression"} - {task}:
        assert own_tables(other) == {}


@pytest.mark.parametrize(
    ("task", "target", "sentence"),
    [
        ("binary", "kind", "two classes it belongs to; “kind” names more than two classes"),
        ("binary", "size", "two classes it belongs to; “size” holds numbers"),
        ("multiclass", "paid", "three or more classes it belongs to; “paid” names two classes"),
        ("regression", "kind", "holds words such as"),
    ],
)
def test_a_column_of_another_kind_is_refused_with_a_sentence(task, target, sentence):
    app = open_for(task, target)
    assert sentence in app.warning[0].value
    assert not app.button


EVERY = "binary,multiclass,regression"


@pytest.mark.parametrize(
    ("target", "task"), [("paid", "binary"), ("kind", "multiclass"), ("size", "regression")]
)
def test_where_a_lesson_takes_several_tasks_the_column_decides(target, task):
    app = open_for(EVERY, target)
    assert len(app.radio) == (task == "binary")  # which class raises the alarm
    app.button[0].click().run()
    dataset = load_dataset(app.session_state["used"])
    assert (dataset.task, dataset.target) == (task, target)


def test_numbers_that_may_be_classes_are_asked_about_where_a_lesson_takes_both():
    app = open_for(EVERY, "grade")
    assert app.radio[0].label == "How is it to be predicted?"
    app.radio[0].set_value("regression").run()
    app.button[0].click().run()
    assert load_dataset(app.session_state["used"]).task == "regression"
    again = open_for(EVERY, "grade")
    again.button[0].click().run()
    assert load_dataset(again.session_state["used"]).task == "multiclass"


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        (("regression",), "one column that holds the number to predict"),
        (("binary", "regression"), "two classes, or numbers"),
        (("binary", "multiclass", "regression"), "classes, or numbers"),
    ],
)
def test_the_dialog_says_what_the_table_must_hold(tasks, words):
    app = AppTest.from_function(offer, kwargs={"tasks": tasks}).run()
    assert not app.exception
    assert words in app.markdown[0].value


def test_a_lesson_for_two_classes_or_a_number_refuses_several_classes():
    app = open_for("binary,regression", "kind")
    assert "two classes, or numbers; “kind” names more than two classes" in app.warning[0].value


def offer(tasks: tuple) -> None:
    from app.own_table import offer_own_table

    offer_own_table(str, task=tasks)


def take() -> None:
    import streamlit as st

    from app.own_table import _take_columns
    from core.tables import read_table

    rows = ["id,size,weight"] + [f"row-{n},{n / 7:.3f},{n % 5}" for n in range(60)]
    reading = read_table("\n".join(rows).encode(), "my.csv")
    _take_columns(reading, "my.csv", lambda name: st.session_state.update(used=name))


def test_a_table_to_be_clustered_is_kept_without_a_target_and_listed_among_all():
    app = AppTest.from_function(take).run()
    assert not app.selectbox
    assert any("names the rows instead of" in text.value for text in app.markdown)
    app.button[0].click().run()
    used = app.session_state["used"]
    dataset = load_dataset(used)
    assert (dataset.task, dataset.target) == ("clustering", None)
    assert dataset.features == ("size", "weight")
    assert dataset.n_rows == 60
    assert own_tables("clustering") == own_tables(None) == {used: "my.csv"}
    assert own_tables("binary") == {}


def keep_whole() -> None:
    import streamlit as st

    from app.own_table import _take_whole
    from core.tables import read_table

    rows = ["id,day,nothing,city,size"] + [
        f"{n},2024-01-{n % 28 + 1:02},,Lyon,{n}" for n in range(60)
    ]
    reading = read_table("\n".join(rows).encode(), "my.csv")
    _take_whole(reading, "my.csv", lambda name: st.session_state.update(used=name))


def test_a_lesson_without_a_task_keeps_every_column_that_holds_anything():
    app = AppTest.from_function(keep_whole).run()
    assert not app.exception
    assert "“nothing” is empty and left out" in app.markdown[0].value
    app.button[0].click().run()
    used = app.session_state["used"]
    assert list(load_dataset(used).table) == ["id", "day", "city", "size"]
    assert own_tables(None) == {used: "my.csv"}
