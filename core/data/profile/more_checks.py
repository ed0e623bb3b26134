"""More runs that prove practice items on profiles: filling, encoding, and showing columns."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder
from sklearn.tree import DecisionTreeRegressor

from core.charts import new_figure
from core.practice.family import Values
from core.practice.proof import Facts


def mistype_largest(values: list[float], times: int) -> Facts:
    """Say what a last digit too many does to four summaries.

    Facts (1 if it moves): ``mean``, ``spread`` (standard deviation), ``median``, ``quartiles`` (their
    distance).
    """
    before = pd.Series(sorted(values), dtype="float64")
    after = pd.Series([*before[:-1], before.iloc[-1] * times])

    def middle(column: "pd.Series[float]") -> float:
        return float(column.quantile(0.75) - column.quantile(0.25))

    return {
        "mean": float(before.mean() != after.mean()),
        "spread": float(before.std() != after.std()),
        "median": float(before.median() != after.median()),
        "quartiles": float(middle(before) != middle(after)),
    }


def draw_mistyped(rng: np.random.Generator) -> Values:
    """Draw nine lengths of stay in days, the longest of which was typed with a zero too many."""
    days = sorted(int(day) for day in rng.choice(np.arange(2, 30), size=9, replace=False))
    return {"days": days, "longest": days[-1], "typed": 10 * days[-1]}


def fill_honestly() -> Facts:
    """Fill the gaps of a skewed column with a median, learnt before and after the split.

    Facts: ``before`` and ``after`` (what is filled in), ``of_train`` (median of the training rows),
    ``n_gaps_left`` after filling both parts, ``n_gaps_test`` before.
    """
    rng = np.random.default_rng(3)
    column = rng.lognormal(3, 1, size=(200, 1))
    column[rng.random(200) < 0.2] = np.nan
    train, test = train_test_split(column, random_state=0)
    filler = SimpleImputer(strategy="median").fit(train)
    filled = [filler.transform(part) for part in (train, test)]
    return {
        "before": float(SimpleImputer(strategy="median").fit(column).statistics_[0]),
        "after": float(filler.statistics_[0]),
        "of_train": float(np.nanmedian(train)),
        "n_gaps_test": int(np.isnan(test).sum()),
        "n_gaps_left": int(sum(np.isnan(part).sum() for part in filled)),
    }


def count_marks() -> Facts:
    """Count what four charts would have to show of a table of 300 flats.

    Facts: ``values_area`` (distinct areas: bars that a count of each would need), ``bars_area`` (bars of a
    histogram), ``values_heating`` (bars of a count), ``rank_area_price`` (correlation that a cloud of points
    shows), ``spread_of_medians`` (euros between the medians of the boxes).
    """
    flats = _make_flats()
    medians = flats.groupby("heating")["price"].median()
    return {
        "values_area": int(flats["area"].nunique()),
        "bars_area": len(np.histogram_bin_edges(flats["area"], bins="sturges")) - 1,
        "values_heating": int(flats["heating"].nunique()),
        "rank_area_price": float(flats["area"].corr(flats["price"], method="spearman")),
        "spread_of_medians": float(medians.max() - medians.min()),
    }


def encode_towns() -> Facts:
    """Predict rents by town with towns numbered, and with a column for each, by two kinds of models.

    The towns' numbers have nothing to do with their rents. Facts, R² on unseen rows: ``line_numbered``,
    ``line_one_hot``, ``tree_numbered``, ``tree_one_hot``; ``line_gain`` and ``tree_gain`` of one-hot.
    """
    rng = np.random.default_rng(1)
    level = np.array([9.0, 15.0, 7.0, 14.0, 8.0, 13.0])
    town = rng.integers(0, 6, 600)
    rent = level[town] + rng.normal(0, 1, 600)
    table = pd.DataFrame({"town": [f"town {at}" for at in town]})
    parts = train_test_split(table, rent, random_state=0)
    scores: dict[str, float | None] = {}
    for way, encoder in (("numbered", OrdinalEncoder()), ("one_hot", OneHotEncoder())):
        for kind, model in (
            ("line", LinearRegression()),
            ("tree", DecisionTreeRegressor(random_state=0)),
        ):
            made = make_column_transformer((encoder, ["town"]))
            x_train, x_test = made.fit_transform(parts[0]), made.transform(parts[1])
            scores[f"{kind}_{way}"] = float(
                r2_score(parts[3], model.fit(x_train, parts[2]).predict(x_test))
            )
    gains = {
        f"{kind}_gain": (scores[f"{kind}_one_hot"] or 0.0) - (scores[f"{kind}_numbered"] or 0.0)
        for kind in ("line", "tree")
    }
    return scores | gains


def read_boxes() -> Facts:
    """Read the boxes of `plot_boxes`.

    Facts: ``median_`` and ``iqr_`` of the waiting times in each of three
    offices, ``mean_a`` and ``n_beyond_a`` (values beyond the upper fence of A).
    """
    facts: dict[str, float | None] = {}
    for name, column in _make_waits().items():
        low, middle, high = column.quantile([0.25, 0.5, 0.75])
        facts |= {f"median_{name}": float(middle), f"iqr_{name}": float(high - low)}
        facts |= {
            f"mean_{name}": float(column.mean()),
            f"n_beyond_{name}": int((column > high + 1.5 * (high - low)).sum()),
        }
    return facts


def plot_boxes() -> go.Figure:
    """Draw the waiting times of three offices as box plots."""
    figure = new_figure(title="", x_label="Waiting time in minutes", y_label="Office")
    for name, column in reversed(_make_waits().items()):
        figure.add_box(x=column, name=name.upper(), marker_color="#3a86b5", showlegend=False)
    return figure


def _make_waits() -> dict[str, "pd.Series[float]"]:
    rng = np.random.default_rng(5)
    return {
        "a": pd.Series(rng.lognormal(2.5, 0.7, 120).round(1)),
        "b": pd.Series(rng.normal(18, 2, 120).round(1)),
        "c": pd.Series(rng.normal(16, 6, 120).clip(0).round(1)),
    }


def _make_flats() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    area = rng.lognormal(4.2, 0.35, 300).round(1)
    heating = rng.choice(["gas", "district heating", "heat pump"], 300)
    extra = pd.Series(heating).map(
        {"gas": 0.0, "district heating": 20_000.0, "heat pump": 45_000.0}
    )
    price = 3000 * area + extra.to_numpy() + rng.normal(0, 15_000, 300)
    return pd.DataFrame({"area": area, "heating": heating, "price": price.round(-2)})
