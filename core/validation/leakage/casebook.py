"""What is told of each case: the story before, the reason after, and what a wrong accusation believes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """A pipeline under suspicion, in words; its code is the module of the same name in `cases`."""

    title: str
    story: str
    """What somebody did, without a hint at what is wrong."""
    later: str
    """The rows that the model meets in use."""
    score: str = "accuracy"
    why: str
    """Why the step leaks, once it is known."""
    mending: str
    rows: tuple[int, int, int]
    """Few, usual and many."""
    beliefs: Mapping[int, str]
    """For each step that does not leak: what one would have to believe to accuse it."""


def _read_cases() -> dict[str, CaseFile]:
    book = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    common: dict[str, str] = book["common"]
    cases = {}
    for name, told in book["cases"].items():
        beliefs = {int(step): common.get(text, text) for step, text in told["beliefs"].items()}
        few, usual, many = told["rows"]
        cases[name] = CaseFile(**told | {"rows": (few, usual, many), "beliefs": beliefs})
    return cases


CASES: Mapping[str, CaseFile] = _read_cases()
