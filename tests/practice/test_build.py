"""What the build refuses, and what the check notices afterwards."""

from pathlib import Path

import pytest
import yaml

from core.practice import bank, build
from core.practice.bank import load_deployed, load_families, load_misconceptions, read_entries
from core.practice.build import build_lesson, check_lesson, choose_variants, find_changes
from core.practice.strict_yaml import BankError
from core.practice.variants import deployment_path, read_deployment, write_deployment

FAMILY = next(family for family in load_families() if family.id == "macro-recall-of-fruit")


def changed(**parts):
    """The family with other parts of its template."""
    return FAMILY.model_copy(update={"template": FAMILY.template | parts})


def with_answer(**parts):
    return changed(answer=FAMILY.template["answer"] | parts)


@pytest.fixture
def small_bank(tmp_path: Path, monkeypatch):
    """A bank of its own with one lesson of one family."""
    path = bank.BANK / FAMILY.chapter / f"{FAMILY.lesson}.yaml"
    raws = yaml.safe_load(path.read_text(encoding="utf-8"))["items"]
    folder = tmp_path / "bank"
    (folder / "metrics").mkdir(parents=True)
    texts = [raw for raw in raws if raw["id"] == FAMILY.id]
    (folder / "metrics" / "fruit.yaml").write_text(yaml.safe_dump({"items": texts}))
    entries = read_entries(folder)
    monkeypatch.setattr(build, "load_entries", lambda: entries)
    return folder


def test_a_lesson_is_built_once_and_a_second_build_changes_nothing(small_bank: Path) -> None:
    assert build_lesson(small_bank, "fruit") == "fruit: 40 variants of 1 families, 1 items in all"
    path = deployment_path(small_bank, "metrics", "fruit")
    first = path.read_text()
    assert check_lesson(small_bank, "fruit") == ()
    read_deployment.cache_clear()
    build_lesson(small_bank, "fruit")
    assert path.read_text() == first
    assert not list(path.parent.glob("*.tmp"))


def test_a_family_that_was_never_built_is_named_with_the_repair(small_bank: Path) -> None:
    with pytest.raises(
        BankError, match=r"fruit\.yaml, line 2: .* Run glassroom bank build fruit\."
    ):
        bank.read_items(small_bank)
    told = check_lesson(small_bank, "fruit")
    assert told == ("macro-recall-of-fruit: version 2 is not deployed. Build its lesson.",)


def test_a_damaged_file_is_named_with_the_repair(small_bank: Path) -> None:
    path = deployment_path(small_bank, "metrics", "fruit")
    path.write_text('{"items": ')
    with pytest.raises(
        BankError, match=r"^metrics/fruit\.variants\.json cannot be read\. Run glass"
    ):
        read_deployment(path)


def test_a_deployment_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = deployment_path(bank.BANK, FAMILY.chapter, FAMILY.lesson)
    copy = tmp_path / "copy.variants.json"
    write_deployment(copy, read_deployment(path))
    assert read_deployment(copy) == read_deployment(path)
    assert copy.read_text() == path.read_text()


def test_a_lesson_that_is_not_there_is_told() -> None:
    with pytest.raises(BankError, match=r"no lesson 'x'\. It has: "):
        check_lesson(bank.BANK, "x")


def test_too_few_good_variants_are_told_with_the_reasons() -> None:
    with pytest.raises(
        BankError, match=r"has 0 good variants, it needs 30.*4.. × the stem must end with"
    ):
        choose_variants(changed(stem="Name the macro recall of {{ sizes[0] }} apples."))
    with pytest.raises(BankError, match="the same as an earlier seed"):
        choose_variants(
            changed(
                stem="What?", answer={**FAMILY.template["answer"], "value": "0.5"}, near_misses=[]
            )
        )


def test_a_key_that_always_stands_at_the_end_is_told() -> None:
    options = [
        {"id": "key", "text": "{{ n }}", "correct": True, "feedback": "Yes."},
        {"id": "half", "text": "1", "misconception": "macro-is-accuracy", "feedback": "No."},
        {"id": "less", "text": "2", "misconception": "macro-is-accuracy", "feedback": "Nor this."},
    ]
    template = FAMILY.template | {"options": options}
    template = {n: part for n, part in template.items() if n not in {"answer", "near_misses"}}
    crowded = FAMILY.model_copy(update={"type": "single", "template": template})
    with pytest.raises(
        BankError, match=r"in 40 of 40 variants .* the key is number 3 of the ascend"
    ):
        choose_variants(crowded)


def test_a_key_that_the_run_refutes_stops_the_build(small_bank: Path, monkeypatch) -> None:
    wrong = with_answer(value="{{ recalls[1] }}")
    monkeypatch.setattr(build, "load_entries", lambda: (wrong,))
    path = deployment_path(small_bank, FAMILY.chapter, FAMILY.lesson)
    with pytest.raises(BankError, match=r"with seed \d+, the run refutes: the answer 0\.\d+ is "):
        build_lesson(small_bank, FAMILY.lesson)
    assert not path.exists()


def test_what_changed_since_the_build_is_told() -> None:
    entry = load_deployed(FAMILY)
    assert find_changes(FAMILY, entry) == []
    reworded = changed(stem="{{ sizes[0] }} apples and {{ found }}: what is its macro recall?")
    assert all("the question has changed" in said for said in find_changes(reworded, entry))
    better = changed(explanation="Each class counts once: {{ mean|number(2) }}.")
    assert find_changes(better, entry) == [], "better words make no other question"
    refuted = with_answer(value="{{ recalls[1] }}")
    assert any("the run refutes: the answer" in said for said in find_changes(refuted, entry))
    newer = FAMILY.model_copy(update={"version": 3})
    assert find_changes(newer, entry) == [
        "macro-recall-of-fruit: version 3 is not deployed. Build its lesson."
    ]
    first = entry.variants[0]
    moved = first.model_copy(update={"values": first.values | {"n": -1}})
    told = find_changes(FAMILY, entry.model_copy(update={"variants": (moved,)}))
    assert "draws other numbers now" in told[0]


def test_the_misconceptions_of_the_bank_are_known_to_the_build() -> None:
    item = choose_variants(FAMILY)[0][1]
    assert set(item.misconceptions) <= set(load_misconceptions())
