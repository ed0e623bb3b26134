"""The question before the picture: which of three metrics stays where it was."""

from dataclasses import dataclass
from typing import Any

from core.metrics.metric_map.cards import CARDS
from core.metrics.metric_map.experiments import find_experiment
from core.metrics.metric_map.lab import MetricMapResult
from core.metrics.metric_map.names import join, name_metric, say_change
from core.metrics.metric_map.words import story_of, tell_task

NONE, ALL = "none", "all"


@dataclass(frozen=True)
class Riddle:
    """What is asked, what can be answered, and what each wrong answer would mean."""

    ask: str
    options: dict[str, str]
    answer: str
    truth: str
    beliefs: dict[str, str]


def pose_riddle(result: MetricMapResult) -> Riddle:
    """Ask which metric stays exactly where it is; the answer is read from the result.

    At most one of the metrics that are offered stays, unless all do, so that one answer is right.
    """
    rows = {row["metric"]: row for row in result.changes.to_dict("records")}
    test = find_experiment(result.spec.group, result.experiment)
    asked = [rows[name] for name in test.asked]
    stay = [row for row in asked if row["state"] == "stays"]
    if 1 < len(stay) < len(asked):
        asked = [row for row in asked if row["state"] != "stays" or row is stay[0]]
        stay = stay[:1]
    options = {row["metric"]: CARDS[row["metric"]].title for row in asked}
    options |= {NONE: "none of them", ALL: "all of them"}
    answer = NONE if not stay else ALL if len(stay) == len(asked) else str(stay[0]["metric"])
    ask = (
        f"{tell_task(result)} {story_of(result).what} Which of these metrics stays exactly where it "
        "was?"
    )
    return Riddle(
        ask, options, answer, _tell_truth(asked, stay), _name_beliefs(asked, stay, answer)
    )


def _tell_truth(asked: list[dict[Any, Any]], stay: list[dict[Any, Any]]) -> str:
    if len(stay) == len(asked):
        return (
            f"{_capital(join([name_metric(row['metric']) for row in stay]))} stay where they were."
        )
    moved = [_tell(row) for row in asked if row not in stay]
    start = f"{_capital(name_metric(stay[0]['metric']))} stays where it was. " if stay else ""
    return f"{start}{_capital('; '.join(moved))}."


def _name_beliefs(
    asked: list[dict[Any, Any]], stay: list[dict[Any, Any]], answer: str
) -> dict[str, str]:
    beliefs = {}
    for row in asked:
        card = CARDS[row["metric"]]
        if row["state"] != "stays":
            beliefs[row["metric"]] = f"{_capital(_tell(row))}. {card.sees}"
        elif answer == ALL:
            beliefs[row["metric"]] = f"It stays, and so do the others. {card.sees}"
    if answer != NONE:
        name = _capital(name_metric(stay[0]["metric"]))
        beliefs[NONE] = f"{name} stays. {CARDS[stay[0]['metric']].sees}"
    if answer != ALL:
        seen = next(row for row in asked if row["state"] != "stays")
        name = _capital(name_metric(seen["metric"]))
        beliefs[ALL] = f"{name} does not stay. {CARDS[seen['metric']].sees}"
    return beliefs


def _tell(row: dict[Any, Any]) -> str:
    name = name_metric(row["metric"])
    before, after = say_change(row["before"], row["after"])
    if row["state"] == "undefined":
        return f"{name} has no value then"
    return f"{name} goes from {before} to {after}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
