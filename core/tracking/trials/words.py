"""What the lesson says in words: which runs a search left, what they cost, and whether a guess was right."""

import pandas as pd

from core.formula import Formula
from core.tracking.trials.lab import TrialsResult
from core.tracking.trials.record import WAYS
from core.wording import count

WAY_NAMES = {
    "flat": "Flat",
    "nested": "Nested",
    "callback": "Optuna's callback",
    "batch": "In one go",
    "storage": "MLflow's storage",
}
STORIES = {
    "flat": "After each trial, a callback starts a run, logs settings and score, and ends it.",
    "nested": (
        "The program starts a run for the search. Inside it, each trial starts a run with "
        "`nested=True`."
    ),
    "callback": (
        "The program starts a run for the search, and hands Optuna's `MLflowCallback` to the study, "
        'with `mlflow_kwargs={"nested": True}`.'
    ),
    "batch": (
        "The search ends first, with a run of its own. Then each trial is written as a child of it."
    ),
    "storage": "Optuna keeps its study in MLflow itself, with `MlflowStorage`.",
}
GUESS_NAMES = {
    "early": "In the first third",
    "middle": "In the middle",
    "late": "In the last third",
}
THIRDS = {"early": "first", "middle": "middle", "late": "last"}
OPTIONS = {
    "one": "One: the search is one run",
    "trials": "One for each trial",
    "both": "One for each trial, and one more",
    "folds": "One for each trained model",
}
K = 3
MOST_SHOWN = 9


def find_answer(result: TrialsResult) -> str:
    """Return how many runs there are, as one of `OPTIONS`; empty if it is none of them."""
    known = {
        1: "one",
        result.n_trials: "trials",
        result.n_trials + 1: "both",
        result.n_trials * K: "folds",
    }
    return known.get(result.n_runs, "")


def tell_question(result: TrialsResult) -> str:
    """Ask how many runs there will be."""
    return (
        f"A search tries {result.n_trials} settings, each in {K} folds. {STORIES[result.spec.way]} How many "
        "runs does the experiment hold afterwards?"
    )


def tell_runs(result: TrialsResult) -> str:
    """Say which runs there are."""
    start = f"{result.n_trials} trials left {result.n_runs} runs"
    if result.n_children == 0:
        return f"{start}, and none of them says to which search it belongs."
    top = result.n_runs - result.n_children
    return f"{start}: {result.n_children} children and {count(top)} parent, the search itself."


def tell_prediction(result: TrialsResult) -> str:
    """Say whether the guess that was logged before the search was right."""
    third = ("early", "middle", "late")[3 * result.best_trial // result.n_trials]
    verdict = "You were right" if result.was_right == "yes" else "You were wrong"
    return (
        f"Before the search, the parent got the tag prediction={result.prediction}. The best trial was "
        f"number {result.best_trial} of 0 to {result.n_trials - 1}, with a mean ROC AUC of "
        f"{result.best_value:.4f}: in the {THIRDS[third]} third. {verdict}, and the tag "
        f"was_right={result.was_right} keeps it."
    )


def tell_price(result: TrialsResult) -> str:
    """Say what each way costs here."""
    parts = [f"{in_a_sentence(way)} {say_ms(getattr(result, f'ms_{way}'))}" for way in WAYS]
    return (
        f"Beside the training, the median trial took {say_ms(result.ms_none)} without logging, "
        f"{', '.join(parts[:-1])}, and with {parts[-1]}."
    )


def tell_growth(result: TrialsResult) -> str:
    """Say how the price of MLflow's storage went on: counted, then as time."""
    course = "It grows" if result.is_storage_growing else "Here it did not grow"
    return (
        "With MLflow's storage a trial of the first third sent "
        f"{count(round(result.n_sql_first))} statements to the database, one of the last third "
        f"{count(round(result.n_sql_last))}. {course}: for each trial the storage reads all earlier ones "
        "again from MLflow. "
        f"In time, that was {say_ms(result.storage_first)} a trial, then {say_ms(result.storage_last)}."
    )


def tell_statements(result: TrialsResult) -> str:
    """Say what is behind the time: statements to the database, which can be counted."""
    parts = [
        f"{in_a_sentence(way)} {count(round(getattr(result, f'n_sql_{way}')))}" for way in WAYS
    ]
    return (
        "Time differs from computer to computer; what is done can be counted. For the median trial MLflow "
        f"sent these statements to its database: {', '.join(parts[:-1])}, and with {parts[-1]}. Without "
        f"logging it sent {count(round(result.n_sql_none))}."
    )


def tell_storage(result: TrialsResult) -> str:
    """Say what else MLflow's storage leaves behind."""
    return (
        f"The storage's parent run has the status {result.storage_status} although the search has ended: "
        "MLflow cannot know whether it will go on. Its children have names by chance, and each has "
        f"{result.n_tags_storage} tags for Optuna's own use."
    )


def in_a_sentence(way: str) -> str:
    """Return the name of a way inside a sentence."""
    name = WAY_NAMES[way]
    return name if name.startswith(("MLflow", "Optuna")) else name.lower()


def say_ms(milliseconds: float) -> str:
    """Return a time as it can be read: ``say_ms(1234.5)`` is "1.2 s"."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f} s"
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 else f"{milliseconds:.1f} ms"


def tell_advice(result: TrialsResult) -> str:
    """Say which way is good for what."""
    return (
        f"Flat runs are {result.n_trials} strangers among all others. Nested runs can be folded up under "
        "their search, compared, and filtered by their parent. Writing them in one go keeps the search "
        "itself free of waiting. MLflow's storage is for a search that may break off and go on, also on "
        "many machines."
    )


def price_formula(result: TrialsResult) -> Formula:
    """Show what logging adds to a search of 1,000 trials, with this way."""
    ms = getattr(result, f"ms_{result.spec.way}")
    return Formula(
        name="logging 1,000 trials",
        top="time for logging × trials",
        top_number=f"({say_ms(ms)} − {say_ms(result.ms_none)}) × 1,000",
        value=f"{count(round(max(ms - result.ms_none, 0)))} s"
        + (" or more" if result.spec.way == "storage" else ""),
    )


def write_query(result: TrialsResult) -> str:
    """Return the query that finds the children of one search, or what there is without a parent."""
    if result.n_children == 0:
        return 'mlflow.search_runs(order_by=["metrics.value DESC"])  # of all searches together'
    return (
        "mlflow.search_runs(\n"
        "    filter_string=f\"tags.mlflow.parentRunId = '{search_id}'\",\n"
        '    order_by=["metrics.value DESC"],\n'
        ")"
    )


def draw_tree(result: TrialsResult) -> str:
    """Draw the runs of this way with letters, the first nine trials."""
    here = result.runs[result.runs["way"] == result.spec.way]
    parents, trials = here[~here["is_child"]], here
    if result.n_children:
        trials = here[here["is_child"]]
    shown = [
        f"{name}  value={value:.4f}"
        for name, value in zip(
            trials["name"].head(MOST_SHOWN), trials["value"].head(MOST_SHOWN), strict=True
        )
    ]
    if len(trials) > len(shown):
        shown.append(f"and {len(trials) - len(shown)} more")
    if not result.n_children:
        return "\n".join(shown)
    lines = [
        f"{'└─' if place == len(shown) else '├─'} {line}" for place, line in enumerate(shown, 1)
    ]
    return "\n".join([*parents["name"], *lines])


def tabulate_ways(result: TrialsResult) -> pd.DataFrame:
    """Return what each way leaves, and what it costs."""
    return pd.DataFrame(
        [
            {
                "Way": WAY_NAMES[way],
                "Runs": str(getattr(result, f"n_runs_{way}")),
                "With a parent": str(getattr(result, f"n_children_{way}")),
                "A trial costs": say_ms(getattr(result, f"ms_{way}")),
                "Statements a trial": count(round(getattr(result, f"n_sql_{way}"))),
            }
            for way in WAYS
        ]
    )
