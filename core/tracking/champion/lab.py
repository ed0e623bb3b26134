"""From run to champion: at one moment of the story, who is the champion and who really answers."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.metrics.which_metric.resample import ENDS, draw_weights, resample_auc
from core.tracking.candidates import TableSpec
from core.tracking.champion.play import MOMENTS, Challenger, Play, PlaySpec, play_promotion
from core.tracking.champion.script import write_script


@dataclass(frozen=True, kw_only=True)
class ChampionSpec:
    """A table, a challenger, and the moment of the story that is looked at."""

    data: str = "churn"
    """A table with two classes: ``churn``, ``breast_cancer``, ``fraud`` or ``own-…``."""
    challenger: Challenger = "forest"
    moment: int = 6
    """From 1 (a model was trained) to 9 (the server was started anew after the rollback)."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.play  # refuses unknown tables and seeds
        require(
            self.challenger in ("forest", "tree", "neighbours"),
            f"The challenger is forest, tree or neighbours, got {self.challenger!r}. Choose one.",
        )
        require(
            1 <= self.moment <= len(MOMENTS),
            f"The story has the moments 1 to {len(MOMENTS)}, got {self.moment}. Choose one of them.",
        )

    @property
    def play(self) -> PlaySpec:
        """What is trained and registered: the same at every moment."""
        return PlaySpec(table=TableSpec(data=self.data, seed=self.seed), challenger=self.challenger)


@dataclass(frozen=True, eq=False)
class ChampionResult:
    """Who is the champion and who answers. A version is None where nobody is, or nobody answers."""

    spec: ChampionSpec
    act: str
    """What was done at this moment; see `core.tracking.champion.play.MOMENTS`."""
    champion: int | None
    """The version behind the alias champion."""
    challenger: int | None
    loaded: int | None
    """The version that a program gets which loads the champion now."""
    served: int | None
    """The version that answers a request to the server that runs."""
    loaded_answer: float | None
    served_answer: float | None
    """What they say about the one row: the probability of the sought class."""
    is_behind: bool
    """Whether the server still answers with another version than the champion."""
    status: int | None
    """Of the reply over HTTP; None if there is no server."""
    n_versions: int
    n_behind: int
    """Moments of the whole story at which the server is behind."""
    n_test: int
    auc_first: float
    auc_second: float
    """Areas under the ROC curve on the rows held back, of version 1 and version 2."""
    gain: float
    """The second's minus the first's, with its 95 % interval over resampled rows."""
    gain_low: float
    gain_high: float
    is_gain_clear: bool
    """Whether the interval lies above 0."""
    n_disagree: int
    """Held-back rows that the versions put on different sides of one half."""
    n_refused: int
    """Addresses of the collection that MLflow refuses."""
    stage_before: str
    stage_after: str
    version_status: str
    is_ready_in_production: bool
    """Whether the version, moved to the stage Production, had the status READY: two different things."""
    warning: str
    moments: pd.DataFrame
    """See `core.tracking.champion.play.Play`."""
    versions: pd.DataFrame
    addresses: pd.DataFrame


def follow_champion(spec: ChampionSpec) -> ChampionResult:
    """Answer "which version is the champion at this moment, and which one answers a request?".

    Check by eye: at moment 6 the alias has moved to version 2, and the server still answers as version 1.
    """
    play = play_promotion(spec.play)
    row = play.moments.iloc[spec.moment - 1]
    compared = _compare(spec.play)
    behind = (play.moments["served"] > 0) & (play.moments["served"] != play.moments["champion"])
    return ChampionResult(
        spec=spec,
        act=str(row["act"]),
        champion=int(row["champion"]) or None,
        challenger=int(row["challenger"]) or None,
        loaded=int(row["loaded"]) or None,
        served=int(row["served"]) or None,
        loaded_answer=_number(row["loaded_answer"]),
        served_answer=_number(row["served_answer"]),
        is_behind=bool(behind.iloc[spec.moment - 1]),
        status=int(row["status"]) or None,
        n_versions=0 if spec.moment == 1 else 1 if spec.moment < 5 else 2,
        n_behind=int(behind.sum()),
        n_test=play.n_test,
        **compared,
        n_refused=int(play.addresses["is_refused"].sum()),
        stage_before=play.stage_before,
        stage_after=play.stage_after,
        version_status=play.status,
        is_ready_in_production=(play.stage_after, play.status) == ("Production", "READY"),
        warning=play.warning,
        moments=play.moments,
        versions=play.versions,
        addresses=play.addresses,
    )


@cached(LRUCache(maxsize=64), lock=Lock())
def _compare(spec: PlaySpec) -> dict[str, Any]:
    play: Play = play_promotion(spec)
    truth = play.chances["is_sought"].to_numpy(dtype=float)
    first, second = (play.chances[name].to_numpy(dtype=float) for name in ("first", "second"))
    weights = draw_weights(len(truth))
    gains = resample_auc(truth, second, weights) - resample_auc(truth, first, weights)
    low, high = np.nanquantile(gains, ENDS)
    auc = play.versions["roc_auc"]
    return {
        "auc_first": float(auc[0]),
        "auc_second": float(auc[1]),
        "gain": float(auc[1] - auc[0]),
        "gain_low": float(low),
        "gain_high": float(high),
        "is_gain_clear": bool(low > 0),
        "n_disagree": int(((first >= 0.5) != (second >= 0.5)).sum()),
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def name_slow_part(spec: ChampionSpec) -> SlowPart | None:
    """Return the trainings that a view waits for; None for those that the lesson opens with."""
    if spec.play == PlaySpec():
        return None
    title = load_dataset(spec.data).title
    what = f"Two models are being trained on {title}, registered with MLflow and asked at nine moments."
    return SlowPart(run=play_promotion, spec=spec.play, what=what)


LAB = Lab(
    name="champion",
    question="Which version of a registered model answers when the alias has moved?",
    spec=ChampionSpec,
    run=follow_champion,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "rolled-back": {"moment": 9},
        "tumours": {"data": "breast_cancer", "challenger": "neighbours", "moment": 8},
    },
)
