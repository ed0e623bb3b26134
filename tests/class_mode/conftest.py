"""One class for the tests that only look, and as many as needed for those that break something."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from person import serving  # found beside this file


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("class") / "home") as running:
        yield running
