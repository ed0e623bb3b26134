import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.store import Store, open_store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    store = open_store(home)
    yield store
    store.close()


def _find_strace() -> str:
    strace = shutil.which("strace")
    if strace is None:
        reason = "strace is not installed, so system calls cannot be made to fail here."
    elif subprocess.run([strace, "-o", os.devnull, "true"], check=False).returncode != 0:
        reason = "strace may not trace processes, so system calls cannot be made to fail here."
    else:
        return strace
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def find_strace() -> Callable[[], str]:
    """Return the path of strace; skip without it, and fail without it where CI=true."""
    return _find_strace


@pytest.fixture
def strace() -> str:
    return _find_strace()
