"""Trainings that can be stopped and judged between their rounds or epochs, then go on."""

from typing import Any, Protocol

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin


class StagedModel(Protocol):
    """A model in training."""

    def train_to(self, step: int) -> Any:
        """Go on to `step` rounds or epochs in all; return the model as it is then."""


def begin_training(model: Any, x: Any, y: Any) -> StagedModel:
    """Return `model` about to be trained on `x` and `y`, in steps."""
    if hasattr(model, "partial_fit"):
        return _Epochs(model, x, y)
    if hasattr(model, "booster_") or type(model).__module__.startswith("lightgbm"):
        return _Rounds(model, x, y)
    return _WarmStart(model, x, y)


class _WarmStart:
    """scikit-learn's boosting: with ``warm_start``, more rounds go on from the rounds there are."""

    def __init__(self, model: Any, x: Any, y: Any) -> None:
        self._model, self._x, self._y = model.set_params(warm_start=True), x, y

    def train_to(self, step: int) -> Any:
        return self._model.set_params(max_iter=step).fit(self._x, self._y)


class _Epochs:
    """Stochastic gradient descent: each ``partial_fit`` is one pass over the rows."""

    def __init__(self, model: Any, x: Any, y: Any) -> None:
        self._model, self._x, self._y = model, x, y
        self._done = 0
        self._classes = {} if not hasattr(model, "predict_proba") else {"classes": np.unique(y)}
        if isinstance(model, ClassifierMixin):
            self._classes = {"classes": np.unique(y)}

    def train_to(self, step: int) -> Any:
        while self._done < step:
            self._model.partial_fit(self._x, self._y, **self._classes)
            self._done += 1
        return self._model


class _Rounds:
    """LightGBM: its booster makes one round at each ``update``, as ``fit`` does it."""

    def __init__(self, model: Any, x: Any, y: Any) -> None:
        import lightgbm

        params = {k: v for k, v in model.get_params().items() if v is not None}
        for name in ("n_estimators", "importance_type", "class_weight"):
            params.pop(name, None)
        is_classifier = isinstance(model, ClassifierMixin)
        self._classes = np.unique(y) if is_classifier else None
        params["objective"] = "regression"
        if self._classes is not None:
            params["objective"] = "binary" if len(self._classes) == 2 else "multiclass"
        if self._classes is not None and len(self._classes) > 2:
            params["num_class"] = len(self._classes)
        self._booster = lightgbm.Booster(params, lightgbm.Dataset(x, y, params=params))

    def train_to(self, step: int) -> Any:
        while self._booster.current_iteration() < step:
            self._booster.update()
        if self._classes is None:
            return _BoostedNumbers(self._booster)
        return _BoostedClasses(self._booster, self._classes)


class _BoostedClasses(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped library
    """A booster in the shape that scikit-learn's scorers know."""

    def __init__(self, booster: Any, classes: Any) -> None:
        self.booster = booster
        self.classes_ = classes

    def predict_proba(self, x: Any) -> Any:
        likely = np.asarray(self.booster.predict(x))
        return np.column_stack([1 - likely, likely]) if likely.ndim == 1 else likely

    def predict(self, x: Any) -> Any:
        return self.classes_[self.predict_proba(x).argmax(axis=1)]


class _BoostedNumbers(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # untyped library
    """A booster in the shape that scikit-learn's scorers know."""

    def __init__(self, booster: Any) -> None:
        self.booster = booster

    def predict(self, x: Any) -> Any:
        return self.booster.predict(x)
