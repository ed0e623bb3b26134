"""The URL holds the whole state of a lesson."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from app.link import open_link
from core.metrics.thresholds.lab import ThresholdSpec

MAIN = Path(__file__).parents[2] / "app" / "main.py"


def show_link():
    import streamlit as st

    from app.link import open_link
    from core.metrics.thresholds.lab import ThresholdSpec

    link = open_link("thresholds", ThresholdSpec)
    st.text(repr(link.spec))
    for problem in link.problems:
        st.text(problem)
    st.text(link.query())


def read(**params: str) -> list[str]:
    app = AppTest.from_function(show_link, default_timeout=60)
    for name, text in params.items():
        app.query_params[name] = text
    app.run()
    assert not app.exception
    return [element.value for element in app.text]


def test_an_empty_url_means_the_defaults_and_the_defaults_mean_an_empty_url():
    assert read() == [repr(ThresholdSpec()), ""]


def test_every_setting_of_a_link_comes_back_as_the_same_link():
    texts = {"data": "churn", "threshold": "0.2", "cost_miss": "5.0", "prevalence": "0.001"}
    spec, query = read(**texts)
    assert spec == repr(ThresholdSpec(data="churn", threshold=0.2, cost_miss=5.0, prevalence=0.001))
    assert sorted(query.split("&")) == sorted(f"{name}={text}" for name, text in texts.items())


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("threshold", "7", "compared with scores from 0 to 1, got 7"),
        ("threshold", "nan", "threshold"),
        ("cost_miss", "-3", "An error costs 0 or more"),
        ("model", "oracle", "logistic, forest, boosting"),
        ("data", "no-such-table", "no-such-table"),
        ("colour", "red", "“colour”, which this lesson does not know"),
    ],
)
def test_what_a_link_cannot_have_is_explained_and_the_rest_is_kept(name, text, sentence):
    spec, problem, _query = read(cost_false_alarm="2.0", **{name: text})
    assert sentence in problem
    assert spec == repr(ThresholdSpec(cost_false_alarm=2.0))


def test_words_for_the_teacher_are_no_settings():
    assert read(present="1", beat="2", hide="model", embed="true") == [repr(ThresholdSpec()), ""]


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(["threshold", "data", "seed", "x"]), st.text(max_size=30)))
def test_no_url_breaks_the_page(params):
    read(**params)


def test_outside_a_page_the_link_has_the_defaults():
    assert open_link("thresholds", ThresholdSpec).spec == ThresholdSpec()
