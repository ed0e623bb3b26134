"""What the lesson says in words: what a run holds, what is missing, and why."""

import pandas as pd

from core.formula import Formula
from core.tracking.anatomy.lab import AnatomyResult
from core.tracking.anatomy.parts import PARTS
from core.wording import count, percent

WAY_NAMES = {
    "hand": "By hand",
    "auto": "Autolog",
    "late": "Autolog, too late",
    "search": "A search under autolog",
}
STORIES = {
    "hand": "You write the logging yourself, line by line, and log all three scores.",
    "auto": (
        "One line before the training, `mlflow.sklearn.autolog()`, asks MLflow to log by itself. You write "
        "no other line of logging."
    ),
    "late": (
        "The line `mlflow.sklearn.autolog()` stands after the training, and before the three scores."
    ),
    "search": "One line, `mlflow.sklearn.autolog()`, stands before a grid search of nine depths.",
}
OPTIONS = {
    "none": "None of them",
    "some": "Some, but not all",
    "all": "All of them",
}
KINDS = {
    "param": ("Param", "What went in. Text, and never changed."),
    "metric": ("Metric", "A number that came out, with a value for each step."),
    "tag": ("Tag", "A label. It may be changed and added later."),
    "file": ("Artifact", "A file: a table, a picture, a text."),
    "dataset": ("Dataset", "Which table went in: its name and a fingerprint."),
    "model": ("Model", "The trained model, ready to be loaded again."),
}
MOST_ROWS_OF_A_KIND = 3
_TELLING = ("max_depth", "split_seed", "random_state", "f1", "accuracy", "roc_auc", "why")


def find_answer(result: AnatomyResult) -> str:
    """Return how many of what was asked about the run holds, as one of `OPTIONS`."""
    held, of = _asked(result)
    return "none" if held == 0 else "all" if held == of else "some"


def _asked(result: AnatomyResult) -> tuple[int, int]:
    if result.spec.way == "search":
        return result.n_children, result.n_tried
    return result.n_scores_held, result.n_scores


def tell_question(result: AnatomyResult) -> str:
    """Ask what the run of this view will hold."""
    story = STORIES[result.spec.way]
    if result.spec.way == "search":
        return f"{story} How many of the nine get a run of their own?"
    return (
        "You train a tree and compute three scores on rows held back: accuracy, F1 and ROC AUC. "
        f"{story} How many of the three scores are in the run afterwards?"
    )


def tell_held(result: AnatomyResult) -> str:
    """Say how much of what one may ask for later this run holds."""
    if result.spec.way == "search":
        return (
            f"{result.n_children} of {result.n_tried} settings became runs, as children of one parent. The "
            f"other {result.n_tried - result.n_children} stand only in the file cv_results.csv."
        )
    return (
        f"This run holds {result.n_scores_held} of {result.n_scores} scores, and {result.n_held} of "
        f"{result.n_parts} things that you may want to know later."
    )


def tell_counts(result: AnatomyResult) -> str:
    """Say what lies in the run, kind by kind."""
    points = f" with {result.n_points} values" if result.n_points > result.n_metrics else ""
    parts = (
        _say(result.n_params, "param"),
        _say(result.n_metrics, "metric") + points,
        _say(result.n_own_tags, "tag") + " of your own",
        _say(result.n_files, "file"),
        _say(result.n_datasets, "dataset"),
    )
    return f"In the store: {', '.join(parts)}, and {_say(result.n_models, 'model')}."


def _say(number: int, noun: str) -> str:
    return f"{count(number)} {noun}" if number == 1 else f"{count(number)} {noun}s"


def tell_ways(result: AnatomyResult) -> str:
    """Say how much each way holds."""
    return (
        f"Of {result.n_parts} things, the run by hand holds {result.n_held_hand}, autolog "
        f"{result.n_held_auto}, autolog too late {result.n_held_late}, and the search's parent "
        f"{result.n_held_search}."
    )


def tell_diff(result: AnatomyResult) -> str:
    """Say what autolog adds to logging by hand, and what it leaves out."""
    held = result.parts.pivot(index="part", columns="way", values="is_held")
    names = {part: name[0].lower() + name[1:] for part, (name, _) in PARTS.items()}
    added = [names[str(part)] for part in held.index[held["auto"] & ~held["hand"]]]
    missed = held.index[held["hand"] & ~held["auto"]].drop("model", errors="ignore")
    left = [names[str(part)] for part in missed]
    return (
        f"Only autolog has: {', '.join(sorted(added))}. Only the run by hand has: "
        f"{', '.join(sorted(left))}. The model autolog would have kept, too, but that was switched off: it "
        "takes some seconds each time."
    )


def tell_params(result: AnatomyResult) -> str:
    """Say how many params each way writes."""
    return (
        f"By hand, {result.n_params_hand} params were written: those that were chosen. Autolog wrote "
        f"{result.n_params_auto}, every setting of every step, and the seed that dealt the rows is not among "
        "them: it was never a setting of the model."
    )


def tell_average(result: AnatomyResult) -> str:
    """Say what one name means twice in autolog's run."""
    return (
        f"Autolog's training_f1_score is {result.auto_training_f1:.2f}, its f1_score_test "
        f"{result.auto_test_f1:.2f}. That is not overfitting alone: the first is an average over both "
        "classes, weighted by their size, the second is of the positive class only."
    )


def tell_refusal(result: AnatomyResult) -> str:
    """Say what became of a param that was logged twice."""
    kept = f"The run still says {result.max_depth}."
    if not result.is_relogging_refused:
        return f"MLflow took the new value without a word. {kept}"
    return (
        f"The run by hand logged max_depth as {result.spec.depth}, and tried {result.spec.depth + 1} "
        f"afterwards. MLflow raised an error. {kept}"
    )


def quote_refusal(result: AnatomyResult) -> str:
    """Return the first sentences of MLflow's own words."""
    return result.refusal.partition(" The cause of")[0]


def tell_tree(result: AnatomyResult) -> str:
    """Say what the parent of the search knows."""
    return (
        f"The parent holds the best depth, {result.best_depth}, with a mean ROC AUC of "
        f"{result.best_cv:.3f} over 3 folds, and the trained model's scores. Autolog logs the "
        f"{result.n_children} best settings as children and drops the rest, unless it is called with "
        "max_tuning_runs=None."
    )


def draw_tree(result: AnatomyResult) -> str:
    """Draw the parent and its children with letters."""
    kept = result.trials[result.trials["is_run"]].sort_values("score", ascending=False)
    lines = [
        f"{'└─' if place == len(kept) else '├─'} max_depth={depth}  mean ROC AUC {score:.4f}"
        for place, (depth, score) in enumerate(zip(kept["depth"], kept["score"], strict=True), 1)
    ]
    return "\n".join([f"search  best max_depth={result.best_depth}", *lines])


def tabulate_entries(result: AnatomyResult) -> pd.DataFrame:
    """Return what lies in the opened run, the telling entries of each kind first."""
    here = result.entries[result.entries["way"] == result.spec.way]
    rows = []
    for kind, (name, _) in KINDS.items():
        of_kind = here[here["kind"] == kind]
        telling = of_kind["name"].str.endswith(_TELLING)
        shown = pd.concat([of_kind[telling], of_kind[~telling]]).head(MOST_ROWS_OF_A_KIND)
        rows += [
            (name, _shorten_name(entry), _shorten(value, n_points))
            for entry, value, n_points in zip(
                shown["name"], shown["value"], shown["n_points"], strict=True
            )
        ]
        if len(of_kind) > len(shown):
            rows.append((name, f"and {count(len(of_kind) - len(shown))} more", ""))
        if of_kind.empty:
            rows.append((name, "none", ""))
    return pd.DataFrame(rows, columns=["Kind", "Name", "Value"])


def _shorten_name(name: str) -> str:
    """Return the end of a long name that a pipeline has put together."""
    return name if len(name) <= 30 or "__" not in name else f"…__{name.rpartition('__')[2]}"


def _shorten(value: str, n_points: int) -> str:
    if n_points > 1:
        return f"{float(value):.4f}, last of {n_points}"
    if value.replace(".", "", 1).isdigit() and len(value) > 7:
        return f"{float(value):.4f}"
    return value if len(value) <= 20 else f"{value[:19]}…"


def tabulate_kinds() -> pd.DataFrame:
    """Return the kinds of things that a run holds."""
    return pd.DataFrame(list(KINDS.values()), columns=["In a run", "What it is"])


def held_formula(result: AnatomyResult) -> Formula:
    """Show the share of the list that the opened run holds."""
    return Formula(
        name="what this run can still tell",
        top="things that it holds",
        bottom="things on the list",
        top_number=str(result.n_held),
        bottom_number=str(result.n_parts),
        value=percent(result.n_held / result.n_parts, 0),
    )
