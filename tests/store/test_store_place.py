"""Fault F22: a home in a synchronised or network folder is warned of."""

from pathlib import Path

import pytest

from core.store import find_risk

MOUNTS = [("/", "ext4"), ("/lab", "nfs4"), ("/lab/own", "xfs")]


@pytest.mark.parametrize(
    ("home", "words"),
    [
        ("/home/ann/Dropbox/glassroom", "'Dropbox'"),
        ("/home/ann/OneDrive - School/g", "'OneDrive - School'"),
        ("/Users/ann/Library/Mobile Documents/com~apple/g", "'Mobile Documents'"),
        ("/lab/ann", "another machine (nfs4)"),
        ("/lab", "another machine (nfs4)"),
    ],
)
def test_f22_a_home_that_is_copied_or_lies_elsewhere_is_warned_of(home: str, words: str) -> None:
    risk = find_risk(Path(home), MOUNTS)
    assert risk is not None
    assert words in risk
    assert "Set GLASSROOM_HOME" in risk


@pytest.mark.parametrize("home", ["/home/ann/.glassroom", "/lab/own/ann", "/laboratory/g", "/"])
def test_f22_an_ordinary_home_is_not_warned_of(home: str) -> None:
    assert find_risk(Path(home), MOUNTS) is None


def test_the_mounts_of_this_machine_can_be_read(tmp_path: Path) -> None:
    assert find_risk(tmp_path, None) is None or "machine" in str(find_risk(tmp_path, None))
