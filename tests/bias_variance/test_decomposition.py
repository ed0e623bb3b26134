"""The lesson on bias, variance and noise: its result, its sentences, its picture, and its program."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier
from take_home import check_form, compare, run_script

from core.bias_variance.decomposition.charts import FARTHEST, draw_charts, label_settings
from core.bias_variance.decomposition.figures import plot_mistakes, plot_parts
from core.bias_variance.decomposition.lab import (
    LAB,
    QUICK,
    DecompositionSpec,
    decompose_error,
    name_slow_part,
)
from core.bias_variance.decomposition.mistakes import MistakesSpec, take_mistakes_apart
from core.bias_variance.decomposition.stage import stage_decomposition, stage_json
from core.bias_variance.decomposition.words import (
    find_answer,
    judge,
    mistakes_formula,
    say_setting,
    say_term,
    sum_formula,
    tabulate_terms,
    tell_audit,
    tell_best,
    tell_mistakes,
    tell_spread,
    tell_trade,
    tell_train_error,
)
from core.bias_variance.families import FAMILIES
from core.bias_variance.measure import N_DRAWN, measure_bias_variance
from core.bias_variance.worlds import draw_samples
from core.errors import SpecError
from core.results import scalars_of
from core.wording import percent

DEFAULT = DecompositionSpec()
WORLD = MistakesSpec().world
VIEWS = [DecompositionSpec(**settings) for settings in LAB.presets.values()]


def at(bend, **settings):
    return decompose_error(DecompositionSpec(bend=bend, **settings))


# --- the result -------------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", VIEWS, ids=LAB.presets)
def test_every_view_shows_the_row_under_the_handle(spec):
    result = decompose_error(spec)
    row = measure_bias_variance(spec.samples).terms.iloc[result.at]
    for name in ("setting", "bias2", "variance", "noise", "total", "error", "train_error"):
        assert getattr(result, name) == row[name]
    assert result.best_total == result.terms["total"].min()
    assert result.terms["total"].iloc[result.best_at] == result.best_total


def test_a_place_beyond_the_last_setting_is_the_last_one():
    assert at(50).setting == at(12).setting == 12


def test_only_families_that_need_many_fits_are_trained_in_a_job():
    for family in FAMILIES:
        slow = name_slow_part(replace(DEFAULT, family=family.name))
        assert (slow is None) == (family.name in QUICK)
        assert slow is None or "models are being trained" in slow.what


# --- what the page teaches --------------------------------------------------------------------------


def test_bias_is_what_all_fits_get_wrong_together_and_variance_what_each_gets_wrong_alone():
    result = at(1)
    fits = result.fits.query("setting == 1")["y"].to_numpy().reshape(N_DRAWN, -1)
    means = result.means.query("setting == 1")
    truth = means["truth"].to_numpy()
    together = ((fits.mean(axis=0) - truth) ** 2).mean()
    alone = fits.var(axis=0, ddof=1).mean()
    assert together - alone / N_DRAWN == pytest.approx(result.bias2, rel=0.1)
    assert alone == pytest.approx(result.variance, rel=0.5)


def test_the_more_the_models_may_bend_the_further_the_fits_spread_apart():
    for family in QUICK:
        result = decompose_error(DecompositionSpec(family=family, n_rows=30))
        assert find_answer(result) == "apart"
        assert (result.terms["variance"].diff().iloc[1:] > 0).all()
        assert "Bias² goes the other way" in tell_spread(result)
        assert result.rigid_bias2 > result.nervous_bias2


def test_no_setting_has_less_error_than_the_noise_and_most_of_the_best_sum_is_noise():
    result = at(3)
    assert (result.terms["total"] > result.noise).all()
    assert result.best_setting == 3
    assert result.noise / result.best_total > 0.7
    assert "78\u202f% of that is noise" in tell_best(result)


def test_without_noise_a_model_that_bends_enough_misses_almost_nothing():
    result = decompose_error(DecompositionSpec(**LAB.presets["no-noise"]))
    assert result.noise == 0
    assert result.best_total < 1e-4
    assert result.variance == pytest.approx(0, abs=1e-12)
    assert "no noise here" in tell_best(result)
    assert "exactly the sum" in tell_audit(result)
    assert result.error == pytest.approx(result.total)


def test_the_train_error_would_send_one_to_the_most_nervous_setting():
    result = decompose_error(DEFAULT)
    assert result.least_train_setting == 12
    assert result.best_setting == 3
    assert "It would send you there" in tell_train_error(result)


def test_more_rows_bring_the_fits_together_and_leave_a_straight_line_wrong():
    few, many = (at(1, n_rows=n) for n in (15, 200))
    assert many.variance < few.variance / 5
    assert many.bias2 == pytest.approx(few.bias2, abs=0.02)
    assert many.bias2 > 0.19


def test_the_sum_agrees_with_the_measured_error_within_a_few_standard_errors():
    for spec in VIEWS:
        result = decompose_error(spec)
        assert result.worst_residual <= 4
    assert f"{decompose_error(DEFAULT).worst_residual:.1f} standard errors" in tell_audit(
        decompose_error(DEFAULT)
    )


def test_rigid_settings_are_biased_nervous_ones_vary_and_in_between_only_noise_is_left():
    assert judge(at(0)) == "bias"
    assert judge(at(12)) == "variance"
    assert judge(at(3, n_rows=200)) == "noise"


# --- words and numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "se", "words"),
    [
        (0.0123, 0.0009, "0.0123 ± 0.0009"),
        (0.5, 0.003, "0.500 ± 0.003"),
        (-0.0001, 0.0002, "0.0000 ± 0.0002"),
    ],
)
def test_terms_are_said_with_their_standard_error_and_never_below_zero_by_chance(value, se, words):
    assert say_term(value, se) == words


def test_settings_are_said_with_their_name():
    assert say_setting(at(3), 3.0) == "degree 3"
    ridge = decompose_error(DecompositionSpec(family="ridge"))
    assert say_setting(ridge, 1e-5) == "penalty 1e-05"


def test_the_formula_shows_the_three_parts_and_the_share_of_noise():
    formula = sum_formula(at(3))
    parts = [float(part) for part in formula.bottom_number.split(" + ")]
    assert float(formula.top_number) / sum(parts) == pytest.approx(
        float(formula.value.rstrip("%\u202f")) / 100, abs=0.006
    )


def test_the_table_marks_the_best_setting_and_has_a_row_for_each():
    result = decompose_error(DEFAULT)
    table = tabulate_terms(result)
    assert len(table) == 13
    assert table["Degree"].tolist()[3] == "3 (best)"
    assert sum("best" in text for text in table["Degree"]) == 1


# --- right or wrong -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mistakes():
    return take_mistakes_apart(MistakesSpec()).terms


def test_for_right_or_wrong_answers_variance_helps_wherever_most_models_agree_on_the_wrong_class(
    mistakes,
):
    stump = mistakes.iloc[0]
    assert stump["variance_helps"] > 0.02
    assert stump["total"] < stump["noise_part"] + stump["bias"] + stump["variance_harms"]


def test_with_more_depth_bias_falls_and_variance_that_harms_falls_first_and_then_rises(mistakes):
    rows = mistakes.set_index("depth")
    assert rows["bias"].iloc[-1] < rows["bias"].iloc[0] / 2
    assert rows["variance_harms"][3] < rows["variance_harms"][1]
    assert rows["variance_harms"][8] > rows["variance_harms"][3]


def test_stumps_vary_because_samples_disagree_which_column_to_cut():
    rng = np.random.default_rng([0, 0])
    stumps = [DecisionTreeClassifier(max_depth=1).fit(*s) for s in draw_samples(WORLD, rng)]
    columns = [int(stump.tree_.feature[0]) for stump in stumps]
    assert 0.2 < np.mean(columns) < 0.8


def test_the_parts_of_mistakes_agree_with_the_share_missed_by_other_samples(mistakes):
    assert mistakes["total"].to_numpy() == pytest.approx(
        (mistakes["noise_part"] + mistakes["bias"]).to_numpy()
        + (mistakes["variance_harms"] - mistakes["variance_helps"]).to_numpy()
    )
    assert (mistakes["residual"].abs() <= 4 * mistakes["residual_se"]).all()


def test_false_alarms_and_misses_do_not_tell_bias_from_variance(mistakes):
    rows = mistakes.set_index("depth")
    assert rows["bias"].idxmax() == 1
    assert rows["trade"].idxmin() == 1
    assert rows["trade"][1] < -0.8
    assert abs(rows["trade"][8]) < 0.4
    assert "−0.9" in tell_trade(at(3))


def test_both_pictures_of_parts_add_up_to_the_sum():
    result = at(11)
    bars = [trace for trace in plot_parts(result).data if trace.type == "bar"]
    heights = np.sum([trace.y for trace in bars], axis=0)
    shown = result.terms["bias2"].clip(lower=0) + result.terms["variance"] + result.noise
    assert heights == pytest.approx(shown.to_numpy())
    assert [shade for shade in bars[0].marker.opacity if shade == 1] == [1]
    assert bars[0].marker.opacity[11] == 1
    *bars, dots = plot_mistakes(result).data
    assert np.sum([trace.y for trace in bars], axis=0) == pytest.approx(np.array(dots.y))
    for figure in (plot_parts(result), plot_mistakes(result)):
        assert len(figure.layout.title.text) <= 44


def test_the_words_on_mistakes_hold_the_numbers_of_the_stumps(mistakes):
    said, stump = tell_mistakes(at(3)), mistakes.iloc[0]
    for share in (stump["bias"], stump["variance_harms"], stump["variance_helps"], stump["total"]):
        assert percent(share) in said
    formula = mistakes_formula(at(3))
    terms = [float(n) for n in formula.top_number.replace(" − ", " + -").split(" + ")]
    assert sum(terms) == pytest.approx(100 * stump["total"], abs=0.2)
    assert formula.value == percent(stump["total"])


# --- the picture ------------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", VIEWS, ids=LAB.presets)
def test_every_view_has_a_picture_whose_words_are_its_numbers(spec):
    result = decompose_error(spec)
    stage = stage_decomposition(result)
    n_steps = len(result.terms)
    assert stage.handle.values == tuple(range(n_steps))
    assert stage.handle.texts[result.at] == say_setting(result, result.setting)
    said = {number.label: number.texts[result.at] for number in stage.numbers}
    assert said["Variance"] == say_term(result.variance, result.variance_se).split(" ±")[0]
    assert float(said["Error on fresh rows"]) == pytest.approx(result.error, rel=5e-3, abs=1e-3)
    assert stage_json(result) == stage_json(replace(result, at=0))


def test_the_sheaf_is_the_first_fits_their_mean_is_that_of_all_and_the_truth_lies_still():
    result = at(5)
    scene = stage_decomposition(result).scene
    sheaf = [line for line in scene.moving_lines if line.is_thin]
    mean = next(line for line in scene.moving_lines if not line.is_thin)
    assert len(sheaf) == N_DRAWN
    drawn = result.fits.query("setting == 5 and sample == 2")["y"].to_numpy()[::2]
    assert sheaf[1].y[5] == pytest.approx(drawn)
    assert mean.y[5] == pytest.approx(result.means.query("setting == 5")["mean"].to_numpy()[::2])
    truth = scene.still_lines[0]
    assert truth.y == pytest.approx(np.sin(2 * np.pi * np.array(truth.x)))


def test_charts_follow_the_handle_and_their_titles_say_what_was_found():
    result = decompose_error(DEFAULT)
    terms, errors, audit = draw_charts(result)
    assert terms.title == "The sum is smallest at degree 3"
    assert errors.title == "The train error is smallest at degree 12"
    assert terms.point_y == tuple(result.terms["total"])
    assert max(abs(value) for value in audit.point_y) == pytest.approx(result.worst_residual)
    assert result.worst_residual < FARTHEST
    places = [place for place, _ in label_settings(result)]
    assert places == pytest.approx(np.linspace(0, 1, 13))


# --- the program to take home -----------------------------------------------------------------------


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = DecompositionSpec(**LAB.presets[preset])
    script = LAB.script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(decompose_error(spec))
    check_form(script, imports={"json", "numpy"}, optional={"sklearn"})
    parts = {"setting", "bias2", "variance", "noise", "total", "train_error"}
    stumps = {"stump_bias", "stump_harmed", "stump_helped", "stump_mistakes"}
    assert parts | stumps == said.keys()
    compare(said, shown, rel=1e-8, abs_tol=1e-12)


@pytest.mark.parametrize(
    "family",
    [
        "lasso",
        "svm",
        *(pytest.param(name, marks=pytest.mark.full) for name in ("forest", "boosting")),
    ],
)
def test_the_script_of_every_family_is_tidy_python_that_builds_that_model(family, tmp_path):
    spec = DecompositionSpec(family=family, n_rows=8, bend=0)
    script = LAB.script(spec)
    run_script(script, tmp_path)
    check_form(script, imports={"json", "numpy", "sklearn"})
    assert type(next(f for f in FAMILIES if f.name == family).build(1.0, 0)).__name__ in (
        script.code + "Pipeline"
    )


# --- what cannot be had -----------------------------------------------------------------------------


def test_a_negative_place_of_the_handle_is_refused_with_a_sentence():
    with pytest.raises(SpecError, match="Models are counted from 0, the most rigid one, got -1"):
        DecompositionSpec(bend=-1)
