from typing import Any

import pytest

from core.practice.schema import Item


class Draft:
    """Builds items that are sound except for what a test changes."""

    def single(self, **changes: Any) -> Item:
        return Item.model_validate(self.single_raw(**changes))

    def numeric(self, **changes: Any) -> Item:
        return Item.model_validate(self.numeric_raw(**changes))

    def single_raw(self, **changes: Any) -> dict[str, Any]:
        raw = {
            **self._shared(),
            "type": "single",
            "stem": "What is measured?",
            "options": [
                self.option("a", text="Accuracy", correct=True),
                self.option("b", text="Precision"),
                self.option("c", text="Recall"),
            ],
        }
        return {**raw, **changes}

    def numeric_raw(self, **changes: Any) -> dict[str, Any]:
        answer = {
            "value": "0.8",
            "tolerance": {"decimals": 2},
            "lowest": "0",
            "highest": "1",
            "feedback": "Yes, 40 of 50.",
        }
        misses = [
            {"value": "4/7", "misconception": "swap", "feedback": "That is precision."},
            {"value": "0.96", "misconception": "paradox", "feedback": "That is accuracy."},
        ]
        raw = {
            **self._shared(),
            "type": "numeric",
            "stem": "What is the recall?",
            "answer": answer | changes.pop("answer", {}),
            "near_misses": misses,
        }
        return {**raw, **changes}

    def multi(self, **changes: Any) -> Item:
        options = [
            self.option("a", text="Recall falls", correct=True),
            self.option("b", text="Precision rises", correct=True),
            self.option("c", text="Recall rises"),
            self.option("d", text="All alarms stay", misconception="paradox"),
        ]
        raw = {
            **self._shared(),
            "type": "multi",
            "stem": "Which two can happen?",
            "options": options,
            "check": self.check("recall > 0", kind="proof"),
        }
        return Item.model_validate({**raw, **changes})

    def order(self, **changes: Any) -> Item:
        steps = [
            {"id": "a", "text": "Split"},
            {"id": "b", "text": "Fit", "feedback": "Split first.", "misconception": "swap"},
            {"id": "c", "text": "Judge", "feedback": "Fit first.", "misconception": "paradox"},
        ]
        raw = {
            **self._shared(),
            "type": "order",
            "stem": "In which order?",
            "steps": steps,
            "check": self.check("recall > 0", kind="proof"),
        }
        return Item.model_validate({**raw, **changes})

    def match(self, **changes: Any) -> Item:
        def pair(name: str, choice: str, misconception: str) -> dict[str, str]:
            said = {"left": f"Left {name}", "feedback": f"About {name}."}
            return {"id": name, "choice": choice, "misconception": misconception, **said}

        raw = {
            **self._shared(),
            "type": "match",
            "stem": "What belongs together?",
            "choices": [{"id": "x", "text": "Bias"}, {"id": "y", "text": "Variance"}],
            "pairs": [pair("a", "x", "swap"), pair("b", "y", "paradox"), pair("c", "x", "third")],
            "check": self.check("recall > 0", kind="proof"),
        }
        return Item.model_validate({**raw, **changes})

    def option(self, name: str, *, text: str, correct: bool = False, **more: Any) -> dict[str, Any]:
        belief = {} if correct else {"misconception": "swap"}
        return {
            "id": name,
            "text": text,
            "correct": correct,
            "feedback": f"About {name}.",
            **belief,
            **more,
        }

    def check(self, *expect: str, kind: str = "key") -> dict[str, Any]:
        return {
            "function": "core.practice.checks:measure_counts",
            "args": {"tp": "40", "fp": "30", "fn": "10", "tn": "920"},
            "kind": kind,
            "expect": expect,
        }

    def _shared(self) -> dict[str, Any]:
        return {
            "id": "draft",
            "version": 1,
            "chapter": "metrics",
            "lesson": "thresholds",
            "objective": "classification-metrics",
            "skills": ["recall"],
            "bloom": "apply",
            "difficulty": 1,
            "explanation": "Caught over all positives.",
            "check": self.check("recall"),
        }


@pytest.fixture(scope="session")
def draft() -> Draft:
    return Draft()
