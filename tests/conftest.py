"""What every test has: a home of its own, and a sentence where a needed program is missing."""

import os
from itertools import count
from pathlib import Path

import pytest
from figures import Figures, write_readme
from groups import make_scheduler

CHAPTERS = {page.parent.name for page in Path(__file__).parents[1].glob("pages/*/*.py")}

# Files of a lesson that a test lays over a copy of the project.
collect_ignore = ["newcomer/files"]


SHARING = {"pages", "practice"}
"""Folders whose tests ask for the same views, so that each of these is trained once in a run."""


@pytest.fixture(scope="session")
def share_results(tmp_path_factory):
    """Let a home keep its results where all homes of this run that share them do, on every worker."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared-results"
    shared.mkdir(exist_ok=True)

    def share_results(home):
        home.mkdir(exist_ok=True)
        (home / "results").symlink_to(shared, target_is_directory=True)

    return share_results


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory):
    """No test reads or writes the learner's real folder; the tests of the lessons train into this."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSROOM_HOME", str(home))
        # Some twenty servers are started: each would compute all first views beside the tests.
        patch.setenv("GLASSROOM_WARM_UP", "none")
        yield home


@pytest.fixture(scope="session")
def place_of_homes(tmp_path_factory):
    """Return what names a new place; pytest, which looks for one, takes long among thousands."""
    folder, number = tmp_path_factory.mktemp("homes"), count()
    return lambda: folder / str(next(number))


@pytest.fixture(autouse=True)
def new_home(request, place_of_homes, monkeypatch, share_results):
    """A test that is not a lesson's begins with an empty home of its own, where nothing was done."""
    has_folder = "tmp_path" in request.fixturenames
    home = request.getfixturevalue("tmp_path") / "home" if has_folder else place_of_homes()
    if request.path.parent.name in SHARING:
        share_results(home)
    if request.path.parent.name not in CHAPTERS:
        monkeypatch.setenv("GLASSROOM_HOME", str(home))
    return home


def pytest_addoption(parser):
    parser.addoption(
        "--figures",
        action="store_true",
        help="keep what the drills counted in tests/figures.json and say it in the README",
    )


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # the reports of all workers come to the first process
        config.pluginmanager.register(Keeper(kept=config.getoption("--figures")))


class Keeper:
    """Collects the figures of a run and keeps them at its end."""

    def __init__(self, *, kept):
        self.figures, self.is_kept = Figures(), kept

    def pytest_runtest_logreport(self, report):
        self.figures.add(report)

    def pytest_sessionfinish(self):
        if self.is_kept:
            write_readme(self.figures.keep())


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return make_scheduler(config, log)


def missing(program: str, reason: str) -> None:
    """Skip the test because `program` is missing; in CI that is a failure."""
    message = f"{program} is not installed: {reason}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
