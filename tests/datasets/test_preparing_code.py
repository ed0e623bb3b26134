"""The lines of take-home programs that prepare columns, run and compared with sums by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from core.datasets.preparing_code import (
    write_list,
    write_literal,
    write_preparing_code,
    write_preparing_steps,
)

NUMBER, WORD = "x'] ; print('hacked", 'f"{1/0}"\n'
TABLE = pd.DataFrame({NUMBER: [1.0, np.nan, 3.0, 5.0], WORD: ["a", "b", None, "b"]})
MANY = [f"a rather long name of a column {place}" for place in range(5)]


def run(code, table):
    known = {
        "ColumnTransformer": ColumnTransformer, "SimpleImputer": SimpleImputer,
        "make_pipeline": make_pipeline, "OneHotEncoder": OneHotEncoder,
        "StandardScaler": StandardScaler, "features": table.columns,
    }  # fmt: skip
    exec(code, known)
    return known["prepare"].fit_transform(table)


@pytest.mark.parametrize("write", [write_preparing_code, write_preparing_steps])
def test_gaps_take_the_median_or_the_commonest_word_and_numbers_are_scaled(write):
    numbers = np.array([1, 3, 3, 5])  # the gap takes the median
    scaled = (numbers - 3) / np.sqrt(2)
    both = run(write([NUMBER], [WORD]), TABLE)
    assert both[:, 0] == pytest.approx(scaled)
    assert both[:, 1:].tolist() == [[1, 0], [0, 1], [0, 1], [0, 1]]
    assert run(write([NUMBER], []), TABLE[[NUMBER]])[:, 0] == pytest.approx(scaled)
    assert run(write([], [WORD]), TABLE[[WORD]]).tolist() == both[:, 1:].tolist()


@pytest.mark.parametrize("write", [write_preparing_code, write_preparing_steps])
def test_many_columns_stand_one_to_a_line(write):
    code = write(["n"], MANY)
    assert max(map(len, code.splitlines())) <= 88
    table = pd.DataFrame({name: ["p", "q"] for name in MANY}).assign(n=[1.0, 3.0])
    assert run(code, table).shape == (2, 11)


@pytest.mark.parametrize("value", ["it's", '"""\\', "\n", "🌷 ä", 3, 2.5, True, None])
def test_a_literal_reads_back_as_the_value(value):
    assert eval(write_literal(value)) == value


def test_a_list_reads_back_as_its_values():
    found = {}
    exec(write_list("names", [*MANY, WORD]), found)
    assert found["names"] == [*MANY, WORD]
