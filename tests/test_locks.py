"""Threat T15: what gets installed is exactly what was looked at."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENTRY = re.compile(
    r"^([\w.\-]+)(\[[\w,]+\])?==(\S+).*?(?=^[\w.\-]+(?:\[|==)|\Z)", re.MULTILINE | re.DOTALL
)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_t15_every_package_has_one_version_and_its_hashes(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = list(ENTRY.finditer(text))
    named = re.findall(r"^(?![#\s])\S", text, flags=re.MULTILINE)
    assert len(entries) == len(named) > 50, "no line asks for a package without a version"
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry[0]), entry[1]
    assert "://" not in text, "no package comes from an address of somebody's own"


def test_t15_the_make_commands_install_with_hashes_only():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = [line for line in makefile.splitlines() if "pip install" in line]
    assert installs
    for line in installs:
        assert "--require-hashes" in line or "--no-deps --no-build-isolation" in line
