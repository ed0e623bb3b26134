"""The deck for Anki, read back as the SQLite file that it is, and charts that travel as pictures."""

import importlib.util
import io
import json
import re
import zipfile
from base64 import b64decode
from xml.etree import ElementTree

import apsw
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import SpecError
from core.practice.bank import load_items
from core.practice.export import anki, pictures
from core.practice.export.choose import choose_items, name_of
from core.practice.export.command import export
from core.practice.export.formats import tell_export
from core.practice.export.gift import write_gift
from core.practice.export.moodle import write_moodle
from core.practice.export.sheet import write_sheet
from core.practice.grade import show_key

ITEMS = choose_items(["thresholds", "luck", "databricks"])
CHARTS = tuple(item for item in load_items() if item.picture)
PNG = b"\x89PNG\r\n\x1a\n and so on"


def needs(package: str) -> pytest.MarkDecorator:
    missing = importlib.util.find_spec(package) is None
    return pytest.mark.skipif(missing, reason=f"the extra package {package} is not installed")


def read_deck(data: bytes, folder) -> tuple[list[dict], dict, dict[str, str]]:
    """Return the notes, the decks and the media of a package of Anki."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        (folder / "collection.anki2").write_bytes(package.read("collection.anki2"))
        media = json.loads(package.read("media"))
    base = apsw.Connection(str(folder / "collection.anki2"), flags=apsw.SQLITE_OPEN_READONLY)
    rows = base.execute(
        "select guid, flds, tags, did from notes join cards on cards.nid = notes.id"
    )
    notes = [
        {"guid": guid, "fields": fields.split("\x1f"), "tags": tags.split(), "deck": str(deck)}
        for guid, fields, tags, deck in rows
    ]
    decks = json.loads(base.execute("select decks from col").get)
    return notes, decks, media


@needs("genanki")
@needs("markdown")
def test_each_question_is_a_note_with_its_answer_on_the_back(tmp_path) -> None:
    held = [item for item in ITEMS if item.picture is None]
    written = anki.write_anki(held)
    notes, decks, _ = read_deck(written.data, tmp_path)
    assert len(notes) == written.n_questions == len(held)
    assert len({note["guid"] for note in notes}) == len(held)
    for item, note in zip(held, sorted_as(held, notes), strict=True):
        front, back = (re.sub(r"<[^>]+>|&\w+;", "", field) for field in note["fields"])
        assert first_words(item.stem) in words_of(front)
        assert first_words(item.explanation) in words_of(back)
        if first_words(item.explanation):
            assert first_words(item.explanation) not in words_of(front)
        assert words_of(re.sub(r"[*`]", "", show_key(item)))[:12] in words_of(back)
        assert decks[note["deck"]]["name"].endswith(item.lesson.replace("_", " "))
        assert item.objective in note["tags"]


def words_of(text: str) -> str:
    return re.sub(r"\W+", "", text)


def first_words(text: str) -> str:
    plain = re.split(r"[`*<>&|_]", text.strip())[0]
    return words_of(plain)[:40]


def sorted_as(items, notes):
    """Put the notes in the order of the items, by the number that Anki knows them by."""
    import genanki

    by_guid = {note["guid"]: note for note in notes}
    return [by_guid[genanki.guid_for("glassroom", name_of(item))] for item in items]


@needs("genanki")
@needs("markdown")
def test_a_second_export_has_the_same_numbers_so_anki_updates_its_notes(tmp_path) -> None:
    guids = []
    for at in range(2):
        folder = tmp_path / str(at)
        folder.mkdir()
        notes, *_ = read_deck(anki.write_anki(ITEMS[:5]).data, folder)
        guids.append({note["guid"] for note in notes})
    assert guids[0] == guids[1]


@needs("anki")
@needs("genanki")
@needs("markdown")
def test_anki_itself_imports_the_deck(tmp_path) -> None:
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    held = [item for item in ITEMS if item.picture is None]
    path = tmp_path / "glassroom.apkg"
    path.write_bytes(anki.write_anki(held).data)
    collection = Collection(str(tmp_path / "collection.anki2"))
    request = ImportAnkiPackageRequest(
        package_path=str(path), options=ImportAnkiPackageOptions(with_scheduling=False)
    )
    collection.import_anki_package(request)
    assert collection.note_count() == len(held)
    collection.import_anki_package(request)
    assert collection.note_count() == len(held), "a second import updates, it adds nothing"
    collection.close()


def test_without_the_extra_a_sentence_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr(anki, "find_spec", lambda package: None)
    with pytest.raises(
        SpecError, match=r'takes the package genanki.*pip install "glassroom\[anki\]"'
    ):
        anki.write_anki(ITEMS)


@needs("genanki")
@needs("markdown")
def test_a_deck_is_written_to_a_file_and_never_to_the_screen(tmp_path) -> None:
    with pytest.raises(SpecError, match="This is no text to show here"):
        export("anki", ["luck"])
    said = export("anki", ["luck"], out=tmp_path / "luck.apkg")
    assert "questions" in said
    assert zipfile.is_zipfile(tmp_path / "luck.apkg")


def test_without_the_extra_charts_are_left_out_and_said_to_be(monkeypatch) -> None:
    monkeypatch.setattr(pictures, "find_spec", lambda package: None)
    for write in (write_sheet, write_moodle):
        written = write(CHARTS)
        assert written.n_questions == 0
        assert set(written.left_out) == {item.id for item in CHARTS}
        assert 'the extra "pictures" to draw charts' in tell_export(written)
    assert "as the format cannot hold them" in tell_export(write_gift(CHARTS))


def test_a_chart_that_was_drawn_travels_in_the_xml_and_on_the_sheet(monkeypatch) -> None:
    monkeypatch.setattr(pictures, "find_spec", lambda package: True)
    monkeypatch.setattr(pictures, "_draw", lambda item: PNG)
    (question,) = ElementTree.fromstring(write_moodle(CHARTS[:1]).text).findall(
        "question[@type='multichoice']"
    )
    file = question.find("questiontext/file")
    assert b64decode(file.text) == PNG
    assert f"@@PLUGINFILE@@/{file.get('name')}" in question.findtext("questiontext/text")
    assert CHARTS[0].picture.alt in question.findtext("questiontext/text")
    sheet = write_sheet(CHARTS[:1])
    assert (sheet.n_questions, sheet.left_out) == (1, ())
    (address,) = re.findall(r"!\[[^\]]+\]\(data:image/png;base64,([^)]+)\)", sheet.text)
    assert b64decode(address) == PNG


def test_where_no_browser_draws_the_charts_they_are_left_out(monkeypatch) -> None:
    def fail(item):
        raise RuntimeError("no Chrome")

    monkeypatch.setattr(pictures, "find_spec", lambda package: True)
    monkeypatch.setattr(pictures, "_draw", fail)
    assert write_moodle(CHARTS[:1]).n_questions == 0


@needs("kaleido")
def test_a_chart_is_really_drawn() -> None:
    drawn = pictures.draw_pictures(CHARTS[:1])
    assert pictures.picture_of(CHARTS[0], drawn).startswith(b"\x89PNG")


@pytest.mark.skipif(
    importlib.util.find_spec("genanki") is not None, reason="the extra package is installed"
)
def test_the_page_says_what_the_deck_takes() -> None:
    def page() -> None:
        from app.spaced.taking import show_taking

        show_taking()

    app = AppTest.from_function(page, default_timeout=60).run()
    app.session_state["take:format"] = "anki"
    app.button[0].click().run()
    assert "takes the package genanki" in "\n".join(info.value for info in app.info)
