"""A home folder of its own for every test, and no result from an earlier one."""

import pytest

from core.search.run import search


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSROOM_HOME", str(tmp_path))
    search.forget()
    return tmp_path


@pytest.fixture(scope="session", autouse=True)
def _empty_study(tmp_path_factory):
    """Let Optuna make its empty database once: the folder of every home gets a copy."""
    from core.search import study_file

    template = tmp_path_factory.mktemp("studies") / "empty.db"
    study_file._make_empty_study(template)
    made = study_file._make_empty_study
    study_file._make_empty_study = lambda path: path.write_bytes(template.read_bytes())
    yield
    study_file._make_empty_study = made
