from pathlib import Path

import pytest
import yaml

from core.practice import bank
from core.practice.bank import load_items, load_misconceptions, read_items, read_misconceptions
from core.practice.strict_yaml import BankError


def write(folder: Path, place: str, raws: object) -> Path:
    path = folder / f"{place}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"items": raws} if isinstance(raws, list) else raws
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def raw_item(draft, **changes):
    raw = draft.single_raw(**changes)
    raw["check"]["expect"] = list(raw["check"]["expect"])
    del raw["chapter"], raw["lesson"]
    return raw


def test_a_new_file_is_found_without_any_list(tmp_path: Path, draft) -> None:
    write(tmp_path, "metrics/thresholds", [raw_item(draft), raw_item(draft, id="second")])
    write(tmp_path, "validation/k-fold", [raw_item(draft, id="third")])
    found = [(item.chapter, item.lesson, item.id) for item in read_items(tmp_path)]
    assert found == [
        ("metrics", "thresholds", "draft"),
        ("metrics", "thresholds", "second"),
        ("validation", "k-fold", "third"),
    ]


def test_the_bank_of_the_course_is_the_folder_beside_the_module() -> None:
    files = sorted(bank.BANK.glob("*/*.yaml"))
    written = [entry["id"] for path in files for entry in yaml.safe_load(path.read_text())["items"]]
    assert [item.id for item in load_items()] == written
    assert load_items("thresholds") == tuple(i for i in load_items() if i.lesson == "thresholds")
    assert load_items("no-such-lesson") == ()


def test_an_error_names_file_line_item_and_field(tmp_path: Path, draft) -> None:
    path = write(
        tmp_path, "metrics/roc", [raw_item(draft), raw_item(draft, id="faulty", bloom="x")]
    )
    line = 1 + path.read_text().splitlines().index("  bloom: x")
    with pytest.raises(
        BankError, match=rf"^metrics/roc\.yaml, line {line}, item 'faulty', bloom: "
    ):
        read_items(tmp_path)


def test_every_error_of_an_item_is_told_at_once(tmp_path: Path, draft) -> None:
    raw = raw_item(draft, bloom="x", difficulty=9)
    del raw["options"][1]["feedback"]
    write(tmp_path, "metrics/roc", [raw])
    with pytest.raises(BankError, match="bloom") as caught:
        read_items(tmp_path)
    told = str(caught.value).splitlines()
    assert len(told) == 3
    assert any("options → 1 → feedback: Field required." in line for line in told)


def test_an_id_is_used_once_in_the_whole_bank(tmp_path: Path, draft) -> None:
    write(tmp_path, "a/one", [raw_item(draft)])
    write(tmp_path, "b/two", [raw_item(draft)])
    with pytest.raises(BankError, match=r"b/two\.yaml: the id 'draft' is already used in a/one"):
        read_items(tmp_path)


def test_the_folder_says_where_an_item_belongs(tmp_path: Path, draft) -> None:
    write(tmp_path, "metrics/roc", [raw_item(draft) | {"lesson": "roc"}])
    with pytest.raises(BankError, match="remove 'lesson'; folder and file name say it"):
        read_items(tmp_path)


@pytest.mark.parametrize(
    ("raws", "message"),
    [
        ({"id": "x"}, "line 1: a file of the bank holds 'items:' and 'misconceptions:'"),
        ({"items": {"id": "x"}}, "items must be a list"),
        (["x"], "line 2, item 1: Input should be a valid dictionary"),
        ([{"stem": "x"}], "item 1, id: Field required"),
    ],
)
def test_what_is_no_list_of_items_is_refused(tmp_path: Path, raws, message: str) -> None:
    write(tmp_path, "metrics/roc", raws)
    with pytest.raises(BankError, match=message):
        read_items(tmp_path)


def test_a_faulty_misconception_is_named(tmp_path: Path) -> None:
    raw = {"name": "Swapped", "sentence": "A is B."}
    write(tmp_path, "metrics/roc", {"misconceptions": {"swap": raw}})
    with pytest.raises(BankError, match=r"misconception 'swap': a misconception is refuted_by"):
        read_misconceptions(tmp_path)
    write(tmp_path, "metrics/roc", {"misconceptions": ["swap"]})
    with pytest.raises(BankError, match="must map an id to each misconception"):
        read_misconceptions(tmp_path)


def test_a_misconception_is_described_once_in_the_whole_bank(tmp_path: Path) -> None:
    raw = load_misconceptions()["accuracy-paradox"].model_dump(mode="json", exclude_none=True)
    write(tmp_path, "a/one", {"misconceptions": {"swap": raw}})
    write(tmp_path, "b/two", {"misconceptions": {"swap": raw}})
    with pytest.raises(BankError, match=r"b/two\.yaml: the id 'swap' is already used in a/one"):
        read_misconceptions(tmp_path)


def test_every_misconception_is_revealed_by_an_item() -> None:
    assert set(load_misconceptions()) == {m for item in load_items() for m in item.misconceptions}
