"""The words and pictures of the map say what the numbers say."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.base import is_classifier
from sklearn.linear_model import LogisticRegression

from core.datasets import store_own_dataset
from core.metrics.metric_map.cards import CARDS, GROUP_TITLES, SHORT_TITLES
from core.metrics.metric_map.cases import GROUPS, TASKS, Case
from core.metrics.metric_map.experiments import experiments_of
from core.metrics.metric_map.figures import is_share, plot_changes, plot_grid
from core.metrics.metric_map.lab import LAB, MetricMapSpec, explore_metrics
from core.metrics.metric_map.measures import METRICS, judge, metrics_of
from core.metrics.metric_map.misconceptions import name_limits, name_misconceptions
from core.metrics.metric_map.names import name_metric, say_change, say_range, say_value
from core.metrics.metric_map.predict import ALL, NONE, pose_riddle
from core.metrics.metric_map.reasons import STORIES
from core.metrics.metric_map.words import (
    FORMULA_WORDS,
    TABLES,
    describe_metrics,
    formulas,
    name_experiments,
    tabulate_map,
    tell_case,
    tell_gaps,
    tell_noticed,
)
from core.safe_text import md_prose

SPECS = {name: MetricMapSpec(**settings) for name, settings in LAB.presets.items()}
PRESETS = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
TITLE_CHARS = 44


def test_every_metric_and_every_experiment_has_its_words_and_no_other():
    assert set(CARDS) == set(METRICS)
    assert set(SHORT_TITLES) <= set(METRICS)
    assert set(GROUP_TITLES) == set(GROUPS) == set(TABLES)
    assert set(STORIES) == {(g, test.name) for g in GROUPS for test in experiments_of(g)}
    for group in GROUPS:
        titles = [STORIES[group, test.name].title for test in experiments_of(group)]
        assert len(set(titles)) == len(titles)
        for test in experiments_of(group):
            assert set(test.asked) <= {metric.name for metric in metrics_of(group)}


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.857142, "0.857"), (0, "0"), (1, "1"), (-0.0042, "−0.004"), (-53.21, "−53.21"),
     (1759.82, "1 760"), (1.876e14, "1.9 × 10¹⁴"), (-1.1e14, "−1.1 × 10¹⁴"),
     (math.nan, "undefined"), (math.inf, "infinite"), (0.00001, "0.00001"), (-1e-17, "0"), (2e-16, "0")],
)  # fmt: skip
def test_values_are_rounded_to_what_they_can_bear(value, text):
    assert say_value(value).replace("\u202f", " ") == text


def test_two_values_that_differ_read_differently_and_equal_ones_alike():
    assert say_change(0.973104, 0.973139) == ("0.97310", "0.97314")
    assert say_change(0.5, 0.5) == ("0.500", "0.500")
    assert say_change(0.1, math.inf) == ("0.100", "infinite")


def test_a_range_is_said_by_its_ends():
    assert say_range(0, 1) == "0 to 1"
    assert say_range(-1, 1) == "−1 to 1"
    assert say_range(0, math.inf) == "0 and up"
    assert say_range(-math.inf, 1) == "up to 1"


@PRESETS
def test_the_riddle_has_one_right_answer_and_a_belief_for_each_wrong_one(spec):
    result = explore_metrics(spec)
    riddle = pose_riddle(result)
    assert riddle.answer in riddle.options
    assert set(riddle.beliefs) == set(riddle.options) - {riddle.answer}
    states = result.changes.set_index("metric")["state"]
    offered = [name for name in riddle.options if name not in (NONE, ALL)]
    stay = [name for name in offered if states[name] == "stays"]
    right = NONE if not stay else ALL if len(stay) == len(offered) else stay[0]
    assert riddle.answer == right
    assert len(stay) <= 1 or riddle.answer == ALL
    assert len(offered) >= 2


@PRESETS
def test_the_question_reveals_no_value(spec):
    result = explore_metrics(spec)
    asked = pose_riddle(result).ask.replace("0.9 becomes 0.81, 0.1 becomes 0.01", "")
    for row in result.changes.to_dict("records"):
        for text in say_change(row["before"], row["after"]):
            assert not re.search(rf"(?<![\d.]){re.escape(text)}(?![\d])", asked) or len(text) < 4


@PRESETS
def test_each_metric_is_named_once_in_what_was_noticed(spec):
    result = explore_metrics(spec)
    said = tell_noticed(result)
    for row in result.changes.to_dict("records"):
        name = name_metric(row["metric"])
        before, after = say_change(row["before"], row["after"])
        assert name.lower() in said.lower()
        if row["state"] == "moves":
            verb = "rises" if row["after"] > row["before"] else "falls"
            assert f"{name} {verb} from {before} to {after}".lower() in said.lower()
    assert ("exactly where" in said) == (result.n_unmoved > 0)
    assert ("no value any more" in said) == (result.n_undefined > 0)


@PRESETS
def test_gaps_are_told_with_their_reason_and_what_scikit_learn_does(spec):
    result = explore_metrics(spec)
    told = tell_gaps(result).splitlines()
    assert len(told) == result.n_undefined + result.n_infinite
    for line, row in zip(told, result.gaps[result.gaps["experiment"] == result.experiment].to_dict("records"),
                         strict=True):  # fmt: skip
        assert row["reason"] in line
        assert ("raises" in line) == (row["manner"] == "raises")
        assert ("warns" in line) == (row["manner"] == "warns")
        assert ("without a word" in line) == (row["manner"] == "returns")
    assert len(tell_gaps(result, everywhere=True).splitlines()) == len(result.gaps)


@PRESETS
def test_every_metric_has_a_card_with_its_function_range_and_values(spec):
    result = explore_metrics(spec)
    table = tabulate_map(result).to_dict("records")
    cards = describe_metrics(result)
    for metric, row, (title, card) in zip(
        metrics_of(spec.group), table, cards.items(), strict=True
    ):
        assert row["Metric"] == title == CARDS[metric.name].title
        assert row["What it answers"] == CARDS[metric.name].question
        assert row["Range"] == say_range(metric.low, metric.high)
        assert row["Better"] == ("higher" if metric.is_higher_better else "lower")
        assert f"`{metric.function}`" in card
        assert f"**Range:** {say_range(metric.low, metric.high)}" in card
        assert CARDS[metric.name].question in card
        rows = result.grid[result.grid["metric"] == metric.name]
        assert f"**This model:** {say_value(rows['before'].iloc[0])}" in card
        assert ("No value:" in card) == (rows["state"] == "undefined").any()


@PRESETS
def test_formulas_hold_the_numbers_of_this_view(spec):
    result = explore_metrics(spec)
    shown = formulas(result)
    assert len(shown) == len(result.fractions)
    for formula in shown:
        name, moment = formula.name.rsplit(", ", 1)
        metric = next(key for key, words in FORMULA_WORDS.items() if words[0] == name)
        value = getattr(result, f"{metric}_{moment}")
        expected = 1 - value if metric == "r2" else value
        text = say_value(expected)
        assert formula.value == text or float(formula.value.replace("\u202f", "")) == pytest.approx(
            expected, rel=2e-3
        )


@PRESETS
def test_the_picture_shows_each_metric_where_it_was_and_where_it_is(spec):
    result = explore_metrics(spec)
    figures = plot_changes(result)
    rows = result.changes.to_dict("records")
    for part, figure in figures.items():
        mine = [row for row in rows if is_share(row["metric"]) == (part == "shares")]
        assert len(figure.layout.yaxis.ticktext) == len(mine)
        assert len(figure.layout.title.text) < TITLE_CHARS
        marks = {trace.name: trace for trace in figure.data if trace.mode == "markers"}
        shown = {int(at) for name in ("after", "stays", "no value") if name in marks
                 for at in marks[name].y}  # fmt: skip
        assert shown == set(range(len(mine)))
        if part == "shares" and "after" in marks:
            for at, x in zip(marks["after"].y, marks["after"].x, strict=True):
                assert x == mine[int(at)]["after"]
    assert sum(len(figure.layout.yaxis.ticktext) for figure in figures.values()) == len(rows)


def test_a_ratio_is_drawn_on_a_logarithmic_axis():
    result = explore_metrics(MetricMapSpec(group="numbers", experiment="other_unit"))
    figure = plot_changes(result)["sizes"]
    after = next(trace for trace in figure.data if trace.name == "after")
    assert after.x == pytest.approx((2, 4, 2, 2))  # MAE, MSE, RMSE, MedAE as powers of ten


@pytest.mark.parametrize("group", GROUPS)
def test_the_grid_marks_every_experiment_and_every_metric_once(group):
    result = explore_metrics(MetricMapSpec(group=group))
    figure = plot_grid(result)
    cells = [(x, y) for trace in figure.data for x, y in zip(trace.x, trace.y, strict=True)]
    n_metrics, n_tests = len(metrics_of(group)), len(experiments_of(group))
    assert sorted(cells) == [(x, y) for x in range(n_metrics) for y in range(n_tests)]
    assert len(figure.layout.title.text) < TITLE_CHARS
    most = max((result.grid["state"] == "stays").groupby(result.grid["metric"]).sum())
    assert f"{most} of {n_tests}" in figure.layout.title.text


@pytest.mark.parametrize("group", GROUPS)
def test_every_misconception_is_answered_with_numbers_of_this_model(group):
    result = explore_metrics(MetricMapSpec(group=group))
    values = {text for row in result.grid.to_dict("records")
              for text in say_change(row["before"], row["after"])}  # fmt: skip
    for belief, answer in name_misconceptions(result):
        assert belief.endswith(".")
        numbers = re.findall(r"[−\d][\d.,\u202f]*\d|\b0\b", answer)
        assert all(number in values for number in numbers), (answer, numbers)
    assert name_limits(result).startswith("Where the rule breaks: ")


def test_a_name_of_another_group_stands_for_the_first_experiment():
    names = name_experiments(MetricMapSpec(group="numbers", experiment="always_no"))
    assert names["always_no"] == STORIES["numbers", "one_error"].title
    assert list(names.values()) == [
        STORIES["numbers", t.name].title for t in experiments_of("numbers")
    ]


def test_tables_of_the_course_suit_their_group():
    for group, tables in TABLES.items():
        for name in tables:
            MetricMapSpec(group=group, **{TASKS[group]: name})


def test_words_of_a_person_reach_the_page_only_as_text():
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    name = "![x](http://evil/x.png)<b>"
    table = pd.DataFrame({"a": x, name: np.where(x + rng.normal(size=200) > 0, "**yes**", "no")})
    own = store_own_dataset(table, title=name, target=name, task="binary", positive="**yes**")
    result = explore_metrics(MetricMapSpec(binary=own.name))
    for text in (md_prose(tell_case(result)), md_prose(pose_riddle(result).ask)):
        assert "](" not in text.replace("\\]\\(", "")
    for text in (tell_noticed(result), *describe_metrics(result).values(), tell_gaps(result)):
        assert "evil" not in text
    for figure in (*plot_changes(result).values(), plot_grid(result)):
        assert "evil" not in figure.to_json()


@pytest.fixture(scope="module")
def silent():
    """A table on which the model never raises an alarm, so that precision has no value at all."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"x": rng.normal(size=400), "y": np.arange(400) % 20 == 0})
    table["y"] = np.where(table["y"], "ill", "well")
    return store_own_dataset(table, title="Rare", target="y", task="binary", positive="ill").name


def test_what_had_no_value_before_is_told_so(silent):
    for test in experiments_of("labels"):
        result = explore_metrics(MetricMapSpec(binary=silent, experiment=test.name))
        assert math.isnan(result.precision_before)
        said = tell_noticed(result)
        if test.name == "swap_classes":  # everybody is an alarm then
            assert (
                "precision had no value before, since no alarm was raised (0/0), and is 0.950"
                in (said.lower())
            )
        else:
            assert "Precision had no value before either: no alarm was raised (0/0)." in said
        riddle = pose_riddle(result)
        assert riddle.answer in riddle.options
        for figure in plot_changes(result).values():
            figure.to_json()
        describe_metrics(result)


def test_every_group_takes_a_table_of_the_learner_with_the_fewest_rows_that_can_be_split():
    rng = np.random.default_rng(0)
    x = rng.normal(size=45)
    table = pd.DataFrame({"x": x, "z": rng.normal(size=45), "y": x + rng.normal(size=45)})
    table["k"] = np.array(["a", "b", "c"])[np.arange(45) % 3]
    targets = {"classes": "k", "numbers": "y", "clusters": None}
    for group, target in targets.items():
        own = store_own_dataset(table, title="Own", target=target, task=TASKS[group])
        for test in experiments_of(group):
            spec = MetricMapSpec(group=group, experiment=test.name, **{TASKS[group]: own.name})
            result = explore_metrics(spec)
            assert pose_riddle(result).answer
            assert plot_changes(result)
            assert tell_noticed(result)


def test_what_is_predicted_decides_which_metrics_fit_and_not_the_name_of_the_model():
    model = LogisticRegression().fit(
        [[0.0], [1.0], [2.0], [3.0]], ["stays", "stays", "leaves", "stays"]
    )
    assert is_classifier(model)
    assert set(model.predict([[-9.0], [9.0]])) <= {"stays", "leaves"}
    assert ((model.predict_proba([[-9.0], [9.0]]) > 0) & (model.predict_proba([[9.0]]) < 1)).all()
    beliefs = dict(name_misconceptions(explore_metrics(MetricMapSpec(group="labels"))))
    assert "Logistic regression is a regression, so MAE and RMSE judge it." in beliefs


def test_no_metric_of_numbers_knows_which_row_came_first():
    rng = np.random.default_rng(0)
    truth, said, later = rng.normal(9, 1, 50), rng.normal(9, 1, 50), rng.permutation(50)
    for metric in metrics_of("numbers"):
        values = [judge(metric, Case(truth[o], said[o])).value for o in (np.arange(50), later)]
        assert values[0] == pytest.approx(values[1])
