"""Ridge classifiers trained on thousands of folds at once, equal to scikit-learn's one by one."""

import numpy as np
from numpy.typing import NDArray

from core.validation.risk.laws import Datasets, Numbers

Rows = NDArray[np.int64]


class RidgeFolds:
    """Many datasets, ready to be trained on any part of each.

    A ridge classifier is the solution w of (X'X + αI) w = X'y over its training rows, where the
    intercept has no penalty. X'X and X'y are sums over rows, so a fold is left out by taking its
    part away from the sums of all rows. The same model as `sklearn.linear_model.RidgeClassifier`.
    """

    def __init__(self, data: Datasets, penalty: float) -> None:
        self.x, self.y = data.x, data.y
        self._penalty = penalty * np.diag([1.0] * (data.x.shape[2] - 1) + [0.0])
        self._square = np.swapaxes(self.x, 1, 2) @ self.x
        self._product = (np.swapaxes(self.x, 1, 2) @ self.y[:, :, None])[..., 0]

    @property
    def n_rows(self) -> int:
        """Rows of each dataset."""
        return int(self.y.shape[1])

    def fit_all(self) -> Numbers:
        """Return the weights (datasets × columns) of the models trained on all rows."""
        return self._solve(self._square, self._product)

    def fit_counted(self, counts: Numbers) -> Numbers:
        """Return the weights where each row takes part `counts` (datasets × rows) times."""
        weighted = np.swapaxes(self.x * counts[:, :, None], 1, 2)
        return self._solve(weighted @ self.x, (weighted @ self.y[:, :, None])[..., 0])

    def is_wrong(self, weights: Numbers) -> NDArray[np.bool_]:
        """Say for each row (datasets × rows) whether its dataset's model calls it wrongly."""
        # RidgeClassifier answers the second class only above 0.
        return np.asarray(((self.x @ weights[:, :, None])[..., 0] > 0) != (self.y > 0))

    def cross_validate(self, folds: Rows) -> Numbers:
        """Return the share of wrong answers on each fold, by the model of all other rows.

        Parameters
        ----------
        folds : datasets × folds × rows of a fold
            Row numbers; each row lies in one fold.

        Returns
        -------
        datasets × folds
        """
        n_draws = len(folds)
        errors = np.empty(folds.shape[:2])
        every = np.arange(n_draws)[:, None]
        for fold in range(folds.shape[1]):
            rows = folds[:, fold]
            x, y = self.x[every, rows], self.y[every, rows]
            square = self._square - np.swapaxes(x, 1, 2) @ x
            product = self._product - (np.swapaxes(x, 1, 2) @ y[:, :, None])[..., 0]
            weights = self._solve(square, product)
            errors[:, fold] = (((x @ weights[:, :, None])[..., 0] > 0) != (y > 0)).mean(axis=1)
        return errors

    def _solve(self, square: Numbers, product: Numbers) -> Numbers:
        solved = np.linalg.solve(square + self._penalty, product[..., None])[..., 0]
        return np.asarray(solved, dtype=np.float64)
