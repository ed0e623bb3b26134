"""What the lesson on many classes teaches, each sentence on really trained models."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics

from core.datasets import load_dataset, split_rows
from core.errors import SpecError
from core.metrics.classes.lab import LAB, ClassesSpec, judge_classes, name_slow_part
from core.metrics.classes.training import MODELS, train_classes
from core.metrics.classifiers import LARGEST_SEED
from core.results import result_to_json

DEFAULT = ClassesSpec()
AS_IS = ClassesSpec(rare_rows=None)
SILENT = ClassesSpec(model="tree", rare_rows=10)
BIGGEST = ClassesSpec(data="wine", model="majority", rare_rows=None)
SPECS = [ClassesSpec(**settings) for settings in LAB.presets.values()]
PRESETS = pytest.mark.parametrize("spec", SPECS, ids=list(LAB.presets))
QUICK_MODELS = [model for model in MODELS if model != "forest"]


def cells_of(result):
    """The confusion matrix as a square, from the tidy table alone."""
    k = result.n_classes
    return result.matrix["n"].to_numpy().reshape(k, k)


# --- the sentences of the page -----------------------------------------------------------------


def test_97_percent_accuracy_hides_that_three_of_four_eights_are_lost():
    result = judge_classes(DEFAULT)
    assert round(result.accuracy, 2) == 0.97
    assert (result.worst_label, result.n_worst_found, result.n_worst) == ("8", 1, 4)
    # Counted without any metric.
    judged = train_classes(DEFAULT.training).rows
    digit = load_dataset("digits").table["digit"].to_numpy()[judged["row"]]
    assert (digit == judged["truth"]).all()
    assert ((digit == 8).sum(), ((digit == 8) & (judged["predicted"] == 8)).sum()) == (4, 1)


def test_when_one_class_gets_rare_accuracy_hardly_notices_and_the_macro_average_does():
    result = judge_classes(DEFAULT)
    changes = result.changes.pivot(index="split", columns="score", values="change")
    assert len(changes) == result.n_splits == 10
    # In standard errors over the splits: no fall of accuracy, a clear one of the macro averages.
    errors = changes.mean() / (changes.std(ddof=1) / np.sqrt(10))
    assert errors["accuracy"] > 0
    assert errors["weighted_f1"] > 0
    assert errors["macro_f1"] < -2.5
    assert errors["macro_recall"] < -2.5
    assert (changes["macro_f1"] < changes["accuracy"]).sum() >= 9
    assert result.macro_f1_change == pytest.approx(changes["macro_f1"].mean())
    assert result.n_rare_found < result.n_rare_judged / 2


@PRESETS
def test_micro_precision_recall_and_f1_are_all_accuracy(spec):
    result = judge_classes(spec)
    right = np.trace(cells_of(result)) / result.n_judged
    shown = (result.micro_precision, result.micro_recall, result.micro_f1, result.accuracy)
    assert shown == pytest.approx([right] * 4)


def test_micro_f1_is_not_accuracy_where_one_class_is_left_out_of_the_average():
    rows = train_classes(AS_IS.training).rows
    f1 = metrics.f1_score(rows["truth"], rows["predicted"], labels=range(9), average="micro")
    assert f1 != pytest.approx(judge_classes(AS_IS).accuracy)


@PRESETS
def test_weighted_recall_is_accuracy_and_macro_recall_is_balanced_accuracy(spec):
    result = judge_classes(spec)
    assert result.weighted_recall == pytest.approx(result.accuracy)
    assert result.macro_recall == pytest.approx(result.balanced_accuracy)


@PRESETS
def test_every_score_follows_from_the_matrix_by_hand(spec):
    """Counts, margins and fractions: no metric of scikit-learn on this side."""
    result = judge_classes(spec)
    cells = cells_of(result).astype(float)
    n, right, true, said = cells.sum(), np.diag(cells), cells.sum(axis=1), cells.sum(axis=0)
    precision = np.array([r / s if s else np.nan for r, s in zip(right, said, strict=True)])
    recall, f1 = right / true, 2 * right / (true + said)
    chance = (true * said).sum() / n**2
    spread = np.sqrt((n**2 - (said**2).sum()) * (n**2 - (true**2).sum()))
    by_hand = {
        "accuracy": right.sum() / n,
        "macro_precision": precision.mean(),
        "macro_recall": recall.mean(),
        "macro_f1": f1.mean(),
        "weighted_precision": (true * precision).sum() / n,
        "weighted_f1": (true * f1).sum() / n,
        "kappa": (right.sum() / n - chance) / (1 - chance),
        "mcc": (n * right.sum() - (true * said).sum()) / spread if spread else np.nan,
        "majority_macro_recall": 1 / len(cells),
        "n_never_predicted": (said == 0).sum(),
        "macro_precision_zero": np.nan_to_num(precision).mean(),
        "macro_precision_one": np.nan_to_num(precision, nan=1.0).mean(),
        "macro_precision_left_out": np.nanmean(precision),
    }
    shown = {name: getattr(result, name) for name in by_hand}
    assert shown == pytest.approx(by_hand, nan_ok=True)
    for name, values in {"precision": precision, "recall": recall, "f1": f1}.items():
        np.testing.assert_allclose(result.report[name], values)


def test_macro_f1_is_the_mean_of_the_f1s_and_not_the_f1_of_the_mean_precision_and_recall():
    result = judge_classes(DEFAULT)
    assert result.macro_f1 == pytest.approx(result.report["f1"].mean())
    precision, recall = result.report["precision"].mean(), result.report["recall"].mean()
    assert result.f1_of_macro_means == pytest.approx(2 / (1 / precision + 1 / recall))
    assert result.f1_of_macro_means - result.macro_f1 > 0.02


def test_a_class_that_is_never_predicted_has_no_precision_and_the_choice_of_zero_division_moves_the_mean():
    result = judge_classes(SILENT)
    report = result.report.set_index("label")
    assert report.loc["8", "n_predicted"] == 0
    assert np.isnan(report.loc["8", "precision"])
    assert report.loc["8", "f1"] == 0  # nothing found while something was missed: defined
    assert np.isnan(
        [result.macro_precision, result.weighted_precision, result.f1_of_macro_means]
    ).all()
    reasons = result.undefined.set_index(["score", "label"])["reason"].to_dict()
    assert "the model never says 8" in reasons["precision", "8"]
    assert "the precision of 8 has no value" in reasons["macro_precision", ""]
    # One of ten classes: from 0 to 1 in one place is a tenth in the mean.
    assert result.macro_precision_one - result.macro_precision_zero == pytest.approx(1 / 10)
    assert (
        result.macro_precision_zero < result.macro_precision_left_out < result.macro_precision_one
    )


@PRESETS
def test_every_gap_has_its_reason_and_nothing_else_has(spec):
    result = judge_classes(spec)
    silent = result.report.loc[result.report["precision"].isna(), "label"]
    gaps = {("precision", label) for label in silent}
    gaps |= {
        (score, "")
        for score in ("macro_precision", "weighted_precision", "mcc")
        if np.isnan(getattr(result, score))
    }
    assert {(row.score, row.label) for row in result.undefined.itertuples()} == gaps
    assert result.undefined["reason"].str.contains("is undefined: ").all()


def test_a_model_that_only_says_the_biggest_class_has_macro_recall_1_over_k():
    result = judge_classes(BIGGEST)
    share = load_dataset("wine").table["cultivar"].value_counts(normalize=True)
    assert result.majority_label == share.idxmax()
    assert result.macro_recall == pytest.approx(1 / 3)
    assert result.accuracy == result.majority_accuracy == pytest.approx(share.max(), abs=0.02)
    assert result.kappa == 0
    assert np.isnan(result.mcc)
    assert result.macro_f1 == result.majority_macro_f1
    assert result.macro_roc_auc == 0.5


@pytest.mark.parametrize("spec", [DEFAULT, SILENT, AS_IS], ids=["default", "silent", "as is"])
def test_the_majority_baseline_stands_beside_every_model(spec):
    result = judge_classes(spec)
    true = cells_of(result).sum(axis=1)
    labels = result.report["label"].tolist()
    n_majority = true[labels.index(result.majority_label)]
    assert result.majority_accuracy == pytest.approx(n_majority / result.n_judged)
    by_hand = 2 * n_majority / (n_majority + result.n_judged) / result.n_classes
    assert result.majority_macro_f1 == pytest.approx(by_hand)
    assert result.accuracy > 3 * result.majority_accuracy


def test_a_high_roc_auc_does_not_mean_that_the_class_is_found():
    report = judge_classes(DEFAULT).report.set_index("label").loc["8"]
    assert report["roc_auc"] > 0.85
    assert report["recall"] == 0.25


@PRESETS
def test_the_area_of_a_class_is_the_share_of_pairs_in_the_right_order(spec):
    result, rows = judge_classes(spec), train_classes(spec.training).rows
    for place, area in enumerate(result.report["roc_auc"]):
        score, is_class = rows[f"score_{place}"].to_numpy(), (rows["truth"] == place).to_numpy()
        pairs = score[is_class][:, None] - score[~is_class][None, :]
        assert area == pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean())
    scores = rows.filter(regex="^score_")
    area = metrics.roc_auc_score(rows["truth"], scores, multi_class="ovr", average="macro")
    assert result.macro_roc_auc == pytest.approx(area)


# --- the numbers behind them -------------------------------------------------------------------


@PRESETS
def test_the_most_common_confusion_is_the_largest_count_off_the_diagonal(spec):
    result = judge_classes(spec)
    cells = cells_of(result)
    wrong = cells - np.diag(np.diag(cells))
    assert result.n_confused == wrong.max()
    assert result.n_confusions_tied == (wrong == wrong.max()).sum() * (wrong.max() > 0)
    if result.confused_truth is not None:
        labels = result.report["label"].tolist()
        at = labels.index(result.confused_truth)
        assert cells[at, labels.index(result.confused_as)] == result.n_confused
        assert cells[at].sum() == result.n_confused_of


@PRESETS
def test_shares_of_a_row_and_of_a_column_add_up_to_1(spec):
    matrix = judge_classes(spec).matrix
    np.testing.assert_allclose(matrix.groupby("truth")["truth_share"].sum(), 1)
    columns = matrix.groupby("predicted")["predicted_share"].sum(min_count=1).dropna()
    np.testing.assert_allclose(columns, 1)


def test_bounds_are_wilsons_and_wide_where_a_class_has_few_rows():
    result = judge_classes(DEFAULT)
    for row in result.report.itertuples():
        bounds = binomtest(row.n_right, row.n_true).proportion_ci(0.95, method="wilson")
        assert (row.recall_low, row.recall_high) == pytest.approx((bounds.low, bounds.high))
    width = (result.report["recall_high"] - result.report["recall_low"]).tolist()
    assert width[8] == max(width) > 0.6
    bounds = binomtest(round(result.accuracy * 329), 329).proportion_ci(0.95, method="wilson")
    assert (result.accuracy_low, result.accuracy_high) == pytest.approx((bounds.low, bounds.high))


def test_mistakes_are_exactly_the_wrong_answers_the_surest_first_with_their_images():
    result = judge_classes(DEFAULT)
    mistakes = result.mistakes
    assert len(mistakes) == result.n_judged - np.trace(cells_of(result))
    assert (mistakes["truth"] != mistakes["predicted"]).all()
    assert (np.diff(mistakes["sureness"]) <= 0).all()
    assert (mistakes["sureness"] >= mistakes["truth_score"]).all()
    table = load_dataset("digits").table
    assert table["digit"].iloc[mistakes["row"]].astype(str).tolist() == mistakes["truth"].tolist()
    image = result.pixels[result.pixels["mistake"] == 1].pivot(index="y", columns="x", values="ink")
    pixels = table.drop(columns="digit").iloc[mistakes["row"][1]].to_numpy().reshape(8, 8)
    np.testing.assert_allclose(image, pixels / 16)
    assert judge_classes(BIGGEST).pixels.empty


def test_the_rare_class_keeps_the_rows_that_were_asked_for_and_others_keep_all():
    result = judge_classes(DEFAULT)
    assert (result.rare_label, result.n_rare_before, result.n_rare_rows) == ("8", 174, 20)
    assert result.n_train + result.n_judged + result.n_test == 1797 - 154
    assert judge_classes(AS_IS).rare_label is None
    assert judge_classes(AS_IS).changes.empty
    plenty = judge_classes(ClassesSpec(data="iris", rare_rows=99))
    assert (plenty.rare_label, plenty.n_rare_before, plenty.n_rare_rows) == ("virginica", 50, 50)
    assert (plenty.changes["change"] == 0).all()


def test_a_class_that_another_table_has_is_no_obstacle_and_the_last_one_is_made_rare():
    assert ClassesSpec(data="wine").training.rare == "class_2"
    assert ClassesSpec(data="wine", rare="class_0").training.rare == "class_0"
    assert ClassesSpec(rare="3", rare_rows=None).training == ClassesSpec(rare_rows=None).training


@pytest.mark.parametrize("model", QUICK_MODELS)
def test_every_model_beats_or_equals_the_baseline_on_iris(model):
    result = judge_classes(ClassesSpec(data="iris", model=model, rare_rows=None))
    assert result.accuracy >= result.majority_accuracy
    assert (result.accuracy > 0.85) == (model != "majority")


def test_how_cells_are_shaded_changes_no_number():
    one, other = judge_classes(DEFAULT), judge_classes(replace(DEFAULT, shade="count"))
    assert result_to_json(one).split('"scalars"')[1] == result_to_json(other).split('"scalars"')[1]


def test_a_result_that_somebody_writes_into_leaves_the_next_one_as_it_was():
    matrix = judge_classes(AS_IS).matrix
    matrix.loc[0, "n"] = -1
    assert judge_classes(AS_IS).matrix.loc[0, "n"] >= 0


def test_forests_are_trained_in_a_process_of_their_own_and_nothing_else_here_is():
    slow = name_slow_part(ClassesSpec(model="forest"))
    assert slow.run is train_classes
    assert slow.spec == ClassesSpec(model="forest").training
    assert load_dataset("digits").title in slow.what
    assert all(name_slow_part(ClassesSpec(model=model)) is None for model in QUICK_MODELS)


def test_validation_rows_are_those_of_the_course_wide_split():
    rows = train_classes(AS_IS.training).rows["row"]
    assert rows.tolist() == split_rows(load_dataset("digits"), seed=0).validation.tolist()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"data": "churn"}, "three or more classes apart, and .* is a binary table. Choose digits"),
        ({"model": "svm"}, "The model is one of .*, got 'svm'"),
        ({"seed": -1}, "whole number from 0 to .*, got -1"),
        ({"seed": LARGEST_SEED}, f"got {LARGEST_SEED}"),
        ({"rare_rows": 4}, "at least 5 of its rows stay, got 4. Keep more"),
        ({"shade": "pink"}, "shaded by one of truth, answer, count, got 'pink'"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_sentence(settings, sentence):
    with pytest.raises(SpecError, match=sentence):
        ClassesSpec(**settings)
