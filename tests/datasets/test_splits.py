"""Splits are disjoint, cover the table, keep the classes and repeat."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets import list_datasets, load_dataset, split_rows
from core.errors import SpecError

NAMES = [dataset.name for dataset in list_datasets()]


@pytest.mark.parametrize("name", NAMES)
def test_each_row_lies_in_exactly_one_part(name):
    dataset = load_dataset(name)
    split = split_rows(dataset)
    everything = np.concatenate([split.train, split.validation, split.test])
    assert np.array_equal(np.sort(everything), np.arange(len(dataset.table)))


@pytest.mark.parametrize(
    "name", [d.name for d in list_datasets() if d.task in ("binary", "multiclass")]
)
@pytest.mark.parametrize("seed", range(3))
def test_each_class_keeps_its_share_within_one_row(name, seed):
    dataset = load_dataset(name)
    split = split_rows(dataset, seed=seed)
    target = dataset.table[dataset.target]
    whole = target.value_counts()
    for rows in split.parts.values():
        part = target.iloc[rows].value_counts()
        for label in whole.index:
            assert abs(part[label] - whole[label] * len(rows) / len(target)) <= 1


def test_the_same_seed_draws_the_same_rows_and_another_seed_other_rows():
    fraud = load_dataset("fraud")
    first, again, other = (split_rows(fraud, seed=seed) for seed in (3, 3, 4))
    for part in ("train", "validation", "test"):
        assert np.array_equal(first.parts[part], again.parts[part])
        assert not np.array_equal(first.parts[part], other.parts[part])


def test_fraud_is_judged_on_ten_thousand_payments_with_a_hundred_frauds():
    counts = split_rows(load_dataset("fraud")).counts.set_index("part")
    assert counts["rows"].to_dict() == {"train": 20_000, "validation": 10_000, "test": 10_000}
    assert counts["positives"].to_dict() == {"train": 200, "validation": 100, "test": 100}


@pytest.mark.parametrize(
    "shares", [(0.5, 0.5, 0.5), (1.0, 0.0, 0.0), (0.6, 0.4), (float("nan"),) * 3]
)
def test_shares_that_are_no_division_of_the_table_are_refused(shares):
    with pytest.raises(SpecError, match=r"shares (each lie between 0 and 1|add up to 1)"):
        split_rows(load_dataset("fraud"), shares=shares)


def own_dataset(target, task="multiclass"):
    table = pd.DataFrame({"x": range(len(target)), "y": target})
    return dataclasses.replace(
        load_dataset("iris"),
        name="test",
        target="y",
        task=task,
        n_rows=len(table),
        read=lambda: (table, b""),
    )


@pytest.mark.parametrize(
    "target",
    [["a"] * 20 + ["b"] * 20 + ["c"], ["a", "b", "c", "d"] * 2, ["a"] * 2 + ["b"] * 50],
    ids=["one row of a class", "fewer rows than classes", "two rows of a class"],
)
def test_a_class_too_rare_for_three_parts_is_refused_with_its_name_and_number(target):
    with pytest.raises(SpecError, match=r"and \w has only \d+ of the \d+ rows: .*Merge rare"):
        split_rows(own_dataset(target))


def test_a_table_too_small_for_three_parts_is_refused():
    with pytest.raises(SpecError, match="2 rows give 2 for training, 0 for validation"):
        split_rows(own_dataset([1.0, 2.0], task="regression"))


def test_counts_show_the_mean_of_a_number_and_the_rows_of_each_class():
    houses = load_dataset("house_prices")
    split = split_rows(houses)
    counts = split.counts.set_index("part")
    assert counts["rows"].tolist() == [1_800, 600, 600]
    for part, rows in split.parts.items():
        mean = houses.table["price_eur"].iloc[rows].mean()
        assert counts.loc[part, "target_mean"] == pytest.approx(mean)
    assert split.label_counts.empty
    labels = split_rows(load_dataset("iris")).label_counts
    assert labels["rows"].tolist() == [30] * 3 + [10] * 6


@given(
    sizes=st.lists(st.integers(10, 60), min_size=2, max_size=5),
    seed=st.integers(0, 2**32 - 1),
    shares=st.sampled_from([(0.6, 0.2, 0.2), (0.5, 0.25, 0.25), (0.34, 0.33, 0.33)]),
)
@settings(max_examples=40, deadline=None)
def test_any_table_with_enough_rows_is_split_without_loss(sizes, seed, shares):
    target = np.repeat([str(label) for label in range(len(sizes))], sizes)
    split = split_rows(own_dataset(target), seed=seed, shares=shares)
    everything = np.concatenate(list(split.parts.values()))
    assert np.array_equal(np.sort(everything), np.arange(len(target)))
    assert len(split.test) == round(len(target) * shares[2])
    assert len(split.validation) == round(len(target) * shares[1])
    assert set(split.label_counts.groupby("part")["label"].nunique()) == {len(sizes)}
