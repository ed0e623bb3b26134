"""What the folds lab says in words: sizes, what goes wrong here, the price, which splitter when."""

from math import isfinite
from typing import Any

from core.formula import Formula
from core.scene import Meaning
from core.validation.folds.lab import FoldsResult
from core.validation.folds.splitters import N_REPEATS, SPLITTERS, Splitter
from core.validation.folds.tables import find_dataset
from core.wording import THIN, UNDEFINED, count, percent, significant

SPLITTER_NAMES: dict[Splitter, str] = {
    "kfold": "KFold, in order",
    "shuffled": "KFold, shuffled",
    "stratified": "StratifiedKFold",
    "repeated": f"RepeatedKFold ({N_REPEATS} times)",
    "holdout": "ShuffleSplit (20 % each)",
    "group": "GroupKFold",
    "stratified_group": "StratifiedGroupKFold",
    "time": "TimeSeriesSplit",
}
METRIC_NAMES = {"accuracy": "Accuracy", "auc": "Area under ROC", "mae": "Mean error"}
MODEL_NAMES = {"neighbours": "5 nearest neighbours", "linear": "Linear model"}
BAD: Meaning = "positive"
GOOD: Meaning = "good"
_GROUP_NOUNS = {"person": ("person", "people")}


def say_score(result: FoldsResult, value: float) -> str:
    """Return a score as people read it: "97.1 %", "0.71", "23.4 visitors"."""
    if not isfinite(value):
        return UNDEFINED
    if result.metric == "accuracy":
        return percent(value)
    if result.metric == "auc":
        return f"{value:.2f}"
    return f"{significant(value)}\u00a0{result.unit}".rstrip()


def say_short(result: FoldsResult, value: float) -> str:
    """Return a score for a narrow place: without decimals or unit."""
    if not isfinite(value):
        return UNDEFINED
    if result.metric == "accuracy":
        return percent(value, 0)
    return f"{value:.2f}" if result.metric == "auc" else significant(value, 2)


def say_range(low: float, high: float) -> str:
    """Return whole numbers from `low` to `high`: "48", or "34–35"."""
    return count(low) if low == high else f"{count(low)}–{count(high)}"


def say_share_range(low: float, high: float) -> str:
    """Return shares from `low` to `high`: "40–58 %"."""
    if round(100 * low) == round(100 * high):
        return percent(low, 0)
    return f"{100 * low:.0f}–{100 * high:.0f}{THIN}%"


def group_noun(result: FoldsResult) -> tuple[str, str]:
    """Return one and many of what holds rows together."""
    return _GROUP_NOUNS.get(result.group or "", ("group", "groups"))


def name_k(result: FoldsResult, k: int) -> str:
    """Return what stands at the handle: "5 folds", "240 folds: leave one out"."""
    if result.spec.splitter == "holdout":
        return f"{k} random splits"
    if result.spec.splitter == "repeated":
        return f"{N_REPEATS} × {k} folds"
    if k == result.n_rows:
        return f"{k} folds: leave one out"
    if k == result.n_groups and result.spec.splitter == "group":
        return f"{k} folds: leave one {group_noun(result)[0]} out"
    return f"{k} folds"


def describe_rows(result: FoldsResult) -> str:
    """Say what a fold is here, and what is drawn."""
    n_table = find_dataset(result.spec.data).n_rows
    taken = "" if n_table == result.n_rows else f" of the table’s {count(n_table)}"
    order = f", in the order of {result.order}" if result.order else ""
    return f"{count(result.n_rows)} {result.row_noun[1]}{taken}, from left to right{order}."


def tell_sizes(result: FoldsResult, row: Any) -> str:
    """Say how many rows each fold trains on and tests."""
    many = result.row_noun[1]
    each = "Each of the" if row.n_fits > 2 else "Both"
    kind = "random splits" if result.spec.splitter == "holdout" else "folds"
    number = f"{each} {count(row.n_fits)} {kind} " if row.n_fits > 2 else f"{each} {kind} "
    verb = ("trains on", "tests") if row.n_fits > 2 else ("train on", "test")
    return (
        f"{number}{verb[0]} {say_range(row.fewest_train, row.most_train)} {many} and {verb[1]} "
        f"{say_range(row.fewest_test, row.most_test)}. "
    )


def tell_fault(result: FoldsResult, row: Any) -> tuple[str, Meaning | None]:
    """Say what is right or wrong with these folds on these rows, and the colour that says so."""
    if result.n_groups is not None:
        many = group_noun(result)[1]
        if row.n_shared:
            said = (
                f"In one fold, {count(row.n_shared)} of {count(result.n_groups)} {many} are on both sides: "
                "the model is tested on those that it knows."
            )
            return said, BAD
        return f"None of the {count(result.n_groups)} {many} is on both sides.", GOOD
    if result.order is not None:
        if row.n_late_folds:
            return (
                f"In {count(row.n_late_folds)} of {count(row.n_fits)} folds the future trains for the past.",
                BAD,
            )
        return f"Every {result.row_noun[0]} is predicted from earlier ones only.", GOOD
    if result.label is None:
        return "", None
    return _tell_shares(result, row)


def _tell_shares(result: FoldsResult, row: Any) -> tuple[str, Meaning | None]:
    if row.most_test == 1:
        return "Each fold tests a single row.", None
    if row.n_undefined:
        n = int(row.n_undefined)
        said = (
            f"{count(n)} of them {'has' if n == 1 else 'have'} nothing to rank, for want of "
            f"{name_label(result)} or of all others, and so no score."
        )
        return said, BAD
    said = (
        f"The share of {name_label(result)} in a test part runs from {percent(row.lowest_share, 0)} to "
        f"{percent(row.highest_share, 0)}; in the table it is {percent(result.label_share, 0)}."
    )
    is_uneven = row.highest_share > 2 * result.label_share or row.n_without_label > 0
    return said, BAD if is_uneven else GOOD


def name_label(result: FoldsResult) -> str:
    """Return the watched class in words."""
    noun = find_dataset(result.spec.data).positive_noun
    return noun[1] if noun else str(result.label)


def tell_truth(result: FoldsResult, row: Any) -> str:
    """Say what the folds say, and what is true as far as it is known."""
    said = f"The folds say {say_score(result, row.score)}"
    if not isfinite(row.score):
        said = "No fold has a score"
    if isfinite(result.fresh_score):
        return (
            f"{said}; on {count(result.n_fresh)} fresh {result.row_noun[1]} it is "
            f"{say_score(result, result.fresh_score)}."
        )
    if result.right != result.spec.splitter:
        return (
            f"{said}; {SPLITTER_NAMES[result.right]} with {count(row.right_k)} folds says "  # type: ignore[index]
            f"{say_score(result, row.right_score)}."
        )
    return f"{said}. No fresh rows exist to hold against it."


def formulas(result: FoldsResult) -> tuple[Formula, ...]:
    """Return the size of a test part, and how much is left to learn from, with this table's numbers."""
    if result.spec.splitter in ("holdout", "time"):
        return ()
    k, n = result.k, result.n_rows
    unit, total = (
        (group_noun(result)[1], result.n_groups or n)
        if result.spec.splitter in ("group", "stratified_group")
        else (result.row_noun[1], n)
    )
    return (
        Formula(
            name=f"{unit} to test",
            top=unit,
            bottom="folds",
            top_number=count(total),
            bottom_number=count(k),
            value=significant(total / k, 4),
        ),
        Formula(
            name="share to learn from",
            top="folds − 1",
            bottom="folds",
            top_number=count(k - 1),
            bottom_number=count(k),
            value=percent((k - 1) / k),
        ),
    )


def tell_price(result: FoldsResult) -> str:
    """Say what a shuffled KFold says of twenty tables of the same law, and what is true there."""
    if not result.n_worlds:
        return ""
    naive, right, fresh = (
        say_score(result, value)
        for value in (result.worlds_naive, result.worlds_right, result.worlds_fresh)
    )
    said = (
        f"Was this one table just unlucky? On {count(result.n_worlds)} tables of the same kind a shuffled "
        f"KFold says {naive} on average, {SPLITTER_NAMES[result.right]} {right}, and fresh "  # type: ignore[index]
        f"{result.row_noun[1]} say {fresh}."
    )
    if result.n_worlds_undefined:
        said += (
            f" On {count(result.n_worlds_undefined)} of them a shuffled fold has nothing to rank, so that "
            "its score is undefined; stratified folds always have one, and their means vary less."
        )
    elif result.n_worlds_flattered == result.n_worlds:
        said += " The shuffled one flatters on every single table."
    else:
        said += f" The shuffled one flatters on {count(result.n_worlds_flattered)} of them."
    return said


def tell_tested(result: FoldsResult) -> str:
    """Say how often a row is tested, and how often it trains."""
    if result.fewest_tested == result.most_tested:
        times = "once" if result.most_tested == 1 else f"{result.most_tested} times"
        return (
            f"Here every row is tested {times} and helps to train in the other "
            f"{count(result.n_fits - result.most_tested)} fits, never both in the same one."
        )
    never = ""
    if result.n_never_tested:
        never = f"; {count(result.n_never_tested)} rows are never tested"
    return (
        f"Here a row is tested {result.fewest_tested} to {result.most_tested} times{never}. No row "
        "trains and tests in the same fit."
    )


def list_splitters(result: FoldsResult) -> tuple[tuple[str, str], ...]:
    """Return each splitter with what it keeps and when to use it; ✓ marks the one that suits."""
    uses = {
        "kfold": "cuts in the order of the table. Only for rows in random order.",
        "shuffled": "deals the rows out at random. For rows that each stand for themselves.",
        "stratified": "keeps the share of each class. For a rare class, or classes in blocks.",
        "repeated": f"does it {N_REPEATS} times. When one shuffle is too uncertain and there is time.",
        "holdout": "draws a test part each time anew. For many rows, or little time: once may do.",
        "group": "keeps groups whole. When the model will meet new people, shops, machines.",
        "stratified_group": "keeps groups whole, and class shares as well as that allows.",
        "time": "trains on the past only. When the model will predict what comes later.",
    }
    return tuple(
        (SPLITTER_NAMES[splitter] + (" ✓" if splitter == result.right else ""), uses[splitter])
        for splitter in SPLITTERS
    )


def tell_use(result: FoldsResult) -> str:
    """Say what the model will be used for, and which splitter copies that."""
    name = SPLITTER_NAMES[result.right]  # type: ignore[index]
    if result.order is not None:
        return (
            f"Out there the model will be asked about {result.row_noun[1]} that have not come yet. "
            f"{name} copies that: it trains on the past and tests what follows. A shuffle puts the day "
            "before and the day after the test into the training rows."
        )
    if result.n_groups is not None:
        one, many = group_noun(result)
        return (
            f"Out there the model will meet new {many}. {name} copies that: all rows of one {one} are on "
            "the same side. A shuffle tests it on rows whose close relatives it has seen, and recognising "
            f"the {one} is easier than knowing the answer."
        )
    if result.label is None:
        return f"If each row stands for itself, {name} copies that."
    return (
        f"If each {result.row_noun[0]} stands for itself, {name} copies that best: every fold holds the "
        "classes as the table does. Cut in order, a sorted table gives folds of one class; shuffled, a rare "
        "class may be missing from a fold."
    )


def tell_spread(result: FoldsResult) -> str:
    """Say what more folds change here, and what they cannot."""
    first, last = result.sweep.iloc[0], result.sweep.iloc[-1]
    if result.spec.splitter == "holdout":
        return (
            "More random splits test more of the rows and give a steadier mean. Each learns from as many "
            "rows as before, and what is wrong with one split is wrong with all of them."
        )
    said = (
        f"From {count(first['k'])} to {count(last['k'])} folds the mean here goes from "
        f"{say_score(result, float(first['score']))} to {say_score(result, float(last['score']))}. "
        "More folds leave more rows to learn from, and each test gets smaller, so single folds differ more. "
    )
    if isfinite(result.fresh_score) and result.right != result.spec.splitter:
        return said + "But a test that is not new stays so, in however many parts it is cut."
    return said + "Beyond 5 or 10 there is little to gain for the price."
