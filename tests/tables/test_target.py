"""Which column can be predicted, and in what a column that cannot be ends."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SpecError
from core.tables import judge_target, read_table, suggest_target

RELAXED = settings(deadline=None)  # the machine may be busy

N = 60


def frame(target: list[object] | pd.Series, **features: object) -> pd.DataFrame:
    return pd.DataFrame({"x": np.arange(len(target)) % 7, **features, "t": target})


def suggestion(header: str, row) -> str:
    lines = [header, *(row(i) for i in range(N))]
    return suggest_target(read_table("\n".join(lines).encode(), "t.csv"))


def test_a_name_that_says_target_wins_over_place_and_over_few_values():
    assert suggestion("churn,age,group", lambda i: f"{'yn'[i % 2]},{i},{i % 3}") == "churn"
    assert suggestion("age,y,group", lambda i: f"{i % 40},{i / 7},{i % 3}") == "y"


def test_without_such_a_name_the_last_column_of_few_values_is_suggested():
    assert suggestion("size,kind,height", lambda i: f"{i / 3},{'ab'[i % 2]},{i / 7}") == "kind"


def test_ids_dates_free_text_and_constants_are_never_suggested():
    header = "value,id,day,note,same"
    assert (
        suggestion(header, lambda i: f"{i / 3},k{i},2024-01-{i % 28 + 1:02d},some words {i},1")
        == "value"
    )


def test_a_column_that_cannot_be_a_target_gives_way_to_one_that_can():
    # The last column has a class of one row, so no split can share it out.
    assert suggestion("a,b", lambda i: f"{'pq'[i % 2]},{'rs'[i == 0]}") == "a"


def test_a_table_without_any_possible_target_is_refused():
    with pytest.raises(SpecError, match=r"No column can be a target.*Add a column"):
        suggestion("id,same", lambda i: f"k{i},1")


@RELAXED
@given(n_yes=st.integers(5, 60), n_no=st.integers(15, 60), n_missing=st.integers(0, 9))
def test_classes_are_counted_as_a_hand_would(n_yes, n_no, n_missing):
    judged = judge_target(frame(["yes"] * n_yes + ["no"] * n_no + [None] * n_missing), "t")
    counts = dict(zip(judged.classes["label"], judged.classes["n_rows"], strict=True))
    assert (judged.task, judged.positive) == ("binary", "yes")
    assert counts == {"yes": n_yes, "no": n_no}
    assert judged.n_rows == n_yes + n_no
    assert judged.n_missing_target == n_missing
    assert judged.classes["share"].sum() == pytest.approx(1)
    assert judged.classes["n_rows"].is_monotonic_decreasing
    assert any("no 't'" in warning for warning in judged.warnings) == (n_missing > 0)


@pytest.mark.parametrize(
    ("labels", "positive"),
    [
        (["good"] * 40 + ["bad"] * 10, "bad"),
        (["good"] * 10 + ["bad"] * 40, "good"),
        (["yes"] * 40 + ["no"] * 10, "yes"),
        ([1] * 40 + [0] * 10, "1"),
        ([1.0] * 10 + [0.0] * 40, "1"),
        (["TRUE"] * 30 + ["FALSE"] * 30, "TRUE"),
    ],
)
def test_the_positive_class_says_yes_or_else_is_the_rarer_one(labels, positive):
    assert judge_target(frame(labels), "t").positive == positive


def test_whole_numbers_are_classes_up_to_ten_values_and_a_quantity_beyond():
    ten = judge_target(frame([i % 10 for i in range(N)]), "t")
    assert ten.task == "multiclass"
    assert any("Choose regression" in warning for warning in ten.warnings)
    eleven = judge_target(frame([i % 11 for i in range(N)]), "t")
    assert (eleven.task, len(eleven.classes), eleven.positive) == ("regression", 0, None)


def test_numbers_that_are_not_whole_are_a_quantity_however_few():
    judged = judge_target(frame([0.5 * (i % 3) for i in range(N)]), "t")
    assert judged.task == "regression"
    assert any("only 3 different numbers" in warning for warning in judged.warnings)


def test_the_learner_may_choose_regression_for_grades():
    grades = frame([i % 6 + 1 for i in range(N)])
    assert judge_target(grades, "t").task == "multiclass"
    chosen = judge_target(grades, "t", task="regression")
    assert chosen.task == "regression"
    assert not any("Choose regression" in warning for warning in chosen.warnings)


@pytest.mark.parametrize(
    ("table", "target", "task", "sentence"),
    [
        (frame(["a"] * N), "t", None, "at least 2 different values.*only 'a'"),
        (frame(["a", "b"] * 5), "t", None, "at least 20 rows with a target.*has 10"),
        (frame(["a"] * N + ["b"]), "t", None, "'b' has 1. Merge"),
        (frame(["a"] * N + ["b"] * 4), "t", None, "at least 5 rows.*'b' has 4"),
        (frame([f"k{i}" for i in range(51)]), "t", None, "at most 50 classes.*has 51"),
        (frame([None] * N).astype({"t": "str"}), "t", None, "missing in every row"),
        (frame(["a", "b"] * N), "u", None, "no column 'u'. It has: 'x' and 't'"),
        (frame(["a", "b"] * N)[["t"]], "t", None, "is the only column"),
        (frame(["a", "b"] * N), "t", "regression", "must be numbers.*words such as 'a'"),
        (frame(["a", "b", "c"] * N), "t", "binary", "exactly 2 classes.*has 3"),
        (frame([i / 3 for i in range(N)]), "t", "multiclass", "at most 50 classes.*has 60"),
    ],
)
def test_a_column_that_cannot_be_a_target_ends_in_law_value_and_repair(
    table, target, task, sentence
):
    with pytest.raises(SpecError, match=sentence):
        judge_target(table, target, task=task)


def test_five_rows_of_each_class_are_enough_for_a_stratified_split_into_three():
    from sklearn.model_selection import train_test_split

    table = frame(["a"] * 40 + ["b"] * 5)
    assert judge_target(table, "t").classes["n_rows"].min() == 5
    rest, test = train_test_split(table, test_size=0.2, stratify=table["t"], random_state=0)
    train, validation = train_test_split(rest, test_size=0.25, stratify=rest["t"], random_state=0)
    assert all("b" in set(part["t"]) for part in (train, validation, test))


rng = np.random.default_rng(0)
NOISE = rng.normal(size=N)
CLASSES = [("no", "yes")[i] for i in rng.integers(0, 2, N)]


def leaks(table: pd.DataFrame) -> set[str]:
    warnings = " ".join(judge_target(table, "t").warnings)
    return {name for name in table.columns if f"'{name}' tells" in warnings or (
        f"'{name}' is the target" in warnings)}  # fmt: skip


def test_a_relabelled_copy_of_the_classes_is_a_leak_and_a_good_feature_is_not():
    copy = [{"no": 3.5, "yes": -1.0}[label] for label in CLASSES]
    nearly = [value if i else -value for i, value in enumerate(copy)]
    assert leaks(frame(CLASSES, copy=copy, nearly=nearly, noise=NOISE)) == {"copy"}


def test_a_feature_that_is_missing_exactly_in_one_class_is_a_leak():
    gone = [None if label == "no" else 1.0 for label in CLASSES]
    assert leaks(frame(CLASSES, gone=gone)) == {"gone"}


@pytest.mark.parametrize("scale", [1.0, -1e-200, 1e200])
def test_a_straight_line_of_a_numeric_target_is_a_leak_at_any_scale(scale):
    # Every number differs, so each feature is one-to-one with the target: that alone is no leak.
    table = frame(list(NOISE), line=NOISE * scale + scale, cube=NOISE**3, other=rng.normal(size=N))
    assert leaks(table) == {"line"}


def test_a_leak_is_found_in_the_rows_that_have_a_target():
    target = pd.Series([None, None, *CLASSES], dtype="str")
    assert leaks(frame(target, copy=["other", "third", *CLASSES])) == {"copy"}
