"""What the lesson says in words, with its numbers inside the sentence."""

import pandas as pd

from core.automl.explain.view import ExplainResult
from core.datasets import Dataset, load_dataset
from core.formula import Formula
from core.wording import THIN, count, percent, significant

MODELS = {"linear": "linear model", "forest": "random forest", "lightgbm": "LightGBM"}
OWN_LISTS = {
    "linear": "the size of each coefficient times the spread of its column",
    "forest": "how much purer the splits on each column make the rows that train",
    "lightgbm": "how often a split is made on each column",
}
THIRDS = {
    "top": "in the top third",
    "middle": "in the middle third",
    "bottom": "in the bottom third",
}
MINUS = "\u2212"


def _dataset(result: ExplainResult) -> Dataset:
    return load_dataset(result.spec.data)


def is_number(result: ExplainResult) -> bool:
    """Whether a number is predicted, not one of two classes."""
    return _dataset(result).task == "regression"


def signed(value: float) -> str:
    """Return a number with its sign, and a real minus."""
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{significant(abs(value))}"


def _plain(value: float) -> str:
    return f"{MINUS if value < 0 else ''}{significant(abs(value))}"


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th, … 11th."""
    ending = (
        "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"


def _unit(result: ExplainResult) -> str:
    dataset = _dataset(result)
    unit = (dataset.column(str(dataset.target)).unit or "").split(" (")[0]
    return f" {unit}" if unit and is_number(result) else ""


def say_score(result: ExplainResult) -> str:
    """Return how good the model is on rows that it has not seen: AUC or RMSE."""
    if is_number(result):
        return f"an RMSE of {significant(result.error)}{_unit(result)}"
    return f"an AUC of {1 - result.error:.3f}"


def say_rise(result: ExplainResult, rise: float) -> str:
    """Return what shuffling does: "AUC falls by 0.048" or "RMSE rises by 97 000 EUR"."""
    if is_number(result):
        verb = "rises" if rise >= 0 else "falls"
        return f"RMSE {verb} by {significant(abs(rise))}{_unit(result)}"
    return f"AUC {'falls' if rise >= 0 else 'rises'} by {abs(rise):.3f}"


def say_target(result: ExplainResult) -> str:
    """Return what is predicted: the column, and the class that is looked for."""
    dataset = _dataset(result)
    return str(dataset.target) if is_number(result) else f"{dataset.target} = {dataset.positive}"


def tell_question(result: ExplainResult) -> str:
    """Return what is asked before anything is shown."""
    rows = _dataset(result).row_noun[1]
    return (
        f"A {MODELS[result.spec.model]} learns {say_target(result)} from {count(result.n_train)} {rows} and "
        f"{result.n_columns} columns. Before it learns, we add a column of random numbers and a shuffled "
        "copy "
        "of a real column. Such models keep a list of how important each column is to them. Where in this "
        "list does the random number stand?"
    )


def find_answer(result: ExplainResult) -> str:
    """Return in which third of its own list the model puts the random number."""
    share = result.random_built_in_rank / len(result.columns)
    return "top" if share <= 1 / 3 else "middle" if share <= 2 / 3 else "bottom"


def tell_own_list(result: ExplainResult) -> str:
    """Say where the model's own list puts noise."""
    below = (
        f"above {count(result.n_below_random)} real columns"
        if result.n_below_random
        else "below all real columns"
    )
    return (
        f"Its own list puts the random number {ordinal(result.random_built_in_rank)} of "
        f"{len(result.columns)}, {below}. The two columns of noise get "
        f"{percent(result.controls_built_in, 0)} of all importance."
    )


def tell_beliefs() -> dict[str, str]:
    """Return what one would have to believe for each answer."""
    return {
        "top": "That would be so for a model that takes any pattern in its own rows for knowledge. This one "
        "hardly does.",
        "middle": "That would be so if noise were worth half of a real column. The list does not ask for "
        "worth.",
        "bottom": "That would be so if a model could tell noise from knowledge while it learns. In its own "
        "rows, "
        "noise fits too.",
    }


def tell_columns(result: ExplainResult) -> str:
    """Say which columns count on rows that the model has not seen."""
    others = result.n_columns - result.n_above
    rest = (
        f"The other {count(others)} cannot be told from noise on these {count(result.n_judged)} rows."
        if others > 1
        else "The other one cannot be told from noise."
        if others
        else "All of them do."
    )
    return (
        f"On {count(result.n_judged)} rows that it has not seen the model has {say_score(result)}. When "
        f"{result.top} is shuffled, {say_rise(result, result.top_rise)}, more than for any other column. "
        f"{count(result.n_above)} of {count(result.n_columns)} columns beat both columns of noise. {rest}"
    )


def tell_two_lists(result: ExplainResult) -> str:
    """Say how far the two lists differ."""
    return (
        f"{tell_own_list(result)} {result.top}, first by shuffling, is "
        f"{ordinal(result.top_built_in_rank)} there. That list is "
        f"{OWN_LISTS[result.spec.model]}, and it never sees a new row."
    )


def tell_train(result: ExplainResult) -> str:
    """Say how much better the model is on the rows that it learnt from, which its own list looks at."""
    if is_number(result):
        pair = f"an RMSE of {significant(result.train_error)}{_unit(result)}"
    else:
        pair = f"an AUC of {1 - result.train_error:.3f}"
    return (
        f"On the rows that it learnt from the model has {pair}; on new ones, {say_score(result)}."
    )


def shuffle_formula(result: ExplainResult) -> Formula:
    """Return permutation importance with the numbers of the first column."""
    after = significant(result.error + result.top_rise, 4)
    return Formula(
        name="importance",
        top="mean error when shuffled − error as it is",
        top_number=f"{after} − {significant(result.error, 4)}",
        value=significant(result.top_rise),
    )


def say_output(result: ExplainResult, value: float) -> str:
    """Return a prediction, or a part of one, in its scale."""
    if result.scale == "probability":
        return percent(value)
    return f"{_plain(value)}{_unit(result)}"


def tell_row(result: ExplainResult) -> str:
    """Say how this row's prediction comes about."""
    rows = result.part.head(3)
    said = [
        f"{row.column} = {row.text} ({signed(float(str(row.value)))})" for row in rows.itertuples()
    ]
    if is_number(result):
        said_so = say_output(result, result.row_prediction)
        here = f"predicted {said_so}, really {significant(result.row_truth)}{_unit(result)}"
    else:
        truth = "it is so" if result.row_truth else "it is not so"
        here = f"predicted probability {percent(result.row_prediction)}; in truth {truth}"
    scale = "" if result.scale == "number" else f", counted in {result.scale}"
    return (
        f"This row: {here}. The way starts at the base, {_plain(result.row_base)}, the mean over the rows "
        "that "
        f"trained, and ends at {_plain(result.row_output)}{scale}. Most is added by {', '.join(said)}."
    )


def row_formula(result: ExplainResult) -> Formula:
    """Return that base and parts add up to the prediction."""
    total = float(result.part["value"].sum())
    return Formula(
        name="output of this row",
        top="base + what all columns add",
        top_number=f"{significant(result.row_base, 4)} + ({signed(total)})",
        value=significant(result.row_output, 4),
    )


def tell_samples(result: ExplainResult) -> str:
    """Say how steady the order is."""
    first = str(result.part.loc[~result.part["is_control"], "column"].iloc[0])
    reach = (
        f"always {ordinal(result.top_best)}"
        if result.top_best == result.top_worst
        else f"between {ordinal(result.top_best)} and {ordinal(result.top_worst)}"
    )
    return (
        f"{count(result.n_runs)} models learnt from other rows with other chance. {first} is first on "
        "average, "
        f"{reach}. {count(result.n_steady)} of {count(result.n_columns)} columns beat both columns of noise "
        "in "
        "every run."
    )


def tell_twins(result: ExplainResult) -> str:
    """Say what a copy of the first column does to its importance."""
    alone = say_rise(result, result.alone_rise)
    both = say_rise(result, result.both_rise)
    if result.copy_rise == 0:
        middle = (
            "With a copy in the table this model goes on splitting on the original and never on the copy, "
            "which says the same: shuffling the copy costs nothing."
        )
    else:
        middle = (
            f"With a copy in the table, {say_rise(result, result.original_rise)} for the original and "
            f"{say_rise(result, result.copy_rise)} for the copy: while one is shuffled, the other still "
            "tells."
        )
    return f"Alone, when {result.twin_of} is shuffled, {alone}. {middle} With both shuffled together, {both}."


def tell_groups(result: ExplainResult) -> str:
    """Say what close columns of the table itself do."""
    if result.marks.empty:
        return (
            "No two columns of numbers in this table have a rank correlation of 0.7 or more, so it holds no "
            "twins of its own. Try “Breast cancer”."
        )
    row = result.marks.iloc[result.marks["rise"].argmax()]
    return (
        f"This table has twins of its own. In one group of {int(row['n_columns'])} columns that go together "
        f"(linked by rank correlations of 0.7 or more) the best alone: "
        f"{say_rise(result, float(row['highest']))}. "
        f"All of them one by one, added up: {say_rise(result, float(row['total']))}. All shuffled together: "
        f"{say_rise(result, float(row['rise']))}."
    )


def tabulate_groups(result: ExplainResult) -> pd.DataFrame:
    """Return the groups of close columns: best alone, sum of all alone, together."""
    table = result.marks
    names = [name if len(name) < 70 else f"{name[:67]}…" for name in table["group"]]
    return pd.DataFrame(
        {
            "columns that go together": names,
            "how many": [str(n) for n in table["n_columns"]],
            "best alone": [_plain(value) for value in table["highest"]],
            "one by one, added": [_plain(value) for value in table["total"]],
            "together": [_plain(value) for value in table["rise"]],
        }
    )


def tell_curve(result: ExplainResult) -> str:
    """Say how the mean prediction moves, where rows are missing, and who goes the other way."""
    if is_number(result):
        ends = [
            f"{significant(value)}{_unit(result)}"
            for value in (result.curve_low, result.curve_high)
        ]
    else:
        ends = [percent(result.curve_low), percent(result.curve_high)]
    missing = (
        f"On {percent(result.unsupported, 0)} of the axis (dotted) fewer than 1{THIN}% of the rows that "
        "trained lie: "
        "there the model invents."
        if result.unsupported
        else "There are rows all along."
    )
    return (
        f"Where there are rows, the mean prediction lies between {ends[0]} and {ends[1]} as {result.moved} "
        "moves. "
        f"{missing} For {percent(result.against, 0)} of the rows the curve goes the other way than the mean."
    )


def tell_cause(result: ExplainResult) -> str:
    """Say what the model claims about two changes, and what they really do."""
    calls = f"{abs(result.calls_true):.0f}"
    return (
        f"Two more engines at every fire: the model says the damage changes by {signed(result.engines_said)} "
        f"thousand EUR; really it changes by {signed(result.engines_true)}. Two more calls: the model says "
        f"{signed(result.calls_said)}; really {calls}. Large fires bring calls, engines and damage, so both "
        "predict damage well, and neither makes it."
    )


def tell_leak(result: ExplainResult) -> str:
    """Say what a column from the future does."""
    late = result.marks[result.marks["version"] == "late"]
    place = int(late["rise"].rank(ascending=False)[late["column"] == "repair_offers"].iloc[0])
    return (
        f"With the number of repair offers in the table, that column is {ordinal(place)} of {len(late)}, and "
        "the "
        f"RMSE on fires of the archive falls from {significant(result.early_error)} to "
        f"{significant(result.late_error)} thousand EUR. While it burns no offer has been asked for; then "
        "the RMSE is "
        f"{significant(result.in_use_error)}."
    )
