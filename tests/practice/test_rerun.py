"""The button that runs the check in front of the learner."""

from core.practice import rerun as module
from core.practice.bank import load_deployed, load_entries, load_item
from core.practice.draw import choose_variant
from core.practice.rerun import Finding, is_quick, rerun
from core.practice.schema import Family


def test_the_run_says_in_words_what_the_answer_rests_on(draft) -> None:
    run = rerun(draft.numeric(check=draft.check("recall", "accuracy > 0.9")))
    assert run.findings == (
        Finding("recall", "0.8", is_key=True),
        Finding("accuracy", "0.96", is_key=False),
    )
    assert (run.n_claims, run.holds) == (2, True)
    assert run.milliseconds > 0


def test_facts_are_called_as_the_item_says_and_undefined_is_said_as_such(draft) -> None:
    check = draft.check("precision is undefined", kind="proof")
    check |= {
        "args": {"tp": "0", "fp": "0", "fn": "1", "tn": "9"},
        "words": {"precision": "share of true alarms"},
    }
    assert rerun(draft.single(check=check)).findings == (
        Finding("share of true alarms", "undefined", is_key=False),
    )


def test_short_names_are_written_as_people_write_them(draft) -> None:
    said = rerun(draft.single(check=draft.check("f1 > 0", "balanced_accuracy > 0", kind="proof")))
    assert [finding.what for finding in said.findings] == ["F1", "balanced accuracy"]


def test_a_run_that_does_not_confirm_the_answer_says_so(draft) -> None:
    assert not rerun(draft.single(check=draft.check("recall > 0.9", kind="proof"))).holds


def test_only_a_check_that_was_timed_as_quick_is_run_in_the_server(draft, monkeypatch) -> None:
    family = next(entry for entry in load_entries() if isinstance(entry, Family))
    item = choose_variant(family, seed=0)
    assert is_quick(item) == (load_deployed(family).seconds <= 1.0)
    assert not is_quick(draft.single()), "never timed"
    slow = load_deployed(family).model_copy(update={"seconds": 3.0})
    monkeypatch.setattr(module, "load_deployed", lambda item: slow)
    assert not is_quick(item)


def test_a_timing_of_another_version_does_not_count() -> None:
    entry = next(e for e in load_entries() if not isinstance(e, Family) and load_deployed(e))
    item = load_item(entry.id)
    assert load_deployed(item) is not None
    assert load_deployed(item.model_copy(update={"version": 99})) is None
