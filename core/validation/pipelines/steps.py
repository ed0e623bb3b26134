"""The steps of the search, each of which writes down its fits."""

from typing import TYPE_CHECKING, Any

from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from core.validation.fits.counting import Counted, CountedFill, CountedScale

if TYPE_CHECKING:
    from core.validation.pipelines.placements import Parts, PlacementsSpec


class CountedFillWords(Counted, SimpleImputer):  # type: ignore[misc]
    """Fills gaps between words."""

    step = "fill words"


class CountedEncode(Counted, OneHotEncoder):  # type: ignore[misc]
    """Turns words into columns of 0 and 1."""

    step = "encode"


class CountedSelect(Counted, SelectKBest):  # type: ignore[misc]
    """Keeps the columns that go best with the target."""

    step = "select"


class CountedLogistic(Counted, LogisticRegression):  # type: ignore[misc]
    """A logistic regression."""


def build_preparation(parts: "Parts", n_kept: int) -> list[tuple[str, Any]]:
    """Return the preparing steps: fill, scale, encode, then keep the best columns."""
    numbers = make_pipeline(
        CountedFill(strategy="median", keep_empty_features=True), CountedScale()
    )
    words = make_pipeline(
        CountedFillWords(strategy="most_frequent", keep_empty_features=True),
        CountedEncode(handle_unknown="ignore", max_categories=20, sparse_output=False),
    )
    kinds = [
        (name, steps, list(columns))
        for name, steps, columns in (
            ("numbers", numbers, parts.numbers),
            ("words", words, parts.words),
        )
        if columns
    ]
    return [("columns", ColumnTransformer(kinds)), ("select", CountedSelect(k=n_kept))]


def build_model() -> CountedLogistic:
    """Return the untrained model."""
    return CountedLogistic(max_iter=1000)


def build_search(estimator: Any, name: str, spec: "PlacementsSpec") -> GridSearchCV:
    """Return the search over C, by the area under the ROC curve."""
    from core.validation.pipelines.placements import STRENGTHS

    folds = StratifiedKFold(spec.k, shuffle=True, random_state=spec.seed)
    grid = {name: list(STRENGTHS[: spec.n_settings])}
    return GridSearchCV(estimator, grid, cv=folds, scoring="roc_auc", error_score="raise")
