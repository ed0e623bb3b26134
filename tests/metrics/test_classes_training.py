"""Models of several classes see the training rows of each split and nothing else."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, recall_score
from sklearn.neighbors import KNeighborsClassifier

from core.datasets import load_dataset, split_rows, store_own_dataset
from core.errors import SpecError
from core.metrics.classes.training import (
    MODELS,
    N_SPLITS,
    ClassesTraining,
    find_label,
    thin_class,
    train_classes,
)
from core.progress import listen

RARE = ClassesTraining(data="iris", rare="setosa", rare_rows=10)


def neighbours_by_hand(table, target, split):
    """Scale by NumPy, from the training rows alone."""
    features = table.drop(columns=target).to_numpy()
    learned = features[split.train]
    scaled = (features - learned.mean(axis=0)) / learned.std(axis=0)
    model = KNeighborsClassifier().fit(scaled[split.train], table[target].iloc[split.train])
    return model.predict(scaled[split.validation])


def test_every_split_is_scored_as_by_hand():
    dataset, judged = load_dataset("iris"), train_classes(RARE)
    assert len(judged.splits) == 2 * N_SPLITS
    for row in judged.splits.itertuples():
        used = thin_class(dataset, "setosa", 10, row.split)[0] if row.is_rare else dataset
        split = split_rows(used, seed=row.split)
        said = neighbours_by_hand(used.table, "species", split)
        truth = used.table["species"].iloc[split.validation]
        assert row.accuracy == pytest.approx((said == truth).mean())
        assert row.macro_f1 == pytest.approx(f1_score(truth, said, average="macro"))
        assert row.weighted_f1 == pytest.approx(f1_score(truth, said, average="weighted"))
        assert row.macro_recall == pytest.approx(recall_score(truth, said, average="macro"))
        assert row.n_rare == (truth == "setosa").sum()
        assert row.n_rare_found == ((truth == "setosa") & (said == "setosa")).sum()


def test_a_class_is_thinned_at_random_and_the_others_stay_in_order():
    dataset = load_dataset("iris")
    thinned, kept = thin_class(dataset, "setosa", 7, seed=1)
    assert thinned.n_rows == len(thinned.table) == len(kept) == 107
    pd.testing.assert_frame_equal(thinned.table, dataset.table.iloc[kept].reset_index(drop=True))
    assert (thinned.table["species"] == "setosa").sum() == 7
    assert (np.diff(kept) > 0).all()
    again, other = (thin_class(dataset, "setosa", 7, seed=s)[1].tolist() for s in (1, 2))
    assert again == kept.tolist() != other
    assert thin_class(dataset, "setosa", 500, seed=1)[0].n_rows == 150


def test_rows_are_named_by_their_place_in_the_whole_table():
    rows = train_classes(RARE).rows
    species = load_dataset("iris").table["species"].to_numpy()[rows["row"]]
    assert (species == np.array(["setosa", "versicolor", "virginica"])[rows["truth"]]).all()
    np.testing.assert_allclose(rows.filter(regex="^score_").sum(axis=1), 1)


SEVERAL = [pytest.param(m, marks=[pytest.mark.full] * (m == "forest")) for m in MODELS]


@pytest.mark.parametrize("model", SEVERAL)
def test_the_same_spec_trains_to_the_same_answers(model):
    spec = ClassesTraining(data="iris", model=model, seed=3)
    first, again = train_classes(spec), train_classes.run_fresh(spec)
    pd.testing.assert_frame_equal(first.rows, again.rows, check_exact=True)
    train_classes.forget()
    recalled = train_classes.recall(spec)
    pd.testing.assert_frame_equal(first.rows, recalled.rows, check_exact=True)
    pd.testing.assert_frame_equal(first.splits, recalled.splits, check_exact=True)


def test_training_tells_how_far_it_is():
    told = []
    with listen(lambda fraction, message: told.append((fraction, message))):
        train_classes.run_fresh(RARE)
    assert [round(fraction * N_SPLITS) for fraction, _ in told] == list(range(1, N_SPLITS + 1))
    assert told[-1] == (1.0, "Split 10 of 10")


def test_labels_are_found_by_their_text_and_an_unknown_one_is_the_last():
    digits = load_dataset("digits")
    assert find_label(digits, "3") == 3
    assert find_label(digits, "setosa") == 9
    assert find_label(digits, None) is None


def test_an_own_table_with_words_gaps_and_rare_classes_is_judged():
    rng = np.random.default_rng(0)
    kind = rng.choice(["<b>a</b>", "b", "c"], 240, p=[0.6, 0.3, 0.1])
    table = pd.DataFrame(
        {
            "size": np.where(rng.random(240) < 0.1, np.nan, rng.normal(size=240)),
            "hint": np.where(rng.random(240) < 0.8, kind, "none"),
            "kind": kind,
        }
    )
    own = store_own_dataset(table, title="Own", task="multiclass", target="kind")
    judged = train_classes(ClassesTraining(data=own.name, model="tree", rare="b", rare_rows=12))
    assert judged.n_rows == 240 - (kind == "b").sum() + 12
    assert judged.splits["accuracy"].min() > 0.6


def test_a_class_too_rare_for_three_parts_ends_in_a_sentence():
    table = pd.DataFrame({"x": range(62), "kind": ["a"] * 30 + ["b"] * 30 + ["c"] * 2})
    own = store_own_dataset(table, title="Own", task="multiclass", target="kind")
    with pytest.raises(SpecError, match="Each part must hold each of the 3 classes, and c has"):
        train_classes(ClassesTraining(data=own.name))


def test_a_class_is_made_rare_by_name_and_number_together():
    with pytest.raises(SpecError, match="Give both or none"):
        ClassesTraining(rare="8")
