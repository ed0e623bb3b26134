"""The picture and the words of the log-target lab show the lab's numbers and nothing else."""

import numpy as np
import pytest
from scipy.stats import binomtest

from core.metrics.log_target.charts import best_factor
from core.metrics.log_target.figures import plot_direct_residuals, plot_log_residuals
from core.metrics.log_target.lab import LogTargetSpec, correct_log_target
from core.metrics.log_target.models import train_twins
from core.metrics.log_target.stage import stage_json, stage_log_target
from core.metrics.log_target.words import (
    find_middle,
    plain_verdict,
    smearing_formula,
    tabulate_example,
    tabulate_rules,
    tell_direct_logs,
    tell_plain,
    tell_smearing,
    verdict,
)
from core.wording import THIN

VIEWS = {
    "houses": LogTargetSpec(factor=1.1),
    "all": LogTargetSpec(sees="all"),
    "diabetes": LogTargetSpec(data="diabetes", sees="all"),
}


@pytest.fixture(params=VIEWS, scope="module")
def result(request):
    return correct_log_target(VIEWS[request.param])


def read_number(text):
    return float(text.split("\u00a0")[0].replace(THIN, "").replace("−", "-").replace("%", ""))


def test_the_line_rises_with_the_factor_and_its_end_is_under_the_hand(result):
    scene = stage_log_target(result).scene
    for step, factor in enumerate(result.sweep["factor"]):
        end = scene.moving_lines[0]
        assert end.y[step][-1] == scene.point_y[step] == pytest.approx(factor * scene.point_x[step])
    still = scene.still_lines[0]
    assert still.x == still.y
    assert max(scene.point_y) < scene.y.high


def test_the_dots_are_rows_of_the_result(result):
    dots = stage_log_target(result).scene.dots[0]
    drawn = set(zip(result.drawn["said"], result.drawn["truth"], strict=True))
    assert set(zip(dots.x, dots.y, strict=True)) <= drawn
    assert len(dots.x) >= 0.85 * len(drawn)


def test_every_number_on_screen_is_the_number_of_the_sweep(result):
    numbers = {number.label: number for number in stage_log_target(result).numbers}
    for label, column in {"Mean error": "bias", "MAE": "mae", "RMSE": "rmse"}.items():
        for text, value in zip(numbers[label].texts, result.sweep[column], strict=True):
            assert read_number(text) == pytest.approx(value, rel=0.006)
    for text, value in zip(
        numbers["True values above it"].texts, result.sweep["share_above"], strict=True
    ):
        assert read_number(text) == pytest.approx(100 * value, abs=0.51)
    assert read_number(numbers["RMSE, no logarithm"].texts[0]) == pytest.approx(
        result.direct_rmse, rel=0.006
    )


def test_the_sentence_calls_a_mean_error_low_or_high_only_where_its_interval_says_so(result):
    stage = stage_log_target(result)
    for step, row in enumerate(result.sweep.itertuples()):
        said = "".join(text for text, _ in stage.sentences[step])
        assert ("too low by" in said) == (row.bias_high < 0)
        assert ("too high by" in said) == (row.bias_low > 0)
        assert ("right on average" in said) == (row.bias_low <= 0 <= row.bias_high)


def test_the_points_of_the_charts_are_the_step_of_the_handle(result):
    bias, errors, logs = stage_log_target(result).charts
    here = result.sweep.iloc[result.at]
    assert bias.point_y[result.at] == here["bias"]
    assert errors.point_y[result.at] == here["rmse"]
    assert errors.marks[0].y[result.at] == here["mae"]
    assert logs.point_y[result.at] == here["log_rmse"]
    assert bias.y_min < 0 < bias.y_max


def test_the_titles_name_the_factor_at_which_each_score_is_smallest(result):
    for metric in ("mae", "rmse", "log_rmse"):
        best = best_factor(result, metric)
        lowest = result.sweep.loc[result.sweep["factor"] == best, metric].item()
        assert lowest == result.sweep[metric].min()
    zero = np.interp(0, result.sweep["bias"], result.sweep["factor"])
    assert best_factor(result, "bias") == pytest.approx(zero, abs=0.0026)


def test_a_view_that_differs_only_in_the_handle_is_drawn_once():
    first = stage_json(correct_log_target(LogTargetSpec(factor=0.9)))
    assert first is stage_json(correct_log_target(LogTargetSpec(factor=1.2)))
    assert first != stage_json(correct_log_target(LogTargetSpec(sees="all")))


def test_the_verdict_follows_the_interval():
    assert [verdict(-3, -1), verdict(-1, 1), verdict(1, 3)] == ["low", "right", "high"]


def test_what_is_said_of_exp_alone_does_not_depend_on_the_handle():
    one, other = (correct_log_target(LogTargetSpec(factor=f)) for f in (0.8, 1.2))
    assert tell_plain(one) == tell_plain(other)
    assert plain_verdict(one) == "low"
    assert "too low. Yet 50" in tell_plain(one)
    assert plain_verdict(correct_log_target(VIEWS["all"])) == "right"


@pytest.mark.parametrize(
    "settings",
    [{}, {"data": "diabetes", "sees": "all"}, {"data": "delivery_times", "model": "boosting", "sees": "all"}],
)  # fmt: skip
def test_too_low_on_average_is_not_too_low_for_most(settings):
    result = correct_log_target(LogTargetSpec(**settings))
    rows = train_twins(result.spec.twins).predictions
    n_above = int((rows["truth"] > np.exp(rows["log_said"])).sum())
    share = binomtest(n_above, len(rows)).proportion_ci(method="wilson")
    truth = "half" if share.low <= 0.5 <= share.high else "more" if share.low > 0.5 else "fewer"
    assert find_middle(result) == truth
    assert result.bias_high < 0
    assert truth == {"diabetes": "more", "delivery_times": "fewer"}.get(result.spec.data, "half")


def test_the_formula_divides_what_it_shows(result):
    formula = smearing_formula(result)
    quotient = read_number(formula.top_number) / read_number(formula.bottom_number)
    assert quotient == pytest.approx(float(formula.value), abs=6e-4)
    assert float(formula.value) == pytest.approx(result.smearing, abs=6e-4)


def test_the_worked_example_turns_100_000_and_400_000_into_200_000():
    row = tabulate_example().iloc[0]
    assert read_number(row["exp of that"]) == (100_000 * 400_000) ** 0.5
    assert read_number(row["Mean"]) == 250_000


def test_the_table_holds_four_ways_to_predict_and_says_what_is_undefined(result):
    table = tabulate_rules(result)
    rows = {str(name): list(texts) for name, *texts in table.itertuples(index=False)}
    assert table.shape == (7, 5)
    assert rows["Factor"][0] == "none"
    is_undefined = rows["RMSE of logs"][0] == "undefined"
    assert is_undefined == (result.n_direct_not_positive > 0)
    assert bool(tell_direct_logs(result)) == is_undefined
    for text, value in zip(
        next(texts for name, texts in rows.items() if name.startswith("RMSE")),
        result.rules["rmse"],
        strict=True,
    ):
        assert read_number(text) == pytest.approx(value, rel=0.006)


def test_the_words_on_duans_factor_name_both_mean_errors(result):
    said = tell_smearing(result)
    assert f"{result.smearing:.3f}" in said
    assert "cannot be told from 0" in said


def test_the_residual_plots_show_every_unseen_row(result):
    for figure, columns in (
        (plot_direct_residuals(result), ("direct", "direct_error")),
        (plot_log_residuals(result), ("log_said", "log_error")),
    ):
        dots = figure.data[0]
        assert list(dots.x) == result.residuals[columns[0]].tolist()
        assert list(dots.y) == result.residuals[columns[1]].tolist()
        assert "widen ×" in figure.layout.title.text
