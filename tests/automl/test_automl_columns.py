"""What columns are taken for, how rows are dealt, and what the first step of a pipeline survives."""

import numpy as np
import pandas as pd
import pytest

from core.automl.deal import deal_rows
from core.automl.intake import DATE_PARTS, Intake
from core.automl.meanings import judge_column, judge_meanings
from core.automl.settings import Settings
from core.errors import SpecError

RNG = np.random.default_rng(5)
WORDS = ["red", "green", "blue"]


@pytest.mark.parametrize(
    ("values", "meaning"),
    [
        (RNG.normal(size=60), "number"),
        ([0, 1] * 30, "boolean"),
        ([True, False] * 30, "boolean"),
        (["yes", "no"] * 30, "boolean"),
        (WORDS * 20, "category"),
        (["1.5", "2", "3", " "] * 15, "number"),
        ([f"c-{i}" for i in range(60)], "id"),
        (list(range(60)), "id"),
        (["same"] * 60, "constant"),
        ([None] * 60, "empty"),
        ([" "] * 60, "empty"),
        (pd.date_range("2024-01-01", periods=60), "date"),
        ([f"{d:02d}/03/2024" for d in range(1, 31)] * 2, "date"),
        ([f"A dog ran {i} miles and then it slept for {i} hours" for i in range(60)], "text"),
    ],
)
def test_a_column_is_taken_for_what_its_values_are(values, meaning):
    assert judge_column(pd.Series(values), "measure").meaning == meaning


def test_numbers_written_as_text_are_numbers_and_said_to_be_converted():
    found = judge_column(pd.Series(["1.5", "2", "3", " "] * 15), "charges")
    assert (found.meaning, found.is_converted, found.n_missing) == ("number", True, 15)


def test_day_first_is_read_from_the_days_beyond_twelve():
    days = pd.Series([f"{d:02d}/03/2024" for d in range(1, 31)])
    assert judge_column(days, "day").is_day_first
    parts = Intake(dates=("day",), day_first=("day",)).fit(pd.DataFrame({"day": days}))
    found = parts.transform(pd.DataFrame({"day": ["04/03/2024"]}))
    assert found["day days"][0] == (pd.Timestamp("2024-03-04") - pd.Timestamp(0)).days


def test_a_person_may_say_what_a_column_means_but_not_against_its_values():
    table = pd.DataFrame(
        {"zip": [1000 + i % 7 for i in range(60)], "word": WORDS * 20, "y": [0, 1] * 30}
    )
    (zips, _) = judge_meanings(table, Settings(target="y", meanings=(("zip", "category"),)))
    assert zips.meaning == "category"
    with pytest.raises(SpecError, match="cannot be numbers: 3 different words"):
        judge_meanings(table, Settings(target="y", meanings=(("word", "number"),)))
    with pytest.raises(SpecError, match="no column 'age'"):
        judge_meanings(table, Settings(target="y", meanings=(("age", "number"),)))


@pytest.fixture(scope="module")
def intake():
    table = pd.DataFrame(
        {
            "size": [1.0, np.nan, 3.0],
            "colour": ["red", " ", "blue"],
            "note": ["a b", None, "c"],
            "when": ["2024-01-31", "2024-12-31", None],
        }
    )
    return table, Intake(
        numbers=("size",), words=("colour",), texts=("note",), dates=("when",)
    ).fit(table)


def test_the_intake_chooses_columns_by_name_whatever_their_order(intake):
    table, step = intake
    shuffled = table[["when", "note", "colour", "size"]].assign(more=1)
    assert step.transform(shuffled).equals(step.transform(table))
    assert list(step.transform(table).columns) == list(step.get_feature_names_out())


def test_numbers_as_text_are_read_and_words_among_numbers_are_refused(intake):
    table, step = intake
    assert step.transform(table.assign(size=["1", " 2.5 ", ""]))["size"].tolist()[:2] == [1.0, 2.5]
    with pytest.raises(ValueError, match="Column 'size' holds numbers, got 'big'"):
        step.transform(table.assign(size=["1", "big", "3"]))
    with pytest.raises(ValueError, match="The table lacks 'note', which the model learnt from"):
        step.transform(table.drop(columns="note"))
    with pytest.raises(ValueError, match="Column 'when' holds dates, got 'soon'"):
        step.transform(table.assign(when=["soon", None, None]))


def test_infinite_numbers_and_blanks_are_gaps(intake):
    table, step = intake
    found = step.transform(table.assign(size=[np.inf, -np.inf, 1.0]))
    assert found["size"].isna().tolist() == [True, True, False]
    assert found["colour"].isna().tolist() == [False, True, False]


def test_a_whole_number_with_gaps_is_the_same_word_as_without():
    step = Intake(words=("kind",)).fit(pd.DataFrame({"kind": [1, 2]}))
    with_gap = step.transform(pd.DataFrame({"kind": [1.0, np.nan]}))
    assert with_gap["kind"].tolist()[0] == "1"


def test_december_lies_beside_january_on_the_circle(intake):
    _, step = intake
    days = ["2023-12-15", "2024-01-15", "2024-06-15"]
    found = step.transform(pd.DataFrame({"size": 1.0, "colour": "red", "note": "", "when": days}))
    circle = found[["when month sin", "when month cos"]].to_numpy()
    assert np.linalg.norm(circle[0] - circle[1]) == pytest.approx(2 * np.sin(np.pi / 12))
    assert np.linalg.norm(circle[0] - circle[2]) == pytest.approx(2.0)
    assert len(DATE_PARTS) == found.filter(like="when ").shape[1]


def deal(table, task="binary", **settings):
    return deal_rows(table, table["y"], task, Settings(target="y", **settings))


@pytest.fixture(scope="module")
def hundred():
    return pd.DataFrame(
        {
            "y": [1] * 20 + [0] * 80,
            "who": np.repeat(np.arange(25), 4),
            "day": pd.date_range("2024-01-01", periods=100)[::-1],
            "part": ["train"] * 50 + ["validate"] * 25 + ["test"] * 25,
        }
    )


def test_of_a_hundred_rows_sixty_train_and_each_class_is_dealt_alike(hundred):
    part = deal(hundred)
    assert part.value_counts().to_dict() == {"train": 60, "validate": 20, "test": 20}
    assert hundred["y"].groupby(part).mean().to_dict() == {
        "train": 0.2,
        "validate": 0.2,
        "test": 0.2,
    }
    assert deal(hundred).equals(part)
    assert not deal(hundred, seed=1).equals(part)


def test_by_time_the_newest_rows_test(hundred):
    part = deal(hundred, time_col="day")
    last = hundred["day"].groupby(part).agg(["min", "max"])
    assert last.loc["train", "max"] < last.loc["validate", "min"]
    assert last.loc["validate", "max"] < last.loc["test", "min"]


def test_a_group_is_never_on_two_sides(hundred):
    part = deal(hundred, group_col="who")
    assert part.groupby(hundred["who"]).nunique().max() == 1
    assert set(part) == {"train", "validate", "test"}


def test_a_split_column_is_obeyed_and_a_strange_word_refused(hundred):
    assert deal(hundred, split_col="part").tolist() == hundred["part"].tolist()
    with pytest.raises(
        SpecError, match="must say train, validate or test; 1 say something else, 'x'"
    ):
        deal(hundred.assign(part=["x", *hundred["part"][1:]]), split_col="part")
    with pytest.raises(SpecError, match="No row of 'part' says test"):
        deal(hundred.assign(part=["train", "validate"] * 50), split_col="part")


def test_a_class_of_a_few_rows_only_trains():
    table = pd.DataFrame({"y": ["a"] * 50 + ["b"] * 45 + ["rare"] * 5})
    part = deal(table, task="multiclass")
    assert set(part[table["y"] == "rare"]) == {"train"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"primary_metric": "auc"}, "ranked by log_loss"),
        ({"max_trials": 0}, "from 1 to 500, got 0"),
        ({"exclude_frameworks": ("baseline",)}, "left out is linear"),
        ({"time_col": "y"}, "named twice"),
        ({"time_col": "a", "group_col": "b"}, "choose one of the three"),
        ({"max_splits": 1}, "at least 2 splits"),
        ({"cpu_seconds": 0}, "more than 0"),
        ({"imputers": (("a", "magic"),)}, "filled by mean"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_the_law(settings, said):
    with pytest.raises(SpecError, match=said):
        Settings(target="y", **settings)
