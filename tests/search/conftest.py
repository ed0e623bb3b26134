"""Tests train into a folder of their own, once per session, and leave nothing behind."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSROOM_HOME", str(tmp_path_factory.mktemp("home")))
        yield
