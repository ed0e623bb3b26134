"""The lesson on parameters and hyperparameters: the models say which is which, the rows say the rest."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from core.errors import SpecError
from core.search.hyperparameters.figures import plot_errors, plot_moves
from core.search.hyperparameters.lab import (
    LAB,
    HyperparametersSpec,
    choose_settings,
    name_slow_part,
    sort_numbers,
)
from core.search.hyperparameters.quantities import (
    N_QUANTITIES,
    QUANTITIES,
    Quantity,
    build_models,
    find_kind,
    fit_models,
    read_value,
)
from core.search.hyperparameters.sweep import (
    KNOBS,
    SETTINGS,
    TrainingSpec,
    build_model,
    train_models,
)
from core.search.hyperparameters.words import (
    find_answer,
    gap_formula,
    list_ends,
    list_labels,
    say_setting,
    tabulate_choices,
    tabulate_sorting,
    tell_all_knobs,
    tell_choice,
    tell_search,
    tell_sorting,
    tell_table,
)

TABLES = ("diabetes", "house_prices", "delivery_times")
RIGHT = "".join(
    "c" if q.attribute[-1] != "_" and "." not in q.attribute else "f" for q in QUANTITIES
)


def look(**settings):
    return sort_numbers(HyperparametersSpec(**settings))


def turned(data, knob):
    errors = train_models(TrainingSpec(data=data)).errors
    return errors[errors["knob"] == knob]


# --- the truth --------------------------------------------------------------------------------------


def test_the_models_say_themselves_what_was_chosen_and_what_was_found():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 3)), rng.normal(size=60)
    unfitted, fitted = build_models(0), fit_models(x, y, 0)
    for quantity in QUANTITIES:
        kind = find_kind(quantity, unfitted=unfitted[quantity.model], fitted=fitted[quantity.model])
        name = quantity.attribute.split(".")[0]
        is_set_before = name in unfitted[quantity.model].get_params()
        assert (kind == "chosen") == is_set_before == (not name.endswith("_"))
    strange = Quantity(model="line", attribute="n", model_title="", short="", label="")
    with pytest.raises(ValueError, match="neither set before the fit nor found by it"):
        find_kind(strange, unfitted=unfitted["line"], fitted=fitted["line"])


def test_the_numbers_are_those_of_a_least_squares_by_hand():
    rng = np.random.default_rng(1)
    x = rng.normal(loc=5, size=(50, 2))
    y = 3 * x[:, 0] - x[:, 1] + rng.normal(size=50)
    models = fit_models(x, y, 0)
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    slopes = np.linalg.solve(scaled.T @ scaled + np.eye(2), scaled.T @ (y - y.mean()))
    assert read_value(models["line"], "coef_") == pytest.approx(slopes[0])
    assert read_value(models["line"], "intercept_") == pytest.approx(y.mean())
    assert read_value(models["scaler"], "mean_") == pytest.approx(x[:, 0].mean())


def test_the_first_threshold_divides_the_rows_best():
    rng = np.random.default_rng(2)
    x = rng.uniform(size=(40, 1))
    y = (x[:, 0] > 0.6) * 10 + rng.normal(size=40)
    ordered = np.sort(x[:, 0])
    middles = (ordered[1:] + ordered[:-1]) / 2
    losses = [
        sum(((p - p.mean()) ** 2).sum() for p in (y[x[:, 0] <= m], y[x[:, 0] > m])) for m in middles
    ]
    found = read_value(fit_models(x, y, 0)["tree"], "tree_.threshold")
    assert found == pytest.approx(middles[int(np.argmin(losses))])


@pytest.mark.parametrize("data", TABLES)
@pytest.mark.parametrize("knob", ["depth", "penalty", "rounds"])
def test_more_freedom_never_makes_the_error_on_the_own_rows_larger(data, knob):
    assert (turned(data, knob)["train"].diff().dropna() <= 1e-6).all()


def test_rounds_of_boosting_counted_while_training_are_those_of_shorter_trainings():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(80, 4)), rng.normal(size=80)
    long = build_model("rounds", 20, 0).fit(x, y)
    short = build_model("rounds", 5, 0).fit(x, y)
    assert list(long.staged_predict(x))[4] == pytest.approx(short.predict(x))


def test_of_equal_train_errors_the_most_flexible_setting_is_taken():
    import pandas as pd

    errors = pd.DataFrame(
        {"knob": "depth", "setting": [1, 2, 3], "train": [2.0, 0.0, 0.0], "validation": [1, 2, 3]}
    )
    row = choose_settings(errors).iloc[0]
    assert (row["by_train"], row["by_validation"], row["most_flexible"]) == (3, 1, 3)


# --- what the page teaches --------------------------------------------------------------------------


@pytest.mark.parametrize("data", TABLES)
def test_other_rows_move_what_the_fit_finds_and_leave_what_was_chosen(data):
    result = look(data=data)
    assert (result.n_found, result.n_chosen) == (6, 5)
    assert result.n_found_moved == 6
    assert result.n_chosen_moved == 0
    assert "none moved" in tell_sorting(result)


@pytest.mark.parametrize("data", TABLES)
def test_the_train_rows_always_choose_the_most_flexible_setting_and_other_rows_do_not(data):
    result = look(data=data)
    assert result.n_flexible == result.n_knobs == 4
    assert result.n_flexible_by_validation == 0
    assert "for 4 of 4 knobs, the validation rows for 0" in tell_all_knobs(result)
    for knob in KNOBS:
        one = look(data=data, knob=knob)
        assert find_answer(one) == "flexible"
        assert one.by_train == SETTINGS[knob][-1]
        assert one.validation_at_train > one.validation_at_validation


def test_a_neighbour_that_is_the_row_itself_makes_no_mistake():
    assert turned("diabetes", "neighbours")["train"].iloc[-1] == 0


def test_a_search_sets_a_hyperparameter_by_many_fits_with_rows_held_back():
    result = look()
    assert result.n_search_fits == 6 * 5 + 1
    assert result.searched_penalty > SETTINGS["penalty"][-1]
    assert "in 31 fits" in tell_search(result)


def test_normalize_is_an_error_in_todays_scikit_learn():
    assert look().is_normalize_refused
    with pytest.raises(TypeError, match="normalize"):
        LinearRegression(normalize=True)


# --- sorting and words ------------------------------------------------------------------------------


def test_a_sorting_is_held_against_what_the_models_say():
    assert len(RIGHT) == N_QUANTITIES
    assert look(sorting=RIGHT).n_right == N_QUANTITIES
    assert look(sorting="f" * 11).n_right == 6
    assert look(sorting="c" * 11).n_right == 5
    assert look(sorting="-" * 11).n_right == look().n_right == 0
    assert "You sorted" not in tell_sorting(look(sorting="-" * 11))
    assert "You sorted 6 of 11" in tell_sorting(look(sorting="f" * 11))
    table = tabulate_sorting(look(sorting="f" * 11))
    assert table["You said"].str.endswith("✓").sum() == 6
    assert "`coef_`" in tell_table(look())
    assert "You said" not in tabulate_sorting(look(sorting="-" * 11)).columns


def test_every_number_has_words_and_the_name_of_the_first_column():
    labels = list_labels(look())
    assert len(set(labels)) == N_QUANTITIES
    assert sum("“age”" in label for label in labels) == 3


def test_words_hold_the_numbers_of_the_view():
    result = look()
    assert say_setting(result, 1.0, "neighbours") == "1 neighbour"
    assert say_setting(result, 12.0, "neighbours") == "12 neighbours"
    assert list_ends(result)["flexible"] == "depth 20, the most flexible model"
    assert "depth 20 best: the error on them is 0 points" in tell_choice(result)
    formula = gap_formula(result)
    first, second = (float(part) for part in formula.top_number.split(" − "))
    assert first - second == pytest.approx(float(formula.value.split()[0]), abs=0.05)
    assert tabulate_choices(result)["Train rows choose"].tolist() == [
        "depth 20", "1 neighbour", "penalty 0.01", "300 rounds",
    ]  # fmt: skip


@pytest.mark.parametrize("name", LAB.presets)
def test_every_view_has_its_figures(name):
    result = look(**LAB.presets[name])
    figure = plot_errors(result)
    assert say_setting(result, result.by_train) in figure.layout.title.text
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    rows = result.errors[result.errors["knob"] == result.spec.knob]
    assert list(lines[0].y) == rows["train"].tolist()
    bars = plot_moves(result).data
    assert [len(bar.x) for bar in bars] == [6, 5]
    assert set(bars[1].x) == {0.0}


# --- what cannot be had -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"knob": "width"}, "The knob is one of depth, neighbours, penalty, rounds, got 'width'"),
        ({"sorting": "fc"}, "A sorting has 11 letters, each f, c or -, got 'fc'"),
        ({"sorting": "x" * 11}, "A sorting has 11 letters"),
        ({"data": "churn"}, "is a binary table. Choose a table whose target is a number"),
        ({"seed": -1}, "A seed lies between 0 and"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_sentence(settings, message):
    with pytest.raises(SpecError, match=message):
        HyperparametersSpec(**settings)


def test_only_the_table_that_the_lesson_opens_with_is_trained_outside_a_job():
    assert name_slow_part(HyperparametersSpec(knob="rounds", sorting=RIGHT)) is None
    assert "four knobs are turned" in name_slow_part(HyperparametersSpec(seed=1)).what
