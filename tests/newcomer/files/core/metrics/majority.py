"""How accurate is a model that has learnt nothing? A table, and always the same answer."""

from dataclasses import dataclass

from sklearn.dummy import DummyClassifier
from sklearn.metrics import accuracy_score, recall_score

from core.datasets import load_dataset, write_reading_code
from core.errors import require
from core.lab import Lab
from core.script import Script


@dataclass(frozen=True, kw_only=True)
class MajoritySpec:
    """One table with two classes."""

    data: str = "churn"

    def __post_init__(self) -> None:
        task = load_dataset(self.data).task
        require(task == "binary", f"Two classes are needed, and this is a {task} table. Try churn.")


@dataclass(frozen=True)
class MajorityResult:
    """What always giving the more common answer is worth."""

    spec: MajoritySpec
    accuracy: float
    recall: float
    """Share of the positive rows that are found."""


def judge_majority(spec: MajoritySpec) -> MajorityResult:
    """Answer "how accurate is no model at all?" with scikit-learn's own dummy.

    Check by eye: on churn, where 1 in 10 leaves, the accuracy is 0.9 and the recall 0.
    """
    dataset = load_dataset(spec.data)
    features, truth = dataset.table[list(dataset.features)], dataset.positive_rows()
    answer = DummyClassifier(strategy="most_frequent").fit(features, truth).predict(features)
    return MajorityResult(
        spec, float(accuracy_score(truth, answer)), float(recall_score(truth, answer))
    )


def write_script(spec: MajoritySpec) -> Script:
    """Return the program that prints the same two numbers."""
    dataset = load_dataset(spec.data)
    code = f'''"""How accurate is a model that has learnt nothing?"""

import json

import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.metrics import accuracy_score, recall_score

{write_reading_code(dataset).rstrip()}
truth = table[{dataset.target!r}] == {dataset.positive!r}
answer = DummyClassifier(strategy="most_frequent").fit(table, truth).predict(table)
accuracy = accuracy_score(truth, answer)
print(json.dumps({{"accuracy": accuracy, "recall": recall_score(truth, answer)}}))
'''
    return Script("majority", code, {dataset.csv_name: dataset.csv_bytes()})


LAB = Lab(
    name="majority",
    question="How accurate is a model that has learnt nothing?",
    spec=MajoritySpec,
    run=judge_majority,
    script=write_script,
    presets={"default": {}, "rare": {"data": "fraud"}},
)
