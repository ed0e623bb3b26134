"""Why do many weak models beat one strong one? Trees averaged, trees in a row, and models mixed.

Each way of joining models is trained on the same fresh samples of a known truth, so that its bias and
its variance can be measured; then on bootstrap samples of a table of unknown truth.
"""

from dataclasses import dataclass
from math import exp
from threading import Lock
from typing import Any

import pandas as pd
from cachetools import LRUCache, cached

from core.bias_variance.ensembles.resampling import resample_table
from core.bias_variance.ensembles.script import write_script
from core.bias_variance.ensembles.stopping import StoppingSpec, boost_by_weights
from core.bias_variance.ensembles.training import (
    DEPTHS,
    GROWING,
    N_SAMPLES,
    Method,
    TruthSpec,
    train_ensembles,
)
from core.bias_variance.ensembles.trees import NO_LIMIT
from core.bias_variance.ensembles.view import EnsemblesResult, EnsemblesSpec
from core.datasets import load_dataset
from core.lab import Lab, SlowPart


def join_models(spec: EnsemblesSpec) -> EnsemblesResult:
    """Answer "what do bagging, boosting and stacking do to bias and variance?".

    Trains what is not remembered; the rest takes milliseconds.
    Check by eye: without a limit, a boost has the bias² and the variance of one tree.
    """
    known = _look_over(spec.samples, spec.method, _members_of(spec.method, spec.members))
    run, at = resample_table(spec.table), DEPTHS.index(spec.depth)
    here, tree = known.depths.iloc[at].to_dict(), known.trees.iloc[at].to_dict()
    terms = known.terms[known.terms["depth"] == spec.depth]
    is_rival = terms["members"].eq(spec.members) | ~terms["method"].isin(GROWING)
    parts = ("bias2", "bias2_se", "variance", "variance_se", "total", "total_se")
    mine: dict[str, Any] = {name: float(here[name]) for name in parts}
    mine |= {f"tree_{name}": float(tree[name]) for name in ("bias2", "variance", "total")}
    return EnsemblesResult(
        spec=spec,
        n_samples=N_SAMPLES,
        n_members=int(here["members"]),
        at=at,
        noise=spec.noise**2,
        **mine,
        **known.ends,
        **known.unseen,
        **_read_bag(known.bags.iloc[at].to_dict(), terms, spec.members),
        **_read_stopping(spec.seed),
        n_table_rows=run.n_rows,
        **_read_table(run.terms),
        # Lazy copies: what one reader writes into a table never reaches another.
        depths=known.depths.copy(deep=False),
        trees=known.trees.copy(deep=False),
        rivals=terms[is_rival].reset_index(drop=True),
        fits=known.fits.copy(deep=False),
        means=known.means.copy(deep=False),
        table=run.terms,
    )


def _read_bag(bag: dict[Any, Any], terms: pd.DataFrame, members: int) -> dict[str, Any]:
    """Return what the bags of one depth tell: how alike members are, and the rows that they lack."""
    rho, single = float(bag["correlation"]), float(bag["member_variance"])
    growth = terms.loc[terms["method"] == "bagged", ["members", "variance", "variance_se"]]
    growth = growth.assign(law=rho * single + (1 - rho) * single / growth["members"])
    here = growth[growth["members"] == members].iloc[0]
    return {
        "member_variance": single,
        "correlation": rho,
        "law_variance": float(here["law"]),
        "floor": rho * single,
        "bagged_variance": float(here["variance"]),
        "oob_error": float(bag["oob_error"]),
        "oob_error_se": float(bag["oob_error_se"]),
        "bag_error": float(bag["error"]),
        "growth": growth.reset_index(drop=True),
    }


def _read_table(terms: pd.DataFrame) -> dict[str, Any]:
    bag = terms[(terms["method"] == "bagged") & (terms["depth"] == NO_LIMIT)].iloc[0]
    return {f"table_bag_{part}": float(bag[part]) for part in ("error", "variance")}


def _read_stopping(seed: int) -> dict[str, Any]:
    rows = boost_by_weights(StoppingSpec(seed=seed)).terms
    stump, strong = rows.iloc[0].to_dict(), rows.iloc[1].to_dict()
    return {
        "ada_stump_members": int(stump["members"]),
        "ada_strong_members": int(strong["members"]),
        "ada_stump_alone": float(stump["alone"]),
        "ada_stump_boosted": float(stump["boosted"]),
        "ada_strong_boosted": float(strong["boosted"]),
    }


def _members_of(method: Method, members: int) -> int:
    return members if method in GROWING else {"tree": 1, "stacked": 3}[method]


@dataclass(frozen=True, eq=False)
class _Known:
    """All of a result that is the same wherever the handle stands."""

    terms: pd.DataFrame
    bags: pd.DataFrame
    depths: pd.DataFrame
    trees: pd.DataFrame
    fits: pd.DataFrame
    means: pd.DataFrame
    ends: dict[str, Any]
    unseen: dict[str, Any]


@cached(LRUCache(maxsize=64), lock=Lock())
def _look_over(spec: TruthSpec, method: Method, members: int) -> _Known:
    found = train_ensembles(spec)
    terms = found.terms

    def choose(table: pd.DataFrame, method: str, members: int) -> pd.DataFrame:
        rows = table[(table["method"] == method) & (table["members"] == members)]
        return rows.drop(columns=["method", "members"]).reset_index(drop=True)

    depths = terms[(terms["method"] == method) & (terms["members"] == members)]
    trees = terms[terms["method"] == "tree"]
    n = spec.n_rows
    return _Known(
        terms=terms,
        bags=found.bags,
        depths=depths.reset_index(drop=True),
        trees=trees.reset_index(drop=True),
        fits=choose(found.fits, method, members),
        means=choose(found.means, method, members),
        ends=_read_ends(terms),
        unseen={
            "unseen_share": found.unseen_share,
            "unseen_law": (1 - 1 / n) ** n,
            "unseen_limit": exp(-1),
            "n_bootstraps": found.n_bootstraps,
        },
    )


def _read_ends(terms: pd.DataFrame) -> dict[str, Any]:
    """Return what single trees, bags and boosts do at both ends of the handle, and the best weak boost."""

    def read(method: str, depth: int, part: str) -> float:
        rows = terms[(terms["method"] == method) & (terms["depth"] == depth)]
        return float(rows.sort_values("members")[part].iloc[-1])

    weak = min(DEPTHS[:-1], key=lambda depth: read("boosted", depth, "total"))
    return {
        "weak_depth": weak,
        "weak_boosted_total": read("boosted", weak, "total"),
        "weak_tree_total": read("tree", weak, "total"),
        "best_tree_total": min(read("tree", depth, "total") for depth in DEPTHS),
        **{
            f"strong_{method}_{part}": read(method, NO_LIMIT, part)
            for method in ("tree", "bagged", "boosted")
            for part in ("total", "variance")
        },
        "stump_total": read("tree", 1, "total"),
        "stump_bias2": read("tree", 1, "bias2"),
        "stump_bagged_bias2": read("bagged", 1, "bias2"),
        "stump_boosted_total": read("boosted", 1, "total"),
        "stump_boosted_bias2": read("boosted", 1, "bias2"),
    }


def name_slow_part(spec: EnsemblesSpec) -> SlowPart | None:
    """Return the training that a view waits for, one part after the other.

    None for the view that the lesson opens with: the server makes it ready when it starts.
    """
    default = EnsemblesSpec()
    if spec.samples != default.samples and train_ensembles.recall(spec.samples) is None:
        what = f"Trees are being bagged, boosted and stacked on {N_SAMPLES} samples."
        return SlowPart(run=train_ensembles, spec=spec.samples, what=what)
    if spec.table != default.table and resample_table.recall(spec.table) is None:
        title = load_dataset(spec.data).title
        what = f"{title} is being resampled, and every ensemble trained on each resample."
        return SlowPart(run=resample_table, spec=spec.table, what=what)
    return None


LAB = Lab(
    name="ensembles",
    question="Why do many weak models beat one strong one?",
    spec=EnsemblesSpec,
    run=join_models,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "one-tree": {"method": "tree", "depth": 0},
        "boosted-stumps": {"depth": 1},
        "boosted-without-limit": {"depth": 0},
        "bagged-without-limit": {"method": "bagged", "depth": 0},
        "stacked": {"method": "stacked", "depth": 3},
        "two-members": {"method": "bagged", "members": 2, "depth": 5, "truth": "step"},
        "house-prices": {"method": "bagged", "data": "house_prices"},
    },
)
