"""What is exported is read back by strict readers, written here after the published descriptions.

No reader of GIFT or Moodle XML is among our packages, so these stand in their place: the one for GIFT follows
the page "GIFT format" of Moodle's documentation letter by letter, the one for XML demands what Moodle's
importer needs, and that for jupyterquiz is a JSON schema.
"""

import csv
import io
import json
import re
from xml.etree import ElementTree

import jsonschema
import pytest

from core.errors import SpecError
from core.practice.bank import load_items
from core.practice.entry import key_entry
from core.practice.export.attempts import COLUMNS, gather_attempts, write_attempts
from core.practice.export.choose import ask, choose_items, name_of
from core.practice.export.command import export
from core.practice.export.formats import FORMATS, tell_export
from core.practice.export.gift import write_decimal, write_gift
from core.practice.export.moodle import write_moodle
from core.practice.export.notebook import write_notebook
from core.practice.export.sheet import write_sheet
from core.practice.grade import grade
from core.store import open_store

ITEMS = load_items()
HELD = [item for item in ITEMS if item.picture is None]
GRADES = {100.0, 50.0, 33.33333, 25.0, 20.0, 0.0, -50.0, -33.33333, -25.0, -20.0, -100.0}
"""The shares of a mark that Moodle knows, as far as our items need them."""


def unescape(text: str) -> str:
    """Read the escapes of GIFT; a special sign without a backslash is an error."""
    out, at = [], 0
    while at < len(text):
        if text[at] == "\\":
            out.append("\n" if text[at + 1] == "n" else text[at + 1])
            assert text[at + 1] in "\\~=#{}:n"
            at += 2
        else:
            assert text[at] not in "~=#{}", f"{text[at]!r} stands bare in {text!r}"
            out.append(text[at])
            at += 1
    return "".join(out)


QUESTION = re.compile(
    r"::(?P<title>(?:\\.|[^:\\])+)::\[markdown\](?P<stem>(?:\\.|[^{}~=#\\])*)"
    r"\{(?P<number>#?)\n(?P<body>(?:\t.*\n)+)\}",
)
ANSWER = re.compile(r"\t(?P<mark>[=~])(?:%(?P<share>-?[0-9.]+)%)?(?P<rest>.*)")


def read_gift(text: str) -> list[dict]:
    blocks = [block for block in text.strip().split("\n\n") if not block.startswith("//")]
    questions = []
    for block in blocks:
        found = QUESTION.fullmatch(block)
        assert found, block
        *lines, last = found["body"].splitlines()
        assert last.startswith("\t####")
        answers = []
        for line in lines:
            parts = ANSWER.fullmatch(line)
            assert parts, line
            said, _, feedback = partition_bare(parts["rest"], "#")
            answers.append((parts["mark"], parts["share"], said, unescape(feedback)))
        questions.append({
            "title": unescape(found["title"]), "stem": unescape(found["stem"]),
            "is_number": found["number"] == "#", "answers": answers,
            "general": unescape(last.removeprefix("\t####")),
        })  # fmt: skip
    return questions


def partition_bare(text: str, sign: str) -> tuple[str, str, str]:
    at = 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text[at] == sign:
            return text[:at], sign, text[at + 1 :]
        else:
            at += 1
    return text, "", ""


def test_gift_is_read_back_with_every_answer_and_all_feedback() -> None:
    written = write_gift(ITEMS)
    questions = {question["title"]: question for question in read_gift(written.text)}
    assert len(questions) == written.n_questions == len(HELD)
    assert set(written.left_out) == {item.id for item in ITEMS if item.picture}
    for item in HELD:
        question = questions[name_of(item)]
        assert question["stem"] == ask(item).strip()
        assert question["general"] == item.explanation.strip()
        assert question["is_number"] == (item.type == "numeric")
        said = question["answers"]
        if item.type == "single":
            assert [(mark == "=", unescape(text), fb) for mark, _, text, fb in said] == [
                (option.correct, option.text, option.feedback) for option in item.options
            ]
        elif item.type == "multi":
            assert {mark for mark, *_ in said} == {"~"}
            shares = [float(share) for _, share, *_ in said]
            assert set(shares) <= GRADES
            assert [share > 0 for share in shares] == [option.correct for option in item.options]
            assert sum(share for share in shares if share > 0) == pytest.approx(100, abs=0.001)
        elif item.type == "numeric":
            (_, full, key, _), *misses = said
            value, _, margin = key.partition(":")
            assert (full, float(value)) == (None, item.answer.value)
            assert float(margin) == item.answer.margin
            assert [float(share) for _, share, *_ in misses] == [0.0] * len(item.near_misses)
        else:
            pairs = [text.split(" -> ") for _, _, text, _ in said]
            assert len(pairs) >= 3, "Moodle needs three pairs"
            assert all(len(pair) == 2 for pair in pairs)
            assert len({left for left, _ in pairs}) == len(pairs)


@pytest.mark.parametrize("text", ["a ~ b = {c} # d : e \\ f", "100 %\n\nNext: {x}"])
def test_what_means_something_in_gift_is_escaped(draft, text: str) -> None:
    item = draft.single(explanation=text)
    (question,) = read_gift(write_gift([item]).text)
    assert question["general"] == text


def test_moodle_xml_has_what_the_importer_needs() -> None:
    written = write_moodle(ITEMS)
    quiz = ElementTree.fromstring(written.text.encode())
    assert quiz.tag == "quiz"
    questions = {q.findtext("idnumber"): q for q in quiz if q.get("type") != "category"}
    assert len(questions) == written.n_questions == len(HELD)
    for item in HELD:
        question = questions[name_of(item)]
        assert question.findtext("name/text") == name_of(item)
        assert question.find("questiontext").get("format") == "markdown"
        assert question.findtext("questiontext/text") == ask(item)
        assert question.findtext("generalfeedback/text") == item.explanation
        answers = question.findall("answer")
        if item.type in {"single", "multi"}:
            assert question.get("type") == "multichoice"
            assert question.findtext("single") == ("true" if item.type == "single" else "false")
            shares = [float(answer.get("fraction")) for answer in answers]
            assert set(shares) <= GRADES
            assert [a.findtext("text") for a in answers] == [o.text for o in item.options]
            assert [a.findtext("feedback/text") for a in answers] == [
                o.feedback for o in item.options
            ]
            assert [share > 0 for share in shares] == [o.correct for o in item.options]
        elif item.type == "numeric":
            assert question.get("type") == "numerical"
            for answer in answers:
                verdict = grade(item, answer.findtext("text"))
                assert (answer.get("fraction") == "100") == (verdict.state == "right")
                assert float(answer.findtext("tolerance")) == item.answer.margin
                assert answer.findtext("feedback/text") == verdict.feedback
        else:
            assert question.get("type") == "matching"
            assert len(question.findall("subquestion")) == len(item.pairs or item.steps)
        assert question.findtext("tags/tag/text") == item.chapter
    paths = [q.findtext("category/text") for q in quiz if q.get("type") == "category"]
    assert "$course$/Glassroom/metrics/thresholds" in paths
    assert len(set(paths)) == len(paths)


SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["question", "type", "answers"],
        "properties": {
            "question": {"type": "string"}, "code": {"type": "string"}, "name": {"type": "string"},
            "type": {"enum": ["multiple_choice", "many_choice", "numeric"]},
            "answers": {"type": "array", "minItems": 1, "items": {"type": "object"}},
        },
        "additionalProperties": False,
        "if": {"properties": {"type": {"const": "numeric"}}},
        "then": {"properties": {"answers": {"items": {
            "required": ["type", "feedback"],
            "properties": {
                "type": {"enum": ["range", "default"]},
                "range": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
                "correct": {"type": "boolean"}, "feedback": {"type": "string"},
            },
            "additionalProperties": False,
        }}}},
        "else": {"properties": {"answers": {"items": {
            "required": ["answer", "correct", "feedback"],
            "properties": {"answer": {"type": "string"}, "correct": {"type": "boolean"},
                           "feedback": {"type": "string"}},
            "additionalProperties": False,
        }}}},
    },
}  # fmt: skip


def test_the_json_for_notebooks_keeps_to_its_schema_and_its_keys_are_ours() -> None:
    written = write_notebook(ITEMS)
    questions = json.loads(written.text)
    jsonschema.validate(questions, SCHEMA)
    by_name = {question["name"]: question for question in questions}
    for item in ITEMS:
        if item.type in {"order", "match"} or item.picture:
            assert item.id in written.left_out
            continue
        answers = by_name[name_of(item)]["answers"]
        if item.answer is None:
            assert [a["correct"] for a in answers] == [o.correct for o in item.options]
            continue
        for entry in (item.answer.value, *(miss.value for miss in item.near_misses)):
            hits = [a for a in answers if "range" in a and a["range"][0] <= entry <= a["range"][1]]
            assert [a["correct"] for a in hits] == [grade(item, repr(entry)).state == "right"]
        assert answers[-1]["type"] == "default"


def test_the_sheet_asks_everything_first_and_answers_it_afterwards() -> None:
    items = [item for item in HELD if item.lesson in {"thresholds", "fits", "profile"}]
    written = write_sheet(items, seed=3)
    questions, answers = written.text.split("\n\n---\n\n")
    for number, item in enumerate(items, start=1):
        assert f"**{number}.** {item.stem}" in questions
        assert f"\n**{number}.**" in answers
        assert item.explanation.strip() in answers
        assert item.explanation.strip() not in questions
        for option in item.options:
            assert option.feedback not in questions
    assert questions.count("- [ ] ") == sum(len(item.options) for item in items)
    assert write_sheet(items, seed=3) == written


def test_the_letters_of_the_sheet_are_those_of_the_right_options() -> None:
    item = next(item for item in HELD if item.type == "single")
    questions, answers = write_sheet([item], seed=5).text.split("\n\n---\n\n")
    letter = re.search(r"\*\*1\.\*\* (\w)", answers)[1]
    key = next(option.text for option in item.options if option.correct)
    assert f"- [ ] {letter}) {key}" in questions


def test_a_family_is_exported_with_as_many_variants_as_are_asked_for() -> None:
    one, three = choose_items(["regression"]), choose_items(["regression"], n_variants=3)
    n_families = sum(item.seed is not None for item in one)
    assert len(three) == len(one) + 2 * n_families
    assert len({name_of(item) for item in three}) == len(three)
    for n in (0, 31):
        with pytest.raises(SpecError, match=f"1 to 30 variants of a question, got {n}"):
            choose_items(["regression"], n_variants=n)
    with pytest.raises(SpecError, match="The bank has no lesson nowhere"):
        choose_items(["nowhere"])


def keep(kind, subject, body, learner="local"):
    open_store().append(learner=learner, kind=kind, subject=subject, body=body)


def test_attempts_are_a_table_that_no_spreadsheet_runs() -> None:
    item = next(item for item in ITEMS if item.type == "numeric")
    shared = {"lesson": item.lesson, "version": 1, "seed": None, "draw": "d", "misconception": None}
    keep("answer", item.id, {**shared, "answer": "=HYPERLINK(1)", "state": "wrong", "credit": 0.5})
    keep("answer", item.id, {**shared, "answer": "-0.5", "state": "right"}, learner="+ana")
    paper = {"paper": {"questions": [["d", "o", "x", 2, 7, []], ["d", "o", "y", 1, None, []]]}}
    keep("exam", "s1", paper)
    keep("exam answer", "s1", {"number": 1, "answer": "@sum", "seconds": 12.5})
    marks = [{"state": "right", "lesson": "fits", "misconception": None}, {"state": "open"}]
    keep("exam result", "s1", {"marks": marks})
    rows = list(
        csv.DictReader(io.StringIO(write_attempts(gather_attempts(open_store())), newline=""))
    )
    assert list(rows[0]) == list(COLUMNS)
    assert len(rows) == 4
    for row in rows:
        for cell in row.values():
            number = re.fullmatch(r"-?[0-9.]+", cell)
            assert number or cell[:1] not in set("=+-@\t\r"), cell
    said = {row["answer"]: row for row in rows}
    assert said["'=HYPERLINK(1)"]["credit"] == "0.5"
    assert said["'-0.5"]["learner"] == "'+ana"
    assert said["'-0.5"]["credit"] == "1.0", "an older answer is worth what its state says"
    assert (said["'@sum"]["where"], said["'@sum"]["seconds"]) == ("exam", "12.5")
    assert [row["state"] for row in rows if row["where"] == "exam"] == ["right", "open"]
    own = write_attempts(gather_attempts(open_store(), "+ana"))
    assert own.count("\r\n") == 2


def test_the_command_writes_a_file_and_says_what_is_in_it(tmp_path) -> None:
    for name, form in FORMATS.items():
        if name == "anki":
            continue  # an extra: see test_export_anki.py
        out = tmp_path / f"bank{form.ending}"
        said = export(name, ["luck"], n_variants=2, out=out)
        written = form.write(choose_items(["luck"], n_variants=2))
        assert out.read_text(encoding="utf-8") == written.text
        assert said == f"{out}: {tell_export(written)}."
        assert "left out" in said, "luck has a question about a chart"
    assert export("gift", ["luck"]) == write_gift(choose_items(["luck"])).text
    assert not list(tmp_path.glob("*.draft"))
    keep(
        "answer",
        "x",
        {"lesson": "luck", "version": 1, "draw": "d", "answer": "1", "state": "right"},
    )
    assert export("attempts", out=tmp_path / "a.csv") == f"{tmp_path / 'a.csv'}: 1 answers."
    with pytest.raises(SpecError, match="Say the format: --to sheet, gift"):
        export(None)


def test_the_right_entry_of_each_exported_question_is_right_here_too() -> None:
    for item in choose_items(["fits"], n_variants=2):
        assert grade(item, key_entry(item)).state == "right"


def test_no_number_has_an_exponent_which_some_readers_take_for_the_end_of_it() -> None:
    assert write_decimal(5.0000001000000005e-05) == "0.000050000001000000005"
    assert write_decimal(1e20) == "100000000000000000000"
    assert [write_decimal(value) for value in (-0.5, 18.0)] == ["-0.5", "18.0"]
    numeric = [item for item in ITEMS if item.answer]
    assert not re.search(
        r"\d[eE][-+]?\d", "".join(re.findall(r"\t=(.*?)#", write_gift(numeric).text))
    )
    quiz = ElementTree.fromstring(write_moodle(numeric).text.encode())
    numbers = [node.text for node in [*quiz.iter("tolerance"), *quiz.findall(".//answer/text")]]
    assert numbers
    assert not any("e" in number for number in numbers)
