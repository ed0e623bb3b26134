"""AdaBoost on trees that are never wrong: there is nothing left to put weight on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.bias_variance.ensembles.training import LARGEST_SEED
from core.bias_variance.ensembles.trees import NO_LIMIT
from core.bias_variance.worlds import WorldSpec, disturb, draw_places, draw_samples, find_world
from core.errors import require
from core.remember import remembered

MOST_ROUNDS = 50
WORLD = WorldSpec(world="diagonal", noise=0.1, n_rows=300, n_samples=2, n_places=4000)


@dataclass(frozen=True, kw_only=True)
class StoppingSpec:
    """The seed of one sample of rows above and below a diagonal, a tenth of them labelled wrongly."""

    seed: int = 0

    def __post_init__(self) -> None:
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class Stopping:
    """How many members AdaBoost kept, of stumps and of trees without a limit."""

    spec: StoppingSpec
    n_asked: int
    terms: pd.DataFrame
    """``depth``, ``members`` (trained before it stopped), ``train_error`` (of the first member),
    ``alone`` and ``boosted`` (share of fresh labels missed by the first member and by all of them),
    ``n_changed`` (of the fresh rows, those on which the two disagree)."""


@remembered
def boost_by_weights(spec: StoppingSpec) -> Stopping:
    """Answer "how long does AdaBoost go on with trees of each depth?".

    AdaBoost gives more weight to the rows that the last tree got wrong (Freund and Schapire 1997). A tree
    without a limit gets none of its own rows wrong, so scikit-learn stops after it.
    Check by eye: without a limit there is one member.
    """
    from sklearn.ensemble import AdaBoostClassifier
    from sklearn.tree import DecisionTreeClassifier

    rng = np.random.default_rng([spec.seed, 5])
    rows, labels = draw_samples(WORLD, rng)[0]
    places = draw_places(WORLD)
    fresh = disturb(find_world(WORLD.world).know(places), WORLD, rng)
    lines = []
    for depth in (1, NO_LIMIT):
        tree = DecisionTreeClassifier(max_depth=depth or None, random_state=spec.seed)
        boost = AdaBoostClassifier(tree, n_estimators=MOST_ROUNDS, random_state=spec.seed)
        boost.fit(rows, labels)
        first = boost.estimators_[0]
        alone, together = first.predict(places), boost.predict(places)
        lines.append(
            {
                "depth": depth,
                "members": len(boost.estimators_),
                "train_error": float((first.predict(rows) != labels).mean()),
                "alone": float((alone != fresh).mean()),
                "boosted": float((together != fresh).mean()),
                "n_changed": int((alone != together).sum()),
            }
        )
    return Stopping(spec=spec, n_asked=MOST_ROUNDS, terms=pd.DataFrame(lines))
