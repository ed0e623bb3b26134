"""Five questions about an afternoon of trainings, and how many answers the notes leave possible.

A question is answered when one answer is left. What is possible is counted over the trainings that were
really made, knowing of each only what the notes hold.
"""

from collections.abc import Callable, Mapping

import pandas as pd

from core.tracking.lost.notes import Notes, describe
from core.tracking.session import Session

QUESTIONS = {
    "best": "Which training had the highest score?",
    "settings": "Which settings did it have?",
    "trees": "How many of the models were trees?",
    "rows": "Did the first training see the same rows as the best one?",
    "again": "What must be trained to get that score again?",
}
SHORT = {
    "best": "the best one",
    "settings": "its settings",
    "trees": "number of trees",
    "rows": "same rows?",
    "again": "train it again",
}


def count_possible(session: Session, notes: Notes) -> dict[str, int]:
    """Return for each of `QUESTIONS` how many answers the notes leave; 1 means that it is answered."""
    return {name: count(session, notes.known) for name, count in COUNTERS.items()}


def find_truth(session: Session) -> pd.DataFrame:
    """Return what really happened: one row per training with everything that notes could hold."""
    params = {
        int(str(number)): dict(zip(part["name"], part["value"], strict=True))
        for number, part in session.params.groupby("number")
    }
    numbers = [int(number) for number in session.runs["number"]]
    return pd.DataFrame(
        {
            "number": numbers,
            "score": session.runs["roc_auc"],
            "model": session.runs["model"],
            "split_seed": [params[number]["split_seed"] for number in numbers],
            "settings": [describe(params[number]) for number in numbers],
        }
    )


def _places_of_best(known: pd.DataFrame) -> list[int]:
    """Return the lines of the notes that show the highest score; several where rounding made them equal."""
    return [
        place for place, is_best in enumerate(known["score"] == known["score"].max()) if is_best
    ]


def _could_be_best(session: Session, known: pd.DataFrame) -> pd.DataFrame:
    """Return the trainings that could be behind the best line, by what the notes say of settings."""
    truth = find_truth(session)
    columns = [name for name in ("model", "split_seed", "settings") if name in known]
    if not columns:
        return truth
    seen = {tuple(known.loc[place, columns]) for place in _places_of_best(known)}
    return truth[[tuple(row) in seen for row in truth[columns].itertuples(index=False)]]


def _count_best(_session: Session, known: pd.DataFrame) -> int:
    return len(_places_of_best(known))


def _count_settings(session: Session, known: pd.DataFrame) -> int:
    return int(_could_be_best(session, known)["settings"].nunique())


def _count_trees(session: Session, known: pd.DataFrame) -> int:
    # Without names any number from none to all is possible.
    return 1 if "model" in known else len(session.runs) + 1


def _count_rows(_session: Session, known: pd.DataFrame) -> int:
    if "split_seed" not in known:
        return 2
    seeds = [str(seed) for seed in known["split_seed"]]
    return len({seeds[place] == seeds[0] for place in _places_of_best(known)})


def _count_again(session: Session, known: pd.DataFrame) -> int:
    """Count settings that it may have been, each with the rows that it may have seen."""
    possible = _could_be_best(session, known)
    if "split_seed" in known:
        return len(possible.drop_duplicates(["settings", "split_seed"]))
    without_rows = possible["settings"].str.replace(r", split_seed=\d+", "", regex=True)
    return int(without_rows.nunique()) * int(find_truth(session)["split_seed"].nunique())


COUNTERS: Mapping[str, Callable[[Session, pd.DataFrame], int]] = {
    "best": _count_best,
    "settings": _count_settings,
    "trees": _count_trees,
    "rows": _count_rows,
    "again": _count_again,
}
