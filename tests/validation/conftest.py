"""Tables that several tests of the validation lessons need."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def make_table():
    """A maker of tables with numbers, gaps, words and two classes."""

    def make(n_rows: int) -> pd.DataFrame:
        rng = np.random.default_rng(0)
        x = rng.normal(size=n_rows)
        return pd.DataFrame(
            {
                "x": x,
                "gaps": np.where(rng.random(n_rows) < 0.3, np.nan, x),
                "word": rng.choice(["red", "blue"], n_rows),
                "y": np.where(x + rng.normal(size=n_rows) > 0, "b", "a"),
            }
        )

    return make
