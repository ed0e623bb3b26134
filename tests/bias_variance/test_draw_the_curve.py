"""The lesson where one draws the curve first: the judge, the measured curve, the board, the program."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.model_selection import RepeatedKFold, cross_val_score
from take_home import check_form, compare, run_script

from core.bias_variance.draw_the_curve.board import build_board
from core.bias_variance.draw_the_curve.figures import plot_comparison
from core.bias_variance.draw_the_curve.judge import judge_drawing, name_shape
from core.bias_variance.draw_the_curve.lab import (
    LAB,
    MODELS,
    DrawSpec,
    compare_drawing,
    draw_and_compare,
    name_slow_part,
)
from core.bias_variance.draw_the_curve.script import write_script
from core.bias_variance.draw_the_curve.words import (
    ask_for_curve,
    distance_formula,
    name_view,
    say_score,
    tabulate_five,
    tell_curve,
    tell_drawing,
    tell_method,
)
from core.bias_variance.table_models import build_table_model
from core.datasets import load_dataset
from core.errors import SpecError
from core.results import scalars_of

REAL = np.array([70.0, 60.0, 55.0, 60.0, 70.0])
HALF = np.full(5, 3.0)
TRAIN = np.array([65.0, 50.0, 40.0, 30.0, 20.0])
DEFAULT = DrawSpec()
EVER_BETTER = (0.9, 0.7, 0.5, 0.3, 0.1)


def judge(drawn, *, real=REAL, half=HALF, **more):
    rest = {"height": 100.0, "is_higher_better": False} | more
    return judge_drawing(np.array(drawn, dtype=float), real, half, TRAIN, **rest)


# --- the judge -----------------------------------------------------------------------------------


def test_the_measured_curve_itself_has_the_distance_0_and_so_has_all_within_its_band():
    assert judge(REAL).distance == 0
    assert judge(REAL + 2.9).distance == 0
    assert judge(REAL + 4).distance == pytest.approx(1 / 15)


def test_the_distance_is_the_mean_gap_beyond_the_band_over_the_range_of_the_curve():
    found = judge([80, 60, 55, 60, 70])  # one point is 10 off, 7 of it beyond the band
    assert found.distance == pytest.approx((7 / 5) / (70 - 55))


def test_a_drawing_of_the_right_shape_at_the_wrong_height_is_told_so():
    found = judge(REAL + 12)
    assert found.shape_distance == 0
    assert found.level == pytest.approx(12)
    assert found.distance == pytest.approx(9 / 15)


def test_on_a_flat_curve_the_band_is_the_unit_so_nobody_is_infinitely_wrong():
    flat = np.full(5, 50.0)
    assert judge(flat + 9, real=flat).distance == pytest.approx(6 / 6)


def test_the_distance_is_the_same_upside_down_and_in_any_unit():
    drawn = np.array([80, 62, 50, 66, 71], dtype=float)
    plain = judge(drawn)
    turned = judge_drawing(-drawn, -REAL, HALF, -TRAIN, height=100.0, is_higher_better=True)
    scaled = judge_drawing(
        drawn * 7, REAL * 7, HALF * 7, TRAIN * 7, height=700.0, is_higher_better=False
    )
    assert turned.distance == pytest.approx(plain.distance)
    assert scaled.distance == pytest.approx(plain.distance)
    assert turned.shape == plain.shape == scaled.shape


@pytest.mark.parametrize(
    ("errors", "shape"),
    [
        ([90, 70, 50, 30, 10], "better"),
        ([10, 30, 50, 70, 90], "worse"),
        ([70, 60, 55, 60, 70], "valley"),
        ([50, 70, 80, 60, 40], "hill"),
        ([50, 51, 50, 49, 50], "flat"),
        ([80, 60, 40, 40, 41], "better"),
    ],
)
def test_shapes_have_names_that_do_not_depend_on_the_metrics_direction(errors, shape):
    scores = np.array(errors, dtype=float)
    assert name_shape(scores, height=100, is_higher_better=False) == shape
    assert name_shape(100 - scores, height=100, is_higher_better=True) == shape


def test_a_drawing_that_gets_ever_better_is_the_training_curve():
    found = judge([70, 55, 45, 35, 25])
    assert found.shape == "better"
    assert found.nearest == "train"
    assert judge(REAL + 20).nearest == "validation"


# --- the measured curve ----------------------------------------------------------------------------


def test_each_point_is_the_mean_of_cross_validation_with_that_setting():
    dataset, result = load_dataset("diabetes"), draw_and_compare(DEFAULT)
    assert result.n_rows == 400
    n_settings = result.curve["value"].nunique()
    assert result.n_fits == n_settings * 10
    from core.bias_variance.curve_rows import open_rows

    rows = open_rows("diabetes", 400, 0)
    scores = cross_val_score(
        build_table_model(dataset, "tree", setting=int(result.places[1])), rows.table, rows.target,
        cv=RepeatedKFold(n_splits=5, n_repeats=2, random_state=0),
        scoring="neg_root_mean_squared_error",
    )  # fmt: skip
    assert -scores.mean() == pytest.approx(result.real[1], rel=1e-9)
    assert len(result.places) == 5
    assert list(result.places) == sorted(result.places)
    assert set(result.places) <= set(result.curve["value"])


def test_on_its_own_rows_a_tree_gains_with_every_depth_and_on_new_rows_it_gains_and_then_loses():
    curve = draw_and_compare(DEFAULT).curve
    own, new = (curve[curve["part"] == part]["mean"].to_numpy() for part in ("train", "validation"))
    assert (np.diff(own) < 0).all()
    assert new.min() < new[0] < new[-1]
    result = draw_and_compare(DEFAULT)
    assert result.real_shape == "valley"
    assert result.train_best == 12
    assert result.best == 2
    assert "depth 12" in tell_curve(result)


def test_an_error_and_a_score_of_the_same_rows_are_the_same_belief_upside_down():
    error, score = (draw_and_compare(DrawSpec(direction=way)) for way in ("error", "score"))
    assert error.best == score.best
    assert not error.is_higher_better
    assert score.is_higher_better
    # R² is 1 minus a squared error over the variance, split by split; on average about the same.
    about = 1 - (np.array(error.real) / error.baseline) ** 2
    assert np.array(score.real) == pytest.approx(about, abs=0.05)
    accuracy, errors = (
        draw_and_compare(DrawSpec(data="wine", model="neighbours", direction=way))
        for way in ("score", "error")
    )
    assert np.array(accuracy.real) == pytest.approx(1 - np.array(errors.real))
    assert (errors.five["low"] <= errors.five["real"]).all()
    assert (errors.five["real"] <= errors.five["high"]).all()


def test_knowing_nothing_is_the_spread_of_the_target_or_the_share_of_the_rarer_classes():
    from sklearn.dummy import DummyClassifier, DummyRegressor

    from core.bias_variance.curve_rows import open_rows

    rows = open_rows("diabetes", 400, 0)
    said = DummyRegressor().fit(rows.table, rows.target).predict(rows.table)
    rmse = ((said - rows.target) ** 2).mean() ** 0.5
    assert draw_and_compare(DEFAULT).baseline == pytest.approx(rmse)
    wine = open_rows("wine", 400, 0)
    hits = DummyClassifier().fit(wine.table, wine.target).score(wine.table, wine.target)
    result = draw_and_compare(DrawSpec(data="wine", model="neighbours", direction="score"))
    assert result.baseline == pytest.approx(hits)


def test_settings_whose_band_holds_the_best_score_are_tied():
    result = draw_and_compare(DEFAULT)
    new = result.curve[result.curve["part"] == "validation"]
    best = new["mean"].min()
    ties = sum(low <= best <= high for low, high in zip(new["low"], new["high"], strict=True))
    assert result.n_tied == ties
    assert 1 < ties < len(new)
    assert f"{ties} of {len(new)} settings" in tell_curve(result)


# --- a drawing beside it ---------------------------------------------------------------------------


def test_before_drawing_nothing_is_judged():
    result = draw_and_compare(DEFAULT)
    assert np.isnan(result.distance)
    assert result.drawn_shape == ""
    assert distance_formula(result) is None
    assert "without drawing" in tell_drawing(result)
    assert list(tabulate_five(result)) == [
        "Depth", "Measured (points)", "Its band", "On its own rows",
    ]  # fmt: skip


def test_a_drawing_of_the_measured_heights_is_well_seen():
    result = draw_and_compare(DEFAULT)
    height = result.top - result.bottom
    heights = tuple((value - result.bottom) / height for value in result.real)
    found = compare_drawing(result, heights)
    assert found.distance == 0
    assert found.drawn_shape == found.real_shape
    assert "Well seen" in tell_drawing(found)


def test_ever_better_is_told_to_be_the_curve_of_its_own_rows():
    result = draw_and_compare(replace(DEFAULT, drawn=EVER_BETTER))
    assert result.drawn_shape == "better"
    assert result.nearest == "train"
    said = tell_drawing(result)
    assert "the curve on its own rows" in said
    assert "beyond its band" in said
    formula = distance_formula(result)
    share = float(formula.top_number) / float(formula.bottom_number)
    assert share == pytest.approx(result.distance, rel=0.01)


def test_a_right_shape_at_the_wrong_height_is_praised_for_its_shape():
    result = draw_and_compare(DEFAULT)
    height = result.top - result.bottom
    heights = tuple((value - result.bottom) / height - 0.25 for value in result.real)
    assert "The shape is right, and the whole lies too low" in tell_drawing(
        compare_drawing(result, heights)
    )


# --- the board ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_board_tells_nothing_of_the_measured_curve(preset):
    result = draw_and_compare(replace(DrawSpec(**LAB.presets[preset]), drawn=()))
    board = build_board(result)
    other = replace(
        result, real=(0.0,) * 5, best=0.0, best_score=0.0, train_best=0.0, real_shape="flat"
    )
    assert build_board(other) == board
    assert len(board.handles) == 5
    assert len(board.texts) == 101
    assert 0 <= board.baseline <= 1
    assert say_score(result, result.best_score) not in ask_for_curve(result)


def test_heights_of_the_board_say_the_scores_that_they_stand_for():
    result = draw_and_compare(DEFAULT)
    board = build_board(result)
    assert board.texts[0] == "0\u00a0points"
    assert float(board.texts[100].split("\u00a0")[0]) == pytest.approx(result.top, rel=5e-3)
    assert build_board(draw_and_compare(DrawSpec(direction="score"))).texts[0] == "−1"


def test_a_drawing_belongs_to_one_view():
    views = {
        name_view(draw_and_compare(spec))
        for spec in (DEFAULT, replace(DEFAULT, direction="score"), replace(DEFAULT, seed=1))
    }
    assert len(views) == 3
    assert name_view(draw_and_compare(replace(DEFAULT, drawn=EVER_BETTER))) in views


def test_the_figure_shows_the_band_both_curves_and_the_five_points():
    drawn = plot_comparison(draw_and_compare(replace(DEFAULT, drawn=EVER_BETTER)))
    names = [trace.name for trace in drawn.data if trace.name]
    assert names[:3] == ["its own rows", "new rows", "you"]
    assert len(plot_comparison(draw_and_compare(DEFAULT)).data) == len(drawn.data) - 1
    assert len(drawn.layout.title.text) < 44


def test_a_view_waits_for_its_training_in_a_job():
    assert name_slow_part(DEFAULT) is None  # the server makes it ready when it starts
    spec = replace(DEFAULT, model="forest")
    slow = name_slow_part(spec)
    assert slow.spec == spec.curve
    assert "trained" in slow.what
    result = draw_and_compare(DEFAULT)
    n_settings = result.curve["value"].nunique()
    assert f"{n_settings} settings × 10 = {n_settings * 10} trainings" in tell_method(result)


# --- the program to take home ------------------------------------------------------------------------


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page(preset, tmp_path):
    spec = DrawSpec(**LAB.presets[preset])
    said = run_script(write_script(spec), tmp_path)
    needed = {"best", "best_score", "train_best", "places", "real"}
    compare(said, scalars_of(draw_and_compare(spec)), needed=needed)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("data", ["house_prices", "churn", "wine"])
def test_the_program_of_every_model_is_tidy_and_builds_that_model(model, data):
    script = write_script(DrawSpec(model=model, data=data))
    check_form(script)
    built = build_table_model(load_dataset(data), model).named_steps["model"]
    assert type(built).__name__ in script.code
    for name in ("learning_rate", "n_estimators", "max_iter"):
        if f"{name}=" in script.code:
            assert f"{name}={built.get_params()[name]}" in script.code


# --- what cannot be had ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"drawn": (0.5, 0.5)}, "A drawing has 5 heights from 0 to 1"),
        ({"drawn": (0.5, 0.5, 0.5, 0.5, 1.5)}, "A drawing has 5 heights from 0 to 1"),
        ({"model": "magic"}, "A model is one of tree"),
        ({"direction": "sideways"}, "What is measured is an error or a score"),
        ({"data": "segments"}, "needs a target"),
        ({"seed": -1}, "A seed is a whole number"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(settings, sentence):
    with pytest.raises(SpecError, match=sentence):
        DrawSpec(**settings)
