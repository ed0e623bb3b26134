"""Right or wrong instead of near or far: the mistakes of trees on a known truth, taken apart; done once."""

from dataclasses import asdict, dataclass

import pandas as pd

from core.bias_variance.known import measure_mistakes
from core.bias_variance.worlds import WorldSpec
from core.errors import require
from core.progress import report
from core.remember import remembered

DEPTHS = (1, 2, 3, 5, 8)
N_SAMPLES = 30
LARGEST_SEED = 2**31 - 1
PARTS = ("noise_part", "bias", "variance_harms", "variance_helps")


@dataclass(frozen=True, kw_only=True)
class MistakesSpec:
    """Trees on rows above and below a diagonal, a tenth of them labelled wrongly."""

    seed: int = 0

    def __post_init__(self) -> None:
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )

    @property
    def world(self) -> WorldSpec:
        """The generated table that the trees learn from."""
        return WorldSpec(
            world="diagonal", noise=0.1, n_rows=300, n_samples=N_SAMPLES, n_places=400,
            seed=self.seed,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class TreeMistakes:
    """Where the mistakes of trees come from, as shares of rows."""

    spec: MistakesSpec
    terms: pd.DataFrame
    """One row per depth: ``depth``, ``noise_part``, ``bias``, ``variance_harms``, ``variance_helps``,
    ``false_alarms`` and ``misses`` (shares of the rows of their class), ``trade`` (their correlation over the
    samples), ``total`` (noise_part + bias + variance_harms − variance_helps), ``total_se``; ``error`` (on
    fresh labels, by other samples: the audit), ``error_se``, ``residual`` and ``residual_se``."""


@remembered
def take_mistakes_apart(spec: MistakesSpec) -> TreeMistakes:
    """Answer "does variance always do harm where an answer is right or wrong?".

    Source: P. Domingos: A unified bias-variance decomposition, ICML 2000; see `core.bias_variance.votes`.
    Check by eye: a stump cuts straight along one column and the truth is a diagonal, so bias is large.
    """
    from sklearn.tree import DecisionTreeClassifier

    rows = []
    for at, depth in enumerate(DEPTHS):
        report(at / len(DEPTHS), f"Trees of depth {depth}")
        found = asdict(measure_mistakes(DecisionTreeClassifier(max_depth=depth), spec.world))
        kinds = ("false_alarms", "misses", "trade")
        audit = ("total", "total_se", "error", "error_se", "residual", "residual_se")
        rows.append({"depth": depth, **{name: found[name] for name in (*PARTS, *kinds, *audit)}})
    report(1.0, "Done")
    return TreeMistakes(spec=spec, terms=pd.DataFrame(rows))
