"""Every file in pages/ is a working lesson; no page needs to be listed here."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.course import CHAPTERS, find_pages
from core.lab import load_lab
from core.specs import setting_to_text

ROOT = Path(__file__).parents[2]


def start() -> AppTest:
    return AppTest.from_file(ROOT / "app/main.py", default_timeout=120)


def open_lesson(page, **params: str) -> AppTest:
    """Open a lesson by its link, in a session that has seen no other page."""
    app = start()
    for name, text in params.items():
        app.query_params[name] = text
    app.switch_page(str(Path("..") / page.path.relative_to(ROOT))).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    return " ".join(str(element.value) for element in [*app.markdown, *app.subheader, *app.caption])


def test_the_start_page_shows_every_chapter_those_to_come_as_such():
    app = start().run()
    assert not app.exception
    said = words(app)
    for chapter in CHAPTERS:
        assert chapter.title in said
    assert "Yet to come" in said


@pytest.mark.parametrize("page", find_pages(), ids=lambda page: page.name)
def test_a_lesson_asks_first_and_reveals_nothing(page):
    app = open_lesson(page)
    assert app.title[0].value == page.lesson.title
    said = words(app)
    assert "Predict" in said
    assert "See" not in said.split()
    assert "Explain" not in said


@pytest.mark.parametrize("page", find_pages(), ids=lambda page: page.name)
def test_just_show_me_opens_all_beats_and_is_remembered(page):
    app = open_lesson(page)
    next(button for button in app.button if button.label == "Just show me").click().run()
    assert not app.exception
    said = words(app)
    for beat in ("Predict", "Run", "See", "Explain", "Practise"):
        assert beat in said
    assert "See" in words(open_lesson(page)).split()


@pytest.mark.parametrize("page", find_pages(), ids=lambda page: page.name)
def test_every_preset_opens_from_a_link(page):
    lab = load_lab(page.lesson.lab)
    for settings in lab.presets.values():
        app = open_lesson(
            page,
            hide="predict",
            **{name: setting_to_text(value) for name, value in settings.items()},
        )
        said = words(app)
        assert "Run" in said
        assert not app.warning
