"""What the README says is so."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest

from app.cli import main
from app.course import find_pages
from core.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_listed_with_its_default():
    rows = dict(re.findall(r"^\| `GLASSROOM_(\w+)` \| (.*?) \|", README, flags=re.MULTILINE))
    assert set(rows) == {field.name.upper() for field in fields(Settings)}
    for field in fields(Settings):
        said = rows[field.name.upper()].strip("`")
        default = field.default
        if isinstance(default, Path):
            assert Path(said).expanduser() == default
        else:
            assert said == ("none" if default in ((), "") else str(default)), PREFIX + field.name


def test_the_make_commands_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    commands = "\n".join(re.findall(r"`[^`]+`|```sh.+?```", README, flags=re.DOTALL))
    named = set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)\b", commands))
    assert {"run", "test", "bench"} <= named <= targets


def test_every_picture_is_there():
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert len(pictures) >= 3
    for name in pictures:
        assert (ROOT / name).stat().st_size > 10_000


@pytest.mark.parametrize("line", re.findall(r"^glassroom (?!$)(.+)$", README, flags=re.MULTILINE))
def test_the_command_lines_run(line, capsys):
    assert main(shlex.split(line)) == 0
    assert capsys.readouterr().out


def test_every_folder_that_is_described_exists():
    for name in re.findall(r"^\| `(\w+/)` \|", README, flags=re.MULTILINE):
        assert (ROOT / name).is_dir()


def test_every_lesson_that_stands_is_named_in_its_chapter_and_no_other():
    rows = dict(re.findall(r"^\| ([^|`]+) \| (.+) \|$", README, flags=re.MULTILINE))
    for chapter in {page.chapter for page in find_pages()}:
        standing = [page.lesson.title for page in find_pages() if page.chapter == chapter]
        assert rows[chapter.title].split(" · ") == standing
