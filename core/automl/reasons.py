"""Why a pipeline is as it is: every decision with its reason, its alternative, and its flip.

A decision is data: what was done, which rule asked for it, the numbers that the rule saw in the training
rows, and what else could have been done. Where the alternative can be trained, its plan stands ready.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.automl.intake import Intake
from core.automl.pipelines import Plan
from core.automl.settings import Family
from core.automl.table import ReadyTable
from core.tables.wording import quote
from core.wording import count

SHOWN = 3
"""So many columns or words are named in a sentence, then the others are counted."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One decision about the columns or the model."""

    name: str
    """As in a link: ``cross_fit``."""
    what: str
    """What was to be decided, in a few words."""
    columns: tuple[str, ...] = ()
    """Which columns it is about; empty: the model, or all."""
    done: str
    why: str
    """The rule, and the numbers that it saw in this table."""
    alternative: str = ""
    """What else could be done; empty if there is nothing worth a trial."""
    plan: Plan | None = None
    """The plan with this one decision flipped; None if nothing is to be tried."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """What the flip changes in the model."""

    @property
    def can_flip(self) -> bool:
        """Whether the alternative can be trained."""
        return self.plan is not None


@dataclass(frozen=True, eq=False)
class Sight:
    """What the rules look at: the rows that train, and the plan."""

    ready: ReadyTable
    family: Family

    @property
    def plan(self) -> Plan:
        """The plan as it was made."""
        return self.ready.plan

    @cached_property
    def read(self) -> pd.DataFrame:
        """The training rows as the pipeline reads them."""
        plan = self.plan
        intake = Intake(
            numbers=plan.numbers,
            words=(*plan.few_words, *plan.many_words),
            texts=plan.texts,
            dates=plan.dates,
            day_first=plan.day_first,
        )
        rows = self.ready.rows.iloc[self.train]
        return intake.fit(rows).transform(rows)

    @cached_property
    def train(self) -> NDArray[np.int64]:
        """Places of the rows that train."""
        return self.ready.places("train")

    @cached_property
    def target(self) -> NDArray[Any]:
        """Answers of the rows that train."""
        return self.ready.target.to_numpy()[self.train]

    @property
    def rows(self) -> str:
        """Say how many rows were looked at."""
        return f"{count(len(self.train))} training rows"


def give_reasons(ready: ReadyTable, family: Family) -> tuple[Reason, ...]:
    """Return every decision that was made for this table and this family of models.

    Check by eye: a table without dates has no decision about dates, and in each sentence of a reason
    stand numbers of this very table.
    """
    from core.automl.reasons_of_columns import judge_columns
    from core.automl.reasons_of_models import judge_model
    from core.automl.reasons_of_words import judge_words

    sight = Sight(ready, family)
    return (*judge_columns(sight), *judge_words(sight), *judge_model(sight))


def name_some(names: Any) -> str:
    """Return for example ``'a', 'b', 'c' and 4 more``."""
    texts = [quote(str(name)) for name in names]
    shown, n_more = texts[:SHOWN], len(texts) - SHOWN
    if n_more > 0:
        return f"{', '.join(shown)} and {n_more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
