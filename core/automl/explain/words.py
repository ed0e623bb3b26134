"""What the lesson says in words, with its numbers inside the sentence."""

from core.automl.explain.view import ExplainResult
from core.datasets import Dataset, load_dataset
from core.formula import Formula
from core.wording import count, percent, significant

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


def plain_number(value: float) -> str:
    """Return a number with a real minus."""
    return f"{MINUS if value < 0 else ''}{significant(abs(value))}"


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th, … 11th."""
    ending = (
        "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"


def unit_after(result: ExplainResult) -> str:
    """Return a space and the unit of a number that is predicted; nothing where there is none."""
    dataset = _dataset(result)
    unit = (dataset.column(str(dataset.target)).unit or "").split(" (")[0]
    return f" {unit}" if unit and is_number(result) else ""


def say_score(result: ExplainResult) -> str:
    """Return how good the model is on rows that it has not seen: AUC or RMSE."""
    if is_number(result):
        return f"an RMSE of {significant(result.error)}{unit_after(result)}"
    return f"an AUC of {1 - result.error:.3f}"


def explain_score(result: ExplainResult) -> str:
    """Return in brackets what such a score means."""
    return " (the usual error)" if is_number(result) else " (0.5 is guessing, 1 is perfect)"


def say_rise(result: ExplainResult, rise: float) -> str:
    """Return what shuffling does: "AUC falls by 0.048" or "RMSE rises by 97 000 EUR"."""
    if is_number(result):
        verb = "rises" if rise >= 0 else "falls"
        return f"RMSE {verb} by {significant(abs(rise))}{unit_after(result)}"
    return f"AUC {'falls' if rise >= 0 else 'rises'} by {abs(rise):.3f}"


def say_target(result: ExplainResult) -> str:
    """Return what is predicted: the column, and the class that is looked for."""
    dataset = _dataset(result)
    return str(dataset.target) if is_number(result) else f"{dataset.target} = {dataset.positive}"


def tell_question(result: ExplainResult) -> str:
    """Return what is asked before anything is shown."""
    rows = _dataset(result).row_noun[1]
    return (
        f"A {MODELS[result.spec.model]} learns to predict {say_target(result)} from "
        f"{count(result.n_train)} {rows} and {result.n_columns} columns. Two columns of noise were added "
        "before: random numbers, and a shuffled copy of a real column. Such a model keeps a list of how "
        "important each column is to it. Where in its list do the random numbers stand?"
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


def tell_trust(result: ExplainResult) -> str:
    """Say whether this model's own list can be trusted with noise, and where it cannot."""
    if find_answer(result) != "bottom":
        return tell_own_list(result)
    return (
        f"{tell_own_list(result)} Here that is as it should be, but nobody knows beforehand. Take a "
        "forest on delivery times, and noise comes first."
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
        f"On {count(result.n_judged)} rows that it has not seen the model has {say_score(result)}"
        f"{explain_score(result)}. When “{result.top}” is shuffled, "
        f"{say_rise(result, result.top_rise)}, more than for any other column. "
        f"{count(result.n_above)} of {count(result.n_columns)} columns beat both columns of noise. {rest}"
    )


def tell_two_lists(result: ExplainResult) -> str:
    """Say how far the two lists differ."""
    return (
        f"{tell_own_list(result)} “{result.top}”, first by shuffling, is "
        f"{ordinal(result.top_built_in_rank)} there. That list is "
        f"{OWN_LISTS[result.spec.model]}, and it never sees a new row."
    )


def tell_train(result: ExplainResult) -> str:
    """Say how much better the model is on the rows that it learnt from, which its own list looks at."""
    if is_number(result):
        pair = f"an RMSE of {significant(result.train_error)}{unit_after(result)}"
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
    return f"{plain_number(value)}{unit_after(result)}"


def tell_row(result: ExplainResult) -> str:
    """Say how this row's prediction comes about."""
    rows = result.part.head(3)
    said = [
        f"{row.column} = {row.text} ({signed(float(str(row.value)))})" for row in rows.itertuples()
    ]
    if is_number(result):
        said_so = say_output(result, result.row_prediction)
        here = f"predicted {said_so}, really {significant(result.row_truth)}{unit_after(result)}"
    else:
        truth = "it is so" if result.row_truth else "it is not so"
        here = f"predicted probability {percent(result.row_prediction)}; in truth {truth}"
    scale = "" if result.scale == "number" else f", counted in {result.scale}"
    return (
        f"This row: {here}. The way starts at the base, {plain_number(result.row_base)}, the mean over the "
        f"rows that trained, and ends at {plain_number(result.row_output)}{scale}. Most is added by "
        f"{', '.join(said)}."
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
