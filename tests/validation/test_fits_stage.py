"""The picture and the words of the fit counter show the lab's numbers and nothing else."""

import re
from math import prod

import numpy as np
import pytest

from core.validation.fits.asking import describe_call, offer_answers
from core.validation.fits.choices import BEHIND_MORE, IN_SIGHT, WHATS, entry_of
from core.validation.fits.figures import plot_growth, plot_ledger
from core.validation.fits.lab import LAB, FitCountSpec, count_fits
from core.validation.fits.plan import WHATS as KINDS
from core.validation.fits.rule import count_by_rule, plan_of
from core.validation.fits.stage import MOST_PLACES, place_shown, places_of, stage_fits, stage_json
from core.validation.fits.words import (
    CALLS,
    count_formula,
    tabulate_preparations,
    tabulate_tools,
    tell_answers,
    tell_growth,
    tell_run,
    tell_time,
    tell_what_is_not_run,
)
from core.wording import THIN, count

EACH_VIEW = pytest.mark.parametrize("preset", LAB.presets)


def view(preset):
    return count_fits(FitCountSpec(**LAB.presets[preset]))


def sentence_of(stage, step):
    return "".join(text for text, _ in stage.sentences[step])


@EACH_VIEW
def test_the_handle_passes_through_every_model_in_its_order(preset):
    result = view(preset)
    stage = stage_fits(result)
    assert [int(value) for value in stage.handle.values] == list(range(result.n_fits + 1))
    heights = [0, *result.models["candidate"]]
    assert list(stage.scene.point_y) == heights
    drawn = {(x, y) for dots in stage.scene.dots for x, y in zip(dots.x, dots.y, strict=True)}
    assert drawn == {(float(i), float(h)) for i, h in enumerate(heights) if i}
    assert stage.scene.y.high > max(heights)
    assert stage.scene.x.high > result.n_fits


@EACH_VIEW
def test_every_step_says_the_row_of_the_ledger(preset):
    result = view(preset)
    stage = stage_fits(result)
    numbers = {number.label: number.texts for number in stage.numbers}
    for row in result.models.itertuples():
        step = row.number
        assert numbers["Models fitted"][step] == count(step)
        assert numbers["This one learns from"][step] == count(row.n_rows)
        held = numbers["and is judged by"][step]
        assert held == ("nobody" if row.n_held_out == 0 else count(row.n_held_out))
        said = sentence_of(stage, step)
        assert said.startswith(f"Model {count(step)} of {count(result.n_fits)}: ")
        assert f"{row.candidate}" in said
        if row.is_refit:
            assert "once more" in said
        else:
            assert f"fold {row.fold} of {result.n_folds}" in said
    if result.spec.prep != "none":
        assert numbers["Calls of fit"][-1] == count(result.n_calls)


def test_strokes_stand_below_the_models_that_are_fitted_and_no_others():
    sticks = stage_fits(count_fits(FitCountSpec())).scene.sticks
    for step, ends in enumerate(sticks.ends):
        assert sum(end > 0 for end in ends) == step


def test_a_ledger_of_a_thousand_fits_is_passed_through_in_strides_and_stays_small():
    result = count_fits(FitCountSpec(first=10, second=10, k=10))
    assert result.n_fits == 1001
    places = places_of(result)
    assert (places[0], places[-1], len(places)) == (0, 1001, MOST_PLACES + 1)
    assert max(np.diff(places)) <= 6
    assert len(stage_json(result)) < 150_000
    assert stage_fits(result).scene.sticks is None
    figure = plot_ledger(result)
    assert len(figure.data) == 1
    assert np.isfinite(np.array(figure.data[0].z, dtype=float)).sum() == 1001


def test_the_handle_stands_where_the_link_says():
    assert place_shown(count_fits(FitCountSpec())) == 10
    assert place_shown(count_fits(FitCountSpec(fit=7))) == 7
    large = count_fits(FitCountSpec(first=10, second=10, k=10, fit=500))
    assert places_of(large)[place_shown(large)] == pytest.approx(500, abs=3)


@EACH_VIEW
def test_the_cells_hold_the_order_of_every_model_once(preset):
    result = view(preset)
    cells = np.array(plot_ledger(result).data[0].z, dtype=float)
    numbers = np.sort(cells[np.isfinite(cells)])
    assert numbers.tolist() == list(range(1, result.n_fits + 1))


@EACH_VIEW
def test_titles_are_short_enough_for_a_phone(preset):
    result = view(preset)
    titles = [figure.layout.title.text for figure in (plot_ledger(result), plot_growth(result))]
    titles += [chart.title for chart in stage_fits(result).charts]
    assert max(len(title) for title in titles) < 44


@EACH_VIEW
def test_the_sum_in_numbers_is_the_number_of_models(preset):
    result = view(preset)
    formula = count_formula(result)
    assert re.fullmatch(r"[\d ×+()]+", formula.top_number)
    assert eval(formula.top_number.replace("×", "*")) == result.n_fits
    assert int(formula.value.replace(THIN, "")) == result.n_fits


def test_the_table_of_tools_counts_the_same_lists_in_each():
    result = count_fits(FitCountSpec(k=4))
    table = tabulate_tools(result)
    names = [name.partition(": ")[0] for name in table["Tool: its rule"]]
    assert names == list(CALLS.values())
    for what, row in zip(CALLS, table.itertuples(index=False), strict=True):
        other = FitCountSpec(what=what, k=4)
        here, _, models = row[1].partition(" = ")
        assert int(models.replace(THIN, "")) == count_fits(other).n_fits
        assert eval(here.replace("×", "*").replace("\u00a0", " ")) == count_fits(other).n_fits


def test_the_table_of_preparations_is_what_the_runs_count():
    for what in ("grid", "nested", "halving"):
        table = tabulate_preparations(count_fits(FitCountSpec(what=what, prep="once")))
        preps = ["inside", "cached", "once"] if what != "halving" else ["inside", "once"]
        runs = [count_fits(FitCountSpec(what=what, prep=prep)).n_prep_fits for prep in preps]
        assert [int(text) for text in table["Fits of each step"]] == runs
        assert table["Where the steps stand"].iloc[-1].endswith("(shown)")


@EACH_VIEW
def test_the_four_answers_differ_and_one_is_right(preset):
    result = view(preset)
    answers = offer_answers(result)
    numbers = [answer.number for answer in answers]
    assert len(answers) == 4
    assert numbers == sorted(set(numbers))
    right = [answer for answer in answers if answer.key == "key"]
    assert [answer.number for answer in right] == [result.n_fits]
    assert all(answer.belief for answer in answers if answer.key != "key")


def test_the_answers_of_the_default_are_the_mistakes_that_exams_offer():
    answers = {a.key: a.number for a in offer_answers(count_fits(FitCountSpec()))}
    assert answers == {
        "key": 19,
        "folds": prod((2, 3)) + 1,
        "lists": (2 + 3) * 3 + 1,
        "last": 18,
    }


@EACH_VIEW
def test_the_question_names_the_numbers_and_never_the_answer(preset):
    spec = FitCountSpec(**LAB.presets[preset])
    asked = describe_call(spec)
    n_fits = count_by_rule(plan_of(spec)).n_fits
    words = [int(number) for number in re.findall(r"\d+", asked)]
    assert n_fits not in words or spec.what in ("cross_validate", "study")
    if spec.what in ("grid", "random", "halving"):
        assert f"refit={spec.refit}" in asked


@EACH_VIEW
def test_every_sentence_holds_the_numbers_of_the_view(preset):
    result = view(preset)
    assert f"{count(result.n_fits)} models were counted" in tell_run(result)
    assert count(result.n_rule) in tell_growth(result)
    assert count(result.n_without_last) in tell_answers(result)
    assert count(result.n_with_last) in tell_answers(result)
    assert "to pay at 2.00 an hour" in tell_time(result)


def test_what_is_not_run_here_is_said():
    for what in KINDS:
        said = tell_what_is_not_run(FitCountSpec(what=what))
        assert bool(said) == (what in ("study", "spark_cv", "spark_split"))
        assert ("Spark is not run here" in said) == what.startswith("spark")


def test_at_most_five_controls_are_in_sight_and_every_kind_has_its_own():
    assert set(IN_SIGHT) == set(WHATS) == set(KINDS)
    for what, names in IN_SIGHT.items():
        assert 1 + len(names) <= 5
        for name in {*names, *BEHIND_MORE} - {"refit", "is_listed"}:
            label, low, high = entry_of(what, name)
            assert label
            for value in (low, high):
                FitCountSpec(**{name: value})


def test_days_are_told_where_hours_would_be_many():
    result = count_fits(FitCountSpec(minutes=600, n_jobs=3))
    assert "days of work, done in" in tell_time(result)
    assert stage_fits(result).charts[-1].y_label == "days so far"
