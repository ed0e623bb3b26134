"""What the ensembles lesson says in words: settings, verdicts, formulas, and its small tables."""

from functools import lru_cache
from math import isnan

import pandas as pd

from core.bias_variance.decomposition.words import say_term
from core.bias_variance.ensembles.resampling import N_ROUNDS
from core.bias_variance.ensembles.stopping import MOST_ROUNDS, WORLD
from core.bias_variance.ensembles.training import MOST_MEMBERS, Method
from core.bias_variance.ensembles.trees import NO_LIMIT
from core.bias_variance.ensembles.view import EnsemblesResult
from core.formula import Formula
from core.wording import count, percent, significant

TITLES: dict[str, str] = {
    "tree": "One tree",
    "bagged": "Bagged",
    "boosted": "Boosted",
    "stacked": "Stacked",
}
CLEARLY = 0.9
"""An ensemble helps if it leaves at most this share of one tree's distance from the truth."""


def say_depth(depth: float) -> str:
    """Return a depth in words: "depth 1 (stumps)", "depth 3", "no limit"."""
    if depth == NO_LIMIT:
        return "no limit"
    return "depth 1 (stumps)" if depth == 1 else f"depth {depth:.0f}"


def say_models(method: Method, members: int, depth: float) -> str:
    """Return what is trained: "a bag of 20 trees without a limit"."""
    kind = {NO_LIMIT: "without a limit", 1: "of depth 1"}.get(int(depth), f"of depth {depth:.0f}")
    trees = "tree" if members == 1 else "trees"
    return {
        "tree": f"one tree {kind}",
        "bagged": f"a bag of {members} {trees} {kind}",
        "boosted": f"a boost of {members} {trees} {kind}",
        "stacked": f"a stack of a tree {kind}, 5 neighbours and a line",
    }[method]


def find_answer(result: EnsemblesResult) -> str:
    """Return which ensembles of 20 trees without a limit beat one: "bag", "boost", "both" or "neither"."""
    left = result.strong_tree_total - result.noise
    bag, boost = (
        total - result.noise < CLEARLY * left
        for total in (result.strong_bagged_total, result.strong_boosted_total)
    )
    if bag and boost:
        return "both"
    return "bag" if bag else "boost" if boost else "neither"


def tell_ends(result: EnsemblesResult) -> str:
    """Say what the predict question asked for, with its numbers."""
    return (
        f"On fresh rows one tree without a limit has an error of {significant(result.strong_tree_total)}, "
        f"a bag of {MOST_MEMBERS} has {significant(result.strong_bagged_total)}, and a boost of "
        f"{MOST_MEMBERS} has {significant(result.strong_boosted_total)}. The noise alone is "
        f"{significant(result.noise)}."
    )


def tell_weak(result: EnsemblesResult) -> str:
    """Say whether many weak trees beat the best single one, and what each of them is worth alone."""
    verb = "beats" if result.weak_boosted_total < result.best_tree_total else "does not beat"
    return (
        f"A boost of {MOST_MEMBERS} trees of depth {result.weak_depth} has an error of "
        f"{significant(result.weak_boosted_total)}, though each such tree alone has "
        f"{significant(result.weak_tree_total)}. It {verb} the best single tree of any depth, which has "
        f"{significant(result.best_tree_total)}."
    )


def tell_view(result: EnsemblesResult) -> str:
    """Say what this ensemble does to both parts, beside one tree of the same depth."""
    spec = result.spec
    if spec.method == "tree":
        return (
            f"One tree, {say_depth(spec.depth)}: bias² {significant(max(result.bias2, 0))}, variance "
            f"{significant(result.variance)}. Choose an ensemble to see which of the two it changes."
        )
    made = say_models(spec.method, result.n_members, spec.depth)
    return (
        f"{made[0].upper()}{made[1:]} has a bias² of {significant(max(result.bias2, 0))} and a variance of "
        f"{significant(result.variance)}; one tree of that depth has "
        f"{significant(max(result.tree_bias2, 0))} and {significant(result.tree_variance)}."
    )


def tell_stumps(result: EnsemblesResult) -> str:
    """Say what bagging and boosting do to the bias of stumps."""
    return (
        f"One stump has a bias² of {significant(result.stump_bias2)}. A bag of {MOST_MEMBERS} stumps keeps "
        f"{significant(result.stump_bagged_bias2)}: the mean of rigid models is rigid. A boost of "
        f"{MOST_MEMBERS} stumps comes down to {significant(max(result.stump_boosted_bias2, 0))}, because "
        "every new stump learns what the others still get wrong."
    )


def tell_strong(result: EnsemblesResult) -> str:
    """Say what bagging and boosting do to the variance of trees without a limit."""
    start = (
        f"Without a limit, one tree has a variance of {significant(result.strong_tree_variance)}, a bag "
        f"{significant(result.strong_bagged_variance)}, a boost "
        f"{significant(result.strong_boosted_variance)}."
    )
    if result.noise == 0:
        return f"{start} Without noise every sample is the same, so there is hardly any variance to lower."
    return (
        f"{start} A tree that fits its own rows exactly leaves no errors for the next one to learn, so "
        "boosting it changes next to nothing."
    )


def tell_stop(result: EnsemblesResult) -> str:
    """Say when AdaBoost stopped, on two classes."""
    trees = "tree" if result.ada_strong_members == 1 else "trees"
    return (
        f"AdaBoost gives more weight to rows that the last tree got wrong. It was asked for {MOST_ROUNDS} "
        f"trees on {WORLD.n_rows} generated rows of two classes. With stumps it trained "
        f"{result.ada_stump_members}, and the mistakes on fresh rows fell from "
        f"{percent(result.ada_stump_alone)} to {percent(result.ada_stump_boosted)}. Without a limit it "
        f"stopped after {result.ada_strong_members} "
        f"{trees}, at {percent(result.ada_strong_boosted)}: there was no wrong row left to give more weight."
    )


def tell_law(result: EnsemblesResult) -> str:
    """Say how far averaging can go at this depth."""
    if isnan(result.correlation):
        return "All members say the same, so there is no variance to average out."
    if result.noise == 0:
        return (
            "Without noise every sample is the same. Members differ only in the rows that they drew, so they "
            f"share nothing that varies: their correlation is {result.correlation:.2f}, up to chance. Then "
            "twice the trees really halve the variance."
        ).replace("-", "−")
    return (
        f"One member has a variance of {significant(result.member_variance)}. Two members of a bag have a "
        f"correlation of {result.correlation:.2f}, because they learn from mostly the same rows. That share "
        "of the variance they have in common, and averaging cannot touch it: even endlessly many members "
        f"would leave {significant(max(result.floor, 0))}. With {count(result.spec.members)} the law says "
        f"{significant(result.law_variance)}; measured: {significant(result.bagged_variance)}."
    )


def law_formula(result: EnsemblesResult) -> Formula | None:
    """Return the variance of a bag at this depth; None if it is undefined."""
    rho = result.correlation
    if isnan(rho):
        return None
    shared = significant(max(result.floor, 0.0))
    own = significant(min(1 - rho, 1.0) * result.member_variance)
    return Formula(
        name="variance",
        top="shared + own / members",
        top_number=f"{shared} + {own} / {result.spec.members}",
        value=significant(result.law_variance),
    )


def unseen_formula(result: EnsemblesResult) -> Formula:
    """Return the share of rows that a bootstrap sample is expected to lack."""
    n = result.spec.n_rows
    return Formula(
        name="unseen",
        top="(1 − 1/n) to the power n",
        top_number=f"({n - 1}/{n}) to the power {n}",
        value=percent(result.unseen_law),
    )


def tell_unseen(result: EnsemblesResult) -> str:
    """Say how many rows a bootstrap sample lacks, by law and by count."""
    return (
        f"A row is missed by one draw with a chance of 1 − 1/{result.spec.n_rows}, and there are "
        f"{result.spec.n_rows} draws. For large n this comes to 1/e = {percent(result.unseen_limit)}. "
        f"Counted over the {count(result.n_bootstraps)} bootstrap samples of this view: "
        f"{percent(result.unseen_share)}."
    )


def tell_out_of_bag(result: EnsemblesResult) -> str:
    """Say what the unseen rows tell about the error, beside the truth."""
    n_judges = MOST_MEMBERS * result.unseen_share
    return (
        f"Out of bag, bags of {MOST_MEMBERS} trees ({say_depth(result.spec.depth)}) have an error of "
        f"{say_term(result.oob_error, result.oob_error_se)}; on fresh targets it is "
        f"{significant(result.bag_error)}. Out-of-bag is a little strict: each row is judged by the "
        f"{n_judges:.0f} or so trees that have not seen it, and not by all {MOST_MEMBERS}."
    )


def tell_table(result: EnsemblesResult) -> str:
    """Say what resampling shows on a table of unknown truth."""
    rows = {(row["method"], row["depth"]): row for row in result.table.to_dict("records")}
    tree, bag, boost = (rows[method, NO_LIMIT] for method in ("tree", "bagged", "boosted"))
    stumps = rows["boosted", 1]
    return (
        f"{count(result.n_table_rows)} rows, {N_ROUNDS} bootstrap samples, each model judged by the rows "
        f"that its sample lacks. {percent(1)} is the error of always saying the mean. Without a limit, the "
        f"variance is {percent(tree['variance'], 0)} for one tree, {percent(bag['variance'], 0)} for a bag "
        f"and {percent(boost['variance'], 0)} for a boost. Boosted stumps have an error of "
        f"{percent(stumps['error'], 0)}, bagged trees without a limit {percent(bag['error'], 0)}."
    )


@lru_cache(maxsize=64)
def tabulate_rivals(result: EnsemblesResult) -> pd.DataFrame:
    """Return all four at this depth as people read them."""
    rows = result.rivals
    return pd.DataFrame(
        {
            "Model": [
                f"{TITLES[method]} ({members})" if members > 1 else TITLES[method]
                for method, members in zip(rows["method"], rows["members"], strict=True)
            ],
            "Bias²": [
                say_term(*pair) for pair in zip(rows["bias2"], rows["bias2_se"], strict=True)
            ],
            "Variance": [
                say_term(*pair) for pair in zip(rows["variance"], rows["variance_se"], strict=True)
            ],
            "Sum with noise": [
                say_term(*pair) for pair in zip(rows["total"], rows["total_se"], strict=True)
            ],
        }
    )
