"""The lesson on holding models back: its laws, its sentences, its picture, and its program."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, Ridge
from sklearn.preprocessing import StandardScaler
from take_home import check_form, compare, run_script

from core.bias_variance.regularisation.brakes import BRAKES, find_brake
from core.bias_variance.regularisation.dial import (
    COLUMN_NOISE,
    N_ROWS,
    DialSpec,
    make_world,
    predict_along,
    turn_dial,
)
from core.bias_variance.regularisation.held import HeldSpec, hold_back
from core.bias_variance.regularisation.lab import LAB, RegularisationSpec, hold_model_back
from core.bias_variance.regularisation.script import write_script
from core.bias_variance.regularisation.stage import stage_json, stage_regularisation
from core.bias_variance.regularisation.words import (
    dial_formula,
    find_answer,
    list_leavers,
    say_strength,
    tabulate_ends,
    tell_brake,
    tell_judgement,
    tell_law,
    tell_leavers,
    tell_shape,
    tell_trade,
    tell_truth,
)
from core.datasets import load_dataset, split_rows, store_own_dataset
from core.errors import SpecError
from core.results import scalars_of

PENALTIES = [brake for brake in BRAKES if brake.is_penalty]
TREES = [brake for brake in BRAKES if not brake.is_penalty]
FAST = ("default", "ridge", "elastic-net", "unscaled", "all-rows", "depth", "leaf")


def view(**settings):
    return hold_model_back(RegularisationSpec(**settings))


def scaled_diabetes(n_rows=40):
    dataset = load_dataset("diabetes")
    rows = split_rows(dataset).train[:n_rows]
    table = dataset.table.iloc[rows]
    x = StandardScaler().fit_transform(table[list(dataset.features)].to_numpy(dtype=float))
    y = table[dataset.target].to_numpy(dtype=float)
    return x, (y - y.mean()) / y.std()


# --- laws of the penalties ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lasso", "elastic_net"])
def test_a_lasso_leaves_no_column_from_its_last_alpha_on_and_one_just_below(name):
    x, y = scaled_diabetes()
    brake = find_brake(name)
    last = brake.last_alpha(x, y)
    kind = {"l1_ratio": brake.l1_ratio, "tol": 1e-12, "max_iter": 100_000}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # at the very edge the gap cannot close further
        above, below = (
            ElasticNet(alpha=last * factor, **kind).fit(x, y) for factor in (1.001, 0.999)
        )
    assert (above.coef_ == 0).all()
    assert (below.coef_ != 0).sum() == 1


def test_the_last_alpha_is_the_largest_correlation_where_all_is_scaled():
    x, y = scaled_diabetes()
    correlations = [abs(np.corrcoef(column, y)[0, 1]) for column in x.T]
    assert find_brake("lasso").last_alpha(x, y) == pytest.approx(max(correlations))
    assert view().last_alpha == pytest.approx(max(correlations))


def test_ridge_makes_coefficients_small_but_never_zero():
    found = hold_back(HeldSpec(brake="ridge")).coefficients
    assert (found["coefficient"] != 0).all()
    last = found[found["place"] == found["place"].max()]
    assert last["effect"].abs().max() < 1e-3
    assert math.isnan(view(brake="ridge").last_alpha)
    assert "never 0" in tell_leavers(view(brake="ridge"))


def test_a_lone_scaled_column_keeps_the_share_rows_over_rows_plus_alpha_under_ridge():
    rng = np.random.default_rng(1)
    x = StandardScaler().fit_transform(rng.normal(size=(50, 1)))
    y = 3 * x[:, 0] + rng.normal(size=50)
    free, held = LinearRegression().fit(x, y), Ridge(alpha=25.0).fit(x, y)
    assert held.coef_[0] / free.coef_[0] == pytest.approx(50 / 75)
    result = view(brake="ridge", hold=0.484)
    assert dial_formula(result).value == "50.0\u202f%"  # alpha 40 on 40 rows


def test_the_sum_of_sizes_falls_all_along_the_dial():
    for brake in PENALTIES:
        path = hold_back(HeldSpec(brake=brake.name)).path
        # Coordinates of a lasso may grow while others shrink; what it charges for cannot.
        assert (path["reach"].diff().iloc[1:] <= 1e-6).all() or brake.name != "lasso"
        assert path["reach"].iloc[-1] < 0.01


def test_elastic_net_lies_between_lasso_and_ridge():
    x, y = scaled_diabetes()
    alpha = 0.1
    net = ElasticNet(alpha=alpha, l1_ratio=0.5).fit(x, y)
    lasso, ridge = Lasso(alpha=alpha).fit(x, y), Ridge(alpha=alpha * len(y)).fit(x, y)
    assert (lasso.coef_ != 0).sum() < (net.coef_ != 0).sum() <= (ridge.coef_ != 0).sum()


def test_the_unit_of_a_column_decides_its_fee():
    scaled, raw = (hold_back(HeldSpec(is_scaled=flag)) for flag in (True, False))

    def last_place(held, column):
        rows = held.coefficients
        return rows[(rows["column"] == column) & (rows["coefficient"] != 0)]["place"].max()

    # s5 is a logarithm: its numbers hardly differ, so it needs a large coefficient.
    assert last_place(scaled, "s5") == 29
    assert last_place(raw, "s5") < 10
    free_scaled, free_raw = (held.path["validation_error"].iloc[0] for held in (scaled, raw))
    assert free_raw == pytest.approx(free_scaled, rel=0.02)


def test_without_a_penalty_scaling_makes_no_difference():
    rng = np.random.default_rng(2)
    x, factors = rng.normal(size=(60, 3)), np.array([1, 1000, 0.01])
    y = x @ [1, 2, 3] + rng.normal(size=60)
    plain, scaled = (LinearRegression().fit(rows, y).predict(rows) for rows in (x, x * factors))
    assert plain == pytest.approx(scaled)
    plain, scaled = (Lasso(alpha=0.5).fit(rows, y).predict(rows) for rows in (x, x * factors))
    assert np.abs(plain - scaled).max() > 0.1


def test_the_errors_are_those_of_scikit_learn_on_the_same_rows():
    dataset, held = load_dataset("diabetes"), hold_back(HeldSpec(rows="all"))
    split, table = split_rows(dataset), dataset.table
    features, target = list(dataset.features), table[dataset.target].to_numpy(dtype=float)
    scaler = StandardScaler().fit(table[features].iloc[split.train])
    row = held.path.iloc[12]
    spread = target[split.train].std()
    # The penalty on a scaled target is that on the plain one over its spread.
    model = Lasso(alpha=row["strength"] * spread, tol=1e-10, max_iter=100_000)
    model.fit(scaler.transform(table[features].iloc[split.train]), target[split.train])
    for part in ("train", "validation", "test"):
        rows = getattr(split, part)
        said = model.predict(scaler.transform(table[features].iloc[rows]))
        error = ((said - target[rows]) ** 2).mean() ** 0.5
        assert row[f"{part}_error"] == pytest.approx(error, rel=1e-5)


@pytest.mark.parametrize("brake", BRAKES, ids=lambda brake: brake.name)
def test_the_train_error_only_grows_along_the_dial(brake):
    errors = hold_back(HeldSpec(brake=brake.name)).path["train_error"]
    assert (errors.diff().iloc[1:] >= -1e-6 * errors.max()).all()
    assert errors.argmin() == 0 or errors.iloc[0] == pytest.approx(errors.min(), rel=1e-6)


# --- the known truth ---------------------------------------------------------------------------


@pytest.mark.parametrize("brake", BRAKES, ids=lambda brake: brake.name)
def test_strength_is_a_dial_between_variance_and_bias(brake):
    terms = turn_dial(DialSpec(brake=brake.name)).terms
    first, last = terms.iloc[0], terms.iloc[-1]
    assert last["variance"] < first["variance"] / 2
    assert last["bias2"] > 10 * max(first["bias2"], 1e-3)
    best = int(terms["total"].argmin())
    assert 0 < best < len(terms) - 1


def test_terms_of_ridge_are_those_of_the_closed_form():
    world, dial = make_world(True), turn_dial(DialSpec(brake="ridge"))
    for row in dial.terms.iloc[::6].to_dict("records"):
        model = Ridge(alpha=row["strength"]).fit(world.rows, np.eye(N_ROWS))
        hat = model.predict(world.elsewhere)
        bias2 = ((hat @ world.true_rows - world.true_elsewhere) ** 2).mean()
        variance = COLUMN_NOISE**2 * (hat**2).sum(axis=1).mean()
        assert abs(row["bias2"] - bias2) <= 4 * row["bias2_se"] + 1e-9
        assert abs(row["variance"] - variance) <= 4 * row["variance_se"]


@pytest.mark.parametrize("brake", BRAKES, ids=lambda brake: brake.name)
def test_a_whole_path_says_what_single_models_of_scikit_learn_say(brake):
    world, rng = make_world(brake.is_penalty), np.random.default_rng(7)
    targets = world.true_rows + world.noise * rng.standard_normal((2, N_ROWS))
    said = predict_along(brake, targets, world, seed=0)
    strengths = brake.strengths(world.rows, world.true_rows)
    for place in (len(strengths) // 2, len(strengths) - 3):
        if brake.name == "ridge":
            model = Ridge(alpha=strengths[place])
        elif brake.is_penalty:
            model = ElasticNet(alpha=strengths[place], l1_ratio=brake.l1_ratio, tol=1e-8)
        else:
            model = tree_of(brake, int(strengths[place]))
        expected = model.fit(world.rows, targets[0]).predict(world.elsewhere)
        assert said[place, 0] == pytest.approx(expected, abs=0.02)


def tree_of(brake, strength):
    from sklearn.ensemble import GradientBoostingRegressor
    from sklearn.tree import DecisionTreeRegressor

    if brake.name == "stopping":
        return GradientBoostingRegressor(n_estimators=strength, random_state=0)
    name = "max_depth" if brake.name == "depth" else "min_samples_leaf"
    return DecisionTreeRegressor(**{name: strength}, random_state=0)


def test_where_no_column_is_left_bias2_is_the_spread_of_the_truth():
    world, terms = make_world(True), turn_dial(DialSpec(brake="lasso")).terms
    last = terms.iloc[-1]
    around = ((world.true_elsewhere - world.true_rows.mean()) ** 2).mean()
    assert last["bias2"] == pytest.approx(around, abs=4 * last["bias2_se"] + 0.05)


def test_stopping_early_is_keeping_the_first_trees():
    stages = hold_back(HeldSpec(brake="stopping")).path
    dataset = load_dataset("diabetes")
    split, table = split_rows(dataset), dataset.table
    rows, target = split.train[:40], table[dataset.target].to_numpy(dtype=float)
    learnt = (target[rows] - target[rows].mean()) / target[rows].std()
    features = StandardScaler().fit_transform(table[list(dataset.features)].iloc[rows])
    model = tree_of(find_brake("stopping"), 25).fit(features, learnt)
    error = (((model.predict(features) - learnt) * target[rows].std()) ** 2).mean() ** 0.5
    row = stages[stages["strength"] == 25].iloc[0]
    assert row["train_error"] == pytest.approx(error, rel=1e-6)


# --- what the page says ------------------------------------------------------------------------


def test_held_back_a_little_the_error_on_new_rows_falls_and_held_back_too_much_it_rises():
    result = view()
    assert find_answer(result) == "valley"
    assert result.best_validation_error < 0.95 * result.weakest_validation_error
    assert result.strongest_validation_error > result.weakest_validation_error
    assert "60.9" in tell_shape(result)
    assert result.weakest_train_error == result.path["train_error"].min()


def test_with_all_rows_the_valley_is_shallower():
    few, every = view(), view(rows="all")

    def gain(result):
        return 1 - result.best_validation_error / result.weakest_validation_error

    assert gain(every) < gain(few) / 3


def test_the_page_says_what_the_test_rows_make_of_the_choice():
    result = view()
    assert result.best_test_error < result.weakest_test_error
    assert "the choice holds there, too" in tell_judgement(result)
    luck = view(brake="ridge", data="house_prices", rows="all")
    assert luck.best_test_error > luck.weakest_test_error
    assert "can be luck" in tell_judgement(luck)


def test_the_columns_that_leave_are_named_in_their_order():
    result = view()
    order = list_leavers(result)
    assert sorted(order) == sorted(load_dataset("diabetes").features)
    assert order[-1] == "s5"
    assert f"“{order[0]}” is the first" in tell_leavers(result)
    assert tell_leavers(view(brake="leaf")) == ""


@pytest.mark.parametrize("brake", BRAKES, ids=lambda brake: brake.name)
def test_every_brake_has_its_words_its_formula_and_a_table_of_three_settings(brake):
    result = view(brake=brake.name)
    formula = dial_formula(result)
    assert formula.name
    assert formula.value
    assert tell_law(result)
    assert brake.title in tell_brake(result)
    assert "variance falls from" in tell_trade(result)
    assert ("sine wave" in tell_truth(result)) != brake.is_penalty
    assert len(tabulate_ends(result)) == 3


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"brake": "stopping", "hold": 1.0}, "1 tree"),
        ({"brake": "stopping", "hold": 0.0}, "200 trees"),
        ({"brake": "depth", "hold": 1.0}, "depth 1"),
        ({"brake": "leaf", "hold": 1.0}, "leaves of at least 30"),
        ({"brake": "ridge", "hold": 0.484}, "alpha 40"),
    ],
)
def test_strengths_are_said_with_their_name(settings, words):
    result = view(**settings)
    assert say_strength(result, result.strength) == words


def test_every_view_but_the_first_is_trained_in_a_job():
    assert LAB.slow_part(RegularisationSpec(hold=0.2)) is None
    slow = LAB.slow_part(RegularisationSpec(brake="stopping"))
    assert slow.spec == RegularisationSpec(brake="stopping").both
    assert "every strength is being trained on Diabetes" in slow.what


# --- the picture ---------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", FAST)
def test_every_view_has_a_picture_whose_words_are_its_numbers(preset):
    result = view(**LAB.presets[preset])
    stage = stage_regularisation(result)
    assert stage.handle.texts[result.at] == say_strength(result, result.strength)
    assert (
        view(**{**LAB.presets[preset], "hold": stage.handle.values[-2]}).at == len(result.path) - 2
    )
    said = {number.label: number.texts[result.at] for number in stage.numbers}
    assert float(said["Variance"]) == pytest.approx(result.variance, rel=5e-3)
    name = "Brier score" if result.is_binary else "RMSE"
    shown = said[f"{name} on new rows"].split("\u00a0")[0].replace("\u202f", "")
    assert float(shown) == pytest.approx(result.validation_error, rel=6e-3)
    assert stage_json(result) == stage_json(view(**{**LAB.presets[preset], "hold": 0.0}))


def test_the_chart_of_the_known_truth_names_the_strengths_that_were_used_there():
    result = view()
    real, known = stage_regularisation(result).charts[1:]
    assert [place for place, _ in real.x_ticks] == [place for place, _ in known.x_ticks]
    said = [float(text) for _, text in known.x_ticks]
    every = result.terms["strength"].tolist()[:: round(len(result.terms) / 5)]
    assert said == pytest.approx(every, rel=0.05)
    assert known.x_ticks != real.x_ticks


def test_bars_shrink_to_the_coefficients_of_the_step_under_the_handle():
    result = view()
    scene = stage_regularisation(result).scene
    rows = result.coefficients[result.coefficients["place"] == result.at]
    tops = [line.y[result.at][1] for line in scene.moving_lines]
    assert tops == pytest.approx(rows["effect"].tolist())
    assert sum(top != 0 for top in tops) == result.size
    assert scene.x.is_slanted


# --- the program to take home ----------------------------------------------------------------------


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = RegularisationSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(hold_model_back(spec))
    needed = {"strength", "size", "train_error", "best_strength", "best_test_error"}
    compare(said, shown, needed=needed, rel=1e-7)
    check_form(script, imports={"json", "pandas", "sklearn"}, optional={"numpy"})


def test_the_program_runs_on_an_own_table_with_hostile_names(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2))
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": x[:, 0],
            'f"{1/0}"': np.where(rng.random(200) < 0.2, None, "word"),
            "target's": x.sum(axis=1) + rng.normal(size=200),
        }
    )
    own = store_own_dataset(table, title="Own", task="regression", target="target's")
    spec = RegularisationSpec(data=own.name, brake="ridge")
    said = run_script(write_script(spec), tmp_path)
    shown = scalars_of(hold_model_back(spec))
    compare(said, shown, rel=1e-7)


# --- what cannot be had ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"hold": 1.5}, "The dial runs from 0"),
        ({"brake": "magic"}, "There is no brake called 'magic'"),
        ({"data": "wine"}, "Here a model predicts a number or one of two classes"),
        ({"data": "churn", "is_scaled": False}, "does not come to an end"),
        ({"seed": -1}, "A seed is a whole number"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_a_sentence(settings, sentence):
    with pytest.raises(SpecError, match=sentence):
        RegularisationSpec(**settings)
