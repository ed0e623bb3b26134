"""Look inside: each sentence of the page, and an independent truth for each number."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import RepeatedStratifiedKFold

from core.automl.flips import BASE, try_flips
from core.automl.folds import Split
from core.automl.inside.cells import compare_cells, write_cells, write_diff, write_planned
from core.automl.inside.figures import SHORT, plot_flips, plot_tree
from core.automl.inside.lab import FLIPS, LAB, InsideSpec, list_flips, look_inside, name_slow_part
from core.automl.inside.repairs import REPAIRS, draw_repairs
from core.automl.inside.trained import FlipsSpec, flip_table, ready_table, train_flips
from core.automl.inside.words import (
    DIFFERENTLY,
    list_card,
    name_rivals,
    tabulate_decisions,
    tell_all,
    tell_chance,
    tell_flip,
    tell_leak,
    tell_not_found,
    tell_start,
    tell_task,
    tell_top,
)
from core.automl.notebook.objects import Writer
from core.automl.notebook.proof import prove_notebook
from core.automl.pipelines import build_pipeline, plan_columns
from core.automl.reasons import give_reasons
from core.automl.settings import Settings
from core.automl.table import prepare_table
from core.errors import SpecError
from core.search.fit import expected_warnings
from core.validation.compare.judges import judge_folds


def look(flip="most", **settings):
    return look_inside(InsideSpec(flip=flip, **settings))


def reason(name, family="linear", **settings):
    ready, _ = ready_table(FlipsSpec(family=family, **settings))
    return next(one for one in give_reasons(ready, family) if one.name == name)


def test_flips_that_share_steps_score_as_whole_pipelines_do():
    """The second way: scikit-learn's pipeline as a whole, its own splitter, its own metrics."""
    spec = FlipsSpec()
    ready, _ = ready_table(spec)
    places = ready.places("train", "validate")
    target = np.array(ready.target.tolist())
    folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=4, random_state=0)
    train, judge = next(folds.split(places, target[places]))
    scores = train_flips(spec).scores.query("split == 1").set_index(["flip", "metric"])
    for flip in (BASE, "cross_fit", "target_encoding", "texts_out", "scaling", "date_parts"):
        other, params = flip_table(spec, flip)
        pipeline = build_pipeline(other.plan, "linear", params)
        with expected_warnings():
            pipeline.fit(ready.rows.iloc[places[train]], target[places[train]])
        said = pipeline.predict_proba(ready.rows.iloc[places[judge]])
        truth = target[places[judge]]
        assert scores.loc[(flip, "log_loss"), "score"] == pytest.approx(
            log_loss(truth, said), rel=1e-9
        )
        assert scores.loc[(flip, "roc_auc"), "score"] == pytest.approx(
            roc_auc_score(truth == "yes", said[:, 1]), rel=1e-9
        )  # fmt: skip
        recited = pipeline.predict_proba(ready.rows.iloc[places[train]])
        assert scores.loc[(flip, "log_loss"), "train_score"] == pytest.approx(
            log_loss(target[places[train]], recited), rel=1e-9
        )


def test_the_gain_is_the_mean_difference_and_its_interval_that_of_the_judge():
    for judge, sign in (("ranking", -1), ("other", 1)):
        result = look("scaling", judge=judge)
        gains = sign * (result.splits["score"] - result.splits["base"])
        assert result.splits["gain"].to_list() == pytest.approx(gains.to_list())
        verdict = judge_folds(gains.to_numpy(), 128 / 512)
        assert result.gain == pytest.approx(gains.mean())
        assert (result.low, result.high) == pytest.approx((verdict.low, verdict.high))
        assert result.is_clear == (result.low > 0 or result.high < 0)


def test_the_row_s_own_answer_in_the_mean_looks_good_where_it_was_learnt_and_nowhere_else():
    result = look("cross_fit")
    assert result.train_score < result.train_base
    assert result.gain < 0
    assert result.is_clear
    assert f"{result.train_score:.3f} with the own answer" in tell_leak(look("rare"))
    assert "no column with so many words" in tell_leak(look(data="delivery_times"))


def test_the_customer_makes_no_difference_in_truth():
    """Moving every customer to another row leaves the true probabilities as they are."""
    table, probability = draw_repairs()
    rng = np.random.default_rng(0)
    rates = pd.Series(probability).groupby(table["customer"]).mean()
    spread = [
        pd.Series(probability).groupby(rng.permutation(table["customer"])).mean().std()
        for _ in range(200)
    ]
    assert np.quantile(spread, 0.01) < rates.std() < np.quantile(spread, 0.99)


def test_the_repairs_that_nobody_weighed_are_late_more_often():
    table, _ = draw_repairs()
    late = (table["late"] == "yes").groupby(table["weight_kg"].isna()).mean()
    assert late[True] > late[False] + 0.1


def test_numbers_read_as_words_cost_the_model_what_they_say():
    result = look("as_numbers")
    assert result.gain < 0
    assert result.is_clear


def test_scaling_changes_nothing_for_a_tree():
    result = look("scaling", family="tree")
    assert (result.splits["score"] == result.splits["base"]).all()
    assert (result.gain, result.low, result.high, result.is_clear) == (0, 0, 0, False)
    assert "the two pipelines say the same" in tell_flip(result)


def test_without_scaling_the_linear_model_orders_the_repairs_worse():
    """The crack counts in thousandths of a metre, and the penalty forbids the coefficient that it needs."""
    result = look("scaling", judge="other")
    assert result.gain < 0
    assert result.is_clear


def test_most_flips_make_no_difference_beyond_chance():
    for family in ("linear", "tree"):
        result = look(family=family)
        assert result.n_clear < result.n_flips / 2


def test_the_logarithm_pays_by_mae_and_not_by_rmse_where_the_tail_is_long():
    by_mae = look("log_target", data="delivery_times", judge="other")
    by_rmse = look("log_target", data="delivery_times")
    assert by_mae.gain > 0
    assert by_mae.is_clear
    assert not by_rmse.is_clear


def test_class_weights_spoil_the_probabilities_of_rare_leavers():
    result = look("weights", data="churn")
    assert result.gain < 0
    assert result.is_clear


def test_the_default_plan_has_every_decision_as_it_was_before_flips():
    ready, _ = ready_table(FlipsSpec())
    plan = ready.plan
    assert (plan.has_flags, plan.groups_rare, plan.is_cross_fitted) == (True, True, True)
    assert (plan.is_scaled, plan.is_log_target, len(plan.date_parts)) == (None, False, 8)
    assert plan == plan_columns(ready.meanings, Settings(target="late"), "binary", plan.n_train)
    steps = dict(build_pipeline(plan, "linear", {}).named_steps)
    assert isinstance(steps["model"], LogisticRegression)
    told = repr(steps["prepare"])
    assert told.count("add_indicator=True") == 1
    assert "SeeingEncoder" not in told


@pytest.mark.parametrize("family", ["linear", "tree", "forest", "lightgbm"])
def test_each_flip_changes_the_pipeline_and_each_reason_has_words(family):
    ready, _ = ready_table(FlipsSpec(family=family))
    planned = Writer().write(build_pipeline(ready.plan, family, {}))
    found = give_reasons(ready, family)
    assert len({one.name for one in found}) == len(found)
    for one in found:
        assert one.what
        assert one.done
        assert one.why.endswith(".")
        assert one.can_flip == bool(one.alternative)
        if one.plan is not None:
            assert Writer().write(build_pipeline(one.plan, family, one.params)) != planned
            assert one.name in FLIPS
            assert one.name in SHORT


def test_a_reason_says_the_numbers_of_this_table():
    ready, _ = ready_table(FlipsSpec())
    train = ready.rows.iloc[ready.places("train")]
    assert f"'weight_kg' has {train['weight_kg'].isna().sum()}" in reason("fill").why
    assert f"'parts_eur' has {(train['parts_eur'].str.strip() == '').sum()}" in reason("fill").why
    counts = train["device"].value_counts()
    rare = counts[counts < ready.plan.least_rows]
    assert f"each of {len(rare)} words" in reason("rare").why
    assert f"'{rare.index[0]} ({rare.iloc[0]})'" in reason("rare").why
    assert f"{train['customer'].nunique()} different words" in reason("target_encoding").why
    each = len(train) / train["customer"].nunique()
    assert f"{each:.1f} training rows on average" in reason("cross_fit").why
    late = (ready.target.iloc[ready.places("train")] == "yes").to_numpy()
    is_gap = train["weight_kg"].isna().to_numpy()
    shares = [f"{100 * late[which].mean():.0f}" for which in (is_gap, ~is_gap)]
    assert all(f"{share}\u202f%" in reason("flags").why for share in shares)


def test_a_table_without_dates_or_texts_has_no_decision_about_them():
    ready, _ = ready_table(FlipsSpec(data="breast_cancer"))
    names = {one.name for one in give_reasons(ready, "linear")}
    assert not names & {"date_parts", "dates_out", "texts_out", "cross_fit", "rare", "log_target"}
    assert {"fill", "scaling", "weights", "setting"} <= names


def test_a_table_of_dates_alone_keeps_its_date():
    days = pd.date_range("2024-01-01", periods=120).strftime("%Y-%m-%d")
    table = pd.DataFrame({"day": days, "y": np.arange(120) % 2})
    ready = prepare_table(table, Settings(target="y"))
    found = {one.name: one for one in give_reasons(ready, "linear")}
    assert not found["dates_out"].can_flip
    assert found["date_parts"].can_flip


def test_a_target_below_zero_has_no_logarithm():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"x": rng.normal(size=200), "y": rng.normal(size=200)})
    ready = prepare_table(table, Settings(target="y"))
    assert "log_target" not in {one.name for one in give_reasons(ready, "linear")}


def test_words_with_gaps_and_three_classes_can_be_flipped():
    rng = np.random.default_rng(0)
    word = rng.choice(["red", "green", "blue"], 240).astype(object)
    target = np.where(rng.random(240) < 0.7, word, "green")
    word[rng.random(240) < 0.2] = None
    ids = [f"K{number}" for number in rng.integers(0, 80, 240)]
    table = pd.DataFrame({"word": word, "who": ids, "x": rng.normal(size=240), "y": target})
    settings = Settings(target="y", max_splits=5)
    found = try_flips(prepare_table(table, settings), "tree", settings)
    assert {"fill_words", "one_hot", "cross_fit", "scaling", "weights"} <= set(found.costs["flip"])
    assert (found.costs["problem"] == "").all()
    assert set(found.scores["metric"]) == {"log_loss", "accuracy"}
    assert np.isfinite(found.scores["score"]).all()


def test_a_pipeline_of_sparse_texts_is_stacked_as_scikit_learn_stacks_it():
    rng = np.random.default_rng(0)
    words = [f"word{place}" for place in range(300)]
    text = [" ".join(rng.choice(words, 12)) for _ in range(120)]
    table = pd.DataFrame({"text": text, "y": np.arange(120) % 2})
    ready = prepare_table(table, Settings(target="y"))
    target = np.array(ready.target.tolist())
    train, judge = np.arange(90), np.arange(90, 120)
    pipeline = build_pipeline(ready.plan, "linear", {}).fit(ready.rows.iloc[train], target[train])
    read = pipeline[0].transform(ready.rows)
    model, _, asked = Split(target, train, judge).fit(ready.plan, "linear", {}, read)
    whole = pipeline[:-1].transform(ready.rows.iloc[judge])
    assert type(asked) is type(whole)
    assert (asked != whole).nnz == 0
    assert model.predict_proba(asked) == pytest.approx(
        pipeline.predict_proba(ready.rows.iloc[judge])
    )


def test_the_columns_of_the_branches_are_those_of_the_model():
    for family in ("linear", "tree"):
        result = look(family=family)
        assert result.branches["n_out"].sum() == result.n_columns_base
    assert result.branches["columns"].iloc[0] == "3 numbers, 8 parts of dates"


def test_the_changed_lines_are_the_only_ones_that_change():
    for flip, gone, new in (
        ("weights", "LogisticRegression(max_iter=1000)", 'class_weight="balanced"'),
        ("as_numbers", '"parts_eur"]', 'MANY_WORDS = ["customer", "parts_eur"]'),
        ("cross_fit", "TargetEncoder(", "SeeingEncoder("),
    ):
        cell = compare_cells(FlipsSpec(), flip)
        marked = {mark: "\n".join(cell.loc[cell["mark"] == mark, "line"]) for mark in "+-"}
        assert gone in marked["-"]
        assert new in marked["+"]
        assert write_diff(cell).count("\n") == len(cell) - 1
    assert compare_cells(FlipsSpec(), "none of them").empty
    assert write_cells(FlipsSpec(), "") == write_cells(FlipsSpec(), "none of them")


def test_the_notebook_of_the_pipeline_gives_its_scores_back():
    notebook = write_planned(FlipsSpec())
    assert {"log_loss", "train_log_loss"} <= notebook.logged.keys()
    proof = prove_notebook(notebook)
    assert proof.is_proven, proof.sentence


def test_the_one_that_matters_most_is_shown_first_and_for_what_the_table_lacks():
    result = look()
    gains = result.verdicts["gain"].abs()
    assert result.flip == result.verdicts["flip"].iloc[0] == "cross_fit"
    assert gains.is_monotonic_decreasing
    assert tell_not_found(result) == ""
    other = look("cross_fit", data="delivery_times")
    assert not other.was_found
    assert other.flip == other.verdicts["flip"].iloc[0]
    assert "does not have" in tell_not_found(other)


def test_the_question_holds_its_answer_and_offers_no_flip_twice():
    for settings in ({}, {"family": "tree"}, {"data": "delivery_times"}):
        result = look(**settings)
        rivals = name_rivals(result)
        assert result.verdicts["flip"].iloc[0] in rivals
        assert 3 <= len(set(rivals)) == len(rivals) <= 4
        assert set(rivals) <= set(DIFFERENTLY)
    assert set(DIFFERENTLY) == {*FLIPS} - {"most"}
    assert max(map(len, DIFFERENTLY.values())) <= 38, "a phone shows the whole answer"


def test_words_hold_the_numbers():
    result = look("rare")
    assert "no difference beyond chance" in tell_flip(result)
    assert "too small to matter" in tell_flip(look("fill"))
    assert "worse. That is beyond chance" in tell_flip(look("cross_fit"))
    assert "table of repairs" in tell_start(result)
    assert f"{result.n_decisions} decisions" in tell_task(result)
    assert f"Of {result.n_flips} flips {result.n_clear} lie" in tell_all(result)
    assert f"{result.n_clear} of {result.n_flips}" in tell_top(result)
    assert "drops out" in tell_chance(result)
    card = list_card(result)
    assert (card["Why"], card["Instead"]) == (result.why, f"{result.alternative}.")
    table = tabulate_decisions(result).set_index("Decision")
    assert table.loc["Columns that never change", "Gain of the flip"] == "not tried"
    assert len(table) == result.n_decisions


def test_figures_draw_each_flip_and_each_branch_once():
    result = look("scaling")
    figure = plot_flips(result)
    assert sum(len(trace.x) for trace in figure.data) == result.n_flips
    assert figure.data[1].x == (result.gain,)
    assert len(figure.layout.title.text) < 44
    boxes = [shape for shape in plot_tree(result).layout.shapes if shape.type == "rect"]
    assert len(boxes) == 3 * len(result.branches) + 1


def test_only_the_opening_view_is_trained_by_the_server_itself():
    assert name_slow_part(InsideSpec()) is None
    assert name_slow_part(InsideSpec(flip="rare", judge="other")) is None
    assert name_slow_part(InsideSpec(family="tree")) is not None


def test_flips_are_listed_in_words_and_a_missing_one_is_named_so():
    assert list_flips(InsideSpec())["most"] == "the one that matters most"
    listed = list_flips(InsideSpec(data="breast_cancer", flip="cross_fit"))
    assert listed["cross_fit"] == "not in this table"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"flip": "all"}, "What can be flipped is"),
        ({"judge": "f1"}, "judged by the ranking metric"),
        ({"data": "segments"}, "has no target"),
        ({"family": "baseline"}, "One looks into"),
        ({"n_rows": 20}, "100 to 2000 rows"),
        ({"n_splits": 7}, "5, 10, 20 splits"),
        ({"seed": -1}, "A seed is a whole number"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_repair(settings, message):
    with pytest.raises(SpecError, match=message):
        InsideSpec(**settings)


def test_the_table_of_the_workshop_is_what_its_words_say():
    assert list(REPAIRS.table.columns) == [column.name for column in REPAIRS.columns]
    assert len(REPAIRS.table) == REPAIRS.n_rows == len(REPAIRS.true_values())
    assert set(REPAIRS.table["late"]) == {"yes", "no"}
    assert "default" in LAB.presets
