"""A model's way from a run to the champion and back, each step really made with MLflow's registry.

At each moment the same row is asked about in two ways: of a server that loaded the champion when it
started, and of the model that the alias points at now.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.datasets import load_dataset
from core.errors import require
from core.remember import remembered
from core.tracking.answering import Answering
from core.tracking.candidates import Kind, TableSpec, chance, deal_rows, train
from core.tracking.champion.addresses import try_addresses, try_stage
from core.tracking.models import load_function, log_model
from core.tracking.registry import point, read_aliases, register, unpoint
from core.tracking.workshop import Workshop, build_workshop, find_workshop

Challenger = Literal["forest", "tree", "neighbours"]
FIRST: Kind = "logistic"
NAME = "keeper"
"""How the registered model is called."""
ALIAS = f"models:/{NAME}@champion"
MOMENTS = (
    "train", "register", "crown", "serve", "challenge", "promote", "restart", "rollback", "restart-again",
)  # fmt: skip
SAME = 1e-9


@dataclass(frozen=True, kw_only=True)
class PlaySpec:
    """A table, and the model that challenges the logistic one."""

    table: TableSpec = field(default_factory=TableSpec)
    challenger: Challenger = "forest"


@dataclass(frozen=True, eq=False)
class Play:
    """What happened. Probabilities are those of the sought class for the one row that is asked about."""

    spec: PlaySpec
    n_test: int
    row: int
    """Which of the held-back rows is asked about: the one on which the versions differ most."""
    versions: pd.DataFrame
    """One row per version: ``version``, ``model``, ``roc_auc``, ``answer`` (its own,
    asked without MLflow)."""
    moments: pd.DataFrame
    """One row per moment: ``moment`` (from 1), ``act``, ``call``, ``champion``, ``challenger`` (versions, 0
    if none), ``loaded``, ``served`` (versions that answered, 0 if nobody did), ``loaded_answer``,
    ``served_answer`` (nan if nobody did), ``status`` (of the HTTP reply, 0 if nobody was asked)."""
    chances: pd.DataFrame
    """One row per held-back row: ``is_sought``, ``first``, ``second`` (probabilities by both versions)."""
    addresses: pd.DataFrame
    """See `core.tracking.champion.addresses.try_addresses`."""
    stage_before: str
    stage_after: str
    status: str
    """Of version 1, after it was moved to the stage; a status is not a stage."""
    warning: str
    """What MLflow says when a stage is set."""


@remembered
def play_promotion(spec: PlaySpec) -> Play:
    """Train two models, register both, and move the champion from one to the other and back.

    Check by eye: after the alias moved, the server that runs still gives the answer of before.
    """
    dataset = load_dataset(spec.table.data)
    rows = deal_rows(dataset, spec.table.seed)
    models = [train(spec.table, FIRST), train(spec.table, spec.challenger)]
    said = [chance(model, rows.test) for model in models]
    row = int(np.abs(said[0] - said[1]).argmax())
    answers = [float(each[row]) for each in said]
    require(
        abs(answers[0] - answers[1]) > SAME,
        f"Both models say the same of every row of {dataset.title}, so nobody could tell them apart. "
        "Choose another challenger.",
    )
    with build_workshop(play_promotion.entry(spec).name) as shop:
        stage = _Stage(shop, models, rows.train.head(20), rows.test.iloc[[row]], answers)
        moments = stage.play()
        addresses = try_addresses(shop.uri, NAME)
        before, after, status, warning = try_stage(shop.uri, NAME)
    return Play(
        spec=spec,
        n_test=len(rows.test),
        row=row,
        versions=_describe(spec, rows.y_test, said, answers),
        moments=moments,
        chances=pd.DataFrame({"is_sought": rows.y_test, "first": said[0], "second": said[1]}),
        addresses=addresses,
        stage_before=before,
        stage_after=after,
        status=status,
        warning=warning,
    )


def open_registry(spec: PlaySpec) -> Workshop:
    """Return the workshop in which the registered model of `spec` stands; it is made if it is gone."""
    shop = find_workshop(play_promotion.entry(spec).name)
    if not shop.is_whole:
        play_promotion.run_fresh(spec)
    return shop


class _Stage:
    """The registry and the server while the story is played."""

    def __init__(
        self,
        shop: Workshop,
        models: list[Any],
        example: pd.DataFrame,
        row: pd.DataFrame,
        answers: list[float],
    ) -> None:
        self.shop, self.models, self.example, self.row = shop, models, example, row
        self.answers, self.kept, self.server = answers, ["", ""], None

    server: Answering | None

    def play(self) -> pd.DataFrame:
        rows = []
        try:
            for number, (act, (call, do)) in enumerate(zip(MOMENTS, self._steps(), strict=True), 1):
                do()
                rows.append({"moment": number, "act": act, "call": call} | self._look())
        finally:
            self._stop()
        return pd.DataFrame(rows).astype({"act": "str", "call": "str"})

    def _steps(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        alias = "client.set_registered_model_alias"
        return (
            ('mlflow.sklearn.log_model(first, name="model")', lambda: self._log(0)),
            (f'mlflow.register_model(first_uri, "{NAME}")', lambda: self._register(0)),
            (f'{alias}("{NAME}", "champion", 1)', lambda: self._point("champion", 1)),
            (f"mlflow models serve -m {ALIAS}", self._serve),
            (
                f'mlflow.register_model(second_uri, "{NAME}"); {alias}("{NAME}", "challenger", 2)',
                self._challenge,
            ),
            (f'{alias}("{NAME}", "champion", 2)', self._promote),
            (f"mlflow models serve -m {ALIAS}  # started anew", self._serve),
            (f'{alias}("{NAME}", "champion", 1)', lambda: self._point("champion", 1)),
            (f"mlflow models serve -m {ALIAS}  # started anew", self._serve),
        )

    def _log(self, place: int) -> None:
        run = self.shop.start_run()
        self.kept[place] = log_model(
            run, self.models[place], self.example, answers_with="predict_proba", store=self.shop.uri
        )
        self.shop.client().set_terminated(run)

    def _register(self, place: int) -> None:
        register(self.kept[place], NAME, store=self.shop.uri)

    def _point(self, alias: str, version: int) -> None:
        point(NAME, alias, version, store=self.shop.uri)

    def _challenge(self) -> None:
        self._log(1)
        self._register(1)
        self._point("challenger", 2)

    def _promote(self) -> None:
        self._point("champion", 2)
        unpoint(NAME, "challenger", store=self.shop.uri)

    def _serve(self) -> None:
        self._stop()
        self.server = Answering(load_function(ALIAS, store=self.shop.uri))

    def _stop(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None

    def _look(self) -> dict[str, float | int]:
        has_name = bool(self.shop.client().search_registered_models())
        aliases = read_aliases(NAME, store=self.shop.uri) if has_name else {}
        loaded = served = float("nan")
        status = 0
        if "champion" in aliases:
            loaded = float(load_function(ALIAS, store=self.shop.uri).predict(self.row)[0][1])
        if self.server is not None:
            reply = self.server.ask(self.row)
            status, served = reply.status, float(reply.body["predictions"][0][1])
        return {
            "champion": aliases.get("champion", 0),
            "challenger": aliases.get("challenger", 0),
            "loaded": self._tell(loaded),
            "served": self._tell(served),
            "loaded_answer": loaded,
            "served_answer": served,
            "status": status,
        }

    def _tell(self, answer: float) -> int:
        """Return the version that gives this answer; 0 if there is no answer."""
        return next(
            (place for place, own in enumerate(self.answers, 1) if abs(own - answer) < SAME), 0
        )


def _describe(
    spec: PlaySpec, truth: np.ndarray, said: list[np.ndarray], answers: list[float]
) -> pd.DataFrame:
    from sklearn.metrics import roc_auc_score

    return pd.DataFrame(
        {
            "version": [1, 2],
            "model": [FIRST, spec.challenger],
            "roc_auc": [float(roc_auc_score(truth, each)) for each in said],
            "answer": answers,
        }
    ).astype({"model": "str"})
