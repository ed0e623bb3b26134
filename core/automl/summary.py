"""A finished search in the shape that people know: a summary, and one entry for each trial."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from core.automl.audit import Alert
from core.automl.blend import fit_blend
from core.automl.decision import Decision
from core.automl.register import register_proposed
from core.automl.run import Outcome
from core.automl.runs import KeptSearch, number_of, train_again
from core.automl.scores import gain_of
from core.errors import SpecError
from core.tracking.models import load_model


@dataclass(frozen=True, kw_only=True, eq=False)
class TrialInfo:
    """One model of a search."""

    number: int
    family: str
    mlflow_run_id: str
    """Empty if the search was not kept."""
    notebook_path: str
    """Address of its notebook, such as ``runs:/…/notebooks/proposal.ipynb``; empty if it has none."""
    model_path: str
    """Address of its model, such as ``models:/m-…``; empty if only its params were kept."""
    metrics: Mapping[str, float]
    """``val_…`` and ``train_…``; ``test_…`` only of the proposed one."""
    params: Mapping[str, Any]
    """What differs from the settings that a family begins with."""
    duration: float
    """Seconds by the clock for its training on the rows that train."""
    preprocessors: tuple[tuple[str, str], ...]
    """Columns and what is done to them, in the order of the pipeline."""
    _outcome: Outcome = field(repr=False)
    _store: str = field(repr=False, default="")

    def load_model(self) -> Any:
        """Return the model, trained on all rows: from its run, or trained again by its params if it has none.

        It is an estimator of scikit-learn that takes the table as it comes.
        """
        if self.model_path:
            return load_model(self.model_path, store=self._store)
        return train_again(self._outcome, self.number)


@dataclass(frozen=True, kw_only=True, eq=False)
class AutoMLSummary:
    """What a search found, and where it was kept."""

    trials: tuple[TrialInfo, ...]
    """Best validation score first; a blend, which was only judged in the finals, comes last."""
    best_trial: TrialInfo
    """The proposed one: the simplest that chance alone could put above the best mean of the finals, and
    that no simpler one beats on average."""
    semantic_type_conversions: Mapping[str, str]
    """What each column that is written as something else was read as."""
    alerts: tuple[Alert, ...]
    outcome: Outcome = field(repr=False)
    kept: KeptSearch | None = field(repr=False)

    @property
    def experiment(self) -> Any:
        """MLflow's experiment that holds the runs; None if the search was not kept."""
        from core.tracking.store import open_client

        if self.kept is None:
            return None
        return open_client(self.kept.store).get_experiment_by_name(self.kept.experiment)

    @property
    def decision(self) -> Decision | None:
        """From which chance on the proposed model says a class, and why; None unless there are two."""
        return self.outcome.decision

    @cached_property
    def metric_distribution(self) -> pd.Series:
        """How the trials' validation scores spread, as pandas describes numbers."""
        metric = self.outcome.ready.metric
        scores = pd.Series([trial.score for trial in self.outcome.trials], name=metric)
        return scores.describe()

    @cached_property
    def output_table(self) -> pd.DataFrame:
        """The untouched rows with what the proposed model, trained without them, says of each.

        Columns of their own: ``prediction`` (by the threshold of the search), and ``p(…)`` for each class.
        The test score can be worked out from them again.
        """
        outcome, ready = self.outcome, self.outcome.ready
        places = ready.places("test")
        learnt = ready.places("train", "validate")
        said = fit_blend(ready, outcome.trials, outcome.finals.chosen, learnt).predict(
            ready.rows.iloc[places]
        )
        table = ready.rows.iloc[places].copy()
        table[str(outcome.settings.target)] = ready.target.to_numpy()[places]
        if ready.task == "regression":
            return table.assign(prediction=said)
        labels = np.array(ready.classes, dtype=object)
        table["prediction"] = labels[said.argmax(axis=1)]
        if outcome.decision is not None:
            at = ready.classes.index(ready.positive)
            is_positive = said[:, at] >= outcome.decision.threshold
            table["prediction"] = np.where(is_positive, labels[at], labels[1 - at])
        for place, label in enumerate(ready.classes):
            table[f"p({label})"] = said[:, place]
        return table

    def register(self, name: str) -> int:
        """Try the proposed model at the gate and register it as the next version of `name`.

        Raises
        ------
        SpecError
            If the search was not kept, or the model fails a check: the sentence says which.
        """
        if self.kept is None:
            message = "Only a kept model can be registered. Run the search with is_kept=True."
            raise SpecError(message)
        return register_proposed(self.outcome, self.kept, name)[0]


def summarise(outcome: Outcome, kept: KeptSearch | None = None) -> AutoMLSummary:
    """Return a finished search in the shape that people know."""
    ready = outcome.ready
    trials = [_describe(outcome, kept, number) for number in range(len(outcome.trials))]
    trials.sort(key=lambda one: _rank(ready.metric, one.metrics.get(f"val_{ready.metric}")))
    if any(len(one.members) > 1 for one in outcome.finals.finalists):
        trials.append(_describe(outcome, kept, len(outcome.trials)))
    proposed = number_of(outcome, outcome.finals.chosen)
    return AutoMLSummary(
        trials=tuple(trials),
        best_trial=next(one for one in trials if one.number == proposed),
        semantic_type_conversions={
            one.name: one.meaning for one in ready.meanings if one.is_converted
        },
        alerts=outcome.alerts,
        outcome=outcome,
        kept=kept,
    )


def _describe(outcome: Outcome, kept: KeptSearch | None, number: int) -> TrialInfo:
    is_blend = number == len(outcome.trials)
    proposed = number_of(outcome, outcome.finals.chosen)
    metrics: dict[str, float] = {}
    params: dict[str, Any] = {}
    if is_blend:
        blend = outcome.finals.finalists[-1]
        params = {f"weight of trial {place}": weight for place, weight in blend.members}
    else:
        trial = outcome.trials[number]
        params = dict(trial.params)
        metrics |= {f"val_{name}": score for name, score in trial.scores.items()}
        metrics |= {f"train_{name}": score for name, score in trial.train_scores.items()}
    if number == proposed:
        metrics |= outcome.told_test
    return TrialInfo(
        number=number,
        family="blend" if is_blend else outcome.trials[number].family,
        mlflow_run_id=kept.runs[number] if kept else "",
        notebook_path=kept.notebooks.get(number, "") if kept else "",
        model_path=kept.models.get(number, "") if kept else "",
        metrics=metrics,
        params=params,
        duration=0.0 if is_blend else outcome.trials[number].wall_seconds,
        preprocessors=_list_preprocessors(outcome),
        _outcome=outcome,
        _store=kept.store if kept else "",
    )


def _list_preprocessors(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    model, _ = outcome.model.models[0]
    steps = model.pipeline.named_steps["prepare"].transformers_
    return tuple(
        (", ".join([columns] if isinstance(columns, str) else columns), " ".join(str(how).split()))
        for _, how, columns in steps
        if how != "drop"
    )


def _rank(metric: str, score: float | None) -> float:
    return float("inf") if score is None or np.isnan(score) else -gain_of(metric, score)
