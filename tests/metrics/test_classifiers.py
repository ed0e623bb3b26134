"""Scores come from models that saw the training rows and nothing else."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from core.datasets import load_dataset, split_rows, store_own_dataset
from core.errors import SpecError
from core.metrics.classifiers import MODELS, ClassifierSpec, is_quick, score_classifier
from core.progress import listen


@pytest.mark.parametrize("data", ["fraud", "churn", "breast_cancer"])
def test_every_row_outside_training_has_one_score_and_its_true_class(data):
    scored = score_classifier(ClassifierSpec(data=data))
    dataset = load_dataset(data)
    split = split_rows(dataset, seed=0)
    for part, rows in (("validation", split.validation), ("test", split.test)):
        frame = scored.scores[scored.scores["part"] == part]
        assert frame["row"].tolist() == rows.tolist()
        assert frame["positive"].tolist() == dataset.positive_rows()[rows].tolist()
    assert scored.scores["score"].between(0, 1).all()
    assert (scored.n_train, scored.n_validation, scored.n_test) == tuple(
        len(rows) for rows in split.parts.values()
    )
    assert scored.n_positive_train == dataset.positive_rows()[split.train].sum()
    assert (
        scored.n_positive_validation == scored.scores.query("part == 'validation'").positive.sum()
    )
    assert scored.n_positive_test == scored.scores.query("part == 'test'").positive.sum()


def test_logistic_regression_by_hand_gives_the_same_scores():
    """Means, spreads and medians by NumPy, from the training rows alone."""
    scored = score_classifier(ClassifierSpec(data="breast_cancer"))
    dataset = load_dataset("breast_cancer")
    split = split_rows(dataset, seed=0)
    table = dataset.table[list(dataset.features)].to_numpy()
    mean, spread = table[split.train].mean(axis=0), table[split.train].std(axis=0)
    scaled = (table - mean) / spread
    model = LogisticRegression(max_iter=1000).fit(
        scaled[split.train], dataset.positive_rows()[split.train]
    )
    by_hand = model.predict_proba(scaled[scored.scores["row"]])[:, 1]
    np.testing.assert_allclose(scored.scores["score"], by_hand, atol=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_the_same_spec_trains_to_the_same_scores(model):
    spec = ClassifierSpec(data="churn", model=model, seed=3)
    first = score_classifier(spec)
    again = score_classifier.run_fresh(spec)
    pd.testing.assert_frame_equal(first.scores, again.scores, check_exact=True)
    score_classifier.forget()
    recalled = score_classifier.recall(spec)
    pd.testing.assert_frame_equal(first.scores, recalled.scores, check_exact=True)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("data", ["churn", "breast_cancer"])
def test_every_model_ranks_positives_above_negatives_far_more_often_than_not(data, model):
    scores = score_classifier(ClassifierSpec(data=data, model=model)).scores
    assert roc_auc_score(scores["positive"], scores["score"]) > 0.75


def test_another_seed_gives_another_split():
    rows = [score_classifier(ClassifierSpec(data="churn", seed=seed)).scores for seed in (0, 1)]
    assert rows[0]["row"].tolist() != rows[1]["row"].tolist()


def test_training_tells_how_far_it_is():
    heard = []
    with listen(lambda fraction, message: heard.append((fraction, message))):
        score_classifier.run_fresh(ClassifierSpec(data="breast_cancer"))
    fractions = [fraction for fraction, _ in heard]
    assert fractions == sorted(fractions)
    assert (fractions[0] < 0.2, fractions[-1]) == (True, 1)
    assert "341 tumours" in heard[0][1]


def test_a_table_of_words_and_gaps_that_a_person_brought_is_trained_on():
    rng = np.random.default_rng(0)
    answer = rng.choice(["yes", "no"], 300, p=[0.3, 0.7])
    colour = np.where(rng.random(300) < 0.8, np.where(answer == "yes", "red", "blue"), "green")
    table = pd.DataFrame({'it\'s a "colour"': colour, "bought?": answer})
    table.loc[::10, 'it\'s a "colour"'] = None
    own = store_own_dataset(table, title="Own", task="binary", target="bought?", positive="yes")
    scored = score_classifier(ClassifierSpec(data=own.name))
    assert roc_auc_score(scored.scores["positive"], scored.scores["score"]) > 0.75


def test_only_small_tables_with_the_plain_model_are_quick():
    assert is_quick(ClassifierSpec(data="fraud"))
    assert not is_quick(ClassifierSpec(data="fraud", model="forest"))
    assert not is_quick(ClassifierSpec(data="fraud", model="boosting"))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"data": "iris"}, "parts two classes, and .* is a multiclass table. Choose"),
        ({"data": "diabetes"}, "is a regression table"),
        ({"data": "nothing"}, "no table called 'nothing'"),
        ({"model": "neural"}, "one of logistic, forest, boosting, got 'neural'"),
        ({"seed": -1}, "from 0 to 4294967295, got -1"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_a_sentence(settings, sentence):
    with pytest.raises(SpecError, match=sentence):
        ClassifierSpec(**settings)
