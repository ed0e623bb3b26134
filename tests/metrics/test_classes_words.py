"""What the page says of many classes, against the numbers behind it; and what is drawn."""

import numpy as np
import pandas as pd
import pytest

from core.datasets import store_own_dataset
from core.metrics.classes import figures, words
from core.metrics.classes.lab import LAB, ClassesSpec, judge_classes

SPECS = [ClassesSpec(**settings) for settings in LAB.presets.values()]
PRESETS = pytest.mark.parametrize("spec", SPECS, ids=list(LAB.presets))
DEFAULT, SILENT = ClassesSpec(), ClassesSpec(model="tree", rare_rows=10)


@pytest.fixture(scope="module")
def hostile():
    rng = np.random.default_rng(0)
    kind = rng.choice(["<b>a very long name</b>", "![b](http://x)", "c|d"], 90)
    table = pd.DataFrame({"x": rng.normal(size=90) + (kind == "c|d"), "kind": kind})
    own = store_own_dataset(table, title="Own", task="multiclass", target="kind")
    return judge_classes(ClassesSpec(data=own.name, rare="c|d", rare_rows=10))


def test_the_sentences_of_the_default_view_hold_its_numbers():
    result = judge_classes(DEFAULT)
    assert "**97.0 %** of the answers are right" in words.tell_scores(result).replace("\u202f", " ")
    assert "1 of 10 classes" in words.tell_scores(result)
    assert "**8: 1 of 4**" in words.tell_worst(result)
    assert "5–70" in words.tell_worst(result)
    assert "**8 is taken for 1 in 2 of 4 cases**" in words.tell_confusion(result)
    assert "Of 174 digits of class 8 only 20 were left" in words.tell_change(result)
    assert "found 12 of 40 digits" in words.tell_change(result)
    assert words.tell_gaps(result) == ""
    assert "a 8 read as 1" in words.tell_mistakes(result)


def test_a_perfect_matrix_is_no_proof_of_perfection():
    result = judge_classes(ClassesSpec(data="iris", model="logistic", rare_rows=None))
    assert result.accuracy == 1
    assert "wrong up to 11" in words.tell_confusion(result)
    assert "30 of 30" in words.tell_worst(result)
    assert words.tell_change(result) == ""


def test_three_figures_for_one_model_are_named_with_the_class_that_is_the_reason():
    result, said = judge_classes(SILENT), words.tell_gaps(judge_classes(SILENT))
    assert "the model never says 8" in said
    for figure in (
        result.macro_precision_zero, result.macro_precision_one, result.macro_precision_left_out,
    ):  # fmt: skip
        assert f"**{100 * figure:.1f}" in said
    assert "has no value" in words.tell_two_f1s(result)
    biggest = judge_classes(ClassesSpec(data="wine", model="majority", rare_rows=None))
    assert "So it is for 1 more." in words.tell_gaps(biggest)
    assert words.say_mcc(biggest) == "undefined"


@PRESETS
def test_the_numbers_inside_a_formula_give_its_value(spec):
    result = judge_classes(spec)
    micro, macro = words.micro_formula(result), words.macro_formula(result)
    assert int(micro.top_number) / int(micro.bottom_number) == pytest.approx(result.accuracy)
    assert float(macro.top_number) / int(macro.bottom_number) == pytest.approx(
        result.macro_f1, abs=1e-3
    )
    kappa = words.kappa_formula(result)
    accuracy, chance = (float(part) for part in kappa.top_number.split(" − "))
    assert (accuracy - chance) / (1 - chance) == pytest.approx(result.kappa, abs=2e-3)
    assert kappa.bottom_number == f"1 − {chance:.3f}"


@PRESETS
def test_tables_have_a_line_for_each_class_and_average(spec):
    result = judge_classes(spec)
    assert len(words.tabulate_report(result)) == result.n_classes
    averages = words.tabulate_averages(result)
    assert averages["Average"].tolist() == ["micro", "weighted", "macro"]
    assert ("undefined" in averages["Precision"].tolist()) == (result.n_never_predicted > 0)


@pytest.mark.parametrize(
    ("change", "said"), [(-0.046, "−4.6"), (0.0091, "+0.9"), (0.0004, "0.0"), (-0.0001, "0.0")]
)
def test_changes_are_said_in_points_with_their_sign(change, said):
    assert words.points(change) == f"{said}\u202fpoints"


@PRESETS
def test_every_picture_is_drawn_and_its_title_states_the_finding(spec):
    result = judge_classes(spec)
    matrix = figures.plot_matrix(result)
    drawn = next(trace for trace in matrix.data if trace.type == "scatter")
    cells = result.matrix["n"].to_numpy().reshape(result.n_classes, -1)
    assert sum(int(text) for text in drawn.text) == cells.sum()
    for x, y, text in zip(drawn.x, drawn.y, drawn.text, strict=True):
        assert cells[y, x] == int(text)
    assert str(result.n_confused or result.n_judged) in matrix.layout.title.text
    recalls = figures.plot_recalls(result)
    assert sum(len(trace.x) for trace in recalls.data[:2]) == result.n_classes
    roc = figures.plot_roc(result)
    assert f"{result.macro_roc_auc:.3f}" in roc.layout.title.text
    assert len(roc.data) == result.n_classes + 2


@pytest.mark.parametrize(
    ("shade", "column"),
    [("truth", "truth_share"), ("answer", "predicted_share"), ("count", "n")],
)
def test_a_cell_is_shaded_by_its_row_its_column_or_its_count(shade, column):
    result = judge_classes(ClassesSpec(shade=shade))
    right, wrong = figures.plot_matrix(result).data[:2]
    values = result.matrix[column].to_numpy(dtype=float).reshape(10, 10)
    filled = np.where(np.isnan(right.z), wrong.z, right.z)
    seen = ~np.isnan(filled)
    assert (seen == (result.matrix["n"].to_numpy().reshape(10, 10) > 0)).all()
    np.testing.assert_allclose(filled[seen], values[seen])
    assert np.isnan(np.diag(wrong.z)).all()


def test_dots_and_mean_bars_are_the_changes_of_the_splits():
    result = judge_classes(DEFAULT)
    figure = figures.plot_changes(result)
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    bars = [trace for trace in figure.data if trace.mode == "lines"]
    assert [len(trace.x) for trace in dots] == [10] * 4
    means = [100 * result.accuracy_change, 100 * result.weighted_f1_change]
    means += [100 * result.macro_f1_change, 100 * result.macro_recall_change]
    assert [bar.x[0] for bar in bars] == pytest.approx(means)


def test_the_images_of_the_mistakes_are_drawn_side_by_side():
    result = judge_classes(DEFAULT)
    canvas = np.array(figures.plot_mistakes(result).data[0].z, dtype=float)
    assert canvas.shape == (8, 6 * 9 - 1)
    second = result.pixels[result.pixels["mistake"] == 1].pivot(
        index="y", columns="x", values="ink"
    )
    np.testing.assert_allclose(canvas[:, 9:17], second)


def test_names_that_a_person_typed_are_shown_letter_by_letter(hostile):
    drawn = [
        figures.plot_matrix(hostile), figures.plot_recalls(hostile), figures.plot_changes(hostile),
        figures.plot_roc(hostile),
    ]  # fmt: skip
    for figure in drawn:
        assert "<b>" not in figure.to_json().replace("\\u003c", "<")
    said = [
        words.tell_scores(hostile), words.tell_worst(hostile), words.tell_confusion(hostile),
        words.tell_change(hostile), words.tell_areas(hostile),
    ]  # fmt: skip
    for sentence in said:
        assert "](http" not in sentence
        assert "<b>" not in sentence
    assert words.unmarked("**c\\|d**") == "c|d"


def test_classes_to_choose_from_are_those_of_the_table_whatever_the_link_names():
    assert list(words.name_classes(ClassesSpec())) == [str(digit) for digit in range(10)]
    assert words.name_classes(ClassesSpec(data="wine")) == {
        "class_0": "class_0", "class_1": "class_1", "8": "class_2",
    }  # fmt: skip


def test_a_view_that_was_seen_before_is_not_drawn_again_and_another_one_is():
    result, again = judge_classes(DEFAULT), judge_classes(DEFAULT)
    other = judge_classes(ClassesSpec(shade="count"))
    assert figures.plot_matrix(again) is figures.plot_matrix(result)
    assert figures.plot_matrix(other) is not figures.plot_matrix(result)
    for plot in (
        figures.plot_recalls,
        figures.plot_changes,
        figures.plot_mistakes,
        figures.plot_roc,
    ):
        assert plot(other) is plot(result)  # shading changes the matrix alone
        assert plot(judge_classes(SILENT)) is not plot(result)
