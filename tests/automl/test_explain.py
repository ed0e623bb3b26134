"""Explaining the winner: every number has a second way of getting it, every sentence of the page a run."""

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.inspection import permutation_importance
from sklearn.metrics import roc_auc_score

from core.automl.explain import more_words, words
from core.automl.explain.dependence import DependenceSpec, choose_grid, trace_dependence
from core.automl.explain.fires import FiresSpec, draw_fires, fight_fires
from core.automl.explain.importance import measure_importance, share_built_in
from core.automl.explain.lab import LAB, explain_winner, name_slow_part
from core.automl.explain.shapley import ShapleySpec, attribute, explain_rows, is_installed
from core.automl.explain.shuffle import shuffle_each, shuffle_groups, sum_up
from core.automl.explain.stability import StabilitySpec, repeat_importance
from core.automl.explain.twins import double_column, find_groups
from core.automl.explain.view import ExplainSpec
from core.automl.explain.winner import MODELS, WinnerSpec, set_up, train_winner
from core.datasets import store_own_dataset
from core.errors import SpecError
from core.results import result_to_json
from core.wording import significant

needs_shap = pytest.mark.skipif(not is_installed(), reason="this platform has no shap")


def own_table(n=90, *, target="late", classes=True):
    rng = np.random.default_rng(3)
    x, word = rng.normal(size=n).round(2), rng.choice(["red", "blue"], n)
    y = 2 * x + (word == "red") + rng.normal(size=n)
    table = pd.DataFrame({"x": x, "colour": word, target: (y > 0.5) * 1 if classes else y})
    return table.assign(x=table["x"].where(rng.random(n) > 0.05))


@pytest.fixture(scope="module")
def small():
    return store_own_dataset(
        own_table(), title="Small", target="late", task="binary", positive=1
    ).name


@pytest.fixture(scope="module")
def small_number():
    table = own_table(classes=False)
    return store_own_dataset(table, title="Small", target="late", task="regression").name


# Permutation importance


@pytest.mark.parametrize("model", MODELS)
def test_shuffling_prepared_parts_is_scikit_learns_permutation_importance(model, small):
    winner = train_winner(small, model, 0)
    bench = winner.bench
    theirs = permutation_importance(
        winner.pipeline, bench.judged, bench.truth, scoring="roc_auc", n_repeats=4, random_state=7
    )
    ours = shuffle_each(winner, n_repeats=4, seed=7)
    for place, name in enumerate(winner.names):
        rises = ours.loc[ours["group"] == name, "rise"].to_numpy()
        assert rises == pytest.approx(theirs.importances[place], abs=1e-12), name


def test_permutation_importance_is_the_mean_rise_over_shuffles_done_by_hand():
    """One column of words of churn, shuffled in numpy and asked through the whole pipeline."""
    winner = train_winner("churn", "linear", 0)
    rows, truth = winner.bench.judged, winner.bench.truth
    rng, rises = np.random.default_rng(0), []

    def auc(table):
        return roc_auc_score(truth, winner.pipeline.predict_proba(table)[:, 1])

    for _ in range(25):
        mixed = rows.copy()
        mixed["contract"] = rng.permutation(rows["contract"].to_numpy())
        rises.append(auc(rows) - auc(mixed))
    found = shuffle_groups(winner, rows, truth, {"contract": ("contract",)}, n_repeats=50, seed=0)[
        "rise"
    ]
    standard_error = np.hypot(np.std(rises) / 5, found.std() / 5)
    assert found.mean() == pytest.approx(np.mean(rises), abs=4 * standard_error)


def test_the_interval_is_students_over_the_shuffles():
    shuffles = pd.DataFrame({"group": "a", "shuffle": range(4), "rise": [1.0, 2.0, 4.0, 3.0]})
    row = sum_up(shuffles).iloc[0]
    low, high = stats.t.interval(0.95, 3, loc=2.5, scale=stats.sem([1.0, 2.0, 4.0, 3.0]))
    assert (row["rise"], row["low"], row["high"]) == pytest.approx((2.5, low, high))


@pytest.mark.parametrize("model", MODELS)
def test_every_prepared_part_belongs_to_the_column_that_its_name_says(model):
    winner = train_winner("churn", model, 0)
    named = winner.pipeline[:-1].get_feature_names_out()
    owned = {place: name for name, parts in winner.parts.items() for place in parts}
    assert sorted(owned) == list(range(len(named)))
    assert sum(map(len, winner.parts.values())) == len(named), "no part has two owners"
    for place, part in enumerate(named):
        assert owned[place] in str(part)


@pytest.mark.parametrize("model", MODELS)
def test_the_models_own_list_adds_up_to_one(model):
    assert sum(share_built_in(train_winner("churn", model, 0)).values()) == pytest.approx(1)


def test_a_linear_models_own_list_is_coefficient_times_spread(small_number):
    winner = train_winner(small_number, "linear", 0)
    trained = winner.bench.rows.iloc[: winner.bench.n_train]
    sizes = np.abs(winner.pipeline[-1].coef_) * winner.prepare(trained).std(axis=0)
    place = list(winner.pipeline[:-1].get_feature_names_out()).index("x")
    share = share_built_in(winner)["x"]
    indicator = [p for p in winner.parts["x"] if p != place]
    assert share == pytest.approx((sizes[place] + sizes[indicator].sum()) / sizes.sum())


# Controls


def test_in_a_forests_own_list_noise_stands_above_most_real_columns_and_by_shuffling_it_is_worth_nothing():
    found = explain_winner(ExplainSpec())
    assert found.random_built_in_rank <= 4
    assert found.n_below_random >= found.n_columns / 2
    assert found.controls_built_in > 0.2
    assert abs(found.random_rise) < found.top_rise / 4
    assert found.top_built_in_rank > found.random_built_in_rank


def test_a_shuffled_copy_keeps_the_values_of_its_column_and_loses_the_rows():
    bench = set_up("churn", 0)
    random, copy = bench.controls
    table = bench.dataset.table
    everything = set_up("churn", 0).rows
    assert set(everything[copy]) <= set(table[bench.copied])
    assert abs(everything[copy].corr(everything[bench.copied])) < 0.06
    assert abs(everything[random].mean()) < 0.06


def test_only_what_lies_above_both_controls_and_above_zero_counts_as_important():
    found = measure_importance(WinnerSpec()).columns
    for row in found.itertuples():
        controls = found[found["is_control"]]
        beats = row.low > 0 and all(row.low > controls["high"])
        assert row.is_above == (beats and not row.is_control)


def test_the_columns_without_effect_in_the_law_of_churn_do_not_beat_the_noise():
    """`region` and `paperless` have no effect in the law that made the table."""
    for model in MODELS:
        found = measure_importance(WinnerSpec(model=model)).columns.set_index("column")
        assert not found.loc[["region", "paperless"], "is_above"].any()
        assert found.loc["contract", "is_above"]


def test_controls_find_another_name_where_a_column_is_called_like_them():
    table = own_table().rename(columns={"x": "random number"})
    name = store_own_dataset(table, title="T", target="late", task="binary", positive=1).name
    assert set_up(name, 0).controls == ("random number*", "shuffled copy")


# SHAP


@needs_shap
@pytest.mark.parametrize(
    ("data", "model"),
    [("churn", "linear"), ("churn", "forest"), ("churn", "lightgbm"), ("house_prices", "lightgbm")],
)
def test_base_and_what_the_columns_add_are_the_prediction(data, model):
    found = explain_rows(ShapleySpec(data=data, model=model))
    added = found.values.groupby("row")["value"].sum()
    output = found.rows["output"]
    assert (found.base + added).to_numpy() == pytest.approx(output.to_numpy(), rel=1e-9, abs=1e-9)
    assert found.rows["off"].abs().max() <= 1e-6
    said = found.rows["prediction"]
    if found.scale == "log odds":
        said = np.log(said / (1 - said))
    assert output.to_numpy() == pytest.approx(said.to_numpy(), rel=1e-6, abs=1e-6)


def walk(tree, node, row, known):
    """What a tree says of a row if only `known` parts are known: both ways, weighted by training rows."""
    left, right = tree.children_left[node], tree.children_right[node]
    if left < 0:
        return float(tree.value[node].ravel()[-1])
    if tree.feature[node] in known:
        goes_left = np.float32(row[tree.feature[node]]) <= tree.threshold[node]
        return walk(tree, left if goes_left else right, row, known)
    weights = tree.weighted_n_node_samples
    both = [walk(tree, child, row, known) * weights[child] for child in (left, right)]
    return sum(both) / weights[node]


def shapley_by_brute_force(trees, row):
    """Sum over all subsets of parts (Shapley 1953)."""
    n, parts = len(row), range(len(row))
    said = {
        known: np.mean([walk(tree, 0, row, known) for tree in trees])
        for size in range(n + 1)
        for known in map(frozenset, combinations(parts, size))
    }
    values = []
    for part in parts:
        others = [known for known in said if part not in known]
        weights = [factorial(len(k)) * factorial(n - len(k) - 1) / factorial(n) for k in others]
        gains = [said[known | {part}] - said[known] for known in others]
        values.append(float(np.dot(weights, gains)))
    return said[frozenset()], values


@needs_shap
def test_the_librarys_values_of_a_small_forest_are_shapleys_over_all_subsets():
    from sklearn.ensemble import RandomForestRegressor

    rng = np.random.default_rng(0)
    rows = rng.normal(size=(80, 4))
    target = rows[:, 0] * rows[:, 1] + rows[:, 2]
    model = RandomForestRegressor(3, max_depth=4, random_state=0).fit(rows, target)
    base, values = attribute(model, rows, rows[:5])
    for place in range(5):
        plain, by_hand = shapley_by_brute_force(
            [tree.tree_ for tree in model.estimators_], rows[place]
        )
        assert base == pytest.approx(plain, abs=1e-9)
        assert values[place] == pytest.approx(by_hand, abs=1e-9)


@needs_shap
def test_a_linear_model_adds_coefficient_times_distance_from_the_mean(small_number):
    found = explain_rows(ShapleySpec(data=small_number, model="linear"))
    winner = train_winner(small_number, "linear", 0)
    bench, model = winner.bench, winner.pipeline[-1]
    mean = winner.prepare(bench.rows.iloc[: bench.n_train]).mean(axis=0)
    parts = model.coef_ * (winner.prepare(bench.judged) - mean)
    for name in winner.names:
        ours = found.values.loc[found.values["column"] == name, "value"].to_numpy()
        assert ours == pytest.approx(parts[: len(ours), winner.parts[name]].sum(axis=1), abs=1e-9)


@needs_shap
def test_the_row_is_chosen_by_its_prediction():
    said = explain_rows(ShapleySpec()).rows
    shown = {
        row: explain_winner(ExplainSpec(look="row", row=row))
        for row in ("highest", "middle", "lowest", "missed")
    }
    assert shown["highest"].row_prediction == said["prediction"].max()
    assert shown["lowest"].row_prediction == said["prediction"].min()
    assert shown["lowest"].row_prediction <= shown["middle"].row_prediction
    off = abs(shown["missed"].row_truth - shown["missed"].row_prediction)
    assert off == (said["truth"] - said["prediction"]).abs().max()


def test_where_shap_is_missing_one_sentence_says_so(monkeypatch):
    monkeypatch.setattr("core.automl.explain.lab.is_installed", lambda: False)
    monkeypatch.setattr("core.automl.explain.shapley.is_installed", lambda: False)
    spec = ExplainSpec(look="row", seed=999)
    monkeypatch.setattr("core.automl.explain.lab.measure_importance", _Nothing())
    slow = name_slow_part(spec)
    assert slow is None or slow.run is not explain_rows
    with pytest.raises(SpecError, match="SHAP is not installed here"):
        explain_rows.run_fresh(ShapleySpec(seed=999))


class _Nothing:
    def recall(self, spec):
        return object()


# Other samples


def test_each_run_ranks_every_column_once_and_the_summary_is_what_loops_find(small):
    found = repeat_importance(StabilitySpec(data=small, model="linear"))
    runs = {key: run.set_index("column") for key, run in found.runs.groupby(["deal", "fold"])}
    assert len(runs) == found.n_runs == 10
    for run in runs.values():
        assert sorted(run["rank"]) == [1, 2, 3, 4]
        assert run.loc[run["rank"].idxmin(), "rise"] == run["rise"].max()
    for row in found.ranks.itertuples():
        ranks = [int(run.loc[row.column, "rank"]) for run in runs.values()]
        assert (row.mean, row.best, row.worst) == (np.mean(ranks), min(ranks), max(ranks))
        beats = [
            run.loc[row.column, "rise"] > max(0, run.loc[run["is_control"], "rise"].max())
            for run in runs.values()
        ]
        assert row.share_above == np.mean(beats)


# Twins


@pytest.mark.parametrize("model", ["linear", "forest"])
def test_two_copies_share_the_importance_and_together_they_have_it_again(model):
    found = double_column(WinnerSpec(data="house_prices", model=model))
    rises = found.doubled.set_index("bar")["rise"]
    assert found.column == "area_m2"
    assert rises["original"] < 0.6 * rises["alone"]
    assert rises["twin"] < 0.6 * rises["alone"]
    assert rises["both"] == pytest.approx(rises["alone"], rel=0.1)
    assert found.doubled_error == pytest.approx(found.error, rel=0.03)


def test_lightgbm_takes_the_first_of_two_equal_columns_and_never_the_copy():
    found = explain_winner(ExplainSpec(model="lightgbm", look="twins"))
    assert found.copy_rise == 0
    assert found.original_rise == found.both_rise


def test_columns_that_go_together_are_worth_more_than_the_sum_of_each_alone():
    groups = explain_winner(ExplainSpec(data="breast_cancer", look="twins")).marks
    most = groups.loc[groups["n_columns"].idxmax()]
    assert most["n_columns"] > 10
    assert most["rise"] > 5 * most["total"] > 0
    assert most["rise"] > 20 * most["highest"]


def test_groups_are_linked_by_rank_correlations_of_at_least_seven_tenths():
    bench = set_up("house_prices", 0)
    trained = bench.rows.iloc[: bench.n_train]
    correlation = stats.spearmanr(trained["area_m2"], trained["rooms"]).statistic
    assert correlation >= 0.7
    assert find_groups(bench) == [("area_m2", "rooms")]


# One column moved


@pytest.mark.parametrize(("data", "column"), [("churn", "tenure_months"), ("churn", "contract")])
def test_the_mean_curve_is_what_the_model_says_when_every_row_gets_the_same_value(data, column):
    found = trace_dependence(DependenceSpec(data=data, model="linear", column=column))
    winner = train_winner(data, "linear", 0)
    asked = winner.bench.judged.head(200)
    for place in (0, len(found.curve) // 2, len(found.curve) - 1):
        point = found.curve.iloc[place]
        value = point["value"] if found.is_number else point["text"]
        said = winner.predict(asked.assign(**{column: value}))
        assert point["mean"] == pytest.approx(said.mean(), abs=1e-12)
        drawn = found.curves[found.curves["place"] == place]["said"].to_numpy()
        assert drawn == pytest.approx(said[: len(drawn)], abs=1e-12)


def test_every_row_lies_near_one_place_and_a_place_with_few_rows_is_not_supported():
    found = trace_dependence(DependenceSpec(column="tenure_months"))
    trained = set_up("churn", 0).rows["tenure_months"].iloc[: found.n_train]
    grid = found.curve["value"].to_numpy()
    nearest = np.abs(trained.to_numpy()[:, None] - grid).argmin(axis=1)
    assert found.curve["n_near"].sum() == len(trained.dropna())
    assert found.curve["n_near"].tolist() == np.bincount(nearest, minlength=len(grid)).tolist()
    assert (found.curve["is_supported"] == (found.curve["n_near"] >= 0.01 * found.n_train)).all()
    assert found.unsupported == pytest.approx(1 - found.curve["is_supported"].mean())
    assert 0.2 < found.unsupported < 0.5


def test_a_column_of_few_values_is_moved_through_these_and_a_constant_one_not_at_all():
    grid, texts, near = choose_grid(pd.Series([0, 1, 1, 5], name="n"), is_number=True)
    assert (grid.tolist(), texts, near.tolist()) == ([0, 1, 5], ["0", "1", "5"], [1, 2, 1])
    with pytest.raises(SpecError, match="one value in the rows that train"):
        choose_grid(pd.Series([2.0, 2.0, np.nan], name="n"), is_number=True)


# Known causes


@pytest.mark.parametrize("model", MODELS)
def test_more_engines_lower_the_damage_and_every_model_says_that_they_raise_it(model):
    found = fight_fires(FiresSpec(model=model))
    assert found.engines_true == pytest.approx(-4)
    assert found.calls_true == pytest.approx(0)
    assert found.engines_said > 1
    early = found.columns[found.columns["version"] == "early"].set_index("column")["rise"]
    assert early.idxmax() == "calls"
    assert found.calls_said > 1


def test_the_law_of_the_fires_is_what_least_squares_finds_once_the_size_is_known():
    """With what only chance knows as a column, the coefficients are those of the law."""
    table, chance = draw_fires(1)
    known = np.column_stack([chance, table[["engines", "minutes", "area_m2"]], np.ones(len(table))])
    found = np.linalg.lstsq(known, table["damage_keur"], rcond=None)[0]
    assert found == pytest.approx([1, -2, 1.5, 0.05, 0], abs=1e-8)


@pytest.mark.parametrize("model", MODELS)
def test_a_column_from_the_future_looks_best_and_leaves_the_model_worse_in_use(model):
    found = fight_fires(FiresSpec(model=model))
    late = found.columns[found.columns["version"] == "late"].set_index("column")["rise"]
    assert late.idxmax() == "repair_offers"
    assert found.late_error < 0.9 * found.early_error
    assert found.in_use_error > 1.3 * found.early_error


# What is asked, refused and said


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"data": "iris"}, "explains two classes or a number, and Iris"),
        ({"model": "tree"}, "one of linear, forest, lightgbm, got 'tree'"),
        ({"look": "up"}, "One looks at one of columns"),
        ({"row": "best"}, "The row is one of highest"),
        ({"column": "price"}, "has no column 'price'. It has: tenure_months"),
        ({"n_repeats": 2}, "needs 3 to 50 shuffles, got 2"),
        ({"seed": -1}, "from 0 to 1000000, got -1"),
    ],
)
def test_what_cannot_be_explained_is_refused_with_law_value_and_repair(settings, message):
    with pytest.raises(SpecError, match=message):
        ExplainSpec(**settings)


def test_a_table_with_too_few_rows_to_judge_by_is_refused():
    table = own_table(40)
    name = store_own_dataset(table, title="T", target="late", task="binary", positive=1).name
    with pytest.raises(
        SpecError, match="At least 10 rows must judge the columns; of 40 rows only 8"
    ):
        explain_winner(ExplainSpec(data=name))


@pytest.mark.parametrize("look", ["columns", "row", "samples", "twins", "curve"])
def test_an_own_table_with_words_gaps_and_strange_names_is_explained_in_every_way(look):
    if look == "row" and not is_installed():
        pytest.skip("this platform has no shap")
    table = own_table(120).rename(columns={"x": "twin", "colour": "<b>\"x'] {0}"})
    name = store_own_dataset(table, title="T", target="late", task="binary", positive=1).name
    found = explain_winner(ExplainSpec(data=name, model="linear", look=look))
    assert found.n_columns == 2
    assert found.error < 0.4
    assert result_to_json(found)


def test_the_same_settings_give_the_same_numbers():
    spec = WinnerSpec(data="house_prices", model="lightgbm")
    first, second = (measure_importance.run_fresh(spec) for _ in range(2))
    pd.testing.assert_frame_equal(first.columns, second.columns)


def test_the_view_that_the_lesson_opens_with_waits_for_nothing():
    assert name_slow_part(ExplainSpec()) is None
    slow = name_slow_part(ExplainSpec(seed=77, look="cause"))
    assert slow is not None
    assert slow.run is measure_importance
    assert set(LAB.presets) >= {"default", "noise-first", "one-row", "twins", "curve", "cause"}


@needs_shap
@pytest.mark.parametrize("look", more_words.DRAW)
@pytest.mark.parametrize("data", ["own", "house_prices"])
def test_titles_fit_on_a_phone_and_axes_say_what_they_measure(look, data, small):
    spec = ExplainSpec(data=small if data == "own" else data, model="linear", look=look)
    found = explain_winner(spec)
    for figure in more_words.draw_view(found).values():
        assert len(figure.layout.title.text) <= 44
        assert figure.layout.xaxis.title.text
        assert figure.data


def test_the_question_is_answered_by_the_place_of_the_random_number():
    for model in MODELS:
        found = explain_winner(ExplainSpec(model=model))
        ranks = found.columns["built_in"].rank(ascending=False, method="first")
        rank = int(ranks[found.columns["column"] == "random number"].iloc[0])
        assert rank == found.random_built_in_rank
        expected = "top" if rank <= 4 else "middle" if rank <= 8 else "bottom"
        assert words.find_answer(found) == expected
        assert words.ordinal(rank) in words.tell_own_list(found)
        assert set(words.tell_beliefs()) == set(words.THIRDS)
        assert words.ordinal(rank) not in words.tell_question(found), "the question reveals nothing"


def test_a_forest_on_delivery_times_puts_noise_first_and_a_linear_model_puts_it_last():
    late = explain_winner(ExplainSpec(data="delivery_times"))
    assert late.random_built_in_rank == 1
    assert late.n_above == 0
    assert words.tell_trust(late) == words.tell_own_list(late)
    straight = explain_winner(ExplainSpec(model="linear"))
    assert straight.random_built_in_rank >= len(straight.columns) - 1
    assert "forest on delivery times" in words.tell_trust(straight)


def test_the_sentences_hold_the_numbers_of_the_view():
    found = explain_winner(ExplainSpec())
    said = words.tell_columns(found)
    assert f"AUC of {1 - found.error:.3f}" in said
    assert f"AUC falls by {found.top_rise:.3f}" in said
    assert f"{found.n_above} of {found.n_columns} columns beat" in said
    cause = explain_winner(ExplainSpec(model="linear", look="cause"))
    assert "really it changes by −4" in more_words.tell_cause(cause)
    assert significant(cause.in_use_error) in more_words.tell_leak(cause)
    twins = explain_winner(ExplainSpec(model="lightgbm", look="twins"))
    assert "never on the copy" in more_words.tell_twins(twins)
    assert "holds no twins of its own" in more_words.tell_groups(twins)


def test_the_formula_puts_the_views_own_numbers_in():
    found = explain_winner(ExplainSpec())
    formula = words.shuffle_formula(found)
    after, before = (float(part) for part in formula.top_number.split(" − "))
    assert after - before == pytest.approx(found.top_rise, abs=2e-4)
    assert float(formula.value) == pytest.approx(found.top_rise, rel=0.01)


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (12, "12th"), (22, "22nd")],
)
def test_places_are_said_as_ordinals(number, said):
    assert words.ordinal(number) == said
