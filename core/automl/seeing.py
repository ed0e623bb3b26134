"""A target encoding that sees the answer it is to predict: a leak, kept so that it can be looked at.

This module imports nothing of Glassroom: its source stands in the programs that use it.
"""

from typing import Any

from sklearn.preprocessing import TargetEncoder


class SeeingEncoder(TargetEncoder):  # type: ignore[misc]
    """Tell a word by the mean target of all its training rows, the row itself among them."""

    def fit_transform(self, X: Any, y: Any, **params: Any) -> Any:  # noqa: N803  scikit-learn's name
        """Learn the means and tell the same rows by them; `TargetEncoder` would cross-fit here."""
        return self.fit(X, y, **params).transform(X)
