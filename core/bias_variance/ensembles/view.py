"""One view of the lesson: its settings, and the numbers and tables that it shows."""

from dataclasses import dataclass

import pandas as pd

from core.bias_variance.ensembles.resampling import TableSpec
from core.bias_variance.ensembles.training import DEPTHS, MEMBERS, METHODS, Method, TruthSpec
from core.errors import require


@dataclass(frozen=True, kw_only=True)
class EnsemblesSpec:
    """A truth, its noise, and what is made of trees of some depth."""

    truth: str = "ripples"
    """A known curve: ``line``, ``parabola``, ``sine``, ``ripples``, ``step`` or ``bump``."""
    method: Method = "boosted"
    """``tree`` (just one), ``bagged``, ``boosted`` or ``stacked``."""
    depth: int = 2
    """How deep each tree may grow: 1, 2, 3 or 5; 0 is no limit."""
    members: int = MEMBERS[-1]
    """Trees in a bag or a boost: 1, 2, 5, 10 or 20."""
    noise: float = 0.3
    n_rows: int = 80
    data: str = "diabetes"
    """The table of unknown truth: ``diabetes``, ``house_prices``, ``delivery_times`` or ``own-…``."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.samples, self.table  # refuse unknown truths and tables, and numbers out of range
        require(
            self.method in METHODS, f"A method is one of {', '.join(METHODS)}, got {self.method!r}."
        )
        require(
            self.depth in DEPTHS,
            f"A tree may grow to a depth of {', '.join(map(str, DEPTHS[:-1]))}, or 0 for no limit; "
            f"got {self.depth}.",
        )
        require(
            self.members in MEMBERS,
            f"Bags and boosts have {', '.join(map(str, MEMBERS))} trees here, got {self.members}.",
        )

    @property
    def samples(self) -> TruthSpec:
        """What is trained on the known truth: the same for all methods, depths and members."""
        return TruthSpec(truth=self.truth, noise=self.noise, n_rows=self.n_rows, seed=self.seed)

    @property
    def table(self) -> TableSpec:
        """What is trained on the table of unknown truth."""
        return TableSpec(data=self.data, seed=self.seed)


@dataclass(frozen=True, eq=False)
class EnsemblesResult:
    """Where the error of this ensemble comes from, and that of one tree of the same depth.

    Squared errors are in the squared unit of the curve; `_se` is the Monte-Carlo standard error. NaN is
    undefined: members that all say the same have no correlation.
    """

    spec: EnsemblesSpec
    n_samples: int
    n_members: int
    """Models in this ensemble: 1 for a tree, 3 for a stack."""
    at: int
    """Place of the handle: a row number of `depths`."""
    bias2: float
    bias2_se: float
    variance: float
    variance_se: float
    noise: float
    """The variance of the noise, known exactly."""
    total: float
    """bias² + variance + noise."""
    total_se: float
    tree_bias2: float
    """Of one tree of the same depth."""
    tree_variance: float
    tree_total: float
    strong_tree_total: float
    """One tree without a limit, and bags and boosts of 20 such trees."""
    strong_tree_variance: float
    strong_bagged_total: float
    strong_bagged_variance: float
    strong_boosted_total: float
    strong_boosted_variance: float
    stump_total: float
    """One stump, and bags and boosts of 20 stumps."""
    stump_bias2: float
    stump_bagged_bias2: float
    stump_boosted_total: float
    stump_boosted_bias2: float
    weak_depth: int
    """The best depth, of those with a limit, for a boost of 20 trees; its error, and one such tree’s."""
    weak_boosted_total: float
    weak_tree_total: float
    best_tree_total: float
    """The least error of a single tree of any depth."""
    member_variance: float
    """σ² of one member of a bag at this depth, ρ between two, and what ρσ² + (1 − ρ)σ²/m says of this
    number of members."""
    correlation: float
    law_variance: float
    floor: float
    """ρσ²: the variance of a bag of endlessly many members."""
    bagged_variance: float
    """Measured variance of a bag of so many members at this depth."""
    unseen_share: float
    """Share of rows that a bootstrap sample did not hold, counted; the law; and the limit 1/e."""
    unseen_law: float
    unseen_limit: float
    n_bootstraps: int
    oob_error: float
    """Out-of-bag error of the largest bag at this depth, and its error on fresh targets at the same rows."""
    oob_error_se: float
    bag_error: float
    n_table_rows: int
    """Rows of the table of unknown truth that were resampled; then error and variance of a bag of 20 trees
    without a limit on it, as shares of the error of always saying the mean."""
    table_bag_error: float
    table_bag_variance: float
    ada_stump_members: int
    """Members that AdaBoost trained of stumps, and of trees without a limit, before it stopped."""
    ada_strong_members: int
    ada_stump_alone: float
    """Share of fresh labels missed by one stump, by AdaBoost on stumps, and by AdaBoost without a limit."""
    ada_stump_boosted: float
    ada_strong_boosted: float
    depths: pd.DataFrame
    """This method and number of members at each depth; see `Ensembles.terms`."""
    trees: pd.DataFrame
    """One tree at each depth, likewise."""
    rivals: pd.DataFrame
    """All methods at this depth, bags and boosts with this many members."""
    growth: pd.DataFrame
    """Bags at this depth: ``members``, ``variance``, ``variance_se``, ``law``."""
    fits: pd.DataFrame
    """Fits of this method: ``depth``, ``sample``, ``x``, ``y``."""
    means: pd.DataFrame
    table: pd.DataFrame
    """The table of unknown truth; see `core.bias_variance.ensembles.resampling.TableRun.terms`."""
