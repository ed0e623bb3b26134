"""What every test has: a home of its own, and a sentence where a needed program is missing."""

import os

import pytest

# Files of a lesson that a test lays over a copy of the project.
collect_ignore = ["newcomer/files"]


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """No test reads or writes the learner's real folder."""
    monkeypatch.setenv("GLASSROOM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def missing(program: str, reason: str) -> None:
    """Skip the test because `program` is missing; in CI that is a failure."""
    message = f"{program} is not installed: {reason}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
