"""The lesson on ensembles: against scikit-learn, closed forms and laws; its sentences and its program."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import (
    AdaBoostClassifier,
    GradientBoostingRegressor,
    RandomForestRegressor,
    StackingRegressor,
)
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from take_home import check_form, compare, run_script

from core.bias_variance.ensembles.bag import bag_trees, measure_likeness
from core.bias_variance.ensembles.checks import count_unseen, draw_bag, draw_boost, draw_unseen
from core.bias_variance.ensembles.figures import plot_growth, plot_rivals, plot_table
from core.bias_variance.ensembles.lab import LAB, join_models, name_slow_part
from core.bias_variance.ensembles.resampling import (
    ENDS,
    N_ROUNDS,
    RESAMPLED,
    TableSpec,
    choose_rows,
    resample_table,
)
from core.bias_variance.ensembles.stacking import K_NEIGHBOURS, predict_stacks
from core.bias_variance.ensembles.stage import stage_ensembles, stage_json
from core.bias_variance.ensembles.stopping import WORLD, StoppingSpec, boost_by_weights
from core.bias_variance.ensembles.training import (
    DEPTHS,
    MEMBERS,
    METHODS,
    MOST_MEMBERS,
    N_DRAWN,
    N_PLACES,
    N_SAMPLES,
    TruthSpec,
    train_ensembles,
)
from core.bias_variance.ensembles.trees import NO_LIMIT, predict_at_depths
from core.bias_variance.ensembles.view import EnsemblesSpec
from core.bias_variance.ensembles.words import (
    find_answer,
    law_formula,
    say_depth,
    say_models,
    tabulate_rivals,
    tell_ends,
    tell_law,
    tell_out_of_bag,
    tell_stop,
    tell_strong,
    tell_stumps,
    tell_table,
    tell_unseen,
    tell_view,
    tell_weak,
    unseen_formula,
)
from core.bias_variance.worlds import draw_samples
from core.datasets import load_dataset, store_own_dataset
from core.datasets.curves import load_curve
from core.errors import SpecError
from core.results import scalars_of
from core.wording import significant

DEFAULT = EnsemblesSpec()
DEEP_BAG = EnsemblesSpec(method="bagged", depth=NO_LIMIT)
X = np.linspace(0, 1, 80)[:, None]
PLACES = ((np.arange(N_PLACES) + 0.5) / N_PLACES)[:, None]
THIN = "\u202f"


@pytest.fixture(scope="module")
def targets():
    """The samples of the default view, drawn as the lesson says."""
    noise = np.random.default_rng([0, 0]).standard_normal((N_SAMPLES, 80))
    return load_curve("ripples").true_value(X[:, 0]) + 0.3 * noise


def view(**settings):
    return join_models(replace(DEEP_BAG, **settings))


def limit(depth):
    return depth or None


# --- every ensemble is scikit-learn's -----------------------------------------------------------------


def test_a_tree_that_was_cut_is_the_tree_that_was_never_allowed_to_grow_on(targets):
    grown = [DecisionTreeRegressor(random_state=7).fit(X, target) for target in targets[:5]]
    found = predict_at_depths(grown, PLACES, DEPTHS)
    for depth, said in zip(DEPTHS, found, strict=True):
        for target, one in zip(targets[:5], said, strict=True):
            tree = DecisionTreeRegressor(max_depth=limit(depth), random_state=7).fit(X, target)
            assert (one == tree.predict(PLACES)).all()


@pytest.mark.parametrize("depth", DEPTHS)
def test_single_trees_bags_and_boosts_are_those_of_scikit_learn(depth, targets):
    fits = train_ensembles(TruthSpec()).fits
    models = {
        ("tree", 1): DecisionTreeRegressor(max_depth=limit(depth)),
        ("bagged", 20): RandomForestRegressor(20, max_depth=limit(depth)),
        ("boosted", 5): GradientBoostingRegressor(
            n_estimators=5, learning_rate=0.5, max_depth=limit(depth)
        ),
    }
    for (method, members), model in models.items():
        rows = fits[
            (fits["method"] == method) & (fits["members"] == members) & (fits["depth"] == depth)
        ]
        drawn = rows["y"].to_numpy().reshape(N_DRAWN, N_PLACES)
        for sample in (0, 7):
            model.set_params(random_state=sample).fit(X, targets[sample])
            assert drawn[sample] == pytest.approx(model.predict(PLACES), rel=1e-12)


def test_stacks_of_all_depths_and_samples_at_once_are_those_of_scikit_learn(targets):
    found = predict_stacks(X, targets[:3], PLACES, DEPTHS, seed=4)
    for depth in (1, NO_LIMIT):
        for sample, target in enumerate(targets[:3]):
            tree = DecisionTreeRegressor(max_depth=limit(depth), random_state=4 + sample)
            stack = StackingRegressor(
                [
                    ("tree", tree),
                    ("neighbours", KNeighborsRegressor(K_NEIGHBOURS)),
                    ("line", LinearRegression()),
                ],
                final_estimator=LinearRegression(),
                cv=KFold(5, shuffle=True, random_state=4),
            ).fit(X, target)
            ours = found[DEPTHS.index(depth), sample]
            assert ours == pytest.approx(stack.predict(PLACES), rel=1e-8)


def test_out_of_bag_errors_are_those_of_scikit_learn(targets):
    clean = load_curve("ripples").true_value(X[:, 0])
    bags = bag_trees(X, targets[:3], clean, PLACES, TruthSpec())
    errors, fresh = [], []
    for sample, target in enumerate(targets[:3]):
        forest = RandomForestRegressor(20, random_state=sample, oob_score=True).fit(X, target)
        errors.append(((forest.oob_prediction_ - target) ** 2).mean())
        fresh.append(((forest.predict(X) - clean) ** 2).mean() + 0.09)
    row = bags.table[bags.table["depth"] == NO_LIMIT].iloc[0]
    assert row["oob_error"] == pytest.approx(np.mean(errors))
    assert row["error"] == pytest.approx(np.mean(fresh))


def test_the_terms_are_means_and_spreads_of_the_fits():
    found = train_ensembles(TruthSpec())
    assert N_DRAWN == N_SAMPLES  # so the fits that are kept are all there are
    truth = load_curve("ripples").true_value(PLACES[:, 0])
    for row in found.terms.to_dict("records")[::7]:
        which = (found.fits["method"] == row["method"]) & (found.fits["depth"] == row["depth"])
        fits = found.fits[which & (found.fits["members"] == row["members"])]
        said = fits["y"].to_numpy().reshape(N_SAMPLES, N_PLACES)
        variance = said.var(axis=0, ddof=1).mean()
        assert row["variance"] == pytest.approx(variance)
        bias2 = ((said.mean(axis=0) - truth) ** 2).mean() - variance / N_SAMPLES
        assert row["bias2"] == pytest.approx(bias2)
        assert row["total"] == pytest.approx(bias2 + variance + 0.09)


def test_the_same_spec_gives_the_same_numbers_and_another_seed_others():
    once, again = (train_ensembles.run_fresh(TruthSpec(n_rows=20)) for _ in range(2))
    assert once.terms.equals(again.terms)
    assert once.bags.equals(again.bags)


# --- what the page teaches ----------------------------------------------------------------------------


def test_of_trees_without_a_limit_only_the_bag_is_better_than_one():
    result = join_models(DEEP_BAG)
    assert find_answer(result) == "bag"
    assert result.strong_bagged_total < result.strong_tree_total - 4 * result.total_se
    assert result.strong_boosted_total == pytest.approx(result.strong_tree_total, abs=1e-5)
    assert f"a bag of 20 has {significant(result.strong_bagged_total)}" in tell_ends(result)


def test_a_boost_of_weak_trees_beats_the_best_single_tree():
    result = join_models(DEEP_BAG)
    trees = train_ensembles(TruthSpec()).terms.query("method == 'tree'")
    assert result.best_tree_total == trees["total"].min()
    assert result.weak_depth in {1, 2, 3, 5}
    assert result.weak_boosted_total < result.best_tree_total < result.weak_tree_total
    assert "It beats the best single tree" in tell_weak(result)


def test_averaging_stumps_keeps_their_bias_and_boosting_them_lowers_it():
    result = view(depth=1)
    assert abs(result.stump_bagged_bias2 - result.stump_bias2) <= 4 * result.bias2_se
    assert result.stump_boosted_bias2 < result.stump_bias2 / 2
    assert "the mean of rigid models is rigid" in tell_stumps(result)


def test_averaging_deep_trees_lowers_their_variance_and_boosting_them_changes_next_to_nothing():
    result = join_models(DEEP_BAG)
    assert result.strong_bagged_variance < 0.6 * result.strong_tree_variance
    assert result.strong_boosted_variance == pytest.approx(result.strong_tree_variance, abs=1e-5)
    assert "changes next to nothing" in tell_strong(result)


def test_boosted_perfect_trees_leave_half_at_each_step_and_end_at_the_single_tree():
    terms = train_ensembles(TruthSpec()).terms
    boosted = terms[(terms["method"] == "boosted") & (terms["depth"] == NO_LIMIT)]
    tree = terms[(terms["method"] == "tree") & (terms["depth"] == NO_LIMIT)].iloc[0]
    fits = train_ensembles(TruthSpec()).fits
    deep = fits[fits["depth"] == NO_LIMIT]
    alone = deep[deep["method"] == "tree"]["y"].to_numpy()
    for m in (1, 2, 5):
        said = deep[(deep["method"] == "boosted") & (deep["members"] == m)]["y"].to_numpy()
        # mean + (1 − ½^m)(tree − mean), so the distance to the tree halves with every member
        first = deep[(deep["method"] == "boosted") & (deep["members"] == 1)]["y"].to_numpy()
        assert said == pytest.approx(alone + 0.5 ** (m - 1) * (first - alone))
    assert boosted.iloc[-1]["variance"] == pytest.approx(tree["variance"], rel=1e-4)


def test_adaboost_stops_after_one_tree_that_makes_no_mistake_and_goes_on_with_stumps():
    result = join_models(DEEP_BAG)
    assert (result.ada_strong_members, result.ada_stump_members) == (1, 50)
    rows, labels = draw_samples(WORLD, np.random.default_rng([0, 5]))[0]
    boost = AdaBoostClassifier(DecisionTreeClassifier(), n_estimators=50).fit(rows, labels)
    assert len(boost.estimators_) == 1
    assert (boost.predict(rows) == labels).all()
    found = boost_by_weights(StoppingSpec()).terms
    assert found["train_error"].iloc[1] == 0 < found["train_error"].iloc[0]
    assert found["n_changed"].iloc[1] == 0 < found["n_changed"].iloc[0]
    assert result.ada_stump_boosted < result.ada_strong_boosted < result.ada_stump_alone
    assert "Without a limit it stopped after 1 tree" in tell_stop(result)


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_variance_of_a_bag_is_what_its_members_share_and_their_own_part_over_their_number(
    depth,
):
    law = train_ensembles(TruthSpec()).bags.set_index("depth").loc[depth]
    other = train_ensembles(TruthSpec(seed=100)).terms  # other samples, other bootstraps
    for m in MEMBERS:
        rho, single = law["correlation"], law["member_variance"]
        said = rho * single + (1 - rho) * single / m
        which = (other["method"] == "bagged") & (other["depth"] == depth)
        row = other[which & (other["members"] == m)].iloc[0]
        # Both are measured on 20 samples, and each has its own chance.
        assert abs(row["variance"] - said) <= 4 * 2**0.5 * row["variance_se"]


def test_likeness_finds_the_correlation_that_members_were_drawn_with():
    rng = np.random.default_rng(0)
    shared, own = rng.standard_normal((4000, 1, 3)), rng.standard_normal((4000, 8, 3))
    found = measure_likeness(2 * (0.6**0.5 * shared + 0.4**0.5 * own))
    assert found["member_variance"] == pytest.approx(4, rel=0.03)
    assert found["correlation"] == pytest.approx(0.6, abs=0.02)
    same = np.repeat(shared, 5, axis=1)
    assert measure_likeness(same)["correlation"] == pytest.approx(1)
    assert np.isnan(measure_likeness(np.ones((9, 5, 3)))["correlation"])
    silent = replace(join_models(DEEP_BAG), correlation=float("nan"))
    assert law_formula(silent) is None
    assert "no variance to average out" in tell_law(silent)


def test_more_members_help_less_and_less_and_never_go_below_the_floor():
    result = join_models(DEEP_BAG)
    steps = result.growth["variance"].to_numpy()
    assert (np.diff(steps) < 0).all()
    assert steps[0] - steps[1] > steps[3] - steps[4]
    assert (result.growth["law"] > result.floor).all()
    assert f"correlation of {result.correlation:.2f}" in tell_law(result)


def test_a_bootstrap_sample_lacks_about_36_8_percent_of_the_rows_by_law_and_by_count():
    result = join_models(DEEP_BAG)
    assert result.unseen_law == pytest.approx(count_unseen(80)["share"])
    se = (result.unseen_law * (1 - result.unseen_law) / (80 * result.n_bootstraps)) ** 0.5
    assert abs(result.unseen_share - result.unseen_law) <= 4 * se
    assert f"1/e = 36.8{THIN}%" in tell_unseen(result)
    for n, share in ((10, 0.349), (1000, 0.3677)):
        assert (1 - 1 / n) ** n == pytest.approx(share, abs=5e-4)


def test_out_of_bag_is_a_little_strict():
    result = join_models(DEEP_BAG)
    assert result.bag_error < result.oob_error < 1.3 * result.bag_error
    assert "each row is judged by the 7 or so trees" in tell_out_of_bag(result)


def test_a_stack_follows_the_best_of_what_it_mixes():
    rivals = view(method="stacked", depth=1).rivals.set_index("method")
    assert rivals["total"].idxmin() == "stacked"
    assert rivals.loc["stacked", "members"] == 3
    assert rivals.loc["stacked", "bias2"] < rivals.loc["tree", "bias2"] / 10


def test_on_a_real_table_the_bag_lowers_variance_and_the_boost_of_deep_trees_hardly_does():
    result = join_models(DEEP_BAG)
    strong = result.table[result.table["depth"] == NO_LIMIT].set_index("method")["variance"]
    assert strong["bagged"] < strong["tree"] / 3
    assert strong["boosted"] > strong["tree"] / 2
    assert (result.table["error"] > result.table["variance"]).all()
    assert "Without a limit, the variance is" in tell_table(result)


def test_noise_and_bias_stand_together_on_a_table_whose_truth_nobody_knows():
    found = resample_table(TableSpec())
    assert not {"bias2", "noise"} & set(found.terms.columns)
    together = found.terms["noise_and_bias2"] + found.terms["variance"]
    assert found.terms["error"].to_numpy() == pytest.approx(together.to_numpy())
    assert list(found.terms["method"].unique()) == list(RESAMPLED)
    assert set(found.terms["depth"]) == set(ENDS)


# --- the table of unknown truth -----------------------------------------------------------------------


def test_the_error_of_one_tree_on_resamples_is_that_of_a_plain_loop():
    spec = TableSpec()
    dataset, chosen = load_dataset("diabetes"), choose_rows(spec)
    table = dataset.table.iloc[chosen]
    x, y = table[list(dataset.features)].to_numpy(), table[dataset.target].to_numpy(dtype=float)
    rows = np.random.default_rng([0, 1]).integers(0, len(y), (N_ROUNDS, len(y)))
    misses = [[] for _ in y]
    for number, drawn in enumerate(rows):
        tree = DecisionTreeRegressor(max_depth=1, random_state=number).fit(x[drawn], y[drawn])
        for row in set(range(len(y))) - set(drawn.tolist()):
            misses[row].append((tree.predict(x[[row]])[0] - y[row]) ** 2)
    error = np.mean([np.mean(miss) for miss in misses if len(miss) >= 2])
    found = resample_table(spec)
    assert found.n_rows == 150
    assert found.terms["error"].iloc[0] == pytest.approx(error / y.var())


def test_words_and_gaps_in_an_own_table_are_prepared():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "size": rng.random(60),
            "kind": rng.choice(["<b>a</b>", "b"], 60),
            "price": rng.random(60),
        }
    )
    table.loc[::7, "size"] = np.nan
    own = store_own_dataset(table, title="own.csv", target="price", task="regression")
    found = resample_table(TableSpec(data=own.name))
    assert found.n_rows == 60
    assert (found.terms["error"] > 0).all()


# --- words and pictures -------------------------------------------------------------------------------


def test_without_noise_members_share_nothing_that_varies_and_the_page_says_so():
    result = view(noise=0.0, n_rows=20)
    assert abs(result.correlation) < 0.1
    assert law_formula(result) is not None
    assert "they share nothing that varies" in tell_law(result)
    assert result.growth["variance"].iloc[1] == pytest.approx(
        result.growth["variance"].iloc[0] / 2, rel=0.4
    )
    assert "hardly any variance to lower" in tell_strong(result)
    assert result.noise == 0
    assert stage_json(result)
    assert plot_growth(result).data


def test_the_formulas_show_the_learners_own_numbers():
    result = view(members=5)
    formula = law_formula(result)
    shared, own = formula.top_number.split(" / ")[0].split(" + ")
    assert float(shared) + float(own) / 5 == pytest.approx(float(formula.value), rel=0.01)
    assert unseen_formula(result).top_number == "(79/80) to the power 80"
    assert unseen_formula(result).value == f"36.6{THIN}%"


@pytest.mark.parametrize(
    ("depth", "words"), [(0, "no limit"), (1, "depth 1 (stumps)"), (3, "depth 3")]
)
def test_depths_are_said_in_words(depth, words):
    assert say_depth(depth) == words


def test_models_are_said_in_words():
    assert say_models("bagged", 20, 0) == "a bag of 20 trees without a limit"
    assert say_models("boosted", 1, 1) == "a boost of 1 tree of depth 1"
    assert tell_view(view(depth=2)).startswith("A bag of 20 trees of depth 2 has a bias² of")
    assert tell_view(view(method="tree")).startswith("One tree, no limit")


@pytest.mark.parametrize("preset", LAB.presets)
def test_every_view_has_a_picture_whose_words_are_its_numbers(preset):
    result = join_models(EnsemblesSpec(**LAB.presets[preset]))
    stage = stage_ensembles(result)
    assert stage.handle.values[result.at] == result.spec.depth
    said = {number.label: number.texts[result.at] for number in stage.numbers}
    assert float(said["Variance"]) == pytest.approx(result.variance, abs=6e-4)
    assert float(said["Sum of the three"]) == pytest.approx(result.total, rel=5e-3)
    assert float(said["One tree: sum"]) == pytest.approx(result.tree_total, rel=5e-3)
    assert [chart.point_y[result.at] for chart in stage.charts] == [
        result.bias2, result.variance, result.total,
    ]  # fmt: skip
    assert stage_json(result) == stage_json(replace(result, at=0))
    assert all(len(chart.title) <= 44 for chart in stage.charts)


def test_all_four_stand_beside_one_another_with_the_parts_of_their_error():
    result = join_models(DEEP_BAG)
    assert list(result.rivals["method"]) == list(METHODS)
    bars = [trace for trace in plot_rivals(result).data if trace.type == "bar"]
    widths = np.sum([trace.x for trace in bars], axis=0)
    assert widths[::-1] == pytest.approx(result.rivals["total"].to_numpy(), abs=1e-9)
    assert tabulate_rivals(result)["Model"].tolist() == [
        "One tree", "Bagged (20)", "Boosted (20)", "Stacked (3)",
    ]  # fmt: skip
    for figure in (plot_rivals(result), plot_growth(result), plot_table(result)):
        assert len(figure.layout.title.text) <= 44


# --- the program to take home -------------------------------------------------------------------------


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = EnsemblesSpec(**LAB.presets[preset])
    script = LAB.script(spec)
    check_form(script)
    needed = {"bias2", "variance", "total", "unseen_share", "table_bag_error"}
    said, shown = run_script(script, tmp_path), scalars_of(join_models(spec))
    compare(said, shown, needed=needed, rel=1e-8, abs_tol=1e-12)


# --- trainings and refusals ---------------------------------------------------------------------------


def test_the_default_view_is_ready_and_any_other_is_trained_in_a_job_part_by_part():
    assert name_slow_part(DEFAULT) is None
    assert name_slow_part(EnsemblesSpec(method="stacked", depth=1, members=5)) is None
    other = EnsemblesSpec(truth="line", n_rows=21, data="delivery_times")
    slow = name_slow_part(other)
    assert slow.run is train_ensembles
    assert slow.spec == other.samples
    table = name_slow_part(EnsemblesSpec(data="delivery_times"))
    assert table.run is resample_table
    assert "is being resampled" in table.what


@pytest.mark.parametrize("seed", range(40))
def test_draws_of_the_questions_follow_the_laws(seed):
    rng = np.random.default_rng(seed)
    bag, unseen, boost = draw_bag(rng), draw_unseen(rng), draw_boost(rng)
    assert bag["shared"] < bag["bag"] < bag["variance"]
    assert bag["independent"] < bag["bag"]
    assert unseen is None or count_unseen(unseen["n"])["share"] == pytest.approx(unseen["share"])
    assert boost is None or boost["left"] == pytest.approx(boost["keep"] ** boost["rounds"])


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"method": "voted"}, "A method is one of tree, bagged, boosted, stacked, got 'voted'"),
        ({"depth": 4}, "A tree may grow to a depth of 1, 2, 3, 5, or 0 for no limit; got 4"),
        ({"members": 3}, "Bags and boosts have 1, 2, 5, 10, 20 trees here, got 3"),
        ({"noise": -1.0}, "Noise is a standard deviation between 0 and 2"),
        ({"n_rows": 10}, "A sample has 20 to 200 rows here, got 10"),
        ({"seed": -1}, "A seed is a whole number"),
        ({"truth": "magic"}, "There is no curve called 'magic'"),
        ({"data": "churn"}, "This lesson predicts numbers, and .* is a binary table"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_a_sentence(settings, sentence):
    with pytest.raises(SpecError, match=sentence):
        EnsemblesSpec(**settings)


def test_a_seed_of_adaboost_and_a_tiny_table_are_refused():
    with pytest.raises(SpecError, match="A seed is a whole number"):
        StoppingSpec(seed=-1)
    small = pd.DataFrame({"a": np.arange(12.0), "b": np.arange(12.0)})
    own = store_own_dataset(small, title="small.csv", target="b", task="regression")
    with pytest.raises(SpecError, match="Bootstrap samples need at least 30 rows here"):
        TableSpec(data=own.name)


def test_members_are_counted_up_to_the_largest_bag():
    assert MEMBERS[-1] == MOST_MEMBERS == 20
